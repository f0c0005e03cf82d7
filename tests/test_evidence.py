"""Whoever doubts a line reaches its words in two steps; and what cannot carry a claim is pointed out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

from kg.evidence import passage, text_fragment
from kg.exports import load_checked
from kg.lint import lint
from kg.texts import Text, check_locators, find_texts

PARAGRAPH = "On the river Ruiz met Berg, said the ministry. On Monday they “signed” — at last."


def test_evidence_names_claimant_place_words_date_and_both_ways_to_the_words(run: Run) -> None:
    code, out, _ = run("evidence", "rferl-hasanov-visit/c25", "--format", "json")
    entry = json.loads(out)[0]
    assert code == 0
    assert entry["paragraph"] == 9
    assert entry["words"] == "Hasanov met with … on Monday"
    assert entry["reporter"] == "RFE/RL"
    assert entry["date"] == "2017-09-11"
    assert entry["date_words"] == "on Monday"
    assert entry["link"].endswith("#:~:text=Hasanov%20met%20with,on%20Monday")
    path, line = entry["source"].rsplit(":", 1)
    assert "id: c25," in (Path(__file__).parent.parent / path).read_text("utf-8").splitlines()[int(line) - 1]


def test_an_unknown_claim_is_answered_with_what_may_be_meant(run: Run) -> None:
    code, _, err = run("evidence", "rferl-hasanov-visit/c9999")
    assert code == 3
    assert "kg: no claim 'rferl-hasanov-visit/c9999'" in err


@pytest.mark.parametrize("command", [("who-met-whom",), ("claims", "Harop"), ("path", "Tasmagambetov", "Hasanov"), ("who-denied-what",),
                                     ("fragile", "Tasmagambetov", "Hasanov"), ("around", "Harop"), ("show", "Harop")])
def test_every_answer_shows_its_evidence_when_asked(command: tuple[str, ...], run: Run) -> None:
    _, out, _ = run(*command, "--evidence", "--format", "json")
    answer = json.loads(out)
    rows = [hop for chain in answer["paths"] for hop in chain["hops"]] if "paths" in answer else answer
    rows = rows["claims"] if isinstance(rows, dict) else rows
    assert rows
    for row in rows:
        assert row["evidence"]
        assert all(entry["words"] or entry["inferred"] for entry in row["evidence"])


def test_a_text_fragment_escapes_what_would_end_it() -> None:
    assert text_fragment("https://e.example/a#old", "state-run, they … & more") == \
        "https://e.example/a#:~:text=state%2Drun%2C%20they,%26%20more"


def test_a_passage_is_cut_where_the_locator_stands() -> None:
    text = Text("t.txt", "0", (PARAGRAPH,))
    assert passage(text, 1, "Ruiz met … ministry") == {
        "before": "On the river ", "match": "Ruiz met Berg, said the ministry", "after": '. On Monday they "signed" - at last.'}


def test_a_passage_that_stands_nowhere_or_twice_is_not_shown() -> None:
    text = Text("t.txt", "0", (PARAGRAPH,))
    assert passage(text, 1, "On") is None
    assert passage(text, 1, "Berg … Ruiz") is None
    assert passage(text, 7, "Ruiz") is None


@pytest.mark.texts
def test_with_the_text_at_hand_the_passage_is_shown_and_without_it_none_is(
        run: Run, texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, out, _ = run("evidence", "rferl-hasanov-visit/c25", "--texts", str(texts), "--format", "json")
    found = json.loads(out)[0]["passage"]
    assert found["match"].startswith("Hasanov met with")
    assert found["match"].endswith("on Monday")
    monkeypatch.delenv("KG_TEXTS", raising=False)
    _, out, _ = run("evidence", "rferl-hasanov-visit/c25", "--format", "json")
    assert json.loads(out)[0]["passage"] is None


@pytest.mark.texts
def test_every_locator_and_spelling_of_the_five_documents_stands_where_it_says(run: Run, texts: Path) -> None:
    code, out, err = run("check", "--texts", str(texts))
    assert code == 0, err
    assert "5 of 5 texts at hand" in out
    assert " 0 missing, 0 ambiguous; 0 without a text" in out


@pytest.mark.texts
def test_a_planted_false_locator_is_caught_and_one_that_moved_is_said_to_have_moved(root: Path, texts: Path) -> None:
    corpus, _ = load_checked(root)
    found = find_texts(corpus, texts)
    claim = corpus.claims["rferl-hasanov-visit/c25"]
    assert claim.evidence
    false, moved = replace(claim.evidence, words="Hasanov never … met anybody"), replace(claim.evidence, paragraph=10)
    for evidence, expected in ((false, "does not stand in paragraph 9; the text has"),
                               (moved, "does not stand in paragraph 10; it stands in paragraph 9 now")):
        planted = replace(corpus, claims={**corpus.claims, claim.key: replace(claim, evidence=evidence)})
        checked = check_locators(planted, found)
        assert checked.missing == 1
        assert expected in str(checked.problems[0])


@pytest.mark.texts
def test_a_changed_text_is_reported_and_its_locators_are_still_checked(root: Path, texts: Path, tmp_path: Path) -> None:
    corpus, _ = load_checked(root)
    for path in texts.glob("*.txt"):
        shutil.copy(path, tmp_path / path.name)
    changed = tmp_path / "004.txt"
    changed.chmod(0o644)
    changed.write_bytes(changed.read_bytes() + b"\nOne more line.\n")
    checked = check_locators(corpus, find_texts(corpus, tmp_path))
    assert [problem.code for problem in checked.problems] == ["T01"]
    assert checked.missing == 0


def _claims(data: Any) -> Iterator[dict[str, Any]]:
    """Yield every row of an answer, however deep, that tells how it stands."""
    if isinstance(data, dict):
        if "status" in data:
            yield data
        for value in data.values():
            yield from _claims(value)
    elif isinstance(data, list):
        for item in data:
            yield from _claims(item)


COMMANDS = (
    ("claims",), ("who-met-whom",), ("who-denied-what",), ("what-is-disputed",), ("who-kept-silent",), ("who-is-accused",), ("inferences",),
    ("who-first-said",), ("fragile",), ("which-deals",), ("around", "ADS", "--hops", "3"), ("path", "ADS", "Azerbaijani army"),
    ("between", "ADS", "Azerbaijani army", "--hops", "4"), ("show", "ADS"), ("support", "rferl-hasanov-visit/c65"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_allegation_shows_without_its_claimant_nor_a_denied_claim_without_its_denial(command: tuple[str, ...], run: Run) -> None:
    _, out, _ = run(*command, "--include", "planned,alleged,inferred,hedged", "--format", "json")
    rows = list(_claims(json.loads(out)))
    assert rows
    for row in rows:
        if row["status"] == "alleged":
            claimant = any(row.get(field) for field in ("said_by", "claimant", "by", "first_said_by", "origin"))
            assert claimant or "Alleged by" in row.get("says", ""), row
        if row.get("disputed"):
            denial = any(row.get(field) for field in ("denied_by", "may_be_denied_by", "against", "denier"))
            assert denial or "denied by" in row.get("says", ""), row


def test_a_title_and_a_crowded_locator_are_remarked_on(root: Path) -> None:
    corpus, _ = load_checked(root)
    document = corpus.documents["rferl-hasanov-visit"]
    title = next(passage.paragraph for passage in document.nothing if not passage.words and passage.because == "title repeated")
    claims = {key: replace(claim, evidence=replace(claim.evidence, paragraph=title, words="Azeri Defense Chief"))
              for key, claim in corpus.claims.items() if claim.document == document.key and claim.evidence}
    few = dict(list(claims.items())[:5])
    remarks = lint(replace(corpus, claims=few), {})
    assert [problem.code for problem in remarks] == ["L02"] * 5 or {problem.code for problem in remarks} == {"L01", "L02"}
    assert any("one locator is behind 5 claims" in problem.message for problem in remarks)


@pytest.mark.texts
def test_a_claim_whose_paragraph_names_none_of_its_parties_is_remarked_on(root: Path, texts: Path) -> None:
    corpus, _ = load_checked(root)
    claim = corpus.claims["rferl-hasanov-visit/c86"]
    assert claim.evidence
    far = replace(claim, evidence=replace(claim.evidence, paragraph=24))
    remarks = lint(replace(corpus, claims={far.key: far}), find_texts(corpus, texts))
    assert [problem.code for problem in remarks] == ["L03"]
