"""Dates as the sources give them: EDTF text, and the four bounds that can be compared.

Standard: Extended Date/Time Format, Library of Congress, levels 0 and 1 with the sets of level 2 (`[A..B]`).
`A/B` holds throughout; `[A..B]`, a month, a season or a year is some time within. A bound that nothing gives is None.
"""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\Z")
_SOME_DAY_WITHIN = re.compile(r"\[([^\[\],.]*)\.\.([^\[\],.]*)\]\Z")
_BEYOND = re.compile(r"[YES]|\dT")
LONGEST = 60
"""How many characters a date may have: its grammar allows sets of any length."""

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Bounds(NamedTuple):
    """When something may have begun and ended, as ISO days that compare as text; None where nothing bounds it."""

    earliest_begin: str | None = None
    latest_begin: str | None = None
    earliest_end: str | None = None
    latest_end: str | None = None

    def is_empty(self) -> bool:
        """Return whether no day can satisfy all four bounds.

        >>> within("2014-02", "2014-01").is_empty()
        True
        """
        pairs = ((self.earliest_begin, self.latest_begin), (self.earliest_end, self.latest_end),
                 (self.earliest_begin, self.latest_end))
        return any(low is not None and high is not None and low > high for low, high in pairs)


@lru_cache(maxsize=100_000)
def bounds(text: str) -> Bounds:
    """Return the four bounds of an EDTF date.

    Raises ValueError, with what is wrong, for anything else.

    >>> bounds("2014-02")
    Bounds(earliest_begin='2014-02-01', latest_begin='2014-02-28', earliest_end='2014-02-01', latest_end='2014-02-28')
    >>> bounds("[..2017-07-29]").earliest_begin is None
    True
    >>> bounds("2014-01/..").latest_begin
    '2014-01-31'
    """
    if match := _PLAIN.match(text):
        first, last = _plain_span(match)
        return Bounds(first, last, first, last)
    if "/" in text:
        return _interval(text)
    if match := _SOME_DAY_WITHIN.match(text):
        return _set(*match.groups())
    return _compound(text)


BETWEEN_TELLINGS = " / "
"""What stands between dates that exclude each other, where claims of one event give them."""


def told_bounds(date: str) -> Bounds:
    """Return the bounds of a date in an answer: none where there is no date, or several that exclude each other.

    >>> told_bounds("2031-06-20 / 2031-06-21") == told_bounds("") == Bounds()
    True
    """
    return bounds(date) if date and BETWEEN_TELLINGS not in date else Bounds()


def joint_date(dates: list[str]) -> str:
    """Return one date for what several claims of one event give: where all hold, or all of them if they exclude each other.

    >>> joint_date(["2016-08", "2016-08-22"]), joint_date(["2031-06-21", "2031-06-20"])
    ('2016-08-22', '2031-06-20 / 2031-06-21')
    """
    distinct = sorted(set(dates))
    if len(distinct) < 2:
        return distinct[0] if distinct else ""
    span = intersect(map(bounds, distinct))
    if span.is_empty():
        return f"{distinct[0]}{BETWEEN_TELLINGS}{distinct[-1]}"
    return next((date for date in distinct if bounds(date) == span), edtf_of(span))


def is_uncertain(text: str) -> bool:
    """Return whether a date is marked approximate or uncertain (`~`, `?`, `%`), so that it never answers *certainly*."""
    return any(mark in text for mark in "~?%")


def within(first: str | None, last: str | None) -> Bounds:
    """Return the bounds of something that took place at some time from `first` to `last`, both days included."""
    return Bounds(first, last, first, last)


def intersect(several: Iterable[Bounds]) -> Bounds:
    """Return the bounds that hold where all of `several` hold; it may be empty (see `Bounds.is_empty`)."""
    columns = list(zip(*several, strict=True))
    if not columns:
        return Bounds()
    low_begin, high_begin, low_end, high_end = columns
    return Bounds(_latest(low_begin), _earliest(high_begin), _latest(low_end), _earliest(high_end))


def edtf_of(span: Bounds) -> str:
    """Return an EDTF text for bounds that were worked out: a day, `A/B` throughout, or `[A..B]` some day within.

    >>> edtf_of(within("2014-01-20", "2014-01-20")), edtf_of(within(None, "2017-07-29"))
    ('2014-01-20', '[..2017-07-29]')
    """
    first, last = span.earliest_begin, span.latest_end
    if first is None and last is None:
        return ""
    if first == last:
        return first or ""
    if None not in span and span.latest_begin == first and span.earliest_end == last:
        return f"{first}/{last}"
    return f"[{first or ''}..{last or ''}]"


def _plain_span(match: re.Match[str]) -> tuple[str, str]:
    year, month, day = match.groups()
    if int(year) == 0:
        raise ValueError("year 0000 cannot be compared")
    if day:
        datetime.date(int(year), int(month), int(day))
        return match[0], match[0]
    if month:
        if not 1 <= int(month) <= 12:
            return _season_span(match[0])
        last = 29 if month == "02" and _is_leap(int(year)) else _DAYS[int(month) - 1]
        return f"{match[0]}-01", f"{match[0]}-{last}"
    return f"{year}-01-01", f"{year}-12-31"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _season_span(text: str) -> tuple[str, str]:
    span = _compound(text)
    if span.earliest_begin is None or span.latest_end is None:
        raise ValueError(f"'{text}' is no month and no season")
    return span.earliest_begin, span.latest_end


def _interval(text: str) -> Bounds:
    ends = text.split("/")
    if len(ends) != 2 or "" in ends or ends == ["..", ".."]:
        raise ValueError("an interval has two ends, A/B; an open end is written '..'")
    begin, end = (Bounds() if part == ".." else bounds(part) for part in ends)
    span = Bounds(begin.earliest_begin, begin.latest_end, end.earliest_begin, end.latest_end)
    if span.is_empty():
        raise ValueError("it ends before it begins")
    return span


def _set(first: str, last: str) -> Bounds:
    if not (first or last):
        raise ValueError("a set needs at least one end")
    span = within(bounds(first).earliest_begin if first else None, bounds(last).latest_end if last else None)
    if span.is_empty():
        raise ValueError("it ends before it begins")
    return span


@lru_cache(maxsize=10_000)
def _compound(text: str) -> Bounds:
    if len(text) > LONGEST or text != text.strip():
        raise ValueError("not as EDTF writes one")
    if _BEYOND.search(text):  # Y1E99999999 is EDTF, and edtf would work it out
        raise ValueError("years have four digits and days no time")
    # edtf costs 50 ms to import and some 20 ms a parse: only what is no plain date gets here
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parsed = parse_edtf(text)
        first, last = (_iso(parsed.lower_strict()), _iso(parsed.upper_strict()))
    except (EDTFParseException, ValueError, TypeError, AttributeError) as error:
        raise ValueError("not as EDTF writes one") from error
    span = within(first, last)
    if span.is_empty():
        raise ValueError("it ends before it begins")
    return span


def _iso(moment: time.struct_time | float) -> str | None:
    if isinstance(moment, float):  # edtf's open ends are plus and minus infinity
        return None
    return datetime.date(*moment[:3]).isoformat()


def _latest(days: tuple[str | None, ...]) -> str | None:
    return max((day for day in days if day is not None), default=None)


def _earliest(days: tuple[str | None, ...]) -> str | None:
    return min((day for day in days if day is not None), default=None)
