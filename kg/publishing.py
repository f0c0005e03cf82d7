"""The built graph put on a SPARQL server as one named graph, which is replaced whole or stays as it was.

With an address for updates (SPARQL 1.1 Update) the graph is loaded in parts beside the old one, counted, and moved into its
place by one request; a load that broke off goes on where it stopped. With an address for graphs alone (SPARQL 1.1 Graph Store
HTTP Protocol) one PUT replaces it, and how safe that is lies with the server. What was published tells its checksum.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kg.errors import BuildFailed, KgError, Misuse
from kg.questions import iri_term
from kg.remote import STAGING, Asker, time_limit
from kg.store import export_bytes, read_manifest, say
from kg.terms import RDF, SCHEMA, XSD
from kg.wire import Line

NTRIPLES = "application/n-triples"
VOID = "http://rdfs.org/ns/void#"

LOADED_AT_ONCE = 20_000
"""Triples in a part that a graph store takes in."""

INSERTED_AT_ONCE = 500
"""Triples in a part that is an update; Virtuoso compiles no more than some 10,000 lines."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be published: the graph's name, the checksum of its export, and its triples with three that describe it."""

    graph: str
    checksum: str
    lines: list[bytes]

    @property
    def staging(self) -> str:
        """Return the name under which it is loaded first; a load of another build has another."""
        return f"{self.graph}{STAGING}{self.checksum[:16]}"


@dataclass(frozen=True, slots=True)
class Held:
    """What a server holds under a name: how many triples, and the checksum of the export that they were published from."""

    triples: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where to send what: whole graphs, updates, questions; each but one of the first two may be empty."""

    graphs: str
    update: str
    query: str


def publication(folder: Path, name: str = "") -> Publication:
    """Return the built graph of a folder as it is published, under a name or else its base IRI followed by `graph`.

    Raises Misuse where nothing was built yet or the name is no IRI.
    """
    manifest = read_manifest(folder)
    checksum = str(manifest["store"])
    graph = name or f"{manifest['base']}graph"
    iri = iri_term(graph)
    lines = export_bytes(folder, checksum).splitlines()
    about = (f"<{RDF}type> <{VOID}Dataset>", f'<{SCHEMA}sha256> "{checksum}"', f'<{VOID}triples> "{len(lines)}"^^<{XSD}integer>')
    return Publication(graph, checksum, [*lines, *(f"{iri} {rest} .".encode() for rest in about)])


class Publisher:
    """Publishes to one server."""

    def __init__(self, addresses: Addresses) -> None:
        """Check the addresses; nothing is sent. Raises Misuse where they do not suffice."""
        if not (addresses.graphs or addresses.update):
            raise Misuse("name where to: the address for whole graphs, or the one for updates with --update")
        if addresses.update and not addresses.query:
            raise Misuse("--update needs --endpoint too: what was loaded is counted there before it takes the old graph's place")
        seconds = time_limit()
        self._graphs = Line(addresses.graphs, seconds) if addresses.graphs else None
        self._update = Line(addresses.update, seconds) if addresses.update else None
        self._asker = Asker(addresses.query, seconds) if addresses.query else None

    def held(self, graph: str) -> Held:
        """Return what the server holds under a name."""
        if self._asker:
            iri = iri_term(graph)
            counted = self._asker.rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {iri} {{ ?s ?p ?o }} }}")
            sums = self._asker.rows(f"SELECT ?sum WHERE {{ GRAPH {iri} {{ ?any <{SCHEMA}sha256> ?sum ; a <{VOID}Dataset> }} }}")
            if not counted or not counted[0].get("n", "").isdecimal():
                raise KgError(f"{self._asker.address} does not say how many triples {graph} has")
            return Held(int(counted[0]["n"]), sums[0].get("sum", "") if len(sums) == 1 else "")
        text = self._graph_request("GET", graph, None, accepted=(404,))
        mark = re.search(rb"^%b\s+<%b>\s+\"([0-9a-f]{64})\"" % (re.escape(iri_term(graph).encode()), re.escape(f"{SCHEMA}sha256".encode())),
                         text, re.MULTILINE)
        return Held(sum(line.startswith((b"<", b"_")) for line in text.splitlines()), mark[1].decode() if mark else "")

    def publish(self, made: Publication) -> None:
        """Put a graph where the one of its name is.

        Raises BuildFailed where it could not be, with what the server holds now.
        """
        if self._update:
            self._load(made)
            self._swap(made)
        else:
            say("the address takes whole graphs alone: one request replaces the old graph, and a server that breaks off may keep a part")
            self._put(made)
        self._verify(made, made.graph)

    def _load(self, made: Publication) -> None:
        """Load a graph beside the old one, part by part, from where an earlier load stopped."""
        size = LOADED_AT_ONCE if self._graphs else INSERTED_AT_ONCE
        whole = len(made.lines)
        there = self.held(made.staging).triples
        if there > whole:
            raise BuildFailed(f"{made.staging} holds more than this graph; remove it and publish again")
        start = there // size * size if there < whole else whole
        if start:
            say(f"going on after {start} of {whole} triples that are loaded already")
        for first in range(start, whole, size):
            self._add(made.staging, made.lines[first:first + size])
            loaded = min(first + size, whole)
            if loaded == whole or loaded * 10 // whole > first * 10 // whole:
                say(f"loaded {loaded} of {whole} triples")
        self._verify(made, made.staging)

    def _add(self, graph: str, lines: list[bytes]) -> None:
        """Add triples to a graph; done twice it changes nothing more."""
        data = b"\n".join(lines) + b"\n"
        if self._graphs:
            self._graph_request("POST", graph, data)
        else:
            self._updated(f"INSERT DATA {{ GRAPH {iri_term(graph)} {{\n".encode() + data + b"} }")

    def _swap(self, made: Publication) -> None:
        """Move what was loaded into the place of the old graph, in one request."""
        try:
            self._updated(f"MOVE GRAPH {iri_term(made.staging)} TO GRAPH {iri_term(made.graph)}".encode(), again=False)
        except KgError as error:
            if self.held(made.graph) == Held(len(made.lines), made.checksum):
                return  # only the answer got lost
            raise BuildFailed(f"{error}\nwhat was loaded waits as {made.staging}; publish again to move it") from error

    def _put(self, made: Publication) -> None:
        try:
            self._graph_request("PUT", made.graph, b"\n".join(made.lines) + b"\n")
        except KgError as error:
            now = self.held(made.graph)
            raise BuildFailed(f"{error}\n{made.graph} holds {now.triples} triples now; publish again") from error

    def _verify(self, made: Publication, graph: str) -> None:
        there, wanted = self.held(graph), len(made.lines)
        if there != Held(wanted, made.checksum):
            beside = "" if graph == made.graph else "; the graph that was published before is untouched"
            raise BuildFailed(f"the server took {wanted} triples and holds {there.triples} under {graph}{beside}")

    def _graph_request(self, method: str, graph: str, body: bytes | None, accepted: tuple[int, ...] = ()) -> bytes:
        assert self._graphs
        headers = {"Content-Type": NTRIPLES} if body is not None else {"Accept": NTRIPLES}
        reply = self._graphs.send(method, body, headers, query=f"graph={quote(graph, safe='')}", accepted=accepted)
        return b"" if reply.status in accepted else reply.body

    def _updated(self, update: bytes, again: bool = True) -> None:
        assert self._update
        self._update.send("POST", update, {"Content-Type": "application/sparql-update"}, again=again)
