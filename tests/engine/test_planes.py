"""Planes made with the standard library and with NumPy are the same, and so is every index that a column is given."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.dsl import ir
from rulewright.engine import globs, predicates, windows
from rulewright.engine.arrays import Arrays
from rulewright.engine.marks import planes_of
from rulewright.engine.planes import Algebra, Integers, Pair, full
from rulewright.facts.table import Column
from rulewright.facts.types import State, Value

BOTH: tuple[Algebra, ...] = Integers(), Arrays()
DAY = 20_000
WIDE = 230
"""More distinct values than a narrow column has."""

ROWS = st.integers(0, 700)
WORDS = ("", "a", "ab", "abcd", "abcde", "https://", "https://ab", "é", "éabc", "abcdabcd", "a\nb", "\ud800abc")
TESTS = st.sampled_from(
    [
        *(ir.Cmp(op, word) for op in ("=", "!=", "<", "<=", ">", ">=") for word in WORDS),
        *(ir.Glob(f"{word}*") for word in WORDS),
        *(ir.Glob(f"*{word}*") for word in WORDS),
        *(ir.Glob(f"*{word}") for word in WORDS),
        ir.OneOf(("ab", "abcd", "no such")),
        ir.OneOf(WORDS),
        ir.Is("known"),
        ir.Is("stated"),
        ir.Is("conflicting"),
        ir.Is("empty"),
        ir.Is("valid"),
    ]
)  # fmt: skip
NUMBERS = st.sampled_from(
    [
        *(ir.Cmp(op, number) for op in ("=", "!=", "<", "<=", ">", ">=") for number in (-1, 0, 3, 120, 500)),
        *(ir.CmpAsOf(op, days=days) for op in ("=", "<", ">=") for days in (-20_000, -19_990, 0)),
        ir.Is("known"),
    ]
)  # fmt: skip


def column_of(values: list[Value], rows: list[int]) -> Column:
    """A column; a number below zero is a state."""
    return Column(array("i", rows), values)


def told(column: Column, test: ir.Test, kind: str) -> Pair:
    """Row by row, by the definition."""
    one = predicates.judge(test, kind, DAY)
    truths = [predicates.of_state(test, State(code)) if code < 0 else one(column.values[code]) for code in column.codes]
    return sum(1 << r for r, t in enumerate(truths) if t is True), sum(
        1 << r for r, t in enumerate(truths) if t is False
    )


@st.composite
def columns(draw: st.DrawFn, values: list[Value]) -> Column:
    """A column with these values, in any rows."""
    return column_of(values, draw(st.lists(st.integers(-8, len(values) - 1), max_size=40)))


TEXTS: list[Value] = [*WORDS, *(f"abc{i}xab" for i in range(WIDE))]


@pytest.mark.parametrize("values", [list(WORDS), TEXTS], ids=["narrow", "wide"])
@given(data=st.data(), asked=st.lists(TESTS, min_size=1, max_size=30))
def test_tests_of_texts_by_any_index(values: list[Value], data: st.DataObject, asked: list[ir.Test]) -> None:
    """Thirty questions to one column, so that every index comes into use."""
    column = data.draw(columns(values))
    for algebra in BOTH:
        column.memo.clear()
        for test in asked:
            assert planes_of(algebra, column, "string", test, DAY) == told(column, test, "string"), test


@pytest.mark.parametrize("size", [40, 3 * WIDE])
@given(data=st.data(), asked=st.lists(NUMBERS, min_size=1, max_size=30))
def test_tests_of_numbers_by_any_index(size: int, data: st.DataObject, asked: list[ir.Test]) -> None:
    """Zero and numbers below it too."""
    column = data.draw(columns([(7 * i) % size - 3 for i in range(size)]))
    for algebra in BOTH:
        column.memo.clear()
        for test in asked:
            assert planes_of(algebra, column, "date", test, DAY) == told(column, test, "date"), test


@given(
    texts=st.lists(st.text(alphabet="abé\n\ud800", max_size=12), unique=True, min_size=1, max_size=12),
    part=st.text(alphabet="abé\ud800", min_size=1, max_size=9),
)
def test_windows_find_what_a_search_finds(texts: list[Value], part: str) -> None:
    """Or they say that they cannot tell."""
    import numpy as np

    column = column_of(texts, [])
    expected = bytes([part in str(text) for text in texts])
    assert windows.containing(np, column, part) in {expected, None}
    assert len(part.encode("utf-8", "surrogatepass")) < 4 or windows.containing(np, column, part) is not None
    assert all(globs.containing(column, part) == expected for _ in range(3))


@given(plane=st.integers(0, full(600)), data=st.data())
def test_bits_and_rows(plane: int, data: st.DataObject) -> None:
    """Both ways, and any cut of them."""
    start = data.draw(st.integers(0, 600))
    stop = data.draw(st.integers(start, 600))
    rows = [row for row in range(start, stop) if plane >> row & 1]
    for algebra in BOTH:
        assert algebra.from_bits(algebra.to_bits(plane, 600)) == plane
        assert algebra.rows(plane, start, stop) == rows


@given(data=st.data(), lengths=st.lists(st.integers(0, 4), min_size=1, max_size=8))
def test_groups_of_rows(data: st.DataObject, lengths: list[int]) -> None:
    """Spreading, reducing and counting, with empty groups."""
    offsets = array("i", [0])
    for length in lengths:
        offsets.append(offsets[-1] + length)
    size, groups = offsets[-1], len(lengths)
    planes = data.draw(st.lists(st.integers(0, full(size)), min_size=1, max_size=70))
    outer = data.draw(st.integers(0, full(groups)))
    numbers = st.integers(0, size - 1)
    index = array("i", data.draw(st.lists(numbers, min_size=size, max_size=size)) if size else [])
    parents = array("i", sorted(data.draw(st.lists(st.integers(0, groups - 1), min_size=size, max_size=size))))
    plain, quick = ([
        algebra.spread(outer, offsets),
        *(algebra.any_by_offsets(plane, offsets) for plane in planes),
        *algebra.any_by_index(planes, size, index, offsets),
        *algebra.gather(planes, size, index),
        *(algebra.any_by_parent(plane, parents, groups) for plane in planes),
        *(algebra.at_least(algebra.count_by_offsets(plane, offsets), 2) for plane in planes),
        *(algebra.at_least(algebra.count_by_parent(plane, parents, groups), 2) for plane in planes),
    ] for algebra in BOTH)  # fmt: skip
    assert plain == quick
