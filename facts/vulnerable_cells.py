"""The cells of a vulnerability's row from everything that is known of it.

Guarantees: of severity, score, exploitation and fixes the gravest word counts, sets are joined; what is ruled by
statements is that of the statement that holds, or `conflicting`.  It does not decide which rows there are
(`facts.vulnerable`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from rulewright.facts.rulings import Ruling
from rulewright.facts.statements import Match, Statement
from rulewright.facts.table import Witness
from rulewright.facts.types import State, Value

Cell = Value | State | None
_SEVERITIES = ("unknown", "none", "info", "low", "medium", "high", "critical")
_QUALITIES = ("name_only", "range", "hash", "exact", "stated")
_IMPACTS = ("partial", "total")
_ORDERS = {"severity": _SEVERITIES, "match": _QUALITIES, "technical_impact": _IMPACTS}


class Entry(msgspec.Struct, eq=False):
    """One vulnerability in one component (-1: in the product as a whole)."""

    names: set[str]
    component: int
    old: list[int] = msgspec.field(default_factory=list)
    matches: list[Match] = msgspec.field(default_factory=list)
    statements: list[Statement] = msgspec.field(default_factory=list)
    ruling: Ruling | None = None

    def source(self) -> tuple[str, str, str]:
        """Where the entry comes from first of all, to sort by."""
        found = self.matches[0].source if self.matches else self.statements[0].source if self.statements else None
        pointer = self.matches[0].pointer if self.matches else self.statements[0].pointer if self.statements else ""
        return (found.name if found else "", found.sha256 if found else "", pointer)


def preferred(name: str) -> tuple[bool, str]:
    """CVE names come first."""
    return (not name.upper().startswith("CVE-"), name)


_ANY = frozenset({"exploited", "fix_available", "automatable"})
_MOST = frozenset({"score", "updated", "epss", "epss_percentile", "epss_date"})
_LEAST = frozenset({"published", "exploited_since"})
_RULED = frozenset({"vex", "vex_state", "justification", "response", "detail"})


def gravest(field: str, own: list[Cell], other: Cell) -> Cell:
    """One cell from the documents' own and what matches and statements add."""
    if State.CONFLICTING in own and not (field in _ANY and True in [*own, other]):
        return State.CONFLICTING  # what documents disagree on, no other source settles
    if field in _RULED and other is not None:
        return other
    cells = [*own, other]
    known: list[Value] = [c for c in cells if c is not None and not isinstance(c, State)]
    if not known:
        return next((c for c in cells if isinstance(c, State) and c is not State.MISSING), None)
    if field in _ANY:
        return any(known)
    if field in _MOST or field in _LEAST:
        numbers = [k for k in known if isinstance(k, int)]
        return max(numbers) if field in _MOST else min(numbers)
    if isinstance(known[0], tuple):
        return tuple(sorted({word for k in known if isinstance(k, tuple) for word in k}))
    if field in _ORDERS:
        order = _ORDERS[field]
        return max(known, key=lambda k: order.index(str(k)) if k in order else -1)
    return known[0]


def nothing(entry: Entry) -> Cell:
    """No source but the documents has this field."""
    del entry
    return None


def _advised(
    read: Callable[[Match], Cell], pick: Callable[[list[Value]], Cell] = lambda found: found[0]
) -> Callable[[Entry], Cell]:
    """A cell from the matches."""

    def make(entry: Entry) -> Cell:
        found: list[Value] = [c for c in map(read, entry.matches) if c is not None and not isinstance(c, State)]
        return pick(found) if found else None

    return make


def _union(found: list[Value]) -> Cell:
    return tuple(sorted({word for value in found if isinstance(value, tuple) for word in value}))


def _most(found: list[Value]) -> Cell:
    return max(value for value in found if isinstance(value, int))


def _least(found: list[Value]) -> Cell:
    return min(value for value in found if isinstance(value, int))


def _worst(found: list[Value]) -> Cell:
    """The greater technical impact."""
    return max((str(value) for value in found if value in _IMPACTS), key=_IMPACTS.index, default=None)


