"""What a capable programmer would write without this project: PyYAML's C loader in, rdflib out, one plain script.

    python tests/peer_rdflib.py GRAPH-FOLDER OUT-FOLDER

It maps the curated files to the same triples as `kg build` does, as nearly as is fair, and writes graph.ttl, graph.nt and
graph.jsonld: claims, roles, attributions, evidence, events, dates with their bounds, links, encounters, names with search
keys, and the ontology. It leaves out what costs us time and it nothing: checks, places of mistakes, same-origin notes, sentence
grammar (a claim's line is only its labels), reading back, tables, GraphML, the page and the store. `kg bench` times it; the
last line says how many triples there are.
"""

from __future__ import annotations

import calendar
import re
import sys
from collections import defaultdict
from functools import cached_property
from itertools import combinations, product
from pathlib import Path
from typing import Any

import yaml
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SKOS, XSD, NamespaceManager
from rdflib.term import Node

BASE = "https://arms-graph.example/"
ARMS, SAID, SCHEMA = Namespace(BASE + "terms#"), Namespace(BASE + "said#"), Namespace("https://schema.org/")
OA, CITO = Namespace("http://www.w3.org/ns/oa#"), Namespace("http://purl.org/spar/cito/")
FILES = ("people", "organisations", "places", "products", "posts", "events", "deals")
COMMON = {"id", "kind", "event", "part_of", "status", "mode", "hedge", "verb", "said_by", "said_in", "said_on", "said_words", "date",
          "date_words", "date_note", "inferred", "because", "rests_on", "evidence", "note"}
TRUE = Literal("true", datatype=XSD.boolean)
Fields = dict[str, Any]


def load(path: Path) -> Fields:
    with path.open("rb") as file:
        return yaml.load(file, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)) or {}


