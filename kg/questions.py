"""Named questions: one SPARQL file each, put to the store with names, filters and nothing else filled in.

The head of a file, in comment lines, holds the English question, then `parameter: name kind help`, `column: name type` and
`example:` lines. A parameter is a one-line `VALUES ?name { default }` in the query; its content alone is replaced, by terms
that one function writes, so nothing typed at a terminal ever becomes part of a query's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.errors import KgError, Misuse
from kg.terms import local_name

if TYPE_CHECKING:
    from kg.store import Store  # the help of a question must not load the store

INCLUDABLE = ("planned", "alleged", "inferred", "hedged")
"""What widens a question beyond firm claims."""

Answer = list[dict[str, Any]]
"""Rows of an answer: column name to text, whole number, truth value or list of texts."""

CLAIM_FILTERS = """\
FILTER EXISTS { VALUES ?accordingTo { arms:Anybody } ?claim arms:accordingTo ?accordingTo }
FILTER NOT EXISTS { VALUES ?without { arms:Nothing } ?claim arms:source ?without }
FILTER NOT EXISTS { VALUES ?since { "0000" } ?claim arms:latestEnd ?ended . FILTER(STR(?ended) < ?since) }
FILTER NOT EXISTS { VALUES ?until { "9999" } ?claim arms:earliestBegin ?began . FILTER(STR(?began) > ?until) }
"""
"""The common filters as they stand, line by line, in every question; only the name of the claim's variable may differ."""

_HEAD = re.compile(r"#\s*(parameter|column|example|include|unfit):\s*(.+)")
_VALUES = re.compile(r"VALUES \?(\w+) \{ ([^{}]*) \}")


class Question(NamedTuple):
    """A question as its file gives it: parameters as (name, kind, help), columns as (name, type).

    `include` names the footings that it shows of itself, because they are its point. `unfit` holds the engines that get its
    query wrong, each with what they get wrong.
    """

    name: str
    title: str
    parameters: tuple[tuple[str, str, str], ...]
    columns: tuple[tuple[str, str], ...]
    examples: tuple[str, ...]
    include: frozenset[str]
    unfit: tuple[tuple[str, str], ...]
    note: str
    text: str

    @property
    def required(self) -> frozenset[str]:
        """The parameters without which there is nothing to ask: those whose default in the query is arms:Nothing."""
        return frozenset(name for name, _, _ in self.parameters if f"VALUES ?{name} {{ arms:Nothing }}" in self.text)


class Filters(NamedTuple):
    """What narrows or widens an answer.

    `without` holds IRIs of documents and origins, `according_to` those of claimants; `since` and `until` are ISO days: what
    certainly ended before the one or certainly began after the other is left out.
    """

    include: frozenset[str] = frozenset()
    without: tuple[str, ...] = ()
    according_to: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def footings(self) -> list[str]:
        """Return the footings a claim may stand on: firm, and every combination of what is included.

        >>> Filters(include=frozenset({"planned", "alleged"})).footings()
        ['firm', 'alleged', 'planned', 'alleged+planned']
        """
        marks = sorted(self.include)
        several = ["+".join(chosen) for size in range(1, len(marks) + 1) for chosen in combinations(marks, size)]
        return ["firm", *several]

    def terms(self) -> dict[str, list[str]]:
        """Return what takes the place of the defaults in the VALUES blocks of CLAIM_FILTERS; nothing for what is not set."""
        terms = {"without": [iri_term(iri) for iri in self.without], "accordingTo": [iri_term(iri) for iri in self.according_to],
                 "since": [text_term(self.since)] if self.since else [], "until": [text_term(self.until)] if self.until else []}
        return {name: found for name, found in terms.items() if found} | {"footing": [text_term(text) for text in self.footings()]}


