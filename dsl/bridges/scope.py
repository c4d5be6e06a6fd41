"""Which variables an expression mentions and binds.

Guarantees: total over the nodes of the IR.
"""

from __future__ import annotations

from typing import assert_never

from rulewright.dsl import ir


def free(expr: ir.Expr) -> frozenset[str]:
    """The variables of elements that an expression takes from around it."""
    match expr:
        case ir.Const():
            return frozenset()
        case ir.Atom(ir.Field(var)):
            return frozenset({var})
        case ir.Atom():
            return frozenset()
        case ir.Not(item):
            return free(item)
        case ir.And(items) | ir.Or(items):
            return frozenset[str]().union(*map(free, items))
        case ir.Quant():
            inner = (free(expr.where) | free(expr.body)) - {expr.var}
            return inner | ({expr.owner} if expr.owner else set())
        case _ as never:
            assert_never(never)


def bound(expr: ir.Expr) -> frozenset[str]:
    """The variables that an expression binds."""
    match expr:
        case ir.Const() | ir.Atom():
            return frozenset()
        case ir.Not(item):
            return bound(item)
        case ir.And(items) | ir.Or(items):
            return frozenset[str]().union(*map(bound, items))
        case ir.Quant():
            return frozenset({expr.var}) | bound(expr.where) | bound(expr.body)
        case _ as never:
            assert_never(never)


def counted(quant: ir.Quant) -> ir.Expr:
    """What an element has to meet to count for `some`, `no` and the counts."""
    return conjunction(quant.where, quant.body)


def held(quant: ir.Quant) -> ir.Expr:
    """What every element has to meet: Kleene's implication."""
    if quant.where == ir.Const(value=True):
        return quant.body
    return ir.Or((ir.Not(quant.where), quant.body))


def conjunction(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """Both, without what is true anyway."""
    true = ir.Const(value=True)
    if left == true:
        return right
    return left if right == true else ir.And((left, right))
