"""The one table of export formats: what each is called, how it is made from the graph, how it is read back and counted.

A format is *kept* if every build writes it into `exports/`; the others are made by `kg export` alone, because they say nothing
that a kept one does not say and are large.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kg import lists
from kg.jsonld import Compactor, context_bytes
from kg.model import Corpus
from kg.ntriples import Statement, statements_of
from kg.questions import Filters
from kg.schema import Schema
from kg.store import EXPORT, Store
from kg.tables import graphml, joined_rows, link_rows, links_table, table_bytes
from kg.terms import PREFIXES, claim_iri

DESCRIPTION = "void"
"""The format that describes the files of all others that are kept, and so is made after them."""


@dataclass(frozen=True, slots=True)
class Made:
    """The bytes of an export, how many records should be found when it is read back, and what it leaves out, counted."""

    data: bytes
    holds: int
    lost: dict[str, int] = field(default_factory=dict)


class Content:
    """A graph as the formats need it; what one of them does not ask for is not worked out. `made` are the files made so far."""

    def __init__(self, corpus: Corpus, schema: Schema, lines: list[str]) -> None:
        """Take the corpus, of which head and licence are told, and its sorted N-Triples lines, the ontology's among them."""
        self.made: dict[str, Made] = {}
        self.corpus = corpus
        self.schema = schema
        self.lines = lines
        self.base = corpus.graph.base
        self.ntriples = ("\n".join(lines) + "\n").encode()
        self.prefixes = {**PREFIXES, "id": f"{self.base}id/", "claim": f"{self.base}claim/"}

    @cached_property
    def statements(self) -> list[Statement]:
        """The parts of the lines."""
        return statements_of(self.lines)

    @cached_property
    def compactor(self) -> Compactor:
        """What writes JSON-LD, and the context for it."""
        return Compactor(self.statements, self.prefixes)

    @cached_property
    def store(self) -> Store:
        """The graph in memory, to be asked."""
        import pyoxigraph

        inner = pyoxigraph.Store()
        inner.bulk_load(input=self.ntriples, format=pyoxigraph.RdfFormat.N_TRIPLES)
        return Store(inner, self.base)

    def loaded(self) -> bool:
        """Whether the graph in memory has been made."""
        return "store" in self.__dict__

    @cached_property
    def claims(self) -> list[dict[str, Any]]:
        """The rows of `kg claims`."""
        return lists.claims_of_lines(self.store, self.lines)

    @cached_property
    def entities(self) -> list[dict[str, Any]]:
        """The rows of `kg entities`."""
        return lists.entities(self.store, Filters())

    @cached_property
    def documents(self) -> list[dict[str, Any]]:
        """The rows of `kg documents`."""
        return lists.documents(self.store, Filters())

    @cached_property
    def links(self) -> list[dict[str, Any]]:
        """A row for each link."""
        return link_rows(self.store)

    @cached_property
    def nodes(self) -> list[dict[str, Any]]:
        """A row for each entity, and for each event that a link joins."""
        return joined_rows(self.store, self.entities, self.links)

    @cached_property
    def linked(self) -> int:
        """How many nodes have a link."""
        return len({link[end] for link in self.links for end in ("from", "to")})

    def counts(self) -> dict[str, int]:
        """Return how much of everything there is, as the manifest has it."""
        return {"claims": len(self.claims), "documents": len(self.corpus.documents), "entities": len(self.entities),
                "links": len(self.links), "nodes": len(self.nodes), "triples": len(self.lines)}


@dataclass(frozen=True, slots=True)
class Format:
    """An export: its name for `kg export`, its file and media type, whether every build keeps it, how it is made and how read back."""

    name: str
    file: str
    media: str
    kept: bool
    make: Callable[[Content], Made]
    count: Callable[[bytes], int]


# ---- made: each with its own imports, so that one format costs only itself


def _ntriples(content: Content) -> Made:
    return Made(content.ntriples, len(content.lines))


