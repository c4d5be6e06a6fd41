"""Joining tables: the documents of one product, and the products of one run.

Guarantees: rows keep their order and their place in their own document; no row is dropped or merged; columns and
relations of the result are built only when asked for.
What it does not do: settle disagreement between scalar facts (`facts.merge`).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence

import msgspec

from rulewright.facts.base import Fact, FactBase, Product, Scalar, scalar
from rulewright.facts.table import Column, Extent, Relation, Segment, Table, Witness
from rulewright.facts.types import Completeness, Value


class ProductFacts(msgspec.Struct):
    """All facts of one product: each table holds that product alone."""

    product: Product
    attributes: Mapping[str, Fact] = msgspec.field(default_factory=dict)
    tables: Mapping[str, Table] = msgspec.field(default_factory=dict)


def stack(items: Sequence[ProductFacts]) -> FactBase:
    """One fact base from the facts of several products, in the order given."""
    names = sorted({name for item in items for name in item.attributes})
    collections = sorted({name for item in items for name in item.tables})
    attributes: dict[str, Scalar] = {name: scalar([item.attributes.get(name) for item in items]) for name in names}
    if len(items) == 1:
        return FactBase([items[0].product], attributes, dict(items[0].tables))
    starts = starts_of(items)
    tables = {name: _stacked(name, [item.tables.get(name) for item in items], starts) for name in collections}
    return FactBase([item.product for item in items], attributes, tables)


def starts_of(items: Sequence[ProductFacts]) -> dict[str, list[int]]:
    """Per collection, where the rows of each part begin in the joined table."""
    result: dict[str, list[int]] = {}
    for name in {name for item in items for name in item.tables}:
        total, places = 0, []
        for item in items:
            places.append(total)
            table = item.tables.get(name)
            total += table.rows if table else 0
        result[name] = places
    return result


_ABSENT = Extent(Completeness.ABSENT)


def _stacked(name: str, parts: list[Table | None], starts: dict[str, list[int]]) -> Table:
    offsets = array("i", [0])
    extents: list[Extent] = []
    graphs: list[Extent] = []
    for part in parts:
        offsets.append(offsets[-1] + (part.size if part else 0))
        extents.append(part.extents[0] if part else _ABSENT)
        graphs.append(part.graph_extents[0] if part and part.graph_extents else _ABSENT)
    table = concatenate(name, parts, starts)
    table.offsets, table.extents = offsets, extents
    table.graph_extents = graphs if any(part and part.graph_extents for part in parts) else None
    return table


def concatenate(name: str, parts: Sequence[Table | None], starts: Mapping[str, Sequence[int]]) -> Table:
    """Rows of several tables as those of one product, with offsets to be set by the caller where there are more.

    `starts[collection][i]` is where part `i`'s rows of any collection begin in the joined table of that collection.
    """
    segments: list[Segment] = []
    rows = 0
    for part in parts:
        if part is None:
            continue
        segments += [Segment(s.start + rows, s.source, s.pointer, s.name) for s in part.segments]
        rows += part.rows
    links: dict[str, dict[int, tuple[str, ...]]] = {}
    for number, part in enumerate(parts):
        for owner, stated in (part.links if part else {}).items():
            shift = starts[name][number]
            links.setdefault(owner, {}).update((row + shift, names) for row, names in stated.items())
    fields = sorted({key for part in parts if part for key in part.builders})
    relations = sorted({key for part in parts if part for key in part.relations})

    def announce(names: Sequence[str]) -> None:
        for part in filter(None, parts):
            part.expect(names)

    return Table(
        name,
        rows,
        array("i", [0, rows]),
        [_joined_extent([part.extents[0] for part in parts if part])],
        segments,
        {key: _column_builder(parts, key) for key in fields},
        {key: _relation_builder(name, parts, key, starts) for key in relations},
        announce=announce,
        links=links,
        witnesses=_witnesses(name, parts, starts),
    )


def _witnesses(
    name: str, parts: Sequence[Table | None], starts: Mapping[str, Sequence[int]]
) -> Callable[[str, int], tuple[Witness, ...]] | None:
    """Ask the part that a row comes from."""
    asked = [(starts[name][number], part.witnesses) for number, part in enumerate(parts) if part and part.rows]
    if not any(witnesses for _, witnesses in asked):
        return None

    def told(field: str, row: int) -> tuple[Witness, ...]:
        start, witnesses = max((place for place in asked if place[0] <= row), key=lambda place: place[0])
        return witnesses(field, row - start) if witnesses else ()

    return told


def _joined_extent(extents: Sequence[Extent]) -> Extent:
    """Several lists together are complete only if each source says so; open as soon as one says so."""
    present = sorted((e for e in extents if e.state is not Completeness.ABSENT), key=lambda extent: extent.empty)
    for state in (Completeness.OPEN, Completeness.UNSTATED, Completeness.CLOSED):
        for extent in present:
            if extent.state is state:
                return extent
    return _ABSENT


def _column_builder(parts: Sequence[Table | None], key: str) -> Callable[[], Column]:
    """How to join a column; where one part alone has rows, its column is the joined one."""

    def build() -> Column:
        filled = [part for part in parts if part is not None and part.rows]
        if len(filled) == 1:
            return filled[0].column(key)
        codes = array("i")
        values: list[Value] = []
        index: dict[tuple[type, Value], int] = {}
        for part in filled:
            column = part.column(key)
            places: list[int] = []
            for value in column.values:
                place = index.setdefault((type(value), value), len(values))
                if place == len(values):
                    values.append(value)
                places.append(place)
            codes.extend([code if code < 0 else places[code] for code in column.codes])
        return Column(codes, values)

    return build


def _relation_builder(
    name: str, parts: Sequence[Table | None], key: str, starts: Mapping[str, Sequence[int]]
) -> Callable[[], Relation]:
    owner = name if key == "depends_on" else key

    def build() -> Relation:
        parents, children = array("i"), array("i")
        for number, part in enumerate(parts):
            if part is None:
                continue
            relation = part.relation(key)
            up, down = starts[owner][number] if owner in starts else 0, starts[name][number]
            parents.extend([row + up for row in relation.parents])
            children.extend([row + down for row in relation.children])
        return Relation(parents, children)

    return build
