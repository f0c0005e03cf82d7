"""`exports/`: every file of it made from the one graph, verified, and exchanged with the old set as a whole or not at all."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import lists
from kg.checks import check
from kg.errors import BuildFailed, SourcesRefused
from kg.model import Corpus
from kg.questions import Filters
from kg.readings import read_together
from kg.schema import Schema, load_schema, turtle_files
from kg.sources import load_corpus
from kg.store import EXPORT, Store, keep_store, make_store
from kg.tables import graphml, link_rows, table_bytes
from kg.terms import PREFIXES

PAGE = "graph.html"
"""The one export that is not kept in the repository: it carries a library of others."""

DATA = (EXPORT, "graph.ttl", "graph.jsonld", "claims.csv", "nodes.csv", "links.csv", "graph.graphml")
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Built:
    """A set of exports: each file's bytes by name, the manifest's included, and what it holds.

    `shrink` is how many per cent of its claims the graph may lose in one build.
    """

    files: dict[str, bytes]
    ntriples: bytes
    checksum: str
    claims: int
    triples: int
    shrink: int


def load_checked(folder: Path) -> tuple[Corpus, Schema]:
    """Return what is curated in a folder.

    Raises SourcesRefused with every problem, where there are any.
    """
    schema = load_schema(folder / "ontology")
    corpus, problems = load_corpus(folder, schema)
    if not problems:
        problems = check(corpus, schema)
    if problems:
        raise SourcesRefused(problems)
    return corpus, schema


def make_exports(folder: Path, filters: Filters | None = None, page: bool = True) -> Built:
    """Return all exports of a folder's sources, verified, without writing any; of a part of them where filters are given.

    Without the page, which takes longest, they are what is kept in the repository.
    """
    import pyoxigraph

    from kg.rdf import Writer

    corpus, schema = load_checked(folder)
    if filters:
        from kg.narrow import narrow

        corpus = narrow(corpus, read_together(corpus, schema), filters)
    lines = set(Writer(corpus, schema, read_together(corpus, schema)).lines())
    for path in turtle_files(folder / "ontology"):
        lines |= {f"{quad.subject} {quad.predicate} {quad.object} ." for quad in pyoxigraph.parse(path=str(path))}
    ordered = sorted(lines)
    ntriples = ("\n".join(ordered) + "\n").encode()
    files = {EXPORT: ntriples, **_serialised(ntriples, corpus.graph.base)}
    inner = pyoxigraph.Store()
    inner.bulk_load(input=ntriples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    store = Store(inner, corpus.graph.base)
    claims, entities = lists.claims(store, Filters()), lists.entities(store, Filters())
    links = link_rows(store)
    files["claims.csv"] = table_bytes(claims)
    files["nodes.csv"] = table_bytes(entities)
    files["links.csv"] = table_bytes(links)
    files["graph.graphml"] = graphml(entities, links)
    files[PAGE] = _page(store, corpus, schema, claims, entities, links) if page else b""
    checksum = hashlib.sha256(ntriples).hexdigest()
    counts = {"claims": len(claims), "documents": len(corpus.documents), "entities": len(entities), "links": len(links),
              "triples": len(ordered)}
    files[MANIFEST] = _manifest(files, checksum, corpus, counts)
    built = Built(files, ntriples, checksum, len(claims), len(ordered), corpus.graph.shrink)
    _verify(built, counts)
    return built


def publish(folder: Path, built: Built, allow_shrink: bool = False) -> None:
    """Write a set of exports in place of the old one, and make its store; at any instant the folder holds one whole set.

    Raises BuildFailed where the folder holds a stranger's file, the graph lost more claims than it may, or writing fails.
    """
    exports, staging = folder / "exports", folder / ".kg" / f"exports.{os.getpid()}.part"
    with _only_build(folder):
        _refuse_strangers(exports)
        before = _refuse_shrinking(folder, built, allow_shrink)
        make_store(folder, built.ntriples, built.checksum)
        shutil.rmtree(staging, ignore_errors=True)
        try:
            staging.mkdir(parents=True)
            for name, data in built.files.items():
                _write(staging / name, data)
            _exchange(staging, exports)
        except OSError as error:
            raise BuildFailed(f"the exports could not be written ({error.strerror}); the old ones are untouched") from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        keep_store(folder, built.checksum, before)


EXPORT_NAMES = {"ntriples": EXPORT, "turtle": "graph.ttl", "jsonld": "graph.jsonld", "claims": "claims.csv", "nodes": "nodes.csv",
                "links": "links.csv", "graphml": "graph.graphml", "page": PAGE}
"""What each format of `kg export` is called among the exports."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all; through a link the file it points at.

    Raises BuildFailed where it cannot be written, or something that is no file stands there.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise BuildFailed(f"{path} is no file; nothing was written")
    staging = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write(staging, data)
        staging.replace(path)
    except OSError as error:
        raise BuildFailed(f"{path} could not be written ({error.strerror})") from error
    finally:
        staging.unlink(missing_ok=True)


def stale(folder: Path, built: Built) -> list[str]:
    """Return a line for each export that is missing, differs from its sources, or does not belong."""
    exports = folder / "exports"
    lines = []
    for name, data in sorted(built.files.items()):
        path = exports / name
        if not path.is_file():
            lines.append(f"exports/{name} is missing")
        elif path.read_bytes() != data:
            lines.append(f"exports/{name} is stale")
    return lines + [f"exports/{name} is not one of ours" for name in _strangers(exports)]


