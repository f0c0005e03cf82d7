"""On how much an answer stands: documents, origins, and what falls if one of them falls.

Support is counted in origins, not in documents: a copy, a translation and a press release are one, and the curator's reason
for joining them is given with the count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from kg.errors import NameUnknown
from kg.frontiers import ChainFilters
from kg.network import find_chains
from kg.questions import Answer, Filters, claim_filters, iri_term, natural, text_term
from kg.store import Row, Store


@dataclass(frozen=True, slots=True)
class _Telling:
    """One claim about an event: what it stands on."""

    key: str
    says: str
    status: str
    mode: str
    disputed: bool
    document: str
    origin: str
    group: str
    said_by: set[str]
    denied_by: set[str]


def support(store: Store, filters: Filters, typed: str) -> dict[str, Any]:
    """Return what carries an event, relation or claim: its claims, its documents, its origins, and why origins are joined.

    `typed` is an event's id or a claim's. Raises NameUnknown where there is no such thing.
    """
    event = _event(store, typed)
    tellings = _tellings(store, filters, f"VALUES ?event {{ {iri_term(event['event'])} }}")[event["event"]]
    joined = [{"origins": names, "documents": documents, "because": because}
              for names, documents, because in _same_origins(store)
              if {telling.document for telling in tellings} & set(documents) and {telling.origin for telling in tellings} & set(names)]
    claims = [{"id": telling.key, "says": telling.says, "status": telling.status, "mode": telling.mode, "disputed": telling.disputed,
               "said_by": sorted(telling.said_by), "denied_by": sorted(telling.denied_by), "document": telling.document,
               "origin": telling.origin, "counted_as": telling.group} for telling in tellings]
    return {"event": store.key(event["event"]), "label": event["label"],
            "documents": len({telling.document for telling in tellings if telling.document}),
            "origins": len({telling.group for telling in tellings if telling.group}), "joined": joined, "claims": claims}


def fragile(store: Store, filters: Filters) -> Answer:
    """Return a row for each event that one document, one origin or allegations alone carry."""
    rows: Answer = []
    labels = {row["event"]: row for row in
              store.rows("SELECT ?event ?label ?kind WHERE { ?event arms:eventKind/rdfs:label ?kind ; rdfs:label ?label }")}
    for event, tellings in _tellings(store, filters, "").items():
        documents = {telling.document for telling in tellings if telling.document}
        groups = {telling.group for telling in tellings if telling.group}
        carried = ["one allegation"] if all(telling.status == "alleged" for telling in tellings) and len(tellings) == 1 else []
        carried += ["one document"] if len(documents) == 1 else []
        carried += ["one origin"] if len(groups) == 1 else []
        if not carried:
            continue
        rows.append({"event": store.key(event), "label": labels[event]["label"], "kind": labels[event]["kind"], "carried_by": carried,
                     "document": min(documents) if len(documents) == 1 else "", "origin": min(groups) if len(groups) == 1 else "",
                     "status": min((telling.status for telling in tellings), key=("asserted", "reported", "alleged").index),
                     "disputed": any(telling.disputed for telling in tellings),
                     "said_by": sorted({teller for telling in tellings for teller in telling.said_by}),
                     "denied_by": sorted({denier for telling in tellings for denier in telling.denied_by}),
                     "claims": [telling.key for telling in tellings]})
    return sorted(rows, key=lambda row: natural(str(row["claims"][0])))


def fragile_path(store: Store, start: str, end: str, filters: ChainFilters) -> Answer:
    """Return a row for each document and each origin behind the best chain between two things: what is left without it."""
    best = find_chains(store, start, end, filters, 1)
    if not best.chains:
        return []
    keys = sorted({key for step in best.chains[0][1] for key in step.claims}, key=natural)
    before = len(best.chains[0][1])
    rows: Answer = []
    for kind, iri, label, carried in _carriers(store, keys):
        common = filters.common._replace(without=(*filters.common.without, iri))
        left = find_chains(store, start, end, replace(filters, common=common), 1)
        after = len(left.chains[0][1]) if left.chains else None
        fate = "falls" if after is None else "stands" if after == before else f"grows to {after} hops"
        rows.append({"without": label, "what": kind, "chain": fate, "hops": after, "claims": carried})
    return rows


def _event(store: Store, typed: str) -> Row:
    queries = (f"?event arms:key {text_term(typed)} ; arms:eventKind ?kind ; rdfs:label ?label",
               f"?claim a arms:Claim ; arms:key {text_term(typed)} ; said:event ?event . ?event rdfs:label ?label")
    for pattern in queries:
        for row in store.rows(f"SELECT ?event ?label WHERE {{ {pattern} }}"):
            return row
    raise NameUnknown(f"no event or claim '{typed}'; `kg claims --format json` gives each claim's id and event")


def _tellings(store: Store, filters: Filters, where: str) -> dict[str, list[_Telling]]:
    wanted = " ".join(map(text_term, filters.footings()))
    footing = f"VALUES ?footing {{ {wanted} }} ?claim arms:footing ?footing ." if filters.include else ""
    found: dict[str, dict[str, _Telling]] = defaultdict(dict)
    query = f"""SELECT ?event ?key ?says ?status ?mode ?flag ?document ?origin ?group ?order ?teller ?denier WHERE {{
        {where} ?claim said:event ?event ; arms:key ?key ; arms:says ?says ; arms:status ?status ; arms:mode ?mode ; arms:order ?order .
        {footing} {claim_filters(filters)}
        OPTIONAL {{ ?claim arms:disputed ?flag }} OPTIONAL {{ ?claim arms:inDocument/arms:key ?document }}
        OPTIONAL {{ ?claim prov:wasAttributedTo/rdfs:label ?teller }}
        OPTIONAL {{ ?claim arms:deniedBy|arms:mayBeDeniedBy ?denial . ?denial said:denier/rdfs:label ?denier }}
        OPTIONAL {{ ?claim arms:origin/rdfs:label ?origin }} OPTIONAL {{ ?claim arms:countsFor/rdfs:label ?group }}
    }}"""
    for row in store.rows(query):
        telling = found[row["event"]].setdefault(row["key"], _Telling(
            row["key"], row["says"], row["status"], row["mode"], "flag" in row, row.get("document", ""), row.get("origin", ""),
            row.get("group", ""), set(), set()))
        telling.said_by.update([row["teller"]] if "teller" in row else [])
        telling.denied_by.update([row["denier"]] if "denier" in row else [])
    return {event: sorted(tellings.values(), key=lambda telling: natural(telling.key)) for event, tellings in found.items()}


def _same_origins(store: Store) -> list[tuple[list[str], list[str], str]]:
    notes: dict[str, tuple[set[str], set[str], str]] = {}
    for row in store.rows("""SELECT ?note ?origin ?document ?because WHERE { ?note a arms:SameOrigin ; arms:because ?because ;
            arms:joinsOrigin/rdfs:label ?origin ; arms:joinsIn/arms:key ?document }"""):
        names, documents, _ = notes.setdefault(row["note"], (set(), set(), row["because"]))
        names.add(row["origin"])
        documents.add(row["document"])
    return [(sorted(names), sorted(documents), because) for _, (names, documents, because) in sorted(notes.items())]


def _carriers(store: Store, keys: Iterable[str]) -> list[tuple[str, str, str, list[str]]]:
    terms = " ".join(map(text_term, keys))
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in store.rows(f"""SELECT ?key ?source ?label ?type WHERE {{ VALUES ?key {{ {terms} }} ?claim a arms:Claim ; arms:key ?key ;
            arms:source ?source . ?source rdfs:label ?label . OPTIONAL {{ ?source a arms:Document . BIND("document" AS ?type) }} }}"""):
        found[(row.get("type", "origin"), row["source"], row["label"])].add(row["key"])
    return [(*source, sorted(carried, key=natural)) for source, carried in sorted(found.items())]
