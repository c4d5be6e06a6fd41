"""Fact tables: dictionary-encoded columns with completeness and places.

Guarantees: a column's codes index its `values`; a negative code is a `State` (so a look-up list of length
`len(values) + 8` can be indexed by every code, negative ones from its end); columns are built only when asked for, once.
Rows of one product are contiguous, and products come in the order of `FactBase.products`.
What it does not do: decide anything.  A table never drops a row.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from rulewright.facts.types import Completeness, State, Trust, Value


class Column(msgspec.Struct):
    """`codes[row]` is an index into `values`, or a negative `State`.  `codes` is an `array("i")`, one per row."""

    codes: array[int]
    values: list[Value]
    memo: dict[str, Any] = msgspec.field(default_factory=dict)
    """What the engine derives from these facts alone, whatever the rules: whoever needs it first keeps it."""

    def at(self, row: int) -> tuple[State, Value | None]:
        """State and value of one row."""
        code = self.codes[row]
        if code < 0:
            return State(code), None
        return State.KNOWN, self.values[code]


def encode(cells: Sequence[Value | State | None]) -> Column:
    """Encode plain cells: a value, a `State`, or `None` for missing.  Order of `values` is that of first sight.

    A `State` is told from an int value by its type.  The fast readers build columns themselves.
    """
    seen: dict[tuple[type, Value], int] = {}
    codes = array("i")
    values: list[Value] = []
    for cell in cells:
        if cell is None:
            codes.append(State.MISSING)
        elif isinstance(cell, State):
            codes.append(cell)
        else:
            key = (type(cell), cell)
            code = seen.get(key)
            if code is None:
                code = seen[key] = len(values)
                values.append(cell)
            codes.append(code)
    return Column(codes, values)


def encode_optional(cells: Sequence[Value | None]) -> Column:
    """Encode cells of one type, `None` for missing, at the speed of `dict`: the readers' way in."""
    index: dict[Value | None, int] = dict.fromkeys(cells, 0)
    index.pop(None, None)
    values: list[Value] = [v for v in index if v is not None]
    index.update(zip(values, range(len(values)), strict=True))
    index[None] = State.MISSING
    return Column(array("i", map(index.__getitem__, cells)), values)


class Source(msgspec.Struct, frozen=True):
    """Where facts come from.

    `name` is as given on the command line, `sha256` of the bytes read, `detector` one of the vocabulary's detectors
    (`sbom`, `firmware`, `config`, `network`, `document`, `build_evidence`, `manual`, `declaration`),
    `observed` the UTC day number of the observation, if the source says.
    """

    name: str
    sha256: str
    detector: str = "sbom"
    trust: Trust = Trust.DECLARED
    observed: int | None = None


class Witness(msgspec.Struct, frozen=True):
    """One source's word on one cell: agreeing with others or, where the cell is conflicting, disagreeing."""

    value: Value
    source: Source
    pointer: str = ""


class Extent(msgspec.Struct, frozen=True):
    """A product's completeness of one collection, with the words and the source that say so.

    `empty`: the source's list is empty, though the table may hold the described product itself (CycloneDX lists
    components apart from it).  An empty list whose completeness is not stated is no evidence.
    """

    state: Completeness
    because: str = ""
    empty: bool = False


class Segment(msgspec.Struct, frozen=True):
    """Rows from `start` on (to the next segment) come from `source`; `pointers` and `names` take the row within it."""

    start: int
    source: Source
    pointer: Callable[[int], str]
    name: Callable[[int], str]


class Relation(msgspec.Struct):
    """Pairs (parent row, child row), sorted by parent then child; row numbers of the two tables.

    For the dependency graph, parent depends on child and both are components.
    """

    parents: array[int]
    children: array[int]


class Table(msgspec.Struct):
    """One collection over all products of a run.

    `rows` counts the rows of the columns.  Without `index` an element is a row.  With `index` (a fleet), element `i`
    is row `index[i]` of a catalogue of distinct rows; `offsets` (products + 1) always counts elements.
    `builders` make a column when it is first asked for; a field without builder is missing everywhere.
    `relations` maps a parent collection (or `"depends_on"`) to a builder of pairs.
    """

    collection: str
    rows: int
    offsets: array[int]
    extents: list[Extent]
    segments: list[Segment] = msgspec.field(default_factory=list)
    builders: Mapping[str, Callable[[], Column]] = msgspec.field(default_factory=dict)
    relations: Mapping[str, Callable[[], Relation]] = msgspec.field(default_factory=dict)
    index: array[int] | None = None
    _columns: dict[str, Column] = msgspec.field(default_factory=dict)
    _relations: dict[str, Relation] = msgspec.field(default_factory=dict)
    graph_extents: list[Extent] | None = None
    """Completeness of `depends_on` per product; `None` means absent."""
    memo: dict[str, object] = msgspec.field(default_factory=dict)
    """What others prepare once from these facts alone (the engine: the condensed dependency graph)."""
    announce: Callable[[Sequence[str]], None] | None = None
    """Told by `expect`, where a reader makes several columns together at less cost than one after another."""
    links: dict[str, dict[int, tuple[str, ...]]] = msgspec.field(default_factory=dict)
    """Owners named by identifier (id or purl), per owner collection and row, still to be resolved by `facts.merge`."""
    witnesses: Callable[[str, int], tuple[Witness, ...]] | None = None
    """Who says what of a cell, by field and row, where several sources speak."""

    @property
    def size(self) -> int:
        """Number of elements."""
        return self.offsets[-1]

    def column(self, name: str) -> Column:
        """The column of one field, length `rows`."""
        column = self._columns.get(name)
        if column is None:
            builder = self.builders.get(name)
            column = builder() if builder else Column(array("i", [State.MISSING]) * self.rows, [])
            self._columns[name] = column
        return column

    def expect(self, names: Sequence[str]) -> None:
        """Say which columns will be asked for; nothing changes but the cost of making them."""
        if self.announce is not None:
            self.announce([name for name in names if name not in self._columns])

    def relation(self, parent: str) -> Relation:
        """The pairs that join this collection to `parent`; empty when no source supplies any."""
        pairs = self._relations.get(parent)
        if pairs is None:
            builder = self.relations.get(parent)
            pairs = builder() if builder else Relation(array("i"), array("i"))
            self._relations[parent] = pairs
        return pairs

    def forget_relation(self, parent: str) -> None:
        """Ask the builder again, since it has been replaced."""
        self._relations.pop(parent, None)

    def row_of(self, element: int) -> int:
        """The catalogue row of an element."""
        return element if self.index is None else self.index[element]

    def product_of(self, element: int) -> int:
        """The number of the product that an element belongs to."""
        return bisect_right(self.offsets, element) - 1

    def segment_of(self, row: int) -> Segment | None:
        """The segment that a row comes from."""
        place = bisect_right(self.segments, row, key=lambda s: s.start) - 1
        return self.segments[place] if place >= 0 else None

    def name_of(self, element: int) -> str:
        """What people call the element (name@version, an id …)."""
        row = self.row_of(element)
        segment = self.segment_of(row)
        return segment.name(row - segment.start) if segment else f"{self.collection}#{row}"

    def pointer_of(self, element: int) -> str:
        """RFC 6901 pointer into the source document, or the empty string."""
        row = self.row_of(element)
        segment = self.segment_of(row)
        return segment.pointer(row - segment.start) if segment else ""
