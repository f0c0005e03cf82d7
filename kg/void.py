"""What the exports are, for catalogues and for whoever meets the graph at an endpoint: VoID and DCAT, in Turtle.

Licence, counts, how often each class and each property is used, and of every file its size and SHA-256. No day is given: the same
sources have the same description whenever it is made.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kg.model import Graph
from kg.ntriples import TYPE, Statement, literal
from kg.terms import ARMS, DCTERMS, PREFIXES, SAID, local_name

VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
SPDX = "http://spdx.org/rdf/terms#"
_MEDIA = "https://www.iana.org/assignments/media-types/"


class File(NamedTuple):
    """A file of the graph: its media type, its size in bytes, and its SHA-256."""

    media: str
    size: int
    checksum: str


def void_lines(graph: Graph, statements: list[Statement], files: Mapping[str, File], example: str) -> list[str]:
    """Return the description as sorted N-Triples lines: of a graph of these statements, kept in files.

    `example` is the IRI of something that the graph describes well.
    """
    me = f"{graph.base}dataset"
    return sorted({*_head(graph, me, example), *_usage(me, statements),
                   *(line for name, file in files.items() for line in _distribution(me, name, file))})


def _head(graph: Graph, me: str, example: str) -> Iterator[str]:
    yield f"<{me}> {TYPE} <{VOID}Dataset> ."
    yield f"<{me}> {TYPE} <{DCAT}Dataset> ."
    yield f"<{me}> <{DCTERMS}title> {literal(graph.title, language='en')} ."
    yield f"<{me}> <{DCTERMS}publisher> {literal(graph.publisher)} ."
    if graph.licence:
        yield f"<{me}> <{DCTERMS}license> <{graph.licence}> ."
    yield f"<{me}> <{VOID}uriSpace> {literal(graph.base)} ."
    yield f"<{me}> <{VOID}exampleResource> <{example}> ."
    for space in (ARMS, SAID, *(iri for name, iri in PREFIXES.items() if name not in ("xsd", "rdf"))):
        yield f"<{me}> <{VOID}vocabulary> <{space}> ."


def _usage(me: str, statements: list[Statement]) -> Iterator[str]:
    """Yield counts of triples, subjects, objects and properties, and a partition for each class and each property."""
    subjects, predicates, objects = zip(*statements, strict=True)
    properties = Counter(predicates)
    classes = Counter(value for _, predicate, value in statements if predicate == TYPE)
    for term, number in (("triples", len(statements)), ("distinctSubjects", len({*subjects})), ("distinctObjects", len({*objects})),
                         ("classes", len(classes)), ("properties", len(properties))):
        yield f"<{me}> <{VOID}{term}> {literal(str(number), 'integer')} ."
    for sort, found, counted in (("class", classes, "entities"), ("property", properties, "triples")):
        for term, number in found.items():
            node = f"<{me}/{sort}/{_prefixed(term[1:-1])}>"
            yield f"<{me}> <{VOID}{sort}Partition> {node} ."
            yield f"{node} <{VOID}{sort}> {term} ."
            yield f"{node} <{VOID}{counted}> {literal(str(number), 'integer')} ."


def _prefixed(iri: str) -> str:
    """Return a term as a name that tells it from terms of the same local name in other vocabularies."""
    local = local_name(iri)
    space = iri[:-len(local)]
    return f"{next((name for name, known in PREFIXES.items() if known == space), hashlib.sha256(space.encode()).hexdigest()[:8])}-{local}"


def _distribution(me: str, name: str, file: File) -> Iterator[str]:
    node, checksum = f"<{me}/{name}>", f"<{me}/{name}/checksum>"
    yield f"<{me}> <{DCAT}distribution> {node} ."
    yield f"{node} {TYPE} <{DCAT}Distribution> ."
    yield f"{node} <{DCTERMS}title> {literal(name)} ."
    yield f"{node} <{DCAT}mediaType> <{_MEDIA}{file.media}> ."
    yield f"{node} <{DCAT}byteSize> {literal(str(file.size), 'nonNegativeInteger')} ."
    yield f"{node} <{SPDX}checksum> {checksum} ."
    yield f"{checksum} {TYPE} <{SPDX}Checksum> ."
    yield f"{checksum} <{SPDX}algorithm> <{SPDX}checksumAlgorithm_sha256> ."
    yield f"{checksum} <{SPDX}checksumValue> {literal(file.checksum, 'hexBinary')} ."
