"""The store: made whole from the exports or not at all, opened for reading, and never a traceback where something is broken."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
from conftest import ROOT, Run
from fixtures import built_copy, small_folder
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BuildFailed, KgError, Misuse
from kg.exports import Built, make_exports, publish
from kg.ntriples import literal
from kg.questions import iri_term, text_term
from kg.store import Store, make_store, open_store, store_path
from kg.terms import RESERVED, claim_iri, thing_iri

HOSTILE = st.sampled_from(['"', "\\", "\\\\", '\\"', "\n", "\r\n", "\t", "\x00", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe",
                           '" .\n<a> <b> <c> .', '"@en', '"^^<x>', "<>", "\u202e", "\U0010ffff", "", " ", "é", "e\u0301", "'''", '"""'])
TEXT = HOSTILE | st.text(max_size=30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return built_copy(tmp_path / "graph")


# ---- what is written comes back

@given(TEXT)
def test_any_text_comes_back_from_a_line_of_n_triples(text: str) -> None:
    lines = [f"<https://e.example/{name}> <https://e.example/p> {written} ." for name, written in (
        ("a", literal(text)), ("b", literal(text, language="en")), ("c", literal(text, "anyURI")))]
    assert all("\n" not in line and "\r" not in line for line in lines)
    quads = sorted(pyoxigraph.parse(input="\n".join(lines), format=pyoxigraph.RdfFormat.N_TRIPLES), key=lambda quad: quad.subject.value)
    assert [quad.object.value for quad in quads] == [text] * 3
    assert quads[1].object.language == "en"
    assert quads[2].object.datatype.value == "http://www.w3.org/2001/XMLSchema#anyURI"


@given(TEXT)
def test_any_text_can_be_asked_for_and_never_becomes_part_of_the_question(text: str) -> None:
    inner = pyoxigraph.Store()
    one, relation = pyoxigraph.NamedNode("https://e.example/a"), pyoxigraph.NamedNode("https://e.example/p")
    inner.add(pyoxigraph.Quad(one, relation, pyoxigraph.Literal(text)))
    rows = list(Store(inner, RESERVED).rows(f"SELECT ?s ?o WHERE {{ ?s ?p ?o . FILTER(?o = {text_term(text)}) }}"))
    assert rows == [{"s": "https://e.example/a", "o": text}]


@given(st.text(max_size=20))
def test_an_iri_that_could_end_early_is_refused(text: str) -> None:
    iri = f"https://e.example/{text}"
    if any(char in '<>"{}|^`\\' or char <= " " for char in text):
        with pytest.raises(Misuse):
            iri_term(iri)
    else:
        assert iri_term(iri) == f"<{iri}>"


@given(st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True), st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True))
def test_an_id_comes_back_from_its_iri(one: str, other: str) -> None:
    store = Store(pyoxigraph.Store(), "https://rivers.example/")
    assert store.key(thing_iri(store.base, one)) == one
    assert store.key(claim_iri(store.base, f"{one}/{other}")) == f"{one}/{other}"


# ---- asking

def test_unbound_variables_are_left_out_of_a_row(folder: Path) -> None:
    query = "SELECT ?id ?nothing WHERE { ?d a arms:Document ; arms:key ?id OPTIONAL { ?d arms:nothing ?nothing } }"
    rows = list(open_store(folder).rows(query))
    assert sorted(row["id"] for row in rows) == ["gazette-report", "wire-tour"]
    assert all("nothing" not in row for row in rows)


@pytest.mark.parametrize(("query", "sentence"), [
    ("SELECT", "the query is no SPARQL: "), ("ASK { ?s ?p ?o }", "only SELECT queries have rows"),
    ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "only SELECT queries have rows"),
    ("DELETE WHERE { ?s ?p ?o }", "the query is no SPARQL: "), ("INSERT DATA { <a:a> <a:a> <a:a> }", "the query is no SPARQL: ")])
