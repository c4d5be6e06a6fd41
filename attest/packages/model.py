"""What a package of rules says of itself, as typed data: manifest, statement, lock, index.

Guarantees: unknown members are refused, so nothing goes unread; each document has one form (RFC 8785); names of packs, editions,
files and keys have one spelling.  Digests are SHA-256 in 64 hexadecimal digits.  Meaning: docs/reference/packages.md.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Literal, TypeVar

import msgspec

from rulewright.attest.canonical import NotAdmissibleError, canonical, dump
from rulewright.attest.encoding import is_sha256

PREDICATE = "urn:rulewright:pack:v1"
"""The type of the statement about a package, and what a rule of a trust policy names to speak of packages."""
RULES = (".rw", ".rw.json")
"""How the rule files of a pack end: rule text, and the same in the JSON form."""
MANIFEST = "pack.json"
"""The member of an archive that lists all others."""
SOURCE = "rulewright-pack.toml"
"""The manifest as its author writes it."""
LIST = 2 * 1024 * 1024
"""Bytes of a manifest, lock or index."""
FILES = 4_000
"""Files of a package."""
DEPENDENCIES = 256
"""Dependencies of a package, packs of a lock."""
WORDS = 1_000
"""Characters of a title, publisher or address."""
_PACK = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_EDITION = re.compile(r"[0-9A-Za-z]+(?:[._][0-9A-Za-z]+)*")
_PARTS = re.compile(r"[0-9]+|[a-z]+")


class PackageError(ValueError):
    """This is no such thing, or it does not hold; `code` is that of the diagnostic, `name` the file that it is about."""

    def __init__(self, code: str, message: str, name: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.name = name


class _Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all of them have in common."""


class Dependency(_Document, frozen=True, kw_only=True):
    """A pack that this one needs: exactly this edition, these bytes, signed by this key (empty: nobody in particular)."""

    name: str
    edition: str
    sha256: str
    signer: str


class File(_Document, frozen=True, kw_only=True):
    """A file of the pack under the name that its author gave it; the member of the archive is that name in lower case."""

    name: str
    size: int
    sha256: str


class Module(_Document, frozen=True, kw_only=True):
    """A standard, policy or vocabulary, and the file that holds it."""

    kind: Literal["standard", "policy", "vocabulary"]
    id: str
    edition: str
    file: str


class Uses(_Document, frozen=True, kw_only=True):
    """A module that the pack was compiled with and does not hold: from which pack (`rulewright`: shipped), and its text's digest."""

    id: str
    edition: str
    origin: str
    sha256: str


class Tested(_Document, frozen=True, kw_only=True):
    """What was run before the package was written: the tests of its rule files, all of which passed."""

    run: bool
    passed: int


class Manifest(_Document, frozen=True, kw_only=True):
    """The manifest in the archive.  Lists are sorted; every other member of the archive is in `files`."""

    format: Literal["rulewright-pack/1"] = "rulewright-pack/1"
    name: str
    edition: str
    title: str
    publisher: str
    license: str
    language: str
    changelog: str
    dependencies: tuple[Dependency, ...]
    files: tuple[File, ...]
    modules: tuple[Module, ...]
    uses: tuple[Uses, ...]
    tests: Tested


class Subject(_Document, frozen=True, kw_only=True):
    """The archive that a statement is about."""

    name: str
    digest: dict[str, str]


class Said(_Document, frozen=True, kw_only=True):
    """What a signer says of an archive: what it is called."""

    name: str
    edition: str
    publisher: str
    license: str


class Statement(_Document, frozen=True, kw_only=True, rename={"kind": "_type", "predicate_type": "predicateType"}):
    """An in-toto Statement v1 about one package."""

    kind: Literal["https://in-toto.io/Statement/v1"] = "https://in-toto.io/Statement/v1"
    subject: tuple[Subject]
    predicate_type: Literal["urn:rulewright:pack:v1"] = "urn:rulewright:pack:v1"
    predicate: Said


class Locked(_Document, frozen=True, kw_only=True):
    """A pack that a project uses; `source` is where it came from, `signers` are the keys that were found good then."""

    name: str
    edition: str
    sha256: str
    signature: str | None
    source: str
    signers: tuple[str, ...]
    dependencies: tuple[Dependency, ...]


class Lock(_Document, frozen=True, kw_only=True):
    """What a project uses, sorted by name, one edition each."""

    format: Literal["rulewright-lock/1"] = "rulewright-lock/1"
    packs: tuple[Locked, ...]


class Entry(_Document, frozen=True, kw_only=True):
    """A package in an index: `file` lies beside the index; `signature` is the digest of `file` + `.sig.json`, if there is one."""

    name: str
    edition: str
    file: str
    size: int
    sha256: str
    signature: str | None
    signers: tuple[str, ...]
    dependencies: tuple[Dependency, ...]


class Index(_Document, frozen=True, kw_only=True):
    """The packages of a folder or web folder, sorted by name and edition."""

    format: Literal["rulewright-index/1"] = "rulewright-index/1"
    packs: tuple[Entry, ...]


_T = TypeVar("_T", bound=_Document)


def encode(document: _Document) -> bytes:
    """A document in its one form."""
    return dump(msgspec.to_builtins(document))


def decode(data: bytes, kind: type[_T], code: str, what: str) -> _T:
    """A document of a kind from its one form.  Raises `PackageError` with `code`."""
    try:
        made = msgspec.convert(canonical(data, LIST), kind)
    except (NotAdmissibleError, msgspec.ValidationError) as error:
        raise PackageError(code, f"the {what} is not taken: {error}") from None
    if encode(made) != data:
        raise PackageError(code, f"the {what} lacks a member that is always there, or has one that never is")
    return made


def is_pack(name: str) -> bool:
    """Whether a name of a pack is in its one form: lower-case words, joined by `.`, `-` or `_`; at most 64 characters."""
    return len(name) <= 64 and _PACK.fullmatch(name) is not None


def is_edition(text: str) -> bool:
    """Whether an edition is in its one form: letters and digits, joined by `.` or `_`; at most 32 characters.

    A `-` stands before it in the name of the archive, and nowhere in it: so two packs never share a file.
    """
    return len(text) <= 32 and _EDITION.fullmatch(text) is not None


def order(edition: str) -> tuple[tuple[int, int, str], ...]:
    """A sorting key of editions: numbers by value, and a word (`2.0.rc1`), whatever its case, before what has none (`2.0`).

    Two spellings with one key are one edition.
    """
    parts = [(2, int(part), "") if part.isdecimal() else (0, 0, part) for part in _PARTS.findall(edition.lower())]
    numbers = list(takewhile(lambda part: part[0] == 2, parts))
    rest = parts[len(numbers) :]
    while numbers and numbers[-1] == (2, 0, ""):
        numbers.pop()
    return (*numbers, *rest, (1, 0, ""))


def filename(name: str, edition: str) -> str:
    """What the archive of a pack is called."""
    return f"{name}-{edition}.rwpack"


def flaws(found: Dependency) -> str:
    """What is wrong with the form of a dependency; empty where nothing is."""
    if not is_pack(found.name):
        return f"`{found.name}` is no name of a pack: lower-case words, joined by `.`, `-` or `_`"
    if not is_edition(found.edition):
        return f"`{found.edition}` is no exact edition: letters and digits, joined by `.` or `_`"
    if not is_sha256(found.sha256):
        return f"the SHA-256 of `{found.name}` is not 64 hexadecimal digits in lower case"
    if found.signer and not is_sha256(found.signer):
        return f"the signer of `{found.name}` is no id of a key: 64 hexadecimal digits in lower case"
    return ""
