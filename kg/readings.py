"""How each claim stands once all are read together: who says it, on what footing, when, denied by whom, of which event.

Everything here is worked out from the records by the rules of the model and adds no fact: a default status, a date taken
over from the event, an upper bound from the day of telling, the flag of a denial, a count of origins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from kg import model
from kg.dates import Bounds, bounds, edtf_of, intersect, within
from kg.model import Claim, Corpus, Party
from kg.schema import Kind, Schema

FIRM = "firm"
RESERVATIONS = ("alleged", "hedged", "inferred", "not", "planned")
"""Why a claim may not be firm; a footing is `firm`, or these joined by +, in this order."""

_APART = 100_000

ESTABLISHED, DISPUTED, NOT_CLAIMED = "established", "disputed", "not claimed"


@dataclass(slots=True)
class Reading:
    """A claim as it stands. Keys of claims, events, entities; dates as EDTF; `origin` is empty where nobody is named.

    The first `originators` of `said_by` said it together, the others relayed it. `told_by` is the last day on which it can
    have been told. `worked_out` tells that the date is not the text's own.
    """

    claim: Claim
    kind: Kind
    event: str
    status: str
    footing: str
    said_by: tuple[str, ...]
    originators: int
    origin: str
    date: str = ""
    date_from: str = ""
    bounds: Bounds = field(default_factory=Bounds)
    told_by: str = ""
    worked_out: bool = False
    counts_as_origin: bool = True
    denied_by: list[str] = field(default_factory=list)
    may_be_denied_by: list[str] = field(default_factory=list)
    demoted: bool = False

    @property
    def disputed(self) -> bool:
        """Whether a denial meets it, or may."""
        return bool(self.denied_by or self.may_be_denied_by)

    @property
    def claimants(self) -> tuple[str, ...]:
        """Whoever makes the claim: those who said it together, else the document's reporter; nobody where the curator infers it."""
        if self.claim.inferred:
            return ()
        return self.said_by[: self.originators] or ((self.origin,) if self.origin else ())

    @property
    def firm(self) -> bool:
        """Whether it is asserted or reported, done or ongoing, unhedged and not inferred."""
        return self.footing == FIRM


@dataclass(slots=True)
class Event:
    """What one or more claims are about: an event, a relation or a characteristic. `conflict` where no day fits all claims.

    `attested` is for tenures: by the key of each claim that names somebody in a capacity, the person and the post.
    """

    key: str
    kind: Kind
    claims: list[str]
    declared: bool
    date: str = ""
    bounds: Bounds = field(default_factory=Bounds)
    conflict: bool = False
    standing: str = ESTABLISHED
    attested: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Readings:
    """All claims and events as they stand, by key, and for a document and an origin in it the group that the origin belongs to."""

    claims: dict[str, Reading]
    events: dict[str, Event]
    origin_groups: dict[tuple[str, str], str]


def read_together(corpus: Corpus, schema: Schema) -> Readings:
    """Return how every claim and event of a corpus that passed the checks stands."""
    speakers = _speakers(corpus)
    readings = {key: _first_reading(claim, corpus, schema, speakers) for key, claim in corpus.claims.items()}
    _apply_denials(readings)
    events = _events(corpus, readings)
    _date_all(corpus, readings, events)
    _attest_offices(readings, events, schema.kinds["tenure"])
    for event in events.values():
        event.standing = _standing([(reading.footing, reading.demoted) for reading in map(readings.__getitem__, event.claims)]
                                   + [(attestation_footing(readings[key]), readings[key].demoted) for key in event.attested])
    _count_origins(readings, events)
    return Readings(readings, events, _origin_groups(corpus))


