"""The ontology contradicts itself nowhere, says what every name means, and the exported graph keeps to its shapes."""

from __future__ import annotations

import inspect
import re
import warnings
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph
import pyshacl
import pytest
from conftest import ROOT
from rdflib import DCTERMS, ORG, PROV, RDF, RDFS, SDO, SH, SKOS, BNode, Graph, Literal, URIRef
from rdflib.namespace import DefinedNamespace

from kg import model
from kg.claims import ClaimReader
from kg.readings import RESERVATIONS
from kg.schema import load_schema, turtle_files
from kg.terms import ARMS, PREFIXES, SAID

ONTOLOGY = ROOT / "ontology"
FIXTURES = ROOT / "tests" / "fixtures"
RULES = sorted((ONTOLOGY / "hygiene").glob("*.rq"))
HYGIENE_MISTAKES = sorted((FIXTURES / "hygiene").glob("*.ttl"))
SHAPE = "https://arms-graph.example/shapes#"
FIELDS = {"event", "saidIn", "partOf"}
"""What said: has beside the roles: fields that every claim may have."""


def local(iri: Any) -> str:
    """Return what stands after the `#` of a term."""
    return str(iri).rpartition("#")[2]


@cache
def terms() -> Graph:
    """Return the ontology, without the shapes."""
    graph = Graph()
    for path in turtle_files(ONTOLOGY):
        graph.parse(path)
    return graph


@cache
def shapes() -> Graph:
    """Return the shapes."""
    return Graph().parse(ONTOLOGY / "shapes.ttl")


@cache
def declared() -> frozenset[str]:
    """Return the local names of all terms that the ontology declares."""
    return frozenset(local(term) for term in terms().subjects(RDF.type) if str(term).startswith(ARMS))


@cache
def roles() -> frozenset[str]:
    """Return the local names of all roles."""
    return frozenset(local(role) for role in terms().subjects(URIRef(ARMS + "takes")))


@pytest.fixture(scope="session")
def exported() -> Graph:
    """Return the exported graph, with the ontology as it is in the folder."""
    graph = Graph().parse(ROOT / "exports" / "graph.nt", format="nt")
    return graph + terms()


# ---- Hygiene: each rule is a query that finds what breaks it


@cache
def ontology_with(*mistakes: Path) -> pyoxigraph.Store:
    """Return the ontology, shapes too, with mistakes added to it."""
    store = pyoxigraph.Store()
    for path in (*sorted(ONTOLOGY.glob("*.ttl")), *mistakes):
        store.load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    return store


def broken(rule: Path, store: pyoxigraph.Store) -> set[str]:
    """Return the terms that break a rule."""
    found = store.query(rule.read_text("utf-8"))
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return {f"arms:{local(row['term'].value)}" for row in found}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.stem)
def test_no_term_breaks_a_rule(rule: Path) -> None:
    assert broken(rule, ontology_with()) == set(), rule.read_text("utf-8").partition("\n")[0]


@pytest.mark.parametrize("mistake", HYGIENE_MISTAKES, ids=lambda mistake: mistake.stem)
def test_one_mistake_is_found_by_its_rule_and_by_no_other(mistake: Path) -> None:
    wanted = set(mistake.read_text("utf-8").partition("\n")[0].removeprefix("# expects: ").split())
    found = {rule.stem: terms for rule in RULES if (terms := broken(rule, ontology_with(mistake)))}
    assert found == {mistake.stem.partition("--")[0]: wanted}


def test_every_rule_begins_with_an_english_sentence_and_is_proven_able_to_fail() -> None:
    for rule in RULES:
        assert re.match(r"# [A-Z][^\n]+\.\n", rule.read_text("utf-8")), rule.name
    assert {rule.stem for rule in RULES} == {mistake.stem.partition("--")[0] for mistake in HYGIENE_MISTAKES}


def test_the_rule_on_field_names_knows_all_fields_of_a_claim() -> None:
    rule = (ONTOLOGY / "hygiene" / "role-named-like-a-field.rq").read_text("utf-8")
    fields = set(re.findall(r'"([a-z_]+)"', inspect.getsource(ClaimReader.read)))
    assert {"status", "said_in", "rests_on"} <= fields
    assert {*fields, "id", "kind", "said_by", "evidence"} <= set(re.findall(r'"([a-z_]+)"', rule))


# ---- Names: what is written anywhere is declared


def names_in(text: str) -> set[str]:
    """Return the local names of our terms in a text of queries or code, whether under arms: or said:."""
    return set(re.findall(r"\b(?:arms|said):([A-Za-z][\w-]*)", text))


