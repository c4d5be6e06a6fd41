"""Which outcomes of each line of each check the tests have seen.

Guarantees: a line is seen true, false, unknown or not applicable by a test only where its requirement applies to the product
of that test; `applies when` only where the scope holds; the scope of a standard is one entry for all its requirements.
An outcome is *possible* when no part of the expression rules it out by itself: `is known` is never unknown, a constant is
what it is, only an `every` over a whole list can be not applicable.  Parts are taken as independent of each other: an outcome
that two parts rule out together counts as possible, and stays unseen.  A requirement without tests has seen nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, assert_never

import msgspec

from rulewright.dsl import ir
from rulewright.engine.evaluate import Evaluation
from rulewright.engine.planes import Plane, full
from rulewright.engine.trial.mutation import own_label
from rulewright.engine.trial.run import Asked, Trials, run_on

Seen = Literal["true", "false", "unknown", "not_applicable"]
OUTCOMES: tuple[Seen, ...] = ("true", "false", "unknown", "not_applicable")
_TWO: frozenset[Seen] = frozenset(("true", "false"))
_THREE: frozenset[Seen] = frozenset(("true", "false", "unknown"))
_NOTHING: frozenset[Seen] = frozenset(("not_applicable",))
_TWO_VALUED = frozenset(("known", "stated", "conflicting", "declared_unknown", "withheld", "malformed", "signed"))


class Covered(msgspec.Struct):
    """A line (or `applies when`, or the scope of a standard): its possible outcomes, and by which test each was seen first."""

    requirement: str
    where: str
    text: str
    place: ir.Place
    possible: tuple[Seen, ...]
    number: int
    """its place among the entries of its requirement"""
    seen: dict[Seen, ir.Place] = {}

    @property
    def unseen(self) -> tuple[Seen, ...]:
        """The possible outcomes that no test has seen."""
        return tuple(one for one in self.possible if one not in self.seen)


def tally(found: Iterable[Covered]) -> tuple[int, int]:
    """How many outcomes were seen, and how many are possible."""
    several = list(found)
    total = sum(len(one.possible) for one in several)
    return total - sum(len(one.unseen) for one in several), total


def coverage(trials: Trials, only: Iterable[str] | None = None) -> list[Covered]:
    """The coverage of the requirements, in their order."""
    wanted = list(trials.requirements.values()) if only is None else [trials.requirements[name] for name in only]
    entries = {one.id: entries_of(one) for one in wanted}
    scopes: dict[tuple[str, str], Covered] = {}
    for several in entries.values():
        if several and several[0].where == "scope":
            standard = several[0].requirement.partition(":")[0]
            several[0] = scopes.setdefault((standard, several[0].text), several[0])
    for asked in trials.asked(entries):
        _see(trials, asked, entries[asked.requirement.id])
    found = {id(one): one for several in entries.values() for one in several}
    return list(found.values())


def entries_of(one: ir.Requirement) -> list[Covered]:
    """What of a requirement has outcomes, nothing of it seen yet: scope and condition where it has them, then its lines."""
    found: list[Covered] = []
    if not isinstance(one.scope, ir.Const):
        outcomes = _ordered(possible(one.scope))
        found.append(Covered(one.id, "scope", repr(one.scope), one.place, outcomes, len(found)))
    if not isinstance(one.applies, ir.Const):
        outcomes = _ordered(possible(one.applies))
        found.append(Covered(one.id, "applies when", one.applies_text, one.place, outcomes, len(found)))
    for line in one.lines:
        where = f"{line.label} ({line.objective})" if line.objective else own_label(line)
        outcomes = _ordered(possible(line.expr) | (_NOTHING if _selects(line.expr) else frozenset()))
        place = one.place if line.objective else line.place
        found.append(Covered(one.id, where, " ".join(line.text.split()), place, outcomes, len(found)))
    return found


def planes_of(run: Evaluation, number: int, count: int) -> list[dict[Seen, Plane]]:
    """Per entry of a requirement (`entries_of`) the products on which it has each outcome, where it counts."""
    planned = run.plan.requirements[number]
    everything = full(count)
    scope, condition = run.pair(planned.scope), run.pair(planned.applies)
    found = []
    if not isinstance(planned.requirement.scope, ir.Const):
        found.append(_planes((*scope, 0), everything))
    if not isinstance(planned.requirement.applies, ir.Const):
        found.append(_planes((*condition, 0), scope[0]))
    applies = scope[0] & condition[0]
    found += [_planes(run.line(number, line), applies) for line in range(len(planned.lines))]
    return found


def _planes(parts: tuple[Plane, Plane, Plane], within: Plane) -> dict[Seen, Plane]:
    true, false, nothing = parts
    rest = within & ~(true | false | nothing)
    return {"true": true & within, "false": false & within, "unknown": rest, "not_applicable": nothing & within}


def _see(trials: Trials, asked: Asked, entries: list[Covered]) -> None:
    """Note what the tests of one requirement on one day see."""
    run = run_on(trials.program, [asked.requirement], asked.facts, asked.day)
    if not run.in_force(asked.requirement):
        return
    for entry, planes in zip(entries, planes_of(run, 0, len(asked.cases)), strict=True):
        for outcome in OUTCOMES:
            bits = int(planes[outcome])
            if bits and outcome not in entry.seen:
                entry.seen[outcome] = asked.cases[(bits & -bits).bit_length() - 1].place


def _ordered(outcomes: frozenset[Seen]) -> tuple[Seen, ...]:
    return tuple(one for one in OUTCOMES if one in outcomes)


def _selects(expr: ir.Expr) -> bool:
    """Whether a line can be not applicable: an `every` over a list, or over some of it."""
    return isinstance(expr, ir.Quant) and expr.kind == "every" and expr.relation == "all"


def possible(expr: ir.Expr) -> frozenset[Seen]:
    """The truth values that an expression can have, each part taken by itself."""
    match expr:
        case ir.Const(value):
            return frozenset(("true" if value else "unknown" if value is None else "false",))
        case ir.Atom(_, test):
            return _TWO if isinstance(test, ir.Is) and test.adjective in _TWO_VALUED else _THREE
        case ir.Not(item):
            return frozenset(_NOT[one] for one in possible(item))
        case ir.And(items):
            return _joined(items, "true", "false")
        case ir.Or(items):
            return _joined(items, "false", "true")
        case ir.Quant():
            return _THREE
        case _ as never:
            assert_never(never)


_NOT: dict[Seen, Seen] = {"true": "false", "false": "true", "unknown": "unknown"}


def _joined(items: tuple[ir.Expr, ...], neutral: Seen, ruling: Seen) -> frozenset[Seen]:
    """The values of a junction: the ruling one decides, then unknown."""
    found: frozenset[Seen] = frozenset((neutral,))
    for item in items:
        pairs = [(left, right) for left in found for right in possible(item)]
        found = frozenset(ruling if ruling in p else "unknown" if "unknown" in p else neutral for p in pairs)
    return found
