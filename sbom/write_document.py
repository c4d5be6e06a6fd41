"""The way out: a product's facts to the bytes of a document for others.

Guarantees: the bytes follow from the facts, the day of the run and our version alone; the document is valid by the official
schema of its format; what it cannot carry is a finding with a count, found by reading it again.  It opens no file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from types import MappingProxyType

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.stack import ProductFacts
from rulewright.sbom import reader, write_receipt
from rulewright.sbom.document import Document
from rulewright.sbom.findings import refusal
from rulewright.sbom.write_common import Note, Order
from rulewright.sbom.write_prune import Keep, Refused, pruned
from rulewright.sbom.write_receipt import Line
from rulewright.sbom.write_view import Tree, View


class Target(msgspec.Struct, frozen=True):
    """A format that can be written: what people call it, the module that makes its JSON, the version, the encoding."""

    title: str
    module: str
    version: str
    encoding: str = "json"
    """`json`, or one that the official library of the format makes of the JSON."""


TARGETS = MappingProxyType({
    "cyclonedx": Target("CycloneDX 1.7 JSON", "write_cyclonedx", "1.7"),
    "cyclonedx-1.6": Target("CycloneDX 1.6 JSON", "write_cyclonedx", "1.6"),
    "cyclonedx-1.7": Target("CycloneDX 1.7 JSON", "write_cyclonedx", "1.7"),
    "cyclonedx-1.6-xml": Target("CycloneDX 1.6 XML", "write_cyclonedx", "1.6", "cyclonedx-xml"),
    "cyclonedx-1.7-xml": Target("CycloneDX 1.7 XML", "write_cyclonedx", "1.7", "cyclonedx-xml"),
    "spdx-2.3": Target("SPDX 2.3 JSON", "write_spdx2", "SPDX-2.3"),
    "spdx-2.3-tag-value": Target("SPDX 2.3 tag-value", "write_spdx2", "SPDX-2.3", "tag-value"),
    "spdx-2.3-yaml": Target("SPDX 2.3 YAML", "write_spdx2", "SPDX-2.3", "yaml"),
    "spdx-2.3-xml": Target("SPDX 2.3 XML", "write_spdx2", "SPDX-2.3", "spdx-xml"),
    "spdx-3.0": Target("SPDX 3.0.1 JSON-LD", "write_spdx3", "3.0.1"),
})  # fmt: skip
"""The formats by the words of the command line."""

NAME = "the written document"


class Written(msgspec.Struct, frozen=True):
    """The document, the receipt, and the findings that follow from it."""

    data: bytes
    receipt: tuple[Line, ...]
    findings: tuple[Diagnostic, ...]


def write(
    facts: ProductFacts, target: str, as_of: int, version: str, notes: Sequence[Note] = ()
) -> Written | Diagnostic:
    """Write the facts of one product; `version` is ours, `as_of` the day where no source has a time."""
    found = TARGETS[target]
    module = import_module(f"rulewright.sbom.{found.module}")
    make: Callable[[Order, str], tuple[Tree, list[int]]] = module.write
    tree, order = make(Order(View(facts, as_of), version, tuple(notes), found.encoding != "json"), found.version)
    refused, keep = _judge(found)
    valid = pruned(tree, refused, keep)
    if valid is None:
        return refusal("RW1052", NAME, f"no valid {found.title} document can be made of these facts")
    data = msgspec.json.format(msgspec.json.encode(valid), indent=2) + b"\n"
    again = _again(data, len(order), found.title)
    if isinstance(again, Diagnostic):
        return again
    if found.encoding != "json":
        from rulewright.sbom.write_encodings import encode

        rows = dict(zip(_ids(again), order, strict=True))
        encoded = encode(data, found.encoding, found.version, NAME)
        if isinstance(encoded, Diagnostic):
            return encoded
        data, again = encoded, _again(encoded, len(order), found.title)
        if isinstance(again, Diagnostic):
            return again
        order = [rows[ident] for ident in _ids(again)]  # a library may sort
    made = write_receipt.lines(facts, ProductFacts(again.product, again.attributes, again.tables), order)
    if notes and found.encoding == "cyclonedx-xml":
        made.append(Line("annotations", len(notes), 0, 0))  # the library has none
    return Written(data, tuple(made), write_receipt.findings(made, found.title))


def _again(data: bytes, components: int, title: str) -> Document | Diagnostic:
    """The document as a reader sees it."""
    again = reader.read(data, NAME)
    if not isinstance(again, Document):
        return refusal("RW1052", NAME, f"the {title} document cannot be read again")
    if again.tables["component"].rows != components:
        return refusal("RW1052", NAME, f"components are missing in the {title} document")
    return again


def _ids(document: Document) -> list[object]:
    """The references of the components."""
    table = document.tables["component"]
    column = table.column("id")
    return [column.at(row)[1] for row in range(table.rows)]


def _judge(target: Target) -> tuple[Refused, Keep]:
    """What the official schema refuses, and which keys of elements must stay."""
    if target.module == "write_spdx3":
        from rulewright.sbom import spdx3_schema

        return (lambda tree: spdx3_schema.refused(tree, target.version)), _spdx3_keys
    from rulewright.sbom import schema_judge

    family = "cyclonedx" if target.module == "write_cyclonedx" else "spdx"
    keep = _cyclonedx_keys if family == "cyclonedx" else _spdx2_keys
    return (lambda tree: schema_judge.refused(tree, family, target.version)), keep


def _cyclonedx_keys(pointer: str, found: Tree) -> tuple[str, ...]:
    steps = pointer.split("/")
    listed = steps[-1].isdecimal() and steps[-2] == "components" and "tools" not in steps
    return ("type", "bom-ref", "name", "components") if found and (listed or pointer == "/metadata/component") else ()


def _spdx2_keys(pointer: str, found: Tree) -> tuple[str, ...]:
    whole = pointer.startswith("/packages/") and pointer.count("/") == 2
    return ("SPDXID", "name", "downloadLocation") if whole and found else ()


def _spdx3_keys(pointer: str, found: Tree) -> tuple[str, ...]:
    whole = pointer.startswith("/@graph/") and pointer.count("/") == 2
    return ("type", "spdxId", "creationInfo", "name") if whole and found.get("type") == "software_Package" else ()