def many(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def who(value: Any) -> str:
    return str(value["who"] if isinstance(value, dict) else value)


def fold(name: str) -> list[str]:
    return "".join(char for char in name.casefold() if char not in "'’").replace("-", " ").replace("_", " ").split()


def span(date: str) -> tuple[str, str]:
    """Return the first and last day of a plain date, a set or an interval."""
    first, last = date.strip("[]").replace("/", "..").split("..") if ".." in date or "/" in date else (date, date)
    if len(last) == 7:
        last += f"-{calendar.monthrange(int(last[:4]), int(last[5:]))[1]:02}"
    return first + "-01-01"[len(first) - 4:] if first else "", last + "-12-31"[len(last) - 4:] if last else ""


class Peer:
    def __init__(self, folder: Path) -> None:
        self.graph = Graph()
        self.add = self.graph.add
        for path in sorted((folder / "ontology").glob("*.ttl")):
            if path.name != "shapes.ttl":
                self.graph.parse(path, format="turtle")
        self._schema()
        self.entities: dict[str, Fields] = {}
        self.documents: dict[str, Fields] = {}
        self.claims: dict[str, tuple[str, Fields]] = {}
        for name in FILES:
            path = folder / "sources" / f"{name}.yaml"
            for entity in load(path).get(name, ()) if path.exists() else ():
                self.entities[entity["id"]] = entity
        for path in [*sorted((folder / "sources" / "documents").glob("*.yaml")), folder / "sources" / "inferences.yaml"]:
            if not path.exists():
                continue
            data, stem = load(path), path.stem
            if "document" in data:
                self.documents[stem] = data["document"]
            for entity in [*many(data.get("unnamed")), *many(data.get("matters"))]:
                self.entities[f"{stem}/{entity['id']}"] = {**entity, "document": stem}
            for claim in many(data.get("claims") or data.get("inferences")):
                self.claims[f"{stem}/{claim['id']}"] = (stem, claim)

    def _schema(self) -> None:
        g = self.graph
        self.kind = {str(word): cls for cls, word in g.subject_objects(ARMS.keyword) if (cls, ARMS.pattern, None) in g}
        self.cls = {str(word): cls for cls, word in g.subject_objects(ARMS.keyword) if (cls, ARMS.legend, None) in g}
        self.role = {str(word): term for term, word in g.subject_objects(ARMS.keyword) if (term, ARMS.takes, None) in g}
        self.takes = {str(g.value(term, ARMS.keyword)): str(word) for term, word in g.subject_objects(ARMS.takes)}
        self.does = {str(g.value(term, ARMS.keyword)) for term, _ in g.subject_objects(ARMS.does)}
        self.keys = {word: sorted(str(g.value(term, ARMS.keyword)) for term in g.objects(cls, ARMS.keyRole))
                     for word, cls in self.kind.items()}
        self.edges = {word: [re.split(" / ", str(rule)) for rule in g.objects(cls, ARMS.edge)] for word, cls in self.kind.items()}
        self.meets = {word for word, cls in self.kind.items() if (cls, ARMS.encounter, None) in g}
        self.step = {word for word, cls in self.cls.items() if str(g.value(cls, ARMS.step)) == "true"}
        lasting = {ARMS.Relation, ARMS.Characteristic}
        self.timed = {word for word, cls in self.kind.items() if not lasting & set(g.objects(cls, RDFS.subClassOf))}
        self.needed = {word: str(g.value(g.value(self.kind[word], ARMS.needs), ARMS.keyword)) for word in self.meets}

    def resolve(self, typed: str, document: str) -> str:
        return f"{document}/{typed}" if f"{document}/{typed}" in self.entities else typed

    def thing(self, key: str) -> URIRef:
        if key == "nobody-named":
            return ARMS.NobodyNamed
        if key in self.entities or key in self.documents:
            return URIRef(f"{BASE}id/{key}")
        return URIRef(f"{BASE}{'event' if key in self.claims else 'fact'}/{key}")

    def bounds(self, me: URIRef, date: str) -> None:
        first, last = span(date)
        whole = "/" in date
        days = (first, first if whole else last, last if whole else first, last)
        for term, day in zip(("earliestBegin", "latestBegin", "earliestEnd", "latestEnd"), days, strict=True):
            if day:
                self.add((me, ARMS[term], Literal(day, datatype=XSD.date)))

    def label(self, key: str) -> str:
        return str(self.entities.get(key, {}).get("label") or key)

    def build(self) -> Graph:
        for key, document in self.documents.items():
            self._document(key, document)
        for key, entity in self.entities.items():
            self._entity(key, entity)
        self._stand()
        for key, event in self.events.items():
            self._event(key, event)
        for order, (key, (stem, claim)) in enumerate(self.claims.items()):
            self._claim(key, stem, claim, order)
        return self.graph

    def _document(self, key: str, document: Fields) -> None:
        me, add = self.thing(key), self.add
        add((me, RDF.type, ARMS.Document))
        title = document["title"]
        for term, text in ((ARMS.key, key), (DCTERMS.title, title), (RDFS.label, title), (DCTERMS.language, document["language"]),
                           (SCHEMA.sha256, document.get("sha256")), (ARMS.published, document.get("published"))):
            if text:
                add((me, term, Literal(text)))
        add((me, SCHEMA.url, Literal(document.get("url", ""), datatype=XSD.anyURI)))
        chain = many(document["chain"])
        for at, outlet in enumerate(chain):
            add((me, ARMS.relay if at else ARMS.reporter, self.thing(outlet)))
        add((me, DCTERMS.publisher, self.thing(chain[-1])))
        if document.get("published"):
            self.bounds(me, document["published"])
        if document.get("curation"):
            add((me, ARMS.curation, Literal(document["curation"], lang="en")))
        for text in (key, title):
            add((me, SKOS.hiddenLabel, Literal(" ".join(fold(text)))))

    def _entity(self, key: str, entity: Fields) -> None:
        me, add, label = self.thing(key), self.add, self.label(key)
        if entity["kind"] != "event":
            add((me, RDF.type, self.cls[entity["kind"]]))
            add((me, ARMS.entityKind, self.cls[entity["kind"]]))
            if entity["kind"] in ("deal", "contract", "accord", "venture", "affair", "act"):
                add((me, ARMS.standing, Literal("established")))
        for term in (RDFS.label, SKOS.prefLabel):
            add((me, term, Literal(label)))
        add((me, ARMS.key, Literal(key)))
        for name in ("document", "body", "state"):
            if entity.get(name):
                add((me, ARMS.spokenOfIn if name == "document" else ARMS[name], self.thing(entity[name])))
        for name in {"ministerial", "single"} & entity.keys():
            add((me, ARMS[name], TRUE))
        if entity.get("note"):
            add((me, ARMS.note, Literal(entity["note"], lang="en")))
        if entity.get("paragraph"):
            self._evidence(me, entity, entity["document"])
        self._search(me, label)
        for at, spelt in enumerate(many(entity.get("names")), 1):
            node = URIRef(f"{me}/name/{at}")
            add((me, ARMS.name, node))
            add((node, RDF.type, ARMS.Name))
            add((node, ARMS.spelling, Literal(spelt["name"])))
            if spelt.get("note"):
                add((node, ARMS.note, Literal(spelt["note"], lang="en")))
            for document in many(spelt.get("in")):
                add((node, ARMS.standsIn, self.thing(document)))
            self._search(me, spelt["name"])

    def _search(self, me: URIRef, text: str) -> None:
        words = fold(text)
        self._all(me, (SKOS.hiddenLabel, Literal(" ".join(words))), *((ARMS.nameWord, Literal(word)) for word in words))

    def _stand(self) -> None:
        """Work out of each claim its event, speakers, status and footing, and of each event its date."""
        self.stands: dict[str, Fields] = {}
        self.events: dict[str, Fields] = {}
        self.denied: dict[str, list[str]] = defaultdict(list)
        self.speakers: dict[str, list[str]] = defaultdict(list)
        for document, claim in self.claims.values():
            spoke = many(claim.get("speaker") or claim.get("publisher"))
            if claim.get("event") and spoke:
                self.speakers[self.resolve(claim["event"], document)] += [self.resolve(who(one), document) for one in spoke]
        for key, (document, claim) in self.claims.items():
            stand = self.stands[key] = self._standing(key, document, claim)
            about = self.events.setdefault(stand["event"], {"kind": claim["kind"], "claims": [], "date": ""})
            about["claims"].append(key)
            about["date"] = about["date"] or claim.get("date", "")
            for value in (value for role in claim.keys() - COMMON for value in many(claim[role])):
                if isinstance(value, dict) and "as" in value:
                    tenure = f"tenure/{who(value)}/{value['as']}"
                    self.events.setdefault(tenure, {"kind": "tenure", "claims": [], "date": ""})["claims"].append(key)
            for denied in many(claim.get("denies")):
                self.denied[denied if "/" in denied else f"{document}/{denied}"].append(key)
        for about in self.events.values():
            if not about["date"] and about["kind"] in self.timed:
                told = [self.documents[stem] for stem in (self.claims[key][0] for key in about["claims"]) if stem in self.documents]
                ends = [span(document.get("published", ""))[1] for document in told]
                first = min(ends, default="")
                about["date"] = f"[..{first}]" if first else ""

    def _standing(self, key: str, document: str, claim: Fields) -> Fields:
        roles = self.keys[claim["kind"]]
        keys = [self.resolve(who(many(claim[role])[0]), document).replace("/", ".") for role in roles if claim.get(role)]
        fact = "/".join((claim["kind"], *keys)) if keys and len(keys) == len(roles) else key
        event = self.resolve(claim["event"], document) if claim.get("event") else fact
        said = [self.resolve(one, document) for one in many(claim.get("said_by"))]
        if claim.get("said_in"):
            said = self.speakers[self.resolve(claim["said_in"], document)]
        status = claim.get("status") or ("reported" if said else "asserted")
        marks = {"alleged": status == "alleged", "hedged": claim.get("hedge"), "inferred": claim.get("inferred"),
                 "not": claim.get("mode") == "not", "planned": claim.get("mode") == "planned"}
        own_voice = document in self.documents and not claim.get("inferred")
        origin = said[0] if said else many(self.documents[document]["chain"])[0] if own_voice else ""
        footing = "+".join(mark for mark, is_so in marks.items() if is_so) or "firm"
        return {"event": event, "said": said, "status": status, "footing": footing, "origin": origin}

    def _event(self, key: str, event: Fields) -> None:
        me, add = self.thing(key), self.add
        firm = any(self.stands[claim]["footing"] == "firm" and claim not in self.denied for claim in event["claims"])
        self._all(me, (ARMS.key, Literal(key)), (ARMS.eventKind, self.kind[event["kind"]]),
                  (ARMS.standing, Literal("established" if firm else "alleged")),
                  (RDFS.label, Literal(f"{event['kind']} {key}, {event['date']}")))
        if firm:
            add((me, RDF.type, self.kind[event["kind"]]))
            if event["kind"] == "tenure":
                person, post = key.split("/")[1:]
                self._all(me, (ARMS.person, self.thing(person)), (ARMS.post, self.thing(post)))
        if event["date"] and event["kind"] in self.timed:
            add((me, ARMS.date, Literal(event["date"])))
            self.bounds(me, event["date"])

    def _claim(self, key: str, document: str, claim: Fields, order: int) -> None:
        me, add, stand = URIRef(f"{BASE}claim/{key}"), self.add, self.stands[key]
        event, plain = self.thing(stand["event"]), stand["footing"] == "firm" and key not in self.denied
        self._all(me, (RDF.type, ARMS.Claim), (ARMS.order, Literal(str(order), datatype=XSD.integer)),
                  (ARMS.kind, self.kind[claim["kind"]]), (SAID.event, event))
        timed = claim["kind"] in self.timed
        date = claim.get("date") or (self.events[stand["event"]]["date"] if timed else "")
        values = {"key": key, "status": stand["status"], "mode": claim.get("mode", "done"), "footing": stand["footing"],
                  "hedge": claim.get("hedge"), "verb": claim.get("verb"), "because": claim.get("because"), "note": claim.get("note"),
                  "saidOn": claim.get("said_on"), "dateWords": claim.get("date_words"), "dateNote": claim.get("date_note"),
                  "attests": "firm", "date": date, "dateFrom": date and ("claim" if claim.get("date") else "event")}
        for term, text in values.items():
            if text:
                add((me, ARMS[term], Literal(text)))
        if date:
            self.bounds(me, date)
        told = span(self.documents.get(document, {}).get("published", ""))[1]
        if timed and told and claim.get("mode", "done") == "done" and not claim.get("inferred") and not claim.get("hedge"):
            add((me, ARMS.toldBy, Literal(told, datatype=XSD.date)))
        filled = self._roles(me, event, document, claim, plain)
        says = ", ".join(f"{role} {' and '.join(map(self.label, keys))}" for role, keys in filled.items())
        add((me, ARMS.says, Literal(f"{claim['kind']}: {says}", lang="en")))
        self._attribution(me, key, document, claim, stand)
        self._links(me, event, claim, stand, filled, plain)

    def _roles(self, me: URIRef, event: URIRef, document: str, claim: Fields, plain: bool) -> dict[str, list[str]]:
        filled: dict[str, list[str]] = {}
        for role in claim.keys() - COMMON:
            term, name, takes = self.role[role], str(self.role[role]).rpartition("#")[2], self.takes[role]
            for at, value in enumerate(many(claim[role]), 1):
                node = URIRef(f"{me}/{name}/{at}")
                if takes in ("entity", "happening", "any"):
                    key = self.resolve(who(value), document)
                    filled.setdefault(role, []).append(key)
                    self._party(me, node, role, value, self.thing(key))
                    if plain:
                        self.add((event, term, self.thing(key)))
                elif takes == "claim":
                    self.add((me, SAID[name], URIRef(f"{BASE}claim/{value if '/' in value else f'{document}/{value}'}")))
                elif takes in ("money", "quantity"):
                    self.add((me, SAID[name], node))
                    self.add((node, RDF.type, SCHEMA.MonetaryAmount if takes == "money" else ARMS.Quantity))
                    for inner, text in value.items():
                        self.add((node, ARMS[inner], Literal(text, datatype={"amount": XSD.decimal, "count": XSD.integer}.get(inner))))
                else:
                    self.add((me, SAID[name], Literal(value)))
                    if isinstance(claim[role], list) and len(claim[role]) > 1:
                        self.add((me, ARMS.lists, node))
                        self._all(node, (RDF.type, ARMS.ListedText), (ARMS.inRole, term), (RDF.value, Literal(value)),
                                  (ARMS.position, Literal(str(at), datatype=XSD.integer)))
        for name, role in (("partOfHappening", "part_of"), ("saidIn", "said_in")):
            if claim.get(role):
                self.add((me, SAID[name], self.thing(self.resolve(claim[role], document))))
        if claim.get("part_of") and plain:
            self.add((event, ARMS.partOfHappening, self.thing(self.resolve(claim["part_of"], document))))
        return filled

    def _party(self, me: URIRef, node: URIRef, role: str, value: Any, thing: URIRef) -> None:
        add, capacity = self.add, URIRef(f"{node}/capacity")
        add((me, SAID[str(self.role[role]).rpartition("#")[2]], thing))
        if role in self.does:
            add((me, ARMS.doer, thing))
        if isinstance(value, dict):
            add((me, ARMS.capacity, capacity))
            add((capacity, RDF.type, ARMS.Capacity))
            self._all(capacity, (ARMS.who, thing), (ARMS.inRole, self.role[role]))
            if "as" in value:
                add((capacity, ARMS.asPost, self.thing(value["as"])))
                add((capacity, ARMS.attestsTenure, self.thing(f"tenure/{who(value)}/{value['as']}")))

    def _attribution(self, me: URIRef, key: str, document: str, claim: Fields, stand: Fields) -> None:
        add = self.add
        for at, speaker in enumerate(stand["said"], 1):
            node = URIRef(f"{me}/said/{at}")
            add((me, ARMS.saidBy, node))
            add((me, ARMS.accordingTo, self.thing(speaker)))
            self._all(node, (RDF.type, ARMS.Attribution), (ARMS.position, Literal(str(at), datatype=XSD.integer)),
                      (PROV.agent, self.thing(speaker)))
            if at == 1:
                add((me, PROV.wasAttributedTo, self.thing(speaker)))
        add((me, ARMS.accordingTo, ARMS.Anybody))
        claimant = stand["said"][0] if stand["said"] else stand["origin"]
        add((me, ARMS.claimant, self.thing(claimant) if claimant and not claim.get("inferred") else ARMS.Curator))
        if stand["origin"]:
            for term in (ARMS.origin, ARMS.source, ARMS.accordingTo, ARMS.countsFor):
                add((me, term, self.thing(stand["origin"])))
        if claim.get("inferred"):
            add((me, ARMS.inferred, TRUE))
        for other in many(claim.get("rests_on")):
            found = other if "/" in other else f"{document}/{other}"
            add((me, ARMS.restsOn, URIRef(f"{BASE}claim/{found}")))
            add((me, ARMS.source, self.thing(found.partition("/")[0])))
        for denial in self.denied.get(key, ()):
            add((me, ARMS.deniedBy, URIRef(f"{BASE}claim/{denial}")))
            add((URIRef(f"{BASE}claim/{denial}"), CITO.disputes, me))
            add((me, ARMS.disputed, TRUE))
        if document in self.documents:
            add((me, ARMS.inDocument, self.thing(document)))
            add((me, ARMS.source, self.thing(document)))
        if claim.get("evidence"):
            self._evidence(me, claim["evidence"], document)

    def _evidence(self, me: URIRef, evidence: Fields, document: str) -> None:
        node = URIRef(f"{me}/evidence")
        self.add((me, ARMS.evidence, node))
        self._all(node, (RDF.type, ARMS.Evidence), (OA.hasSource, self.thing(document)),
                  (ARMS.paragraph, Literal(evidence["paragraph"], datatype=XSD.integer)), (ARMS.words, Literal(evidence["words"])))

    def _links(self, me: URIRef, event: URIRef, claim: Fields, stand: Fields, filled: dict[str, list[str]], plain: bool) -> None:
        number = 0
        for term, source, forward, backward, last in self.edges[claim["kind"]]:
            target, _, unless = last.partition(" !")
            ends = filled.get(target, [])
            if unless in filled:
                continue
            for one, other in combinations(ends, 2) if source == target else product(filled.get(source, []), ends):
                number += 1
                self._link(URIRef(f"{me}/link/{number}"), me, (self.thing(one), self.thing(other)), event, (forward, backward, term),
                           (stand["footing"], claim["kind"]))
                if plain:
                    self.add((self.thing(one), ARMS[term], self.thing(other)))
        for value in (value for role, given in claim.items() if role not in COMMON for value in many(given)):
            if isinstance(value, dict) and "as" in value:
                number += 1
                office = (self.thing(who(value)), self.thing(self.entities[value["as"]]["body"]))
                fact = self.thing(f"tenure/{who(value)}/{value['as']}")
                self._link(URIRef(f"{me}/link/{number}"), me, office, fact, ("was in", "had", "heldPostIn"), ("firm", "tenure"))
                self.add((URIRef(f"{me}/link/{number}"), ARMS.office, TRUE))
        if claim["kind"] in self.meets:
            able = [key for key in filled.get(self.needed[claim["kind"]], []) if self.entities[key]["kind"] in self.step]
            for at, pair in enumerate(combinations(able, 2), 1):
                one, other = sorted(pair, key=self.label)
                both = (self.thing(one), self.thing(other))
                self._all(URIRef(f"{me}/encounter/{at}"), (RDF.type, ARMS.Encounter), (ARMS.oneSide, both[0]), (ARMS.otherSide, both[1]),
                          *((ARMS.eitherSide, party) for party in (*both, ARMS.Anybody)), (ARMS.ofClaim, me),
                          (ARMS.footing, Literal(stand["footing"])))

    @cached_property
    def able(self) -> set[URIRef]:
        return {self.thing(key) for key, entity in self.entities.items() if entity["kind"] in self.step}

    def _link(self, node: URIRef, me: URIRef, ends: tuple[URIRef, URIRef], event: URIRef, words: tuple[str, str, str],
              standing: tuple[str, str]) -> None:
        self._all(node, (RDF.type, ARMS.Link), (ARMS["from"], ends[0]), (ARMS.to, ends[1]), (ARMS.onEvent, event), (ARMS.ofClaim, me),
                  (ARMS.forward, Literal(words[0])), (ARMS.backward, Literal(words[1])), (ARMS.directTerm, ARMS[words[2]]),
                  (ARMS.footing, Literal(standing[0])),
                  (ARMS.kind, self.kind[standing[1]]))
        if standing[0] == "firm" and ends[0] != ends[1] and set(ends) <= self.able:
            self.add((ends[0], ARMS.joined, ends[1]))
            self.add((ends[1], ARMS.joined, ends[0]))

    def _all(self, node: URIRef, *properties: tuple[URIRef, Node]) -> None:
        for predicate, value in properties:
            self.add((node, predicate, value))


class Names(NamespaceManager):
    """Prefixes for what is bound and none for the rest: rdflib's own way is quadratic in the number of paths before a last slash."""

    @cached_property
    def known(self) -> dict[str, str]:
        return {str(iri): prefix for prefix, iri in self.namespaces()}

    def compute_qname(self, uri: str, generate: bool = True) -> tuple[str, URIRef, str]:
        cut = max(uri.rfind("#"), uri.rfind("/")) + 1
        return self.known[uri[:cut]], URIRef(uri[:cut]), uri[cut:]


def main(folder: Path, out: Path) -> None:
    graph = Peer(folder).build()
    graph.namespace_manager = Names(graph)
    for prefix, iri in (("id", BASE + "id/"), ("said", SAID), ("arms", ARMS), ("cito", CITO)):
        graph.namespace_manager.bind(prefix, iri)
    out.mkdir(parents=True, exist_ok=True)
    for name, form in (("graph.ttl", "turtle"), ("graph.nt", "nt"), ("graph.jsonld", "json-ld")):
        graph.serialize(out / name, format=form, encoding="utf-8")
    print(f"{len(graph)} triples")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
