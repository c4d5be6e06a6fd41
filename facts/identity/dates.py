"""Dates and instants as integers: days and seconds since 1970-01-01, UTC.

Guarantees: exact, proleptic Gregorian, years 1 to 9999, no clock, no local time zone; never raises.
Does not: read other notations than RFC 3339 and its near relatives (a date alone, a blank for `T`, seconds or offset
left out; without an offset the time is taken as UTC). `is_rfc3339` tells the strict form.
"""

import re
from datetime import date

from rulewright.facts.lazy import deferred

_EPOCH = 719_163  # date(1970, 1, 1).toordinal()
_LAST = 3_652_059  # date(9999, 12, 31).toordinal()
_DAY = 86_400
_COMMON = deferred(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?Z)?\Z")
# The other shapes: `re` compiles and keeps it when one is met.
_SHAPE = (
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:([Tt ])([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]+)?)?(?:([Zz])|([+-])([0-9]{2}):([0-9]{2}))?)?\Z"
)


def parse_date(text: str) -> int | None:
    """Give the UTC day of a date or date-time, in days since 1970-01-01; `None` if it is neither."""
    if _COMMON.match(text):
        try:
            return date.fromisoformat(text[:10]).toordinal() - _EPOCH
        except ValueError:
            return None
    instant = _instant(text)
    return None if instant is None else instant // _DAY


def parse_instant(text: str) -> int | None:
    """Give the seconds since 1970-01-01T00:00:00Z of a date-time (of a date: its first second); fractions are cut."""
    return _instant(text)


def is_rfc3339(text: str) -> bool:
    """Whether `text` is a `date-time` of RFC 3339, section 5.6: seconds and offset present, `T` between."""
    found = re.match(_SHAPE, text)
    if not found or found[4] in {None, " "} or found[7] is None or not (found[9] or found[10]):
        return False
    return _instant(text) is not None


def is_iso_date(text: str) -> bool:
    """Whether `text` is a `full-date` of RFC 3339: `YYYY-MM-DD` and a day that exists."""
    return len(text) == 10 and _instant(text) is not None


def format_date(day: int) -> str:
    """Write a day as `YYYY-MM-DD`; days outside of the years 1 to 9999 as their number."""
    ordinal = day + _EPOCH
    return date.fromordinal(ordinal).isoformat() if 1 <= ordinal <= _LAST else f"day {day}"


def format_instant(seconds: int) -> str:
    """Write an instant as `YYYY-MM-DDThh:mm:ssZ`."""
    day, second = divmod(seconds, _DAY)
    return f"{format_date(day)}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"


def add(day: int, months: int = 0, days: int = 0) -> int:
    """Go `months` forward in the calendar, then `days`; negative goes back.

    A day that the target month does not have becomes its last (2024-01-31 and one month: 2024-02-29). The answer is
    exact beyond the years 1 to 9999 too, where no date can be written any more but every comparison holds.
    """
    if not months:
        return day + days
    year, month, of_month = _civil(day)
    year, month = divmod(year * 12 + month - 1 + months, 12)
    first = _days(year, month + 1)
    return first + min(of_month, _days(year + month // 11, (month + 1) % 12 + 1) - first) - 1 + days


def _days(year: int, month: int) -> int:
    """Give the day number of a month's first day (H. Hinnant, "chrono-compatible low-level date algorithms")."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def _civil(day: int) -> tuple[int, int, int]:
    """Give year, month and day of the month of a day number (the same source)."""
    era, of_era = divmod(day + 719_468, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def _instant(text: str) -> int | None:
    found = re.match(_SHAPE, text)
    if not found:
        return None
    year, month, day, between, hour, minute, second, _, _, sign, off_hour, off_minute = found.groups()
    try:
        ordinal = date(int(year), int(month), int(day)).toordinal()
    except ValueError:
        return None
    total = (ordinal - _EPOCH) * _DAY
    if between:
        of_day = _seconds(int(hour), int(minute), int(second or 0))
        offset = _seconds(int(off_hour), int(off_minute), 0) if sign else 0
        if of_day is None or offset is None:
            return None
        total += of_day - (offset if sign == "+" else -offset)
    return total if 1 - _EPOCH <= total // _DAY <= _LAST - _EPOCH else None


def _seconds(hour: int, minute: int, second: int) -> int | None:
    """Give the second of the day; a leap second (59:60) counts as the next one."""
    if hour > 23 or minute > 59 or second > 60 or (second == 60 and minute != 59):
        return None
    return hour * 3600 + minute * 60 + second
