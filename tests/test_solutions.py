"""Results in the W3C's formats are read back by others' parsers with every value whole, and nothing in them takes over anything."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.query import Result

from kg.solutions import (
    BLANK,
    IRI,
    LITERAL,
    Solutions,
    Term,
    as_text,
    boolean,
    read_rows,
    read_values,
    results_csv,
    results_json,
    results_tsv,
    results_xml,
)
from kg.terms import XSD

CONTROLS = "\x00\x01\x07\x08\x0b\x0c\x1b\x7f\x85\x9b\xad\u061c\u200b\u200e\u2028\u202e\u2066\ufeff\U000e0041"
TEXT = st.text(max_size=12) | st.sampled_from([*CONTROLS, 'a"b', "a\\b", "a\tb\nc\rd", "=1+1", "<&>", "]]>", "'", "", "@SUM(1)", "\\u0041"])
TERM = st.none() | st.builds(lambda text: Term(LITERAL, text), TEXT) | st.builds(lambda text: Term(LITERAL, text, "", "en-gb"), TEXT) | \
    st.builds(lambda text: Term(LITERAL, text, f"{XSD}date"), TEXT) | st.sampled_from([
        Term(IRI, "https://e.example/a#b"), Term(IRI, "urn:é"), Term(BLANK, "b1"), Term(LITERAL, "-5", f"{XSD}integer"),
        Term(LITERAL, "1.50", f"{XSD}decimal"), Term(LITERAL, "1E0", f"{XSD}double"), Term(LITERAL, "true", f"{XSD}boolean")])
ROWS = st.lists(st.tuples(TERM, TERM), max_size=4).map(lambda rows: Solutions(("a", "b_c"), tuple(rows)))


def by_oxigraph(text: str, form: pyoxigraph.QueryResultsFormat) -> list[list[tuple[str, ...] | None]]:
    found = pyoxigraph.parse_query_results(text.encode(), form)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [[plain(row[name]) for name in names] for row in found]


def plain(term: Any) -> tuple[str, ...] | None:
    """Return what is in a term of pyoxigraph or of ours, comparable."""
    match term:
        case None:
            return None
        case pyoxigraph.NamedNode():
            return (IRI, term.value)
        case pyoxigraph.BlankNode():
            return (BLANK,)
        case pyoxigraph.Literal():
            return (LITERAL, term.value, term.language or term.datatype.value)
        case Term():
            whole = (LITERAL, term.value, term.language or term.datatype or f"{XSD}string")
            return {IRI: (IRI, term.value), BLANK: (BLANK,)}.get(term.kind, whole)
    raise TypeError(term)


def expected(solutions: Solutions) -> list[list[tuple[str, ...] | None]]:
    return [[plain(term) for term in row] for row in solutions.rows]


def harmless(text: str) -> bool:
    return not any(char in text for char in CONTROLS)


@given(ROWS)
def test_json_is_read_back_whole(solutions: Solutions) -> None:
    text = results_json(solutions)
    assert harmless(text)
    got = json.loads(text)
    assert got["head"] == {"vars": ["a", "b_c"]}
    assert [[row.get(name, {}).get("value") for name in solutions.names] for row in got["results"]["bindings"]] == [
        [term.value if term else None for term in row] for row in solutions.rows]
    assert by_oxigraph(text, pyoxigraph.QueryResultsFormat.JSON) == expected(solutions)


@given(ROWS)
def test_tsv_is_read_back_whole(solutions: Solutions) -> None:
    text = results_tsv(solutions)
    assert harmless(text)
    assert by_oxigraph(text, pyoxigraph.QueryResultsFormat.TSV) == expected(solutions)
    assert read_rows(text) == solutions
    assert read_values(text) == [{name: term.value for name, term in zip(solutions.names, row, strict=True) if term}
                                 for row in solutions.rows]


@given(ROWS)
def test_xml_is_read_back_with_all_that_xml_can_hold(solutions: Solutions) -> None:
    text = results_xml(solutions)
    assert harmless(text)
    root = ElementTree.fromstring(text.encode())
    space = "{http://www.w3.org/2005/sparql-results#}"
    got = [{binding.get("name"): binding[0].text or "" for binding in result} for result in root.iter(f"{space}result")]
    for row, cells in zip(solutions.rows, got, strict=True):
        for name, term in zip(solutions.names, row, strict=True):
            if term and not any((char < " " and char not in "\t\n\r") or char in "\ufffe\uffff" for char in term.value):
                assert cells[name] == term.value
            assert (name in cells) == (term is not None)


@given(ROWS)
def test_csv_holds_the_values_and_no_formula(solutions: Solutions) -> None:
    text = results_csv(solutions)
    assert harmless(text)
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert head == ["a", "b_c"]
    for row, cells in zip(solutions.rows, rows, strict=True):
        for term, cell in zip(row, cells, strict=True):
            assert cell[:1] not in ("=", "+", "@") and (cell[:1] != "-" or (term and term.datatype == f"{XSD}integer"))
            if term and term.kind == IRI:
                assert cell == term.value


@given(ROWS)
def test_tables_and_markdown_hold_no_control_and_a_line_for_each_row(solutions: Solutions) -> None:
    for form in ("table", "markdown"):
        assert harmless(as_text(solutions, form, {}, {}))
    assert as_text(solutions, "markdown", {}, {}).count("\n") == len(solutions.rows) + 2


@pytest.mark.parametrize("query", [
    "SELECT * { VALUES (?a ?b) { (<urn:x> 'a\\tb') (UNDEF 'b'@en) (1 2.5) (true UNDEF) } }",
    "SELECT ?a ?b { BIND(1e6 AS ?a) BIND('2031-05-12'^^<http://www.w3.org/2001/XMLSchema#date> AS ?b) }",
    "SELECT ?a {}", "SELECT ?a ?b {}", "SELECT * {}", "SELECT ?a { FILTER(false) }", "SELECT ('=1' AS ?a) ('\\u001b[31m\\u202e' AS ?b) {}"])
def test_what_the_engine_writes_is_read_and_written_again_with_nothing_lost(query: str) -> None:
    found = pyoxigraph.Store().query(query)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    tsv = found.serialize(format=pyoxigraph.QueryResultsFormat.TSV)
    assert tsv
    solutions = read_rows(tsv.decode())
    direct = pyoxigraph.Store().query(query)
    assert isinstance(direct, pyoxigraph.QuerySolutions)
    names = [variable.value for variable in direct.variables]
    assert list(solutions.names) == names
    assert expected(solutions) == [[plain(row[name]) for name in names] for row in direct]
    for text, form in ((results_json(solutions), "json"), (results_xml(solutions), "xml"), (results_csv(solutions), "csv")):
        back = Result.parse(io.BytesIO(text.encode()), format=form)
        assert [str(name) for name in back.vars or []] == [name for name in names if name or form != "csv"]
        if names:  # rdflib sees no rows where there are no columns
            assert len(back.bindings) == len(solutions.rows)
        if form == "json":
            values = [[row.get(rdflib.Variable(name)) for name in names] for row in back.bindings]
            assert [[value and (value.value if isinstance(value, rdflib.Literal) else str(value)) for value in row] for row in values] == [
                [value and rdflib_value(value) for value in row] for row in solutions.rows]


def rdflib_value(term: Term) -> Any:
    """Return what rdflib makes of a term's value."""
    if term.kind == LITERAL:
        datatype = rdflib.URIRef(term.datatype) if term.datatype else None
        return rdflib.Literal(term.value, lang=term.language or None, datatype=datatype).value
    return term.value


