"""CSV with the headers that Neo4j's bulk import reads (`neo4j-admin database import`): nodes with labels, links with types and dates.

The type of a link says how it stands where it is not firm (ALLEGED_ATTACK, PLANNED_VISIT), and so does the label of an event that
is not established (AllegedAttack): whoever asks for ATTACK or Attack finds no allegation.
"""

from __future__ import annotations

import re
from typing import Any

from kg.readings import ESTABLISHED
from kg.tables import standing_marks, table_bytes


def neo4j_nodes(nodes: list[dict[str, Any]]) -> bytes:
    """Return everything that a link can join, with its class as label; lists have `;` between their values."""
    return table_bytes([{"id:ID": node["id"], "label": node["label"], "names:string[]": ";".join(_listed(node["names"])),
                         "claims:int": node["claims"], ":LABEL": _label(node)} for node in nodes])


def neo4j_links(links: list[dict[str, Any]]) -> bytes:
    """Return the links; `from` and `to` are the first and last day that the date allows."""
    return table_bytes([_link(link) for link in links])


def _link(link: dict[str, Any]) -> dict[str, Any]:
    first, last = link["bounds"]
    row = {":START_ID": link["from"], ":END_ID": link["to"], "id": link["id"], "wording": link["label"], "event": link["event"],
           "date": link["date"], "from:date": first or "", "to:date": last or ""}
    row |= {name: link[name] for name in ("status", "mode", "hedge")}
    row |= {f"{name}:boolean": "true" if link[name] else "false" for name in ("inferred", "disputed", "office")}
    row |= {f"{name}:string[]": ";".join(_listed(link[name])) for name in ("claims", "documents", "origins", "said_by", "denied_by")}
    return {**row, ":TYPE": _type(link)}


def _label(node: dict[str, Any]) -> str:
    standing = node.get("standing", ESTABLISHED)
    return f"{'' if standing == ESTABLISHED else standing.title().replace(' ', '')}{node['kind']}"


def _type(link: dict[str, Any]) -> str:
    kind = re.sub("(?<=[a-z])(?=[A-Z])", "_", link["kind"])
    return "_".join((*standing_marks(link), kind)).upper()


def _listed(values: list[Any]) -> list[str]:
    """Return values for a list, whose separator they must not hold."""
    return [str(value["name"] if isinstance(value, dict) else value).replace(";", ",") for value in values]
