"""The one table of export formats: what each is called, how it is made from the graph, how it is read back and counted.

A format is *kept* if every build writes it into `exports/`; the others are made by `kg export` alone, because they say nothing
that a kept one does not say and are large.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kg.change import Change
from kg.content import Content, Made, Row, Rows
from kg.jsonld import context_bytes
from kg.ntriples import statements_of
from kg.splicing import Cut, Order, cut_gexf, cut_graphml, cut_jsonld, cut_table, cut_trig, cut_turtle, splice
from kg.store import EXPORT
from kg.tables import by_ends, graphml, linked, links_table, table_bytes
from kg.terms import claim_iri

DESCRIPTION = "void"
"""The format that describes the files of all others that are kept, and so is made after them."""


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


def _rewritten(data: bytes, read: str, written: str, prefixes: dict[str, str]) -> bytes:
    """Return statements in another format; pyoxigraph names the two so."""
    import pyoxigraph

    parsed = pyoxigraph.parse(data, format=getattr(pyoxigraph.RdfFormat, read))
    return pyoxigraph.serialize(parsed, format=getattr(pyoxigraph.RdfFormat, written), prefixes=prefixes) or b""


def _spliced(content: Content, name: str, order: Order, cut: Cut, came: bytes, holds: int = 0, adds: int = 0) -> Made | None:
    """Return an export made of records of the build before and of those that came; None where they do not fit together.

    `holds` is how many statements or rows it should have; where that is not known otherwise, `adds` is how many should have come.
    """
    form = next(form for form in FORMATS if form.name == name)
    before = content.before
    if not before or form.file not in before.holds or not (old := before.export(form.file)):
        return None
    spliced = splice(old, came, order, cut)
    if not spliced:
        return None
    kept = before.holds[form.file] - (form.count(spliced.gone) if spliced.gone else 0)
    return Made(spliced.data, holds or kept + adds, found=kept + (form.count(came) if came else 0))


def _turtle(content: Content) -> Made:
    def whole(lines: bytes) -> bytes:
        return _rewritten(lines, "N_TRIPLES", "TURTLE", content.prefixes)

    if change := content.change:
        order, lines = Order(change.old, change.new, change.subjects), change.lines()
        if made := _spliced(content, "turtle", order, cut_turtle, whole("\n".join(lines).encode()), len(content.lines)):
            return made
    return Made(whole(content.ntriples), len(content.lines))


def _rdfxml(content: Content) -> Made:
    return Made(_rewritten(content.ntriples, "N_TRIPLES", "RDF_XML", content.prefixes), len(content.lines))


def _jsonld(content: Content) -> Made:
    if change := content.change:
        order, lines = Order(change.old, change.new, change.subjects), change.lines()
        if made := _spliced(content, "jsonld", order, cut_jsonld, content.compactor.document(statements_of(lines)), len(content.lines)):
            return made
    return Made(content.compactor.document(), len(content.lines))


def _context(content: Content) -> Made:
    return Made(context_bytes(content.compactor), len(content.compactor.context()))


def _nquads(content: Content) -> Made:
    from kg.trig import quads

    found = quads(content.statements, content.base)
    return Made(("\n".join(found) + "\n").encode(), len(found))


def _trig(content: Content) -> Made:
    if content.change and (made := _trig_spliced(content, content.change)):
        return made
    quads = _nquads(content)
    return Made(_rewritten(quads.data, "N_QUADS", "TRIG", content.prefixes), quads.holds)


def _trig_spliced(content: Content, change: Change) -> Made | None:
    from kg.trig import graphs

    touched = change.touched_graphs()
    order = Order(change.graphs(change.old), change.graphs(change.new), touched)
    found = graphs(statements_of(change.part), content.base)
    quads = [line for line in found.pop("", ()) if line[:line.index(" ")] in touched]
    quads += [line for name, lines in sorted(found.items()) if name in touched for line in lines]
    came = _rewritten("\n".join(quads).encode(), "N_QUADS", "TRIG", content.prefixes)
    return _spliced(content, "trig", order, cut_trig, came, adds=len(quads))


def _table(content: Content, name: str, kept: str, rows: list[dict[str, Any]], write: Callable[[list[dict[str, Any]]], bytes]) -> Made:
    """Return a table with a line for each row; what was kept under a name are the rows of the build before."""
    before, now = content.rows_before(kept), {row["id"]: row for row in rows}
    touched = _changed(before, now)
    asked = [row for row in rows if row["id"] in touched]
    made = _spliced(content, name, Order(before, now, touched), cut_table, write(asked) if asked else b"", len(rows)) if before else None
    return made or Made(write(rows), len(rows))


def _picture(content: Content, name: str, ordered: Callable[[list[Row]], list[Row]], cut: Cut,
             write: Callable[[list[Row], list[Row]], bytes]) -> Made:
    """Return a picture in XML: an element for each linked node, by id, and after what ends them one for each link, ordered so."""
    def named(nodes: Iterable[Row], links: list[Row]) -> Rows:
        return ({f"node {row['id']}": row for row in linked(nodes, links)} | {_END_OF_NODES: {}}
                | {row["id"]: row for row in ordered(links)})

    def written(rows: Rows) -> bytes:
        nodes = [row for key, row in rows.items() if key.startswith("node ")]
        return write(nodes, [*rows.values()][len(nodes) + 1:])

    before = named(content.rows_before("nodes").values(), [*content.rows_before("links").values()])
    now = named(content.nodes, content.links)
    touched = _changed(before, now) | {_END_OF_NODES}
    came = written({key: row for key, row in now.items() if key in touched})
    made = _spliced(content, name, Order(before, now, touched), cut, came, len(now) - 1) if len(before) > 1 else None
    return made or Made(written(now), len(now) - 1)


_END_OF_NODES = ""


def _changed(before: Rows, now: Rows) -> set[str]:
    """Return the names of the rows that are not as before, or no longer there."""
    return {key for key, row in now.items() if before.get(key) != row} | (before.keys() - now.keys())


def _claims_table(content: Content) -> Made:
    return _table(content, "claims", "claims", content.claims, table_bytes)


def _nodes_table(content: Content) -> Made:
    return Made(table_bytes(content.nodes), len(content.nodes))


def _links_table(content: Content) -> Made:
    return _table(content, "links", "links", content.links, links_table)


def _neo4j_nodes(content: Content) -> Made:
    from kg.neo4j import neo4j_nodes

    return Made(neo4j_nodes(content.nodes), len(content.nodes))


def _neo4j_links(content: Content) -> Made:
    from kg.neo4j import neo4j_links

    return _table(content, "neo4j-links", "links", content.links, neo4j_links)


def _graphml(content: Content) -> Made:
    return _picture(content, "graphml", by_ends, cut_graphml, graphml)


def _gexf(content: Content) -> Made:
    from kg.gexf import gexf

    return _picture(content, "gexf", list, cut_gexf, gexf)


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

    from kg.void import DCAT, SPDX, VOID, File, void_lines

    files = {form.file: File(form.media, len(made.data), made.checksum) for form in FORMATS if (made := content.made.get(form.file))}
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
