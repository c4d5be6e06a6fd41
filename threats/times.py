"""Days and texts as feeds write them.

Guarantees: a time that cannot be read is `None`, never a guess; the day is that of UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_EPOCH = date(1970, 1, 1)
_FIRST_YEAR = 1950
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def day(text: str | None) -> int | None:
    """The UTC day number of a date or time of RFC 3339; a time without a zone is taken as UTC."""
    if not text or len(text) > 64:
        return None
    try:
        if len(text) == 10 or text.endswith("Z") or "T" not in text:
            found = _DAY.match(text)
            return _number(date(int(found[1]), int(found[2]), int(found[3]))) if found else None
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return _number(moment.date())


def _number(found: date) -> int | None:
    """The day number; a year before computers is somebody's way to say nothing (0001-01-01)."""
    return (found - _EPOCH).days if found.year >= _FIRST_YEAR else None


def first_day(text: str) -> int | None:
    """The day of the first date anywhere in a text."""
    found = _DAY.search(text)
    return day(found[0]) if found else None


def short(text: str, limit: int = 200) -> str:
    """The first line of a text, bounded."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= limit else line[: limit - 1] + "…"
