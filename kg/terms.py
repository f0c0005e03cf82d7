"""Namespaces, and the one place where an IRI is made from an id.

Ids are `[a-z0-9][a-z0-9-]*`, so no IRI ever needs escaping; what stands in a name never gets into an IRI.
"""

from __future__ import annotations

import re

RESERVED = "https://arms-graph.example/"
"""The default base: a reserved name (RFC 2606), so that nothing is invented."""

ARMS = RESERVED + "terms#"
SAID = RESERVED + "said#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
SCHEMA = "https://schema.org/"
OA = "http://www.w3.org/ns/oa#"
CITO = "http://purl.org/spar/cito/"

PREFIXES = {
    "arms": ARMS, "said": SAID, "rdf": RDF, "rdfs": RDFS, "xsd": XSD, "skos": SKOS, "dcterms": DCTERMS,
    "prov": PROV, "schema": SCHEMA, "oa": OA, "cito": CITO,
}
"""The prefixes of every query and every export, beside `id` and `claim` of the graph's own base."""

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z")


def is_id(text: str) -> bool:
    """Return whether a text can be an id.

    >>> is_id("ana-ruiz"), is_id("Ana Ruiz"), is_id("../etc")
    (True, False, False)
    """
    return ID.match(text) is not None


def thing_iri(base: str, key: str) -> str:
    """Return the IRI of an entity, event, deal or document from its id, or `document/id` where it is one document's own."""
    return f"{base}id/{key}"


def claim_iri(base: str, key: str) -> str:
    """Return the IRI of a claim from `document/claim`."""
    return f"{base}claim/{key}"


def key_of(base: str, iri: str) -> str:
    """Return the id or `document/claim` from which an IRI of this graph was made.

    >>> key_of(RESERVED, claim_iri(RESERVED, "gazette/c1"))
    'gazette/c1'
    """
    return iri[len(base):].partition("/")[2]


def local_name(iri: str) -> str:
    """Return what stands after the last `#` or `/` of a term.

    >>> local_name(ARMS + "Meeting")
    'Meeting'
    """
    return iri.replace("/", "#").rpartition("#")[2]
