"""Days and times as texts: they compare as texts, since they have one form.

Guarantees: `YYYY-MM-DD` and `YYYY-MM-DDTHH:MM:SSZ` in ASCII digits, of the calendar; the time zone of the machine plays no part.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z")


def is_day(text: str) -> bool:
    """Whether a text is a day."""
    if _DAY.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """Whether a text is a time in UTC, in whole seconds."""
    found = _TIME.fullmatch(text)
    return found is not None and is_day(found[1])


def day_of(time: str) -> str:
    """The day of a time or day."""
    return time[:10]


def later(day: str, days: int) -> str:
    """The day so many days later (earlier, where negative); the first or last of the calendar where it has no such day."""
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except OverflowError:
        return (date.max if days > 0 else date.min).isoformat()
