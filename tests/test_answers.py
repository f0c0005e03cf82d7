"""What programs read is what `ontology/answers.schema.json` says: every command, and nothing beside what is described."""

from __future__ import annotations

import copy
import json
import re
import shlex
from collections.abc import Iterator
from typing import Any

import click
import pytest
from conftest import ROOT, Run
from jsonschema import Draft202012Validator

from kg import model
from kg.cli import kg
from kg.questions import Question, load_question
from kg.schema import load_schema

SCHEMA: dict[str, Any] = json.loads((ROOT / "ontology" / "answers.schema.json").read_text("utf-8"))
DEFS: dict[str, Any] = SCHEMA["$defs"]
NOTHING = tuple(part for path in sorted((ROOT / "sources" / "documents").glob("*.yaml")) for part in ("--without", path.stem))
"""Options under which nothing is left."""

QUESTIONS = sorted(path.stem for path in (ROOT / "ontology" / "questions").glob("*.rq"))
WIDE = ("--include", "planned,alleged,inferred,hedged")
ADDED = {"evidence", "as_of", "reason"}
"""What options add to a row."""

TYPES = {"text": str, "term": str, "integer": int, "boolean": bool, "list": list, "names": list}

ASKED: dict[str, tuple[tuple[str, ...], ...]] = {
    "documents": (("documents",), ("documents", "--without", "rferl-hasanov-visit"), ("documents", "--evidence")),
    "claims": (("claims",), ("claims", *WIDE), ("claims", "lieberman", "--evidence"), ("claims", "--from", "2017", "--to", "2017-12"),
               ("claims", "--according-to", "Maariv"), ("claims", "--from", "2090")),
    "entities": (("entities",), ("entities", "--without", "rferl-hasanov-visit", *WIDE)),
    "show": (("show", "Lieberman"), ("show", "Harop", "--evidence"), ("show", "Orbiter 1K", "--include", "alleged")),
    "evidence": (("evidence", "rferl-hasanov-visit/c25"), ("evidence", "inferences/i1", "rferl-hasanov-visit/c60")),
    "path": (("path", "Tasmagambetov", "Hasanov"), ("path", "Mayermanov", "Soltam Systems", *WIDE, "--evidence"),
             ("path", "Mayermanov", "Soltam Systems", "--max-hops", "1"),
             ("path", "Tasmagambetov", "Hasanov", "--not-through", "Lieberman"),
             ("path", "Tasmagambetov", "Hasanov", "--only", "meeting", "--count", "2"), ("between", "Tasmagambetov", "Hasanov", *WIDE)),
    "around": (("around", "Lieberman"), ("around", "Lieberman", "--hops", "2", *WIDE, "--as-of", "2017-03-01")),
    "cut": (("cut", "Tasmagambetov", "Hasanov"), ("cut", "Mayermanov", "Soltam Systems", *WIDE), ("cut", "Tasmagambetov", "Lieberman")),
    "who-held-which-post": (("who-held-which-post",), ("who-held-which-post", "Lieberman", "--as-of", "2017-03-01", "--evidence")),
    "which-deals": (("which-deals",), ("which-deals", "--as-of", "2017-01-01", *WIDE)),
    "how-do-things-stand": (("how-do-things-stand",), ("how-do-things-stand", "Kazakhstan", "--as-of", "2014-02-01", "--evidence", *WIDE)),
    "support": (("support", "rferl-hasanov-visit/c25"), ("support", "inferences/i1", "--include", "inferred"),
                ("support", "tasmagambetov-lieberman-meeting-2016")),
    "fragile": (("fragile",), ("fragile", "--without", "Maariv")),
    "fragile-path": (("fragile", "Tasmagambetov", "Hasanov"), ("fragile", "Mayermanov", "Soltam Systems", *WIDE)),
    "who-met-whom": (("who-met-whom",), ("who-met-whom", "lieberman", *WIDE, "--evidence"), ("who-met-whom", "Lieberman", "Hasanov"),
                     ("who-met-whom", "--as-of", "2017-01-01"), ("who-met-whom", "--without", "rferl-hasanov-visit")),
}
"""For each described answer the command lines that are held to it; the first has rows."""

LINES = [(name, line) for name, lines in ASKED.items() for line in lines]
NO_CHAIN = 4


def validator(name: str) -> Draft202012Validator:
    """Return what holds an answer to its description."""
    return Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{name}"})


def faults(name: str, answer: Any) -> list[str]:
    """Return where an answer is not as described."""
    return [f"{error.json_path}: {error.message[:300]}" for error in validator(name).iter_errors(answer)]


