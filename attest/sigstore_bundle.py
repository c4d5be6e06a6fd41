"""A root envelope as a Sigstore bundle v0.3, for verifiers of Sigstore that are given our key.

Guarantees: the bundle holds the same payload and type and the one signature of the key that is asked for, byte for byte; of the
timestamps, those over that signature.  What it leaves out: the other signatures (such a bundle has one), a transparency log, a
certificate.  So a threshold, a hybrid rule or a revocation is not seen by who verifies it; the bundle is an export, not the evidence.
Source: sigstore/protobuf-specs, sigstore_bundle.proto, version 0.3; media type `application/vnd.dev.sigstore.bundle.v0.3+json`.
"""

from __future__ import annotations

from collections.abc import Iterable

from rulewright.attest import dsse, keys
from rulewright.attest.canonical import dump
from rulewright.attest.encoding import to_base64
from rulewright.attest.time import Refused, imprint, stamped

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
"""The type of the bundle."""


class NotSignedError(ValueError):
    """The key that is asked for signed nothing in the envelope."""


def bundle(envelope: bytes, key: keys.PublicKey, timestamps: Iterable[bytes] = ()) -> bytes:
    """The bundle as canonical JSON; its key is hinted at by its id, the SHA-256 of its SubjectPublicKeyInfo.

    `timestamps` are RFC 3161 responses.  An ECDSA signature is written in DER, which is the form that readers of Sigstore take; a
    timestamp over another form of it is left out with the others.  Raises `dsse.EnvelopeError`, `NotSignedError`.
    """
    plain = dsse.decode(envelope)
    made = next((item.sig for item in plain.signatures if key.verifies(item.sig, plain.message)), None)
    if made is None:
        raise NotSignedError(f"no signature of the envelope is that of the key {key.id}")
    signature = keys.in_der(key, made)
    over = {imprint(signature): key.id}
    tokens = [item for item in timestamps if not isinstance(stamped(item, over), Refused)]
    return dump({
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": {
            "publicKey": {"hint": key.id},
            "tlogEntries": [],
            "timestampVerificationData": {"rfc3161Timestamps": [{"signedTimestamp": to_base64(item)} for item in tokens]},
        },
        "dsseEnvelope": {
            "payload": to_base64(plain.payload),
            "payloadType": plain.payload_type,
            "signatures": [{"keyid": key.id, "sig": to_base64(signature)}],
        },
    })  # fmt: skip
