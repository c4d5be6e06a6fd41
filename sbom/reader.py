"""The way in: bytes of a document to facts.

Guarantees: every input gives a `Document` or at least one error diagnostic, never an exception; the digest is that of
the bytes as received.  It opens no file: the caller maps it.
"""

from __future__ import annotations

import mmap

from rulewright.diagnostics import Diagnostic
from rulewright.facts.table import Source
from rulewright.sbom.document import Document
from rulewright.sbom.formats import recognise, sniff
from rulewright.sbom.text import prepare

Input = bytes | bytearray | memoryview | mmap.mmap


def read(data: Input, name: str, sha256: str | None = None) -> Document | tuple[Diagnostic, ...]:
    """Read one document.  `name` is shown in results; `sha256` is computed where it is not given."""
    if sha256 is None:
        import hashlib

        sha256 = hashlib.sha256(data).hexdigest()
    source = Source(name, sha256)
    early = sniff(bytes(data[:8]), name) if bytes(data[:1]) == b"\n" else None  # protobuf is not text
    if isinstance(early, Diagnostic) and early.code == "RW1006":
        return (early,)
    plain = prepare(data, name)
    if isinstance(plain, Diagnostic):
        return (plain,)
    found = recognise(plain, name)
    if isinstance(found, Diagnostic):
        return (found,)
    if found.family == "spdx":
        from rulewright.sbom import spdx2

        return spdx2.read(plain, source)
    from rulewright.sbom import cyclonedx

    return cyclonedx.read(plain, source)


__all__ = ["Input", "read", "sniff"]
