"""Tests that differ from an existing one in a single fact, element or list.

Guarantees: every one could stand in a rule file: a document's own facts are changed by `with`, lists only where the test
states them itself; values are legal by the vocabulary.  The order is fixed: known values before unknown ones.
What it does not do: judge them (`propose`); change what a requirement does not look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rulewright.dsl import ir
from rulewright.dsl.ir_cases import Extent, Given, GivenRow, GivenTable, Open, Rated, TestCase
from rulewright.engine.mentions import atoms, attributes
from rulewright.engine.trial.values import MIDDLE, domain, known, unknown
from rulewright.facts.types import Level
from rulewright.facts.vocabulary import Vocabulary

_EXTENTS: tuple[Extent, ...] = ("closed", "open", "unstated")
_NAMES = ("a", "b", "c", "d", "e", "f", "g", "h")
Values = Mapping[str, Sequence[Given | Rated]]


class Nearby:
    """What can be changed in tests of some requirements that are alike: an original and its mutants."""

    def __init__(self, several: Iterable[ir.Expr], vocabulary: Vocabulary, as_of: int, *, graded: bool) -> None:
        """`graded`: values with a level are tried, too."""
        exprs = list(dict.fromkeys(several))
        tests: dict[tuple[str, str], dict[ir.Test, None]] = {}
        terms: dict[tuple[str, str], ir.Term] = {}
        for atom in dict.fromkeys(atom for expr in exprs for atom in atoms(expr)):
            key = ("" if isinstance(atom.term, ir.Attr) else atom.term.collection, atom.term.name)
            terms.setdefault(key, atom.term)
            tests.setdefault(key, {})[atom.test] = None
        for attribute in (attribute for expr in exprs for attribute in attributes(expr)):
            terms.setdefault(("", attribute.name), attribute)
            tests.setdefault(("", attribute.name), {})
        for beside in dict.fromkeys(atom.test for expr in exprs for atom in atoms(expr)):
            if isinstance(beside, ir.CmpAttr):  # values next to each other: those of the other side are around this one
                middle = as_of if beside.attr.kind == "date" else MIDDLE
                tests["", beside.attr.name][ir.Cmp("=", middle)] = None
        self.attributes: dict[str, list[Given | Rated]] = {}
        self.fields: dict[str, dict[str, list[Given]]] = {}
        for (collection, name), term in sorted(terms.items()):
            asked = tests[collection, name]
            values: list[Given] = [*known(domain(term, vocabulary), asked, as_of), *unknown(asked)]
            if collection:
                self.fields.setdefault(collection, {})[name] = values
            else:
                rated = [Rated(value=True, level=level) for level in Level] if graded and term.kind == "bool" else []
                self.attributes[name] = [*rated, *values]
        self.top: dict[str, None] = {}
        self.owned: dict[str, dict[str, None]] = {}
        for expr in exprs:
            self._lists(expr)
        self._vocabulary = vocabulary

    def _lists(self, expr: ir.Expr) -> None:
        """Note the lists that an expression looks at: whole ones, and those of an element."""
        match expr:
            case ir.Not(item):
                self._lists(item)
            case ir.And(items) | ir.Or(items):
                for item in items:
                    self._lists(item)
            case ir.Quant():
                if expr.relation == "of" and expr.owner_collection not in {None, expr.collection}:
                    self.owned.setdefault(expr.owner_collection or "", {})[expr.collection] = None
                elif expr.relation == "all":
                    self.top[expr.collection] = None
                self._lists(expr.where)
                self._lists(expr.body)
            case _:
                return

    def changed(self, case: TestCase) -> Iterator[TestCase]:
        """All tests that differ from a test in one thing."""
        stated = dict(case.attributes)
        for name, values in self.attributes.items():
            for value in values:
                if stated.get(name, None if case.fixture else Open("missing")) != value or name not in stated:
                    told = tuple(sorted((stated | {name: value}).items()))
                    yield replace(case, attributes=told)
        if case.fixture is None:
            for tables in self._tables(case.tables):
                yield replace(case, tables=tables)

    def explicit(self, case: TestCase, facts: Mapping[str, Given]) -> TestCase:
        """A test like another one, whose document is replaced by the facts that the requirements look at, with lists."""
        told = {name: facts[name] for name in self.attributes if name in facts} | dict(case.attributes)
        tables = tuple(self._sample(name) for name in sorted(self.top))
        return replace(case, fixture=None, attributes=tuple(sorted(told.items())), tables=tables, on=())

    def filled(self, case: TestCase) -> TestCase:
        """A test in which everything that the requirements look at is known: the first value of each, lists of one element."""
        told = {name: values[0] for name, values in self.attributes.items()}
        tables = tuple(self._sample(name) for name in sorted(self.top))
        return replace(case, attributes=tuple(sorted(told.items())), tables=tables)

    # --- lists ---------------------------------------------------------------------------------------------------------

    def _tables(self, tables: Sequence[GivenTable]) -> Iterator[tuple[GivenTable, ...]]:
        """The lists of a product with one thing changed."""
        for place, table in enumerate(tables):
            before, after = tuple(tables[:place]), tuple(tables[place + 1 :])
            yield from ((*before, other, *after) for other in self._table(table))
            yield (*before, *after)
        missing = [name for name in sorted(self.top) if name not in {table.collection for table in tables}]
        for name in missing:
            yield tuple(sorted((*tables, self._sample(name)), key=lambda table: table.collection))

    def _table(self, table: GivenTable) -> Iterator[GivenTable]:
        """A list with one thing changed: an element, one more, one less, or what is said of its extent."""
        for place, row in enumerate(table.rows):
            before, after = table.rows[:place], table.rows[place + 1 :]
            yield from (replace(table, rows=(*before, other, *after)) for other in self._row(table.collection, row))
        if table.rows:
            for place in range(min(len(table.rows), 2)):
                yield from self._twin(table, place)
            for place in range(len(table.rows)):
                yield replace(table, rows=(*table.rows[:place], *table.rows[place + 1 :]))
        else:
            yield replace(table, rows=self._sample(table.collection).rows)
        yield from (replace(table, extent=extent) for extent in _EXTENTS if extent != table.extent)

    def _twin(self, table: GivenTable, place: int) -> Iterator[GivenTable]:
        """A list with an element twice, and with a second one that differs in one thing."""
        first = self._renamed(table, table.rows[place])
        yield replace(table, rows=(*table.rows, first))
        for other in self._row(table.collection, first):
            yield replace(table, rows=(*table.rows, other))

    def _row(self, collection: str, row: GivenRow) -> Iterator[GivenRow]:
        """An element with one thing changed."""
        stated = dict(row.fields)
        for name, values in self.fields.get(collection, {}).items():
            for value in values:
                if stated.get(name, Open("missing")) != value:
                    yield replace(row, fields=tuple(sorted((stated | {name: value}).items())))
        for place, child in enumerate(row.children):
            before, after = row.children[:place], row.children[place + 1 :]
            yield from (replace(row, children=(*before, other, *after)) for other in self._table(child))
        there = {child.collection for child in row.children}
        for name in sorted(self.owned.get(collection, {})):
            if name not in there:
                fresh = self._sample(name)
                children = tuple(sorted((*row.children, fresh), key=lambda table: table.collection))
                yield replace(row, children=children)

    def _renamed(self, table: GivenTable, row: GivenRow) -> GivenRow:
        """An element under a name that no other one has."""
        stated = dict(row.fields)
        taken = {value for other in table.rows for name, value in other.fields if name in {"name", "id"}}
        free = next((word for word in _NAMES if word not in taken), "z")
        stated |= {name: free for name in ("name", "id") if isinstance(stated.get(name), str)}
        return replace(row, fields=tuple(sorted(stated.items())))

    def _sample(self, collection: str) -> GivenTable:
        """A complete list of one element, with the first value of each field that is looked at."""
        fields: dict[str, Given] = {name: values[0] for name, values in self.fields.get(collection, {}).items()}
        about = self._vocabulary.collection(collection)
        if about is not None and "name" in about.fields:
            fields.setdefault("name", "a")
        children = tuple(self._sample(name) for name in sorted(self.owned.get(collection, {})))
        row = GivenRow(tuple(sorted(fields.items())), children, (), ir.Place("", 1, 1))
        return GivenTable(collection, "closed", (row,))
