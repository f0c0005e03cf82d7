r"""Queries that somebody typed, looked over before they run: what no query may ask for, and what may be a slip.

The words of a query are told apart from its texts, addresses, comments and variables, as SPARQL 1.1 has them, and where the
standard and the engine read a query differently it is read both ways: with and without `\u` escapes decoded, and with words
run together (`SERVICE:x{`, `1SERVICE`). This is for the sentence; that nothing gets out is up to `kg/child.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kg.errors import Misuse
from kg.names import suggest

UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

REFUSED = {
    "SERVICE": "SERVICE asks another server, and a query here reaches this graph alone; ask that server itself",
    "FROM": "FROM names another graph to read, and a query here reads this one alone; leave FROM out",
}
_UPDATE = "{} changes a graph, and this one is only read here; it changes through its sources and `kg build`"
_AMBIGUOUS = "'{}' can be read as an address or as a comparison; put a blank after '<', or use a prefix"

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_NAME = (r"\w\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040\u2070-\u218f\u2c00-\u2fef"
         r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff")
"""What a name may hold: more than Python takes for letters, and a mark too few would end a name where the engine reads on."""

_TOKEN = re.compile(rf"""
    (?P<blank>[ \t\r\n]+)
  | (?P<comment>\#[^\r\n]*)
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
  | (?P<text>\"{{3}}(?:\"{{0,2}}(?:[^"\\]|\\.))*\"{{3}} | '{{3}}(?:'{{0,2}}(?:[^'\\]|\\.))*'{{3}}
           | \"(?:[^"\\\r\n]|\\[^\r\n])*\" | '(?:[^'\\\r\n]|\\[^\r\n])*')
  | (?P<variable>[?$][{_NAME}]+)
  | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<word>(?:[{_NAME}:]|\\.)(?:[{_NAME}:.%-]|\\.)*)
  | (?P<mark>.)
