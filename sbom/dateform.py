"""The form of a date-time as RFC 3339 writes it.

Guarantees: true only for a full date-time with a zone whose parts are in range.  The day itself is read by
`facts.identity.dates`.
"""

from __future__ import annotations

import re
from datetime import date

from rulewright.facts.lazy import deferred

_DATE_TIME = deferred(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ]([01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)\Z",
    re.ASCII,
)


def is_rfc3339(text: str) -> bool:
    """Whether `text` is an RFC 3339 date-time (section 5.6)."""
    found = _DATE_TIME.match(text)
    if found is None:
        return False
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True
