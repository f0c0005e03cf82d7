"""What tells one graph from another, line by line, and the store of a new build made from that of the build before by no more than that.

The database keeps a checksum of every block, so that a store that was damaged is not read as another.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

LARGEST_SHARE = 0.2
"""Which share of a graph may differ at most; from there on making all anew is not slower."""

_NTRIPLES = pyoxigraph.RdfFormat.N_TRIPLES
_NOT_COPIED = ("LOCK", "LOG")


@dataclass(frozen=True, slots=True)
class Difference:
    """The N-Triples lines that went and those that came since an export, given by its checksum, and how many there were and are."""

    since: str
    gone: frozenset[str]
    came: frozenset[str]
    had: int
    has: int

    def is_small(self) -> bool:
        """Whether so little differs that it is worth while to build upon what was there."""
        return len(self.gone) + len(self.came) <= LARGEST_SHARE * self.has


def lines_of(ntriples: bytes) -> list[str]:
    """Return the lines of an N-Triples text without their ends.

    >>> lines_of(b'<a> <b> "c" .\\n')
    ['<a> <b> "c" .']
    """
    return ntriples.decode().split("\n")[:-1]


def difference(since: str, before: Iterable[str], after: Iterable[str]) -> Difference:
    """Return what tells the lines of one graph from those of the one before, whose export had this checksum.

    >>> difference("", ["<a> <b> <c> ."], ["<a> <b> <d> ."]).came
    frozenset({'<a> <b> <d> .'})
    """
    had, has = frozenset(before), frozenset(after)
    return Difference(since, had - has, has - had, len(had), len(has))


def change_copy(staging: Path, old: Path, change: Difference) -> bool:
    """Make of a store of one graph a store of another, in a folder that does not exist yet; return whether that was done.

    It is not done where too much differs, and undone where either store does not hold as much as its graph or not what changed.
    """
    if not change.is_small():
        return False
    _copy(old, staging)
    store = pyoxigraph.Store(str(staging))
    removed, added = ([*pyoxigraph.parse("\n".join(sorted(lines)), format=_NTRIPLES)] for lines in (change.gone, change.came))
    whole = len(store) == change.had
    for quad in removed:
        store.remove(quad)
    store.extend(added)
    store.flush()
    whole = whole and len(store) == change.has and all(quad in store for quad in added) and not any(quad in store for quad in removed)
    del store  # closes it
    if not whole:
        shutil.rmtree(staging)
    return whole


def _copy(old: Path, new: Path) -> None:
    """Copy a closed store; its sorted tables are never written to again, so a second name for them will do."""
    new.mkdir()
    for path in old.iterdir():
        if path.name.startswith(_NOT_COPIED):
            continue
        if path.suffix == ".sst":
            with suppress(OSError):  # not every file system knows second names
                os.link(path, new / path.name)
                continue
        shutil.copyfile(path, new / path.name)
