"""What one edit did to a text, and where findings about the text before it stand now.

Guarantees: a place outside the edit is moved with the text around it; a finding with a place inside it is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rulewright.diagnostics import Diagnostic, Span
from rulewright.dsl.live.moving import with_spans
from rulewright.dsl.source import SourceText


def common(one: str, other: str) -> int:
    """How many characters two texts share at their start."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def carried(found: Iterable[Diagnostic], before: SourceText, now: SourceText) -> Iterator[Diagnostic]:
    """Findings about a text, where they stand in the text after an edit."""
    start = common(before.text, now.text)
    rest = min(len(before.text), len(now.text)) - start
    tail = min(rest, common(before.text[::-1], now.text[::-1]))
    end, by = len(before.text) - tail, len(now.text) - len(before.text)
    for diagnostic in found:
        lost = False

        def place(span: Span) -> Span:
            nonlocal lost
            if span.file != now.name or span.end <= start:
                return span
            if span.start < end:
                lost = True
                return span
            return now.span((span.start + by, span.end + by))

        moved = with_spans(diagnostic, place)
        if not lost:
            yield moved
