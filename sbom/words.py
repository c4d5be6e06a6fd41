"""Words that say that something is not known, and columns made of words.

Guarantees: an empty or blank text is *missing*; a text that says "unknown" is *declared unknown*; one that says
"withheld" is *withheld* (CISA 2026 asks to tell the three apart).  The lists are below and are nowhere else.
It does not judge whether a value is well-formed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar, cast

from rulewright.facts.table import Column
from rulewright.facts.types import State, Value


def _spelled(*given: str) -> frozenset[str]:
    """Each text in lower case, in capitals, and with a capital letter first."""
    return frozenset(form for word in given for form in (word, word.upper(), word.capitalize(), word.title()))


UNKNOWN = _spelled(
    "noassertion", "unknown", "(unknown)", "<unknown>", "not known", "unknown information", "undetermined"
)
"""Texts that say "we do not know".  SPDX 2.3 writes NOASSERTION; CISA 2026 asks for "unknown"."""

WITHHELD = _spelled("withheld", "redacted", "[redacted]", "<redacted>", "withheld information", "confidential")
"""Texts that say "we will not tell".  No format has a word of its own for it."""

Cell = Value | State | None
Key = TypeVar("Key", bound=Hashable)
Reader = Callable[[str], Cell]

_SPECIAL: dict[str, State] = {
    "": State.MISSING,
    **dict.fromkeys(UNKNOWN, State.DECLARED_UNKNOWN),
    **dict.fromkeys(WITHHELD, State.WITHHELD),
}


def text(raw: str) -> str | State:
    """Read a text: itself, or the state that it spells."""
    state = _SPECIAL.get(raw)
    if state is not None:
        return state
    return State.MISSING if raw.isspace() else raw


def texts(cells: Sequence[str | None]) -> Column:
    """Encode texts, `None` for missing: what `column(cells, text)` gives, without a call per distinct text."""
    index: dict[str | None, int] = dict.fromkeys(cells, 0)
    index.pop(None, None)
    given = cast("dict[str, int]", index)
    special = _SPECIAL.keys() & given.keys()
    odd = {word: _SPECIAL[word] for word in special}
    if any(map(str.isspace, given)):
        odd |= {word: State.MISSING for word in given if word.isspace()}
    values: list[Value] = [word for word in given if word not in odd] if odd else list(given)
    index = dict(zip(values, range(len(values)), strict=True))  # type: ignore[arg-type]
    index.update(odd)
    index[None] = State.MISSING
    return Column(array("i", map(index.__getitem__, cells)), values)


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