def _vex(entry: Entry) -> Cell:
    if entry.ruling is None:
        # What the packager says is fixed in this very version is fixed, until somebody states otherwise.
        return "fixed" if entry.matches and all(match.backport for match in entry.matches) else None
    return entry.ruling.status or State.CONFLICTING


def _ruled(read: Callable[[Statement], Cell]) -> Callable[[Entry], Cell]:
    """A cell from the statement that holds."""

    def make(entry: Entry) -> Cell:
        if entry.ruling is None:
            return None
        if entry.ruling.status is None:
            return State.CONFLICTING
        return read(entry.ruling.best) or State.MISSING

    return make


def _name(entry: Entry) -> Cell:
    return min(entry.names, key=preferred)


def _aliases(entry: Entry) -> Cell:
    others = tuple(sorted(entry.names - {str(_name(entry))}))
    return others or None


def _severity(entry: Entry) -> Cell:
    stated = [m.advisory.severity for m in entry.matches] + [s.severity for s in entry.statements]
    known = [word for word in stated if word in _SEVERITIES]
    return max(known, key=_SEVERITIES.index) if known else None


def _score(entry: Entry) -> Cell:
    stated = [m.advisory.score for m in entry.matches] + [s.score for s in entry.statements]
    return max((score for score in stated if score is not None), default=None)


def _vector(entry: Entry) -> Cell:
    scored = [m.advisory for m in entry.matches if m.advisory.vector]
    return max(scored, key=lambda a: (a.score or -1, a.vector)).vector if scored else None


def _fixed(entry: Entry) -> Cell:
    found = {v for m in entry.matches for v in m.fixed} | {v for s in entry.statements for v in s.fixed}
    return tuple(sorted(found)) or None


def _quality(entry: Entry) -> Cell:
    if entry.old or not entry.matches:
        return "stated"
    return max((m.quality for m in entry.matches), key=_QUALITIES.index)


def _by(entry: Entry) -> Cell:
    best = max(entry.matches, key=lambda m: _QUALITIES.index(m.quality), default=None)
    return best.by if best is not None else "reference" if entry.old and entry.component >= 0 else None


def _publisher(entry: Entry) -> Cell:
    return entry.matches[0].source.name if entry.matches and entry.matches[0].source else None


MAKERS: dict[str, Callable[[Entry], Cell]] = {
    "id": _name,
    "aliases": _aliases,
    "source": _publisher,
    "severity": _severity,
    "score": _score,
    "vector": _vector,
    "cwes": _advised(lambda m: m.advisory.cwes or None, _union),
    "published": _advised(lambda m: m.advisory.published, _least),
    "updated": _advised(lambda m: m.advisory.updated, _most),
    "exploited": _advised(lambda m: m.advisory.exploited, any),
    "exploited_since": _advised(lambda m: m.advisory.exploited_since, _least),
    "automatable": _advised(lambda m: m.advisory.automatable, any),
    "technical_impact": _advised(lambda m: m.advisory.impact or None, _worst),
    "epss": _advised(lambda m: m.advisory.epss, _most),
    "epss_percentile": _advised(lambda m: m.advisory.epss_percentile, _most),
    "epss_date": _advised(lambda m: m.advisory.epss_date, _most),
    "epss_model": _advised(lambda m: m.advisory.epss_model or None),
    "fix_available": lambda entry: True if _fixed(entry) else None,
    "fixed_versions": _fixed,
    "match": _quality,
    "match_by": _by,
    "backport": _advised(lambda m: m.backport or None),
    "vex": _vex,
    "vex_state": _ruled(lambda s: s.native or s.status),
    "justification": _ruled(lambda s: s.justification or None),
    "response": _ruled(lambda s: s.response or None),
    "detail": _ruled(lambda s: s.detail or None),
}


def witnesses(entries: Sequence[Entry]) -> Callable[[str, int], tuple[Witness, ...]]:
    """Who says what on exploitability."""

    def told(field: str, row: int) -> tuple[Witness, ...]:
        ruling = entries[row].ruling
        return ruling.witnesses() if field == "vex" and ruling is not None else ()

    return told
