"""The choice formulas of units as the search sees them: boxes, literals, and bitsets by variable and cell.

Guarantees: `out[var][cell]` has every box unit that a design with this cell of the variable breaks, `against[var][cell]` every
unit with a literal that this cell makes false; `violated` every unit that a design breaks and those for which it leaves that
open; `local` every unit that stands against what makes some units true (see `mixed_hunt`).  Bit i is unit i.
A *box* is a conjunction of literals; every other formula is *complex*.
What it does not do: decide whether a design exists (`oracle`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rulewright.engine.analysis.cubes import Box, bits, exact, hull
from rulewright.engine.analysis.formulas import holds
from rulewright.engine.analysis.model import (
    FALSE,
    TRUE,
    All,
    Design,
    Elem,
    Element,
    Formula,
    Lit,
    Opaque,
    Problem,
    Rel,
    Some,
)
from rulewright.engine.analysis.oracle import Oracle


class Parts:
    """What a formula is made of: literals of the product, related variables, collections, opaque names."""

    def __init__(self, formula: Formula) -> None:
        """Take it apart."""
        self.literals: dict[tuple[int, int], None] = {}
        self.related: set[int] = set()
        self.collections: set[str] = set()
        self.opaque: set[str] = set()
        self._add(formula, inside=False)

    def _add(self, formula: Formula, *, inside: bool) -> None:
        match formula:
            case Lit(var, mask):
                if not inside:
                    self.literals[var, mask] = None
            case Rel(left, _, right):
                self.related |= {left, right}
            case Opaque(name):
                self.opaque.add(name)
            case Elem(_, _, collection, inner):
                self.collections.add(collection)
                self._add(inner, inside=True)
            case All(items) | Some(items):
                for item in items:
                    self._add(item, inside=inside)
            case _:
                raise TypeError(type(formula).__name__)

    @property
    def variables(self) -> set[int]:
        """All variables of the product in it."""
        return {var for var, _ in self.literals} | self.related


class Groups:
    """Bitsets by key, made in one go."""

    def __init__(self, size: int) -> None:
        """For `size` units."""
        self.size = size // 8 + 1
        self.held: dict[object, bytearray] = {}

    def add(self, key: object, unit: int) -> None:
        """Put a unit into a group."""
        held = self.held.get(key)
        if held is None:
            held = self.held[key] = bytearray(self.size)
        held[unit >> 3] |= 1 << (unit & 7)

    def get(self, key: object) -> int:
        """The bitset of a group."""
        return int.from_bytes(self.held.get(key, b""), "little")


class Choices:
    """All choice formulas of a problem."""

    def __init__(self, problem: Problem, oracle: Oracle) -> None:
        """Sort units by what their choice mentions; those whose choice is always true are left out."""
        self.problem = problem
        self.oracle = oracle
        size = len(problem.units)
        self.boxes: list[Box | None] = [None] * size
        self._clause: list[tuple[tuple[int, int], ...] | None] = [None] * size
        self._quantifiers: dict[int, tuple[Mapping[str, Sequence[Element]] | None, bool]] = {}
        self._adjacent: dict[int, int] = {}
        self._linked: dict[int, int] = {}
        self._relations: dict[tuple[Rel, int, int, int | None, int | None], bool] = {}
        self.parts: list[Parts] = []
        self.class_of: list[int] = []
        classes: dict[Formula, tuple[int, Parts]] = {}
        groups = Groups(size)
        for number, unit in enumerate(problem.units):
            known = classes.get(unit.choice)
            if known is None:
                known = classes[unit.choice] = len(classes), Parts(unit.choice)
            self.class_of.append(known[0])
            self.parts.append(known[1])
            groups.add(("owner", unit.owner), number)
            if problem.owners[unit.owner].strength == "axiom":
                groups.add("axiom", number)
            if unit.choice != TRUE:
                groups.add("live", number)
                self._sort(number, unit.choice, known[1], groups)
        self.quantified = groups.get("quantified")
        self.live, self.axioms, self.complex = groups.get("live"), groups.get("axiom"), groups.get("complex")
        self.several: list[int] = []
        """the units of each owner that has more than one"""
        self.own = [groups.get(("owner", owner)) for owner in range(len(problem.owners))]
        self.several = [held & self.live for held in self.own if (held & self.live).bit_count() > 1]
        self._literals(groups)
        self._clusters(classes)

    def _sort(self, number: int, choice: Formula, parts: Parts, groups: Groups) -> None:
        """One unit into its groups."""
        box = hull(choice) if choice != FALSE and exact(choice) else None
        self.boxes[number] = box
        if box is None:
            groups.add("complex", number)
            if isinstance(choice, Some) and all(isinstance(item, Lit) for item in choice.items):
                self._clause[number] = tuple(parts.literals)
        if isinstance(choice, Elem):
            groups.add("quantified", number)
        for literal in parts.literals:
            groups.add(("literal", literal), number)
            groups.add(("on", literal[0]), number)
            if box is not None:
                groups.add(("box", literal), number)
        for var in parts.related:
            groups.add(("related", var), number)
            groups.add(("on", var), number)
        for name in (*parts.collections, *(f"?{name}" for name in parts.opaque)):
            groups.add(("name", name), number)

    def _literals(self, groups: Groups) -> None:
        """Tables by variable and cell."""
        self.masks: dict[int, dict[int, int]] = {}
        self.every: dict[int, dict[int, int]] = {}
        self.out: dict[int, list[int]] = {}
        self.against: dict[int, list[int]] = {}
        self.related: dict[int, int] = {}
        self.on: dict[int, int] = {}
        self.names: dict[str, int] = {}
        literals: dict[int, list[int]] = {}
        for key in groups.held:
            match key:
                case ("literal", (int(var), int(mask))):
                    literals.setdefault(var, []).append(mask)
                case ("related", int(var)):
                    self.related[var] = groups.get(key)
                case ("on", int(var)):
                    self.on[var] = groups.get(key)
                case ("name", str(name)):
                    self.names[name] = groups.get(key)
                case _:
                    continue
        for var in sorted(literals):
            self._table(var, sorted(literals[var]), groups)

    def _table(self, var: int, masks: Sequence[int], groups: Groups) -> None:
        every = {mask: groups.get(("literal", (var, mask))) for mask in masks}
        boxes = {mask: found for mask in masks if (found := groups.get(("box", (var, mask))))}
        count = len(self.problem.variables[var].cells)
        self.masks[var] = boxes
        self.every[var] = every
        self.out[var] = [_lacking(boxes, cell) for cell in range(count)]
        self.against[var] = [_lacking(every, cell) for cell in range(count)]

    def _clusters(self, classes: Mapping[Formula, tuple[int, Parts]]) -> None:
        """Collections that stand in one formula are one cluster."""
        root: dict[str, str] = {}

        def top(name: str) -> str:
            while root.setdefault(name, name) != name:
                name = root[name]
            return name

        for _, parts in classes.values():
            names = sorted(parts.collections)
            for name in names:
                root[max(top(name), top(names[0]))] = min(top(name), top(names[0]))
        self.cluster = {name: top(name) for name in sorted(root)}
        self.members: dict[str, list[str]] = {}
        for name, head in self.cluster.items():
            self.members.setdefault(head, []).append(name)

    # --- designs -------------------------------------------------------------------------------------------------------

    def broken_boxes(self, cells: Mapping[int, int]) -> int:
        """Bitset of the box units that a design breaks."""
        found = 0
        for var, table in self.out.items():
            found |= table[cells[var]]
        return found

    def broken(self, design: Design, among: int) -> int:
        """Bitset of the units among these that a design breaks, or may break."""
        found = 0
        for unit in bits(among):
            if self.fails(design, unit):
                found |= 1 << unit
        return found

    def fails(self, design: Design, unit: int) -> bool:
        """Whether a design breaks a unit, or may break it.  Every variable of the product has a cell in the design."""
        clause = self._clause[unit]
        if clause is not None:
            cells = design.cells
            return all(not mask >> cells[var] & 1 for var, mask in clause)
        choice = self.problem.units[unit].choice
        if isinstance(choice, Rel):
            return self._unrelated(choice, design)
        if self.quantified >> unit & 1:
            lists, known = self._quantifiers.get(self.class_of[unit], (None, True))
            if lists is not design.elements:
                known = self.oracle.violated(design, unit) is not False
                self._quantifiers[self.class_of[unit]] = design.elements, known
            return known
        return self.oracle.violated(design, unit) is not False

    def _unrelated(self, rel: Rel, design: Design) -> bool:
        """Whether a relation does not hold; remembered by cells and values."""
        left, right, numbers = rel.left, rel.right, design.numbers
        key = rel, design.cells[left], design.cells[right], numbers.get(left), numbers.get(right)
        known = self._relations.get(key)
        if known is None:
            known = self._relations[key] = holds(rel, design, design, self.problem.variables) is not True
        return known

    def adjacent(self, unit: int) -> int:
        """Bitset of the units that stand against this one, one of the two being complex; computed once per formula.

        Two literals of a variable stand against each other unless one contains the other; relations, collections and opaque
        names against all that mentions the same.  A minimal conflict with a complex unit hangs together so: were there two
        parts, designs of either could be joined (where neither literal cuts the other, the smaller one is in both).
        """
        known = self._adjacent.get(self.class_of[unit])
        if known is None:
            parts, known = self.parts[unit], 0
            for var, mask in parts.literals:
                for other, held in self.every.get(var, {}).items():
                    if other & mask not in (other, mask):
                        known |= held
                known |= self.related.get(var, 0)
            known |= self.touching(parts.related, self.names_of(parts))
            if self.boxes[unit] is not None:
                known &= self.complex
            self._adjacent[self.class_of[unit]] = known
        return known

    def touching(self, variables: Iterable[int], names: Iterable[str]) -> int:
        """Bitset of the units that mention one of these."""
        found = 0
        for var in variables:
            found |= self.on.get(var, 0)
        for name in names:
            found |= self.names.get(name, 0)
        return found

    def linked(self, unit: int) -> int:
        """Bitset of the units that mention something that this one mentions; computed once per formula."""
        known = self._linked.get(self.class_of[unit])
        if known is None:
            parts = self.parts[unit]
            known = self._linked[self.class_of[unit]] = self.touching(parts.variables, self.names_of(parts))
        return known

    def names_of(self, parts: Parts) -> set[str]:
        """The collections, with those of their clusters, and opaque names that a formula bears on."""
        found = {f"?{name}" for name in parts.opaque}
        for name in parts.collections:
            found |= {*self.members[self.cluster[name]]}
        return found


def _lacking(groups: Mapping[int, int], cell: int) -> int:
    """The union of the groups whose mask lacks a cell."""
    found = 0
    for mask, held in groups.items():
        if not mask >> cell & 1:
            found |= held
    return found
