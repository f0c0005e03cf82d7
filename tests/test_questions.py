"""A named question is one file: it runs as it stands, takes any text without harm, and never leaves a claim without its claimant."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from click.shell_completion import ShellComplete
from conftest import ROOT, Run

from kg.cli import kg
from kg.errors import KgError, Misuse
from kg.questions import CLAIM_FILTERS, INCLUDABLE, Filters, Question, ask, fill, load_question, parse_question
from kg.store import Store, open_store
from kg.terms import PREFIXES, RESERVED, thing_iri

FOLDER = ROOT / "ontology" / "questions"
NAMES = sorted(path.stem for path in FOLDER.glob("*.rq"))
DOCUMENTS = sorted(path.stem for path in (ROOT / "sources" / "documents").glob("*.yaml"))
WIDE = Filters(include=frozenset(INCLUDABLE))
GIVEN = {"what-does-it-add": {"document": "topwar-minister-visit", "other": "kazinform-minister-visit"},
         "who-knows-both": {"name": "imangali-tasmagambetov", "other": "zakir-hasanov"}}
"""What the questions that have to be given something are given here."""

HOSTILE = ('"', "'", "\\", "}", "{ arms:Anybody }", "a\nb\r\tc", "x } UNION { ?s ?p ?o", "https://e.example/a> . ?s ?p ?o . <b", "<>",
           "\\u003e\\u007d", "\\u0022", "?name", "arms:Anybody", "# ", "x" * 10_000, "\u202e\u0000", "=1+1", "'; --", "%s{0}")

EVERYTHING_TYPED = ("what-does-it-add", "who-met-whom")
"""Questions with parameters of each kind: they get all of it, the others, which share the way a name is read, some."""

QUICK = ("inferences", "what-rests-on-unnamed-sources", "what-to-check-next", "what-was-planned", "which-contracts", "which-drones",
         "which-meetings-one-side-tells", "which-sums", "who-acquired-whom", "who-denied-what", "who-first-said",
         "who-is-known-by-office-only", "who-kept-silent", "who-met-two-states", "who-met-whom", "who-sold-what-to-whom")
"""Questions that rdflib answers within three seconds; `make verify` waits longer."""


@pytest.fixture(scope="module")
def store() -> Store:
    """Return the built graph."""
    return open_store(ROOT)


@pytest.fixture(scope="module")
def memory() -> pyoxigraph.Store:
    """Return the exported triples in a store that knows nothing of ours."""
    inner = pyoxigraph.Store()
    inner.bulk_load(path=str(ROOT / "exports" / "graph.nt"), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return inner


@cache
def question(name: str) -> Question:
    """Return a question of the project."""
    return load_question(ROOT, name)


def given(name: str) -> dict[str, list[str]]:
    """Return IRIs for the parameters that a question has to be given."""
    return {parameter: [thing_iri(RESERVED, key)] for parameter, key in GIVEN.get(name, {}).items()}


def plain_sparql(name: str) -> str:
    """Return a question as its file has it, with prefixes before it and nothing else; what it has to be given is filled in."""
    prologue = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    return prologue + fill(question(name).text, {parameter: [f"<{iri}>" for iri in iris] for parameter, iris in given(name).items()})


def comparable(rows: list[dict[str, Any]]) -> list[str]:
    """Return rows in an order of their own; the parts of a joined text stand in whatever order an engine joins them."""
    parts = [{key: sorted(value.split(" / ")) if isinstance(value, str) else value for key, value in row.items()} for row in rows]
    return sorted(json.dumps(row, sort_keys=True) for row in parts)


# ---- The file


@pytest.mark.parametrize("name", NAMES)
def test_a_head_has_a_question_columns_and_examples(name: str) -> None:
    asked = question(name)
    assert asked.title.endswith("?") and asked.title[0].isupper()
    assert asked.examples and all(example.split()[:2] == ["kg", name] for example in asked.examples)
    assert {kind for _, kind in asked.columns} <= {"text", "term", "integer", "boolean", "list", "names"}
    assert {kind for _, kind, _ in asked.parameters} <= {"entity", "document"}
    assert asked.include <= set(INCLUDABLE)
    names = [column for column, _ in asked.columns]
    assert len(set(names)) == len(names) and "claims" in names


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_a_command_that_answers(name: str, run: Run) -> None:
    for example in question(name).examples:
        code, out, err = run(*shlex.split(example)[1:], "--format", "json")
        assert (code, err) == (0, ""), example
        assert json.loads(out), f"{example} shows nothing"


@pytest.mark.parametrize("name", NAMES)
def test_the_common_filters_stand_line_by_line(name: str) -> None:
    lines = [line.strip() for line in question(name).text.split("\n")]
    assert [line for line in CLAIM_FILTERS.strip().split("\n") if line not in lines] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_default_footings_are_those_that_the_head_includes(name: str) -> None:
    asked = question(name)
    wanted = " ".join(f'"{footing}"' for footing in Filters(include=asked.include).footings())
    assert set(re.findall(r"VALUES \?footing\d? \{ ([^{}]*) \}", asked.text)) == {wanted}


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_a_block_that_is_filled_in(name: str) -> None:
    asked = question(name)
    for parameter, _, _ in asked.parameters:
        assert fill(asked.text, {parameter: ["<https://e.example/x>"]}).count("https://e.example/x") > 0
    assert asked.required == set(GIVEN.get(name, ()))


# ---- As it stands, on any engine


@pytest.mark.parametrize("name", NAMES)
def test_the_file_alone_gives_the_rows_of_the_command(name: str, store: Store, memory: pyoxigraph.Store) -> None:
    class Alone:
        engine = ""

        def rows(self, _: str) -> Any:
            solutions = memory.query(plain_sparql(name))
            assert isinstance(solutions, pyoxigraph.QuerySolutions)
            names = [variable.value for variable in solutions.variables]
            return [{key: value.value for key in names if isinstance(value := row[key], pyoxigraph.NamedNode | pyoxigraph.Literal)}
                    for row in solutions]

    alone: Any = Alone()
    rows = ask(store, question(name), Filters(), given(name))
    assert rows
    assert comparable(ask(alone, question(name), Filters(), {})) == comparable(rows)


@pytest.fixture(scope="module")
def rdflib_graph() -> Any:
    """Return the exported triples in rdflib."""
    import rdflib

    return rdflib.Graph().parse(ROOT / "exports" / "graph.nt", format="nt")


@pytest.mark.parametrize("name", QUICK)
def test_another_engine_gives_the_same_rows(name: str, store: Store, rdflib_graph: Any) -> None:
    class Other:
        engine = "rdflib"

        def rows(self, _: str) -> Any:
            solutions = rdflib_graph.query(plain_sparql(name))
            return [{str(key): str(value) for key, value in row.asdict().items()} for row in solutions]

    other: Any = Other()
    assert comparable(ask(other, question(name), Filters(), {})) == comparable(ask(store, question(name), Filters(), given(name)))


# ---- Whatever is typed


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_only_a_name(name: str, run: Run) -> None:
    parameters = question(name).parameters
    for text in HOSTILE if name in EVERYTHING_TYPED else HOSTILE[:8:3]:
        for at in range(len(parameters)):
            arguments = [*(GIVEN.get(name, {}).get(parameter) or "Lieberman" for parameter, _, _ in parameters[:at]), text,
                         *(key for parameter, key in GIVEN.get(name, {}).items() if parameter in [each[0] for each in parameters[at + 1:]])]
            code, out, err = run(name, "--format", "json", "--", *arguments)
            assert (code, out) == (3, ""), ascii((text[:40], err))
            assert "mistake in kg" not in err and "Traceback" not in err


def test_bytes_that_are_no_text_are_only_a_name() -> None:
    command: list[str | bytes] = [sys.executable, "-m", "kg", "--folder", str(ROOT), "who-met-whom", b"\xff\xfe"]
    done = subprocess.run(command, check=False, capture_output=True, cwd=ROOT)
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"nothing goes by" in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.parametrize("name", EVERYTHING_TYPED)
@pytest.mark.parametrize("option", ["--without", "--according-to", "--from", "--as-of", "--include"])
def test_a_hostile_filter_is_refused(name: str, option: str, run: Run) -> None:
    for text in HOSTILE[:11] if option in ("--without", "--according-to") else HOSTILE[:5]:
        code, out, err = run(name, *(key for key in GIVEN.get(name, {}).values()), f"{option}={text}", "--format", "json")
        assert (code in (2, 3), out) == (True, ""), ascii((text[:40], err))
        assert "mistake in kg" not in err


@pytest.mark.parametrize("name", NAMES)
def test_a_text_that_reaches_the_query_brings_no_row(name: str, store: Store) -> None:
    everything = {json.dumps(row) for row in ask(store, question(name), Filters(), given(name))}
    for text in HOSTILE[:-5]:
        rows = ask(store, question(name), Filters(since=text), given(name))
        assert {row["claims"][0] for row in rows if row["claims"]} <= {key for row in map(json.loads, everything) for key in row["claims"]}
    with pytest.raises(Misuse):
        ask(store, question(name), Filters(without=("https://e.example/a> . ?s ?p ?o",)), given(name))


# ---- What no answer may do


@pytest.mark.parametrize("name", NAMES)
def test_no_allegation_without_its_claimant_and_no_dispute_without_who_denies(name: str, store: Store) -> None:
    for row in ask(store, question(name), WIDE, given(name)):
        if row.get("status") == "alleged":
            assert any(row.get(column) for column in ("said_by", "by", "claimant", "first_said_by", "told_by")), row
        if row.get("disputed"):
            assert any(row.get(column) for column in ("denied_by", "denier", "against")), row


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("document", DOCUMENTS)
def test_nothing_is_left_of_a_document_left_out(name: str, document: str, store: Store) -> None:
    rows = ask(store, question(name), Filters(include=WIDE.include, without=(thing_iri(store.base, document),)), given(name))
    assert [key for row in rows for key in row["claims"] if key.startswith(f"{document}/")] == []


def test_what_is_given_has_to_be_typed(run: Run) -> None:
    for name, needed in GIVEN.items():
        code, out, err = run(name, *list(needed.values())[:1])
        assert (code, out) == (2, "") and "Missing argument" in err


# ---- A new file is a new command

NEW = """# Who spoke of what?
#
# parameter: name entity Somebody who spoke.
# example: kg who-spoke
# column: who text
# column: status text
# column: claims list

