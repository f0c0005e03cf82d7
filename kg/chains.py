"""Chains with conditions, all chains up to a length, neighbourhoods, and whose removal parts two things.

Chains are sought length by length, so the shortest that meet the conditions come first. Every search has a limit and says
when it was reached; `cut` needs the whole graph of links and says so where that is large.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from kg.dates import told_bounds
from kg.errors import Stopped
from kg.frontiers import BATCH, ChainFilters
from kg.network import Chains, Network, hop_row, whole_network
from kg.steps import Step
from kg.store import Store, say

if TYPE_CHECKING:
    import networkx as nx

MOST_PATHS = 20_000
MOST_SECONDS = 60
"""How many simple paths are looked at, and how long, before a search is given up."""

MOST_AROUND = 20_000
"""How many things around one are shown at most."""

LARGE = 100_000
"""From how many links on it is said that the whole graph is being loaded."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a chain has to meet beside its filters: IRIs it runs through, dates that never go back, no busy nodes."""

    through: frozenset[str] = frozenset()
    in_time_order: bool = False
    most_neighbours: int = 0

    def any(self) -> bool:
        """Whether there is any condition, so that a plain shortest chain may not do."""
        return bool(self.through or self.in_time_order or self.most_neighbours)


class _Limit:
    """Counts paths and seconds, and ends a search that has gone on for too long."""

    def __init__(self, advice: str) -> None:
        self.advice, self.paths, self.begun = advice, 0, time.monotonic()

    def count(self) -> None:
        self.paths += 1
        if self.paths > MOST_PATHS:
            raise Stopped(f"stopped after {MOST_PATHS} paths; {self.advice}")
        if time.monotonic() - self.begun > MOST_SECONDS:
            raise Stopped(f"stopped after {MOST_SECONDS} seconds and {self.paths} paths; {self.advice}")


Chain = tuple[tuple[str, ...], tuple[Step, ...]]


def conditioned_chains(store: Store, start: str, end: str, filters: ChainFilters, conditions: Conditions, count: int,
                       max_hops: int) -> Chains:
    """Return up to `count` of the shortest chains that meet the conditions, all of one length, firmest first.

    Raises Stopped where the limit of paths is reached first.
    """
    network = Network(store, filters, (start, end))
    network.learn({start, end})
    limit = _Limit("narrow the search with --max-hops, --only or --avoid-hubs")
    for length in range(1, max_hops + 1):
        found = []
        for chain in _of_length(network, start, end, length, conditions):
            limit.count()
            if chain:
                found.append(chain)
        if found:
            return Chains(network.labels, tuple(sort_chains(network, found)[:count]))
    return Chains(network.labels, ())


def chains_between(store: Store, start: str, end: str, filters: ChainFilters, hops: int, count: int,
                   conditions: Conditions | None = None) -> Chains:
    """Return all chains of at most `hops` hops, shortest first, at most `count` of them.

    Raises Stopped where there are more than can be looked at.
    """
    network = Network(store, filters, (start, end))
    network.learn({start, end})
    found: list[Chain] = []
    limit = _Limit("ask for fewer hops")
    for length in range(1, hops + 1):
        level = []
        for chain in _of_length(network, start, end, length, conditions or Conditions()):
            limit.count()
            if chain:
                level.append(chain)
        found += sort_chains(network, level)
        if len(found) >= count:
            say(f"stopped after {count} chains; --count shows more")
            break
    return Chains(network.labels, tuple(found[:count]))


def around(store: Store, start: str, filters: ChainFilters, hops: int) -> list[dict[str, Any]]:
    """Return a row for each thing within some hops, nearest first, with the firmest step by which it is reached."""
    network = Network(store, filters, (start,))
    network.learn({start})
    distance = {start: 0}
    front = {start}
    rows: list[dict[str, Any]] = []
    for hop in range(1, hops + 1):
        reached = network.neighbours(front) - set(distance)
        for node in reached:
            steps = [step for pair, several in network.steps.items() if node in pair and pair - {node} <= front for step in several]
            best = min(steps, key=Step.weakness)
            other = best.source if best.target == node else best.target
            rows.append({"hops": hop, "id": store.key(node), "thing": network.labels[node], **hop_row(network.labels, other, best, False)})
        distance |= dict.fromkeys(reached, hop)
        front = reached
        if len(distance) > MOST_AROUND:
            raise Stopped(f"stopped after {MOST_AROUND} things; ask for fewer --hops, or narrow the search with --only")
    return sorted(rows, key=lambda row: (row["hops"], row["thing"].casefold(), row["id"]))


