"""Facts that people or other tools declare: plain data, typed against the vocabulary.

Guarantees: every name and value is checked; what does not fit is a diagnostic with a JSON pointer, never dropped and
never guessed; `null` is "not stated", `{state: withheld}` and `{state: declared_unknown}` are statements.
What it does not do: read files or YAML (the command line does).

Shape: attribute names, dotted or nested, with a value or `{value, detector, trust, observed, state}`; collections by
singular or plural name, with a list of elements or `{complete: bool, items: [...]}`.  An element maps fields to values;
`affects` (or `of`) names the components that it belongs to, by reference or purl; `@of`, `@depends_on`, `@pointer` are
row numbers and places as `rulewright facts --format json` writes them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from functools import partial

import msgspec

from rulewright.diagnostics import Diagnostic, Severity
from rulewright.facts.base import Fact, Product
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Column, Extent, Relation, Segment, Source, Table, encode
from rulewright.facts.types import MICRO, Completeness, FieldType, Kind, State, Trust, Value
from rulewright.facts.vocabulary import Collection, Vocabulary

FORMAT = "rulewright-facts/1"
_RESERVED = {"format", "product"}
_HUGE = 10**18
_STATES = {state.word: state for state in State if state is not State.KNOWN}
_TRUST = {trust.name.lower(): trust for trust in Trust}


class Declared(msgspec.Struct):
    """What a facts file says, and what is wrong with it."""

    attributes: dict[str, Fact] = {}
    tables: dict[str, Table] = {}
    diagnostics: list[Diagnostic] = []

    def of(self, product: Product) -> ProductFacts:
        """These facts as a part of a product's."""
        return ProductFacts(product, self.attributes, self.tables)