def test_every_term_of_the_exported_graph_is_declared() -> None:
    text = (ROOT / "exports" / "graph.nt").read_text("utf-8")
    used = set(re.findall(re.escape(f"<{ARMS}") + "([^>]+)>", text))
    assert "Claim" in used
    assert used - declared() == set()


def test_what_claims_say_is_said_in_words_of_the_ontology() -> None:
    text = (ROOT / "exports" / "graph.nt").read_text("utf-8")
    told = set(re.findall(re.escape(f"<{SAID}") + "([^>]+)>", text))
    assert "event" in told
    assert told - {"", *roles(), *FIELDS} == set()
    assert FIELDS <= declared()


@pytest.mark.parametrize("path", sorted([*ONTOLOGY.rglob("*.rq"), ONTOLOGY / "shapes.ttl", ONTOLOGY / "README.md", *(ROOT / "kg").glob("*.py")]),
                         ids=lambda path: path.relative_to(ROOT).as_posix())
def test_queries_shapes_and_code_name_no_term_that_is_not_declared(path: Path) -> None:
    invented = set(re.findall(r"\barms:(\w+) a owl:", path.read_text("utf-8"))) if path.suffix == ".md" else set()
    assert names_in(path.read_text("utf-8")) - declared() - invented == set()


def test_an_undeclared_name_in_a_query_is_seen() -> None:
    assert names_in("?claim arms:satus ?s ; said:particpant ?p") - declared() == {"satus", "particpant"}


def test_the_words_of_fixed_lists_are_those_of_the_program_and_the_shapes() -> None:
    graph = terms()
    words = {scheme: {str(word) for concept in graph.subjects(SKOS.inScheme, URIRef(ARMS + scheme)) for word in graph.objects(concept, SKOS.notation)}
             for scheme in ("statuses", "modes", "footings", "standings", "dateSources")}
    assert words["statuses"] == set(model.STATUSES)
    assert words["modes"] == set(model.MODES)
    assert words["footings"] == {"firm", *RESERVATIONS}
    for shape, scheme in (("Claim-status", "statuses"), ("Claim-mode", "modes"), ("Standing-word", "standings"), ("Claim-dateFrom", "dateSources")):
        allowed = shapes().value(URIRef(SHAPE + shape), SH["in"])
        assert allowed is not None
        assert {str(word) for word in shapes().items(allowed)} == words[scheme], shape


def test_every_word_used_for_a_standing_is_explained(exported: Graph) -> None:
    for term, scheme in (("standing", "standings"), ("footing", "footings"), ("status", "statuses"), ("mode", "modes"), ("dateFrom", "dateSources")):
        explained = {str(exported.value(concept, SKOS.notation)) for concept in exported.subjects(SKOS.inScheme, URIRef(ARMS + scheme))}
        used = {word for value in exported.objects(None, URIRef(ARMS + term)) for word in str(value).split("+")}
        assert used <= explained, term


# ---- The schema: what the program reads is all there


def test_every_kind_that_the_ontology_declares_is_read_whole() -> None:
    graph, schema = terms(), load_schema(ONTOLOGY)
    families = {URIRef(ARMS + name) for name in ("Event", "Relation", "Characteristic")}
    keywords = {str(keyword) for term, keyword in graph.subject_objects(URIRef(ARMS + "keyword"))
                if set(graph.transitive_objects(term, RDFS.subClassOf)) - {term} & families and term not in families}
    assert set(schema.kinds) == keywords
    for kind in schema.kinds.values():
        assert kind.label and kind.says and (kind.needs or kind.needs_any), kind.keyword
        assert kind.roles <= set(schema.roles), kind.keyword
        assert kind.encounter in ("", "stated", "inferred"), kind.keyword
        assert (kind.family == "Relation") == bool(kind.keys), kind.keyword


def test_every_edge_rule_is_read_with_both_wordings_for_what_was_done_and_planned() -> None:
    schema = load_schema(ONTOLOGY)
    edges = [(kind, edge) for kind in schema.kinds.values() for edge in kind.edges]
    assert len(edges) == len(list(terms().subject_objects(URIRef(ARMS + "edge"))))
    for kind, edge in edges:
        assert all((*edge.forward, *edge.backward)), (kind.keyword, edge.term)
        assert not re.search(r"[<>|/]", "".join((*edge.forward, *edge.backward))), (kind.keyword, edge.term)


