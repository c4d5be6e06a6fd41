"""A product's facts as the writers ask for them: cells by row, the parts of each component, the graph.

Guarantees: what is not known has no value here, only the word that the target has for it; lists are in the order of the
facts, dependencies sorted.  It writes no format and drops nothing: what a writer does not ask for is seen by
`write_receipt`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Table
from rulewright.facts.types import State, Value

Tree = dict[str, object]
Cell = Value | State


class View:
    """The facts of one product, and the day of the run."""

    def __init__(self, facts: ProductFacts, as_of: int) -> None:
        self.facts, self.as_of = facts, as_of
        self._cells: dict[tuple[str, str], list[Cell | None]] = {}
        self._below: dict[tuple[str, str], list[list[int]]] = {}

    def table(self, collection: str) -> Table | None:
        """The table of a collection."""
        return self.facts.tables.get(collection)

    def rows(self, collection: str) -> range:
        """The rows of a collection."""
        table = self.table(collection)
        return range(table.rows if table else 0)

    def cell(self, collection: str, field: str, row: int) -> Cell | None:
        """A value, the state of one that is not known, or `None` where nobody says."""
        key = (collection, field)
        found = self._cells.get(key)
        if found is None:
            found = self._cells[key] = self._read(collection, field)
        return found[row] if found else None

    def _read(self, collection: str, field: str) -> list[Cell | None]:
        """The cells of a column; none at all where nobody says anything."""
        table = self.table(collection)
        if table is None or field not in table.builders:
            return []
        column = table.column(field)
        if not column.values and set(column.codes) <= {State.MISSING}:
            return []
        # a negative code counts from the end, which is where the states are
        states: list[Cell | None] = [*map(State, range(State.ERROR, State.MISSING)), None]
        return list(map([*column.values, *states].__getitem__, column.codes))

    def value(self, collection: str, field: str, row: int) -> Value | None:
        """A known value."""
        found = self.cell(collection, field, row)
        return None if isinstance(found, State) else found

    def text(self, collection: str, field: str, row: int, unknown: str = "unknown") -> str | None:
        """A text; where its author does not know it or will not tell it, the word for that."""
        found = self.cell(collection, field, row)
        match found:
            case State.DECLARED_UNKNOWN:
                return unknown
            case State.WITHHELD:
                return "withheld"
            case str():
                return found
            case _:
                return None

    def address(self, field: str, row: int) -> str | None:
        """How to reach somebody of a component, where that is known."""
        found = self.value("component", field, row)
        return found if isinstance(found, str) else None

    def words(self, collection: str, field: str, row: int) -> tuple[str, ...]:
        """The members of a set."""
        found = self.value(collection, field, row)
        return found if isinstance(found, tuple) else ()

    def number(self, collection: str, field: str, row: int) -> int | None:
        """A whole number, a day or millionths."""
        found = self.value(collection, field, row)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def flag(self, collection: str, field: str, row: int) -> bool | None:
        """A truth value."""
        found = self.value(collection, field, row)
        return found if isinstance(found, bool) else None

    def below(self, collection: str, owner: str = "component") -> list[list[int]]:
        """The rows of a collection that belong to each row of another."""
        found = self._below.get((collection, owner))
        if found is None:
            found = self._below[collection, owner] = [[] for _ in self.rows(owner)]
            for parent, child in self.pairs(collection, owner):
                found[parent].append(child)
        return found

    def pairs(self, collection: str, relation: str) -> Iterator[tuple[int, int]]:
        """The pairs of a relation."""
        table = self.table(collection)
        if table is not None and relation in table.relations:
            found = table.relation(relation)
            yield from zip(found.parents, found.children, strict=True)

    @cached_property
    def needed(self) -> list[list[int]]:
        """What each component depends on."""
        found: list[list[int]] = [[] for _ in self.rows("component")]
        for parent, child in self.pairs("component", "depends_on"):
            found[parent].append(child)
        return [sorted(set(rows)) for rows in found]

    @cached_property
    def holders(self) -> dict[int, int]:
        """The component that each nested component is listed in: the first where there are several, none in a circle."""
        found: dict[int, int] = {}
        for parent, child in sorted(self.pairs("component", "component"), key=lambda pair: (pair[1], pair[0])):
            if child in found or parent == child:
                continue
            above: int | None = parent
            steps = 0
            while above is not None and above != child and steps < _DEEPEST:
                above, steps = found.get(above), steps + 1
            if above is None:
                found[child] = parent
        return found

    @cached_property
    def roots(self) -> list[int]:
        """The described components."""
        return [row for row in self.rows("component") if self.flag("component", "is_root", row)]

    @cached_property
    def root(self) -> int | None:
        """The described component, where there is one: of several the one that names the product, if any does."""
        names = {self.facts.product.id, *self.facts.product.identifiers[:1]}
        found = [
            row
            for row in self.roots
            if names & {self.value("component", field, row) for field in ("purl", "cpe", "id")}
        ]
        if len(self.roots) == 1:
            return self.roots[0]
        return found[0] if found and len(self.rows("document")) > 1 else None

    def source_of(self, collection: str, row: int) -> object:
        """The document that a row comes from, to compare."""
        table = self.table(collection)
        segment = table.segment_of(row) if table else None
        return segment.source if segment else None


_DEEPEST = 100
"""Levels of components that are written; what is nested deeper stands beside."""
