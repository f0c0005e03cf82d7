"""The page: one HTML file that shows the graph, its claims and their evidence, and asks nobody for anything.

pyvis carries the picture: its `Network` takes the nodes and links, its package brings vis-network. The template, the
style and the script are our own (`assets/`), because pyvis's template runs scripts from labels and is blank offline.
What is shown was worked out elsewhere; here it is only laid out and written down.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from math import sqrt
from pathlib import Path
from typing import Any

View = dict[str, Any]
Picture = dict[str, dict[str, tuple[int, int]]]
"""Places of nodes, by the checksum of all that they follow from."""

_ASSETS = Path(__file__).parent / "assets"
_LINE = 17
"""Letters in a line of a node's label; the script breaks labels with the same rule."""
_LINES = 3
_HUB = 12
MOST_READ = 10_000
"""Above this many claims the page holds no table for readers without JavaScript, but says where the claims are."""
_REMARK = re.compile(r"/\*\*.*?\*/", re.DOTALL)


def build_page(view: View, picture: Picture | None = None) -> str:
    """Return the whole HTML of the page for a view (design §6 answers plus links and legend); same view, same text.

    `picture` is where the nodes stood in the page before, and is changed to where they stand in this one: the same nodes and links
    stand where they stood, so they are not laid out again.

    Raises KeyError when a row of the view lacks a field that the page cannot do without.
    """
    network = import_module("pyvis.network").Network(directed=True, cdn_resources="in_line", heading=view["title"])
    network.nodes = _nodes(view, {} if picture is None else picture)
    network.edges = [{"id": row["id"], "from": row["from"], "to": row["to"]} for row in view["links"]]
    network.set_options('{"physics": {"enabled": false}}')
    network.templateEnv, network.path = _environment(view), "page.html.j2"
    html: str = network.generate_html()
    # half a surrogate pair cannot be written to any file: it would cost the reader the whole page
    return html.encode("utf-8", "replace").decode("utf-8")


def script() -> str:
    """Return the page's own script: the modules of `assets/page/` in the order of their names, in one scope."""
    parts = [path.read_text(encoding="utf-8") for path in sorted((_ASSETS / "page").glob("*.js"))]
    # remarks stay in the modules: with the white space before each line they weigh a third of the script
    lines = _REMARK.sub("", "\n".join(parts)).splitlines()
    kept = [line.strip() for line in lines if line.strip() and not line.strip().startswith("//")]
    return '(() => {\n"use strict";\n' + "\n".join(kept) + "\n})();"


def _environment(view: View) -> Any:
    """Return the Jinja environment with everything the template shows; pyvis adds `nodes` and `edges`."""
    jinja2, markup = import_module("jinja2"), import_module("markupsafe").Markup
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(str(_ASSETS)), autoescape=True,
                                     trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False, "separators": (",", ":")}
    scripts = [_vis_script(), script()]
    style = (_ASSETS / "page.css").read_text(encoding="utf-8")
    environment.globals.update(
        title=view["title"], counts=_counts(view), data=_data(view), sheets=_sheets(view),
        vis_script=markup(scripts[0]), page_script=markup(scripts[1]), style=markup(style),
        policy=_policy(scripts, style))
    return environment


def _vis_script() -> str:
    """Return vis-network as pyvis brings it, with its licence notice, without the pointer to a file not there."""
    folder = Path(str(import_module("pyvis").__file__)).parent / "templates" / "lib" / "vis-9.1.2"
    text = (folder / "vis-network.min.js").read_text(encoding="utf-8")
    return text.split("//# sourceMappingURL=")[0].strip()


