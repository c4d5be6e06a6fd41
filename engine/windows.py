"""Which of a column's values contain a text: with NumPy, four bytes at a time.

Guarantees: the same answers as `part in value`, for every text; what is kept with the column (the joined values as UTF-8,
and every four bytes of them as one number) is derived from its facts alone.  UTF-8 of a text that contains a part contains
the part's UTF-8, and never by accident.
What it does not do: parts of less than four bytes, and parts with the character that joins the values.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from rulewright.facts.table import Column

_STEP = 4
_BREAK = b"\n"
Numbers = Any
"""A NumPy array."""


class Windows(NamedTuple):
    """The four bytes from each place of the joined values on, as numbers, and where each value ends."""

    numbers: Numbers
    ends: Numbers


def containing(np: Any, column: Column, part: str) -> bytes | None:  # noqa: ANN401  # NumPy, imported by the caller
    """One byte per distinct value, 1 where it contains the part; `None` where this way cannot tell."""
    wanted = part.encode("utf-8", "surrogatepass")
    if len(wanted) < _STEP or _BREAK in wanted:
        return None
    if "windows" not in column.memo:
        column.memo["windows"] = _windows(np, cast("list[str]", column.values))
    made: Windows = column.memo["windows"]
    places = (made.numbers == _number(np, wanted, 0)).nonzero()[0]
    last = len(wanted) - _STEP
    for offset in {*range(_STEP, last, _STEP), last} - {0}:
        places = places[made.numbers[places + offset] == _number(np, wanted, offset)]
    found = np.zeros(len(column.values), dtype=np.uint8)
    found[np.searchsorted(made.ends, places, side="right")] = 1
    return cast("bytes", found.tobytes())


def _number(np: Any, wanted: bytes, offset: int) -> Any:  # noqa: ANN401  # NumPy, imported by the caller
    return np.frombuffer(wanted, dtype=np.uint32, count=1, offset=offset)[0]


def _windows(np: Any, texts: list[str]) -> Windows:  # noqa: ANN401  # NumPy, imported by the caller
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.cumsum(np.fromiter((len(text) + 1 for text in encoded), dtype=np.int64, count=len(encoded)))
    joined = _BREAK.join([*encoded, _BREAK * 2 * _STEP])
    numbers = np.empty(len(joined) - _STEP, dtype=np.uint32)
    for shift in range(_STEP):
        piece = numbers[shift::_STEP]
        piece[:] = np.frombuffer(joined, dtype=np.uint32, count=len(piece), offset=shift)
    return Windows(numbers, ends)
