"""Invented graphs: the same again from the same seed, valid by the rules of the real ones, and shaped like them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kg.errors import Misuse
from kg.exports import load_checked
from kg.model import Corpus, Party
from kg.store import open_store
from kg.synthetic import linked_pair, people_of, sources, write_graph, write_link_store

CLAIMS = 600


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Corpus:
    folder = tmp_path_factory.mktemp("synthetic") / "graph"
    write_graph(folder, root / "ontology", CLAIMS)
    return load_checked(folder)[0]


def test_the_same_seed_gives_the_same_sources_and_another_others() -> None:
    assert list(sources(200, seed=7)) == list(sources(200, seed=7))
    assert dict(sources(200, seed=7)) != dict(sources(200, seed=8))


def test_an_invented_graph_has_no_problems_and_as_many_claims_as_asked_for(corpus: Corpus) -> None:
    assert len(corpus.claims) == CLAIMS


@pytest.mark.parametrize("claims", [1, 2, 99, 100])
def test_small_graphs_are_valid_too(tmp_path: Path, root: Path, claims: int) -> None:
    write_graph(tmp_path / "graph", root / "ontology", claims)
    assert len(load_checked(tmp_path / "graph")[0].claims) == claims


def test_a_graph_of_no_claims_is_refused(tmp_path: Path, root: Path) -> None:
    with pytest.raises(Misuse, match="at least one claim"):
        write_graph(tmp_path / "graph", root / "ontology", 0)


def test_documents_have_some_fifteen_claims_of_some_four_hundred_bytes(corpus: Corpus) -> None:
    assert 10 <= CLAIMS / len(corpus.documents) <= 20
    size = sum(len(text.encode()) for _, text in sources(CLAIMS))
    assert 250 <= size / CLAIMS <= 500


def test_kinds_and_standings_are_mixed_as_in_the_real_graph(corpus: Corpus) -> None:
    claims = corpus.claims.values()
    kinds = Counter(claim.kind for claim in claims)
    assert {"meeting", "visit", "signing", "tenure", "manufacture", "sale", "statement", "denial", "terms", "hypothesis"} <= set(kinds)
    shares = {"reported": sum(bool(claim.said_by or claim.said_in) for claim in claims),
              "alleged": sum(claim.status == "alleged" for claim in claims),
              "planned": sum(claim.mode == "planned" for claim in claims), "inferred": sum(claim.inferred for claim in claims),
              "hedged": sum(bool(claim.hedge) for claim in claims)}
    assert 0.15 < shares["reported"] / CLAIMS < 0.5
    assert all(0 < shares[name] / CLAIMS < 0.12 for name in ("alleged", "planned", "inferred", "hedged"))


def test_some_events_are_told_by_several_documents(corpus: Corpus) -> None:
    told = Counter(claim.event for claim in corpus.claims.values() if claim.event and "/" not in claim.event)
    assert max(told.values()) > 1


def test_few_people_have_many_claims_and_many_few(corpus: Corpus) -> None:
    named = Counter(value.key for claim in corpus.claims.values() for values in claim.roles.values() for value in values
                    if isinstance(value, Party) and value.key.startswith("person-"))
    number = sorted(named.values(), reverse=True)
    assert number[0] > 5 * number[len(number) // 2]


def test_a_store_of_links_holds_exactly_the_links_asked_for_and_a_pair_with_some(tmp_path: Path, root: Path) -> None:
    people, triples = write_link_store(tmp_path / "links", root / "ontology", 5_000)
    store = open_store(tmp_path / "links")
    assert people == people_of(5_000) and len(store) == triples
    for term in ("from", "to", "footing", "ofClaim", "kind"):
        found = next(store.rows(f"SELECT (COUNT(?link) AS ?number) WHERE {{ ?link a arms:Link ; arms:{term} ?value }}"))
        assert found["number"] == "5000", term
    for number in range(5):
        for key in linked_pair(people, number):
            assert any(store.rows(f"SELECT ?link WHERE {{ ?link arms:from|arms:to id:{key} }}"))
