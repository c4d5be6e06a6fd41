"""Checks with a part taken out, and whether a test in the file of the pack notices.

Guarantees: what is taken out is a line of a check as it is written (`line`: of `meets OBJECTIVE` all its lines), or an operand
of an `and`, `or` or `any` in a line (`part`), or a line of an objective's check (`objective`: noticed when a test of any pack
that meets the objective notices).  A requirement with a part taken out is evaluated like any other.  What survives is not held
by any test.  What it does not do: change values.
`python -m tests.standards.mutants` prints the score of every pack and the survivors.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal

from msgspec.structs import replace

from rulewright import dsl
from rulewright.dsl import ir
from tests.standards.packs import PACKS, layers
from tests.standards.suite import ask, bare, by_day, distinct

Kind = Literal["line", "part", "objective"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A requirement with a part taken out.

    `name` says what: `PACK:REQUIREMENT check#2`, with `/1` for a part; `OBJECTIVE TEXT` for a line of an objective, which
    has several mutants, one for each requirement that meets it.
    """

    kind: Kind
    layer: int
    name: str
    requirement: ir.Requirement
    text: str


@cache
def everything() -> tuple[Mutant, ...]:
    """All mutants of all packs."""
    found: list[Mutant] = []
    for number, layer in enumerate(layers()):
        assert layer.program is not None
        for requirement in layer.program.requirements:
            found += _lines(number, requirement)
            found += _inside(number, requirement)
    return tuple(found)


def _lines(layer: int, requirement: ir.Requirement) -> Iterator[Mutant]:
    """A line of the pack less: `meets OBJECTIVE` is one line there."""
    prefix = f"{pack_of(requirement)}:{requirement.id.partition(':')[2]}"
    numbered = list(enumerate(requirement.lines))
    for _, group in groupby(numbered, lambda item: (item[1].objective, _own_label(item[1]))):
        taken = dict(group)
        lines = tuple(line for place, line in numbered if place not in taken)
        first = next(iter(taken.values()))
        name = f"{prefix} {_own_label(first)}"
        text = f"meets {first.objective}" if first.objective else first.text
        yield Mutant("line", layer, name, replace(requirement, lines=lines), text)


def _own_label(line: ir.Line) -> str:
    """The label of a line as it is written in the pack."""
    return line.label.partition(".")[0] if line.objective else line.label


def _inside(layer: int, requirement: ir.Requirement) -> Iterator[Mutant]:
    """An operand of a line less, or a line of an objective."""
    prefix = f"{pack_of(requirement)}:{requirement.id.partition(':')[2]}"
    for place, line in enumerate(requirement.lines):
        before, after = requirement.lines[:place], requirement.lines[place + 1 :]
        if line.objective:
            text = line.text.partition(": ")[2]
            name = f"{line.objective} {' '.join(text.split())}"
            yield Mutant("objective", layer, name, replace(requirement, lines=(*before, *after)), text)
            continue
        for number, expr in enumerate(_shorter(line.expr), 1):
            lines = (*before, replace(line, expr=expr), *after)
            yield Mutant("part", layer, f"{prefix} {line.label}/{number}", replace(requirement, lines=lines), line.text)


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


def survivors(chosen: Iterable[Mutant]) -> dict[str, Mutant]:
    """The mutants that pass every test, by name; one of an objective, when it does so in every requirement."""
    wanted = list(chosen)
    killed: set[str] = set()
    for number, layer in enumerate(layers()):
        here = [mutant for mutant in wanted if mutant.layer == number]
        ids = {mutant.requirement.id for mutant in here}
        for day, cases in by_day(case for case in layer.tests if case.requirement in ids).items():
            killed |= _killed(number, here, cases, day)
    return {mutant.name: mutant for mutant in wanted if mutant.name not in killed}


def _killed(number: int, chosen: list[Mutant], cases: list[dsl.TestCase], day: int) -> set[str]:
    """The names of the mutants that some tests of one day tell from their originals."""
    program = layers()[number].program
    assert program is not None
    products, places = distinct(number, cases)
    of: dict[str, list[tuple[dsl.TestCase, int]]] = {}
    for case, product in zip(cases, places, strict=True):
        of.setdefault(case.requirement, []).append((case, product))
    asked = [mutant for mutant in chosen if mutant.requirement.id in of]
    answers = ask(bare(program, (mutant.requirement for mutant in asked)), products, day)
    return {
        mutant.name
        for place, mutant in enumerate(asked)
        if any(answers.verdict(place, product) != case.expect for case, product in of[mutant.requirement.id])
    }


_NAMES = {pack.file: pack.name for pack in PACKS}


def pack_of(requirement: ir.Requirement) -> str:
    """The pack of a requirement, as `ID@EDITION`."""
    return _NAMES[requirement.place.file]


def _report() -> Iterator[str]:
    """The score of each pack, then the survivors."""
    made = {mutant.name: mutant for mutant in everything()}
    alive = survivors(everything())
    total = Counter((_owner(mutant), mutant.kind) for mutant in made.values())
    left = Counter((_owner(mutant), mutant.kind) for mutant in alive.values())
    for owner in ["objectives", *(pack.name for pack in PACKS)]:
        kinds: tuple[Kind, ...] = ("objective",) if owner == "objectives" else ("line", "part")
        scores = (f"{kind}s {total[owner, k] - left[owner, k]} of {total[owner, k]}" for kind in kinds for k in [kind])
        yield f"{owner}: {', '.join(scores)}"
    for kind in ("objective", "line", "part"):
        yield from (f"{kind} {m.name}: {' '.join(m.text.split())}" for m in alive.values() if m.kind == kind)


def _owner(mutant: Mutant) -> str:
    return "objectives" if mutant.kind == "objective" else pack_of(mutant.requirement)


if __name__ == "__main__":
    sys.stdout.write("\n".join(_report()) + "\n")
