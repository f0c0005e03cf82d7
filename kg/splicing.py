"""An export of a new build from that of the build before: records of which nothing changed are taken over, the others made anew.

A record is one piece of text in a fixed place: a block of Turtle, a graph of TriG, a node of JSON-LD, a row of CSV. Whose it is
follows from the order alone, so a file is taken apart only where it has exactly as many as it should. What is taken over was read
back when it was made, and the file's checksum has proven that it is still that; what goes and what comes is read back and counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

_PREFIXES = re.compile(rb"(?:@prefix [^\n]*\n)*")
_FIRST_GRAPH = re.compile(rb"^[^\t@\n][^\n]* \{\n", re.MULTILINE)
_ELEMENT = re.compile(rb"\n(?=    <(?:node|edge) )")
_NODES = b'"@graph": [\n'


@dataclass(frozen=True, slots=True)
class Pieces:
    """A file taken apart: what comes before its records, the records, what stands between each two, and what comes after them."""

    head: bytes
    records: list[bytes]
    between: bytes
    foot: bytes

    def holding(self, records: Sequence[bytes]) -> bytes:
        """Return the file with these records instead of its own; nothing where there are none."""
        return self.head + self.between.join(records) + self.foot if records else b""


Cut = Callable[[bytes], Pieces]
"""Takes a file of one format apart. Raises ValueError where it cannot."""


@dataclass(frozen=True, slots=True)
class Order:
    """The records of a file by name in their order, as they were and as they are, and which of them may be others than before."""

    old: Iterable[str]
    new: Iterable[str]
    touched: AbstractSet[str]


@dataclass(frozen=True, slots=True)
class Spliced:
    """A file made of old records and new ones, and two files apart: what was in the old one and is not taken over, and what is new."""

    data: bytes
    gone: bytes
    came: bytes


def splice(before: bytes, came: bytes, order: Order, cut: Cut) -> Spliced | None:
    """Return a file made of the one before and of one that has the touched records alone, or None where they do not fit together."""
    try:
        old, new = cut(before), cut(came) if came else None
        records = dict(zip(order.old, old.records, strict=True))
        made = dict(zip((name for name in order.new if name in order.touched), new.records if new else (), strict=True))
        if new and (new.head, new.foot) != (old.head, old.foot):
            return None
        data = old.holding([made[name] if name in order.touched else records[name] for name in order.new])
        return Spliced(data, old.holding([record for name, record in records.items() if name in order.touched]), came)
    except (ValueError, KeyError):
        return None


def _pieces(head: bytes, body: bytes, between: bytes, foot: bytes) -> Pieces:
    if not body.endswith(foot):
        raise ValueError("the file does not end as it should")
    return Pieces(head, body[:-len(foot)].split(between), between, foot)


def cut_turtle(data: bytes) -> Pieces:
    """Return the blocks of Turtle as pyoxigraph writes it, where a line end stands in no literal."""
    head = _prefixes(data)
    return _pieces(head, data[len(head):], b" .\n", b" .\n")


def cut_trig(data: bytes) -> Pieces:
    """Return the blocks of the default graph, and after them the named graphs."""
    head, first = _prefixes(data), _FIRST_GRAPH.search(data)
    start = first.start() if first else len(data)
    blocks = _pieces(head, data[len(head):start], b" .\n", b" .\n") if start > len(head) else Pieces(head, [], b"", b"")
    graphs = _pieces(b"", data[start:], b"\n}\n", b"\n}\n") if first else Pieces(b"", [], b"", b"")
    return Pieces(head, [record + part.foot for part in (blocks, graphs) for record in part.records], b"", b"")


def cut_jsonld(data: bytes) -> Pieces:
    """Return the nodes of JSON-LD as we write it, one a line."""
    head, found, body = data.partition(_NODES)
    return _pieces(head + found, body, b",\n", b"\n]}\n")


def cut_table(data: bytes) -> Pieces:
    """Return the rows of CSV, none of which may have a line end in a cell."""
    head, end, body = data.partition(b"\n")
    return _pieces(head + end, body, b"\n", b"\n")


def cut_gexf(data: bytes) -> Pieces:
    """Return the nodes of GEXF as we write it, what ends them, and the links, each from the line end before it on."""
    head, found, body = data.partition(b"<nodes>")
    lines = _pieces(head + found, body, b"\n", b"\n</edges>\n</graph>\n</gexf>\n")
    end = lines.records.index(b"</nodes>")
    records = [*lines.records[1:end], b"</nodes>\n<edges>", *lines.records[end + 2:]]
    return Pieces(lines.head, [b"\n" + record for record in records], b"", lines.foot)


def cut_graphml(data: bytes) -> Pieces:
    """Return the nodes of GraphML as we write it, nothing where they end, and the links, each from the line end before it on."""
    head, found, body = data.partition(b'<graph edgedefault="directed">')
    foot = b"\n  </graph>\n</graphml>\n"
    if not body.endswith(foot):
        raise ValueError("the file does not end as it should")
    records = _ELEMENT.split(body[:-len(foot)])[1:]
    nodes = sum(record.startswith(b"    <node ") for record in records)
    records = [b"\n" + record for record in records]
    return Pieces(head + found, [*records[:nodes], b"", *records[nodes:]], b"", foot)


def _prefixes(data: bytes) -> bytes:
    found = _PREFIXES.match(data)
    return found[0] if found else b""
