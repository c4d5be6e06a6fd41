"""Collections of declared facts: lists of elements to tables.

Guarantees: every field is typed; what does not fit is a diagnostic with its place; a claim about completeness that is not
understood is refused.  `@of`, `@depends_on`, `@pointer`, `@name`, `@witnesses`, `segments` are what
`rulewright facts --format json` writes of rows, places and sources.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from rulewright.diagnostics import Diagnostic, Severity
from rulewright.facts.declared_sources import Sources
from rulewright.facts.declared_values import WrongError, similar, state, typed
from rulewright.facts.table import Column, Extent, Relation, Segment, Source, Table, Witness, encode
from rulewright.facts.types import Completeness, FieldType, State, Value
from rulewright.facts.vocabulary import Collection


def wrong(code: str, message: str, source: Source, pointer: str, hint: str | None = None) -> Diagnostic:
    """Why something does not fit, and where it stands."""
    return Diagnostic(code, Severity.ERROR, message, source=source.name, pointer=pointer, hint=hint)


def escape(key: object) -> str:
    """One step of a JSON pointer."""
    return str(key).replace("~", "~0").replace("/", "~1")


class _Rows(msgspec.Struct):
    """The elements of one collection while they are read."""

    collection: Collection
    cells: dict[str, list[Value | State | None]]
    pairs: dict[str, set[tuple[int, int]]] = {}
    links: dict[str, dict[int, tuple[str, ...]]] = {}
    pointers: list[str] = []
    names: list[str] = []
    witnesses: dict[tuple[str, int], tuple[Witness, ...]] = {}


class Collections:
    """Reads collections; tables by name, and what is wrong with them."""

    def __init__(self, sources: Sources, diagnostics: list[Diagnostic]) -> None:
        self.sources = sources
        self.diagnostics = diagnostics
        self.tables: dict[str, Table] = {}

    def _add(self, code: str, message: str, place: str, hint: str | None = None) -> None:
        self.diagnostics.append(wrong(code, message, self.sources.own, place, hint))

    def read(self, collection: Collection, value: object, place: str) -> None:
        """Read one collection."""
        if collection.name in self.tables:
            hint = f"one list, under `{collection.plural}` or `{collection.name}`"
            self._add("RW1304", f"`{collection.plural}` are listed twice", place, hint)
            return
        head: Mapping[object, object] = value if isinstance(value, Mapping) else {}
        items = head.get("items", []) if isinstance(value, Mapping) else value
        for key, stated in head.items():
            flaw = _flaw_of(key, stated)
            if flaw is not None:
                self._add("RW1304", flaw, f"{place}/{escape(key)}")
        if not isinstance(items, list | tuple):
            self._add("RW1304", f"`{collection.plural}` is a list of elements", place)
            return
        inner = f"{place}/items" if isinstance(value, Mapping) else place
        rows = _Rows(collection, {name: [None] * len(items) for name in collection.fields})
        for number, item in enumerate(items):
            self._item(rows, number, item, f"{inner}/{number}")
        table = _table(rows, len(items), _extent(head, self.sources.own), self._segments(rows, head, len(items), place))
        if collection.graph and ("graph" in head or "depends_on" in rows.pairs):
            said: dict[object, object] = {"completeness": head.get("graph"), "because": head.get("graph_because")}
            table.graph_extents = [_extent(said, self.sources.own)]
        self.tables[collection.name] = table

    def _segments(self, rows: _Rows, head: Mapping[object, object], size: int, place: str) -> list[Segment]:
        """Which rows come from where."""
        starts = [(0, self.sources.own)]
        if "segments" in head:
            try:
                starts = self.sources.starts(head["segments"], size)
            except WrongError as error:
                self._add("RW1304", str(error), f"{place}/segments", error.hint)
        return [
            Segment(start, source, rows.pointers[start:].__getitem__, rows.names[start:].__getitem__)
            for start, source in starts
        ]

    def _item(self, rows: _Rows, number: int, item: object, place: str) -> None:
        """Read an element."""
        if not isinstance(item, Mapping):
            self._add("RW1304", "an element is a mapping of fields to values", place)
            rows.pointers.append(place)
            rows.names.append(f"{rows.collection.name}#{number}")
            return
        for key, value in item.items():
            try:
                self._cell(rows, number, str(key), value)
            except WrongError as error:
                message = f"`{rows.collection.name}.{key}`: {error}"
                self._add("RW1303", message, f"{place}/{escape(key)}", error.hint)
        rows.pointers.append(str(item.get("@pointer", place)))
        rows.names.append(str(item.get("@name") or name_of(item, rows.collection.name, number)))

    def _cell(self, rows: _Rows, number: int, key: str, value: object) -> None:
        match key:
            case "@pointer" | "@name":
                return
            case "affects" | "of":
                names = value if isinstance(value, list | tuple) else [value]
                rows.links.setdefault("component", {})[number] = tuple(str(name) for name in names)
                return
            case "@of" | "@depends_on":
                _pairs(rows, number, key, value)
                return
            case "@witnesses":
                types = {name: field.type for name, field in rows.collection.fields.items()}
                told = self.sources.witnesses(value, types)
                rows.witnesses |= {(field, number): witnesses for field, witnesses in told.items()}
                return
            case _:
                self._field(rows, number, key, value)

    @staticmethod
    def _field(rows: _Rows, number: int, key: str, value: object) -> None:
        known = rows.collection.fields.get(key)
        if known is None:
            raise WrongError("there is no such field", similar(key, rows.collection.fields))
        if isinstance(value, Mapping):
            rows.cells[key][number] = _wrapped(known.type, value)
        elif value is not None:
            rows.cells[key][number] = typed(known.type, value)


def _flaw_of(key: object, stated: object) -> str | None:
    """What is wrong with one entry of a collection's mapping: a claim that is not understood is refused, not passed over."""
    match key:
        case "items" | "because" | "graph_because" | "segments":
            return None
        case "empty":
            return None if isinstance(stated, bool) else f"`empty` is true or false, not `{stated}`"
        case "complete":
            return None if isinstance(stated, bool) else f"`complete` is true or false, not `{stated}`"
        case "completeness" | "graph":
            words = [state.value for state in Completeness]
            return None if stated in words else f"`{key}` is one of {', '.join(words)}, not `{stated}`"
        case _:
            return f"`{key}` is not part of a collection"


