"""The corpus as RDF: what was curated is all there, and what only some claims say stands nowhere as a fact."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from fixtures import Storm, read_storm, schema

from kg import lists
from kg.questions import Filters
from kg.rdf import Writer
from kg.schema import load_schema, turtle_files
from kg.store import Store

ONTOLOGY = Path(__file__).resolve().parent.parent / "ontology"


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return tmp_path / "graph"


def stored(storm: Storm) -> Store:
    """Return the corpus in a store of its own, with the ontology."""
    inner = pyoxigraph.Store()
    lines = "\n".join(Writer(storm.corpus, schema(), storm.readings).lines())
    inner.bulk_load(input=lines.encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    for path in turtle_files(ONTOLOGY):
        inner.bulk_load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    return Store(inner, storm.corpus.graph.base)


def found(storm: Storm, pattern: str, *names: str) -> list[tuple[str, ...]]:
    """Return what some names of a pattern stand for, things by their keys, sorted."""
    store = stored(storm)
    rows = store.rows(f"SELECT DISTINCT {' '.join('?' + name for name in names)} WHERE {{ {pattern} }}")
    return sorted(tuple(store.key(row.get(name, "")) for name in names) for row in rows)


MEETING = "{{id: c1, kind: meeting, participants: [{{who: jon-berg, as: energy-minister}}, ines-varga]{more}}}"


def test_an_office_named_in_passing_is_a_tenure_with_its_person_and_post(at: Path) -> None:
    storm = read_storm(at, MEETING.format(more=""))
    tenure = "?t a arms:Tenure ; arms:person id:jon-berg ; arms:post ?post ; arms:standing ?how ; rdfs:label ?label"
    assert found(storm, tenure, "t", "post", "how", "label") == [
        ("tenure/jon-berg/energy-minister", "energy-minister", "established", "tenure of Jon Berg")]


@pytest.mark.parametrize(("more", "how"), [
    (", said_by: ines-varga, status: alleged", "alleged"), (", inferred: true, because: so, rests_on: [wire-tour/c2]", "inferred")])
def test_an_office_that_no_firm_claim_attests_has_no_type_and_no_roles(more: str, how: str, at: Path) -> None:
    storm = read_storm(at, MEETING.format(more=more))
    fact = "VALUES ?key { 'tenure/jon-berg/energy-minister' } ?t arms:key ?key ; arms:eventKind arms:Tenure ; arms:standing ?how"
    assert found(storm, fact, "how") == [(how,)]
    assert found(storm, f"{fact} . ?t a|arms:person|arms:post ?one", "one") == []


def test_a_tenure_that_is_alleged_outright_and_attested_in_passing_is_established(at: Path) -> None:
    storm = read_storm(at, MEETING.format(more="") + "\n"
                       "{id: c2, kind: tenure, person: jon-berg, post: energy-minister, said_by: ines-varga, status: alleged}")
    assert storm.event("tenure/jon-berg/energy-minister").standing == "established"
    assert found(storm, "?t a arms:Tenure ; arms:person id:jon-berg ; arms:post ?post", "post") == [("energy-minister",)]


def test_a_capacity_names_its_role_and_the_tenure_that_it_attests(at: Path) -> None:
    storm = read_storm(at, MEETING.format(more=""))
    capacity = "claim:storm\\/c1 arms:capacity ?c . ?c arms:who ?who ; arms:inRole/arms:keyword ?role ; arms:attestsTenure ?tenure"
    assert found(storm, capacity, "who", "role", "tenure") == [("jon-berg", "participants", "tenure/jon-berg/energy-minister")]


def test_what_a_firm_claim_is_part_of_reaches_its_event_and_what_is_alleged_does_not(at: Path) -> None:
    told = "kind: meeting, part_of: ferry-affair, participants: [jon-berg, ines-varga]"
    storm = read_storm(
        at, f"{{id: c1, {told}, event: first}}\n{{id: c2, {told}, event: second, said_by: ana-ruiz, status: alleged}}",
        also="matters: [{id: first, kind: event}, {id: second, kind: event}]")
    part = "FILTER(STRSTARTS(?key, 'storm/')) ?event arms:key ?key ; arms:partOfHappening id:ferry-affair"
    assert found(storm, part, "key") == [("storm/first",)]
    assert found(storm, "?claim said:partOfHappening id:ferry-affair", "claim") == [("storm/c1",), ("storm/c2",)]


def test_every_link_names_the_property_that_a_firm_claim_makes_of_it(at: Path) -> None:
    storm = read_storm(at, MEETING.format(more=", said_by: ines-varga, status: alleged"))
    terms = "?link arms:ofClaim claim:storm\\/c1 ; arms:from ?one ; arms:directTerm ?term . ?term rdfs:label ?label"
    assert found(storm, terms, "label") == [("held a post in",), ("met",)]
    assert found(storm, terms + " . id:jon-berg ?term ?other", "other") == []


def test_the_words_for_an_unnamed_party_and_notes_on_entities_are_there(at: Path) -> None:
    storm = read_storm(at, "{id: c1, kind: meeting, participants: [guard, jon-berg]}", also="unnamed: "
                       "[{id: guard, kind: group, label: a guard, paragraph: 3, words: a guard, note: perhaps two}]")
    guard = ("?guard arms:key 'storm/guard' ; arms:note ?note ; arms:evidence ?e . "
             "?e arms:paragraph ?at ; arms:words ?words ; oa:hasSource ?document")
    assert found(storm, guard, "note", "at", "words", "document") == [("perhaps two", "3", "a guard", "storm")]


def test_how_a_document_was_curated_and_what_it_repeats_are_there(at: Path) -> None:
    storm = read_storm(at, MEETING.format(more=""), head=", curation: read once, repeats: {2: [3, 4]}")
    assert found(storm, "id:storm arms:curation ?how", "how") == [("read once",)]
    repeats = "id:storm arms:repetition ?r . ?r arms:paragraph ?at ; arms:repeatsParagraph ?other"
    assert found(storm, repeats, "at", "other") == [("2", "3"), ("2", "4")]


def test_several_texts_in_a_role_keep_their_order(at: Path) -> None:
    storm = read_storm(at, "{id: c1, kind: meeting, participants: [jon-berg, ines-varga], topics: [rotors, ferries, gears]}")
    row, = (row for row in lists.claims(stored(storm), Filters()) if row["id"] == "storm/c1")
    assert row["values"] == {"topics": ["rotors", "ferries", "gears"]}


def test_the_address_of_a_fact_does_not_depend_on_the_order_of_roles_in_the_ontology(tmp_path: Path) -> None:
    for path in turtle_files(ONTOLOGY):
        text = path.read_text("utf-8")
        turned = text.replace("arms:keyRole arms:supplier, arms:recipient", "arms:keyRole arms:recipient, arms:supplier")
        assert (turned != text) == (path.name == "kinds.ttl")
        (tmp_path / path.name).write_text(turned, "utf-8")
    assert load_schema(tmp_path).kinds == load_schema(ONTOLOGY).kinds
