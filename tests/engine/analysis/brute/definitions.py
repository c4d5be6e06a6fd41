"""The definitions of the analysis (language reference, section 7), over the table of all products.

A `World` says, for every context and design, which requirements are violated (bit `i`: requirement `i`), and which designs
the axioms allow there.  A context in which the axioms allow no design is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import combinations
from typing import Literal

import numpy as np

from rulewright.dsl import ir
from tests.engine.analysis.brute.space import Bits, Codes, Judged, Space, holds, judge

Kind = Literal["contradiction", "tension", "right"]
Set = frozenset[int]


class World:
    """A program on all its products."""

    def __init__(self, space: Space, program: ir.Program) -> None:
        """Judge every requirement on every product that the axioms allow."""
        self.space, self.program = space, program
        self.judged: list[Judged] = [judge(space, program, n) for n in range(len(program.requirements))]
        there = np.ones((space.contexts, space.designs), dtype=np.bool_)
        for axiom in program.axioms:
            there &= holds(space, axiom.expr)
        self.there: Bits = there
        self.real: Bits = np.asarray(there.any(axis=1))
        codes = np.zeros(there.shape, dtype=np.int64)
        for number, judged in enumerate(self.judged):
            codes |= judged.violated.astype(np.int64) << number
        self.codes: Codes = codes

    @cached_property
    def families(self) -> dict[frozenset[int], int]:
        """Per context that there is, the sets of violated requirements that its designs leave; with one such context."""
        found: dict[frozenset[int], int] = {}
        for context in np.flatnonzero(self.real):
            left = frozenset(np.unique(self.codes[context][self.there[context]]).tolist())
            found.setdefault(left, int(context))
        return found

    # --- conflicts -----------------------------------------------------------------------------------------------------

    @property
    def counted(self) -> list[int]:
        """The requirements that demand: `shall`, `should`, and declared rights."""
        return [n for n, r in enumerate(self.program.requirements) if r.level != "may" or r.right]

    def contradictory(self, members: Iterable[int]) -> bool:
        """In some context every design violates one of these."""
        mask = sum(1 << n for n in members)
        return any(all(code & mask for code in left) for left in self.families)

    def contradictions(self, among: Iterable[int] | None = None) -> set[Set]:
        """The minimal contradictory sets, of every size."""
        numbers = self.counted if among is None else sorted(among)
        found: set[Set] = set()
        for size in range(1, len(numbers) + 1):
            for members in map(frozenset, combinations(numbers, size)):
                if not any(smaller <= members for smaller in found) and self.contradictory(members):
                    found.add(members)
        return found

    def kind(self, members: Iterable[int]) -> Kind:
        """Of a conflict, by the levels of its members."""
        several = [self.program.requirements[n] for n in members]
        if any(r.right for r in several):
            return "right"
        return "tension" if any(r.level == "should" for r in several) else "contradiction"

    # --- single requirements and pairs -----------------------------------------------------------------------------------

    def violated(self, number: int) -> Bits:
        """Products that violate it."""
        return self.judged[number].violated & self.there

    def applies(self, number: int) -> Bits:
        """Products to which it applies."""
        return self.judged[number].applies & self.there

    def vacuous(self, number: int) -> bool:
        """No product violates it."""
        return not self.violated(number).any()

    def dead(self, number: int) -> bool:
        """It applies to no product."""
        return not self.applies(number).any()

    def vacuous_given(self, number: int, others: Iterable[int]) -> bool:
        """No product that satisfies the others violates it: they demand it already."""
        rest = self.violated(number).copy()
        for other in others:
            rest &= ~self.judged[other].violated
        return not rest.any()

    def applies_only_against(self, number: int, other: int) -> bool:
        """It applies to some product, and every product to which it applies violates the other one."""
        applies = self.applies(number)
        return bool(applies.any() and not (applies & ~self.judged[other].violated).any())

    def implies(self, left: int, right: int) -> bool:
        """Every product that satisfies the left one satisfies the right one."""
        return self.vacuous_given(right, [left])

    def equivalent(self, left: int, right: int) -> bool:
        """The same products satisfy both."""
        return self.implies(left, right) and self.implies(right, left)

    def redundant(self, number: int, among: Iterable[int]) -> set[Set]:
        """The minimal sets of others that demand it already; the empty one where nothing can violate it."""
        others = sorted(set(among) - {number})
        found: set[Set] = set()
        for size in range(len(others) + 1):
            for members in map(frozenset, combinations(others, size)):
                if not any(smaller <= members for smaller in found) and self.vacuous_given(number, members):
                    found.add(members)
        return found

    def overlap(self, left: int, right: int) -> bool:
        """Some product falls under both."""
        return bool((self.applies(left) & self.applies(right)).any())

    def dominates(self, strict: int, mild: int) -> bool:
        """Where both apply, every product that satisfies the strict one satisfies the mild one."""
        both = self.applies(strict) & self.applies(mild)
        return not (both & self.violated(mild) & ~self.judged[strict].violated).any()

    def moot(self, members: Iterable[int]) -> bool:
        """In a context where a design may fall under all of these, none meets them while it does; but one escapes."""
        both, met = self.there.copy(), self.there.copy()
        for number in members:
            both &= self.judged[number].applies
            met &= ~self.judged[number].violated
        caught = both.any(axis=1) & ~(both & met).any(axis=1)
        return bool((caught & met.any(axis=1)).any())

    # --- contexts ----------------------------------------------------------------------------------------------------------

    def gaps(self, topic: Iterable[int], within: Bits) -> bool:
        """A context in which some product is within the subject, and to none of them any of these applies."""
        touched = np.zeros(self.space.contexts, dtype=np.bool_)
        for number in topic:
            touched |= self.applies(number).any(axis=1)
        return bool(((within & self.there).any(axis=1) & ~touched).any())

    def served(self, members: Sequence[int] | None = None, contexts: Bits | None = None) -> list[frozenset[int]]:
        """Per design, the contexts in which it satisfies all of these; only the largest, each once."""
        mask = sum(1 << n for n in (self.counted if members is None else members))
        good = (self.codes & mask == 0) & self.there
        if contexts is not None:
            good = good & contexts[:, None]
        found = {frozenset(np.flatnonzero(column).tolist()) for column in np.unique(good.T, axis=0)}
        return sorted((s for s in found if not any(s < t for t in found)), key=sorted)

    def variants(self, members: Sequence[int] | None = None, contexts: Bits | None = None) -> int | None:
        """The least number of designs that serve every context; None where one has no design."""
        wanted = self.real if contexts is None else self.real & contexts
        whole = frozenset(np.flatnonzero(wanted).tolist())
        choices = self.served(members, wanted)
        if not whole <= frozenset().union(*choices):
            return None
        for count in range(len(choices) + 1):
            if any(whole <= frozenset().union(*some) for some in combinations(choices, count)):
                return count
        return None