def test_what_is_no_selection_is_refused_in_a_sentence(query: str, sentence: str, folder: Path) -> None:
    store = open_store(folder)
    before = len(store)
    with pytest.raises(Misuse) as refused:
        list(store.rows(query))
    assert str(refused.value).startswith(sentence)
    assert len(store) == before


# ---- opening

def test_a_store_that_is_missing_is_made_on_first_use_with_one_line_about_it(folder: Path, run: Run) -> None:
    whole = run("claims", "--format", "json", folder=folder)
    assert (whole[0], whole[2]) == (0, "")
    shutil.rmtree(folder / ".kg")
    assert run("claims", "--format", "json", folder=folder) == (0, whole[1], "kg: first use of these exports: making the store …\n")
    assert run("claims", "--format", "json", folder=folder) == whole


def test_without_a_build_the_sentence_says_what_to_run(tmp_path: Path, run: Run) -> None:
    assert run("claims", folder=small_folder(tmp_path / "graph")) == (2, "", "kg: nothing has been built yet: run `kg build`\n")


@pytest.mark.parametrize(("manifest", "sentence"), [
    ("{", "cannot be read"), ("", "cannot be read"), ("[]", "no manifest of this program"), ("{}", "no manifest of this program"),
    ("null", "no manifest of this program"), ('{"store": 7}', "no manifest of this program"),
    ('{"store": "../../../etc"}', "no manifest of this program"), ('{"store": ""}', "no manifest of this program")])
def test_a_manifest_that_is_none_is_told_in_a_sentence(manifest: str, sentence: str, folder: Path, run: Run) -> None:
    (folder / "exports" / "manifest.json").write_text(manifest, "utf-8")
    code, out, err = run("claims", folder=folder)
    assert (code, out) == (1, "")
    assert err.startswith("kg: exports/manifest.json ")
    assert sentence in err
    assert "run `kg build`" in err
    assert err.count("\n") == 1


def test_a_manifest_in_another_encoding_is_told_in_a_sentence(folder: Path, run: Run) -> None:
    (folder / "exports" / "manifest.json").write_bytes(b"\xff\xfe{}")
    code, out, err = run("claims", folder=folder)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "exports/manifest.json cannot be read" in err


@pytest.mark.parametrize("damage", ["missing", "cut short", "another graph"])
def test_no_store_is_made_from_an_export_that_is_not_what_the_manifest_says(damage: str, folder: Path, run: Run) -> None:
    shutil.rmtree(folder / ".kg")
    export = folder / "exports" / "graph.nt"
    data = export.read_bytes()
    export.unlink()
    if damage != "missing":
        export.write_bytes(data[:-20] if damage == "cut short" else data[:data.rindex(b"\n", 0, -1) + 1])
    code, out, err = run("claims", folder=folder)
    assert (code, out) == (1, "")
    assert "graph.nt" in err
    assert "mistake in kg" not in err
    assert not [path for path in (folder / ".kg").glob("store-*") if path.is_dir()]


def test_a_store_that_cannot_be_opened_says_what_to_remove(folder: Path, run: Run) -> None:
    store, = (folder / ".kg").glob("store-*")
    shutil.rmtree(store)
    store.mkdir()
    code, out, err = run("claims", folder=folder)
    assert (code, out) == (1, "")
    assert err.startswith(f"kg: the store {store.name} cannot be read (")
    assert err.endswith("); remove .kg and ask again\n")


# ---- making

def test_a_store_that_cannot_be_made_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / ".kg").write_text("a file where a folder belongs", "utf-8")
    with pytest.raises(BuildFailed) as failed:
        make_store(tmp_path, b"", "0" * 64)
    assert str(failed.value).startswith("the store could not be made: ")
    assert [path.name for path in tmp_path.iterdir()] == [".kg"]


def test_what_is_no_graph_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(KgError):
        make_store(tmp_path, b"<a> nonsense\n", "0" * 64)
    assert not [*(tmp_path / ".kg").iterdir()]


def test_a_store_that_is_there_is_kept(tmp_path: Path) -> None:
    store_path(tmp_path, "0" * 64).mkdir(parents=True)
    assert make_store(tmp_path, b"", "0" * 64) == store_path(tmp_path, "0" * 64)


