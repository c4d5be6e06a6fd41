"""People, organisations and tools as SPDX 2 writes them: `Organization: Acme (psirt@acme.example)`.

Guarantees: NOASSERTION is declared unknown, "anonymous" (which clause 6.8 allows) is withheld; a text without a prefix
is taken as a name and is a finding of the semantic judge.  It checks no address.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rulewright.facts.types import State
from rulewright.sbom import words

_KINDS = ("person", "organization", "tool")


class Party(msgspec.Struct, frozen=True):
    """`kind` is `person`, `organization`, `tool` or, without a prefix or for an agent of no kind, empty."""

    kind: str = ""
    name: str | State = State.MISSING
    contact: str | None = None


def parse(raw: str) -> Party:
    """Read one party."""
    head, colon, tail = raw.partition(":")
    kind = head.strip().lower() if colon else ""
    text = (tail if kind in _KINDS else raw).strip()
    kind = kind if kind in _KINDS else ""
    name, address = _cut(text)
    read = words.text(name)
    if isinstance(read, str) and read.lower() == "anonymous":
        read = State.WITHHELD
    return Party(kind, read, address)


def creators(tools: Sequence[tuple[str, str | None]], authors: Sequence[Party]) -> dict[str, words.Cell]:
    """The document's cells on its author, contact and tools; a tool is a name and a version."""
    cells: dict[str, words.Cell] = {"tool_name": ", ".join(name for name, _ in tools) or None}
    versions = [version for _, version in tools]
    if versions and all(versions):
        cells["tool_version"] = ", ".join(v for v in versions if v)
    names = [p.name for p in authors if isinstance(p.name, str)]
    states = [p.name for p in authors if isinstance(p.name, State)]
    cells["author"] = ", ".join(names) or next(iter(states), None)
    cells["author_contact"] = next((p.contact for p in authors if p.contact), None)
    kinds = {p.kind or "unknown" for p in authors if isinstance(p.name, str)}
    if kinds:
        cells["author_kind"] = kinds.pop() if len(kinds) == 1 else "unknown"
    return cells


def _cut(text: str) -> tuple[str, str | None]:
    """Cut an address in brackets from the end of a name; brackets that hold none are part of the name."""
    if text.endswith(")"):
        name, opened, address = text[:-1].rpartition("(")
        address = address.strip()
        if opened and ("@" in address or "://" in address):
            return name.strip(), address
        if opened and not address:
            return name.strip(), None
    return text, None


def name(raw: str) -> words.Cell:
    """The name alone."""
    return parse(raw).name


def contact(raw: str) -> words.Cell:
    """The address alone."""
    party = parse(raw)
    if party.contact is None:
        return party.name if isinstance(party.name, State) else None
    return party.contact


def tool(raw: str) -> tuple[str, str | None]:
    """Name and version of a tool: the version stands behind the last hyphen (clause 6.8) and has a digit in it."""
    head, _, tail = raw.rpartition("-")
    if head and any(c.isdigit() for c in tail):
        return head, tail
    name, _, version = raw.rpartition(" ")
    if name and version[:1].isdigit():
        return name, version
    return raw, None
