"""Values as people write them.

Guarantees: exact and locale-free: `2026-08-01`, `9.8`, `true`, `{EU, US}`.
"""

from __future__ import annotations

from datetime import date, timedelta

from rulewright.facts.types import MICRO, Value

_EPOCH = date(1970, 1, 1)


def date_text(day: int) -> str:
    """ISO 8601 day of a day number; years outside 1 to 9999 as `day N`."""
    try:
        return (_EPOCH + timedelta(days=day)).isoformat()
    except OverflowError:
        return f"day {day}"


def decimal_text(millionths: int) -> str:
    """`9800000` as `9.8`."""
    sign, size = ("-" if millionths < 0 else ""), abs(millionths)
    whole, rest = divmod(size, MICRO)
    return f"{sign}{whole}" if not rest else f"{sign}{whole}.{rest:06}".rstrip("0")


def value_text(value: Value, kind: str) -> str:
    """The value of a fact as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "{" + ", ".join(value) + "}"
    if isinstance(value, int):
        return date_text(value) if kind == "date" else decimal_text(value) if kind == "decimal" else str(value)
    return value
