"""Every export format: readers that had no part in writing find the same in each, and no format makes a fact of what is only said."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pyoxigraph
import pytest
import rdflib
from conftest import ROOT
from fixtures import small_built, small_folder
from pyld import jsonld  # type: ignore[import-untyped]

from kg.exports import Built, make_exports
from kg.formats import FORMATS
from kg.terms import ARMS, PREFIXES
from kg.upkeep import EXPORTS

BASE = "https://rivers.example/"
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in (*PREFIXES.items(), ("id", BASE + "id/"), ("claim", BASE + "claim/")))


@pytest.fixture(scope="module")
def made() -> Built:
    return make_exports(small_built(), page=False)


def one(name: str, folder: Path | None = None) -> bytes:
    """Return the export of one format."""
    data, = make_exports(folder or small_built(), only=name).files.values()
    return data


def quads(data: bytes, form: pyoxigraph.RdfFormat = pyoxigraph.RdfFormat.TRIG) -> set[tuple[str, str, str, str]]:
    return {(str(quad.graph_name), str(quad.subject), str(quad.predicate), str(quad.object))
            for quad in pyoxigraph.parse(data, format=form)}


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_the_command_offers_every_format_of_the_table_and_the_page() -> None:
    assert (*(form.name for form in FORMATS), "page") == EXPORTS
    assert len({form.file for form in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_format_that_is_made_alone_is_the_one_that_a_build_keeps(form: Any, made: Built) -> None:
    if form.kept:
        assert one(form.name) == made.files[form.file]
    else:
        assert form.file not in made.files


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_an_export_that_was_cut_short_is_not_counted_as_whole(form: Any) -> None:
    data = one(form.name)
    whole = form.count(data)
    assert whole > 5
    cut = data[:data.rindex(b"\n", 0, len(data) * 9 // 10) + 1]
    with contextlib.suppress(SyntaxError, ValueError, ElementTree.ParseError):  # that it cannot be read at all is told too
        assert form.count(cut) < whole


# ---- named graphs

def test_the_named_graphs_put_together_are_the_graph(made: Built) -> None:
    lines = set(made.files["graph.nt"].decode().splitlines())
    named = quads(made.files["graph.trig"])
    assert {f"{subject} {predicate} {value} ." for _, subject, predicate, value in named} == lines
    assert quads(one("nquads"), pyoxigraph.RdfFormat.N_QUADS) == named


@pytest.mark.filterwarnings("ignore:.* is deprecated")  # what rdflib's own readers use
@pytest.mark.parametrize(("name", "form"), [("trig", "trig"), ("nquads", "nquads")])
def test_rdflib_finds_the_same_named_graphs(name: str, form: str, made: Built) -> None:
    found = rdflib.Dataset()
    found.parse(data=one(name), format=form)
    graphs = {str(graph.identifier) for graph in found.graphs() if len(graph)} - {"urn:x-rdflib:default"}
    assert {f"<{graph}>" for graph in graphs} == {graph for graph, *_ in quads(made.files["graph.trig"]) if graph != "DEFAULT"}


def test_a_claim_has_a_graph_of_what_it_says_and_one_of_how_it_stands(made: Built) -> None:
    claims = {f"<{BASE}claim/{row['id']}>" for row in rows(made.files["claims.csv"])}
    graphs = {graph for graph, *_ in quads(made.files["graph.trig"])} - {"DEFAULT"}
    assert graphs == claims | {f"{claim[:-1]}/provenance>" for claim in claims}


def asked(made: Built, query: str) -> list[tuple[str, ...]]:
    store = pyoxigraph.Store()
    store.bulk_load(made.files["graph.trig"], format=pyoxigraph.RdfFormat.TRIG)
    solutions = store.query(PROLOGUE + query)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    return sorted(tuple(value.value.removeprefix(BASE) for value in solution) for solution in solutions)


def test_who_says_that_two_met_is_asked_with_graph(made: Built) -> None:
    assert asked(made, """SELECT ?claim ?status ?who ?words WHERE { GRAPH ?claim { id:ana-ruiz arms:met id:jon-berg }
        GRAPH ?how { ?claim arms:status ?status ; prov:wasAttributedTo ?who ; arms:evidence/arms:words ?words } }""") == [
        ("claim/wire-tour/c2", "reported", "id/northern-ministry", "Ruiz met … Monday")]


def test_what_is_so_is_asked_of_the_default_graph_alone(made: Built) -> None:
    assert asked(made, "SELECT ?with WHERE { id:ana-ruiz a arms:Minister ; arms:met ?with }") == [("id/jon-berg",)]
    assert asked(made, "SELECT ?claim WHERE { ?claim said:participant id:jon-berg }") == []


@pytest.mark.parametrize("source", ["the five documents", "the invented corpus"])
def test_every_fact_stands_in_the_graph_of_a_firm_claim_that_nobody_denies_and_in_no_other(source: str, made: Built) -> None:
    data = made.files["graph.trig"] if source == "the invented corpus" else (ROOT / "exports" / "graph.trig").read_bytes()
    found = quads(data)
    default = {quad[1:] for quad in found if quad[0] == "DEFAULT"}
    told = {quad[1:] for quad in found if quad[0] != "DEFAULT" and "/claim/" not in quad[1]}
    roles = {subject for _, subject, predicate, _ in found if predicate == f"<{ARMS}takes>"}
    direct = {subject for _, subject, predicate, value in found if predicate.endswith("#subPropertyOf>") and value == f"<{ARMS}linkedTo>"}
    facts = {triple for triple in default if triple[1] in roles | direct | {f"<{ARMS}partOfHappening>"}}
    assert len(facts) > 10
    assert facts == told
    unfirm = {subject for _, subject, predicate, value in found if predicate == f"<{ARMS}attests>" and value != '"firm"'}
    assert unfirm
    assert not [quad for quad in found if quad[0] in unfirm and "/claim/" not in quad[1]]


# ---- JSON-LD

def test_pyld_reads_the_same_triples_and_fetches_nothing(made: Built) -> None:
    def refuse(url: str, _: Any) -> Any:
        raise AssertionError(f"fetched {url}")

    text = jsonld.to_rdf(json.loads(made.files["graph.jsonld"]), {"format": "application/n-quads", "documentLoader": refuse})
    assert quads(text.encode(), pyoxigraph.RdfFormat.N_QUADS) == quads(made.files["graph.nt"], pyoxigraph.RdfFormat.N_TRIPLES)


def test_the_context_serves_whoever_writes_in_its_words(made: Built) -> None:
    context = json.loads(made.files["context.jsonld"])["@context"]
    assert context == json.loads(made.files["graph.jsonld"])["@context"]
    note = {"@context": context, "@id": "claim:mine/c1", "@type": "arms:Claim", "arms:status": "reported",
            "said:participant": "id:ana-ruiz", "arms:order": "3", "arms:says": "Ana Ruiz met nobody"}
    text = jsonld.to_rdf(note, {"format": "application/n-quads"})
    assert sorted(text.strip().split("\n")) == sorted(f"<{BASE}claim/mine/c1> {rest} ." for rest in (
        f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ARMS}Claim>", f'<{ARMS}status> "reported"',
        f"<{ARMS.replace('terms', 'said')}participant> <{BASE}id/ana-ruiz>",
        f'<{ARMS}order> "3"^^<http://www.w3.org/2001/XMLSchema#integer>', f'<{ARMS}says> "Ana Ruiz met nobody"@en'))


def test_rdf_xml_holds_the_same_triples(made: Built) -> None:
    assert quads(one("rdfxml"), pyoxigraph.RdfFormat.RDF_XML) == quads(made.files["graph.nt"], pyoxigraph.RdfFormat.N_TRIPLES)


# ---- tables and pictures

def test_every_end_of_a_link_is_among_the_nodes(made: Built) -> None:
    for nodes, links, ends, key in (("nodes.csv", "links.csv", ("from", "to"), "id"),
                                    ("neo4j-nodes.csv", "neo4j-links.csv", (":START_ID", ":END_ID"), "id:ID")):
        for exports in (lambda name: made.files[name], lambda name: (ROOT / "exports" / name).read_bytes()):
            known = {row[key] for row in rows(exports(nodes))}
            assert {row[end] for row in rows(exports(links)) for end in ends} <= known


def test_neo4j_calls_no_reserved_link_by_the_bare_name_of_its_kind(made: Built) -> None:
    types = {row["id"]: row[":TYPE"] for row in rows(made.files["neo4j-links.csv"])}
    links = rows(made.files["links.csv"])
    assert {row["footing"] for row in links} > {"firm"}
    for row in links:
        bare = row["footing"] == "firm" and not row["disputed"]
        assert types[row["id"]].startswith(("ALLEGED_", "DISPUTED_", "HEDGED_", "INFERRED_", "PLANNED_")) != bare


def test_gephi_shows_no_allegation_without_whoever_makes_it(made: Built) -> None:
    found = nx.read_gexf(io.BytesIO(made.files["graph.gexf"]))
    alleged = [link for link in rows(made.files["links.csv"]) if "alleged" in link["footing"]]
    labels = {data["id"]: data["label"] for *_, data in found.edges(data=True)}
    assert alleged
    assert all(f"alleged by {link['said_by'].replace('; ', ' and ')}" in labels[link["id"]] for link in alleged)


def test_networkx_reads_the_same_links_from_gexf_with_their_time(made: Built) -> None:
    found = nx.read_gexf(io.BytesIO(made.files["graph.gexf"]))
    links = rows(made.files["links.csv"])
    assert sorted((row["from"], row["to"], row["id"]) for row in links) == sorted(
        (one, other, data["id"]) for one, other, data in found.edges(data=True))
    timed = {data["id"]: (data.get("start"), data.get("end")) for *_, data in found.edges(data=True)}
    bounds = {row["id"]: tuple(day or None for day in row["bounds"].split("; ")) for row in links}
    dated = {name: times for name, times in timed.items() if any(times)}
    assert {name: bounds[name] for name in dated} == dated
    assert len(dated) > 3


def test_a_lasting_tie_is_there_on_the_days_that_attest_it_and_not_between(tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "graph")
    told = "{{id: {}, kind: tenure, person: jon-berg, post: energy-minister, date: {}, evidence: {{paragraph: 1, words: Berg is}}}}"
    dates = ("2029-03", "2030-05-02", '"[..2035]"')
    (folder / "sources" / "documents" / "storm.yaml").write_text(
        "document: {title: Storm, language: en, chain: [mirror]}\nclaims:\n"
        + "".join(f"  - {told.format(f'c{at}', date)}\n" for at, date in enumerate(dates, 1)), "utf-8")
    found = nx.read_gexf(io.BytesIO(one("gexf", folder)))
    assert found.edges["jon-berg", "northern-ministry"]["spells"] == [("2029-03-01", "2029-03-31"), ("2030-05-02", "2030-05-02")]


# ---- FollowTheMoney

def entities(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def test_followthemoney_has_typed_links_of_firm_claims_alone_and_every_other_link_tells_how_it_stands(made: Built) -> None:
    for data, table in ((made.files["entities.ftm.json"], made.files["links.csv"]),
                        ((ROOT / "exports" / "entities.ftm.json").read_bytes(), (ROOT / "exports" / "links.csv").read_bytes())):
        unfirm = {row["event"] for row in rows(table) if row["footing"] != "firm" or row["disputed"]}
        firm = {row["event"] for row in rows(table) if row["footing"] == "firm" and not row["disputed"]}
        edges = [entity for entity in entities(data) if entity["id"].startswith("link-")]
        assert unfirm
        for entity in edges:
            event, = entity["properties"]["recordId"]
            if entity["schema"] != "UnknownLink":
                assert event in firm
            if event in unfirm - firm:
                assert entity["properties"]["status"]
                assert "(" in entity["properties"]["role"][0]
        assert {entity["schema"] for entity in edges} >= {"UnknownLink"}


def test_an_allegation_comes_to_followthemoney_with_whoever_makes_it_and_involves_nobody() -> None:
    found = entities((ROOT / "exports" / "entities.ftm.json").read_bytes())
    alleged = [entity for entity in found if entity["schema"] == "Event" and entity["properties"]["name"][0].startswith("alleged")]
    assert alleged
    for entity in alleged:
        assert "involved" not in entity["properties"]
        assert all(re.match("Alleged by|According to|It is|.*denied", line) for line in entity["properties"]["summary"])
    assert not [entity for entity in found if entity["schema"] == "Event" and "not claimed" in entity["properties"]["name"][0]]


def test_followthemoney_points_at_nothing_that_is_not_there(made: Built) -> None:
    found = entities(made.files["entities.ftm.json"])
    known = {entity["id"] for entity in found}
    pointing = ("subject", "object", "owner", "asset", "employee", "employer", "member", "organization", "agent", "client", "holder",
                "post", "involved", "proof")
    targets = {value for entity in found for name in pointing for value in entity["properties"].get(name, ())}
    assert targets and targets <= known


def test_what_followthemoney_leaves_out_is_counted_in_the_manifest() -> None:
    lost = json.loads((ROOT / "exports" / "manifest.json").read_bytes())["files"]["entities.ftm.json"]["left_out"]
    assert {"entities of the class Act", "entities of the class ProductClass", "claims that are neither event nor link"} <= set(lost)
    assert all(isinstance(number, int) and number > 0 for number in lost.values())


# ---- annotations

ANNO = {name: {"@id": f"http://www.w3.org/ns/oa#{target}", "@type": "@id"} for name, target in (
    ("body", "hasBody"), ("target", "hasTarget"), ("source", "hasSource"), ("selector", "hasSelector"), ("purpose", "hasPurpose"),
    ("startSelector", "hasStartSelector"), ("endSelector", "hasEndSelector"))} | {
    "id": "@id", "type": "@type", "exact": "http://www.w3.org/ns/oa#exact", "items": "http://www.w3.org/ns/activitystreams#items",
    **{name: f"http://www.w3.org/ns/oa#{name}" for name in (
        "Annotation", "SpecificResource", "TextQuoteSelector", "RangeSelector", "linking", "describing")}}
"""As much of the W3C's context as these tests need; nothing is fetched."""


