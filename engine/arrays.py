"""Bit planes made and read with NumPy: the algebra for large work.

Guarantees: the same planes as `planes.Integers` gives, bit by bit; NumPy is imported when an `Arrays` is made, so small
runs never load it.  Planes stay integers: packing 10,000 rows into one takes 4 µs, and is paid once per test, not once
per operation.
What it does not do: decide when it pays (see `evaluate.choose`).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any, cast

from rulewright.engine import windows
from rulewright.engine.planes import FALSE, TRUE, Integers, Plane, cut, narrow
from rulewright.engine.reach import BITS, graph_of, layered, reachable_words
from rulewright.facts.table import Column, Table

Bits = Any
"""A NumPy array, one element per row."""


class Arrays(Integers):
    """Bits from rows with NumPy: 11 µs per comparison of 100,000 rows."""

    def __init__(self) -> None:
        """Load NumPy."""
        import numpy as np  # small runs must not pay for it

        self._np = np

    def _array(self, numbers: array[int]) -> Bits:
        """A view of an `array("i")`, without a copy."""
        np = self._np
        return np.frombuffer(numbers, dtype=np.int32) if numbers else np.zeros(0, dtype=np.int32)

    def _pack(self, bits: Bits) -> Plane:
        return int.from_bytes(self._np.packbits(bits, bitorder="little").tobytes(), "little")

    def _unpack(self, plane: Plane, size: int) -> Bits:
        """The rows as bool."""
        np = self._np
        data = np.frombuffer(plane.to_bytes(size + 7 >> 3, "little"), dtype=np.uint8)
        return np.unpackbits(data, count=size, bitorder="little").view(np.bool_)

    def having(self, column: Column, code: int) -> Plane:
        """Compare bytes."""
        np = self._np
        codes = self._kept(column, "bytes", lambda: self._array(column.codes).astype(np.uint8))
        return self._pack(codes == np.uint8(code & 255))

    def unknown(self, column: Column) -> Plane:
        """Codes below zero."""
        return self._pack(self._array(column.codes) < 0)

    def between(self, column: Column, order: Sequence[int], first: int, last: int) -> Plane:
        """Compare places in the order of the values; an unknown row has the last place of all."""
        ranks = self._kept(column, "ranks", lambda: self._ranks(column, order))
        return self._pack(ranks - ranks.dtype.type(first) < ranks.dtype.type(last - first))

    def _ranks(self, column: Column, order: Sequence[int]) -> Bits:
        """The place of each row's value among all values in order; unsigned, so one comparison sees both ends."""
        np = self._np
        kind = np.uint16 if len(order) < 1 << 15 else np.uint32
        places = np.full(len(order) + 8, np.iinfo(kind).max, dtype=kind)
        places[np.array(order, dtype=np.intp)] = np.arange(len(order), dtype=kind)
        return places[self._array(column.codes)]

    def containing(self, column: Column, part: str) -> bytes:
        """Compare four bytes at a time."""
        found = windows.containing(self._np, column, part)
        return super().containing(column, part) if found is None else found

    def look_up(self, column: Column, answers: bytes) -> tuple[Plane, Plane]:
        """Gather the answers by code."""
        np = self._np
        if narrow(column):
            return super().look_up(column, answers) if len(column.codes) < _FEW else self._translated(column, answers)
        codes = self._kept(column, "codes", lambda: self._array(column.codes).astype(np.intp))
        found = np.frombuffer(answers, dtype=np.uint8)[codes]
        return self._pack(found == TRUE), self._pack(found == FALSE)

    def _translated(self, column: Column, answers: bytes) -> tuple[Plane, Plane]:
        """As `look_up`, through bytes."""
        np = self._np
        known = len(column.values)
        codes = self._kept(column, "bytes", lambda: self._array(column.codes).astype(np.uint8))
        table = answers[:known] + bytes(256 - len(answers)) + answers[known:]
        found = np.frombuffer(codes.tobytes().translate(table), dtype=np.uint8)
        return self._pack(found == TRUE), self._pack(found == FALSE)

    @staticmethod
    def _kept(column: Column, name: str, make: Callable[[], Bits]) -> Bits:
        """What depends on the facts alone is kept with them."""
        if name not in column.memo:
            column.memo[name] = make()
        return column.memo[name]

    def below(self, table: Table, questions: Sequence[Plane]) -> list[Plane]:
        """Level by level with a bit of a word per question; in Python where the graph is deep and thin."""
        np = self._np
        layers = layered(np, graph_of(table))
        if layers is None:
            return super().below(table, questions)
        return self._by_words(questions, table.size, lambda words: reachable_words(np, layers, words))

    def _by_words(self, planes: Sequence[Plane], size: int, answer: Callable[[Bits], Bits]) -> list[Plane]:
        """Let equal planes be one, put the planes into the bits of a word per row, and take the answer's words apart."""
        asked = [plane for plane in dict.fromkeys(planes) if plane]
        found = {0: 0}
        for start in range(0, len(asked), BITS):
            batch = asked[start : start + BITS]
            answers = self._apart(answer(self._words(batch, size)), len(batch))
            found.update(zip(batch, answers, strict=True))
        return [found[plane] for plane in planes]

    def _words(self, planes: Sequence[Plane], size: int) -> Bits:
        """Eight planes to a byte (operations on bytes are quickest), one, two, four or eight bytes to a word."""
        np = self._np
        width = 1 << (len(planes) - 1 >> 3).bit_length()
        octets = np.zeros((size, width), dtype=np.uint8)
        for column in range(len(planes) + 7 >> 3):
            octet = np.zeros(size, dtype=np.uint8)
            for bit, plane in enumerate(planes[8 * column : 8 * column + 8]):
                octet |= self._unpack(plane, size).view(np.uint8) << np.uint8(bit)
            octets[:, column] = octet
        return octets.view(f"u{width}")[:, 0]

    def _apart(self, words: Bits, count: int) -> list[Plane]:
        """The planes of the first `count` bits, counted as `_words` does."""
        np = self._np
        octets = words.view(np.uint8).reshape(len(words), words.itemsize).T.copy()
        return [self._pack(octets[bit >> 3] & np.uint8(1 << (bit & 7))) for bit in range(count)]

    def gather(self, planes: Sequence[Plane], size: int, index: array[int]) -> list[Plane]:
        """Pick words by row number."""
        return self._by_words(planes, size, lambda words: self._np.take(words, self._array(index)))

    def any_by_index(self, asked: Sequence[Plane], size: int, index: array[int], offsets: array[int]) -> list[Plane]:
        """Gather and reduce words that hold a bit of each plane."""
        np = self._np
        bounds = self._array(offsets)
        filled = np.flatnonzero(np.diff(bounds))

        def reduced(words: Bits) -> Bits:
            groups = np.zeros(len(bounds) - 1, dtype=words.dtype)
            if len(filled):
                groups[filled] = np.bitwise_or.reduceat(np.take(words, self._array(index)), bounds[filled])
            return groups

        return self._by_words(asked, size, reduced)

    def spread(self, plane: Plane, offsets: array[int]) -> Plane:
        """Repeat each group's bit."""
        if len(offsets) == 2:  # one product
            return (1 << offsets[1]) - 1 if plane else 0
        lengths = self._np.diff(self._array(offsets))
        return self._pack(self._np.repeat(self._unpack(plane, len(offsets) - 1), lengths))

    def any_by_offsets(self, plane: Plane, offsets: array[int]) -> Plane:
        """Reduce each group that has rows; the others have none set."""
        np = self._np
        if len(offsets) == 2 or not plane:  # one product, or nothing set
            return 1 if plane else 0
        bounds = self._array(offsets)
        result = np.zeros(len(bounds) - 1, dtype=bool)
        filled = np.flatnonzero(np.diff(bounds))
        result[filled] = np.logical_or.reduceat(self._unpack(plane, offsets[-1]), bounds[filled])
        return self._pack(result)

    def any_by_parent(self, plane: Plane, parents: array[int], size: int) -> Plane:
        """Mark the parents of the set pairs."""
        result = self._np.zeros(size, dtype=bool)
        result[self._array(parents)[self._unpack(plane, len(parents))]] = True
        return self._pack(result)

    def count_by_offsets(self, plane: Plane, offsets: array[int]) -> Sequence[int]:
        """Count per group by a running sum over the set rows."""
        if len(offsets) == 2:  # one product
            return [plane.bit_count()]
        hits = self._np.flatnonzero(self._unpack(plane, offsets[-1]))
        return cast("Sequence[int]", self._np.diff(self._np.searchsorted(hits, self._array(offsets))))

    def count_by_parent(self, plane: Plane, parents: array[int], size: int) -> Sequence[int]:
        """Count set pairs per parent."""
        set_ones = self._array(parents)[self._unpack(plane, len(parents))]
        return cast("Sequence[int]", self._np.bincount(set_ones, minlength=size))

    def at_least(self, counts: Sequence[int], least: int) -> Plane:
        """Compare all counts."""
        return self._pack(self._np.asarray(counts) >= least)

    def rows(self, plane: Plane, start: int, stop: int) -> list[int]:
        """List the set rows of a range."""
        part = cut(plane, start, stop)
        if not part:
            return []
        places = self._unpack(part, stop - start).nonzero()[0]
        found: list[int] = (places + start if start else places).tolist()
        return found

    def from_bits(self, bits: bytes) -> Plane:
        """Pack the bytes."""
        if len(bits) <= _FEW:
            return super().from_bits(bits)
        return self._pack(self._np.frombuffer(bits, dtype=self._np.uint8))

    def to_bits(self, plane: Plane, size: int) -> bytes:
        """The bytes of the rows."""
        if size <= _FEW:
            return super().to_bits(plane, size)
        raw: bytes = self._unpack(plane, size).tobytes()
        return raw


_FEW = 512
"""Rows up to which the standard library is quicker than NumPy's calls."""
