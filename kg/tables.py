"""The exports that are tables and graphs for other tools: CSV for spreadsheets, GraphML for Gephi, yEd and Neo4j."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
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


_NODE = ("label", "kind", "claims")
_EDGE = ("label", "kind", "event", "date", "status", "mode", "hedge", "inferred", "disputed", "office", "claims", "documents", "origins",
         "said_by", "denied_by")
_TYPES = {("node", "claims"): "long", ("edge", "inferred"): "boolean", ("edge", "disputed"): "boolean", ("edge", "office"): "boolean"}
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def graphml(nodes: list[dict[str, Any]], links: list[dict[str, Any]]) -> bytes:
    """Return links, and the nodes that they join, as GraphML: a directed multigraph with flat attributes.

    It is written by hand, as networkx would write it, which takes ten times as long; that orders nodes as `linked` and links as
    `by_ends` do.
    """
    columns = [("node", name) for name in _NODE] + [("edge", name) for name in _EDGE]
    out = ['<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
           'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">']
    for number, (of, name) in reversed([*enumerate(columns)]):
        out.append(f'  <key id="d{number}" for="{of}" attr.name="{name}" attr.type="{_TYPES.get((of, name), "string")}" />')
    out.append('  <graph edgedefault="directed">')
    for row in nodes:
        out.append(f'    <node id="{row["id"].translate(_ATTRIBUTE)}">')
        out += _data(0, (visible(row["label"]), row["kind"], str(row["claims"])))
        out.append("    </node>")
    for link in links:
        ends = [str(link[name]).translate(_ATTRIBUTE) for name in ("from", "to", "id")]
        out.append(f'    <edge source="{ends[0]}" target="{ends[1]}" id="{ends[2]}">')
        out += _data(len(_NODE), (visible(standing_label(link)), link["kind"], link["event"], link["date"], link["status"], link["mode"],
                                  visible(link["hedge"]), str(link["inferred"]), str(link["disputed"]), str(link["office"]),
                                  " ".join(link["claims"]), " ".join(link["documents"]), " ".join(link["origins"]),
                                  visible("; ".join(link["said_by"])), visible("; ".join(link["denied_by"]))))
        out.append("    </edge>")
    return ("\n".join((*out, "  </graph>", "</graphml>")) + "\n").encode("ascii", "xmlcharrefreplace")


def linked(nodes: Iterable[dict[str, Any]], links: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the nodes that links join, by id."""
    joined = {link[end] for link in links for end in ("from", "to")}
    return sorted((row for row in nodes if row["id"] in joined), key=lambda row: str(row["id"]))


def by_ends(links: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return links by where they come from, and of those each where it goes to for the first time."""
    places: dict[tuple[str, str], int] = {}
    for number, link in enumerate(links):
        places.setdefault((link["from"], link["to"]), number)
    return sorted(links, key=lambda link: (link["from"], places[link["from"], link["to"]]))


def _data(first: int, values: Iterable[str]) -> Iterator[str]:
    for number, value in enumerate(values, first):
        yield f'      <data key="d{number}">{value.translate(_TEXT)}</data>' if value else f'      <data key="d{number}" />'
