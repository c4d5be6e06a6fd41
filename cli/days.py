"""Days on the command line: the only place that reads the clock.

Guarantees: a day is a number of days since 1970-01-01, UTC; the time zone of the machine plays no part.
"""

from __future__ import annotations

import re
import time
from datetime import date

from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic
from rulewright.facts.lazy import deferred

_EPOCH = date(1970, 1, 1)
_DATE = deferred(r"(\d{4}-\d{2}-\d{2})(?:T00:00:00(?:\.0+)?(?:Z|\+00:00))?", re.ASCII)


def today() -> int:
    """Return today's day number, UTC."""
    return int(time.time()) // 86_400


def now() -> int:
    """Return the seconds since 1970-01-01, UTC."""
    return int(time.time())


def parse(text: str, option: str) -> int | Diagnostic:
    """Read `2026-11-21`, or the midnight that a result records as its `as_of`."""
    found = _DATE.fullmatch(text)
    try:
        if found:
            return (date.fromisoformat(found[1]) - _EPOCH).days
    except ValueError:
        pass
    return problem("RW0005", f"`{text}` is not a date for `{option}`", "write it as 2026-11-21")


def text(day: int) -> str:
    """Write a day number as ISO 8601; days that no calendar has as the first or last that it has."""
    return date.fromordinal(max(1, min(_EPOCH.toordinal() + day, date.max.toordinal()))).isoformat()
