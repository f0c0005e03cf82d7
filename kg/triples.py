"""N-Triples lines back as properties by subject, without a store: what a build reads of the lines that it has just written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.terms import ARMS, RDFS

Properties = dict[str, list[str]]
"""The values of one subject by property, IRIs and literals alike as plain text, in the order of the lines."""

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def value_of(term: str) -> str:
    r"""Return the text of an IRI or a literal as N-Triples writes it.

    >>> value_of('"say \\"no\\""@en'), value_of("<https://e.example/a>")
    ('say "no"', 'https://e.example/a')
    """
    if term[0] == "<":
        return term[1:-1]
    text = term[1:term.rindex('"')]
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    found = match[1]
    return chr(int(found[1:], 16)) if len(found) > 1 else _LETTERS.get(found, found)


def by_subject(lines: Iterable[str], prefix: str) -> dict[str, Properties]:
    """Return the properties of every subject whose IRI begins so."""
    found: dict[str, Properties] = {}
    start = "<" + prefix
    for line in lines:
        if line.startswith(start):
            subject, predicate, term = line.split(" ", 2)
            properties = found.get(subject)
            if properties is None:
                properties = found[subject] = {}
            properties.setdefault(predicate[1:-1], []).append(value_of(term[:-2]))
    return {subject[1:-1]: properties for subject, properties in found.items()}


def labels_and_keywords(lines: Iterable[str]) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Return the label of everything that is no role, and for each role, by its IRI, its keyword and what it takes."""
    wanted = {f"<{iri}>": name for name, iri in (("label", RDFS + "label"), ("keyword", ARMS + "keyword"), ("takes", ARMS + "takes"))}
    found: dict[str, dict[str, str]] = {name: {} for name in wanted.values()}
    for line in lines:
        if "#label> " not in line and "#keyword> " not in line and "#takes> " not in line:
            continue  # most of them; splitting costs more than looking
        subject, predicate, term = line.split(" ", 2)
        if predicate in wanted:
            found[wanted[predicate]][subject[1:-1]] = value_of(term[:-2])
    takes = found["takes"]
    return ({iri: label for iri, label in found["label"].items() if iri not in takes},
            {iri: (found["keyword"][iri], what) for iri, what in takes.items() if iri in found["keyword"]})