def test_several_first_uses_at_once_all_answer(folder: Path) -> None:
    shutil.rmtree(folder / ".kg")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "KG_FOLDER": str(folder)}
    running = [subprocess.Popen([sys.executable, "-m", "kg", "documents", "--format", "json"], env=environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for process in running:
        out, err = process.communicate()
        assert (process.returncode, [row["id"] for row in json.loads(out)]) == (0, ["gazette-report", "wire-tour"]), err
    assert len([*(folder / ".kg").glob("store-*")]) == 1


BUILDS = """
import pickle, sys
from pathlib import Path
from kg.exports import publish
sets = pickle.load(open(sys.argv[2], "rb"))
for turn in range(16):
    publish(Path(sys.argv[1]), sets[turn % 2], True)
"""


def with_one_person_more(folder: Path) -> Built:
    """Add somebody to the sources, and return the exports as they then are."""
    people = folder / "sources" / "people.yaml"
    people.write_text(people.read_text("utf-8") + "  - {id: eve-moss, kind: person, label: Eve Moss}\n", "utf-8")
    return make_exports(folder)


def test_a_graph_that_is_open_answers_on_while_another_takes_its_place(folder: Path) -> None:
    store = open_store(folder)
    publish(folder, with_one_person_more(folder))
    labels = {row["label"] for row in store.rows("SELECT ?label WHERE { ?person a arms:Person ; rdfs:label ?label }")}
    assert {"Ana Ruiz", "Jon Berg"} <= labels
    assert "Eve Moss" not in labels
    assert "Eve Moss" in {row["label"] for row in open_store(folder).rows("SELECT ?label WHERE { ?person rdfs:label ?label }")}
    del store
    publish(folder, make_exports(folder))
    assert len([*(folder / ".kg").glob("store-*")]) == 1


def test_who_asks_while_builds_end_gets_one_graph_or_the_other_whole(folder: Path, tmp_path: Path) -> None:
    one = make_exports(folder)
    other = with_one_person_more(folder)
    (tmp_path / "sets").write_bytes(pickle.dumps([other, one]))
    found: list[int] = []
    with subprocess.Popen([sys.executable, "-c", BUILDS, str(folder), str(tmp_path / "sets")],
                          env={**os.environ, "PYTHONPATH": str(ROOT)}) as builder:
        while builder.poll() is None:
            found.append(len(open_store(folder)))
    assert builder.returncode == 0
    assert set(found) <= {one.triples, other.triples}
    assert len(found) > 16


# ---- staleness

STALE = "kg: the sources are newer than the built graph; run `kg build` to bring it up to date\n"


@pytest.mark.parametrize("name", ["sources/people.yaml", "sources/documents/wire-tour.yaml", "sources/documents/new.yaml"])
def test_sources_that_are_newer_than_the_graph_are_told_in_one_line(name: str, folder: Path, run: Run) -> None:
    assert run("documents", folder=folder)[2] == ""
    store, = (folder / ".kg").glob("store-*")
    (folder / name).touch()
    os.utime(folder / name, (store.stat().st_mtime + 10,) * 2)
    code, out, err = run("documents", folder=folder)
    assert (code, err) == (0, STALE)
    assert "wire-tour" in out


def test_building_ends_the_warning_even_where_nothing_changed(folder: Path, run: Run) -> None:
    store, = (folder / ".kg").glob("store-*")
    os.utime(store, (1, 1))
    assert run("documents", folder=folder)[2] == STALE
    publish(folder, make_exports(folder))
    assert run("documents", folder=folder)[2] == ""


def test_a_file_removed_since_the_build_is_noticed(folder: Path, run: Run) -> None:
    (folder / "sources" / "documents" / "gazette-report.yaml").unlink()
    store, = (folder / ".kg").glob("store-*")
    os.utime(folder / "sources" / "documents", (store.stat().st_mtime + 10,) * 2)
    assert run("documents", folder=folder)[2] == STALE
