"""The contexts in which some requirements clash, as one readable condition; and which facts of a context are needed.

Guarantees: `simplify` keeps the meaning (given what is `known`): literals of one variable are merged, alternatives that the
rest rules out are dropped, what the rest implies is left out, and so are alternatives that another one covers.  `needed`
returns facts that alone make formulas true, none of which can be left out, found in a fixed order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rulewright.engine.analysis.formulas import conj, disj, holds
from rulewright.engine.analysis.model import FALSE, TRUE, All, Context, Design, Formula, Lit, Some, Variable

ROUNDS = 8
"""So often is what the rest implies carried into alternatives; more only leaves words that could be dropped."""


def simplify(formula: Formula, variables: Sequence[Variable], known: Mapping[int, int] | None = None) -> Formula:
    """The formula with fewer words; equivalent to it wherever the variables of `known` keep to their masks."""
    masks = dict(known or {})
    for _ in range(ROUNDS):
        found = _under(formula, masks, variables)
        if found == formula:
            return found
        formula = found
    return formula


def _under(formula: Formula, masks: Mapping[int, int], variables: Sequence[Variable]) -> Formula:
    """One round, under what is known of the variables."""
    match formula:
        case Lit(var, mask):
            allowed = masks.get(var, variables[var].full)
            if not mask & allowed:
                return FALSE
            return TRUE if mask & allowed == allowed else formula
        case All(items):
            return _conjunction(conj(items), masks, variables)
        case Some(items):
            return _disjunction([_under(item, masks, variables) for item in items], variables)
        case _:
            return formula


def _conjunction(formula: Formula, masks: Mapping[int, int], variables: Sequence[Variable]) -> Formula:
    """Carry each literal into the other items."""
    if not isinstance(formula, All):
        return _under(formula, masks, variables)
    own = {item.var: item.mask for item in formula.items if isinstance(item, Lit)}
    inner = {var: masks.get(var, variables[var].full) & mask for var, mask in own.items()}
    if not all(inner.values()):
        return FALSE
    joined = {**masks, **inner}
    items = [
        _under(item, masks, variables) if isinstance(item, Lit) else _under(item, joined, variables)
        for item in formula.items
    ]
    return conj(_without_implied(items))


def _without_implied(items: list[Formula]) -> list[Formula]:
    """Leave out alternatives of which another item demands one already."""
    kept: list[Formula] = []
    for item in items:
        others = [other for other in items if other is not item]
        if isinstance(item, Some) and any(
            isinstance(o, Some) and o != item and set(o.items) < set(item.items) for o in others
        ):
            continue
        kept.append(item)
    return kept


def _disjunction(items: list[Formula], variables: Sequence[Variable]) -> Formula:
    """Leave out alternatives that a wider one covers."""
    whole = disj(items, variables)
    if not isinstance(whole, Some):
        return whole
    kept = [item for item in whole.items if not any(other is not item and covers(other, item) for other in whole.items)]
    return disj(kept or list(whole.items[:1]), variables)


def covers(wide: Formula, narrow: Formula) -> bool:
    """Whether `narrow` surely implies `wide`, by their literals; equal formulas do not cover one another here."""
    if wide == narrow:
        return False
    return all(_implied(part, narrow) for part in _parts(wide))


def _implied(part: Formula, narrow: Formula) -> bool:
    for item in _parts(narrow):
        if item == part:
            return True
        if isinstance(part, Lit) and isinstance(item, Lit) and item.var == part.var and not item.mask & ~part.mask:
            return True
    return False


def _parts(formula: Formula) -> tuple[Formula, ...]:
    return formula.items if isinstance(formula, All) else (formula,)


def ruled_out(formula: Formula, variables: Sequence[Variable], var: int, mask: int) -> bool:
    """Whether a formula surely cannot be true while a variable keeps to a mask."""
    return simplify(formula, variables, {var: mask}) == FALSE


def needed(context: Context, formulas: Iterable[Formula], variables: Sequence[Variable]) -> dict[int, int]:
    """Cells of a context that alone make all the formulas surely true; those that matter least are dropped first.

    Formulas that the whole context leaves open (`Opaque`) are not asked for.  Members of sets that are absent go first, then
    what is false, then the rest, the last by name first; the day of the run is one of the rest.
    """
    wanted = [
        f
        for f in formulas
        if holds(f, _as_design(context.cells, context), _as_design(context.cells, context), variables)
    ]
    kept = dict(context.cells)

    def weight(var: int) -> int:
        variable = variables[var]
        plain = bool(variable.member) and context.cells[var] == 0
        value = variable.cells[context.cells[var]].value
        return 0 if plain else 1 if value is False else 2

    by_name = sorted(context.cells, key=lambda var: (variables[var].name, variables[var].member), reverse=True)
    for var in sorted(by_name, key=weight):
        tried = {other: cell for other, cell in kept.items() if other != var}
        design = _as_design(tried, context)
        if all(holds(formula, design, design, variables) for formula in wanted):
            kept = tried
    return kept


def _as_design(cells: dict[int, int], context: Context) -> Design:
    """A context in the shape that `holds` takes; exact numbers only of variables that are there."""
    return Design(cells, {var: value for var, value in context.numbers.items() if var in cells})