""", re.VERBOSE | re.DOTALL)
_BEFORE_OPERAND = {"(", ",", "&", "|", "=", "!", "<", ">", "+", "-", "*", "/", "^", ";", ""}
"""After these no comparison can follow, so `<` begins an address."""


class Token(NamedTuple):
    """A part of a query: its kind (iri, text, variable, tag, word or mark), its text, where it begins, whether right after another."""

    kind: str
    text: str
    start: int
    glued: bool


@dataclass(frozen=True, slots=True)
class Vetted:
    """A query that may run: its form in capitals (empty where it has none), the variables in their order, the IRIs in it."""

    form: str
    variables: tuple[str, ...]
    iris: frozenset[str]


def vet(query: str, prefixes: Mapping[str, str]) -> Vetted:
    """Return what a query is about; `prefixes` are declared without its saying so.

    Raises Misuse for what is refused, and for a prefix that nobody declared.
    """
    tokens = list(tokenise(query))
    _refuse(query, tokens)
    if (decoded := _decoded(query)) != query:
        _refuse(decoded, list(tokenise(decoded)))
    declared = {**prefixes, **_declared(tokens)}
    used = [token.text for token in _names(tokens)]
    for name in used:
        prefix = name.partition(":")[0]
        if prefix not in declared and prefix != "_":
            raise Misuse(_undeclared(prefix, declared))
    parts = (name.partition(":") for name in used)
    iris = {declared[prefix] + re.sub(r"\\(.)", r"\1", local) for prefix, _, local in parts if prefix != "_"}
    iris |= {token.text[1:-1] for token in tokens if token.kind == "iri"}
    variables = dict.fromkeys(token.text[1:] for token in tokens if token.kind == "variable")
    return Vetted(_form(tokens), tuple(variables), frozenset(iris))


def what_is_wrong(query: str, said: str) -> str:
    """Return why a text is no SPARQL, as far as that can be seen from its words; else what the engine said, made readable.

    The engine's place can be far behind the mistake, and its list of what it expected is that of the place.
    """
    tokens = list(tokenise(query))
    if not tokens:
        return "it is empty"
    form = _form(tokens)
    if form not in FORMS:
        close = suggest(form, FORMS, cutoff=60) if form else []
        return f"it begins neither with {', '.join(FORMS[:-1])} nor with {FORMS[-1]}" + (f"; did you mean {close[0]}?" if close else "")
    for token in tokens:
        if token.kind == "mark" and token.text in ("'", '"'):
            return f"the text that begins on {_place(query, token.start)} has no end"
    if unpaired := _unpaired(tokens):
        return f"the {unpaired.text} on {_place(query, unpaired.start)} has no partner"
    if not any(token.text.upper() == "BASE" for token in tokens):
        for token in tokens:
            if token.kind == "iri" and not re.match(r"<[A-Za-z][A-Za-z0-9+.-]*:", token.text):
                return f"{token.text} on {_place(query, token.start)} is no whole address; one begins with https: or the like"
    match = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", said, re.DOTALL)
    if not match:
        return said
    expected = [part for part in re.sub(r"\[[^\]]*\]", "", match[3]).split(", ") if part.strip() and part not in ("LATERAL", "SERVICE")]
    place = f"mistake on line {match[1]}, before column {match[2]}"
    return f"{place}: {' or '.join(expected)}" if 0 < len(expected) < 6 else place


def _unpaired(tokens: list[Token]) -> Token | None:
    """Return the first bracket that closes nothing or is closed by one of another kind, else the last that is never closed."""
    partners = {")": "(", "]": "[", "}": "{"}
    opened: list[Token] = []
    for token in tokens:
        if token.kind == "mark" and token.text in partners.values():
            opened.append(token)
        elif token.kind == "mark" and token.text in partners:
            if not opened:
                return token
            if (last := opened.pop()).text != partners[token.text]:
                return last
    return opened[-1] if opened else None


def _place(query: str, at: int) -> str:
    return f"line {query.count(chr(10), 0, at) + 1}, column {at - query.rfind(chr(10), 0, at)}"


def tokenise(query: str) -> Iterator[Token]:
    """Yield the parts of a query but its blanks and comments.

    Raises Misuse where `<` could begin an address or compare, and the two readings would see different words after it.
    """
    brackets: list[str] = []
    last, glued, at = "", False, 0
    while match := _TOKEN.match(query, at):
        kind, text, start = str(match.lastgroup), match[0], at
        if kind == "iri" and brackets[-1:] == ["("] and last not in _BEFORE_OPERAND and not re.match(r"<[A-Za-z][\w+.-]*://", text):
            if re.search(r"['#)]", text):
                raise Misuse(_AMBIGUOUS.format(text))
            kind, text = "mark", "<"  # what follows is read as code: an address shows the same words
        elif kind == "word":
            text = text.rstrip(".") or text
        at += len(text)
        if kind in ("blank", "comment"):
            glued = False
            continue
        if text in ("(", "{", "["):
            brackets.append(text)
        elif text in (")", "}", "]") and brackets:
            brackets.pop()
        yield Token(kind, text, start, glued)
        last, glued = text, True


def _refuse(query: str, tokens: list[Token]) -> None:
    form = _form(tokens)
    if form in UPDATES:
        raise Misuse(_UPDATE.format(form))
    whole = query.upper()
    for word, sentence in REFUSED.items():
        if word in whole and any(word in token.text.upper() and _is_keyword(word, tokens, at) for at, token in enumerate(tokens)):
            raise Misuse(sentence)


def _is_keyword(word: str, tokens: list[Token], at: int) -> bool:
    """Return whether a token that holds a keyword's letters is, or may be read by the engine as, that keyword."""
    token, before, after = tokens[at], tokens[at - 1] if at else None, tokens[at + 1].text.upper() if at + 1 < len(tokens) else ""
    if token.kind == "variable":  # in `ex:path?SERVICE` the mark can belong to the path
        return token.glued and token.text[0] == "?" and before is not None and before.kind in ("word", "iri") and word in token.text.upper()
    if token.kind != "word":
        return False
    prefix, colon, _ = token.text.partition(":")
    if not colon:  # no other keyword and no function of SPARQL holds these letters
        return True
    named = before is not None and before.text.upper() in ("GRAPH", "PREFIX")
    return word in prefix.upper() and after in ("{", "WHERE") and not named


def _form(tokens: list[Token]) -> str:
    """Return the first keyword that is neither BASE nor PREFIX."""
    return next((token.text.upper() for token in tokens
                 if token.kind == "word" and ":" not in token.text and token.text.upper() not in ("BASE", "PREFIX")), "")


def _decoded(query: str) -> str:
    def char(match: re.Match[str]) -> str:
        number = int(match[1] or match[2], 16)
        return chr(number) if number < 0x110000 else match[0]

    return _ESCAPE.sub(char, query)


def _declared(tokens: list[Token]) -> dict[str, str]:
    """Return the prefixes that a query declares."""
    return {name.text.rstrip(":"): iri.text[1:-1] for keyword, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
            if keyword.text.upper() == "PREFIX" and name.kind == "word" and iri.kind == "iri"}


def _names(tokens: list[Token]) -> Iterator[Token]:
    """Yield the prefixed names, but not those of declarations."""
    for before, token in zip([Token("mark", "", 0, False), *tokens], tokens, strict=False):
        if token.kind == "word" and ":" in token.text and before.text.upper() != "PREFIX":
            yield token


def _undeclared(prefix: str, declared: Mapping[str, str]) -> str:
    mixed_up = [name for name in declared if sorted(name) == sorted(prefix)]
    close = mixed_up or suggest(prefix, declared, cutoff=70) if prefix else []
    if close:
        return f"no prefix '{prefix}:' is declared; did you mean {' or '.join(f'{name}:' for name in close)}?"
    known = ", ".join(f"{name}:" for name in declared if name)
    return f"no prefix '{prefix}:' is declared; declare it with PREFIX {prefix}: <…>, or use one of {known}"
