"""What a compiled program depends on, as one digest: the key of a cache.

Guarantees: any change of a source's text or name, of the roots, the parameters, the vocabulary or this front end changes
it.  Imports nothing heavy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rulewright.dsl.source import Source

LANGUAGE = "1"
"""Version of the language."""

CODE = "3"
"""Version of this front end: raise it when the same text compiles to another program."""


def fingerprint(
    sources: Mapping[str, Source],
    roots: Sequence[str],
    params: Mapping[str, str] | None = None,
    vocabulary: str = "",
) -> str:
    """SHA-256, hexadecimal; `vocabulary` is a digest of the vocabulary that the sources do not declare themselves."""
    digest = hashlib.sha256()
    parts = [f"rulewright-dsl {LANGUAGE} {CODE}".encode(), vocabulary.encode()]
    for name in sorted(sources):
        parts += [b"source", name.encode(), hashlib.sha256(sources[name].text).digest()]
    parts += [b"roots", *(root.encode() for root in roots)]
    for key, value in sorted((params or {}).items()):
        parts += [b"param", key.encode(), value.encode()]
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
