"""A rebuild reads again only what changed, and its exports and its store are those of a full build, whatever changed in between."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures import ONTOLOGY, small_folder

from kg import cache
from kg.cache import ReadBefore
from kg.errors import Problem, SourcesRefused
from kg.exports import make_exports, publish
from kg.reader import Mapping, read
from kg.store import open_store, read_manifest, store_path

Change = Callable[[Path], None]


def build(folder: Path) -> None:
    """Build as `kg build` does."""
    publish(folder, make_exports(folder, remember=True), allow_shrink=True)


def exported(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "exports").iterdir()}


def stored(folder: Path) -> set[tuple[str, ...]]:
    """Return everything that the store of the newest build holds."""
    return {(row["s"], row["p"], row["o"]) for row in open_store(folder).rows("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")}


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list into which the name of every file goes that is read and not taken from the cache."""
    names: list[str] = []

    def noted(data: bytes, path: str) -> tuple[Mapping | None, list[Problem]]:
        names.append(path)
        return read(data, path)

    monkeypatch.setattr(cache, "read", noted)
    return names


def documents(folder: Path) -> list[Path]:
    return sorted((folder / "sources" / "documents").glob("*.yaml"))


def retitle(folder: Path) -> None:
    path = documents(folder)[0]
    path.write_text(path.read_text("utf-8").replace("title: ", "title: Newer ", 1), "utf-8")


def drop_a_document(folder: Path) -> None:
    from test_exports import shrink

    shrink(folder)


def touch_an_entity(folder: Path) -> None:
    path = folder / "sources" / "people.yaml"
    path.write_text(path.read_text("utf-8").replace("label: ", "label: Dr ", 1), "utf-8")


def touch_the_ontology(folder: Path) -> None:
    (folder / "ontology").unlink()  # a link to the project's own
    shutil.copytree(ONTOLOGY, folder / "ontology")
    path = folder / "ontology" / "kinds.ttl"
    assert not path.is_symlink()
    path.write_text(path.read_text("utf-8").replace("rdfs:label \"meeting\"@en", "rdfs:label \"encounter held\"@en", 1), "utf-8")


def touch_the_head(folder: Path) -> None:
    path = folder / "sources" / "graph.yaml"
    path.write_text(path.read_text("utf-8").replace("title: ", "title: Newer ", 1), "utf-8")


def corrupt_the_cache(folder: Path) -> None:
    for number, path in enumerate(sorted((folder / ".kg" / "cache").iterdir())):
        data = path.read_bytes()
        path.write_bytes([b"", data[:-9], data.replace(b"a", b"b"), b"[]", data[:64] + b"[" * 100_000][number % 5])


def exchange_the_cache(folder: Path) -> None:
    """Give every kept reading the content of another."""
    paths = sorted((folder / ".kg" / "cache").iterdir())
    contents = [path.read_bytes() for path in paths]
    for path, data in zip(paths, contents[1:] + contents[:1], strict=True):
        path.write_bytes(data)


def remove_the_cache(folder: Path) -> None:
    shutil.rmtree(folder / ".kg" / "cache")


def spoil_the_export(folder: Path) -> None:
    (folder / "exports" / "graph.nt").write_bytes(b"")


def remove_the_store(folder: Path) -> None:
    for path in (folder / ".kg").glob("store-*"):
        shutil.rmtree(path)


CHANGES: tuple[Change, ...] = (retitle, drop_a_document, touch_an_entity, touch_the_ontology, touch_the_head, corrupt_the_cache,
                               exchange_the_cache, remove_the_cache, spoil_the_export, remove_the_store)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_rebuild_is_what_a_full_build_would_be(change: Change, tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "graph")
    build(folder)
    change(folder)
    retitle(folder)
    build(folder)
    rebuilt, held = exported(folder), stored(folder)
    for name in (".kg", "exports"):
        shutil.rmtree(folder / name)
    build(folder)
    assert exported(folder) == rebuilt
    assert stored(folder) == held


def test_only_a_document_that_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_folder(tmp_path / "graph")
    names = reads(monkeypatch)
    make_exports(folder, page=False, remember=True)
    assert len(names) == len(set(names)) > 5
    names.clear()
    retitle(folder)
    make_exports(folder, page=False, remember=True)
    assert names == [f"sources/documents/{documents(folder)[0].name}"]


def test_a_renamed_document_is_read_under_its_new_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its places name the file, so they must not be those of the old name."""
    before = ReadBefore(tmp_path)
    names = reads(monkeypatch)
    one, _ = before.read(b"a: b\n", "sources/one.yaml")
    other, _ = before.read(b"a: b\n", "sources/other.yaml")
    assert one and other and (one.place.path, other.place.path) == ("sources/one.yaml", "sources/other.yaml")
    assert names == ["sources/one.yaml", "sources/other.yaml"]


@pytest.mark.parametrize("text", ["a: b", "a: 'b'", "{a: [b, {c: d}], e: \"f\"}", "a:\n  - b\n  - c: é\n", "a: |\n  two\n  lines\n",
                                  "a: ''"])
def test_what_is_taken_from_the_cache_is_what_was_read(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ReadBefore(tmp_path).read(text.encode(), "f.yaml")
    names = reads(monkeypatch)
    assert ReadBefore(tmp_path).read(text.encode(), "f.yaml") == first == read(text.encode(), "f.yaml")
    assert names == []


def test_a_file_with_a_fault_is_never_kept(tmp_path: Path) -> None:
    for text in (b"a: b\na: c\n", b"a: [", b"\xff"):
        for _ in range(2):
            assert ReadBefore(tmp_path).read(text, "f.yaml")[1]
    assert not (tmp_path / ".kg").exists()


def test_what_an_older_program_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ReadBefore(tmp_path).read(b"a: b\n", "f.yaml")
    monkeypatch.setattr(cache, "_program", lambda: b"older")
    names = reads(monkeypatch)
    ReadBefore(tmp_path).read(b"a: b\n", "f.yaml")
    assert names == ["f.yaml"]


def test_the_cache_holds_no_more_than_the_files_there_are(tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "graph")
    for _ in range(3):
        retitle(folder)
        make_exports(folder, page=False, remember=True)
    assert len([*(folder / ".kg" / "cache").iterdir()]) == len([*(folder / "sources").rglob("*.yaml")])


def test_sources_that_are_refused_leave_the_exports_alone(tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "graph")
    build(folder)
    before = exported(folder)
    documents(folder)[0].write_text("nonsense", "utf-8")
    with pytest.raises(SourcesRefused):
        build(folder)
    assert exported(folder) == before


def test_a_store_that_holds_something_else_than_its_exports_is_not_built_upon(tmp_path: Path) -> None:
    import pyoxigraph

    folder = small_folder(tmp_path / "graph")
    build(folder)
    path = store_path(folder, str(read_manifest(folder)["store"]))
    strange = pyoxigraph.Store(str(path))
    strange.remove(next(iter(strange)))
    strange.flush()
    del strange
    retitle(folder)
    build(folder)
    lines = (folder / "exports" / "graph.nt").read_text("utf-8").splitlines()
    assert len(stored(folder)) == len(lines) == json.loads((folder / "exports" / "manifest.json").read_text("utf-8"))["counts"]["triples"]
