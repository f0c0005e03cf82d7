"""The rules a corpus has to keep, one small function each; all are run and all problems are shown.

Which class a role takes, which roles a kind needs and which ids exist are the ontology's and the folder's business;
no rule here knows a name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from kg import model
from kg.dates import bounds
from kg.errors import Problem
from kg.fields import a, did_you_mean
from kg.model import Claim, Corpus, Party, Ref
from kg.readings import event_key
from kg.schema import Schema, is_a

Rule = Callable[[Corpus, Schema], Iterator[Problem]]

RELATIONS = ("same", "part", "cause", "related", "not-same")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


def check(corpus: Corpus, schema: Schema, whole: bool = True) -> list[Problem]:
    """Return every problem of a corpus, ordered by place.

    Of one that is not `whole`, because parts could not be read, those that the missing parts cannot be the cause of.
    """
    return sorted({problem for rule in (*OF_ONE, *(OF_ALL if whole else ())) for problem in rule(corpus, schema)})


def roles_hold_what_they_may(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """An entity or happening in a role is of a class the ontology allows there."""
    for claim in corpus.claims.values():
        for keyword, values in claim.roles.items():
            ranges = schema.roles[keyword].ranges
            for value in values:
                if isinstance(value, Party | Ref) and ranges and value.key in corpus.entities:
                    yield from _in_range(value, ranges, keyword, corpus, schema)
        for party in claim.at:
            yield from _in_range(party, ("Place",), "place", corpus, schema)


def _in_range(value: Party | Ref, ranges: tuple[str, ...], role: str, corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    cls = schema.classes[corpus.entities[value.key].kind]
    if not any(is_a(schema, cls.name, wanted) for wanted in ranges):
        wanted = " or ".join(schema.labels[name] for name in ranges)
        yield Problem(value.place, "C10", f"'{value.key}' is {a(cls.label)}", f"'{role}' takes: {wanted}")


def capacities_are_posts(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """What follows `as:` is a post."""
    for claim in corpus.claims.values():
        for values in (*claim.roles.values(), claim.at):
            for value in values:
                if isinstance(value, Party) and value.post and corpus.entities[value.post].kind != "post":
                    yield Problem(value.place, "C11", f"'{value.post}' is no post", "write {who: ID, as: POST}, or as_words:")


def posts_and_bodies_fit(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """A post's body is an organisation; a state is a state."""
    for entity in corpus.entities.values():
        for field, wanted in (("body", "Organisation"), ("state", "State")):
            key = getattr(entity, field)
            if not key:
                continue
            found = corpus.entities.get(key)
            if found is None:
                yield Problem(entity.place, "S06", f"unknown id '{key}'",
                              did_you_mean(key, corpus.entities) or "declare it in sources/organisations.yaml or places.yaml")
            elif not is_a(schema, schema.classes[found.kind].name, wanted):
                yield Problem(entity.place, "C10", f"'{key}' is {a(schema.classes[found.kind].label)}",
                              f"'{field}' takes: {schema.labels[wanted]}")


