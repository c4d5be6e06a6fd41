"""Checks with a part taken out, and whether a test in the file of the pack notices.

Guarantees: every line of every check is taken out once (`Line`), and every operand of an `and`, `or` or `any` in it
(`Part`); a requirement with a part taken out is compiled and evaluated like any other.  A mutant that no test tells from
the original survives: the tests do not hold that part.  What it does not do: change values.
`python -m tests.standards.mutants` prints the score of every pack and the survivors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from rulewright import dsl
from rulewright.dsl import ir
from tests.standards.packs import PACKS, layers
from tests.standards.suite import ask, bare, by_day, distinct


@dataclass(frozen=True, slots=True)
class Mutant:
    """A requirement with a part taken out: `id` names what (`…:5.1-1 check#2`, `…:5.1-1 check#2/1`)."""

    layer: int
    id: str
    requirement: ir.Requirement
    text: str

    @property
    def of(self) -> str:
        """The requirement that it was made from."""
        return self.requirement.id

    @property
    def number(self) -> int:
        """A number from its name alone, evenly spread."""
        return int.from_bytes(hashlib.sha256(self.id.encode()).digest()[:4], "big")


def mutants(layer: int, requirement: ir.Requirement) -> Iterator[Mutant]:
    """Every mutant of a requirement."""
    for place, line in enumerate(requirement.lines):
        others = (*requirement.lines[:place], *requirement.lines[place + 1 :])
        name = f"{requirement.id} {line.label}"
        yield Mutant(layer, name, replace(requirement, lines=others), line.text)
        for number, expr in enumerate(_shorter(line.expr), 1):
            lines = (*requirement.lines[:place], replace(line, expr=expr), *requirement.lines[place + 1 :])
            yield Mutant(layer, f"{name}/{number}", replace(requirement, lines=lines), line.text)


def _shorter(expr: ir.Expr) -> Iterator[ir.Expr]:
    """An expression with one operand less, in every way."""
    match expr:
        case ir.And(items) | ir.Or(items):
            for place, item in enumerate(items):
                before, after = items[:place], items[place + 1 :]
                yield type(expr)((*before, *after))
                for shorter in _shorter(item):
                    yield type(expr)((*before, shorter, *after))
        case ir.Not(item):
            yield from (ir.Not(shorter) for shorter in _shorter(item))
        case ir.Quant():
            yield from (replace(expr, body=shorter) for shorter in _shorter(expr.body))
            yield from (replace(expr, where=shorter) for shorter in _shorter(expr.where))
        case _:
            return


def everything() -> list[Mutant]:
    """All mutants of all packs."""
    found: list[Mutant] = []
    for number, layer in enumerate(layers()):
        assert layer.program is not None
        for requirement in layer.program.requirements:
            found += mutants(number, requirement)
    return found


def survivors(chosen: Iterable[Mutant]) -> list[Mutant]:
    """The mutants that pass every test of their requirement."""
    alive: list[Mutant] = []
    wanted = list(chosen)
    for number, layer in enumerate(layers()):
        here = [mutant for mutant in wanted if mutant.layer == number]
        ids = {mutant.of for mutant in here}
        killed: set[int] = set()
        for day, cases in by_day(case for case in layer.tests if case.requirement in ids).items():
            killed |= _killed(number, here, cases, day)
        alive += [mutant for place, mutant in enumerate(here) if place not in killed]
    return alive


def _killed(number: int, chosen: list[Mutant], cases: list[dsl.TestCase], day: int) -> set[int]:
    """The places of the mutants that some tests of one day tell from their originals."""
    program = layers()[number].program
    assert program is not None
    products, places = distinct(number, cases)
    of: dict[str, list[tuple[dsl.TestCase, int]]] = {}
    for case, product in zip(cases, places, strict=True):
        of.setdefault(case.requirement, []).append((case, product))
    answers = ask(bare(program, (mutant.requirement for mutant in chosen)), products, day)
    return {
        place
        for place, mutant in enumerate(chosen)
        if any(answers.verdict(place, product) != case.expect for case, product in of.get(mutant.of, ()))
    }


def pack_of(mutant: Mutant) -> str:
    """The pack of a mutant, as `ID@EDITION`."""
    file = mutant.requirement.place.file
    return next(pack.name for pack in PACKS if pack.file == file)


def _report() -> Iterator[str]:
    """The score of each pack, then the survivors."""
    made = everything()
    alive = survivors(made)
    for pack in PACKS:
        total = [mutant for mutant in made if pack_of(mutant) == pack.name]
        left = [mutant for mutant in alive if pack_of(mutant) == pack.name]
        lines = [mutant for mutant in left if "/" not in mutant.id.rpartition(" ")[2]]
        yield f"{pack.name}: {len(total) - len(left)} of {len(total)} noticed; {len(lines)} lines survive"
    for mutant in alive:
        yield f"{pack_of(mutant)} {mutant.id}: {' '.join(mutant.text.split())}"


if __name__ == "__main__":
    print("\n".join(_report()))
