"""Waivers that excuse nothing, whose own condition cannot be kept, that have ended, or whose end brings a conflict back.

* *needless*: no product that the waiver covers (its `provided` holds, until its last day) violates the requirement;
* *blocked*: no product that meets all other `shall` requirements keeps the waiver's `provided`;
* *returning*: from the day after its last day on, the requirement stands in a contradiction that the waiver put off.

Guarantees: exact over the contexts of the profile and all complete products; a contradiction has at most `ARITY` members.
What it does not do: judge which products a waiver's pattern names (the profile says what is known of one); see `check` for that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.cores import Desk, cores
from rulewright.engine.analysis.findings import Observation
from rulewright.engine.analysis.forms import Forms
from rulewright.engine.analysis.formulas import conj
from rulewright.engine.analysis.model import Formula, Found
from rulewright.engine.analysis.normalise import abstract
from rulewright.engine.analysis.observe import observation
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.analysis.possible import Possible, days, touched
from rulewright.engine.analysis.search import search
from rulewright.engine.analysis.work import Work, bare
from rulewright.engine.words import date_text

ARITY = 3
"""Up to how many members contradictions are looked for."""
TWIN = " (waiver)"


class Judged(NamedTuple):
    """What there is to say of a waiver; `returning`: the owners of contradictions, with the contexts they are in."""

    waiver: ir.Waiver
    owner: str
    ended: bool
    needless: bool
    blocked: tuple[str, ...] | None
    returning: tuple[tuple[tuple[str, ...], Formula], ...]


class Desktop:
    """A problem in which the conditions of some waivers are asked about, too."""

    def __init__(self, work: Work, waivers: Sequence[ir.Waiver]) -> None:
        """Build it: a twin per waiver carries its condition and its last day, and takes no other part."""
        programs = [_with_twins(program, waivers) for program in work.programs]
        self.problem, self._space = abstract(programs, work.vocabulary, as_of=work.as_of, facts=work.facts)
        self._forms = Forms(self._space)
        self.oracle = Oracle(self.problem)
        self.contexts = Contexts(self.problem, self.oracle)
        self.possible = Possible(self.problem, self.oracle)
        self.real = [
            n
            for n, owner in enumerate(self.problem.owners)
            if owner.requirement is not None and not owner.id.endswith(TWIN)
        ]

    def provided(self, waiver: ir.Waiver) -> Formula:
        """Where a waiver's condition surely holds."""
        return self._forms.form(waiver.provided)

    def owners(self, waiver: ir.Waiver) -> list[int]:
        """The owners that a waiver is for (one per edition that takes part)."""
        return [n for n in self.real if bare(self.problem.owners[n]) == waiver.requirement]


def judge(work: Work) -> Iterator[Judged]:
    """Look at every waiver of the programs, in the order of their ids."""
    waivers = sorted({w.id: w for program in work.programs for w in program.waivers}.values(), key=lambda w: w.id)
    if not waivers:
        return
    desk = Desktop(work, waivers)
    for waiver in waivers:
        for owner in desk.owners(waiver):
            yield _judged(desk, waiver, owner, work.as_of)


def _judged(desk: Desktop, waiver: ir.Waiver, owner: int, as_of: int) -> Judged:
    name = desk.problem.owners[owner].id
    if waiver.until < as_of:
        return Judged(waiver, name, ended=True, needless=False, blocked=None, returning=())
    covered = conj([desk.provided(waiver), days(desk.problem.variables, None, waiver.until)])
    possible = desk.possible
    units = possible.by_owner.get(owner, ())
    needless = all(possible.product([covered, possible.breaks(unit)]) is None for unit in units)
    return Judged(
        waiver,
        name,
        ended=False,
        needless=needless,
        blocked=_blocked(desk, owner, covered),
        returning=tuple(_returning(desk, owner, waiver)),
    )


