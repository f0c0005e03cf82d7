"""YAML text to nodes that know their place; nothing typed is guessed at.

A strict subset of YAML 1.2: one mapping a file, block or flow, scalars that stay the text typed. Refused with a place:
duplicate keys, tags, anchors and aliases, merge keys, tabs, several documents, control and invisible characters, bad UTF-8,
deep nesting, oversized files, values that a # cuts short. The parser is PyYAML's; its loaders, which turn `no` into False
and `12:30` into 750, are not used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from kg.errors import Place, Problem

MAX_BYTES = 4_000_000
MAX_SCALAR = 20_000
MAX_DEPTH = 12
_JOINERS = "\u200c\u200d"  # needed to write Persian and Kurdish


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as it was typed. `plain` where no quotes stood around it."""

    text: str
    place: Place
    plain: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and nodes in the order written; no key occurs twice. `flow` where it stands in braces."""

    items: tuple[tuple[Scalar, Node], ...]
    place: Place
    flow: bool


Node = Scalar | Sequence | Mapping


class _Refused(Exception):
    """Stops the reading of one file; carries the problem."""

    def __init__(self, place: Place, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(place, code, message, hint)


def read(data: bytes, path: str) -> tuple[Mapping | None, list[Problem]]:
    """Return the one mapping a file holds, or None, and the problems found; `path` is how the file is named in them."""
    try:
        text = _decode(data, path)
        events = _events(text, path)
        problems: list[Problem] = []
        node = _document(events, path, problems)
        return node, problems
    except _Refused as refused:
        return None, [refused.problem]


def _decode(data: bytes, path: str) -> str:
    if len(data) > MAX_BYTES:
        raise _Refused(Place(path, 1, 1), "Y01", f"the file has {len(data)} bytes", f"split it: at most {MAX_BYTES} are read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = Place(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise _Refused(place, "Y02", f"byte 0x{data[error.start]:02x} is not UTF-8", "save the file as UTF-8") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.replace("\n", "").isprintable():
        _refuse_invisible(text, path)
    return unicodedata.normalize("NFC", text)


def _refuse_invisible(text: str, path: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        for column, char in enumerate(line, 1):
            category = unicodedata.category(char)
            if char == "\t":
                raise _Refused(Place(path, number, column), "Y03", "a tab", "indent with spaces")
            if category in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} or (category == "Cf" and char not in _JOINERS):
                name = unicodedata.name(char, "control character")
                raise _Refused(Place(path, number, column), "Y04", f"an invisible character, U+{ord(char):04X} {name}",
                               "remove it")


def _events(text: str, path: str) -> Iterator[yaml.Event]:
    depth = 0
    lines = text.split("\n")
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise _Refused(_place(event, path), "Y05", f"nested more than {MAX_DEPTH} deep", "write it flatter")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.ScalarEvent) and event.value and event.style in (None, ""):
                _refuse_cut_short(event, lines, path)
            yield event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(path, mark.line + 1, mark.column + 1) if mark else Place(path, 1, 1)
        raise _Refused(place, "Y06", f"this is no YAML: {error.problem or error.context}", _syntax_hint(text, place)) from None
    except yaml.YAMLError as error:
        raise _Refused(Place(path, 1, 1), "Y06", f"this is no YAML: {' '.join(str(error).split())}") from None


def _refuse_cut_short(event: yaml.ScalarEvent, lines: list[str], path: str) -> None:
    """Refuse `Unit #4`, of which YAML would keep `Unit`: a comment has a blank after its #."""
    end = event.end_mark
    if end and (match := re.match(r" +(#[^# ]\S*)", lines[end.line][end.column:])):
        raise _Refused(Place(path, end.line + 1, end.column + match.start(1) + 1), "Y14", f"'{match[1]}' would be cut off as a comment",
                       "put the value in double quotes, or a blank after the #")


def _syntax_hint(text: str, place: Place) -> str:
    lines = text.split("\n")
    line = lines[min(place.line, len(lines)) - 1]
    if "{" in line or "[" in line:
        return 'inside { } and [ ] put a value that holds a comma, colon, quote, # or bracket in double quotes: "a, b"'
    return 'check the indentation, and put a value that holds ": " or " #" in double quotes'


def _place(event: yaml.Event, path: str) -> Place:
    mark = event.start_mark
    return Place(path, mark.line + 1, mark.column + 1) if mark else Place(path, 1, 1)


def _document(events: Iterator[yaml.Event], path: str, problems: list[Problem]) -> Mapping | None:
    next(events)  # the start of the stream
    first = next(events)
    if isinstance(first, yaml.StreamEndEvent):
        raise _Refused(Place(path, 1, 1), "Y07", "the file is empty", "write one mapping, `key: value`")
    node = _node(next(events), events, path, problems)
    next(events)  # the end of the document
    after = next(events)
    if not isinstance(after, yaml.StreamEndEvent):
        raise _Refused(_place(after, path), "Y08", "a second document begins here", "write one mapping a file, without ---")
    if not isinstance(node, Mapping):
        raise _Refused(node.place, "Y09", f"the file holds a {'list' if isinstance(node, Sequence) else 'text'}",
                       "write one mapping, `key: value`")
    return node


def _node(event: yaml.Event, events: Iterator[yaml.Event], path: str, problems: list[Problem]) -> Node:
    place = _place(event, path)
    _refuse_extras(event, place)
    if isinstance(event, yaml.ScalarEvent):
        if len(event.value) > MAX_SCALAR:
            raise _Refused(place, "Y01", f"a text of {len(event.value)} characters", f"at most {MAX_SCALAR} are read")
        if not event.value.isprintable():
            _refuse_escaped(event.value, place)
        text = unicodedata.normalize("NFC", event.value)  # an escape can bring in what is not composed
        return Scalar(text.strip() if event.style in ("|", ">") else text, place, event.style in (None, ""))
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_node(event, events, path, problems))
        return Sequence(tuple(items), place)
    return _mapping(events, place, bool(getattr(event, "flow_style", False)), problems)


def _mapping(events: Iterator[yaml.Event], place: Place, flow: bool, problems: list[Problem]) -> Mapping:
    path = place.path
    items: list[tuple[Scalar, Node]] = []
    seen: dict[str, Place] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(event, events, path, problems)
        value = _node(next(events), events, path, problems)
        if not isinstance(key, Scalar):
            raise _Refused(key.place, "Y10", "a key that is a list or a mapping", "keys are plain words")
        if key.text in seen:
            first = seen[key.text]
            problems.append(Problem(key.place, "Y11", f"the key '{key.text}' stands twice",
                                    f"first on line {first.line}; keep one"))
            continue
        seen[key.text] = key.place
        items.append((key, value))
    return Mapping(tuple(items), place, flow)


def _refuse_extras(event: yaml.Event, place: Place) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise _Refused(place, "Y12", f"the alias *{getattr(event, 'anchor', None)}", "write the value out in full")
    anchor = getattr(event, "anchor", None)
    if anchor is not None:
        raise _Refused(place, "Y12", f"the anchor &{anchor}", "write the value out in full, without an anchor")
    tag = getattr(event, "tag", None)
    if tag is not None:
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        raise _Refused(place, "Y13", f"the tag {shown}", "remove it: every value is read as the text typed")


def _refuse_escaped(text: str, place: Place) -> None:
    for char in text:
        category = unicodedata.category(char)
        if char != "\n" and (category in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} or (category == "Cf" and char not in _JOINERS)):
            raise _Refused(place, "Y04", f"an invisible character, U+{ord(char):04X}", "remove it")
