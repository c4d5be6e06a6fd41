"""Masks, and counts, as clauses.

Guarantees: a variable with k cells is k - 1 Booleans "cell i or lower" in a chain, so a mask costs one clause per run of
cells that it leaves out, and no cell is lost or taken twice.  Every definition goes one way (the literal implies what it
stands for), which is enough for formulas in negation normal form (Plaisted and Greenbaum 1986).  Counts are sequential
counters (Sinz 2005).
What it does not do: solve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

Key = tuple[str, int, int]
"""A copy of a variable: collection and number of the element it belongs to (`""`, 0: the product), and the variable."""


class Encoder:
    """Numbers literals and hands clauses to a solver."""

    def __init__(self, full: Sequence[int], add: Callable[[list[int]], object]) -> None:
        """`full`: the mask of all cells by variable; `add` takes a clause."""
        self.full = full
        self.add = add
        self.top = 0
        self.orders: dict[Key, list[int]] = {}

    def new(self) -> int:
        """A fresh literal."""
        self.top += 1
        return self.top

    def order(self, key: Key) -> list[int]:
        """The literals "cell i or lower" of one copy of a variable, for all cells but the last."""
        order = self.orders.get(key)
        if order is None:
            order = self.orders[key] = [self.new() for _ in range(self.full[key[2]].bit_length() - 1)]
            for lower, higher in pairwise(order):
                self.add([-lower, higher])
        return order

    def mask(self, key: Key, mask: int) -> int:
        """A literal that implies that the cell is one of a mask."""
        literal = self.new()
        for clause in outside(self.order(key), mask):
            self.add([-literal, *clause])
        return literal

    def both(self, literals: Sequence[int]) -> int:
        """A literal that implies all of them."""
        if len(literals) == 1:
            return literals[0]
        literal = self.new()
        for other in literals:
            self.add([-literal, other])
        return literal

    def either(self, literals: Sequence[int]) -> int:
        """A literal that implies one of them."""
        if len(literals) == 1:
            return literals[0]
        literal = self.new()
        self.add([-literal, *literals])
        return literal

    def at_least(self, literals: Sequence[int], n: int, given: int) -> None:
        """If `given`, at least n of the literals."""
        if n > len(literals):
            self.add([-given])
        elif n == 1:
            self.add([-given, *literals])
        elif n > 1:
            self.at_most([-literal for literal in literals], len(literals) - n, given)

    def at_most(self, literals: Sequence[int], n: int, given: int) -> None:
        """If `given`, at most n of the literals."""
        if n >= len(literals):
            return
        before: list[int] = []
        for at, literal in enumerate(literals):
            if not n:
                self.add([-given, -literal])
                continue
            if len(before) == n:
                self.add([-given, -literal, -before[-1]])
            count = [self.new() for _ in range(min(at + 1, n))]
            self.add([-literal, count[0]])
            for place, lower in enumerate(before):
                self.add([-lower, count[place]])
                if place + 1 < len(count):
                    self.add([-lower, -literal, count[place + 1]])
            before = count


def cell(order: Sequence[int], model: frozenset[int]) -> int:
    """The cell that a model gives: the first "cell i or lower" that is true."""
    return next((at for at, literal in enumerate(order) if literal in model), len(order))


def outside(order: Sequence[int], mask: int) -> Iterator[list[int]]:
    """One clause per run of cells that a mask leaves out: the cell is before the run or behind it."""
    at, count = 0, len(order) + 1
    while at < count:
        if mask >> at & 1:
            at += 1
            continue
        first = at
        while at < count and not mask >> at & 1:
            at += 1
        yield [*([order[first - 1]] if first else []), *([-order[at - 1]] if at < count else [])]
