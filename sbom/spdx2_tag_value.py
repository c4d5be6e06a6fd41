"""SPDX 2 tag-value, as its JSON form.

Guarantees: any text gives a document; what is not understood is a finding with its line.  Lines of facts are made when
they are first asked for, by going over the text once more.  It makes no facts: the JSON reader does.
"""

from __future__ import annotations

from functools import cache

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import spdx2_assembly, spdx2_judge
from rulewright.sbom.decoding import no_collector
from rulewright.sbom.document import Converted
from rulewright.sbom.findings import Findings, refusal
from rulewright.sbom.limits import MAX_LINES_BYTES
from rulewright.sbom.spdx2_tag_value_assembly import Assembly
from rulewright.sbom.spdx2_tag_value_count import count
from rulewright.sbom.spdx2_tag_value_lines import Tags, place, split
from rulewright.sbom.text import Bytes


def convert(data: Bytes, name: str) -> Converted | Diagnostic:
    """Convert one document."""
    if len(data) > MAX_LINES_BYTES:
        return refusal("RW1003", name, f"the tag-value document is larger than {MAX_LINES_BYTES} bytes")
    findings = Findings(name)
    with no_collector():
        document = Assembly(findings).run(Tags(split(data), findings))
        made = spdx2_assembly.encode(document)
    where = _Places(data, name)
    judge = spdx2_judge.judge(made, document.get("spdxVersion"), name, where.place)
    return Converted(made, "tag_value", count(data), where.place, judge, findings)


class _Places:
    """JSON pointers to lines."""

    def __init__(self, data: Bytes, name: str) -> None:
        self._data, self._name = data, name
        self._read = cache(self._again)

    def _again(self) -> tuple[spdx2_assembly.Holder, spdx2_assembly.Lines]:
        """The document once more, with its lines; what is found on the way was found before."""
        findings, lines = Findings(self._name), spdx2_assembly.Lines()
        return Assembly(findings, lines).run(Tags(split(self._data), findings)), lines

    def place(self, pointer: str) -> str:
        """`line 12`."""
        document, lines = self._read()
        return place(spdx2_assembly.find(document, pointer, lines, 1))
