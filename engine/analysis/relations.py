"""Comparisons between two chosen numbers or days, decided by propagating least values.

Guarantees: exact.  Every comparison but `!=` says that a value is at least a monotone function of another, so the least
values that all of them allow, each moved up to the next cell that its mask allows, are a solution if there is any; `!=` is
split into `<` and `>`.  The least fixpoint is reached because the domains are finite; a cycle that can only climb is refused
at once (Bellman and Ford on lower bounds of the shifts).
Source: M. Pratt, "Two easy theories whose combination is hard" (1977) for the cycles; monotone bounds: Tarski's fixpoint.
What it does not do: relations between given variables (`contexts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rulewright.dsl import ir
from rulewright.engine.analysis.model import Rel, Variable
from rulewright.engine.predicates import add_days

Spans = tuple[tuple[int, int, int], ...]
"""Low, high and cell, ascending."""

Bound = tuple[int, int, int, int, int]
"""`target` is at least `source` moved by months and days; +1: as it stands, -1: the least value whose move reaches."""


class Relations:
    """Decides conjunctions of comparisons of one problem's variables."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        """Read nothing yet."""
        self.variables = variables
        self._spans: dict[tuple[int, int], Spans] = {}
        self._words: dict[str, int] = {}
        self._known: dict[tuple[tuple[Rel, ...], tuple[int | None, ...]], dict[int, int] | None] = {}

    def solve(self, rels: Iterable[Rel], masks: Mapping[int, int]) -> dict[int, int] | None:
        """The least values inside the masks for which all comparisons are true, or None."""
        rels = (*rels,)
        variables = dict.fromkeys(var for rel in rels for var in (rel.left, rel.right))
        key = rels, (*map(masks.get, variables),)
        if key not in self._known:
            self._known[key] = self._solve(rels, masks)
        return self._known[key]

    def _solve(self, rels: Sequence[Rel], masks: Mapping[int, int]) -> dict[int, int] | None:
        """The same, computed."""
        bounds: list[Bound] = []
        split: list[Rel] = []
        for rel in rels:
            if rel.op == "!=":
                split.append(rel)
            else:
                bounds += self._bounds(rel, rel.op)
        variables = sorted({var for rel in rels for var in (rel.left, rel.right)})
        spans = {var: self._spans_of(var, masks.get(var, self.variables[var].full)) for var in variables}
        if not all(spans.values()):
            return None
        return self._split(bounds, split, spans, {var: spans[var][0][0] for var in variables})

    def cell(self, var: int, value: int) -> int:
        """The cell that a value lies in."""
        return next(cell for low, high, cell in self._spans_of(var, self.variables[var].full) if low <= value <= high)

    def _split(
        self, bounds: list[Bound], split: list[Rel], spans: dict[int, Spans], least: dict[int, int]
    ) -> dict[int, int] | None:
        """The least values, with every `!=` that they break split into `<` and `>`."""
        values = climb(bounds, spans, least)
        if values is None:
            return None
        for rel in split:
            if values[rel.left] == self._moved(rel, values[rel.right]):
                rest = [other for other in split if other is not rel]
                for op in ("<", ">"):
                    found = self._split(bounds + self._bounds(rel, op), rest, spans, values)
                    if found is not None:
                        return found
                return None
        return values

    def _moved(self, rel: Rel, value: int) -> int:
        """The right side of a comparison; only dates are moved, as in the evaluator."""
        return add_days(value, rel.months, rel.days) if self.variables[rel.right].kind == "date" else value

    def _bounds(self, rel: Rel, op: ir.Comparison) -> list[Bound]:
        """What a comparison says of least values: (target, source, months, days, direction)."""
        date = self.variables[rel.right].kind == "date"
        months, days = (rel.months, rel.days) if date else (0, 0)
        up = {"=": 0, ">=": 0, ">": 1}.get(op)
        down = {"=": 0, "<=": 0, "<": 1}.get(op)
        bounds: list[Bound] = []
        if up is not None:
            bounds.append((rel.left, rel.right, months, days + up, 1))
        if down is not None:
            bounds.append((rel.right, rel.left, months, days - down, -1))
        return bounds

    def _spans_of(self, var: int, mask: int) -> Spans:
        """The intervals of the cells in a mask, ascending."""
        spans = self._spans.get((var, mask))
        if spans is None:
            cells = enumerate(self.variables[var].cells)
            found = [(*self._interval(cell.low, cell.high, cell.value), at) for at, cell in cells if mask >> at & 1]
            spans = self._spans[var, mask] = tuple(sorted(found))
        return spans

    def _interval(self, low: int | None, high: int | None, value: object) -> tuple[int, int]:
        """The values of a cell as numbers; words are numbered, which serves `=` and `!=`."""
        if low is not None and high is not None:
            return low, high
        number = value if isinstance(value, int) else self._words.setdefault(str(value), len(self._words))
        return int(number), int(number)


def climb(bounds: Sequence[Bound], spans: Mapping[int, Spans], least: Mapping[int, int]) -> dict[int, int] | None:
    """The least values from `least` on that keep all bounds and lie in the spans, or None."""
    values = dict(least)
    patience = len(spans) * (sum(map(len, spans.values())) + 1) + 1
    changed = True
    while changed:
        changed = False
        for target, source, months, days, direction in bounds:
            value = values[source]
            wanted = add_days(value, months, days) if direction > 0 else reaching(value, months, days)
            if wanted <= values[target]:
                continue
            at = next((max(low, wanted) for low, high, _ in spans[target] if high >= wanted), None)
            if at is None:
                return None
            values[target] = at
            changed = True
        patience -= 1
        if not patience and climbs_for_ever(bounds):
            return None
    return values


def reaching(day: int, months: int, days: int) -> int:
    """The least day which, moved by months and days, is `day` or later."""
    if not months:
        return day - days
    low = add_days(day - days, -months, 0) - 4
    while add_days(low, months, days) < day:
        low += 1
    return low


def shortest(months: int) -> int:
    """A lower bound of the days that so many months move a day by."""
    years, rest = divmod(abs(months), 12)
    return years * 365 + rest * 28 if months >= 0 else -(years * 366 + rest * 31)


def climbs_for_ever(bounds: Sequence[Bound]) -> bool:
    """Whether some cycle of bounds moves every value up, whatever the calendar."""
    height = {var: 0 for target, source, *_ in bounds for var in (target, source)}
    edges = [
        (target, source, shortest(months) + days if direction > 0 else -days - longest(months))
        for target, source, months, days, direction in bounds
    ]
    for _ in range(len(height) + 1):
        changed = False
        for target, source, weight in edges:
            if height[source] + weight > height[target]:
                height[target] = height[source] + weight
                changed = True
        if not changed:
            return False
    return True


def longest(months: int) -> int:
    """An upper bound of the days that so many months move a day by."""
    return -shortest(-months)