def test_every_role_is_read_whole() -> None:
    schema = load_schema(ONTOLOGY)
    assert {role.name for role in schema.roles.values()} == roles()
    used = {role for kind in schema.kinds.values() for role in kind.roles}
    for role in schema.roles.values():
        assert role.keyword in used or role.keyword in ("deal", "place"), f"no kind has a role {role.keyword}"
        assert set(role.ranges) <= declared(), role.keyword
        assert role.phrase == "" or "{}" in role.phrase or role.takes == "flag", role.keyword


def test_every_class_of_things_is_read_whole() -> None:
    schema = load_schema(ONTOLOGY)
    for cls in schema.classes.values():
        assert cls.label and cls.legend and cls.name in cls.ancestors, cls.keyword
    assert {"Minister", "Company", "Contract", "Drone"} <= declared()


# ---- No blank nodes, where they would make exports unstable


def test_neither_the_ontology_nor_the_exports_hold_a_blank_node() -> None:
    assert not [triple for triple in terms() if any(isinstance(part, BNode) for part in triple)]
    assert not re.search(r"(^|\s)_:", (ROOT / "exports" / "graph.nt").read_text("utf-8"), re.MULTILINE)


def test_shapes_hold_no_blank_node_but_the_cells_of_lists() -> None:
    cells = {node for node in shapes().subjects() if isinstance(node, BNode)}
    assert cells == set(shapes().subjects(RDF.first)), "name the shape"


# ---- Ties to other vocabularies

WEB_ANNOTATION = {"SpecificResource", "RangeSelector", "exact"}
CITO = {"disputes", "isDisputedBy"}
FOLLOW_THE_MONEY = {
    "Article", "Company", "Contract", "CourtCase", "Documentation", "Employment", "Event", "Event:organizer", "LegalEntity", "License",
    "Membership", "Mention", "Mention:document", "Occupancy", "Occupancy:post", "Organization", "Ownership", "Ownership:asset",
    "Ownership:owner", "Person", "Position", "Position:organization", "Project", "PublicBody", "Representation", "Territory", "Trip"}
"""The terms of these three that we tie to, read in their own releases; the others' are known to rdflib."""

KNOWN: dict[str, type[DefinedNamespace] | set[str]] = {
    str(PROV): PROV, str(ORG): ORG, str(SKOS): SKOS, str(DCTERMS): DCTERMS, str(SDO): SDO, "http://www.w3.org/ns/oa#": WEB_ANNOTATION,
    "http://purl.org/spar/cito/": CITO, "https://schema.followthemoney.tech/#": FOLLOW_THE_MONEY}


def is_known(iri: str) -> bool:
    """Return whether another vocabulary has a term."""
    for base, vocabulary in KNOWN.items():
        if iri.startswith(base):
            if isinstance(vocabulary, set):
                return iri[len(base):] in vocabulary
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return URIRef(iri) in vocabulary
    return False


def test_ties_are_between_terms_that_are_there() -> None:
    ties = Graph().parse(ONTOLOGY / "alignments.ttl")
    assert {local(ours) for ours in ties.subjects()} <= declared()
    assert [theirs for theirs in ties.objects() if not is_known(str(theirs))] == []
    assert {base for base in KNOWN if any(str(theirs).startswith(base) for theirs in ties.objects())} == set(KNOWN)


def test_a_tie_to_a_term_that_is_not_there_is_seen() -> None:
    assert is_known(f"{SDO}Country")
    assert not is_known(f"{SDO}Cuontry")
    assert not is_known("https://schema.followthemoney.tech/#Persn")
    assert not is_known("https://e.example/#Person")


# ---- Shapes: the exports keep to them, and each is proven able to fail


def failing(graph: Graph, rules: Graph) -> list[tuple[str, str]]:
    """Return the shape and the node of each violation: the value where a rule looks at the whole graph, else the focus."""
    _, report, text = pyshacl.validate(graph, shacl_graph=rules, inplace=True)
    assert isinstance(report, Graph), text
    found = []
    for result in report.objects(None, SH.result):
        shape, focus, value = (report.value(result, name) for name in (SH.sourceShape, SH.focusNode, SH.value))
        found.append((local(shape), str(value if local(shape).endswith("Rule") else focus)))
    return sorted(found)


def test_the_exports_keep_to_the_shapes(exported: Graph) -> None:
    assert failing(exported, shapes()) == []


def targets(graph: Graph, shape: Any) -> set[Any]:
    """Return the nodes of a graph that a shape is said to look at."""
    rules = shapes()
    classes = {cls for wanted in rules.objects(shape, SH.targetClass) for cls in graph.transitive_subjects(RDFS.subClassOf, wanted)}
    found = {node for cls in classes for node in graph.subjects(RDF.type, cls)}
    found |= {node for term in rules.objects(shape, SH.targetSubjectsOf) for node in graph.subjects(term)}
    return found | {node for node in rules.objects(shape, SH.targetNode) if (node, None, None) in graph or (None, node, None) in graph}


