"""The packs' mutants and the tests that notice them, by the product's own mutation (`engine.trial`).

Guarantees: `line` is a line of a check less as it is written (of `meets OBJECTIVE` all its lines), `operand` an operand of an
`and`, `or` or quantifier less, `objective` a line less of an objective's check (noticed when a test of any pack that meets
the objective notices); everything else that mutation does is under its own kind.
`python -m tests.standards.mutants` prints the score of every pack and the survivors.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from rulewright.dsl import ir
from rulewright.engine.trial import mutant, mutation
from rulewright.engine.trial.score import score
from tests.standards.packs import PACKS, layers
from tests.standards.suite import trials_of


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed requirement of a layer; `name` says what: `PACK:REQUIREMENT check#2/1`, or the shared text's own name."""

    kind: str
    layer: int
    name: str
    made: mutant.Mutant

    @property
    def said(self) -> str:
        """What was changed."""
        return self.made.said


@cache
def everything() -> tuple[Mutant, ...]:
    """All mutants of all packs."""
    found: list[Mutant] = []
    for number, layer in enumerate(layers()):
        assert layer.program is not None
        for requirement in layer.program.requirements:
            found += [_named(number, requirement, made) for made in mutation.mutants(requirement)]
    return tuple(found)


def _named(layer: int, requirement: ir.Requirement, made: mutant.Mutant) -> Mutant:
    """A mutant under its name."""
    kind = "objective" if made.shared and made.kind == "line" else made.kind
    name = made.shared or f"{pack_of(requirement)}:{requirement.id.partition(':')[2]} {made.where}"
    if not made.shared and made.kind != "line":
        name += f"/{made.number}"
    return Mutant(kind, layer, name, made)


def survivors(chosen: Iterable[Mutant]) -> dict[str, Mutant]:
    """The mutants that pass every test, by name; of those that share a text, when it does so in every requirement."""
    wanted = list(chosen)
    noticed: set[str] = set()
    for number in range(len(layers())):
        here = [one for one in wanted if one.layer == number]
        dead = score(trials_of(number), made=[one.made for one in here]).killed
        noticed |= {one.name for one in here if one.made.key in dead}
    return {one.name: one for one in wanted if one.name not in noticed}


_NAMES = {pack.file: pack.name for pack in PACKS}


def pack_of(requirement: ir.Requirement) -> str:
    """The pack of a requirement, as `ID@EDITION`."""
    return _NAMES[requirement.place.file]


def _report() -> Iterator[str]:
    """The score of each pack, then the survivors."""
    alive = survivors(everything())
    total = Counter((_owner(one), one.kind) for one in {one.name: one for one in everything()}.values())
    left = Counter((_owner(one), one.kind) for one in alive.values())
    for owner in sorted({owner for owner, _ in total}):
        kinds = sorted(kind for at, kind in total if at == owner)
        scores = (f"{kind} {total[owner, kind] - left[owner, kind]} of {total[owner, kind]}" for kind in kinds)
        yield f"{owner}: {', '.join(scores)}"
    yield from (f"{one.kind} {one.name}: {one.said}" for one in alive.values())


def _owner(one: Mutant) -> str:
    return one.made.place.file


if __name__ == "__main__":
    sys.stdout.write("\n".join(_report()) + "\n")