def _turtle(content: Content) -> Made:
    import pyoxigraph

    parsed = pyoxigraph.parse(content.ntriples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    data = pyoxigraph.serialize(parsed, format=pyoxigraph.RdfFormat.TURTLE, prefixes=content.prefixes)
    return Made(data or b"", len(content.lines))


def _rdfxml(content: Content) -> Made:
    import pyoxigraph

    parsed = pyoxigraph.parse(content.ntriples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    data = pyoxigraph.serialize(parsed, format=pyoxigraph.RdfFormat.RDF_XML, prefixes=content.prefixes)
    return Made(data or b"", len(content.lines))


def _jsonld(content: Content) -> Made:
    return Made(content.compactor.document(), len(content.lines))


def _context(content: Content) -> Made:
    return Made(context_bytes(content.compactor), len(content.compactor.context()))


def _nquads(content: Content) -> Made:
    from kg.trig import quads

    found = quads(content.statements, content.base)
    return Made(("\n".join(found) + "\n").encode(), len(found))


def _trig(content: Content) -> Made:
    import pyoxigraph

    made = _nquads(content)
    parsed = pyoxigraph.parse(made.data, format=pyoxigraph.RdfFormat.N_QUADS)
    return Made(pyoxigraph.serialize(parsed, format=pyoxigraph.RdfFormat.TRIG, prefixes=content.prefixes) or b"", made.holds)


def _claims_table(content: Content) -> Made:
    return Made(table_bytes(content.claims), len(content.claims))


def _nodes_table(content: Content) -> Made:
    return Made(table_bytes(content.nodes), len(content.nodes))


def _links_table(content: Content) -> Made:
    return Made(links_table(content.links), len(content.links))


def _neo4j_nodes(content: Content) -> Made:
    from kg.neo4j import neo4j_nodes

    return Made(neo4j_nodes(content.nodes), len(content.nodes))


def _neo4j_links(content: Content) -> Made:
    from kg.neo4j import neo4j_links

    return Made(neo4j_links(content.links), len(content.links))


def _graphml(content: Content) -> Made:
    return Made(graphml(content.nodes, content.links), content.linked + len(content.links))


def _gexf(content: Content) -> Made:
    from kg.gexf import gexf

    return Made(gexf(content.nodes, content.links), content.linked + len(content.links))


def _ftm(content: Content) -> Made:
    from kg.ftm import Mapper

    events = frozenset(kind.name for kind in content.schema.kinds.values() if kind.is_event)
    mapper = Mapper(content.store, content.nodes, content.links, content.claims, content.documents, events)
    data = mapper.lines()
    return Made(data, data.count(b"\n"), dict(sorted(mapper.lost.items())))


def _annotations(content: Content) -> Made:
    from kg.annotations import annotation_page

    data = annotation_page(content.claims, content.documents, content.base, content.corpus.graph.licence)
    return Made(data, sum(1 for row in content.claims if row["words"]))


def _void(content: Content) -> Made:
    import pyoxigraph

    from kg.void import DCAT, SPDX, VOID, void_lines

    files = {form.file: (content.made[form.file].data, form.media) for form in FORMATS if form.file in content.made}
    example = min(content.claims, key=lambda row: str(row["id"]))["id"] if content.claims else ""
    lines = void_lines(content.corpus.graph, content.statements, files, claim_iri(content.base, example))
    parsed = pyoxigraph.parse("\n".join(lines), format=pyoxigraph.RdfFormat.N_TRIPLES)
    prefixes = {**content.prefixes, "void": VOID, "dcat": DCAT, "spdx": SPDX}
    return Made(pyoxigraph.serialize(parsed, format=pyoxigraph.RdfFormat.TURTLE, prefixes=prefixes) or b"", len(lines))


# ---- read back


def _statements(form: str) -> Callable[[bytes], int]:
    """Return a function that counts the triples or quads of a text in a format that pyoxigraph names so."""
    def count(data: bytes) -> int:
        import pyoxigraph

        return sum(1 for _ in pyoxigraph.parse(data, format=getattr(pyoxigraph.RdfFormat, form)))
    return count


def _rows(data: bytes) -> int:
    return sum(1 for _ in csv.reader(io.StringIO(data.decode(), newline=""))) - 1


def _lines(data: bytes) -> int:
    """Count the JSON objects of which each line holds one, each under an id of its own."""
    return len({json.loads(line)["id"] for line in data.splitlines()})


def _about(data: bytes) -> int:
    """Count the claims that annotations are about."""
    from kg.annotations import annotated

    return len(set(annotated(data)))


def _terms(data: bytes) -> int:
    return len(json.loads(data)["@context"])


def _elements(data: bytes) -> int:
    """Count the nodes and edges of a picture in XML."""
    from xml.parsers import expat

    names: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: names.append(name)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(f"this is no XML: {error}") from error
    return names.count("node") + names.count("edge")


FORMATS = (
    Format("ntriples", EXPORT, "application/n-triples", True, _ntriples, _statements("N_TRIPLES")),
    Format("turtle", "graph.ttl", "text/turtle", True, _turtle, _statements("TURTLE")),
    Format("jsonld", "graph.jsonld", "application/ld+json", True, _jsonld, _statements("JSON_LD")),
    Format("context", "context.jsonld", "application/ld+json", True, _context, _terms),
    Format("trig", "graph.trig", "application/trig", True, _trig, _statements("TRIG")),
    Format("nquads", "graph.nq", "application/n-quads", False, _nquads, _statements("N_QUADS")),
    Format("rdfxml", "graph.rdf", "application/rdf+xml", False, _rdfxml, _statements("RDF_XML")),
    Format("claims", "claims.csv", "text/csv", True, _claims_table, _rows),
    Format("nodes", "nodes.csv", "text/csv", True, _nodes_table, _rows),
    Format("links", "links.csv", "text/csv", True, _links_table, _rows),
    Format("neo4j-nodes", "neo4j-nodes.csv", "text/csv", True, _neo4j_nodes, _rows),
    Format("neo4j-links", "neo4j-links.csv", "text/csv", True, _neo4j_links, _rows),
    Format("graphml", "graph.graphml", "application/xml", True, _graphml, _elements),
    Format("gexf", "graph.gexf", "application/xml", True, _gexf, _elements),
    Format("ftm", "entities.ftm.json", "application/json", True, _ftm, _lines),
    Format("annotations", "annotations.jsonld", "application/ld+json", True, _annotations, _about),
    Format(DESCRIPTION, "void.ttl", "text/turtle", True, _void, _statements("TURTLE")),
)
"""Every format but the page, which is built on each machine; the one that describes the others comes last."""
