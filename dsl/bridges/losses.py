"""What an export loses: each construct that the target cannot say, where it stands, and what it does to the answer.

Guarantees: computed from the requirement, in the order of its lines, each loss once; nothing is said that does not apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, assert_never

from rulewright.dsl import ir
from rulewright.dsl.bridges.conditions import said
from rulewright.dsl.bridges.scope import counted, held

Target = Literal["rego", "cel"]


class Loss(NamedTuple):
    """One loss: where, what, and whether the answer there is always unknown (`whole`) or only sometimes."""

    where: str
    what: str
    whole: bool = False

    def __str__(self) -> str:
        """The loss in a sentence."""
        return f"{self.where}: {self.what}" + ("; unknown here" if self.whole else "")


class Statement(NamedTuple):
    """All that is lost of a requirement; `blind` when no line can ever be anything but unknown."""

    losses: tuple[Loss, ...]
    blind: bool


def statement(requirement: ir.Requirement) -> Statement:
    """State what an export of a requirement loses."""
    found: dict[Loss, None] = {}
    for where, expr in (("scope", requirement.scope), ("applies when", requirement.applies)):
        found.update(dict.fromkeys(_of(where, expr)))
    for line in requirement.lines:
        found.update(dict.fromkeys(_of(line.label, line.expr)))
    if requirement.evidence is not None:
        what = (
            "the evidence clause is judged by whoever writes the input; unknown unless the input admits the requirement"
        )
        found[Loss("evidence", what)] = None
    if requirement.unknown_fails and any(loss.where != "evidence" for loss in found):
        found[Loss("if unknown fail", "not hardened, since some of it is unknown only here")] = None
    blind = all(dark(line.expr) for line in requirement.lines)
    return Statement(tuple(found), blind)


def softened(requirement: ir.Requirement) -> bool:
    """Whether `if unknown fail` has to be left out, since some unknowns are the export's own."""
    return any(loss.where == "if unknown fail" for loss in statement(requirement).losses)


def _of(where: str, expr: ir.Expr) -> Iterator[Loss]:
    """What is lost in an expression."""
    for node in nodes(expr):
        match node:
            case ir.Atom(term, test):
                answer = said(term, test)
                if answer.lost:
                    yield Loss(where, f"`{_name(term)}`: {answer.lost}", whole=not answer.partly)
            case ir.Quant(relation="under"):
                yield Loss(where, "reachability in the dependency graph is not followed", whole=True)
            case _:
                pass


def nodes(expr: ir.Expr) -> Iterator[ir.Expr]:
    """Every node of an expression that an export says; nothing below a quantifier over the dependency graph."""
    yield expr
    match expr:
        case ir.Not(item):
            yield from nodes(item)
        case ir.And(items) | ir.Or(items):
            for item in items:
                yield from nodes(item)
        case ir.Quant(relation="under"):
            pass
        case ir.Quant(where=where, body=body):
            yield from nodes(where)
            yield from nodes(body)
        case _:
            pass


def lossy(expr: ir.Expr) -> bool:
    """Whether any of an expression may be unknown only in the export."""
    return any(True for _ in _of("", expr))


def dark(expr: ir.Expr) -> bool:
    """Whether an expression, as exported, can never be anything but unknown (an empty list apart)."""
    return not possible(expr, want=True) and not possible(expr, want=False)


def possible(expr: ir.Expr, *, want: bool) -> bool:
    """Whether some facts make an expression surely `want` in an export."""
    match expr:
        case ir.Const(value):
            return value is want
        case ir.Atom(term, test):
            answer = said(term, test)
            return bool(answer.true if want else answer.false)
        case ir.Not(item):
            return possible(item, want=not want)
        case ir.And(items):
            return (all if want else any)(possible(item, want=want) for item in items)
        case ir.Or(items):
            return (any if want else all)(possible(item, want=want) for item in items)
        case ir.Quant(relation="under"):
            return False
        case ir.Quant(kind="every"):
            return possible(held(expr), want=want)
        case ir.Quant(kind=kind):
            return possible(counted(expr), want=want is (kind in {"some", "at_least"}))
        case _ as never:
            assert_never(never)


def _name(term: ir.Term) -> str:
    """A term as it is written in a rule."""
    return f"{term.var}.{term.name}" if isinstance(term, ir.Field) else term.name
