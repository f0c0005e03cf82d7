"""Typed queries reach this graph alone and end when a limit says so, whatever they ask for; whoever asked lives on."""

from __future__ import annotations

import os
import pty
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyoxigraph
import pytest
from conftest import ROOT, Run
from fixtures import built_copy, small_built
from test_vetting import FROMS, SERVICES, UPDATES

from kg.errors import KgError, Misuse, Stopped
from kg.graph import Graph
from kg.guard import LEAST_MEMORY, Guard, Limits, NoSparql
from kg.store import locate_store, prefixes

BASE = "https://rivers.example/"
PREFIXES = prefixes(BASE)
STOPPED, INTERRUPTED = 5, 130
LATE = 0.5
"""Seconds that a query may run over its limit until whoever asked has the answer that it was stopped."""

linux = pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")

NUMBERS = "VALUES ?n { 0 1 2 3 4 5 6 7 8 9 } "
HOSTILE = {
    "every pair of every pair": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "all sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY DESC(?i) ?a ?d",
    "all distinct": "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "one long text": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?t) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "a text that doubles": "SELECT * { BIND('0123456789' AS ?t0) " + " ".join(
        f"BIND(CONCAT({', '.join([f'?t{at}'] * 10)}) AS ?t{at + 1})" for at in range(10)) + " }",
    "paths everywhere": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?b (!<urn:x>|^!<urn:x>)* ?c . ?c (!<urn:x>)* ?d }",
    "a pattern that backtracks": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(REGEX(CONCAT(STR(?a), STR(?f)), '(.*a){25}$')) }",
    "filters that ask again": "SELECT * { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f FILTER NOT EXISTS { ?g ?h ?i "
                              "FILTER(?i = ?c && ?f = ?a) } } }",
    "unions of everything": "SELECT (COUNT(*) AS ?n) { " + " ".join("{ ?a ?b ?c } UNION { ?d ?e ?f }" for _ in range(12)) + " }",
    "nested too deeply": "SELECT * " + "{" * 3_000 + "}" * 3_000,
    "brackets without end": "SELECT (" + "(" * 20_000 + "1" + ")" * 20_000 + " AS ?n) {}",
    "triples without end": "CONSTRUCT { ?a ?e ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
}


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    held = Guard(locate_store(small_built())[0])
    yield held
    held.close()


@pytest.fixture(scope="module")
def store() -> pyoxigraph.Store:
    """Return the same graph without a guard: what it answers is what has to be answered."""
    return pyoxigraph.Store.read_only(str(locate_store(small_built())[0]))


