"""A design that breaks few units: the start of the search, and the list of culprits.

Guarantees: a set of units that a design satisfies holds no conflict, so every conflict, of any arity, contains a unit that the
reference design breaks.  Whatever design this is, the search is complete; a good one makes it short.  Axioms are broken
only where no design meets them all.
Source: a vote per variable, then coordinate descent on the number of broken units; then complex units one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.engine.analysis.choices import Choices
from rulewright.engine.analysis.cubes import bits
from rulewright.engine.analysis.model import Design
from rulewright.engine.analysis.oracle import Oracle

PASSES = 8
HEAVY = 1_000_000


class Reference:
    """The design, and the bitsets of box units and complex units that it breaks (or may break)."""

    def __init__(self, choices: Choices, oracle: Oracle, among: int) -> None:
        """Look for a design that breaks few of the units in the bitset `among`."""
        self.choices = choices
        self.oracle = oracle
        self.among = among
        variables = enumerate(choices.problem.variables)
        cells = {var: 0 for var, one in variables if not one.given and not one.collection}
        self._descend(cells)
        design = Design(cells)
        axioms = sorted(bits(choices.axioms & among))
        if axioms:
            design = oracle.design(axioms, design) or design
        self.design = self._mended(self._listed(design))
        self.boxes = choices.broken_boxes(self.design.cells) & among
        self.complex = choices.broken(self.design, choices.complex & among)

    @property
    def broken(self) -> int:
        """Bitset of the culprits."""
        return self.boxes | self.complex

    def _descend(self, cells: dict[int, int]) -> None:
        """Set each variable to the cell that breaks the fewest box units not broken already, until nothing gets better."""
        tables = [(var, [row & self.among for row in table]) for var, table in self.choices.out.items()]
        for var, table in tables:
            cells[var] = _best(table, 0)
        for _ in range(PASSES):
            if not _pass(tables, cells):
                return

    def _listed(self, design: Design) -> Design:
        """Lists of elements for as many quantified units as one design can meet."""
        wanted = sorted(bits(self.choices.quantified & self.among))
        if not wanted:
            return design
        while True:
            found = self.oracle.design(wanted, design)
            if found is not None:
                return Design(design.cells, design.numbers, found.elements)
            core = self.oracle.core(wanted)
            wanted.remove(max(core, key=lambda unit: (not self.choices.axioms >> unit & 1, unit)))

    def _mended(self, design: Design) -> Design:
        """Satisfy complex units one by one, where that breaks fewer units altogether."""
        choices = self.choices
        broken = choices.broken(design, choices.complex & self.among)
        cost = self._cost(design, broken)
        for unit in bits(broken):
            if choices.parts[unit].collections or not broken >> unit & 1:
                continue
            other = self.oracle.design((unit,), design)
            if other is None:
                continue
            moved = [var for var, cell in other.cells.items() if cell != design.cells.get(var)]
            moved += choices.parts[unit].related
            touched = choices.touching(moved, ()) & choices.complex & self.among
            still = (broken & ~touched) | choices.broken(other, touched)
            price = self._cost(other, still)
            if price < cost:
                design, broken, cost = other, still, price
        return design

    def _cost(self, design: Design, complex_broken: int) -> int:
        broken = (self.choices.broken_boxes(design.cells) & self.among) | complex_broken
        return broken.bit_count() + HEAVY * (broken & self.choices.axioms).bit_count()


def _best(table: Sequence[int], others: int) -> int:
    """The first cell that breaks the fewest units besides the others."""
    keep = ~others
    return min(range(len(table)), key=lambda cell: (table[cell] & keep).bit_count())


def _pass(tables: Sequence[tuple[int, list[int]]], cells: dict[int, int]) -> bool:
    """One round; whether a cell was changed."""
    after = [0] * (len(tables) + 1)
    for place in range(len(tables) - 1, -1, -1):
        var, table = tables[place]
        after[place] = after[place + 1] | table[cells[var]]
    before, changed = 0, False
    for place, (var, table) in enumerate(tables):
        others = before | after[place + 1]
        best, held = _best(table, others), cells[var]
        if (table[best] & ~others).bit_count() < (table[held] & ~others).bit_count():
            cells[var], changed = best, True
        before |= table[cells[var]]
    return changed
