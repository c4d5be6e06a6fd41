"""Fitting a value of any shape into a typed model, field by field.

Guarantees: never raises; whatever does not fit is a finding with its JSON pointer and a mark on the struct that would
have held it, and everything else is kept.  A list keeps its length: an item that does not fit leaves an empty place.
It is slow and only meets what the typed decoder or the byte accounting did not take.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache

import msgspec

from rulewright.facts.table import Column
from rulewright.facts.types import State
from rulewright.sbom.exact import Object
from rulewright.sbom.findings import NOTE, WARNING, Findings, escape, shown

WHOLE = "*"
"""The mark of a struct whose place in the document holds no object at all."""

_LARGEST = 2**63 - 1
_DEEPEST = 100


@cache
def fields(model: type[msgspec.Struct]) -> dict[str, tuple[str, object]]:
    """JSON name to attribute name and type of a model's fields."""
    hints = typing.get_type_hints(model)
    return {f.encode_name: (f.name, hints[f.name]) for f in msgspec.structs.fields(model)}


@cache
def _choices(kind: object) -> tuple[object, ...]:
    """The alternatives of a union without its `None` and unset."""
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return tuple(t for t in typing.get_args(kind) if t not in {types.NoneType, msgspec.UnsetType})
    return (kind,)


_WORDS = {str: "a string", int: "an integer", bool: "true or false", list: "a list", msgspec.Struct: "an object"}


def _wanted(kind: object) -> str:
    """What a type asks for, in words."""
    names = []
    for choice in _choices(kind):
        base = typing.get_origin(choice) or choice
        base = msgspec.Struct if isinstance(base, type) and issubclass(base, msgspec.Struct) else base
        names.append(_WORDS.get(typing.cast("type", base), "a value"))
    return " or ".join(names)