def _serialised(ntriples: bytes, base: str) -> dict[str, bytes]:
    import pyoxigraph

    quads = list(pyoxigraph.parse(input=ntriples, format=pyoxigraph.RdfFormat.N_TRIPLES))
    prefixes = {**PREFIXES, "id": f"{base}id/", "claim": f"{base}claim/"}
    formats = {"graph.ttl": pyoxigraph.RdfFormat.TURTLE, "graph.jsonld": pyoxigraph.RdfFormat.JSON_LD}
    return {name: pyoxigraph.serialize(quads, format=form, prefixes=prefixes) or b"" for name, form in formats.items()}


def _page(store: Store, corpus: Corpus, schema: Schema, claims: list[dict[str, Any]], entities: list[dict[str, Any]],
          links: list[dict[str, Any]]) -> bytes:
    from kg.page import build_page

    classes = {cls.name: cls for cls in schema.classes.values()}
    groups: dict[str, list[str]] = {}
    for cls in classes.values():
        groups.setdefault(cls.legend, []).append(cls.name)
    shown = [{**row, "step": classes[row["kind"]].step, "legend": classes[row["kind"]].legend} for row in entities]
    view = {"title": corpus.graph.title, "documents": lists.documents(store, Filters()), "entities": shown, "claims": claims,
            "legend": [{"group": group, "kinds": kinds} for group, kinds in groups.items()],
            "links": [{name: value for name, value in link.items() if name not in ("said_by", "denied_by")} for link in links]}
    return build_page(view).encode()


def _manifest(files: dict[str, bytes], checksum: str, corpus: Corpus, counts: dict[str, int]) -> bytes:
    # the page stands apart: it is built on each machine, so a fresh checkout lacks it
    described = {name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in sorted(files.items())}
    page = described.pop(PAGE)
    manifest = {"title": corpus.graph.title, "licence": corpus.graph.licence, "base": corpus.graph.base, "store": checksum,
                "counts": counts, "files": described, "page": {"file": PAGE, **page}}
    return (json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _verify(built: Built, counts: dict[str, int]) -> None:
    """Read every export back, with another parser than wrote it where there is one, and compare the counts."""
    import csv
    import io
    from xml.etree import ElementTree

    import pyoxigraph

    found: dict[str, tuple[int, int]] = {}
    for name, form in ((EXPORT, pyoxigraph.RdfFormat.N_TRIPLES), ("graph.ttl", pyoxigraph.RdfFormat.TURTLE),
                       ("graph.jsonld", pyoxigraph.RdfFormat.JSON_LD)):
        found[name] = (sum(1 for _ in pyoxigraph.parse(input=built.files[name], format=form)), counts["triples"])
    for name, what in (("claims.csv", "claims"), ("nodes.csv", "entities"), ("links.csv", "links")):
        rows = list(csv.reader(io.StringIO(built.files[name].decode(), newline="")))
        found[name] = (len(rows) - 1, counts[what])
    tree = ElementTree.fromstring(built.files["graph.graphml"])
    edges = tree.findall(".//{http://graphml.graphdrawing.org/xmlns}edge")
    found["graph.graphml"] = (len(edges), counts["links"])
    wrong = [f"{name} holds {got} of {expected}" for name, (got, expected) in found.items() if got != expected]
    if wrong:
        raise BuildFailed("read back, the exports do not hold what they should: " + "; ".join(wrong))


def _strangers(exports: Path) -> list[str]:
    ours = {*DATA, PAGE, MANIFEST}
    return sorted(path.name for path in exports.iterdir() if path.name not in ours) if exports.is_dir() else []


def _refuse_strangers(exports: Path) -> None:
    strangers = _strangers(exports)
    if strangers:
        raise BuildFailed(f"exports/ is replaced as a whole, and holds what no build made: {', '.join(strangers)}; move it away")


def _refuse_shrinking(folder: Path, built: Built, allowed: bool) -> str:
    """Return the checksum of the exports that are about to be replaced, or an empty text where there are none."""
    try:
        manifest = json.loads((folder / "exports" / MANIFEST).read_bytes())
        before, checksum = manifest["counts"]["claims"], str(manifest["store"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    if not allowed and built.claims < before * (100 - built.shrink) / 100:
        raise BuildFailed(f"the graph would shrink from {before} claims to {built.claims}, more than the {built.shrink} % that "
                          "sources/graph.yaml allows; if that is meant, add --allow-shrink")
    return checksum


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _only_build(folder: Path) -> Iterator[None]:
    import fcntl

    (folder / ".kg").mkdir(exist_ok=True)
    with (folder / ".kg" / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in (folder / ".kg").glob("*.part"):  # of a build that was killed: no other runs now
            shutil.rmtree(left, ignore_errors=True)
        yield


_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


def _exchange(staging: Path, exports: Path) -> None:
    """Put the staged folder in the place of the old one in one step of the file system, where it knows how to."""
    if not exports.exists():
        staging.rename(exports)
        return
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 and renameat2(_AT_FDCWD, os.fsencode(staging), _AT_FDCWD, os.fsencode(exports), _RENAME_EXCHANGE) == 0:
        return
    # without an exchange there is an instant with no exports at all, but never a mixed set
    old = staging.with_suffix(".old.part")
    exports.rename(old)
    staging.rename(exports)
    shutil.rmtree(old, ignore_errors=True)
