"""Typed fields taken out of a YAML mapping; every mistake becomes a problem and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.dates import bounds
from kg.errors import Place, Problem
from kg.reader import Mapping, Node, Scalar, Sequence
from kg.terms import is_id


class Fields:
    """One mapping whose keys are taken one by one; what is left in the end is unknown."""

    def __init__(self, mapping: Mapping, problems: list[Problem]) -> None:
        """Start with all keys of the mapping untaken."""
        self.place = mapping.place
        self.problems = problems
        self._flow = mapping.flow
        self._left = {key.text: (key, value) for key, value in mapping.items}
        self._known: list[str] = []

    def complain(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Record a problem."""
        self.problems.append(Problem(place, code, message, hint))

    def take(self, key: str) -> Node | None:
        """Return the node under a key, if it is there."""
        self._known.append(key)
        found = self._left.pop(key, None)
        return found[1] if found else None

    def peek(self, key: str) -> str:
        """Return the text under a key without taking it."""
        node = self._left.get(key, (None, None))[1]
        return node.text if isinstance(node, Scalar) else ""

    def refuse(self, key: str, code: str, message: str, hint: str) -> None:
        """Take a key that does not belong here, and complain of it where it stands."""
        self.complain(self._left.pop(key)[0].place, code, message, hint)

    def keys_left(self) -> list[str]:
        """Return the keys that have not been taken, in the order written."""
        return list(self._left)

    def scalar(self, key: str, *, required: bool = False) -> Scalar | None:
        """Return a text with its place."""
        node = self.take(key)
        if node is None:
            if required:
                self.complain(self.place, "S02", f"the key '{key}' is missing", f"add `{key}: …`")
            return None
        if not isinstance(node, Scalar):
            self.complain(node.place, "S03", f"'{key}' holds {shape(node)}", "write one value")
            return None
        if not node.text.strip():
            self.complain(node.place, "S02", f"'{key}' is empty", "write a value or remove the key")
            return None
        return node

    def text(self, key: str, *, required: bool = False) -> str:
        """Return a text, or an empty one."""
        node = self.scalar(key, required=required)
        return node.text if node else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts under a key that takes one or a list."""
        return tuple(scalar.text for scalar in self.scalars(key))

    def scalars(self, key: str) -> list[Scalar]:
        """Return the texts under a key that takes one or a list, with their places."""
        kept = []
        for node in self.many(key):
            if isinstance(node, Scalar) and node.text.strip():
                kept.append(node)
            else:
                self.complain(node.place, "S03", f"'{key}' holds {shape(node)}", "write a text, or a list of texts")
        return kept

    def many(self, key: str) -> tuple[Node, ...]:
        """Return the nodes under a key that takes one value or a list."""
        node = self.take(key)
        if node is None:
            return ()
        if isinstance(node, Sequence):
            if not node.items:
                self.complain(node.place, "S02", f"'{key}' is an empty list", "write a value or remove the key")
            return node.items
        return (node,)

    def identifier(self, key: str = "id") -> str:
        """Return an id that the mapping must have."""
        node = self.scalar(key, required=True)
        if node is None:
            return ""
        if not is_id(node.text):
            self.complain(node.place, "S04", f"'{node.text}' cannot be an id", "use small letters, digits and hyphens: ana-ruiz")
            return ""
        return node.text

    def date(self, key: str) -> str:
        """Return an EDTF date as typed, or an empty text."""
        node = self.scalar(key)
        if node is None:
            return ""
        try:
            bounds(node.text)
        except ValueError as error:
            self.complain(node.place, "S07", f"'{node.text}' is no date: {error}",
                          "write 2031, 2031-05, 2031-05-12, A/B throughout, or [A..B] some day within")
            return ""
        return node.text

    def choice(self, key: str, allowed: Iterable[str], default: str = "") -> str:
        """Return one of the allowed words."""
        node = self.scalar(key)
        if node is None:
            return default
        words = tuple(allowed)
        if node.text not in words:
            self.complain(node.place, "S08", f"'{key}' is '{node.text}'", f"write one of {', '.join(words)}")
            return default
        return node.text

    def flag(self, key: str) -> bool:
        """Return a boolean, which is written `true` or `false` and nothing else."""
        return self.choice(key, ("true", "false"), "false") == "true"

    def number(self, key: str, *, required: bool = False) -> int | None:
        """Return a whole number of at most nine digits."""
        node = self.scalar(key, required=required)
        if node is None:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", node.text):
            self.complain(node.place, "S09", f"'{key}' is '{node.text}'", "write a whole number")
            return None
        return int(node.text)

    def inner(self, key: str) -> Fields | None:
        """Return the mapping under a key."""
        node = self.take(key)
        if node is None:
            return None
        return self.of(node, key)

    def inners(self, key: str) -> list[Fields]:
        """Return the mappings in the list under a key."""
        node = self.take(key)
        if node is None:
            return []
        if not isinstance(node, Sequence):
            self.complain(node.place, "S03", f"'{key}' holds {shape(node)}", "write a list, each item with a leading -")
            return []
        return [inner for item in node.items if (inner := self.of(item, key))]

    def of(self, node: Node, key: str) -> Fields | None:
        """Return the fields of a node that has to be a mapping."""
        if isinstance(node, Mapping):
            return Fields(node, self.problems)
        self.complain(node.place, "S03", f"'{key}' holds {shape(node)}", "write `key: value` pairs")
        return None

    def finish(self, known: Iterable[str] = ()) -> None:
        """Complain of every key that was not taken; `known` are more keys that could have been meant."""
        candidates = [*self._known, *known]
        for key, value in self._left.values():
            if self._flow and key.plain and isinstance(value, Scalar) and not value.text:
                hint = f'if it belongs to the value before it, put that whole value in double quotes: "…, {key.text}"'
            else:
                hint = did_you_mean(key.text, candidates)
            self.complain(key.place, "S01", f"unknown key '{key.text}'", hint)


def shape(node: Node) -> str:
    """Return what a node is, in a curator's words."""
    if isinstance(node, Scalar):
        return "a text" if node.text.strip() else "nothing"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def a(noun: str) -> str:
    """Return a noun with its article.

    >>> a("meeting"), a("affair")
    ('a meeting', 'an affair')
    """
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"


def did_you_mean(typed: str, known: Iterable[str]) -> str:
    """Return a hint with the most similar known words, or all of them where there are few."""
    import difflib

    words = list(dict.fromkeys(known))
    close = difflib.get_close_matches(typed, words, n=2, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(f"'{word}'" for word in close) + "?"
    if 0 < len(words) <= 16:
        return "known here: " + ", ".join(sorted(words))
    return ""