def _given(value: object) -> str:
    """What a value is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | Decimal() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"


def patched(column: Column, marked: Iterable[tuple[int, Mapping[str, State]]], keys: Iterable[str]) -> Column:
    """Put the state of a malformed or conflicting field, by row and in the order of `keys`, where the cell is missing."""
    for row, marks in marked:
        if column.codes[row] == State.MISSING:
            state = next((marks[key] for key in (*keys, WHOLE) if key in marks), None)
            if state is not None:
                column.codes[row] = state
    return column


class _Unfit(Exception):  # noqa: N818 - a signal inside this module, not an error
    """A value has none of the types that its place allows."""


class Fitter(msgspec.Struct, eq=False):
    """Fits values and remembers, per struct, which of its fields are not as they should be."""

    findings: Findings
    marks: dict[int, dict[str, State]] = msgspec.field(default_factory=dict)
    keep: list[msgspec.Struct] = msgspec.field(default_factory=list)
    """Structs with marks stay alive: marks go by identity."""

    def mark(self, item: msgspec.Struct, key: str, state: State) -> None:
        """Say that field `key` of `item` is in `state` rather than missing."""
        self.marks.setdefault(id(item), {})[key] = state
        self.keep.append(item)

    def marked(self, items: Sequence[msgspec.Struct]) -> Iterator[tuple[int, dict[str, State]]]:
        """The rows of items that have marks, with them."""
        marks = self.marks
        return ((row, marks[id(item)]) for row, item in enumerate(items if marks else ()) if id(item) in marks)

    def unfit(self, kind: object, value: object, pointer: str) -> None:
        """Report a value of the wrong type."""
        self.findings.add("RW1010", WARNING, f"expected {_wanted(kind)}, found {_given(value)}", pointer)

    def struct(self, model: type[msgspec.Struct], value: object, pointer: str) -> msgspec.Struct:
        """Fit an object; for anything else an empty struct marked as a whole."""
        if not isinstance(value, Object):
            self.unfit(model, value, pointer)
            empty = model()
            self.mark(empty, WHOLE, State.MALFORMED)
            return empty
        known = fields(model)
        values: dict[str, object] = {}
        marks: dict[str, State] = {}
        for key, part in value.items():
            place = f"{pointer}/{escape(key)}"
            if key not in known:
                self.findings.add("RW1013", NOTE, f"unknown field `{shown(key)}`", place)
                continue
            name, kind = known[key]
            if key in value.twice and not self._agreed(value.twice[key], key, place):
                marks[key] = State.CONFLICTING
                part = self._longest(value.twice[key])  # noqa: PLW2901 - lists keep what they hold
                if part is None:
                    continue
            before = self.findings.count.total()
            try:
                values[name] = self.value(kind, part, place)
            except _Unfit:
                self.unfit(kind, part, place)
            if self.findings.count.total() != before and part is not None:
                marks.setdefault(key, State.MALFORMED)
        made = model(**values)
        for key, state in marks.items():
            self.mark(made, key, state)
        return made

    def _agreed(self, given: list[object], key: str, place: str) -> bool:
        """Report a key given twice; true when all its values are equal."""
        agreed = all(value == given[0] for value in given)
        code, word = ("RW1012", "the same value") if agreed else ("RW1011", "different values")
        self.findings.add(code, WARNING, f"key `{shown(key)}` is given {len(given)} times with {word}", place)
        return agreed

    @staticmethod
    def _longest(given: list[object]) -> object:
        """Of lists given twice all items are kept; of anything else nothing."""
        if all(isinstance(value, list) for value in given):
            return [item for value in given for item in typing.cast("list[object]", value)]
        return None

    def value(self, kind: object, value: object, pointer: str) -> object:
        """Fit one value.  `null` is reported and taken as nothing."""
        if value is None:
            if msgspec.Raw in _choices(kind):
                return msgspec.UNSET
            self.unfit(kind, value, pointer)
            return None
        for choice in _choices(kind):
            fitted = self._choice(choice, value, pointer)
            if fitted is not msgspec.NODEFAULT:
                return fitted
        raise _Unfit

    def _choice(self, choice: object, value: object, pointer: str) -> object:
        """Fit one alternative; `NODEFAULT` when it is another type."""
        if choice is msgspec.Raw:
            return self._raw(self._settled(value, pointer, 0))
        if typing.get_origin(choice) is list:
            if not isinstance(value, list):
                return msgspec.NODEFAULT
            inner = typing.get_args(choice)[0]
            return [self._item(inner, item, f"{pointer}/{i}") for i, item in enumerate(value)]
        if isinstance(choice, type) and issubclass(choice, msgspec.Struct):
            if not isinstance(value, Object):
                return msgspec.NODEFAULT
            return self.struct(choice, value, pointer)
        return self._scalar(choice, value)

    @staticmethod
    def _scalar(choice: object, value: object) -> object:
        """Fit a string, truth value or integer."""
        if choice is int:
            if isinstance(value, Decimal) and value == value.to_integral_value() and abs(value) <= _LARGEST:
                return int(value)
            fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST
            return value if fits else msgspec.NODEFAULT
        return value if isinstance(choice, type) and isinstance(value, choice) else msgspec.NODEFAULT

    def _item(self, kind: object, value: object, pointer: str) -> object:
        """Fit one item of a list; what does not fit leaves an empty place."""
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self.struct(kind, value, pointer)
        try:
            fitted = self.value(kind, value, pointer)
        except _Unfit:
            self.unfit(kind, value, pointer)
            fitted = None
        empty: dict[object, object] = {str: "", int: 0}
        return next((empty[c] for c in _choices(kind) if c in empty), None) if fitted is None else fitted

    def _settled(self, value: object, pointer: str, depth: int) -> object:
        """A value that stays undecoded, without fields given twice with different values; each is reported."""
        if depth > _DEEPEST:
            return value
        if isinstance(value, list):
            return [self._settled(item, f"{pointer}/{i}", depth + 1) for i, item in enumerate(value)]
        if not isinstance(value, Object):
            return value
        gone = {key for key, given in value.twice.items() if not self._agreed(given, key, f"{pointer}/{escape(key)}")}
        parts = value.items()
        return {k: self._settled(v, f"{pointer}/{escape(k)}", depth + 1) for k, v in parts if k not in gone}

    @staticmethod
    def _raw(value: object) -> object:
        """Keep a value as bytes for a later, typed look."""
        try:
            return msgspec.Raw(msgspec.json.encode(_plain(value, 0)))
        except (RecursionError, ValueError, TypeError, OverflowError):
            return msgspec.UNSET


def _plain(value: object, depth: int) -> object:
    """A value that the encoder takes: decimals as raw numbers."""
    if depth > _DEEPEST:
        raise RecursionError
    match value:
        case Decimal():
            return msgspec.Raw(str(value).encode())
        case dict():
            return {k: _plain(v, depth + 1) for k, v in value.items()}
        case list():
            return [_plain(v, depth + 1) for v in value]
        case _:
            return value
