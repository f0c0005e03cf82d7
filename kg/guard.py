"""Queries that somebody typed, run where they can do no harm: in a child process with limits, which is ended when it reaches one.

The engine itself can neither be interrupted nor limited, and a few kilobytes of nested brackets make it crash; so it runs in a
process of its own (`kg/child.py`), and this side waits for it no longer than the limit says.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import KgError, Misuse, Stopped

LEAST_MEMORY = 512
"""Mebibytes below which the store itself has no room."""

LONGEST_QUERY = 200_000
DEFAULT_MEMORY = 1024
_GRACE = 0.2
_OPENING = 120
"""Seconds that a child may take to open its store."""

CHILD = Path(__file__).with_name("child.py")


class NoSparql(Misuse):
    """What was asked is no SPARQL; the text is what the engine says of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a query may take, in seconds, how much memory in mebibytes, and how many rows or triples its answer may have."""

    seconds: float = 10.0
    memory: int = DEFAULT_MEMORY
    rows: int = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query was answered with.

    `kind` is rows, boolean or graph; `text` holds the rows as SPARQL 1.1 TSV, or the triples; `cut` names the limit that cut
    them: rows, seconds or nothing.
    """

    kind: str
    text: str
    truth: bool
    cut: str


class Guard:
    """A child process that holds a store and answers one query after another; a new one takes the place of one that ended."""

    def __init__(self, store: Path, memory: int = DEFAULT_MEMORY, export: Path | None = None) -> None:
        """Start the child; it opens the store meanwhile.

        For many queries `export` names the N-Triples that the store was made from: the child then reads the graph into memory,
        which costs some seconds for each million triples and makes it several times faster; `memory` is what a query may use
        beside. Raises Misuse where the memory is too little for a store.
        """
        if memory < LEAST_MEMORY:
            raise Misuse(f"a query needs at least {LEAST_MEMORY} MiB of memory, not {memory}")
        self._store, self._memory, self._export = store, memory, export
        self._alone = threading.Lock()
        self._start()

    def ask(self, query: str, prefixes: Mapping[str, str], limits: Limits | None = None, graph: str = "turtle") -> Answer:
        """Return the answer to a query; `graph` says how triples are written: turtle, ntriples, rdfxml or jsonld.

        Raises NoSparql for what is none, Stopped where time or memory ran out before there was an answer, KgError where the
        engine gave up.
        """
        limits = limits or Limits()
        asked = {"query": query, "prefixes": dict(prefixes), "seconds": limits.seconds, "rows": limits.rows, "graph": graph}
        with self._alone:
            if self._process.poll() is not None:
                self.close()
                self._start()
            self._wait_until_open()
            try:
                said, body = self._exchange(json.dumps(asked).encode() + b"\n", limits)
            except BaseException:
                self.close()
                raise
        return _answer(said, body, self._memory)

    def interrupt(self) -> None:
        """End the child from another thread than the one that may be waiting for its answer, which then raises."""
        self._process.kill()

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._end()

    def _start(self) -> None:
        self._open = False
        # a session of its own: Ctrl-C is for us, and we end the child; arenas would use up the address space it is given
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(CHILD), str(self._store), str(self._memory), *([str(self._export)] if self._export else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, bufsize=0,
            env={**os.environ, "MALLOC_ARENA_MAX": "2"})
        self._end = weakref.finalize(self, _kill, self._process)

    def _wait_until_open(self) -> None:
        if self._open:
            return
        try:
            _line(self._process, bytearray(), time.monotonic() + _OPENING)
        except (EOFError, TimeoutError) as error:
            raise KgError(f"the store {self._store.name} cannot be read ({_last_words(self._process)}); "
                          "remove .kg and ask again") from error
        self._open = True

    def _exchange(self, request: bytes, limits: Limits) -> tuple[dict[str, Any], bytes]:
        """Send a request and return what comes back."""
        deadline = time.monotonic() + limits.seconds + _GRACE
        try:
            _write(self._process, request, deadline)
            got = bytearray()
            said = json.loads(_line(self._process, got, deadline))
            _read(self._process, got, said["bytes"], deadline)
        except TimeoutError:
            raise Stopped(_too_long(limits.seconds)) from None
        except (EOFError, BrokenPipeError):
            raise self._ended(limits) from None
        return said, bytes(got)

    def _ended(self, limits: Limits) -> KgError:
        """Return what is to be said of a child that ended by itself."""
        words, code = _last_words(self._process), self._process.returncode
        if code == -signal.SIGALRM:
            return Stopped(_too_long(limits.seconds))
        if code == -signal.SIGABRT or "memory" in words.lower():
            return Stopped(_too_much(self._memory))
        return KgError(f"the query brought the engine down (it ended with {code}): it is nested too deeply, or asks for too much at once")


def _answer(said: dict[str, Any], body: bytes, memory: int) -> Answer:
    match said["kind"]:
        case "syntax":
            raise NoSparql(said["error"])
        case "memory":
            raise Stopped(_too_much(memory))
        case "failed":
            raise KgError(f"the engine gave up: {said['error']}")
    return Answer(said["kind"], body.decode("utf-8", "replace"), said.get("truth", False), said["cut"])


def _too_long(seconds: float) -> str:
    return f"stopped after {seconds:g} s without an answer; --seconds allows more"


def _too_much(memory: int) -> str:
    return f"stopped: the query wanted more than {memory} MiB of memory; --memory allows more"


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            with suppress(OSError):
                stream.close()


def _last_words(process: subprocess.Popen[bytes]) -> str:
    """Return the last line that a child wrote before it ended; one that has not ended is ended."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(1)
    process.kill()
    lines = process.stderr.read().decode("utf-8", "replace").strip().splitlines() if process.stderr else []
    process.wait()
    return " ".join(line for line in lines if "memory" in line.lower()) or (lines[-1] if lines else "no word")


def _write(process: subprocess.Popen[bytes], data: bytes, deadline: float) -> None:
    stream = process.stdin
    assert stream
    while data:
        _wait(stream.fileno(), select.POLLOUT, deadline)
        data = data[os.write(stream.fileno(), data[:select.PIPE_BUF]):]  # as much as never blocks


def _line(process: subprocess.Popen[bytes], got: bytearray, deadline: float) -> bytes:
    """Return the next line; what came after it stays in `got`."""
    while b"\n" not in got:
        _more(process, got, deadline)
    line, _, rest = bytes(got).partition(b"\n")
    got[:] = rest
    return line


def _read(process: subprocess.Popen[bytes], got: bytearray, number: int, deadline: float) -> None:
    while len(got) < number:
        _more(process, got, deadline)


def _more(process: subprocess.Popen[bytes], got: bytearray, deadline: float) -> None:
    stream = process.stdout
    assert stream
    _wait(stream.fileno(), select.POLLIN, deadline)
    data = os.read(stream.fileno(), 1 << 20)
    if not data:
        raise EOFError
    got += data


def _wait(file: int, event: int, deadline: float) -> None:
    poll = select.poll()  # unlike select() it knows no highest file number
    poll.register(file, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise TimeoutError
