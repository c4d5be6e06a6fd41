"""Conflicts between units that are conjunctions of literals: one variable at a time, without a solver.

Guarantees: boxes have a common cell of every variable or no common design, so a minimal conflict of boxes lies on one
variable: masks without a common cell.  With the roots given, every minimal conflict of at most `arity` owners that contains
one of them, and boxes only, is recorded.
Source: at each node a cell of what the masks still have in common is picked; a conflict must contain a mask without it.
"""

from __future__ import annotations

from collections.abc import Iterable

from rulewright.engine.analysis.cubes import bits
from rulewright.engine.analysis.hunt import Hunt, Owners


class BoxHunt:
    """The hunt on one variable."""

    def __init__(self, hunt: Hunt, var: int) -> None:
        """Look at the boxes with a literal on this variable."""
        self.hunt = hunt
        self.full = hunt.problem.variables[var].full
        self.out = hunt.choices.out[var]
        self.masks = hunt.choices.masks[var]
        self.convex = {mask: _convex(mask) for mask in self.masks}
        self.all_convex = all(self.convex.values())
        self.whole = 0
        for held in self.masks.values():
            self.whole |= held
        self.mask_of = {unit: mask for mask, held in self.masks.items() for unit in bits(held)}
        on_it = self.whole & hunt.allowed
        self.several = any((held & on_it).bit_count() > 1 for held in hunt.choices.several) or bool(
            hunt.choices.axioms & on_it
        )
        self._hopes: dict[tuple[int, ...], bool] = {}

    def run(self, roots: Iterable[int]) -> None:
        """Find the conflicts that contain one of these units."""
        left = self.whole & self.hunt.allowed
        for root in roots:
            owners = self.hunt.owners_with((), root)
            left &= ~(1 << root)
            if len(owners) <= self.hunt.arity and not self.hunt.blocked(owners) and self.hunt.contexts.meet((root,)):
                mask = self.mask_of[root]
                self._explore((root,), (mask,), mask, owners, left & self.hunt.contexts.row(root))

    def _explore(self, seed: tuple[int, ...], masks: tuple[int, ...], common: int, owners: Owners, left: int) -> None:
        """Extend a set of units that have the cells `common` left by units of the bitset `left`."""
        hunt = self.hunt
        room = hunt.arity - len(owners)
        if not room:
            left &= hunt.free(owners)
        if not left:
            return
        out = self.out
        broken = min((out[cell] & left for cell in bits(common)), key=int.bit_count)
        if not broken:
            return
        last = not self.several and room <= 1
        for mask, held in self.masks.items():
            group = held & broken
            if not group:
                continue
            rest = common & mask
            if (rest and (last or not self._hope((*masks, mask), rest))) or not _private((*masks, mask)):
                left &= ~group
                continue
            for unit in bits(group):
                left &= ~(1 << unit)
                self._child((*seed, unit), (*masks, mask), rest, owners, left)

    def _child(self, seed: tuple[int, ...], masks: tuple[int, ...], common: int, owners: Owners, left: int) -> None:
        hunt = self.hunt
        wider = hunt.owners_with(owners, seed[-1])
        if len(wider) > hunt.arity or hunt.blocked(wider) or not hunt.contexts.meet(seed):
            return
        if common:
            self._explore(seed, masks, common, wider, left & hunt.contexts.row(seed[-1]))
        else:
            hunt.check()
            hunt.record(seed, minimal=True)

    def _hope(self, masks: tuple[int, ...], common: int) -> bool:
        """Whether masks that have these cells in common can be part of a minimal conflict; True where that is not clear.

        Intervals without a common cell contain two such (Helly), so with intervals only there is no hope left.
        """
        if self.all_convex:
            return False
        key = tuple(sorted(masks))
        if key not in self._hopes:
            others = [mask for mask in self.masks if common & mask != common and _private((*masks, mask))]
            rest = common
            for mask in others:
                rest &= mask
            self._hopes[key] = not rest
        return self._hopes[key]


def _convex(mask: int) -> bool:
    """Whether the ones of a mask stand together."""
    low = mask & -mask
    return not mask & (mask + low)


def _private(masks: tuple[int, ...]) -> bool:
    """Whether each mask lacks a cell that all others have: so it is in every minimal set without a common cell."""
    for place, mask in enumerate(masks):
        others = ~mask
        for other in masks[:place] + masks[place + 1 :]:
            others &= other
        if not others:
            return False
    return True
