"""Conflicts with at least one complex unit: clauses, quantified elements, relations.

Guarantees: every minimal conflict of at most `arity` owners that contains the root and, besides boxes, a complex unit, is
recorded (or a part of it is).  Two facts make each node's branches few; both hold for every design that satisfies the seed:

* a conflict above the seed contains a unit that the design breaks (else the design satisfies it all);
* it contains a unit *against* the design: with a literal that is false on one of the variables that make the seed true, or
  with a relation, collection or opaque name that bears on it (a unit that is one quantifier only if the design breaks it).  Else a design of the rest (there is one: conflicts are minimal)
  could take over those variables, and since formulas are monotone in their literals it would satisfy all.

The smaller of the two sets is branched over; where only one more unit can come, it must be in both.
Source: implicit hitting sets (Saikko, Wallner, Järvisalo 2016), rooted and bounded.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.engine.analysis.choices import Choices, Parts
from rulewright.engine.analysis.cubes import bits
from rulewright.engine.analysis.hunt import Hunt, Owners
from rulewright.engine.analysis.model import All, Design, Elem, Formula, Lit, Opaque, Rel, Some
from rulewright.engine.analysis.nearby import Nearby
from rulewright.engine.analysis.reference_design import Reference

CROWD = 15
"""One unit near the seed costs as much as so many culprits (measured)."""


WHOLE = 400
"""So many units are asked about at once before they are looked at one by one."""


class MixedHunt:
    """The hunt from one root after another."""

    def __init__(self, hunt: Hunt, reference: Reference) -> None:
        """Start from a design that breaks few units."""
        self.hunt = hunt
        self.choices = hunt.choices
        self.reference = reference
        self.nearby = Nearby(hunt.choices, reference)

    def run(self, root: int, left: int) -> None:
        """Find the conflicts that contain this unit, and otherwise units of the bitset `left` only."""
        hunt = self.hunt
        owners = hunt.owners_with((), root)
        if len(owners) > hunt.arity or hunt.blocked(owners) or not hunt.contexts.meet((root,)):
            return
        self._explore((root,), owners, left & hunt.contexts.row(root) & ~(1 << root))

    def _explore(self, seed: tuple[int, ...], owners: Owners, left: int) -> None:
        """Extend a seed whose units share a context by units of the bitset `left`."""
        hunt = self.hunt
        hunt.check()
        room = hunt.arity - len(owners)
        free = left & hunt.free(owners)
        closure = self._closure(seed, free) if free else 0
        strangers = free & ~closure & ~self.choices.axioms
        around = self._around(seed)
        if not room:
            left = closure
        elif room == 1 and not closure and not strangers:
            left &= self._last(around)
            if not left and all(not self.reference.broken >> unit & 1 for unit in seed):
                return
        design, whole = self._design(seed, closure, left)
        if design is None:
            hunt.record(seed)
            return
        if not left or (not room and (not closure or len(whole) > len(seed))):
            return
        if room > 1 and self._harmless(seed, left):
            return
        single = room == 1 and not strangers and len(whole) == len(seed) + closure.bit_count()
        far = room > 2 and len(whole) == 1
        for unit in bits(self._branches(whole, design, left, around, single=single, far=far)):
            left &= ~(1 << unit)
            self._child((*seed, unit), owners, left)

    def _harmless(self, seed: Sequence[int], left: int) -> bool:
        """Whether one design satisfies the seed and all that could come to it: then nothing above the seed is a conflict.

        Of what is left only that counts which hangs together with the seed.  An answer that the oracle could not decide is none.
        """
        linked = self._closure(seed, left, WHOLE)
        if not 1 < linked.bit_count() <= WHOLE:
            return False
        oracle = self.hunt.oracle
        before = len(oracle.gaps)
        return oracle.satisfiable((*seed, *bits(linked))) and len(oracle.gaps) == before

    def _last(self, around: Sequence[int]) -> int:
        """The units that can be the last one: one that comes alone has to stand against every part of the seed."""
        every = self.hunt.ready.isolated
        for near in around:
            every &= near
        return every | ~self.hunt.ready.isolated

    def _child(self, seed: tuple[int, ...], owners: Owners, left: int) -> None:
        hunt = self.hunt
        wider = hunt.owners_with(owners, seed[-1])
        if len(wider) > hunt.arity or hunt.blocked(wider):
            return
        left &= hunt.contexts.row(seed[-1])
        if len(wider) == hunt.arity and not left & hunt.free(wider) and hunt.consistent(seed):
            return
        if hunt.contexts.meet(seed):
            self._explore(seed, wider, left)

    def _design(self, seed: tuple[int, ...], closure: int, left: int) -> tuple[Design | None, Sequence[int]]:
        """A design for the seed, and for the units that cost nothing too if there is one; and which it was for."""
        whole = (*seed, *bits(closure)) if closure else seed
        near = self.nearby.design(whole, left)
        if near is not None:
            return near, whole
        near = self.nearby.start(seed, left)
        design = self.hunt.oracle.design(whole, near)
        if design is None and closure:
            whole, design = seed, self.hunt.oracle.design(seed, near)
        return self.nearby.with_lists(design, whole), whole

    def _closure(self, seed: Sequence[int], free: int, most: int = 0) -> int:
        """Those of the units that are linked to the seed by what they mention; with `most`, more than so many are not looked for."""
        choices, reached, front = self.choices, 0, list(seed)
        while front and free:
            linked = 0
            for unit in front:
                linked |= choices.linked(unit)
            linked &= free
            reached |= linked
            if most and reached.bit_count() > most:
                break
            free &= ~linked
            front = list(bits(linked))
        return reached

    # --- branches ------------------------------------------------------------------------------------------------------

    def _branches(
        self, whole: Sequence[int], design: Design, left: int, around: Sequence[int], *, single: bool, far: bool
    ) -> int:
        """Units of which every conflict above contains one.

        `single`: a unit that comes alone has to be in all sets.  `far`: three more may come: then what the design breaks is
        preferred, since with a culprit in the seed few contexts and few units are left.
        """
        broken = self._broken(design, whole, left)
        if not broken:
            return 0
        against = self._against(whole, design, left, broken)
        chosen = min(against, broken, *(near & left for near in around), key=int.bit_count)
        if far and chosen.bit_count() * CROWD > broken.bit_count():
            return broken
        if single:
            chosen &= (against & broken) | ~self.hunt.ready.isolated
        return chosen

    def _around(self, seed: Sequence[int]) -> list[int]:
        """For each part of the seed that hangs together, the units that stand against it: a conflict has one of them."""
        parts: list[tuple[int, int]] = []
        for unit in seed:
            members, near = 1 << unit, self.choices.adjacent(unit)
            apart = []
            for others, beside in parts:
                if others & near:
                    members, near = members | others, near | beside
                else:
                    apart.append((others, beside))
            parts = [*apart, (members, near)]
        return [near for _, near in parts]

    def _broken(self, design: Design, whole: Sequence[int], left: int) -> int:
        """The units of `left` that the design breaks; only those that bear on what was moved are judged again."""
        choices, reference = self.choices, self.reference
        base = reference.design
        if design is base:
            return reference.broken & left
        mentioned = {var for unit in whole for var in choices.parts[unit].variables}
        changed = [
            var
            for var in sorted(mentioned)
            if design.cells[var] != base.cells[var] or design.numbers.get(var) != base.numbers.get(var)
        ]
        names: set[str] = set()
        if design.elements is not base.elements:
            names = names.union(*(choices.names_of(choices.parts[unit]) for unit in whole))
        names |= {f"?{name}" for unit in whole for name in choices.parts[unit].opaque}
        found = left & (choices.broken_boxes(design.cells) if changed else reference.boxes)
        touched = choices.touching(changed, names) & choices.complex
        return found | (reference.complex & left & ~touched) | choices.broken(design, touched & left)

    def _against(self, whole: Sequence[int], design: Design, left: int, broken: int) -> int:
        """The units of `left` with something against what makes these units true."""
        choices = self.choices
        reasons = Reasons(choices, design)
        for unit in whole:
            reasons.add(choices.problem.units[unit].choice, choices.parts[unit])
        found = choices.touching((), reasons.names) & (broken | ~choices.quantified)
        for var in reasons.used:
            table = choices.against.get(var)
            if table is not None:
                found |= table[design.cells[var]]
            found |= choices.related.get(var, 0)
        for unit in whole:
            found &= ~(1 << unit)
        return found & left


class Reasons:
    """The variables and names that make formulas true in a design: of a disjunction a true literal if there is one."""

    def __init__(self, choices: Choices, design: Design) -> None:
        """Nothing yet."""
        self.choices = choices
        self.cells = design.cells
        self.used: set[int] = set()
        self.names: set[str] = set()

    def add(self, formula: Formula, parts: Parts) -> None:
        """Why a formula is true; `parts` are those of the whole choice that it stands in."""
        match formula:
            case Lit(var):
                self.used.add(var)
            case Rel(left, _, right):
                self.used |= {left, right}
            case Opaque() | Elem():
                self.names |= self.choices.names_of(parts)
            case All(items):
                for item in items:
                    self.add(item, parts)
            case Some(items):
                self._first(items, parts)
            case _:
                raise TypeError(type(formula).__name__)

    def _first(self, items: Sequence[Formula], parts: Parts) -> None:
        for item in items:
            if isinstance(item, Lit) and item.mask >> self.cells[item.var] & 1:
                self.used.add(item.var)
                return
        for item in items:
            self.add(item, parts)
