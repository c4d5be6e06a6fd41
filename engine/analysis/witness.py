"""Concrete products: what a context and a design look like as facts, and what the evaluator says of them.

Guarantees: every attribute that rules ask about is known, every list that they ask about is there and complete, and each
fact has a value of its cell, one on which the tests were really run.  What context and design leave free is chosen so that
background axioms hold where that can be had by changing one fact at a time.  `satisfied` asks the reference interpreter.
The day of the run goes along as the fact `run.as_of`.
What it does not do: sign facts; make lists that are empty in the design longer.  An element of a collection that is asked
for as a child of others, but that the design gives to none, is given to the first owner there is.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis.formulas import complement, disj, holds, mentioned
from rulewright.engine.analysis.model import (
    AS_OF,
    Cell,
    Context,
    Design,
    Element,
    Formula,
    Lit,
    Problem,
    Variable,
)
from rulewright.engine.reference import Reference, Scene
from rulewright.facts.base import Fact, FactBase, Product, Scalar, scalar
from rulewright.facts.table import Extent, Relation, Table, encode
from rulewright.facts.types import Completeness, State, Value

_ROUNDS = 3
_BECAUSE = "a product of the analysis"


def product(problem: Problem, context: Context, design: Design, name: str = "product") -> FactBase:
    """One complete product: what context and design say, and something harmless where they say nothing."""
    plan = _plan(problem)
    cells, numbers = _chosen(plan, context, design)
    day = _day(problem, cells, numbers)
    attributes = _attributes(problem, cells, numbers)
    attributes[AS_OF] = scalar([Fact(State.KNOWN, day)])
    tables = _Tables(plan, day).made(design)
    return FactBase([Product(name, name, "")], attributes, tables)


def satisfied(problem: Problem, owner: int, facts: FactBase) -> bool | None:
    """Whether a product meets an owner's requirement (or axiom), asked of the reference interpreter; None: it can't tell.

    What a requirement says of evidence does not count: the question is about the product.
    """
    found = facts.attribute(AS_OF, 0).value
    day = found if isinstance(found, int) else problem.as_of
    asked = problem.owners[owner]
    if asked.requirement is None:
        assert asked.axiom is not None
        empty = ir.Program(language="1", modules=(), requirements=())
        return Reference(empty, facts, day).value(asked.axiom.expr, Scene(0, {}, None))
    wanted = replace(asked.requirement, evidence=None, unknown_fails=False)
    verdict = Reference(ir.Program(language="1", modules=(), requirements=(wanted,)), facts, day).verdict(0, 0)
    return None if verdict == "unknown" else verdict in {"pass", "not_applicable"}


# --- what all products of a problem have in common ---------------------------------------------------------------------


class _Plan:
    """The lists that rules ask about, what holds of every product, and the fields by collection."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.collections: dict[str, None] = {}
        self.owned: dict[tuple[str, str], None] = {}
        self.relative: set[str] = set()
        self.fields: dict[str, list[int]] = {}
        for var, variable in enumerate(problem.variables):
            if variable.collection:
                self.fields.setdefault(variable.name, []).append(var)
        for expr in _expressions(problem):
            self._walk(expr)
        self.laws = [formula for _, formula in problem.context] + list(_laws(problem))
        self.by: dict[int, list[Formula]] = {}
        for law in self.laws:
            for var in mentioned(law):
                self.by.setdefault(var, []).append(law)

    def _walk(self, expr: ir.Expr) -> None:
        """Note the collections, whose children are asked for, and the fields compared with the day of the run."""
        todo = [expr]
        while todo:
            match todo.pop():
                case ir.Not(item):
                    todo.append(item)
                case ir.And(items) | ir.Or(items):
                    todo += items
                case ir.Quant() as quant:
                    self.collections[quant.collection] = None
                    if quant.relation == "of" and quant.owner_collection != quant.collection:
                        self.owned[quant.collection, quant.owner_collection or ""] = None
                    todo += (quant.where, quant.body)
                case ir.Atom(ir.Field(collection=collection, name=name), ir.CmpAsOf()):
                    self.relative.add(f"{collection}.{name}")
                case _:
                    continue


