"""The built graph in its on-disk store, and the questions put to it.

A store lies in `.kg/store-<checksum>` and belongs to the N-Triples export of that checksum, which `exports/manifest.json`
names: exchanging `exports/` switches both. A store that is not there is made from the export on first use.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph

from kg.errors import BuildFailed, KgError, Misuse
from kg.terms import PREFIXES, RESERVED

if TYPE_CHECKING:
    from kg.difference import Difference

EXPORT = "graph.nt"
"""The export that a store is made from."""

Term = pyoxigraph.NamedNode | pyoxigraph.Literal | pyoxigraph.BlankNode | pyoxigraph.Triple
Row = dict[str, str]
"""One solution: variable name to the value's text; unbound variables are left out."""


class Store:
    """A built graph, opened for reading. `engine` names the product that answers, where it is another than the embedded one."""

    engine = ""

    def __init__(self, inner: pyoxigraph.Store, base: str) -> None:
        """Keep the store and the base of its IRIs."""
        self._inner = inner
        self.base = base
        self.prologue = prologue(prefixes(base))

    def rows(self, query: str) -> Iterator[Row]:
        """Yield the solutions of a SELECT query, whose prefixes are declared already."""
        try:
            solutions = self._inner.query(self.prologue + query)
        except SyntaxError as error:
            raise Misuse(f"the query is no SPARQL: {error}") from error
        if not isinstance(solutions, pyoxigraph.QuerySolutions):
            raise Misuse("only SELECT queries have rows")
        names = [variable.value for variable in solutions.variables]
        try:
            for solution in solutions:
                yield {name: value.value for name, value in zip(names, solution, strict=True)
                       if value is not None and not isinstance(value, pyoxigraph.Triple)}
        except RuntimeError as error:
            raise KgError("the store can no longer be read; if a build has just ended, ask again") from error

    def __len__(self) -> int:
        """Return the number of triples."""
        return len(self._inner)

    def key(self, iri: str) -> str:
        """Return the id, or `document/claim`, that an IRI of this graph was made from."""
        return iri[len(self.base):].partition("/")[2] if iri.startswith(self.base) else iri


def prefixes(base: str) -> dict[str, str]:
    """Return the prefixes that every query has, with those of the graph's own base."""
    return {**PREFIXES, "id": f"{base}id/", "claim": f"{base}claim/"}


def prologue(prefixes: Mapping[str, str]) -> str:
    """Return the declarations of prefixes as SPARQL has them, a line each."""
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items())


def open_store(folder: Path) -> Store:
    """Return the graph that the exports of a folder name, making its store where it is missing.

    Raises Misuse where nothing was built yet.
    """
    path, base = locate_store(folder)
    try:
        inner = pyoxigraph.Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise KgError(f"the store {path.name} cannot be read ({error}); remove .kg and ask again") from error
    return Store(inner, base)


def locate_store(folder: Path) -> tuple[Path, str]:
    """Return where the store of a folder's exports lies, made where it is missing, and the base of its IRIs.

    Raises Misuse where nothing was built yet.
    """
    manifest = read_manifest(folder)
    checksum = str(manifest["store"])
    path = store_path(folder, checksum)
    if not path.is_dir():
        say("first use of these exports: making the store …")
        make_store(folder, export_bytes(folder, checksum), checksum)
    _warn_if_stale(folder, path)
    return path, str(manifest.get("base", RESERVED))


def export_bytes(folder: Path, checksum: str) -> bytes:
    """Return the N-Triples export, which has to be the one that the manifest speaks of."""
    import hashlib

    try:
        data = (folder / "exports" / EXPORT).read_bytes()
    except OSError as error:
        raise KgError(f"exports/{EXPORT} cannot be read ({error.strerror}); run `kg build`") from error
    if hashlib.sha256(data).hexdigest() != checksum:
        raise KgError(f"exports/{EXPORT} is not what exports/manifest.json says; run `kg build`")
    return data


def read_manifest(folder: Path) -> dict[str, object]:
    """Return the manifest of the exports."""
    path = folder / "exports" / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Misuse("nothing has been built yet: run `kg build`") from None
    except (OSError, ValueError) as error:
        raise KgError(f"exports/manifest.json cannot be read ({error}); run `kg build`") from error
    if not isinstance(manifest, dict) or not re.fullmatch(r"[0-9a-f]{64}", str(manifest.get("store"))):
        raise KgError("exports/manifest.json is no manifest of this program; run `kg build`")
    return manifest


def store_path(folder: Path, checksum: str) -> Path:
    """Return where the store of an N-Triples export with this checksum lies."""
    return folder / ".kg" / f"store-{checksum[:16]}"


def make_store(folder: Path, ntriples: bytes, checksum: str, before: str = "", change: Difference | None = None) -> Path:
    """Make the store of an N-Triples text, whole or not at all, and return its path; an existing one is kept.

    With `before`, the checksum that the exports still have, it is made from their store where little differs; `change` is what
    does, where that is known already.
    """
    import shutil

    final = store_path(folder, checksum)
    if final.is_dir():
        return final
    staging = final.with_name(f"{final.name}.{os.getpid()}.part")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staging.parent.mkdir(parents=True, exist_ok=True)
        if not _changed_copy(folder, staging, ntriples, before, change):
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
            store = pyoxigraph.Store(str(staging))
            store.bulk_load(input=ntriples, format=pyoxigraph.RdfFormat.N_TRIPLES)
            store.optimize()
            del store  # closes it: the folder must not be renamed under an open store
        staging.rename(final)
    except (OSError, SyntaxError, ValueError) as error:
        shutil.rmtree(staging, ignore_errors=True)
        if final.is_dir():  # another process was faster
            return final
        raise BuildFailed(f"the store could not be made: {error}") from error
    return final


def _changed_copy(folder: Path, staging: Path, ntriples: bytes, before: str, change: Difference | None) -> bool:
    """Return whether the store could be made from the one before; what is amiss with that is no reason not to build."""
    old = store_path(folder, before)
    if not before or not old.is_dir():
        return False
    from kg.difference import change_copy, difference, lines_of

    try:
        if change is None or change.since != before:
            change = difference(before, lines_of(export_bytes(folder, before)), lines_of(ntriples))
        return change_copy(staging, old, change)
    except (KgError, OSError, RuntimeError, SyntaxError, ValueError):
        return False


def keep_store(folder: Path, checksum: str, before: str) -> None:
    """Mark a store as that of the newest build, and remove earlier ones but that of the build before: it may be in use."""
    import shutil

    os.utime(store_path(folder, checksum))
    for path in (folder / ".kg").glob("store-*"):
        if path not in (store_path(folder, checksum), store_path(folder, before)):
            shutil.rmtree(path, ignore_errors=True)


def say(message: str) -> None:
    """Tell the person at the terminal something that is no answer."""
    print(f"kg: {message}", file=sys.stderr)


def _warn_if_stale(folder: Path, store: Path) -> None:
    made = store.stat().st_mtime
    for name in ("sources", "sources/documents", "ontology"):
        try:
            newest = _newest(folder / name)
        except FileNotFoundError:
            continue
        if newest > made:
            say("the sources are newer than the built graph; run `kg build` to bring it up to date")
            return


def _newest(folder: Path) -> float:
    """Return when the newest curated file of a folder changed, or one came or went; by names within it, which is twice as fast."""
    within = os.open(folder, os.O_RDONLY)
    try:
        names = [name for name in os.listdir(within) if name.endswith((".yaml", ".ttl"))]
        return max([os.stat(within).st_mtime, *[found.st_mtime for found in map(partial(os.stat, dir_fd=within), names)]])
    finally:
        os.close(within)
