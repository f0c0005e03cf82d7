"""A rebuild reads again and makes anew only what changed; its exports and store are those of a full build, whatever changed in between."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures import ONTOLOGY, small_folder

from kg import before, cache, formats
from kg.cache import ReadBefore
from kg.errors import Problem, SourcesRefused
from kg.exports import make_exports, publish
from kg.reader import Mapping, read
from kg.splicing import Cut, Order, Spliced, splice
from kg.store import open_store, read_manifest, store_path
from kg.synthetic import write_graph

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


def rewrite(folder: Path, name: str, old: str, new: str) -> None:
    """Put other words into a curated file, where the old ones have to stand."""
    path = folder / "sources" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def add_claims(folder: Path, *claims: str) -> None:
    path = folder / "sources" / "documents" / "gazette-report.yaml"
    added = "".join(f"  - {{{claim}, evidence: {{paragraph: 2, words: Works}}}}\n" for claim in claims)
    path.write_text(path.read_text("utf-8") + added, "utf-8")


def relabel_who_is_denied_and_denies(folder: Path) -> None:
    rewrite(folder, "organisations.yaml", "label: Turbine Works", "label: Turbine Mills")


def add_a_denial(folder: Path) -> None:
    """It demotes what was firm: what it established has to go from its event and from its graph."""
    add_claims(folder, "id: x1, kind: denial, denier: jon-berg, denies: c3")


def remove_a_denial(folder: Path) -> None:
    rewrite(folder, "documents/gazette-report.yaml", "    denies_report: story\n    denies: c2\n", "    denies_report: story\n")


def doubt_a_denial(folder: Path) -> None:
    """The claim that it denies is not mentioned by any line that changes, but stands firm again."""
    add_claims(folder, "id: x1, kind: denial, denier: jon-berg, denies: c3")
    build(folder)
    rewrite(folder, "documents/gazette-report.yaml", "denier: jon-berg,", "denier: jon-berg, hedge: perhaps,")


def merge_two_entities(folder: Path) -> None:
    rewrite(folder, "documents/gazette-report.yaml", "mara-okafor", "jon-berg")
    rewrite(folder, "people.yaml", "  - {id: mara-okafor, kind: person, label: Mara Okafor}\n", "")


def add_an_entity(folder: Path) -> None:
    rewrite(folder, "people.yaml", "people:\n", "people:\n  - {id: aaron-aal, kind: person, label: Aaron Aal}\n")
    add_claims(folder, "id: x1, kind: meeting, participants: [aaron-aal, ana-ruiz], date: 2031-05-30")


def move_a_date(folder: Path) -> None:
    """Claims without a date are bounded by that of their document."""
    rewrite(folder, "documents/wire-tour.yaml", "published: 2031-05-14", "published: 2031-05-16")


def join_other_origins(folder: Path) -> None:
    rewrite(folder, "inferences.yaml", "documents: [gazette-report]", "documents: [gazette-report, wire-tour]")


def write_odd_characters(folder: Path) -> None:
    """What ends a block or a row in some format stands in a title, a label and a note."""
    rewrite(folder, "documents/wire-tour.yaml", "title: Minister tours turbine maker",
            'title: "a .\\n}\\n\\",\\n] {\\n <x> \\\\ é😀 ; @prefix"')
    rewrite(folder, "places.yaml", "label: Rivertown", 'label: "=River, \\"town\\" . { </node>"')
    add_claims(folder, 'id: x1, kind: meeting, participants: [jon-berg, ana-ruiz], note: "one .\\n\\ntwo }\\n,\\"three\\""')


def turn_the_licence(folder: Path) -> None:
    rewrite(folder, "graph.yaml", "licence: https://licence.example/open", "licence: https://licence.example/other")


def turn_the_base(folder: Path) -> None:
    rewrite(folder, "graph.yaml", "base: https://rivers.example/", "base: https://rivers.example/of/")


def truncate_the_exports(folder: Path) -> None:
    for path in (folder / "exports").iterdir():
        path.write_bytes(path.read_bytes()[:-40])


def edit_the_exports(folder: Path) -> None:
    for path in (folder / "exports").glob("*.*[!l]"):
        path.write_bytes(path.read_bytes().replace(b"Ana Ruiz", b"Ana Ruis"))


def edit_the_exports_and_the_manifest(folder: Path) -> None:
    """Whoever edits by hand may think of the checksums too."""
    path = folder / "exports" / "manifest.json"
    manifest = json.loads(path.read_bytes())
    edit_the_exports(folder)
    for name, described in manifest["files"].items():
        described["sha256"] = hashlib.sha256((folder / "exports" / name).read_bytes()).hexdigest()
    manifest["store"] = manifest["files"]["graph.nt"]["sha256"]
    path.write_text(json.dumps(manifest), "utf-8")


def spoil_what_lies_beside(folder: Path) -> None:
    for path in (folder / ".kg" / "before").iterdir():
        path.write_bytes(path.read_bytes().replace(b"Ana Ruiz", b"Ana Ruis").replace(b"1", b"2"))


def spoil_the_record(folder: Path) -> None:
    (folder / ".kg" / "before" / "built.json").write_bytes(b"[" * 100_000)


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


CHANGES: tuple[Change, ...] = (
    retitle, drop_a_document, touch_an_entity, touch_the_ontology, touch_the_head, corrupt_the_cache, exchange_the_cache, remove_the_cache,
    spoil_the_export, remove_the_store, relabel_who_is_denied_and_denies, add_a_denial, remove_a_denial, doubt_a_denial,
    merge_two_entities, add_an_entity, move_a_date, join_other_origins, write_odd_characters, turn_the_licence, turn_the_base,
    truncate_the_exports, edit_the_exports, edit_the_exports_and_the_manifest, spoil_what_lies_beside, spoil_the_record)


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


def spliced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list into which goes for each export that is made of the one before how that was taken apart."""
    done: list[str] = []

    def noted(before: bytes, came: bytes, order: Order, cut: Cut) -> Spliced | None:
        found = splice(before, came, order, cut)
        if found:
            done.append(cut.__name__)
        return found

    monkeypatch.setattr(formats, "splice", noted)
    return done