def reading_order(claims: Iterable[Claim]) -> Iterator[int]:
    """Yield for each claim a number that grows as they are read; a claim more in one document changes those of no other.

    Each document counts on from a multiple of 100,000.
    """
    start = 0
    for _, told in groupby(claims, key=attrgetter("document")):
        for number, _ in enumerate(told, start):
            yield number
        start = (number // _APART + 1) * _APART


def event_key(claim: Claim, kind: Kind) -> str:
    """Return what a claim is about: the event it names, the fact its keys make, or an event of its own.

    A dot joins a document and its own id inside a fact's key, since ids hold none: no two facts share a key.
    """
    if claim.event:
        return claim.event
    parts = [claim.references(role) for role in kind.keys]
    if parts and all(parts):
        return "/".join((kind.keyword, *(found[0].replace("/", ".") for found in parts)))
    return claim.key


def tenure_key(person: str, post: str) -> str:
    """Return the key of the fact that a person held a post."""
    return "/".join(("tenure", person.replace("/", "."), post.replace("/", ".")))


def attestation_footing(reading: Reading) -> str:
    """Return the footing on which a capacity named in passing stands: a plan or a doubt is about the event, not the office."""
    marks = [mark for mark in reading.footing.split("+") if mark in ("alleged", "inferred")]
    return "+".join(marks) or FIRM


def _speakers(corpus: Corpus) -> dict[str, tuple[list[str], list[str]]]:
    """Return for each saying its speakers, and whoever relayed it."""
    sayings: dict[str, tuple[list[str], list[str]]] = {}
    for claim in corpus.claims.values():
        spoke = claim.references("speaker") or claim.references("publisher")
        if claim.event and spoke:
            speakers, relays = sayings.setdefault(claim.event, ([], []))
            speakers += [key for key in spoke if key not in speakers]
            relays += [key for key in claim.said_by if key not in relays]
    return sayings


def _first_reading(claim: Claim, corpus: Corpus, schema: Schema, sayings: dict[str, tuple[list[str], list[str]]]) -> Reading:
    if claim.said_in:
        speakers, relays = sayings[claim.said_in]
        said_by, originators = (*speakers, *(key for key in relays if key not in speakers)), len(speakers)
    else:
        said_by, originators = claim.said_by, min(1, len(claim.said_by))
    status = claim.status or (model.REPORTED if said_by else model.ASSERTED)
    marks = {"alleged": status == model.ALLEGED, "hedged": bool(claim.hedge), "inferred": claim.inferred,
             "not": claim.mode == model.NOT, "planned": claim.mode == model.PLANNED}
    footing = "+".join(mark for mark in RESERVATIONS if marks[mark]) or FIRM
    origin = ""
    if said_by:
        origin = said_by[0] if said_by[0] != model.NOBODY_NAMED else ""
    elif claim.document in corpus.documents and not claim.inferred:
        origin = corpus.documents[claim.document].chain[0]
    kind = schema.kinds[claim.kind]
    return Reading(claim, kind, event_key(claim, kind), status, footing, said_by, originators, origin)


def _apply_denials(readings: dict[str, Reading]) -> None:
    for key, reading in readings.items():
        if reading.claim.kind != "denial" or reading.claim.mode in (model.NOT, model.PLANNED):
            continue
        for role in ("denies", "may_deny"):
            for denied in reading.claim.references(role):
                target = readings[denied]
                (target.denied_by if role == "denies" else target.may_be_denied_by).append(key)
                # a denial that is itself only alleged, in doubt or inferred flags the claim and does not demote it
                target.demoted = target.demoted or reading.firm


def _events(corpus: Corpus, readings: dict[str, Reading]) -> dict[str, Event]:
    events: dict[str, Event] = {}
    for key, reading in readings.items():
        event = events.get(reading.event)
        if event is None:
            events[reading.event] = Event(reading.event, reading.kind, [key], reading.event in corpus.entities)
        else:
            event.claims.append(key)
    return events


def _attest_offices(readings: dict[str, Reading], events: dict[str, Event], tenure: Kind) -> None:
    """Add the tenures that claims attest in passing, under the keys that claims of tenure itself would give them."""
    for key, reading in readings.items():
        for values in reading.claim.roles.values():
            for value in values:
                if isinstance(value, Party) and value.post:
                    fact = tenure_key(value.key, value.post)
                    if fact not in events:
                        events[fact] = Event(fact, tenure, [], declared=False)
                    events[fact].attested[key] = (value.key, value.post)


def _date_all(corpus: Corpus, readings: dict[str, Reading], events: dict[str, Event]) -> None:
    told: dict[str, Bounds] = {}
    # sayings first: what was said in one is bounded by its day
    for saying in (True, False):
        for event in events.values():
            if (event.kind.family == "Saying") == saying:
                claims = [readings[key] for key in event.claims]
                if event.kind.family in {"Relation", "Characteristic"}:
                    for reading in claims:
                        _date_alone(reading)
                else:
                    _date_event(event, claims, corpus, told)
                if saying:
                    told[event.key] = event.bounds


def _date_alone(reading: Reading) -> None:
    if reading.claim.date:
        reading.date, reading.date_from, reading.bounds = reading.claim.date, "claim", bounds(reading.claim.date)
        reading.worked_out = bool(reading.claim.date_words)


def _date_event(event: Event, claims: list[Reading], corpus: Corpus, told: dict[str, Bounds]) -> None:
    for reading in claims:
        _date_alone(reading)
    dated = [reading for reading in claims if reading.date]
    trusted = [reading for reading in dated if reading.firm] or dated
    done = [reading for reading in trusted if reading.claim.mode != model.ONGOING] or trusted
    spans = [reading.bounds for reading in done]
    for reading in claims:
        reading.told_by = _told_by(reading, corpus, told) or ""
    limits = [reading.told_by for reading in claims if reading.told_by]
    if spans:
        event.bounds = intersect(spans)
        event.conflict = event.bounds.is_empty()
        if event.conflict:
            event.bounds = Bounds()
        else:
            event.date = next((reading.date for reading in done if reading.bounds == event.bounds), edtf_of(event.bounds))
    elif limits:
        event.bounds = within(None, min(limits))
        event.date = edtf_of(event.bounds)
    for reading in claims:
        if not reading.date and event.date and not event.conflict:
            reading.date, reading.bounds = event.date, event.bounds
            reading.date_from = "event" if spans else "bound"
            reading.worked_out = not spans or any(other.worked_out for other in done)


def _told_by(reading: Reading, corpus: Corpus, told: dict[str, Bounds]) -> str | None:
    """Return the last day on which a done claim can have been told, so that it had happened by then."""
    claim = reading.claim
    if claim.mode != model.DONE or claim.inferred or claim.hedge or claim.document not in corpus.documents:
        return None
    if claim.said_in in told and told[claim.said_in].latest_end:
        return told[claim.said_in].latest_end
    published = corpus.documents[claim.document].published
    for date in (claim.said_on, published):
        if date and (last := bounds(date).latest_end):
            return last
    return None


def _standing(told: list[tuple[str, bool]]) -> str:
    """Return how firmly something stands that was told on these footings, each demoted by a denial or not."""
    firm = [demoted for footing, demoted in told if footing == FIRM]
    if firm:
        return DISPUTED if all(firm) else ESTABLISHED
    for mark in ("alleged", "planned", "inferred", "hedged"):
        if any(mark in footing.split("+") for footing, _ in told):
            return mark
    return NOT_CLAIMED


def _count_origins(readings: dict[str, Reading], events: dict[str, Event]) -> None:
    """Within a document the reporter's own voice is no origin of an event of which an attributed claim speaks."""
    for event in events.values():
        attributed = {reading.claim.document for key in event.claims if (reading := readings[key]).said_by}
        for key in event.claims:
            reading = readings[key]
            reading.counts_as_origin = bool(reading.origin) and (
                bool(reading.said_by) or reading.claim.document not in attributed)


def _origin_groups(corpus: Corpus) -> dict[tuple[str, str], str]:
    """Return for each document and origin of a same-origin note the first of its group."""
    groups: dict[tuple[str, str], set[str]] = {}
    for note in corpus.same_origins:
        keys = [(document, origin) for document in note.documents for origin in note.origins]
        merged = set(note.origins).union(*(groups.get(key, set()) for key in keys))
        groups |= dict.fromkeys(keys, merged)
    return {key: min(group) for key, group in groups.items()}
