"""From claims to the links that chains are made of; the rules are the ontology's (`arms:edge`).

Every link comes from one claim, never from an event's union of roles. An office is a link between a person and the body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

from kg.model import Corpus, Party
from kg.readings import FIRM, RESERVATIONS, Reading, attestation_footing, tenure_key
from kg.schema import DEAL, EdgeRule, Schema
from kg.sentences import Speaker, wording

TENURE = "Tenure"
"""The kind of a link that is an office, whatever kind of claim attests it."""


@dataclass(frozen=True, slots=True)
class Link:
    """One step between two things. `event` is what it shows; `term` its direct triple; `office` where it is a post."""

    source: str
    target: str
    forward: str
    backward: str
    term: str
    event: str
    footing: str
    kind: str
    office: bool = False


@dataclass(frozen=True, slots=True)
class Encounter:
    """That two parties met, stated or inferred from the kind of event."""

    one: str
    other: str
    footing: str


def links_of(reading: Reading, corpus: Corpus, speaker: Speaker) -> list[Link]:
    """Return the links one claim yields, each pair once."""
    found = [link for rule in reading.kind.edges for link in _by_rule(rule, reading, corpus, speaker)]
    found += _offices(reading, corpus, speaker)
    unique = {(link.source, link.target, link.term, link.event): link for link in found if link.source != link.target}
    return list(unique.values())


def encounters_of(reading: Reading, corpus: Corpus, schema: Schema) -> list[Encounter]:
    """Return who met whom by one claim; a kind that only lets one infer it adds that reservation. States do not meet."""
    encounter = reading.kind.encounter
    if not encounter:
        return []
    footing = with_reservation(reading.footing, "inferred") if encounter == "inferred" else reading.footing
    role = reading.kind.needs[0]
    able = [key for key in reading.claim.references(role) if schema.classes[corpus.entities[key].kind].step]
    return [Encounter(one, other, footing) for one, other in combinations(able, 2)]


def with_reservation(footing: str, mark: str) -> str:
    """Return a footing with one more reservation.

    >>> with_reservation("planned", "inferred"), with_reservation("firm", "inferred")
    ('inferred+planned', 'inferred')
    """
    marks = {*footing.split("+"), mark}
    return "+".join(name for name in RESERVATIONS if name in marks)


def _ends(reading: Reading, role: str) -> tuple[str, ...]:
    if role == DEAL:
        return (reading.claim.deal,) if reading.claim.deal else ()
    return reading.claim.references(role)


def _by_rule(rule: EdgeRule, reading: Reading, corpus: Corpus, speaker: Speaker) -> Iterator[Link]:
    if rule.unless and _ends(reading, rule.unless):
        return
    if "not-same" in reading.claim.roles.get("relation", ()):  # the one supposition that parts instead of joining
        return
    sources = _ends(reading, rule.source)
    pairs = combinations(sources, 2) if rule.symmetric else product(sources, _ends(reading, rule.target))
    mode = reading.claim.mode
    for source, target in pairs:
        post = corpus.entities[target] if target in corpus.entities and corpus.entities[target].kind == "post" else None
        if post and not post.body:
            continue
        label = speaker.label(target) if post else ""
        yield Link(source, post.body if post else target, wording(reading.kind, rule.forward, mode, label),
                   wording(reading.kind, rule.backward, mode, label), rule.term, reading.event, reading.footing,
                   reading.kind.name, office=post is not None)


def _offices(reading: Reading, corpus: Corpus, speaker: Speaker) -> Iterator[Link]:
    """Yield the offices that a claim attests by naming somebody in a capacity."""
    parties = [value for values in reading.claim.roles.values() for value in values if isinstance(value, Party)]
    for party in parties:
        post = corpus.entities.get(party.post)
        if post and post.body:
            label = speaker.label(party.post)
            yield Link(party.key, post.body, f"was {label} in", f"had as {label}", "heldPostIn",
                       tenure_key(party.key, party.post), attestation_footing(reading), TENURE, office=True)


def ministers(readings: dict[str, Reading], corpus: Corpus) -> set[str]:
    """Return the people whom a firm claim that nobody denies attests in a ministerial post."""
    found = set()
    for reading in readings.values():
        if reading.demoted or attestation_footing(reading) != FIRM:
            continue
        pairs = [(value.key, value.post) for values in reading.claim.roles.values()
                 for value in values if isinstance(value, Party) and value.post]
        if reading.claim.kind == "tenure" and reading.firm:
            pairs += zip(reading.claim.references("person"), reading.claim.references("post"), strict=False)
        found |= {person for person, post in pairs if corpus.entities[post].ministerial}
    return {key for key in found if corpus.entities[key].kind == "person"}
