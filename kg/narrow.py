"""A corpus without what filters leave out, so that an export of a part is worked out anew and hangs together."""

from __future__ import annotations

from dataclasses import replace

from kg.model import Claim, Corpus, Ref
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
    return replace(corpus, claims=claims, documents={key: document for key, document in corpus.documents.items() if key not in gone},
                   entities={key: entity for key, entity in corpus.entities.items() if entity.document not in gone})


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
