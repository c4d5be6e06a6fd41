"""Semantic tokens as the protocol packs them, piece by piece (LSP 3.17, `SemanticTokens.data`).

Guarantees: the numbers of a piece whose text is the same are made once; what is sent after an edit is the stretch of
numbers that changed (`SemanticTokensDelta`).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable
from typing import NamedTuple

from rulewright.cli.lsp.documents import Buffer
from rulewright.cli.lsp.positions import Lines
from rulewright.dsl.editing.colours import LEGEND, colours_of, params_of, stretches
from rulewright.dsl.editing.outline import Outline
from rulewright.dsl.editing.pieces import Facts
from rulewright.dsl.source import At

_SIZE = 5
"""Numbers of one token."""


class Packed(NamedTuple):
    """The tokens of a stretch: the first counts from its start, the others from the one before; where the last one is."""

    data: array[int]
    line: int
    character: int


class Edit(NamedTuple):
    """Numbers to take out of the data before, and to put there."""

    start: int
    gone: int
    data: list[int]


def packed(facts: Facts, key: Hashable) -> Packed:
    """The tokens of a stretch."""
    assert isinstance(key, tuple)
    encoding, params = key
    lines = Lines(facts.text, encoding)
    data = array("I")
    line = character = 0
    for start, end, kind, declares in colours_of(facts, params):
        (row, column), (end_row, end_column) = lines.points((start, end))
        if row == end_row:
            after = column - character if row == line else column
            data.extend((row - line, after, end_column - column, LEGEND.index(kind), int(declares)))
            line, character = row, column
    return Packed(data, line, character)


def tokens(outline: Outline, buffer: Buffer, at: At | None = None) -> array[int]:
    """The tokens of a file, or of the pieces that a stretch touches, each relative to the one before."""
    key = buffer.encoding, params_of(outline)
    data = array("I")
    line = character = 0
    for base, facts in stretches(outline, at):
        own = facts.once_for(packed, key)
        if own.data:
            row, column = buffer.points((base, base))[0]
            first = len(data)
            data.extend(own.data)
            start = own.data[1] + (0 if own.data[0] else column)
            down = row + own.data[0] - line
            data[first : first + 2] = array("I", (down, start if down else start - character))
            line, character = row + own.line, own.character + (0 if own.line else column)
    return data


def difference(before: array[int], now: array[int]) -> Edit | None:
    """The tokens in which two data differ; none where they do not."""
    if before == now:
        return None
    old, new, size = before.tobytes(), now.tobytes(), _SIZE * now.itemsize
    least = min(len(old), len(new)) // size
    start = _shared(least, lambda low, high: old[low * size : high * size] == new[low * size : high * size])
    ends = len(old), len(new)
    end = _shared(
        least - start,
        lambda low, high: (
            old[ends[0] - high * size : ends[0] - low * size] == new[ends[1] - high * size : ends[1] - low * size]
        ),
    )
    first, last = start * _SIZE, end * _SIZE
    return Edit(first, len(before) - last - first, now[first : len(now) - last].tolist())


def _shared(most: int, same: Callable[[int, int], bool]) -> int:
    """How many tokens, at most so many, are the same; `same` looks at those from one number to another."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if same(low, middle) else (low, middle - 1)
    return low