def test_every_shape_with_a_target_finds_nodes_in_the_exports_and_in_the_record(exported: Graph) -> None:
    record = Graph().parse(RECORD)
    targeted = {shape for target in (SH.targetClass, SH.targetSubjectsOf, SH.targetNode) for shape in shapes().subjects(target)}
    assert len(targeted) > 20
    assert [local(shape) for shape in targeted if not targets(exported, shape)] == []
    assert [local(shape) for shape in targeted if not targets(record, shape) and not local(shape).endswith("Rule")] == []


def test_every_shape_is_reached_from_one_with_a_target() -> None:
    rules = shapes()
    reached = {shape for target in (SH.targetClass, SH.targetSubjectsOf, SH.targetNode) for shape in rules.subjects(target)}
    for link in (SH.property, SH.node):
        assert set(rules.objects(None, link)) <= set(rules.subjects(RDF.type)), "a shape that is named is not there"
    waiting = list(reached)
    while waiting:
        shape = waiting.pop()
        inner = {*rules.objects(shape, SH.property), *rules.objects(shape, SH.node)}
        inner |= {member for one in (SH["or"], SH.xone) for members in rules.objects(shape, one) for member in rules.items(members)}
        waiting += inner - reached
        reached |= inner
    assert {*rules.subjects(RDF.type, SH.NodeShape), *rules.subjects(RDF.type, SH.PropertyShape)} == reached


def test_shapes_name_only_terms_that_are_there() -> None:
    used = {term for name in (SH.path, SH["class"], SH.targetClass, SH.targetSubjectsOf, SH.targetNode, SH.disjoint, SH.lessThanOrEquals)
            for term in shapes().objects(None, name)}
    ours = {local(term) for term in used if str(term).startswith((ARMS, SAID))}
    assert ours and ours - declared() == set()
    assert [term for term in used if not str(term).startswith((ARMS, SAID)) and not is_known(str(term))
            and str(term) not in (str(RDFS.label), "http://www.w3.org/ns/oa#hasSource")] == []


def test_the_shapes_are_themselves_well_formed() -> None:
    assert pyshacl.validate(Graph().parse(RECORD), shacl_graph=shapes(), meta_shacl=True, inplace=True)[0]


RECORD = FIXTURES / "shapes" / "record.ttl"
BASE = "https://arms-graph.example/"


class Mistake(NamedTuple):
    """One mistake in the record: triples taken out and put in, the shapes that see it, and the part of the shape that does."""

    sentence: str
    shapes: str
    out: str = ""
    into: str = ""
    part: str = ""


