"""The graph as named graphs, so that who says a thing can be asked with GRAPH: TriG and N-Quads, after the manner of nanopublications.

A claim has two graphs. The one of its own name is what it asserts: its record under `said:`, what lies in that, the links and
encounters made of it, and the facts that it establishes if it is firm and nobody denies it. The other, `…/provenance`, is how
it stands: who says it, in which document and with which words, on what footing, who denies it. The default graph has everything
else, and the facts a second time, so that whoever asks it alone learns what is so. No triple is added: put together, and each
counted once, they are those of the N-Triples.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter

from kg.ntriples import Statement, claim_of
from kg.terms import ARMS, PROV, SAID

_HOW_IT_STANDS = frozenset(
    f"<{ARMS}{name}>" for name in (
        "status", "footing", "attests", "hedge", "verb", "note", "inferred", "because", "restsOn", "disputed", "deniedBy", "mayBeDeniedBy",
        "saidBy", "claimant", "saidOn", "saidWords", "toldBy", "origin", "source", "accordingTo", "countsFor", "inDocument", "evidence",
        "dateFrom", "dateWords", "dateNote")) | {f"<{SAID}saidIn>", f"<{PROV}wasAttributedTo>"}
"""The properties of a claim that are no part of what it says."""

_ITS_SOURCES = ("evidence", "said")
"""The nodes under a claim's name that tell where it is from."""

PROVENANCE = "/provenance"
"""What the name of a claim's second graph ends in."""

_SAID = f"<{SAID}"
_FIRM = ['"firm"']


@cache
def _term(name: str) -> str:
    return f"<{ARMS}{name}>"


_READ = frozenset(map(_term, ("footing", "attests", "deniedBy", "mayBeDeniedBy", "capacity", "attestsTenure", "who", "asPost",
                              "directTerm", "ofClaim", "from", "to")))


def quads(statements: list[Statement], base: str) -> list[str]:
    """Return the sorted statements of a graph with this base as N-Quads lines, ordered by their graphs; none has a line end."""
    return [line for _, lines in sorted(graphs(statements, base).items()) for line in lines]


def graphs(statements: list[Statement], base: str) -> dict[str, list[str]]:
    """Return the N-Quads lines of each graph by its name; that of the default graph is empty."""
    claims = f"<{base}claim/"
    facts = _facts(statements)
    found: dict[str, list[str]] = defaultdict(list)
    for subject, about in groupby(statements, key=itemgetter(0)):
        if subject.startswith(claims):
            claim, *inner = claim_of(subject, claims)
            told = graphs_of(claim)[1]
            for _, predicate, value in about:
                graph = told if (inner[0] in _ITS_SOURCES if inner else predicate in _HOW_IT_STANDS) else claim
                found[graph].append(f"{subject} {predicate} {value} {graph} .")
        else:
            for statement in about:
                written = " ".join(statement)
                found[""].append(f"{written} .")
                for graph in facts.get(statement, ()):
                    found[graph].append(f"{written} {graph} .")
    return found


def graphs_of(claim: str) -> tuple[str, str]:
    """Return the names of a claim's two graphs: of what it asserts, which is its own, and of how it stands."""
    return claim, f"{claim[:-1]}{PROVENANCE}>"


def _facts(statements: list[Statement]) -> dict[Statement, set[str]]:
    """Return for each statement that claims establish under `arms:` those claims: they are firm, and nobody firmly denies them."""
    about: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in statements:
        if predicate in _READ or predicate.startswith(_SAID):
            about[subject][predicate].append(value)
    facts: dict[Statement, set[str]] = defaultdict(set)
    attests, footing = _term("attests"), _term("footing")
    undenied = {node for node, told in about.items() if attests in told and not any(
        about[denial][footing] == _FIRM for name in ("deniedBy", "mayBeDeniedBy") for denial in [*told[_term(name)]])}
    for claim in undenied:
        for fact in _established(about, claim):
            facts[fact].add(claim)
    direct, claim_of, source, target = map(_term, ("directTerm", "ofClaim", "from", "to"))
    for link in about.values():
        if direct in link and link[footing] == _FIRM and link[claim_of][0] in undenied:
            facts[(link[source][0], link[direct][0], link[target][0])].add(link[claim_of][0])
    return facts


def _established(about: dict[str, dict[str, list[str]]], claim: str) -> Iterator[Statement]:
    """Yield what a claim that nobody denies makes so if it is firm: the roles of its event, and the offices it names people in."""
    told = about[claim]
    if told[_term("footing")] == _FIRM:
        event, = told[f"{_SAID}event>"]
        for predicate, values in told.items():
            if predicate.startswith(_SAID):
                for value in values:
                    yield event, _term(predicate[len(_SAID):-1]), value
    if told[_term("attests")] == _FIRM:
        for capacity in [about[node] for node in told[_term("capacity")]]:
            for tenure in capacity[_term("attestsTenure")]:
                yield tenure, _term("person"), capacity[_term("who")][0]
                yield tenure, _term("post"), capacity[_term("asPost")][0]