class _Wrong(Exception):  # noqa: N818  # internal: carried to a diagnostic at once
    """A value that does not fit its type."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def read(data: object, vocabulary: Vocabulary, source: Source) -> Declared:
    """Type plain data (mappings, lists, scalars) against the vocabulary."""
    found = Declared()
    if not isinstance(data, Mapping):
        found.diagnostics.append(_wrong("RW1301", "a facts file is a mapping of names to values", source, ""))
        return found
    if data.get("format", FORMAT) != FORMAT:
        message = f"`{data['format']}` is no format of facts that can be read here"
        found.diagnostics.append(_wrong("RW1301", message, source, "/format", f"write `{FORMAT}`"))
        return found
    _walk(data, "", "", vocabulary, source, found)
    _check_rows(source, found)
    return found


def _check_rows(source: Source, found: Declared) -> None:
    """Row numbers of owners must be those of elements in the same file."""
    for name, table in found.tables.items():
        for owner in list(table.relations):
            target = found.tables.get(name if owner == "depends_on" else owner)
            last = target.rows if target else 0
            relation = table.relation(owner)
            children_last = table.rows
            if any(row >= last for row in relation.parents) or any(row >= children_last for row in relation.children):
                message = f"an owner of `{name}` names a row of `{owner}` that is not there"
                found.diagnostics.append(_wrong("RW1304", message, source, f"/{name}"))
                table.relations = {key: build for key, build in table.relations.items() if key != owner}
                table.forget_relation(owner)


def _wrong(code: str, message: str, source: Source, pointer: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, source=source.name, pointer=pointer, hint=hint)


def _escape(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def _walk(  # the state of one recursion over nested names
    data: Mapping[object, object], prefix: str, pointer: str, vocabulary: Vocabulary, source: Source, found: Declared
) -> None:
    for key, value in data.items():
        name, place = f"{prefix}{key}", f"{pointer}/{_escape(key)}"
        if not prefix and name in _RESERVED and "format" in data:
            continue
        attribute = vocabulary.attributes.get(name)
        collection = None if prefix else vocabulary.collection(name)
        if attribute is not None:
            _attribute(name, attribute.type, value, place, source, found)
        elif collection is not None:
            _collection(collection, value, place, source, found)
        elif isinstance(value, Mapping) and any(known.startswith(f"{name}.") for known in vocabulary.attributes):
            _walk(value, f"{name}.", place, vocabulary, source, found)
        else:
            hint = _similar(name, [*vocabulary.attributes, *(c.plural for c in vocabulary.collections.values())])
            found.diagnostics.append(_wrong("RW1302", f"the vocabulary has no fact `{name}`", source, place, hint))


def _similar(name: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # for what is wrong only

    close = get_close_matches(name, list(known), 1, 0.6)
    return f"did you mean `{close[0]}`?" if close else None


def _attribute(  # a fact and its place
    name: str, type_: FieldType, value: object, place: str, source: Source, found: Declared
) -> None:
    first = found.attributes.get(name)
    if first is not None:
        hint = f"the first one stands at {first.pointer}"
        found.diagnostics.append(_wrong("RW1303", f"`{name}`: stated twice", source, place, hint))
        return
    try:
        found.attributes[name] = _fact(type_, value, place, source)
    except _Wrong as error:
        found.diagnostics.append(_wrong("RW1303", f"`{name}`: {error}", source, place, error.hint))


_FACT_KEYS = {"value", "detector", "trust", "observed", "state", "source", "pointer", "witnesses"}


def _fact(type_: FieldType, value: object, place: str, source: Source) -> Fact:
    details: Mapping[object, object] = {}
    if isinstance(value, Mapping):
        unknown = sorted(str(key) for key in value if key not in _FACT_KEYS)
        if unknown:
            raise _Wrong(f"`{unknown[0]}` is not part of a fact", _similar(unknown[0], _FACT_KEYS))
        details, value = value, value.get("value")
    state = _state(details.get("state"), value)
    trust = details.get("trust", source.trust.name.lower())
    if not isinstance(trust, str) or trust not in _TRUST:
        raise _Wrong(f"`{trust}` is no degree of trust", f"one of {', '.join(_TRUST)}")
    observed = details.get("observed")
    fact = Fact(
        state,
        typed(type_, value) if state is State.KNOWN else None,
        source,
        str(details.get("pointer") or place),
        _TRUST[trust],
        _day(observed) if observed is not None else source.observed,
        str(details.get("detector", source.detector)),
    )
    witnesses = details.get("witnesses")
    if isinstance(witnesses, list):
        heard = tuple(_fact(type_, w, f"{place}/witnesses/{i}", source) for i, w in enumerate(witnesses))
        return Fact(fact.state, fact.value, source, fact.pointer, fact.trust, fact.observed, fact.detector, heard)
    return fact


def _state(word: object, value: object) -> State:
    if word is None or word == "known":
        return State.MISSING if value is None else State.KNOWN
    if not isinstance(word, str) or word not in _STATES:
        raise _Wrong(f"`{word}` is no state of a fact", f"one of known, {', '.join(_STATES)}")
    if value is not None:
        raise _Wrong(f"a fact that is {word} has no value")
    return _STATES[word]


def _day(text: object) -> int:
    from rulewright.facts.identity.dates import parse_date  # facts files only

    day = parse_date(text) if isinstance(text, str) else None
    if day is None:
        raise _Wrong(f"`{text}` is not a date", "write it as 2026-08-01")
    return day


def typed(type_: FieldType, value: object) -> Value:
    """The value in its held form.  Raises `_Wrong` (internal) when it does not fit."""
    match type_.kind:
        case Kind.BOOL:
            return _bool(value)
        case Kind.INT:
            return _int(value)
        case Kind.DECIMAL:
            return _decimal(value)
        case Kind.DATE:
            return _day(value)
        case Kind.ENUM:
            return _word(type_, value)
        case Kind.SET:
            if not isinstance(value, list | tuple):
                raise _Wrong("a set is written as a list")
            return tuple(sorted({_word(type_, member) for member in value}))
        case _:
            if not isinstance(value, str):
                raise _Wrong(f"a {type_} is text", "put it in quotes")
            return value


def _bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in {"true", "false"}:
        return value == "true"
    raise _Wrong(f"`{value}` is neither true nor false")


def _int(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lstrip("-").isdecimal() and value.isascii() and len(value) < 20:
        return int(value)
    raise _Wrong(f"`{value}` is not a whole number")


def _decimal(value: object) -> int:
    scaled = Decimal("NaN")
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        with suppress(InvalidOperation):
            scaled = Decimal(str(value)) * MICRO
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > _HUGE:
        raise _Wrong(f"`{value}` is not a number with at most six decimals")
    return int(scaled)


def _word(type_: FieldType, value: object) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"`{value}` is not a word")
    if type_.values and not type_.open_values and value not in type_.values:
        raise _Wrong(f"`{value}` is not one of {', '.join(type_.values)}", _similar(value, type_.values))
    return value


# --- collections -------------------------------------------------------------------------------------------------------


class _Rows(msgspec.Struct):
    """The elements of one collection while they are read."""

    collection: Collection
    cells: dict[str, list[Value | State | None]]
    pairs: dict[str, set[tuple[int, int]]] = {}
    links: dict[str, dict[int, tuple[str, ...]]] = {}
    pointers: list[str] = []
    names: list[str] = []


def _collection(collection: Collection, value: object, place: str, source: Source, found: Declared) -> None:
    if collection.name in found.tables:
        message = f"`{collection.plural}` are listed twice"
        hint = f"one list, under `{collection.plural}` or `{collection.name}`"
        found.diagnostics.append(_wrong("RW1304", message, source, place, hint))
        return
    extent, graph = Extent(Completeness.UNSTATED), None
    items = value
    if isinstance(value, Mapping):
        items = value.get("items", [])
        extent = _extent(value, source)
        if "graph" in value:
            graph = _extent({"completeness": value["graph"]}, source)
        for key, stated in value.items():
            flaw = _flaw_of(key, stated)
            if flaw is not None:
                found.diagnostics.append(_wrong("RW1304", flaw, source, f"{place}/{_escape(key)}"))
    if not isinstance(items, list | tuple):
        found.diagnostics.append(_wrong("RW1304", f"`{collection.plural}` is a list of elements", source, place))
        return
    inner = f"{place}/items" if isinstance(value, Mapping) else place
    rows = _Rows(collection, {name: [None] * len(items) for name in collection.fields})
    for number, item in enumerate(items):
        _item(rows, number, item, f"{inner}/{number}", source, found)
    found.tables[collection.name] = _table(rows, len(items), extent, graph, source)


def _flaw_of(key: object, stated: object) -> str | None:
    """What is wrong with one entry of a collection's mapping: a claim that is not understood is refused, not passed over."""
    match key:
        case "items" | "because":
            return None
        case "complete":
            return None if isinstance(stated, bool) else f"`complete` is true or false, not `{stated}`"
        case "completeness" | "graph":
            words = [state.value for state in Completeness]
            return None if stated in words else f"`{key}` is one of {', '.join(words)}, not `{stated}`"
        case _:
            return f"`{key}` is not part of a collection"


