"""Which certificate a time stamp token says signed it: the ESS attributes of RFC 2634 and RFC 5035, as RFC 3161 section 2.4.1 uses them.

Guarantees: strict about the little DER that is read; what cannot be read raises `ValueError`.  It reads responses that
`rfc3161_client` has taken, and judges no signature: the attributes are under that of the token.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

_SEQUENCE, _SET, _OID, _OCTETS, _FIRST = 0x30, 0x31, 0x06, 0x04, 0xA0
_ATTRIBUTES = {
    bytes.fromhex("2a864886f70d010910020c"): "sha1",
    bytes.fromhex("2a864886f70d010910022f"): "sha256",
}
"""signingCertificate and signingCertificateV2 (1.2.840.113549.1.9.16.2.12 and .47), and the hash that each means where it says none."""
_HASHES = {
    bytes.fromhex("2b0e03021a"): "sha1",
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}


class _Node(NamedTuple):
    tag: int
    body: bytes


def names_signer(response: bytes, certificate: bytes) -> bool:
    """Whether no ESS attribute of a response names another certificate (DER) as the one that signed.  Raises `ValueError`."""
    return all(_names(body, usual, certificate) for body, usual in _listed(response))


def _listed(response: bytes) -> Iterator[tuple[bytes, str]]:
    """The ESS attributes of the signer: their values, and the hash that they mean."""
    (whole,) = _nodes(response)
    _, token = _nodes(_body(whole, _SEQUENCE))
    _, content = _nodes(_body(token, _SEQUENCE))
    (data,) = _nodes(_body(content, _FIRST))
    *_, signers = _nodes(_body(data, _SEQUENCE))
    (signer,) = _nodes(_body(signers, _SET))
    for part in _nodes(_body(signer, _SEQUENCE)):
        if part.tag != _FIRST:
            continue
        for attribute in _nodes(part.body):
            kind, values = _nodes(_body(attribute, _SEQUENCE))
            usual = _ATTRIBUTES.get(_body(kind, _OID))
            if usual is not None:
                (value,) = _nodes(_body(values, _SET))
                yield _body(value, _SEQUENCE), usual


def _names(body: bytes, usual: str, certificate: bytes) -> bool:
    """Whether the first certificate that an attribute lists is this one."""
    listed, *_ = _nodes(body)
    first, *_ = _nodes(_body(listed, _SEQUENCE))
    parts = _nodes(_body(first, _SEQUENCE))
    algorithm: str | None = usual
    if parts and parts[0].tag == _SEQUENCE:
        kind, *_ = _nodes(parts.pop(0).body)
        algorithm = _HASHES.get(_body(kind, _OID))
    if not parts or algorithm is None:
        return False
    return _body(parts[0], _OCTETS) == hashlib.new(algorithm, certificate, usedforsecurity=algorithm != "sha1").digest()


def _body(node: _Node, tag: int) -> bytes:
    if node.tag != tag:
        raise ValueError(f"tag {node.tag:#x} instead of {tag:#x}")
    return node.body


def _nodes(data: bytes) -> list[_Node]:
    """The values that follow on each other in some bytes: one-byte tags, definite lengths."""
    found, at = [], 0
    while at < len(data):
        if at + 2 > len(data):
            raise ValueError("a value is cut off")
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(data[at : at + count]), at + count
            if not 1 <= count <= 4 or size < 0x80:
                raise ValueError("a length is not in DER")
        if at + size > len(data):
            raise ValueError("a value is cut off")
        found.append(_Node(tag, data[at : at + size]))
        at += size
    return found
