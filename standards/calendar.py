"""The dates of laws and standards: when what begins, ends or changes, how far each date was verified, whom it concerns.

Guarantees: the events are those of `calendar.tsv`, in the order of their days; days are numbers of days since 1970-01-01,
UTC.  What it does not do: decide what applies to a product; the packs hold the dates that do, and a test holds them
against these.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache
from importlib import resources

import msgspec

_EPOCH = date(1970, 1, 1)
AHEAD = 18
"""For how many months `upcoming` looks ahead."""
GLOBAL = "global"
WITHIN = {"DE": ("EU",), "UNECE": ("EU", "UK", "JP", "KR", "AU")}
"""Markets that a jurisdiction reaches besides that of its own name: those of which it is a part, or that follow its rules."""


class Event(msgspec.Struct, frozen=True):
    """What happens on a day.  `standards` are the packs that it concerns: `ID`, or `ID@EDITION`."""

    date: str
    jurisdictions: tuple[str, ...]
    instrument: str
    event: str
    standards: tuple[str, ...]
    source: str

    @property
    def day(self) -> int:
        """The day as a number."""
        return (date.fromisoformat(self.date) - _EPOCH).days


@cache
def events() -> tuple[Event, ...]:
    """All events, by day, then by instrument."""
    text = resources.files("rulewright.standards").joinpath("calendar.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    found = (Event(r[0], tuple(r[1].split()), r[2], r[3], tuple(r[4].split()), r[5]) for r in rows)
    return tuple(sorted(found, key=lambda e: (e.date, e.instrument)))


def concerns(event: Event, markets: Collection[str]) -> bool:
    """Whether an event concerns one of the markets: its jurisdiction is one, holds one, lies in one, or is the world."""
    return any(_reaches(jurisdiction, market) for jurisdiction in event.jurisdictions for market in markets)


def _reaches(jurisdiction: str, market: str) -> bool:
    """`US` reaches `US-CA`; who sells in the `US` sells in `US-CA`; `DE` is a part of the `EU`."""
    if jurisdiction in {GLOBAL, market} or market in WITHIN.get(jurisdiction, ()):
        return True
    return jurisdiction.startswith(f"{market}-") or market.startswith(f"{jurisdiction}-")


def upcoming(as_of: int, jurisdictions: Collection[str], months: int = AHEAD) -> list[Event]:
    """The events after a day (a day number), within some months, for some markets; the next one first."""
    last = _months_later(as_of, months)
    return [e for e in events() if as_of < e.day <= last and concerns(e, jurisdictions)]


def _months_later(day: int, months: int) -> int:
    """The same day of a later month, or the month's last: as calendars count; the end of the calendar where it has none."""
    try:
        start = date.fromordinal(_EPOCH.toordinal() + day)
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    except (ValueError, OverflowError):
        return day + 31 * months
    length = (following - date(year, month + 1, 1)).days
    return (date(year, month + 1, min(start.day, length)) - _EPOCH).days
