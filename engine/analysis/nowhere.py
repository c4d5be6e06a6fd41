"""Facts of a product that background knowledge rules out: then there is no context, and every answer would be empty.

Guarantees: exact as far as contexts are (`contexts`); what is named is a smallest set of axioms, in their order, that the facts
contradict, or that contradict one another where there are no facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.normalise import axioms_of, build
from rulewright.facts.types import Value
from rulewright.facts.vocabulary import Vocabulary


def nowhere(
    programs: Sequence[ir.Program], vocabulary: Vocabulary, as_of: int, facts: Mapping[str, Value]
) -> tuple[ir.Axiom, ...] | None:
    """The axioms that leave no context for these facts; None where there is one."""
    axioms = axioms_of(programs)
    if not axioms:
        return None
    # Requirements that mention all they speak of: `build` leaves out axioms that have to do with nothing asked.
    mentions = tuple(map(_mention, axioms))
    bare = [replace(program, requirements=mentions, waivers=()) for program in programs]
    problem = build(bare, vocabulary, as_of=as_of, facts=facts)
    kept = {number for number, owner in enumerate(problem.owners) if owner.axiom is not None}

    def possible(kept: set[int]) -> bool:
        """Whether some context is left under these axioms."""
        context = tuple((owner, formula) for owner, formula in problem.context if owner < 0 or owner in kept)
        units = tuple(unit for unit in problem.units if unit.owner in kept)
        return Contexts(replace(problem, context=context, units=units)).together(()) is not None

    if possible(kept):
        return None
    for number in sorted(kept):
        if not possible(kept - {number}):
            kept.remove(number)
    return tuple(
        owner.axiom for number, owner in enumerate(problem.owners) if number in kept and owner.axiom is not None
    )


def _mention(axiom: ir.Axiom) -> ir.Requirement:
    """A requirement that asks what an axiom speaks of."""
    return ir.Requirement(
        id=f"axioms:{axiom.id}",
        level="shall",
        severity="low",
        title="",
        scope=ir.Const(value=True),
        applies=axiom.expr,
        lines=(ir.Line("check", "", axiom.expr, axiom.place),),
        place=axiom.place,
    )
