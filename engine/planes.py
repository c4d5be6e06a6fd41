"""Bit planes: one truth bit per row, as a Python integer on small inputs and a NumPy array on large ones.

Guarantees: both algebras obey the same protocol, so there is one evaluator; `&`, `|` and `^` work on the planes
themselves.  Row `i` of an integer plane is bit `i`.  NumPy is imported by `Arrays` alone, so small runs never load it.
What it does not do: three-valued logic (a `Pair` of planes carries that, see `engine.kleene`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Any, Protocol

from rulewright.engine.reach import BITS, graph_of, layered, reachable, reachable_words
from rulewright.facts.table import Column, Table

Plane = Any
"""`int` or a NumPy array of bool; which one is the algebra's secret."""

Pair = tuple[Plane, Plane]
"""Surely true, surely false; neither is unknown."""

TRUE, FALSE, UNKNOWN = 1, 2, 0
"""Codes of a look-up list."""


class Algebra(Protocol):
    """What an evaluator needs of planes."""

    def full(self, size: int) -> Plane:
        """All rows."""

    def empty(self, size: int) -> Plane:
        """No row."""

    def look_up(self, column: Column, answers: bytes) -> Pair:
        """`answers[code]` for every row; negative codes count from the end."""

    def below(self, table: Table, questions: Sequence[Plane]) -> list[Plane]:
        """For each question: which rows reach one of its rows in the dependency graph?"""

    def gather(self, plane: Plane, size: int, index: array[int]) -> Plane:
        """Row `i` of the result is row `index[i]` of a plane of `size` rows."""

    def spread(self, plane: Plane, offsets: array[int]) -> Plane:
        """Repeat bit `p` over the rows from `offsets[p]` to `offsets[p + 1]`."""

    def any_by_offsets(self, plane: Plane, offsets: array[int]) -> Plane:
        """Per group of rows: is any bit set?"""

    def any_by_index(self, asked: Sequence[Plane], size: int, index: array[int], offsets: array[int]) -> list[Plane]:
        """For each plane of a catalogue of `size` rows: which groups of instances have a set row?"""

    def any_by_parent(self, plane: Plane, parents: array[int], size: int) -> Plane:
        """Per parent row: is the bit of any of its pairs set?"""

    def count_by_offsets(self, plane: Plane, offsets: array[int]) -> Sequence[int]:
        """Per group of rows: how many bits are set?"""

    def count_by_parent(self, plane: Plane, parents: array[int], size: int) -> Sequence[int]:
        """Per parent row: how many pairs have their bit set?"""

    def at_least(self, counts: Sequence[int], least: int) -> Plane:
        """Which counts reach `least`?"""

    def rows(self, plane: Plane, start: int, stop: int) -> list[int]:
        """The set rows from `start` to `stop`."""

    def bit(self, plane: Plane, row: int) -> bool:
        """One row's bit."""

    def count(self, plane: Plane, start: int, stop: int) -> int:
        """How many rows from `start` to `stop` are set?"""

    def from_bits(self, bits: bytes) -> Plane:
        """A plane of `len(bits)` rows from bytes 0 and 1."""

    def to_bits(self, plane: Plane, size: int) -> bytes:
        """Bytes 0 and 1, one per row."""


_ZERO_ONE = bytes([48, 49]) + bytes(254)
_BACK = bytes(48) + bytes([0, 1]) + bytes(206)
_TRUE_DIGITS = b"010" + bytes(253)
_FALSE_DIGITS = b"001" + bytes(253)
_NARROW = 200
_WORD = 64


