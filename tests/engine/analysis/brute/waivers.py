"""What a waiver is worth, over the table of all products.

A waiver lifts its requirement where its `provided` surely holds, to the end of its last day.
"""

from __future__ import annotations

import numpy as np

from rulewright.dsl import ir
from tests.engine.analysis.brute.definitions import Set, World
from tests.engine.analysis.brute.space import RUN, Bits, holds


def _number(world: World, waiver: ir.Waiver) -> int:
    return next(n for n, r in enumerate(world.program.requirements) if r.id == waiver.requirement)


def _before(world: World, waiver: ir.Waiver) -> Bits:
    """The contexts up to the waiver's last day; all where no rule looks at the day of the run."""
    days = [world.space.at(context, 0).get(RUN) for context in range(world.space.contexts)]
    return np.array([not isinstance(day, int) or day <= waiver.until for day in days], dtype=np.bool_)


def covered(world: World, waiver: ir.Waiver) -> Bits:
    """The products that it covers."""
    return holds(world.space, waiver.provided) & world.there & _before(world, waiver)[:, None]


def needless(world: World, waiver: ir.Waiver) -> bool:
    """No product that it covers violates the requirement."""
    return not (covered(world, waiver) & world.violated(_number(world, waiver))).any()


def blocked(world: World, waiver: ir.Waiver) -> bool:
    """Its `provided` holds for no product that meets the other `shall` requirements, though some products meet them."""
    own = _number(world, waiver)
    met = world.there.copy()
    for number, requirement in enumerate(world.program.requirements):
        if number != own and requirement.level == "shall":
            met &= ~world.judged[number].violated
    return bool(met.any() and not (met & covered(world, waiver)).any())


def returning(world: World, waiver: ir.Waiver) -> set[Set]:
    """The minimal conflicts of its requirement in contexts after its last day (any, where no rule looks at the day)."""
    own, before = _number(world, waiver), _before(world, waiver)
    days = any(axis.name == RUN for axis in world.space.axes)
    after = world.real & ~before if days else world.real
    found = set()
    for members in world.contradictions():
        mask = sum(1 << n for n in members)
        bad = after & ~(world.there & (world.codes & mask == 0)).any(axis=1)
        if own in members and bad.any():
            found.add(members)
    return found
