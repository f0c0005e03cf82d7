"""From links and the claims behind them to steps of a chain: one step for each event and pair, with all that shows it.

What may be absent from a claim is asked for apart: joined as optional parts, the stores read a whole graph for a handful of links.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.dates import joint_date
from kg.frontiers import BATCH, ChainFilters, batches, kind_filters
from kg.questions import claim_filters, iri_term, natural, text_term
from kg.store import Row, Store
from kg.terms import local_name

_STATUS = ("asserted", "reported", "alleged")
_MODE = ("done", "ongoing", "planned", "not")


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


@dataclass(slots=True)
class _Standing:
    """What may be absent from a claim: its date and where that is from, who says it, whether it is disputed and who denies it."""

    date: str = ""
    typed: str = ""
    disputed: bool = False
    tellers: set[str] = field(default_factory=set)
    deniers: set[str] = field(default_factory=set)


def steps_of(store: Store, filters: ChainFilters, nodes: Iterable[str]) -> list[Step]:
    """Return all steps that have one of some nodes at an end and pass the filters."""
    rows: dict[str, Row] = {}
    for batch in batches(nodes):
        for end in ("from", "to"):
            rows |= _link_rows(store, filters, f"VALUES ?{end} {{ {batch} }} ?link arms:{end} ?{end} .")
    return _merge(store, filters, rows)


def steps_between(store: Store, filters: ChainFilters, pairs: Iterable[tuple[str, str]]) -> list[Step]:
    """Return all steps between the two of each pair that pass the filters."""
    both = sorted({way for one, other in pairs for way in ((one, other), (other, one))})
    rows: dict[str, Row] = {}
    for at in range(0, len(both), BATCH):
        asked = " ".join(f"({iri_term(one)} {iri_term(other)})" for one, other in both[at:at + BATCH])
        rows |= _link_rows(store, filters, f"VALUES (?from ?to) {{ {asked} }} ?link arms:from ?from ; arms:to ?to .")
    return _merge(store, filters, rows)


def every_step(store: Store, filters: ChainFilters) -> list[Step]:
    """Return all steps of the graph that pass the filters."""
    return _merge(store, filters, _link_rows(store, filters, "?link a arms:Link ."), whole=True)


def _link_rows(store: Store, filters: ChainFilters, pattern: str) -> dict[str, Row]:
    """Return for each link that matches a pattern on ?link and passes the filters what it and its claim always have."""
    common = filters.common
    return {row["link"]: row for row in store.rows(f"""SELECT ?link ?from ?to ?forward ?backward ?event ?kind ?claim ?key ?status ?mode
            ?footing ?office WHERE {{
        {pattern}
        ?link arms:footing ?footing ; arms:from ?from ; arms:to ?to ; arms:forward ?forward ; arms:backward ?backward ;
              arms:onEvent ?event ; arms:ofClaim ?claim ; arms:kind ?kind .
        FILTER(?footing IN ({', '.join(map(text_term, common.footings()))}))
        {kind_filters(filters)}
        ?claim arms:key ?key ; arms:status ?status ; arms:mode ?mode .
        {claim_filters(common)}
        OPTIONAL {{ ?link arms:office ?office }}
    }}""")}


def _standings(store: Store, claims: Iterable[str], whole: bool) -> dict[str, _Standing]:
    """Return what claims have that may be absent; with `whole` of all claims of the graph."""
    found: dict[str, _Standing] = defaultdict(_Standing)
    for asked in [""] if whole else [f"VALUES ?claim {{ {batch} }}" for batch in batches(claims)]:
        for row in store.rows(f"SELECT ?claim ?date ?typed WHERE {{ {asked} ?claim arms:date ?date ; arms:dateFrom ?typed }}"):
            found[row["claim"]].date, found[row["claim"]].typed = row["date"], row["typed"]
        for row in store.rows(f"SELECT ?claim WHERE {{ {asked} ?claim arms:disputed true }}"):
            found[row["claim"]].disputed = True
        for row in store.rows(f"SELECT ?claim ?name WHERE {{ {asked} ?claim prov:wasAttributedTo ?teller . ?teller rdfs:label ?name }}"):
            found[row["claim"]].tellers.add(row["name"])
        for term in ("deniedBy", "mayBeDeniedBy"):
            for row in store.rows(f"""SELECT ?claim ?name WHERE {{ {asked} ?claim arms:{term} ?denial .
                    ?denial said:denier ?denier . ?denier rdfs:label ?name }}"""):
                found[row["claim"]].deniers.add(row["name"])
    return found


def _events_dated(store: Store, filters: ChainFilters, rows: Iterable[Row], standings: dict[str, _Standing]) -> set[str] | None:
    """Return the events whose own claims still date them under the filters, or None where no filter leaves any claim out."""
    common = filters.common
    if not (common.without or common.according_to):
        return None
    taken_over = {row["event"] for row in rows if row["claim"] in standings and standings[row["claim"]].typed == "event"}
    return {row["event"] for batch in batches(taken_over) for row in store.rows(f"""SELECT DISTINCT ?event WHERE {{
        VALUES ?event {{ {batch} }} ?claim said:event ?event ; arms:dateFrom "claim" . {claim_filters(common)} }}""")}


def _merge(store: Store, filters: ChainFilters, rows: dict[str, Row], whole: bool = False) -> list[Step]:
    """Return one step for each event and pair, from one row for each claim that shows it."""
    standings = _standings(store, {row["claim"] for row in rows.values()}, whole)
    dated = _events_dated(store, filters, rows.values(), standings)
    groups: dict[tuple[str, frozenset[str]], list[Row]] = {}
    for row in rows.values():
        groups.setdefault((row["event"], frozenset((row["from"], row["to"]))), []).append(row)
    return [_step(event, group, standings, dated is None or event in dated) for (event, _), group in groups.items()]


def _firmness(row: Row) -> tuple[bool, int, int, bool, bool]:
    """Return a key under which the firmest claim comes first, as ?best puts them in the questions."""
    marks = row["footing"].split("+")
    return (row["footing"] != "firm", _STATUS.index(row["status"]), _MODE.index(row["mode"]), "inferred" in marks, "hedged" in marks)


def _step(event: str, rows: list[Row], standings: dict[str, _Standing], dated: bool) -> Step:
    rows.sort(key=lambda row: (_firmness(row), natural(row["key"]), row["forward"]))
    first = rows[0]  # how firm the step is comes from this one claim: halves of two claims would make a third that nobody made
    behind = [standings[row["claim"]] if row["claim"] in standings else _Standing() for row in rows]
    given = [claim.date for claim in behind if claim.typed == "claim"]
    taken = sorted(claim.date for claim in behind if claim.typed == "bound" or (claim.typed == "event" and dated))
    # the dates of a lasting tie are attestations: the first is shown, for they need not agree
    lasting = "/fact/" in event
    date = (min(given) if lasting else joint_date(given)) if given else taken[0] if taken else ""
    marks = first["footing"].split("+")
    return Step(first["from"], first["to"], first["forward"], first["backward"], event, local_name(first["kind"]),
                date, first["status"], first["mode"], "hedged" in marks, "inferred" in marks,
                any(claim.disputed for claim in behind), all("office" in row for row in rows),
                tuple(sorted({row["key"] for row in rows}, key=natural)),
                tuple(sorted(set().union(*(claim.tellers for claim in behind)))),
                tuple(sorted(set().union(*(claim.deniers for claim in behind)))))