MISTAKES = (
    Mistake("a claim without a key", "Claim-key", 'c:c4 arms:key "report/c4"'),
    Mistake("a claim without a place in reading order", "Claim-order", "c:c4 arms:order 3"),
    Mistake("a claim of no kind", "Claim-kind", "c:c4 arms:kind arms:Denial"),
    Mistake("a claim of a kind without a keyword", "Claim-kind", "c:c4 arms:kind arms:Denial", 'c:c4 arms:kind id:Rumour . id:Rumour arms:says "1 talk"', "Kind-keyword"),
    Mistake("a claim of a kind without a sentence", "Claim-kind", "c:c4 arms:kind arms:Denial", 'c:c4 arms:kind id:Rumour . id:Rumour arms:keyword "rumour"', "Kind-pattern"),
    Mistake("a claim of no event", "Claim-event", "c:c2 said:event id:signing"),
    Mistake("a claim of an event of no kind", "Claim-event", "id:signing arms:eventKind arms:Signing", part="Told-eventKind"),
    Mistake("a claim without its English line", "Claim-says", 'c:c4 arms:says "Ana Ruiz denied claim report/c3"'),
    Mistake("a claim of a status that is none", "Claim-status", 'c:c4 arms:status "asserted"', 'c:c4 arms:status "certain"'),
    Mistake("a claim of two statuses", "Claim-status", into='c:c4 arms:status "reported" ; arms:saidBy c:c3-said-1 ; prov:wasAttributedTo id:jon'),
    Mistake("a claim of a mode that is none", "Claim-mode", 'c:c4 arms:mode "done"', 'c:c4 arms:mode "likely"'),
    Mistake("a claim without a footing", "Claim-footing", 'c:c3 arms:footing "alleged"'),
    Mistake("a date from nowhere", "Claim-dateFrom", 'c:c1 arms:dateFrom "claim"', 'c:c1 arms:dateFrom "guess"'),
    Mistake("a day of telling that is a month", "Claim-toldBy", 'c:c1 arms:toldBy "2031-05-31"^^xsd:date', 'c:c1 arms:toldBy "2031-05"'),
    Mistake("a claim in what is no document", "Claim-inDocument", into="c:c2 arms:inDocument id:wire"),
    Mistake("a claim said by what is no attribution", "Claim-saidBy", into="c:c2 arms:saidBy id:jon"),
    Mistake("somebody in a capacity that is none", "Claim-capacity", into="c:c2 arms:capacity id:minister-of-energy"),
    Mistake("a claim without evidence", "Claim", "c:c4 arms:evidence c:c4-evidence", part="Proven-evidence"),
    Mistake("evidence without a document", "Claim", "c:c4 arms:inDocument id:report", part="Proven-inDocument"),
    Mistake("an inference with evidence of its own", "Claim", 'c:c3 arms:footing "alleged"', 'c:c3 arms:inferred true ; arms:footing "alleged+inferred"', "Proven-not-inferred"),
    Mistake("a proven claim that rests on another", "Claim", into="c:c3 arms:restsOn c:c1", part="Proven-no-restsOn"),
    Mistake("an inference that is not marked as one", "Claim", 'c:c2 arms:inferred true ; arms:footing "inferred" . c:c2-link arms:footing "inferred"',
            'c:c2 arms:hedge "maybe" ; arms:footing "hedged" . c:c2-link arms:footing "hedged"', "Inferred-inferred"),
    Mistake("an inference without a reason", "Claim", 'c:c2 arms:because "they met on the day of the paper"', part="Inferred-because"),
    Mistake("an inference that rests on nothing", "Claim", "c:c2 arms:restsOn c:c1", part="Inferred-restsOn"),
    Mistake("an inference that cites a text", "Claim", into="c:c2 arms:evidence c:c4-evidence", part="Inferred-no-evidence"),
    Mistake("evidence in no document", "Evidence-document", "c:c4-evidence oa:hasSource id:report"),
    Mistake("evidence in paragraph 0", "Evidence-paragraph", "c:c4-evidence arms:paragraph 8", "c:c4-evidence arms:paragraph 0"),
    Mistake("a locator of a whole sentence", "Evidence-words", 'c:c4-evidence arms:words "Ruiz denied it"', 'c:c4-evidence arms:words "Ruiz denied it all on Monday"'),
    Mistake("a locator with a long end", "Evidence-words", 'c:c4-evidence arms:words "Ruiz denied it"', 'c:c4-evidence arms:words "Ruiz … it all on a rainy Monday"'),
    Mistake("evidence from another document", "EvidenceRule", "c:c4-evidence oa:hasSource id:report",
            'c:c4-evidence oa:hasSource id:other . id:other a arms:Document ; arms:key "other" ; dcterms:title "Other" ; dcterms:language "en" ; '
            "arms:reporter id:wire ; dcterms:publisher id:wire"),
    Mistake("an allegation on the footing of a plan", "FootingRule", 'c:c3 arms:footing "alleged"', 'c:c3 arms:footing "planned"'),
    Mistake("a hedged claim that passes for firm", "FootingRule", into='c:c4 arms:hedge "apparently"'),
    Mistake("an allegation by nobody", "AttributionRule", "c:c3 arms:saidBy c:c3-said-1 ; prov:wasAttributedTo id:jon"),
    Mistake("a report by nobody", "AttributionRule", 'c:c4 arms:status "asserted"', 'c:c4 arms:status "reported"'),
    Mistake("a denied claim without the flag", "DisputeRule", "c:c3 arms:disputed true"),
    Mistake("a flag without a denial", "DisputeRule", into="c:c2 arms:disputed true"),
    Mistake("a date that does not say where it is from", "DateRule", 'c:c1 arms:dateFrom "claim"'),
    Mistake("a saying without a sayer", "Attribution-agent", "c:c1-said-2 prov:agent id:wire"),
    Mistake("a sayer without a place in the chain", "Attribution-position", "c:c1-said-2 arms:position 2"),
    Mistake("a relay marked by a word", "Attribution-relayed", "c:c1-said-2 arms:relayed true", 'c:c1-said-2 arms:relayed "yes"'),
    Mistake("a chain with a gap", "ChainRule", "c:c1-said-2 arms:position 2", "c:c1-said-2 arms:position 3"),
    Mistake("two in one place of the chain", "ChainRule", "c:c1-said-2 arms:position 2", "c:c1-said-2 arms:position 1"),
    Mistake("a claim attributed to whoever relayed it", "ChainRule", "c:c3 prov:wasAttributedTo id:jon", "c:c3 prov:wasAttributedTo id:wire"),
    Mistake("a capacity of nobody", "Capacity-who", into='c:c2 arms:capacity id:role . id:role a arms:Capacity ; arms:asWords "an official"'),
    Mistake("a capacity as a ministry", "Capacity-asPost", into="c:c2 arms:capacity id:role . id:role a arms:Capacity ; arms:who id:jon ; arms:asPost id:energy"),
    Mistake("a capacity as nothing", "Capacity", into="c:c2 arms:capacity id:role . id:role a arms:Capacity ; arms:who id:jon", part="Capacity-by-post"),
    Mistake("a capacity in no words", "Capacity", into="c:c2 arms:capacity id:role . id:role a arms:Capacity ; arms:who id:jon", part="Capacity-by-words"),
    Mistake("a minister whom nobody calls so", "MinisterRule", into="id:jon a arms:Minister"),
    Mistake("a minister in a post that is no ministerial one", "MinisterRule", "id:minister-of-energy arms:ministerial true"),
    Mistake("a minister by plan", "MinisterRule", into='id:jon a arms:Minister . c:c2 said:person id:jon ; said:post id:minister-of-energy'),
    Mistake("a minister by allegation", "MinisterRule", into="id:jon a arms:Minister . c:c3 arms:capacity id:role . id:role a arms:Capacity ; arms:who id:jon ; arms:asPost id:minister-of-energy"),
    Mistake("an event of two kinds", "Event-kind", into="id:signing arms:eventKind arms:Meeting"),
    Mistake("an event without a key", "Event-key", 'id:signing arms:key "signing"'),
    Mistake("an event without a label", "Event-label", 'id:signing rdfs:label "inferred signing"'),
    Mistake("an event without a standing", "Event-standing", 'id:signing arms:standing "inferred"'),
    Mistake("an event on two dates", "Event-date", into='id:talks arms:date "2031-05-13"'),
    Mistake("a standing in a word of its own", "Standing-word", 'id:signing arms:standing "inferred"', 'id:signing arms:standing "likely"'),
    Mistake("an inferred event with a type", "StandingRule", into="id:signing a arms:Signing"),
    Mistake("an alleged event that passes for established", "StandingRule", 'id:strike arms:standing "alleged"', 'id:strike arms:standing "established" ; a arms:Attack'),
    Mistake("an established event without its type", "StandingRule", "id:denial a arms:Denial"),
    Mistake("a first day after the last", "Dated-earliestBegin", into='id:signing arms:earliestBegin "2031-05-13"^^xsd:date ; arms:latestBegin "2031-05-12"^^xsd:date'),
    Mistake("a last day of beginning that is a month", "Dated-latestBegin", into='id:signing arms:latestBegin "2031-05"'),
    Mistake("a first day of ending after the last", "Dated-earliestEnd", into='id:signing arms:earliestEnd "2031-05-13"^^xsd:date ; arms:latestEnd "2031-05-12"^^xsd:date'),
    Mistake("a last day of ending that is a year", "Dated-latestEnd", into='id:signing arms:latestEnd "2031"^^xsd:gYear'),
    Mistake("an end before the beginning", "Dated-begin-before-end", into='id:signing arms:earliestBegin "2031-05-13"^^xsd:date ; arms:earliestEnd "2031-05-12"^^xsd:date'),
    Mistake("a beginning after the end", "Dated-last-begin-before-last-end", into='id:signing arms:latestBegin "2031-05-13"^^xsd:date ; arms:latestEnd "2031-05-12"^^xsd:date'),
    Mistake("a link from nothing", "Link-from", "c:c2-link arms:from id:ana"),
    Mistake("a link from something to itself", "Link-from", "c:c2-link arms:to id:jon", "c:c2-link arms:to id:ana"),
    Mistake("a link to nothing", "Link-to", "c:c2-link arms:to id:jon"),
    Mistake("a link to what is neither entity nor event", "Link-to", "c:c2-link arms:to id:jon", "c:c2-link arms:to id:ghost", "End-entity"),
    Mistake("a link from what is neither entity nor event", "Link-from", "c:c2-link arms:from id:ana", "c:c2-link arms:from id:ghost", "End-event"),
    Mistake("a link of no claim", "Link-claim", "c:c2-link arms:ofClaim c:c2"),
    Mistake("a link that shows no event", "Link-event", "c:c2-link arms:onEvent id:signing"),
    Mistake("a link without a forward wording", "Link-forward", 'c:c2-link arms:forward "signed with"'),
    Mistake("a link without a backward wording", "Link-backward", 'c:c2-link arms:backward "signed with"'),
    Mistake("a link without a footing", "Link-footing", 'c:c2-link arms:footing "inferred"'),
    Mistake("a link firmer than its claim", "LinkRule", 'c:c2-link arms:footing "inferred"', 'c:c2-link arms:footing "firm"'),
    Mistake("an encounter of one with nobody", "Encounter-other", "c:c2-encounter arms:other id:jon"),
    Mistake("an encounter of nobody", "Encounter-one", "c:c2-encounter arms:one id:ana"),
    Mistake("an encounter of somebody with himself", "Encounter-one", "c:c2-encounter arms:other id:jon", "c:c2-encounter arms:other id:ana"),
    Mistake("an encounter that a question for anybody misses", "Encounter-party", "c:c2-encounter arms:party arms:Anybody"),
    Mistake("an encounter of no claim", "Encounter-claim", "c:c2-encounter arms:ofClaim c:c2"),
    Mistake("an encounter without a footing", "Encounter-footing", 'c:c2-encounter arms:footing "inferred"'),
    Mistake("an inferred encounter that passes for firm", "EncounterRule", 'c:c2-encounter arms:footing "inferred"', 'c:c2-encounter arms:footing "firm"'),
    Mistake("a direct triple without a link", "DirectRule", into="id:jon arms:met id:energy"),
    Mistake("a direct triple of another sort than its link", "DirectRule", into="id:jon arms:met id:ana . id:back a arms:Link ; arms:from id:jon ; arms:to id:ana ; "
            'arms:onEvent id:denial ; arms:ofClaim c:c4 ; arms:forward "denied" ; arms:backward "was denied by" ; arms:footing "firm"'),
    Mistake("a role that only an allegation fills", "RoleRule", into="id:strike arms:participant id:ana"),
    Mistake("a denial, and nothing taken back that rests on what is denied", "DirectRule MinisterRule RoleRule StandingRule",
            into="c:c1 arms:mayBeDeniedBy c:c4 ; arms:disputed true"),
    Mistake("an entity of two classes", "Entity-kind", into="id:jon a arms:Ministry ; arms:entityKind arms:Ministry"),
    Mistake("an entity of a class that is not for curators", "Entity-kind", into='id:thing a id:Sort ; arms:entityKind id:Sort ; arms:key "thing" ; rdfs:label "thing"', part="ClassOfThings-step"),
    Mistake("an entity without a key", "Entity-key", 'id:jon arms:key "report/jon"'),
    Mistake("an entity without a label", "Entity-label", 'id:jon rdfs:label "Jon Berg"'),
    Mistake("an entity without its type", "EntityRule", "id:jon a arms:Person"),
    Mistake("a name without letters", "Name-spelling", 'id:ana-name arms:spelling "Ruiz"'),
    Mistake("a spelling that stands in what is no document", "Name-standsIn", into="id:ana-name arms:standsIn id:wire"),
    Mistake("a spelling that stands nowhere", "Name", "id:ana-name arms:standsIn id:report", part="Name-in-document"),
    Mistake("a spelling from nowhere without a note", "Name", 'id:jon-name arms:note "as a register has it"', part="Name-with-note"),
    Mistake("a document without an id", "Document-key", 'id:report arms:key "report"'),
    Mistake("a document without a title", "Document-title", 'id:report dcterms:title "Minister tours turbine maker"'),
    Mistake("a document in a language that is no tag", "Document-language", 'id:report dcterms:language "en"', 'id:report dcterms:language "English"'),
    Mistake("a document that nobody reported", "Document-reporter", "id:report arms:reporter id:wire"),
    Mistake("a document that a person reported", "Document-reporter", "id:report arms:reporter id:wire", "id:report arms:reporter id:ana"),
    Mistake("a document that is read nowhere", "Document-publisher", "id:report dcterms:publisher id:gazette"),
    Mistake("a checksum cut short", "Document-sha256", into='id:report schema:sha256 "0123456789abcdef"'),
    Mistake("an address that is none", "Document-url", 'id:report schema:url "https://gazette.example/1"^^xsd:anyURI', 'id:report schema:url "javascript:alert(1)"^^xsd:anyURI'),
    Mistake("a document published twice", "Document-published", into='id:report arms:published "2031-06"'),
    Mistake("a note that joins one origin", "SameOrigin-origin", "id:same-origin arms:origin id:gazette"),
    Mistake("a note on no document", "SameOrigin-document", "id:same-origin arms:inDocument id:report"),
    Mistake("a note without a reason", "SameOrigin-because", 'id:same-origin arms:because "the one prints the other"'),
    Mistake("a sum below nothing", "Money-amount", "c:c1-value arms:amount 4000000.0", "c:c1-value arms:amount -4000000.0"),
    Mistake("a currency in words", "Money-currency", 'c:c1-value arms:currency "EUR"', 'c:c1-value arms:currency "euro"'),
    Mistake("a sum in two wordings", "Money-words", into='c:c1-value arms:words "four million" , "about four million"'),
    Mistake("a currency without a sum", "Money", "c:c1-value arms:amount 4000000.0", part="Money-has-amount"),
    Mistake("a sum in no words", "Money", "c:c1-value arms:amount 4000000.0", part="Money-has-words"),
    Mistake("an amount of no currency", "Money", 'c:c1-value arms:currency "EUR"', part="Money-has-currency"),
    Mistake("an amount of no currency, with words", "Money", 'c:c1-value arms:currency "EUR"', 'c:c1-value arms:words "four million"', "Money-amount-or-words"),
    Mistake("fewer than none", "Quantity-count", "c:c1-quantity arms:count 2", "c:c1-quantity arms:count -2"),
    Mistake("a quantity of nothing", "Quantity", "c:c1-quantity arms:count 2", part="Quantity-has-count"),
    Mistake("a quantity in no words", "Quantity", "c:c1-quantity arms:count 2", part="Quantity-has-words"),
)


