"""The store of a new build from that of the build before: a copy, changed by what differs between the two graphs, and counted.

The database keeps a checksum of every block, so that a store that was damaged is not read as another.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pyoxigraph

LARGEST_SHARE = 0.2
"""Which share of a graph may differ at most; from there on loading all is not slower."""

_NTRIPLES = pyoxigraph.RdfFormat.N_TRIPLES
_NOT_COPIED = ("LOCK", "LOG")


def change_copy(staging: Path, old: Path, before: bytes, after: bytes) -> bool:
    """Make of a store of one N-Triples text a store of another, in a folder that does not exist yet; return whether that was done.

    It is not done where too much differs, and undone where either store does not hold as much as its text or not what changed.
    """
    wanted, had = set(after.splitlines()), set(before.splitlines())
    gone, came = had - wanted, wanted - had
    if len(gone) + len(came) > LARGEST_SHARE * len(wanted):
        return False
    _copy(old, staging)
    store = pyoxigraph.Store(str(staging))
    removed, added = ([*pyoxigraph.parse(b"\n".join(sorted(lines)), format=_NTRIPLES)] for lines in (gone, came))
    whole = len(store) == len(had)
    for quad in removed:
        store.remove(quad)
    store.extend(added)
    store.flush()
    whole = whole and len(store) == len(wanted) and all(quad in store for quad in added) and not any(quad in store for quad in removed)
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
