"""All minimal conflicts up to an arity: which requirements contradict each other in some context.

Guarantees: exact and complete up to `Searched.complete_up_to`: every set of so many owners or fewer that is contradictory, and
of which no proper part is contradictory in any context, is in `found`, and nothing else.  Axioms count for nothing.  The
answer is the same for every run; a budget counts questions to oracle and contexts, never seconds, and what it left out
is said in `left`.
Source: every conflict contains a unit that a reference design breaks; conflicts of boxes alone lie on one variable
(`box_hunt`), all others contain a complex unit and are hunted from there (`mixed_hunt`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import combinations

from rulewright.engine.analysis.box_hunt import BoxHunt
from rulewright.engine.analysis.cubes import bits
from rulewright.engine.analysis.hunt import Exhausted, Hunt, Owners, Prepared
from rulewright.engine.analysis.mixed_hunt import MixedHunt
from rulewright.engine.analysis.model import Found, Problem, Searched
from rulewright.engine.analysis.reference_design import Reference

Task = Callable[[], None]


def search(
    problem: Problem,
    *,
    arity: int = 4,
    budget: int = 0,
    among: frozenset[int] | None = None,
    roots: Sequence[int] | None = None,
    ready: Prepared | None = None,
) -> Searched:
    """The minimal conflicts of at most `arity` owners.

    What the oracle could not decide counts as possible, and is told in `left` too.  `budget`: questions that may be asked (0:
    any number); with one, the search deepens in stages.  `among`: only conflicts between these owners; `roots`: only
    conflicts that contain one of these (the requirements just edited).  `ready`: what was prepared for this problem before.
    """
    ready = ready or Prepared(problem)
    start = ready.calls
    allowed = _allowed(ready, among)
    chosen = None if roots is None else sorted(set(roots) if among is None else set(roots) & among)
    found: dict[Owners, tuple[int, ...]] = {}
    complete, left = 0, list[str]()
    for stage in range(1, arity + 1) if budget else (arity,):
        hunt = Hunt(ready, stage, allowed, start + budget if budget else 0)
        hunt.found = found
        done, total = _stage(hunt, ready.reference(allowed), chosen)
        if done < total:
            left.append(f"{total - done} of {total} starting points for sets of {stage}")
            break
        complete = stage
    if chosen is not None:
        near = {owners: units for owners, units in found.items() if not set(chosen).isdisjoint(owners)}
        found = {owners: units for owners, units in near.items() if _minimal(ready, owners)}
    minimal = tuple(sorted(_told(problem, units) for owners, units in found.items() if not _parts(owners, found)))
    culprits = None if chosen is not None else _culprits(ready, ready.reference(allowed))
    return Searched(minimal, complete, culprits, ready.calls - start, (*left, *ready.oracle.gaps))


def _allowed(ready: Prepared, among: Collection[int] | None) -> int:
    """Bitset of the units that take part: axioms always."""
    choices = ready.choices
    if among is None:
        return choices.live
    found = choices.axioms
    for owner in sorted(among):
        found |= choices.own[owner]
    return found & choices.live


def _stage(hunt: Hunt, reference: Reference, roots: Sequence[int] | None) -> tuple[int, int]:
    """One search; how many starting points were done, and of how many."""
    tasks = list(_everything(hunt, reference) if roots is None else _around(hunt, reference, roots))
    done = 0
    try:
        for task in tasks:
            hunt.check()
            task()
            done += 1
    except Exhausted:
        pass
    return done, len(tasks)


def _everything(hunt: Hunt, reference: Reference) -> Iterator[Task]:
    """Boxes that the reference design breaks, variable by variable; then each unit that it breaks, without the earlier ones."""
    choices = hunt.choices
    for var, table in choices.out.items():
        roots = list(bits(table[reference.design.cells[var]] & hunt.allowed))
        if roots:
            yield lambda var=var, roots=roots: BoxHunt(hunt, var).run(roots)  # type: ignore[misc]  # defaults of a lambda have no type
    mixed = MixedHunt(hunt, reference)
    left = hunt.allowed
    for root in bits(reference.broken & hunt.allowed):
        left &= ~(1 << root)
        yield lambda root=root, left=left: mixed.run(root, left)  # type: ignore[misc]  # defaults of a lambda have no type


def _around(hunt: Hunt, reference: Reference, owners: Sequence[int]) -> Iterator[Task]:
    """The conflicts that contain a unit of one of these owners."""
    choices = hunt.choices
    wanted = 0
    for owner in owners:
        wanted |= choices.own[owner] & hunt.allowed
    for var in choices.out:
        roots = [unit for unit in bits(wanted & choices.on[var]) if choices.boxes[unit] is not None]
        if roots:
            yield lambda var=var, roots=roots: BoxHunt(hunt, var).run(roots)  # type: ignore[misc]  # defaults of a lambda have no type
    mixed = MixedHunt(hunt, reference)
    left = hunt.allowed
    for root in bits(wanted):
        left &= ~(1 << root)
        yield lambda root=root, left=left: mixed.run(root, left)  # type: ignore[misc]  # defaults of a lambda have no type


def _minimal(ready: Prepared, owners: Owners) -> bool:
    """Whether no proper part of these owners is contradictory; asked where the search did not look at all parts."""
    if len(owners) < 2:
        return True
    allowed = _allowed(ready, owners)
    hunt = Hunt(ready, len(owners) - 1, allowed, 0)
    for task in _everything(hunt, ready.reference(ready.choices.live)):
        task()
        if hunt.found:
            return False
    return True


def _parts(owners: Owners, found: Collection[Owners]) -> bool:
    """Whether a proper part of these owners was found."""
    return any(some in found for size in range(1, len(owners)) for some in combinations(owners, size))


def _told(problem: Problem, units: Sequence[int]) -> Found:
    """A conflict, units of axioms apart."""
    axioms = {unit for unit in units if problem.owners[problem.units[unit].owner].strength == "axiom"}
    rest = sorted(set(units) - axioms)
    return Found(tuple(sorted({problem.units[unit].owner for unit in rest})), tuple(rest), tuple(sorted(axioms)))


def _culprits(ready: Prepared, reference: Reference) -> tuple[int, ...] | None:
    """The owners of the units that the reference design breaks; None where an axiom is among them."""
    if reference.broken & ready.choices.axioms:
        return None
    return tuple(sorted({ready.problem.units[unit].owner for unit in bits(reference.broken)}))
