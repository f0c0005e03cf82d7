"""The SPARQL 1.1 Protocol apart from any server: which query a request holds, and in which format its answer goes back."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import rdflib

from kg.guard import LONGEST_QUERY, Answer
from kg.protocol import GRAPH, ROWS, Refused, Request, accepted, body_of, described, query_of

FORM = "application/x-www-form-urlencoded"
ASK = "ASK { ?s ?p 'é + & = %' }"
JSON, XML, CSV, TSV = [*ROWS][:4]
READ_ONLY = "this graph is only read here; it changes through its sources and `kg build`"
OTHER = "names another graph, and a query here reads this one alone; leave it out"


@pytest.mark.parametrize("request_", [
    Request("GET", f"query={quote(ASK)}", "", b""), Request("HEAD", f"query={quote(ASK)}&x=1", "", b""),
    Request("POST", "", FORM, f"query={quote(ASK)}".encode()),
    Request("POST", "", f"{FORM}; charset=UTF-8", f"a=&query={quote(ASK)}".encode()),
    Request("POST", "", "application/sparql-query", ASK.encode()),
    Request("POST", "x=1", "Application/SPARQL-Query;charset=utf-8", ASK.encode())])
def test_the_three_ways_of_asking_hold_the_same_query(request_: Request) -> None:
    assert query_of(request_) == ASK


def test_a_get_without_a_query_asks_what_the_service_is() -> None:
    assert query_of(Request("GET", "", "", b"")) is None
    assert query_of(Request("GET", "lang=en", "", b"")) is None


@pytest.mark.parametrize(("request_", "status", "sentence"), [
    (Request("POST", "", "text/plain", b"ASK {}"), 415,
     "a query is sent as application/x-www-form-urlencoded or application/sparql-query, not as text/plain"),
    (Request("POST", "", "", b"ASK {}"), 415,
     "a query is sent as application/x-www-form-urlencoded or application/sparql-query, not as something without a type"),
    (Request("POST", "", "application/sparql-update", b"CLEAR ALL"), 403, READ_ONLY),
    (Request("POST", "", FORM, b"update=CLEAR+ALL"), 403, READ_ONLY),
    (Request("GET", "query=ASK+{}&update=x", "", b""), 403, READ_ONLY),
    *((Request("GET", f"query=ASK+{{}}&{name}=urn:x", "", b""), 400,
       f"{name} {OTHER}") for name in ("default-graph-uri", "named-graph-uri")),
    (Request("POST", "default-graph-uri=urn:x", "application/sparql-query", b"ASK {}"), 400,
     f"default-graph-uri {OTHER}"),
    (Request("POST", "", FORM, b"query=ASK+{}&named-graph-uri=urn:x"), 400,
     f"named-graph-uri {OTHER}"),
    (Request("GET", "query=ASK+{}&query=ASK+{}", "", b""), 400, "there is more than one query; send one"),
    (Request("POST", "query=ASK+{}", "application/sparql-query", b"ASK {}"), 400, "there is more than one query; send one"),
    (Request("POST", "", FORM, b""), 400, "there is no query; send one under the name query"),
    (Request("POST", "", "application/sparql-query", b"ASK { ?s ?p '\xe9' }"), 400, "the request is not UTF-8 (byte 14)"),
    (Request("GET", "query=%e9", "", b""), 400, "the query is not UTF-8 under its percent signs"),
    (Request("GET", "&".join("a=1" for _ in range(101)), "", b""), 400, "there are more than 100 parameters"),
    (Request("POST", "", "application/sparql-query", b"#" * (LONGEST_QUERY + 1)), 413, "a query may have 200,000 characters")])
def test_what_is_no_query_of_this_graph_is_refused_with_a_status_and_a_sentence(request_: Request, status: int, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        query_of(request_)
    assert (refused.value.status, str(refused.value)) == (status, sentence)


@pytest.mark.parametrize(("header", "chosen"), [
    ("", JSON), ("*/*", JSON), (CSV, CSV), (f"{XML}, {CSV}", XML), (f"{XML};q=0.5, {CSV};q=0.7", CSV), ("text/*", CSV),
    (f"text/*;q=0.3, {TSV}", TSV),
    (f"*/*;q=0.1, {XML};q=0.05", JSON), (f"{JSON};q=0, */*", XML), (f"{JSON};q=0, application/*;q=0, */*;q=0.2", CSV), ("TEXT/CSV", CSV),
    ("application/json", "application/json"), ("image/png, text/csv;q=0.001", CSV), (f"{TSV};q=nonsense, {CSV};q=0.1", CSV),
    (f"{XML};charset=utf-8;q=0.4,{CSV};header=present;q=0.3", XML), ("text/csv ; q=1.000 , */* ; q=0.5", CSV)])
def test_the_format_is_the_one_that_the_client_likes_best(header: str, chosen: str) -> None:
    assert accepted(header, ROWS) == chosen


@pytest.mark.parametrize("header", ["image/png", "text/turtle", "text/csv;q=0", "*/*;q=0", "nonsense", "text/csv;q=2"])
def test_a_client_that_takes_none_of_the_formats_is_told_which_there_are(header: str) -> None:
    with pytest.raises(Refused) as refused:
        accepted(header, ROWS)
    assert refused.value.status == 406
    assert str(refused.value) == f"this is answered as {', '.join(ROWS)}"


def test_an_answer_is_written_as_was_chosen() -> None:
    rows = Answer("rows", "?b\t?a\n1\t\"x\"\n", False, "")
    assert body_of(rows, "csv", ("a", "b")) == "a,b\r\nx,1\r\n"
    assert body_of(Answer("boolean", "", True, ""), "json", ()) == '{"head": {}, "boolean": true}\n'
    assert body_of(Answer("graph", "<urn:a> <urn:b> \"\x1b\" .\n", False, ""), "ntriples", ()) == '<urn:a> <urn:b> "\\u001B" .\n'
    assert set(GRAPH.values()) == {"turtle", "ntriples", "rdfxml", "jsonld"}


def test_the_service_is_described_in_rdf_that_others_read() -> None:
    endpoint, dataset = rdflib.URIRef("http://127.0.0.1:1/sparql"), rdflib.URIRef("https://rivers.example/dataset")
    graph = rdflib.Graph().parse(data=described(str(endpoint), str(dataset)), format="turtle")
    service = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    subject, = graph.subjects(service.endpoint, endpoint)
    assert (subject, rdflib.RDF.type, service.Service) in graph
    assert (subject, service.supportedLanguage, service.SPARQL11Query) in graph
    assert len(list(graph.objects(subject, service.resultFormat))) == 8
    assert graph.value(graph.value(subject, service.defaultDataset), service.defaultGraph) == dataset
    assert (dataset, rdflib.URIRef("http://rdfs.org/ns/void#sparqlEndpoint"), endpoint) in graph
