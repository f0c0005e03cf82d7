"""The exports that are tables and graphs for other tools: CSV for spreadsheets, GraphML for Gephi, yEd and Neo4j."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from kg.network import all_steps
from kg.readings import FIRM
from kg.steps import Step
from kg.store import Store
from kg.terms import local_name
from kg.text import render, visible

NOT_FOR_TABLES = ("spans",)
"""What rows of links hold that a cell of a table cannot."""


def link_rows(store: Store) -> list[dict[str, Any]]:
    """Return a row for each link: one for each event and pair, with all claims that show it, by event and ends.

    `bounds` are the first and last day that the dates allow, of a lasting tie those of its first and last attestation; `spans`
    are when it was: once, or for a lasting tie once for each date that attests it.
    """
    bounds = {row["c"]: row for row in store.rows("""SELECT ?c ?first ?last ?hedge ?document ?origin WHERE {
        ?claim a arms:Claim ; arms:key ?c . OPTIONAL { ?claim arms:earliestBegin ?first } OPTIONAL { ?claim arms:latestEnd ?last }
        OPTIONAL { ?claim arms:hedge ?hedge } OPTIONAL { ?claim arms:inDocument/arms:key ?document }
        OPTIONAL { ?claim arms:origin/arms:key ?origin } }""")}
    footings: dict[tuple[str, frozenset[str]], list[str]] = defaultdict(list)
    for row in store.rows("""SELECT ?on ?one ?other ?footing WHERE {
            ?link arms:onEvent ?on ; arms:from ?one ; arms:to ?other ; arms:footing ?footing FILTER(!CONTAINS(?footing, "not")) }"""):
        footings[row["on"], frozenset((row["one"], row["other"]))].append(row["footing"])
    steps = sorted(all_steps(store), key=lambda step: (step.event, step.source, step.target))
    return [_link_row(store, step, f"l{number}", bounds, footings[step.event, frozenset((step.source, step.target))])
            for number, step in enumerate(steps, 1)]


def _link_row(store: Store, step: Step, name: str, about: dict[str, dict[str, str]], footings: list[str]) -> dict[str, Any]:
    claims = [about[key] for key in step.claims]

    def every(field: str) -> list[str]:
        return sorted({claim[field] for claim in claims if field in claim})

    spans = _spans(claims, lasting="/fact/" in step.event)
    bounds = [min((span[0] for span in spans if span[0]), default=None), max((span[1] for span in spans if span[1]), default=None)]
    return {"id": name, "from": store.key(step.source), "to": store.key(step.target), "event": store.key(step.event),
            "kind": step.kind, "label": step.forward, "back": step.backward, "date": step.date,
            "bounds": bounds, "spans": spans, "status": step.status,
            "mode": step.mode, "footing": min(footings, key=lambda footing: (footing != FIRM, footing.count("+"), footing)),
            "hedge": "; ".join(every("hedge")) if step.hedged else "", "inferred": step.inferred,
            "disputed": step.disputed, "office": step.office, "claims": list(step.claims), "documents": every("document"),
            "origins": every("origin"), "said_by": list(step.said_by), "denied_by": list(step.denied_by)}


def _spans(claims: list[dict[str, str]], lasting: bool) -> list[list[str | None]]:
    """Return first and last day of when something was: what all dates leave of an event, none if they clash; each date of a tie."""
    dated = [(claim.get("first", ""), claim.get("last", "")) for claim in claims if "first" in claim or "last" in claim]
    if lasting:
        return [[first, last] for first, last in sorted(set(dated)) if first and last]  # "by 2016" attests no day before
    first, last = max((first for first, _ in dated), default=""), min((last for _, last in dated if last), default="")
    return [] if not dated or (last and first > last) else [[first or None, last or None]]


def joined_rows(store: Store, entities: list[dict[str, Any]], links: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entities, and after them a row of the same sort, with its standing, for each event that a link joins to something."""
    missing = {link[end] for link in links for end in ("from", "to")} - {row["id"] for row in entities}
    events = {row["id"]: row for row in store.rows("""SELECT ?id ?kind ?label ?standing (COUNT(?claim) AS ?claims) WHERE {
        ?event arms:eventKind ?kind ; arms:key ?id ; rdfs:label ?label ; arms:standing ?standing . OPTIONAL { ?claim said:event ?event }
        } GROUP BY ?id ?kind ?label ?standing""")
              if row["id"] in missing} if missing else {}
    return entities + [{"id": key, "kind": local_name(events[key]["kind"]), "label": events[key]["label"], "names": [],
                        "claims": int(events[key]["claims"]), "standing": events[key]["standing"]} for key in sorted(missing)]


def standing_marks(link: dict[str, Any]) -> list[str]:
    """Return why a link may not be taken for a fact: the reservations of its firmest claim, and whether it is disputed."""
    return [*(mark for mark in link["footing"].split("+") if mark != FIRM), *(["disputed"] if link["disputed"] else [])]


def standing_label(link: dict[str, Any]) -> str:
    """Return a link's wording with what is reserved about it, by whom it is alleged and denied."""
    worded = {"alleged": f"alleged by {' and '.join(link['said_by'])}", "hedged": f"“{link['hedge']}”", "not": "not so",
              "disputed": f"denied by {' and '.join(link['denied_by'])}" if link["denied_by"] else "disputed"}
    marks = [worded.get(mark, mark) for mark in standing_marks(link)]
    return f"{link['label']} ({', '.join(marks)})" if marks else str(link["label"])


def links_table(links: list[dict[str, Any]]) -> bytes:
    """Return the rows of links as CSV."""
    return table_bytes([{name: value for name, value in link.items() if name not in NOT_FOR_TABLES} for link in links])


def table_bytes(rows: list[dict[str, Any]]) -> bytes:
    """Return rows as CSV in UTF-8; a cell that a spreadsheet would run as a formula has an apostrophe before it."""
    return render(rows, (), "csv").encode()


def graphml(nodes: list[dict[str, Any]], links: list[dict[str, Any]]) -> bytes:
    """Return the links and what they join as GraphML, as a directed multigraph with flat text attributes."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    known = {row["id"]: row for row in nodes}
    for key in sorted({link[end] for link in links for end in ("from", "to")}):
        row = known[key]
        graph.add_node(key, label=visible(row["label"]), kind=row["kind"], claims=row["claims"])
    for link in links:
        graph.add_edge(link["from"], link["to"], key=link["id"], label=visible(standing_label(link)), kind=link["kind"],
                       event=link["event"], date=link["date"], status=link["status"], mode=link["mode"], hedge=visible(link["hedge"]),
                       inferred=link["inferred"], disputed=link["disputed"], office=link["office"],
                       claims=" ".join(link["claims"]), documents=" ".join(link["documents"]), origins=" ".join(link["origins"]),
                       said_by=visible("; ".join(link["said_by"])), denied_by=visible("; ".join(link["denied_by"])))
    return ("\n".join(nx.generate_graphml(graph)) + "\n").encode()
