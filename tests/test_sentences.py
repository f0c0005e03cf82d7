"""A claim as one English line: it says no more than the claim, and never without whoever claims, doubts or denies it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures import read_storm
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Money
from kg.sentences import date_in_words, group_digits, in_words, money_in_words

MEET = "kind: meeting, participants: [ana-ruiz, jon-berg]"
DAY = "date: 2031-06-20"
TALK = "matters: [{id: talk, kind: event}]"
SPOKE = "{id: s, kind: statement, event: talk, speaker: jon-berg"


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return tmp_path / "graph"


@pytest.mark.parametrize(("more", "line"), [
    ("", "Ana Ruiz and Jon Berg met, on 2031-06-20"),
    ("date_words: on Friday", "Ana Ruiz and Jon Berg met, on 2031-06-20 (worked out)"),
    ("mode: planned", "Ana Ruiz and Jon Berg were to meet, on 2031-06-20"),
    ("mode: ongoing", "Ana Ruiz and Jon Berg met, on 2031-06-20, under way at the time"),
    ("mode: not", "It is not so that Ana Ruiz and Jon Berg met, on 2031-06-20"),
    ("hedge: apparently", "Ana Ruiz and Jon Berg met (“apparently”), on 2031-06-20"),
    ("said_by: ines-varga", "According to Inés Varga: Ana Ruiz and Jon Berg met, on 2031-06-20"),
    ("said_by: nobody-named", "According to a source that the text does not name: Ana Ruiz and Jon Berg met, on 2031-06-20"),
    ("said_by: [ines-varga, valley-gazette, mirror]",
     "According to Inés Varga, as relayed by Valley Gazette and Mirror: Ana Ruiz and Jon Berg met, on 2031-06-20"),
    ("said_by: ines-varga, status: alleged", "Alleged by Inés Varga: Ana Ruiz and Jon Berg met, on 2031-06-20"),
    ("said_by: ines-varga, status: alleged, mode: not",
     "Alleged by Inés Varga: it is not so that Ana Ruiz and Jon Berg met, on 2031-06-20"),
    ("inferred: true, because: so, rests_on: [wire-tour/c2]", "Inferred by the curator: Ana Ruiz and Jon Berg met, on 2031-06-20"),
    ("place: rivertown", "Ana Ruiz and Jon Berg met in Rivertown, on 2031-06-20"),
])
def test_a_claim_says_how_it_stands(more: str, line: str, at: Path) -> None:
    storm = read_storm(at, f"{{id: c1, {MEET}, {DAY}{', ' + more if more else ''}}}")
    assert storm.says("c1") == line


def test_what_was_said_in_a_statement_names_its_speakers_and_who_relayed_them(at: Path) -> None:
    storm = read_storm(at, f"{{id: c1, {MEET}, {DAY}, said_in: talk}}\n{SPOKE}, said_by: mirror}}", also=TALK)
    assert storm.says("c1") == "According to Jon Berg, as relayed by Mirror: Ana Ruiz and Jon Berg met, on 2031-06-20"


def test_a_denied_claim_never_shows_without_its_denial(at: Path) -> None:
    storm = read_storm(at, f"""
        {{id: c1, {MEET}, {DAY}}}
        {{id: c2, {MEET}, {DAY}}}
        {{id: c3, kind: denial, denier: [ana-ruiz, jon-berg], denies: c1, may_deny: c2}}""")
    assert storm.says("c1") == "Ana Ruiz and Jon Berg met, on 2031-06-20 (denied by Ana Ruiz and Jon Berg)"
    assert storm.says("c2") == "Ana Ruiz and Jon Berg met, on 2031-06-20 (perhaps denied by Ana Ruiz and Jon Berg)"


def test_a_capacity_stands_beside_whoever_has_it(at: Path) -> None:
    people = "[{who: ana-ruiz, as: energy-minister}, {who: jon-berg, as_words: pilot}]"
    storm = read_storm(at, f"{{id: c1, kind: meeting, participants: {people}, {DAY}}}")
    assert storm.says("c1") == "Ana Ruiz (Minister of Energy of Northland) and Jon Berg (pilot) met, on 2031-06-20"


def test_no_role_of_a_claim_is_left_out(at: Path) -> None:
    roles = "topics: [wind, rain], manner: in haste, purpose: a quick word, host: turbine-works, part_of: talk, place: rivertown"
    line = read_storm(at, f"{{id: c1, {MEET}, {DAY}, {roles}}}\n{SPOKE}}}", also=TALK).says("c1")
    for part in ("wind and rain", "in haste", "a quick word", "Turbine Works", "Rivertown", "as part of statement of Jon Berg"):
        assert line.count(part) == 1


def test_an_event_is_called_after_its_kind_its_parties_and_its_date(at: Path) -> None:
    storm = read_storm(at, f"""
        {{id: c1, {MEET}, {DAY}}}
        {{id: c2, {MEET}, {DAY}, mode: planned}}
        {{id: c3, {MEET}, mode: not}}
        {{id: c4, kind: denial, denier: jon-berg, denies: c1}}""")
    assert storm.speaker.label("storm/c1") == "disputed meeting of Ana Ruiz and Jon Berg, 2031-06-20"
    assert storm.speaker.label("storm/c2") == "planned meeting of Ana Ruiz and Jon Berg, 2031-06-20"
    assert storm.speaker.label("storm/c3") == "meeting of Ana Ruiz and Jon Berg"


def test_labels_are_those_of_entities_documents_and_else_the_key(at: Path) -> None:
    storm = read_storm(at, f"{{id: c1, {MEET}}}")
    assert [storm.speaker.label(key) for key in ("ana-ruiz", "storm", "nobody-named", "nothing-there")] == [
        "Ana Ruiz", "Storm", "a source that the text does not name", "nothing-there"]


def test_an_event_that_speaks_of_itself_is_called_by_its_key_there(at: Path) -> None:
    storm = read_storm(at, f"{{id: c1, kind: sequence, event: order, earlier: order, later: talk, {DAY}}}\n{SPOKE}}}",
                       also="matters: [{id: order, kind: event}, {id: talk, kind: event}]")
    assert storm.speaker.label("storm/order") == "sequence of storm/order, 2031-06-20"


@pytest.mark.parametrize(("date", "words"), [
    ("2031", "in 2031"), ("2031-05", "in 2031-05"), ("2031-05-12", "on 2031-05-12"), ("2031-05-12~", "on 2031-05-12~"),
    ("[..2031]", "by 2031"), ("[2031..]", "on or after 2031"), ("[2030..2031]", "between 2030 and 2031"),
    ("2030/2031", "from 2030 to 2031"), ("2030/..", "from 2030 on"), ("../2031", "until 2031")])
def test_a_date_has_the_words_it_needs(date: str, words: str) -> None:
    assert date_in_words(date) == words


@pytest.mark.parametrize(("money", "words"), [
    (Money("4000000", "EUR"), "EUR 4,000,000"), (Money("12.50", "EUR"), "EUR 12.50"), (Money("4000000", ""), "4,000,000"),
    (Money("", "", words="a fortune"), "a fortune"), (Money("1000", "EUR", approximate=True), "about EUR 1,000"),
    (Money("1000", "EUR", conversion=Money("1100", "USD", approximate=True)), "EUR 1,000, given as about USD 1,100")])
def test_a_sum_is_told_as_its_source_tells_it(money: Money, words: str) -> None:
    assert money_in_words(money) == words


@given(st.integers(0, 10**15), st.sampled_from(["", ".5", ".1234"]))
def test_grouped_digits_are_the_same_digits(whole: int, fraction: str) -> None:
    shown = group_digits(f"{whole}{fraction}")
    assert shown.replace(",", "") == f"{whole}{fraction}"
    assert all(len(part) == 3 for part in shown.partition(".")[0].split(",")[1:])


@pytest.mark.parametrize(("texts", "words"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_lists_are_told_in_words(texts: list[str], words: str) -> None:
    assert in_words(texts) == words
