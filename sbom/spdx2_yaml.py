"""SPDX 2 YAML, as its JSON form.

Guarantees: a scalar is never turned into something that it does not say (`spdx2_yaml_build`); more than one document in
a stream, keys given twice, tags and aliases are reported or refused.  It makes no facts: the JSON reader does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import spdx2_assembly, spdx2_count, spdx2_judge, spdx2_yaml_count
from rulewright.sbom.decoding import no_collector
from rulewright.sbom.document import Converted
from rulewright.sbom.findings import WARNING, Findings, refusal
from rulewright.sbom.spdx2_shape import WRAPPERS
from rulewright.sbom.spdx2_yaml_build import Builder
from rulewright.sbom.spdx2_yaml_events import Event, Stream, What, read
from rulewright.sbom.text import Bytes


def convert(data: Bytes, name: str) -> Converted | Diagnostic:
    """Convert one document."""
    with no_collector():
        stream = read(data, name)
        return stream if isinstance(stream, Diagnostic) else _convert(stream, data, name)


def _convert(stream: Stream, data: Bytes, name: str) -> Converted | Diagnostic:
    """Convert the first document of a stream."""
    findings = Findings(name)
    builder = Builder(findings)
    root = builder.run(stream.events)
    if isinstance(root, Diagnostic):
        return root
    if not isinstance(root, dict):
        return refusal("RW1033", name, "the document is not a YAML mapping", 0)
    if stream.second is not None:
        message = "the stream has more than one document; only the first is read"
        findings.add("RW1037", WARNING, message, f"line {stream.second}", "put each document in a file of its own")
    wrapper, document = unwrapped(root)
    made = spdx2_assembly.encode(document)
    counts = spdx2_yaml_count.count(stream.events, wrapper)
    if builder.doubled or any(event.what is What.ALIAS for event in stream.events):
        counts = spdx2_count.count_exactly(made)
    place = _places(data, name)
    judge = spdx2_judge.judge(made, document.get("spdxVersion"), name, place)
    return Converted(made, "yaml", counts, place, judge, findings)


def unwrapped(root: dict[str, object]) -> tuple[str, dict[str, object]]:
    """The document within the one field that some writers put around it, and that field's name."""
    for wrapper in WRAPPERS & root.keys():
        inner = root[wrapper]
        if len(root) == 1 and isinstance(inner, dict):
            return wrapper, inner
    return "", root


def _places(data: Bytes, name: str) -> Callable[[str], str]:
    """JSON pointers to lines, by going over the document once more when first asked."""

    @cache
    def again() -> tuple[object, spdx2_assembly.Lines]:
        lines = spdx2_assembly.Lines()
        stream = read(data, name)
        events: list[Event] = stream.events if isinstance(stream, Stream) else []
        root = Builder(Findings(name), lines).run(events)
        return unwrapped(root)[1] if isinstance(root, dict) else {}, lines

    def place(pointer: str) -> str:
        root, lines = again()
        return f"line {spdx2_assembly.find(root, pointer, lines, 1)}"

    return place
