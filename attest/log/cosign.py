"""Who signed a head: what the signatures of each type are over, making them, and when a witness may.

Guarantees: a key signs once however many lines it has; of a known key every line must verify, else the key has not signed and the
head is not to be used (signed-note: such a note is malformed); a witness signs nothing that contradicts, or is older than, what it
signed before.  A time in a cosignature is told and judged nowhere.  The clock and the last head seen come from outside.
Source: C2SP tlog-cosignature and tlog-witness (`add-checkpoint`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from rulewright.attest import merkle
from rulewright.attest.encoding import to_base64
from rulewright.attest.keys import PublicKey
from rulewright.attest.log import checkpoint, note
from rulewright.attest.log.checkpoint import Head
from rulewright.attest.log.note import COSIGNATURE, ED25519, LATTICE, Line, NoteError, Signer, Vkey

Standing = Literal["signed", "bad", "absent"]
LOGS, WITNESSES = frozenset({ED25519, LATTICE}), frozenset({COSIGNATURE, LATTICE})
"""Which types a log's key has, and which a witness's."""
_LAST = 2**63 - 1


class Refusal(NamedTuple):
    """Why a witness does not sign, or a text cannot be used: a code and one line."""

    code: str
    text: str


def message(vkey: Vkey, head: Head, seconds: int) -> bytes | None:
    """What a key signs of a head, at a time where its type has one; `None` where the type cannot sign such a head.

    ML-DSA-44 does not cover further lines, so a head with such lines is not taken as signed by it.
    """
    if vkey.type == ED25519:
        return head.text.encode()
    if vkey.type == COSIGNATURE:
        return f"cosignature/v1\ntime {seconds}\n{head.text}".encode()
    name, origin = vkey.name.encode(), head.origin.encode()
    if len(name) > 255 or len(origin) > 255 or head.more:
        return None
    return b"".join(
        (
            b"subtree/v1\n\x00",
            bytes([len(name)]) + name,
            seconds.to_bytes(8),
            bytes([len(origin)]) + origin,
            bytes(8),
            head.size.to_bytes(8),
            head.root,
        )
    )


def sign(head: Head, signer: Signer, seconds: int) -> Line:
    """A signature line; `seconds` since 1970 count only for cosignatures.  Raises `NoteError`."""
    told = message(signer.vkey, head, seconds)
    if told is None or not 0 < seconds <= _LAST:
        raise NoteError("the names are longer than 255 bytes, or the time is none")
    timed = b"" if signer.vkey.type == ED25519 else seconds.to_bytes(8)
    data = timed + signer.sign(told)
    if not _holds(head, signer.vkey, data):
        raise NoteError("what was signed does not verify with the public key")
    return Line(signer.vkey.name, signer.vkey.id, data)


def standing(head: Head, vkey: Vkey) -> Standing:
    """Whether a key signed a head: `bad` where a line of its name and id does not verify."""
    own = [line.data for line in head.lines if (line.name, line.id) == (vkey.name, vkey.id)]
    if not own:
        return "absent"
    return "signed" if all(_holds(head, vkey, data) for data in own) else "bad"


def _holds(head: Head, vkey: Vkey, data: bytes) -> bool:
    seconds, signature = (0, data) if vkey.type == ED25519 else (int.from_bytes(data[:8]), data[8:])
    told = message(vkey, head, seconds) if seconds <= _LAST else None
    return (
        told is not None
        and len(signature) == (2420 if vkey.type == LATTICE else 64)
        and _verifies(vkey.public, signature, told)
    )


def _verifies(key: PublicKey, signature: bytes, told: bytes) -> bool:
    """Verify; where the library does not know the algorithm, nothing is verified."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return key.verifies(signature, told)
    except UnsupportedAlgorithm:
        return False


def counted(head: Head, witnesses: Iterable[Vkey]) -> tuple[int, bool]:
    """How many distinct keys of some witnesses signed a head, and whether a line of one of them does not verify."""
    stood = [(vkey.raw, standing(head, vkey)) for vkey in witnesses if vkey.type in WITNESSES]
    return len({raw for raw, how in stood if how == "signed"}), any(how == "bad" for _, how in stood)


def request(old: int, proof: Sequence[bytes], head: Head) -> bytes:
    """The body of `add-checkpoint`: the size that a witness saw last, the consistency proof from there, the head."""
    listed = "".join(f"{to_base64(item)}\n" for item in proof)
    return f"old {old}\n{listed}\n".encode() + checkpoint.encode(head)


def asked(data: bytes) -> tuple[int, list[bytes], Head]:
    """Size, proof and head of an `add-checkpoint` body.  Raises `NoteError`."""
    text = note.plain(data)
    above, gap, below = text.partition("\n\n")
    listed = above.split("\n")
    if not gap or not listed[0].startswith("old ") or len(listed) > 64:
        raise NoteError("it does not begin with `old`, a size, and at most 63 hashes")
    head = checkpoint.decode(below.encode())
    return checkpoint.number(listed[0][4:]), [checkpoint.digest(item) for item in listed[1:]], head


def refusal(head: Head, log: Sequence[Vkey], seen: Head | None, old: int, proof: Sequence[bytes]) -> Refusal | None:
    """Why a witness that saw a head of this log last must not sign this one; `None` where it may (tlog-witness, `add-checkpoint`)."""
    known = [vkey for vkey in log if vkey.name == head.origin and vkey.type in LOGS]
    if not known:
        return Refusal("RW4071", "no key of this log is known: its name is not the head's origin")
    signed = {standing(head, vkey) for vkey in known}
    if "bad" in signed or "signed" not in signed:
        return Refusal("RW4071", "the log's key did not sign this head")
    if not head.size and head.root != merkle.root(()):
        return Refusal("RW4074", "the head of an empty log has another root than that of nothing")
    if seen is None or not seen.size:
        told = "no head of this log with entries was seen before, so the proof must be the empty one from nothing"
        return Refusal("RW4070", told) if old or proof else None
    return contradiction(head, seen, old, proof)


def contradiction(head: Head, seen: Head, old: int, proof: Sequence[bytes]) -> Refusal | None:
    """Whether a head goes on from one that was seen."""
    if head.size < seen.size:
        return Refusal("RW4074", f"the log had {seen.size:,} entries when it was seen last, and now {head.size:,}")
    if head.size == seen.size and head.root != seen.root:
        return Refusal("RW4074", f"two heads of {head.size:,} entries have different roots")
    if old != seen.size:
        return Refusal("RW4070", f"the proof is from {old:,} entries; the head seen last has {seen.size:,}")
    if not merkle.consistent(seen.size, head.size, seen.root, head.root, proof):
        return Refusal("RW4074", "the head does not go on from the one that was seen last")
    return None
