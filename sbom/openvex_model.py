"""The fields of an OpenVEX document, every one optional: readers do not judge.

Guarantees: every field of versions 0.0.x and 0.2.0 is here.  It has no meaning of its own (`openvex`).
"""

from __future__ import annotations

from msgspec import Raw, Struct, field


class Identifiers(Struct, gc=False, omit_defaults=True):
    """Names of software by kind."""

    purl: str | None = None
    cpe22: str | None = None
    cpe23: str | None = None


class Hashes(Struct, gc=False, omit_defaults=True):
    """Hash values by algorithm; the fields' names in the document are those of the schema."""

    md5: str | None = None
    sha1: str | None = None
    sha_256: str | None = field(default=None, name="sha-256")
    sha_384: str | None = field(default=None, name="sha-384")
    sha_512: str | None = field(default=None, name="sha-512")
    sha3_224: str | None = field(default=None, name="sha3-224")
    sha3_256: str | None = field(default=None, name="sha3-256")
    sha3_384: str | None = field(default=None, name="sha3-384")
    sha3_512: str | None = field(default=None, name="sha3-512")
    blake2s_256: str | None = field(default=None, name="blake2s-256")
    blake2b_256: str | None = field(default=None, name="blake2b-256")
    blake2b_512: str | None = field(default=None, name="blake2b-512")


class Part(Struct, gc=False, omit_defaults=True):
    """A subcomponent."""

    id: str | None = field(default=None, name="@id")
    identifiers: Identifiers | None = None
    hashes: Hashes | None = None
    supplier: str | None = None


class Named(Part, gc=False, omit_defaults=True):
    """A product with the subcomponents that a statement is about."""

    subcomponents: list[Part] | None = None


class Vulnerability(Struct, gc=False, omit_defaults=True):
    """A vulnerability by its names."""

    id: str | None = field(default=None, name="@id")
    name: str | None = None
    description: str | None = None
    aliases: list[str] | None = None


class Said(Struct, gc=False, omit_defaults=True):
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


class Vex(Struct, gc=False, omit_defaults=True):
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
