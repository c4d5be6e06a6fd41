"""Where the values of ordered facts (numbers, decimals, days) are cut into cells.

Guarantees: between two cuts no test with a constant changes its answer.  For facts that are compared with one another the
cuts are carried over through the comparison, and every cell of a fact that has to be fixed (a given one beside a design
choice, an attribute beside a field of elements) has a *single*: a cell of one value, at its low end, and at its high end too where
several such facts meet.  Comparisons are monotone, so what can be met at the singles can be met everywhere in their cell; where
one fact is moved by different numbers of calendar months, days on which these differ most are singles too.
What it does not do: judge (`cells`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.analysis.asked import Edge, Key
from rulewright.facts.vocabulary import Attribute

ORDERED = frozenset({"int", "decimal", "date"})
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31."""
_FAR = {"int": (-(10**18), 10**18), "decimal": (-(10**24), 10**24), "date": (FIRST_DAY, LAST_DAY)}
"""How far a fact goes that nobody bounds: at least.  `bounds` goes beyond every constant and fact."""
_MOST_CUTS = 400
_MOST_SHIFTED = 40
_BEYOND = 40_000
_FOUR_YEARS = 1_462


class Bounds(NamedTuple):
    """Least and greatest value, and whether they are real or only far away."""

    low: int
    high: int
    low_real: bool = False
    high_real: bool = False


def bounds(kind: str, attribute: Attribute | None, *, compared: bool, choice: bool, largest: int = 0) -> Bounds:
    """The bounds of a fact; where no bound is stated, those of a design choice that is compared with others lie further out.

    `largest` is the size of the largest number in play: a bound that nobody stated is beyond.  So such a bound can't be the
    reason for a conflict.
    """
    low, high = _FAR[kind]
    if kind != "date":
        low, high = min(low, -4 * largest), max(high, 4 * largest)
    if compared and choice:
        margin = _BEYOND if kind == "date" else high
        low, high = low - margin, high + margin
    stated_low = attribute.low if attribute else None
    stated_high = attribute.high if attribute else None
    return Bounds(
        low if stated_low is None else stated_low,
        high if stated_high is None else stated_high,
        stated_low is not None,
        stated_high is not None,
    )


def constants(tests: Iterable[ir.Test], kind: str, as_of: int) -> set[int]:
    """Where tests with constants change their answer: the first value of each stretch."""
    cuts: set[int] = set()
    for test in tests:
        if isinstance(test, ir.OneOf):
            values: tuple[object, ...] = test.values
        else:
            values = (predicates.compared(test, kind, as_of),)
        for value in values:
            if isinstance(value, int):
                cuts |= {int(value), int(value) + 1}
    return cuts


def moved(edge: Edge, value: int) -> int:
    """The right value of a comparison, moved."""
    return predicates.add_days(value, edge.months, edge.days) if edge.kind == "date" else value


def back(edge: Edge, value: int) -> int:
    """The least right value that, moved, is not below `value`."""
    if edge.kind != "date":
        return value
    guess = predicates.add_days(value, -edge.months, -edge.days)
    while moved(edge, guess) >= value:
        guess -= 1
    while moved(edge, guess) < value:
        guess += 1
    return guess


class Roles(NamedTuple):
    """Which facts have to be fixed at single values, and which are design choices or fields of elements."""

    fixed: frozenset[Key]
    choice: frozenset[Key]


class Fixed(NamedTuple):
    """Cuts of compared facts, which stay even where no test tells both sides apart, and the values to fix each at."""

    cuts: dict[Key, set[int]]
    singles: dict[Key, tuple[int, ...]]


def carry(
    edges: Iterable[Edge], cuts: Mapping[Key, set[int]], limits: Mapping[Key, Bounds], roles: Roles, as_of: int = 0
) -> Fixed:
    """Carry cuts over through comparisons, and cut out the singles of the facts that have to be fixed.

    Groups of facts of which none has to be fixed are left alone: their comparisons stay comparisons.
    """
    edges = [edge for edge in edges if edge.kind in ORDERED]
    found: dict[Key, set[int]] = {}
    singles: dict[Key, tuple[int, ...]] = {}
    for group in groups(edges):
        wanted = sorted(roles.fixed.intersection(group))
        own = [edge for edge in edges if edge.left in group]
        middle = as_of if own[0].kind == "date" else 0
        if wanted:
            found |= {key: {*cuts.get(key, ()), *_ends(limits[key])} for key in group}
            for _ in range(min(3, len(group) - 1)):
                for edge in own:
                    _over(edge, found, limits, roles)
        beside = _in_every_order(group, wanted, own, found, limits, middle)
        for key in sorted(wanted, key=lambda key: key in roles.choice):
            plain = {*_singles(found[key], limits[key], middle, several=len(wanted) > 1), *beside.get(key, ())}
            singles[key] = tuple(sorted({*plain, *_uneven(key, own, found[key], limits[key], middle)}))
            found[key] |= {cut for value in singles[key] for cut in (value, value + 1)}
            _set_apart(key, singles[key], own, found)
    return Fixed(found, singles)


