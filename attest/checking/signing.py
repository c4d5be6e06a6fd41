"""Who signed an envelope, of the keys that are known.

Guarantees: every known key is tried with every signature, whatever the key ids say; each key counts once.  A key that the installed
`cryptography` cannot use is never counted, and is named, so that its absence is a doubt and not a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import msgspec

from rulewright.attest.dsse import Envelope
from rulewright.attest.keys import POST_QUANTUM, PublicKey

LIBRARY = "RW4104"
"""The code where a library is missing."""


class Known(msgspec.Struct, frozen=True):
    """The keys that count, by id; those that cannot be used here; and whether anybody said whom to trust."""

    keys: Mapping[str, PublicKey]
    beyond: frozenset[str]
    anybody: bool


@cache
def lattice() -> bool:
    """Whether the installed `cryptography` has ML-DSA."""
    try:
        from cryptography.hazmat.primitives.asymmetric import mldsa
    except ImportError:
        return False
    return bool(mldsa)


@cache
def installed() -> bool:
    """Whether `cryptography` is installed."""
    try:
        import cryptography
    except ImportError:
        return False
    return bool(cryptography)


def usable(key: PublicKey) -> bool:
    """Whether signatures of a key can be verified here."""
    return installed() and (key.algorithm not in POST_QUANTUM or lattice())


def known(*groups: Iterable[PublicKey], anybody: bool) -> Known:
    """The keys of some groups, each once."""
    listed = {key.id: key for group in groups for key in group}
    good = {name: key for name, key in sorted(listed.items()) if usable(key)}
    return Known(good, frozenset(listed) - frozenset(good), anybody)


def who(envelope: Envelope, keys: Mapping[str, PublicKey]) -> dict[str, tuple[bytes, ...]]:
    """The ids of the keys that signed, sorted, each with its signatures."""
    message = envelope.message
    listed = tuple(dict.fromkeys(item.sig for item in envelope.signatures))
    found = {name: tuple(sig for sig in listed if key.verifies(sig, message)) for name, key in sorted(keys.items())}
    return {name: sigs for name, sigs in found.items() if sigs}
