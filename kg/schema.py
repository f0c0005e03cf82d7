"""The ontology as the program uses it: which classes, kinds, roles, links and sentences there are.

`ontology/*.ttl` is the only schema. Nothing in the program knows a kind by name, except those whose meaning is a rule of
the model (denial, silence, tenure, hypothesis, report).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import Misuse
from kg.terms import ARMS, RDFS, SKOS, local_name

FAMILIES = ("Relation", "Characteristic", "Saying", "Stage", "Event")
"""What a kind can be, the narrowest first."""

DEAL = "deal"
PLACE = "place"


@dataclass(frozen=True, slots=True)
class EdgeRule:
    """How a claim becomes links: from each value of `source` to each of `target`, worded both ways as (done, planned)."""

    term: str
    source: str
    forward: tuple[str, str]
    backward: tuple[str, str]
    target: str
    unless: str = ""

    @property
    def symmetric(self) -> bool:
        """Whether both ends are one role, so that each pair of its values is linked."""
        return self.source == self.target


@dataclass(frozen=True, slots=True)
class Role:
    """What may stand in a claim beside its common fields."""

    keyword: str
    name: str
    takes: str
    ranges: tuple[str, ...]
    phrase: str
    definition: str
    does: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """What a claim can be: its class in the ontology and everything the ontology says of it.

    `keys` are in alphabetical order: the addresses of facts are made from them, and no order in a file may move an address.
    """

    keyword: str
    name: str
    label: str
    family: str
    needs: tuple[str, ...]
    needs_any: tuple[str, ...]
    roles: frozenset[str]
    least: dict[str, int]
    keys: tuple[str, ...]
    edges: tuple[EdgeRule, ...]
    says: tuple[str, ...]
    encounter: str

    @property
    def is_event(self) -> bool:
        """Whether it happens at a time, so that a claim about it without a date is bounded by the day it was told."""
        return self.family in {"Event", "Stage", "Saying"}


@dataclass(frozen=True, slots=True)
class EntityClass:
    """A class of things that claims speak of."""

    keyword: str
    name: str
    label: str
    legend: str
    step: bool
    ancestors: frozenset[str]


@dataclass(frozen=True, slots=True)
class Schema:
    """The ontology, looked up by the curator's keywords; `ancestors` by class name, itself included."""

    kinds: dict[str, Kind]
    roles: dict[str, Role]
    classes: dict[str, EntityClass]
    ancestors: dict[str, frozenset[str]]
    labels: dict[str, str]


Triples = dict[str, dict[str, list[str]]]


def load_schema(folder: Path) -> Schema:
    """Return the schema read from the Turtle files of an ontology folder.

    Raises Misuse where the folder holds none, or one of them cannot be read.
    """
    triples = _read(folder)
    ancestors = {local_name(name): frozenset(_ancestors(triples, name)) for name in triples if name.startswith(ARMS)}
    roles = {role.keyword: role for role in _roles(triples)}
    by_name = {role.name: role.keyword for role in roles.values()}
    kinds = {kind.keyword: kind for kind in _kinds(triples, ancestors, by_name)}
    classes = {cls.keyword: cls for cls in _classes(triples, ancestors)}
    labels = {local_name(name): one(properties, RDFS + "label") for name, properties in triples.items()
              if name.startswith(ARMS)}
    return Schema(kinds, roles, classes, ancestors, labels)


def turtle_files(folder: Path) -> list[Path]:
    """Return the Turtle files of the ontology that hold terms, in order; the shapes are no part of them."""
    return sorted(path for path in folder.glob("*.ttl") if path.name != "shapes.ttl")


def one(properties: dict[str, list[str]], name: str) -> str:
    """Return the first value of a property, or an empty text."""
    values = properties.get(name)
    return values[0] if values else ""


def _read(folder: Path) -> Triples:
    import pyoxigraph

    files = turtle_files(folder)
    if not files:
        raise Misuse(f"no ontology: {folder} holds no .ttl file")
    triples: Triples = {}
    for path in files:
        try:
            for quad in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE):
                subject = triples.setdefault(quad.subject.value, {})
                subject.setdefault(quad.predicate.value, []).append(quad.object.value)
        except (SyntaxError, OSError) as error:
            raise Misuse(f"the ontology cannot be read: {path.name}: {error}") from error
    return triples


