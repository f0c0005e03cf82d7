"""From claims to links: each from one claim, worded both ways, an office between a person and the body; and who met whom."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from fixtures import Storm, read_storm, schema
from hypothesis import given
from hypothesis import strategies as st

from kg.links import Encounter, Link, encounters_of, links_of, ministers, with_reservation
from kg.readings import FIRM, RESERVATIONS, attestation_footing, tenure_key

FOOTINGS = st.sets(st.sampled_from(RESERVATIONS)).map(lambda marks: "+".join(mark for mark in RESERVATIONS if mark in marks) or FIRM)
MARKS = st.sampled_from(RESERVATIONS)


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return tmp_path / "graph"


def links(storm: Storm, short: str) -> list[Link]:
    return links_of(storm.claim(short), storm.corpus, storm.speaker)


def told(storm: Storm, short: str) -> list[tuple[str, str, str, str]]:
    """Return the links of a claim as (source, forward wording, target, backward wording)."""
    return [(link.source, link.forward, link.target, link.backward) for link in links(storm, short)]


def encounters(storm: Storm, short: str) -> list[Encounter]:
    return encounters_of(storm.claim(short), storm.corpus, schema())


# ---- footings

@given(FOOTINGS, MARKS)
def test_a_reservation_more_is_kept_once_and_in_order(footing: str, mark: str) -> None:
    found = with_reservation(footing, mark)
    before = set() if footing == FIRM else set(footing.split("+"))
    assert found.split("+") == [name for name in RESERVATIONS if name in before | {mark}]
    assert with_reservation(found, mark) == found


@given(FOOTINGS, MARKS, MARKS)
def test_the_order_of_reservations_makes_no_difference(footing: str, one: str, other: str) -> None:
    assert with_reservation(with_reservation(footing, one), other) == with_reservation(with_reservation(footing, other), one)


# ---- links

def test_each_pair_of_a_shared_role_is_one_link_worded_alike_both_ways(at: Path) -> None:
    storm = read_storm(at, "{id: c1, kind: meeting, participants: [ana-ruiz, jon-berg, ines-varga]}")
    assert told(storm, "c1") == [(one, "met", other, "met") for one, other in combinations(("ana-ruiz", "jon-berg", "ines-varga"), 2)]
    assert {link.event for link in links(storm, "c1")} == {"storm/c1"}


def test_a_link_between_two_roles_is_worded_each_way_as_done_or_planned(at: Path) -> None:
    storm = read_storm(at, """
        {id: c1, kind: acquisition, acquirer: turbine-works, acquired: rotor-forge}
        {id: c2, kind: acquisition, acquirer: turbine-works, acquired: rotor-forge, mode: planned}""")
    assert told(storm, "c1") == [("turbine-works", "acquired", "rotor-forge", "was acquired by")]
    assert told(storm, "c2") == [("turbine-works", "was to acquire", "rotor-forge", "was to be acquired by")]
    assert [link.footing for link in links(storm, "c1") + links(storm, "c2")] == ["firm", "planned"]


def test_a_link_comes_from_one_claim_and_never_from_two_claims_about_one_event(at: Path) -> None:
    storm = read_storm(at, """
        {id: c1, kind: acquisition, event: takeover, acquirer: turbine-works}
        {id: c2, kind: acquisition, event: takeover, acquired: rotor-forge, said_by: jon-berg}""",
                       also="matters: [{id: takeover, kind: event}]")
    assert links(storm, "c1") == links(storm, "c2") == []


def test_nobody_is_linked_to_himself_and_no_pair_twice(at: Path) -> None:
    storm = read_storm(at, """
        {id: c1, kind: acquisition, acquirer: turbine-works, acquired: turbine-works}
        {id: c2, kind: agreement, parties: [turbine-works, rotor-forge], deal: rotor-lot, seller: turbine-works}""")
    assert links(storm, "c1") == []
    ends = [(link.source, link.target, link.term) for link in links(storm, "c2")]
    assert len(ends) == len(set(ends))


def test_a_link_is_left_out_where_the_rule_says_unless(at: Path) -> None:
    storm = read_storm(at, """
        {id: c1, kind: halt, authority: licence-office, against: turbine-works}
        {id: c2, kind: halt, authority: licence-office, against: turbine-works, stops: rotor-lot}""")
    assert ("licence-office", "barred", "turbine-works", "was barred by") in told(storm, "c1")
    assert not [link for link in links(storm, "c2") if link.term == "barred"]


def test_a_supposed_tie_links_unless_it_is_that_two_are_not_the_same(at: Path) -> None:
    tie = "kind: hypothesis, one: turbine-works, other: rotor-forge, inferred: true, because: so, rests_on: [wire-tour/c3]"
    storm = read_storm(at, f"{{id: c1, {tie}, relation: related}}\n{{id: c2, {tie}, relation: not-same}}")
    assert [link.footing for link in links(storm, "c1")] == ["inferred"]
    assert links(storm, "c2") == []


# ---- offices

def test_a_tenure_is_a_link_to_the_body_and_names_the_post(at: Path) -> None:
    storm = read_storm(at, "{id: c1, kind: tenure, person: ana-ruiz, post: energy-minister}")
    link, = links(storm, "c1")
    assert (link.source, link.target, link.office) == ("ana-ruiz", "northern-ministry", True)
    assert "Minister of Energy of Northland" in link.forward
    assert "Minister of Energy of Northland" in link.backward


def test_a_capacity_named_in_passing_attests_the_office_by_the_same_fact(at: Path) -> None:
    people = "[{who: ana-ruiz, as: energy-minister}, jon-berg]"
    storm = read_storm(at, f"{{id: c1, kind: meeting, participants: {people}}}")
    office, = (link for link in links(storm, "c1") if link.office)
    assert (office.source, office.target, office.event, office.term) == (
        "ana-ruiz", "northern-ministry", tenure_key("ana-ruiz", "energy-minister"), "heldPostIn")


@pytest.mark.parametrize(("more", "footing"), [
    ("mode: planned", "firm"), ("hedge: perhaps", "firm"), ("mode: not", "firm"), ("said_by: ines-varga", "firm"),
    ("said_by: ines-varga, status: alleged", "alleged"), ("inferred: true, because: so, rests_on: [wire-tour/c2]", "inferred")])
def test_a_plan_or_a_doubt_is_about_the_event_and_not_about_the_office(more: str, footing: str, at: Path) -> None:
    storm = read_storm(at, f"{{id: c1, kind: meeting, participants: [{{who: ana-ruiz, as: energy-minister}}, jon-berg], {more}}}")
    assert attestation_footing(storm.claim("c1")) == footing
    assert [link.footing for link in links(storm, "c1") if link.office] == [footing]


def test_a_post_of_no_body_is_no_link(at: Path) -> None:
    storm = read_storm(at, "{id: c1, kind: tenure, person: ana-ruiz, post: ferrywoman}",
                       also="matters: [{id: ferrywoman, kind: post, label: ferrywoman}]")
    assert links(storm, "c1") == []


# ---- who met whom

def test_a_meeting_says_who_met_and_a_signing_only_lets_one_infer_it(at: Path) -> None:
    storm = read_storm(at, """
        {id: c1, kind: meeting, participants: [ana-ruiz, jon-berg]}
        {id: c2, kind: signing, signers: [ana-ruiz, jon-berg], mode: planned}
        {id: c3, kind: acquisition, acquirer: turbine-works, acquired: rotor-forge}""")
    assert encounters(storm, "c1") == [Encounter("ana-ruiz", "jon-berg", "firm")]
    assert encounters(storm, "c2") == [Encounter("ana-ruiz", "jon-berg", "inferred+planned")]
    assert encounters(storm, "c3") == []


def test_states_do_not_meet(at: Path) -> None:
    storm = read_storm(at, "{id: c1, kind: meeting, participants: [northland, ana-ruiz, jon-berg]}")
    assert encounters(storm, "c1") == [Encounter("ana-ruiz", "jon-berg", "firm")]


# ---- ministers

@pytest.mark.parametrize(("claim", "minister"), [
    ("kind: tenure, person: jon-berg, post: energy-minister", True),
    ("kind: tenure, person: jon-berg, post: energy-minister, mode: not", False),
    ("kind: tenure, person: jon-berg, post: energy-minister, mode: planned", False),
    ("kind: tenure, person: jon-berg, post: energy-minister, hedge: perhaps", False),
    ("kind: tenure, person: jon-berg, post: energy-minister, said_by: ana-ruiz, status: alleged", False),
    ("kind: tenure, person: jon-berg, post: energy-minister, said_by: ana-ruiz", True),
    ("kind: tenure, person: jon-berg, post: ferrywoman", False),
    ("kind: statement, speaker: {who: jon-berg, as: energy-minister}", True),
    ("kind: statement, speaker: {who: jon-berg, as: energy-minister}, mode: planned", True),
    ("kind: statement, speaker: {who: jon-berg, as: ferrywoman}", False),
    ("kind: statement, speaker: {who: jon-berg, as: energy-minister}, said_by: ana-ruiz, status: alleged", False),
    ("kind: statement, speaker: {who: northern-ministry, as: energy-minister}", False),
])
def test_a_minister_is_whom_a_firm_claim_attests_in_a_ministerial_post(claim: str, minister: bool, at: Path) -> None:
    also = "matters: [{id: ferrywoman, kind: post, label: ferrywoman}]" if "ferrywoman" in claim else ""
    storm = read_storm(at, f"{{id: c1, {claim}}}", also=also)
    assert ("jon-berg" in ministers(storm.readings.claims, storm.corpus)) == minister
    assert "northern-ministry" not in ministers(storm.readings.claims, storm.corpus)


def test_a_denied_office_makes_no_minister(at: Path) -> None:
    storm = read_storm(at, """
        {id: c1, kind: tenure, person: jon-berg, post: energy-minister}
        {id: c2, kind: denial, denier: jon-berg, denies: c1}""")
    assert "jon-berg" not in ministers(storm.readings.claims, storm.corpus)
