"""The reference of the ontology: every term stands in it, with its meaning and its questions; its diagram is true of the graph."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

from kg.glossary import MODEL, glossary, read_terms, uses
from kg.schema import turtle_files
from kg.store import open_store
from kg.terms import ARMS

TEXT = (ROOT / "docs" / "ontology.md").read_text("utf-8")
ENTRIES = {part.split("\n", 1)[0]: part for part in re.split(r"(?m)^### ", TEXT)[1:]}
CLASSES = {"Event": "?{0} a/rdfs:subClassOf* arms:Happening .", "Entity": "?{0} arms:entityKind ?any{0} ."}


def test_every_term_declared_stands_there_once() -> None:
    declared = {name for path in turtle_files(ROOT / "ontology")
                for name in re.findall(r"(?m)^(arms:[\w-]+) (?:a|rdf:type) ", path.read_text("utf-8"))}
    assert len(declared) > 350
    headings = re.findall(r"(?m)^### (.*)$", TEXT)
    assert len(headings) == len(set(headings))
    assert set(headings) == declared


def test_an_entry_says_what_where_and_for_which_questions() -> None:
    assert "meeting: Two or more parties came together to talk." in ENTRIES["arms:Meeting"]
    assert "For example: Two ministers met at the start of a visit." in ENTRIES["arms:Meeting"]
    assert "- `needs`: arms:participant\n" in ENTRIES["arms:Meeting"]
    assert "- `of`: arms:Claim\n- `its value`: arms:Claim\n- `asked by`: " in ENTRIES["arms:deniedBy"]
    assert "who-denied-what" in ENTRIES["arms:deniedBy"].split("asked by")[1]


def test_terms_are_grouped_so_that_each_is_found_where_it_is_looked_for() -> None:
    def group(term: str) -> str:
        return str(re.findall(r"(?m)^## (.*)$", TEXT.split(f"\n### {term}\n")[0])[-1])

    assert [group(term) for term in ("arms:Drone", "arms:Signing", "arms:Claim", "arms:participant", "arms:met", "arms:status",
                                     "arms:status-alleged", "arms:keyword")] == [
        "Things", "Kinds of claim", "Records", "Roles", "Direct links", "Properties of records", "Words of fixed lists",
        "What the schema is written with"]


def test_the_questions_of_a_term_are_those_whose_query_has_it() -> None:
    found = uses(ROOT)
    for name, questions in found.items():
        for question in questions:
            assert re.search(rf"\b(arms|said):{name}\b", (ROOT / "ontology" / "questions" / f"{question}.rq").read_text("utf-8"))
    assert "who-kept-silent" in found["unsaid"]


def test_questions_use_no_term_that_is_not_declared() -> None:
    assert {ARMS + name for name in uses(ROOT)} <= set(read_terms(ROOT))


@pytest.mark.parametrize(("start", "wording", "end"), MODEL, ids=[" ".join(arrow) for arrow in MODEL])
def test_every_arrow_of_the_diagram_is_in_the_graph(start: str, wording: str, end: str) -> None:
    store = open_store(ROOT)
    patterns = [CLASSES.get(name, f"?{{0}} a arms:{name} .").format(variable) for name, variable in ((start, "one"), (end, "two"))]
    for term in re.findall(r"\w+:\w+", wording):
        assert list(store.rows(f"SELECT ?one WHERE {{ ?one {term} ?two . {' '.join(patterns)} }} LIMIT 1")), term


def test_it_is_the_same_every_time() -> None:
    assert glossary(ROOT) == glossary(ROOT)
