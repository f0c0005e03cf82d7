"""A query that somebody typed, from its text to its answer: looked over, run under guard, its IRIs named, its slips told."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.errors import Misuse
from kg.guard import DEFAULT_MEMORY, LONGEST_QUERY, Answer, Guard, Limits, NoSparql
from kg.names import suggest
from kg.questions import iri_term
from kg.solutions import read_values, shortened
from kg.store import EXPORT, locate_store, prefixes
from kg.terms import ARMS, SAID
from kg.vetting import Vetted, vet, what_is_wrong

_AT_ONCE = 2_000
"""How many IRIs are looked up by one query."""

_UNKNOWN = """SELECT DISTINCT ?iri WHERE {{ VALUES (?iri ?term) {{ {pairs} }}
  FILTER NOT EXISTS {{ ?term a ?class }} FILTER NOT EXISTS {{ ?subject ?term ?object }} }}"""
_KNOWN = """SELECT DISTINCT ?term WHERE { VALUES ?class { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty
  owl:NamedIndividual } ?term a ?class }"""
_MEANINGS = """SELECT ?term (MIN(STR(?text)) AS ?about) WHERE { VALUES ?class { owl:Class owl:ObjectProperty owl:DatatypeProperty
  owl:NamedIndividual } ?term a ?class OPTIONAL { ?term skos:definition ?text } } GROUP BY ?term"""
_LABELS = """SELECT ?iri (MIN(STR(?text)) AS ?label) WHERE {{ VALUES ?iri {{ {iris} }} ?iri rdfs:label ?text }} GROUP BY ?iri"""
_OWL = {"owl": "http://www.w3.org/2002/07/owl#"}


class Queries:
    """What answers queries about the graph of a folder; its child process is started once and stays warm."""

    def __init__(self, folder: Path, memory: int = DEFAULT_MEMORY, many: bool = False) -> None:
        """Find the store of the folder's exports, made where it is missing, and start the child that holds it.

        With `many` queries to come the child reads the graph into memory first. Raises Misuse where nothing was built yet.
        """
        self.store, self.base = locate_store(folder)
        self.prefixes = prefixes(self.base)
        self._guard = Guard(self.store, memory, folder / "exports" / EXPORT if many else None)

    def vet(self, query: str) -> Vetted:
        """Return what a query is about.

        Raises Misuse where it asks for what no query may, or is too long.
        """
        if len(query) > LONGEST_QUERY:
            raise Misuse(f"a query may have {LONGEST_QUERY:,} characters, and this one has {len(query):,}")
        return vet(query, self.prefixes)

    def ask(self, query: str, limits: Limits | None = None, graph: str = "turtle") -> Answer:
        """Return the answer to a query that was looked over.

        Raises Misuse for what is no SPARQL, with what is wrong; what else it raises is told at Guard.ask.
        """
        try:
            return self._guard.ask(query, self.prefixes, limits, graph)
        except NoSparql as error:
            raise Misuse(f"the query is no SPARQL: {what_is_wrong(query, str(error))}") from None

    def labels(self, iris: Iterable[str]) -> dict[str, str]:
        """Return the labels of those IRIs that have one; a term that is told has that of the term it tells."""
        found: dict[str, str] = {}
        wanted = {iri: _declared(iri) for iri in iris if _term(iri)}
        terms = [_term(iri) for iri in sorted({*wanted.values()})]
        for at in range(0, len(terms), _AT_ONCE):
            answer = self._look_up(_LABELS.format(iris=" ".join(terms[at:at + _AT_ONCE])))
            found |= {row["iri"]: row["label"] for row in answer}
        return {iri: found[known] for iri, known in wanted.items() if known in found}

    def slips(self, vetted: Vetted) -> list[str]:
        """Return a sentence for each term of the ontology that a query uses and there is not, and for each unknown id."""
        terms = {iri: _declared(iri) for iri in sorted(vetted.iris) if iri.startswith((ARMS, SAID)) and iri not in (ARMS, SAID)}
        things = {iri: iri for iri in sorted(vetted.iris) if iri.startswith((f"{self.base}id/", f"{self.base}claim/")) and iri[-1] != "/"}
        pairs = [f"({_term(iri)} {_term(term)})" for iri, term in (terms | things).items() if _term(iri)]
        unknown = [row["iri"] for row in self._look_up(_UNKNOWN.format(pairs=" ".join(pairs)))] if pairs else []
        known = [row["term"].removeprefix(ARMS) for row in self._look_up(_KNOWN)] if set(unknown) & set(terms) else []
        return [self._slip(iri, known) for iri in sorted(unknown)]

    def terms(self) -> list[tuple[str, str]]:
        """Return the terms of the ontology by their prefixed names, in alphabetical order, each with what it means."""
        rows = self._look_up(_MEANINGS)
        found = {shortened(row["term"], self.prefixes): row.get("about", "") for row in rows if row["term"].startswith(ARMS)}
        said = {f"said:{name.partition(':')[2]}": f"told: {about}" for name, about in found.items() if name.partition(":")[2][:1].islower()}
        return sorted((found | said).items())

    def interrupt(self) -> None:
        """End the child from another thread."""
        self._guard.interrupt()

    def close(self) -> None:
        """End the child."""
        self._guard.close()

    def _slip(self, iri: str, known: list[str]) -> str:
        name = shortened(iri, self.prefixes)
        if not iri.startswith((ARMS, SAID)):
            return f"nothing in this graph is {name}; `kg entities` and `kg claims` list the ids"
        prefix, _, local = name.partition(":")
        close = suggest(local, known, cutoff=70)
        meant = " or ".join(f"{prefix}:{term}" for term in close[:2])
        return f"{name} is no term of the ontology" + (f"; did you mean {meant}?" if meant else "")

    def _look_up(self, query: str) -> list[dict[str, str]]:
        answer = self._guard.ask(query, {**self.prefixes, **_OWL}, Limits(rows=1_000_000))
        return read_values(answer.text)


def _declared(iri: str) -> str:
    """Return where the ontology says what an IRI means: a term that is told is declared under arms: alone."""
    return ARMS + iri.removeprefix(SAID) if iri.startswith(SAID) else iri


def _term(iri: str) -> str:
    """Return an IRI as SPARQL writes it, or nothing where it holds what none may."""
    try:
        return iri_term(iri)
    except Misuse:
        return ""
