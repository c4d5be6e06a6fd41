"""Tests of CSAF on dates and times: 6.1.37, 6.1.45, 6.1.49, 6.1.51 to 6.1.53.

Guarantees: instants are compared to the last digit of their seconds, whatever their time zones.  It knows no clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from rulewright.sbom.csaf_semantics_view import Fields, Report, View, child, objects, text
from rulewright.sbom.findings import shown

CODE = "RW1257"
Instant = tuple[int, str]
"""Seconds since the year 1, and the digits of the fraction without zeros at its end."""
_FORM = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})([Tt])([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(?:\.([0-9]+))?"
    r"(?:([Zz])|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))\Z"
)


def instant(stated: str) -> Instant | None:
    """Read a date-time of RFC 3339; `None` if it is none."""
    found = _FORM.match(stated)
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])).toordinal()
    except ValueError:
        return None
    offset = 0 if found[9] else (int(found[11]) * 60 + int(found[12])) * (60 if found[10] == "+" else -60)
    seconds = day * 86_400 + int(found[5]) * 3600 + int(found[6]) * 60 + int(found[7]) - offset
    return seconds, (found[8] or "").rstrip("0")


def check(view: View, report: Report) -> None:
    """Make the tests, which are all of CSAF 2.1."""
    if not view.newer:
        return
    for place, stated in _dates(view):
        found = _FORM.match(stated)
        if instant(stated) is None or found is None or found[4] == "t" or found[9] == "z" or found[7] == "60":
            message = f"`{shown(stated)}` is no date and time as CSAF 2.1 writes them"
            report.fail(CODE, "6.1.37", message, place)
    _against_history(view, report)


def _dates(view: View) -> Iterator[tuple[str, str]]:
    """Every text that is to be a date and time, with its place."""
    tracking = "/document/tracking"
    held: list[tuple[str, Fields, tuple[str, ...]]] = [
        (tracking, view.tracking, ("current_release_date", "initial_release_date")),
        (f"{tracking}/generator", child(view.tracking, "generator"), ("date",)),
    ]
    held += [(at, item, ("date",)) for at, item in objects(view.tracking, "revision_history", tracking)]
    for place, vulnerability in view.vulnerabilities:
        held.append((place, vulnerability, ("disclosure_date", "discovery_date")))
        for key in ("first_known_exploitation_dates", "flags", "involvements", "remediations", "threats"):
            held += [(at, i, ("date", "exploitation_date")) for at, i in objects(vulnerability, key, place)]
        for at, content, _, _ in view.scores(vulnerability, place):
            held += [(f"{at}/{key}", child(content, key), ("timestamp",)) for key in ("epss", "ssvc_v2")]
    for place, holder, keys in held:
        yield from ((f"{place}/{key}", text(holder, key)) for key in keys if isinstance(holder.get(key), str))


def _against_history(view: View, report: Report) -> None:
    """Hold dates against the newest revision: 6.1.45, 6.1.49, 6.1.51, 6.1.52; and against one another: 6.1.53."""
    history = [instant(text(i, "date")) for _, i in objects(view.tracking, "revision_history", "")]
    newest = max((when for when in history if when is not None), default=None)
    released = view.status in {"final", "interim"} and newest is not None

    def judge(clause: str, holder: Fields, key: str, place: str) -> None:
        when = instant(text(holder, key))
        if released and newest is not None and when is not None and when > newest:
            report.fail(CODE, clause, f"`{key}` is later than the newest revision of the document", f"{place}/{key}")

    for place, vulnerability in view.vulnerabilities:
        if view.tlp == "CLEAR":
            judge("6.1.45", vulnerability, "disclosure_date", place)
        for at, content, _, _ in view.scores(vulnerability, place):
            judge("6.1.49", child(content, "ssvc_v2"), "timestamp", f"{at}/ssvc_v2")
            judge("6.1.51", child(content, "epss"), "timestamp", f"{at}/epss")
        for at, item in objects(vulnerability, "first_known_exploitation_dates", place):
            judge("6.1.52", item, "date", at)
            judge("6.1.52", item, "exploitation_date", at)
            first, stated = instant(text(item, "exploitation_date")), instant(text(item, "date"))
            if first is not None and stated is not None and first > stated:
                message = "`exploitation_date` is later than `date`"
                report.fail(CODE, "6.1.53", message, f"{at}/exploitation_date")
