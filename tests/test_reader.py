"""The reader: what is typed comes back as it was typed, or is refused with a place; nothing else can happen."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kg.errors import Problem
from kg.reader import MAX_DEPTH, Mapping, Scalar, Sequence, read

NAUGHTY = ["no", "NO", "yes", "true", "null", "~", "007", "0123", "0o17", "0x1F", "1e3", "1_000", "12:30", "1:2", ".inf", "2014-02-30",
           "2001-12-14t21:59:43.10-05:00", "=", "<<", "-", "--- a", "...", "a: b", "a:b", "a #b", "a# b", "#4", "lot #4", "Fähre #4",
           "lot # four", "a,b", "[a", "a]", "{a", "a}", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "?", "? a", "'a", '"a', "a'b",
           "\\x41", "\\", "é", "e\u0301", "ﬁ", "\u200c", "پ\u200cا", "𝒳", "\u2028", "\x85", "\ufeff", "\ud7ff", "\U0010fffd"]
TYPED = st.sampled_from(NAUGHTY) | st.text(max_size=30) | st.text(alphabet="ab01 :#,[]{}&*!|>'\"%@`-?\\~.é\u0301\u200b\t", max_size=20)


def refused(node: Mapping | None, problems: list[Problem], lines: int) -> bool:
    """Return whether a file was refused, as it has to be: by problems alone, each at a place within it."""
    if node is not None:
        return False
    assert problems
    assert all(each.place.path == "f.yaml" and 1 <= each.place.line <= lines + 1 and each.place.column >= 1 for each in problems)
    assert all(re.fullmatch(r"Y\d\d", each.code) and each.message and "\n" not in str(each) for each in problems)
    return True


def value_of(node: Mapping | None) -> Scalar:
    """Return the text that stands under the one key of a file."""
    assert node is not None
    (key, value), = node.items
    assert key.text == "k"
    assert isinstance(value, Scalar)
    return value


def text_in(data: bytes) -> str:
    """Return the text under the one key of a file that has no problem."""
    node, problems = read(data, "f.yaml")
    assert problems == []
    return value_of(node).text


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_a_place(data: bytes) -> None:
    node, problems = read(data, "f.yaml")
    assert refused(node, problems, len(re.split(rb"\r\n|\r|\n", data))) or isinstance(node, Mapping)


@given(TYPED)
def test_a_text_in_quotes_comes_back_equal_or_is_refused(text: str) -> None:
    assume(not any("\ud800" <= char <= "\udfff" for char in text))
    for written in (json.dumps(text, ensure_ascii=False), json.dumps(text)):
        node, problems = read(f"k: {written}".encode(), "f.yaml")
        if not refused(node, problems, 1):
            assert value_of(node).text == unicodedata.normalize("NFC", text)
            assert not value_of(node).plain


@given(TYPED)
def test_a_text_without_quotes_comes_back_equal_or_is_refused(text: str) -> None:
    typed = text.strip(" ")
    assume(not any("\ud800" <= char <= "\udfff" or char in "\r\n" for char in text))
    assume(typed and typed[0] not in "'\"[{|>#")  # these mean something, and are read so
    assume(not re.search(r" #( |#|$)", typed))  # a comment
    node, problems = read(f"k: {text}".encode(), "f.yaml")
    if not refused(node, problems, 1):
        assert value_of(node).text == unicodedata.normalize("NFC", typed)


@given(TYPED)
def test_a_text_without_quotes_in_a_list_comes_back_equal_or_is_refused(text: str) -> None:
    typed = text.strip(" ")
    assume(not any("\ud800" <= char <= "\udfff" or char in "\r\n,[]{}:" for char in text))
    assume(typed and typed[0] not in "'\"#?" and not re.search(r" #( |#|$)", typed))
    node, problems = read(f"k: [{text}]".encode(), "f.yaml")
    if not refused(node, problems, 1):
        assert node is not None
        found = node.items[0][1]
        assert isinstance(found, Sequence)
        assert [item.text for item in found.items if isinstance(item, Scalar)] == [unicodedata.normalize("NFC", typed)]


@pytest.mark.parametrize("text", ["no", "NO", "yes", "~", "null", "007", "0x1F", "1e3", "12:30", "2014-01", "2014-02-30", "1_000", "Off"])
def test_what_other_readers_turn_into_something_else_stays_text(text: str) -> None:
    assert text_in(f"k: {text}\n".encode()) == text


def test_an_escape_cannot_bring_in_what_typing_cannot() -> None:
    assert text_in(b'k: "Ru\\u0301iz"') == "R\u00faiz"
    for escaped in ("\\x00", "\\x1b", "\\u202e", "\\u200b", "\\ufeff", "\\u2028", "\\x7f", "\\N"):
        node, problems = read(f'k: "a{escaped}b"'.encode(), "f.yaml")
        assert node is None
        assert [each.code for each in problems] == ["Y04"]


def test_joiners_stay_because_persian_is_written_with_them() -> None:
    assert text_in("k: می\u200cخواهم".encode()) == "می\u200cخواهم"


def test_places_count_characters_from_one() -> None:
    node, problems = read("é: {ü: [x, yy]}\nk: v\n".encode(), "f.yaml")
    assert problems == []
    assert node is not None
    (_, inner), (key, value) = node.items
    assert isinstance(inner, Mapping)
    assert inner.flow
    assert not node.flow
    items = inner.items[0][1]
    assert isinstance(items, Sequence)
    assert [item.place[1:] for item in items.items] == [(1, 9), (1, 12)]
    assert (key.place[1:], value.place[1:]) == ((2, 1), (2, 4))


def test_nesting_is_allowed_up_to_its_limit_and_not_beyond() -> None:
    def nested(depth: int) -> bytes:
        return b"k: " + b"[" * (depth - 1) + b"]" * (depth - 1)

    assert read(nested(MAX_DEPTH), "f.yaml")[1] == []
    assert [each.code for each in read(nested(MAX_DEPTH + 1), "f.yaml")[1]] == ["Y05"]


def test_every_double_of_a_key_is_told_and_the_first_is_kept() -> None:
    node, problems = read(b"a: 1\nb: {c: 2, c: 3}\na: 4\n'a': 5\n", "f.yaml")
    assert [str(each) for each in problems] == [
        "f.yaml:2:11: Y11 the key 'c' stands twice; first on line 2; keep one",
        "f.yaml:3:1: Y11 the key 'a' stands twice; first on line 1; keep one",
        "f.yaml:4:1: Y11 the key 'a' stands twice; first on line 1; keep one"]
    assert node is not None
    assert [(key.text, value.text) for key, value in node.items if isinstance(value, Scalar)] == [("a", "1")]


def test_keys_that_other_readers_take_for_one_stay_two() -> None:
    node, problems = read(b"1: a\n1.0: b\n'01': c\ntrue: d\nyes: e\n", "f.yaml")
    assert problems == []
    assert node is not None
    assert [key.text for key, _ in node.items] == ["1", "1.0", "01", "true", "yes"]


@pytest.mark.parametrize(("text", "value"), [
    ("|\n  a\n  b\n", "a\nb"), (">\n  a\n  b\n", "a b"), ("a\n  b\n", "a b"), ("|+\n  a\n\n\n", "a"), ('"a\n  b"', "a b")])
def test_texts_over_several_lines_are_folded_as_yaml_says(text: str, value: str) -> None:
    assert text_in(f"k: {text}".encode()) == value


@pytest.mark.parametrize(("line", "text"), [
    ("k: v # a remark", "v"), ("k: v #", "v"), ("k: v ## two", "v"), ("k: 'a #4' # x", "a #4"), ("k: a#4", "a#4"), ("k: #4", "")])
def test_a_comment_has_a_blank_before_its_hash_and_after_it(line: str, text: str) -> None:
    assert text_in(line.encode()) == text


def test_a_hash_without_a_blank_after_it_is_refused_where_it_stands() -> None:
    assert [str(each) for each in read("é: x\nk: Fähre #4 b\n".encode(), "f.yaml")[1]] == [
        "f.yaml:2:10: Y14 '#4' would be cut off as a comment; put the value in double quotes, or a blank after the #"]