def snippet(turtle: str, number: int) -> Graph:
    """Return triples whose nodes are those of the record of a number; nothing but the ontology is shared between records."""
    prefixes = {**PREFIXES, "id": f"{BASE}{number}/id/", "c": f"{BASE}{number}/claim/report/"}
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    return Graph().parse(data=f"{head}{turtle} ." if turtle else head, format="turtle")


def spoilt(number: int, mistake: Mistake) -> Graph:
    """Return the record of a number with one mistake in it."""
    text = re.sub(r"@prefix [^\n]*\n", "", RECORD.read_text("utf-8")).rstrip().removesuffix(".")
    record, out = snippet(text, number), snippet(mistake.out, number)
    assert all(triple in record for triple in out), f"{mistake.sentence}: the record has not what is to be taken out"
    for triple in out:
        record.remove(triple)
    return record + snippet(mistake.into, number)


@pytest.fixture(scope="session")
def seen() -> dict[int, set[str]]:
    """Return which shapes fail for each record, by number; all records are looked at in one go."""
    together = snippet("", 0)
    for number, mistake in enumerate((Mistake("none", ""), *MISTAKES)):
        together += spoilt(number, mistake)
    found: dict[int, set[str]] = defaultdict(set)
    for shape, node in failing(together, shapes()):
        number = node.removeprefix(BASE).partition("/")[0]
        found[int(number)].add(shape)
    return found


