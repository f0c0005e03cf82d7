"""Chains: what grows out of the store is what plain networkx finds on all links of all claims, under any filters.

The other side of each comparison reads the records, not the store: links as `kg.links` makes them, filtered one by one here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import networkx as nx
import pyoxigraph
import pytest
from conftest import ROOT
from fixtures import ONTOLOGY, read_storm, schema

from kg.chains import chains_between
from kg.errors import Place, Stopped
from kg.frontiers import ChainFilters, Frontiers, Neighbourhood
from kg.links import Link, links_of
from kg.model import Claim, Corpus, Document, Entity, Evidence, Graph, Party, Value
from kg.network import (
    MOST_CANDIDATES,
    Chains,
    all_steps,
    find_chains,
    offices_passed,
    path_answer,
    whole_network,
    why_not,
)
from kg.questions import INCLUDABLE, Filters
from kg.rdf import Writer
from kg.readings import Readings, read_together
from kg.schema import turtle_files
from kg.sentences import Speaker
from kg.sources import load_corpus
from kg.steps import Step
from kg.store import Row, Store
from kg.terms import thing_iri

MODES = ["done"] * 6 + ["ongoing", "planned", "planned", "not"]
HERE = Place("f.yaml", 1, 1)
NEVER_STEPS = {"State", "City", "Region", "Place", "Outlet", "Post", "ProductClass", "Event", "Document"}


@dataclass(frozen=True)
class World:
    """A corpus, its store in memory, and every link with the claim it comes from."""

    corpus: Corpus
    readings: Readings
    store: Store
    links: tuple[tuple[Claim, Link], ...]

    def iri(self, key: str) -> str:
        return thing_iri(self.corpus.graph.base, key)

    def key(self, iri: str) -> str:
        return self.store.key(iri)


def world_of(corpus: Corpus) -> World:
    """Return a corpus as a world: its graph, with the ontology, in a store that lies in memory alone."""
    readings = read_together(corpus, schema())
    inner = pyoxigraph.Store()
    lines = Writer(corpus, schema(), readings).lines()
    inner.bulk_load(input=("\n".join(lines) + "\n").encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    for path in turtle_files(ONTOLOGY):
        inner.bulk_load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    speaker = Speaker(corpus, schema(), readings)
    links = tuple((reading.claim, link) for reading in readings.claims.values() for link in links_of(reading, corpus, speaker))
    return World(corpus, readings, Store(inner, corpus.graph.base), links)


@cache
def real_world() -> World:
    """Return the world of the project's own sources."""
    corpus, problems = load_corpus(ROOT, schema())
    assert problems == []
    return world_of(corpus)


CAST = {"person": 14, "company": 8, "ministry": 3, "agency": 2, "state": 3, "outlet": 2, "drone": 3, "deal": 3, "group": 2}
"""How many of each kind live in an invented world."""


@cache
def invented_world(seed: int) -> World:
    """Return a world of random claims of several kinds, standings and documents."""
    chance = Random(seed)
    entities = {f"{kind}-{number}": Entity(f"{kind}-{number}", kind, f"{kind} {number}", (), HERE)
                for kind, many in CAST.items() for number in range(many)}
    posts = {f"post-{number}": Entity(f"post-{number}", "post", f"post {number}", (), HERE, body=f"ministry-{number % 3}")
             for number in range(4)}
    documents = {f"d{number}": Document(f"d{number}", f"Paper {number}", "en", (f"outlet-{number % 2}",), HERE, published="2031-07-01")
                 for number in range(4)}
    claims: dict[str, Claim] = {}
    for number in range(85):
        document = f"d{chance.randrange(4)}"
        short = f"{document}/c{number}"
        inferred = bool(claims) and chance.random() < 0.12
        kind, roles = drawn(chance)
        status = chance.choice(["", "", "", "alleged", "reported"])
        claims[short] = Claim(
            key=short, document=document, kind=kind, place=HERE, roles=roles, mode=chance.choice(MODES),
            status=status, said_by=(f"person-{chance.randrange(14)}",) if status else (), hedge=chance.choice(["", "", "", "", "perhaps"]),
            inferred=inferred, because="so" if inferred else "", rests_on=(chance.choice([*claims]),) if inferred else (),
            evidence=None if inferred else Evidence(1, "a … b", HERE))
    graph = Graph("Invented", "https://rivers.example/", "Nobody", "https://licence.example/", 0)
    return world_of(Corpus(graph, documents, {**entities, **posts}, claims, ()))


