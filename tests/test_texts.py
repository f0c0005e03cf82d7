"""Locators against the texts: they hold where their two ends stand as whole words, in order, once; and only there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from conftest import Run
from fixtures import HERE, TEXTS, schema, small_folder
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import Misuse
from kg.model import Corpus
from kg.sources import load_corpus
from kg.texts import check_locators, find_texts, fold_text, misspelt_names, occurrences, read_text

PARAGRAPH = "The “lot” – some 3 rotors – went to Ya’alon's  works; the lot was late, and the lot was lost."


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    found, problems = load_corpus(small_folder(tmp_path / "graph"), schema())
    assert problems == []
    return found


@pytest.mark.parametrize(("words", "number"), [
    ("some 3 rotors", 1), ("The \"lot\"", 1), ("The «lot»", 1), ("the lot", 2), ("lot", 3), ("lo", 0), ("ate", 0), ("THE LOT", 0),
    ("Ya'alon's works", 1), ("Ya‘alon's works", 1), ("- some 3", 1), ("rotors\n—\nwent", 1), ("lost.", 1), ("lost", 1),
    ("The … late", 1), ("late … The", 0), ("the lot … lost", 2), ("The … lot", 3), ("rotors … rotors", 0), ("went … works", 1),
    ("3 … 3", 0), ("lot was late … lost", 1), ("nothing … lost", 0)])
def test_a_locator_stands_as_often_as_both_its_ends_do_in_order(words: str, number: int) -> None:
    assert len(occurrences(PARAGRAPH, words)) == number


@pytest.mark.parametrize(("paragraph", "words", "number"), [
    ("ha ha ha", "ha ha", 2), ("on and on and on", "on and on", 2), ("a.b axb", "a.b", 1), ("(a) [b]*", "[b]*", 1), ("é e\u0301", "é", 1)])
def test_locators_are_words_and_no_patterns_and_may_overlap(paragraph: str, words: str, number: int) -> None:
    assert len(occurrences(paragraph, words)) == number


WORDS = st.lists(st.sampled_from(["lot", "of", "the", "rotors", "Ruiz", "–", "’s", "3"]), min_size=1, max_size=12)


@given(WORDS, st.data())
def test_any_run_of_words_is_found_where_it_was_taken_from(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    folded = fold_text(" ".join(words))
    run = " ".join(words[first:last + 1])
    assert any(folded[start:end] == fold_text(run) for start, end in occurrences(" ".join(words), run))
    if last > first:
        assert occurrences(" ".join(words), f"{words[first]} … {words[last]}")


@given(st.text(max_size=30))
def test_folding_is_done_once_and_keeps_case(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)
    assert fold_text(text).casefold() == fold_text(text.casefold())
    assert fold_text("Lot") != fold_text("lot")


def test_a_paragraph_is_a_line_that_is_not_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffone\r\n\r\n  \t\r\ntwo \n\n\nthree".encode())
    text = read_text(path)
    assert (text.name, text.paragraphs) == ("a.txt", ("one", "two ", "three"))
    assert text.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_text_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a\xffb")
    with pytest.raises(Misuse) as refused:
        read_text(tmp_path / "a.txt")
    assert str(refused.value) == "a.txt is not UTF-8: byte 1"


def test_texts_are_told_by_their_checksum_whatever_their_name_and_else_by_their_name(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "other name.txt").write_bytes((TEXTS / "a1.txt").read_bytes())
    (tmp_path / "a2.txt").write_text("changed", "utf-8")
    (tmp_path / "a3.txt").write_text("of no document", "utf-8")
    (tmp_path / "a1.md").write_text("no text", "utf-8")
    found = find_texts(corpus, tmp_path)
    assert {document: text.name for document, text in found.items()} == {"wire-tour": "other name.txt", "gazette-report": "a2.txt"}


def test_every_locator_is_counted_as_found_missing_ambiguous_or_without_a_text(corpus: Corpus, tmp_path: Path) -> None:
    whole = check_locators(corpus, find_texts(corpus, TEXTS))
    assert (whole.found, whole.missing, whole.ambiguous, whole.without_text, whole.problems) == (whole.checked, 0, 0, 0, ())
    (tmp_path / "a1.txt").write_text("\n".join(["nothing"] * 9), "utf-8")
    part = check_locators(corpus, find_texts(corpus, tmp_path))
    assert (part.found, part.ambiguous) == (0, 0)
    assert part.missing + part.without_text == whole.found
    assert [problem.code for problem in part.problems] == ["T01"] + ["T02"] * part.missing


def test_spellings_stand_in_the_documents_they_are_kept_with(corpus: Corpus, tmp_path: Path) -> None:
    assert misspelt_names(corpus, find_texts(corpus, TEXTS)) == []
    (tmp_path / "a2.txt").write_text((TEXTS / "a2.txt").read_text("utf-8").replace("Inés Varga", "Ines Varga"), "utf-8")
    assert [(problem.code, problem.message) for problem in misspelt_names(corpus, find_texts(corpus, tmp_path))] == [
        ("T04", "the spelling 'Inés Varga' does not stand in gazette-report")]


def test_the_command_counts_locators_and_fails_where_one_does_not_stand(tmp_path: Path, run: Run) -> None:
    folder = small_folder(tmp_path / "graph")
    code, out, err = run("check", "--texts", str(TEXTS), folder=folder)
    assert (code, out.splitlines()[1], err) == (
        0, "2 of 2 texts at hand; 22 locators checked: 22 found, 0 missing, 0 ambiguous; 0 without a text", "")
    bad = HERE / "bad" / "locator-nowhere"
    (folder / "sources" / "documents" / "storm.yaml").write_text(bad.with_suffix(".yaml").read_text("utf-8"), "utf-8")
    code, out, err = run("check", "--texts", str(TEXTS), folder=folder)
    assert (code, err) == (1, bad.with_suffix(".txt").read_text("utf-8") + "kg: 1 problem in the sources; nothing was changed\n")
    assert out.splitlines()[1] == "3 of 3 texts at hand; 23 locators checked: 22 found, 1 missing, 0 ambiguous; 0 without a text"


@pytest.mark.texts
def test_every_locator_and_spelling_of_the_real_documents_stands(root: Path, texts: Path) -> None:
    corpus, problems = load_corpus(root, schema())
    assert problems == []
    found = find_texts(corpus, texts)
    assert sorted(found) == sorted(corpus.documents)
    checked = check_locators(corpus, found)
    assert [str(problem) for problem in (*checked.problems, *misspelt_names(corpus, found))] == []
    assert (checked.without_text, checked.found) == (0, checked.checked)