def test_the_record_without_a_mistake_keeps_to_all_shapes(seen: dict[int, set[str]]) -> None:
    assert seen[0] == set()


@pytest.mark.parametrize("number", range(1, len(MISTAKES) + 1), ids=lambda number: MISTAKES[number - 1].sentence.replace(" ", "-"))
def test_one_mistake_is_seen_by_its_shape_and_by_no_other(number: int, seen: dict[int, set[str]]) -> None:
    assert seen[number] == set(MISTAKES[number - 1].shapes.split())


@pytest.mark.parametrize("mistake", [mistake for mistake in MISTAKES if mistake.part], ids=lambda mistake: mistake.part)
def test_the_part_of_a_shape_that_sees_a_mistake_is_what_sees_it(mistake: Mistake) -> None:
    weaker = shapes() - Graph()
    weaker.remove((None, SH.sparql, None))
    weaker.add((URIRef(SHAPE + mistake.part), SH.deactivated, Literal(True)))
    assert failing(spoilt(1, mistake), weaker) == []


def test_every_shape_is_proven_able_to_fail() -> None:
    proven = {name for mistake in MISTAKES for name in (*mistake.shapes.split(), mistake.part)}
    every = {local(shape) for shape in shapes().subjects(RDF.type, SH.PropertyShape)}
    every |= {local(shape) for link in (SH.sparql, SH["or"], SH.xone) for shape in shapes().subjects(link)}
    every -= {"End", "Money-in-figures", "Money-in-words"}  # their parts are proven, and stand for them
    assert every - proven == set()
    assert proven - every == {""}
