"""The lists: documents, claims and entities as programs read them, whole and labelled; filters only narrow them.

The rows are those of `ontology/answers.schema.json`, which gives every field's meaning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from kg.errors import NameUnknown
from kg.questions import Answer, Filters, claim_filters, iri_term, natural, text_term
from kg.store import Row, Store
from kg.terms import ARMS, RDF, RDFS, SAID, local_name
from kg.triples import Properties, by_subject, labels_and_keywords

_BATCH = 500
"""How many things one query asks about at most."""

_WITHIN = (*(ARMS + name for name in ("evidence", "saidBy", "capacity", "lists")), SAID + "value", SAID + "quantity")
"""What leads from a claim to what lies within it."""


def documents(store: Store, filters: Filters, only: Iterable[str] | None = None) -> Answer:
    """Return a row for each document, by id; with `only`, ids, of those alone."""
    wanted = "" if only is None else f"VALUES ?id {{ {' '.join(map(text_term, only))} }}"
    query = f"""SELECT ?d ?id ?title ?language ?published ?sha256 ?url ?publisher ?reporter (COUNT(?claim) AS ?claims) WHERE {{
        {wanted} ?d arms:key ?id ; a arms:Document ; dcterms:title ?title ; dcterms:language ?language .
        ?d dcterms:publisher/rdfs:label ?publisher ; arms:reporter/rdfs:label ?reporter .
        OPTIONAL {{ ?d arms:published ?published }} OPTIONAL {{ ?d schema:sha256 ?sha256 }} OPTIONAL {{ ?d schema:url ?url }}
        OPTIONAL {{ ?claim arms:inDocument ?d . FILTER EXISTS {{ ?claim arms:order ?order }} }}
    }} GROUP BY ?d ?id ?title ?language ?published ?sha256 ?url ?publisher ?reporter"""
    columns = ("id", "title", "publisher", "reporter", "language", "published", "sha256", "url")
    rows: Answer = [{**{column: row.get(column, "") for column in columns}, "claims": int(row["claims"])}
                    for row in store.rows(query) if row["d"] not in filters.without]
    return sorted(rows, key=lambda row: str(row["id"]))


def entities(store: Store, filters: Filters, only: str = "") -> Answer:
    """Return a row for each entity, deal, affair, act and unnamed party, by label; with `only`, an IRI, of that one alone."""
    wanted = f"VALUES ?e {{ {iri_term(only)} }}" if only else ""
    counts = _claims_about(store, filters, wanted)
    names: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in store.rows(f"""SELECT ?e ?spelling ?document WHERE {{
            {wanted} ?e arms:name ?n . ?n arms:spelling ?spelling ; arms:standsIn ?d .
            ?d arms:key ?document }} ORDER BY ?spelling ?document"""):
        names[row["e"]][row["spelling"]].append(row["document"])
    query = f"""SELECT ?e ?id ?kind ?label ?d WHERE {{ {wanted} ?e arms:entityKind ?kind ; arms:key ?id ; rdfs:label ?label
                                                      OPTIONAL {{ ?e arms:spokenOfIn ?d }} }}"""
    rows: Answer = [{"id": row["id"], "kind": local_name(row["kind"]), "label": row["label"],
                     "names": [{"name": name, "documents": found} for name, found in names[row["e"]].items()],
                     "claims": counts.get(row["e"], 0)}
                    for row in store.rows(query) if row.get("d") not in filters.without]
    return sorted(rows, key=lambda row: (str(row["label"]).casefold(), str(row["id"])))


def claims(store: Store, filters: Filters, about: str = "", only: Iterable[str] = ()) -> Answer:
    """Return a row for each claim, in reading order; with `about`, an IRI, those that speak of it; with `only`, IRIs, those.

    Where the filters include anything, claims on other footings are left out.
    """
    reader = _fetched(store, about, only)
    kept = [properties for properties in reader.claims.values() if _passes(properties, filters)]
    return [reader.row(properties) for properties in sorted(kept, key=_order)]


def claims_of_lines(store: Store, lines: list[str], only: AbstractSet[str] | None = None) -> Answer:
    """Return what `claims` does without filters from the N-Triples lines of all that a store holds, several times faster.

    With `only`, the IRIs of claims, the lines need not tell of more than of these and of what they speak of.
    """
    found = by_subject(lines, f"{store.base}claim/")
    claims = {iri: properties for iri, properties in found.items()
              if ARMS + "Claim" in properties.get(RDF + "type", ()) and (only is None or iri in only)}
    reader = _ClaimRows(claims, found, *labels_and_keywords(lines), store.key)
    return [reader.row(properties) for properties in sorted(claims.values(), key=_order)]


def _order(properties: Properties) -> int:
    return int(properties[ARMS + "order"][0])


def _passes(properties: Properties, filters: Filters) -> bool:
    """Return whether a claim passes the filters: the rules of CLAIM_FILTERS, on what has been fetched already."""
    ended, began = properties.get(ARMS + "latestEnd"), properties.get(ARMS + "earliestBegin")
    return not (set(properties.get(ARMS + "source", ())) & set(filters.without)
                or (filters.according_to and not set(properties[ARMS + "accordingTo"]) & set(filters.according_to))
                or (filters.include and properties[ARMS + "footing"][0] not in filters.footings())
                or (filters.since and ended and ended[0] < filters.since)
                or (filters.until and began and began[0] > filters.until))


def show(store: Store, filters: Filters, about: str) -> dict[str, Any]:
    """Return one entity, given as IRI, with its spellings and all claims that speak of it."""
    rows = entities(store, filters, about)
    if not rows:
        raise NameUnknown(f"'{store.key(about)}' stands in no document that the filters leave")
    return {**rows[0], "claims": claims(store, filters, about)}


def _claims_about(store: Store, filters: Filters, wanted: str) -> dict[str, int]:
    """Return how many claims speak of each entity, deal or matter, or of the wanted one."""
    query = f"""SELECT ?e (COUNT(DISTINCT ?claim) AS ?number) WHERE {{
        {wanted} ?claim ?role ?e . ?e arms:entityKind ?kind .
        FILTER(STRSTARTS(STR(?role), "{SAID}"))
        {claim_filters(filters)}
    }} GROUP BY ?e"""
    return {row["e"]: int(row["number"]) for row in store.rows(query)}


def _fetched(store: Store, about: str, only: Iterable[str]) -> _ClaimRows:
    """Return the claims asked for: all of them by a few queries, else those found first, some hundreds at a time."""
    def properties(pattern: str) -> dict[str, Properties]:
        found: dict[str, Properties] = defaultdict(lambda: defaultdict(list))
        for row in store.rows(f"SELECT ?i ?p ?o WHERE {{ {pattern} ?i ?p ?o }}"):
            found[row["i"]][row["p"]].append(row["o"])
        return found

    def batches(nodes: Iterable[str]) -> Iterator[str]:
        terms = sorted(map(iri_term, nodes))
        return (f"VALUES ?i {{ {' '.join(terms[at:at + _BATCH])} }}" for at in range(0, len(terms), _BATCH))

    def those(nodes: Iterable[str]) -> dict[str, Properties]:
        return {node: found for batch in batches(nodes) for node, found in properties(batch).items()}

    def labels(pattern: str) -> dict[str, str]:
        return {row["o"]: row["label"] for row in store.rows(f"SELECT DISTINCT ?o ?label WHERE {{ {pattern} ?o rdfs:label ?label }}")}

    chosen = [*only] or (_about(store, about) if about else [])
    if about or chosen:
        claims = those(chosen)
        within = those({node for found in claims.values() for name in _WITHIN for node in found.get(name, ())})
        within |= those({node for found in within.values() for node in found.get(ARMS + "sourceConversion", ())})
        called = {iri: label for batch in batches([*claims, *within]) for iri, label in labels(f"{batch} ?i ?p ?o .").items()}
    else:
        claims = properties("?i a arms:Claim .")
        within = properties(f"?claim a arms:Claim ; {'|'.join(f'<{name}>' for name in _WITHIN)} ?i .")
        within |= properties("?claim a arms:Claim ; said:value/arms:sourceConversion ?i .")
        called = labels("")
    keywords = {row["p"]: (row["k"], row["t"]) for row in store.rows("SELECT ?p ?k ?t WHERE { ?p arms:takes ?t ; arms:keyword ?k }")}
    return _ClaimRows(claims, within, called, keywords, store.key)


def _about(store: Store, about: str) -> list[str]:
    """Return the claims that speak of something, come from it, or stand in it."""
    thing = iri_term(about)
    return [row["s"] for row in store.rows(f"""SELECT DISTINCT ?s WHERE {{
        {{ ?s ?role {thing} . FILTER(STRSTARTS(STR(?role), "{SAID}")) }}
        UNION {{ ?s prov:wasAttributedTo {thing} }} UNION {{ ?s arms:saidBy/prov:agent {thing} }}
        UNION {{ ?s arms:inDocument {thing} }} UNION {{ ?s arms:capacity/arms:asPost {thing} }}
        FILTER EXISTS {{ ?s a arms:Claim }} }}""")]


class _ClaimRows:
    """All properties of claims, and of what lies within them, turned into rows.

    `inner` holds the properties of the nodes within, `keywords` of each role, by local name, its keyword and what it takes.
    """

    def __init__(self, claims: dict[str, Properties], inner: dict[str, Properties], labels: dict[str, str],
                 keywords: dict[str, tuple[str, str]], key: Callable[[str], str]) -> None:
        self.claims, self.inner, self.labels, self.key = claims, inner, labels, key
        self.keywords = {local_name(iri): found for iri, found in keywords.items()}

    def row(self, properties: Properties) -> dict[str, Any]:
        """Return one claim as programs read it."""
        def text(name: str) -> str:
            return properties.get(ARMS + name, [""])[0]

        evidence = self.inner.get(properties.get(ARMS + "evidence", [""])[0], {})
        roles, values = self._roles(properties)
        document = properties.get(ARMS + "inDocument", [""])[0]
        paragraph = evidence.get(ARMS + "paragraph")
        return {
            "id": text("key"), "document": self.key(document) or None, "kind": local_name(text("kind")),
            "event": self.key(properties[SAID + "event"][0]), "says": text("says"), "roles": roles, "values": values,
            "date": text("date"), "date_from": text("dateFrom") or None, "date_words": text("dateWords"),
            "date_note": text("dateNote"), "status": text("status"), "mode": text("mode"),
            "hedge": text("hedge"), "verb": text("verb"), "said_by": self._said_by(properties),
            "said_in": self.key(properties.get(SAID + "saidIn", [""])[0]) or None, "said_on": text("saidOn"),
            "paragraph": int(paragraph[0]) if paragraph else None, "words": evidence.get(ARMS + "words", [None])[0],
            "inferred": bool(text("inferred")), "because": text("because"), "rests_on": self._keys(properties, "restsOn"),
            "denies": self._denies(properties), "denied_by": self._keys(properties, "deniedBy"),
            "may_be_denied_by": self._keys(properties, "mayBeDeniedBy"), "disputed": bool(text("disputed")), "note": text("note"),
        }

    def _keys(self, properties: Properties, name: str) -> list[str]:
        return sorted((self.key(iri) for iri in properties.get(ARMS + name, ())), key=natural)

    def _denies(self, properties: Properties) -> list[str]:
        return sorted((self.key(iri) for iri in properties.get(SAID + "denies", ())), key=natural)

    def _said_by(self, properties: Properties) -> list[dict[str, str]]:
        nodes = [self.inner[node] for node in properties.get(ARMS + "saidBy", ())]
        nodes.sort(key=lambda node: int(node[ARMS + "position"][0]))
        agents = [node["http://www.w3.org/ns/prov#agent"][0] for node in nodes]
        return [self._reference(agent) for agent in agents]

    def _reference(self, iri: str) -> dict[str, str]:
        if iri == ARMS + "NobodyNamed":
            return {"id": "nobody-named", "label": self.labels[iri]}
        return {"id": self.key(iri), "label": self.labels.get(iri, self.key(iri))}

    def _roles(self, properties: Properties) -> tuple[dict[str, list[dict[str, str]]], dict[str, Any]]:
        roles: dict[str, list[dict[str, str]]] = {}
        values: dict[str, Any] = {}
        for name, (keyword, takes) in sorted(self.keywords.items(), key=lambda item: item[1]):
            found = properties.get(SAID + name)
            if not found:
                continue
            if takes in ("entity", "happening", "any"):
                entries = [self._with_capacity(iri, properties) for iri in found]
                roles[keyword] = sorted(entries, key=lambda entry: (entry["label"].casefold(), entry["id"]))
            elif takes == "claim":
                roles[keyword] = [{"id": key, "label": key} for key in sorted(map(self.key, found), key=natural)]
            else:
                values[keyword] = self._value(self._in_order(found, name, properties), takes)
        return roles, values

    def _in_order(self, found: list[str], name: str, properties: Properties) -> list[str]:
        """Return several texts in the order in which they were written; anything else by the alphabet."""
        listed = [self.inner[node] for node in properties.get(ARMS + "lists", ())]
        places = {node[RDF + "value"][0]: int(node[ARMS + "position"][0]) for node in listed if node[ARMS + "inRole"][0] == ARMS + name}
        return sorted(found, key=lambda text: (places.get(text, 0), text))

    def _with_capacity(self, iri: str, properties: Properties) -> dict[str, str]:
        entry = self._reference(iri)
        for node in properties.get(ARMS + "capacity", ()):
            capacity = self.inner[node]
            if capacity[ARMS + "who"][0] == iri:
                post = capacity.get(ARMS + "asPost")
                entry["as"] = self.labels[post[0]] if post else capacity[ARMS + "asWords"][0]
        return entry

    def _value(self, found: list[str], takes: str) -> Any:
        if takes == "money":
            return self._money(self.inner[found[0]])
        if takes == "quantity":
            return {local_name(name): int(texts[0]) if name == ARMS + "count" else texts[0]
                    for name, texts in sorted(self.inner[found[0]].items()) if name.startswith(ARMS)}
        if takes == "flag":
            return True
        return found[0] if len(found) == 1 else found

    def _money(self, node: Properties) -> dict[str, Any]:
        money: dict[str, Any] = {}
        if amount := node.get(ARMS + "amount"):
            money["value"] = int(amount[0]) if amount[0].isdecimal() else float(amount[0])
        for name in ("currency", "words"):
            if text := node.get(ARMS + name):
                money[name] = text[0]
        if node.get(ARMS + "approximate"):
            money["approximate"] = True
        if conversion := node.get(ARMS + "sourceConversion"):
            money["source_conversion"] = self._money(self.inner[conversion[0]])
        return money


def labels_of(store: Store, iris: Iterable[str]) -> dict[str, str]:
    """Return the label of each IRI that has one."""
    terms = " ".join(iri_term(iri) for iri in iris)
    if not terms:
        return {}
    rows: Iterable[Row] = store.rows(f"SELECT ?o ?label WHERE {{ VALUES ?o {{ {terms} }} ?o <{RDFS}label> ?label }}")
    return {row["o"]: row["label"] for row in rows}

