"""A graph of one's own: begun in an empty folder, its first document added, checked, built and asked; nothing written over."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, Run

BEGIN = ("--title", "Turbines: the “north” #1", "--publisher", "no")
TEXT = "Minister tours works\n\nAna Ruiz met Jon Berg at the works on Monday.\n"
ENTITIES = {
    "organisations": "organisations:\n  - {id: wire, kind: outlet, label: Wire}\n",
    "people": "people:\n  - {id: ana-ruiz, kind: person, label: Ana Ruiz}\n  - {id: jon-berg, kind: person, label: Jon Berg}\n",
}
CLAIM = """claims:
  - {id: c1, kind: meeting, participants: [ana-ruiz, jon-berg], evidence: {paragraph: 2, words: "Ruiz met Jon Berg"}}
"""


@pytest.fixture
def begun(tmp_path: Path, run: Run) -> Path:
    code, _, err = run("init", str(tmp_path / "graph"), *BEGIN)
    assert (code, err) == (0, "")
    (tmp_path / "tour.txt").write_text(TEXT, "utf-8")
    return tmp_path / "graph"


def add(run: Run, folder: Path, *more: str) -> tuple[int, str, str]:
    return run("add", str(folder.parent / "tour.txt"), "--title", "Tour", "--chain", "wire", *more, folder=folder)


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_graph_begun_holds_the_ontology_and_the_guide_and_no_fact_of_ours(begun: Path) -> None:
    files = everything(begun)
    assert {name for name in files if name.startswith("sources/")} == {"sources/README.md", "sources/graph.yaml"}
    shipped = {f"ontology/{name}": data for name, data in everything(ROOT / "ontology").items()}
    assert {name: data for name, data in files.items() if name.startswith("ontology/")} == shipped
    assert [path.name for path in begun.iterdir() if path.name.startswith(".kg")] == []


def test_from_nothing_to_an_answer_with_what_the_guide_says(begun: Path, run: Run) -> None:
    assert add(run, begun, "--published", "2031-05-14")[0] == 0
    for name, text in ENTITIES.items():
        (begun / "sources" / f"{name}.yaml").write_text(text, "utf-8")
    with (begun / "sources" / "documents" / "tour.yaml").open("a", encoding="utf-8") as file:
        file.write(CLAIM)
    code, out, err = run("check", "--texts", str(begun.parent), folder=begun)
    assert (code, err) == (0, "")
    assert "1 locators checked: 1 found" in out
    assert run("build", folder=begun)[0] == 0
    code, out, _ = run("who-met-whom", "Ruiz", "--format", "csv", folder=begun)
    assert out.splitlines()[1].startswith("Ana Ruiz,Jon Berg,Meeting,")


def test_what_was_typed_stays_what_it_was(begun: Path, run: Run) -> None:
    code, _, err = run("build", folder=begun)
    assert code == 0, err
    assert "Turbines: the “north” #1" in (begun / "exports" / "graph.ttl").read_text("utf-8")


def test_of_the_text_only_its_checksum_is_kept(begun: Path, run: Run) -> None:
    _, out, _ = add(run, begun)
    assert out.startswith("sources/documents/tour.yaml: a text of 2 paragraphs; ")
    written = (begun / "sources" / "documents" / "tour.yaml").read_text("utf-8")
    assert hashlib.sha256(TEXT.encode()).hexdigest() in written
    assert "Ruiz" not in written


def test_what_the_head_lacks_is_said_with_what_to_do(begun: Path, run: Run) -> None:
    add(run, begun)
    code, _, err = run("check", folder=begun)
    assert code == 1
    assert err.startswith("sources/documents/tour.yaml:2:3: S06 unknown id 'wire'; declare it in sources/organisations.yaml")


@pytest.mark.parametrize(("more", "because"), [
    ((), "tour.txt is curated already: sources/documents/tour.yaml has its checksum"),
    (("--id", "Tour 2"), "'Tour 2' cannot be a document's id"),
    (("--id", "../../tour"), "'../../tour' cannot be a document's id"),
])
def test_a_document_is_not_added_twice_nor_outside_the_folder(begun: Path, run: Run, more: tuple[str, ...], because: str) -> None:
    add(run, begun)
    before = everything(begun.parent)
    code, out, err = add(run, begun, *more)
    assert (code, out) == (2, "")
    assert because in err
    assert everything(begun.parent) == before


def test_a_head_that_was_written_already_is_kept(begun: Path, run: Run) -> None:
    head = begun / "sources" / "documents" / "tour.yaml"
    head.write_text("document: {title: mine}\n", "utf-8")
    code, _, err = add(run, begun)
    assert (code, head.read_text("utf-8")) == (2, "document: {title: mine}\n")
    assert "is there already; give another id with --id" in err


def test_a_text_that_is_no_utf_8_is_refused(begun: Path, run: Run) -> None:
    (begun.parent / "tour.txt").write_bytes(b"caf\xe9")
    code, _, err = add(run, begun)
    assert (code, err) == (2, "kg: tour.txt is not UTF-8: byte 3\n")


def test_no_graph_is_begun_over_another(begun: Path, run: Run) -> None:
    before = everything(begun)
    code, _, err = run("init", str(begun), *BEGIN)
    assert code == 2
    assert "is there already" in err
    assert everything(begun) == before


def test_a_folder_that_cannot_be_written_leaves_nothing(tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    code, _, err = run("init", str(tmp_path / "file" / "graph"), *BEGIN)
    assert code == 1
    assert "no graph could be begun in" in err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_installed_package_begins_graphs_too(tmp_path: Path) -> None:
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")
    source = tmp_path / "source"  # setuptools leaves its workings beside the sources
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(source)], check=True, capture_output=True)
    for name in ("kg", "ontology", "setup.cfg"):
        subprocess.run(["cp", "-R", str(ROOT / name), str(source)], check=True)
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(source)], check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert [name for name in archive.namelist() if name.endswith(".yaml")] == []  # the program goes without our facts
        archive.extractall(tmp_path / "installed")
    done = subprocess.run([sys.executable, "-P", "-m", "kg", "init", str(tmp_path / "graph"), *BEGIN], check=False, capture_output=True,
                          text=True, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": ""})
    assert (done.returncode, done.stderr) == (0, "")
    assert everything(tmp_path / "graph" / "ontology") == everything(ROOT / "ontology")
    assert (tmp_path / "graph" / "sources" / "README.md").is_file()