class Integers:
    """Planes as Python integers: no import, quick up to some thousand rows."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._narrow: dict[int, tuple[Column, bytes | None]] = {}

    def full(self, size: int) -> int:
        """All rows."""
        return (1 << size) - 1

    def empty(self, size: int) -> int:  # noqa: ARG002  # the protocol's shape
        """No row."""
        return 0

    def look_up(self, column: Column, answers: bytes) -> tuple[int, int]:
        """Translate the column's codes, reversed, to digits of a binary number, and read that.

        A column of few values is kept as bytes, so that `bytes.translate` does the work.
        """
        if not column.codes:
            return 0, 0
        codes = self._bytes(column)
        if codes is None:
            marks = bytes([answers[code] for code in reversed(column.codes)])
        else:
            cut = len(column.values)
            known, states = answers[:cut], answers[cut:]
            marks = codes.translate(known + bytes(256 - cut - len(states)) + states)
        return int(marks.translate(_TRUE_DIGITS), 2), int(marks.translate(_FALSE_DIGITS), 2)

    def below(self, table: Table, questions: Sequence[int]) -> list[int]:
        """One bit of a word per question, one pass for all."""
        graph = graph_of(table)
        words = [0] * table.size
        for number, plane in enumerate(questions):
            for row in iterate(self.to_bits(plane, table.size)):
                words[row] |= 1 << number
        found = reachable(graph, words)
        return [self.from_bits(bytes([word >> n & 1 for word in found])) for n in range(len(questions))]

    def _bytes(self, column: Column) -> bytes | None:
        """The column's codes modulo 256, last row first, if its values are few enough."""
        found = self._narrow.get(id(column))
        if found is None:
            narrow = len(column.values) <= _NARROW
            found = column, bytes([code & 255 for code in reversed(column.codes)]) if narrow else None
            self._narrow[id(column)] = found
        return found[1]

    def gather(self, plane: int, size: int, index: array[int]) -> int:
        """Pick bits by row number."""
        if not plane or not index:
            return 0
        bits = self.to_bits(plane, size)
        return self.from_bits(bytes([bits[row] for row in index]))

    def spread(self, plane: int, offsets: array[int]) -> int:
        """Fill each group of rows with its bit."""
        result = 0
        for product in range(len(offsets) - 1):
            if plane >> product & 1:
                start, stop = offsets[product], offsets[product + 1]
                result |= ((1 << (stop - start)) - 1) << start
        return result

    def any_by_offsets(self, plane: int, offsets: array[int]) -> int:
        """Cut out each group and ask whether it is zero."""
        if len(offsets) == 2:  # one product
            return 1 if plane else 0
        result = 0
        for product in range(len(offsets) - 1):
            start, stop = offsets[product], offsets[product + 1]
            if plane >> start & ((1 << (stop - start)) - 1):
                result |= 1 << product
        return result

    def any_by_index(self, asked: Sequence[int], size: int, index: array[int], offsets: array[int]) -> list[int]:
        """Gather, then reduce, one by one."""
        return [self.any_by_offsets(self.gather(plane, size, index), offsets) for plane in asked]

    def any_by_parent(self, plane: int, parents: array[int], size: int) -> int:
        """Mark the parents of the set pairs."""
        if not plane:
            return 0
        marks = bytearray(size)
        for parent in compress(parents, self.to_bits(plane, len(parents))):
            marks[parent] = 1
        return self.from_bits(bytes(marks))

    def count_by_offsets(self, plane: int, offsets: array[int]) -> list[int]:
        """Count the bits of each group."""
        return [
            (plane >> offsets[p] & ((1 << (offsets[p + 1] - offsets[p])) - 1)).bit_count()
            for p in range(len(offsets) - 1)
        ]

    def count_by_parent(self, plane: int, parents: array[int], size: int) -> list[int]:
        """Count set pairs per parent."""
        counts = [0] * size
        for parent in compress(parents, self.to_bits(plane, len(parents))):
            counts[parent] += 1
        return counts

    def at_least(self, counts: Sequence[int], least: int) -> int:
        """Compare each count."""
        return self.from_bits(bytes([bool(count >= least) for count in counts]))

    def rows(self, plane: int, start: int, stop: int) -> list[int]:
        """List the set rows of a range."""
        cut = plane >> start & ((1 << (stop - start)) - 1)
        if not cut:
            return []
        return list(compress(range(start, stop), self.to_bits(cut, stop - start)))

    def bit(self, plane: int, row: int) -> bool:
        """One bit."""
        return bool(plane >> row & 1)

    def count(self, plane: int, start: int, stop: int) -> int:
        """Count the set rows of a range."""
        return (plane >> start & ((1 << (stop - start)) - 1)).bit_count()

    def from_bits(self, bits: bytes) -> int:
        """Read the reversed bytes as a binary number."""
        return int(bits[::-1].translate(_ZERO_ONE), 2) if bits else 0

    def to_bits(self, plane: int, size: int) -> bytes:
        """Write a binary number and reverse it."""
        if not size:
            return b""
        return format(plane, f"0{size}b").encode().translate(_BACK)[::-1]