def drawn(chance: Random) -> tuple[str, dict[str, tuple[Value, ...]]]:
    """Return the kind and the roles of a random claim."""
    def some(kinds: str, many: int = 1) -> tuple[Value, ...]:
        names = [f"{kind}-{number}" for kind in kinds.split() for number in range(CAST[kind])]
        return tuple(Party(key, HERE, post=f"post-{chance.randrange(4)}" if key.startswith("person") and chance.random() < 0.15 else "")
                     for key in chance.sample(names, many))

    roles: dict[str, dict[str, tuple[Value, ...]]] = {
        "meeting": {"participants": some("person group company state", chance.choice([2, 2, 3]))},
        "signing": {"signers": some("person ministry", 2)},
        "acquisition": {"acquirer": some("company"), "acquired": some("company")},
        "manufacture": {"maker": some("company"), "product": some("drone")},
        "visit": {"visitor": some("person state"), "host": some("ministry agency")},
        "sale": {"seller": some("company state"), "buyer": some("ministry state company")},
        "tenure": {"person": some("person"), "post": (Party(f"post-{chance.randrange(4)}", HERE),)},
        "employment": {"member": some("person outlet"), "body": some("company outlet")},
    }
    kind = chance.choice([*roles])
    return kind, roles[kind]


def stands_on(corpus: Corpus, claim: Claim) -> set[str]:
    """Return the documents of a claim and of all claims it rests on."""
    found = {claim.document} & set(corpus.documents)
    return found.union(*(stands_on(corpus, corpus.claims[key]) for key in claim.rests_on))


def plain_graph(world: World, filters: ChainFilters, ends: tuple[str, str]) -> nx.MultiGraph:
    """Return all links that pass the filters, between things a chain may run through, ends always included."""
    classes, without = schema().classes, {world.key(iri) for iri in filters.common.without}
    barred = {world.key(iri) for iri in filters.not_through}
    graph = nx.MultiGraph()
    graph.add_nodes_from(ends)
    for claim, link in world.links:
        if link.footing != "firm" and not set(link.footing.split("+")) <= filters.common.include:
            continue
        if stands_on(world.corpus, claim) & without or (filters.only and link.kind not in filters.only) or link.kind in filters.never:
            continue
        if all(key in ends or (key in world.corpus.entities and classes[world.corpus.entities[key].kind].step and key not in barred)
               for key in (link.source, link.target)):
            graph.add_edge(link.source, link.target, claim=claim.key)
    return graph


def random_filters(world: World, chance: Random) -> ChainFilters:
    """Return filters as somebody might combine them."""
    documents = [world.iri(key) for key in world.corpus.documents]
    steps = [key for key, entity in world.corpus.entities.items() if schema().classes[entity.kind].step]
    kinds = sorted({link.kind for _, link in world.links})
    return ChainFilters(
        Filters(include=frozenset(mark for mark in INCLUDABLE if chance.random() < 0.4),
                without=tuple(chance.sample(documents, chance.choice([0, 0, 1, 2])))),
        not_through=frozenset(world.iri(key) for key in chance.sample(steps, chance.choice([0, 0, 1, 3]))),
        only=frozenset(chance.sample(kinds, 3)) if chance.random() < 0.2 else frozenset(),
        never=frozenset(chance.sample(kinds, 2)) if chance.random() < 0.2 else frozenset())


def two(world: World, chance: Random) -> tuple[str, str]:
    """Return two different things that have links."""
    start, end = chance.sample(sorted({key for _, link in world.links for key in (link.source, link.target)}), 2)
    return start, end