@pytest.mark.parametrize("change", [retitle, add_a_denial, doubt_a_denial, relabel_who_is_denied_and_denies, add_an_entity, move_a_date,
                                    merge_two_entities, write_odd_characters], ids=lambda change: change.__name__)
def test_what_did_not_change_is_taken_over(change: Change, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_folder(tmp_path / "graph")
    build(folder)
    change(folder)
    done = spliced(monkeypatch)
    make_exports(folder, page=False, remember=True)
    assert set(done) | {"cut_jsonld"} == {"cut_turtle", "cut_trig", "cut_jsonld", "cut_table", "cut_gexf", "cut_graphml"}
    # its context holds for all nodes: a property that nothing had before, or that had only texts in English, changes it
    assert "cut_jsonld" in done or change in (add_a_denial, doubt_a_denial, write_odd_characters)


@pytest.mark.parametrize("change", [touch_the_ontology, turn_the_base, spoil_the_export], ids=lambda change: change.__name__)
def test_where_everything_may_read_otherwise_no_statement_is_taken_over(change: Change, tmp_path: Path,
                                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_folder(tmp_path / "graph")
    build(folder)
    change(folder)
    done = spliced(monkeypatch)
    make_exports(folder, page=False, remember=True)
    assert set(done) <= {"cut_table", "cut_gexf", "cut_graphml"}


@pytest.mark.parametrize("change", [edit_the_exports_and_the_manifest, truncate_the_exports, spoil_the_record],
                         ids=lambda change: change.__name__)
def test_nothing_is_taken_over_in_doubt(change: Change, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_folder(tmp_path / "graph")
    build(folder)
    change(folder)
    done = spliced(monkeypatch)
    make_exports(folder, page=False, remember=True)
    assert done == []


def test_nothing_is_taken_over_from_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_folder(tmp_path / "graph")
    build(folder)
    done = spliced(monkeypatch)
    monkeypatch.setattr(before, "program", lambda: "older")
    make_exports(folder, page=False, remember=True)
    assert done == []


def test_nothing_is_taken_over_unless_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_folder(tmp_path / "graph")
    build(folder)
    done = spliced(monkeypatch)
    make_exports(folder, page=False)
    assert done == []


def edit_at_random(dice: random.Random, folder: Path, number: int) -> None:
    """Change an invented graph as curators do: claims, denials, labels, dates, titles; and sometimes spoil what was built."""
    path = dice.choice(documents(folder))
    text = path.read_text("utf-8")
    one, other = dice.sample(range(20), 2)
    claim = dice.choice(re.findall(r"id: (c\d+), kind: (?:meeting|tenure|arrest|visit|delivery)", text) or ["c1"])
    new = dice.choice((
        f"kind: meeting, participants: [person-{one}, person-{other}], date: 2001-0{1 + one % 9}",
        f"kind: tenure, person: person-{one}, post: post-{dice.randrange(4)}",
        f"kind: denial, denier: person-{one}, denies: [{claim}]",
        f"kind: denial, denier: person-{one}, denies: [{claim}], hedge: perhaps",
        f"kind: description, subject: [person-{one}], what: 'odd .', note: \"}} {{ ;\\n,\"",
        f"kind: meeting, participants: [person-{one}, person-{other}], status: alleged, said_by: [person-{dice.randrange(20, 30)}]"))
    people = folder / "sources" / "people.yaml"
    match dice.randrange(7):
        case 0 | 1 | 2:
            path.write_text(f"{text}  - {{id: x{number}, {new}, evidence: {{paragraph: 1, words: Some words}}}}\n", "utf-8")
        case 3:
            path.write_text(re.sub(r"  - \{id: x\d+.*\n\Z", "", text), "utf-8")
        case 4:
            people.write_text(people.read_text("utf-8").replace(f"{{id: person-{one}, kind: person, label: ",
                                                                f"{{id: person-{one}, kind: person, label: Sir ", 1), "utf-8")
        case 5:
            newer = re.sub(r"published: \d{4}", f"published: 20{20 + one}", text)
            path.write_text(newer.replace("title: ", "title: Odd . ", 1), "utf-8")
        case _:
            dice.choice(sorted((folder / "exports").iterdir())).write_bytes(b"")


@pytest.mark.parametrize("seed", [1, 2])
def test_rebuild_after_rebuild_is_what_full_builds_would_be(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dice, folder = random.Random(seed), tmp_path / "graph"
    write_graph(folder, ONTOLOGY, 300, seed)
    build(folder)
    done = spliced(monkeypatch)
    for number in range(5):
        for part in range(dice.randrange(1, 4)):
            edit_at_random(dice, folder, 10 * number + part)
        build(folder)
        assert exported(folder) == make_exports(folder).files
    assert len(done) >= 10


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
