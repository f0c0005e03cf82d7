"""Graphs of any size made of invented things, so that speed and growth can be measured where real graphs are small.

Sources: some 15 claims a document, some 400 bytes a claim, kinds, standings and modes in about the shares of the real graph,
participants drawn so that few have many claims and many few. Links: a store of their own, with the terms that `kg.rdf`
writes, for chains. All names are syllables. The same number and seed give the same bytes, on any machine.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from random import Random

from kg.errors import Misuse
from kg.names import fold
from kg.terms import ARMS, PROV, RDF, RDFS, RESERVED, SAID, SKOS, XSD

CLAIMS_A_DOCUMENT = 15
MOST_OF_A_FILE = 15_000
"""How many entities of one sort there are at most: a curated file may have four million bytes."""

_KINDS: tuple[tuple[int, str, str], ...] = (
    (32, "nationality", "thing: FIRM, of_state: STATE"), (30, "description", "subject: [PARTY], what: WORDS"),
    (29, "statement", "speaker: [PERSON], content: WORDS"), (12, "meeting", "participants: [PERSON, PERSON]"),
    (7, "meeting", "participants: [PERSON, PERSON, PARTY], topics: [WORDS]"),
    (3, "meeting", "participants: [PERSON, PERSON, PERSON, PARTY]"), (8, "visit", "visitor: [PERSON], host: BODY, destination: STATE"),
    (10, "visit", "visitor: [PERSON], firms: [FIRM], destination: STATE"),
    (12, "terms", "deal: DEAL, supplier: [FIRM], recipient: [STATE], product: [PRODUCT], value: MONEY"),
    (8, "terms", "deal: DEAL, parties: [FIRM, BODY], field: WORDS"), (15, "manufacture", "maker: FIRM, product: PRODUCT"),
    (14, "stance", "subject: [PERSON], what: WORDS, towards: [STATE]"), (13, "classification", "thing: PRODUCT, class: CLASS"),
    (10, "capability", "subject: [FIRM], what: WORDS"), (9, "interest", "subject: [STATE], what: WORDS"),
    (9, "employment", "member: PERSON, body: FIRM, as_what: WORDS"), (8, "membership", "member: PERSON, body: BODY"),
    (7, "joint-production", "parties: [FIRM, STATE], product: [PRODUCT], deal: DEAL"), (6, "tenure", "person: PERSON, post: POST"),
    (6, "silence", "who: [PARTY], unsaid: WORDS"), (6, "report", "publisher: [OUTLET], content: WORDS"),
    (6, "dealings", "parties: [FIRM, STATE], extent: WORDS"), (5, "development", "maker: FIRM, product: PRODUCT"),
    (5, "agreement", "parties: [BODY, BODY], deal: DEAL"), (4, "signing", "signers: [PERSON, PERSON], deal: DEAL"),
    (4, "halt", "authority: [BODY], stops: [DEAL], against: [FIRM]"), (4, "negotiation", "parties: [FIRM, BODY], deal: DEAL"),
    (4, "contract", "seller: [FIRM], buyer: [BODY], deal: DEAL, value: MONEY"), (3, "attack", "attacker: [BODY], target: [STATE]"),
    (3, "sale", "seller: [FIRM], buyer: [STATE], product: [PRODUCT], deal: DEAL"), (3, "denial", "denier: [PARTY], denies: [CLAIM]"),
    (2, "delivery", "supplier: [FIRM], recipient: [BODY], product: [PRODUCT], quantity: QUANTITY"),
    (2, "supply", "supplier: FIRM, recipient: STATE, goods: WORDS"), (2, "involvement", "member: FIRM, affair: AFFAIR"),
    (2, "investigation", "investigator: [BODY], investigated: [FIRM]"), (2, "arrest", "person: [PERSON], concerning: [AFFAIR]"),
    (2, "dismissal", "person: [PERSON], by: [PERSON]"), (2, "use", "user: [BODY], product: [PRODUCT]"),
    (1, "acquisition", "acquirer: [FIRM], acquired: [FIRM]"), (1, "ownership", "owner: BODY, owned: FIRM"),
)
"""How often, of what kind, and with what roles; a word in capitals is drawn from the cast, or invented."""

_EVENTS = frozenset(("meeting", "visit", "signing", "negotiation", "agreement", "contract", "sale", "delivery", "joint-production", "halt",
                     "attack", "investigation", "arrest", "dismissal", "use", "acquisition", "statement", "report"))
_TOLD_TWICE = frozenset(("meeting", "visit", "signing"))
_TOKEN = re.compile(r"[A-Z]{4,}")
_FIRST_DAY = datetime.date(2001, 1, 1)


class Dice:
    """Chance that can be repeated: made of `Random.random` alone, which Python promises never to change."""

    def __init__(self, seed: int) -> None:
        """Start from a seed."""
        self._random = Random(seed).random

    def chance(self, share: float) -> bool:
        """Return whether something happens that happens in a share of all cases."""
        return self._random() < share

    def below(self, limit: int) -> int:
        """Return a whole number from 0 up to below the limit."""
        return int(limit * self._random())

    def early(self, limit: int) -> int:
        """Return a whole number below the limit, the small ones far more often: degrees fall with the third power."""
        return int(limit * self._random() ** 2)

    def name(self, syllables: int = 3) -> str:
        """Return an invented name."""
        return "".join("bdfgklmnprstvz"[self.below(14)] + "aeiou"[self.below(5)] + ("", "", "n", "r", "sh")[self.below(5)]
                       for _ in range(syllables)).capitalize()

    def words(self, number: int) -> str:
        """Return some invented words."""
        return " ".join(self.name(2).lower() for _ in range(number))


class Cast:
    """Everybody and everything that claims speak of, by sort: ids and labels, the busiest first."""

    def __init__(self, dice: Dice, claims: int) -> None:
        """Invent a cast that fits a number of claims."""
        def several(sort: str, number: int, label: str, syllables: int = 3) -> list[tuple[str, str]]:
            return [(f"{sort}-{at}", label.replace("*", dice.name(syllables)).replace("+", dice.name())) for at in range(number)]

        def sized(share: int, least: int, most: int = MOST_OF_A_FILE) -> int:
            return min(most, max(least, claims // share))

        self.states = several("state", sized(50, 12, 190), "*", 2)
        self.bodies = several("body", sized(100, 8, 5_000), "Ministry of * Affairs of +")
        self.posts = several("post", len(self.bodies), "Minister of * of +")
        self.people = several("person", sized(8, 30), "* +", 2)
        self.firms = several("firm", sized(25, 12), "* + Systems", 2)
        self.products = several("product", sized(40, 10), "* X-+", 2)
        self.classes = several("class", 30, "* drones")
        self.outlets = several("outlet", sized(100, 8, 400), "The * Herald")
        self.deals = several("deal", sized(30, 8), "Order of * by +")
        self.affairs = several("affair", sized(300, 4), "The * affair")


def write_graph(folder: Path, ontology: Path, claims: int, seed: int = 1) -> None:
    """Write a graph folder of that many invented claims: sources/ and a copy of an ontology. The folder must not exist."""
    if claims < 1:
        raise Misuse(f"a graph has at least one claim, not {claims}")
    shutil.copytree(ontology, folder / "ontology")
    (folder / "sources" / "documents").mkdir(parents=True)
    for name, text in sources(claims, seed):
        if text:  # of so few claims that nothing belongs there the file is left out
            (folder / "sources" / name).write_text(text, encoding="utf-8")


def sources(claims: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Yield the name under sources/ and the text of each curated file that together hold that many claims."""
    dice = Dice(seed)
    cast = Cast(dice, claims)
    concluded = claims // 100
    left, documents = claims - concluded, list[_Document]()
    shared: list[tuple[str, str, str, datetime.date]] = []
    used: set[str] = set()
    while left:
        wanted = min(left, CLAIMS_A_DOCUMENT - 5 + dice.below(11))
        day = _FIRST_DAY + datetime.timedelta(days=400 + 8_000 * len(documents) // (claims // CLAIMS_A_DOCUMENT + 1))
        document = _Document(dice, cast, len(documents), day, shared, used)
        text = document.text(wanted)
        documents.append(document)
        left -= wanted
        yield f"documents/{document.key}.yaml", text
    keys = [document.key for document in documents]
    yield "graph.yaml", f"title: Invented graph of {claims} claims\nbase: {RESERVED}\npublisher: Nobody\n" \
        "licence: https://creativecommons.org/licenses/by/4.0/\nshrink: 10\n"
    yield from _entity_files(dice, cast, keys, used)
    yield "events.yaml", _listed("events", [
        *(f"  - {{id: {event}, kind: event}}\n" for event, *_ in shared if event in used),
        *(_entity("affair", key, label) for key, label in cast.affairs if key in used)])
    yield "inferences.yaml", _inferences(dice, cast, documents, concluded)


def _entity_files(dice: Dice, cast: Cast, documents: list[str], used: set[str]) -> Iterator[tuple[str, str]]:
    def named(kind: str, several: list[tuple[str, str]], more: str = "") -> Iterator[str]:
        for at, (key, label) in enumerate(several):
            extra = more.replace("BODY", cast.bodies[at % len(cast.bodies)][0]).replace("STATE", cast.states[at % len(cast.states)][0])
            where = ", ".join(sorted({documents[dice.below(len(documents))] for _ in range(1 + dice.early(3))}))
            short = f", {{name: {label.split()[-1]}, note: search aid}}" if kind == "person" else ""
            yield _entity(kind, key, label, f"{extra}, names: [{{name: {label}, in: [{where}]}}{short}]")

    firms, outlets = named("company", cast.firms), named("outlet", cast.outlets)
    yield "people.yaml", _listed("people", named("person", cast.people))
    yield "organisations.yaml", _listed("organisations", [*firms, *named("ministry", cast.bodies, ", state: STATE"), *outlets])
    yield "places.yaml", _listed("places", named("state", cast.states))
    yield "products.yaml", _listed("products", [*named("drone", cast.products), *named("class", cast.classes)])
    yield "posts.yaml", _listed("posts", named("post", cast.posts, ", body: BODY, ministerial: true, single: true"))
    yield "deals.yaml", _listed("deals", (_entity("deal", key, label) for key, label in cast.deals if key in used))


def _entity(kind: str, key: str, label: str, more: str = "") -> str:
    return f"  - {{id: {key}, kind: {kind}, label: {label}{more}}}\n"


def _listed(name: str, lines: Iterable[str]) -> str:
    text = "".join(lines)
    return f"{name}:\n{text}" if text else ""


def _inferences(dice: Dice, cast: Cast, documents: list[_Document], number: int) -> str:
    notes, lines = [], []
    for _ in range(number // 3):
        origins = sorted({cast.outlets[dice.below(len(cast.outlets))][0] for _ in range(2)})
        if len(origins) == 2:
            notes.append(f"  - {{origins: [{', '.join(origins)}], documents: [{documents[dice.below(len(documents))].key}], "
                         f"because: {dice.words(6)}}}\n")
    for at in range(1, number + 1):
        rests = [documents[dice.below(len(documents))] for _ in range(2)]
        one, other = dice.early(len(cast.people)), dice.below(len(cast.firms))
        lines.append(f"  - {{id: i{at}, kind: hypothesis, one: {cast.people[one][0]}, other: {cast.firms[other][0]}, relation: related, "
                     f"inferred: true, because: {dice.words(9)}, rests_on: [{rests[0].key}/c1, {rests[1].key}/c{rests[1].claims}]}}\n")
    return _listed("same_origin", notes) + _listed("inferences", lines)


class _Document:
    """One invented document. `shared` holds the events that several documents tell of, `used` the matters that are spoken of."""

    def __init__(self, dice: Dice, cast: Cast, number: int, day: datetime.date, shared: list[tuple[str, str, str, datetime.date]],
                 used: set[str]) -> None:
        self.dice, self.cast, self.day, self.shared, self.used = dice, cast, day, shared, used
        self.key = f"d{number}-{dice.name().lower()}"
        self.claims = 0
        self.matters: list[str] = []
        self.sayings: list[str] = []
        self.unnamed: dict[str, str] = {}

    def text(self, claims: int) -> str:
        """Return the file."""
        weights = [kind for kind in _KINDS for _ in range(kind[0])]
        lines = []
        for _ in range(claims):
            _, kind, roles = weights[self.dice.below(len(weights))]
            if kind == "denial" and not self.claims:
                kind, roles = "silence", "who: [PARTY], unsaid: WORDS"
            self.claims += 1
            lines.append(self._claim(kind, roles))
        reporter, host = self.cast.outlets[self.dice.early(len(self.cast.outlets))][0], self.cast.outlets[0][0]
        chain = reporter if reporter == host or self.dice.chance(0.4) else f"{reporter}, {host}"
        published = self.day.isoformat() if self.dice.chance(0.8) else f'"[{self.day.replace(day=1)}..{self.day}]"'
        head = (f"document:\n  title: {self.dice.words(5).capitalize()}\n  language: en\n  published: {published}\n  chain: [{chain}]\n"
                f"  url: https://{self.key}.example/a\n  sha256: {hashlib.sha256(self.key.encode()).hexdigest()}\n")
        unnamed = [f"  - {{id: {key}, kind: group, label: {label}, paragraph: 1, words: {label}}}\n" for key, label in self.unnamed.items()]
        matters = [f"  - {{id: {key}, kind: event}}\n" for key in self.matters]
        return head + _listed("unnamed", unnamed) + _listed("matters", matters) + _listed("claims", lines)

    def _claim(self, kind: str, roles: str) -> str:
        dice, parts, day = self.dice, [f"id: c{self.claims}, kind: {kind}"], self.day - datetime.timedelta(days=self.dice.early(300))
        spoken: set[str] = set()
        if kind in _TOLD_TWICE and self.shared and dice.chance(0.25):
            event, kind, filled, day = self.shared[-1 - dice.early(min(60, len(self.shared)))]
            parts = [f"id: c{self.claims}, kind: {kind}, event: {event}", filled]
            self.used.add(event)
        else:
            parts.append(filled := _TOKEN.sub(lambda token: self._filled(token[0], spoken), roles))
            if kind in _TOLD_TWICE and dice.chance(0.25) and not self.unnamed.keys() & spoken:
                self.shared.append((f"event-{len(self.shared)}", kind, filled, day))
                self.used.add(self.shared[-1][0])
                parts.append(f"event: {self.shared[-1][0]}")
            elif kind in _EVENTS and (kind in ("statement", "report") or dice.chance(0.3)):
                self.matters.append(f"m{self.claims}")
                parts.append(f"event: m{self.claims}")
        if kind in _EVENTS and dice.chance(0.4):
            parts.append(self._date(day))
        parts += self._standing(kind)
        if kind in ("statement", "report") and "event: m" in " ".join(parts):
            self.sayings.append(f"m{self.claims}")
        if dice.chance(0.5):
            parts.append(f"note: {dice.words(16)}")
        return "  - {" + ",\n     ".join(parts) + "}\n"

    def _standing(self, kind: str) -> list[str]:
        """Return who says it, how firmly, and what shows it: about a third is reported, a tenth not done."""
        dice, parts = self.dice, []
        if kind not in ("statement", "report", "denial", "silence") and self.sayings and dice.chance(0.45):
            parts.append(f"said_in: {self.sayings[dice.below(len(self.sayings))]}")
        elif dice.chance(0.08):
            parts.append(f"said_by: [{self.cast.people[dice.early(len(self.cast.people))][0]}]")
        if parts and dice.chance(0.12):
            parts.append("status: alleged")
        if kind in _EVENTS and dice.chance(0.18):
            parts.append("mode: " + ("ongoing", "planned", "planned")[dice.below(3)])
        if dice.chance(0.015):
            parts.append("hedge: apparently")
        if self.claims > 1 and not parts and dice.chance(0.06):
            return [f"inferred: true, because: {dice.words(8)}, rests_on: [c{1 + dice.below(self.claims - 1)}]"]
        return [*parts, f"evidence: {{paragraph: {1 + self.claims // 2}, words: \"{dice.words(4)} … {dice.words(4)}\"}}"]

    def _date(self, day: datetime.date) -> str:
        earlier = day - datetime.timedelta(days=self.dice.below(20) + 1)
        forms = (*(str(day),) * 7, str(day)[:7], str(day)[:7], str(day)[:4], f"{earlier}/{day}", f'"[{earlier}..{day}]"')
        worked_out = f", date_words: on {self.dice.name(2)}day, date_note: {self.dice.words(5)}" if self.dice.chance(0.7) else ""
        return f"date: {forms[self.dice.below(len(forms))]}{worked_out}"

    def _filled(self, token: str, spoken: set[str]) -> str:
        """Return what takes the place of a word in capitals; nobody comes twice in a claim."""
        dice, cast = self.dice, self.cast
        if token == "WORDS":
            return dice.words(4 + dice.below(12))
        if token == "CLAIM":
            return f"c{1 + dice.below(self.claims - 1)}"
        if token == "MONEY":
            return f"{{amount: {(1 + dice.below(900)) * 10 ** (3 + dice.below(4))}, currency: {('USD', 'EUR', 'XTS')[dice.below(3)]}}}"
        if token == "QUANTITY":
            return f"{{count: {1 + dice.below(90)}, unit: aircraft}}"
        if token == "PERSON" and dice.chance(0.08):
            key = f"g{1 + len(spoken)}"
            if key not in spoken:
                self.unnamed.setdefault(key, f"officials of {dice.name()}")
                spoken.add(key)
                return key
        pools = {"PERSON": cast.people, "FIRM": cast.firms, "BODY": cast.bodies, "STATE": cast.states, "PRODUCT": cast.products,
                 "CLASS": cast.classes, "POST": cast.posts, "DEAL": cast.deals, "AFFAIR": cast.affairs, "OUTLET": cast.outlets}
        pool = pools.get(token) or (cast.people, cast.firms, cast.bodies)[dice.below(3)]
        at = dice.early(len(pool))
        while pool[at][0] in spoken:
            at = (at + 1) % len(pool)
        spoken.add(pool[at][0])
        if token in ("DEAL", "AFFAIR"):
            self.used.add(pool[at][0])
        capable = token == "PERSON" and at < len(cast.posts) and dice.chance(0.3)
        return f"{{who: {pool[at][0]}, as: {cast.posts[at][0]}}}" if capable else pool[at][0]


def write_link_store(folder: Path, ontology: Path, links: int, seed: int = 1) -> tuple[int, int]:
    """Write a graph folder whose store holds that many links and no sources; return how many people and triples there are.

    Each claim is a meeting of two to four out of a quarter as many people as there are links.
    """
    import pyoxigraph

    from kg.schema import turtle_files
    from kg.store import store_path

    checksum = hashlib.sha256(f"{links} invented links, seed {seed}".encode()).hexdigest()
    for name in ("sources", "exports", ".kg"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(ontology, folder / "ontology")
    store = pyoxigraph.Store(str(store_path(folder, checksum)))
    for path in turtle_files(ontology):
        store.bulk_load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    text = folder / "links.nt"
    with text.open("w", encoding="ascii") as file:
        file.writelines(link_lines(links, seed))
    store.bulk_load(path=str(text), format=pyoxigraph.RdfFormat.N_TRIPLES)
    text.unlink()
    store.optimize()
    manifest = {"title": "Invented links", "base": RESERVED, "store": checksum, "counts": {"links": links}}
    (folder / "exports" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return people_of(links), len(store)


def people_of(links: int) -> int:
    """Return among how many people there are that many links."""
    return max(4, links // 4)


def linked_pair(people: int, number: int) -> tuple[str, str]:
    """Return the ids of two people of a link store, others for every number; each is in some meeting."""
    return f"p{7_919 * (number + 1) % people}", f"p{104_729 * (number + 3) % people}"


def link_lines(links: int, seed: int = 1) -> Iterator[str]:
    """Yield the N-Triples lines, with line ends, of people, meetings, claims and exactly that many links."""
    dice, people, base = Dice(seed), people_of(links), RESERVED
    for at in range(people):
        label = f"{dice.name(2)} {dice.name(2)} {at}"
        kind = f"<{ARMS}Person>"
        yield from _lines(f"{base}id/p{at}", (RDF + "type", kind), (ARMS + "entityKind", kind), (ARMS + "key", f'"p{at}"'),
                          (RDFS + "label", f'"{label}"'), (SKOS + "prefLabel", f'"{label}"'), (SKOS + "hiddenLabel", f'"{fold(label)}"'),
                          *((ARMS + "nameWord", f'"{word}"') for word in fold(label).split()))
    left, number = links, 0
    while left:
        ends = {number % people, *(dice.early(people) if dice.chance(0.5) else dice.below(people) for _ in range(1 + dice.below(3)))}
        pairs = list(combinations(sorted(ends), 2))[:left]
        number += 1
        left -= len(pairs)
        if pairs:
            day = _FIRST_DAY + datetime.timedelta(days=dice.below(9_000))
            yield from _meeting(f"d{number // 10}/c{number}", pairs, str(day), base)


def _meeting(key: str, pairs: list[tuple[int, int]], day: str, base: str) -> Iterator[str]:
    claim, event, document = f"{base}claim/{key}", f"{base}event/{key}", f"<{base}id/{key.partition('/')[0]}>"
    ends = ("earliestBegin", "latestBegin", "earliestEnd", "latestEnd")
    kind, date, bounds = f"<{ARMS}Meeting>", f'"{day}"', [(ARMS + term, f'"{day}"^^<{XSD}date>') for term in ends]
    yield from _lines(event, (RDF + "type", kind), (ARMS + "key", f'"{key}"'), (ARMS + "eventKind", kind),
                      (RDFS + "label", f'"meeting {key}"'), (ARMS + "date", date), *bounds)
    yield from _lines(claim, (RDF + "type", f"<{ARMS}Claim>"), (ARMS + "key", f'"{key}"'), (ARMS + "kind", kind),
                      (SAID + "event", f"<{event}>"), (ARMS + "status", '"asserted"'), (ARMS + "mode", '"done"'),
                      (ARMS + "footing", '"firm"'), (ARMS + "date", date), (ARMS + "dateFrom", '"claim"'), *bounds,
                      (ARMS + "accordingTo", f"<{ARMS}Anybody>"), (ARMS + "claimant", f"<{ARMS}Curator>"),
                      (ARMS + "source", document), (ARMS + "inDocument", document),
                      (PROV + "wasDerivedFrom", document))
    for at, (one, other) in enumerate(pairs, 1):
        for end, joined in ((one, other), (other, one)):
            yield from _lines(f"{base}id/p{end}", (ARMS + "joined", f"<{base}id/p{joined}>"))
        yield from _lines(f"{claim}/link/{at}", (RDF + "type", f"<{ARMS}Link>"), (ARMS + "from", f"<{base}id/p{one}>"),
                          (ARMS + "to", f"<{base}id/p{other}>"), (ARMS + "onEvent", f"<{event}>"), (ARMS + "ofClaim", f"<{claim}>"),
                          (ARMS + "kind", kind), (ARMS + "directTerm", f"<{ARMS}met>"),
                          (ARMS + "forward", '"met"'), (ARMS + "backward", '"met"'), (ARMS + "footing", '"firm"'))


def _lines(subject: str, *properties: tuple[str, str]) -> Iterator[str]:
    for predicate, value in properties:
        yield f"<{subject}> <{predicate}> {value} .\n"