def compare(world: World, ends: tuple[str, str], filters: ChainFilters) -> int:
    """Check that the shortest chains are those of plain networkx, step by step; return how long they are."""
    start, end = ends
    found = find_chains(world.store, world.iri(start), world.iri(end), filters, MOST_CANDIDATES)
    graph = plain_graph(world, filters, (start, end))
    wanted = {tuple(nodes) for nodes in nx.all_shortest_paths(graph, start, end)} if nx.has_path(graph, start, end) else set()
    chains = {tuple(world.key(node) for node in nodes) for nodes, _ in found.chains}
    assert chains == wanted, (start, end, filters)
    assert len(found.chains) == len(wanted)
    for nodes, steps in found.chains:
        for (one, other), step in zip(pairwise(nodes), steps, strict=True):
            assert {one, other} == {step.source, step.target}
            behind = {data["claim"] for data in graph.get_edge_data(world.key(one), world.key(other)).values()}
            assert set(step.claims) <= behind
    return len(next(iter(wanted))) - 1 if wanted else 0


@pytest.mark.parametrize("seed", range(4))
def test_chains_in_an_invented_world_are_those_of_plain_networkx(seed: int) -> None:
    world, chance = invented_world(seed), Random(seed)
    lengths = [compare(world, two(world, chance), random_filters(world, chance)) for _ in range(40)]
    assert lengths.count(0) < 36  # that nothing is found is no comparison
    assert max(lengths) >= 3


@pytest.mark.parametrize("seed", range(4))
def test_growing_over_direct_links_finds_what_growing_over_the_links_themselves_finds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(seed + 50)
    joined = 0
    for world in (invented_world(seed), real_world()):
        steps = [key for key, entity in world.corpus.entities.items() if schema().classes[entity.kind].step]
        for _ in range(25):
            ends = two(world, chance)
            barred = chance.sample(steps, chance.choice([0, 0, 1, 3]))
            filters = ChainFilters(not_through=frozenset(map(world.iri, barred)))
            assert filters.plain()
            joined += compare(world, ends, filters) > 0
            start, end = map(world.iri, ends)
            quick = find_chains(world.store, start, end, filters, MOST_CANDIDATES)
            with monkeypatch.context() as slow:
                slow.setattr(ChainFilters, "plain", lambda _: False)
                assert find_chains(world.store, start, end, filters, MOST_CANDIDATES) == quick
    assert joined > 5


def test_growing_over_direct_links_looks_at_no_link_before_the_ends_have_met(monkeypatch: pytest.MonkeyPatch) -> None:
    world = real_world()
    asked: list[str] = []
    rows = world.store.rows

    def noted(query: str) -> Iterator[Row]:
        asked.append(query)
        return rows(query)

    monkeypatch.setattr(world.store, "rows", noted)
    start, end = map(world.iri, two(world, Random(2)))
    around = Neighbourhood(world.store, ChainFilters(), (start, end))
    assert around.stepless == set()
    assert Frontiers(around, start, end).meet(12)
    assert not any("?link" in query for query in asked)


@pytest.mark.parametrize("seed", range(3))
def test_all_chains_up_to_a_length_are_those_of_plain_networkx(seed: int) -> None:
    world, chance = invented_world(seed), Random(seed + 7)
    found = 0
    widened = ChainFilters(Filters(include=frozenset(INCLUDABLE)))
    for filters in [ChainFilters()] * 8 + [widened] * 8 + [random_filters(world, chance) for _ in range(8)]:
        start, end = two(world, chance)
        graph = nx.Graph(plain_graph(world, filters, (start, end)))
        wanted = {tuple(nodes) for nodes in nx.all_simple_paths(graph, start, end, cutoff=4)}
        chains = chains_between(world.store, world.iri(start), world.iri(end), filters, 4, 100_000).chains
        assert {tuple(map(world.key, nodes)) for nodes, _ in chains} == wanted
        assert len(chains) == len(wanted)
        found += len(wanted)
    assert found > 50


