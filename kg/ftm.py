"""FollowTheMoney entities, one as JSON on each line, for Aleph, OpenAleph and whatever else reads `ftm`.

FollowTheMoney has facts and no claims. So only a firm link that nobody denies becomes a typed one (Employment, Occupancy …); every
other is an UnknownLink whose `role` and `status` say how it stands and by whom it is alleged or denied, and whose `summary` has
the claims as sentences. An event that is not established has its standing in its name and nobody involved. What finds no place is
left out and counted: acts that nobody claims were done, classes of products, claims that are neither event nor link, evidence.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from typing import Any

from kg.readings import ESTABLISHED, FIRM, NOT_CLAIMED
from kg.store import Store
from kg.tables import standing_label, standing_marks
from kg.terms import local_name

_SCHEMATA = {
    "Person": "Person", "Company": "Company", "Organisation": "Organization", "PublicBody": "PublicBody", "Ministry": "PublicBody",
    "Agency": "PublicBody", "ArmedForce": "Organization", "PoliticalParty": "Organization", "Delegation": "Organization",
    "Outlet": "Organization", "Facility": "Organization", "Group": "LegalEntity", "Agent": "LegalEntity", "State": "LegalEntity",
    "City": "Address", "Place": "Address", "Region": "Territory", "Product": "Asset", "Drone": "Asset", "Weapon": "Asset",
    "Post": "Position", "Deal": "Project", "Contract": "Project", "Accord": "Project", "Venture": "Project", "Affair": "Event",
}
"""The schema of each class of entities; a class that is not here has none, and its entities are left out."""

_LEGAL = frozenset(("Person", "Company", "Organization", "PublicBody", "LegalEntity"))
_BODIES = frozenset(("Company", "Organization", "PublicBody"))
_TYPED = {
    "Ownership": ("owner", _LEGAL, "asset", frozenset(("Company", "Asset"))),
    "Employment": ("employee", frozenset(("Person",)), "employer", _BODIES),
    "Membership": ("member", _LEGAL, "organization", _BODIES),
    "Representation": ("agent", _LEGAL, "client", _LEGAL),
}
"""The kinds whose firm links have a schema of their name: which property has the one end and which the other, and of what schemata."""

_PLAIN_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")

Properties = dict[str, list[str]]


class Mapper:
    """Maps the rows of one graph; `lost` counts what found no place, by what it is."""

    def __init__(self, store: Store, nodes: list[dict[str, Any]], links: list[dict[str, Any]], claims: list[dict[str, Any]],
                 documents: list[dict[str, Any]], events: frozenset[str]) -> None:
        """Take rows as the lists and tables have them; `events` are the names of kinds that happen at a time."""
        self.store = store
        self.nodes = nodes
        self.links = links
        self.claims = {row["id"]: row for row in claims}
        self.documents = documents
        self.events = events
        self.lost: Counter[str] = Counter()
        self.schemata: dict[str, str] = {}

    def lines(self) -> bytes:
        """Return all entities, each on a line, ordered by id."""
        found = [*self._documents(), *self._things(), *self._events(), *self._occupancies(), *self._edges()]
        self.lost["claims that are neither event nor link"] = len(self.claims.keys() - self._placed())
        self.lost["evidence: paragraphs and words of claims"] = sum(1 for row in self.claims.values() if row["words"])
        found.sort(key=lambda entity: str(entity["id"]))
        return "".join(json.dumps(entity, ensure_ascii=False, sort_keys=True) + "\n" for entity in found).encode()

    def _documents(self) -> list[dict[str, Any]]:
        found = []
        for row in self.documents:
            self.schemata[row["id"]] = "Article"
            found.append(_entity(row["id"], "Article", {
                "title": [row["title"]], "publisher": [row["publisher"]], "author": [row["reporter"]],
                "sourceUrl": [row["url"]], "publishedAt": self._date(row["published"])}))
        return found

    def _things(self) -> list[dict[str, Any]]:
        bodies = {self.store.key(row["post"]): _id(self.store.key(row["body"])) for row in
                  self.store.rows("SELECT ?post ?body WHERE { ?post arms:body ?body }")}
        standings = {row["key"]: row["standing"] for row in
                     self.store.rows("SELECT ?key ?standing WHERE { ?e arms:entityKind ?kind ; arms:key ?key ; arms:standing ?standing }")}
        found = []
        for row in (row for row in self.nodes if "standing" not in row):
            schema = _SCHEMATA.get(row["kind"], "")
            if not schema:
                self.lost[f"entities of the class {row['kind']}"] += 1
                continue
            self.schemata[row["id"]] = schema
            spelt = [name["name"] for name in row["names"] if name["name"] != row["label"]]
            properties: Properties = {"name": [row["label"]], "alias": spelt}
            if schema == "Address":
                properties["full"] = [row["label"]]
            if schema == "Position":
                properties["organization"] = [bodies[row["id"]]] if row["id"] in bodies else []
            if schema == "Project":
                properties["status"] = [standings[row["id"]]]
            if schema in ("LegalEntity", "Organization"):
                properties["classification"] = [row["kind"]]
            if "/" in row["id"]:
                properties["notes"] = ["a party or matter of one document alone, without a name of its own"]
            found.append(_entity(row["id"], schema, properties))
        return found

    def _events(self) -> list[dict[str, Any]]:
        involved = defaultdict(list)
        for row in self.store.rows("""SELECT ?event ?who WHERE { ?event arms:eventKind ?kind ; ?role ?filler .
                ?role arms:takes ?takes . ?filler arms:entityKind ?class ; arms:key ?who } ORDER BY ?event ?who"""):
            if self.schemata.get(row["who"]) in _LEGAL:
                involved[row["event"]].append(row["who"])
        told = defaultdict(list)
        for row in self.claims.values():
            told[row["event"]].append(row["says"])
        found = []
        for row in self.store.rows("""SELECT ?event ?key ?kind ?label ?standing ?date WHERE {
                ?event arms:eventKind ?kind ; arms:key ?key ; rdfs:label ?label ; arms:standing ?standing
                OPTIONAL { ?event arms:date ?date } }"""):
            if local_name(row["kind"]) not in self.events:
                continue
            if row["standing"] == NOT_CLAIMED:
                self.lost["events that nobody claims happened"] += 1
                continue
            self.schemata[row["key"]] = "Event"
            parties = involved[row["event"]] if row["standing"] == ESTABLISHED else []
            unsaid = row["standing"] not in (ESTABLISHED, row["label"].partition(" ")[0])
            found.append(_entity(row["key"], "Event", {
                "name": [f"{row['standing']} {row['label']}" if unsaid else row["label"]], "summary": told[row["key"]],
                "involved": [_id(party) for party in parties], **self._when(row.get("date", ""))}))
        return found

    def _occupancies(self) -> list[dict[str, Any]]:
        """Return the offices that firm claims attest; the dates are those on which they do."""
        found = []
        attested: dict[str, list[str]] = defaultdict(list)
        for link in self.links:
            if link["footing"] == FIRM and _PLAIN_DATE.fullmatch(link["date"]):
                attested[link["event"]].append(link["date"])
        for row in self.store.rows("""SELECT ?key ?who ?what WHERE {
                ?fact a arms:Tenure ; arms:key ?key ; arms:person/arms:key ?who ; arms:post/arms:key ?what }"""):
            if self.schemata.get(row["who"]) == "Person":
                found.append(_entity(row["key"], "Occupancy", {"holder": [_id(row["who"])], "post": [_id(row["what"])],
                                                               "date": attested[row["key"]]}))
        return found

    def _edges(self) -> list[dict[str, Any]]:
        found = []
        for link in self.links:
            ends = self.schemata.get(link["from"]), self.schemata.get(link["to"])
            if None in ends:
                self.lost["links of what is left out"] += 1
                continue
            one, first, other, second = _TYPED.get(link["kind"], ("", frozenset(), "", frozenset()))
            marks = standing_marks(link)
            typed = not marks and ends[0] in first and ends[1] in second
            source, target = (one, other) if typed else ("subject", "object")
            name = "/".join((link["event"], link["from"], link["to"]))
            found.append(_entity("link-" + hashlib.sha256(name.encode()).hexdigest()[:40], link["kind"] if typed else "UnknownLink", {
                source: [_id(link["from"])], target: [_id(link["to"])], "role": [standing_label(link)], "status": ["; ".join(marks)],
                "summary": [self.claims[claim]["says"] for claim in link["claims"]], "recordId": [link["event"]],
                "proof": [_id(document) for document in link["documents"]], **self._when(link["date"])}))
        return found

    def _placed(self) -> set[str]:
        """Return the claims that are told in the summary of an event or of a link."""
        linked = {claim for link in self.links if {link["from"], link["to"]} <= self.schemata.keys() for claim in link["claims"]}
        return linked | {key for key, row in self.claims.items()
                         if row["kind"] in self.events and self.schemata.get(row["event"]) == "Event"}

    def _when(self, date: str) -> Properties:
        first, slash, last = date.partition("/")
        if slash and _PLAIN_DATE.fullmatch(first) and _PLAIN_DATE.fullmatch(last):
            return {"startDate": [first], "endDate": [last]}
        return {"date": self._date(date)}

    def _date(self, date: str) -> list[str]:
        if date and not _PLAIN_DATE.fullmatch(date):
            self.lost["dates that are known only within bounds"] += 1
        return [date] if _PLAIN_DATE.fullmatch(date) else []


def _id(key: str) -> str:
    """Return a key as an id of FollowTheMoney, which has no slashes; keys have no dots."""
    return key.replace("/", ".")


def _entity(key: str, schema: str, properties: Properties) -> dict[str, Any]:
    kept = {name: list(dict.fromkeys(filter(None, values))) for name, values in properties.items()}
    return {"id": _id(key), "schema": schema, "properties": {name: values for name, values in kept.items() if values}}
