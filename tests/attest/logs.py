"""A log in memory, with keys that everybody knows: what the tests of logs start from."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from rulewright.attest import keys
from rulewright.attest.log import note, proof, writing
from rulewright.attest.log.checkpoint import Head
from rulewright.attest.log.note import Signer, Vkey
from rulewright.attest.model import LogTrust

ORIGIN = "log.example/a"
NOW = 1_780_000_000


class Memory(dict[str, bytes]):
    """A store in memory."""

    def read(self, name: str) -> bytes | None:
        return self.get(name)

    def write(self, name: str, data: bytes) -> None:
        self[name] = data

    def names(self) -> list[str]:
        return list(self)


@cache
def signer(name: str, kind: int = note.ED25519, secret: str = "") -> Signer:
    """The key of a name; the same secret is the same key."""
    seed = hashlib.sha256((secret or name).encode()).digest()
    private: Any = (
        mldsa.MLDSA44PrivateKey.from_seed_bytes(seed)
        if kind == note.LATTICE
        else ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    )
    return Signer(note.of(name, kind, keys.of(private.public_key())), private.sign)


LOG = signer(ORIGIN)
WITNESS = signer("w1.example", note.COSIGNATURE)
LATTICE = signer("w2.example", note.LATTICE)


def entry(number: int) -> bytes:
    """An entry like any other."""
    return hashlib.sha256(b"%d" % number).digest()


def log(size: int, own: Signer = LOG, first: int = 0) -> Memory:
    """A log of some entries, all appended at once."""
    store = Memory()
    writing.begin(store, own, NOW)
    writing.append(store, [entry(first + number) for number in range(size)], own, NOW)
    return store


def grown(*sizes: int) -> Memory:
    """A log that had some sizes, one after the other."""
    store = Memory()
    writing.begin(store, LOG, NOW)
    for size in sizes:
        writing.append(store, [entry(number) for number in range(size)], LOG, NOW)
    return store


def trust(*witnesses: Vkey, quorum: int = 0, key: Vkey = LOG.vkey, origin: str = ORIGIN) -> LogTrust:
    """A log as a trust policy names it."""
    return LogTrust(origin=origin, key=str(key), witnesses=tuple(map(str, witnesses)), quorum=quorum)


def proved(store: Memory, head: Head, number: int) -> bytes:
    """The proof of an entry, as a file."""
    found = writing.proved(store, head, entry(number))
    assert found is not None
    return proof.encode(found)
