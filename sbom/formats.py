"""Recognising a format by its content; names of files are not looked at.

Guarantees: CycloneDX and SPDX JSON are told from everything else wherever in the document their keys stand; formats of
the field without a reader are named, so that the answer to them is not "unknown".  It does not validate.
"""

from __future__ import annotations

import re

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.lazy import deferred
from rulewright.sbom.decoding import Bytes, not_json
from rulewright.sbom.document import ENCODINGS, FAMILIES, Format
from rulewright.sbom.findings import refusal
from rulewright.sbom.text import Input, decode_text, unpack


class _Head(msgspec.Struct, rename={"context": "@context", "graph": "@graph", "schema_": "$schema", "kind": "_type"}):
    """The keys by which JSON formats tell themselves apart; any type, since readers do not judge."""

    bomFormat: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET  # noqa: N815 - the document's names
    specVersion: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET  # noqa: N815
    spdxVersion: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET  # noqa: N815
    SPDXID: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    schema_: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    context: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    kind: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    payloadType: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET  # noqa: N815
    dsseEnvelope: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET  # noqa: N815
    document: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    statements: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    components: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    packages: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    graph: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    spdxId: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET  # noqa: N815


_QUICK = deferred(rb'^\s*\{[^{}\[\]]{0,2000}?"(bomFormat|spdxVersion)"\s*:\s*"([^"\\]{1,40})"')
_XML = (
    (deferred(rb"<(?:[\w.-]+:)?bom(?:\s[^>]*)?>"), Format("cyclonedx", "?", "xml")),
    (deferred(rb"<(?:[\w.-]+:)?RDF\b|<[\w.-]+:SpdxDocument\b"), Format("spdx", "2", "rdf")),
    (deferred(rb"<(?:spdxVersion|SPDXID|SpdxDocument)\b"), Format("spdx", "2", "xml")),
    (deferred(rb"<SoftwareIdentity\b"), "a SWID tag"),
)
"""What tells the formats in XML: the element that comes first."""
_TAGS = rb"^[ \t]*(?:SPDXVersion|DataLicense|DocumentName(?:space)?|PackageName|Creator)[ \t]*:"
_TEXTS = (
    (deferred(_TAGS, re.MULTILINE), Format("spdx", "2", "tag_value")),
    (deferred(rb"^[ \t]*[\"']?spdxVersion[\"']?\s*:", re.MULTILINE), Format("spdx", "2", "yaml")),
    (deferred(rb"^[\"']?SPDXID[\"']?\s*:", re.MULTILINE), Format("spdx", "2", "yaml")),
    (deferred(rb"^[\"']?bomFormat[\"']?\s*:", re.MULTILINE), "CycloneDX YAML"),
    (
        deferred(rb"^[ \t]*(?:spec_version|serial_number|(?:metadata|components):?\s*[{<])", re.MULTILINE),
        Format("cyclonedx", "?", "text_protobuf"),
    ),
    (deferred(rb"@prefix spdx:|@prefix\s+\w*:\s*<http://spdx\.org", re.MULTILINE), "SPDX 2 RDF/Turtle"),
)
"""What tells the formats that are neither JSON nor XML, the surest first; a name alone is one that has no reader."""
_PROTOBUF = deferred(rb"\A\x0a[\x03\x04]1\.\d{1,2}")


def sniff(data: Input, name: str = "") -> Format | Diagnostic:
    """Recognise a document as received: packed, with a byte-order mark, in UTF-16."""
    opened = open_document(data, name)
    return opened if isinstance(opened, Diagnostic) else opened[0]


def open_document(data: Input, name: str) -> tuple[Format, Bytes] | Diagnostic:
    """The format of a document as received, and its bytes prepared for the reader: unpacked, and UTF-8 where it is text."""
    packed = unpack(data, name)
    if isinstance(packed, Diagnostic):
        return packed
    if _PROTOBUF.match(bytes(packed[:8])):
        return _readable(Format("cyclonedx", "?", "protobuf"), name) or (Format("cyclonedx", "?", "protobuf"), packed)
    plain = decode_text(packed, name)
    found = plain if isinstance(plain, Diagnostic) else recognise(plain, name)
    if isinstance(found, Diagnostic) and found.code in {"RW1004", "RW1007"} and packed[:1]:
        from rulewright.sbom.cyclonedx_protobuf_wire import is_bom

        if is_bom(bytes(packed)):  # its fields may stand in any order
            return Format("cyclonedx", "?", "protobuf"), packed
    if isinstance(plain, Diagnostic):
        return plain
    return found if isinstance(found, Diagnostic) else (_readable(found, name) or (found, plain))


