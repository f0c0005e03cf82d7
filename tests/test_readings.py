"""How claims stand once all are read together: footing, claimant, date, denial, standing, origin; nothing is added to the facts."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from fixtures import Storm, read_storm, schema
from hypothesis import given
from hypothesis import strategies as st

from kg import model
from kg.errors import Place
from kg.model import Claim, Party, Value
from kg.readings import DISPUTED, ESTABLISHED, FIRM, NOT_CLAIMED, RESERVATIONS, event_key, tenure_key

HERE = Place("f.yaml", 1, 1)
MEET = "kind: meeting, participants: [ana-ruiz, jon-berg]"
TALKS = "matters: [{id: talks, kind: event}]"
SPOKE = "{id: s, kind: statement, event: talk, speaker: jon-berg"
TALK = "matters: [{id: talk, kind: event}]"


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return tmp_path / "graph"


# ---- status and footing

def test_what_is_in_the_reporter_s_own_voice_is_asserted_and_what_somebody_said_is_reported(at: Path) -> None:
    storm = read_storm(at, f"""
        {{id: c1, {MEET}}}
        {{id: c2, {MEET}, said_by: jon-berg}}
        {{id: c3, {MEET}, said_by: nobody-named}}
        {{id: c4, {MEET}, said_by: jon-berg, status: alleged}}
        {{id: c5, {MEET}, said_in: wire-statement}}
        {{id: c6, kind: statement, event: wire-statement, speaker: ana-ruiz}}""", also="matters: [{id: wire-statement, kind: event}]")
    assert [storm.claim(f"c{number}").status for number in range(1, 7)] == [
        "asserted", "reported", "reported", "alleged", "reported", "asserted"]


@pytest.mark.parametrize(("status", "mode", "hedge", "inferred"), [*product(
    ("asserted", "reported", "alleged"), model.MODES, ("", "apparently"), (False, True))])
def test_a_claim_is_firm_only_if_nothing_is_reserved_about_it(status: str, mode: str, hedge: str, inferred: bool, at: Path) -> None:
    said = "" if status == "asserted" else f", said_by: jon-berg, status: {status}"
    proof = ", inferred: true, because: it seems so, rests_on: [wire-tour/c2]" if inferred else ""
    storm = read_storm(at, f"{{id: c1, {MEET}, mode: {mode}{said}{proof}{', hedge: ' + hedge if hedge else ''}}}")
    reading = storm.claim("c1")
    reserved = {"alleged": status == "alleged", "hedged": bool(hedge), "inferred": inferred, "not": mode == "not",
                "planned": mode == "planned"}
    assert reading.footing == ("+".join(mark for mark in RESERVATIONS if reserved[mark]) or FIRM)
    assert reading.firm == (status in ("asserted", "reported") and mode in ("done", "ongoing") and not hedge and not inferred)


def test_what_was_said_in_a_statement_is_said_by_its_speaker_and_relayed_by_whoever_relayed_the_statement(at: Path) -> None:
    storm = read_storm(at, f"""
        {{id: c1, {MEET}, said_in: talk}}
        {SPOKE}, said_by: [valley-gazette, northern-wire]}}
        {{id: t, kind: statement, event: talk, speaker: [ana-ruiz, jon-berg], said_by: valley-gazette}}""", also=TALK)
    reading = storm.claim("c1")
    assert reading.said_by == ("jon-berg", "ana-ruiz", "valley-gazette", "northern-wire")
    assert reading.originators == 2
    assert reading.origin == "jon-berg"
    assert (storm.claim("s").said_by, storm.claim("s").originators) == (("valley-gazette", "northern-wire"), 1)


# ---- dates

def test_a_claim_keeps_its_date_and_lends_it_to_others_about_the_event(at: Path) -> None:
    storm = read_storm(at, f"""
        {{id: c1, {MEET}, event: talks, date: 2031-06-20, date_words: on Friday}}
        {{id: c2, {MEET}, event: talks, said_by: jon-berg}}""", also=TALKS)
    first, second = storm.claim("c1"), storm.claim("c2")
    assert (first.date, first.date_from, first.worked_out) == ("2031-06-20", "claim", True)
    assert (second.date, second.date_from, second.worked_out) == ("2031-06-20", "event", True)
    assert storm.event("talks").date == "2031-06-20"


def test_an_event_without_a_date_is_bounded_by_the_first_day_on_which_it_was_told(at: Path) -> None:
    storm = read_storm(at, f"""
        {{id: c1, {MEET}, event: talks}}
        {{id: c2, {MEET}, event: talks, said_by: jon-berg, said_on: 2031-06-25}}
        {{id: c3, kind: acquisition, acquirer: turbine-works, acquired: rotor-forge}}""", also=TALKS)
    for short in ("c1", "c2"):
        assert (storm.claim(short).date, storm.claim(short).date_from) == ("[..2031-06-25]", "bound")
    assert storm.claim("c1").told_by == "2031-07-01"
    assert storm.claim("c3").date == "[..2031-07-01]"


def test_what_was_said_in_a_speech_had_happened_by_the_day_of_the_speech(at: Path) -> None:
    storm = read_storm(at, f"{{id: c1, {MEET}, said_in: talk}}\n{SPOKE}, date: 2031-06-18}}", also=TALK)
    assert (storm.claim("c1").date, storm.claim("c1").told_by) == ("[..2031-06-18]", "2031-06-18")


@pytest.mark.parametrize("reserved", ["mode: planned", "mode: ongoing", "mode: not", "hedge: perhaps",
                                      "inferred: true, because: so, rests_on: [wire-tour/c2]"])
def test_only_what_is_said_to_be_done_is_bounded_by_the_day_of_telling(reserved: str, at: Path) -> None:
    storm = read_storm(at, f"{{id: c1, {MEET}, {reserved}}}")
    assert (storm.claim("c1").date, storm.claim("c1").told_by) == ("", "")


def test_a_relation_is_not_bounded_by_the_day_of_telling(at: Path) -> None:
    storm = read_storm(at, "{id: c1, kind: manufacture, maker: turbine-works, product: rotor-12}")
    assert storm.claim("c1").date == ""


def test_dates_that_fit_each_other_are_narrowed_to_what_they_share(at: Path) -> None:
    storm = read_storm(at, f"""
        {{id: c1, {MEET}, event: talks, date: 2031-06}}
        {{id: c2, {MEET}, event: talks, date: "[2031-06-20..2031-07]"}}
        {{id: c3, {MEET}, event: talks}}""", also=TALKS)
    assert storm.event("talks").date == "[2031-06-20..2031-06-30]"
    assert [storm.claim(short).date for short in ("c1", "c2", "c3")] == ["2031-06", "[2031-06-20..2031-07]", "[2031-06-20..2031-06-30]"]
    assert not storm.event("talks").conflict


def test_dates_that_exclude_each_other_are_a_conflict_and_give_the_event_none(at: Path) -> None:
    storm = read_storm(at, f"""
        {{id: c1, {MEET}, event: talks, date: 2031-06-20}}
        {{id: c2, {MEET}, event: talks, date: 2031-06-21}}
        {{id: c3, {MEET}, event: talks}}""", also=TALKS)
    assert storm.event("talks").conflict
    assert storm.event("talks").date == ""
    assert [storm.claim(short).date for short in ("c1", "c2", "c3")] == ["2031-06-20", "2031-06-21", ""]


def test_a_plan_s_date_does_not_move_what_was_done(at: Path) -> None:
    storm = read_storm(at, f"""
        {{id: c1, {MEET}, event: talks, date: 2031-06-20}}
        {{id: c2, {MEET}, event: talks, date: 2031-06-22, mode: planned}}
        {{id: c3, {MEET}, event: talks, date: 2031-06-23, said_by: ana-ruiz, status: alleged}}""", also=TALKS)
    assert (storm.event("talks").date, storm.event("talks").conflict) == ("2031-06-20", False)


# ---- denials

DENIED = f"""
    {{id: c1, {MEET}, event: talks}}
    {{id: c2, kind: denial, denier: jon-berg, """


def test_a_denial_flags_what_it_meets_and_disputes_the_event(at: Path) -> None:
    storm = read_storm(at, DENIED + "denies: c1}", also=TALKS)
    reading = storm.claim("c1")
    assert (reading.denied_by, reading.may_be_denied_by, reading.disputed, reading.demoted) == (["storm/c2"], [], True, True)
    assert storm.event("talks").standing == DISPUTED
    assert storm.event("c2").standing == ESTABLISHED


def test_a_denial_that_may_reach_a_claim_says_so(at: Path) -> None:
    storm = read_storm(at, DENIED + "denies: wire-tour/c2, may_deny: c1}", also=TALKS)
    reading = storm.claim("c1")
    assert (reading.denied_by, reading.may_be_denied_by, reading.disputed) == ([], ["storm/c2"], True)


def test_an_event_stands_as_long_as_one_firm_claim_of_it_is_not_denied(at: Path) -> None:
    storm = read_storm(at, DENIED + f"denies: c1}}\n{{id: c3, {MEET}, event: talks}}", also=TALKS)
    assert storm.event("talks").standing == ESTABLISHED


def test_a_denial_that_is_only_alleged_flags_and_does_not_dispute(at: Path) -> None:
    storm = read_storm(at, DENIED + "denies: c1, said_by: ana-ruiz, status: alleged}", also=TALKS)
    assert storm.claim("c1").disputed
    assert not storm.claim("c1").demoted
    assert storm.event("talks").standing == ESTABLISHED


@pytest.mark.parametrize("mode", ["not", "planned"])
def test_a_denial_that_was_not_made_denies_nothing(mode: str, at: Path) -> None:
    storm = read_storm(at, DENIED + f"denies: c1, mode: {mode}}}", also=TALKS)
    assert not storm.claim("c1").disputed
    assert storm.event("talks").standing == ESTABLISHED


@pytest.mark.parametrize("doubt", ["hedge: apparently", "inferred: true, because: so, rests_on: [wire-tour/c2]"])
def test_a_denial_in_doubt_flags_and_does_not_dispute(doubt: str, at: Path) -> None:
    storm = read_storm(at, DENIED + f"denies: c1, {doubt}}}", also=TALKS)
    assert storm.claim("c1").disputed
    assert storm.event("talks").standing == ESTABLISHED


# ---- standing

@pytest.mark.parametrize(("claims", "standing"), [
    (["said_by: jon-berg, status: alleged"], "alleged"),
    (["mode: planned"], "planned"),
    (["hedge: perhaps"], "hedged"),
    (["inferred: true, because: so, rests_on: [wire-tour/c2]"], "inferred"),
    (["mode: not"], NOT_CLAIMED),
    (["mode: planned", "said_by: jon-berg, status: alleged"], "alleged"),
    (["mode: planned", "mode: not"], "planned"),
    (["mode: planned", "said_by: jon-berg"], ESTABLISHED),
    (["mode: ongoing"], ESTABLISHED),
])
def test_an_event_stands_as_firmly_as_the_firmest_of_its_claims(claims: list[str], standing: str, at: Path) -> None:
    storm = read_storm(at, "\n".join(f"{{id: c{number}, {MEET}, event: talks, {more}}}" for number, more in enumerate(claims)), also=TALKS)
    assert storm.event("talks").standing == standing


# ---- origins

def test_the_origin_is_who_said_it_first_or_the_reporter_and_nobody_where_nobody_is_named(at: Path) -> None:
    storm = read_storm(at, f"""
        {{id: c1, {MEET}}}
        {{id: c2, {MEET}, said_by: [jon-berg, valley-gazette]}}
        {{id: c3, {MEET}, said_by: [nobody-named, valley-gazette]}}
        {{id: c4, {MEET}, inferred: true, because: so, rests_on: [c1]}}""")
    assert [storm.claim(f"c{number}").origin for number in range(1, 5)] == ["northern-wire", "jon-berg", "", ""]
    assert [storm.claim(f"c{number}").counts_as_origin for number in range(1, 5)] == [True, True, False, False]


def test_the_reporter_is_no_second_origin_beside_whom_he_quotes_on_the_same_event(at: Path) -> None:
    storm = read_storm(at, f"""
        {{id: c1, {MEET}, event: talks}}
        {{id: c2, {MEET}, event: talks, said_by: jon-berg}}
        {{id: c3, {MEET}}}""", also=TALKS)
    assert [storm.claim(f"c{number}").counts_as_origin for number in range(1, 4)] == [False, True, True]


def test_origins_that_the_curator_joined_are_one_group_in_those_documents_alone(at: Path) -> None:
    storm: Storm = read_storm(at, f"{{id: c1, {MEET}}}")
    assert storm.readings.origin_groups == {
        ("gazette-report", "northern-ministry"): "northern-ministry", ("gazette-report", "valley-gazette"): "northern-ministry"}


# ---- what a claim is about

def test_claims_with_the_same_keys_are_about_one_relation_and_others_about_two(at: Path) -> None:
    storm = read_storm(at, """
        {id: c1, kind: manufacture, maker: turbine-works, product: rotor-9}
        {id: c2, kind: manufacture, maker: turbine-works, product: rotor-12}
        {id: c3, kind: manufacture, maker: turbine-works, goods: pumps}
        {id: c4, kind: tenure, person: ana-ruiz, post: energy-minister}""")
    assert storm.claim("c1").event == storm.readings.claims["wire-tour/c3"].event == "manufacture/turbine-works/rotor-9"
    assert storm.claim("c2").event == "manufacture/turbine-works/rotor-12"
    assert storm.claim("c3").event == "storm/c3"
    assert storm.claim("c4").event == tenure_key("ana-ruiz", "energy-minister")


KEYS = st.from_regex(r"[a-c]{1,2}(-[a-c])?(/[a-c])?", fullmatch=True)


@given(KEYS, KEYS, KEYS, KEYS)
def test_no_two_relations_share_a_key(one: str, two: str, three: str, four: str) -> None:
    kind = schema().kinds["manufacture"]

    def key(maker: str, product: str) -> str:
        roles: dict[str, tuple[Value, ...]] = {"maker": (Party(maker, HERE),), "product": (Party(product, HERE),)}
        return event_key(Claim(key="d/c1", document="d", kind="manufacture", place=HERE, roles=roles), kind)

    assert (key(one, two) == key(three, four)) == ((one, two) == (three, four))