class Arrays:
    """Planes as NumPy arrays of bool: 11 µs per comparison of 100,000 rows."""

    def __init__(self) -> None:
        """Load NumPy."""
        import numpy as np  # small runs must not pay for it

        self._np = np
        self._spread: dict[int, tuple[array[int], Plane]] = {}
        self._full: dict[int, Plane] = {}

    def full(self, size: int) -> Plane:
        """All rows; the same array each time, since planes are never changed in place."""
        found = self._full.get(size)
        if found is None:
            found = self._full[size] = self._np.ones(size, dtype=bool)
        return found

    def empty(self, size: int) -> Plane:
        """No row."""
        return self._np.zeros(size, dtype=bool)

    def _array(self, numbers: array[int]) -> Plane:
        """A view of an `array("i")`, without a copy."""
        return (
            self._np.frombuffer(numbers, dtype=self._np.int32) if numbers else self._np.zeros(0, dtype=self._np.int32)
        )

    def look_up(self, column: Column, answers: bytes) -> tuple[Plane, Plane]:
        """Gather the answers by code."""
        np = self._np
        codes = column.memo.get("codes")
        if codes is None:
            codes = column.memo["codes"] = self._array(column.codes).astype(np.intp)
        found = np.frombuffer(answers, dtype=np.uint8)[codes]
        return found == TRUE, found == FALSE

    def below(self, table: Table, questions: Sequence[Plane]) -> list[Plane]:
        """Level by level with words of up to 62 questions; in Python where the graph is deep and thin."""
        np = self._np
        graph = graph_of(table)
        layers = layered(np, graph)
        if layers is None:
            small = Integers()
            planes = [small.from_bits(self.to_bits(plane, table.size)) for plane in questions]
            return [self.from_bits(small.to_bits(plane, table.size)) for plane in small.below(table, planes)]
        result: list[Plane] = []
        for start in range(0, len(questions), BITS):
            words = np.zeros(table.size, dtype=np.int64)
            batch = questions[start : start + BITS]
            for number, plane in enumerate(batch):
                words |= plane.astype(np.int64) << number
            found = reachable_words(np, layers, words)
            result += [(found >> number & 1).astype(bool) for number in range(len(batch))]
        return result

    def gather(self, plane: Plane, size: int, index: array[int]) -> Plane:  # noqa: ARG002  # the protocol's shape
        """Pick by row number."""
        return self._np.take(plane, self._array(index))

    def any_by_index(self, asked: Sequence[Plane], size: int, index: array[int], offsets: array[int]) -> list[Plane]:
        """Pack up to 64 planes into the bits of a word per catalogue row; gather and reduce the words once."""
        np = self._np
        bounds = self._array(offsets)
        filled = np.flatnonzero(np.diff(bounds))
        result: list[Plane] = []
        for start in range(0, len(asked), _WORD):
            batch = asked[start : start + _WORD]
            words = np.zeros(size, dtype=np.uint64)
            for number, plane in enumerate(batch):
                words |= plane.astype(np.uint64) << np.uint64(number)
            groups = np.zeros(len(bounds) - 1, dtype=np.uint64)
            if len(filled):
                groups[filled] = np.bitwise_or.reduceat(np.take(words, self._array(index)), bounds[filled])
            result += [(groups >> np.uint64(number) & np.uint64(1)).astype(bool) for number in range(len(batch))]
        return result

    def groups(self, offsets: array[int]) -> Plane:
        """The group number of every row, remembered per offsets."""
        found = self._spread.get(id(offsets))
        if found is None:
            np = self._np
            bounds = self._array(offsets)
            found = offsets, np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(bounds))
            self._spread[id(offsets)] = found
        return found[1]

    def spread(self, plane: Plane, offsets: array[int]) -> Plane:
        """Repeat each group's bit."""
        if len(offsets) == 2:  # one product
            return self._np.full(offsets[1], bool(plane[0]))
        return plane[self.groups(offsets)]

    def any_by_offsets(self, plane: Plane, offsets: array[int]) -> Plane:
        """Reduce each group that has rows; the others have none set."""
        np = self._np
        if len(offsets) == 2:  # one product
            return np.array([plane.any()])
        bounds = self._array(offsets)
        result = np.zeros(len(bounds) - 1, dtype=bool)
        filled = np.flatnonzero(np.diff(bounds))
        if len(filled):
            result[filled] = np.logical_or.reduceat(plane, bounds[filled])
        return result

    def any_by_parent(self, plane: Plane, parents: array[int], size: int) -> Plane:
        """Mark the parents of the set pairs."""
        result = self._np.zeros(size, dtype=bool)
        result[self._array(parents)[plane]] = True
        return result

    def count_by_offsets(self, plane: Plane, offsets: array[int]) -> Plane:
        """Count per group by a running sum over the set rows."""
        np = self._np
        if len(offsets) == 2:  # one product
            return np.array([np.count_nonzero(plane)])
        hits = np.flatnonzero(plane)
        return np.diff(np.searchsorted(hits, self._array(offsets)))

    def count_by_parent(self, plane: Plane, parents: array[int], size: int) -> Plane:
        """Count set pairs per parent."""
        return self._np.bincount(self._array(parents)[plane], minlength=size)

    def at_least(self, counts: Plane, least: int) -> Plane:
        """Compare all counts."""
        return counts >= least

    def rows(self, plane: Plane, start: int, stop: int) -> list[int]:
        """List the set rows of a range."""
        rows: list[int] = (self._np.flatnonzero(plane[start:stop]) + start).tolist()
        return rows

    def bit(self, plane: Plane, row: int) -> bool:
        """One bit."""
        return bool(plane[row])

    def count(self, plane: Plane, start: int, stop: int) -> int:
        """Count the set rows of a range."""
        return int(self._np.count_nonzero(plane[start:stop]))

    def from_bits(self, bits: bytes) -> Plane:
        """A copy of the bytes as bool."""
        return self._np.frombuffer(bits, dtype=self._np.uint8).astype(bool)

    def to_bits(self, plane: Plane, size: int) -> bytes:  # noqa: ARG002  # the protocol's shape
        """The array's bytes."""
        raw: bytes = plane.astype(self._np.uint8).tobytes()
        return raw


def iterate(bits: bytes) -> Iterator[int]:
    """The positions of the ones."""
    return compress(range(len(bits)), bits)
