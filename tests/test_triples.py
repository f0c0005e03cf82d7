"""Lines read back without a store say what a store that has read them says, and GraphML written by hand is that of networkx."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph
import pytest
from fixtures import read_storm

from kg import lists
from kg.before import MANIFEST
from kg.exports import Built, make_exports
from kg.questions import Filters
from kg.store import Store
from kg.synthetic import write_graph
from kg.tables import by_ends, graphml, joined_rows, link_rows, linked, standing_label
from kg.text import visible
from kg.triples import by_subject, labels_and_keywords, value_of

BASE = "https://arms-graph.example/"


@pytest.mark.parametrize("text", ["", "plain", 'say "no"', "back\\slash", "a\\nb", "line\nend\ttab\rreturn", "é – 中 𝄞", "\b\f",
                                  '"@en', "ends\\"])
def test_a_literal_comes_back_as_it_was(text: str) -> None:
    for term in (pyoxigraph.Literal(text), pyoxigraph.Literal(text, language="en"),
                 pyoxigraph.Literal(text, datatype=pyoxigraph.NamedNode(BASE + "type"))):
        assert value_of(str(term)) == text


def test_escapes_by_number_are_read_too() -> None:
    assert value_of(r'"\u00e9\U0001D11E"') == "é𝄞"


def test_properties_are_those_of_the_subjects_asked_for() -> None:
    lines = [f'<{BASE}claim/a/c1> <{BASE}terms#key> "a/c1" .', f"<{BASE}claim/a/c1> <{BASE}terms#kind> <{BASE}terms#Meeting> .",
             f'<{BASE}id/a> <{BASE}terms#key> "a" .']
    assert by_subject(lines, BASE + "claim/") == {
        BASE + "claim/a/c1": {BASE + "terms#key": ["a/c1"], BASE + "terms#kind": [BASE + "terms#Meeting"]}}


def test_a_text_that_speaks_of_labels_is_no_label() -> None:
    lines = [f'<{BASE}id/a> <{BASE}terms#note> "<http://www.w3.org/2000/01/rdf-schema#label> \\"x\\" ." .']
    assert labels_and_keywords(lines) == ({}, {})


def stored(built: Built) -> Store:
    """Return a store in memory that has read the N-Triples of a build."""
    inner = pyoxigraph.Store()
    inner.bulk_load(input=built.ntriples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return Store(inner, json.loads(built.files[MANIFEST])["base"])


@pytest.fixture(params=["real", "invented", "hostile"])
def graph(request: pytest.FixtureRequest, root: Path, tmp_path: Path) -> Path:
    if request.param == "real":
        return root
    if request.param == "invented":
        write_graph(tmp_path / "graph", root / "ontology", 300)
    else:
        read_storm(tmp_path / "graph", """
            {id: c1, kind: statement, speaker: ana-ruiz, content: 'a \\ back, a "quote", <tags> & an é', note: "two\\nlines"}
            {id: c2, kind: tenure, person: ana-ruiz, post: energy-minister, said_by: ines-varga}
            {id: c3, kind: denial, denier: [ana-ruiz], denies: [c2]}""")
    return tmp_path / "graph"


def test_claims_read_from_lines_are_those_asked_of_a_store(graph: Path) -> None:
    built = make_exports(graph, page=False)
    store = stored(built)
    rows = lists.claims_of_lines(store, built.ntriples.decode().split("\n")[:-1])
    assert rows == lists.claims(store, Filters())
    assert len(rows) >= 3


def by_networkx(nodes: list[dict[str, Any]], links: list[dict[str, Any]]) -> bytes:
    made = nx.MultiDiGraph()
    known = {row["id"]: row for row in nodes}
    for key in sorted({link[end] for link in links for end in ("from", "to")}):
        row = known[key]
        made.add_node(key, label=visible(row["label"]), kind=row["kind"], claims=row["claims"])
    for link in links:
        made.add_edge(link["from"], link["to"], key=link["id"], label=visible(standing_label(link)), kind=link["kind"],
                      event=link["event"], date=link["date"], status=link["status"], mode=link["mode"], hedge=visible(link["hedge"]),
                      inferred=link["inferred"], disputed=link["disputed"], office=link["office"],
                      claims=" ".join(link["claims"]), documents=" ".join(link["documents"]), origins=" ".join(link["origins"]),
                      said_by=visible("; ".join(link["said_by"])), denied_by=visible("; ".join(link["denied_by"])))
    return ("\n".join(nx.generate_graphml(made)) + "\n").encode()


def test_graphml_is_what_networkx_writes(graph: Path) -> None:
    store = stored(make_exports(graph, page=False))
    links = link_rows(store)
    nodes = joined_rows(store, lists.entities(store, Filters()), links)
    assert graphml(linked(nodes, links), by_ends(links)) == by_networkx(nodes, links)
    for row in nodes:
        row["label"] += ' <b> & "c" ’'
    assert graphml(linked(nodes, links), by_ends(links)) == by_networkx(nodes, links)
