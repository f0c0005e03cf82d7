"""The shortest chains as pairs of neighbours, grown from both ends until they meet in the middle, before any claim is looked at.

Under the filters that a search begins with the growth runs over `arms:joined`, which is one step of the store for a neighbour;
under others over the links themselves, each held against the filters. It asks SPARQL alone, some hundreds of things at a
time, so that it works on any endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from kg.errors import Stopped
from kg.questions import Filters, claim_filters, iri_term, text_term
from kg.store import Store

BATCH = 500
"""How many things one query asks about at most."""

MOST_NODES = 200_000
MOST_LINKS = 2_000_000
"""How many things, and how many of their links, are looked at before a search is given up."""


@dataclass(frozen=True, slots=True)
class ChainFilters:
    """What a chain may consist of. `not_through` holds IRIs, `only` and `never` class names of kinds."""

    common: Filters = field(default_factory=Filters)
    not_through: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def plain(self) -> bool:
        """Whether no filter has to look at a link or its claim, so that direct links tell all."""
        return self.common == Filters() and not self.only and not self.never


class Neighbourhood:
    """Who is linked to whom under some filters, as far as it has been asked for; no link and no claim is looked at."""

    def __init__(self, store: Store, filters: ChainFilters, ends: Iterable[str]) -> None:
        """Start with nothing fetched; the ends asked for may be things that are never steps."""
        self.store, self.filters = store, filters
        self.ends = frozenset(ends)
        self.stepless = self.ends - _steps(store, self.ends)
        self.of: dict[str, set[str]] = {}
        self._links = 0

    def fetch(self, nodes: Iterable[str]) -> set[str]:
        """Return all neighbours of some nodes that a chain may run through; what was fetched before is not fetched again.

        Only its own links lead to an end that is never a step: it has to be fetched itself. Raises Stopped beyond the limit.
        """
        nodes = set(nodes)
        new = nodes - self.of.keys()
        direct = new - self.stepless if self.filters.plain() else set()
        queries = [f"SELECT ?n ?o WHERE {{ VALUES ?n {{ {batch} }} ?n arms:joined ?o }}" for batch in batches(direct)]
        queries += [query for batch in batches(new - direct) for query in linked_queries(batch, self.filters, self.ends)]
        self.of |= {node: set() for node in new}
        barred = self.filters.not_through - self.ends
        for query in queries:
            for row in self.store.rows(query):
                if row["o"] not in barred:
                    self.of[row["n"]].add(row["o"])
                self._links += 1
                if self._links > MOST_LINKS:
                    raise Stopped(f"stopped after {MOST_LINKS} links; narrow the search with --max-hops or --only")
        return set().union(*(self.of[node] for node in nodes))


class Frontiers:
    """How far the neighbourhoods of two ends have been grown: for either end what lies at 0, 1, 2 … hops from it."""

    def __init__(self, around: Neighbourhood, start: str, end: str) -> None:
        """Start with the two ends."""
        self.around = around
        self.ends = (start, end)
        self._levels: tuple[list[set[str]], list[set[str]]] = ([{start}], [{end}])

    def meet(self, max_hops: int) -> list[tuple[str, str]]:
        """Return the pairs of neighbours on all shortest chains, none where there is no chain of at most so many hops.

        Raises Stopped where the search would grow beyond its limits.
        """
        seen = ({self.ends[0]}, {self.ends[1]})
        for _ in range(max_hops):
            side = self._side()
            reached = self.around.fetch(self._levels[side][-1]) - seen[side]
            if not reached:
                return []
            self._levels[side].append(reached)
            seen[side].update(reached)
            if middle := reached & self._levels[1 - side][-1]:
                return [*self._ways(0, middle), *self._ways(1, middle)]
            if len(seen[0]) + len(seen[1]) > MOST_NODES:
                raise Stopped(f"stopped after {MOST_NODES} things without a chain; narrow the search with --max-hops or --only")
        return []

    def _side(self) -> int:
        """Return which end to grow next: one that is never a step before all else, otherwise that with the smaller front."""
        for side, end in enumerate(self.ends):
            if end in self.around.stepless and len(self._levels[side]) == 1:
                return side
        return 0 if len(self._levels[0][-1]) <= len(self._levels[1][-1]) else 1

    def _ways(self, side: int, middle: set[str]) -> Iterator[tuple[str, str]]:
        """Yield the pairs on the shortest ways from an end to the middle."""
        reached = middle
        for level in reversed(self._levels[side][:-1]):
            pairs = [(nearer, node) for nearer in level for node in self.around.of[nearer] & reached]
            yield from pairs
            reached = {nearer for nearer, _ in pairs}


def linked_queries(nodes: str, filters: ChainFilters, ends: Iterable[str]) -> Iterator[str]:
    """Yield the queries for what some nodes are linked to under the filters, in either direction, if it can be a step or is an end.

    They are two because whatever stands beside a union is joined with all of the graph.
    """
    parts = [f"FILTER(?footing IN ({', '.join(map(text_term, filters.common.footings()))}))"]
    if filters.only or filters.never:
        parts.append(f"?link arms:kind ?kind . {kind_filters(filters)}")
    if filters.common._replace(include=frozenset()) != Filters():
        parts.append(f"?link arms:ofClaim ?claim . {claim_filters(filters.common)}")
    parts.append(f"FILTER(?o IN ({', '.join(map(iri_term, ends))}) || EXISTS {{ ?o arms:entityKind/arms:step true }})")
    for one, other in (("from", "to"), ("to", "from")):
        yield f"""SELECT DISTINCT ?n ?o WHERE {{ VALUES ?n {{ {nodes} }} ?link arms:{one} ?n ; arms:{other} ?o ; arms:footing ?footing .
            {' '.join(parts)} }}"""


def kind_filters(filters: ChainFilters) -> str:
    """Return the filters on ?kind, the class of what a link's claim speaks of."""
    named = [(name, ", ".join(f"arms:{kind}" for kind in sorted(kinds)))
             for name, kinds in (("IN", filters.only), ("NOT IN", filters.never)) if kinds]
    return " ".join(f"FILTER(?kind {name} ({listed}))" for name, listed in named)


def _steps(store: Store, nodes: Iterable[str]) -> set[str]:
    return {row["n"] for batch in batches(nodes)
            for row in store.rows(f"SELECT ?n WHERE {{ VALUES ?n {{ {batch} }} ?n arms:entityKind/arms:step true }}")}


def batches(nodes: Iterable[str]) -> Iterator[str]:
    """Yield IRIs as SPARQL writes them, some hundreds together, in order."""
    several = iter(sorted(nodes))
    while batch := list(islice(several, BATCH)):
        yield " ".join(map(iri_term, batch))
