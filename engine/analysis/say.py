"""Cells and formulas of the analyser as text that a person can read and, where the language has a word for it, paste.

Guarantees: total and exact: what is written is true for exactly the cells of the mask (`date_text` for days, millionths as
decimals); the same formula gives the same text in every run.  Bounds of the domain itself are left out: `x >= 30`, not
`30 <= x <= 1000000000`.
What it does not do: simplify (`region`).
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.engine.analysis.model import (
    AS_OF,
    FALSE,
    OTHER,
    TRUE,
    All,
    Elem,
    Formula,
    Lit,
    Opaque,
    Rel,
    Some,
    Variable,
)
from rulewright.engine.phrases import literal
from rulewright.engine.words import date_text, value_text
from rulewright.facts.types import Value

ORDERED = frozenset({"int", "decimal", "date"})


def name(variable: Variable) -> str:
    """The fact that a variable is about; `as_of` for the day of the run, as rules call it."""
    return "as_of" if variable.name == AS_OF else variable.name


def number(value: int, kind: str) -> str:
    """One value of an ordered kind."""
    return date_text(value) if kind == "date" else value_text(value, kind)


def runs(variable: Variable, mask: int) -> list[tuple[int, int]]:
    """The cells of a mask as stretches of neighbours, by first and last index."""
    found: list[tuple[int, int]] = []
    for index in range(len(variable.cells)):
        if mask >> index & 1:
            if found and found[-1][1] == index - 1:
                found[-1] = found[-1][0], index
            else:
                found.append((index, index))
    return found


def is_ordered(variable: Variable) -> bool:
    """Whether the cells are stretches of numbers or days."""
    return variable.kind in ORDERED and all(cell.low is not None and cell.high is not None for cell in variable.cells)


def values(variable: Variable, mask: int) -> str:
    """The values that a mask leaves, without the fact's name: `1..90`, `at least 30`, `MIT or Apache-2.0`, `nothing`."""
    if not mask & variable.full:
        return "nothing"
    if mask & variable.full == variable.full:
        return "anything"
    if variable.member:
        with_it = bool(mask & 2)
        return f"{'with' if with_it else 'without'} {member_word(variable)}"
    if is_ordered(variable):
        return " or ".join(_stretch(variable, first, last) for first, last in runs(variable, mask))
    return " or ".join(_cell(variable, index) for index in _indices(mask))


def member_word(variable: Variable) -> str:
    """The word of a set whose presence a variable is."""
    return "any other member" if variable.member == OTHER else literal(variable.member, "enum")


def _stretch(variable: Variable, first: int, last: int) -> str:
    """One stretch; an end that is the domain's own is left out."""
    low, high = variable.cells[first].low, variable.cells[last].high
    assert low is not None
    assert high is not None
    kind, top = variable.kind, len(variable.cells) - 1
    if low == high:
        return number(low, kind)
    dated = kind == "date"
    if first == 0 and last < top:
        return f"{'until' if dated else 'at most'} {number(high, kind)}"
    if last == top and first > 0:
        return f"{'from' if dated else 'at least'} {number(low, kind)}"
    return f"{number(low, kind)}..{number(high, kind)}"


def _cell(variable: Variable, index: int) -> str:
    """One cell of a kind without an order."""
    cell = variable.cells[index]
    if isinstance(cell.value, bool):
        return value_text(cell.value, variable.kind)
    return cell.text or (value_text(cell.value, variable.kind) if cell.value is not None else cell.state.word)


def _indices(mask: int) -> list[int]:
    return [index for index in range(mask.bit_length()) if mask >> index & 1]


def lit(variable: Variable, mask: int) -> str:
    """A literal as a condition: `x >= 30`, `not x`, `"EU" in product.markets`, `x in {a, b}`."""
    path = name(variable)
    if variable.member:
        said = f"other members in {path}" if variable.member == OTHER else f'"{variable.member}" in {path}'
        if variable.member == OTHER:
            return said if mask & 2 else f"no {said}"
        return said if mask & 2 else f"not ({said})"
    if variable.kind == "bool" and all(isinstance(cell.value, bool) for cell in variable.cells):
        chosen = [variable.cells[index].value for index in _indices(mask)]
        return path if chosen == [True] else f"not {path}"
    if is_ordered(variable):
        return _ordered(variable, mask, path)
    return _words(variable, mask, path)


