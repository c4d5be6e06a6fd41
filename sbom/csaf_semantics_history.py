"""Tests of CSAF on versions and the revision history: 6.1.14, 6.1.16 to 6.1.22, 6.1.30.

Guarantees: revisions are ordered by instant, whatever their time zones, then by number.
"""

from __future__ import annotations

import re
from functools import total_ordering
from itertools import pairwise

import msgspec

from rulewright.sbom.csaf_semantics_times import Instant, instant
from rulewright.sbom.csaf_semantics_view import Report, View, objects, text
from rulewright.sbom.findings import shown

CODE = "RW1253"
_VERSION = re.compile(
    r"(0|[1-9][0-9]{0,30})(?:\.(0|[1-9][0-9]{0,30})\.(0|[1-9][0-9]{0,30})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?)?\Z"
)
_PLACE = "/document/tracking"


@total_ordering
class Version(msgspec.Struct, frozen=True):
    """A version of a document; an integer one counts as `n.0.0`."""

    text: str
    numbers: tuple[int, int, int]
    pre: str
    """The part before release (`-…`), empty without one."""
    semantic: bool

    def __lt__(self, other: Version) -> bool:
        """Order as semantic versioning 2.0 does (clause 11)."""
        return self._key() < other._key()

    def _key(self) -> tuple[tuple[int, int, int], bool, list[tuple[bool, int, str]]]:
        parts = [(not p.isdigit(), int(p) if p.isdigit() else 0, p) for p in self.pre.split(".")] if self.pre else []
        return self.numbers, not self.pre, parts

    @property
    def major(self) -> int:
        """The first number."""
        return self.numbers[0]

    def compared(self, *, draft: bool) -> str:
        """Give the text without build metadata, and without what is before release in a draft."""
        plain = self.text.partition("+")[0]
        return plain.partition("-")[0] if draft else plain


class Revision(msgspec.Struct, frozen=True):
    """One item of the history that can be read."""

    place: str
    when: Instant
    version: Version


def version(stated: str) -> Version | None:
    """Read an integer or a semantic version; `None` if it is neither."""
    found = _VERSION.match(stated)
    if found is None:
        return None
    numbers = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    return Version(stated, numbers, found[4] or "", found[2] is not None)


def check(view: View, report: Report) -> None:
    """Make the tests."""
    listed = [
        (place, text(item, "number"), version(text(item, "number")), instant(text(item, "date")))
        for place, item in objects(view.tracking, "revision_history", _PLACE)
    ]
    revisions = [Revision(p, when, v) for p, _, v, when in listed if v is not None and when is not None]
    revisions.sort(key=lambda r: (r.when, r.version))
    current = version(text(view.tracking, "version"))
    _order(revisions, report)
    _gaps(revisions, report)
    _items([(place, v) for place, _, v, _ in listed if v is not None], view.status, report)
    kinds = {v.semantic for _, _, v, _ in listed if v is not None} | ({current.semantic} if current else set())
    if len(kinds) > 1:
        report.fail(CODE, "6.1.30", "integer and semantic versions are mixed", f"{_PLACE}/revision_history")
    if current is not None:
        _current(current, revisions, view.status, report)


def _order(revisions: list[Revision], report: Report) -> None:
    """Judge the order of numbers by date: 6.1.14."""
    for earlier, later in pairwise(revisions):
        if later.version < earlier.version:
            message = f"`{shown(later.version.text)}` is dated later than `{shown(earlier.version.text)}`"
            report.fail(CODE, "6.1.14", message, f"{later.place}/number")


def _gaps(revisions: list[Revision], report: Report) -> None:
    """Look for major versions that are left out: 6.1.21."""
    if not revisions:
        return
    first = revisions[0]
    if first.version.major > 1:
        message = f"the history begins with `{shown(first.version.text)}`"
        report.fail(CODE, "6.1.21", message, f"{first.place}/number")
    present = {revision.version.major for revision in revisions}
    for earlier, later in pairwise(revisions):
        missing = earlier.version.major + 1
        if later.version.major > missing:
            where = "stands elsewhere in it" if missing in present else "is not in the history"
            message = f"`{missing}` is left out before `{shown(later.version.text)}`: it {where}"
            report.fail(CODE, "6.1.21", message, f"{later.place}/number")


def _items(listed: list[tuple[str, Version]], status: str, report: Report) -> None:
    """Judge each number: 6.1.18, 6.1.19 and 6.1.22."""
    seen: set[str] = set()
    for place, stated in listed:
        at = f"{place}/number"
        if stated.major == 0 and status in {"final", "interim"}:
            report.fail(CODE, "6.1.18", f"the document is {status} and its history has `{shown(stated.text)}`", at)
        if stated.pre:
            report.fail(CODE, "6.1.19", f"`{shown(stated.text)}` is a version before release", at)
        if stated.text in seen:
            report.fail(CODE, "6.1.22", f"`{shown(stated.text)}` stands in the history more than once", at)
        seen.add(stated.text)


def _current(current: Version, revisions: list[Revision], status: str, report: Report) -> None:
    """Judge the document's own version: 6.1.16, 6.1.17 and 6.1.20."""
    at = f"{_PLACE}/version"
    draft = status == "draft"
    if revisions and current.compared(draft=draft) != revisions[-1].version.compared(draft=draft):
        message = f"the history ends with `{shown(revisions[-1].version.text)}`, not with `{shown(current.text)}`"
        report.fail(CODE, "6.1.16", message, at)
    if (current.major == 0 or current.pre) and not draft:
        report.fail(CODE, "6.1.17", f"`{shown(current.text)}` asks for the status `draft`", at)
    if current.pre and status in {"final", "interim"}:
        report.fail(CODE, "6.1.20", f"the document is {status} and `{shown(current.text)}` is before release", at)