def load_question(folder: Path, name: str) -> Question:
    """Return the question in `ontology/questions/NAME.rq`."""
    path = folder / "ontology" / "questions" / f"{name}.rq"
    try:
        return parse_question(name, path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Misuse(f"no question named {name}: there is no {path.name} in ontology/questions") from None


def parse_question(name: str, text: str) -> Question:
    """Return a question from the text of its file; its first line is the question in English."""
    first, _, rest = text.partition("\n")
    found: dict[str, list[str]] = {"parameter": [], "column": [], "example": [], "include": [], "unfit": []}
    for match in _HEAD.finditer(rest):
        found[match[1]].append(match[2].strip())
    if not first.startswith("# ") or not found["column"]:
        raise KgError(f"{name}.rq does not begin with its question in English, or names no column")
    parameters = (line.split(None, 2) for line in found["parameter"])
    return Question(name, first[2:].strip(), tuple((parts[0], parts[1], parts[2]) for parts in parameters),
                    tuple((line.split()[0], line.split()[1]) for line in found["column"]), tuple(found["example"]),
                    frozenset(word for line in found["include"] for word in line.split()),
                    tuple((line.split()[0], line.partition(" ")[2]) for line in found["unfit"]), _note(rest), text)


def runnable(question: Question, prefixes: Mapping[str, str]) -> str:
    """Return the text of a question with the prefixes that it uses declared, so that any SPARQL 1.1 engine runs it."""
    lines = question.text.rstrip("\n").split("\n")
    head = next(at for at, line in enumerate(lines) if not line.startswith("#"))
    used = set(re.findall(r"(?<![\w:])(\w+):", "\n".join(lines[head:])))
    declared = [f"PREFIX {name}: <{iri}>" for name, iri in prefixes.items() if name in used]
    return "\n".join([*lines[:head], "", *declared, *lines[head:]]) + "\n"


def _note(head: str) -> str:
    """Return the paragraph of comment under the question, which says what the reader has to know."""
    lines = []
    for line in head.split("\n"):
        if not line.startswith("#"):
            break
        text = line[1:].strip()
        if text and not _HEAD.match(line):
            lines.append(text)
    return " ".join(lines)


def ask(store: Store, question: Question, filters: Filters, given: Mapping[str, Iterable[str]]) -> Answer:
    """Return the rows of a question; `given` holds IRIs for parameters, by name.

    Raises KgError where the graph lies in an engine that gets the question wrong.
    """
    for engine, fault in question.unfit:
        if engine == store.engine:
            raise KgError(f"{engine} does not answer {question.name}: it {fault}; ask the graph built here, or another engine")
    filters = filters._replace(include=filters.include | question.include)
    values = {name: [iri_term(iri) for iri in iris] for name, iris in given.items()} | filters.terms()
    types = dict(question.columns)
    return [{name: _typed(row.get(name, ""), kind) for name, kind in types.items()}
            for row in store.rows(fill(question.text, values))]


def fill(query: str, values: dict[str, list[str]]) -> str:
    """Return a query with the content of its VALUES blocks replaced where terms are given, and left alone elsewhere.

    A digit after a name makes a second variable of the same parameter.

    >>> fill("VALUES ?who { arms:Anybody }", {"who": ["<https://e.example/a>"]})
    'VALUES ?who { <https://e.example/a> }'
    """
    def replace(match: re.Match[str]) -> str:
        terms = values.get(match[1].rstrip("23456789"))
        return f"VALUES ?{match[1]} {{ {' '.join(terms)} }}" if terms else match[0]

    return _VALUES.sub(replace, query)


def claim_filters(filters: Filters) -> str:
    """Return the common filters on ?claim, filled in."""
    return fill(CLAIM_FILTERS, filters.terms())


def iri_term(iri: str) -> str:
    """Return an IRI as SPARQL writes it.

    Raises Misuse for anything that could end the IRI early.
    """
    if re.search(r'[\x00-\x20<>"{}|^`\\]', iri):
        raise Misuse(f"'{iri}' is no IRI")
    return f"<{iri}>"


def text_term(text: str) -> str:
    r"""Return a text as SPARQL writes it.

    >>> print(text_term('a "b"'))
    "a \"b\""
    """
    text = text.encode("utf-8", "replace").decode()  # a byte that is no UTF-8 came as half a character, which no store takes
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def _typed(text: str, kind: str) -> Any:
    match kind:
        case "integer":
            return int(text or 0)
        case "boolean":
            return text in ("true", "1")  # some servers have no truth values of their own
        case "list":
            return sorted(set(text.split()), key=natural)
        case "names":
            return sorted({name for name in text.split("; ") if name})
        case "term":
            return local_name(text)
    return text


def natural(text: str) -> list[tuple[int, str]]:
    """Return a sort key under which c2 comes before c10.

    >>> sorted(["c10", "c2"], key=natural)
    ['c2', 'c10']
    """
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text)]
