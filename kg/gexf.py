"""GEXF 1.2 with time, for Gephi and networkx: a link exists while its date lets it, one without a date all the time.

The span of a link is the widest that its date allows: from the first day on which it can have begun to the last on which it
can have ended. A lasting tie has a spell for each date that attests it, and none between, of which nobody speaks. Every link
says how it stands in its label and in columns of its own, so that filters in Gephi can use them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from kg.tables import standing_label
from kg.text import visible

_NODE_COLUMNS = (("kind", "string"), ("claims", "integer"))
_LINK_COLUMNS = (("kind", "string"), ("event", "string"), ("date", "string"), ("status", "string"), ("mode", "string"), ("hedge", "string"),
                 ("inferred", "boolean"), ("disputed", "boolean"), ("office", "boolean"), ("claims", "string"), ("documents", "string"),
                 ("origins", "string"), ("said_by", "string"), ("denied_by", "string"))
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def gexf(nodes: list[dict[str, Any]], links: list[dict[str, Any]]) -> bytes:
    """Return links, and the nodes that they join, as GEXF, each on a line of its own."""
    return ("\n".join(_lines(nodes, links)) + "\n").encode()


def _lines(nodes: list[dict[str, Any]], links: list[dict[str, Any]]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">'
    yield '<graph mode="dynamic" defaultedgetype="directed" timeformat="date">'
    for sort, columns in (("node", _NODE_COLUMNS), ("edge", _LINK_COLUMNS)):
        yield f'<attributes class="{sort}">'
        for at, (name, type_) in enumerate(columns):
            yield f'<attribute id="{at}" title="{name}" type="{type_}"/>'
        yield "</attributes>"
    yield "<nodes>"
    for node in nodes:
        yield f'<node id={_attribute(node["id"])} label={_attribute(node["label"])}>{_values(node, _NODE_COLUMNS)}</node>'
    yield "</nodes>"
    yield "<edges>"
    for link in links:
        spans = [(f' start="{first}"' if first else "") + (f' end="{last}"' if last else "") for first, last in link["spans"]]
        spells = f"<spells>{''.join(f'<spell{span}/>' for span in spans)}</spells>" if len(spans) > 1 else ""
        span = spans[0] if len(spans) == 1 else ""
        yield (f'<edge id="{link["id"]}" source={_attribute(link["from"])} target={_attribute(link["to"])} '
               f'label={_attribute(standing_label(link))}{span}>{_values(link, _LINK_COLUMNS)}{spells}</edge>')
    yield "</edges>"
    yield "</graph>"
    yield "</gexf>"


def _values(row: dict[str, Any], columns: tuple[tuple[str, str], ...]) -> str:
    cells = "".join(f'<attvalue for="{at}" value={_attribute(row[name])}/>' for at, (name, _) in enumerate(columns))
    return f"<attvalues>{cells}</attvalues>"


def _attribute(value: Any) -> str:
    """Return a value as an attribute in XML; what XML cannot hold is shown as an escape."""
    text = str(value).lower() if isinstance(value, bool) else "; ".join(value) if isinstance(value, list) else str(value)
    return quoteattr(_NO_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", visible(text)))
