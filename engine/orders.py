"""Tests that pick one stretch of a column's values in order: comparisons and prefixes.

Guarantees: the same answers as testing every value; the order is derived from the facts alone and kept with them, once
a column has been asked often enough to earn it.
What it does not do: versions, which have an order per ecosystem (`facts.identity.versions`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any, NamedTuple

from rulewright.dsl import ir
from rulewright.engine.globs import prefix_of
from rulewright.facts.table import Column
from rulewright.facts.types import Value

_AFTER = 6


class Span(NamedTuple):
    """The values `order[first:last]` pass (or, if not `inside`, all others do); `order` lists codes by value."""

    order: list[int]
    first: int
    last: int
    inside: bool


def span(column: Column, test: ir.Test, wanted: Value | None) -> Span | None:
    """The stretch that a test picks, or `None` where it picks none or the column has no order yet.

    `wanted` is what the test compares with, `None` if it does not compare in the order of the values.
    """
    prefix = prefix_of(test.pattern) if isinstance(test, ir.Glob) else None
    if wanted is None and not prefix:
        return None
    found = _sorted(column)
    if found is None or type(prefix if wanted is None else wanted) is not type(found[1][0]):
        return None
    order, values = found
    if prefix:
        first = bisect_left(values, prefix)
        return Span(
            order, first, bisect_right(values, prefix, lo=first, key=lambda text: text[: len(prefix)]), inside=True
        )
    low, high = bisect_left(values, wanted), bisect_right(values, wanted)
    op = test.op if isinstance(test, ir.Cmp | ir.CmpAsOf) else "="
    first = {"<": 0, "<=": 0, ">": high}.get(op, low)
    last = {"<": low, ">": len(values), ">=": len(values)}.get(op, high)
    return Span(order, first, last, op != "!=")


def _sorted(column: Column) -> tuple[list[int], list[Any]] | None:
    """Codes by value, and the values in order; `None` before it pays, and for values that have no order."""
    memo = column.memo
    memo["compared"] = asked = memo.get("compared", 0) + 1
    if "sorted" not in memo:
        if asked <= _AFTER or set(map(type, column.values)) not in ({str}, {int}):
            return None
        order = sorted(range(len(column.values)), key=column.values.__getitem__)
        memo["sorted"] = order, [column.values[code] for code in order]
    found: tuple[list[int], list[Any]] = memo["sorted"]
    return found
