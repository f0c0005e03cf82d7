"""What held on a day: *certainly*, *possibly* or *no*, with the reason.

An attestation is a day on which something is said to be true. Between two attestations, before the first and after the last
it is possible, never certain; where one person at a time holds a post, another's attestation ends it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from kg.dates import Bounds, bounds, is_uncertain, told_bounds
from kg.model import DONE, STATUSES
from kg.questions import Answer, Filters, claim_filters, iri_term, natural, text_term
from kg.store import Store

CERTAINLY, POSSIBLY, NO = "certainly", "possibly", "no"


@dataclass(frozen=True, slots=True)
class Attestation:
    """That something held at a date (EDTF), by a claim; `began` and `ended` where the text says so."""

    claim: str
    date: str
    span: Bounds
    began: Bounds | None = None
    ended: Bounds | None = None


def held_on(day: str, attested: list[Attestation], others: dict[str, list[Attestation]]) -> tuple[str, str]:
    """Return whether something held on a day, and why; `others` are the attestations of whoever excludes it, by name.

    >>> seen = [Attestation("d/c1", "2016-08-22", bounds("2016-08-22")), Attestation("e/c2", "2017-09-11", bounds("2017-09-11"))]
    >>> held_on("2017-03-01", seen, {})
    ('possibly', 'attested 2016-08-22 and 2017-09-11; between is inferred')
    >>> held_on("2016-08-22", seen, {})
    ('certainly', 'attested 2016-08-22')
    """
    for each in attested:
        if each.ended and each.ended.latest_end and each.ended.latest_end < day:
            return NO, f"ended {each.ended.latest_end} at the latest"
        if each.began and each.began.earliest_begin and each.began.earliest_begin > day:
            return NO, f"began {each.began.earliest_begin} at the earliest"
    for each in attested:
        if _covers(each, day):
            return CERTAINLY, f"attested {each.date}"
    for name, theirs in sorted(others.items()):
        if any(_covers(each, day) for each in theirs):
            return NO, f"{name} is attested then"
    before = [each for each in attested if each.span.latest_end and each.span.latest_end < day]
    after = [each for each in attested if each.span.earliest_begin and each.span.earliest_begin > day]
    successor = _between(day, before, after, others)
    if successor:
        return NO, successor
    if before and after:
        return POSSIBLY, f"attested {_last(before).date} and {_first(after).date}; between is inferred"
    if before:
        return POSSIBLY, f"last attested {_last(before).date}; after that nothing is said"
    if after:
        return POSSIBLY, f"first attested {_first(after).date}; before that nothing is said"
    dated = [each.date for each in attested if each.date]
    return POSSIBLY, f"attested {', '.join(dated)}, which may or may not be the day" if dated else "attested without a date"


def happened_by(day: str, span: Bounds, date: str) -> tuple[str, str]:
    """Return whether an event with these bounds had happened by a day, and why.

    >>> happened_by("2017-08-01", bounds("[..2017-07-29]"), "[..2017-07-29]")
    ('certainly', 'dated [..2017-07-29]')
    """
    if span.earliest_begin and span.earliest_begin > day:
        return NO, f"dated {date}"
    if span.latest_end and span.latest_end <= day and not is_uncertain(date):
        return CERTAINLY, f"dated {date}"
    return POSSIBLY, f"dated {date}" if date else "undated"


def posts_held(store: Store, filters: Filters, person: str, post: str, day: str) -> Answer:
    """Return who held which post: a row for each person and post, attested how often, how firmly and by whom; on a day where one is given.

    `person` and `post` are IRIs or empty. Rows that did not hold on the day are left out.
    """
    held: dict[tuple[str, str], dict[str, Attestation]] = defaultdict(dict)
    facts: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in _post_rows(store, filters, person, post):
        key = (row["person"], row["post"])
        facts[key].append(row)
        date = row.get("date", "")
        began, ended = (bounds(row[end]) if end in row else None for end in ("began", "ended"))
        held[key][row["key"]] = Attestation(row["key"], date, bounds(date) if date else Bounds(), began, ended)
    rows: Answer = []
    for (holder, office), found in held.items():
        fact = facts[(holder, office)][0]
        if (person and person != holder) or (post and post not in (office, fact.get("body"))):
            continue
        attested = sorted(found.values(), key=lambda each: (each.span.latest_end or "9999", natural(each.claim)))
        row = _post_row(facts[(holder, office)], attested)
        if day:
            others = {facts[other][0]["who"]: list(theirs.values()) for other, theirs in held.items()
                      if other[1] == office and other[0] != holder and "single" in fact}
            row["as_of"], row["reason"] = held_on(day, attested, others)
        if row.get("as_of") != NO:
            rows.append(row)
    return sorted(rows, key=lambda row: (row["post"], row["attested"][:1], row["who"], row["claims"]))


def with_as_of(rows: Answer, day: str) -> Answer:
    """Return the rows, each with a `date`, that held or had happened by a day at least possibly, with `as_of` and `reason`."""
    kept = []
    for row in rows:
        span = told_bounds(row["date"])
        if row.get("mode") == "ongoing":
            answer, reason = held_on(day, [Attestation("", row["date"], span)], {})
        else:
            answer, reason = happened_by(day, span, row["date"])
        if answer != NO:
            kept.append({**row, "as_of": answer, "reason": reason})
    return kept


_TENURES = """?claim said:post ?post ; said:person ?person ; arms:kind arms:Tenure ; arms:footing ?footing ; arms:mode ?mode .
        OPTIONAL { ?claim arms:hedge ?hedge }
        OPTIONAL { ?claim arms:deniedBy|arms:mayBeDeniedBy ?denial . ?denial said:denier ?denier . ?denier rdfs:label ?denying }"""
_CAPACITIES = "?capacity arms:asPost ?post ; arms:who ?person . ?claim arms:capacity ?capacity ; arms:attests ?footing ."
"""The two ways in which a claim attests who held a post; what is planned, doubted or denied of a capacity is not the office."""


def _post_rows(store: Store, filters: Filters, person: str, post: str) -> list[dict[str, str]]:
    """Return a row for each claim that attests who held a post: of the posts of a person, of a post or a body, or of all."""
    footings = ", ".join(map(text_term, filters.footings()))
    wanted = ""
    if person:
        theirs = f"VALUES ?person {{ {iri_term(person)} }}"
        posts = {row["post"] for way in (_TENURES, _CAPACITIES) for row in store.rows(f"SELECT DISTINCT ?post WHERE {{ {theirs} {way} }}")}
        wanted = f"VALUES ?post {{ {' '.join(sorted(map(iri_term, posts)))} }}"
    elif post:
        posts = {post, *(row["post"] for row in store.rows(f"SELECT ?post WHERE {{ ?post arms:body {iri_term(post)} }}"))}
        wanted = f"VALUES ?post {{ {' '.join(sorted(map(iri_term, posts)))} }}"
    return [row for way in (_TENURES, _CAPACITIES) for row in store.rows(f"""
        SELECT ?person ?who ?post ?office ?body ?in ?single ?key ?date ?began ?ended
            ?footing ?status ?mode ?hedge ?teller ?denying WHERE {{
        {wanted} {way} FILTER(?footing IN ({footings}))
        ?claim arms:key ?key ; arms:status ?status ; arms:claimant ?claimant . {claim_filters(filters)}
        ?person rdfs:label ?who . ?post rdfs:label ?office . ?claimant rdfs:label ?teller .
        OPTIONAL {{ ?post arms:body ?body . ?body rdfs:label ?in }} OPTIONAL {{ ?post arms:single ?single }}
        OPTIONAL {{ ?claim arms:date ?date . FILTER NOT EXISTS {{ ?claim arms:dateFrom "bound" }} }}
        OPTIONAL {{ ?claim said:began ?began }} OPTIONAL {{ ?claim said:ended ?ended }}
    }}""")]


def _post_row(told: list[dict[str, str]], attested: list[Attestation]) -> dict[str, Any]:
    """Return a row for a person and a post from what each claim tells: as firm as the firmest, with whoever says or denies it."""
    best = min(told, key=lambda row: (row["footing"] != "firm", STATUSES.index(row["status"]), row["footing"], "hedge" in row))
    denying = sorted({row["denying"] for row in told if "denying" in row})
    return {"who": best["who"], "post": best["office"], "body": best.get("in", ""),
            "attested": list(dict.fromkeys(each.date for each in attested if each.date)),
            "status": best["status"], "mode": best.get("mode", DONE), "hedge": best.get("hedge", ""),
            "inferred": "inferred" in best["footing"], "disputed": bool(denying), "said_by": sorted({row["teller"] for row in told}),
            "denied_by": denying, "claims": sorted((each.claim for each in attested), key=natural)}


def _covers(each: Attestation, day: str) -> bool:
    """Return whether an attestation certainly holds on a day: an exact day, or an interval that holds throughout."""
    first, last = each.span.latest_begin, each.span.earliest_end
    return bool(first and last and first <= day <= last and not is_uncertain(each.date))


def _between(day: str, before: list[Attestation], after: list[Attestation], others: dict[str, list[Attestation]]) -> str:
    """Return why somebody else's attestation between ours and the day excludes us, or an empty text."""
    mine_last = _last(before).span.latest_end or "" if before else ""
    mine_first = _first(after).span.earliest_begin or "" if after else ""
    for name, theirs in sorted(others.items()):
        spans = [(each.span.earliest_begin, each.span.latest_end) for each in theirs]
        if before and not after and any(first and last and mine_last < first and last <= day for first, last in spans):
            return f"{name} is attested after {_last(before).date}; a return is told by nobody"
        if after and not before and any(first and last and day <= first and last < mine_first for first, last in spans):
            return f"{name} is attested before {_first(after).date}"
    return ""


def _last(several: list[Attestation]) -> Attestation:
    return max(several, key=lambda each: each.span.latest_end or "")


def _first(several: list[Attestation]) -> Attestation:
    return min(several, key=lambda each: each.span.earliest_begin or "9999")
