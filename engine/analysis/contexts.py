"""Is there a context in which these units apply, all of them?  And which is the smallest?

Guarantees: exact, with the background knowledge of the problem.  A context counts only if some design exists there at all:
sets of axioms that no design can meet together are found when the object is made, and contexts in which all of such a set
apply are no contexts.  `smallest` has the fewest facts away from their first cell ("absent", "false"), and of those it is
the first in the order of variables and cells, whatever the solver answers first; `calls` counts the solver's questions.
What `together` returns depends on what was asked before: it is one context, not the smallest.
What it does not do: decide what designs can meet (`oracle`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rulewright.engine.analysis.axiom_sets import impossible
from rulewright.engine.analysis.cubes import Box, Cubes, exact, hull
from rulewright.engine.analysis.formulas import complement, disj, holds, mentioned
from rulewright.engine.analysis.model import TRUE, Context, Design, Formula, Problem, Rel
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.analysis.worlds import Worlds

POOL = 48
"""So many contexts are remembered: most questions are answered by one of them."""


class Contexts:
    """Answers questions about contexts of one problem."""

    def __init__(self, problem: Problem, oracle: Oracle | None = None) -> None:
        """Learn the background knowledge; `oracle` is asked about axioms that exclude one another."""
        self.problem = problem
        self.calls = 0
        self.cubes = Cubes(problem)
        self.oracle = oracle or Oracle(problem)
        self._worlds: Worlds | None = None
        self._sums: list[int] | None = None
        self._givens: dict[Formula, int] = {}
        self._given_of = [self._givens.setdefault(unit.given, len(self._givens)) for unit in problem.units]
        self._formulas = list(self._givens)
        self._boxes: list[Box | None] = [None] * len(self._formulas)
        for number, box in zip(self._given_of, self.cubes.boxes, strict=True):
            self._boxes[number] = box
        self._exact = [exact(formula) for formula in self._formulas]
        self._pool: list[tuple[int, Context]] = []
        self._known: dict[tuple[int, ...], bool] = {}
        self.background: tuple[Formula, ...] = tuple(formula for _, formula in problem.context)
        """what holds of every context"""
        self._prepare()
        self.excluded = impossible(self, self.oracle)
        """sets of axioms that no design meets together"""
        for units in self.excluded:
            self._exclude(units)
        if self.excluded:
            self._prepare()

    def _prepare(self) -> None:
        """Forget what was known under less background knowledge."""
        self._pool.clear()
        self._known.clear()
        self._bound = frozenset[int]().union(*map(mentioned, self.background))
        self._open = self._solve(()) is not None

    # --- questions -----------------------------------------------------------------------------------------------------

    def row(self, unit: int) -> int:
        """Bitset of the units that may share a context with this one; a few too many, never too few."""
        return self.cubes.row(unit)

    def meet(self, units: Iterable[int]) -> bool:
        """Whether some context makes the conditions of all these units true."""
        key = tuple(sorted({self._given_of[unit] for unit in units}))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._met(key)
        return known

    def together(self, units: Iterable[int]) -> Context | None:
        """Some context that makes the conditions of all these units true; None: there is none."""
        key = tuple(sorted({self._given_of[unit] for unit in units}))
        wanted = sum(1 << given for given in key)
        for truths, context in self._pool:
            if not wanted & ~truths:
                return context
        return self._solve(self._formulas[given] for given in key)

    def smallest(self, units: Iterable[int]) -> Context:
        """The smallest context in which all these units apply; raises ValueError where there is none.

        It has the cells of the variables that the conditions mention, of those away from their first cell, and of those in
        background knowledge about them.
        """
        chosen = list(dict.fromkeys(self.problem.units[unit].given for unit in units))
        scope = sorted(frozenset[int]().union(*map(mentioned, (*chosen, *self.background))))
        forced = frozenset(var for formula in chosen for var, mask in (hull(formula) or {}).items() if not mask & 1)
        least = self._least([self.worlds.literal(formula) for formula in chosen], scope, forced)
        if least is None:
            raise ValueError("these units share no context")
        return self._told(least, chosen, scope)

    def matter(self, units: Iterable[int], context: Context) -> Context:
        """The part of a context that is needed for the conditions of these units, the last variables left out first."""
        chosen = list(dict.fromkeys(self.problem.units[unit].given for unit in units))
        cells = {var: cell for var, cell in context.cells.items() if var in frozenset().union(*map(mentioned, chosen))}
        for var in sorted(cells, reverse=True):
            less = {other: cell for other, cell in cells.items() if other != var}
            if all(self._true(formula, Context(less, context.numbers)) for formula in chosen):
                cells = less
        return Context(cells, {var: number for var, number in context.numbers.items() if var in cells})

    @property
    def worlds(self) -> Worlds:
        """The solver, with the background knowledge."""
        if self._worlds is None:
            self._worlds = Worlds(self.problem.variables)
            for formula in self.background:
                self._worlds.demand(formula)
        return self._worlds

    # --- deciding ------------------------------------------------------------------------------------------------------

    def _exclude(self, units: Sequence[int]) -> None:
        """No context makes all these conditions true."""
        variables = self.problem.variables
        clause = disj([complement(self.problem.units[unit].given, variables) for unit in units], variables)
        self.background = (*self.background, clause)
        self.worlds.demand(clause)

    def _met(self, key: tuple[int, ...]) -> bool:
        if not self._open:
            return False
        whole: Box = {}
        for given in key:
            box = self._boxes[given]
            if box is None:
                return False
            for var, mask in box.items():
                whole[var] = mask = mask & whole.get(var, mask)  # noqa: PLW2901
                if not mask:
                    return False
        if self._bound.isdisjoint(whole) and all(self._exact[given] for given in key):
            return True
        wanted = sum(1 << given for given in key)
        if any(not wanted & ~truths for truths, _ in self._pool):
            return True
        return self._solve(self._formulas[given] for given in key) is not None

    def _solve(self, wanted: Iterable[Formula]) -> Context | None:
        """Ask the solver; keep the context for later questions."""
        literals = [self.worlds.literal(formula) for formula in wanted if formula != TRUE]
        context = self._world(literals, range(len(self.problem.variables)))
        if context is not None:
            self._pool.append((self._truths(context), context))
            del self._pool[:-POOL]
        return context

    def _world(self, literals: Sequence[int], scope: Iterable[int]) -> Context | None:
        """A context for these literals; relations that cannot hold exactly are forbidden and the solver is asked again."""
        while True:
            self.calls += 1
            model = self.worlds.solve(literals)
            if model is None:
                return None
            related = [rel for rel, number in self.worlds.rels.items() if number in model]
            cells = {
                var: self.worlds.cell(var, model)
                for var in {*scope, *(v for rel in related for v in (rel.left, rel.right))}
                if self.problem.variables[var].given and not self.problem.variables[var].collection
            }
            numbers = self.oracle.related(related, {var: 1 << cell for var, cell in cells.items()}) if related else {}
            if numbers is not None:
                return Context(dict(sorted(cells.items())), dict(sorted(numbers.items())))
            self._refuse(related, cells)

    def _refuse(self, related: Sequence[Rel], cells: Mapping[int, int]) -> None:
        """These relations do not hold together in these cells."""
        clause = [-self.worlds.rels[rel] for rel in related]
        variables = sorted({var for rel in related for var in (rel.left, rel.right)})
        clause += [-self.worlds.cells(var)[cells[var]] for var in variables]
        self.worlds.solver.add_clause(clause)

    def _truths(self, context: Context) -> int:
        """Bitset of the conditions that are true in a whole context."""
        found = 0
        for given, (formula, box) in enumerate(zip(self._formulas, self._boxes, strict=True)):
            if box is None or any(not mask >> context.cells[var] & 1 for var, mask in box.items()):
                continue
            if self._exact[given] or self._true(formula, context):
                found |= 1 << given
        return found

    def _true(self, formula: Formula, context: Context) -> bool:
        design = Design(context.cells, context.numbers)
        return holds(formula, design, design, self.problem.variables) is True

    # --- the smallest --------------------------------------------------------------------------------------------------

    def _least(self, literals: list[int], scope: Sequence[int], forced: frozenset[int]) -> list[int] | None:
        """The literals with a cell for each variable of the scope, of the smallest context; None: there is none.

        `forced`: variables that cannot have their first cell.
        """
        usual = {var: self.worlds.cells(var)[0] for var in scope}
        fixed = [*literals, *(literal for var, literal in usual.items() if var not in forced)]
        unusual: Sequence[int] = sorted(forced)
        if self._world(fixed, ()) is None:
            if self._world(literals, ()) is None:
                return None
            fixed, unusual = self._fewest(literals, usual)
        for var in unusual:
            for literal in self.worlds.cells(var):
                if self._world([*fixed, literal], ()) is not None:
                    fixed.append(literal)
                    break
        return fixed

    def _fewest(self, literals: list[int], usual: Mapping[int, int]) -> tuple[list[int], list[int]]:
        """As few variables as can be leave their first cell: those that stay, the first ones first, and those that leave."""
        bound = self._bound_of(literals)
        fixed, unusual = [*literals, *bound], []
        for var, literal in usual.items():
            if self._world([*fixed, literal], ()) is not None:
                fixed.append(literal)
            else:
                unusual.append(var)
        return fixed, unusual

    def _bound_of(self, literals: list[int]) -> list[int]:
        """An assumption that says how many variables may leave their first cell."""
        if self._sums is None:
            away = [-self.worlds.cells(var)[0] for var in self._product_givens()]
            self._sums = self.worlds.sums(away)
        low, high = 0, len(self._sums)
        while low < high:
            middle = (low + high) // 2
            if self._world([*literals, -self._sums[middle]], ()) is not None:
                high = middle
            else:
                low = middle + 1
        return [-self._sums[low]] if low < len(self._sums) else []

    def _product_givens(self) -> list[int]:
        """The given variables of the product that have a choice of cells."""
        variables = enumerate(self.problem.variables)
        return [var for var, one in variables if one.given and not one.collection and len(one.cells) > 1]

    def _told(self, fixed: list[int], chosen: Sequence[Formula], scope: Sequence[int]) -> Context:
        """The context of these literals, cut to what matters."""
        whole = self._world(fixed, scope)
        assert whole is not None
        shown = set[int]().union(*map(mentioned, chosen)) | {var for var in scope if whole.cells[var]}
        for formula in self.background:
            variables = mentioned(formula)
            numbers = {var: number for var, number in whole.numbers.items() if var in shown}
            cells = Context({var: whole.cells[var] for var in shown}, numbers)
            if not variables.isdisjoint(shown) and not self._true(formula, cells):
                shown |= variables
        return Context(
            {var: cell for var, cell in whole.cells.items() if var in shown},
            {var: number for var, number in whole.numbers.items() if var in shown},
        )