class Listener:
    """Somebody on this machine who counts who calls."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            caller.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.close()


# ---- nothing gets out

def test_without_a_guard_the_engine_does_call(listener: Listener, store: pyoxigraph.Store) -> None:
    called = []
    for query in SERVICES:
        before = listener.calls
        with suppress(OSError, RuntimeError, SyntaxError, TypeError):
            list(store.query(query.replace("ENDPOINT", listener.address), prefixes=PREFIXES))  # type: ignore[arg-type]
        called.append(listener.calls > before)
    assert sum(called) > len(SERVICES) / 2


def test_no_call_gets_out_even_where_nobody_looked_the_query_over(listener: Listener, guard: Guard) -> None:
    for query in (*SERVICES, *FROMS, *UPDATES):
        with suppress(KgError):
            guard.ask(query.replace("ENDPOINT", listener.address), PREFIXES)
    assert listener.calls == 0
    assert guard.ask("ASK { ?s ?p ?o }", PREFIXES).truth


@pytest.mark.parametrize("how", ["file://PATH", "file:PATH", "PATH", "file://localhostPATH"])
def test_no_file_is_read_even_where_nobody_looked_the_query_over(how: str, guard: Guard, tmp_path: Path) -> None:
    canary = tmp_path / "canary.ttl"
    canary.write_text('<urn:a> <urn:b> "the canary sings" .', "utf-8")
    address = how.replace("PATH", str(canary))
    for query in (*FROMS, *UPDATES, *SERVICES, "SELECT * { GRAPH <ENDPOINT> { ?s ?p ?o } }"):
        try:
            answer = guard.ask(query.replace("ENDPOINT", address), PREFIXES)
        except KgError:
            continue
        assert "canary sings" not in answer.text


@linux
def test_the_child_can_open_nothing_and_write_nothing(guard: Guard) -> None:
    assert guard.ask("ASK { ?s ?p ?o }", PREFIXES).truth
    limits = Path(f"/proc/{guard._process.pid}/limits").read_text("ascii")
    for name in ("Max open files", "Max file size", "Max core file size"):
        line = next(line for line in limits.splitlines() if line.startswith(name))
        assert line.removeprefix(name).split()[:2] == ["0", "0"]
    memory = next(line for line in limits.splitlines() if line.startswith("Max address space"))
    assert memory.split()[3:5] == [str(1024 << 20)] * 2
    assert not [link for link in Path(f"/proc/{guard._process.pid}/fd").iterdir() if "socket" in os.readlink(link)]


def test_what_is_asked_for_in_vain_leaves_the_store_as_it_is(guard: Guard, store: pyoxigraph.Store) -> None:
    for query in UPDATES:
        with pytest.raises(Misuse):
            guard.ask(query.replace("ENDPOINT", "urn:x"), PREFIXES)
    number = guard.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", PREFIXES).text.split("\n")[1]
    assert number == str(len(store))


# ---- limits

@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_ends_in_time_and_whoever_asked_lives(name: str, guard: Guard) -> None:
    took: list[float] = []
    while not took or (took[-1] >= 1.0 + LATE and len(took) < 3):  # a machine that is busy with other things may be late
        guard.ask("ASK {}", PREFIXES)  # a child that ended is replaced before the clock runs
        began = time.monotonic()
        end_badly(name, guard)
        took.append(time.monotonic() - began)
        assert guard.ask("ASK { ?s ?p ?o }", PREFIXES).truth
    assert took[-1] < 1.0 + LATE


def end_badly(name: str, guard: Guard) -> None:
    """Ask a hostile query, which has to end by a limit or by the end of the child."""
    try:
        assert guard.ask(HOSTILE[name], PREFIXES, Limits(seconds=1.0, rows=1_000_000_000)).cut == "seconds"
    except Stopped as stopped:
        assert str(stopped) in ("stopped after 1 s without an answer; --seconds allows more",
                                "stopped: the query wanted more than 1024 MiB of memory; --memory allows more")
    except KgError as gone:
        assert str(gone).startswith("the query brought the engine down (it ended with -")
        assert "nested" in name or "brackets" in name


def test_what_wants_more_memory_than_there_is_says_so(store: pyoxigraph.Store) -> None:
    small = Guard(locate_store(small_built())[0], LEAST_MEMORY)
    with pytest.raises(Stopped) as stopped:
        small.ask(HOSTILE["a text that doubles"], PREFIXES, Limits(seconds=60))
    assert str(stopped.value) == "stopped: the query wanted more than 512 MiB of memory; --memory allows more"
    assert small.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", PREFIXES).text == f"?n\n{len(store)}\n"
    small.close()
    with pytest.raises(Misuse) as refused:
        Guard(locate_store(small_built())[0], LEAST_MEMORY - 1)
    assert str(refused.value) == "a query needs at least 512 MiB of memory, not 511"


@pytest.mark.parametrize("rows", [1, 2, 7, 500])
def test_more_rows_than_there_may_be_are_cut_and_it_is_said(rows: int, guard: Guard) -> None:
    cut = guard.ask("SELECT ?s ?o { ?s ?p ?o }", PREFIXES, Limits(rows=rows))
    assert (cut.cut, cut.text.count("\n")) == ("rows", rows + 1)
    graph = guard.ask("CONSTRUCT { ?s <urn:all> ?o } WHERE { ?s ?p ?o }", PREFIXES, Limits(rows=rows), "ntriples")
    assert (graph.cut, graph.kind) == ("rows", "graph")
    assert 0 < graph.text.count("\n") <= rows


def test_as_many_rows_as_there_may_be_are_no_cut(guard: Guard, store: pyoxigraph.Store) -> None:
    answer = guard.ask("SELECT * { ?s ?p ?o }", PREFIXES, Limits(rows=len(store)))
    assert (answer.cut, answer.text.count("\n")) == ("", len(store) + 1)


@linux
def test_a_child_whose_parent_is_killed_ends_by_itself() -> None:
    code = ("import sys\nfrom pathlib import Path\nfrom kg.guard import Guard, Limits\ng = Guard(Path(sys.argv[1]))\n"
            "g.ask('ASK {}', {})\nprint(g._process.pid, flush=True)\ng.ask(sys.argv[2], {}, Limits(seconds=1))")
    parent = subprocess.Popen([sys.executable, "-c", code, str(locate_store(small_built())[0]), HOSTILE["every pair of every pair"]],
                              stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert parent.stdout
    child = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.kill()
    parent.communicate()
    ended = time.monotonic() + 10
    while _runs(child) and time.monotonic() < ended:
        time.sleep(0.05)
    assert not _runs(child)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_that_was_killed_is_replaced(guard: Guard) -> None:
    before = guard._process.pid
    os.kill(before, signal.SIGKILL)
    guard._process.wait()
    assert guard.ask("ASK { ?s ?p ?o }", PREFIXES).truth
    assert guard._process.pid != before


def test_a_store_that_is_none_says_what_to_remove(tmp_path: Path) -> None:
    (tmp_path / "store-0").mkdir()
    nothing = Guard(tmp_path / "store-0")
    with pytest.raises(KgError) as failed:
        nothing.ask("ASK {}", PREFIXES)
    assert str(failed.value).startswith("the store store-0 cannot be read (")
    assert str(failed.value).endswith("); remove .kg and ask again")


@pytest.mark.parametrize("query", ["SELECT", "", "SELECT * { ?s ?p }", "\x00", "\ud800", "INSERT DATA { <urn:a> <urn:b> 1 }"])
def test_what_is_no_sparql_is_told_apart_from_what_fails(query: str, guard: Guard) -> None:
    with pytest.raises(NoSparql) as refused:
        guard.ask(query, PREFIXES)
    assert str(refused.value)


# ---- at the terminal

def kg(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "kg", "--folder", str(small_built()), "sparql", *arguments]


AT_A_TERMINAL = "import fcntl, os, sys, termios\nfcntl.ioctl(0, termios.TIOCSCTTY, 0)\nos.execv(sys.argv[1], sys.argv[1:])"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@linux
def test_ctrl_c_ends_a_query_within_half_a_second() -> None:
    took = [_interrupted()]
    while took[-1] >= LATE and len(took) < 3:
        took.append(_interrupted())
    assert took[-1] < LATE


def _interrupted() -> float:
    """Interrupt a query at a terminal and return how many seconds later the command was gone, its child with it."""
    upper, lower = pty.openpty()
    running = subprocess.Popen([sys.executable, "-c", AT_A_TERMINAL, *kg("--seconds", "60", HOSTILE["every pair of every pair"])],
                               stdin=lower, stdout=lower, stderr=lower, env=ENVIRONMENT, start_new_session=True)
    os.close(lower)
    child = _wait_for_child(running.pid)
    time.sleep(0.5)
    began = time.monotonic()
    os.write(upper, b"\x03")
    assert running.wait(10) == INTERRUPTED
    took = time.monotonic() - began
    said = b""
    while select.select([upper], [], [], 1)[0]:
        try:
            said += os.read(upper, 4096)
        except OSError:
            break
    os.close(upper)
    assert said.replace(b"^C", b"").strip() == b"kg: interrupted"
    assert not _runs(child)
    return took


def _wait_for_child(parent: int) -> int:
    for _ in range(600):
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if children and Path(f"/proc/{children[0]}/limits").read_text().split("Max open files")[1].split()[0] == "0":
            return int(children[0])
        time.sleep(0.02)
    raise AssertionError("no child was started")


@pytest.mark.parametrize(("query", "code", "sentence"), [
    (HOSTILE["every pair of every pair"], STOPPED, "kg: stopped after 0.5 s without an answer; --seconds allows more"),
    (HOSTILE["a text that doubles"], STOPPED, ""),
    (HOSTILE["nested too deeply"], 1, "kg: the query brought the engine down (it ended with -11): it is nested too deeply, or asks for too "
                                      "much at once")])
def test_a_command_whose_query_ended_badly_says_so_in_a_sentence(query: str, code: int, sentence: str, run: Run) -> None:
    got, out, err = run("sparql", query, "--seconds", "0.5", folder=small_built())
    assert (got, out, err.count("\n")) == (code, "", 1)
    assert err.strip() == sentence or not sentence


# ---- from Python

def test_a_notebook_gets_the_same_rows_from_a_child_that_stays(store: pyoxigraph.Store) -> None:
    graph = Graph(small_built())
    query = "SELECT ?who ?name ?nothing WHERE { ?who a arms:Person ; rdfs:label ?name } ORDER BY ?name"
    rows = graph.sparql(query)
    assert rows == list(graph.store.rows(query))
    assert len(rows) > 2
    assert graph._queries
    child = graph._queries._guard._process.pid
    assert graph.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [{"n": str(len(store))}]
    assert graph._queries._guard._process.pid == child
    with pytest.raises(Misuse):
        graph.sparql("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    with pytest.raises(Misuse) as refused:
        graph.sparql("ASK {}")
    assert str(refused.value) == "only SELECT queries have rows; `kg sparql` answers ASK, and to_rdflib() gives every triple"
    with pytest.raises(Stopped) as stopped:
        graph.sparql("SELECT * { ?s ?p ?o }", rows=3)
    assert str(stopped.value) == "the answer is longer than the 3 rows or the 10 seconds that sparql() was given"


def test_a_graph_that_is_forgotten_ends_its_child() -> None:
    graph = Graph(small_built())
    graph.sparql("SELECT * { ?s a arms:Person }")
    assert graph._queries
    child = graph._queries._guard._process
    del graph
    assert child.wait(5) == -signal.SIGKILL


def test_a_build_between_two_queries_changes_nothing_for_who_has_the_graph_open(tmp_path: Path) -> None:
    import shutil

    folder = built_copy(tmp_path / "graph")
    graph = Graph(folder)
    before = graph.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    shutil.rmtree(folder / ".kg")
    assert graph.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == before
    assert graph.sparql("SELECT ?s { ?s a arms:Person }")
