"""Chains between two things: links grown out of the store from both ends until they meet, then searched by networkx.

Steps are people, bodies, products, deals and affairs; documents, outlets, posts, places and states are none unless asked
for, since they make everything two hops from everything. Links are undirected here; one stands for one event and one pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Any

from kg.errors import Stopped
from kg.frontiers import MOST_NODES, ChainFilters, Frontiers, Neighbourhood, batches
from kg.questions import INCLUDABLE, Filters
from kg.steps import Step, every_step, steps_between, steps_of
from kg.store import Store

MAX_HOPS = 12
MOST_CANDIDATES = 2_000
"""How many equally short chains are compared at most."""


@dataclass(frozen=True, slots=True)
class Chains:
    """What a search found: the nodes' labels, and each chain as its nodes and the firmest step between neighbours."""

    labels: dict[str, str]
    chains: tuple[tuple[tuple[str, ...], tuple[Step, ...]], ...]


class Network:
    """The part of the link graph that has been fetched so far, under one set of filters."""

    def __init__(self, store: Store, filters: ChainFilters, ends: Iterable[str]) -> None:
        """Start with nothing fetched; the ends asked for may be things that are never steps."""
        self.store = store
        self.filters = filters
        self.ends = frozenset(ends)
        self.around = Neighbourhood(store, filters, self.ends)
        self.labels: dict[str, str] = {}
        self.steps: dict[frozenset[str], list[Step]] = {}
        self._fronts: dict[str, list[set[str]]] = {}
        self._passable: dict[str, bool] = dict.fromkeys(self.ends, True)

    def neighbours(self, nodes: Iterable[str]) -> set[str]:
        """Fetch all links of some nodes and return the nodes at their other ends through which a chain may run."""
        return self._take(steps_of(self.store, self.filters, nodes))

    def fetch(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Fetch all links between the two of each pair; what was fetched before is not fetched again."""
        new = [pair for pair in pairs if frozenset(pair) not in self.steps]
        if new:
            self._take(steps_between(self.store, self.filters, new))

    def _take(self, found: list[Step]) -> set[str]:
        self.learn({end for step in found for end in (step.source, step.target)})
        return self.add(found)

    def grow(self, end: str, hops: int) -> None:
        """Find out who is linked to whom within some hops of one end; what was found out before is not asked for again."""
        fronts = self._fronts.setdefault(end, [{end}])
        least = 1 if end in self.around.stepless else 0
        while len(fronts) <= max(hops, least) and fronts[-1]:
            seen = set().union(*fronts)
            fronts.append(self.around.fetch(fronts[-1]) - seen)
            if sum(map(len, fronts)) > MOST_NODES:
                raise Stopped(f"stopped after {MOST_NODES} things; narrow the search with --max-hops or --only")

    def busy_nodes(self, nodes: set[str], most: int) -> set[str]:
        """Return those of some nodes that have links to more than `most` others, whatever the filters."""
        found: set[str] = set()
        for batch in batches(nodes):
            asked = f"VALUES ?n {{ {batch} }} ?link"
            rows = self.store.rows(f"""SELECT ?n (COUNT(DISTINCT ?o) AS ?number) WHERE {{
                {{ {asked} arms:from ?n ; arms:to ?o }} UNION {{ {asked} arms:to ?n ; arms:from ?o }} }} GROUP BY ?n""")
            found |= {row["n"] for row in rows if int(row["number"]) > most}
        return found

    def add(self, found: list[Step]) -> set[str]:
        """Take in steps whose ends a chain may run through, and return those ends."""
        reached = set()
        for step in found:
            if self._passable[step.source] and self._passable[step.target]:
                known = self.steps.setdefault(frozenset((step.source, step.target)), [])
                if step not in known:
                    known.append(step)
                reached |= {step.source, step.target}
        return reached

    def learn(self, nodes: set[str]) -> None:
        """Fetch labels of nodes, and whether a chain may run through them."""
        new = [node for node in nodes if node not in self.labels]
        steps: set[str] = set()
        for batch in batches(new):
            asked = f"VALUES ?n {{ {batch} }}"
            for row in self.store.rows(f"SELECT ?n ?label WHERE {{ {asked} ?n rdfs:label ?label }}"):
                self.labels[row["n"]] = row["label"]
            steps |= {row["n"] for row in self.store.rows(f"SELECT ?n WHERE {{ {asked} ?n arms:entityKind/arms:step true }}")}
        for node in new:
            self._passable.setdefault(node, node in steps and node not in self.filters.not_through)


def whole_network(store: Store, filters: ChainFilters, ends: tuple[str, ...] = ()) -> Network:
    """Return all links that pass the filters, loaded at once."""
    network = Network(store, filters, ends)
    found = every_step(store, filters)
    network.learn({*ends, *(end for step in found for end in (step.source, step.target))})
    network.add(found)
    return network


def all_steps(store: Store) -> list[Step]:
    """Return every link of the graph, whatever its footing, merged by event and pair."""
    return every_step(store, ChainFilters(Filters(frozenset(INCLUDABLE))))


def find_chains(store: Store, start: str, end: str, filters: ChainFilters, count: int, max_hops: int = MAX_HOPS) -> Chains:
    """Return up to `count` of the shortest chains between two things, the one whose weakest step is firmest first.

    Raises Stopped where the search would grow beyond its limit.
    """
    network = Network(store, filters, (start, end))
    network.learn({start, end})
    pairs = Frontiers(network.around, start, end).meet(max_hops)
    if not pairs:
        return Chains(network.labels, ())
    import networkx as nx

    graph = nx.Graph()
    graph.add_edges_from(sorted(tuple(sorted(pair)) for pair in pairs))
    candidates = [tuple(nodes) for nodes in islice(nx.all_shortest_paths(graph, start, end), MOST_CANDIDATES)]
    network.fetch(pair for nodes in candidates for pair in pairwise(nodes))
    chains = [(nodes, tuple(_firmest(network, one, other) for one, other in pairwise(nodes))) for nodes in candidates]
    chains.sort(key=lambda chain: (max(step.weakness() for step in chain[1]), [network.labels[node] for node in chain[0]]))
    return Chains(network.labels, tuple(chains[:count]))


def _firmest(network: Network, one: str, other: str) -> Step:
    return min(network.steps[frozenset((one, other))], key=Step.weakness)


def path_answer(chains: Chains) -> dict[str, Any]:
    """Return chains as programs read them (`kg path --format json`)."""
    found: list[dict[str, Any]] = []
    for nodes, steps in chains.chains:
        through = offices_passed(nodes, steps)
        hops = [hop_row(chains.labels, one, step, office) for one, step, office in zip(nodes, steps, through, strict=False)]
        found.append({"nodes": [chains.labels[node] for node in nodes], "hops": hops})
    return {"hops": len(found[0]["hops"]) if found else None, "paths": found, "why_not": None}


def hop_row(labels: dict[str, str], start: str, step: Step, through_office: bool) -> dict[str, Any]:
    """Return one hop as programs read it, said from the end it is entered by."""
    forward = step.source == start
    end = step.target if forward else step.source
    return {"from": labels[start], "to": labels[end], "label": step.forward if forward else step.backward, "date": step.date,
            "status": step.status, "mode": step.mode, "inferred": step.inferred, "disputed": step.disputed,
            "through_office": through_office, "claims": list(step.claims), "said_by": list(step.said_by),
            "denied_by": list(step.denied_by)}


def offices_passed(nodes: tuple[str, ...], steps: tuple[Step, ...]) -> list[bool]:
    """Return for each step whether it goes into or out of a body by an office, where the next one does so by another's."""
    through = [False] * len(steps)
    for index, (step, following) in enumerate(pairwise(steps)):
        body = nodes[index + 1]
        if step.office and following.office and step.target == body and following.target == body:
            through[index] = through[index + 1] = True
    return through


def why_not(store: Store, start: str, end: str, filters: ChainFilters, max_hops: int) -> str:
    """Return why there is no chain: the first single filter whose removal gives one, found by removing it."""
    for words, relaxed in _relaxations(filters):
        found = find_chains(store, start, end, relaxed, 1, max_hops)
        if found.chains:
            nodes = " → ".join(found.labels[node] for node in found.chains[0][0])
            return f"no chain under these filters; {words} there is one of {len(found.chains[0][1])} hops: {nodes}"
    return f"no chain of at most {max_hops} hops, whatever is included"


def _relaxations(filters: ChainFilters) -> Iterator[tuple[str, ChainFilters]]:
    common = filters.common
    for mark in INCLUDABLE:
        if mark not in common.include:
            yield f"with --include {mark}", replace(filters, common=common._replace(include=common.include | {mark}))
    for document in common.without:
        kept = tuple(other for other in common.without if other != document)
        yield f"with {document.rpartition('/')[2]} kept", replace(filters, common=common._replace(without=kept))
    for node in sorted(filters.not_through):
        yield f"with {node.rpartition('/')[2]} allowed", replace(filters, not_through=filters.not_through - {node})
    for name, bare in (("--according-to", common._replace(according_to=())), ("--from and --to", common._replace(since="", until=""))):
        if bare != common:
            yield f"without {name}", replace(filters, common=bare)
    if filters.only or filters.never:
        yield "with every kind allowed", replace(filters, only=frozenset(), never=frozenset())
    everything = common._replace(include=frozenset(INCLUDABLE))
    if common.include != everything.include:
        yield "with --include " + ",".join(INCLUDABLE), replace(filters, common=everything)
    yield "without any filter", ChainFilters(Filters(frozenset(INCLUDABLE)))