_last: list[_Plan] = []


def _plan(problem: Problem) -> _Plan:
    """The plan of a problem: many products are made of one."""
    if not _last or _last[0].problem is not problem:
        _last[:] = [_Plan(problem)]
    return _last[0]


def _expressions(problem: Problem) -> Iterator[ir.Expr]:
    """Everything that rules and axioms say."""
    for owner in problem.owners:
        if owner.requirement is not None:
            yield owner.requirement.scope
            yield owner.requirement.applies
            yield from (line.expr for line in owner.requirement.lines)
        elif owner.axiom is not None:
            yield owner.axiom.expr


def _laws(problem: Problem) -> Iterator[Formula]:
    """The axioms among the units, as one formula each."""
    for unit in problem.units:
        if problem.owners[unit.owner].strength == "axiom":
            yield disj([complement(unit.given, problem.variables), unit.choice], problem.variables)


# --- attributes --------------------------------------------------------------------------------------------------------


def _chosen(plan: _Plan, context: Context, design: Design) -> tuple[dict[int, int], dict[int, int]]:
    """A cell for every variable of the product, and exact values where there are some."""
    told = {**design.cells, **context.cells}
    numbers = {**design.numbers, **context.numbers}
    problem = plan.problem
    cells = {var: told.get(var, 0) for var, found in enumerate(problem.variables) if not found.collection}
    free = cells.keys() - told.keys() - numbers.keys()
    for _, formula in problem.context:
        if isinstance(formula, Lit) and formula.var in free:
            cells[formula.var] = (formula.mask & -formula.mask).bit_length() - 1
    if free and plan.laws:
        _settle(plan, Design(cells, numbers, design.elements), free)
    return cells, numbers


def _settle(plan: _Plan, whole: Design, free: set[int]) -> None:
    """Change free cells, one at a time, until what holds of every product holds of this one, as far as that goes."""
    variables = plan.problem.variables

    def broken(law: Formula) -> bool:
        return holds(law, whole, whole, variables) is False

    for _ in range(_ROUNDS):
        wrong = [law for law in plan.laws if broken(law)]
        for law in wrong:
            if broken(law):
                _mend(law, whole.cells, sorted(mentioned(law) & free), variables, plan.by, broken)
        if not wrong:
            return


def _mend(
    law: Formula,
    cells: dict[int, int],
    free: Sequence[int],
    variables: Sequence[Variable],
    by: dict[int, list[Formula]],
    broken: Callable[[Formula], bool],
) -> None:
    """Make a law true by one free cell, without breaking others, if that is possible."""
    for var in free:
        before, held = cells[var], sum(map(broken, by[var]))
        for cell in range(len(variables[var].cells)):
            cells[var] = cell
            if not broken(law) and sum(map(broken, by[var])) < held:
                return
        cells[var] = before


def _day(problem: Problem, cells: dict[int, int], numbers: dict[int, int]) -> int:
    """The day of the run."""
    for var, found in enumerate(problem.variables):
        if found.name == AS_OF:
            value = numbers.get(var, found.cells[cells[var]].value)
            if isinstance(value, int):
                return value
    return problem.as_of


def _attributes(problem: Problem, cells: dict[int, int], numbers: dict[int, int]) -> dict[str, Scalar]:
    """The product's own facts."""
    found: dict[str, Value] = {}
    for var, variable in enumerate(problem.variables):
        if variable.collection or variable.name == AS_OF:
            continue
        cell = variable.cells[cells[var]]
        if variable.member:
            held = found.setdefault(variable.name, ())
            assert isinstance(held, tuple)
            if cells[var]:
                found[variable.name] = tuple(sorted({*held, str(cell.value)}))
        else:
            assert cell.value is not None
            found[variable.name] = numbers.get(var, cell.value)
    return {name: scalar([Fact(State.KNOWN, value)]) for name, value in found.items()}


# --- lists -------------------------------------------------------------------------------------------------------------


