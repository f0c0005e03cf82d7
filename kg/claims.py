"""A claim as a curator writes it, read into a record. What its kind may hold comes from the ontology."""

from __future__ import annotations

import re
from collections.abc import Callable

from kg import model
from kg.errors import Problem
from kg.fields import Fields, a, did_you_mean, shape
from kg.model import Claim, Evidence, Money, Party, Quantity, Ref, Value
from kg.reader import Mapping, Node, Scalar
from kg.schema import Kind, Role, Schema
from kg.terms import is_id

Resolve = Callable[[Scalar, str], str]
"""From a typed id and what it should be (`thing` or `claim`) to a key; complains and returns an empty text where there is none."""

CURRENCY = re.compile(r"[A-Z]{3}\Z")
AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?\Z")
LONGEST_END = 4
"""How many words a locator may have at each end: the texts are other people's writing."""


class ClaimReader:
    """Reads the claims of one file. `document` is the file's stem: a document's id, or `inferences`."""

    def __init__(self, schema: Schema, document: str, resolve: Resolve, problems: list[Problem]) -> None:
        """Keep what is the same for all claims of the file."""
        self.schema = schema
        self.document = document
        self.resolve = resolve
        self.problems = problems

    def read(self, fields: Fields) -> Claim | None:
        """Return the claim a mapping holds; None, with its problems recorded, where it has no id or no known kind."""
        short = fields.identifier()
        kind = self._kind(fields)
        if not short or kind is None:
            return None
        proven = "evidence" in fields.keys_left()
        claim = Claim(
            key=f"{self.document}/{short}", document=self.document, kind=kind.keyword, place=fields.place,
            event=self._ref(fields, "event"), deal=self._ref(fields, "deal"), part_of=self._ref(fields, "part_of"),
            at=self._parties(fields, "place"), said_in=self._ref(fields, "said_in"), said_by=self._said_by(fields),
            status=fields.choice("status", model.STATUSES), mode=fields.choice("mode", model.MODES, model.DONE),
            hedge=fields.text("hedge"), verb=fields.text("verb"), said_on=fields.date("said_on"),
            said_words=fields.text("said_words"), date=fields.date("date"), date_words=fields.text("date_words"),
            date_note=fields.text("date_note"), inferred=fields.flag("inferred"), because=fields.text("because"),
            rests_on=self._claims(fields, "rests_on"), evidence=read_evidence(fields), note=fields.text("note"),
            roles=self._roles(fields, kind))
        self._refuse_misplaced(fields, kind)
        fields.finish(known=kind.roles)
        self._check_shape(fields, claim, kind, proven)
        return claim

    def _kind(self, fields: Fields) -> Kind | None:
        node = fields.scalar("kind", required=True)
        if node is None:
            return None
        kind = self.schema.kinds.get(node.text)
        if kind is None:
            fields.complain(node.place, "S06", f"unknown kind '{node.text}'", did_you_mean(node.text, self.schema.kinds))
        return kind

    def _ref(self, fields: Fields, key: str) -> str:
        node = fields.scalar(key)
        return self.resolve(node, "thing") if node else ""

    def _claims(self, fields: Fields, key: str) -> tuple[str, ...]:
        return tuple(found for node in fields.scalars(key) if (found := self.resolve(node, "claim")))

    def _said_by(self, fields: Fields) -> tuple[str, ...]:
        nodes = fields.scalars("said_by")
        return tuple(node.text if node.text == model.NOBODY_NAMED else found
                     for node in nodes if node.text == model.NOBODY_NAMED or (found := self.resolve(node, "thing")))

    def _parties(self, fields: Fields, key: str) -> tuple[Party, ...]:
        return tuple(party for node in fields.many(key) if (party := self._party(fields, node, key)))

    def _party(self, fields: Fields, node: Node, key: str) -> Party | None:
        if isinstance(node, Mapping):
            inner = Fields(node, self.problems)
            who = inner.scalar("who", required=True)
            post = inner.scalar("as")
            words = inner.text("as_words")
            inner.finish()
            if who is None:
                return None
            return Party(self.resolve(who, "thing"), who.place, self.resolve(post, "thing") if post else "", words)
        if isinstance(node, Scalar) and node.text:
            return Party(self.resolve(node, "thing"), node.place)
        fields.complain(node.place, "S03", f"'{key}' holds {shape(node)}", "write an id, or {who: ID, as: POST}")
        return None

    def _roles(self, fields: Fields, kind: Kind) -> dict[str, tuple[Value, ...]]:
        roles = {}
        for keyword in fields.keys_left():
            if keyword in kind.roles:
                values = self._values(fields, self.schema.roles[keyword])
                if values:
                    roles[keyword] = values
        return roles

    def _values(self, fields: Fields, role: Role) -> tuple[Value, ...]:
        key = role.keyword
        match role.takes:
            case "entity" | "any":
                return self._parties(fields, key)
            case "happening" | "claim":
                what = "claim" if role.takes == "claim" else "thing"
                return tuple(Ref(found, node.place) for node in fields.scalars(key) if (found := self.resolve(node, what)))
            case "text":
                return fields.texts(key)
            case "flag":
                return (True,) if fields.flag(key) else ()
            case "date":
                date = fields.date(key)
                return (date,) if date else ()
        return self._amounts(fields, role)

    def _amounts(self, fields: Fields, role: Role) -> tuple[Value, ...]:
        readers: dict[str, Callable[[Fields], Value | None]] = {"money": read_money, "quantity": read_quantity}
        if role.takes not in readers:
            raise AssertionError(f"the ontology gives '{role.keyword}' a type that nothing reads: {role.takes}")
        inner = fields.inner(role.keyword)
        value = readers[role.takes](inner) if inner else None
        return (value,) if value else ()

    def _refuse_misplaced(self, fields: Fields, kind: Kind) -> None:
        for key in fields.keys_left():
            if key in self.schema.roles:
                fields.refuse(key, "S14", f"a claim of kind '{kind.keyword}' has no role '{key}'",
                              f"it takes: {', '.join(sorted(kind.roles)) or 'no roles'}")

    def _check_shape(self, fields: Fields, claim: Claim, kind: Kind, proven: bool) -> None:
        complain = fields.complain
        if claim.inferred and (proven or not claim.because or not claim.rests_on):
            complain(claim.place, "C01", f"the inference {claim.key} needs `because` and `rests_on`, and no `evidence`",
                     "say why, and which claims it rests on")
        if not claim.inferred and (claim.because or claim.rests_on):
            complain(claim.place, "C02", f"{claim.key} has `because` or `rests_on` but is no inference", "add `inferred: true`")
        if not claim.inferred and not proven:
            complain(claim.place, "C03", f"{claim.key} has no evidence", "add `evidence: {paragraph: N, words: \"first … last\"}`")
        if not claim.inferred and self.document == model.INFERENCES:
            complain(claim.place, "C04", f"{claim.key} is no inference", "move it to its document's file")
        if claim.said_in and claim.said_by:
            complain(claim.place, "C05", f"{claim.key} has both `said_in` and `said_by`", "the saying already names its speaker")
        if kind.family == "Relation" and claim.event:
            complain(claim.place, "C06", f"{claim.key} names an event, but {a(kind.label)} is told by its keys",
                     "remove `event`")
        for role in kind.keys:
            if len(claim.roles.get(role, ())) > 1:
                complain(claim.place, "C07", f"{claim.key} has more than one '{role}'", "write one claim for each")


