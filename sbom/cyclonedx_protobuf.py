"""CycloneDX protobuf 1.3 to 1.7, brought into the JSON form.

Guarantees: one own reader of the encoding, driven by the table of the format; no length is believed before it is checked.
Since the .proto says types and no more, the official JSON schema judges the JSON form, but for what protobuf cannot say
or does not ask for (`_NOT_ASKED`).
It makes no facts: the reader of the JSON form does.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.sbom.cyclonedx_protobuf_build import Build
from rulewright.sbom.cyclonedx_protobuf_nodes import BrokenError, Node, TooDeepError
from rulewright.sbom.cyclonedx_protobuf_place import place
from rulewright.sbom.cyclonedx_protobuf_table import message
from rulewright.sbom.decoding import no_collector, too_deep
from rulewright.sbom.document import Converted
from rulewright.sbom.findings import Findings, refusal
from rulewright.sbom.text import Bytes

_NOT_ASKED = frozenset({"format", "uniqueItems"})
"""Keywords of the JSON schema that the .proto has no word for: strings of a form, lists without equal items."""
_UNSIGNED = "/declarations/affirmation/signatories/"
"""A signatory has to sign or to be an organisation; protobuf has no signatures."""


def convert(data: Bytes, name: str) -> Converted | Diagnostic:
    """Bring one document into the JSON form."""
    from rulewright.sbom.cyclonedx_protobuf_count import count
    from rulewright.sbom.cyclonedx_protobuf_wire import Wire

    whole = bytes(data)
    findings = Findings(name)
    try:
        with no_collector():
            node = Wire(whole, findings).message(0, len(whole), message("Bom"))
            return finished(node, "protobuf", count(whole), findings)
    except BrokenError as error:
        return refusal("RW1019", name, f"the document is not a protobuf message: {error.reason}", error.offset)
    except (TooDeepError, RecursionError):
        return too_deep(name)


def finished(node: Node, encoding: str, counts: Counter[str], findings: Findings) -> Converted:
    """The JSON form of a parsed document."""
    version = next((value for field, value in node.fields if field.name == "spec_version"), "")
    values = Build(findings, version if isinstance(version, str) else "").struct(node, message("Bom"))
    head = b'{"bomFormat":"CycloneDX"'
    inner = msgspec.json.encode(values)[1:]
    written = head + (b"," if inner != b"}" else b"") + inner
    return Converted(written, encoding, counts, place, cache(lambda: _judge(written, findings.source)), findings)


def _judge(data: bytes, source: str) -> tuple[Diagnostic, ...]:
    """What the official JSON schema says of the JSON form, at places in the document as received."""
    from rulewright.sbom import schema_judge

    version = msgspec.json.decode(data, type=_Version).specVersion
    found = schema_judge.judge(data, "cyclonedx", version if isinstance(version, str) else "", source, _NOT_ASKED)
    return tuple(
        msgspec.structs.replace(d, pointer=place(d.pointer or ""))
        for d in found
        if not (d.pointer or "").startswith(_UNSIGNED)
    )


class _Version(msgspec.Struct):
    """The key that names the version."""

    specVersion: object = None  # noqa: N815 - the document's name
