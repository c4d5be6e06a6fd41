"""One in-file test: its facts as tables, its requirement evaluated alone, the verdict compared.

Guarantees: the facts are those written, of one product, with the extents stated; the evaluator is the one that `check`
uses.  It reads no file but the document that a test names.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from functools import partial

from msgspec.structs import replace

from rulewright import dsl
from rulewright.cli.compiling import Compiled
from rulewright.cli.testing.fixture import Fixtures
from rulewright.dsl import cases
from rulewright.engine import report
from rulewright.engine.answers import Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.levels import of_conditions
from rulewright.engine.plan import Plan, make
from rulewright.engine.result import Result
from rulewright.facts.base import Fact, Product
from rulewright.facts.stack import ProductFacts, stack
from rulewright.facts.table import Extent, Relation, Segment, Source, Table, encode
from rulewright.facts.types import Completeness, Level, State, Trust, Value

DAY = 20_454
"""The day (2026-01-01) of a test that states none."""
_SOURCE = Source("test", "0" * 64, detector="manual", trust=Trust.SIGNED)
_PRODUCT = Product("test", "test", "", (_SOURCE,))


class Judge:
    """Runs the tests of one compilation: each requirement is planned once, each document read once."""

    def __init__(self, compiled: Compiled, folders: Mapping[str, str]) -> None:
        assert compiled.program is not None
        self._program = compiled.program
        self._requirements = {r.id: r for r in compiled.program.requirements}
        self._fixtures = Fixtures(compiled, folders)
        self._plans: dict[str, Plan] = {}

    def judge(self, case: dsl.TestCase) -> str | None:
        """Run one test; return `None` when it passes, else what was found instead."""
        if case.requirement not in self._requirements:
            return "there is no such requirement"
        plan = self._plan(case.requirement)
        facts = _given(case) if case.fixture is None else self._with(case, case.fixture)
        if isinstance(facts, str):
            return facts
        day = DAY if case.as_of is None else case.as_of
        answers = Planes(evaluate(plan, stack([facts]), day))
        (result,) = report.build(answers, options=report.Options(limit=1_000_000)).results
        return _compare(case, result)

    def _plan(self, requirement: str) -> Plan:
        """The plan of one requirement alone: a test states levels, but no detector and no day on which it looked."""
        if requirement not in self._plans:
            before = self._requirements[requirement]
            wanted = replace(before, evidence=of_conditions(before.evidence))
            self._plans[requirement] = make(
                replace(self._program, requirements=(wanted,), waivers=(), excluded=(), fresh={})
            )
        return self._plans[requirement]

    def _with(self, case: dsl.TestCase, fixture: str) -> ProductFacts | str:
        """The facts of the document that a test names, with those that it states instead."""
        facts = self._fixtures.facts(case.place.file, fixture)
        if isinstance(facts, str) or not case.attributes:
            return facts
        instead = {name: _fact(value) for name, value in case.attributes}
        return ProductFacts(facts.product, {**facts.attributes, **instead}, facts.tables)


def _compare(case: dsl.TestCase, result: Result) -> str | None:
    """Hold the verdict and the elements at fault against what the test expects."""
    if result.verdict != case.expect:
        lines = [f"{r.line} is {r.verdict}" for r in result.reason]
        return f"it is {result.verdict} ({'; '.join(lines)})" if lines else f"it is {result.verdict}"
    found = {e.id for r in result.reason if r.verdict == result.verdict for e in r.elements}
    found |= {name.partition("@")[0] for name in found}
    lacking = [name for name in case.on if name not in found]
    return f"it is, but not on {', '.join(f'`{name}`' for name in lacking)}" if lacking else None


def _given(case: dsl.TestCase) -> ProductFacts:
    """Turn the facts of a test into those of a product."""
    facts = {name: _fact(value) for name, value in case.attributes}
    heap: dict[str, _Rows] = {}
    for table in case.tables:
        _collect(table, None, heap)
    tables = {name: rows.table(name) for name, rows in heap.items() if rows.extent is not Completeness.ABSENT}
    return ProductFacts(_PRODUCT, facts, tables)


def _fact(value: cases.Given | cases.Rated) -> Fact:
    """Turn a value, or the statement that there is none, into a fact."""
    if isinstance(value, cases.Rated):
        return replace(_fact(value.value), level=Level(value.level))
    cell = _cell(value)
    if isinstance(cell, State):
        return Fact(cell, None, _SOURCE, detector="manual")
    return Fact(State.KNOWN, cell, _SOURCE, trust=Trust.OBSERVED, detector="manual")


def _cell(value: cases.Given) -> Value | State:
    """Turn a value into a cell."""
    return State[value.state.upper()] if isinstance(value, cases.Open) else value


class _Rows:
    """The elements of one collection while they are collected."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Value | State]] = []
        self.owners: dict[str, list[tuple[int, int]]] = {}
        self.depends: list[tuple[int, tuple[str, ...]]] = []
        self.extent = Completeness.CLOSED

    def add(self, row: cases.GivenRow, owner: tuple[str, int] | None) -> int:
        """Take an element; return its number."""
        number = len(self.rows)
        self.rows.append({name: _cell(value) for name, value in row.fields})
        if owner is not None:
            self.owners.setdefault(owner[0], []).append((owner[1], number))
        if row.depends:
            self.depends.append((number, row.depends))
        return number

    def name(self, number: int) -> str:
        """Call an element by name and version, else by id."""
        row = self.rows[number]
        name, version = row.get("name", row.get("id")), row.get("version")
        if not isinstance(name, str):
            return f"#{number}"
        return f"{name}@{version}" if isinstance(version, str) else name

    def table(self, collection: str) -> Table:
        """Make the table."""
        fields = sorted({name for row in self.rows for name in row})
        size = len(self.rows)
        relations = {owner: partial(_relation, pairs) for owner, pairs in self.owners.items()}
        edges = [(up, down) for up, names in self.depends for down in self._named(names)]
        if edges:
            relations["depends_on"] = partial(_relation, edges)
        return Table(
            collection,
            size,
            array("i", [0, size]),
            [Extent(self.extent, "stated in the test")],
            [Segment(0, _SOURCE, "/{}".format, self.name)],
            {name: partial(encode, [row.get(name) for row in self.rows]) for name in fields},
            relations,
            graph_extents=[Extent(Completeness.CLOSED, "stated in the test")] if edges else None,
        )

    def _named(self, names: tuple[str, ...]) -> list[int]:
        """Find elements by name or id."""
        return [n for n, row in enumerate(self.rows) if row.get("name") in names or row.get("id") in names]


def _relation(pairs: list[tuple[int, int]]) -> Relation:
    """Make a relation of pairs."""
    ordered = sorted(set(pairs))
    return Relation(array("i", [up for up, _ in ordered]), array("i", [down for _, down in ordered]))


def _collect(table: cases.GivenTable, owner: tuple[str, int] | None, heap: dict[str, _Rows]) -> None:
    """Take a collection with all that its elements own."""
    rows = heap.setdefault(table.collection, _Rows())
    if owner is None or table.extent != "closed":
        rows.extent = Completeness(table.extent)
    for row in table.rows:
        number = rows.add(row, owner)
        for child in row.children:
            _collect(child, (table.collection, number), heap)