def _extent(value: Mapping[object, object], source: Source) -> Extent:
    because = str(value.get("because") or f"stated in {source.name}")
    stated = value.get("completeness")
    if isinstance(stated, str) and stated in {state.value for state in Completeness}:
        return Extent(Completeness(stated), because)
    complete = value.get("complete")
    if isinstance(complete, bool):
        return Extent(Completeness.CLOSED if complete else Completeness.OPEN, because)
    return Extent(Completeness.UNSTATED)


def _item(  # an element and its place
    rows: _Rows, number: int, item: object, place: str, source: Source, found: Declared
) -> None:
    if not isinstance(item, Mapping):
        found.diagnostics.append(_wrong("RW1304", "an element is a mapping of fields to values", source, place))
        rows.pointers.append(place)
        rows.names.append(f"{rows.collection.name}#{number}")
        return
    for key, value in item.items():
        here = f"{place}/{_escape(key)}"
        try:
            _cell(rows, number, str(key), value)
        except _Wrong as error:
            message = f"`{rows.collection.name}.{key}`: {error}"
            found.diagnostics.append(_wrong("RW1303", message, source, here, error.hint))
    rows.pointers.append(str(item.get("@pointer", place)))
    rows.names.append(_name(item, rows.collection.name, number))


def _name(item: Mapping[object, object], collection: str, number: int) -> str:
    name = item.get("name") or item.get("id")
    version = item.get("version")
    if isinstance(name, str):
        return f"{name}@{version}" if isinstance(version, str) else name
    return f"{collection}#{number}"


def _cell(rows: _Rows, number: int, key: str, value: object) -> None:
    if key == "@pointer":
        return
    if key in {"affects", "of"}:
        names = value if isinstance(value, list | tuple) else [value]
        rows.links.setdefault("component", {})[number] = tuple(str(name) for name in names)
        return
    if key in {"@of", "@depends_on"}:
        _pairs(rows, number, key, value)
        return
    known = rows.collection.fields.get(key)
    if known is None:
        raise _Wrong("there is no such field", _similar(key, rows.collection.fields))
    if isinstance(value, Mapping):
        rows.cells[key][number] = _wrapped(known.type, value)
    elif value is not None:
        rows.cells[key][number] = typed(known.type, value)


def _wrapped(type_: FieldType, stated: Mapping[object, object]) -> Value | State:
    """A field written as `{value: …}` or `{state: …}`."""
    unknown = sorted(str(key) for key in stated if key not in {"state", "value"})
    if unknown:
        raise _Wrong(f"`{unknown[0]}` is not part of an element's field", "one of state, value")
    state = _state(stated.get("state"), stated.get("value"))
    return typed(type_, stated.get("value")) if state is State.KNOWN else state


def _pairs(rows: _Rows, number: int, key: str, value: object) -> None:
    """`@of: {component: [3]}` names owners by row; `@depends_on: [4]` the rows that this one depends on."""
    stated = {"depends_on": value} if key == "@depends_on" else value
    if not isinstance(stated, Mapping):
        raise _Wrong("owners are a mapping of collections to row numbers")
    for owner, numbers in stated.items():
        if not isinstance(numbers, list) or not all(isinstance(n, int) and n >= 0 for n in numbers):
            raise _Wrong("rows are a list of numbers")
        pairs = rows.pairs.setdefault(str(owner), set())
        pairs.update((number, n) if key == "@depends_on" else (n, number) for n in numbers)


def _table(rows: _Rows, size: int, extent: Extent, graph: Extent | None, source: Source) -> Table:
    used = {name: cells for name, cells in rows.cells.items() if any(cell is not None for cell in cells)}
    columns: dict[str, Callable[[], Column]] = {name: partial(encode, cells) for name, cells in used.items()}
    table = Table(
        rows.collection.name,
        size,
        array("i", [0, size]),
        [extent],
        [Segment(0, source, rows.pointers.__getitem__, rows.names.__getitem__)],
        columns,
        {owner: partial(_relation, pairs) for owner, pairs in rows.pairs.items()},
        links=rows.links,
    )
    if rows.collection.graph and (graph is not None or "depends_on" in rows.pairs):
        table.graph_extents = [graph or Extent(Completeness.UNSTATED)]
    return table


def _relation(pairs: set[tuple[int, int]]) -> Relation:
    ordered = sorted(pairs)
    return Relation(array("i", [p for p, _ in ordered]), array("i", [c for _, c in ordered]))
