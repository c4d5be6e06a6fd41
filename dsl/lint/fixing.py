"""Apply fixes to a text, a round at a time.

Guarantees: edits that overlap are never applied in one round: the first by place wins, the others wait for the next round,
when the findings are made anew; the number of rounds is bounded; a fix is applied whole or not at all.
It writes no file and judges no result: the caller compiles again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rulewright.diagnostics import Diagnostic, Fix

ROUNDS = 10
"""Rounds after which what is left is left."""


def wanted(found: Iterable[Diagnostic], *, unsafe: bool) -> list[Fix]:
    """The fixes to apply, in order of place."""
    ordered = sorted((d for d in found if d.fix is not None), key=Diagnostic.sort_key)
    return [d.fix for d in ordered if d.fix is not None and (unsafe or d.fix.safe) and d.fix.edits]


def applied(text: str, name: str, fixes: Sequence[Fix]) -> tuple[str, int]:
    """The text of the file `name` after all fixes that do not get in each other's way, and how many these are.

    A fix that also changes other files is left alone.
    """
    taken: list[tuple[int, int, str]] = []
    count = 0
    for fix in fixes:
        edits = [(e.span.start, e.span.end, e.text) for e in fix.edits]
        if any(e.span.file != name for e in fix.edits) or any(_meet(a, b) for a in edits for b in taken):
            continue
        taken += edits
        count += 1
    for start, end, new in sorted(taken, reverse=True):
        text = text[:start] + new + text[end:]
    return text, count


def _meet(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Whether two edits overlap; two at the same point do."""
    return one[0] < other[1] and other[0] < one[1] if one[:2] != other[:2] else True


def settle(text: str, name: str, judge: Callable[[str], Sequence[Diagnostic]], *, unsafe: bool) -> tuple[str, int]:
    """Apply fixes until none is left or a bound is met; the text, and how many were applied.

    `judge` gives the findings of a text.  A text that was there before ends the rounds: fixes that undo each other.
    """
    seen = {text}
    total = 0
    for _ in range(ROUNDS):
        changed, count = applied(text, name, wanted(judge(text), unsafe=unsafe))
        if not count or changed in seen:
            break
        seen.add(changed)
        text, total = changed, total + count
    return text, total
