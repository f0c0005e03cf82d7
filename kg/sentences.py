"""A claim as one English line, and an event's label; the patterns are the ontology's (`arms:pattern`, `arms:phrase`).

The line says no more than the claim: claimant before it, hedge in quotes, what is inferred or denied named as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg import model
from kg.model import Claim, Corpus, Money, Party, Quantity, Ref, Value
from kg.readings import NOT_CLAIMED, Event, Reading, Readings
from kg.schema import DEAL, PLACE, Kind, Schema, choose

NOBODY = "a source that the text does not name"
_SLOT = re.compile(r"\{([a-z_]+)\}")


class Speaker:
    """Says claims and labels events of one corpus."""

    def __init__(self, corpus: Corpus, schema: Schema, readings: Readings) -> None:
        """Label all events, of which sentences speak."""
        self.corpus = corpus
        self.schema = schema
        self.readings = readings
        self._labels: dict[str, str] = {}

    def label(self, key: str) -> str:
        """Return what an entity, event, deal, document or claim is called."""
        entity = self.corpus.entities.get(key)
        if entity and entity.label:
            return entity.label
        if key in self._labels:
            return self._labels[key]
        event = self.readings.events.get(key)
        if event:
            self._labels[key] = key  # an event that speaks of itself, in a circle, is named by its key
            self._labels[key] = self._event_label(event)
            return self._labels[key]
        if key == model.NOBODY_NAMED:
            return NOBODY
        if key in self.corpus.documents:
            return self.corpus.documents[key].title
        return key

    def says(self, reading: Reading) -> str:
        """Return a claim as one English line, with its claimant, its doubt and its denial."""
        claim = reading.claim
        body, dated = self.body(reading)
        doubt = f" (“{claim.hedge}”)" if claim.hedge else ""
        line = body + doubt + ("" if dated else self._when(reading))
        if claim.mode == model.NOT:
            line = f"it is not so that {line}"
        elif claim.mode == model.ONGOING:
            line = f"{line}, under way at the time"
        if claim.inferred:
            line = f"inferred by the curator: {line}"
        elif reading.said_by:
            line = f"{self._claimants(reading)}: {line}"
        if reading.denied_by:
            line += f" (denied by {self._deniers(reading.denied_by)})"
        elif reading.may_be_denied_by:
            line += f" (perhaps denied by {self._deniers(reading.may_be_denied_by)})"
        line = line.replace(" :", ":")
        return line[0].upper() + line[1:]

    def body(self, reading: Reading) -> tuple[str, bool]:
        """Return what a claim says, without who says it or how firmly, and whether that already gives its date."""
        claim, kind = reading.claim, reading.kind
        filled = self._filled(claim)
        for pattern in kind.says:
            slots = _SLOT.findall(pattern)
            if all(slot in filled for slot in slots):
                text = self._fill(_mode_wording(pattern, claim.mode), filled, claim)
                return text + self._phrases(claim, filled, set(slots)), False
        event = self.readings.events[reading.event]
        return self.label(reading.event) + self._phrases(claim, filled, set(), lead=": "), reading.date == event.date

    def joined(self, keys: Iterable[str]) -> str:
        """Return the labels of several things as a list in words."""
        return in_words([self.label(key) for key in keys])

    def _fill(self, pattern: str, filled: dict[str, str], claim: Claim) -> str:
        """Fill the slots; `[is/are]` follows the number of the slot before it."""
        parts, many = [], False
        for part in re.split(r"(\{[a-z_]+\}|\[[^\[\]/]*/[^\[\]/]*\])", pattern):
            if part.startswith("{"):
                parts.append(filled[part[1:-1]])
                many = self._many(claim, part[1:-1])
            elif part.startswith("["):
                one, several = part[1:-1].split("/")
                parts.append(several if many else one)
            else:
                parts.append(part)
        return "".join(parts)

    def _many(self, claim: Claim, role: str) -> bool:
        if role == DEAL:
            return False
        values = claim.roles.get(role, ())
        return len(values) > 1 or any(self._plural(value.key) for value in values if isinstance(value, Party))

    def _plural(self, key: str) -> bool:
        """Whether a label is a plural: that of unnamed people is, and that of a sort of equipment where it ends like one."""
        entity = self.corpus.entities.get(key)
        return entity is not None and (entity.kind == "group" or (entity.kind == "class" and entity.label.endswith("s")))

    def _filled(self, claim: Claim) -> dict[str, str]:
        filled = {role: in_words([self._value(value) for value in values]) for role, values in claim.roles.items()}
        if claim.deal:
            filled[DEAL] = self.label(claim.deal)
        if claim.at:
            filled[PLACE] = in_words([self._value(party) for party in claim.at])
        return filled

    def _phrases(self, claim: Claim, filled: dict[str, str], used: set[str], lead: str = " ") -> str:
        parts = []
        for role, text in filled.items():
            phrase = self.schema.roles[role].phrase
            if role not in used and phrase:
                parts.append(phrase.replace("{}", text))
        if claim.part_of:
            parts.append(f"as part of {self.label(claim.part_of)}")
        return lead + " ".join(parts).replace(" :", ":") if parts else ""

    def _value(self, value: Value) -> str:
        match value:
            case Party():
                label = self.label(value.key)
                capacity = self.label(value.post) if value.post else value.as_words
                return f"{label} ({capacity})" if capacity else label
            case Ref():
                return f"claim {value.key}" if value.key in self.corpus.claims else self.label(value.key)
            case Money():
                return money_in_words(value)
            case Quantity():
                return value.words or " ".join(part for part in (value.count, value.unit) if part)
            case bool():
                return ""
        return value

    def _when(self, reading: Reading) -> str:
        if not reading.date:
            return ""
        worked_out = " (worked out)" if reading.worked_out and reading.date_from != "bound" else ""
        return f", {date_in_words(reading.date)}{worked_out}"

    def _claimants(self, reading: Reading) -> str:
        first, relays = reading.said_by[: reading.originators], reading.said_by[reading.originators :]
        relayed = f", as relayed by {self.joined(relays)}" if relays else ""
        lead = "alleged by" if reading.status == model.ALLEGED else "according to"
        return f"{lead} {self.joined(first)}{relayed}"

    def _deniers(self, denials: list[str]) -> str:
        told = []
        for key in denials:
            denial = self.readings.claims[key]
            tellers = f", as {self.joined(denial.said_by)} alleges" if denial.status == model.ALLEGED else ""
            told.append(self.joined(denial.claim.references("denier")) + tellers)
        return in_words(list(dict.fromkeys(told)))

    def _event_label(self, event: Event) -> str:
        claims = [self.readings.claims[key] for key in event.claims]
        for role in (*event.kind.needs, *event.kind.needs_any, DEAL):
            for reading in claims:
                filled = self._plain(reading.claim, role)
                if filled:
                    return f"{self._standing(event)}{event.kind.label} of {filled}{_dated(event)}"
        for person, _ in event.attested.values():
            return f"{self._standing(event)}{event.kind.label} of {self.label(person)}"
        return f"{self._standing(event)}{event.kind.label}{_dated(event)}"

    def _plain(self, claim: Claim, role: str) -> str:
        keys = (claim.deal,) if role == DEAL and claim.deal else claim.references(role)
        return self.joined(keys) if keys else ""

    def _standing(self, event: Event) -> str:
        return "" if event.standing in ("established", NOT_CLAIMED) else f"{event.standing} "


def _dated(event: Event) -> str:
    """Return a date for a label: a day, month or year as it is, anything else in words."""
    plain = re.fullmatch(r"[\d-]*", event.date)
    return "" if not event.date else f", {event.date if plain else date_in_words(event.date)}"


def _mode_wording(pattern: str, mode: str) -> str:
    group = 2 if mode == model.PLANNED else 1
    return choose(pattern, lambda pair: pair[group])


def in_words(texts: list[str]) -> str:
    """Return a list in words.

    >>> in_words(["a"]), in_words(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + " and " + texts[-1] if texts else ""


def money_in_words(money: Money) -> str:
    """Return a sum as its source states it.

    >>> money_in_words(Money("4000000", "EUR", approximate=True))
    'about EUR 4,000,000'
    """
    amount = f"{money.currency} {group_digits(money.amount)}".strip() if money.amount else money.words
    text = f"about {amount}" if money.approximate else amount
    return f"{text}, given as {money_in_words(money.conversion)}" if money.conversion else text


def group_digits(amount: str) -> str:
    """Return a decimal text with commas between thousands."""
    whole, dot, fraction = amount.partition(".")
    return f"{int(whole):,}{dot}{fraction}"


def date_in_words(date: str) -> str:
    """Return an EDTF date with the words an English line needs around it.

    >>> date_in_words("2017-09-11"), date_in_words("[..2017-07-29]"), date_in_words("2014-01-21/2014-01-22")
    ('on 2017-09-11', 'by 2017-07-29', 'from 2014-01-21 to 2014-01-22')
    """
    if match := re.fullmatch(r"\[(.*)\.\.(.*)\]", date):
        first, last = match.groups()
        return f"between {first} and {last}" if first and last else f"by {last}" if last else f"on or after {first}"
    if "/" in date:
        first, last = date.split("/")
        if last == "..":
            return f"from {first} on"
        return f"from {first} to {last}" if first != ".." else f"until {last}"
    return f"on {date}" if re.fullmatch(r"\d{4}-\d\d-\d\d[~?%]?", date) else f"in {date}"


def wording(kind: Kind, pair: tuple[str, str], mode: str, post: str = "") -> str:
    """Return an edge's wording for what was done or planned, with the post's label where the rule leaves room for it."""
    return pair[mode == model.PLANNED].replace("POST", post or kind.label)
