"""The `versions` of a CVE record as intervals.

Guarantees: `changes` cut an interval where the record says so; `5.4.*` ends before 5.5; commits are single versions; a text
that is no version leaves the claim vague, and is never dropped.
Source: CVE record format 5.1, `versions`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cmp_to_key

import msgspec

from rulewright.threats.feeds import prose
from rulewright.threats.model import Rule
from rulewright.threats.versions import GENERIC, order

_TYPES = {
    "semver": "semver", "python": "pypi", "pypi": "pypi", "maven": "maven", "npm": "npm", "rpm": "rpm", "deb": "deb",
    "dpkg": "deb", "apk": "apk", "gem": "gem", "nuget": "nuget", "golang": "golang", "go": "golang", "cargo": "cargo",
}  # fmt: skip
COMMIT = re.compile(r"(?=.*[a-f])[0-9a-f]{7,40}\Z")
"""What stands for a commit, whatever type the entry claims."""
NO_VERSIONS = "the record names no versions"


class _Change(msgspec.Struct):
    at: str = ""
    status: str = ""


class Version(msgspec.Struct, rename="camel"):
    """One entry of `versions`."""

    version: str = ""
    status: str = "affected"
    version_type: str = ""
    less_than: str = ""
    less_than_or_equal: str = ""
    changes: list[_Change] = []


def judged(versions: Sequence[Version], default: str, scheme: str) -> tuple[tuple[Rule, ...], str, str]:
    """The intervals, the scheme that orders their ends, and why versions cannot be decided."""
    chosen = scheme or _scheme(versions)
    rules: list[Rule] = []
    vague = ""
    for each in _paired(versions):
        found = _intervals(each, chosen)
        if found is not None:
            rules += found
        elif each.status == "affected" and each.version.strip().lower() not in prose.NOTHING:
            vague = vague or f"`{(each.version or each.less_than)[:60]}` is no version"
    if not vague and default != "affected" and all(rule.status != "affected" for rule in rules):
        nothing = not versions or any(each.status == "affected" for each in versions)
        vague = NO_VERSIONS if nothing else ""
    return tuple(rules), chosen, vague


def _paired(versions: Sequence[Version]) -> list[Version]:
    """Join what records converted from the older format say in two entries: from 8.6.0, then below 8.13.6."""
    found: list[Version] = []
    for each in versions:
        before = found[-1] if found else None
        if before is not None and before.status == each.status and _half(before, each):
            joined = msgspec.structs.replace(
                before, less_than=each.less_than, less_than_or_equal=each.less_than_or_equal
            )
            found[-1] = joined
        else:
            found.append(each)
    return found


def _half(one: Version, other: Version) -> bool:
    """Whether one entry says only where an interval begins, and the next only where it ends."""
    ends = [v.strip().lower() for v in (one.less_than, one.less_than_or_equal) if v]
    begins = bool(_start(one.version)) and len(ends) == 1 and ends[0] in prose.NOTHING
    return begins and other.version.strip().lower() in prose.NOTHING and _ended(other)


def _ended(each: Version) -> bool:
    stated = (each.less_than or each.less_than_or_equal).strip()
    return bool(stated) and stated != "*" and stated.lower() not in prose.NOTHING


def _scheme(versions: Sequence[Version]) -> str:
    """The one scheme in which all versions of the record can be read."""
    named = {_TYPES.get(each.version_type.lower(), GENERIC) for each in versions if each.version_type.lower() != "git"}
    chosen = named.pop() if len(named) == 1 else GENERIC
    ends = [v for each in versions for v in (_start(each.version), each.less_than, each.less_than_or_equal)]
    plain = [v for v in ends if v and "*" not in v and v.lower() not in prose.NOTHING]
    return chosen if chosen == GENERIC or order(chosen).sorts(plain) else GENERIC


def _start(version: str) -> str:
    """The lower end; empty for the first version."""
    text = version.strip()
    return "" if text in {"0", "*"} or text.lower() in prose.NOTHING or text.lower() in prose.ALL else text


def _intervals(each: Version, scheme: str) -> list[Rule] | None:
    if each.status not in {"affected", "unaffected", "unknown"}:
        return None
    if each.version_type.lower() == "git" or (COMMIT.match(each.version) and not _ended_by_number(each)):
        return _commits(each)
    if not each.less_than and not each.less_than_or_equal:
        return _alone(each, scheme)
    stated = (each.less_than or each.less_than_or_equal).strip()
    closed = not each.less_than
    wild = prose.above(stated)
    if wild:
        stated, closed = wild
    high = "" if stated == "*" or stated.lower() in prose.NOTHING else stated
    if high and not any(char.isdigit() for char in high):
        return None
    fixed = high if high and not closed and not wild and each.status == "affected" else ""
    return _cut(
        Rule(each.status, _start(each.version), high, high_closed=closed and bool(high), fixed=fixed),
        each.changes,
        scheme,
    )


def _ended_by_number(each: Version) -> bool:
    stated = each.less_than or each.less_than_or_equal
    hexadecimal = len(stated) == len(each.version) and not set(stated) - set("0123456789abcdef")
    return bool(stated) and stated != "*" and not hexadecimal


def _commits(each: Version) -> list[Rule]:
    """Commits have no order: the one that brings the flaw in, and the one that removes it."""
    found = [Rule(each.status, each.version, each.version, high_closed=True)] if _start(each.version) else []
    if each.less_than and each.less_than != "*":
        other = "unaffected" if each.status == "affected" else "affected"
        found.append(Rule(other, each.less_than, each.less_than, high_closed=True))
    return found


def _alone(each: Version, scheme: str) -> list[Rule] | None:
    """An entry without an upper end: one version, or words."""
    text = each.version.strip()
    found = prose.read(text, each.status)
    if (
        found is None
        and text.lower() not in prose.NOTHING
        and any(c.isdigit() for c in text)
        and len(text) < 60
        and " " not in text
    ):
        found = [Rule(each.status, text, text, high_closed=True)]
    if found and each.changes and found[0].single:
        # With changes, the entry is where a line of versions begins.
        return _cut(Rule(each.status, text), each.changes, scheme)
    return found


def _cut(rule: Rule, changes: Sequence[_Change], scheme: str) -> list[Rule]:
    """Cut an interval where its status changes."""
    if not changes:
        return [rule]
    by = order(scheme)

    def compare(left: _Change, right: _Change) -> int:
        return by.compare(left.at, right.at) or 0

    points = sorted(changes, key=cmp_to_key(compare))
    found: list[Rule] = []
    status, low = rule.status, rule.low
    for change in points:
        fixed = change.at if status == "affected" and change.status == "unaffected" else ""
        found.append(Rule(status, low, change.at, fixed=fixed))
        status, low = change.status, change.at
    return [
        *found,
        Rule(status, low, rule.high, high_closed=rule.high_closed, fixed=rule.fixed if status == rule.status else ""),
    ]
