"""`exports/`: every file of it made from the one graph, verified, and exchanged with the old set as a whole or not at all."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.before import MANIFEST, Before, keep
from kg.cache import ReadBefore
from kg.checks import check
from kg.content import Content, Made
from kg.difference import Difference
from kg.errors import BuildFailed, Problem, SourcesRefused
from kg.formats import DESCRIPTION, FORMATS
from kg.model import Corpus
from kg.questions import Filters
from kg.readings import read_together
from kg.schema import Schema, load_schema, turtle_files
from kg.sources import load_corpus
from kg.store import EXPORT, keep_store, make_store

if TYPE_CHECKING:
    from kg.page import Picture

PAGE = "graph.html"
"""The one export that is not kept in the repository: it carries a library of others."""

DATA = tuple(form.file for form in FORMATS if form.kept)
"""The exports that are kept."""


@dataclass(frozen=True, slots=True)
class Built:
    """A set of exports: each file's bytes by name, the manifest's included, and what it holds.

    `shrink` is how many per cent of its claims the graph may lose in one build. `difference` is what tells it from the build before,
    where that was looked at; `holds` how many records each file was found to hold, and `beside` what the next build may take over.
    """

    files: dict[str, bytes]
    ntriples: bytes
    checksum: str
    claims: int
    triples: int
    shrink: int
    difference: Difference | None = None
    holds: dict[str, int] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)


def load_checked(folder: Path, remember: bool = False) -> tuple[Corpus, Schema]:
    """Return what is curated in a folder; with `remember` only what changed since the last time is read again.

    Raises SourcesRefused with every problem, where there are any.
    """
    corpus, schema, problems = load_with_problems(folder, remember)
    if problems:
        raise SourcesRefused(problems)
    return corpus, schema


def load_with_problems(folder: Path, remember: bool = False) -> tuple[Corpus, Schema, list[Problem]]:
    """Return what is curated in a folder and all that is wrong with it; the corpus lacks whatever cannot be understood."""
    schema = load_schema(folder / "ontology")
    before = ReadBefore(folder) if remember else None
    corpus, problems = load_corpus(folder, schema, before.read) if before else load_corpus(folder, schema)
    if before:
        before.forget_others()
    return corpus, schema, [*problems, *check(corpus, schema, whole=not problems)]


def make_exports(folder: Path, filters: Filters | None = None, page: bool = True, only: str = "", remember: bool = False) -> Built:
    """Return the exports of a folder's sources, verified, without writing any; of a part of them where filters are given.

    Without the page, which takes longest, they are what is kept in the repository. With `only` it is the one of that name, with
    `remember` only the sources that changed since the last time are read again, and what did not change is taken over from the
    exports of the build before.
    """
    with no_collection():
        return _make(*load_checked(folder, remember), folder, filters, page, only, Before(folder) if remember else None)


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the collector of cycles from going through millions of objects of which none is garbage: a quarter of a build."""
    import gc

    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _make(corpus: Corpus, schema: Schema, folder: Path, filters: Filters | None, page: bool, only: str,
          before: Before | None) -> Built:
    if filters:
        from kg.narrow import narrow

        corpus = narrow(corpus, read_together(corpus, schema), filters)
    content = Content(corpus, schema, graph_lines(folder, corpus, schema, before.lines if before else ()), before)
    for form in FORMATS:
        if form.name == only or (form.kept and only in ("", DESCRIPTION)):
            content.made[form.file] = form.make(content)
    made = {form.file: content.made[form.file] for form in FORMATS if form.file in content.made and only in ("", form.name)}
    files = {name: each.data for name, each in made.items()}
    if not only or only == "page":
        picture = (before.kept("picture") if before else None) or {}
        files[PAGE] = _page(content, schema, picture) if page else b""
    exported = content.made.get(EXPORT)
    checksum = exported.checksum if exported else hashlib.sha256(content.ntriples).hexdigest()
    if not only:
        files[MANIFEST] = _manifest(files, checksum, content, made)
    holds = _verify(made, content)
    beside = {"claims": content.claims, "links": content.links, "nodes": content.nodes, "picture": picture} if not only else {}
    return Built(files, content.ntriples, checksum, len(corpus.claims), len(content.lines), corpus.graph.shrink,
                 content.difference, holds, beside)


