"""Signed notes and verifier keys, strictly: one text for one value, bounded.

Guarantees: a note is UTF-8 without control characters but newlines, its text ends before its last empty line, every signature line has
the one form, base64 is that of RFC 4648 section 4 without surplus; a verifier key's id is the one that its name, type and key
give.  It verifies nothing: what a signature is over depends on its type (`cosign`).
Source: C2SP signed-note.  Types: 0x01 Ed25519, 0x04 Ed25519 cosignature, 0x06 ML-DSA-44 cosignature (C2SP tlog-cosignature).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

from rulewright.attest import limits
from rulewright.attest.encoding import NotEncodedError, from_base64, to_base64
from rulewright.attest.keys import Algorithm, PublicKey

ED25519, COSIGNATURE, LATTICE = 0x01, 0x04, 0x06
"""The types of signatures that are known here."""
_SPACES = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NAME = re.compile(rf"[^+{_SPACES}]+")
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_LINE = re.compile(rf"— ([^+{_SPACES}]+) ([A-Za-z0-9+/]+={{0,2}})")
_VKEY = re.compile(rf"([^+{_SPACES}]+)\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]+={{0,2}})")
_SPKI: Mapping[int, tuple[Algorithm, bytes, int]] = MappingProxyType(
    {
        ED25519: ("ed25519", bytes.fromhex("302a300506032b6570032100"), 32),
        COSIGNATURE: ("ed25519", bytes.fromhex("302a300506032b6570032100"), 32),
        LATTICE: ("ml-dsa-44", bytes.fromhex("30820532300b060960864801650304031103820521" + "00"), 1312),
    }
)
"""By type: the algorithm, what stands before the key in a SubjectPublicKeyInfo, and the key's length."""


class NoteError(ValueError):
    """This is no such text; the message says why, in one line."""


class Line(NamedTuple):
    """A signature line: the name and id of its key, and the bytes after the id."""

    name: str
    id: bytes
    data: bytes


class Note(NamedTuple):
    """A text, with its last newline, and its signatures in their order."""

    text: str
    lines: tuple[Line, ...]


class Vkey(NamedTuple):
    """A verifier key: the name of who signs, the type of the signatures, and the key as bytes."""

    name: str
    type: int
    raw: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that signature lines name the key by."""
        return sha256(b"%b\n%c%b" % (self.name.encode(), self.type, self.raw)).digest()[:4]

    @property
    def public(self) -> PublicKey:
        """The key as one of `keys`."""
        algorithm, before, _ = _SPKI[self.type]
        return PublicKey(algorithm, before + self.raw)

    def __str__(self) -> str:
        """The verifier key as text."""
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.type]) + self.raw)}"


class Signer(NamedTuple):
    """A private key behind a function, and the verifier key that goes with it."""

    vkey: Vkey
    sign: Callable[[bytes], bytes]


def named(name: str) -> bool:
    """Whether a text can be the name of a key: not empty, no spaces of Unicode, no plus, nothing that a note cannot hold."""
    return _NAME.fullmatch(name) is not None and not _CONTROL.search(name.encode("utf-8", "surrogatepass"))


def standard(text: str) -> bytes:
    """The bytes of standard base64 with padding, in its one form.  Raises `NoteError`."""
    if "-" in text or "_" in text:
        raise NoteError("it is not standard base64")
    try:
        return from_base64(text)
    except NotEncodedError as error:
        raise NoteError(str(error)) from None


def vkey(text: str) -> Vkey:
    """A verifier key from its text.  Raises `NoteError`."""
    found = _VKEY.fullmatch(text) if len(text) <= limits.SIGNATURE else None
    if found is None:
        raise NoteError("a verifier key is written NAME+ID+KEY, the id as 8 hexadecimal digits, the key in base64")
    data = standard(found[3])
    if not data or data[0] not in _SPKI:
        raise NoteError("the verifier key is of a type that is not known: Ed25519 is 1, cosignatures are 4 and 6")
    if len(data) - 1 != _SPKI[data[0]][2]:
        raise NoteError("the verifier key has not the length of its type")
    made = Vkey(found[1], data[0], data[1:])
    if made.id.hex() != found[2] or not named(made.name):
        raise NoteError("the id of the verifier key is not the one of its name and key")
    return made


def of(name: str, kind: int, key: PublicKey) -> Vkey:
    """The verifier key of a public key under a name, for signatures of a type.  Raises `NoteError`."""
    if not named(name):
        raise NoteError("a name is not empty and has no spaces and no `+`")
    algorithm, before, length = _SPKI[kind]
    if key.algorithm != algorithm or len(key.der) != len(before) + length:
        raise NoteError("the key does not fit the type: 1 and 4 are Ed25519, 6 is ML-DSA-44")
    return Vkey(name, kind, key.der[len(before) :])


def plain(data: bytes) -> str:
    """The text of bytes that a note can hold.  Raises `NoteError`."""
    if len(data) > limits.NOTE:
        raise NoteError(f"it has more than {limits.NOTE:,} bytes")
    if _CONTROL.search(data):
        raise NoteError("it holds a control character")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError("it is not UTF-8") from None


def decode(data: bytes) -> Note:
    """The note in some bytes.  Raises `NoteError`."""
    text = plain(data)
    above, gap, below = text.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise NoteError("it has no signatures after an empty line, or is cut off")
    return Note(above + "\n", lines(below))


def lines(text: str) -> tuple[Line, ...]:
    """Signature lines, each with its newline: those of a note, or a witness's answer.  Raises `NoteError`."""
    listed = text.split("\n")
    if listed.pop() or not listed:
        raise NoteError("the last signature line is cut off")
    if len(listed) > limits.SIGNATURES:
        raise NoteError(f"it has more than {limits.SIGNATURES} signatures")
    return tuple(map(_line, listed))


def _line(text: str) -> Line:
    found = _LINE.fullmatch(text)
    if found is None:
        raise NoteError("a signature line is not a dash, the name of a key and base64")
    data = standard(found[2])
    if not 4 < len(data) <= limits.SIGNATURE:
        raise NoteError("a signature is empty or too long")
    return Line(found[1], data[:4], data[4:])


def encode(note: Note) -> bytes:
    """The bytes of a note."""
    return f"{note.text}\n{written(note.lines)}".encode()


def written(listed: tuple[Line, ...]) -> str:
    """Signature lines as text."""
    return "".join(f"— {line.name} {to_base64(line.id + line.data)}\n" for line in listed)
