"""Quantified formulas whose inner formula mentions only the element: what does not is taken out.

Guarantees: exact.  An inner formula is monotone in its atoms (negation normal form), so with an atom A that does not depend
on the element, "n elements with F[A]" is "n elements with F[false], or A and n elements with F[true]"; the same for "all but n".
What it does not do: anything about quantifiers over children (`of`, `under`): those depend on the element.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rulewright.engine.analysis.model import FALSE, TRUE, All, Elem, Formula, Lit, Rel, Some, Variable


def hoisted(elem: Elem, variables: Sequence[Variable]) -> Formula:
    """The same, so that nothing inside a quantifier is about the product as a whole."""
    if elem.bound == "at_least" and elem.n <= 0:
        return TRUE
    inner = _inside(elem.formula, variables)
    elem = msgspec.structs.replace(elem, formula=inner)
    atom = _foreign(inner, variables)
    if atom is None:
        return elem
    without = hoisted(msgspec.structs.replace(elem, formula=_put(inner, atom, FALSE)), variables)
    having = hoisted(msgspec.structs.replace(elem, formula=_put(inner, atom, TRUE)), variables)
    return Some((without, All((atom, having))))


def _inside(formula: Formula, variables: Sequence[Variable]) -> Formula:
    """The formula with every quantifier over children hoisted in itself."""
    match formula:
        case Elem(relation="of" | "under"):
            return hoisted(formula, variables)
        case All(items):
            return All(tuple(_inside(item, variables) for item in items))
        case Some(items):
            return Some(tuple(_inside(item, variables) for item in items))
        case _:
            return formula


def _foreign(formula: Formula, variables: Sequence[Variable]) -> Formula | None:
    """The first part that does not depend on the element."""
    match formula:
        case Lit(var, _):
            return None if variables[var].collection else formula
        case Rel() | Elem(relation="all"):
            return formula
        case All(items) | Some(items):
            return next((found for item in items if (found := _foreign(item, variables)) is not None), None)
        case _:
            return None


def _put(formula: Formula, atom: Formula, value: Formula) -> Formula:
    """The formula with an atom replaced where it is about the element's own level."""
    if formula == atom:
        return value
    match formula:
        case All(items):
            return All(tuple(_put(item, atom, value) for item in items))
        case Some(items):
            return Some(tuple(_put(item, atom, value) for item in items))
        case _:
            return formula
