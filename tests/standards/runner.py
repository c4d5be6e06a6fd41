"""Run the tests that stand in rule files: each `given` is a product of its own, all of them evaluated at once.

The facts of a test are stipulated, so the requirement's evidence clause does not apply to them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import msgspec

from rulewright import dsl
from rulewright.dsl import ir
from rulewright.dsl.cases import Given, GivenRow, GivenTable, Open
from rulewright.engine import report, result
from rulewright.engine.answers import Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import make
from rulewright.facts.base import Fact, Product
from rulewright.facts.stack import ProductFacts, stack
from rulewright.facts.table import Extent, Relation, Segment, Source, Table, encode
from rulewright.facts.types import Completeness, State, Value

SOURCE = Source("given", "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a test expected and what it got."""

    case: dsl.TestCase
    verdict: str
    elements: frozenset[str]

    @property
    def held(self) -> bool:
        """Whether the verdict is the expected one, on the expected elements."""
        return self.verdict == self.case.expect and set(self.case.on) <= self.elements

    def __str__(self) -> str:
        place = self.case.place
        return f"{place.file}:{place.line} {self.case.requirement}: {self.verdict} on {sorted(self.elements)}"


def run(compiled: dsl.Compiled) -> list[Outcome]:
    """Run every test of a compilation that gives facts."""
    assert compiled.program is not None, compiled.diagnostics
    bare = tuple(msgspec.structs.replace(r, evidence=None) for r in compiled.program.requirements)
    program = msgspec.structs.replace(compiled.program, requirements=bare)
    cases = [case for case in compiled.tests if case.fixture is None]
    outcomes = []
    for day in sorted({case.as_of or 0 for case in cases}):
        todays = [case for case in cases if (case.as_of or 0) == day]
        outcomes += _on_a_day(program, todays, day)
    return outcomes


def _on_a_day(program: ir.Program, cases: list[dsl.TestCase], day: int) -> list[Outcome]:
    facts = stack([_facts(number, case) for number, case in enumerate(cases)])
    found = report.build(Planes(evaluate(make(program), facts, day)))
    by_key = {(r.product, r.requirement): r for r in found.results}
    outcomes = []
    for number, case in enumerate(cases):
        got = by_key[f"{number:05}", case.requirement]
        outcomes.append(Outcome(case, got.verdict, frozenset(_elements(got))))
    return outcomes


def _elements(found: result.Result) -> Iterable[str]:
    for reason in found.reason:
        for element in reason.elements:
            if element.verdict == found.verdict:
                yield element.id.partition("@")[0]


def _facts(number: int, case: dsl.TestCase) -> ProductFacts:
    product = Product(f"{number:05}", f"case {number}", "")
    attributes = {name: _fact(given) for name, given in case.attributes}
    return ProductFacts(product, attributes, {t.collection: _table(t) for t in case.tables})


def _fact(given: Given) -> Fact:
    cell = _cell(given)
    return Fact(cell, source=SOURCE) if isinstance(cell, State) else Fact(State.KNOWN, cell, SOURCE)


def _cell(given: Given) -> Value | State:
    return State[given.state.upper()] if isinstance(given, Open) else given


def _table(given: GivenTable) -> Table:
    rows = given.rows
    fields = sorted({name for row in rows for name, _ in row.fields})
    cells = {name: [_of(row, name) for row in rows] for name in fields}
    names = [str(_of(row, "name") or _of(row, "id") or f"#{n}") for n, row in enumerate(rows)]
    return Table(
        given.collection,
        len(rows),
        array("i", [0, len(rows)]),
        [Extent(Completeness(given.extent), "given")],
        [Segment(0, SOURCE, lambda row: f"/{row}", names.__getitem__)],
        {name: partial(encode, column) for name, column in cells.items()},
        {"depends_on": lambda: Relation(array("i"), array("i"))},
    )


def _of(row: GivenRow, name: str) -> Value | State | None:
    return next((_cell(given) for key, given in row.fields if key == name), None)
