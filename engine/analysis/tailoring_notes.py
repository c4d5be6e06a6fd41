"""Does a policy's `set` weaken what it sets?  Each requirement with the value set is held against the one with the module's own.

Guarantees: a `set` of which nothing is said never lets a product through that the module's own value stops: every product (in
the contexts of the profile) that meets the requirement as it is set meets it as its module has it.  Where that is not so, a
product shows it, as the evaluator says, too.  A policy's own scope and dates are not part of the question.
What it does not do: `tighten` (proven by the compiler), `weaken` and `exclude` (said in every result); the evidence that counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis.findings import FactValue, Observation
from rulewright.engine.analysis.normalise import build
from rulewright.engine.analysis.observe import Base, observation
from rulewright.engine.analysis.possible import Possible
from rulewright.engine.analysis.work import Work

OWN = " (as its module has it)"


class Weaker(NamedTuple):
    """A requirement that a `set` weakens, with a product that only the module's own value stops."""

    requirement: ir.Requirement
    lines: tuple[ir.Tailored, ...]
    witness: tuple[FactValue, ...] | None
    """None: it could not be held against its module's own value"""
    confirmed: bool
    decisive: tuple[FactValue, ...] = ()
    """the facts of it that the module's own value stops"""


def weakened(work: Work, base: Base) -> Iterator[Weaker]:
    """The requirements that a `set` weakens."""
    changed = [(program, r) for program in work.programs for r in program.requirements if _sets(r)]
    if not changed:
        return
    own = {(m.id, m.edition, r.id): r for p in base() for m in p.modules for r in p.requirements if _of(r, m)}
    for program, wanted in changed:
        module = next((m for m in program.modules if _of(wanted, m)), None)
        before = own.get((module.id, module.edition, wanted.id)) if module is not None else None
        if before is None:
            yield Weaker(wanted, _sets(wanted), None, confirmed=False)
            continue
        found = _weaker(work, program, wanted, _beside(before, wanted))
        if found is not None:
            yield found


def _sets(wanted: ir.Requirement) -> tuple[ir.Tailored, ...]:
    return tuple(line for line in wanted.tailored if line.action == "set")


def _of(wanted: ir.Requirement, module: ir.ModuleInfo) -> bool:
    return wanted.id.partition(":")[0] == module.id


def _beside(before: ir.Requirement, wanted: ir.Requirement) -> ir.Requirement:
    """The module's own requirement under another name, in the scope and the dates of the policy."""
    items, whole = _items(before.scope), _items(wanted.scope)
    scope = ir.And((*items, *whole[len(items) :]))
    dates = {"valid_from": wanted.valid_from, "valid_until": wanted.valid_until}
    return replace(before, id=before.id + OWN, level="shall", right=False, scope=scope, **dates)


def _items(expr: ir.Expr) -> tuple[ir.Expr, ...]:
    """The conjuncts of a scope."""
    if expr == ir.Const(value=True):
        return ()
    return expr.items if isinstance(expr, ir.And) else (expr,)


def _weaker(work: Work, program: ir.Program, wanted: ir.Requirement, before: ir.Requirement) -> Weaker | None:
    now = replace(wanted, level="shall", right=False)
    pair = replace(program, requirements=(now, before), waivers=())
    problem = build([pair], work.vocabulary, as_of=work.as_of, facts=work.facts)
    possible = Possible(problem, questions=program.questions)
    numbers = {owner.id: n for n, owner in enumerate(problem.owners)}
    mine, theirs = numbers[now.id], numbers[before.id]
    for unit in possible.by_owner.get(theirs, ()):
        found = possible.product([possible.satisfied(mine), possible.breaks(unit)], near=possible.usual)
        if found is not None:
            confirmed = possible.judged(mine, found) is True and possible.judged(theirs, found) is not True
            decisive = possible.facts(found, (), [problem.units[unit].choice])
            return Weaker(wanted, _sets(wanted), possible.facts(found, (mine, theirs)), confirmed, decisive)
    return None


def notes(work: Work, base: Base) -> tuple[Observation, ...]:
    """One observation per requirement that a `set` weakens, or of which that could not be told."""
    return tuple(_note(found) for found in weakened(work, base))


def _note(found: Weaker) -> Observation:
    line, name = found.lines[0], found.requirement.id
    said = " and ".join(f"`set {line.detail}`" for line in found.lines)
    if found.witness is None:
        text = f"{said}: `{name}` could not be held against what its module has of its own"
        return observation("tailoring", (name,), text, line.place)
    reason = f", because {line.because}" if line.because else ", without a reason"
    doubt = "" if found.confirmed else " (not confirmed by the evaluator)"
    shown = "; ".join(f"{fact.fact} = {fact.value}" for fact in found.decisive) or "any product"
    text = f"{said} weakens `{name}`{reason}: it lets through what its module's own value stops, as {shown}{doubt}"
    return replace(observation("tailoring", (name,), text, line.place), witness=found.witness)
