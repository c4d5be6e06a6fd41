"""Words that say that something is not known, and columns made of words.

Guarantees: an empty or blank text is *missing*; a text that says "unknown" is *declared unknown*; one that says
"withheld" is *withheld* (CISA 2026 asks to tell the three apart).  The lists are below and are nowhere else.
It does not judge whether a value is well-formed.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from itertools import count
from typing import Generic, TypeVar, cast

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


_READY: dict[str | None, int] = {None: State.MISSING, **dict(_SPECIAL.items())}
"""Codes of the cells that are no values."""


class Encoder(Generic[Key]):
    """Encodes cells that come in several lots; each *distinct* one is read once, `None` is missing.

    The look-up is what makes a code on first sight, so that a cell costs one look-up and a text is hashed once.
    """

    def __init__(self, read: Callable[[Key], Cell]) -> None:
        self.codes = array("i")
        self._texts = cast("object", read) is text
        self._index: dict[Key, int] = cast(
            "dict[Key, int]", defaultdict(count().__next__, _READY) if self._texts else _Read(read)
        )

    def add(self, cells: Iterable[Key | None]) -> None:
        """Encode some more cells."""
        self.codes.extend(map(cast("dict[Key | None, int]", self._index).__getitem__, cells))

    def column(self) -> Column:
        """All cells so far."""
        if isinstance(self._index, _Read):
            return Column(self.codes, self._index.values_read)
        values = cast("list[Value]", list(self._index)[len(_READY) :])
        return _without_blanks(Column(self.codes, values))


class _Read(dict[Key | None, int]):
    """Codes by cell; a cell that is looked up for the first time is read."""

    __slots__ = ("codes", "read", "values_read")

    def __init__(self, read: Callable[[Key], Cell]) -> None:
        super().__init__({None: State.MISSING})
        self.read = read
        self.codes: dict[tuple[bool, Value], int] = {}
        self.values_read: list[Value] = []

    def __missing__(self, raw: Key) -> int:
        value = self.read(raw)
        if value is None:
            code: int = State.MISSING
        elif isinstance(value, State):
            code = value
        else:
            code = self.codes.setdefault((isinstance(value, bool), value), len(self.values_read))
            if code == len(self.values_read):
                self.values_read.append(value)
        self[raw] = code
        return code


def _without_blanks(column: Column) -> Column:
    """Take blank texts, which are missing, out of the values."""
    values = cast("list[str]", column.values)
    if not any(map(str.isspace, values)):
        return column
    kept = [word for word in values if not word.isspace()]
    place = dict(zip(kept, range(len(kept)), strict=True))
    codes = [place.get(word, State.MISSING) for word in values] + list(range(-8, 0))
    return Column(array("i", map(codes.__getitem__, column.codes)), cast("list[Value]", kept))


def texts(cells: Iterable[str | None]) -> Column:
    """Encode texts, `None` for missing."""
    return column(cells, text)


def underscored(raw: str) -> str | State:
    """Read a word of an enumeration; ours have underscores where CycloneDX has hyphens."""
    return raw.replace("-", "_") if raw.strip() else State.MISSING


def column(cells: Iterable[Key | None], read: Callable[[Key], Cell]) -> Column:
    """Encode cells, reading each *distinct* one once; `None` is missing."""
    encoder = Encoder(read)
    encoder.add(cells)
    return encoder.column()


def same(value: Key) -> Key:
    """Read nothing into a value."""
    return value
