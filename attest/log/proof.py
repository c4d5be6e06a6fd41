"""The proof that an attestation stands in a log, checked without the log.

Guarantees: a proof is taken in one form; whether it holds follows from its bytes, the entry and the trusted logs alone; a log must be
trusted under the head's own origin, by its own key; the key of a log is none of its witnesses.  It knows no time.
Source: C2SP tlog-proof; codes and their order: docs/reference/attestation.md, check 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from rulewright.attest import dsse, merkle
from rulewright.attest.encoding import to_base64
from rulewright.attest.log import checkpoint, cosign, note
from rulewright.attest.log.checkpoint import Head
from rulewright.attest.log.note import NoteError, Vkey
from rulewright.attest.model import LogTrust

FIRST = "c2sp.org/tlog-proof@v1"
HASHES = 63
"""Hashes of a proof: more, no tree has levels."""


class Proof(msgspec.Struct, frozen=True):
    """A proof as text says it: index, hashes from the leaf upwards, head; `extra` is not authenticated and means nothing here."""

    index: int
    hashes: tuple[bytes, ...]
    head: Head
    extra: bytes = b""


class Kept(msgspec.Struct, frozen=True):
    """The entry stands in the log."""

    origin: str
    index: int
    size: int


class Refused(msgspec.Struct, frozen=True):
    """It is not shown that it does: the code, and why, in one line."""

    code: str
    text: str


def entry(root: dsse.Envelope) -> bytes:
    """What is logged of an attestation: the SHA-256 of what its signatures are over.  Nothing of its content can be seen from it."""
    return sha256(root.message).digest()


def encode(proof: Proof) -> bytes:
    """The bytes of a proof."""
    extra = [f"extra {to_base64(proof.extra)}"] if proof.extra else []
    listed = (FIRST, *extra, f"index {proof.index}", *map(to_base64, proof.hashes), "", "")
    return "\n".join(listed).encode() + checkpoint.encode(proof.head)


def decode(data: bytes) -> Proof:
    """The proof in some bytes.  Raises `NoteError`."""
    above, gap, below = note.plain(data).partition("\n\n")
    listed = above.split("\n")
    if not gap or listed.pop(0) != FIRST:
        raise NoteError(f"it does not begin with `{FIRST}`")
    extra = b""
    if listed and listed[0].startswith("extra "):
        extra = note.standard(listed.pop(0)[6:])
        if not extra:
            raise NoteError("an empty `extra` is left out")
    if not listed or not listed[0].startswith("index "):
        raise NoteError("it names no index")
    if len(listed) - 1 > HASHES:
        raise NoteError(f"it has more than {HASHES} hashes")
    hashes = tuple(checkpoint.digest(line) for line in listed[1:])
    return Proof(checkpoint.number(listed[0][6:]), hashes, checkpoint.decode(below.encode()), extra)


def judge(proof: bytes, leaf: bytes, logs: Sequence[LogTrust], origin: str | None) -> Kept | Refused:
    """Whether a proof shows that an entry stands in a trusted log.

    `leaf` is the entry itself, not its hash (`entry`); `origin` the log that the root names, if it names one.
    Refused with RW4070 (form, leaf, inclusion), RW4071 (log) or RW4072 (witnesses), in the order of the procedure.
    """
    try:
        found = decode(proof)
    except NoteError as error:
        return Refused("RW4070", f"the proof is malformed: {error}")
    log = _log(found.head, logs)
    if isinstance(log, Refused):
        return log
    head = found.head
    if not merkle.included(merkle.leaf(leaf), found.index, head.size, found.hashes, head.root):
        return Refused("RW4070", "the proof does not lead from this attestation to the log's head")
    trust, key = log
    few = _few(head, trust, key)
    if few is not None:
        return few
    if origin is not None and origin != head.origin:
        return Refused("RW4071", f"the attestation names the log `{origin}`, the proof is of `{head.origin}`")
    return Kept(head.origin, found.index, head.size)


def _log(head: Head, logs: Sequence[LogTrust]) -> tuple[LogTrust, Vkey] | Refused:
    """The first trusted log of the head's origin whose key signed the head."""
    named = [trust for trust in logs if trust.origin == head.origin]
    if not named:
        return Refused("RW4071", f"`{head.origin}` is no log that is trusted")
    for trust in named:
        key = _key(trust.key)
        if key is None or key.name != trust.origin or key.type not in cosign.LOGS:
            continue
        how = cosign.standing(head, key)
        if how == "bad":
            return Refused("RW4071", "a signature under the name of the log's key does not verify")
        if how == "signed":
            return trust, key
    return Refused("RW4071", "the head was not signed by the log's key")


def _few(head: Head, trust: LogTrust, own: Vkey) -> Refused | None:
    """Why the witnesses do not do; the log's own key is none of them."""
    known = [key for key in map(_key, dict.fromkeys(trust.witnesses)) if key is not None and key.raw != own.raw]
    count, spoilt = cosign.counted(head, known)
    if spoilt:
        return Refused("RW4072", "a signature under the name of a witness's key does not verify")
    if trust.quorum < 0 or count < trust.quorum:
        return Refused("RW4072", f"{count} of the {trust.quorum} witnesses that are needed signed the head")
    return None


def _key(text: str) -> Vkey | None:
    """A verifier key; what cannot be read is nobody's key."""
    try:
        return note.vkey(text)
    except NoteError:
        return None
