"""The life of deals: the highest stage that firm claims show, who stopped them and why, and how that stood on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from kg.asof import NO, happened_by
from kg.dates import Bounds, bounds
from kg.questions import Answer, Filters, claim_filters, iri_term, natural, text_term
from kg.store import Store
from kg.terms import ARMS, local_name

STAGES = {
    "Negotiation": "negotiated", "Consideration": "to be considered", "Agreement": "agreed", "Signing": "signed",
    "Contracting": "contracted", "JointProduction": "running", "JointVenture": "running", "Training": "running",
    "Sale": "sold", "Delivery": "delivered",
}
"""What a firm claim of a kind makes of a deal, from the lowest stage to the highest."""

ENDINGS = {"Halt": "stopped", "Illegality": "declared illegal", "Breach": "breached"}
_ORDER = list(dict.fromkeys(STAGES.values()))


def deal_states(store: Store, filters: Filters, day: str = "", only: Iterable[str] | None = None) -> Answer:
    """Return a row for each deal: its state, since when, by whom and why it was ended, what is only planned, and the claims.

    With `only`, IRIs, of those deals alone.

    On a day, what had certainly not happened by then is left out; `certainty` says whether the state had come about by it.
    """
    stages: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows(store, filters, only):
        stages[row["deal"]].append(row)
    rows = [_row(found, day) for found in stages.values()]
    return sorted((row for row in rows if row), key=lambda row: row["deal"].casefold())


def _rows(store: Store, filters: Filters, only: Iterable[str] | None) -> list[dict[str, str]]:
    wanted = "" if only is None else f"VALUES ?deal {{ {' '.join(map(iri_term, only))} }}"
    footings = " ".join(map(text_term, (*filters.footings(), *([] if "planned" in filters.include else ["planned"]))))
    classes = {ARMS + "Deal", *(row["class"] for row in store.rows("SELECT ?class WHERE { ?class rdfs:subClassOf+ arms:Deal }"))}
    rows = store.rows(f"""SELECT DISTINCT ?deal ?class ?label ?kind ?key ?status ?mode ?date ?typed ?by ?why ?strength ?disputed
            ?teller ?denier WHERE {{
        {wanted} ?claim said:deal|said:stops ?deal . ?deal arms:entityKind ?class ; rdfs:label ?label .
        ?claim arms:kind ?kind ; arms:key ?key ; arms:status ?status ; arms:mode ?mode .
        FILTER EXISTS {{ VALUES ?footing {{ {footings} }} ?claim arms:footing ?footing }}
        {claim_filters(filters)}
        OPTIONAL {{ ?claim arms:date ?date ; arms:dateFrom ?typed }} OPTIONAL {{ ?claim arms:disputed ?disputed }}
        OPTIONAL {{ ?claim arms:deniedBy|arms:mayBeDeniedBy ?denial . ?denial said:denier/rdfs:label ?denier }}
        OPTIONAL {{ ?claim said:authority/rdfs:label ?by }} OPTIONAL {{ ?claim said:reason/rdfs:label ?why }}
        OPTIONAL {{ ?claim said:strength ?strength }} OPTIONAL {{ ?claim prov:wasAttributedTo/rdfs:label ?teller }}
    }}""")
    return [row for row in rows if row["class"] in classes]


def _row(found: list[dict[str, str]], day: str) -> dict[str, Any]:
    found.sort(key=lambda row: natural(row["key"]))
    done: list[tuple[int, str, dict[str, str], str]] = []
    planned, endings = [], []
    for row in found:
        kind = local_name(row["kind"])
        when = happened_by(day, _span(row), row.get("date", ""))[0] if day else ""
        if when == NO or kind not in {**STAGES, **ENDINGS}:
            continue
        if row["mode"] == "planned":
            planned.append(row)
        elif kind in ENDINGS:
            endings.append((ENDINGS[kind], row, when))
        else:
            done.append((_ORDER.index(STAGES[kind]), STAGES[kind], row, when))
    if not (done or planned or endings):
        return {}
    best = max(done, key=lambda stage: (stage[0], stage[3] == "certainly"), default=None)
    stage, shown, when = (best[1], best[2], best[3]) if best else ("only planned" if planned else "not shown", {}, "")
    state = endings[0][0] if endings else stage
    since = next((row["date"] for _, row, _ in endings if row.get("date")), shown.get("date", ""))
    answer: dict[str, Any] = {
        "deal": found[0]["label"], "state": state, "stage": stage, "since": since,
        "ended_by": _each(row.get("by") for _, row, _ in endings), "reason": _each(row.get("why") for _, row, _ in endings),
        "strength": _each(row.get("strength") for _, row, _ in endings), "said_by": _each(row.get("teller") for _, row, _ in endings),
        "status": (endings[0][1] if endings else shown or found[0])["status"], "disputed": any("disputed" in row for row in found),
        "denied_by": _each(row.get("denier") for row in found),
        "claims": sorted({row["key"] for row in found}, key=natural)}
    if day:
        answer["certainty"] = endings[0][2] if endings else when or "possibly"
    return answer


def _span(row: dict[str, str]) -> Bounds:
    return bounds(row["date"]) if "date" in row else Bounds()


def _each(values: Any) -> str:
    return "; ".join(dict.fromkeys(value for value in values if value))
