"""Which requirement of one set of rules is which of another.

Guarantees: every requirement is in exactly one pair; partners are found by id, then by the name in its standard where ids of
standards differ, then by equal meaning, then by equal title; only where there is one candidate on both sides.  Answers to
questions are named alike on both sides (`neutral`): a question that is asked in other words is still its requirement's.
What it does not do: compare (`diff`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.facts.base import ANSWER

_NAMED = re.compile(rf"{re.escape(ANSWER)}([^@]*)@[^:]*:(.*)", re.DOTALL)
TRUE = ir.Const(value=True)


class Pair(NamedTuple):
    """The old requirement and the new one; None: it is not there."""

    old: ir.Requirement | None
    new: ir.Requirement | None


def pairs(old: ir.Program, new: ir.Program) -> list[Pair]:
    """The pairs, in the order of the new rules, then those that are gone in the order of the old."""
    left = {one.id: one for one in old.requirements}
    right = {one.id: one for one in new.requirements}
    partner: dict[str, str] = {name: name for name in right if name in left}
    keys: tuple[Callable[[ir.Requirement, ir.Program], Hashable], ...] = (_name, _meaning, _title)
    for key in keys:
        before = [one for one in old.requirements if one.id not in partner.values()]
        after = [one for one in new.requirements if one.id not in partner]
        if key is _name and _homes(before) == _homes(after):
            continue
        partner |= _matched(before, after, key, old, new)
    found = [Pair(left.get(partner.get(one.id, "")), one) for one in new.requirements]
    taken = set(partner.values())
    return found + [Pair(one, None) for one in old.requirements if one.id not in taken]


def _homes(requirements: Sequence[ir.Requirement]) -> set[str]:
    return {one.id.partition(":")[0] for one in requirements}


def _matched(
    before: Sequence[ir.Requirement],
    after: Sequence[ir.Requirement],
    key: Callable[[ir.Requirement, ir.Program], Hashable],
    old: ir.Program,
    new: ir.Program,
) -> dict[str, str]:
    """Partners that have a key in common that nobody else on their side has, new to old."""
    mine, other = [key(one, old) for one in before], [key(one, new) for one in after]
    once = {k for k, n in Counter(mine).items() if n == 1} & {k for k, n in Counter(other).items() if n == 1} - {None}
    found = {k: one.id for k, one in zip(mine, before, strict=True) if k in once}
    return {one.id: found[k] for k, one in zip(other, after, strict=True) if k in once}


def _name(one: ir.Requirement, _program: ir.Program) -> Hashable:
    return one.id.partition(":")[2]


def _title(one: ir.Requirement, _program: ir.Program) -> Hashable:
    return one.title or None


def _meaning(one: ir.Requirement, program: ir.Program) -> Hashable:
    """What it says, if that is more than one fact or question that others may ask, too."""
    plain = neutral(one, "")
    exprs = tuple(line.expr for line in plain.lines)
    asked = questions(one, program)
    return None if all(expr == TRUE for expr in exprs) else (exprs, plain.applies, asked)


def questions(one: ir.Requirement, program: ir.Program) -> tuple[str, ...]:
    """The texts of a requirement's questions."""
    home, _, name = one.id.partition(":")
    found = []
    for key in sorted(program.questions):
        match = _NAMED.fullmatch(key)
        if match and match[1] == home and match[2].partition("#")[0] == name:
            found.append(program.questions[key])
    return tuple(found)


def neutral(one: ir.Requirement, label: str) -> ir.Requirement:
    """The requirement with its answers named after a label instead of its id and edition."""
    return replace(
        one,
        scope=_renamed(one.scope, label),
        applies=_renamed(one.applies, label),
        lines=tuple(replace(line, expr=_renamed(line.expr, label)) for line in one.lines),
    )


def _renamed(expr: ir.Expr, label: str) -> ir.Expr:
    """The expression with other names for answers."""
    match expr:
        case ir.Atom(ir.Attr(name, kind), test) if name.startswith(ANSWER):
            _, hash_, number = name.rpartition(":")[2].partition("#")
            return ir.Atom(ir.Attr(f"{ANSWER}{label}{hash_}{number}", kind), test)
        case ir.Not(item):
            return ir.Not(_renamed(item, label))
        case ir.And(items):
            return ir.And(tuple(_renamed(item, label) for item in items))
        case ir.Or(items):
            return ir.Or(tuple(_renamed(item, label) for item in items))
        case ir.Quant():
            return replace(expr, where=_renamed(expr.where, label), body=_renamed(expr.body, label))
        case _:
            return expr


class Shared(msgspec.Struct, frozen=True):
    """What the requirements of a standard share: its scope and its days."""

    scope: ir.Expr
    start: int | None
    end: int | None


def shared(requirements: Sequence[ir.Requirement]) -> dict[str, Shared]:
    """Per standard what most of its requirements have (the first of equals)."""
    found: dict[str, list[Shared]] = {}
    for one in requirements:
        home = one.id.partition(":")[0]
        found.setdefault(home, []).append(Shared(one.scope, one.valid_from, one.valid_until))
    return {home: Counter(several).most_common(1)[0][0] for home, several in found.items()}


def inside(one: ir.Requirement, own: Shared, scope: ir.Expr) -> ir.Requirement:
    """The requirement within a scope instead of the one that it shares; without the days that it shares."""
    return replace(
        one,
        scope=scope if one.scope == own.scope else ir.And((one.scope, scope)),
        valid_from=None if one.valid_from == own.start else one.valid_from,
        valid_until=None if one.valid_until == own.end else one.valid_until,
    )
