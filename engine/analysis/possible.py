"""Is there a product like that?  One context and one design for which some formulas hold, with background knowledge.

Guarantees: exact as far as the oracle is: context and design are looked for together, axioms hold, and so does what is known
of the context (unless `profile` is off).  Background knowledge that shares nothing with the question, not even through other
background knowledge, is left out: it can be met by itself.  `spent` counts the questions.
What it does not do: ask whether *every* design fails in some context (`search`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from rulewright.engine.analysis import quote, witness
from rulewright.engine.analysis.choices import Choices
from rulewright.engine.analysis.findings import FactValue
from rulewright.engine.analysis.formulas import complement, conj, disj, holds, lit, mentioned, same_lists
from rulewright.engine.analysis.model import AS_OF, TRUE, Context, Design, Elem, Formula, Lit, Problem, Variable
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.analysis.reference_design import Reference
from rulewright.engine.reference import kleene_and
from rulewright.facts.base import FactBase

Touched = frozenset[int | str]
"""Variables, and collections by name."""
KEPT = 1000
"""Of so many products it is remembered how they differ from the usual one."""


class Law:
    """A piece of background knowledge: its name (`""`: the profile), its formula, what it is about."""

    def __init__(self, name: str, formula: Formula) -> None:
        """Note what it is about."""
        self.name = name
        self.formula = formula
        self.touched = touched(formula)


class Possible:
    """Answers questions about the products of one problem."""

    def __init__(
        self,
        problem: Problem,
        oracle: Oracle | None = None,
        *,
        profile: bool = True,
        questions: Mapping[str, str] | None = None,
    ) -> None:
        """Make background knowledge formulas; without `profile` every context counts, whatever is known of it.

        `questions`: what the answers among the facts answer.
        """
        self.problem = problem
        self.questions = questions or {}
        self.oracle = oracle or Oracle(problem)
        self.spent = 0
        self.by_owner: dict[int, list[int]] = {}
        for number, unit in enumerate(problem.units):
            self.by_owner.setdefault(unit.owner, []).append(number)
        named = [
            (problem.owners[n].id if n >= 0 else "", formula) for n, formula in problem.context if n >= 0 or profile
        ]
        for number, unit in enumerate(problem.units):
            if problem.owners[unit.owner].strength == "axiom":
                named.append((problem.owners[unit.owner].id, self.meets(number)))
        self.laws = [Law(name, formula) for name, formula in named if formula != TRUE]
        self._near: dict[Touched, tuple[Law, ...]] = {}
        self._met: dict[int, Formula] = {}
        self._truths: dict[Formula, bool | None] = {}
        self._about: dict[int, tuple[Touched, Touched]] = {}
        self._differences: dict[int, tuple[Design, Touched]] = {}
        self._fields = {var for var, variable in enumerate(problem.variables) if variable.collection}

    @cached_property
    def somewhere(self) -> bool:
        """Whether background knowledge leaves any product at all."""
        return self.oracle.satisfiable((), [law.formula for law in self.laws])

    @cached_property
    def usual(self) -> Design:
        """A whole product that few requirements find fault with: the first context, and a design that breaks few of them."""
        everything = (1 << len(self.problem.units)) - 1
        design = Reference(Choices(self.problem, self.oracle), self.oracle, everything).design
        own = [var for var, variable in enumerate(self.problem.variables) if not variable.collection]
        near = Design(dict.fromkeys(own, 0) | design.cells, design.numbers, design.elements)
        return self.oracle.design((), near, [law.formula for law in self.laws]) or near

    # --- formulas ------------------------------------------------------------------------------------------------------

    def meets(self, unit: int) -> Formula:
        """Where a unit is met: its condition does not hold, or its choice does."""
        found = self.problem.units[unit]
        return disj([complement(found.given, self.problem.variables), found.choice], self.problem.variables)

    def breaks(self, unit: int) -> Formula:
        """Where a unit is broken."""
        found = self.problem.units[unit]
        return conj([found.given, complement(found.choice, self.problem.variables)])

    def satisfied(self, owner: int) -> Formula:
        """Where an owner's requirement is met."""
        if owner not in self._met:
            self._met[owner] = conj(self.meets(unit) for unit in self.by_owner.get(owner, ()))
        return self._met[owner]

    def context(self, product: Design) -> Formula:
        """In the context of a product."""
        given = [var for var in product.cells if self.problem.variables[var].given]
        return conj(Lit(var, 1 << product.cells[var]) for var in given if len(self.problem.variables[var].cells) > 1)

    # --- questions -----------------------------------------------------------------------------------------------------

    def product(self, wanted: Iterable[Formula], near: Design | None = None) -> Design | None:
        """A product for which these hold, with the cells of `near` wherever they will do; None: there is none."""
        asked = [formula for formula in wanted if formula != TRUE]
        self.spent += 1
        if not self.somewhere:
            return None
        laws = self.background(touched(*asked))
        if near is None:
            return self.oracle.design((), near, [*asked, *(law.formula for law in laws)])
        used: list[Law] = []
        while True:  # background knowledge that a product meets anyhow need not be asked for
            found = self.oracle.design((), near, [*asked, *(law.formula for law in used)])
            if found is None:
                return None
            left = [law for law in laws if law not in used]
            broken = [law for law in left if self._holds(law.formula, law.touched, found) is not True]
            if not broken:
                return found
            used += broken

    def axioms(self, wanted: Iterable[Formula]) -> tuple[str, ...]:
        """The axioms that are needed to see that no product fulfils these, by name: none can be left out."""
        asked = [formula for formula in wanted if formula != TRUE]
        kept = list(self.background(touched(*asked)) if self.somewhere else self.laws)
        for law in list(kept):
            less = [other for other in kept if other is not law]
            self.spent += 1
            if not self.oracle.satisfiable((), [*asked, *(other.formula for other in less)]):
                kept = less
        return tuple(sorted({law.name for law in kept if law.name}))

    def background(self, about: Touched) -> tuple[Law, ...]:
        """What bears on some variables and collections, directly or through one another."""
        found = self._near.get(about)
        if found is None:
            reach, left, near = set(about), self.laws, list[Law]()
            while True:
                more = [law for law in left if not law.touched.isdisjoint(reach)]
                if not more:
                    break
                near += more
                left = [law for law in left if law not in more]
                reach.update(*(law.touched for law in more))
            found = self._near[about] = tuple(near)
        return found

    def met(self, owner: int, product: Design) -> bool | None:
        """Whether a product meets an owner's requirement, as far as its cells say."""
        return kleene_and(self._unit_met(unit, product) for unit in self.by_owner.get(owner, ()))

    def _unit_met(self, unit: int, product: Design) -> bool | None:
        found = self.problem.units[unit]
        if unit not in self._about:
            self._about[unit] = touched(found.given), touched(found.choice)
        given = self._holds(found.given, self._about[unit][0], product)
        if given is False:
            return True
        choice = self._holds(found.choice, self._about[unit][1], product)
        return choice if given else True if choice else None

    def _holds(self, formula: Formula, about: Touched, product: Design) -> bool | None:
        """The truth of a formula: remembered where the product is as usual in what it is about."""
        if self.usual is product or about.isdisjoint(self._unusual(product)):
            if formula not in self._truths:
                self._truths[formula] = holds(formula, self.usual, self.usual, self.problem.variables)
            return self._truths[formula]
        return holds(formula, product, product, self.problem.variables)

    def _unusual(self, product: Design) -> Touched:
        """The variables and collections in which a product differs from the usual one."""
        known = self._differences.get(id(product))
        if known is not None:
            return known[1]
        usual = self.usual
        pairs = (usual.cells.items() ^ product.cells.items()) | (usual.numbers.items() ^ product.numbers.items())
        different: set[int | str] = {var for var, _ in pairs}
        if not same_lists(usual, product):
            different |= usual.elements.keys() | product.elements.keys() | self._fields
        if len(self._differences) >= KEPT:
            self._differences.clear()
        found = frozenset(different)
        self._differences[id(product)] = product, found
        return found

    # --- witnesses -----------------------------------------------------------------------------------------------------

    def concrete(self, product: Design) -> FactBase:
        """The product with all its facts."""
        context, design = self.parted(product)
        return witness.product(self.problem, context, design)

    def judged(self, owner: int, product: Design) -> bool | None:
        """What the evaluator says of a product: whether it meets an owner's requirement."""
        return witness.satisfied(self.problem, owner, self.concrete(product))

    def parted(self, product: Design) -> tuple[Context, Design]:
        """Context and design of a product."""
        variables = self.problem.variables

        def side(values: dict[int, int], *, given: bool) -> dict[int, int]:
            return {var: value for var, value in values.items() if variables[var].given is given}

        context = Context(side(product.cells, given=True), side(product.numbers, given=True))
        numbers = side(product.numbers, given=False)
        return context, Design(side(product.cells, given=False), numbers, product.elements)

    def facts(self, product: Design, owners: Iterable[int], more: Iterable[Formula] = ()) -> tuple[FactValue, ...]:
        """The facts of a product that some requirements (and formulas) mention, context first."""
        about = set(touched(*more))
        for owner in owners:
            about |= touched(*(self.satisfied(owner),))
        context, design = self.parted(product)
        cells = {var: cell for var, cell in context.cells.items() if var in about}
        numbers = {var: value for var, value in design.numbers.items() if var in about}
        lists = {name: found for name, found in design.elements.items() if name in about}
        shown = Design({var: cell for var, cell in design.cells.items() if var in about}, numbers, lists)
        variables = self.problem.variables
        return (
            *quote.context_facts(context, cells, variables, self.questions),
            *quote.choice_facts(shown, variables),
        )


def touched(*formulas: Formula) -> Touched:
    """What formulas are about: variables, and the collections that they range over."""
    found: set[int | str] = set()
    todo = list(formulas)
    for formula in formulas:
        found |= mentioned(formula)
    while todo:
        item = todo.pop()
        if isinstance(item, Elem):
            found.add(item.collection)
            todo.append(item.formula)
        else:
            todo += getattr(item, "items", ())
    return frozenset(found)


def days(variables: Sequence[Variable], low: int | None, high: int | None) -> Formula:
    """The day of the run lies between two days, inclusive, which are cuts of it."""
    for var, variable in enumerate(variables):
        if variable.name == AS_OF:
            mask = 0
            for index, cell in enumerate(variable.cells):
                assert cell.low is not None
                assert cell.high is not None
                inside = (low is None or cell.low >= low) and (high is None or cell.high <= high)
                mask |= inside << index
            return lit(variables, var, mask)
    return TRUE
