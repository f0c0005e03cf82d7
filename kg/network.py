"""Chains between two things: links grown out of the store from both ends until they meet, then searched by networkx.

Steps are people, bodies, products, deals and affairs; documents, outlets, posts, places and states are none unless asked
for, since they make everything two hops from everything. Links are undirected here; one stands for one event and one pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Any

from kg.dates import joint_date
from kg.errors import Stopped
from kg.questions import INCLUDABLE, Filters, claim_filters, iri_term, natural, text_term
from kg.store import Row, Store
from kg.terms import local_name

MAX_HOPS = 12
MOST_NODES = 200_000
MOST_CANDIDATES = 2_000
"""How many equally short chains are compared at most."""

_STATUS = ("asserted", "reported", "alleged")
_MODE = ("done", "ongoing", "planned", "not")


@dataclass(frozen=True, slots=True)
class ChainFilters:
    """What a chain may consist of. `not_through` holds IRIs, `only` and `never` class names of kinds."""

    common: Filters = field(default_factory=Filters)
    not_through: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """All claims that show one link: who is joined to whom by which event, and how firmly at best."""

    source: str
    target: str
    forward: str
    backward: str
    event: str
    kind: str
    date: str
    status: str
    mode: str
    hedged: bool
    inferred: bool
    disputed: bool
    office: bool
    claims: tuple[str, ...]
    said_by: tuple[str, ...]
    denied_by: tuple[str, ...]

    def weakness(self) -> tuple[bool | int | str, ...]:
        """Return a key under which firmer steps come first; a shared office is no contact, so it comes after one."""
        return (self.disputed, self.inferred, self.status == "alleged", self.mode == "planned", self.hedged, self.office,
                _STATUS.index(self.status), -len(self.claims), self.date, self.event)


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
        self.labels: dict[str, str] = {}
        self.steps: dict[frozenset[str], list[Step]] = {}
        self._fronts: dict[str, list[set[str]]] = {}
        self._passable: dict[str, bool] = dict.fromkeys(self.ends, True)

    def neighbours(self, nodes: Iterable[str]) -> set[str]:
        """Fetch all links of some nodes and return the nodes at their other ends through which a chain may run."""
        found = _merge(_dates_in_force(self.store, self.filters, list(self._link_rows(nodes))))
        self.learn({end for step in found for end in (step.source, step.target)})
        return self.add(found)

    def _link_rows(self, nodes: Iterable[str]) -> Iterator[Row]:
        touching = f"""VALUES ?node {{ {' '.join(map(iri_term, sorted(nodes)))} }}
            {{ ?link arms:from ?node }} UNION {{ ?link arms:to ?node }}"""
        return _link_rows(self.store, self.filters, touching)

    def grow(self, end: str, hops: int) -> None:
        """Fetch all links within some hops of one end; what was fetched before is not fetched again."""
        fronts = self._fronts.setdefault(end, [{end}])
        while len(fronts) <= hops and fronts[-1]:
            seen = set().union(*fronts)
            fronts.append(self.neighbours(fronts[-1]) - seen)
            if sum(map(len, fronts)) > MOST_NODES:
                raise Stopped(f"stopped after {MOST_NODES} things; narrow the search with --max-hops or --only")

    def busy_nodes(self, nodes: set[str], most: int) -> set[str]:
        """Return those of some nodes that have links to more than `most` others, whatever the filters."""
        if not nodes:
            return set()
        asked = " ".join(map(iri_term, sorted(nodes)))
        rows = self.store.rows(f"""SELECT ?n (COUNT(DISTINCT ?o) AS ?number) WHERE {{ VALUES ?n {{ {asked} }}
            {{ ?link arms:from ?n ; arms:to ?o }} UNION {{ ?link arms:to ?n ; arms:from ?o }} }} GROUP BY ?n""")
        return {row["n"] for row in rows if int(row["number"]) > most}

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
        new = sorted(node for node in nodes if node not in self.labels)
        if not new:
            return
        for row in self.store.rows(f"""SELECT ?n ?label ?step WHERE {{ VALUES ?n {{ {' '.join(map(iri_term, new))} }}
                ?n rdfs:label ?label OPTIONAL {{ ?n arms:entityKind/arms:step ?step }} }}"""):
            self.labels[row["n"]] = row["label"]
            allowed = row.get("step") == "true" and row["n"] not in self.filters.not_through
            self._passable.setdefault(row["n"], allowed)


def whole_network(store: Store, filters: ChainFilters, ends: tuple[str, ...] = ()) -> Network:
    """Return all links that pass the filters, loaded at once."""
    network = Network(store, filters, ends)
    found = _merge(_link_rows(store, filters, "?link a arms:Link ."))
    network.learn({*ends, *(end for step in found for end in (step.source, step.target))})
    network.add(found)
    return network


def all_steps(store: Store) -> list[Step]:
    """Return every link of the graph, whatever its footing, merged by event and pair."""
    everything = ChainFilters(Filters(frozenset(INCLUDABLE)))
    return _merge(_link_rows(store, everything, "?link a arms:Link ."))


def _dates_in_force(store: Store, filters: ChainFilters, rows: list[Row]) -> list[Row]:
    """Return rows without the dates that came from a claim which the filters leave out."""
    common = filters.common
    taken_over = {row["event"] for row in rows if row.get("typed") == "event"}
    if not taken_over or not (common.without or common.according_to):
        return rows
    events = " ".join(map(iri_term, sorted(taken_over)))
    still = {row["event"] for row in store.rows(f"""SELECT DISTINCT ?event WHERE {{ VALUES ?event {{ {events} }}
        ?claim said:event ?event ; arms:dateFrom "claim" . {claim_filters(common)} }}""")}
    return [row if row.get("typed") != "event" or row["event"] in still else {**row, "date": "", "typed": ""} for row in rows]


def _link_rows(store: Store, filters: ChainFilters, pattern: str) -> Iterator[Row]:
    """Yield a row for each claim behind each link that matches a pattern on ?link and passes the filters."""
    common = filters.common
    only = f"VALUES ?kind {{ {' '.join(f'arms:{name}' for name in sorted(filters.only))} }}" if filters.only else ""
    never = f"FILTER(?kind NOT IN ({', '.join(f'arms:{name}' for name in sorted(filters.never))}))" if filters.never else ""
    return store.rows(f"""SELECT DISTINCT ?link ?from ?to ?forward ?backward ?event ?kind ?key ?status ?mode ?footing ?date
            ?office ?disputed ?typed ?teller ?denier WHERE {{
        {pattern}
        VALUES ?footing {{ {' '.join(map(text_term, common.footings()))} }}
        {only}
        ?link arms:footing ?footing ; arms:from ?from ; arms:to ?to ; arms:forward ?forward ; arms:backward ?backward ;
              arms:onEvent ?event ; arms:ofClaim ?claim ; arms:kind ?kind .
        ?claim arms:key ?key ; arms:status ?status ; arms:mode ?mode .
        {never}
        {claim_filters(common)}
        OPTIONAL {{ ?claim arms:date ?date ; arms:dateFrom ?typed }}
        OPTIONAL {{ ?link arms:office ?office }}
        OPTIONAL {{ ?claim arms:disputed ?disputed ; arms:deniedBy|arms:mayBeDeniedBy ?denial .
                    ?denial said:denier/rdfs:label ?denier }}
        OPTIONAL {{ ?claim prov:wasAttributedTo/rdfs:label ?teller }}
    }}""")


def find_chains(store: Store, start: str, end: str, filters: ChainFilters, count: int, max_hops: int = MAX_HOPS) -> Chains:
    """Return up to `count` of the shortest chains between two things, the one whose weakest step is firmest first.

    Raises Stopped where the search would grow beyond its limit.
    """
    network = Network(store, filters, (start, end))
    network.learn({start, end})
    if not _grow_until_met(network, start, end, max_hops):
        return Chains(network.labels, ())
    import networkx as nx

    graph = nx.Graph()
    graph.add_edges_from(sorted(tuple(sorted(pair)) for pair in network.steps if len(pair) == 2))
    candidates = islice(nx.all_shortest_paths(graph, start, end), MOST_CANDIDATES)
    chains = [(tuple(nodes), tuple(_firmest(network, one, other) for one, other in pairwise(nodes))) for nodes in candidates]
    chains.sort(key=lambda chain: (max(step.weakness() for step in chain[1]), [network.labels[node] for node in chain[0]]))
    return Chains(network.labels, tuple(chains[:count]))


def _grow_until_met(network: Network, start: str, end: str, max_hops: int) -> bool:
    seen = ({start}, {end})
    fronts = [{start}, {end}]
    for _ in range(max_hops):
        side = 0 if len(fronts[0]) <= len(fronts[1]) else 1
        if not fronts[side]:
            return False
        fronts[side] = network.neighbours(fronts[side]) - seen[side]
        seen[side].update(fronts[side])
        if not seen[0].isdisjoint(seen[1]):
            return True
        if len(seen[0]) + len(seen[1]) > MOST_NODES:
            raise Stopped(f"stopped after {MOST_NODES} things without a chain; narrow the search with --max-hops or --only")
    return False


def _firmest(network: Network, one: str, other: str) -> Step:
    return min(network.steps[frozenset((one, other))], key=Step.weakness)


def _merge(rows: Iterable[Row]) -> list[Step]:
    """Return one step for each event and pair, from one row for each claim that shows it."""
    groups: dict[tuple[str, frozenset[str]], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["event"], frozenset((row["from"], row["to"]))), []).append(row)
    return [_step(event, group) for (event, _), group in groups.items()]


def _step(event: str, rows: list[Row]) -> Step:
    rows.sort(key=lambda row: (_STATUS.index(row["status"]), _MODE.index(row["mode"]), natural(row["key"]), row["forward"]))
    first = rows[0]
    given = [row["date"] for row in rows if row.get("typed") == "claim"]
    taken = sorted(row.get("date", "") for row in rows if row.get("typed") in ("event", "bound"))
    # the dates of a lasting tie are attestations: the first is shown, for they need not agree
    lasting = "/fact/" in event
    date = (min(given) if lasting else joint_date(given)) if given else taken[0] if taken else ""
    marks = [set(row["footing"].split("+")) for row in rows]
    return Step(first["from"], first["to"], first["forward"], first["backward"], event, local_name(first["kind"]),
                date, first["status"], min((row["mode"] for row in rows), key=_MODE.index),
                all("hedged" in mark for mark in marks), all("inferred" in mark for mark in marks),
                any("disputed" in row for row in rows), all("office" in row for row in rows),
                tuple(sorted({row["key"] for row in rows}, key=natural)), _distinct(rows, "teller"), _distinct(rows, "denier"))


def _distinct(rows: list[Row], name: str) -> tuple[str, ...]:
    return tuple(sorted({row[name] for row in rows if name in row}))


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
            yield f"with --include {mark}", replace(filters, common=replace(common, include=common.include | {mark}))
    for document in common.without:
        kept = tuple(other for other in common.without if other != document)
        yield f"with {document.rpartition('/')[2]} kept", replace(filters, common=replace(common, without=kept))
    for node in sorted(filters.not_through):
        yield f"with {node.rpartition('/')[2]} allowed", replace(filters, not_through=filters.not_through - {node})
    for name, bare in (("--according-to", replace(common, according_to=())), ("--from and --to", replace(common, since="", until=""))):
        if bare != common:
            yield f"without {name}", replace(filters, common=bare)
    if filters.only or filters.never:
        yield "with every kind allowed", replace(filters, only=frozenset(), never=frozenset())
    everything = replace(common, include=frozenset(INCLUDABLE))
    if common.include != everything.include:
        yield "with --include " + ",".join(INCLUDABLE), replace(filters, common=everything)
    yield "without any filter", ChainFilters(Filters(frozenset(INCLUDABLE)))