def _ordered(variable: Variable, mask: int, path: str) -> str:
    """Bounds; a single gap as what is left out."""
    gaps = runs(variable, variable.full & ~mask)
    if len(gaps) == 1 and gaps[0][0] > 0 and gaps[0][1] < len(variable.cells) - 1:
        low, high = variable.cells[gaps[0][0]].low, variable.cells[gaps[0][1]].high
        if low == high and low is not None:
            return f"{path} != {number(low, variable.kind)}"
    parts = [_bounds(variable, first, last, path) for first, last in runs(variable, mask)]
    return parts[0] if len(parts) == 1 else "(" + " or ".join(parts) + ")"


def _bounds(variable: Variable, first: int, last: int, path: str) -> str:
    low, high = variable.cells[first].low, variable.cells[last].high
    assert low is not None
    assert high is not None
    kind, top = variable.kind, len(variable.cells) - 1
    if low == high:
        return f"{path} = {number(low, kind)}"
    least, most = f"{path} >= {number(low, kind)}", f"{path} <= {number(high, kind)}"
    if first == 0:
        return most
    return least if last == top else f"{least} and {most}"


def _plain(value: Value | None, text: str) -> bool:
    """Whether a cell is exactly one word."""
    return isinstance(value, str) and text in {value, f'"{value}"', ""}


def _words(variable: Variable, mask: int, path: str) -> str:
    """A choice among words, by what is chosen or, where that is shorter or the only way, by what is left out."""
    chosen, others = _indices(mask), _indices(variable.full & ~mask)

    def plain(indices: Sequence[int]) -> bool:
        return all(_plain(variable.cells[i].value, variable.cells[i].text) for i in indices)

    def listed(indices: Sequence[int]) -> str:
        return ", ".join(literal(str(variable.cells[i].value), variable.kind) for i in indices)

    if plain(chosen) and (len(chosen) <= len(others) or not plain(others)):
        return f"{path} = {listed(chosen)}" if len(chosen) == 1 else f"{path} in {{{listed(chosen)}}}"
    if plain(others):
        return f"{path} != {listed(others)}" if len(others) == 1 else f"{path} not in {{{listed(others)}}}"
    return f"{path} is " + " or ".join(_cell(variable, index) for index in chosen)


def formula(item: Formula, variables: Sequence[Variable]) -> str:
    """A formula as a condition; what is always true is `always`, what never is `never`."""
    if item == TRUE:
        return "always"
    if item == FALSE:
        return "never"
    match item:
        case Lit(var, mask):
            return lit(variables[var], mask)
        case Rel(left, op, right, months, days):
            return f"{name(variables[left])} {op} {name(variables[right])}{_shift(months, days)}"
        case Opaque(label, positive):
            return label if positive else f"not ({label})"
        case All(items):
            return " and ".join(_inner(part, variables) for part in _grouped(items, variables))
        case Some(items):
            return " or ".join(_inner(part, variables) for part in items)
        case Elem():
            return _elements(item, variables)
        case _:
            raise TypeError(type(item).__name__)


def _grouped(items: Sequence[Formula], variables: Sequence[Variable]) -> list[Formula]:
    """Literals first, by name, then what is compound: the shape in which people read scopes."""

    def key(item: Formula) -> tuple[int, str]:
        return (0, variables[item.var].name) if isinstance(item, Lit) else (1, "")

    return sorted(items, key=key)


def _inner(item: Formula, variables: Sequence[Variable]) -> str:
    text = formula(item, variables)
    compound = isinstance(item, All | Some) and len(item.items) > 1
    return f"({text})" if compound else text


def _elements(item: Elem, variables: Sequence[Variable]) -> str:
    """A quantifier, by what it asks of the elements."""
    owner = {"all": "", "of": " of it", "under": " under it"}[item.relation]
    said = formula(item.formula, variables)
    if item.bound == "at_least":
        return f"at least {item.n} {item.collection}{owner} where {said}"
    if item.n == 0:
        return f"every {item.collection}{owner}: {said}"
    return f"all {item.collection}{owner} but at most {item.n}: {said}"


def _shift(months: int, days: int) -> str:
    """` + 5y`, ` - 30d`; each part with its own sign."""
    parts = []
    if months:
        size = f"{abs(months) // 12}y" if months % 12 == 0 else f"{abs(months)}m"
        parts.append(f" {'-' if months < 0 else '+'} {size}")
    if days:
        parts.append(f" {'-' if days < 0 else '+'} {abs(days)}d")
    return "".join(parts)