SELECT ?who ?status ?claims
WHERE {
  VALUES ?name { arms:Anybody } FILTER(?name = arms:Anybody || ?name = ?speaker)
  ?claim said:speaker ?speaker ; arms:status ?status ; arms:key ?claims . ?speaker rdfs:label ?who .
  FILTER EXISTS { VALUES ?footing { "firm" } ?claim arms:footing ?footing }
"""


def test_a_file_put_into_the_folder_is_a_command_with_help_and_completion(
        tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("sources", "ontology", "exports"):
        shutil.copytree(ROOT / part, tmp_path / part)
    text = NEW + "".join(f"  {line}\n" for line in CLAIM_FILTERS.strip().split("\n")) + "}\nORDER BY ?claims\n"
    (tmp_path / "ontology" / "questions" / "who-spoke.rq").write_text(text, encoding="utf-8")
    code, out, _ = run("who-spoke", "--help", folder=tmp_path)
    assert code == 0 and "Who spoke of what?" in out and "Somebody who spoke." in out and "--without" in out
    code, out, _ = run("who-spoke", "Pakhchanian", "--format", "json", folder=tmp_path)
    assert code == 0 and {row["who"] for row in json.loads(out)} == {"Davit Pakhchanian"}
    assert "who-spoke" in run("--help", folder=tmp_path)[1]
    monkeypatch.setenv("KG_FOLDER", str(tmp_path))
    complete = ShellComplete(kg, {}, "kg", "_KG_COMPLETE")
    assert [item.value for item in complete.get_completions([], "who-sp")] == ["who-spoke"]
    assert "Davit Pakhchanian" in [item.value for item in complete.get_completions(["who-spoke"], "Davit")]


@pytest.mark.parametrize("text", ["", "SELECT ?x WHERE { }", "# A question?\nSELECT ?x WHERE { }", "no comment\n# column: x text\n"])
def test_a_file_without_question_or_columns_is_refused(text: str) -> None:
    with pytest.raises(KgError, match="does not begin with its question"):
        parse_question("new", text)


# ---- The forms


@pytest.mark.parametrize("name", NAMES)
def test_all_forms_show_the_same_rows_and_columns(name: str, run: Run) -> None:
    arguments = [name, *GIVEN.get(name, {}).values()]
    rows = json.loads(run(*arguments, "--format", "json")[1])
    columns = [column for column, _ in question(name).columns]
    assert all(list(row) == columns for row in rows)
    for form, mark in (("csv", ","), ("tsv", "\t")):
        head, *body = csv.reader(io.StringIO(run(*arguments, "--format", form)[1]), delimiter=mark)
        assert (head, len(body)) == (columns, len(rows))
    head_line, _, *body_lines = run(*arguments, "--format", "markdown")[1].splitlines()
    assert [cell.strip() for cell in head_line.strip("|").split("|")] == columns
    assert len(body_lines) == len(rows)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_answer_keeps_its_columns(name: str, run: Run) -> None:
    code, out, _ = run(name, *GIVEN.get(name, {}).values(), "--according-to", "CIS", "--format", "csv")
    assert code == 0
    assert out.splitlines()[0].split(",") == [column for column, _ in question(name).columns]


# ---- What the investigator asks

TABLE = re.findall(r"^\| (\d+) \| (.+?) \| `kg (.+?)` \|$", (ROOT / "ontology" / "README.md").read_text("utf-8"), re.MULTILINE)


def test_each_question_of_the_investigator_has_its_command() -> None:
    assert [int(number) for number, _, _ in TABLE] == list(range(1, 40))


@pytest.mark.parametrize("line", [line for _, _, line in TABLE], ids=[number for number, _, _ in TABLE])
def test_the_command_answers(line: str, run: Run) -> None:
    code, out, err = run(*shlex.split(line), "--format", "json")
    assert code == 0, err
    answer = json.loads(out)
    assert answer.get("paths", answer) if isinstance(answer, dict) else answer
