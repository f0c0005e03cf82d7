"""`kg bench --sparql`: ten typed queries through the guard beside rdflib's own evaluator, over the same invented graphs.

Both are asked by turns. Times are of processors, ours with what the child used; a query's time in a round is the best of a few in a
row, its ratio the median of the rounds' ratios.
"""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from kg.errors import KgError

TRIPLES = range(10_000, 10_000_001)
"""How many triples an invented graph may have."""
GOALS = {10_000: (15, 25), 100_000: (15, 25), 1_000_000: (10, 20)}
"""How many times faster than rdflib the ten have to be, and should be, by the number of triples."""

TRIPLES_A_LINK = 22
"""About how many triples an invented graph of links has for each link."""

_SPENT = 0.3
"""Seconds in which a query is asked again and again, its best time counting."""

QUERIES = {
    "whom one met, with the claim and its day":
        "SELECT ?label ?claim ?date { { ?link arms:from id:p1 ; arms:to ?who } UNION { ?link arms:to id:p1 ; arms:from ?who } "
        "?link arms:ofClaim ?claim . ?claim arms:date ?date . ?who rdfs:label ?label }",
    "how many links there are": "SELECT (COUNT(*) AS ?n) { ?link arms:from ?a ; arms:to ?b ; arms:directTerm arms:met }",
    "whom those met whom one met": "SELECT DISTINCT ?who { id:p1 ^arms:from/arms:to/^arms:from/arms:to ?who }",
    "on what one's links stand": "SELECT DISTINCT ?document { id:p2 ^arms:from/arms:ofClaim/arms:inDocument ?document }",
    "the meetings of one year": 'SELECT ?event { ?event arms:eventKind arms:Meeting ; arms:earliestBegin ?day '
                                 'FILTER(STR(?day) >= "2005-01-01" && STR(?day) <= "2005-12-31") }',
    "the ten with most links": "SELECT ?who (COUNT(*) AS ?n) { ?link arms:from ?who } GROUP BY ?who ORDER BY DESC(?n) ?who LIMIT 10",
    "what may be missing": "SELECT ?claim ?hedge { ?link arms:from id:p3 ; arms:ofClaim ?claim OPTIONAL { ?claim arms:hedge ?hedge } }",
    "names that hold some letters": 'SELECT ?who ?label { ?who a arms:Person ; rdfs:label ?label FILTER(CONTAINS(?label, "ba")) }',
    "all about one claim": "SELECT ?p ?o { <https://arms-graph.example/claim/d0/c1> ?p ?o }",
    "the latest twenty":
        "SELECT ?event ?date { ?event arms:eventKind arms:Meeting ; arms:date ?date } ORDER BY DESC(?date) ?event LIMIT 20",
}


@dataclass(frozen=True)
class Asked:
    """A query over a graph of so many triples: how many rows it has, and each side's seconds in each round."""

    triples: int
    name: str
    rows: int
    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    def ratio(self) -> float:
        """Return how many times faster ours is."""
        return statistics.median(theirs / ours for ours, theirs in zip(self.ours, self.theirs, strict=True))


def compare_queries(folder: Path, ontology: Path, triples: int, rounds: int) -> list[Asked]:
    """Return the times of the ten queries over an invented graph of about so many triples, made in a folder that is not there.

    Raises KgError where the two sides do not find the same number of rows.
    """
    import rdflib

    from kg.graph import Graph
    from kg.synthetic import write_link_store

    _, number = write_link_store(folder, ontology, triples // TRIPLES_A_LINK)
    graph, peer = Graph(folder), rdflib.Graph()
    peer.parse(data=_dump(folder), format="nt")
    gc.freeze()  # else rdflib's times are those of the collector walking over its graph

    def ours(query: str) -> list[Any]:
        return list(graph.sparql(query, seconds=600, rows=10_000_000))

    def theirs(query: str) -> list[Any]:
        return list(peer.query(graph.store.prologue + query))

    rows = {name: len(ours(query)) for name, query in QUERIES.items()}  # warms up
    for name, query in QUERIES.items():
        if (other := len(theirs(query))) != rows[name] or not other:
            raise KgError(f"'{name}' has {rows[name]} rows here and {other} in rdflib: there is nothing to compare")
    rounds_of = {name: [(_best(ours, query), _best(theirs, query)) for _ in range(rounds)] for name, query in QUERIES.items()}
    gc.unfreeze()
    return [Asked(number, name, rows[name], *zip(*times, strict=True)) for name, times in rounds_of.items()]


def query_table(asked: Iterable[Asked]) -> str:
    """Return the comparison as Markdown, each graph with its geometric mean."""
    lines = ["| triples | query | rows | ours, ms | rdflib, ms | faster | gate | aim | |", "|---|---|---|---|---|---|---|---|---|"]
    for number, several in groupby(asked, key=lambda row: row.triples):
        rows = list(several)
        for row in rows:
            times = f"{1000 * min(row.ours):.2f} | {1000 * min(row.theirs):.1f}"
            cells = (f"{number:,}", row.name, f"{row.rows:,}", times, f"{row.ratio():.1f}×")
            lines.append(f"| {' | '.join(cells)} | | | |")
        gate, aim = GOALS[min(GOALS, key=lambda size: abs(size - number))]
        mean = math.prod(row.ratio() for row in rows) ** (1 / len(rows))
        verdict = "aim reached" if mean >= aim else "gate reached" if mean >= gate else "gate missed"
        lines.append(f"| {number:,} | **geometric mean** | | | | **{mean:.1f}×** | ≥ {gate} | ≥ {aim} | {verdict} |")
    return "\n".join(lines) + "\n"


def _dump(folder: Path) -> bytes:
    import pyoxigraph

    from kg.store import locate_store

    store = pyoxigraph.Store.read_only(str(locate_store(folder)[0]))
    return store.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph()) or b""


def _best(ask: Callable[[str], Any], query: str) -> float:
    """Return the least seconds that a query took, asked for a while, once at least."""
    began, least = time.perf_counter(), math.inf
    while least == math.inf or time.perf_counter() - began < _SPENT:
        children, own = _spent_by_children(), time.process_time()
        ask(query)
        own = time.process_time() - own  # at once: looking after the children takes time as well
        least = min(least, own + _spent_by_children() - children)
    return least


def _spent_by_children() -> float:
    """Return the seconds of processors that the children of this process have used so far; it needs a Linux to tell."""
    children = [child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text("ascii").split()]
    return sum(int(Path(f"/proc/{child}/schedstat").read_text("ascii").split()[0]) for child in children) / 1e9
