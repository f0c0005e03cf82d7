"""The records the curated files are made of. Nothing here reads, writes or judges.

A *key* is what tells a record from all others: an entity's id, `document/id` for what one document alone speaks of,
`document/claim` for a claim.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.errors import Place

INFERENCES = "inferences"
"""The stem of the file in which the curator concludes across documents; it stands where a document's id would."""

NOBODY_NAMED = "nobody-named"
"""The originator of what a text reports without saying from whom."""

ASSERTED, REPORTED, ALLEGED = "asserted", "reported", "alleged"
STATUSES = (ASSERTED, REPORTED, ALLEGED)
DONE, ONGOING, PLANNED, NOT = "done", "ongoing", "planned", "not"
MODES = (DONE, ONGOING, PLANNED, NOT)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the words stand that prove a claim: paragraph counted from 1, and a locator `first words … last words`."""

    paragraph: int
    words: str
    place: Place


@dataclass(frozen=True, slots=True)
class Name:
    """A spelling, the documents in which it stands, and a note where it stands in none."""

    text: str
    documents: tuple[str, ...]
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something that claims speak of. `document` is set where one document alone speaks of it."""

    key: str
    kind: str
    label: str
    names: tuple[Name, ...]
    place: Place
    document: str = ""
    body: str = ""
    state: str = ""
    ministerial: bool = False
    single: bool = False
    count: int | None = None
    evidence: Evidence | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """A sum as its source states it; never converted, never added up. Amounts are decimal text."""

    amount: str
    currency: str
    approximate: bool = False
    words: str = ""
    conversion: Money | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many, or the words the text has instead of a number."""

    count: str = ""
    unit: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """An entity in a role, and the post or the words by which the text calls it there."""

    key: str
    place: Place
    post: str = ""
    as_words: str = ""


@dataclass(frozen=True, slots=True)
class Ref:
    """A happening or a claim in a role."""

    key: str
    place: Place


Value = Party | Ref | Money | Quantity | str | bool
"""What a role can hold; a text, a date and a flag are plain `str` and `bool`."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one document, or the curator, says of one thing. Fields not typed are empty."""

    key: str
    document: str
    kind: str
    place: Place
    roles: dict[str, tuple[Value, ...]]
    event: str = ""
    deal: str = ""
    part_of: str = ""
    at: tuple[Party, ...] = ()
    status: str = ""
    mode: str = DONE
    hedge: str = ""
    verb: str = ""
    said_by: tuple[str, ...] = ()
    said_in: str = ""
    said_on: str = ""
    said_words: str = ""
    date: str = ""
    date_words: str = ""
    date_note: str = ""
    inferred: bool = False
    because: str = ""
    rests_on: tuple[str, ...] = ()
    evidence: Evidence | None = None
    note: str = ""

    def references(self, role: str) -> tuple[str, ...]:
        """Return the keys of the entities, happenings or claims that fill a role, in the order written."""
        return tuple(value.key for value in self.roles.get(role, ()) if isinstance(value, Party | Ref))

    def things(self) -> set[str]:
        """Return the keys of all entities, happenings and claims that it speaks of or names as its voice."""
        values = [value for values in (*self.roles.values(), self.at) for value in values if isinstance(value, Party | Ref)]
        posts = (value.post for value in values if isinstance(value, Party))
        named = {self.event, self.deal, self.part_of, self.said_in, *self.said_by, *self.rests_on, *posts, *(value.key for value in values)}
        return named - {"", NOBODY_NAMED}


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a text that yields no claim, and why. Without words it is the whole paragraph."""

    paragraph: int
    words: str
    because: str
    place: Place


@dataclass(frozen=True, slots=True)
class Document:
    """A text that claims were taken from. `chain` holds outlets: the reporter first, the host last; `curation` how it was curated."""

    key: str
    title: str
    language: str
    chain: tuple[str, ...]
    place: Place
    published: str = ""
    published_note: str = ""
    url: str = ""
    text: str = ""
    sha256: str = ""
    year: str = ""
    year_evidence: Evidence | None = None
    repeats: dict[int, tuple[int, ...]] = field(default_factory=dict)
    nothing: tuple[Passage, ...] = ()
    retired: tuple[str, ...] = ()
    curation: str = ""


@dataclass(frozen=True, slots=True)
class SameOrigin:
    """The curator's note that several origins are one in what some documents tell, and why."""

    origins: tuple[str, ...]
    documents: tuple[str, ...]
    because: str
    place: Place


@dataclass(frozen=True, slots=True)
class Graph:
    """What the graph as a whole is: title, base IRI, publisher, data licence, and how far its exports may shrink in per cent."""

    title: str
    base: str
    publisher: str
    licence: str
    shrink: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything curated, each part by its key, in the order of the files."""

    graph: Graph
    documents: dict[str, Document]
    entities: dict[str, Entity]
    claims: dict[str, Claim]
    same_origins: tuple[SameOrigin, ...]
