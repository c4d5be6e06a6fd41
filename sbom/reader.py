"""The way in: bytes of a document to facts.

Guarantees: every input gives a `Document` or at least one error diagnostic, never an exception; the digest is that of
the bytes as received.  It opens no file: the caller maps it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.table import Source
from rulewright.sbom.document import Converted, Document, Format
from rulewright.sbom.findings import refusal
from rulewright.sbom.formats import open_document, sniff
from rulewright.sbom.text import Bytes, Input

if TYPE_CHECKING:
    from rulewright.sbom.statements import Statements


def read(data: Input, name: str, sha256: str | None = None) -> Document | Statements | tuple[Diagnostic, ...]:
    """Read one document.  `name` is shown in results; `sha256` is computed where it is not given."""
    if sha256 is None:
        import hashlib

        sha256 = hashlib.sha256(data).hexdigest()
    return _read(data, Source(name, sha256), 0)


def _read(data: Input, source: Source, layers: int) -> Document | Statements | tuple[Diagnostic, ...]:
    """Read a document that stands within so many envelopes."""
    opened = open_document(data, source.name)
    if isinstance(opened, Diagnostic):
        return (opened,)
    found, plain = opened
    if found.family == "envelope":
        return _enveloped(plain, source, layers)
    if found.family in {"cyclonedx", "spdx"} and found.encoding not in {"json", "json_ld"}:
        return _converted(plain, found, source)
    if found.family in {"openvex", "csaf"} or found.encoding == "json_ld":
        return _other(found)(plain, source)
    if found.family == "spdx":
        return _spdx2(plain, source)
    return _statements_of(plain, _cyclonedx(plain, source))


def _statements_of(
    data: Bytes, document: Document | tuple[Diagnostic, ...]
) -> Document | Statements | tuple[Diagnostic, ...]:
    """A CycloneDX document without components may be statements on those of others."""
    if isinstance(document, tuple) or not document.tables["vulnerability"].rows:
        return document
    from rulewright.sbom import cyclonedx_vex

    return cyclonedx_vex.statements(data, document) or document


def _enveloped(data: Bytes, source: Source, layers: int) -> Document | Statements | tuple[Diagnostic, ...]:
    """Read what an envelope holds."""
    from rulewright.sbom import envelope

    layer = envelope.unwrap(data, source.name)
    if isinstance(layer, Diagnostic):
        return (layer,)
    if layers >= envelope.MAX_LAYERS:
        return (refusal("RW1005", source.name, f"envelopes stand within envelopes more than {layers} times"),)
    inner = _read(layer.payload, source, layers + 1)
    if isinstance(inner, tuple):
        return tuple(msgspec.structs.replace(d, message=f"{d.message} (in the {layer.kind})") for d in inner)
    return envelope.settle(inner, layer)


def _other(found: Format) -> Callable[[Bytes, Source], Document | Statements | tuple[Diagnostic, ...]]:
    """The reader of a format with one encoding."""
    from rulewright.sbom.converted import MODULES

    module = import_module(f"rulewright.sbom.{MODULES[found.family, found.encoding]}")
    return cast("Callable[[Bytes, Source], Document | Statements | tuple[Diagnostic, ...]]", module.read)


def _cyclonedx(data: Bytes, source: Source, converted: Converted | None = None) -> Document | tuple[Diagnostic, ...]:
    from rulewright.sbom import cyclonedx

    return cyclonedx.read(data, source, converted)


def _spdx2(data: Bytes, source: Source, converted: Converted | None = None) -> Document | tuple[Diagnostic, ...]:
    from rulewright.sbom import spdx2

    return spdx2.read(data, source, converted)


def _converted(data: Bytes, found: Format, source: Source) -> Document | Statements | tuple[Diagnostic, ...]:
    """Bring another encoding into the JSON of its format and read that."""
    from rulewright.sbom import converted

    made = converted.converter(found.family, found.encoding)(data, source.name)
    if isinstance(made, Diagnostic):
        return (made,)
    read_json = _cyclonedx if found.family == "cyclonedx" else _spdx2
    document = read_json(made.data, source, made)
    if isinstance(document, tuple):
        return document
    converted.settle(document, made)
    return _statements_of(made.data, document) if found.family == "cyclonedx" else document


__all__ = ["Input", "read", "sniff"]
