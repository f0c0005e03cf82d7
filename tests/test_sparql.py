"""`kg sparql`: what is typed is answered as the engine alone would, in every format; slips, limits and refusals are told."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from conftest import ROOT, Run
from fixtures import small_built
from rdflib.compare import isomorphic

from kg.questions import load_question, runnable
from kg.store import locate_store, prefixes

MISUSE, STOPPED = 2, 5
QUESTIONS = sorted(path.stem for path in (ROOT / "ontology" / "questions").glob("*.rq"))
PEOPLE = "SELECT ?name ?who WHERE { ?who a arms:Person ; rdfs:label ?name } ORDER BY ?name"


@pytest.fixture(scope="module")
def store() -> pyoxigraph.Store:
    return pyoxigraph.Store.read_only(str(locate_store(small_built())[0]))


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    return prefixes(locate_store(small_built())[1])


def direct(store: pyoxigraph.Store, query: str, known: dict[str, str]) -> list[dict[str, str]]:
    """Return what the engine answers without anybody between, as values by variable."""
    found = store.query(query, prefixes=known)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: value.value for name in names if (value := row[name]) is not None and not isinstance(value, pyoxigraph.Triple)}
            for row in found]


# ---- answers

@pytest.mark.parametrize("query", [
    PEOPLE, "SELECT * { ?claim said:participant ?who ; arms:status ?status OPTIONAL { ?claim arms:hedge ?hedge } }",
    "SELECT ?kind (COUNT(*) AS ?n) { ?s a ?kind } GROUP BY ?kind", "SELECT ?a ?b { ?a (arms:met|^arms:met)+ ?b }",
    "SELECT * { FILTER(false) ?s ?p ?o }", "SELECT ?s { ?s arms:met ?o . FILTER(CONTAINS(STR(?s), \"a\")) }",
    "PREFIX x: <https://arms-graph.example/terms#> SELECT * { ?s a x:Minister }"])
def test_an_answer_is_the_engines_own(query: str, store: pyoxigraph.Store, known: dict[str, str], run: Run) -> None:
    code, out, err = run("sparql", query, "--format", "json", folder=small_built())
    assert (code, err) == (0, "")
    got = [{name: term["value"] for name, term in row.items()} for row in json.loads(out)["results"]["bindings"]]
    wanted = direct(store, query, known)
    assert got == wanted if "ORDER" in query else sorted(map(str, map(sorted, map(dict.items, got)))) == sorted(
        map(str, map(sorted, map(dict.items, wanted))))
    if "arms:met" not in query and "false" not in query:
        assert got


def test_each_format_holds_the_same_rows(store: pyoxigraph.Store, known: dict[str, str], run: Run) -> None:
    wanted = direct(store, PEOPLE, known)
    assert len(wanted) > 2
    out = run("sparql", PEOPLE, "--format", "csv", folder=small_built())[1]
    assert list(csv.DictReader(io.StringIO(out))) == wanted
    for form, read in (("tsv", pyoxigraph.QueryResultsFormat.TSV), ("xml", pyoxigraph.QueryResultsFormat.XML),
                       ("json", pyoxigraph.QueryResultsFormat.JSON)):
        found = pyoxigraph.parse_query_results(run("sparql", PEOPLE, "--format", form, folder=small_built())[1].encode(), read)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        assert [row["name"].value for row in found] == [row["name"] for row in wanted]
    base = known["id"]
    shown = [f"| {row['name']} | id:{row['who'].removeprefix(base)} ({row['name']}) |" for row in wanted]
    out = run("sparql", PEOPLE, "--format", "markdown", folder=small_built())[1]
    assert out.splitlines() == ["| name | who |", "| --- | --- |", *shown]
    table = run("sparql", PEOPLE, folder=small_built())[1].splitlines()
    assert [line.split("  ")[0] for line in table[1:]] == [row["name"] for row in wanted]


@pytest.mark.parametrize(("form", "name"), [("turtle", "turtle"), ("ntriples", "nt"), (None, "turtle")])
@pytest.mark.parametrize("query", ["CONSTRUCT { ?a arms:met ?b } WHERE { ?x said:participant ?a, ?b }", "DESCRIBE id:ana-ruiz",
                                   "CONSTRUCT WHERE { ?s rdfs:label ?o }"])
def test_triples_are_the_engines_own(form: str | None, name: str, query: str, store: pyoxigraph.Store, known: dict[str, str],
                                     run: Run) -> None:
    code, out, err = run("sparql", query, *(["--format", form] if form else []), folder=small_built())
    assert (code, err) == (0, "")
    found = store.query(query, prefixes=known)
    assert isinstance(found, pyoxigraph.QueryTriples)
    wanted = rdflib.Graph().parse(data=found.serialize(format=pyoxigraph.RdfFormat.N_TRIPLES), format="nt")
    assert len(wanted) > 2
    assert isomorphic(rdflib.Graph().parse(data=out, format=name), wanted)
    assert out == run("sparql", query, *(["--format", form] if form else []), folder=small_built())[1]


def test_yes_or_no(run: Run) -> None:
    assert run("sparql", "ASK { ?s a arms:Person }", folder=small_built()) == (0, "yes\n", "")
    assert run("sparql", "ASK { ?s a arms:Person }", "--format", "json", folder=small_built())[1] == '{"head": {}, "boolean": true}\n'
    assert run("sparql", "ASK { FILTER(false) }", folder=small_built()) == (0, "no\n", "")


def test_a_term_that_is_told_has_the_label_of_the_term_it_tells(run: Run) -> None:
    table = run("sparql", "SELECT DISTINCT ?told WHERE { ?claim ?told id:avigdor-lieberman FILTER(?told = said:audience) }")[1]
    assert table.splitlines()[1].strip() == "said:audience (audience)"


def test_no_rows_are_said_where_nothing_would_be_seen(run: Run) -> None:
    nothing = "SELECT ?s { ?s ?p ?o FILTER(false) }"
    assert run("sparql", nothing, folder=small_built()) == (0, "", "kg: no rows\n")
    assert run("sparql", nothing, "--format", "csv", folder=small_built()) == (0, "s\r\n", "")


# ---- the shipped questions

@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_explained_is_a_query_that_any_engine_runs_and_gives_what_its_command_gives(name: str, run: Run) -> None:
    code, text, err = run("sparql", "--explain", name)
    assert (code, err) == (0, "")
    assert text.startswith(f"# {load_question(ROOT, name).title}\n")
    store = pyoxigraph.Store.read_only(str(locate_store(ROOT)[0]))
    found = store.query(text)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    rows = json.loads(run("sparql", text, "--format", "json")[1])["results"]["bindings"]
    assert len(rows) == sum(1 for _ in found)
    if load_question(ROOT, name).include:
        return  # its command shows of itself what the query shows when it is widened
    code, out, err = run(name, "--format", "json")
    if "Missing argument" in err:  # a question about somebody is about nobody until a name is put in
        assert rows == []
    else:
        assert len(rows) == len(json.loads(out))


def test_only_the_prefixes_that_a_question_uses_are_declared() -> None:
    text = runnable(load_question(ROOT, "who-met-whom"), {"arms": "urn:a:", "said": "urn:s:", "oa": "urn:oa:"})
    assert "PREFIX arms: <urn:a:>\nPREFIX said: <urn:s:>\n\nSELECT" in text
    assert "oa:" not in text


def test_the_list_names_every_question_with_an_example(run: Run) -> None:
    rows = json.loads(run("sparql", "--list", "--format", "json")[1])
    assert [row["name"] for row in rows] == QUESTIONS
    assert all(row["question"].endswith("?") and row["example"].startswith(f"kg {row['name']}") for row in rows)


# ---- where the query comes from

def test_a_query_comes_from_a_file_or_from_standard_input(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "people.rq"
    file.write_text(f"# everybody\n{PEOPLE}\n", "utf-8-sig")  # some editors begin a file with a mark
    wanted = run("sparql", PEOPLE, folder=small_built())
    assert run("sparql", "--file", str(file), folder=small_built()) == wanted
    for arguments in (["-"], []):
        done = subprocess.run([sys.executable, "-m", "kg", "--folder", str(small_built()), "sparql", *arguments], input=PEOPLE, text=True,
                              capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
        assert (done.returncode, done.stdout, done.stderr) == wanted
    (tmp_path / "latin").write_bytes(b"SELECT * { ?s ?p 'caf\xe9' }")
    (tmp_path / "empty").write_bytes(b"\n")
    assert run("sparql", "--file", str(tmp_path / "latin"), folder=small_built()) == (
        MISUSE, "", f"kg: {tmp_path / 'latin'} is not UTF-8 (byte 22)\n")
    assert run("sparql", "--file", str(tmp_path / "empty"), folder=small_built()) == (
        MISUSE, "", f"kg: {tmp_path / 'empty'} holds no query\n")
    assert run("sparql", str(file), folder=small_built()) == (MISUSE, "", f"kg: '{file}' is a file; read it with --file {file}\n")


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"],
     "SERVICE asks another server, and a query here reaches this graph alone; ask that server itself"),
    (["SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"],
     "FROM names another graph to read, and a query here reads this one alone; leave FROM out"),
    (["LOAD <http://127.0.0.1:9/>"], "LOAD changes a graph, and this one is only read here; it changes through its sources and `kg build`"),
    (["SELECT * { ?s amrs:met ?o }"], "no prefix 'amrs:' is declared; did you mean arms:?"),
    (["SELECT * { ?s arms:met ?o"], "the query is no SPARQL: the { on line 1, column 10 has no partner"),
    (["SELCT * { ?s arms:met ?o }"],
     "the query is no SPARQL: it begins neither with SELECT, ASK, CONSTRUCT nor with DESCRIBE; did you mean SELECT?"),
    (["SELECT * { ?s \x1b[31m ?o }"], "the query is no SPARQL: the [ on line 1, column 16 has no partner"),
    (["ASK {}", "--format", "turtle"], "ASK gives no triples; take --format table, json, csv, tsv, xml, markdown"),
    (["DESCRIBE id:ana-ruiz", "--format", "csv"], "DESCRIBE gives triples, not rows; take --format turtle or ntriples"),
    (["ASK {}", "--file", str(ROOT / "README.md")], "the query is given twice: as text and with --file"),
    (["--explain", "who-met"], "no question is called 'who-met'; did you mean who-met-whom"),
    (["--explain", "../x"], "no question is called '../x'; `kg sparql --list` lists them"),
    (["--list", "--format", "xml"], "--list is written as table, json, csv, tsv or markdown, not as xml"),
    (["ASK { #" + "x" * 200_000 + "\n}"], "a query may have 200,000 characters, and this one has 200,009")],
    ids=lambda value: value if isinstance(value, str) else "")
def test_what_cannot_be_answered_is_told_in_a_sentence(arguments: list[str], sentence: str, run: Run) -> None:
    code, out, err = run("sparql", *arguments, folder=small_built())
    assert (code, out) == (MISUSE, "")
    assert err.startswith(f"kg: {sentence}")
    assert err.count("\n") == 1


def test_it_is_said_that_an_endpoint_in_the_environment_is_not_asked() -> None:
    done = subprocess.run([sys.executable, "-m", "kg", "--folder", str(small_built()), "sparql", "ASK { ?s a arms:Person }"], text=True,
                          capture_output=True, check=False,
                          env={**os.environ, "PYTHONPATH": str(ROOT), "KG_ENDPOINT": "http://127.0.0.1:9/sparql"})
    assert (done.returncode, done.stdout, done.stderr) == (
        0, "yes\n", "kg: this asks the graph built here; KG_ENDPOINT is for the other commands\n")


# ---- slips and limits

@pytest.mark.parametrize(("query", "slip"), [
    ("SELECT * { ?claim said:participan ?who }", "said:participan is no term of the ontology; did you mean said:participant?"),
    ("SELECT * { ?s a arms:Ministre }", "arms:Ministre is no term of the ontology; did you mean arms:Minister or arms:Ministry?"),
    ("SELECT * { ?s <https://arms-graph.example/terms#zzzzzz> ?o }", "arms:zzzzzz is no term of the ontology"),
    ("SELECT * { id:ana-ruix arms:met ?o }", "nothing in this graph is id:ana-ruix; `kg entities` and `kg claims` list the ids"),
    ("SELECT * { claim:wire-tour\\/c99 arms:says ?o }",
     "nothing in this graph is claim:wire-tour/c99; `kg entities` and `kg claims` list the ids")])
def test_a_term_that_there_is_not_is_told_beside_the_answer(query: str, slip: str, run: Run) -> None:
    code, out, err = run("sparql", query, "--format", "csv", folder=small_built())
    assert (code, err) == (0, f"kg: {slip}\n")
    assert out.count("\n") == 1


def test_no_shipped_question_holds_a_slip(run: Run) -> None:
    for name in QUESTIONS:
        assert run("sparql", runnable(load_question(ROOT, name), prefixes("https://rivers.example/")), "--format", "csv",
                   folder=small_built())[2] == ""


@pytest.mark.parametrize(("query", "what"), [("SELECT * { ?s ?p ?o }", "rows"), ("CONSTRUCT WHERE { ?s ?p ?o }", "triples")])
def test_an_answer_that_is_cut_is_shown_with_the_limit_that_cut_it(query: str, what: str, run: Run) -> None:
    code, out, err = run("sparql", query, "--rows", "3", "--format", "csv" if what == "rows" else "ntriples", folder=small_built())
    assert (code, err) == (STOPPED, f"kg: cut after 3 {what}; --rows allows more\n")
    assert out.count("\n") == (4 if what == "rows" else 3)


def test_the_time_is_cut_in_the_midst_of_what_comes_at_once(run: Run) -> None:
    code, out, err = run("sparql", "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f }", "--seconds", "0.5", "--rows", "100000000", "--format", "tsv",
                         folder=small_built())
    assert (code, err) == (STOPPED, "kg: cut after 0.5 s, with what had come until then; --seconds allows more\n")
    lines = out.split("\n")
    assert len(lines) > 100
    assert all(line.count("\t") == 1 for line in lines[:-1])
    assert lines[-1] == ""


def test_nothing_in_an_answer_takes_over_the_terminal(run: Run) -> None:
    query = "SELECT ('\\u001b[31m\\u202e\\u0007' AS ?x) (IRI('urn:x\\u202e') AS ?y) {}"
    for form in ("table", "json", "csv", "tsv", "xml", "markdown"):
        code, out, err = run("sparql", query, "--format", form, folder=small_built())
        assert (code, err) == (0, "")
        assert not any(char in out for char in "\x1b\u202e\x07")
    out = run("sparql", "CONSTRUCT { <urn:a> <urn:b> '\\u001b[31m\\u202e' } WHERE {}", folder=small_built())[1]
    assert not any(char in out for char in "\x1b\u202e")
    assert "\x1b[31m\u202e" in [str(value) for value in rdflib.Graph().parse(data=out, format="turtle").objects()]
