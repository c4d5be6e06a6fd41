"""The fields of an OpenVEX document, every one optional: readers do not judge.

Guarantees: every field of versions 0.0.x and 0.2.0 is here.  It has no meaning of its own (`openvex`).
"""

from __future__ import annotations

from msgspec import Raw, Struct, field


class Identifiers(Struct, gc=False):
    """Names of software by kind."""

    purl: str | None = None
    cpe22: str | None = None
    cpe23: str | None = None


class Part(Struct, gc=False):
    """A subcomponent."""

    id: str | None = field(default=None, name="@id")
    identifiers: Identifiers | None = None
    hashes: dict[str, str] | None = None
    supplier: str | None = None


class Named(Part, gc=False):
    """A product with the subcomponents that a statement is about."""

    subcomponents: list[Part] | None = None


class Vulnerability(Struct, gc=False):
    """A vulnerability by its names."""

    id: str | None = field(default=None, name="@id")
    name: str | None = None
    description: str | None = None
    aliases: list[str] | None = None


class Said(Struct, gc=False):
    """One statement."""

    id: str | None = field(default=None, name="@id")
    version: int | str | None = None
    vulnerability: Vulnerability | str | None = None
    vuln_description: str | None = None
    timestamp: str | None = None
    last_updated: str | None = None
    products: list[Named | str] | None = None
    subcomponents: Raw | None = None
    status: str | None = None
    supplier: str | None = None
    status_notes: str | None = None
    justification: str | None = None
    impact_statement: str | None = None
    impact_statement_timestamp: str | None = None
    action_statement: str | None = None
    action_statement_timestamp: str | None = None


class Vex(Struct, gc=False):
    """The document."""

    context: str | None = field(default=None, name="@context")
    id: str | None = field(default=None, name="@id")
    author: str | None = None
    role: str | None = None
    author_role: str | None = None
    timestamp: str | None = None
    last_updated: str | None = None
    version: int | str | None = None
    tooling: str | None = None
    supplier: str | None = None
    statements: list[Said] | None = None