@pytest.mark.parametrize(("limit", "message"), [("MOST_LINKS", "stopped after 3 links"), ("MOST_NODES", "stopped after 3 things")])
def test_a_search_that_grows_too_large_stops_and_says_so(limit: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world, chance = real_world(), Random(4)
    ends = next(pair for pair in (two(world, chance) for _ in range(100)) if compare(world, pair, ChainFilters()) > 3)
    monkeypatch.setattr("kg.frontiers." + limit, 3)
    with pytest.raises(Stopped, match=message):
        chains(world, *ends)


def test_chains_in_the_real_graph_are_those_of_plain_networkx() -> None:
    world, chance = real_world(), Random(11)
    lengths = [compare(world, two(world, chance), random_filters(world, chance)) for _ in range(50)]
    widened = ChainFilters(Filters(include=frozenset(INCLUDABLE)))
    lengths += [compare(world, two(world, chance), widened) for _ in range(20)]
    assert lengths.count(0) < 60
    assert max(lengths) >= 3


@pytest.mark.parametrize("seed", range(4))
def test_the_whole_network_holds_the_links_that_pass_and_no_others(seed: int) -> None:
    world, chance = invented_world(seed), Random(seed)
    for _ in range(8):
        filters = random_filters(world, chance)
        network = whole_network(world.store, filters)
        graph = plain_graph(world, filters, ("", ""))
        assert {frozenset(map(world.key, pair)) for pair in network.steps} == {frozenset(pair) for pair in graph.edges()}


def test_every_link_of_every_claim_is_a_step_and_one_event_between_two_is_one_step() -> None:
    for world in (invented_world(0), real_world()):
        steps = all_steps(world.store)
        told = {(link.event, frozenset((link.source, link.target))) for claim, link in world.links if "not" not in link.footing.split("+")}
        found = [(world.key(step.event), frozenset(map(world.key, (step.source, step.target)))) for step in steps]
        assert set(found) == told
        assert len(found) == len(set(found))


def test_no_chain_runs_through_a_document_an_outlet_a_place_a_post_or_an_event() -> None:
    widened = ChainFilters(Filters(include=frozenset(INCLUDABLE)))
    looked = 0
    for world in (invented_world(0), invented_world(1), real_world()):
        chance = Random(5)
        for _ in range(25):
            start, end = two(world, chance)
            for nodes, _ in find_chains(world.store, world.iri(start), world.iri(end), widened, 50).chains:
                for node in nodes[1:-1]:
                    looked += 1
                    assert schema().classes[world.corpus.entities[world.key(node)].kind].name not in NEVER_STEPS
    assert looked > 100


def test_the_same_chains_are_found_from_either_end() -> None:
    world, chance = invented_world(2), Random(3)
    for _ in range(20):
        start, end = map(world.iri, two(world, chance))
        filters = random_filters(world, chance)
        there = find_chains(world.store, start, end, filters, MOST_CANDIDATES).chains
        back = find_chains(world.store, end, start, filters, MOST_CANDIDATES).chains
        assert {nodes for nodes, _ in there} == {nodes[::-1] for nodes, _ in back}


def test_a_chain_is_no_longer_than_it_may_be() -> None:
    world, chance = invented_world(0), Random(9)
    for _ in range(25):
        start, end = map(world.iri, two(world, chance))
        whole = find_chains(world.store, start, end, ChainFilters(), 1).chains
        for limit in (1, 2, 3):
            short = find_chains(world.store, start, end, ChainFilters(), 1, limit).chains
            assert bool(short) == bool(whole and len(whole[0][1]) <= limit)
            assert not short or short == whole


def test_the_first_chain_is_the_one_whose_weakest_step_is_firmest() -> None:
    world, chance = invented_world(3), Random(1)
    several = 0
    for _ in range(40):
        start, end = map(world.iri, two(world, chance))
        chains = find_chains(world.store, start, end, ChainFilters(Filters(include=frozenset(INCLUDABLE))), MOST_CANDIDATES).chains
        weakest = [max(step.weakness() for step in steps) for _, steps in chains]
        assert weakest == sorted(weakest)
        several += len(chains) > 1
    assert several > 5


@pytest.mark.parametrize(("limit", "value", "message"), [("MOST_PATHS", 0, "after 0 paths"), ("MOST_SECONDS", -1, "after -1 seconds")])
def test_a_search_under_conditions_that_takes_too_long_stops_and_says_so(
        limit: str, value: int, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world, chance = real_world(), Random(4)
    start, end = next(pair for pair in (two(world, chance) for _ in range(100)) if compare(world, pair, ChainFilters()) > 2)
    monkeypatch.setattr("kg.chains." + limit, value)
    with pytest.raises(Stopped, match=message):
        chains_between(world.store, world.iri(start), world.iri(end), ChainFilters(), 6, 1000)


# ---- why there is none

def relaxed(world: World, filters: ChainFilters, sentence: str) -> ChainFilters | None:
    """Return the filters with what a sentence of `why_not` names taken away, or nothing where it names nothing."""
    if not sentence.startswith("no chain under these filters; "):
        return None
    named = sentence.removeprefix("no chain under these filters; ").partition(" there is one of ")[0]
    common = filters.common
    if named.startswith("with --include "):
        marks = frozenset(named.removeprefix("with --include ").split(","))
        return ChainFilters(Filters(common.include | marks, common.without), filters.not_through, filters.only, filters.never)
    if named.endswith(" kept"):
        kept = world.iri(named.removeprefix("with ").removesuffix(" kept"))
        assert kept in common.without
        return ChainFilters(Filters(common.include, tuple(set(common.without) - {kept})), filters.not_through, filters.only, filters.never)
    if named.endswith(" allowed") and named != "with every kind allowed":
        allowed = world.iri(named.removeprefix("with ").removesuffix(" allowed"))
        assert allowed in filters.not_through
        return ChainFilters(common, filters.not_through - {allowed}, filters.only, filters.never)
    if named == "with every kind allowed":
        return ChainFilters(common, filters.not_through)
    assert named == "without any filter"
    return ChainFilters(Filters(frozenset(INCLUDABLE)))


def test_why_not_names_a_filter_whose_removal_really_gives_a_chain_of_that_length() -> None:
    named: set[str] = set()
    for world in (invented_world(0), invented_world(1), real_world()):
        chance = Random(21)
        for _ in range(30):
            start, end = two(world, chance)
            filters = random_filters(world, chance)
            if nx.has_path(plain_graph(world, filters, (start, end)), start, end):
                continue
            sentence = why_not(world.store, world.iri(start), world.iri(end), filters, 12)
            weaker = relaxed(world, filters, sentence)
            if weaker is None:
                assert sentence == "no chain of at most 12 hops, whatever is included"
                everything = plain_graph(world, ChainFilters(Filters(frozenset(INCLUDABLE))), (start, end))
                assert not nx.has_path(everything, start, end)
                named.add("nothing")
                continue
            hops = nx.shortest_path_length(plain_graph(world, weaker, (start, end)), start, end)
            assert f"there is one of {hops} hop" in sentence
            named.add(sentence.split(" ")[6])
    assert {"--include", "nothing"} <= named
    assert len(named) >= 3


# ---- offices

def step(source: str, target: str, *, office: bool) -> Step:
    return Step(source, target, "was in", "had", f"{source}-{target}", "Tenure", "", "asserted", "done", hedged=False, inferred=False,
                disputed=False, office=office, claims=("d/c1",), said_by=(), denied_by=())


@pytest.mark.parametrize(("steps", "through"), [
    ([("ana", "body", True), ("jon", "body", True)], [True, True]),
    ([("ana", "body", True), ("body", "works", False)], [False, False]),
    ([("ana", "body", False), ("jon", "body", True)], [False, False]),
    ([("ana", "body", True), ("jon", "body", True), ("jon", "works", False)], [True, True, False]),
    ([("jon", "ana", False), ("ana", "body", True), ("tom", "body", True), ("tom", "other", True), ("eve", "other", True)],
     [False, True, True, True, True]),
    ([("body", "whole", True), ("ana", "body", True)], [False, False]),
    ([("ana", "body", True)], [False]),
])
def test_going_into_a_body_by_one_office_and_out_by_another_s_is_through_an_office(
        steps: list[tuple[str, str, bool]], through: list[bool]) -> None:
    found = tuple(step(source, target, office=office) for source, target, office in steps)
    nodes = [found[0].source]
    if len(found) > 1 and found[0].source in (found[1].source, found[1].target):
        nodes = [found[0].target]
    for each in found:
        nodes.append(each.target if each.source == nodes[-1] else each.source)
    assert offices_passed(tuple(nodes), found) == through


def storm_alone(corpus: Corpus) -> World:
    """Return the world of one document's claims alone."""
    only = {key: claim for key, claim in corpus.claims.items() if claim.document == "storm"}
    return world_of(Corpus(corpus.graph, corpus.documents, corpus.entities, only, ()))


def chains(world: World, start: str, end: str, filters: ChainFilters | None = None) -> Chains:
    return find_chains(world.store, world.iri(start), world.iri(end), filters or ChainFilters(), 5)


@pytest.fixture
def ministry(tmp_path: Path) -> World:
    corpus = read_storm(tmp_path / "graph", """
        {id: c1, kind: tenure, person: ana-ruiz, post: energy-minister}
        {id: c2, kind: tenure, person: jon-berg, post: energy-minister}
        {id: c3, kind: meeting, participants: [jon-berg, mara-okafor], said_by: ines-varga}""").corpus
    return storm_alone(corpus)


def test_a_chain_through_an_office_that_two_people_held_is_marked_so(ministry: World) -> None:
    answer = path_answer(chains(ministry, "ana-ruiz", "mara-okafor"))
    assert answer["paths"][0]["nodes"] == ["Ana Ruiz", "Northern Ministry of Energy", "Jon Berg", "Mara Okafor"]
    assert [hop["through_office"] for hop in answer["paths"][0]["hops"]] == [True, True, False]
    assert answer["paths"][0]["hops"][2] == {
        "from": "Jon Berg", "to": "Mara Okafor", "label": "met", "date": "[..2031-07-01]", "status": "reported", "mode": "done",
        "inferred": False, "disputed": False, "through_office": False, "claims": ["storm/c3"], "said_by": ["Inés Varga"], "denied_by": []}


def test_a_chain_that_ends_in_the_body_is_through_no_office(ministry: World) -> None:
    answer = path_answer(chains(ministry, "ana-ruiz", "northern-ministry"))
    assert [hop["through_office"] for hop in answer["paths"][0]["hops"]] == [False]


def test_a_state_may_be_an_end_though_never_a_step(tmp_path: Path) -> None:
    corpus = read_storm(tmp_path / "graph", """
        {id: c1, kind: meeting, participants: [ana-ruiz, northland]}
        {id: c2, kind: meeting, participants: [jon-berg, northland]}""").corpus
    world = storm_alone(corpus)
    assert len(chains(world, "ana-ruiz", "northland").chains) == 1
    assert chains(world, "ana-ruiz", "jon-berg").chains == ()


# ---- steps

def test_two_claims_about_one_meeting_are_one_step_and_two_meetings_two(tmp_path: Path) -> None:
    corpus = read_storm(tmp_path / "graph", """
        {id: c1, kind: meeting, event: talks, participants: [ana-ruiz, jon-berg], said_by: jon-berg, date: 2031-06}
        {id: c2, kind: meeting, event: talks, participants: [jon-berg, ana-ruiz], date: 2031-06-20}
        {id: c3, kind: meeting, participants: [ana-ruiz, jon-berg], mode: planned}""", also="matters: [{id: talks, kind: event}]").corpus
    steps = all_steps(storm_alone(corpus).store)
    assert sorted((each.claims, each.status, each.mode, each.date) for each in steps) == [
        (("storm/c1", "storm/c2"), "asserted", "done", "2031-06-20"), (("storm/c3",), "asserted", "planned", "")]


def test_leaving_an_origin_out_leaves_out_what_is_inferred_from_it(tmp_path: Path) -> None:
    corpus = read_storm(tmp_path / "graph", """
        {id: c1, kind: statement, speaker: jon-berg, content: that they met, said_by: ines-varga}
        {id: c2, kind: meeting, participants: [ana-ruiz, mara-okafor], inferred: true, because: she said so, rests_on: [c1]}""").corpus
    world = storm_alone(corpus)
    included = frozenset({"inferred"})
    assert len(chains(world, "ana-ruiz", "mara-okafor", ChainFilters(Filters(included))).chains) == 1
    assert chains(world, "ana-ruiz", "mara-okafor", ChainFilters(Filters(included, (world.iri("storm"),)))).chains == ()
    assert chains(world, "ana-ruiz", "mara-okafor", ChainFilters(Filters(included, (world.iri("ines-varga"),)))).chains == ()
