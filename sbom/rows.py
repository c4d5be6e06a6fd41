"""Small tools to make tables: child tables with their pairs, offsets, segments.

Guarantees: everything is built when it is first asked for.  It knows no format.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain, repeat

import msgspec

from rulewright.facts.table import Column, Extent, Relation, Segment, Source, Table, encode
from rulewright.facts.types import State, Value

Builders = Mapping[str, Callable[[], Column]]


def table(
    collection: str,
    rows: int,
    extent: Extent,
    segment: Segment,
    builders: Builders,
    relations: Mapping[str, Callable[[], Relation]],
    graph: Extent | None = None,
) -> Table:
    """A table of one product and one document."""
    return Table(
        collection,
        rows,
        array("i", [0, rows]),
        [extent],
        [segment],
        builders,
        relations,
        graph_extents=None if graph is None else [graph],
    )


def pairs(counts: Sequence[int]) -> Relation:
    """The pairs of a child table whose rows follow one another parent by parent; `counts[parent]` children each."""
    parents = array("i", chain.from_iterable(repeat(p, n) for p, n in enumerate(counts) if n))
    return Relation(parents, array("i", range(len(parents))))


def below_document(rows: int) -> Relation:
    """All rows belong to the one document."""
    return Relation(array("i", [0]) * rows, array("i", range(rows)))


def from_edges(edges: Sequence[tuple[int, int]]) -> Relation:
    """Sorted, distinct pairs."""
    ordered = sorted(set(edges))
    return Relation(array("i", (a for a, _ in ordered)), array("i", (b for _, b in ordered)))


class Nested(msgspec.Struct, eq=False, dict=True):
    """Pointers into lists within elements: row to `{parent pointer}/{key}/{place}`."""

    counts: Sequence[int]
    pointer: Callable[[int], str]
    key: str

    @cached_property
    def ends(self) -> array[int]:
        """Where the rows of each parent end; made when the first pointer is asked for."""
        return array("q", accumulate(self.counts))

    def parent(self, row: int) -> int:
        """The parent row of a child row."""
        return bisect_right(self.ends, row)

    def __call__(self, row: int) -> str:
        """The pointer of a child row."""
        parent = self.parent(row)
        start = self.ends[parent - 1] if parent else 0
        return f"{self.pointer(parent)}/{self.key}/{row - start}"


def children(
    collection: str,
    counts: Sequence[int],
    builders: Builders,
    source: Source,
    pointer: Callable[[int], str],
    key: str,
    name: Callable[[int], str],
    extent: Extent,
) -> Table:
    """A table whose rows are list items of components."""
    place = Nested(counts, pointer, key)
    segment = Segment(0, source, place, name)
    return table(collection, sum(counts), extent, segment, builders, {"component": lambda: pairs(counts)})


def single(cell: Value | State | None) -> Column:
    """A column of one row."""
    return encode([cell])