def answer_of(run: Run, line: tuple[str, ...]) -> Any:
    """Return what a command prints as JSON."""
    code, out, err = run(*line, "--format", "json")
    assert code in (0, NO_CHAIN), err
    return json.loads(out)


# ---- The description itself


def test_the_description_is_sound_and_has_a_version() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert re.fullmatch(r"\d+\.\d+\.\d+", SCHEMA["version"])


def objects(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every description of an object within a description."""
    if isinstance(part, dict):
        if "properties" in part and part.get("type") == "object":
            yield part
        for inner in part.values():
            yield from objects(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from objects(inner)


def test_every_field_is_described_and_no_other_is_allowed() -> None:
    found = list(objects(DEFS))
    assert len(found) > 20
    for part in found:
        for name, field in part["properties"].items():
            assert field.get("description", "").endswith((".", "said")), f"{name} of: {part['description']}"
        closed = part.get("additionalProperties") is False
        assert closed or part is DEFS["question"]["items"], part["description"]


def test_the_words_of_fixed_lists_are_the_program_s() -> None:
    claim = DEFS["claim"]["properties"]
    assert set(claim["status"]["enum"]) == set(model.STATUSES)
    assert set(claim["mode"]["enum"]) == set(model.MODES)


# ---- Every command is held to it


WRITERS = {"export", "page"}
"""Commands that take the options of answers and write files."""

STANDARD = {"sparql"}
"""Commands whose JSON is another's standard: the results of SPARQL as the W3C describes them."""


def prints_json(command: click.Command) -> bool:
    """Return whether a command can print JSON."""
    return any("json" in getattr(param.type, "choices", ()) and "--format" in param.opts for param in command.params)


def test_every_command_that_prints_json_is_described_and_tried() -> None:
    context = click.Context(kg)
    commands = {name: command for name in kg.list_commands(context) if (command := kg.get_command(context, name))}
    printing = {name for name, command in commands.items() if prints_json(command)}
    tried = {line[0] for _, line in LINES} | {"coverage"}
    assert {"claims", "path", "who-met-whom", "coverage"} <= printing
    assert printing - tried - set(QUESTIONS) - WRITERS - STANDARD == set()
    assert set(ASKED) | {"coverage", "question"} <= set(DEFS)


@pytest.mark.parametrize(("name", "line"), LINES, ids=[" ".join(line) for _, line in LINES])
def test_an_answer_is_as_described(name: str, line: tuple[str, ...], run: Run) -> None:
    assert faults(name, answer_of(run, line)) == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_of_a_question_has_the_columns_of_its_file(name: str, run: Run) -> None:
    question = load_question(ROOT, name)
    lines = [tuple(shlex.split(example))[1:] for example in question.examples]
    lines.append((*(lines[0] if question.required else (name,)), *WIDE, "--evidence"))
    for line in lines:
        answer = answer_of(run, line)
        assert faults(name if name in DEFS else "question", answer) == [], line
        for row in answer:
            assert wrong_columns(question, row) == [], line


def wrong_columns(question: Question, row: dict[str, Any]) -> list[str]:
    """Return the columns that a row lacks, has too many, or holds something else in than the question's file says."""
    columns = dict(question.columns)
    wrong = sorted(set(columns) ^ (set(row) - ADDED))
    return wrong + [name for name, kind in columns.items() if name in row and not isinstance(row[name], TYPES[kind])]


def test_columns_that_differ_from_the_question_s_file_are_seen() -> None:
    question = load_question(ROOT, "who-met-whom")
    row = {name: TYPES[kind]() for name, kind in question.columns}
    assert wrong_columns(question, row) == []
    assert wrong_columns(question, {**row, "surprise": ""}) == ["surprise"]
    assert wrong_columns(question, {**row, "documents": "2"}) == ["documents"]
    assert wrong_columns(question, {name: value for name, value in row.items() if name != "date"}) == ["date"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_column_of_a_question_is_described(name: str) -> None:
    described = set(DEFS[name if name in DEFS else "question"]["items"]["properties"]) - ADDED
    assert {column for column, _ in load_question(ROOT, name).columns} <= described


def test_no_column_is_described_that_no_question_has() -> None:
    asked = {column for name in QUESTIONS for column, _ in load_question(ROOT, name).columns}
    assert set(DEFS["question"]["items"]["properties"]) - ADDED <= asked


@pytest.mark.texts
def test_the_answer_of_coverage_is_as_described(run: Run, texts: Any) -> None:
    code, out, err = run("coverage", "--texts", str(texts), "--format", "json")
    assert code in (0, 1), err
    assert json.loads(out) and faults("coverage", json.loads(out)) == []


def test_claims_hold_kinds_and_roles_of_the_ontology_alone(run: Run) -> None:
    schema = load_schema(ROOT / "ontology")
    kinds = {kind.name: kind for kind in schema.kinds.values()}
    things = {role.keyword for role in schema.roles.values() if role.takes in ("entity", "happening", "claim", "any")}
    for claim in answer_of(run, ("claims",)):
        filled = {*claim["roles"], *claim["values"]}
        assert claim["kind"] in kinds, claim["id"]
        assert filled <= kinds[claim["kind"]].roles | {"deal", "place"}, claim["id"]
        assert filled & things == set(claim["roles"]), claim["id"]


# ---- What is not described is seen


def shortened(answer: Any) -> Any:
    """Return an answer with the first two items of each list in it."""
    if isinstance(answer, dict):
        return {name: shortened(inner) for name, inner in answer.items()}
    return [shortened(inner) for inner in answer[:2]] if isinstance(answer, list) else answer


def places(answer: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield where the objects of an answer stand."""
    if isinstance(answer, dict):
        yield path
        for name, inner in answer.items():
            yield from places(inner, (*path, name))
    elif isinstance(answer, list):
        for number, inner in enumerate(answer):
            yield from places(inner, (*path, number))


def at(answer: Any, path: tuple[str | int, ...]) -> dict[str, Any]:
    """Return the object at a place of an answer."""
    for step in path:
        answer = answer[step]
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize("name", ASKED)
def test_a_field_that_is_not_described_is_seen_wherever_it_stands(name: str, run: Run) -> None:
    answer = shortened(answer_of(run, ASKED[name][0]))
    assert faults(name, answer) == []
    found = list(places(answer))
    assert found, "the answer has no rows to plant a field in"
    for path in found:
        planted = copy.deepcopy(answer)
        at(planted, path)["surprise"] = 1
        assert faults(name, planted), path


@pytest.mark.parametrize("name", ASKED)
def test_a_field_that_is_missing_or_holds_something_strange_is_seen(name: str, run: Run) -> None:
    answer = shortened(answer_of(run, ASKED[name][0]))
    row = next(path for path in places(answer) if {"claims", "status", "parted"} & set(at(answer, path)))
    for field in at(answer, row):
        planted = copy.deepcopy(answer)
        del at(planted, row)[field]
        assert faults(name, planted), f"without {field}"
        planted = copy.deepcopy(answer)
        at(planted, row)[field] = [[7]]
        assert faults(name, planted), f"with a strange {field}"


@pytest.mark.parametrize(("field", "value"), [
    ("status", "certain"), ("mode", "maybe"), ("date_from", "guess"), ("date", "on Monday"), ("paragraph", 0), ("words", None),
    ("kind", "meeting"), ("document", None), ("said_by", [{"id": "ana-ruiz"}]), ("rests_on", ["c1"]), ("inferred", "no"),
    ("inferred", True),
    ("values", {"value": {"currency": "EUR"}}), ("values", {"value": {"value": 5, "currency": "euro"}}), ("values", {"topics": ["one"]}),
    ("roles", {"participants": []}), ("roles", {"participants": [{"id": "ana-ruiz", "label": "Ana Ruiz", "rank": 1}]})])
def test_a_claim_with_one_thing_wrong_is_seen(field: str, value: Any, run: Run) -> None:
    claim = answer_of(run, ("evidence", "rferl-hasanov-visit/c25"))[0]["id"]
    row = next(row for row in answer_of(run, ("claims", "lieberman")) if row["id"] == claim)
    assert faults("claims", [row]) == []
    assert faults("claims", [{**row, field: value}])


def test_an_allegation_without_a_claimant_is_seen(run: Run) -> None:
    row = next(row for row in answer_of(run, ("claims",)) if row["status"] == "alleged")
    assert faults("claims", [row]) == []
    assert faults("claims", [{**row, "said_by": []}])


def test_a_chain_that_says_both_how_and_why_not_is_seen(run: Run) -> None:
    found = answer_of(run, ("path", "Tasmagambetov", "Hasanov"))
    none = answer_of(run, ("path", "Tasmagambetov", "Hasanov", "--max-hops", "1"))
    assert faults("path", found) == faults("path", none) == []
    assert faults("path", {**found, "why_not": none["why_not"]})
    assert faults("path", {**none, "why_not": None})


@pytest.mark.parametrize("command", [("claims",), ("show", "Harop"), ("who-held-which-post",), ("which-deals",)])
def test_a_table_without_rows_has_the_head_of_one_with_rows(command: tuple[str, ...], run: Run) -> None:
    _, full, _ = run(*command, "--format", "csv")
    _, empty, _ = run(*command, *NOTHING, "--format", "csv")
    assert len(empty.splitlines()) == 1
    assert empty.splitlines()[:1] == full.splitlines()[:1]
