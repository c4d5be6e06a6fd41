"""The facts of an in-file test, as those of a product.

Guarantees: the facts are those written, of one product, with the extents stated.  They have no age and count as accepted
evidence.  What it does not do: read the document that a test names; whoever opens files hands its facts over.
"""

from __future__ import annotations

from array import array
from functools import partial

from msgspec.structs import replace

from rulewright.dsl import ir_cases as cases
from rulewright.facts.base import Fact, Product
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Extent, Relation, Segment, Source, Table, encode
from rulewright.facts.types import Completeness, Level, State, Trust, Value

SOURCE = Source("test", "0" * 64, detector="manual", trust=Trust.SIGNED)
PRODUCT = Product("test", "test", "", (SOURCE,))


def given(case: cases.TestCase, document: ProductFacts | None = None) -> ProductFacts:
    """The facts of a test: those of its document, if it names one, with those that it states itself instead."""
    facts = {name: fact(value) for name, value in case.attributes}
    if document is not None:
        return ProductFacts(document.product, {**document.attributes, **facts}, document.tables)
    heap: dict[str, _Rows] = {}
    for table in case.tables:
        _collect(table, None, heap)
    tables = {name: rows.table(name) for name, rows in heap.items() if rows.extent is not Completeness.ABSENT}
    return ProductFacts(PRODUCT, facts, tables)


def fact(value: cases.Given | cases.Rated) -> Fact:
    """Turn a value, or the statement that there is none, into a fact."""
    if isinstance(value, cases.Rated):
        return replace(fact(value.value), level=Level(value.level))
    cell = _cell(value)
    if isinstance(cell, State):
        return Fact(cell, None, SOURCE, detector="manual")
    return Fact(State.KNOWN, cell, SOURCE, trust=Trust.OBSERVED, detector="manual")


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
            [Segment(0, SOURCE, "/{}".format, self.name)],
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
