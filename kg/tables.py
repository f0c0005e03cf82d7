"""The exports that are tables and graphs for other tools: CSV for spreadsheets, GraphML for Gephi, yEd and Neo4j."""

from __future__ import annotations

from typing import Any

from kg.network import all_steps
from kg.questions import INCLUDABLE, Filters
from kg.steps import Step
from kg.store import Store
from kg.text import render, visible

EVERYTHING = Filters(include=frozenset(INCLUDABLE))


def link_rows(store: Store) -> list[dict[str, Any]]:
    """Return a row for each link: one for each event and pair, with all claims that show it, by event and ends."""
    bounds = {row["c"]: row for row in store.rows("""SELECT ?c ?first ?last ?hedge ?document ?origin WHERE {
        ?claim a arms:Claim ; arms:key ?c . OPTIONAL { ?claim arms:earliestBegin ?first } OPTIONAL { ?claim arms:latestEnd ?last }
        OPTIONAL { ?claim arms:hedge ?hedge } OPTIONAL { ?claim arms:inDocument/arms:key ?document }
        OPTIONAL { ?claim arms:origin/arms:key ?origin } }""")}
    steps = sorted(all_steps(store), key=lambda step: (step.event, step.source, step.target))
    return [_link_row(store, step, f"l{number}", bounds) for number, step in enumerate(steps, 1)]


def _link_row(store: Store, step: Step, name: str, about: dict[str, dict[str, str]]) -> dict[str, Any]:
    claims = [about[key] for key in step.claims]

    def every(field: str) -> list[str]:
        return sorted({claim[field] for claim in claims if field in claim})

    return {"id": name, "from": store.key(step.source), "to": store.key(step.target), "event": store.key(step.event),
            "kind": step.kind, "label": step.forward, "back": step.backward, "date": step.date,
            "bounds": [max(every("first"), default=None), min(every("last"), default=None)], "status": step.status,
            "mode": step.mode, "hedge": "; ".join(every("hedge")) if step.hedged else "", "inferred": step.inferred,
            "disputed": step.disputed, "office": step.office, "claims": list(step.claims), "documents": every("document"),
            "origins": every("origin"), "said_by": list(step.said_by), "denied_by": list(step.denied_by)}


def table_bytes(rows: list[dict[str, Any]]) -> bytes:
    """Return rows as CSV in UTF-8; a cell that a spreadsheet would run as a formula has an apostrophe before it."""
    return render(rows, (), "csv").encode()


def graphml(entities: list[dict[str, Any]], links: list[dict[str, Any]]) -> bytes:
    """Return the links and what they join as GraphML, as a directed multigraph with flat text attributes."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    joined = {link[end] for link in links for end in ("from", "to")}
    known = {row["id"]: row for row in entities}
    for key in sorted(joined):
        row = known.get(key, {"label": key, "kind": "Event", "claims": 0})
        graph.add_node(key, label=visible(row["label"]), kind=row["kind"], claims=row["claims"])
    for link in links:
        graph.add_edge(link["from"], link["to"], key=link["id"], label=visible(link["label"]), kind=link["kind"],
                       event=link["event"], date=link["date"], status=link["status"], mode=link["mode"], hedge=visible(link["hedge"]),
                       inferred=link["inferred"], disputed=link["disputed"], office=link["office"],
                       claims=" ".join(link["claims"]), documents=" ".join(link["documents"]), origins=" ".join(link["origins"]),
                       said_by=visible("; ".join(link["said_by"])), denied_by=visible("; ".join(link["denied_by"])))
    return ("\n".join(nx.generate_graphml(graph)) + "\n").encode()
