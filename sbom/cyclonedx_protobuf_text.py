"""CycloneDX in protobuf's text format, 1.3 to 1.7, brought into the JSON form.

Guarantees: the same table, the same values and the same judge as for the bytes (`cyclonedx_protobuf`).
It makes no facts: the reader of the JSON form does.
"""

from __future__ import annotations

from rulewright.diagnostics import Diagnostic
from rulewright.sbom.cyclonedx_protobuf import finished
from rulewright.sbom.cyclonedx_protobuf_nodes import BrokenError, TooDeepError
from rulewright.sbom.decoding import no_collector, too_deep
from rulewright.sbom.document import Converted
from rulewright.sbom.findings import Findings, refusal
from rulewright.sbom.text import Bytes


def convert(data: Bytes, name: str) -> Converted | Diagnostic:
    """Bring one document into the JSON form."""
    from rulewright.sbom.cyclonedx_protobuf_parse import Parser
    from rulewright.sbom.cyclonedx_protobuf_text_count import count
    from rulewright.sbom.cyclonedx_protobuf_tokens import tokens

    text = str(data, "utf-8")
    findings = Findings(name)
    try:
        with no_collector():
            found = tokens(text)
            node = Parser(found, findings).document()
            return finished(node, "text_protobuf", count(found), findings)
    except BrokenError as error:
        before = text[: error.offset]
        line, column = before.count("\n") + 1, error.offset - before.rfind("\n")
        message = f"the text is not in protobuf's text format: {error.reason} at line {line}, column {column}"
        return refusal("RW1019", name, message, len(before.encode()))
    except (TooDeepError, RecursionError):
        return too_deep(name)