def _ancestors(triples: Triples, name: str) -> Iterator[str]:
    yield local_name(name)
    for parent in triples.get(name, {}).get(RDFS + "subClassOf", ()):
        if parent.startswith(ARMS):
            yield from _ancestors(triples, parent)


def _roles(triples: Triples) -> Iterator[Role]:
    for name, properties in triples.items():
        if takes := one(properties, ARMS + "takes"):
            ranges = properties.get(ARMS + "rangeAnyOf") or properties.get(RDFS + "range") or []
            yield Role(one(properties, ARMS + "keyword"), local_name(name), takes,
                       tuple(sorted(local_name(value) for value in ranges)),
                       one(properties, ARMS + "phrase"), one(properties, SKOS + "definition"),
                       one(properties, ARMS + "does") == "true")


def _kinds(triples: Triples, ancestors: dict[str, frozenset[str]], keyword: dict[str, str]) -> Iterator[Kind]:
    for name, properties in triples.items():
        if ARMS + "pattern" not in properties:
            continue
        local = local_name(name)

        def roles(term: str, values: dict[str, list[str]] = properties) -> tuple[str, ...]:
            return tuple(keyword[local_name(value)] for value in values.get(ARMS + term, ()))

        needs, needs_any = roles("needs"), roles("needsAnyOf")
        least = (text.split() for text in properties.get(ARMS + "least", ()))
        yield Kind(
            keyword=one(properties, ARMS + "keyword"), name=local, label=one(properties, RDFS + "label"),
            family=next(family for family in FAMILIES if family in ancestors[local]),
            needs=needs, needs_any=needs_any, roles=frozenset((*needs, *needs_any, *roles("mayHave"))) - {DEAL, PLACE},
            least={role: int(number) for role, number in least}, keys=tuple(sorted(roles("keyRole"))),
            edges=tuple(edge_rule(text) for text in sorted(properties.get(ARMS + "edge", ()))),
            says=tuple(pattern.partition(" ")[2] for pattern in _in_order(properties[ARMS + "pattern"])),
            encounter=one(properties, ARMS + "encounter"))


def _classes(triples: Triples, ancestors: dict[str, frozenset[str]]) -> Iterator[EntityClass]:
    for name, properties in triples.items():
        if ARMS + "legend" in properties and ARMS + "keyword" in properties:
            local = local_name(name)
            yield EntityClass(one(properties, ARMS + "keyword"), local, one(properties, RDFS + "label"),
                              one(properties, ARMS + "legend"), one(properties, ARMS + "step") == "true", ancestors[local])


def _in_order(patterns: list[str]) -> list[str]:
    return sorted(patterns, key=lambda pattern: int(pattern.partition(" ")[0]))


def edge_rule(text: str) -> EdgeRule:
    """Return the edge rule written in an `arms:edge` text.

    Raises ValueError where it has not five parts.

    >>> edge_rule("visited / visitor / <visited|planned to visit> / was visited by / host").forward
    ('visited', 'planned to visit')
    """
    parts = [part.strip() for part in text.split(" / ")]
    if len(parts) != 5:
        raise ValueError(f"an edge rule has five parts, not {len(parts)}: {text}")
    term, source, forward, backward, target = parts
    target, _, unless = target.partition(" !")
    return EdgeRule(term, source, done_and_planned(forward), done_and_planned(backward), target, unless)


def done_and_planned(wording: str) -> tuple[str, str]:
    """Return a wording as it is said of what was done and of what was planned.

    >>> done_and_planned("<was|was to be> visited")
    ('was visited', 'was to be visited')
    """
    return choose(wording, lambda pair: pair[1]), choose(wording, lambda pair: pair[2])


def choose(wording: str, pick: Callable[[re.Match[str]], str]) -> str:
    """Return a wording with each pair `<a|b>` replaced by what `pick` takes from it."""
    return re.sub(r"<([^<>|]*)\|([^<>|]*)>", pick, wording)


def is_a(schema: Schema, name: str, wanted: str) -> bool:
    """Return whether a class is another class or one of its subclasses, both given by name."""
    return wanted in schema.ancestors.get(name, frozenset())


