"""Words that say that something is not known, and columns made of words.

Guarantees: an empty or blank text is *missing*; a text that says "unknown" is *declared unknown*; one that says
"withheld" is *withheld* (CISA 2026 asks to tell the three apart).  The lists are below and are nowhere else.
It does not judge whether a value is well-formed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from rulewright.facts.table import Column
from rulewright.facts.types import State, Value

UNKNOWN = frozenset({
    "noassertion", "unknown", "(unknown)", "<unknown>", "not known", "unknown-information", "unknown information",
    "undetermined",
})
"""Texts (case folded) that say "we do not know".  SPDX 2.3 writes NOASSERTION; CISA 2026 asks for "unknown"."""

WITHHELD = frozenset({
    "withheld", "redacted", "[redacted]", "<redacted>", "withheld-information", "withheld information", "confidential",
})
"""Texts (case folded) that say "we will not tell".  No format has a word of its own for it."""

Cell = Value | State | None
Key = TypeVar("Key", bound=Hashable)

_LONGEST = max(map(len, UNKNOWN | WITHHELD))


def text(raw: str) -> str | State:
    """Read a text: itself, or the state that it spells."""
    if len(raw) <= _LONGEST + 2:
        folded = raw.strip().casefold()
        if not folded:
            return State.MISSING
        if folded in UNKNOWN:
            return State.DECLARED_UNKNOWN
        if folded in WITHHELD:
            return State.WITHHELD
    elif raw.isspace():
        return State.MISSING
    return raw


def underscored(raw: str) -> str | State:
    """Read a word of an enumeration; ours have underscores where CycloneDX has hyphens."""
    return raw.replace("-", "_") if raw.strip() else State.MISSING


def column(cells: Sequence[Key | None], read: Callable[[Key], Cell]) -> Column:
    """Encode cells, reading each *distinct* one once; `None` is missing."""
    index: dict[Key | None, int] = dict.fromkeys(cells, 0)
    index.pop(None, None)
    codes: dict[tuple[bool, Value], int] = {}
    values: list[Value] = []
    for raw in index:
        value = read(raw) if raw is not None else None
        if value is None:
            index[raw] = State.MISSING
        elif isinstance(value, State):
            index[raw] = value
        else:
            code = codes.setdefault((isinstance(value, bool), value), len(values))
            if code == len(values):
                values.append(value)
            index[raw] = code
    index[None] = State.MISSING
    return Column(array("i", map(index.__getitem__, cells)), values)


def same(value: Key) -> Key:
    """Read nothing into a value."""
    return value