def _extent(value: Mapping[object, object], source: Source) -> Extent:
    because = str(value["because"]) if isinstance(value.get("because"), str) else f"stated in {source.name}"
    stated = value.get("completeness")
    if isinstance(stated, str) and stated in {state.value for state in Completeness}:
        return Extent(Completeness(stated), because, empty=value.get("empty") is True)
    complete = value.get("complete")
    if isinstance(complete, bool):
        return Extent(Completeness.CLOSED if complete else Completeness.OPEN, because)
    return Extent(Completeness.UNSTATED)


def name_of(item: Mapping[str, object] | Mapping[object, object], collection: str, number: int) -> str:
    """What people call an element."""
    name = item.get("name") or item.get("id")
    version = item.get("version")
    if isinstance(name, str):
        return f"{name}@{version}" if isinstance(version, str) else name
    return f"{collection}#{number}"


def _wrapped(type_: FieldType, stated: Mapping[object, object]) -> Value | State:
    """A field written as `{value: …}` or `{state: …}`."""
    unknown = sorted(str(key) for key in stated if key not in {"state", "value"})
    if unknown:
        raise WrongError(f"`{unknown[0]}` is not part of an element's field", "one of state, value")
    found = state(stated.get("state"), stated.get("value"))
    return typed(type_, stated.get("value")) if found is State.KNOWN else found


def _pairs(rows: _Rows, number: int, key: str, value: object) -> None:
    """`@of: {component: [3]}` names owners by row; `@depends_on: [4]` the rows that this one depends on."""
    stated = {"depends_on": value} if key == "@depends_on" else value
    if not isinstance(stated, Mapping):
        raise WrongError("owners are a mapping of collections to row numbers")
    for owner, numbers in stated.items():
        if not isinstance(numbers, list) or not all(isinstance(n, int) and n >= 0 for n in numbers):
            raise WrongError("rows are a list of numbers")
        pairs = rows.pairs.setdefault(str(owner), set())
        pairs.update((number, n) if key == "@depends_on" else (n, number) for n in numbers)


def _table(rows: _Rows, size: int, extent: Extent, segments: list[Segment]) -> Table:
    used = {name: cells for name, cells in rows.cells.items() if any(cell is not None for cell in cells)}
    columns: dict[str, Callable[[], Column]] = {name: partial(encode, cells) for name, cells in used.items()}
    told = rows.witnesses
    return Table(
        rows.collection.name,
        size,
        array("i", [0, size]),
        [extent],
        segments,
        columns,
        {owner: partial(_relation, pairs) for owner, pairs in rows.pairs.items()},
        links=rows.links,
        witnesses=(lambda field, row: told.get((field, row), ())) if told else None,
    )


def _relation(pairs: set[tuple[int, int]]) -> Relation:
    ordered = sorted(pairs)
    return Relation(array("i", [p for p, _ in ordered]), array("i", [c for _, c in ordered]))
