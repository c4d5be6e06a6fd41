"""Names in the exchange formats: tokens for ids, identities, texts on one line, days as instants.

Guarantees: pure and without a clock; the same name gives the same token and the same UUID,
two names of one standard never the same token.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

NAMESPACE = "urn:rulewright:oscal"
"""The namespace of our properties in OSCAL documents."""
PREFIX = "rulewright:"
"""How the names of our properties in CycloneDX documents begin."""

_SEED = bytes.fromhex("3c1fc42e9d6b5f0c8a6c1d0f4b7a2e95")
_PLAIN = re.compile(r"[A-Za-z0-9.\-]")
_SAFE = re.compile(r"[A-Za-z0-9._@\-]")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=1 << 14)
def uuid(*parts: str) -> str:
    """The UUID (version 5) of some names."""
    name = "\0".join(parts).encode("utf-8", "surrogatepass")
    raw = bytearray(hashlib.sha1(_SEED + name, usedforsecurity=False).digest()[:16])
    raw[6], raw[8] = raw[6] & 0x0F | 0x50, raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def token(standard: str, name: str) -> str:
    """The id of a control: that of its standard, `_`, its own with every character that no token may have as `_hex_`.

    `standard` is a name of the rule language, which is a token already.
    """
    return f"{standard}_{''.join(c if _PLAIN.match(c) else f'_{ord(c):x}_' for c in name)}"


def line(text: str) -> str:
    """A text on one line, without space at its ends; lone halves of characters are replaced."""
    return _SPACE.sub(" ", text.encode("utf-8", "replace").decode()).strip()


def reference(name: str) -> str:
    """A name as a relative reference: what no address may hold, `/` too, as percent and two hexadecimal digits."""
    return "".join(c if _SAFE.match(c) else "".join(f"%{b:02X}" for b in c.encode()) for c in name)


def named(reference: str) -> str:
    """The name behind a relative reference; what is no UTF-8 is replaced."""
    data = _PERCENT.sub(lambda found: bytes((int(found[1], 16),)), reference.encode("utf-8", "replace"))
    return data.decode("utf-8", "replace")


def instant(day: str) -> str:
    """The beginning of a day, UTC."""
    return f"{day}T00:00:00Z"