def cut(store: Store, start: str, end: str, filters: ChainFilters) -> dict[str, Any]:
    """Return whose removal parts two things: each thing that alone does, else the smallest group that does together."""
    import networkx as nx

    network = whole_network(store, filters, (start, end))
    if len(network.steps) > LARGE:
        say(f"the whole graph of {len(network.steps)} links is searched")
    graph = network_graph(network)
    labels = network.labels
    answer: dict[str, Any] = {"parted": False, "alone": [], "together": [], "why_not": None}
    if start not in graph or end not in graph or not nx.has_path(graph, start, end):
        return {**answer, "parted": True, "why_not": "nothing joins them under these filters"}
    if graph.has_edge(start, end):
        return {**answer, "why_not": "they are joined directly, so no removal of others parts them"}
    inner = nx.shortest_path(graph, start, end)[1:-1]
    alone = [node for node in inner if not _still_joined(graph, start, end, node)]
    together = [] if alone else sorted(nx.minimum_node_cut(graph, start, end), key=labels.__getitem__)
    return {**answer, "alone": [{"id": store.key(node), "label": labels[node]} for node in alone],
            "together": [{"id": store.key(node), "label": labels[node]} for node in together]}


def network_graph(network: Network) -> nx.Graph:
    """Return what has been fetched as a networkx graph, one edge for each pair."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_edges_from(sorted(tuple(sorted(pair)) for pair in network.steps if len(pair) == 2))
    return graph


def sort_chains(network: Network, chains: list[Chain]) -> list[Chain]:
    """Return chains with the one whose weakest step is firmest first."""
    return sorted(chains, key=lambda chain: (max(step.weakness() for step in chain[1]), [network.labels[node] for node in chain[0]]))


def _of_length(network: Network, start: str, end: str, length: int, conditions: Conditions) -> Iterator[Chain | None]:
    """Yield the chains of exactly one length that meet the conditions, and None for each path that does not."""
    import networkx as nx

    network.grow(start, (length + 1) // 2)
    network.grow(end, length // 2)
    graph = nx.Graph((node, other) for node, others in network.around.of.items() for other in others)
    if start not in graph or end not in graph:
        return
    near, far = (nx.single_source_shortest_path_length(graph, node, cutoff=length) for node in (start, end))
    between = {node for node in near.keys() & far.keys() if near[node] + far[node] <= length}
    if conditions.most_neighbours:
        between -= network.busy_nodes(between - {start, end} - conditions.through, conditions.most_neighbours)
    paths = _simple_paths(graph.subgraph(between), start, end, length, far)
    while several := list(islice(paths, BATCH)):
        fitting = [nodes for nodes in several if conditions.through <= set(nodes)]
        network.fetch(pair for nodes in fitting for pair in pairwise(nodes))
        yield from [None] * (len(several) - len(fitting))
        for nodes in fitting:
            steps = _steps(network, nodes, conditions)
            yield (tuple(nodes), steps) if steps else None


def _simple_paths(graph: nx.Graph, start: str, end: str, length: int, far: dict[str, int]) -> Iterator[list[str]]:
    """Yield the simple paths of exactly one length in order; no way is followed from whose last node the end is too far."""
    if start not in graph or end not in graph:
        return
    path, ways = [start], [iter(sorted(graph[start]))]
    while ways:
        left = length - len(path)
        for node in ways[-1]:
            if node == end and left == 0:
                yield [*path, node]
            elif node != end and far[node] <= left and node not in path:
                path.append(node)
                ways.append(iter(sorted(graph[node])))
                break
        else:
            path.pop()
            ways.pop()


def _steps(network: Network, nodes: list[str], conditions: Conditions) -> tuple[Step, ...] | None:
    """Return the firmest steps between neighbours; in time order, those if they keep it, else the earliest that do."""
    several = [network.steps[frozenset(pair)] for pair in pairwise(nodes)]
    firmest = tuple(min(steps, key=Step.weakness) for steps in several)
    if not conditions.in_time_order or _earliest([[step] for step in firmest]):
        return firmest
    return _earliest(several)


def _earliest(several: list[list[Step]]) -> tuple[Step, ...] | None:
    """Return a step for each hop such that none certainly lies before the one before it, or None."""
    chosen, day = [], ""
    for steps in several:
        spans = [(told_bounds(step.date), step) for step in steps]
        later = [(max(span.earliest_begin or "", day), step) for span, step in spans if not span.latest_end or span.latest_end >= day]
        if not later:
            return None
        day, step = min(later, key=lambda pair: (pair[0], pair[1].weakness()))
        chosen.append(step)
    return tuple(chosen)


def _still_joined(graph: nx.Graph, start: str, end: str, without: str) -> bool:
    import networkx as nx

    rest = graph.subgraph(node for node in graph if node != without)
    return bool(nx.has_path(rest, start, end))
