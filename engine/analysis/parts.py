"""Formulas taken apart for deciding: masks per variable, clauses, and what the theories of elements and relations decide.

Guarantees: `Compiler.parts` is the formula, exactly: the conjunction of its box, of its clauses (disjunctions of parts), and
of its elements, relations and opaque names.  Elements are numbered in the order in which they are first met, so a set of them
is a set of small integers.
What it does not do: decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rulewright.engine.analysis.hoist import hoisted
from rulewright.engine.analysis.model import All, Elem, Formula, Lit, Opaque, Rel, Some, Unit, Variable

Box = tuple[tuple[int, int], ...]
"""Pairs of variable and mask, one per variable."""


class Parts(NamedTuple):
    """A conjunction.  `box`: masks, never empty ones; `plain`: there is nothing but the box; `false`: it is never true."""

    box: Box = ()
    clauses: tuple[tuple[Parts, ...], ...] = ()
    elems: tuple[int, ...] = ()
    rels: tuple[Rel, ...] = ()
    opaque: tuple[tuple[str, bool], ...] = ()
    plain: bool = True
    false: bool = False


Clause = tuple[Parts, ...]

TRUTH = Parts()
IMPOSSIBLE = Parts(plain=False, false=True)


class State:
    """A conjunction under way."""

    __slots__ = ("clauses", "elems", "masks", "opaque", "rels")

    def __init__(self) -> None:
        self.masks: dict[int, int] = {}
        self.clauses: list[Clause] = []
        self.elems: dict[int, None] = {}
        self.rels: dict[Rel, None] = {}
        self.opaque: dict[str, bool] = {}

    def parts(self) -> Parts:
        """What was absorbed."""
        theory = self.elems or self.rels or self.opaque
        box, clauses, opaque = (*self.masks.items(),), (*self.clauses,), (*self.opaque.items(),)
        return Parts(box, clauses, (*self.elems,), (*self.rels,), opaque, not (clauses or theory))

    def copy(self) -> State:
        """Another one with the same content."""
        other = State()
        other.masks = self.masks.copy()
        other.clauses = self.clauses.copy()
        other.elems = self.elems.copy()
        other.rels = self.rels.copy()
        other.opaque = self.opaque.copy()
        return other

    def absorb(self, parts: Parts) -> bool:
        """Add a conjunction; whether masks and opaque names still allow it."""
        if parts.false:
            return False
        masks = self.masks
        for var, mask in parts.box:
            held = masks.get(var)
            if held is not None:
                mask &= held  # noqa: PLW2901
                if not mask:
                    return False
            masks[var] = mask
        if not parts.plain:
            self.clauses += parts.clauses
            self.elems.update(dict.fromkeys(parts.elems))
            self.rels.update(dict.fromkeys(parts.rels))
            for name, positive in parts.opaque:
                if self.opaque.setdefault(name, positive) is not positive:
                    return False
        return True

    def status(self, parts: Parts) -> bool | None:
        """Whether a conjunction is surely true, surely false, or open."""
        masks = self.masks
        sure: bool | None = True if parts.plain else None
        for var, mask in parts.box:
            held = masks.get(var)
            if held is None:
                sure = None
            elif not held & mask:
                return False
            elif held & ~mask:
                sure = None
        if not parts.plain:
            if any(self.opaque.get(name, positive) is not positive for name, positive in parts.opaque):
                return False
            if self._asked(parts):
                sure = True if all(not self.masks.get(var, ~mask) & ~mask for var, mask in parts.box) else None
        return sure

    def _asked(self, parts: Parts) -> bool:
        """Whether all of a conjunction but its box is asked for already."""
        return (
            not parts.clauses
            and all(elem in self.elems for elem in parts.elems)
            and all(rel in self.rels for rel in parts.rels)
            and all(name in self.opaque for name, _ in parts.opaque)
        )


class Compiler:
    """Takes formulas apart, once each."""

    def __init__(self, variables: Sequence[Variable], units: Sequence[Unit]) -> None:
        """Keep the units; each is compiled when it is first asked for."""
        self.variables = variables
        self.units = units
        self.elems: list[Elem] = []
        self._numbers: dict[Elem, int] = {}
        self._known: dict[Formula, Parts] = {}

    def unit(self, unit: int) -> Parts:
        """The choice formula of a unit."""
        return self.parts(self.units[unit].choice)

    def parts(self, formula: Formula) -> Parts:
        """A formula taken apart."""
        parts = self._known.get(formula)
        if parts is None:
            parts = self._known[formula] = self._parts(formula)
        return parts

    def _parts(self, formula: Formula) -> Parts:
        """A formula taken apart, by its kind."""
        match formula:
            case Lit(var, mask):
                mask &= self.variables[var].full
                return TRUTH if mask == self.variables[var].full else Parts(((var, mask),)) if mask else IMPOSSIBLE
            case All(items):
                state = State()
                return state.parts() if all(state.absorb(self.parts(item)) for item in items) else IMPOSSIBLE
            case Some(items):
                return self._clause(items)
            case Elem():
                known = self._numbers.get(formula)
                plain = hoisted(formula, self.variables) if known is None else formula
                return Parts(elems=(self.number(plain),), plain=False) if isinstance(plain, Elem) else self.parts(plain)
            case Rel():
                return Parts(rels=(formula,), plain=False)
            case Opaque(name, positive):
                return Parts(opaque=((name, positive),), plain=False)
            case _:
                raise TypeError(type(formula).__name__)

    def _clause(self, items: Iterable[Formula]) -> Parts:
        """A disjunction: the disjuncts that can be true."""
        clause = tuple(dict.fromkeys(parts for parts in map(self.parts, items) if not parts.false))
        if TRUTH in clause:
            return TRUTH
        return clause[0] if len(clause) == 1 else Parts(clauses=(clause,), plain=False) if clause else IMPOSSIBLE

    def number(self, elem: Elem) -> int:
        """The number of a quantified formula."""
        number = self._numbers.get(elem)
        if number is None:
            number = self._numbers[elem] = len(self.elems)
            self.elems.append(elem)
        return number
