"""What held on a day: certainly, possibly or no, and why. The table of dates is the one in sources/README.md."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT, Run
from fixtures import small_folder
from hypothesis import given
from hypothesis import strategies as st

from kg.asof import CERTAINLY, NO, POSSIBLY, Attestation, happened_by, held_on
from kg.dates import Bounds, bounds, edtf_of, intersect

GUIDE = (ROOT / "sources" / "README.md").read_text("utf-8")
TABLE = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in GUIDE.splitlines()
         if re.match(r"\| `[^`]+` \| *[\d-]* \|", line)]
REFUSED = re.findall(r"`([^`]+)`", GUIDE.split("Refused: ")[1].split("\n\n")[0])


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_the_guides_table_of_dates_is_what_the_program_reads(row: list[str]) -> None:
    assert bounds(row[0]) == Bounds(*(cell or None for cell in row[1:5]))


def test_the_guides_table_is_there() -> None:
    assert len(TABLE) == 15
    assert len(REFUSED) == 8


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_guide_says_is_refused_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        bounds(text)


days = st.dates().map(lambda day: day.isoformat())


@given(days, days)
def test_an_event_has_certainly_happened_from_its_latest_end_on(one: str, other: str) -> None:
    first, last = sorted((one, other))
    span = bounds(f"[{first}..{last}]")
    assert happened_by(last, span, "")[0] == CERTAINLY
    if first != last:
        assert happened_by(first, span, "")[0] == POSSIBLY
    assert happened_by("9999-12-31", span, "")[0] == CERTAINLY


@given(days, days, days)
def test_a_certain_answer_never_turns_into_no_as_days_pass(one: str, other: str, day: str) -> None:
    first, last = sorted((one, other))
    order = [NO, POSSIBLY, CERTAINLY]
    span = bounds(f"[{first}..{last}]")
    assert order.index(happened_by(day, span, "")[0]) <= order.index(happened_by("9999-12-31", span, "")[0])


@given(st.lists(st.tuples(days, days), min_size=1, max_size=4))
def test_what_is_worked_out_from_several_dates_reads_back_equal(pairs: list[tuple[str, str]]) -> None:
    joined = intersect(bounds("[{}..{}]".format(*sorted(pair))) for pair in pairs)
    if not joined.is_empty():
        assert bounds(edtf_of(joined)) == joined


def seen(*dates: str) -> list[Attestation]:
    return [Attestation(f"d/c{number}", date, bounds(date)) for number, date in enumerate(dates)]


@pytest.mark.parametrize(("day", "answer", "reason"), [
    ("2016-08-22", CERTAINLY, "attested 2016-08-22"),
    ("2017-03-01", POSSIBLY, "attested 2016-08-22 and 2017-09-11; between is inferred"),
    ("2016-01-01", POSSIBLY, "first attested 2016-08-22; before that nothing is said"),
    ("2018-01-01", POSSIBLY, "last attested 2017-09-11; after that nothing is said"),
])
def test_between_before_and_after_attestations_it_is_only_possible(day: str, answer: str, reason: str) -> None:
    assert held_on(day, seen("2016-08-22", "2017-09-11"), {}) == (answer, reason)


def test_another_holder_of_a_post_for_one_excludes_and_one_attested_between_ends_it() -> None:
    others = {"Berg": seen("2016-08-22")}
    assert held_on("2016-08-22", seen("2014-01-20"), others) == (NO, "Berg is attested then")
    assert held_on("2017-03-01", seen("2014-01-20"), others) == (NO, "Berg is attested after 2014-01-20; a return is told by nobody")
    assert held_on("2015-03-01", seen("2014-01-20"), others)[0] == POSSIBLY
    assert held_on("2015-03-01", seen("2017-01-20"), others) == (NO, "Berg is attested before 2017-01-20")
    assert held_on("2016-12-01", seen("2017-01-20"), others)[0] == POSSIBLY


def test_an_end_that_the_text_gives_is_an_end() -> None:
    ended = [Attestation("d/c1", "2014-01-20", bounds("2014-01-20"), ended=bounds("2014-06"))]
    assert held_on("2014-08-01", ended, {}) == (NO, "ended 2014-06-30 at the latest")


def test_a_mark_of_doubt_makes_an_answer_possible_at_most() -> None:
    assert held_on("2016-08-22", seen("2016-08-22?"), {})[0] == POSSIBLY
    assert happened_by("2020-01-01", bounds("2016-08~"), "2016-08~")[0] == POSSIBLY


@pytest.mark.parametrize(("day", "expected"), [
    ("2014-01-20", [("Moshe Ya’alon", CERTAINLY)]),
    ("2016-08-22", [("Avigdor Lieberman", CERTAINLY)]),
    ("2017-03-01", [("Avigdor Lieberman", POSSIBLY)]),
])
def test_who_was_israels_defence_minister(day: str, expected: list[tuple[str, str]], run: Run) -> None:
    _, out, _ = run("who-held-which-post", "Israeli Defense Minister", "--as-of", day, "--format", "json")
    assert [(row["who"], row["as_of"]) for row in json.loads(out)] == expected


def test_a_deal_is_not_stopped_before_it_was(run: Run) -> None:
    def state(day: str) -> list[tuple[str, str]]:
        _, out, _ = run("which-deals", "--as-of", day, "--format", "json")
        return [(row["state"], row["certainty"]) for row in json.loads(out) if row["deal"].startswith("Batch of Orbiter")]

    assert state("2017-09-20") == [("stopped", CERTAINLY)]
    assert state("2017-08-25") == [("stopped", POSSIBLY)]


def test_a_claim_list_as_of_a_day_leaves_out_what_came_later_and_says_how_certain_the_rest_is(run: Run) -> None:
    _, out, _ = run("claims", "lieberman", "--as-of", "2016-12-31", "--format", "json")
    rows = json.loads(out)
    assert rows
    assert {row["as_of"] for row in rows} <= {CERTAINLY, POSSIBLY}
    assert not any(row["date"] == "2017-09-11" for row in rows)


@pytest.mark.parametrize("typed", ["2017-02-30", "yesterday", "2017-09"])
def test_a_day_that_is_none_is_refused(typed: str, run: Run) -> None:
    code, _, err = run("claims", "--as-of", typed)
    assert code == 2
    assert "kg: --as-of " in err


def test_the_guide_lies_beside_the_sources() -> None:
    assert Path(ROOT / "sources" / "README.md").is_file()


# ---- Who held a post, and who says so

HARBOUR = """\
document: {title: Talks in a harbour, language: en, published: 2031-07-01, chain: [mirror]}
claims:
  - {id: c1, kind: tenure, person: ana-ruiz, post: rivers-minister, status: alleged, said_by: [southern-ministry],
     date: 2031-06-01, evidence: {paragraph: 1, words: Ruiz is}}
  - {id: c2, kind: denial, denier: ana-ruiz, denies: [c1], evidence: {paragraph: 2, words: Ruiz denied}}
  - {id: c3, kind: tenure, person: jon-berg, post: rivers-minister, mode: planned, evidence: {paragraph: 3, words: Berg was to}}
"""


def test_who_is_only_alleged_or_was_only_to_hold_a_post_is_told_as_such(tmp_path: Path, run: Run) -> None:
    folder = small_folder(tmp_path / "graph")
    (folder / "sources" / "documents" / "harbour.yaml").write_text(HARBOUR, "utf-8")
    code, _, err = run("build", "--allow-shrink", folder=folder)
    assert code == 0, err
    firm, wide = (json.loads(run("who-held-which-post", "rivers-minister", *include, "--format", "json", folder=folder)[1])
                  for include in ((), ("--include", "alleged,planned")))
    told = {row["who"]: row for row in wide if not {"harbour/c1", "harbour/c3"}.isdisjoint(row["claims"])}
    assert not [row for row in firm if not {"harbour/c1", "harbour/c3"}.isdisjoint(row["claims"])]
    alleged, planned = told["Ana Ruiz"], told["Jon Berg"]
    assert (alleged["status"], alleged["said_by"]) == ("alleged", ["Southern Ministry of Rivers"])
    assert (alleged["disputed"], alleged["denied_by"]) == (True, ["Ana Ruiz"])
    assert (planned["status"], planned["mode"], planned["said_by"]) == ("asserted", "planned", ["Mirror"])
