"""Dates: what a source wrote stays text; its bounds are those of the EDTF standard, ordered, and meet as sets do."""

from __future__ import annotations

import datetime

import pytest
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.dates import Bounds, bounds, edtf_of, intersect, is_uncertain, within

DAYS = st.dates(datetime.date(1, 1, 1), datetime.date(9999, 12, 31)).map(datetime.date.isoformat)
PLAIN = DAYS | DAYS.map(lambda day: day[:7]) | DAYS.map(lambda day: day[:4])
WRITTEN = st.one_of(
    PLAIN,
    st.tuples(PLAIN, st.sampled_from("~?%")).map("".join),
    st.tuples(PLAIN, PLAIN).map(lambda two: "/".join(sorted(two))),
    PLAIN.map(lambda day: f"{day}/.."),
    PLAIN.map(lambda day: f"../{day}"),
    st.tuples(PLAIN, PLAIN).map(lambda two: f"[{'..'.join(sorted(two))}]"),
    PLAIN.map(lambda day: f"[{day}..]"),
    PLAIN.map(lambda day: f"[..{day}]"),
    DAYS.map(lambda day: f"{day[:4]}-2{int(day[6]) % 4 + 1}"),
    DAYS.map(lambda day: f"{day[:3]}X").filter(lambda decade: decade != "000X"),  # there is no year 0000
)


def known(text: str) -> Bounds | None:
    """Return a date's bounds, or nothing where it is none: two dates in the order of their text may end before they begin."""
    try:
        return bounds(text)
    except ValueError:
        return None


@settings(max_examples=40)  # edtf takes some 10 ms a parse
@given(PLAIN)
def test_plain_dates_have_the_bounds_that_the_standard_s_own_parser_gives(text: str) -> None:
    parsed = parse_edtf(text)
    first, last = (datetime.date(*moment[:3]).isoformat() for moment in (parsed.lower_strict(), parsed.upper_strict()))
    assert bounds(text) == (first, last, first, last)


@settings(max_examples=40)  # edtf takes some 10 ms a parse
@given(WRITTEN)
def test_bounds_are_days_in_order(text: str) -> None:
    span = known(text)
    if span is None:
        assert "/" in text or text.startswith("[")
        return
    assert not span.is_empty()
    assert all(datetime.date.fromisoformat(day).isoformat() == day for day in span if day is not None)
    for low, high in ((0, 1), (2, 3), (0, 3)):
        early, late = span[low], span[high]
        assert early is None or late is None or early <= late


@given(st.text(max_size=12) | st.text(alphabet="0123456789-/.~?%[]{}XYSTE,: ", max_size=70))
def test_any_text_has_bounds_or_a_sentence_why_not(text: str) -> None:
    try:
        span = bounds(text)
    except ValueError as error:
        assert str(error)
    else:
        assert all(day is None or (len(day) == 10 and day.isascii()) for day in span)


@pytest.mark.parametrize(("text", "span"), [
    ("2014", ("2014-01-01", "2014-12-31", "2014-01-01", "2014-12-31")),
    ("2012-02", ("2012-02-01", "2012-02-29", "2012-02-01", "2012-02-29")),
    ("1900-02", ("1900-02-01", "1900-02-28", "1900-02-01", "1900-02-28")),
    ("2014-01-20", ("2014-01-20", "2014-01-20", "2014-01-20", "2014-01-20")),
    ("2014-01-20/2014-01-22", ("2014-01-20", "2014-01-20", "2014-01-22", "2014-01-22")),
    ("2014/2015-03", ("2014-01-01", "2014-12-31", "2015-03-01", "2015-03-31")),
    ("2014-01/..", ("2014-01-01", "2014-01-31", None, None)),
    ("../2014-01", (None, None, "2014-01-01", "2014-01-31")),
    ("[2014-01-20..2014-02]", ("2014-01-20", "2014-02-28", "2014-01-20", "2014-02-28")),
    ("[..2017-07-29]", (None, "2017-07-29", None, "2017-07-29")),
    ("[2017-07-29..]", ("2017-07-29", None, "2017-07-29", None)),
    ("2031-22", ("2031-06-01", "2031-08-31", "2031-06-01", "2031-08-31")),
    ("201X", ("2010-01-01", "2019-12-31", "2010-01-01", "2019-12-31")),
    ("2014-05~", ("2014-05-01", "2014-05-31", "2014-05-01", "2014-05-31")),
    ("2014-05-07?", ("2014-05-07", "2014-05-07", "2014-05-07", "2014-05-07")),
])
def test_each_form_that_curators_are_told_of_has_its_bounds(text: str, span: tuple[str | None, ...]) -> None:
    assert bounds(text) == span