def _readable(found: Format, name: str) -> Diagnostic | None:
    """Why a recognised format cannot be read, if so."""
    if found.encoding == "json" and found.family in {"cyclonedx", "spdx"}:
        return None
    from rulewright.sbom.converted import readable

    return None if readable(found) else _not_yet(f"{FAMILIES[found.family]} {ENCODINGS[found.encoding]}", name)


def recognise(data: Bytes, name: str) -> Format | Diagnostic:
    """Recognise prepared bytes."""
    head = bytes(data[:4096])
    stripped = head.lstrip()
    if not stripped:
        empty = not bytes(data).strip() if len(data) < 1 << 20 else False
        return refusal(
            "RW1007", name, "the document is empty" if empty else "the document begins with white space only", 0
        )
    if stripped[:1] not in {b"{", b"["}:
        return _recognise_text(bytes(data[: 1 << 18]), name)
    quick = _QUICK.match(head)
    if quick:
        found = _from_key(quick[1].decode(), quick[2].decode("utf-8", "replace"))
        if found:
            return found
    return _recognise_json(data, name)


def _from_key(key: str, value: str) -> Format | None:
    """The format that one key settles."""
    if key == "bomFormat" and value == "CycloneDX":
        return Format("cyclonedx", "?")
    if key == "spdxVersion" and value.startswith("SPDX-2"):
        return Format("spdx", value.removeprefix("SPDX-"))
    return None


def _text(raw: msgspec.Raw | msgspec.UnsetType) -> str | None:
    """The text of a key; empty when it is there but no text."""
    if raw is msgspec.UNSET:
        return None
    try:
        return msgspec.json.decode(raw, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _recognise_json(data: Bytes, name: str) -> Format | Diagnostic:
    """Look at all keys of the outermost object."""
    try:
        head = msgspec.json.decode(data, type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        wrong = not_json(data, name)
        return wrong or refusal("RW1007", name, "nothing in the content names a bill of materials", 0)
    version = _text(head.specVersion)
    schema = _text(head.schema_) or ""
    if _text(head.bomFormat) == "CycloneDX" or "cyclonedx.org" in schema:
        return Format("cyclonedx", version or "?")
    if head.bomFormat is not msgspec.UNSET or (version is not None and head.components is not msgspec.UNSET):
        return Format("cyclonedx", version or "?")
    stated = _text(head.spdxVersion)
    if stated is not None or (head.SPDXID is not msgspec.UNSET and head.context is msgspec.UNSET):
        return Format("spdx", (stated or "?").removeprefix("SPDX-"))
    return _other_json(head, name)


def _other_json(head: _Head, name: str) -> Format | Diagnostic:
    """The other JSON formats of the field."""
    context = b"" if head.context is msgspec.UNSET else bytes(head.context)
    if b"spdx" in context:
        return Format("spdx", "3", "json_ld")
    if b"openvex" in context or (context and head.statements is not msgspec.UNSET):
        return Format("openvex", "?")
    if head.document is not msgspec.UNSET and b"csaf_version" in bytes(head.document):
        return Format("csaf", "?")
    if head.payloadType is not msgspec.UNSET or head.dsseEnvelope is not msgspec.UNSET:
        return Format("envelope", "?")
    if "in-toto" in (_text(head.kind) or ""):
        return Format("envelope", "?")
    graph = b"" if head.graph is msgspec.UNSET else bytes(head.graph)
    if head.spdxId is not msgspec.UNSET or b'"spdxId"' in graph:
        return Format("spdx", "3", "json_ld")  # without its context, or with another one: the reader says so
    return refusal("RW1007", name, "nothing in the content names a bill of materials", 0)


def _recognise_text(data: bytes, name: str) -> Format | Diagnostic:
    """The formats that are not JSON."""
    if data.lstrip()[:1] == b"<":
        seen = [(at.start(), what) for pattern, what in _XML if (at := pattern.search(data))]
        found = min(seen, key=lambda pair: pair[0])[1] if seen else None
    else:
        found = next((what for pattern, what in _TEXTS if pattern.search(data)), None)
    if isinstance(found, str):
        return _not_yet(found, name)
    return found or refusal("RW1007", name, "the content is no known bill of materials", 0)


def _not_yet(what: str, name: str) -> Diagnostic:
    """The answer to a known format without a reader."""
    return refusal("RW1006", name, f"this is {what}, which is not readable", 0, "convert it to CycloneDX JSON")
