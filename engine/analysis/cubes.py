"""Which units may apply together, quickly: a box around each `given`, and bitsets by variable and mask.

Guarantees: `row(unit)` has the bit of every unit that shares a context with it (and perhaps of some that do not: a
disjunction is seen as the smallest box around it, relations and background knowledge not at all); `hull` is exact where
`exact` says so, which is for conjunctions of literals.
What it does not do: prove that units apply together (`contexts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rulewright.engine.analysis.model import All, Formula, Lit, Problem, Some

Box = dict[int, int]


def hull(formula: Formula) -> Box | None:
    """The smallest box around a formula, mask by variable; None where the formula is never true."""
    match formula:
        case Lit(var, mask):
            return {var: mask}
        case All(items):
            return _meet([hull(item) for item in items])
        case Some(items):
            return _join([box for item in items if (box := hull(item)) is not None])
        case _:
            return {}


def _meet(boxes: Sequence[Box | None]) -> Box | None:
    whole: Box = {}
    for box in boxes:
        if box is None:
            return None
        for var, mask in box.items():
            whole[var] = mask & whole.get(var, mask)
            if not whole[var]:
                return None
    return whole


def _join(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    shared = set(boxes[0]).intersection(*boxes[1:])
    whole = dict.fromkeys(sorted(shared), 0)
    for box in boxes:
        for var in whole:
            whole[var] |= box[var]
    return whole


def exact(formula: Formula) -> bool:
    """Whether the hull is the formula."""
    return isinstance(formula, Lit) or (isinstance(formula, All) and all(isinstance(i, Lit) for i in formula.items))


def bits(number: int) -> Iterator[int]:
    """The places of the ones, ascending."""
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low


class Cubes:
    """The boxes of all units of a problem."""

    def __init__(self, problem: Problem) -> None:
        """Sort the units by the masks of their boxes."""
        known: dict[Formula, Box | None] = {}
        self.boxes: list[Box | None] = []
        self.whole = 0
        holders: dict[int, dict[int, bytearray]] = {}
        size = len(problem.units) // 8 + 1
        for number, unit in enumerate(problem.units):
            if unit.given not in known:
                known[unit.given] = hull(unit.given)
            box = known[unit.given]
            self.boxes.append(box)
            if box is None:
                continue
            self.whole |= 1 << number
            for var, mask in box.items():
                held = holders.setdefault(var, {}).setdefault(mask, bytearray(size))
                held[number >> 3] |= 1 << (number & 7)
        self._holders = {
            var: {mask: int.from_bytes(held, "little") for mask, held in masks.items()}
            for var, masks in holders.items()
        }
        self._apart: dict[tuple[int, int], int] = {}
        self._rows: dict[tuple[tuple[int, int], ...], int] = {}

    def row(self, unit: int) -> int:
        """Bitset of the units whose box meets this one's, itself among them."""
        box = self.boxes[unit]
        if box is None:
            return 0
        key = tuple(box.items())
        if key not in self._rows:
            apart = 0
            for literal in key:
                apart |= self._foreign(literal)
            self._rows[key] = self.whole & ~apart
        return self._rows[key]

    def _foreign(self, literal: tuple[int, int]) -> int:
        """Bitset of the units whose mask of the variable is disjoint from this one."""
        if literal not in self._apart:
            var, mask = literal
            found = 0
            for other, held in self._holders[var].items():
                if not other & mask:
                    found |= held
            self._apart[literal] = found
        return self._apart[literal]