def _policy(scripts: Iterable[str], style: str) -> str:
    """Return the content-security policy: these scripts and this style, and nothing from anywhere."""
    allowed = " ".join(_hash(text) for text in scripts)
    return (f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data: blob:; "
            "base-uri 'none'; form-action 'none'")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _nodes(view: View, picture: Picture) -> list[dict[str, Any]]:
    """Return a node for every entity with its place in the picture; size grows with the number of links."""
    degree: dict[str, int] = {}
    for link in view["links"]:
        for end in (link["from"], link["to"]):
            degree[end] = degree.get(end, 0) + 1
    sizes = {row["id"]: min(24, round(7 + 2.1 * sqrt(degree.get(row["id"], 0)))) for row in view["entities"]}
    places = _places(view, sizes, picture)
    return [{"id": row["id"], "label": row["label"], "size": sizes[row["id"]], "x": places[row["id"]][0],
             "y": places[row["id"]][1]} for row in view["entities"]]


def _places(view: View, sizes: Mapping[str, int], picture: Picture) -> dict[str, tuple[int, int]]:
    """Return coordinates: steps by their links, quiet things (states, posts) beside whom they touch or in rows."""
    from kg import layout

    boxes = {row["id"]: _box(row["label"], sizes[row["id"]]) for row in view["entities"] if row["step"]}
    ends = [(link["from"], link["to"]) for link in view["links"]]
    asked = hashlib.sha256(json.dumps((boxes, ends)).encode()).hexdigest()
    laid_out = picture.get(asked) or layout.positions(boxes, ends, boxes)
    picture.clear()
    picture[asked] = laid_out
    places = {**laid_out}
    touched: dict[str, list[str]] = {}
    for start, end in ends:
        touched.setdefault(start, []).append(end)
        touched.setdefault(end, []).append(start)
    left = min((x for x, _ in places.values()), default=0)
    width = max(900, max((x for x, _ in places.values()), default=0) - left)
    across, down = left, max((y for _, y in places.values()), default=0) + 150
    for row in view["entities"]:
        if row["step"]:
            continue
        near = [places[other] for other in touched.get(row["id"], []) if other in places]
        if near:
            places[row["id"]] = (sum(x for x, _ in near) // len(near) + 40, sum(y for _, y in near) // len(near) + 60)
            continue
        places[row["id"]] = (across, down)
        across += 150
        if across > left + width:
            across, down = left, down + 80
    return places


def _box(label: str, size: int) -> tuple[float, float]:
    """Return the width and height a node and its label take in the picture; more for what has many ties."""
    lines = _wrap(label)
    # a screen shows most pictures smaller than they are laid out: the names that matter most must still find room
    air = 1.3 if size >= _HUB else 1.0
    return air * max(2 * size + 12, 7.0 * max(map(len, lines)) + 14), air * (2 * size + 15 * len(lines) + 12)


def _wrap(label: str) -> list[str]:
    lines = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()[: _LINE + 5]
    return lines[:_LINES]


def _counts(view: View) -> dict[str, int]:
    return {"claims": len(view["claims"]), "documents": len(view["documents"]), "links": len(view["links"]),
            "parties": sum(bool(row["step"]) for row in view["entities"])}


def _data(view: View) -> dict[str, dict[str, Any]]:
    """Return what the script needs, without what it can fill in itself: the page must stay small enough to mail."""
    labels = {row["id"]: row["label"] for row in view["entities"]}
    documents = {row["id"] for row in view["documents"]}
    # vis-network gets ends and places from pyvis's own lists, so they are not written twice
    told = {row["id"]: row for row in view["claims"]}
    links = [_lean_link(row, told) for row in view["links"]]
    claims = [_lean_claim(row, labels, documents) for row in view["claims"]]
    entities = [{**row, "label": None} for row in view["entities"]]
    rows = {"documents": [{**row, "sha256": None} for row in view["documents"]], "entities": entities, "claims": claims,
            "legend": view["legend"], "links": links}
    return {name: _columns([_full(row) for row in several]) for name, several in rows.items()}


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return rows as lists of values under the names of their fields, the commonest first; 0 stands for a missing field."""
    often = Counter(name for row in rows for name in row)
    fields = sorted(often, key=lambda name: (-often[name], name))
    table = []
    for row in rows:
        values = [row.get(name, 0) for name in fields]
        while values and values[-1] == 0:
            values.pop()
        table.append(values)
    return {"fields": fields, "rows": table}


def _lean_claim(row: Mapping[str, Any], labels: Mapping[str, str], documents: set[str]) -> dict[str, Any]:
    """Return a claim without labels, document and dates that follow from the rest."""
    def lean(one: Mapping[str, Any]) -> Any:
        rest = {name: value for name, value in one.items() if name != "label" or value != labels.get(one["id"])}
        return rest if len(rest) > 1 else one["id"]

    implied = row["id"].rpartition("/")[0]
    return {**row, "roles": {name: [lean(one) for one in several] for name, several in row["roles"].items()},
            "said_by": [lean(one) for one in row["said_by"]],
            "bounds": row.get("bounds") or _bounds(row.get("date", "")),
            "event": None if row["event"] == row["id"] else row["event"],
            "document": None if row["document"] == implied else row["document"],
            "loose": row["document"] is None and implied in documents}


def _lean_link(row: Mapping[str, Any], told: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return a link without ends, and without the documents, the event and the way back where they follow from the rest."""
    own = [told[claim] for claim in row["claims"] if claim in told]
    documents = {claim["document"] for claim in own} - {None}
    return {**row, "from": None, "to": None, "back": None if row["back"] == row["label"] else row["back"],
            "event": None if own and own[0]["event"] == row["event"] else row["event"],
            "documents": None if documents == set(row["documents"]) else row["documents"]}


def _full(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row without empty fields and those that are as in most rows: the script reads a missing field so."""
    usual = {"status": "asserted", "mode": "done"}
    return {name: value for name, value in row.items()
            if value not in (None, "", [], {}, False, [None, None]) and usual.get(name) != value}


def _bounds(date: str) -> list[str | None]:
    """Return the earliest begin and the latest end of a date, for sorting and for the time filter."""
    from kg import dates

    try:
        span = dates.bounds(date) if date else dates.Bounds()
    except ValueError:
        return [None, None]
    return [span.earliest_begin, span.latest_end]


def _sheets(view: View) -> list[dict[str, Any]]:
    """Return the claims by document, in words, for readers without JavaScript; of a graph too large to read, none."""
    if len(view["claims"]) > MOST_READ:
        return []
    claims = {row["id"]: row for row in view["claims"]}
    by_document: dict[str | None, list[Mapping[str, Any]]] = {}
    for row in view["claims"]:
        by_document.setdefault(row["document"], []).append(row)
    sheets = [{"title": row["title"], "url": row["url"] if _is_web(row["url"]) else "", "id": row["id"],
               "published": row["published"], "rows": [_told(one, claims) for one in by_document.pop(row["id"], [])]}
              for row in view["documents"]]
    rest = [_told(one, claims) for rows in by_document.values() for one in rows]
    if rest:
        sheets.append({"title": "What the curator concludes", "url": "", "id": "inferences", "published": "",
                       "rows": rest})
    return sheets


def _is_web(address: Any) -> bool:
    return isinstance(address, str) and address.lower().startswith(("https://", "http://"))


def _told(row: Mapping[str, Any], claims: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    denials = [claims[one]["says"] for one in row["denied_by"] if one in claims]
    perhaps = [claims[one]["says"] for one in row["may_be_denied_by"] if one in claims]
    return {"id": row["id"], "says": row["says"], "standing": ", ".join(_standing(row)), "date": row["date"],
            "by": " → ".join(one["label"] for one in row["said_by"]), "denials": denials, "perhaps": perhaps,
            "paragraph": row["paragraph"], "words": row["words"], "note": row.get("because", "") or row["note"]}


def _standing(row: Mapping[str, Any]) -> list[str]:
    """Return how firm a claim is, in the words the whole page uses."""
    words = ["inferred by the curator" if row["inferred"] else row["status"]]
    if row["mode"] in ("planned", "ongoing"):
        words.append(row["mode"])
    if row["mode"] == "not":
        words.append("said not to be so")
    if row["hedge"]:
        words.append(f"hedged: “{row['hedge']}”")
    if row["denied_by"]:
        words.append("denied")
    elif row["may_be_denied_by"]:
        words.append("perhaps denied")
    return words
