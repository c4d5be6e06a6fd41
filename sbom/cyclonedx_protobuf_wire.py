"""Bytes of a protobuf message to nodes, by the table.

Guarantees: every byte belongs to a field that is kept or is a finding with its path; bytes that are no message raise with
their offset; lengths are checked against what is there before anything is read; depth is bounded.
Source: protobuf.dev, "Encoding".  It knows nothing of JSON.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

import msgspec

from rulewright.sbom.cyclonedx_protobuf_nodes import MAX_DEPTH, BrokenError, Node, Odd, Stamp, TooDeepError, Value, path
from rulewright.sbom.cyclonedx_protobuf_table import Field, Message, message
from rulewright.sbom.findings import NOTE, WARNING, Findings

VARINT, I64, LENGTH, GROUP, END, I32 = range(6)
"""Wire types."""
_NAMES = ("a varint", "8 bytes", "a length and bytes", "a group", "the end of a group", "4 bytes")
_WIRE = {"": LENGTH, "message": LENGTH, "time": LENGTH, "day": LENGTH, "double": I64, "float": I32}
_PACKED = frozenset({"int", "enum", "bool"})
_LONGEST = 10
_SIGN, _WRAP = 1 << 63, 1 << 64


def varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """An unsigned integer and where it ends."""
    if at < end and data[at] < 0x80:  # most are one byte
        return data[at], at + 1
    value = shift = 0
    for place in range(at, min(end, at + _LONGEST)):
        byte = data[place]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (_WRAP - 1), place + 1
        shift += 7
    raise BrokenError("a number breaks off" if at + _LONGEST > end else "a number is too long", at)


def shortest(raw: bytes, form: str) -> msgspec.Raw:
    """A floating-point number as the shortest decimal number that stands for it."""
    value: float = struct.unpack(form, raw)[0]
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - that is what NaN is
        return msgspec.Raw(b'"' + str(value).encode() + b'"')
    if form == "<d":
        text = repr(value)
    else:
        given = struct.pack("<f", value)
        text = next(t for digits in range(1, 18) if struct.pack("<f", float(t := f"{value:.{digits}g}")) == given)
    return msgspec.Raw(text.removesuffix(".0").encode())


class Wire:
    """One document on its way to nodes."""

    def __init__(self, data: bytes, findings: Findings) -> None:
        self.data = data
        self.findings = findings
        self.steps: list[str] = []

    def message(self, at: int, end: int, kind: Message, depth: int = 0) -> Node:
        """The fields of a message that stands from `at` to `end`."""
        if depth > MAX_DEPTH:
            raise TooDeepError
        data, known = self.data, kind.by_number
        found: list[tuple[Field, Value]] = []
        seen: dict[int, int] = {}
        while at < end:
            tag = data[at]
            if tag < 0x80:
                at += 1
            else:
                tag, at = varint(data, at, end)
            number, wire = tag >> 3, tag & 7
            field = known.get(number)
            if field is None:
                at = self._unknown(number, wire, at, end)
                continue
            position = seen[number] = seen.get(number, -1) + 1
            if wire == LENGTH:
                start, at = self._length(at, end)
                if field.kind == "":
                    found.append((field, self._text(start, at, field, position)))
                elif field.kind == "message":
                    self.steps.append(f"{field.name}[{position}]" if field.many else field.name)
                    found.append((field, self.message(start, at, message(field.type), depth + 1)))
                    self.steps.pop()
                else:
                    self._other(field, start, at, found)
            else:
                value, at = self._number(field, wire, at, end)
                found.append((field, value))
        return Node(found)

    def _length(self, at: int, end: int) -> tuple[int, int]:
        """Where a field with a length begins and ends."""
        size, start = varint(self.data, at, end)
        if size > end - start:
            raise BrokenError(f"a field of {size} bytes reaches beyond its message", at)
        return start, start + size

    def _text(self, at: int, end: int, field: Field, position: int) -> str:
        """A string; bytes that are not UTF-8 are reported."""
        try:
            return str(self.data[at:end], "utf-8")
        except UnicodeDecodeError:
            name = f"{field.name}[{position}]" if field.many else field.name
            self.findings.add("RW1004", WARNING, "the text is not valid UTF-8", path([*self.steps, name]))
            return str(self.data[at:end], "utf-8", "replace")

    def _other(self, field: Field, at: int, end: int, found: list[tuple[Field, Value]]) -> None:
        """A timestamp, or a packed list of numbers."""
        if field.kind in {"time", "day"}:
            found.append((field, self._stamp(at, end)))
        elif field.many and field.kind in _PACKED:
            while at < end:
                value, at = self._number(field, VARINT, at, end)
                found.append((field, value))
        else:
            found.append((field, self._odd(field, LENGTH)))

    def _odd(self, field: Field, wire: int) -> Odd:
        """Report a value of the wrong type."""
        wanted = _NAMES[_WIRE.get(field.kind, VARINT)]
        place = path([*self.steps, field.name])
        self.findings.add("RW1010", WARNING, f"expected {wanted}, found {_NAMES[wire]}", place)
        return Odd()

    def _number(self, field: Field, wire: int, at: int, end: int) -> tuple[Value, int]:
        """A value of a wire type without a length."""
        if _WIRE.get(field.kind, VARINT) != wire or wire == LENGTH:
            return (self._odd(field, wire) if wire < len(_NAMES) else Odd()), self._skip(field.number, wire, at, end)
        if wire == VARINT:
            value, at = varint(self.data, at, end)
            if field.kind == "bool":
                return bool(value), at
            return (value - _WRAP if value & _SIGN else value), at
        size, form = (8, "<d") if wire == I64 else (4, "<f")
        if end - at < size:
            raise BrokenError("a number breaks off", at)
        return shortest(self.data[at : at + size], form), at + size

    def _stamp(self, at: int, end: int) -> Stamp | Odd:
        """A timestamp."""
        given = {1: 0, 2: 0}
        while at < end:
            tag, at = varint(self.data, at, end)
            number, wire = tag >> 3, tag & 7
            if number in given and wire == VARINT:
                value, at = varint(self.data, at, end)
                given[number] = value - _WRAP if value & _SIGN else value
            else:
                at = self._unknown(number, wire, at, end)
        return Stamp(given[1], given[2])

    def _unknown(self, number: int, wire: int, at: int, end: int) -> int:
        """Note a field that the format does not have; where it ends."""
        after = self._skip(number, wire, at, end)
        place = "" if self.findings.full("RW1013") else path([*self.steps, str(number)])
        self.findings.add("RW1013", NOTE, f"unknown field number {number}", place)
        return after

    def _skip(self, number: int, wire: int, at: int, end: int) -> int:
        """Where a field ends."""
        if number == 0:
            raise BrokenError("a field has number 0", at)
        steps: dict[int, Callable[[], int]] = {
            VARINT: lambda: varint(self.data, at, end)[1],
            I64: lambda: at + 8,
            LENGTH: lambda: self._length(at, end)[1],
            GROUP: lambda: self._group(number, at, end),
            I32: lambda: at + 4,
        }
        if wire not in steps:
            raise BrokenError(f"wire type {wire} cannot stand here", at)
        after = steps[wire]()
        if after > end:
            raise BrokenError("a field breaks off", at)
        return after

    def _group(self, number: int, at: int, end: int) -> int:
        """Where a group ends (the old form of a message in a message)."""
        opened = [number]
        while opened:
            tag, at = varint(self.data, at, end)
            inner, wire = tag >> 3, tag & 7
            if wire == GROUP:
                opened.append(inner)
                if len(opened) > MAX_DEPTH:
                    raise TooDeepError
            elif wire == END:
                if opened.pop() != inner:
                    raise BrokenError("a group ends that has not begun", at)
            else:
                at = self._skip(inner, wire, at, end)
        return at


_VERSIONS = re.compile(rb"1\.[0-9]{1,2}\Z")


def is_bom(data: bytes) -> bool:
    """Whether bytes are a CycloneDX message with its fields in any order: all of them known, and a version among them."""
    known = message("Bom").by_number
    at, versioned = 0, False
    try:
        while at < len(data):
            tag, at = varint(data, at, len(data))
            field, wire = known.get(tag >> 3), tag & 7
            if field is None or wire != _WIRE.get(field.kind, VARINT):
                return False
            size, at = varint(data, at, len(data))
            if wire == LENGTH:
                versioned |= field.name == "spec_version" and bool(_VERSIONS.match(data[at : at + size]))
                at += size
    except BrokenError:
        return False
    return versioned and at == len(data)