def _in_every_order(
    group: Sequence[Key],
    wanted: Sequence[Key],
    edges: Sequence[Edge],
    found: Mapping[Key, set[int]],
    limits: Mapping[Key, Bounds],
    middle: int,
) -> dict[Key, set[int]]:
    """Values at which several fixed facts of one group stand to one another, and to the cuts, in every way that matters.

    What designs leave open of m fixed facts are bounds on their differences, each of them the sum of a path of comparisons
    (eliminate the designs: Fourier and Motzkin): without shifts from 0 to `steps`, one for each `<`.  So a gap between
    neighbours among these values and the cuts can be shrunk to `steps` if it is wider, and nothing changes; all then lie within
    m * steps of a cut, where every value is a single.  Days that are moved have as singles those that the shifts make
    of a cut, and one beyond all shifts on either side.
    """
    if len(wanted) < 2:
        return {}
    steps = len(group) - len(wanted) + 1
    near = {cut for key in group for cut in found[key] if limits[key].low <= cut <= limits[key].high + 1}
    shift = sum(31 * abs(edge.months) + abs(edge.days) for edge in edges)
    anchors = near or {middle}
    if shift:
        for _ in range(steps * (len(wanted) - 1)):
            if len(anchors) > _MOST_SHIFTED:
                break
            anchors |= {day for edge in edges for value in anchors for day in (moved(edge, value), back(edge, value))}
        anchors |= {min(anchors) - shift - steps, max(anchors) + shift + steps}
        below = above = 1
    else:
        above = steps * (len(wanted) - (not near))
        below = above if near else 0
    values = {value + step for value in anchors for step in range(-below, above + 1)}
    return {key: {value for value in values if limits[key].low <= value <= limits[key].high} for key in wanted}


def _set_apart(key: Key, values: Iterable[int], edges: Iterable[Edge], found: dict[Key, set[int]]) -> None:
    """Cut the facts that one is compared with where its singles are; those that are fixed later have singles there, too."""
    for edge in edges:
        for value in values:
            if edge.right == key:
                found[edge.left] |= {moved(edge, value), moved(edge, value) + 1}
            if edge.left == key:
                found[edge.right] |= {back(edge, value), back(edge, value + 1)}


def _ends(limit: Bounds) -> set[int]:
    """Where a stated domain begins, and the first value after it: beyond, no value can be."""
    return {cut for cut, real in ((limit.low, limit.low_real), (limit.high + 1, limit.high_real)) if real}


def _over(edge: Edge, found: dict[Key, set[int]], limits: Mapping[Key, Bounds], roles: Roles) -> None:
    """Carry the cuts of either side over to the other; those of a fixed fact go to a design choice as singles, later."""
    left, right = found[edge.left], found[edge.right]
    if len(left) <= _MOST_CUTS and not (edge.left in roles.fixed and edge.right in roles.choice):
        low, high = limits[edge.right][:2]
        more = {back(edge, cut + step) for cut in left for step in (-1, 0, 1)}
        right |= {cut for cut in more if low < cut <= high}
    if len(right) <= _MOST_CUTS and not (edge.right in roles.fixed and edge.left in roles.choice):
        low, high = limits[edge.left][:2]
        more = {moved(edge, cut + step) for cut in right for step in (-1, 0, 1)}
        left |= {cut for cut in more if low < cut <= high}


def groups(edges: Iterable[Edge]) -> list[list[Key]]:
    """The facts that hang together by comparisons."""
    found: dict[Key, list[Key]] = {}
    for edge in edges:
        one, two = found.setdefault(edge.left, [edge.left]), found.setdefault(edge.right, [edge.right])
        if one is not two:
            one += two
            found.update(dict.fromkeys(two, one))
    return [sorted(group) for key, group in found.items() if key == min(group)]


def _uneven(key: Key, edges: Sequence[Edge], cuts: set[int], limit: Bounds, middle: int) -> set[int]:
    """Days on which two moves of one day by calendar months are furthest apart, and nearest: once per stretch.

    Months differ in length, so `x + 1 month` is from 28 to 31 days after x; four years and a day show all there is but
    for the centuries.
    """
    moves = sorted({(edge.months, edge.days) for edge in edges if key in {edge.left, edge.right}})
    if not any(months for months, _ in moves) or len(moves) < 2:
        return set()
    starts = sorted({cut for cut in cuts if limit.low < cut <= limit.high})
    found: set[int] = set()
    for low, high in pairwise([limit.low, *starts, limit.high + 1]):
        first = low if low > limit.low or limit.low_real else max(low, min(high, middle) - _FOUR_YEARS)
        days = range(first, min(high, first + _FOUR_YEARS))
        for one, two in combinations(moves, 2):
            apart = [predicates.add_days(d, *one) - predicates.add_days(d, *two) for d in days]
            if apart and min(apart) != max(apart):
                found |= {days[apart.index(min(apart))], days[apart.index(max(apart))]}
    return found


def _singles(cuts: set[int], limit: Bounds, middle: int, *, several: bool) -> tuple[int, ...]:
    """The low end of each stretch (where it has one), and the high ends too if asked for."""
    starts = sorted({cut for cut in cuts if limit.low < cut <= limit.high})
    lows = [limit.low, *starts] if limit.low_real else starts
    highs = [cut - 1 for cut in starts] if several else []
    if several and limit.high_real:
        highs.append(limit.high)
    if not limit.low_real:
        highs.append(starts[0] - 1 if starts else min(max(middle, limit.low), limit.high))
    return tuple(sorted({*lows, *highs}))
