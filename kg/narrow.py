"""A corpus without what filters leave out, so that an export of a part is worked out anew and hangs together."""

from __future__ import annotations

from dataclasses import replace

from kg.model import Claim, Corpus, Document, Entity, Ref
from kg.questions import Filters
from kg.readings import Reading, Readings
from kg.terms import thing_iri


def narrow(corpus: Corpus, readings: Readings, filters: Filters) -> Corpus:
    """Return the corpus with those claims alone that pass the filters, and what does not point at any claim left out.

    Where the filters include nothing, claims on every footing stay, as in the lists.
    """
    kept = {key: reading.claim for key, reading in readings.claims.items() if _passes(reading, corpus, readings, filters)}
    lost = set(corpus.claims) - set(kept)
    while resting := {key for key, claim in kept.items() if lost & set(claim.rests_on)}:  # an inference falls with its ground
        lost |= resting
        kept = {key: claim for key, claim in kept.items() if key not in resting}
    # a denied claim never goes without its denial, unless the denial's own document was asked away
    only_sources = Filters(without=filters.without)
    for key, reading in readings.claims.items():
        denied = {*reading.claim.references("denies"), *reading.claim.references("may_deny")}
        if denied & set(kept) and _passes(reading, corpus, readings, only_sources):
            kept.setdefault(key, reading.claim)
    lost = set(corpus.claims) - set(kept)
    # whoever spoke must still have spoken: what was said in a saying that fell keeps its speakers
    claims = {key: _without(kept[key], lost, readings) for key in corpus.claims if key in kept}
    gone = {document for document in corpus.documents if thing_iri(corpus.graph.base, document) in filters.without}
    documents = {key: document for key, document in corpus.documents.items() if key not in gone}
    spoken_of = _spoken_of(corpus, documents, claims)
    entities = {key: _spelt(entity, gone) for key, entity in corpus.entities.items() if key in spoken_of}
    notes = tuple(note for note in corpus.same_origins if set(note.origins) <= set(entities) and set(note.documents) <= set(documents))
    return replace(corpus, claims=claims, documents=documents, entities=entities, same_origins=notes)


def _spoken_of(corpus: Corpus, documents: dict[str, Document], claims: dict[str, Claim]) -> set[str]:
    """Return the entities that what is left speaks of, with the bodies and states that belong to them."""
    found = {outlet for document in documents.values() for outlet in document.chain}
    for claim in claims.values():
        found |= claim.things()
    while more := {key for name in found & set(corpus.entities)
                   for key in (corpus.entities[name].body, corpus.entities[name].state) if key} - found:
        found |= more
    return found


def _spelt(entity: Entity, gone: set[str]) -> Entity:
    """Return an entity without the spellings that stood in documents left out alone."""
    if not gone.intersection(document for name in entity.names for document in name.documents):
        return entity
    names = (replace(name, documents=tuple(document for document in name.documents if document not in gone)) for name in entity.names)
    return replace(entity, names=tuple(name for name in names if name.documents or name.note))


def _passes(reading: Reading, corpus: Corpus, readings: Readings, filters: Filters) -> bool:
    base, document = corpus.graph.base, reading.claim.document
    group = readings.origin_groups.get((document, reading.origin))
    joined = {origin for (where, origin), found in readings.origin_groups.items() if where == document and found == group}
    sources = {document, reading.origin, *(joined if group else ())}
    if {thing_iri(base, key) for key in sources if key} & set(filters.without):
        return False
    voices = {thing_iri(base, key) for key in (*reading.said_by, reading.origin) if key}
    if filters.according_to and not voices & set(filters.according_to):
        return False
    if filters.include and reading.footing not in filters.footings():
        return False
    span = reading.bounds
    return not ((filters.since and span.latest_end and span.latest_end < filters.since)
                or (filters.until and span.earliest_begin and span.earliest_begin > filters.until))


def _without(claim: Claim, lost: set[str], readings: Readings) -> Claim:
    roles = {role: left for role, values in claim.roles.items()
             if (left := tuple(value for value in values if not (isinstance(value, Ref) and value.key in lost)))}
    reading = readings.claims[claim.key]
    spoken = {readings.claims[key].event for key in readings.claims if key not in lost}
    if claim.said_in and claim.said_in not in spoken:
        return replace(claim, roles=roles, said_in="", said_by=reading.said_by)
    return replace(claim, roles=roles)