@pytest.mark.parametrize("truth", [True, False])
def test_yes_and_no_are_read_back(truth: bool) -> None:
    for form, name in ((pyoxigraph.QueryResultsFormat.JSON, "json"), (pyoxigraph.QueryResultsFormat.XML, "xml")):
        found = pyoxigraph.parse_query_results(boolean(truth, name).encode(), form)
        assert isinstance(found, pyoxigraph.QueryBoolean)
        assert bool(found) == truth
        back = Result.parse(io.BytesIO(boolean(truth, name).encode()), format=name)
        assert back.askAnswer == truth
    assert {boolean(truth, form) for form in ("csv", "tsv")} == {f"{str(truth).lower()}\n"}
    assert {boolean(truth, form) for form in ("table", "markdown")} == {"yes\n" if truth else "no\n"}


def test_variables_come_in_the_order_in_which_they_were_typed() -> None:
    solutions = read_rows("?b\t?a\t?c\n1\t2\t3\n")
    assert results_csv(solutions.ordered(("a", "x", "b"))) == "a,b,c\r\n2,1,3\r\n"


def test_an_iri_shows_by_its_prefix_with_its_label_beside_it() -> None:
    solutions = read_rows("?a\t?b\n<https://e.example/id/ana>\t<https://e.example/id/ana%20b>\n")
    assert as_text(solutions, "table", {"id": "https://e.example/id/", "e": "https://e.example/"},
                   {"https://e.example/id/ana": "Ana Ruiz"}) == (
        "a                  b\nid:ana (Ana Ruiz)  <https://e.example/id/ana%20b>\n")