class _Rows:
    """The elements of one collection, and who owns whom."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.taken: set[int] = set()
        self.owned: dict[str, set[tuple[int, int]]] = {}


class _Tables:
    """Makes the tables of one product."""

    def __init__(self, plan: _Plan, day: int) -> None:
        self._plan = plan
        self._variables = plan.problem.variables
        self._shift = day - plan.problem.as_of
        self._rows: dict[str, _Rows] = {name: _Rows() for name in plan.collections}

    def made(self, design: Design) -> dict[str, Table]:
        """The tables of a design."""
        for collection, elements in design.elements.items():
            self._of(collection).elements.extend(elements)
        for collection in list(self._rows):
            for row in range(len(self._of(collection).elements)):
                self._children(collection, row, self._of(collection).elements[row])
        for collection, owner in self._plan.owned:
            self._adopt(self._of(collection), self._of(owner), owner)
        return {name: self._table(name, rows) for name, rows in sorted(self._rows.items())}

    def _of(self, collection: str) -> _Rows:
        return self._rows.setdefault(collection, _Rows())

    def _children(self, collection: str, row: int, element: Element) -> None:
        """Find the rows of an element's children, and put in those that have none."""
        for key, children in element.children.items():
            under = key.startswith("under ")
            name = key.removeprefix("under ")
            rows = self._of(name)
            for child in children:
                place = self._place(rows, child, shared=under)
                rows.owned.setdefault("depends_on" if under else collection, set()).add((row, place))

    def _place(self, rows: _Rows, child: Element, *, shared: bool) -> int:
        """The row of a child: itself, else one of the list that is like it and no other's yet, else a new one."""
        number = next((at for at, element in enumerate(rows.elements) if element is child), None)
        if number is None:  # an element that the design has only as a child
            like = (at for at, element in enumerate(rows.elements) if element == child)
            number = next((at for at in like if shared or at not in rows.taken), None)
        if number is None:
            rows.elements.append(child)
            number = len(rows.elements) - 1
            self._children_of_new(rows, number, child)
        if not shared:
            rows.taken.add(number)
        return number

    def _children_of_new(self, rows: _Rows, number: int, child: Element) -> None:
        for name, found in self._rows.items():
            if found is rows:
                self._children(name, number, child)
                return

    def _adopt(self, rows: _Rows, owners: _Rows, owner: str) -> None:
        """Give elements that nobody owns to the first owner."""
        pairs = rows.owned.setdefault(owner, set())
        if owners.elements:
            pairs |= {(0, row) for row in set(range(len(rows.elements))) - {child for _, child in pairs}}

    def _table(self, collection: str, rows: _Rows) -> Table:
        count = len(rows.elements)
        columns = {}
        for name, variables in self._plan.fields.items():
            if name.startswith(f"{collection}."):
                cells = [self._value(name, variables, element) for element in rows.elements]
                columns[name.partition(".")[2]] = partial(encode, cells)
        relations = {owner: partial(_relation, sorted(pairs)) for owner, pairs in rows.owned.items()}
        extent = Extent(Completeness.CLOSED, _BECAUSE)
        table = Table(collection, count, array("i", [0, count]), [extent], [], columns, relations)
        table.graph_extents = [extent]
        return table

    def _value(self, name: str, variables: Sequence[int], element: Element) -> Value | State:
        """A field of an element."""
        words: list[str] = []
        for var in variables:
            variable = self._variables[var]
            number = element.cells.get(var, 0)
            cell = variable.cells[number]
            if variable.member:
                words += [str(cell.value)] if number else []
            elif variable.kind == "set":
                if cell.value is None:
                    return cell.state
            else:
                return self._moved(name, cell)
        return tuple(sorted(words))

    def _moved(self, name: str, cell: Cell) -> Value | State:
        """The value of a cell; a day that rules compare with the day of the run moves along with that."""
        if cell.value is None:
            return cell.state
        if name in self._plan.relative and isinstance(cell.value, int):
            return cell.value + self._shift
        return cell.value


def _relation(pairs: Sequence[tuple[int, int]]) -> Relation:
    return Relation(array("i", [owner for owner, _ in pairs]), array("i", [child for _, child in pairs]))
