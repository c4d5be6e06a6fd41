"""Names of hash algorithms, and whether a value has the form of its algorithm.

Guarantees: SPDX's `SHA256` and CycloneDX's `SHA-256` give one name.  It computes no hash.
"""

from __future__ import annotations

from rulewright.facts.lazy import deferred

LENGTHS = {
    "MD2": 32, "MD4": 32, "MD5": 32, "SHA-1": 40, "SHA-224": 56, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128,
    "SHA3-224": 56, "SHA3-256": 64, "SHA3-384": 96, "SHA3-512": 128, "BLAKE2b-256": 64, "BLAKE2b-384": 96,
    "BLAKE2b-512": 128, "BLAKE3": 64, "ADLER32": 8, "Streebog-256": 64, "Streebog-512": 128,
}  # fmt: skip
"""Hexadecimal digits of each algorithm's value; MD6 and unlisted ones may have any length."""

_NAMES = {name.replace("-", "").lower(): name for name in (*LENGTHS, "MD6")}
_HEX = deferred(r"[0-9A-Fa-f]+\Z")


def algorithm(raw: str) -> str:
    """The vocabulary's name of an algorithm; a name that is not known stays as written."""
    return _NAMES.get(raw.strip().replace("-", "").replace("_", "").lower(), raw)


def well_formed(name: str, value: str) -> bool:
    """Whether `value` is hexadecimal of the algorithm's length.  BLAKE3 has a variable length, 64 by default."""
    if not _HEX.match(value) or len(value) % 2:
        return False
    length = LENGTHS.get(name)
    return length is None or len(value) == length or (name == "BLAKE3" and len(value) >= 32)
