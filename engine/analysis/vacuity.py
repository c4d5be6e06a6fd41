"""Requirements that never apply, that nothing can violate, or that apply only where another one is violated.

`dead`: no product falls under it: scope, `applies when` and dates exclude one another, or background knowledge excludes them.
`vacuous`: it applies, and no product can violate it, because background knowledge demands it already or it demands nothing.  Also
said as `vacuous`: "only with a violation": every product to which it applies violates some other `shall`, one by itself, which
could be met in that context (looked for where design decides about applicability: elsewhere that is a contradiction).

Guarantees: exact over all contexts from the day of the run on and all complete products, whatever is known of one product; each
answer names the background knowledge that it needs.  Of each product shown the evaluator says the same.
What it does not do: sets of several others (`redundancy`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from rulewright.engine.analysis.findings import Note, Observation
from rulewright.engine.analysis.forms import Forms
from rulewright.engine.analysis.formulas import conj
from rulewright.engine.analysis.model import Design, Formula, Owner, Problem
from rulewright.engine.analysis.normalise import abstract
from rulewright.engine.analysis.observe import observation
from rulewright.engine.analysis.possible import Possible, Touched, days, touched
from rulewright.engine.analysis.space import Space
from rulewright.engine.analysis.steering import by_design
from rulewright.engine.analysis.work import Work
from rulewright.engine.words import date_text

TRIES = 400
"""So many questions per requirement about which others it goes against."""


class Idle(NamedTuple):
    """A requirement that cannot be violated: whether it never applies, and the axioms that say so."""

    owner: int
    dead: bool
    axioms: tuple[str, ...]


class Against(NamedTuple):
    """A requirement that applies only where another one is violated, and a product that shows it."""

    owner: int
    other: int
    product: Design


# --- answers -----------------------------------------------------------------------------------------------------------


def idle(work: Work) -> list[Idle]:
    """The requirements that never apply or that nothing violates."""
    possible = Possible(work.problem, work.oracle, profile=False)
    owners = work.requirements()
    safe = {owner: _broken(possible, owner) for owner in owners}
    doubtful = {unit.owner for unit in work.problem.units if not unit.lines}
    candidates = [n for n in owners if not safe[n] or n in doubtful]
    if not candidates:
        return []
    applied = Applied(work, candidates)
    found = []
    for owner in candidates:
        if applied.product(owner) is None:
            found.append(Idle(owner, dead=True, axioms=applied.axioms(owner)))
        elif not safe[owner]:
            found.append(Idle(owner, dead=False, axioms=_needed(possible, owner)))
    return found


def _broken(possible: Possible, owner: int) -> bool:
    """Whether some product violates a requirement."""
    units = possible.by_owner.get(owner, ())
    return any(possible.product([possible.breaks(unit)]) is not None for unit in units)


def _needed(possible: Possible, owner: int) -> tuple[str, ...]:
    units = possible.by_owner.get(owner, ())
    return tuple(sorted({name for unit in units for name in possible.axioms([possible.breaks(unit)])}))


class Applied:
    """When some requirements apply: their conditions as formulas, in a problem of their own."""

    def __init__(self, work: Work, owners: Collection[int], beside: Collection[int] = ()) -> None:
        """Look at these requirements, and at others beside them."""
        names = {work.problem.owners[n].id for n in {*owners, *beside}}
        whole = len(names) == len(work.requirements())
        asked = {name for n in {*owners, *beside} for name in _ids(work.problem.owners[n])}
        problem, space = abstract(
            work.programs, work.vocabulary, as_of=work.as_of, facts=work.facts, only=None if whole else asked
        )
        self.possible = Possible(problem, profile=False)
        numbers = {owner.id: number for number, owner in enumerate(problem.owners)}
        self._forms = Forms(space)
        self.number = {n: _found(numbers, work.problem.owners[n]) for n in {*owners, *beside}}
        self.when = {n: condition(problem, space, self._forms, self.number[n]) for n in sorted(owners)}

    def product(self, owner: int, more: Iterable[Formula] = (), near: Design | None = None) -> Design | None:
        """A product to which a requirement applies, and for which more holds."""
        return self.possible.product([self.when[owner], *more], near)

    def axioms(self, owner: int) -> tuple[str, ...]:
        """The axioms by which it never applies."""
        return self.possible.axioms([self.when[owner]])


def _ids(owner: Owner) -> tuple[str, ...]:
    return (owner.id,) if owner.requirement is None else (owner.id, owner.requirement.id)


def _found(numbers: dict[str, int], owner: Owner) -> int:
    """The number of an owner in another problem, where it may be without its edition."""
    assert owner.requirement is not None
    return numbers[owner.id] if owner.id in numbers else numbers[owner.requirement.id]


def condition(problem: Problem, space: Space, forms: Forms, owner: int) -> Formula:
    """Where a requirement surely applies: scope, `applies when`, dates."""
    wanted = problem.owners[owner].requirement
    assert wanted is not None
    window = days(space.variables, wanted.valid_from, wanted.valid_until)
    return conj([forms.form(wanted.scope), forms.form(wanted.applies), window])


def against(work: Work, skip: Collection[int] = ()) -> Iterator[Against]:
    """The requirements that apply only where another `shall` is violated."""
    owners = work.problem.owners
    asked = [n for n in work.requirements() if n not in skip and by_design(work, n)]
    if not asked:
        return
    others = [n for n in work.requirements() if owners[n].strength == "shall" and n not in skip]
    applied = Applied(work, asked, others)
    about = {n: touched(applied.possible.satisfied(applied.number[n])) for n in others}
    for owner in asked:
        found = _against(applied, owner, [n for n in others if n != owner], about)
        if found is not None:
            yield found


def _against(applied: Applied, owner: int, others: Sequence[int], about: dict[int, Touched]) -> Against | None:
    """The first other requirement that this one goes against."""
    possible = applied.possible
    product = applied.product(owner, near=possible.usual)
    if product is None:
        return None
    start, shown = possible.spent, [product]
    for other in _near(possible, applied.when[owner], others, about):
        number = applied.number[other]
        if any(possible.met(number, one) is True for one in shown):
            continue
        if possible.spent - start > TRIES:
            return None
        escape = applied.product(owner, [possible.satisfied(number)], near=possible.usual)
        if escape is not None:
            shown.append(escape)
        elif possible.product([possible.context(product), possible.satisfied(number)]) is not None:
            return Against(owner, other, product)
    return None


def _near(possible: Possible, wanted: Formula, others: Sequence[int], about: dict[int, Touched]) -> Iterator[int]:
    """The requirements that share a fact of design with a condition, directly or through background knowledge."""
    reach = set(touched(wanted))
    for law in possible.background(frozenset(reach)):
        reach |= law.touched
    variables = possible.problem.variables
    design = {item for item in reach if isinstance(item, str) or not variables[item].given}
    yield from (n for n in others if not design.isdisjoint(about[n]))


# --- in words ----------------------------------------------------------------------------------------------------------


def notes(work: Work, wanted: Collection[str]) -> tuple[Observation, ...]:
    """What is idle, in words; of the kinds that are wanted."""
    found = idle(work)
    made = [_idle(work, item) for item in found]
    if "vacuous" in wanted:
        made += [_against_note(work, item) for item in against(work, {item.owner for item in found})]
    return tuple(item for item in made if item.kind in wanted)


def _idle(work: Work, found: Idle) -> Observation:
    owner = work.problem.owners[found.owner]
    wanted = owner.requirement
    assert wanted is not None
    by = f" (by {_listed(found.axioms)})" if found.axioms else ""
    kind: Note = "dead" if found.dead else "vacuous"
    if wanted.valid_until is not None and wanted.valid_until < work.as_of:
        text = f"`{owner.id}` never applies: it was valid until {date_text(wanted.valid_until)}"
    elif found.dead:
        text = f"`{owner.id}` never applies: its scope, its condition and its dates leave no product{by}"
    else:
        text = f"`{owner.id}` cannot be violated: every product to which it applies meets it{by}"
    return observation(kind, (owner.id,), text, wanted.place)


def _listed(axioms: Sequence[str]) -> str:
    return "the " + ("axiom " if len(axioms) == 1 else "axioms ") + ", ".join(f"`{name}`" for name in axioms)


def _against_note(work: Work, found: Against) -> Observation:
    owner, other = work.problem.owners[found.owner], work.problem.owners[found.other]
    assert owner.requirement is not None
    text = f"`{owner.id}` applies only to products that violate `{other.id}`: who meets that never comes to it"
    return observation("vacuous", (owner.id, other.id), text, owner.requirement.place)
