"""The ontology contradicts itself nowhere, says what every name means, and the exported graph keeps to its shapes."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import warnings
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph
import pyshacl
import pytest
import yaml
from conftest import ROOT, Run
from rdflib import DCTERMS, ORG, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, BNode, Graph, Literal, URIRef
from rdflib.namespace import DefinedNamespace
from rdflib.term import Node

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
FIELDS = {"event", "saidIn", "partOfHappening"}
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
def quads(path: Path) -> tuple[pyoxigraph.Quad, ...]:
    """Return what a Turtle file holds."""
    return tuple(pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE))


@cache
def ontology_with(*mistakes: Path) -> pyoxigraph.Store:
    """Return the ontology, shapes too, with mistakes added to it."""
    store = pyoxigraph.Store()
    for path in (*sorted(ONTOLOGY.glob("*.ttl")), *mistakes):
        store.bulk_extend(quads(path))
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
    assert declared() >= FIELDS


WRITTEN_BY_HAND = sorted([*ONTOLOGY.rglob("*.rq"), ONTOLOGY / "shapes.ttl", ONTOLOGY / "README.md", *(ROOT / "kg").glob("*.py")])


@pytest.mark.parametrize("path", WRITTEN_BY_HAND, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_queries_shapes_and_code_name_no_term_that_is_not_declared(path: Path) -> None:
    invented = set(re.findall(r"\barms:(\w+) a owl:", path.read_text("utf-8"))) if path.suffix == ".md" else set()
    assert names_in(path.read_text("utf-8")) - declared() - invented == set()


def test_an_undeclared_name_in_a_query_is_seen() -> None:
    assert names_in("?claim arms:satus ?s ; said:particpant ?p") - declared() == {"satus", "particpant"}


LISTS = {"status": "statuses", "mode": "modes", "footing": "footings", "standing": "standings", "dateFrom": "dateSources"}
"""Which list of words each property takes its value from."""


def explained(scheme: str) -> set[str]:
    """Return the words of a list that the ontology explains."""
    concepts = terms().subjects(SKOS.inScheme, URIRef(ARMS + scheme))
    return {str(word) for concept in concepts for word in terms().objects(concept, SKOS.notation)}


def test_the_words_of_fixed_lists_are_those_of_the_program() -> None:
    assert explained("statuses") == set(model.STATUSES)
    assert explained("modes") == set(model.MODES)
    assert explained("footings") == {"firm", *RESERVATIONS}


@pytest.mark.parametrize(("shape", "scheme"), [("Claim-status", "statuses"), ("Claim-mode", "modes"), ("Standing-word", "standings"),
                                               ("Claim-dateFrom", "dateSources")])
def test_the_words_of_fixed_lists_are_those_of_the_shapes(shape: str, scheme: str) -> None:
    allowed = shapes().value(URIRef(SHAPE + shape), SH["in"])
    assert allowed is not None
    assert {str(word) for word in shapes().items(allowed)} == explained(scheme)


@pytest.mark.parametrize(("term", "scheme"), LISTS.items())
def test_every_word_in_use_is_explained(term: str, scheme: str, exported: Graph) -> None:
    used = {word for value in exported.objects(None, URIRef(ARMS + term)) for word in str(value).split("+")}
    assert used and used <= explained(scheme)


# ---- One meaning: a property that is a role, or that the schema is written with, stands on nothing else


def test_roles_stand_on_events_alone_and_annotations_of_the_schema_on_terms_alone(exported: Graph) -> None:
    events = set(exported.subjects(URIRef(ARMS + "eventKind")))
    for role in roles():
        assert set(exported.subjects(URIRef(ARMS + role))) <= events, f"arms:{role} stands on what is no event"
    for annotation in terms().subjects(RDF.type, OWL.AnnotationProperty):
        found = set(exported.subjects(annotation))
        assert {term for term in found if not str(term).startswith(ARMS)} == set(), f"arms:{local(annotation)} stands in the data"


# ---- The schema: what the program reads is all there


def test_what_happened_asks_after_every_kind_of_event_however_deep_it_lies() -> None:
    text = (ONTOLOGY / "questions" / "what-happened.rq").read_text("utf-8")
    path = re.search(r"\?sort (\S*subClassOf\S*) arms:Event", text)
    assert path
    missed = f"SELECT ?kind WHERE {{ ?kind rdfs:subClassOf+ arms:Event FILTER NOT EXISTS {{ ?kind {path[1]} arms:Event }} }}"
    assert list(terms().query(missed, initNs={"arms": ARMS, "rdfs": RDFS})) == []


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


# ---- The guide: its example works


def example(language: str) -> str:
    """Return the first example in a language that the guide has."""
    found = re.search(rf"```{language}\n(.*?)```", (ONTOLOGY / "README.md").read_text("utf-8"), re.DOTALL)
    assert found, f"README.md has no example in {language}"
    return found[1]


def kind_of_the_guide(path: Path) -> Path:
    """Return a Turtle file with the kind that the guide adds."""
    path.write_text("".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
                    + "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n" + example("turtle"), encoding="utf-8")
    return path


def test_the_kind_that_the_guide_adds_breaks_no_rule(tmp_path: Path) -> None:
    store = ontology_with(kind_of_the_guide(tmp_path / "more.ttl"))
    assert {rule.stem: terms for rule in RULES if (terms := broken(rule, store))} == {}


def test_a_claim_of_the_kind_that_the_guide_adds_is_built_and_told(tmp_path: Path, run: Run) -> None:
    shutil.copytree(FIXTURES / "small" / "sources", tmp_path / "sources")
    shutil.copytree(ONTOLOGY, tmp_path / "ontology")
    kind_of_the_guide(tmp_path / "ontology" / "more.ttl")
    document = tmp_path / "sources" / "documents" / "wire-tour.yaml"
    claim = "".join(f"  {line}\n" for line in example("yaml").splitlines())
    document.write_text(document.read_text("utf-8").replace("retired:", f"{claim}retired:"), encoding="utf-8")
    assert run("build", folder=tmp_path)[0] == 0
    code, out, err = run("around", "licence-office", "--only", "inspection", "--format", "json", folder=tmp_path)
    assert code == 0, err
    assert [(row["label"], row["thing"], row["claims"]) for row in json.loads(out)] == [("inspected", "Turbine Works", ["wire-tour/c90"])]
    code, out, err = run("evidence", "wire-tour/c90", folder=tmp_path)
    assert out.startswith("wire-tour/c90  Licence Office inspected Turbine Works, in 2031-05")


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
    record = the_record()
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
            and term not in (RDFS.label, RDFS.subPropertyOf, RDF.value, URIRef("http://www.w3.org/ns/oa#hasSource"))] == []


def test_the_shapes_are_themselves_well_formed() -> None:
    assert pyshacl.validate(the_record(), shacl_graph=shapes(), meta_shacl=True, inplace=True)[0]


RECORD = FIXTURES / "shapes" / "record.ttl"
BASE = "https://arms-graph.example/"


class Mistake(NamedTuple):
    """One mistake in the record: triples taken out and put in, the shapes that see it, and the part of the shape that does."""

    sentence: str
    shapes: str
    out: str = ""
    into: str = ""
    part: str = ""


MISTAKES = tuple(Mistake(entry["mistake"], entry["seen by"], entry.get("out", ""), entry.get("into", ""), entry.get("part", ""))
                 for entry in yaml.safe_load((FIXTURES / "shapes" / "mistakes.yaml").read_text("utf-8")))


def snippet(turtle: str, number: int) -> Graph:
    """Return triples whose nodes are those of the record of a number; nothing but the ontology is shared between records."""
    prefixes = {**PREFIXES, "id": f"{BASE}{number}/id/", "c": f"{BASE}{number}/claim/report/"}
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    return Graph().parse(data=f"{head}{turtle} ." if turtle else head, format="turtle")


@cache
def the_record() -> Graph:
    """Return the record as its file has it."""
    return Graph().parse(RECORD)


def of_record(number: int, part: Node) -> Node:
    """Return a node of the record as the record of a number has it; the ontology's terms and texts stay."""
    if str(part).startswith((f"{BASE}id/", f"{BASE}claim/")):
        return URIRef(str(part).replace(BASE, f"{BASE}{number}/"))
    return part


def spoilt(number: int, mistake: Mistake) -> Graph:
    """Return the record of a number with one mistake in it."""
    record, out = Graph(), snippet(mistake.out, number)
    for one, property_, other in the_record():
        record.add((of_record(number, one), property_, of_record(number, other)))
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
        found[int(node.removeprefix(BASE).partition("/")[0])].add(shape)
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
