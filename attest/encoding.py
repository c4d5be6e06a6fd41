"""Base64 and hexadecimal digests, strictly: one text for one value.

Guarantees: no stray characters, no missing or surplus padding, no bits left over (RFC 4648 section 3.5).
"""

from __future__ import annotations

import base64
import binascii
import re

_HEX = re.compile(r"[0-9a-f]{64}")


class NotEncodedError(ValueError):
    """A text is not the encoding that it should be."""


def to_base64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode()


def to_base64url(data: bytes) -> str:
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Padded base64 of either alphabet, not of both (DSSE 1.0.2 asks to take both).  Raises `NotEncodedError`."""
    safe = "-" in text or "_" in text
    plain = text.replace("-", "+").replace("_", "/") if safe else text
    if safe and ("+" in text or "/" in text):
        raise NotEncodedError("two alphabets of base64 are mixed")
    return _strict(plain)


def from_base64url(text: str) -> bytes:
    """URL-safe base64 without padding.  Raises `NotEncodedError`."""
    if "+" in text or "/" in text or "=" in text:
        raise NotEncodedError("it is not base64url without padding")
    plain = text.replace("-", "+").replace("_", "/")
    return _strict(plain + "=" * (-len(plain) % 4))


def _strict(plain: str) -> bytes:
    try:
        data = base64.b64decode(plain.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise NotEncodedError("it is not base64") from None
    if base64.b64encode(data).decode() != plain:
        raise NotEncodedError("it is not base64 in its one form")
    return data


def is_sha256(text: str) -> bool:
    """Whether a text is a SHA-256 digest: 64 hexadecimal digits in lower case."""
    return _HEX.fullmatch(text) is not None