def deals_and_events_are_such(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """`event` names an event, `deal` a deal, `said_in` a saying with a speaker."""
    sayings = {claim.event for claim in corpus.claims.values() if schema.kinds[claim.kind].family == "Saying"
               and (claim.references("speaker") or claim.references("publisher"))}
    for claim in corpus.claims.values():
        for field, wanted in (("event", "Event"), ("deal", "Deal"), ("part_of", "Happening")):
            key = getattr(claim, field)
            if key and not is_a(schema, schema.classes[corpus.entities[key].kind].name, wanted):
                label = schema.classes[corpus.entities[key].kind].label
                yield Problem(claim.place, "C12", f"{claim.key}: '{field}' names '{key}', {a(label)}",
                              f"it takes: {schema.labels[wanted]}")
        if claim.said_in and claim.said_in not in sayings:
            yield Problem(claim.place, "C13", f"{claim.key}: nobody is said to speak in '{claim.said_in}'",
                          "give that event a claim of kind statement, speech or report")


def events_are_of_one_kind(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """All claims that name one event are of one kind."""
    for key, claims in claims_by_event(corpus, schema).items():
        first = claims[0]
        for claim in claims[1:]:
            if claim.kind != first.kind:
                yield Problem(claim.place, "C14", f"{claim.key} calls '{key}' {a(claim.kind)}, {first.key} {a(first.kind)}",
                              "one event has one kind: make two events, and a hypothesis if they may be one")


def needed_roles_are_filled(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """What a kind needs is given by some claim about the event."""
    for claims in claims_by_event(corpus, schema).values():
        kind = schema.kinds[claims[0].kind]
        filled = {role for claim in claims for role in (*claim.roles, *(("deal",) if claim.deal else ()))}
        first = claims[0]
        for role in kind.needs:
            if role not in filled:
                yield Problem(first.place, "C15", f"{first.key}: {a(kind.label)} needs '{role}'", f"add `{role}: …`")
        if kind.needs_any and not filled.intersection(kind.needs_any):
            yield Problem(first.place, "C15", f"{first.key}: {a(kind.label)} needs one of {', '.join(kind.needs_any)}",
                          "add what the text gives")
        for claim in claims:
            for role, least in kind.least.items():
                if 0 < len(claim.roles.get(role, ())) < least:
                    yield Problem(claim.place, "C16", f"{claim.key}: '{role}' has fewer than {least} values",
                                  "name all sides, or leave the role to another claim about the event")


def roles_name_each_once(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """Nobody stands twice in one role: whoever is listed with others met them, and not himself."""
    for claim in corpus.claims.values():
        for keyword, values in claim.roles.items():
            keys = [value.key for value in values if isinstance(value, Party | Ref)]
            for key in sorted({key for key in keys if keys.count(key) > 1}):
                yield Problem(claim.place, "C29", f"{claim.key}: '{keyword}' names '{key}' twice", "name each once")


def inferences_rest_on_documents(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """No inference rests on itself, not even by way of others."""
    for claim in corpus.claims.values():
        below, seen = list(claim.rests_on), set[str]()
        while below:
            key = below.pop()
            if key not in seen:
                seen.add(key)
                below += corpus.claims[key].rests_on
        if claim.key in seen:
            yield Problem(claim.place, "C30", f"{claim.key} rests on itself", "name the claims of documents it follows from")


def claims_say_something(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """A claim fills at least one role, or says where, when or of which deal it speaks."""
    for claim in corpus.claims.values():
        if not (claim.roles or claim.deal or claim.at or claim.date or claim.part_of):
            yield Problem(claim.place, "C17", f"{claim.key} fills no role", "add what the text says")


def claimants_are_agents(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """Whoever says something can speak; what is reported or alleged is so by somebody, what is asserted by the reporter."""
    for claim in corpus.claims.values():
        for key in claim.said_by:
            if key != model.NOBODY_NAMED and not is_a(schema, schema.classes[corpus.entities[key].kind].name, "Agent"):
                yield Problem(claim.place, "C18", f"{claim.key}: '{key}' cannot speak", "`said_by` takes people and bodies")
        if claim.status in (model.ALLEGED, model.REPORTED) and not (claim.said_by or claim.said_in):
            yield Problem(claim.place, "C19", f"{claim.key} is {claim.status} by nobody", "add `said_by` or `said_in`")
        if claim.status == model.ASSERTED and (claim.said_by or claim.said_in):
            yield Problem(claim.place, "C31", f"{claim.key} is asserted, and yet somebody's words",
                          "remove `status`: what somebody said is reported")


def outlets_publish(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """Heads of documents are sound: outlets known, language tag, web address and checksum well-formed."""
    for document in corpus.documents.values():
        for key in document.chain:
            if key not in corpus.entities:
                yield Problem(document.place, "S06", f"unknown id '{key}'", did_you_mean(key, corpus.entities) or
                              f"declare it in sources/organisations.yaml: - {{id: {key}, kind: outlet, label: …}}")
            elif corpus.entities[key].kind != "outlet":
                yield Problem(document.place, "C20", f"'{key}' is no outlet", "`chain` takes outlets")
        if not _LANGUAGE.match(document.language):
            yield Problem(document.place, "C21", f"the language is '{document.language}'", "write a tag as in en, id, pt-BR")
        if document.url and not document.url.startswith(("https://", "http://")):
            yield Problem(document.place, "C21", f"the address is '{document.url}'", "write one that begins with https:// or http://")
        if document.sha256 and not _SHA256.match(document.sha256):
            yield Problem(document.place, "C21", f"the checksum is '{document.sha256}'", "write the 64 hex digits that sha256sum prints")


def names_stand_in_documents(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """A spelling is kept with documents there are."""
    for entity in corpus.entities.values():
        for name in entity.names:
            for document in name.documents:
                if document not in corpus.documents:
                    yield Problem(name.place, "S06", f"unknown document '{document}'", did_you_mean(document, corpus.documents))


def declared_matters_are_claimed(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """Something is said of every event, deal, affair, act and unnamed party that is declared."""
    used = {key for claim in corpus.claims.values() for key in claim.things()}
    for entity in corpus.entities.values():
        matter = is_a(schema, schema.classes[entity.kind].name, "Happening")
        if (matter or entity.document) and entity.key not in used:
            yield Problem(entity.place, "C22", f"no claim speaks of '{entity.key}'", "remove it, or say what the text says of it")


def retired_ids_stay_retired(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """The id of a removed claim is never used again."""
    for document in corpus.documents.values():
        for short in document.retired:
            claim = corpus.claims.get(f"{document.key}/{short}")
            if claim:
                yield Problem(claim.place, "C23", f"the id '{short}' was retired", "choose a new one")


def nothing_happens_after_it_is_told(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """What is said to be done does not begin after the text was published."""
    for claim in corpus.claims.values():
        document = corpus.documents.get(claim.document)
        if not (document and document.published and claim.date and claim.mode == model.DONE):
            continue
        told, began = bounds(document.published).latest_end, bounds(claim.date).earliest_begin
        if told and began and began > told:
            yield Problem(claim.place, "C24", f"{claim.key} is dated {claim.date}, after its document ({document.published})",
                          "mend the date, or write `mode: planned`")


def hypotheses_name_a_relation(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """A supposed tie is of a known sort, and is inferred by the curator or hedged by its source."""
    for claim in corpus.claims.values():
        if claim.kind != "hypothesis":
            continue
        for relation in claim.roles.get("relation", ()):
            if relation not in RELATIONS:
                yield Problem(claim.place, "S08", f"{claim.key}: the relation is '{relation}'", f"write one of {', '.join(RELATIONS)}")
        if not (claim.inferred or claim.hedge):
            yield Problem(claim.place, "C25", f"{claim.key} is neither inferred nor hedged",
                          "a source's own supposition has a `hedge`, the curator's is `inferred: true`")


def same_origins_name_documents(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """A same-origin note joins two or more origins, in documents there are."""
    for note in corpus.same_origins:
        if len(note.origins) < 2 or not note.documents:
            yield Problem(note.place, "C28", "the note joins fewer than two origins, or names no document",
                          "write `origins: [a, b]` and `documents: [x, y]`")
        for document in note.documents:
            if document not in corpus.documents:
                yield Problem(note.place, "S06", f"unknown document '{document}'", did_you_mean(document, corpus.documents))


def denials_deny_claims(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """Nothing denies itself."""
    for claim in corpus.claims.values():
        if claim.key in (*claim.references("denies"), *claim.references("may_deny")):
            yield Problem(claim.place, "C26", f"{claim.key} denies itself", "name the claims it denies")


def evidence_is_cited_once(corpus: Corpus, schema: Schema) -> Iterator[Problem]:
    """A paragraph that only repeats others is not cited."""
    for claim in corpus.claims.values():
        document = corpus.documents.get(claim.document)
        if document and claim.evidence and claim.evidence.paragraph in document.repeats:
            others = ", ".join(str(number) for number in document.repeats[claim.evidence.paragraph])
            yield Problem(claim.evidence.place, "C27", f"{claim.key} cites paragraph {claim.evidence.paragraph}, which repeats others",
                          f"cite the one of {others} that holds the words")


def claims_by_event(corpus: Corpus, schema: Schema) -> dict[str, list[Claim]]:
    """Return the claims about each event or fact, in reading order."""
    events: dict[str, list[Claim]] = defaultdict(list)
    for claim in corpus.claims.values():
        events[event_key(claim, schema.kinds[claim.kind])].append(claim)
    return events


OF_ONE: tuple[Rule, ...] = (
    roles_hold_what_they_may, capacities_are_posts, events_are_of_one_kind, roles_name_each_once, claims_say_something,
    claimants_are_agents, retired_ids_stay_retired, nothing_happens_after_it_is_told, hypotheses_name_a_relation, denials_deny_claims,
    evidence_is_cited_once,
)
"""Rules that what is there breaks or keeps, whatever else there may be."""

OF_ALL: tuple[Rule, ...] = (
    posts_and_bodies_fit, deals_and_events_are_such, needed_roles_are_filled, inferences_rest_on_documents, outlets_publish,
    names_stand_in_documents, declared_matters_are_claimed, same_origins_name_documents,
)
"""Rules that only the whole corpus can break: something has to be somewhere in it."""
