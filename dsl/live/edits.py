"""What one edit did to a text, and where findings about the text before it stand now.

Guarantees: a place outside the edit is moved with the text around it; a finding with a place inside it is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rulewright.diagnostics import Diagnostic, Span
from rulewright.dsl.live.moving import with_spans
from rulewright.dsl.source import At, SourceText


class Edited(NamedTuple):
    """The stretch of the text before that was replaced, and by how many characters what follows moved."""

    start: int
    end: int
    by: int

    def position(self, offset: int) -> int:
        """Where an offset outside the stretch is now."""
        return offset if offset <= self.start else offset + self.by

    def place(self, at: At) -> At:
        """Where a place is now whose ends lie outside the stretch."""
        return self.position(at[0]), self.position(at[1])


def between(before: str, now: str) -> Edited:
    """The least stretch by which two texts differ."""
    start = _common(before, now)
    tail = _common_tail(before, now, min(len(before), len(now)) - start)
    return Edited(start, len(before) - tail, len(now) - len(before))


def _common(one: str, other: str) -> int:
    """How many characters two texts share at their start."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_tail(one: str, other: str, most: int) -> int:
    """How many characters two texts share at their end, at most so many."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def carried(found: Iterable[Diagnostic], before: SourceText, now: SourceText) -> Iterator[Diagnostic]:
    """Findings about a text, where they stand in the text after an edit."""
    edited = between(before.text, now.text)
    for diagnostic in found:
        lost = False

        def place(span: Span) -> Span:
            nonlocal lost
            if span.file != now.name or span.end <= edited.start:
                return span
            if span.start < edited.end:
                lost = True
                return span
            return now.span((span.start + edited.by, span.end + edited.by))

        moved = with_spans(diagnostic, place)
        if not lost:
            yield moved
