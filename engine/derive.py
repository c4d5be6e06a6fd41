"""What applies to a product, and why: standards, editions, requirements, each with the condition that decides it.

Guarantees: every requirement of every standard given is in the answer exactly once per product, with an outcome and its
reason (the record that EN 303 645 5.0-1 and Art. 13(4) of the CRA ask for); what cannot be decided is `undecided` with the
facts that would decide it, never left out; scope and conditions are those that `check` evaluates.
What it does not do: judge whether a requirement is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from rulewright import __version__
from rulewright.dsl import ir
from rulewright.engine.derivation import (
    OUTCOMES,
    Counted,
    Derivation,
    Derived,
    Measure,
    Outcome,
    Standard,
    Wanted,
    Why,
)
from rulewright.engine.grounds import Grounds, names
from rulewright.engine.report import natural, product_info
from rulewright.engine.result import Engine, Input
from rulewright.engine.words import date_text
from rulewright.facts.base import ANSWER, FactBase

LISTED = 4
"""So many missing facts are named in the reason of a standard; all of them are in its `facts`."""


def derive(
    programs: Sequence[ir.Program],
    facts: FactBase,
    as_of: int,
    inputs: tuple[Input, ...] = (),
    assumptions: tuple[str, ...] = (),
) -> Derivation:
    """Derive what applies.  Each program holds one edition at most of a standard."""
    standards: list[Standard] = []
    derived: list[Derived] = []
    wanted: dict[tuple[int, str], set[str]] = {}
    for product in range(len(facts.products)):
        for program in programs:
            run = _Run(program, Grounds(program, facts, as_of, product), as_of)
            found = [run.derived(requirement) for requirement in program.requirements]
            derived += found
            standards += [run.standard(module, found) for module in program.modules if module.kind == "standard"]
            for fact, requirement in run.wanted:
                wanted.setdefault((product, fact), set()).add(f"{requirement}@{run.edition(requirement)}")
    detectors = {name: names for program in programs for name, names in program.detectors.items()}
    questions = {name: text for program in programs for name, text in program.questions.items()}
    ids = [item.id for item in facts.products]
    derived.sort(key=lambda d: (d.product, d.standard, natural(d.edition), natural(d.requirement)))
    return Derivation(
        engine=Engine(name="rulewright", version=__version__),
        as_of=f"{date_text(as_of)}T00:00:00Z",
        products=tuple(product_info(facts, number) for number in range(len(ids))),
        inputs=inputs,
        assumptions=assumptions,
        standards=tuple(sorted(standards, key=lambda s: (s.product, s.id, natural(s.edition)))),
        requirements=tuple(derived),
        measures=measures(derived, [o for program in programs for o in program.objectives]),
        wanted=tuple(
            Wanted(ids[product], fact, len(of), detectors.get(fact, ("sbom",)), questions.get(fact, ""))
            for (product, fact), of in sorted(wanted.items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1]))
        ),
    )


class _Run:
    """One program for one product."""

    def __init__(self, program: ir.Program, grounds: Grounds, as_of: int) -> None:
        self.grounds = grounds
        self.as_of = as_of
        self.product = grounds.facts.products[grounds.product].id
        self.editions = {module.id: module.edition for module in program.modules}
        self.first = {r.id.partition(":")[0]: r for r in reversed(program.requirements)}
        self.wanted: list[tuple[str, str]] = []
        self._grounds: dict[tuple[str, ir.Expr], Why] = {}

    def edition(self, requirement: str) -> str:
        """The edition of the standard that a requirement belongs to."""
        return self.editions.get(requirement.partition(":")[0], "")

    def derived(self, wanted: ir.Requirement) -> Derived:
        """Decide one requirement: its dates, then scope, then its own condition."""
        outcome, why = self._decided(wanted)
        if outcome == "undecided":
            self.wanted += [(fact, wanted.id) for ground in why for fact in ground.facts]
        standard = wanted.id.partition(":")[0]
        return Derived(
            product=self.product,
            requirement=wanted.id,
            standard=standard,
            edition=self.edition(wanted.id),
            clause=wanted.clause,
            level=wanted.level,
            severity=wanted.severity,
            title=wanted.title,
            outcome=outcome,
            why=why,
            condition=wanted.condition,
            objective=wanted.objective,
            source=wanted.source,
            place=wanted.place,
        )

    def _decided(self, wanted: ir.Requirement) -> tuple[Outcome, tuple[Why, ...]]:
        """Where nothing in time or scope speaks against it, everything that speaks for it is the reason.

        A date that lies ahead counts only for what would apply otherwise: a rule that will never reach the product
        does not apply, today or later.
        """
        grounds = [self._ground("scope", wanted.scope), self._ground("condition", wanted.applies)]
        truths = [self.grounds.truth(wanted.scope), self.grounds.truth(wanted.applies)]
        against = tuple(g for g, truth in zip(grounds, truths, strict=True) if truth is False and g is not None)
        if against:
            return "does_not_apply", against[:1]
        open_ = tuple(g for g, truth in zip(grounds, truths, strict=True) if truth is None and g is not None)
        out = self._out_of_force(wanted)
        if out is not None:
            return out[0], (out[1], *open_)
        if open_:
            return "undecided", open_
        if grounds[0] is not None and self._silent(wanted.scope):
            return "undecided", (grounds[0],)
        return "applies", tuple(g for g in grounds if g is not None)

    def _silent(self, scope: ir.Expr) -> bool:
        """Whether nothing speaks for a scope but that facts are not known.

        A pack that someone chose may judge such a product; that it applies cannot be said.
        """
        return all(
            isinstance(part, ir.Not) and isinstance(part.item, ir.Atom) and part.item.test == ir.Is("known")
            for part in self.grounds.deciding(scope)
        )

    def _out_of_force(self, wanted: ir.Requirement) -> tuple[Outcome, Why] | None:
        """Whether the day of the run lies before or after the days on which it is in force."""
        if wanted.valid_from is not None and self.as_of < wanted.valid_from:
            return "later", Why("dates", f"in force from {date_text(wanted.valid_from)}")
        if wanted.valid_until is not None and self.as_of > wanted.valid_until:
            return "past", Why("dates", f"in force until {date_text(wanted.valid_until)}")
        return None

    def _ground(self, part: Literal["scope", "condition"], expr: ir.Expr) -> Why | None:
        """The parts of a condition that decide it, in words; None for a condition that asks nothing."""
        if isinstance(expr, ir.Const) and expr.value is True:
            return None
        found = self._grounds.get((part, expr))  # a scope is that of many requirements
        if found is None:
            parts = self.grounds.deciding(expr)
            facts = self.grounds.missing(expr) if self.grounds.truth(expr) is None else names(parts)
            found = self._grounds[part, expr] = Why(part, self.grounds.told(parts), tuple(facts))
        return found

    def standard(self, module: ir.ModuleInfo, derived: Iterable[Derived]) -> Standard:
        """An edition: what the best of its requirements has come to, and why."""
        own = [d for d in derived if d.standard == module.id]
        counts = {outcome: sum(d.outcome == outcome for d in own) for outcome in OUTCOMES}
        outcome: Outcome = next((o for o in OUTCOMES if counts[o]), "does_not_apply")
        return Standard(
            product=self.product,
            id=module.id,
            edition=module.edition,
            title=module.title,
            publisher=module.publisher,
            force=module.force,
            jurisdiction=module.jurisdiction,
            outcome=outcome,
            why=self._why(module.id, outcome, [d for d in own if d.outcome == outcome]),
            counts=tuple(Counted(o, n) for o, n in counts.items() if n),
        )

    def _why(self, module: str, outcome: Outcome, own: Sequence[Derived]) -> tuple[Why, ...]:
        """Its scope where that decides; else what its requirements have in common, or the facts that they lack."""
        if not own:
            return ()
        scope = self.first[module].scope
        ground = self._ground("scope", scope)
        first = () if ground is None else (ground,)
        shared = own[0].why if all(d.why == own[0].why for d in own) else ()
        if outcome in {"later", "past"}:
            return shared or own[0].why
        if outcome == "applies" or self.grounds.truth(scope) is not True:
            return first
        if shared:
            return tuple(dict.fromkeys(first + shared))
        if outcome == "undecided":
            facts = tuple(dict.fromkeys(fact for d in own for why in d.why for fact in why.facts))
            return (*first, Why("condition", f"conditions of its requirements lack {_listed(facts)}", facts))
        return (*first, Why("condition", "no condition of its requirements holds"))


def _listed(facts: Sequence[str]) -> str:
    """The first of the facts that are missing, and how many more; answers of persons are only counted."""
    named = [fact for fact in facts if not fact.startswith(ANSWER)]
    shown = ", ".join(named[:LISTED])
    rest, asked = len(named) - LISTED, len(facts) - len(named)
    more = [f"{rest} more"] if rest > 0 else []
    more += [f"{asked} answer{'s' if asked > 1 else ''} of persons"] if asked else []
    return " and ".join([*([shown] if shown else []), *more])


def measures(derived: Iterable[Derived], objectives: Iterable[ir.Objective]) -> tuple[Measure, ...]:
    """The requirements that apply, by objective; those that most clauses hang on first."""
    by_id = {objective.id: objective for objective in objectives}
    found: dict[tuple[str, str], list[Derived]] = {}
    for item in derived:
        if item.outcome == "applies":
            for objective in item.objective:
                found.setdefault((item.product, objective), []).append(item)
    made = [_measure(product, by_id[name], of) for (product, name), of in found.items() if name in by_id]
    return tuple(
        sorted(made, key=lambda m: (m.product, -len(m.satisfies) - len(m.contributes), -len(m.satisfies), m.objective))
    )


def _measure(product: str, objective: ir.Objective, of: Sequence[Derived]) -> Measure:
    return Measure(
        product=product,
        objective=objective.id,
        title=objective.title,
        fix=objective.fix,
        effort=objective.effort,
        satisfies=tuple(dict.fromkeys(d.requirement for d in of if len(d.objective) == 1)),
        contributes=tuple(dict.fromkeys(d.requirement for d in of if len(d.objective) > 1)),
        standards=tuple(dict.fromkeys(f"{d.standard}@{d.edition}" for d in of)),
    )
