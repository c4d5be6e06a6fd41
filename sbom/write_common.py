"""What all writers share: names of elements, times, tools, identity of the new document.

Guarantees: a name is given to one element only; the identity follows from the content (UUID 5 over its digest), the time
from the sources, else from the day of the run.  No clock, no dice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from types import MappingProxyType

import msgspec

from rulewright.facts.identity.dates import format_date, format_instant, parse_instant
from rulewright.facts.types import MICRO
from rulewright.sbom.write_view import Tree, View

TOOL = "rulewright"
_NAMESPACE = bytes.fromhex("b9fd8a4d92f65dc2a1a5d1b02b64a4c4")
"""The namespace of our own documents: fixed, drawn once."""
IDENTIFIERS = MappingProxyType(
    {"purl": "purl", "cpe23type": "cpe", "cpe22type": "cpe", "packageurl": "purl", "cpe23": "cpe", "cpe22": "cpe"}
)
"""Kinds of reference that only repeat a component's identifiers, and the field that holds it."""


class Note(msgspec.Struct, frozen=True):
    """A remark on the document, or on one of its components (row)."""

    text: str
    component: int | None = None


class Order(msgspec.Struct, frozen=True):
    """What to write: the facts, our version, the remarks."""

    view: View
    version: str
    notes: tuple[Note, ...] = ()
    every_name: bool = False
    """Every component gets a name, whether anything refers to it or not."""


class Names:
    """Names of the elements of one document."""

    def __init__(self, legal: Callable[[str], str]) -> None:
        self._legal = legal
        self._taken: dict[str, int] = {}
        """Names, and how often each was asked for."""

    def give(self, wanted: str) -> str:
        """The wanted name where it is legal and free, else one like it."""
        base = name = self._legal(wanted)
        number = self._taken.get(base, 0)
        while name in self._taken:
            number += 1
            name = self._legal(f"{base}-{number}")
        self._taken[base] = number if name != base else 1
        self._taken.setdefault(name, 1)
        return name

    def given(self) -> Iterable[str]:
        """All names so far."""
        return self._taken


def wanted(view: View, row: int) -> str:
    """How a component calls itself: its reference, package URL, or name and version."""
    texts = (view.text("component", field, row) for field in ("id", "purl"))
    found = next((text for text in texts if text), None)
    if found:
        return found
    name, version = (view.text("component", field, row) or "" for field in ("name", "version"))
    return f"{name}@{version}" if version else name or f"component-{row + 1}"


def uuid(tree: Tree) -> str:
    """The identity of a content: UUID 5 of its digest."""
    digest = hashlib.sha256(msgspec.json.encode(tree, order="deterministic")).digest()
    raw = bytearray(hashlib.sha1(_NAMESPACE + digest, usedforsecurity=False).digest()[:16])
    raw[6], raw[8] = raw[6] & 0x0F | 0x50, raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def instant(view: View) -> str:
    """The time of the document, in UTC: the latest of its sources, else the day of the run."""
    rows = view.rows("document")
    stated = [parse_instant(text) for row in rows if (text := view.text("document", "timestamp_text", row))]
    known = [moment for moment in stated if moment is not None]
    return format_instant(max(known)) if known else midnight(view.as_of)


def stamp(view: View) -> str:
    """The same as its one source writes it, where it is a date-time of RFC 3339."""
    rows = view.rows("document")
    if len(rows) == 1 and view.flag("document", "timestamp_rfc3339", 0):
        return view.text("document", "timestamp_text", 0) or instant(view)
    return instant(view)


def midnight(day: int) -> str:
    """The beginning of a day."""
    return f"{format_date(day)}T00:00:00Z"


def tools(view: View) -> list[tuple[str, str | None]]:
    """Names and versions of the tools that made the sources, sorted; ours is not among them."""
    found: set[tuple[str, str | None]] = set()
    for row in view.rows("document"):
        names = (view.text("document", "tool_name", row) or "").split(", ")
        versions = (view.text("document", "tool_version", row) or "").split(", ")
        fit = len(names) == len(versions)
        found.update((name, (versions[i] or None) if fit else None) for i, name in enumerate(names) if name)
    return sorted(found - {(TOOL, None)}, key=lambda tool: (tool[0], tool[1] or ""))


def first(view: View, field: str, unknown: str = "unknown") -> str | None:
    """What the first document that says something says of itself."""
    texts = (view.text("document", field, row, unknown) for row in view.rows("document"))
    return next((text for text in texts if text is not None), None)


def contexts(view: View) -> list[str]:
    """Life-cycle phases of all sources."""
    rows = view.rows("document")
    return sorted({word for row in rows for word in view.words("document", "generation_context", row)})


def sources(view: View) -> list[str]:
    """The documents that the facts come from: name and digest."""
    listed = {f"{source.name} sha256:{source.sha256}" for source in view.facts.product.sources}
    return sorted(listed)


def decimal(millionths: int) -> float | int:
    """A number of millionths as JSON writes it; the shortest text that reads back as the same."""
    whole, rest = divmod(millionths, MICRO)
    return whole if not rest else float(f"{whole}.{rest:06}")


def filled(pairs: Iterable[tuple[str, object]]) -> Tree:
    """A mapping without what has no value."""
    return {key: value for key, value in pairs if value is not None and (value or not isinstance(value, list | dict))}
