"""Answers as text: every form holds all that was answered, and nothing in a name takes over a terminal or a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.text import as_json, columns_of, harmless, path_text, plain, render, table, visible

HOSTILE = [
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "a\rb", "a\x08b", "\x7f", "\u202egnp.exe", "\u2066\u2069", "\u200b", "\ufeff",
    "\u2028", "\x85", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "＝1+1", "=HYPERLINK(\"http://e.example\")",
    "|cmd", "a;b", 'a"b', "a,b", "a\tb", "<script>alert(1)</script>", "| a | b |", "\\", "`x`", "名前の長い会社", "e\u0301", "ل\u200cا",
    "\U0001f600", "\U000e0041", "", " ", "\n"]
TEXT = st.sampled_from(HOSTILE) | st.text(max_size=30)
ROWS = st.lists(st.fixed_dictionaries({"name": TEXT, "of": TEXT}), min_size=1, max_size=4)


TURNING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


def obeyed(text: str) -> list[str]:
    """Return the characters that a terminal would obey: controls but line ends and tabs, and what turns text around."""
    return [char for char in text if (unicodedata.category(char) in ("Cc", "Zl", "Zp") and char not in "\n\t")
            or unicodedata.bidirectional(char) in TURNING]


@given(TEXT)
def test_a_visible_text_has_nothing_that_a_terminal_obeys(text: str) -> None:
    assert obeyed(visible(text)) == []
    assert visible(visible(text)) == visible(text)


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S", "Zs"]), max_size=20))
def test_words_in_any_script_are_shown_as_they_are(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(("text", "shown"), [
    ("\x1b[31m", "\\x1b[31m"), ("a\x9bb", "a\\x9bb"), ("\u202e", "\\u202e"), ("\u200b", "\\u200b"), ("\U000e0041", "\\U000e0041"),
    ("a\tb\nc", "a\tb\nc"), ("می\u200cخواهم", "می\u200cخواهم")])
def test_a_control_is_shown_as_its_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "markdown", "json"])
@given(rows=ROWS)
def test_no_form_of_an_answer_has_anything_that_a_terminal_obeys(form: str, rows: list[dict[str, Any]]) -> None:
    for width in (0, 40):
        assert obeyed(render(rows, ("name", "of"), form, width)) == []


@given(ROWS)
def test_json_is_exact(rows: list[dict[str, Any]]) -> None:
    assert json.loads(as_json(rows)) == rows


def test_json_refuses_what_is_no_json() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json(float("nan"))


@given(TEXT)
def test_no_cell_is_a_formula(text: str) -> None:
    assert harmless(text).lstrip()[:1] not in tuple("=+-@＝＋－＠\t\r")
    assert harmless(harmless(text)) == harmless(text)


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", " ", "\t", "\n", "\xa0"])
def test_a_formula_has_an_apostrophe_before_it_whatever_blanks_it_hides_behind(mark: str, before: str) -> None:
    assert harmless(f"{before}{mark}1+1").startswith("'")


@given(ROWS)
def test_csv_and_tsv_hold_every_cell_where_it_belongs(rows: list[dict[str, Any]]) -> None:
    for form, comma in (("csv", ","), ("tsv", "\t")):
        found = list(csv.DictReader(io.StringIO(render(rows, (), form), newline=""), delimiter=comma))
        assert found == [{name: harmless(cell) for name, cell in row.items()} for row in rows]


def test_tables_show_only_what_was_asked_for_and_other_forms_all() -> None:
    rows = [{"a": "x", "b": ["y", "z"], "c": True, "d": None, "e": {"id": "i", "label": "L"}, "f": 0}]
    assert render(rows, ("a", "f"), "table") == "a  f\nx  0\n"
    assert render(rows, ("a", "c"), "markdown") == "| a | c |\n| --- | --- |\n| x | yes |\n"
    assert render(rows, ("a",), "csv") == "a,b,c,d,e,f\nx,y; z,yes,,L,0\n"
    assert json.loads(render(rows, ("a",), "json")) == rows


@pytest.mark.parametrize(("value", "shown"), [
    (None, ""), (False, ""), (True, "yes"), (0, "0"), (12.5, "12.5"), ("a", "a"), (["a", "b"], "a; b"), ([], ""),
    ({"id": "i", "label": "Ana Ruiz"}, "Ana Ruiz"), ({"id": "i", "label": "Ana Ruiz", "as": "minister"}, "Ana Ruiz (minister)"),
    ({"name": "TW", "documents": ["d"]}, "TW"), ({"value": 4000000, "currency": "EUR"}, "EUR 4000000"),
    ({"count": 3, "unit": "rotors"}, "count: 3 | unit: rotors")])
def test_a_value_is_one_text(value: Any, shown: str) -> None:
    assert plain(value) == shown


@given(ROWS)
def test_a_table_has_a_line_for_each_row_and_ends_no_line_in_blanks(rows: list[dict[str, Any]]) -> None:
    flat = [{name: text.replace("\n", " ") for name, text in row.items()} for row in rows]
    lines = render(flat, ("name", "of"), "table").split("\n")
    assert lines.pop() == ""
    assert len(lines) == 1 + len(rows)
    assert all(line == line.rstrip(" ") for line in lines)


@given(st.lists(st.text(alphabet="ab 会é\u0301", max_size=60), min_size=2, max_size=2), st.integers(30, 80))
def test_a_table_for_a_terminal_fits_it_and_loses_no_word(cells: list[str], width: int) -> None:
    lines = table(("one", "two"), [cells], width).splitlines()
    assert all(columns_of(line) <= width for line in lines)
    letters = re.sub(r"[ ─]", "", "".join(lines[2:]))
    assert sorted(letters) == sorted(re.sub(" ", "", "".join(cells)))


def test_a_table_leaves_empty_columns_out_unless_all_are_empty() -> None:
    assert table(("a", "b"), [["", "x"], ["", "y"]]) == "b\nx\ny\n"
    assert table(("a", "b"), [["", ""]]) == "a  b\n\n"


def test_a_table_counts_wide_letters_twice_and_accents_not_at_all() -> None:
    assert columns_of("会社") == 4
    assert columns_of("e\u0301") == 1
    assert table(("a", "b"), [["会", "x"], ["ab", "y"]]).splitlines() == ["a   b", "会  x", "ab  y"]


def test_a_markdown_cell_stays_one_cell_of_one_line() -> None:
    rows = [{"a": "x | y\nz <img src=x> \\|", "b": "2"}]
    shown = render(rows, ("a", "b"), "markdown").splitlines()
    assert len(shown) == 3
    assert shown[2] == "| x \\| y z &lt;img src=x> \\\\\\| | 2 |"


def hop(start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"from": start, "to": end, "label": "met", "date": "", "status": "asserted", "mode": "done", "inferred": False,
            "disputed": False, "through_office": False, "claims": ["d/c1"], "said_by": [], "denied_by": [], **more}


def test_a_chain_is_told_hop_by_hop_and_its_weakest_hop_is_marked() -> None:
    answer = {"hops": 2, "paths": [{"nodes": ["A", "B", "C"], "hops": [
        hop("A", "B", date="2031", status="alleged", claims=["d/c1", "e/c2"]), hop("B", "C", through_office=True, mode="planned")]}]}
    assert path_text(answer).splitlines() == [
        "chain 1 of 1, 2 hops",
        "  A met B, 2031  [alleged, weakest hop]  d/c1 e/c2",
        "  B met C  [asserted, through an office, planned]  d/c1"]


def test_no_chains_are_no_text() -> None:
    assert path_text({"hops": None, "paths": []}) == ""


def test_a_name_cannot_take_over_the_terminal_from_within_a_chain() -> None:
    answer = {"hops": 1, "paths": [{"nodes": ["A", "B"], "hops": [hop("A\x1b[2J", "B\u202e")]}]}
    assert obeyed(path_text(answer)) == []


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "markdown", "json"])
def test_an_answer_without_rows_is_still_an_answer(form: str) -> None:
    shown = render([], ("a", "b"), form)
    assert shown == {"json": "[]\n", "csv": "a,b\n", "tsv": "a\tb\n", "markdown": "| a | b |\n| --- | --- |\n", "table": "a  b\n"}[form]
