"""Names: one key for all ways to type a spelling, and suggestions that never decide."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from kg.names import SUGGESTED, fold, suggest

KNOWN = ["Ana Ruiz", "Anna Ruíz", "Inés Varga", "Jon Berg", "Rotor 9", "Rotor 12", "Northern Ministry of Energy", "Владимир Руис"]


@given(st.text(max_size=20))
def test_the_key_of_a_key_is_itself(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text(max_size=20))
def test_a_key_is_words_of_small_letters_and_digits(name: str) -> None:
    key = fold(name)
    assert key == " ".join(key.split())
    assert all(char == " " or char.isalnum() for char in key)
    assert key == key.casefold()


@given(st.text(max_size=20))
def test_composed_and_decomposed_letters_make_no_difference(name: str) -> None:
    assert fold(unicodedata.normalize("NFD", name)) == fold(unicodedata.normalize("NFC", name)) == fold(name)


@given(st.text(alphabet="Aaáàãåäbcé 'ß", max_size=12))
def test_case_and_accents_make_no_difference(name: str) -> None:
    assert fold(name.upper()) == fold(name.lower()) == fold(name)


@pytest.mark.parametrize("mark", ["'", "’", "‘", "ʼ", "`", "´"])
def test_no_apostrophe_makes_a_difference(mark: str) -> None:
    assert fold(f"Moshe Ya{mark}alon") == "moshe yaalon"
    assert fold(f"Renée d{mark}Arc") == "renee darc"


@pytest.mark.parametrize(("name", "key"), [
    ("A.Lieberman", "a lieberman"), ("Rotor-9", "rotor 9"), ("ROTOR 9", "rotor 9"), ("  Ana   Ruiz ", "ana ruiz"),
    ("Blade & Sons", "blade sons"), ("Ø 9", "ø 9"), ("Straße", "strasse"), ("Владимир", "владимир"), ("&", ""), ("", ""), ("ﬁrm", "firm")])
def test_a_spelling_has_this_key(name: str, key: str) -> None:
    assert fold(name) == key


@pytest.mark.parametrize(("typed", "meant"), [
    ("Ana Ruis", "Ana Ruiz"), ("varga", "Inés Varga"), ("Vladimir Ruis", "Владимир Руис"), ("jon berk", "Jon Berg")])
def test_a_misspelling_is_offered_what_it_is_most_like(typed: str, meant: str) -> None:
    assert suggest(typed, KNOWN)[0] == meant


def test_a_number_is_never_offered_for_another() -> None:
    assert suggest("Rotor 8", KNOWN) == []
    assert suggest("rotor9", KNOWN) == ["Rotor 9"]


def test_what_is_like_nothing_is_offered_nothing() -> None:
    assert suggest("zzzz", KNOWN) == []
    assert suggest("", KNOWN) == []
    assert suggest("Ana Ruis", []) == []


@given(st.text(max_size=20))
def test_only_known_names_are_offered_and_few_of_them(typed: str) -> None:
    offered = suggest(typed, KNOWN * 2)
    assert len(offered) == len(set(offered)) <= SUGGESTED
    assert set(offered) <= set(KNOWN)


@pytest.mark.browser
def test_the_page_folds_names_as_the_program_does(browser: Any) -> None:
    # every character that was in Unicode before any of today's browsers, but for Cherokee, which the two put in different cases
    old = unicodedata.ucd_3_2_0
    letters = [char for char in map(chr, range(0x110000))
               if old.category(char) not in ("Cn", "Co", "Cs") and "CHEROKEE" not in old.name(char, "")]
    assert len(letters) > 90_000
    odd = ["Straße", "STRASSE", "ẞ", "Ya´alon", "Ya’alon", "Ya`alon", "O‘Neil", "Ŀ", "ﬁnn", "ŉ", "İstanbul", "ışık", "Ὀδυσσεύς", "ΟΔΥΣΣΕΥΣ",
           "ᾳ", "A.Lieberman", " Rotor\u00a09 ", "x²", "½", "Ⅷ", "①", "मोदी", "تهران", "北京", "Å", "\u0345", "a\u0301\u0327b", "և"]
    names = odd + [f"a{char}b {char}" for char in letters]
    module = (ROOT / "kg" / "assets" / "page" / "15-names.js").read_text("utf-8")
    blank = browser.new_page()
    folded = blank.evaluate(f"names => {{ {module}\nreturn names.map(fold); }}", names)
    blank.close()
    assert [(name, page, fold(name)) for name, page in zip(names, folded, strict=True) if page != fold(name)][:9] == []
