"""Formulas of the analyser: putting together, taking the complement, looking up what they mention, and their truth.

Guarantees: `conj` and `disj` flatten, drop what decides nothing, merge literals of one variable, and give TRUE or FALSE where
that is all that is left; the order of items is kept otherwise.  `complement` is "not surely true": of a literal all other
cells, those of unknown fields too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.analysis.model import (
    FALSE,
    TRUE,
    All,
    Design,
    Elem,
    Element,
    Formula,
    Lit,
    Opaque,
    Rel,
    Relation,
    Some,
    Variable,
)
from rulewright.engine.reference import kleene_and, kleene_or

NEGATED: dict[ir.Comparison, ir.Comparison] = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", "<=": ">", ">": "<="}


def lit(variables: Sequence[Variable], var: int, mask: int) -> Formula:
    """A literal, or TRUE or FALSE where the mask is full or empty."""
    full = variables[var].full
    mask &= full
    return FALSE if not mask else TRUE if mask == full else Lit(var, mask)


def conj(items: Iterable[Formula]) -> Formula:
    """The conjunction."""
    masks: dict[int, int] = {}
    rest: dict[Formula, None] = {}
    for item in _flat(items, All):
        match item:
            case Some(()):
                return FALSE
            case Lit(var, mask):
                mask &= masks.get(var, mask)
                if not mask:
                    return FALSE
                masks[var] = mask
            case _:
                rest[item] = None
    whole = (*(Lit(var, mask) for var, mask in masks.items()), *rest)
    return whole[0] if len(whole) == 1 else All(whole)


def disj(items: Iterable[Formula], variables: Sequence[Variable]) -> Formula:
    """The disjunction."""
    masks: dict[int, int] = {}
    rest: dict[Formula, None] = {}
    for item in _flat(items, Some):
        match item:
            case All(()):
                return TRUE
            case Lit(var, mask):
                masks[var] = mask = mask | masks.get(var, 0)
                if mask == variables[var].full:
                    return TRUE
            case _:
                rest[item] = None
    whole = (*(Lit(var, mask) for var, mask in masks.items()), *rest)
    return whole[0] if len(whole) == 1 else Some(whole)


def _flat(items: Iterable[Formula], kind: type[All | Some]) -> Iterator[Formula]:
    """The items, with those of nested formulas of the same kind in their place."""
    for item in items:
        if isinstance(item, kind):
            yield from _flat(item.items, kind)
        else:
            yield item


def complement(formula: Formula, variables: Sequence[Variable]) -> Formula:
    """What is true exactly where the formula is not."""
    match formula:
        case Lit(var, mask):
            return lit(variables, var, variables[var].full & ~mask)
        case Rel(left, op, right, months, days):
            return Rel(left, NEGATED[op], right, months, days)
        case Opaque(name, positive):
            return Opaque(name, not positive)
        case All(items):
            return disj([complement(item, variables) for item in items], variables)
        case Some(items):
            return conj(complement(item, variables) for item in items)
        case Elem("at_least", n, collection, inner, relation):
            return _fewer(n, collection, complement(inner, variables), relation)
        case Elem("all_but", n, collection, inner, relation):
            return Elem("at_least", n + 1, collection, complement(inner, variables), relation)
        case _:
            raise TypeError(type(formula).__name__)


def _fewer(n: int, collection: str, inner: Formula, relation: Relation) -> Formula:
    """Fewer than `n` elements for which the complement of `inner` holds."""
    if n <= 0:
        return FALSE
    return Elem("all_but", n - 1, collection, inner, relation)


def mentioned(formula: Formula) -> frozenset[int]:
    """The variables in a formula, those of elements too."""
    found: set[int] = set()
    todo = [formula]
    while todo:
        match todo.pop():
            case Lit(var, _):
                found.add(var)
            case Rel(left, _, right):
                found |= {left, right}
            case All(items) | Some(items):
                todo += items
            case Elem(formula=inner):
                todo.append(inner)
            case _:
                continue
    return frozenset(found)


def holds(formula: Formula, design: Design | Element, design_of: Design, variables: Sequence[Variable]) -> bool | None:
    """The truth of a formula for a product (`design` is `design_of`) or one of its elements; None where it is free.

    `Opaque` is free.  A `Rel` looks at `numbers`, else at the value of the cell.
    """
    match formula:
        case Lit(var, mask):
            cell = design.cells.get(var)
            return None if cell is None else bool(mask >> cell & 1)
        case Rel(left, op, right, months, days):
            return _related(design_of, variables, (left, op, right, months, days))
        case Opaque():
            return None
        case All(items):
            return kleene_and(holds(item, design, design_of, variables) for item in items)
        case Some(items):
            return kleene_or(holds(item, design, design_of, variables) for item in items)
        case Elem(bound, n, collection, inner, relation):
            members = _members(design, design_of, collection, relation)
            truths = [holds(inner, member, design_of, variables) for member in members]
            count = truths.count(True) if bound == "at_least" else truths.count(False)
            free = truths.count(None)
            if bound == "at_least":
                return True if count >= n else None if count + free >= n else False
            if relation == "of" and isinstance(design, Element) and _astray(design, design_of, collection):
                return False
            return False if count > n else None if count + free > n else True
        case _:
            raise TypeError(type(formula).__name__)


def _astray(owner: Element, whole: Design, collection: str) -> bool:
    """Whether some element of a list is nobody's child: then the evaluator does not know the children of anybody.

    An element that owns others of its own collection is exempt, as in the evaluator: the outermost have no owner.
    """
    listed = whole.elements.get(collection, ())
    if not listed or any(element is owner for element in listed):
        return False
    owned = {
        id(child)
        for elements in whole.elements.values()
        for element in elements
        for child in element.children.get(collection, ())
    }
    return any(id(element) not in owned for element in listed)


def _members(design: Design | Element, whole: Design, collection: str, relation: str) -> Sequence[Element]:
    """The elements that a quantifier ranges over; for `under` those that were put in as if they were children."""
    if relation == "all":
        return whole.elements.get(collection, ())
    if isinstance(design, Element):
        return design.children.get(f"{relation} {collection}" if relation == "under" else collection, ())
    return ()


def _related(
    design: Design, variables: Sequence[Variable], rel: tuple[int, ir.Comparison, int, int, int]
) -> bool | None:
    left, op, right, months, days = rel
    held = number(design.cells, design.numbers, variables, left)
    other = number(design.cells, design.numbers, variables, right)
    if held is None or other is None:
        return None
    kind = variables[left].kind
    test = ir.CmpAttr(op, ir.Attr(variables[right].name, kind), months, days)
    return predicates.compare_pair(test, kind, held, other)


def same_lists(one: Design, other: Design) -> bool:
    """Whether two designs have the very same lists; they are not looked into, since elements may depend on one another."""
    lists, others = one.elements, other.elements
    return lists.keys() == others.keys() and all(found is others[name] for name, found in lists.items())


def number(cells: Mapping[int, int], numbers: Mapping[int, int], variables: Sequence[Variable], var: int) -> int | None:
    """The exact value of a variable of an ordered kind, None where it is free."""
    if var in numbers:
        return numbers[var]
    cell = cells.get(var)
    value = None if cell is None else variables[var].cells[cell].value
    return value if isinstance(value, int) else None