def test_every_annotation_quotes_the_locator_of_its_claim_and_no_more(made: Built) -> None:
    def offline(url: str, _: Any) -> dict[str, Any]:
        assert url == "http://www.w3.org/ns/anno.jsonld"
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": ANNO}}

    text = jsonld.to_rdf(json.loads(made.files["annotations.jsonld"]), {"format": "application/n-quads", "documentLoader": offline})
    store = pyoxigraph.Store()
    store.bulk_load(text.encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    solutions = store.query(PROLOGUE + """SELECT ?claim ?source ?first ?last WHERE {
        ?annotation a oa:Annotation ; oa:hasBody/oa:hasSource ?claim ; oa:hasTarget ?target .
        ?target oa:hasSource ?source ; oa:hasSelector ?s
        OPTIONAL { ?s oa:hasStartSelector/oa:exact ?begin ; oa:hasEndSelector/oa:exact ?last } OPTIONAL { ?s oa:exact ?whole }
        BIND(COALESCE(?begin, ?whole) AS ?first) }""")
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    found = {one["claim"].value.removeprefix(f"{BASE}claim/"): (one["source"].value, " … ".join(
        part.value for part in (one["first"], one["last"]) if part)) for one in solutions}
    assert found == {row["id"]: (TARGETS[row["document"]], row["words"]) for row in rows(made.files["claims.csv"]) if row["words"]}


TARGETS = {"wire-tour": "https://mirror.example/a/1",
           "gazette-report": "urn:sha256:923cfc3ef48240775d5c03cc068c01d6994d772de0d93c305afab00e5fb26393"}


def test_an_annotation_carries_the_claim_with_whoever_says_it() -> None:
    page = json.loads((ROOT / "exports" / "annotations.jsonld").read_bytes())
    alleged = [item["body"][1]["value"] for item in page["items"] if item["body"][0]["status"] == "alleged"]
    assert len(alleged) > 5
    assert all(re.match("Alleged by |According to |It is ", line) for line in alleged)


# ---- the description

def test_the_description_tells_of_every_kept_file_its_checksum_and_of_the_graph_its_counts(made: Built) -> None:
    store = pyoxigraph.Store()
    store.bulk_load(made.files["void.ttl"], format=pyoxigraph.RdfFormat.TURTLE)

    def answers(query: str) -> set[tuple[str, ...]]:
        head = "PREFIX void: <http://rdfs.org/ns/void#> PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX spdx: <http://spdx.org/rdf/terms#>"
        solutions = store.query(f"{head} PREFIX dcterms: <http://purl.org/dc/terms/> {query}")
        assert isinstance(solutions, pyoxigraph.QuerySolutions)
        return {tuple(value.value for value in solution) for solution in solutions}

    told = answers("SELECT ?name ?size ?sum { ?d dcterms:title ?name ; dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?sum }")
    described = json.loads(made.files["manifest.json"])["files"]
    assert told == {(name, str(about["bytes"]), about["sha256"]) for name, about in described.items() if name != "void.ttl"}
    graph = quads(made.files["graph.nt"], pyoxigraph.RdfFormat.N_TRIPLES)
    subjects, properties, values = ({quad[at] for quad in graph} for at in (1, 2, 3))
    counts = "?d void:triples ?t ; void:distinctSubjects ?s ; void:properties ?p ; void:distinctObjects ?o"
    assert answers(f"SELECT ?t ?s ?p ?o {{ {counts} }}") == {
        (str(len(graph)), str(len(subjects)), str(len(properties)), str(len(values)))}
    used = {(term[1:-1], str(sum(quad[2] == term for quad in graph))) for term in properties}
    assert answers("SELECT ?p ?n { [] void:propertyPartition [ void:property ?p ; void:triples ?n ] }") == used
    types = [quad[3] for quad in graph if quad[2] == "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"]
    assert answers("SELECT ?c ?n { [] void:classPartition [ void:class ?c ; void:entities ?n ] }") == {
        (term[1:-1], str(types.count(term))) for term in set(types)}
    assert answers("SELECT ?l { [] dcterms:license ?l }") == {("https://licence.example/open",)}
