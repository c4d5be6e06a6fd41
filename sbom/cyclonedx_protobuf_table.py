"""The table of CycloneDX protobuf, compiled.

Guarantees: a message is compiled when it is first met, once; every word of the notation that is not understood raises
when the table is compiled, which a test does for all of it.  It converts nothing.
"""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType

import msgspec

from rulewright.sbom.cyclonedx_protobuf_fields import FIELDS
from rulewright.sbom.cyclonedx_protobuf_words import WORDS

SCALARS = frozenset({"", "int", "bool", "float", "double", "time", "day"})
"""Kinds that are neither enumerations nor messages; `time` and `day` are messages on the wire."""


class Field(msgspec.Struct, frozen=True):
    """One field of a message: `type` is the message or enumeration of one that has no scalar kind."""

    number: int
    name: str
    key: str
    kind: str
    type: str
    many: bool
    implicit: bool
    """Without presence, and its zero value has to be spelled out."""
    mark: str

    @property
    def is_message(self) -> bool:
        """Whether its value is a message of the table."""
        return self.kind == "message"


class Message(msgspec.Struct, frozen=True):
    """The fields of one message."""

    name: str
    by_number: MappingProxyType[int, Field]
    by_name: MappingProxyType[str, Field]


class Words(msgspec.Struct, frozen=True):
    """One enumeration: words by number, and numbers by the letters and digits of a value's name."""

    by_number: MappingProxyType[int, str]
    by_letters: MappingProxyType[str, int]
    prefix: str


_FIELD = re.compile(
    r"(?P<number>\d+):(?P<mark>[~<!]?)(?P<name>\w+)(?:=(?P<key>[\w-]+))?(?P<many>\*?)(?P<implicit>\+?)"
    r"(?::(?P<kind>@?\w+))?\Z"
)


def _lines(text: str) -> dict[str, list[str]]:
    """The words of each line of a table, by its name."""
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in text.splitlines():
        name, bar, rest = line.partition(" | ")
        if bar:
            words = found[name] = []
        words += (rest if bar else line).split()
    return found


@cache
def lines() -> dict[str, list[str]]:
    """The fields of each message, as written."""
    return _lines(FIELDS)


def _field(text: str) -> Field:
    """Read one field."""
    found = _FIELD.match(text)
    if not found:
        raise ValueError(f"`{text}` is not in the notation of the table")
    kind, name = found["kind"] or "", found["name"]
    type_ = ""
    if kind.startswith("@"):
        kind, type_ = "enum", kind[1:]
    elif kind not in SCALARS:
        kind, type_ = "message", kind
    many, implicit = bool(found["many"]), bool(found["implicit"])
    return Field(int(found["number"]), name, found["key"] or name, kind, type_, many, implicit, found["mark"])


@cache
def message(name: str) -> Message:
    """One message of the table."""
    fields = [_field(text) for text in lines()[name]]
    return Message(name, MappingProxyType({f.number: f for f in fields}), MappingProxyType({f.name: f for f in fields}))


def letters(name: str) -> str:
    """A name without what writers differ in."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@cache
def _all_words() -> dict[str, list[str]]:
    """The words of each enumeration, as written."""
    return _lines(WORDS)


@cache
def enumeration(name: str) -> Words:
    """One enumeration of the table."""
    prefix, *values = _all_words()[name]
    words, numbers = {}, {}
    for value in values:
        number, _, rest = value.partition(":")
        word, _, other = rest.partition("=")
        words[int(number)] = word
        numbers[letters(prefix + (other or word))] = int(number)
    if 0 not in words:
        for nothing in ("NULL", "UNSPECIFIED"):
            numbers[letters(prefix + nothing)] = 0
    return Words(MappingProxyType(words), MappingProxyType(numbers), prefix)