def graph_lines(folder: Path, corpus: Corpus, schema: Schema, near: Sequence[str] = ()) -> list[str]:
    """Return the sorted N-Triples lines of a corpus and of the ontology; `near` are those of a graph much like it."""
    import pyoxigraph

    from kg.rdf import Writer

    lines = Writer(corpus, schema, read_together(corpus, schema)).unsorted()
    for path in turtle_files(folder / "ontology"):
        lines |= {f"{quad.subject} {quad.predicate} {quad.object} ." for quad in pyoxigraph.parse(path=str(path))}
    kept = [line for line in near if line in lines]  # in order already, so that little is left to sort
    return sorted(chain(kept, lines.difference(kept)))


def publish(folder: Path, built: Built, allow_shrink: bool = False) -> None:
    """Write a set of exports in place of the old one, and make its store; at any instant the folder holds one whole set.

    Raises BuildFailed where the folder holds a stranger's file, the graph lost more claims than it may, or writing fails.
    """
    exports, staging = folder / "exports", folder / ".kg" / f"exports.{os.getpid()}.part"
    with _only_build(folder), no_collection():
        _refuse_strangers(exports)
        before = _refuse_shrinking(folder, built, allow_shrink)
        make_store(folder, built.ntriples, built.checksum, before, built.difference)
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
        keep(folder, built.files[MANIFEST], built.holds, built.beside)


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


def _page(content: Content, schema: Schema, picture: Picture) -> bytes:
    from kg.page import build_page

    classes = {cls.name: cls for cls in schema.classes.values()}
    groups: dict[str, list[str]] = {}
    for cls in classes.values():
        groups.setdefault(cls.legend, []).append(cls.name)
    shown = [{**row, "step": classes[row["kind"]].step, "legend": classes[row["kind"]].legend} for row in content.entities]
    view = {"title": content.corpus.graph.title, "documents": content.documents, "entities": shown,
            "claims": content.claims, "legend": [{"group": group, "kinds": kinds} for group, kinds in groups.items()],
            "links": [{name: value for name, value in link.items() if name not in _NOT_ON_PAGE} for link in content.links]}
    return build_page(view, picture).encode()


_NOT_ON_PAGE = ("said_by", "denied_by", "footing", "spans")


def _manifest(files: dict[str, bytes], checksum: str, content: Content, made: dict[str, Made]) -> bytes:
    # the page stands apart: it is built on each machine, so a fresh checkout lacks it
    described: dict[str, dict[str, Any]] = {name: {
        "sha256": made[name].checksum if name in made else hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in sorted(files.items())}
    for name, each in made.items():
        described[name] |= {"left_out": each.lost} if each.lost else {}
    page, graph = described.pop(PAGE), content.corpus.graph
    manifest = {"title": graph.title, "licence": graph.licence, "base": graph.base, "store": checksum, "counts": content.counts(),
                "files": described, "page": {"file": PAGE, **page}}
    return (json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _verify(made: dict[str, Made], content: Content) -> dict[str, int]:
    """Read every export back, with another parser than wrote it where there is one, compare the counts and return them.

    The N-Triples were read back already where the graph was asked something: the store in memory is made of their bytes. Of an
    export that was taken over in part only what is new was read, and what it replaces.
    """
    counts = {form.file: len(content.store) if form.file == EXPORT and content.loaded() else form.count(each.data) if each.found is None
              else each.found for form in FORMATS if (each := made.get(form.file))}
    wrong = [f"{name} holds {found} of {made[name].holds}" for name, found in counts.items() if found != made[name].holds]
    if wrong:
        raise BuildFailed("read back, the exports do not hold what they should: " + "; ".join(wrong))
    return counts


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
