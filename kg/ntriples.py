"""N-Triples written by hand: terms, and the nodes that several sorts of record have alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.dates import Bounds
from kg.model import Evidence, Money, Quantity
from kg.names import fold
from kg.terms import ARMS, OA, RDF, SCHEMA, SKOS, XSD

TYPE = f"<{RDF}type>"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def literal(text: str, datatype: str = "", language: str = "") -> str:
    r"""Return a text as an N-Triples literal.

    >>> print(literal('say "no"', language="en"))
    "say \"no\""@en
    """
    written = f'"{text.translate(_ESCAPES)}"'
    return f"{written}^^<{XSD}{datatype}>" if datatype else f"{written}@{language}" if language else written


def arms(name: str) -> str:
    """Return a term of the ontology as N-Triples writes it."""
    return f"<{ARMS}{name}>"


Statement = tuple[str, str, str]
"""Subject, predicate and object as N-Triples writes them."""


def statements_of(lines: Iterable[str]) -> list[Statement]:
    """Return the parts of N-Triples lines of ours, which have one blank between them and one before the full stop.

    >>> statements_of(['<a> <b> "c d" .'])
    [('<a>', '<b>', '"c d"')]
    """
    return [(subject, predicate, rest[:-2]) for subject, predicate, rest in (line.split(" ", 2) for line in lines)]


def claim_of(subject: str, claims: str) -> list[str]:
    """Return the claim whose name a node's begins with, and what follows of the node's name; `claims` is how all their names begin.

    >>> claim_of("<e:claim/gazette/c1/said/1>", "<e:claim/")
    ['<e:claim/gazette/c1>', 'said', '1']
    """
    document, name, *inner = subject[len(claims):-1].split("/")
    return [f"{claims}{document}/{name}>", *inner]


def search_keys(me: str, text: str) -> Iterator[str]:
    """Yield the forms in which a name is searched for."""
    key = fold(text)
    yield f"{me} <{SKOS}hiddenLabel> {literal(key)} ."
    for word in key.split():
        yield f"{me} {arms('nameWord')} {literal(word)} ."


def money_lines(money: Money, node: str) -> Iterator[str]:
    """Yield a sum, and its conversion where the source gives one."""
    yield f"{node} {TYPE} <{SCHEMA}MonetaryAmount> ."
    if money.amount:
        yield f"{node} {arms('amount')} {literal(money.amount, 'decimal')} ."
    for term, text in (("currency", money.currency), ("words", money.words)):
        if text:
            yield f"{node} {arms(term)} {literal(text)} ."
    if money.approximate:
        yield f"{node} {arms('approximate')} {literal('true', 'boolean')} ."
    if money.conversion:
        inner = f"{node[:-1]}/conversion>"
        yield f"{node} {arms('sourceConversion')} {inner} ."
        yield from money_lines(money.conversion, inner)


def quantity_lines(quantity: Quantity, node: str) -> Iterator[str]:
    """Yield how many of something there are, or the words for it."""
    yield f"{node} {TYPE} {arms('Quantity')} ."
    for term, text in (("unit", quantity.unit), ("words", quantity.words)):
        if text:
            yield f"{node} {arms(term)} {literal(text)} ."
    if quantity.count:
        yield f"{node} {arms('count')} {literal(quantity.count, 'integer')} ."


def evidence_lines(me: str, evidence: Evidence, node: str, document: str) -> Iterator[str]:
    """Yield the place in a document where the words stand that prove something."""
    yield f"{me} {arms('evidence')} {node} ."
    yield f"{node} {TYPE} {arms('Evidence')} ."
    yield f"{node} <{OA}hasSource> {document} ."
    yield f"{node} {arms('paragraph')} {literal(str(evidence.paragraph), 'integer')} ."
    yield f"{node} {arms('words')} {literal(evidence.words)} ."


def bounds_lines(me: str, span: Bounds) -> Iterator[str]:
    """Yield the first and last days on which something can have begun and ended, where they are known."""
    for term, day in zip(("earliestBegin", "latestBegin", "earliestEnd", "latestEnd"), span, strict=True):
        if day:
            yield f"{me} {arms(term)} {literal(day, 'date')} ."
