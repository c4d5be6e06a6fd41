"""Products of which not everything is known: what a difference really rests on, and what it makes of silence.

Guarantees: every verdict here is the reference interpreter's.  `essential` leaves out facts as long as both verdicts stay;
`loosened` finds products with facts unknown for which the old requirement is unknown and the new one is met: what it finds
is so.  It has looked at all products where it says `whole`: when there are no lists, no comparisons of facts with one another,
and few values; else only at some.
What it does not do: complete products (`twofold`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis.findings import FactValue
from rulewright.engine.analysis.model import AS_OF, OTHER, Cell, Problem
from rulewright.engine.phrases import literal
from rulewright.engine.reference import Reference, Scene
from rulewright.engine.result import Verdict
from rulewright.facts.base import ANSWER, Fact, FactBase, Product, Scalar, scalar
from rulewright.facts.table import Table
from rulewright.facts.types import State, Value

MOST = 1500
"""So many products are tried."""
ROWS = 4
"""So many elements of a list are shown."""

MET: frozenset[Verdict] = frozenset({"pass", "not_applicable"})


class Loose(NamedTuple):
    """A product of which the verdict was unknown and that passes now, if there is one; whether all were looked at."""

    facts: FactBase | None
    whole: bool


class Pair:
    """Two requirements, asked of one product after another."""

    def __init__(
        self, problem: Problem, old: ir.Requirement, new: ir.Requirement, as_of: int, asked: Sequence[str] = ()
    ) -> None:
        """`problem` holds both, or more; `asked`: the questions, in their order."""
        self.problem, self.old, self.new, self.as_of = problem, old, new, as_of
        self._asked = tuple(asked)
        both = [replace(one, evidence=None, unknown_fails=False) for one in (old, new)]
        self._program = ir.Program(language="1", modules=(), requirements=tuple(both))
        self._axioms = [owner.axiom.expr for owner in problem.owners if owner.axiom is not None]
        self._lists = {item.collection for item in _expressions((old, new)) if isinstance(item, ir.Quant)}
        self._graph = any(isinstance(item, ir.Quant) and item.relation != "all" for item in _expressions((old, new)))
        self._related = any(
            isinstance(item, ir.Atom) and isinstance(item.test, ir.CmpAttr | ir.CmpAsOf)
            for item in _expressions((old, new))
        )
        self.names = sorted(
            {v.name for v in problem.variables if not v.collection and v.name != AS_OF} & _mentioned((old, new))
        )

    def verdicts(self, facts: FactBase) -> tuple[Verdict, Verdict]:
        """The verdicts, the old one first."""
        asked = self._reference(facts)
        return asked.verdict(0, 0), asked.verdict(1, 0)

    def _reference(self, facts: FactBase) -> Reference:
        day = facts.attribute(AS_OF, 0).value
        return Reference(self._program, facts, day if isinstance(day, int) else self.as_of)

    def essential(self, facts: FactBase) -> FactBase:
        """The product with only the facts, lists and fields that both verdicts need.

        A verdict that is unknown of a complete product needs all that the requirements mention.
        """
        wanted = self.verdicts(facts)
        facts = FactBase(
            facts.products,
            {name: found for name, found in facts.attributes.items() if name in self.names or name == AS_OF},
            {name: found for name, found in facts.tables.items() if name in self._lists or self._graph},
        )
        for name in self._order(facts):
            less = _without(facts, name)
            if self._alike(less, wanted, name):
                facts = less
        for name, table in sorted(facts.tables.items()):
            for field in sorted(table.builders):
                less = _without_field(facts, name, field)
                if self._alike(less, wanted, name):
                    facts = less
        return facts

    def _alike(self, facts: FactBase, wanted: tuple[Verdict, Verdict], name: str) -> bool:
        """Whether the verdicts stay, and not for want of knowledge about this fact or list."""
        if "unknown" in wanted and (name in self.names or name in self._lists):
            return False
        return self.verdicts(facts) == wanted

    def _order(self, facts: FactBase) -> list[str]:
        """Members that are absent and what is false first: they say least."""

        def weight(name: str) -> tuple[int, str]:
            value = facts.attribute(name, 0).value
            return (2 if name == AS_OF else 0 if value in (False, ()) else 1), name

        attributes = sorted(facts.attributes, key=weight)
        return [*attributes, *sorted(facts.tables)]

    # --- what is unknown -----------------------------------------------------------------------------------------------

    def loosened(self, bases: Sequence[FactBase]) -> Loose:
        """A product with facts unknown whose verdict was unknown and is a pass now (or not applicable)."""
        spans = [self._values(name) for name in self.names]
        lists = any(variable.collection for variable in self.problem.variables) or bool(self._lists)
        few = prod(len(span) + 1 for span in spans) <= MOST
        if few:
            for facts in self._all(spans, bases if lists else ()):
                if self._loose(facts):
                    return Loose(facts, whole=not lists and not self._related)
            return Loose(None, whole=not lists and not self._related)
        for base in bases:
            for start in range(min(len(self.names), 12)):
                found = self._thinned(base, start)
                if found is not None:
                    return Loose(found, whole=False)
        return Loose(None, whole=False)

    def _loose(self, facts: FactBase) -> bool:
        old, new = self.verdicts(facts)
        return old == "unknown" and new in MET and self._possible(facts)

    def _possible(self, facts: FactBase) -> bool:
        """Whether background knowledge does not rule the product out."""
        asked = self._reference(facts)
        return all(asked.value(expr, Scene(0, {}, None)) is not False for expr in self._axioms)

    def _all(self, spans: Sequence[Sequence[Value]], bases: Sequence[FactBase]) -> Iterator[FactBase]:
        """All products, the fewest unknown facts first; with no lists, then those of the products given."""
        tables: list[Mapping[str, Table]] = [{}, *(base.tables for base in bases if base.tables)]
        rows = sorted(product(*([*span, None] for span in spans)), key=lambda row: row.count(None))
        day = scalar([Fact(State.KNOWN, self.as_of)])
        for held in tables:
            for row in rows:
                known = {name: _fact(value) for name, value in zip(self.names, row, strict=True) if value is not None}
                yield FactBase([Product("product", "product", "")], {**known, AS_OF: day}, held)

    def _thinned(self, base: FactBase, start: int) -> FactBase | None:
        """Leave out what the new verdict does not need, beginning at some fact, and see whether the old one needed it."""
        if self.verdicts(base)[1] not in MET:
            return None
        facts = base
        for name in (*self.names[start:], *self.names[:start], *sorted(base.tables)):
            less = _without(facts, name)
            if self.verdicts(less)[1] in MET:
                facts = less
        return facts if self._loose(facts) else None

    def _values(self, name: str) -> list[Value]:
        """The values of a fact that can be told apart."""
        found = [v for v in self.problem.variables if v.name == name and not v.collection]
        if not found[0].member:
            return [value for cell in found[0].cells for value in self._of_cell(cell)]
        words = [str(one.cells[1].value) for one in found if one.member != OTHER]
        words += [str(one.cells[1].value) for one in found if one.member == OTHER]
        if len(words) > 8:  # too many sets to be few
            return [()] * MOST
        return [tuple(sorted(w for n, w in enumerate(words) if bits >> n & 1)) for bits in range(1 << len(words))]

    def _of_cell(self, cell: Cell) -> list[Value]:
        """A value of a cell; more where facts are compared with one another."""
        if cell.value is None:
            return []
        if not self._related or not isinstance(cell.value, int) or cell.low is None or cell.high is None:
            return [cell.value]
        near = {cell.value - 1, cell.value, cell.value + 1}
        return sorted(value for value in near if cell.low <= value <= cell.high)

    # --- words ---------------------------------------------------------------------------------------------------------

    def told(self, facts: FactBase) -> tuple[FactValue, ...]:
        """The facts of a product as rule text, lists last."""
        kinds = {variable.name: variable.kind for variable in self.problem.variables}
        said = [
            FactValue(_name(name), literal(fact.value, kinds.get(name, "date")), self._question(name))
            for name in sorted(facts.attributes)
            if (fact := facts.attribute(name, 0)).value is not None and (name != AS_OF or self._dated)
        ]
        return (*said, *(FactValue(name, _listed(table, kinds)) for name, table in sorted(facts.tables.items())))

    def _question(self, fact: str) -> str:
        """What a fact answers, if it is an answer."""
        if not fact.startswith(ANSWER):
            return ""
        number = int(fact.partition("#")[2] or 1)
        return self._asked[number - 1] if number <= len(self._asked) else ""

    @property
    def _dated(self) -> bool:
        """Whether the day of the run counts."""
        return any(variable.name == AS_OF and len(variable.cells) > 1 for variable in self.problem.variables)


def _name(fact: str) -> str:
    """A fact as people know it: the day of the run, an answer by the number of its question."""
    if fact.startswith(ANSWER):
        number = fact.partition("#")[2]
        return f"answer {number}" if number else "answer"
    return "as_of" if fact == AS_OF else fact


def _fact(value: Value) -> Scalar:
    return scalar([Fact(State.KNOWN, value)])


def _without(facts: FactBase, name: str) -> FactBase:
    """The product without a fact or a list."""
    return FactBase(
        facts.products,
        {other: found for other, found in facts.attributes.items() if other != name},
        {other: found for other, found in facts.tables.items() if other != name},
    )


def _without_field(facts: FactBase, name: str, field: str) -> FactBase:
    """The product without a field of a list."""
    table = facts.tables[name]
    builders = {other: builder for other, builder in table.builders.items() if other != field}
    less = Table(name, table.rows, table.offsets, table.extents, table.segments, builders, table.relations)
    less.graph_extents = table.graph_extents
    return FactBase(facts.products, facts.attributes, {**facts.tables, name: less})


def _listed(table: Table, kinds: Mapping[str, str]) -> str:
    """A list as rule tests write it."""
    rows = []
    for row in range(min(table.size, ROWS)):
        cells = ((name, table.column(name).at(row)) for name in sorted(table.builders))
        said = [
            f"{name} = {literal(value, kinds.get(f'{table.collection}.{name}', 'string'))}"
            for name, (_, value) in cells
            if value is not None
        ]
        rows.append(f"{{ {', '.join(said)} }}" if said else "{ }")
    rows += ["…"] if table.size > ROWS else []
    return f"[ {', '.join(rows)} ] complete" if rows else "[ ] complete"


def _expressions(requirements: Sequence[ir.Requirement]) -> Iterator[ir.Expr]:
    """All expressions, and those inside."""
    todo = [e for one in requirements for e in (one.scope, one.applies, *(line.expr for line in one.lines))]
    while todo:
        item = todo.pop()
        yield item
        match item:
            case ir.Not(inner):
                todo.append(inner)
            case ir.And(items) | ir.Or(items):
                todo += items
            case ir.Quant() as quant:
                todo += (quant.where, quant.body)
            case _:
                continue


def _mentioned(requirements: Sequence[ir.Requirement]) -> set[str]:
    """The product's facts that they mention."""
    found: set[str] = set()
    for item in _expressions(requirements):
        if isinstance(item, ir.Atom):
            if isinstance(item.term, ir.Attr):
                found.add(item.term.name)
            if isinstance(item.test, ir.CmpAttr):
                found.add(item.test.attr.name)
    return found
