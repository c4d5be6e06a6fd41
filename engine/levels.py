"""How far a graded finding counts: `true at conditional` where a requirement needs `enabled`.

Guarantees: a fact without a level counts as it is.  A bool that is true below the needed level counts as false: it was
looked at, and what was found does not go so far.  That holds up to `enabled`; whether something is `verified` only a live
look can say, so below it the fact is missing.  Any other value below the level is missing.  A source that the evidence
clause refuses never makes a finding smaller: what it alone takes further is unknown.
What it does not do: grade (detectors do), or settle sources (`facts.merge`).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.facts.base import Fact
from rulewright.facts.types import Level, State

_TOP = 99
"""Where a fact without a level stands: it counts for every level."""

Refused = Sequence[State | None]
"""Why the evidence clause refuses each witness; `None` where it does not."""


def needed(evidence: ir.Evidence | None, own: int | None) -> int:
    """The level that counts: the clause's, else the attribute's, else `enabled`."""
    return (evidence.level if evidence is not None else 0) or own or Level.ENABLED


def of_conditions(evidence: ir.Evidence | None) -> ir.Evidence | None:
    """What of a requirement's clause holds for its scope, its `applies when` and its tests: the level."""
    return ir.Evidence(0, (), level=evidence.level) if evidence is not None and evidence.level else None


def graded(fact: Fact) -> bool:
    """Whether any source of a fact says how far it goes."""
    return fact.level is not None or any(map(graded, fact.witnesses))


def height(fact: Fact) -> int:
    """The level of one witness as a number."""
    return _TOP if fact.level is None else fact.level


def counted(fact: Fact, refused: Refused, need: int, level: int) -> Fact:
    """A graded fact as it counts from a level on; `need` is how many kinds of source must agree.

    `refused` stands for `fact.witnesses`, or for the fact alone where it has none.
    """
    told = fact.witnesses or (fact,)
    if fact.state is State.CONFLICTING:
        return _agreed(fact, refused, need, level)
    if fact.value is True:
        return _finding(fact, told, refused, need, level)
    reasons = [State.MISSING if r is None and height(w) < level else r for w, r in zip(told, refused, strict=True)]
    if fact.value is False:
        reasons = list(refused)
    backing = {w.detector for w, reason in zip(told, reasons, strict=True) if reason is None}
    mixed = len(told) > 1 and any(reasons) and any(w.value != fact.value for w in told)
    return fact if len(backing) >= need and not mixed else _unknown(fact, reasons)


def _finding(fact: Fact, told: Sequence[Fact], refused: Refused, need: int, level: int) -> Fact:
    """What is true, by the highest level among the witnesses that count."""
    top = height(fact) if fact.level is not None else _TOP
    heights = [min(height(w), top) if w.value is True else 0 for w in told]
    reached = {w.detector for w, h, r in zip(told, heights, refused, strict=True) if r is None and h >= level}
    if len(reached) >= need:
        return fact
    if reached or level > Level.ENABLED or max(heights) >= level:
        return _unknown(fact, refused)
    below = {w.detector for w, r in zip(told, refused, strict=True) if r is None}
    return replace(fact, value=False) if len(below) >= need else _unknown(fact, refused)


def _agreed(fact: Fact, refused: Refused, need: int, level: int) -> Fact:
    """A conflict of yes and no is none where the yes does not go as far as is asked."""
    told = fact.witnesses
    lower = [w for w in told if w.value is True and height(w) < level]
    if level > Level.ENABLED or not lower or any(w.value is not False for w in told if w not in lower):
        return fact
    backing = {w.detector for w, reason in zip(told, refused, strict=True) if reason is None}
    if len(backing) < need:
        return fact
    best = max((w for w in told if w.value is False), key=lambda w: w.trust, default=lower[0])
    return replace(best, value=False, witnesses=told)


def words(fact: Fact, level: int) -> str:
    """The level of a fact for people, with the one that is needed where it falls short; empty for one without."""
    if fact.level is None or fact.value is False:
        return ""
    return fact.level.word + (f" (needs {Level(level).word})" if fact.level < level else "")


def _unknown(fact: Fact, reasons: Refused) -> Fact:
    """The fact without its value, and why."""
    why = (state for state in (State.STALE, State.UNTRUSTED) if state in reasons)
    return replace(fact, state=next(why, State.MISSING), value=None)
