"""A graph published to a real server, and to servers that fail on the way: the old graph stays until the new one is whole."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from conftest import ROOT, Run, missing
from servers import Asked, Heard, Server, oxigraph, oxigraph_binary, scripted

from kg import publishing, wire
from kg.errors import BuildFailed, KgError
from kg.publishing import Addresses, Held, Publication, Publisher, publication
from kg.remote import RESULTS, STAGING
from kg.store import read_manifest
from kg.terms import SCHEMA

GRAPH = "https://rivers.example/graph"
MADE = Publication(GRAPH, "ab" * 32, [
    *(f"<https://rivers.example/id/{number}> <https://rivers.example/p> \"{number}\" .".encode() for number in range(95)),
    f"<{GRAPH}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://rdfs.org/ns/void#Dataset> .".encode(),
    f'<{GRAPH}> <{SCHEMA}sha256> "{"ab" * 32}" .'.encode()])
"""A graph of 97 triples."""

OLD = b"<https://rivers.example/id/old> <https://rivers.example/p> \"old\" ."


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish without credentials in small parts, and wait between tries for no time."""
    for name in ("KG_USER", "KG_PASSWORD", "KG_TOKEN", "KG_TIMEOUT", "KG_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(wire, "PAUSE", 0.0)
    monkeypatch.setattr(publishing, "LOADED_AT_ONCE", 20)
    monkeypatch.setattr(publishing, "INSERTED_AT_ONCE", 10)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run an empty Oxigraph."""
    if not oxigraph_binary():
        missing("oxigraph", "no oxigraph here (package `oxigraph`): nothing is published to it")
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as running:
        yield running


class Shelf:
    """A server for graphs, updates and questions that keeps lines by graph and fails when it is told to."""

    def __init__(self) -> None:
        self.graphs: dict[str, set[bytes]] = {GRAPH: {OLD}}
        self.fail: Callable[[Heard], str] = lambda heard: ""

    def __call__(self, heard: Heard, asked: Asked) -> None:
        """Do what a request asks for, unless it is to fail."""
        match self.fail(heard):
            case "":
                self.answer(heard, asked)
            case "break":
                asked.close_connection = True
            case "lose":
                self.change(heard)
                asked.close_connection = True
            case status:
                asked.reply(int(status), b"no more room")

    def answer(self, heard: Heard, asked: Asked) -> None:
        """Answer a question, or take a change in."""
        if not heard.body.startswith(b"query="):
            self.change(heard)
            return asked.reply(204)
        query = parse_qs(heard.body.decode())["query"][0]
        lines = self.graphs.get(re.findall(r"GRAPH <(.*?)>", query)[0], set())
        sums = [{"sum": {"value": line.split(b'"')[1].decode()}} for line in sorted(lines) if b"sha256" in line]
        bindings = [{"n": {"value": str(len(lines))}}] if "COUNT" in query else sums
        return asked.reply(200, json.dumps({"results": {"bindings": bindings}}).encode(), RESULTS)

    def change(self, heard: Heard) -> None:
        """Take in a graph, triples for one, or an update."""
        if heard.method in ("PUT", "POST") and "graph=" in heard.path:
            name = unquote(urlsplit(heard.path).query.partition("graph=")[2])
            before = self.graphs.get(name, set()) if heard.method == "POST" else set()
            self.graphs[name] = before | set(heard.body.splitlines())
        elif moved := re.fullmatch(rb"MOVE GRAPH <(.*)> TO GRAPH <(.*)>", heard.body):
            self.graphs[moved[2].decode()] = self.graphs.pop(moved[1].decode())
        elif added := re.fullmatch(rb"INSERT DATA \{ GRAPH <(.*?)> \{\n(.*)\} \}", heard.body, re.DOTALL):
            self.graphs.setdefault(added[1].decode(), set()).update(added[2].splitlines())


def publisher(url: str, graphs: bool = True, update: bool = True) -> Publisher:
    """Return a publisher to a scripted server, with the addresses that are to be used."""
    return Publisher(Addresses(url if graphs else "", url if update else "", url))


@pytest.mark.parametrize("graphs", [True, False])
def test_a_graph_is_loaded_beside_the_old_one_counted_and_moved(graphs: bool) -> None:
    shelf = Shelf()
    with scripted(shelf) as (url, heard):
        publisher(url, graphs).publish(MADE)
    assert shelf.graphs == {GRAPH: set(MADE.lines)}
    changes = [request for request in heard if not request.body.startswith(b"query=")]
    assert len(changes) == (5 if graphs else 10) + 1
    assert changes[-1].body == f"MOVE GRAPH <{MADE.staging}> TO GRAPH <{GRAPH}>".encode()


def test_a_server_that_dies_keeps_the_old_graph_and_the_load_goes_on_where_it_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    shelf = Shelf()
    with scripted(shelf) as (url, heard):
        shelf.fail = lambda request: "break" if len(heard) > 4 else ""
        with pytest.raises(KgError, match="broke off"):
            publisher(url).publish(MADE)
        assert shelf.graphs[GRAPH] == {OLD}
        assert 0 < len(shelf.graphs[MADE.staging]) < len(MADE.lines)
        shelf.fail = lambda request: ""
        publisher(url).publish(MADE)
    assert shelf.graphs == {GRAPH: set(MADE.lines)}
    assert "going on after 40 of 97 triples that are loaded already" in capsys.readouterr().err


def test_a_part_that_a_server_took_in_half_is_sent_again() -> None:
    shelf = Shelf()
    shelf.graphs[MADE.staging] = set(MADE.lines[:33])
    with scripted(shelf) as (url, _):
        publisher(url).publish(MADE)
    assert shelf.graphs == {GRAPH: set(MADE.lines)}


@pytest.mark.parametrize("status", ["500", "507", "413", "401"])
def test_a_server_that_takes_no_more_keeps_the_old_graph(status: str) -> None:
    shelf = Shelf()
    shelf.fail = lambda request: status if b"/40>" in request.body else ""
    with scripted(shelf) as (url, _), pytest.raises(KgError, match=status):
        publisher(url).publish(MADE)
    assert shelf.graphs[GRAPH] == {OLD}


def test_a_server_that_loses_triples_keeps_the_old_graph() -> None:
    shelf = Shelf()
    with scripted(shelf) as (url, _):
        shelf.fail = lambda request: "204" if request.method == "POST" and b"/40>" in request.body else ""
        with pytest.raises(BuildFailed, match=r"took 97 triples and holds 77 .*; the graph that was published before is untouched"):
            publisher(url).publish(MADE)
    assert shelf.graphs[GRAPH] == {OLD}


def test_a_server_without_move_keeps_the_old_graph_and_what_was_loaded() -> None:
    shelf = Shelf()
    shelf.fail = lambda request: "400" if request.body.startswith(b"MOVE") else ""
    with scripted(shelf) as (url, _), pytest.raises(BuildFailed, match=r"refused \(400\)(.|\n)*waits as .*#loading-abab"):
        publisher(url).publish(MADE)
    assert shelf.graphs[GRAPH] == {OLD}
    assert len(shelf.graphs[MADE.staging]) == len(MADE.lines)


def test_a_move_whose_answer_got_lost_is_seen_to_have_happened() -> None:
    shelf = Shelf()
    shelf.fail = lambda request: "lose" if request.body.startswith(b"MOVE") else ""
    with scripted(shelf) as (url, heard):
        publisher(url).publish(MADE)
    assert shelf.graphs == {GRAPH: set(MADE.lines)}
    assert sum(request.body.startswith(b"MOVE") for request in heard) == 1


def test_without_updates_one_request_replaces_the_graph_and_what_a_failure_left_is_told() -> None:
    shelf = Shelf()
    with scripted(shelf) as (url, heard):
        shelf.fail = lambda request: "break" if request.method == "PUT" else ""
        with pytest.raises(BuildFailed, match="holds 1 triples now; publish again"):
            publisher(url, update=False).publish(MADE)
        shelf.fail = lambda request: ""
        publisher(url, update=False).publish(MADE)
    assert shelf.graphs == {GRAPH: set(MADE.lines)}
    assert sum(request.method == "PUT" for request in heard) == wire.TRIES + 1


def everything(server: Server) -> list[str]:
    """Return the options that name all addresses of a server."""
    return [server.graphs, "--update", server.update, "--endpoint", server.query]


def test_what_was_published_answers_and_publishing_again_does_nothing(server: Server, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "LOADED_AT_ONCE", 20_000)
    triples = len(publication(ROOT).lines)
    graph = f"{read_manifest(ROOT)['base']}graph"
    assert run("publish", *everything(server), "--dry-run")[1] == (f"would publish {triples} triples as {graph}, where there are none, "
                                                                   "loaded beside them and moved\n")
    assert run("publish", *everything(server), "--dry-run")[1].startswith("would publish")
    assert run("publish", *everything(server))[:2] == (0, f"published {triples} triples as {graph}, where there are none\n")
    assert run("publish", *everything(server)) == (0, f"{graph} is published already, {triples} triples\n", "")
    assert run("publish", server.graphs) == (0, f"{graph} is published already, {triples} triples\n", "")
    assert run("documents", "--endpoint", server.query) == run("documents")


def test_a_graph_of_others_is_replaced_only_when_asked(server: Server, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "LOADED_AT_ONCE", 20_000)
    other = f"https://other.example/{STAGING[1:]}g"
    wire.Line(server.graphs).send("PUT", OLD, {"Content-Type": "application/n-triples"}, query=f"graph={other}")
    code, out, err = run("publish", *everything(server), "--graph", other)
    assert (code, out) == (2, "")
    assert "holds 1 triples that this program has not published" in err
    assert Publisher(Addresses(server.graphs, "", "")).held(other) == Held(1, "")
    assert run("publish", server.graphs, "--graph", other, "--replace")[0] == 0
    assert Publisher(Addresses(server.graphs, "", "")).held(other).triples == len(publication(ROOT).lines)


@pytest.mark.parametrize(("arguments", "what"), [
    ([], "name where to"),
    (["--update", "http://127.0.0.1:1/u"], "--update needs --endpoint too"),
    (["http://127.0.0.1:1/store"], "nobody answers at"),
    (["http://ana:secret@127.0.0.1:1/store"], "do not belong in an address"),
    (["http://127.0.0.1:1/store", "--graph", "a b"], "'a b' is no IRI"),
])
def test_what_cannot_be_published_to_is_said(arguments: list[str], what: str, run: Run) -> None:
    code, out, err = run("publish", *arguments)
    assert (code in (1, 2), out) == (True, "")
    assert what in err
    assert "secret" not in err


def test_credentials_are_not_sent_unencrypted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_TOKEN", "t0ps3cret")
    code, _, err = run("publish", "http://graphs.example/store")
    assert code == 2
    assert "not sent to graphs.example unencrypted" in err
    assert "t0ps3cret" not in err


def test_nothing_is_published_where_nothing_was_built(run: Run, tmp_path: Path) -> None:
    for name in ("sources", "ontology"):
        (tmp_path / name).mkdir()
    code, _, err = run("publish", "http://127.0.0.1:1/store", folder=tmp_path)
    assert (code, err) == (2, "kg: nothing has been built yet: run `kg build`\n")
