"""People, organisations and tools as SPDX 2 writes them: `Organization: Acme (psirt@acme.example)`.

Guarantees: NOASSERTION is declared unknown, "anonymous" (which clause 6.8 allows) is withheld; a text without a prefix
is taken as a name and is a finding of the semantic judge.  It checks no address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rulewright.facts.types import State
from rulewright.sbom import words

_PARTY = re.compile(
    r"\s*(?:(Person|Organization|Tool)\s*:)?\s*(.*?)\s*(?:\(\s*([^()]*?)\s*\))?\s*\Z", re.DOTALL | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Party:
    """`kind` is `person`, `organization`, `tool` or, without a prefix, empty."""

    kind: str
    name: str | State
    contact: str | None


def parse(raw: str) -> Party:
    """Read one party."""
    found = _PARTY.match(raw)
    if found is None:
        return Party("", words.text(raw), None)
    kind = (found[1] or "").lower()
    name = words.text(found[2])
    if isinstance(name, str) and name.lower() == "anonymous":
        name = State.WITHHELD
    contact = found[3] if found[3] and ("@" in found[3] or "://" in found[3]) else None
    if found[3] and contact is None and kind != "tool":
        name = words.text(raw.partition(":")[2].strip() if kind else raw.strip())
    return Party(kind, name, contact)


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
