"""How things stand in each country on a day: who holds which post, how far each deal has come, and what ended it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from kg.asof import posts_held
from kg.dates import bounds
from kg.deals import deal_states
from kg.frontiers import batches
from kg.questions import Answer, Filters, claim_filters, iri_term, text_term
from kg.store import Store

_OF_STATE = ("?party arms:state ?state", "?state arms:entityKind arms:State . BIND(?state AS ?party)",
             '?ground said:ofState ?state ; said:thing ?party ; arms:kind arms:Nationality ; arms:footing "firm"',
             "?post arms:state ?state . ?capacity arms:asPost ?post ; arms:who ?party",
             '?post arms:state ?state . ?ground said:post ?post ; said:person ?party ; arms:kind arms:Tenure ; arms:footing "firm"')
"""By what somebody is of a state: the name of his body or office, or what a text calls him."""

_TOUCHED = "?claim said:deal|said:stops ?deal ."
"""What a claim says something about the life of."""


def standings(store: Store, filters: Filters, state: str = "", day: str = "") -> Answer:
    """Return a row for each post and each deal of each state: who holds it or how far it has come, and how certainly.

    `state` is an IRI or empty; without a day it is the last on which a document can have been published.
    """
    day = day or last_day(store)
    wanted = f"VALUES ?state {{ {iri_term(state)} }}" if state else ""
    labels = {row["state"]: row["label"]
              for row in store.rows(f"SELECT ?state ?label WHERE {{ {wanted} ?state arms:entityKind arms:State ; rdfs:label ?label }}")}
    rows = [*_posts(store, filters, labels, wanted, day), *_deals(store, filters, labels, wanted, day)] if labels else []
    return sorted(rows, key=lambda row: (row["state"], row["about"] != "post", row["what"], row["is"]))


def last_day(store: Store) -> str:
    """Return the last day on which any document can have been published, as far as that is known."""
    published = (bounds(row["day"]).latest_end for row in store.rows("SELECT ?day WHERE { ?d a arms:Document ; arms:published ?day }"))
    return max((day for day in published if day), default="9999-12-31")


def _posts(store: Store, filters: Filters, labels: dict[str, str], wanted: str, day: str) -> list[dict[str, Any]]:
    states: dict[str, list[str]] = defaultdict(list)
    posts = []
    for row in store.rows(f"""SELECT ?post ?label ?state WHERE {{ {wanted} ?post arms:state ?state ; arms:entityKind arms:Post ;
                                                                              rdfs:label ?label }}"""):
        states[row["label"]].append(labels[row["state"]])
        posts.append(row["post"])
    held = [row for post in (posts if wanted else [""]) for row in posts_held(store, filters, "", post, day)]
    return [{"state": state, "about": "post", "what": row["post"], "is": row["who"], "since": "", "certainty": row["as_of"],
             "reason": row["reason"], "status": row["status"], "disputed": row["disputed"], "said_by": "; ".join(row["said_by"]),
             "denied_by": "; ".join(row["denied_by"]), "claims": row["claims"]}
            for row in held for state in states[row["post"]]]


def _deals(store: Store, filters: Filters, labels: dict[str, str], wanted: str, day: str) -> list[dict[str, Any]]:
    of_state: dict[str, set[str]] = defaultdict(set)
    for way in _OF_STATE:
        for row in store.rows(f"SELECT DISTINCT ?party ?state WHERE {{ {wanted} {way} }}"):
            of_state[row["party"]].add(labels.get(row["state"], ""))
    concerned = _concerned(store, [*of_state]) if wanted else None
    footings = " ".join(map(text_term, (*filters.footings(), "planned")))
    states: dict[str, set[str]] = defaultdict(set)
    for batch in [""] if concerned is None else [f"VALUES ?deal {{ {batch} }}" for batch in batches(concerned)]:
        for row in store.rows(f"""SELECT DISTINCT ?label ?party WHERE {{
                {batch} {_TOUCHED} ?claim ?role ?party . ?party arms:entityKind ?kind .
                FILTER(STRSTARTS(STR(?role), STR(said:))) FILTER EXISTS {{ VALUES ?footing {{ {footings} }} ?claim arms:footing ?footing }}
                {claim_filters(filters)} OPTIONAL {{ ?deal rdfs:label ?label }} }}"""):
            states[row["label"]] |= of_state[row["party"]]
    return [{"state": state, "about": "deal", "what": row["deal"], "is": row["state"], "since": row["since"], "certainty": row["certainty"],
             "reason": row["reason"], "status": row["status"], "disputed": row["disputed"], "said_by": row["said_by"],
             "denied_by": row["denied_by"], "claims": row["claims"]}
            for row in deal_states(store, filters, day, concerned) for state in sorted(states[row["deal"]]) if state]


def _concerned(store: Store, parties: list[str]) -> list[str]:
    """Return the deals in whose life any of the parties has a part."""
    return sorted({row["deal"] for batch in batches(parties) for row in store.rows(f"""SELECT DISTINCT ?deal WHERE {{
        VALUES ?party {{ {batch} }} ?claim ?role ?party . FILTER(STRSTARTS(STR(?role), STR(said:))) {_TOUCHED} }}""")})
