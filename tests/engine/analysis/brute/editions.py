"""Two editions of a suite: some requirements changed at random; and what changed for which products, by brute force."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from msgspec.structs import replace

from rulewright.dsl import ir
from tests.engine.analysis.brute.definitions import World
from tests.engine.analysis.brute.runs import MOST
from tests.engine.analysis.brute.space import Space, TooLargeError
from tests.engine.analysis.brute.suites import FLAVOURS, Flavour, Maker, Suite, draw


class Editions(NamedTuple):
    """A suite before and after, over the same products."""

    seed: int
    old: World
    new: World


class Said(NamedTuple):
    """Of one requirement: products fail it only now, only before; it applies to products only now, only before."""

    failing: bool
    passing: bool
    gained: bool
    lost: bool


def editions(seed: int, flavours: Sequence[Flavour] = FLAVOURS) -> Editions:
    """Two editions that are small enough to enumerate together."""
    for attempt in range(100):
        drawn = draw(seed, attempt, flavours)
        new = _changed(drawn, Random(seed * 1_000_003 + attempt))
        try:
            space = Space([drawn.program, new], MOST)
        except TooLargeError:
            continue
        return Editions(seed, World(space, drawn.program), World(space, new))
    raise TooLargeError(f"seed {seed}")


def _changed(drawn: Suite, source: Random) -> ir.Program:
    """The program with two requirements changed, of the same attributes (the seed draws the same ones again)."""
    maker = Maker(source, drawn.flavour)
    requirements = list(drawn.program.requirements)
    for number in source.sample(range(len(requirements)), 2):
        other, old = maker.requirement(number), requirements[number]
        match source.randrange(4):
            case 0:
                requirements[number] = replace(old, lines=other.lines)
            case 1:
                requirements[number] = replace(old, applies=other.applies)
            case 2:
                requirements[number] = replace(old, lines=(*old.lines, *other.lines))
            case _:
                requirements[number] = replace(old, valid_from=other.valid_from, applies=other.scope)
    return replace(drawn.program, requirements=tuple(requirements), waivers=())


def said(found: Editions, number: int) -> Said:
    """What changed of one requirement, over all products that the axioms allow."""
    old, new = found.old.violated(number), found.new.violated(number)
    before, after = found.old.applies(number), found.new.applies(number)
    return Said(
        failing=bool((new & ~old).any()),
        passing=bool((old & ~new).any()),
        gained=bool((after & ~before).any()),
        lost=bool((before & ~after).any()),
    )