@pytest.mark.parametrize(("text", "why"), [
    ("", "not as EDTF writes one"),
    ("20 Jan 2014", "not as EDTF writes one"),
    ("2014-1-20", "not as EDTF writes one"),
    ("2014-13", "not as EDTF writes one"),
    ("2014-02-30", "day is out of range for month"),
    ("2017-07-07/", "an interval has two ends, A/B; an open end is written '..'"),
    ("/2017", "an interval has two ends, A/B; an open end is written '..'"),
    ("../..", "an interval has two ends, A/B; an open end is written '..'"),
    ("2014/2015/2016", "an interval has two ends, A/B; an open end is written '..'"),
    ("2014-06/2014-05", "it ends before it begins"),
    ("[2014-06..2014-05]", "it ends before it begins"),
    ("[..]", "a set needs at least one end"),
    ("0000", "year 0000 cannot be compared"),
    ("0000-05", "year 0000 cannot be compared"),
    ("２０１４", "not as EDTF writes one"),
    ("٢٠١٤-٠١-٠١", "not as EDTF writes one"),
    (" 2014", "not as EDTF writes one"),
    ("2014\n", "not as EDTF writes one"),
    ("2014-01-20T10:00:00Z", "years have four digits and days no time"),
    ("Y1E99999999", "years have four digits and days no time"),
    ("[" * 5000, "not as EDTF writes one"),
])
def test_what_is_no_date_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError) as refused:
        bounds(text)
    assert str(refused.value) == why


@settings(max_examples=40)  # edtf takes some 10 ms a parse
@given(PLAIN, st.sampled_from("~?%"))
def test_a_mark_of_doubt_moves_no_bound(text: str, mark: str) -> None:
    assert bounds(text + mark) == bounds(text)
    assert is_uncertain(text + mark)
    assert not is_uncertain(text)


SPANS = WRITTEN.map(known).filter(lambda span: span is not None)


@settings(max_examples=40)  # edtf takes some 10 ms a parse
@given(st.lists(SPANS, max_size=4), st.randoms(use_true_random=False))
def test_bounds_meet_in_any_order(spans: list[Bounds], random: object) -> None:
    shuffled = spans[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert intersect(shuffled) == intersect(spans)


@settings(max_examples=40)  # edtf takes some 10 ms a parse
@given(SPANS, SPANS, SPANS)
def test_bounds_meet_in_any_grouping(one: Bounds, two: Bounds, three: Bounds) -> None:
    assert intersect([intersect([one, two]), three]) == intersect([one, intersect([two, three])]) == intersect([one, two, three])
    assert intersect([one, one]) == intersect([one]) == intersect([one, Bounds()]) == one


@settings(max_examples=40)  # edtf takes some 10 ms a parse
@given(SPANS, SPANS)
def test_what_two_bounds_share_lies_within_both(one: Bounds, two: Bounds) -> None:
    shared = intersect([one, two])
    for span in (one, two):
        for index, pick in enumerate((max, min, max, min)):
            day, limit = shared[index], span[index]
            assert limit is None or (day is not None and pick(day, limit) == day)


def test_days_that_exclude_each_other_share_nothing() -> None:
    assert intersect([bounds("2014-01-20"), bounds("2014-01-21")]).is_empty()
    assert not intersect([bounds("2014-01-20"), bounds("2014-01")]).is_empty()
    assert intersect([bounds("2014-01-20"), bounds("2014-01")]) == bounds("2014-01-20")
    assert intersect([]) == Bounds()


@given(DAYS, DAYS)
def test_bounds_that_were_worked_out_are_written_so_that_they_read_back(one: str, other: str) -> None:
    first, last = sorted((one, other))
    throughout = Bounds(first, first, last, last)
    for span in (within(first, last), within(None, last), within(first, None), throughout):
        assert bounds(edtf_of(span)) == span
    assert edtf_of(Bounds()) == ""
