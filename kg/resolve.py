"""From what somebody types to the one thing that is meant, by any spelling that stands in a document.

Exact keys first, then whole words of a name; likeness only suggests. What has digits is matched exactly.
"""

from __future__ import annotations

from typing import NamedTuple

from kg.errors import Misuse, NameUnknown
from kg.names import fold, suggest
from kg.questions import iri_term, text_term
from kg.store import Row, Store
from kg.terms import is_id, local_name, thing_iri


class Match(NamedTuple):
    """A thing that goes by a name: its IRI, id, label and class name."""

    iri: str
    key: str
    label: str
    kind: str


def resolve(store: Store, typed: str) -> Match:
    """Return the one entity, deal or matter that goes by a name or id.

    Raises NameUnknown, with what may be meant, where there is none or more than one.
    """
    for tier in (_by_key(store, typed), _exactly(store, typed), _by_words(store, typed)):
        if len(tier) == 1:
            return tier[0]
        if tier:
            listed = "\n".join(f"  {match.label} ({match.kind}): {match.key}" for match in tier[:12])
            raise NameUnknown(f"'{typed}' can mean {len(tier)} things; type more of the name, or an id:\n{listed}")
    raise NameUnknown(_unknown(store, typed, "?e arms:entityKind ?kind ; arms:name/arms:spelling ?name", "kg entities"))


def resolve_document(store: Store, typed: str) -> str:
    """Return the IRI of the document that goes by an id, a title or the name of its text."""
    rows = list(store.rows(f"SELECT DISTINCT ?d WHERE {{ ?d a arms:Document ; skos:hiddenLabel {text_term(fold(typed))} }}"))
    if len(rows) == 1:
        return rows[0]["d"]
    raise NameUnknown(_unknown(store, typed, "?d a arms:Document ; arms:key ?name", "kg documents"))


def resolve_source(store: Store, typed: str) -> str:
    """Return the IRI of the document or the origin that goes by a name; a document comes first."""
    rows = list(store.rows(f"SELECT DISTINCT ?d WHERE {{ ?d a arms:Document ; skos:hiddenLabel {text_term(fold(typed))} }}"))
    if len(rows) == 1:
        return rows[0]["d"]
    try:
        return resolve(store, typed).iri
    except NameUnknown:
        if rows:
            raise
        return resolve_document(store, typed)


def resolve_kind(store: Store, typed: str) -> str:
    """Return the class name of the kind that goes by a keyword or a class name."""
    kinds = {row["keyword"]: local_name(row["kind"]) for row in
             store.rows("SELECT ?kind ?keyword WHERE { ?kind arms:pattern ?pattern ; arms:keyword ?keyword }")}
    for keyword, name in kinds.items():
        if typed.casefold() in (keyword, name.casefold()):
            return name
    close = suggest(typed, kinds, cutoff=60)
    raise Misuse(f"no kind of claim is called '{typed}'" + (f"; did you mean {' or '.join(close)}?" if close else ""))


def names_like(store: Store, key: str) -> list[tuple[str, str]]:
    """Return up to 50 spellings, each with the class of what it names, whose key begins so; whole names come first."""
    rows = store.rows(f"""SELECT DISTINCT ?name ?kind WHERE {{
        {{ ?e skos:hiddenLabel ?key }} UNION {{ ?e arms:nameWord ?key }}
        FILTER(STRSTARTS(?key, {text_term(key)}))
        ?e arms:entityKind ?kind ; arms:name/arms:spelling ?name .
    }} ORDER BY ?name""")
    found = {(row["name"], local_name(row["kind"])) for row in rows}
    return sorted(found, key=lambda pair: (not fold(pair[0]).startswith(key), pair[0].casefold()))[:50]


def _unknown(store: Store, typed: str, pattern: str, command: str) -> str:
    known = [row["name"] for row in store.rows(f"SELECT DISTINCT ?name WHERE {{ {pattern} }} ORDER BY ?name")]
    close = suggest(typed, known)
    if close:
        return f"nothing goes by '{typed}'; did you mean {' or '.join(close)}?"
    return f"nothing goes by '{typed}'; `{command}` lists what there is"


def _by_key(store: Store, typed: str) -> list[Match]:
    if not all(is_id(part) for part in typed.split("/")) or typed.count("/") > 1:
        return []
    return _matches(store, f"VALUES ?e {{ {iri_term(thing_iri(store.base, typed))} }}")


def _exactly(store: Store, typed: str) -> list[Match]:
    key = fold(typed)
    return _matches(store, f"?e skos:hiddenLabel {text_term(key)} .") if key else []


def _by_words(store: Store, typed: str) -> list[Match]:
    words = fold(typed).split()
    if not words:
        return []
    found = _matches(store, " ".join(f"?e arms:nameWord {text_term(word)} ." for word in words))
    if any(char.isdigit() for char in typed):
        found = [match for match in found if fold(typed) in fold(match.label)]
    # whom everybody names comes before what one document alone speaks of, and before deals and affairs named after somebody
    named = [match for match in found if "/" not in match.key and match.kind not in ("Deal", "Contract", "Accord", "Venture",
                                                                                    "Affair", "Act", "Post", "ProductClass")]
    return named or found


def _matches(store: Store, pattern: str) -> list[Match]:
    query = f"SELECT DISTINCT ?e ?key ?label ?kind WHERE {{ {pattern} ?e arms:entityKind ?kind ; arms:key ?key ; rdfs:label ?label }}"
    rows: list[Row] = list(store.rows(query))
    return sorted((Match(row["e"], row["key"], row["label"], local_name(row["kind"])) for row in rows), key=lambda match: match.key)
