"""What a requirement presupposes of the design, as requirements of their own.

`conditioned` adds to each requirement a twin that demands what the requirement only presupposes: that it applies, and that
the lists over which its lines range are not empty.  Obligations that clash with the twins and not without them clash only as
long as design keeps a condition true that it may drop: they are moot.

Guarantees: requirements that are there stay as they are; a twin's id is the requirement's with `PRESUMED` at the end.
What it does not do: decide anything (`pairs`).  A twin is no requirement: leave it out of everything else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec.structs import replace

from rulewright.dsl import ir

PRESUMED = " (presumed)"


def conditioned(program: ir.Program, wanted: Collection[str]) -> ir.Program:
    """The program with twins of the requirements named by their ids."""
    twins = tuple(_twin(one) for one in program.requirements if one.id in wanted)
    return replace(program, requirements=program.requirements + twins)


def _twin(requirement: ir.Requirement) -> ir.Requirement:
    """A requirement that demands what another one presupposes."""
    lines = tuple(
        ir.Line(f"check#{number}", "", expr, requirement.place)
        for number, expr in enumerate(_presumed(requirement), start=1)
    )
    return replace(
        requirement,
        id=requirement.id + PRESUMED,
        level="shall",
        right=False,
        scope=ir.Const(value=True),
        applies=ir.Const(value=True),
        lines=lines,
        valid_from=None,
        valid_until=None,
    )


def _presumed(requirement: ir.Requirement) -> Iterator[ir.Expr]:
    """That it applies, and that each line which is an `every` selects something."""
    yield requirement.scope
    yield requirement.applies
    for line in requirement.lines:
        match line.expr:
            case ir.Quant("every", var, collection, where, _, "all"):
                yield ir.Quant("some", var, collection, where, ir.Const(value=True))
            case _:
                continue
