"""Other encodings of a format, brought into its JSON form.

CycloneDX XML and protobuf, and SPDX 2 tag-value, YAML, XML and RDF say the same as the JSON of their format.  A converter
writes that JSON; one reader per format then makes the facts, so that equal documents give equal facts.
Guarantees: the count for the receipt is taken from the bytes as received, by code apart from the conversion; every place
that a fact or a finding names is one of the document as received.  It does not convert: the converters do.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.table import Segment
from rulewright.sbom.document import Converted, Document, Format
from rulewright.sbom.text import Bytes

Converter = Callable[[Bytes, str], "Converted | Diagnostic"]
"""Prepared bytes (unpacked; UTF-8 for text) and the document's name."""

MODULES = {
    ("cyclonedx", "xml"): "cyclonedx_xml",
    ("cyclonedx", "protobuf"): "cyclonedx_protobuf",
    ("cyclonedx", "text_protobuf"): "cyclonedx_protobuf_text",
    ("spdx", "tag_value"): "spdx2_tag_value",
    ("spdx", "yaml"): "spdx2_yaml",
    ("spdx", "xml"): "spdx2_xml",
    ("spdx", "rdf"): "spdx2_rdf",
    ("spdx", "json_ld"): "spdx3",
    ("openvex", "json"): "openvex",
    ("csaf", "json"): "csaf",
}
"""The module of each format that is not read by `cyclonedx` or `spdx2` at once; it has `convert`, the last three `read`."""


def converter(family: str, encoding: str) -> Converter:
    """The converter of an encoding: `convert` of its module."""
    return cast("Converter", import_module(f"rulewright.sbom.{MODULES[family, encoding]}").convert)


def readable(found: Format) -> bool:
    """Whether there is a reader or converter."""
    if found.family == "envelope" or (found.encoding == "json" and found.family in {"cyclonedx", "spdx"}):
        return True
    from importlib.util import find_spec

    module = MODULES.get((found.family, found.encoding))
    return module is not None and find_spec(f"rulewright.sbom.{module}") is not None


def settle(document: Document, made: Converted) -> None:
    """Let every place that the document's facts and findings name be one of the document as received."""
    move(document, made.place)
    document.place, document.converted = made.place, made.findings


def move(document: Document, place: Callable[[str], str]) -> None:
    """Let every place that the document's facts name be another one."""
    for table in document.tables.values():
        table.segments = [Segment(s.start, s.source, _placed(s.pointer, place), s.name) for s in table.segments]
    document.attributes = {
        name: msgspec.structs.replace(fact, pointer=place(fact.pointer)) if fact.pointer else fact
        for name, fact in document.attributes.items()
    }


def _placed(pointer: Callable[[int], str], place: Callable[[str], str]) -> Callable[[int], str]:
    return lambda row: place(pointer(row))
