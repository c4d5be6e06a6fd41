"""Envelopes: DSSE 1.0.2 with several signatures, over bytes, strictly.

Guarantees: what is signed is PAE(type, payload) with lengths in bytes; key ids are hints and decide nothing; base64 has one form
(either alphabet); other members, repeated members and more than `limits.SIGNATURES` signatures are refused.  It knows no keys and
judges no signature: `Envelope.message` is what to verify.
Source: the DSSE specification, protocol.md and envelope.md, version 1.0.2.
"""

from __future__ import annotations

import msgspec

from rulewright.attest import limits
from rulewright.attest.canonical import NotAdmissibleError, admissible, dump
from rulewright.attest.encoding import NotEncodedError, from_base64, to_base64

IN_TOTO = "application/vnd.in-toto+json"
"""The type of an in-toto statement."""


class EnvelopeError(ValueError):
    """These bytes are no envelope; `code` is that of the check."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Signature(msgspec.Struct, frozen=True):
    """One signature: its bytes, and the hint which key made it."""

    sig: bytes
    keyid: str = ""


class Envelope(msgspec.Struct, frozen=True):
    """A payload, its type, its signatures."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]

    @property
    def message(self) -> bytes:
        """The bytes that are signed."""
        return pae(self.payload_type, self.payload)


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding: `DSSEv1`, then type and payload, each after its length in bytes, in decimal."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def encode(envelope: Envelope) -> bytes:
    """The envelope as canonical JSON."""
    signatures = [
        {"keyid": item.keyid, "sig": to_base64(item.sig)} if item.keyid else {"sig": to_base64(item.sig)}
        for item in envelope.signatures
    ]
    return dump(
        {"payload": to_base64(envelope.payload), "payloadType": envelope.payload_type, "signatures": signatures}
    )


def decode(data: bytes) -> Envelope:
    """The envelope in some JSON of any layout.  Raises `EnvelopeError` with RW4004, RW4005 or RW4007."""
    try:
        plain = admissible(data, limits.ENVELOPE)
    except NotAdmissibleError as error:
        raise EnvelopeError("RW4004", f"the envelope is not taken: {error}") from None
    if not isinstance(plain, dict) or set(plain) != {"payload", "payloadType", "signatures"}:
        raise EnvelopeError("RW4005", "an envelope has exactly `payload`, `payloadType` and `signatures`")
    payload, kind, listed = plain["payload"], plain["payloadType"], plain["signatures"]
    if not isinstance(payload, str) or not isinstance(kind, str) or not isinstance(listed, list) or not kind:
        raise EnvelopeError("RW4005", "a member of the envelope has the wrong type")
    if not listed:
        raise EnvelopeError("RW4005", "the envelope has no signature")
    if len(listed) > limits.SIGNATURES:
        raise EnvelopeError("RW4007", f"the envelope has more than {limits.SIGNATURES} signatures")
    content = _bytes(payload, "payload")
    if len(content) > limits.PAYLOAD:
        raise EnvelopeError("RW4007", f"the payload has more than {limits.PAYLOAD:,} bytes")
    return Envelope(content, kind, tuple(map(_signature, listed)))


def _signature(item: object) -> Signature:
    """One signature as listed."""
    if not isinstance(item, dict) or not set(item) <= {"keyid", "sig"} or "sig" not in item:
        raise EnvelopeError("RW4005", "a signature has `sig`, may have `keyid`, and nothing else")
    sig, keyid = item["sig"], item.get("keyid", "")
    if not isinstance(sig, str) or not isinstance(keyid, str):
        raise EnvelopeError("RW4005", "a member of a signature has the wrong type")
    content = _bytes(sig, "signature")
    if not content:
        raise EnvelopeError("RW4005", "a signature is empty")
    if len(content) > limits.SIGNATURE:
        raise EnvelopeError("RW4007", f"a signature has more than {limits.SIGNATURE:,} bytes")
    return Signature(content, keyid)


def _bytes(text: str, what: str) -> bytes:
    try:
        return from_base64(text)
    except NotEncodedError as error:
        raise EnvelopeError("RW4005", f"the {what} is malformed: {error}") from None