def read_evidence(fields: Fields) -> Evidence | None:
    """Return the evidence a mapping holds under `evidence`, if any."""
    inner = fields.inner("evidence")
    return read_locator(inner) if inner else None


def read_locator(fields: Fields, *, finish: bool = True) -> Evidence | None:
    """Return paragraph and locator; the locator's ends may have no more than a few words each."""
    paragraph = fields.number("paragraph", required=True)
    words = fields.scalar("words", required=True)
    if finish:
        fields.finish()
    if paragraph is None or words is None:
        return None
    check_ends(fields, words)
    return Evidence(paragraph, words.text, words.place)


def check_ends(fields: Fields, words: Scalar) -> None:
    """Complain of a locator that is not one beginning and one end, or has more words than a few at either."""
    ends = words.text.split("…")
    if len(ends) > 2 or not all(end.strip() for end in ends):
        fields.complain(words.place, "S10", f"the locator '{words.text}' has not one beginning and one end",
                        'write "first words … last words", or one run of words')
    if longest := max((end for end in ends if len(end.split()) > LONGEST_END), key=len, default=""):
        fields.complain(words.place, "S11", f"'{longest.strip()}' has {len(longest.split())} words",
                        f"a locator has at most {LONGEST_END} words at each end")


def read_money(fields: Fields) -> Money | None:
    """Return a sum with its currency (ISO 4217), and the conversion where the source gives one."""
    amount = fields.scalar("amount")
    currency = fields.scalar("currency")
    conversion = fields.inner("source_conversion")
    words = fields.text("words")
    money = Money(amount.text if amount else "", currency.text if currency else "", fields.flag("approximate"),
                  words, read_money(conversion) if conversion else None)
    fields.finish()
    if amount is not None and not AMOUNT.match(amount.text):
        fields.complain(amount.place, "S09", f"the amount is '{amount.text}'", "write digits only, as in 4000000 or 12.5")
        return None
    if currency is not None and not CURRENCY.match(currency.text):
        fields.complain(currency.place, "S08", f"the currency is '{currency.text}'", "write its ISO 4217 code, as in EUR")
        return None
    if amount is None and not words:
        fields.complain(fields.place, "S02", "the sum has neither `amount` nor `words`", "add what the source gives")
        return None
    return money


def read_quantity(fields: Fields) -> Quantity:
    """Return how many, of what unit, in the text's own words where it gives no number."""
    count = fields.number("count")
    quantity = Quantity("" if count is None else str(count), fields.text("unit"), fields.text("words"))
    fields.finish()
    if not (quantity.count or quantity.words):
        fields.complain(fields.place, "S02", "the quantity has neither `count` nor `words`", "add what the source gives")
    return quantity


def is_claim_id(text: str) -> bool:
    """Return whether a text is a claim's id, alone or as `document/claim`."""
    document, slash, claim = text.rpartition("/")
    return is_id(claim) and (not slash or is_id(document))
