"""YAML to a plain list of events, within bounds.

libyaml parses; nothing is constructed and no tag is acted upon, so a document can name no class.  An alias is an event
like any other: what it stands for is not copied here.
Guarantees: depth is bounded while events come; what is not YAML is one diagnostic with its line.
It does not know the format.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.sbom.findings import refusal, shown
from rulewright.sbom.limits import MAX_DEPTH, MAX_YAML_BYTES
from rulewright.sbom.text import Bytes

if TYPE_CHECKING:
    import yaml


class What(IntEnum):
    """The kinds of event."""

    SCALAR = 0
    MAPPING = 1
    SEQUENCE = 2
    END = 3
    ALIAS = 4


class Event(msgspec.Struct, frozen=True, gc=False):
    """One event; `line` counts from 1, `plain` is a scalar without quotes, `anchor` names what begins here or is meant."""

    what: What
    line: int
    text: str = ""
    plain: bool = False
    anchor: str | None = None
    tag: str | None = None


class Stream(msgspec.Struct):
    """The events of the first document, and the line where a second one begins."""

    events: list[Event]
    second: int | None = None


def read(data: Bytes, source: str) -> Stream | Diagnostic:
    """Parse one document."""
    try:
        import yaml
    except ImportError:  # pragma: no cover - a runtime dependency
        from rulewright.sbom.xml import missing_library

        return missing_library("PyYAML", "YAML", source)
    if len(data) > MAX_YAML_BYTES:
        return refusal("RW1003", source, f"the YAML document is larger than {MAX_YAML_BYTES} bytes")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    whole = bytes(data)
    try:
        return _collect(whole, loader, source)
    except yaml.YAMLError as error:
        return _not_yaml(error, whole, source)
    except RecursionError:
        return refusal("RW1005", source, f"mappings and lists are nested more than {MAX_DEPTH} levels deep")


def _collect(data: bytes, loader: type[yaml.SafeLoader], source: str) -> Stream | Diagnostic:
    """All events of the first document."""
    import yaml

    events: list[Event] = []
    depth = documents = 0
    for event in yaml.parse(data, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and not event.style
            made = Event(What.SCALAR, line, event.value, plain, event.anchor, event.tag)
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return refusal("RW1005", source, f"mappings and lists are nested more than {MAX_DEPTH} levels deep")
            what = What.MAPPING if isinstance(event, yaml.MappingStartEvent) else What.SEQUENCE
            made = Event(what, line, "", False, event.anchor, event.tag)  # noqa: FBT003 - a field
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            made = Event(What.END, line)
        elif isinstance(event, yaml.AliasEvent):
            made = Event(What.ALIAS, line, anchor=event.anchor)
        else:
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                return Stream(events, line)
            continue
        events.append(made)
    return Stream(events)


def _not_yaml(error: yaml.YAMLError, data: bytes, source: str) -> Diagnostic:
    """Where and why text is not YAML."""
    mark = getattr(error, "problem_mark", None)
    reason = shown(str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"), 120)
    if mark is None:
        return refusal("RW1033", source, f"the document is not YAML: {reason}", getattr(error, "position", 0))
    at = 0
    for _ in range(mark.line):
        at = data.find(b"\n", at) + 1
    message = f"the document is not YAML: {reason} at line {mark.line + 1}, column {mark.column + 1}"
    return refusal("RW1033", source, message, min(len(data), at + mark.column))
