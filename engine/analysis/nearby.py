"""A design for a few units near the reference design, without asking the oracle where that is easy.

Guarantees: `design` satisfies all the units, or is None, which says nothing.  Variables are moved to the cells that break the
fewest of the units that still count; lists of elements stay those of the reference design where they will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rulewright.engine.analysis.choices import Choices
from rulewright.engine.analysis.cubes import bits
from rulewright.engine.analysis.formulas import same_lists
from rulewright.engine.analysis.model import Design, Rel
from rulewright.engine.analysis.reference_design import Reference
from rulewright.engine.analysis.worlds import never


class Nearby:
    """Moves the reference design."""

    def __init__(self, choices: Choices, reference: Reference) -> None:
        """Start from this one."""
        self.choices = choices
        self.base = reference.design
        self._apart: dict[tuple[Rel, int, int], bool] = {}

    def design(self, units: Sequence[int], left: int) -> Design | None:
        """A design that satisfies the units, if one is at hand; it should break few units of the bitset `left`."""
        choices = self.choices
        near = self.start(units, left)
        for unit in units:
            box = choices.boxes[unit]
            if box is None:
                if choices.fails(near, unit):
                    return None
            elif any(not mask >> near.cells[var] & 1 for var, mask in box.items()):
                return None
        return near

    def start(self, units: Iterable[int], left: int) -> Design:
        """The reference design, moved to where boxes and relations of the units let it be, as far as that is easy."""
        choices = self.choices
        masks: dict[int, int] = {}
        rels: list[Rel] = []
        for unit in units:
            for var, mask in (choices.boxes[unit] or {}).items():
                masks[var] = mask & masks.get(var, mask)
            choice = choices.problem.units[unit].choice
            if isinstance(choice, Rel):
                rels.append(choice)
        moved: dict[int, int] = {}
        for var, mask in masks.items():
            if mask and not mask >> self.base.cells[var] & 1:
                moved[var] = self._best(var, bits(mask), left)
        for _ in rels:
            if not self._settle(rels, masks, moved, left):
                break
        if not moved:
            return self.base
        numbers = {var: number for var, number in self.base.numbers.items() if var not in moved}
        return Design({**self.base.cells, **moved}, numbers, self.base.elements)

    def with_lists(self, design: Design | None, units: Iterable[int]) -> Design | None:
        """The design with the lists of the reference design, if the units allow it."""
        if design is None or same_lists(design, self.base):
            return design
        other = Design(design.cells, design.numbers, self.base.elements)
        complexes = (unit for unit in units if self.choices.boxes[unit] is None)
        return other if not any(self.choices.fails(other, unit) for unit in complexes) else design

    def _best(self, var: int, cells: Iterable[int], left: int) -> int:
        """The first of the cells that break the fewest boxes."""
        table = self.choices.out.get(var)
        return min(cells) if table is None else min(cells, key=lambda cell: (table[cell] & left).bit_count())

    def _settle(self, rels: Sequence[Rel], masks: Mapping[int, int], moved: dict[int, int], left: int) -> bool:
        """Move one side of each relation that cannot hold where its variables are; whether anything was moved."""
        changed = False
        for rel in rels:
            one, other = (moved.get(var, self.base.cells[var]) for var in (rel.left, rel.right))
            if not self._never(rel, one, other):
                continue
            full = self.choices.problem.variables
            lefts = [c for c in bits(masks.get(rel.left, full[rel.left].full)) if not self._never(rel, c, other)]
            rights = [c for c in bits(masks.get(rel.right, full[rel.right].full)) if not self._never(rel, one, c)]
            options = [(rel.left, self._best(rel.left, lefts, left))] if lefts else []
            options += [(rel.right, self._best(rel.right, rights, left))] if rights else []
            if options:
                var, cell = min(options, key=lambda option: self._price(option[0], option[1], left))
                moved[var] = cell
                changed = True
        return changed

    def _price(self, var: int, cell: int, left: int) -> int:
        table = self.choices.out.get(var)
        return 0 if table is None else (table[cell] & left).bit_count()

    def _never(self, rel: Rel, one: int, other: int) -> bool:
        key = rel, one, other
        known = self._apart.get(key)
        if known is None:
            variables = self.choices.problem.variables
            left, right = variables[rel.left], variables[rel.right]
            known = self._apart[key] = never(rel, left.kind, left.cells[one], right.cells[other])
        return known
