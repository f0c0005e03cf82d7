"""The process in which a query that somebody typed runs: it holds the store and nothing else, and its limits cannot be lifted.

It is a program of its own (`python -P child.py STORE MEBIBYTES [NTRIPLES]`) and imports nothing of ours. Once the store is open it gives
up the right to open files and sockets and to write files, so that whatever a query asks for, it reaches this graph alone.
Requests and answers are lines of JSON on its standard streams; an answer's line says how many bytes of rows or triples follow.
"""

from __future__ import annotations

import hashlib
import io
import json
import resource
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph

if TYPE_CHECKING:
    from typing_extensions import Buffer

MOST_IN_MEMORY = 3_000_000
"""Triples above which the store stays on disk: more would take longer to read than a session of questions saves."""

GRACE = 0.3
"""Seconds that a query may run over its limit before the kernel ends this process, should nobody else have."""

_FORMATS = {"turtle": pyoxigraph.RdfFormat.TURTLE, "rdfxml": pyoxigraph.RdfFormat.RDF_XML, "jsonld": pyoxigraph.RdfFormat.JSON_LD}

Answer = tuple[dict[str, Any], bytes]


class _Enough(Exception):
    """A limit is reached; what was written until then is the answer."""


class _Lines(io.BytesIO):
    """What the engine writes a serialisation into: keeps whole lines up to a number of them and up to a moment."""

    def __init__(self, lines: int, deadline: float) -> None:
        super().__init__()
        self.lines, self.deadline, self.cut = lines, deadline, ""
        self._count = 0

    def write(self, data: Buffer) -> int:
        if self.cut:  # the engine's buffer tries again what it could not write
            raise _Enough
        written = bytes(data)
        self._count += written.count(b"\n")
        if self._count > self.lines:
            self.cut = "rows"
        elif time.monotonic() > self.deadline:
            self.cut = "seconds"
        super().write(written)
        if self.cut:
            raise _Enough
        return len(written)

    def whole(self) -> bytes:
        """Return the whole lines, at most as many as there may be."""
        if not self.cut:
            return self.getvalue()
        return b"".join(line + b"\n" for line in self.getvalue().split(b"\n")[:-1][:self.lines])


def in_memory(store: pyoxigraph.Store, name: str, export: str) -> pyoxigraph.Store:
    """Return a store in memory, several times faster, of the export that the store was made from; else of the store itself."""
    memory = pyoxigraph.Store()
    try:
        data = Path(export).read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest()[:16] == name.rpartition("-")[2]:
        memory.bulk_load(input=data, format=pyoxigraph.RdfFormat.N_TRIPLES)
    else:
        memory.bulk_extend(store)
    return memory


def confine(mebibytes: int) -> None:
    """Give up for good what a query has no use for: new files and sockets, written files, memory beyond a limit."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError):  # macOS knows the limit of address space and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20, mebibytes << 20))


def answer(store: pyoxigraph.Store, asked: dict[str, Any]) -> Answer:
    """Return what kind of answer a query has, whether a limit cut it, and its rows (TSV) or triples (in the format asked for)."""
    deadline = time.monotonic() + asked["seconds"]
    try:
        found = store.query(asked["query"], prefixes=asked["prefixes"])
        if isinstance(found, pyoxigraph.QueryBoolean):
            return {"kind": "boolean", "truth": bool(found), "cut": ""}, b""
        if isinstance(found, pyoxigraph.QuerySolutions):
            lines = _Lines(asked["rows"] + 1, deadline)  # the first line names the variables
            with suppress(_Enough):
                found.serialize(lines, pyoxigraph.QueryResultsFormat.TSV)
            return {"kind": "rows", "cut": lines.cut}, lines.whole()
        lines = _Lines(asked["rows"], deadline)
        with suppress(_Enough):
            found.serialize(lines, pyoxigraph.RdfFormat.N_TRIPLES)
        return {"kind": "graph", "cut": lines.cut}, _graph(lines.whole(), asked)
    except (SyntaxError, UnicodeError) as error:
        return {"kind": "syntax", "error": str(error)}, b""
    except MemoryError:
        return {"kind": "memory"}, b""
    except (OSError, RuntimeError, ValueError) as error:
        return {"kind": "failed", "error": str(error)}, b""


def _graph(ntriples: bytes, asked: dict[str, Any]) -> bytes:
    """Return triples in an order of their own, each once: the engine's order is nobody's, and may repeat."""
    ordered = b"".join(line + b"\n" for line in sorted(set(ntriples.split(b"\n")) - {b""}))
    if asked["graph"] == "ntriples":
        return ordered
    triples = pyoxigraph.parse(input=ordered, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return pyoxigraph.serialize(triples, format=_FORMATS[asked["graph"]], prefixes=_used(asked["prefixes"], ordered)) or b""


def _used(prefixes: dict[str, str], ntriples: bytes) -> dict[str, str]:
    return {name: iri for name, iri in prefixes.items() if b"<" + iri.encode() in ntriples}


def _taken() -> int:
    """Return how many MiB of addresses this process takes up already."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize() >> 20
    except OSError:
        return 0


def main() -> None:
    """Open the store, give up everything else, and answer line after line until standard input ends."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    store = pyoxigraph.Store.read_only(sys.argv[1])
    memory = int(sys.argv[2])
    if len(sys.argv) > 3 and len(store) <= MOST_IN_MEMORY:
        store = in_memory(store, Path(sys.argv[1]).name, sys.argv[3])
        memory += _taken()
    confine(memory)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(b"{}\n")
    answers.flush()
    for line in requests:
        asked = json.loads(line)
        # the engine looks at no signal: only the kernel can end a query, even where whoever asked is gone
        signal.setitimer(signal.ITIMER_REAL, asked["seconds"] + GRACE)
        said, body = answer(store, asked)
        answers.write(json.dumps({**said, "bytes": len(body)}).encode() + b"\n" + body)
        answers.flush()
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main()
