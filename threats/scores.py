"""Scores and severities of CVSS vectors, versions 2, 3 and 4, by the library `cvss`.

Guarantees: exact (tenths in millionths); a vector that is none gives `None`; the library is loaded when the first vector is
scored, and without it every vector gives `None` and `available` is false.
Source: FIRST, CVSS 2.0, 3.0, 3.1 and 4.0.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache, lru_cache
from types import ModuleType

import msgspec


class Score(msgspec.Struct, frozen=True, order=True):
    """A base score in millionths, the CVSS version, the severity in the vocabulary's words, the vector."""

    score: int
    version: str
    severity: str
    vector: str


@cache
def _library() -> ModuleType | None:
    try:
        import cvss
    except ImportError:
        return None
    module: ModuleType = cvss
    return module


def available() -> bool:
    """Whether vectors can be scored."""
    return _library() is not None


@lru_cache(maxsize=65_536)
def score(vector: str) -> Score | None:
    """Score a vector."""
    library = _library()
    if library is None or len(vector) > 1000:
        return None
    text = vector.strip().strip("()")
    kind, version = _kind(library, text)
    try:
        read = kind(text)
        found = Decimal(str(read.base_score))
        severity = str(read.severity if version == "4.0" else read.severities()[0]).lower()
    except (library.exceptions.CVSSError, ValueError, KeyError, IndexError, TypeError):
        return None
    return Score(int(found * 1_000_000), version, severity, text)


def _kind(library: ModuleType, text: str) -> tuple[type, str]:
    if text.startswith("CVSS:4"):
        return library.CVSS4, "4.0"
    if text.startswith("CVSS:3"):
        return library.CVSS3, text[5:8]
    return library.CVSS2, "2.0"


def severity_of(millionths: int) -> str:
    """The word for a score that is stated without a vector (CVSS 3 and 4)."""
    for least, word in ((9_000_000, "critical"), (7_000_000, "high"), (4_000_000, "medium"), (1, "low")):
        if millionths >= least:
            return word
    return "none"
