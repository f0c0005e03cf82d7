"""The corpus as RDF: sorted N-Triples lines, from which the store and every RDF export are made.

Claims are records under `said:`; what firm claims that nobody denies say stands under `arms:` on the event itself. No blank
nodes: whatever a claim holds has a name under the claim's. Text is written by hand because that is ten times faster than
building terms; the store's own parser reads every line back before anything is published.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg import model
from kg.dates import bounds
from kg.links import encounters_of, links_of, ministers
from kg.model import Claim, Corpus, Document, Entity, Money, Party, Quantity, Ref, Value
from kg.names import fold
from kg.ntriples import TYPE, arms, bounds_lines, evidence_lines, literal, money_lines, quantity_lines, search_keys
from kg.readings import ESTABLISHED, FIRM, Event, Reading, Readings, attestation_footing, reading_order, tenure_key
from kg.schema import Schema, is_a
from kg.sentences import Speaker
from kg.terms import CITO, DCTERMS, PROV, RDF, RDFS, SAID, SCHEMA, SKOS, claim_iri, thing_iri


class Writer:
    """Turns one corpus into triples; `lines` gives them sorted, each once."""

    def __init__(self, corpus: Corpus, schema: Schema, readings: Readings) -> None:
        """Keep what all parts need."""
        self.corpus = corpus
        self.schema = schema
        self.readings = readings
        self.speaker = Speaker(corpus, schema, readings)
        self.base = corpus.graph.base
        self._firmly_spoken_of = {key for reading in readings.claims.values() if reading.firm and not reading.demoted
                                  for key in _matters(reading.claim)}
        self._steps = {key for key, entity in corpus.entities.items() if schema.classes[entity.kind].step}

    def lines(self) -> list[str]:
        """Return the whole graph as sorted N-Triples lines without line ends."""
        return sorted(self.unsorted())

    def unsorted(self) -> set[str]:
        """Return the whole graph as N-Triples lines without line ends, in no order."""
        found = set(self._graph())
        for document in self.corpus.documents.values():
            found.update(self._document(document))
        appointed = ministers(self.readings.claims, self.corpus)
        for entity in self.corpus.entities.values():
            found.update(self._entity(entity, entity.key in appointed))
        for event in self.readings.events.values():
            found.update(self._event(event))
        for reading, order in zip(self.readings.claims.values(), reading_order(self.corpus.claims.values()), strict=True):
            found.update(self._claim(reading, order))
        return found

    def thing(self, key: str) -> str:
        """Return the IRI of whatever a key names, in angle brackets."""
        if key in self.corpus.entities or key in self.corpus.documents:
            return f"<{thing_iri(self.base, key)}>"
        if key == model.NOBODY_NAMED:
            return arms("NobodyNamed")
        if key in self.corpus.claims:
            return f"<{self.base}event/{key}>"
        return f"<{self.base}fact/{key}>"

    def claim(self, key: str) -> str:
        """Return the IRI of a claim, in angle brackets."""
        return f"<{claim_iri(self.base, key)}>"

    def _graph(self) -> Iterator[str]:
        graph = self.corpus.graph
        me = f"<{graph.base}graph>"
        yield f"{me} {TYPE} <{PROV}Collection> ."
        yield f"{me} <{DCTERMS}title> {literal(graph.title, language='en')} ."
        yield f"{me} <{DCTERMS}publisher> {literal(graph.publisher)} ."
        if graph.licence:
            yield f"{me} <{DCTERMS}license> <{graph.licence}> ."
        for number, note in enumerate(self.corpus.same_origins, 1):
            node = f"<{self.base}same-origin/{number}>"
            for document in note.documents:
                yield f"{node} {arms('joinsIn')} {self.thing(document)} ."
            yield f"{node} {TYPE} {arms('SameOrigin')} ."
            yield f"{node} {arms('because')} {literal(note.because, language='en')} ."
            for origin in note.origins:
                yield f"{node} {arms('joinsOrigin')} {self.thing(origin)} ."

    def _document(self, document: Document) -> Iterator[str]:
        me = self.thing(document.key)
        yield f"{me} {TYPE} {arms('Document')} ."
        yield f"{me} {arms('key')} {literal(document.key)} ."
        yield f"{me} <{DCTERMS}title> {literal(document.title)} ."
        yield f"{me} <{RDFS}label> {literal(document.title)} ."
        yield f"{me} <{DCTERMS}language> {literal(document.language)} ."
        for position, outlet in enumerate(document.chain):
            term = "reporter" if position == 0 else "relay"
            yield f"{me} {arms(term)} {self.thing(outlet)} ."
        yield f"{me} <{DCTERMS}publisher> {self.thing(document.chain[-1])} ."
        if document.url:
            yield f"{me} <{SCHEMA}url> {literal(document.url, 'anyURI')} ."
        if document.sha256:
            yield f"{me} <{SCHEMA}sha256> {literal(document.sha256)} ."
        if document.published:
            yield f"{me} {arms('published')} {literal(document.published)} ."
            yield from bounds_lines(me, bounds(document.published))
        if document.published_note:
            yield f"{me} {arms('publishedNote')} {literal(document.published_note, language='en')} ."
        if document.curation:
            yield f"{me} {arms('curation')} {literal(document.curation, language='en')} ."
        for paragraph, others in document.repeats.items():
            node = f"{me[:-1]}/repeats/{paragraph}>"
            yield f"{me} {arms('repetition')} {node} ."
            yield f"{node} {TYPE} {arms('Repetition')} ."
            yield f"{node} {arms('paragraph')} {literal(str(paragraph), 'integer')} ."
            for other in others:
                yield f"{node} {arms('repeatsParagraph')} {literal(str(other), 'integer')} ."
        for key in filter(None, (document.key, document.title, document.text, document.text.removesuffix(".txt"))):
            yield f"{me} <{SKOS}hiddenLabel> {literal(fold(key))} ."

    def _entity(self, entity: Entity, minister: bool) -> Iterator[str]:
        me = self.thing(entity.key)
        cls = self.schema.classes[entity.kind]
        event = self.readings.events.get(entity.key)
        if cls.keyword != "event":
            yield f"{me} {TYPE} {arms(cls.name)} ."
            yield f"{me} {arms('entityKind')} {arms(cls.name)} ."
            if is_a(self.schema, cls.name, "Happening") and event is None:
                yield f"{me} {arms('standing')} {literal(self._matter_standing(entity))} ."
        if minister:
            yield f"{me} {TYPE} {arms('Minister')} ."
        label = self.speaker.label(entity.key)
        yield f"{me} {arms('key')} {literal(entity.key)} ."
        yield f"{me} <{RDFS}label> {literal(label)} ."
        yield f"{me} <{SKOS}prefLabel> {literal(label)} ."
        if entity.document:
            yield f"{me} {arms('spokenOfIn')} {self.thing(entity.document)} ."
        for term in ("body", "state"):
            if value := getattr(entity, term):
                yield f"{me} {arms(term)} {self.thing(value)} ."
        for term in ("ministerial", "single"):
            if getattr(entity, term):
                yield f"{me} {arms(term)} {literal('true', 'boolean')} ."
        if entity.count is not None:
            yield f"{me} {arms('count')} {literal(str(entity.count), 'integer')} ."
        if entity.note:
            yield f"{me} {arms('note')} {literal(entity.note, language='en')} ."
        if entity.evidence:
            yield from evidence_lines(me, entity.evidence, f"{me[:-1]}/evidence>", self.thing(entity.document))
        yield from self._names(entity, me, label)

    def _names(self, entity: Entity, me: str, label: str) -> Iterator[str]:
        yield from search_keys(me, label)
        for position, name in enumerate(entity.names, 1):
            node = f"{me[:-1]}/name/{position}>"
            yield f"{me} {arms('name')} {node} ."
            yield f"{node} {TYPE} {arms('Name')} ."
            yield f"{node} {arms('spelling')} {literal(name.text)} ."
            if name.note:
                yield f"{node} {arms('note')} {literal(name.note, language='en')} ."
            if name.documents and name.text != label:
                yield f"{me} <{SKOS}altLabel> {literal(name.text)} ."
            for document in name.documents:
                yield f"{node} {arms('standsIn')} {self.thing(document)} ."
            yield from search_keys(me, name.text)

    def _matter_standing(self, entity: Entity) -> str:
        if entity.kind == "act":
            return "not claimed"
        return ESTABLISHED if entity.key in self._firmly_spoken_of else "not established"

    def _event(self, event: Event) -> Iterator[str]:
        me = self.thing(event.key)
        yield f"{me} {arms('key')} {literal(event.key)} ."
        yield f"{me} {arms('eventKind')} {arms(event.kind.name)} ."
        yield f"{me} {arms('standing')} {literal(event.standing)} ."
        yield f"{me} <{RDFS}label> {literal(self.speaker.label(event.key))} ."
        if event.standing == ESTABLISHED:
            yield f"{me} {TYPE} {arms(event.kind.name)} ."
        if event.date:
            yield f"{me} {arms('date')} {literal(event.date)} ."
            yield from bounds_lines(me, event.bounds)
        if event.conflict:
            yield f"{me} {arms('dateConflict')} {literal('true', 'boolean')} ."
        for key, (person, post) in event.attested.items():
            reading = self.readings.claims[key]
            if attestation_footing(reading) == FIRM and not reading.demoted:
                yield f"{me} {arms('person')} {self.thing(person)} ."
                yield f"{me} {arms('post')} {self.thing(post)} ."

    def _claim(self, reading: Reading, order: int) -> Iterator[str]:
        claim = reading.claim
        me = self.claim(claim.key)
        event = self.thing(reading.event)
        yield f"{me} {TYPE} {arms('Claim')} ."
        yield f"{me} {arms('key')} {literal(claim.key)} ."
        yield f"{me} {arms('order')} {literal(str(order), 'integer')} ."
        yield f"{me} {arms('kind')} {arms(reading.kind.name)} ."
        yield f"{me} <{SAID}event> {event} ."
        yield f"{me} {arms('says')} {literal(self.speaker.says(reading), language='en')} ."
        for term, value in (("status", reading.status), ("mode", claim.mode), ("footing", reading.footing)):
            yield f"{me} {arms(term)} {literal(value)} ."
        for term, value in (("hedge", claim.hedge), ("verb", claim.verb), ("because", claim.because), ("note", claim.note),
                            ("saidWords", claim.said_words), ("saidOn", claim.said_on), ("dateWords", claim.date_words),
                            ("dateNote", claim.date_note)):
            if value:
                yield f"{me} {arms(term)} {literal(value)} ."
        if reading.date:
            yield f"{me} {arms('date')} {literal(reading.date)} ."
            yield f"{me} {arms('dateFrom')} {literal(reading.date_from)} ."
            yield from bounds_lines(me, reading.bounds)
        if reading.told_by:
            yield f"{me} {arms('toldBy')} {literal(reading.told_by, 'date')} ."
        yield f"{me} {arms('attests')} {literal(attestation_footing(reading))} ."
        yield from self._roles(reading, me, event)
        yield from self._attribution(reading, me)
        yield from self._sources(claim, me)
        yield from self._links(reading, me)

    def _roles(self, reading: Reading, me: str, event: str) -> Iterator[str]:
        claim = reading.claim
        roles: dict[str, tuple[Value, ...]] = dict(claim.roles)
        if claim.at:
            roles["place"] = claim.at
        if claim.deal:
            roles["deal"] = (Ref(claim.deal, claim.place),)
        plain = reading.firm and not reading.demoted
        for keyword, values in roles.items():
            name = self.schema.roles[keyword].name
            for position, value in enumerate(values, 1):
                node = f"{me[:-1]}/{name}/{position}>"
                term = self._term(keyword, value, node)
                yield f"{me} <{SAID}{name}> {term} ."
                yield from self._inside(value, node, me, name)
                if isinstance(value, str) and len(values) > 1:
                    yield from self._listed(value, node, me, name, position)
                if self.schema.roles[keyword].does and isinstance(value, Party):
                    yield f"{me} {arms('doer')} {term} ."
                if plain and isinstance(value, Party | Ref) and value.key not in self.corpus.claims:
                    yield f"{event} {arms(name)} {term} ."
        for term_name, key in (("partOfHappening", claim.part_of), ("saidIn", claim.said_in)):
            if key:
                yield f"{me} <{SAID}{term_name}> {self.thing(key)} ."
        if claim.part_of and plain:
            yield f"{event} {arms('partOfHappening')} {self.thing(claim.part_of)} ."

    def _listed(self, text: str, node: str, me: str, role: str, position: int) -> Iterator[str]:
        """Yield the place of one of several texts in a role: as bare literals they have no order."""
        yield f"{me} {arms('lists')} {node} ."
        yield f"{node} {TYPE} {arms('ListedText')} ."
        yield f"{node} {arms('inRole')} {arms(role)} ."
        yield f"{node} {arms('position')} {literal(str(position), 'integer')} ."
        yield f"{node} <{RDF}value> {literal(text)} ."

    def _term(self, keyword: str, value: Value, node: str) -> str:
        match value:
            case Party():
                return self.thing(value.key)
            case Ref():
                return self.claim(value.key) if self.schema.roles[keyword].takes == "claim" else self.thing(value.key)
            case Money() | Quantity():
                return node
            case bool():
                return literal("true", "boolean")
        return literal(value)

    def _inside(self, value: Value, node: str, me: str, role: str) -> Iterator[str]:
        match value:
            case Party() if value.post or value.as_words:
                node = f"{node[:-1]}/capacity>"
                yield f"{me} {arms('capacity')} {node} ."
                yield f"{node} {TYPE} {arms('Capacity')} ."
                yield f"{node} {arms('who')} {self.thing(value.key)} ."
                yield f"{node} {arms('inRole')} {arms(role)} ."
                if value.post:
                    yield f"{node} {arms('asPost')} {self.thing(value.post)} ."
                    yield f"{node} {arms('attestsTenure')} {self.thing(tenure_key(value.key, value.post))} ."
                if value.as_words:
                    yield f"{node} {arms('asWords')} {literal(value.as_words)} ."
            case Money():
                yield from money_lines(value, node)
            case Quantity():
                yield from quantity_lines(value, node)

    def _attribution(self, reading: Reading, me: str) -> Iterator[str]:
        for position, key in enumerate(reading.said_by, 1):
            node = f"{me[:-1]}/said/{position}>"
            yield f"{me} {arms('saidBy')} {node} ."
            yield f"{node} {TYPE} {arms('Attribution')} ."
            yield f"{node} {arms('position')} {literal(str(position), 'integer')} ."
            if position > reading.originators:
                yield f"{node} {arms('relayed')} {literal('true', 'boolean')} ."
            else:
                yield f"{me} <{PROV}wasAttributedTo> {self.thing(key)} ."
            yield f"{node} <{PROV}agent> {self.thing(key)} ."
        for name in [self.thing(key) for key in reading.claimants] or [arms("Curator")]:
            yield f"{me} {arms('claimant')} {name} ."
        if reading.claim.inferred:
            yield f"{me} {arms('inferred')} {literal('true', 'boolean')} ."
        for key in reading.claim.rests_on:
            yield f"{me} {arms('restsOn')} {self.claim(key)} ."
        for term, denials in (("deniedBy", reading.denied_by), ("mayBeDeniedBy", reading.may_be_denied_by)):
            for key in denials:
                yield f"{me} {arms(term)} {self.claim(key)} ."
                if term == "deniedBy":
                    yield f"{self.claim(key)} <{CITO}disputes> {me} ."
        if reading.disputed:
            yield f"{me} {arms('disputed')} {literal('true', 'boolean')} ."

    def _sources(self, claim: Claim, me: str) -> Iterator[str]:
        reading = self.readings.claims[claim.key]
        groups = self.readings.origin_groups
        if reading.origin:
            yield f"{me} {arms('origin')} {self.thing(reading.origin)} ."
            for origin in self._joined_origins(claim.document, reading.origin):
                yield f"{me} {arms('source')} {self.thing(origin)} ."
        for document, origin in self._grounds(claim, set()):
            for joined in self._joined_origins(document, origin):
                yield f"{me} {arms('source')} {self.thing(joined)} ."
        for key in (*reading.said_by, reading.origin):
            if key:
                yield f"{me} {arms('accordingTo')} {self.thing(key)} ."
        yield f"{me} {arms('accordingTo')} {arms('Anybody')} ."
        if reading.counts_as_origin:
            yield f"{me} {arms('countsFor')} {self.thing(groups.get((claim.document, reading.origin), reading.origin))} ."
        for document in self._documents(claim, set()):
            yield f"{me} {arms('source')} {self.thing(document)} ."
        if claim.document in self.corpus.documents:
            yield f"{me} {arms('inDocument')} {self.thing(claim.document)} ."
        if claim.evidence:
            yield from evidence_lines(me, claim.evidence, f"{me[:-1]}/evidence>", self.thing(claim.document))

    def _joined_origins(self, document: str, origin: str) -> set[str]:
        """Return an origin and all that the curator's notes join with it in this document: they fall together."""
        return {origin}.union(*(note.origins for note in self.corpus.same_origins
                                if document in note.documents and origin in note.origins))

    def _grounds(self, claim: Claim, seen: set[str]) -> Iterator[tuple[str, str]]:
        """Yield document and origin of every claim that an inference rests on, however far down."""
        for key in claim.rests_on:
            if key not in seen:
                seen.add(key)
                ground = self.readings.claims[key]
                if ground.origin:
                    yield ground.claim.document, ground.origin
                yield from self._grounds(ground.claim, seen)

    def _documents(self, claim: Claim, seen: set[str]) -> Iterator[str]:
        """Yield the documents a claim stands on; an inference stands on those of all claims it rests on."""
        if claim.document in self.corpus.documents:
            yield claim.document
        for key in claim.rests_on:
            if key not in seen:
                seen.add(key)
                yield from self._documents(self.corpus.claims[key], seen)

    def _links(self, reading: Reading, me: str) -> Iterator[str]:
        for position, link in enumerate(links_of(reading, self.corpus, self.speaker), 1):
            node = f"{me[:-1]}/link/{position}>"
            yield f"{node} {TYPE} {arms('Link')} ."
            for term, key in (("from", link.source), ("to", link.target), ("onEvent", link.event)):
                yield f"{node} {arms(term)} {self.thing(key)} ."
            yield f"{node} {arms('ofClaim')} {me} ."
            yield f"{node} {arms('kind')} {arms(link.kind)} ."
            yield f"{node} {arms('directTerm')} {arms(link.term)} ."
            for term, text in (("forward", link.forward), ("backward", link.backward), ("footing", link.footing)):
                yield f"{node} {arms(term)} {literal(text)} ."
            if link.office:
                yield f"{node} {arms('office')} {literal('true', 'boolean')} ."
            if link.footing == "firm":
                one, other = self.thing(link.source), self.thing(link.target)
                if not reading.demoted:
                    yield f"{one} {arms(link.term)} {other} ."
                if {link.source, link.target} <= self._steps:
                    yield from (f"{one} {arms('joined')} {other} .", f"{other} {arms('joined')} {one} .")
        for position, meeting in enumerate(encounters_of(reading, self.corpus, self.schema), 1):
            node = f"{me[:-1]}/encounter/{position}>"
            yield f"{node} {TYPE} {arms('Encounter')} ."
            one, other = sorted((meeting.one, meeting.other), key=lambda key: (self.speaker.label(key), key))
            yield f"{node} {arms('oneSide')} {self.thing(one)} ."
            yield f"{node} {arms('otherSide')} {self.thing(other)} ."
            for party in (self.thing(one), self.thing(other), arms("Anybody")):
                yield f"{node} {arms('eitherSide')} {party} ."
            yield f"{node} {arms('ofClaim')} {me} ."
            yield f"{node} {arms('footing')} {literal(meeting.footing)} ."


def _matters(claim: Claim) -> Iterator[str]:
    """Yield the deals and other happenings that a claim speaks of."""
    yield claim.deal
    yield from (value.key for values in claim.roles.values() for value in values if isinstance(value, Ref))