def _blocked(desk: Desktop, owner: int, covered: Formula) -> tuple[str, ...] | None:
    """The other requirements (as few as can be) with which a waiver's condition cannot be kept; None: it can."""
    problem, possible = desk.problem, desk.possible
    others = [n for n in desk.real if n != owner and problem.owners[n].strength == "shall"]

    def open_to(some: Sequence[int]) -> bool:
        return possible.product([covered, *map(possible.satisfied, some)]) is not None

    if open_to(others) or possible.product(map(possible.satisfied, others)) is None:
        return None
    about = touched(covered)
    near = [n for n in others if not about.isdisjoint(touched(possible.satisfied(n)))]
    kept = others if open_to(near) else near
    for other in list(kept):
        less = [n for n in kept if n != other]
        if not open_to(less):
            kept = less
    return tuple(problem.owners[n].id for n in kept)


def _returning(desk: Desktop, owner: int, waiver: ir.Waiver) -> Iterator[tuple[tuple[str, ...], Formula]]:
    """The contradictions of a requirement that there are after a waiver's last day."""
    problem = desk.problem
    shalls = frozenset(n for n in desk.real if problem.owners[n].strength == "shall")
    if owner not in shalls:
        return
    after = days(problem.variables, waiver.until + 1, None)
    table = Desk(problem, desk.contexts, desk.oracle)
    for found in search(problem, arity=ARITY, among=shalls, roots=[owner]).found:
        where = _later(desk, table, found, after)
        if owner in found.owners and where is not None:
            yield tuple(problem.owners[n].id for n in found.owners if n != owner), where


def _later(desk: Desktop, table: Desk, found: Found, after: Formula) -> Formula | None:
    """The condition of a contradiction that is there after a day; None: it is not."""
    for core in cores(table, found).found:
        given = table.given([*core.units, *core.axioms])
        if desk.possible.product([given, after]) is not None:
            return given
    return None


def _with_twins(program: ir.Program, waivers: Sequence[ir.Waiver]) -> ir.Program:
    """The program with a requirement per waiver that mentions what it asks."""
    own = {waiver.id for waiver in program.waivers}
    twins = tuple(_twin(waiver) for waiver in waivers if waiver.id in own)
    return replace(program, requirements=program.requirements + twins)


def _twin(waiver: ir.Waiver) -> ir.Requirement:
    return ir.Requirement(
        id=waiver.id + TWIN,
        level="should",
        severity="low",
        title="",
        scope=ir.Const(value=True),
        applies=ir.Const(value=True),
        lines=(ir.Line("check#1", "", waiver.provided, waiver.place),),
        place=waiver.place,
        valid_until=waiver.until,
    )


# --- in words ----------------------------------------------------------------------------------------------------------


def notes(work: Work) -> tuple[Observation, ...]:
    """What there is to say of waivers."""
    return tuple(
        observation("waiver", (found.owner, *others), text, found.waiver.place)
        for found in judge(work)
        for others, text in _texts(found)
    )


def _texts(found: Judged) -> Iterator[tuple[tuple[str, ...], str]]:
    waiver = found.waiver
    head = f"waiver `{waiver.id}` of `{found.owner}`"
    if found.ended:
        yield (), f"{head} ended on {date_text(waiver.until)}: it excuses nothing any more"
        return
    if found.needless:
        yield (), f"{head} excuses nothing: no product that keeps its `provided` violates the requirement"
    if found.blocked == ():
        yield (), f"{head} covers no product: its `provided` never holds until {date_text(waiver.until)}"
    elif found.blocked:
        names = ", ".join(f"`{name}`" for name in found.blocked)
        yield found.blocked, f"{head} covers no product that meets {names}: its `provided` cannot hold beside"
    for others, _ in found.returning:
        day = date_text(waiver.until + 1)
        against = "nothing but itself" if not others else " and ".join(f"`{name}`" for name in others)
        yield others, f"{head} only puts a contradiction off: from {day} on the requirement is against {against} again"
