"""Compact JSON-LD 1.1, one node a line, and its context: what in a property's values is always the same is said there once."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from kg.ntriples import TYPE, Statement

_LITERAL = re.compile(r'(".*")(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)

Coercion = dict[str, str]
"""What a context says of a property's values: they are IRIs, or of one datatype, or in one language; nothing where they differ."""


class Compactor:
    """Writes IRIs and values shortly, under a context made for the lines of one graph."""

    def __init__(self, statements: list[Statement], prefixes: dict[str, str]) -> None:
        """Take the sorted statements, and find out what is alike in all values of a property."""
        self._statements = statements
        self._prefixes = prefixes
        self._short: dict[str, str] = {}
        sorts: dict[str, set[str]] = defaultdict(set)
        found = {(predicate, "@id" if value[0] == "<" else value[value.rindex('"') + 1:]) for _, predicate, value in statements}
        for predicate, sort in found:
            sorts[predicate].add(sort)
        del sorts[TYPE]
        self._alike = {predicate: found.pop() for predicate, found in sorts.items() if len(found) == 1}

    def context(self) -> dict[str, object]:
        """Return the context: prefixes, and how the values of each property are to be read."""
        terms = {self._iri(predicate): {"@id": self._iri(predicate), **coercion}
                 for predicate, sort in self._alike.items() if (coercion := self._coercion(sort))}
        return {"@version": 1.1, **self._prefixes, **dict(sorted(terms.items()))}

    def document(self, statements: list[Statement] | None = None) -> bytes:
        """Return the whole graph as one JSON-LD document that holds its context, so that nobody has to fetch one; or some statements."""
        head = json.dumps(self.context(), ensure_ascii=False, indent=1)
        about = groupby(self._statements if statements is None else statements, key=itemgetter(0))
        nodes = ",\n".join(self._node(subject, found) for subject, found in about)
        return f'{{"@context": {head},\n"@graph": [\n{nodes}\n]}}\n'.encode()

    def _coercion(self, sort: str) -> Coercion:
        if sort == "@id":
            return {"@type": "@id"}
        if sort.startswith("@"):
            return {"@language": sort[1:]}
        return {"@type": self._iri(sort[2:])} if sort else {}

    def _node(self, subject: str, statements: Iterable[Statement]) -> str:
        parts = [f'"@id":"{self._iri(subject)}"']
        for predicate, found in groupby(statements, key=itemgetter(1)):
            if predicate == TYPE:
                parts.append(f'"@type":{_several([f"{chr(34)}{self._iri(value)}{chr(34)}" for _, _, value in found])}')
            else:
                plain = predicate in self._alike
                parts.append(f'"{self._iri(predicate)}":{_several([self._value(value, plain) for _, _, value in found])}')
        return "{" + ",".join(parts) + "}"

    def _value(self, value: str, alike: bool) -> str:
        """Return a value; what N-Triples escapes in a text JSON escapes in the same way."""
        if value[0] == "<":
            short = f'"{self._iri(value)}"'
            return short if alike else f'{{"@id":{short}}}'
        if alike:
            return value[:value.rindex('"') + 1]
        match = _LITERAL.fullmatch(value)
        assert match, value
        text, language, datatype = match.groups()
        if language:
            return f'{{"@language":"{language}","@value":{text}}}'
        return f'{{"@type":"{self._iri(f"<{datatype}>")}","@value":{text}}}' if datatype else text

    def _iri(self, bracketed: str) -> str:
        """Return an IRI in angle brackets with a prefix for its beginning where there is one."""
        short = self._short.get(bracketed)
        if short is None:
            iri = bracketed[1:-1]
            name, space = max(((name, space) for name, space in self._prefixes.items() if iri.startswith(space) and iri != space),
                              key=lambda pair: len(pair[1]), default=("", ""))
            short = self._short[bracketed] = f"{name}:{iri[len(space):]}" if name else iri
        return short


def _several(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"[{','.join(values)}]"


def context_bytes(compactor: Compactor) -> bytes:
    """Return the context as a document of its own, for whoever writes or reads JSON-LD in these words."""
    return (json.dumps({"@context": compactor.context()}, ensure_ascii=False, indent=1) + "\n").encode()
