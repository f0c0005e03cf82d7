"""Curated files as they were read before, so that a build reads only those again that changed.

What is kept under `.kg/cache/` is what `kg.reader` makes of one file without a fault: nodes and their places, before anything
is understood of them, so that nothing else than the file's own bytes can make it untrue. Its name is the checksum of those bytes,
of the file's name and of the program that read it, and it begins with a checksum of its own content: what is cut short, altered
or of another program is read anew. It can be removed at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kg import errors, reader
from kg.errors import Place, Problem
from kg.reader import Mapping, Node, Scalar, Sequence, read

_QUOTED, _PLAIN, _LIST, _BLOCK, _FLOW = range(5)
_SUM = 64


class ReadBefore:
    """The cache of a graph folder."""

    def __init__(self, folder: Path) -> None:
        """Take the graph folder; nothing is made there before something is kept."""
        self.folder = folder / ".kg" / "cache"
        self._used: set[str] = set()

    def read(self, data: bytes, path: str) -> tuple[Mapping | None, list[Problem]]:
        """Return what `kg.reader.read` returns, from the cache where it was read before without a fault."""
        key = hashlib.sha256(b"\0".join((_program(), path.encode(), data))).hexdigest()
        kept = self.folder / key
        with suppress(OSError, ValueError, TypeError, IndexError, RecursionError):
            text = kept.read_bytes()
            if text[:_SUM] == _sum(key, text[_SUM:]):
                node = _node(json.loads(text[_SUM:]), path)
                if isinstance(node, Mapping):
                    self._used.add(key)
                    return node, []
        found, problems = read(data, path)
        if found and not problems:
            self._keep(key, json.dumps(_plain(found), ensure_ascii=False, separators=(",", ":")).encode())
        return found, problems

    def _keep(self, key: str, text: bytes) -> None:
        staging = self.folder / f"{key}.{os.getpid()}.part"
        with suppress(OSError):  # a folder that cannot be written to is no reason not to build
            self.folder.mkdir(parents=True, exist_ok=True)
            staging.write_bytes(_sum(key, text) + text)
            staging.replace(self.folder / key)
            self._used.add(key)

    def forget_others(self) -> None:
        """Remove what has not been used since the beginning: the cache never holds more than the curated files."""
        with suppress(OSError):
            for path in self.folder.iterdir():
                if path.name not in self._used:
                    path.unlink()


@cache
def _program() -> bytes:
    """Return what tells the program that reads from others that might read otherwise."""
    sources = [Path(module.__file__ or "").read_bytes() for module in (reader, errors)] if reader.__file__ else []
    versions = (yaml.__version__, str(getattr(yaml, "__with_libyaml__", "")))
    return hashlib.sha256(b"\0".join([*sources, *(version.encode() for version in versions)])).digest()


def _sum(key: str, text: bytes) -> bytes:
    return hashlib.sha256(key.encode() + text).hexdigest().encode()


def _plain(node: Node) -> list[Any]:
    """Return a node as lists of texts and numbers."""
    place = node.place
    match node:
        case Scalar():
            return [_PLAIN if node.plain else _QUOTED, place.line, place.column, node.text]
        case Sequence():
            return [_LIST, place.line, place.column, [_plain(item) for item in node.items]]
    return [_FLOW if node.flow else _BLOCK, place.line, place.column, [_plain(part) for item in node.items for part in item]]


def _node(plain: list[Any], path: str) -> Node:
    sort, line, column, content = plain
    place = Place(path, line, column)
    if sort <= _PLAIN:
        return Scalar(content, place, sort == _PLAIN)
    items = [_node(item, path) for item in content]
    if sort == _LIST:
        return Sequence(tuple(items), place)
    keys = [key for key in items[::2] if isinstance(key, Scalar)]
    return Mapping(tuple(zip(keys, items[1::2], strict=True)), place, sort == _FLOW)
