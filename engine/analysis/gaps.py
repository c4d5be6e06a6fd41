"""Where nothing is asked: requirements that only people judge, subjects without a requirement, contexts where none applies.

* *by answers alone*: every test of a requirement's check is an answer to a question: no fact can pass or fail it;
* *no requirement*: an objective that no requirement of the programs is about;
* *in a context*: an objective that some requirements are about, and a context inside the scope of their standards in which none
  of them applies, whatever the design.

Guarantees: the last is exact over all contexts (of the profile), with one of them as a product of which the evaluator says that
none applies; where more than `TRIES` designs are needed to see that some requirement may apply, the answer says so.
What it does not do: compare with a list of clauses that no rule file holds; say that a gap is a mistake (many are meant).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis.asked import Asked
from rulewright.engine.analysis.findings import Observation
from rulewright.engine.analysis.forms import Forms
from rulewright.engine.analysis.formulas import complement, conj, disj, holds
from rulewright.engine.analysis.model import FALSE, TRUE, All, Design, Formula, Lit, Rel, Some
from rulewright.engine.analysis.normalise import abstract
from rulewright.engine.analysis.observe import observation
from rulewright.engine.analysis.possible import Possible, touched
from rulewright.engine.analysis.vacuity import condition
from rulewright.engine.analysis.work import Work
from rulewright.facts.base import ANSWER

TRIES = 64
"""So many designs are looked at per objective."""


class Gap(NamedTuple):
    """An objective, the requirements about it, and a product of a context where none applies (None: too many to tell)."""

    objective: str
    owners: tuple[int, ...]
    product: Design | None


class Field:
    """When requirements apply and what their standards are about, as formulas."""

    def __init__(self, work: Work) -> None:
        """Look at all requirements."""
        self.problem, self._space = abstract(work.programs, work.vocabulary, as_of=work.as_of, facts=work.facts)
        self._forms = Forms(self._space)
        self.possible = Possible(self.problem, questions=work.desk.questions)
        self.owners = [n for n, owner in enumerate(self.problem.owners) if owner.requirement is not None]
        self._scopes: dict[tuple[str, str], dict[Formula, None]] = {}
        for n in self.owners:
            wanted = self._wanted(n)
            self._scopes.setdefault(self._module(n), {})[self._forms.form(wanted.scope)] = None

    def _wanted(self, owner: int) -> ir.Requirement:
        wanted = self.problem.owners[owner].requirement
        assert wanted is not None
        return wanted

    def _module(self, owner: int) -> tuple[str, str]:
        return self._wanted(owner).id.partition(":")[0], self.problem.owners[owner].edition

    def topics(self) -> dict[str, list[int]]:
        """The requirements about each objective."""
        found: dict[str, list[int]] = {}
        for n in self.owners:
            for objective in self._wanted(n).objective:
                found.setdefault(objective, []).append(n)
        return dict(sorted(found.items()))

    def conditions(self, owners: Sequence[int]) -> list[Formula]:
        """When some requirements apply, and what their standards are about."""
        scopes = [scope for module in {self._module(n) for n in owners} for scope in self._scopes[module]]
        return [*scopes, *(condition(self.problem, self._space, self._forms, n) for n in owners)]

    def gap(self, objective: str, owners: Sequence[int]) -> Gap | None:
        """A context in the scope of some requirements' standards in which none of them applies."""
        variables = self.problem.variables
        scopes = [scope for module in {self._module(n) for n in owners} for scope in self._scopes[module]]
        within = disj(scopes, variables)
        applies = [condition(self.problem, self._space, self._forms, n) for n in owners]
        known = [complement(one, variables) for one in applies]
        for _ in range(TRIES):
            product = self.possible.product([within, *known], near=self.possible.usual)
            if product is None:
                return None
            escape = self._applied(product, applies)
            if escape is None:
                return Gap(objective, tuple(owners), product)
            known.append(complement(escape, variables))
        return Gap(objective, tuple(owners), None)

    def _applied(self, product: Design, applies: Sequence[Formula]) -> Formula | None:
        """Contexts, that of a product among them, in which some requirement applies to some design; None: none there."""
        for when in applies:
            found = self.possible.product([self.possible.context(product), when])
            if found is not None:
                laws = [law.formula for law in self.possible.background(touched(when))]
                return conj(self._left(formula, found) for formula in (when, *laws))
        return None

    def _left(self, formula: Formula, product: Design) -> Formula:
        """What a formula asks of the context, with the design of a product; nothing less than that."""
        variables = self.problem.variables
        match formula:
            case Lit(var, _) if variables[var].given:
                return formula
            case Rel(left, _, right) if variables[left].given and variables[right].given:
                return formula
            case All(items):
                return conj(self._left(item, product) for item in items)
            case Some(items):
                return disj([self._left(item, product) for item in items], variables)
            case _:
                return TRUE if holds(formula, product, product, variables) is True else FALSE


def gaps(work: Work) -> Iterator[tuple[Field, Gap]]:
    """The objectives with a context in which nothing about them applies."""
    field = Field(work)
    for objective, owners in field.topics().items():
        found = field.gap(objective, owners)
        if found is not None:
            yield field, found


# --- without a context -------------------------------------------------------------------------------------------------


def by_answers(work: Work) -> dict[str, list[str]]:
    """The requirements that answers alone decide, by standard."""
    found: dict[str, list[str]] = {}
    for number in work.requirements():
        owner = work.problem.owners[number]
        assert owner.requirement is not None
        asked = Asked()
        for line in owner.requirement.lines:
            asked.expression(line.expr)
        names = [name for collection, name in asked.kinds if not collection and asked.tests[collection, name]]
        lists = any(collection for collection, _ in asked.kinds)
        if names and not lists and all(name.startswith(ANSWER) for name in names):
            found.setdefault(owner.id.partition(":")[0], []).append(owner.id)
    return found


def unasked(work: Work) -> list[ir.Objective]:
    """The objectives that no requirement is about."""
    known = {objective.id: objective for program in work.programs for objective in program.objectives}
    used = {name for program in work.programs for r in program.requirements for name in r.objective}
    return [known[name] for name in sorted(known) if name not in used]


# --- in words ----------------------------------------------------------------------------------------------------------


def notes(work: Work) -> tuple[Observation, ...]:
    """All gaps in words."""
    made = []
    for standard, names in by_answers(work).items():
        text = f"{len(names)} of `{standard}` rest on answers alone, no fact decides them: " + ", ".join(
            f"`{name.partition(':')[2]}`" for name in names
        )
        made.append(observation("gap", tuple(names), text))
    made += [observation("gap", (), f"no requirement is about `{o.id}` ({o.title})") for o in unasked(work)]
    made += [_note(field, found) for field, found in gaps(work)]
    return tuple(made)


def _note(field: Field, found: Gap) -> Observation:
    names = tuple(field.problem.owners[n].id for n in found.owners)
    about = ", ".join(f"`{name}`" for name in names)
    if found.product is None:
        text = f"whether some requirement about `{found.objective}` applies in every context could not be told: {about}"
        return observation("gap", names, text)
    context, _ = field.possible.parted(found.product)
    whole = field.possible.facts(Design(context.cells, context.numbers), found.owners, field.conditions(found.owners))
    telling = [f"{fact.fact} = {fact.value}" for fact in whole if fact.value not in {"false", "{}"}]
    where = "; ".join(telling) or "nothing is special"
    text = f"nothing about `{found.objective}` applies where {where}, though that is in the scope of the standards of {about}"
    return replace(observation("gap", names, text), witness=whole)
