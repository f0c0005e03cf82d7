"""What the exports are made from: one graph as lines, statements, rows and a store, and what of the build before still holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kg import lists
from kg.before import Before
from kg.change import Change
from kg.difference import Difference, difference
from kg.jsonld import Compactor
from kg.model import Corpus
from kg.ntriples import Statement, statements_of
from kg.questions import Filters
from kg.schema import Schema
from kg.store import Store
from kg.tables import joined_rows, link_rows
from kg.terms import PREFIXES


@dataclass(frozen=True)
class Made:
    """The bytes of an export, how many records should be found when it is read back, and what it leaves out, counted.

    `found` is how many there are where only a part had to be read back, since the rest was taken over from the build before.
    """

    data: bytes
    holds: int
    lost: dict[str, int] = field(default_factory=dict)
    found: int | None = None

    @cached_property
    def checksum(self) -> str:
        """The SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


Row = dict[str, Any]
Rows = dict[str, Row]
"""Rows by their names."""


class Content:
    """A graph as the formats need it; what one of them does not ask for is not worked out. `made` are the files made so far."""

    def __init__(self, corpus: Corpus, schema: Schema, lines: list[str], before: Before | None = None) -> None:
        """Take the corpus, of which head and licence are told, and its sorted N-Triples lines, the ontology's among them.

        With the build before, what did not change since is taken over from that.
        """
        self.made: dict[str, Made] = {}
        self.before = before
        self._rows_before: dict[str, Rows] = {}
        self.corpus = corpus
        self.schema = schema
        self.lines = lines
        self.base = corpus.graph.base
        self.ntriples = ("\n".join(lines) + "\n").encode()
        self.prefixes = {**PREFIXES, "id": f"{self.base}id/", "claim": f"{self.base}claim/"}

    @cached_property
    def difference(self) -> Difference | None:
        """What tells the graph from that of the build before."""
        if not self.before or not self.before.lines:
            return None
        return difference(self.before.store, self.before.lines, self.lines)

    @cached_property
    def change(self) -> Change | None:
        """What that touches, where so little does that the rest can be taken over."""
        if not self.before or not self.difference or not self.difference.is_small():
            return None
        change = Change(self.difference, self.before.lines, self.lines, self.base)
        return None if change.is_of_the_ontology() else change

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
        before = self.rows_before("claims")
        if not self.change or not before:
            return lists.claims_of_lines(self.store, self.lines)
        made = lists.claims_of_lines(self.store, self.change.part, {claim[1:-1] for claim in self.change.claims})
        rows = before | {row["id"]: row for row in made}
        return [rows[key] for key in self.corpus.claims]

    def rows_before(self, name: str) -> Rows:
        """Return the rows that the build before kept under a name, by id, in their order; none where there are none."""
        if name not in self._rows_before:
            kept = self.before.kept(name) if self.before else None
            self._rows_before[name] = {row["id"]: row for row in kept or ()}
        return self._rows_before[name]

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

    def counts(self) -> dict[str, int]:
        """Return how much of everything there is, as the manifest has it."""
        return {"claims": len(self.claims), "documents": len(self.corpus.documents), "entities": len(self.entities),
                "links": len(self.links), "nodes": len(self.nodes), "triples": len(self.lines)}
