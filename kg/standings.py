"""How things stand in each country on a day: who holds which post, how far each deal has come, and what ended it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from kg.asof import posts_held
from kg.dates import bounds
from kg.deals import deal_states
from kg.questions import Answer, Filters, claim_filters, text_term
from kg.store import Store

_OF_STATE = """{ ?party arms:state ?state } UNION { ?party arms:entityKind arms:State . BIND(?party AS ?state) }
        UNION { ?ground arms:kind arms:Nationality ; arms:footing "firm" ; said:thing ?party ; said:ofState ?state }
        UNION { ?capacity arms:who ?party ; arms:asPost ?post . ?post arms:state ?state }
        UNION { ?ground arms:kind arms:Tenure ; arms:footing "firm" ; said:person ?party ; said:post ?post . ?post arms:state ?state }"""
"""By what somebody is of a state: the name of his body or office, or what a text calls him."""


def standings(store: Store, filters: Filters, state: str = "", day: str = "") -> Answer:
    """Return a row for each post and each deal of each state: who holds it or how far it has come, and how certainly.

    `state` is an IRI or empty; without a day it is the last on which a document can have been published.
    """
    day = day or last_day(store)
    labels = {row["s"]: row["label"] for row in store.rows("SELECT ?s ?label WHERE { ?s arms:entityKind arms:State ; rdfs:label ?label }")}
    wanted = {labels[state]} if state in labels else set() if state else set(labels.values())
    rows = [*_posts(store, filters, day), *_deals(store, filters, day)]
    rows = [row for row in rows if row["state"] in wanted]
    return sorted(rows, key=lambda row: (row["state"], row["about"] != "post", row["what"], row["is"]))


def last_day(store: Store) -> str:
    """Return the last day on which any document can have been published, as far as that is known."""
    published = (bounds(row["day"]).latest_end for row in store.rows("SELECT ?day WHERE { ?d a arms:Document ; arms:published ?day }"))
    return max((day for day in published if day), default="9999-12-31")


def _posts(store: Store, filters: Filters, day: str) -> list[dict[str, Any]]:
    states = defaultdict(list)
    for row in store.rows("""SELECT ?post ?state WHERE { ?p arms:entityKind arms:Post ; arms:state ?s ; rdfs:label ?post .
                             ?s rdfs:label ?state }"""):
        states[row["post"]].append(row["state"])
    return [{"state": state, "about": "post", "what": row["post"], "is": row["who"], "since": "", "certainty": row["as_of"],
             "reason": row["reason"], "status": row["status"], "disputed": row["disputed"], "said_by": "; ".join(row["said_by"]),
             "denied_by": "; ".join(row["denied_by"]), "claims": row["claims"]}
            for row in posts_held(store, filters, "", "", day) for state in states[row["post"]]]


def _deals(store: Store, filters: Filters, day: str) -> list[dict[str, Any]]:
    footings = " ".join(map(text_term, (*filters.footings(), "planned")))
    parties = store.rows(f"""SELECT DISTINCT ?deal ?party WHERE {{
        {{ ?claim said:deal ?it }} UNION {{ ?claim said:stops ?it }}
        ?it rdfs:label ?deal . ?claim ?role ?party . ?party arms:entityKind ?kind .
        FILTER(STRSTARTS(STR(?role), STR(said:))) FILTER EXISTS {{ VALUES ?footing {{ {footings} }} ?claim arms:footing ?footing }}
        {claim_filters(filters)}
    }}""")
    of_state = defaultdict(set)
    for row in store.rows(f"SELECT DISTINCT ?party ?label WHERE {{ {_OF_STATE} ?state rdfs:label ?label }}"):
        of_state[row["party"]].add(row["label"])
    states: dict[str, set[str]] = defaultdict(set)
    for row in parties:
        states[row["deal"]] |= of_state[row["party"]]
    return [{"state": state, "about": "deal", "what": row["deal"], "is": row["state"], "since": row["since"], "certainty": row["certainty"],
             "reason": row["reason"], "status": row["status"], "disputed": row["disputed"], "said_by": row["said_by"],
             "denied_by": row["denied_by"], "claims": row["claims"]}
            for row in deal_states(store, filters, day) for state in sorted(states[row["deal"]])]
