"""The types of facts, and how each value is held.

Guarantees: every value is exact and hashable: `bool`, `int`, `str`, or a sorted `tuple[str, ...]`; there is no float.
What it does not do: parse (readers do) or compare (the engine does).
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec

Value = bool | int | str | tuple[str, ...]

MICRO = 1_000_000
"""A `decimal` is held as an integer number of millionths: 9.8 is 9_800_000 (exact, comparable, no float)."""


class Kind(StrEnum):
    """What a fact's value is; the comment says how Python holds it."""

    BOOL = "bool"  # bool
    INT = "int"  # int
    DECIMAL = "decimal"  # int, millionths
    STRING = "string"  # str
    ENUM = "enum"  # str, one of FieldType.values
    DATE = "date"  # int, days since 1970-01-01 UTC
    VERSION = "version"  # str; its ordering scheme is the purl type of the same element
    LICENSE = "license"  # str, SPDX licence expression as written
    PURL = "purl"  # str as written
    CPE = "cpe"  # str as written
    SET = "set"  # tuple[str, ...], sorted, without duplicates


class State(IntEnum):
    """Whether a fact is known and, if not, why not.  The negative numbers are the codes in a column."""

    KNOWN = 0
    MISSING = -1  # the source does not say
    DECLARED_UNKNOWN = -2  # the source says that it does not know (NOASSERTION, "unknown")
    WITHHELD = -3  # the source says that it will not tell
    MALFORMED = -4  # the source says something that cannot be read
    CONFLICTING = -5  # sources disagree; both witnesses are kept
    STALE = -6  # older than the requirement's evidence clause allows
    UNTRUSTED = -7  # from a source below the trust, or outside the detectors, that the evidence clause asks for
    ERROR = -8  # a detector broke

    @property
    def word(self) -> str:
        """The word in results and reports."""
        return self.name.lower()


class Trust(IntEnum):
    """How far a source is believed (language, section 3)."""

    DECLARED = 0
    DERIVED = 1
    OBSERVED = 2
    SIGNED = 3


class Level(IntEnum):
    """How far a finding in a device is known to matter: each level includes those before it."""

    PRESENT = 1  # it is there
    CONFIGURED = 2  # it is set up; nothing starts it
    CONDITIONAL = 3  # it is started on a condition that is not decided
    ENABLED = 4  # the start chain leads to it
    VERIFIED = 5  # it was seen live

    @property
    def word(self) -> str:
        """The word in results and rules."""
        return self.name.lower()


class Completeness(StrEnum):
    """What is known of a collection's extent (language, section 3)."""

    ABSENT = "absent"
    CLOSED = "closed"
    OPEN = "open"
    UNSTATED = "unstated"


class FieldType(msgspec.Struct, frozen=True):
    """A kind with its details: the words of an enum (or of a set's members), and a unit for people."""

    kind: Kind
    values: tuple[str, ...] = ()
    unit: str = ""
    open_values: bool = False
    """True when the words listed are examples: other words are legal too."""

    def __str__(self) -> str:
        """The type as an author writes it."""
        if self.kind is Kind.SET:
            return f"set<{' | '.join(self.values) or 'string'}>"
        return self.kind.value
