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
    least = min(len(before), len(now)) // _SIZE
    start = _shared(least, lambda n: before[: n * _SIZE] == now[: n * _SIZE]) * _SIZE
    rest = least - start // _SIZE
    end = _shared(rest, lambda n: before[len(before) - n * _SIZE :] == now[len(now) - n * _SIZE :]) * _SIZE
    return Edit(start, len(before) - end - start, now[start : len(now) - end].tolist())


def _shared(most: int, same: Callable[[int], bool]) -> int:
    """The greatest number up to `most` for which something holds that holds for all smaller ones."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if same(middle) else (low, middle - 1)
    return low
