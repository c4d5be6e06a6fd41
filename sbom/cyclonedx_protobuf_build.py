"""Nodes of CycloneDX protobuf to the values of its JSON form, by the table.

Guarantees: every value of a node is in the JSON form or is a finding; a field that can stand once and stands twice is a
key given twice, and a message that does is merged, as the encoding has it.  It does not judge.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec

from rulewright.sbom.cyclonedx_protobuf_nodes import Node, Odd, Stamp, Value, path
from rulewright.sbom.cyclonedx_protobuf_table import Field, Message, enumeration, message
from rulewright.sbom.findings import WARNING, Findings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NANOS = 1_000_000_000
_LAST = 253_402_300_799  # the end of the year 9999
_FIRST = -62_135_596_800


def stamp(value: Stamp, kind: str) -> str:
    """A timestamp as RFC 3339 writes it; out of range, the bare seconds, which no reader takes for a date."""
    if not _FIRST <= value.seconds <= _LAST or not 0 <= value.nanos < _NANOS:
        return f"{value.seconds}s"
    moment = _EPOCH + timedelta(seconds=value.seconds)
    if kind == "day":
        return moment.date().isoformat()
    part = f".{value.nanos:09d}".rstrip("0") if value.nanos else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + part + "Z"


class Build:
    """One document on its way to values."""

    def __init__(self, findings: Findings, version: str) -> None:
        self.findings = findings
        self.version = version
        self.steps: list[str] = []

    def struct(self, node: Node, kind: Message) -> object:
        """The object that a message says."""
        made: dict[str, object] = {}
        twice: list[tuple[str, object]] = []
        counts: dict[str, int] = {}
        whole = _merged(node)
        for field, given in node.fields:
            if isinstance(given, Odd) and field.name in whole:
                continue  # it has been reported, and there are parts that are messages
            position = counts[field.name] = counts.get(field.name, -1) + 1
            if position and not field.many:
                if field.mark != "!":  # 1.3 and 1.4 had it more than once
                    self._again(field, agreed=isinstance(given, Node))
                if isinstance(given, Node):
                    continue
            if isinstance(given, Node):
                self._message(field, whole.get(field.name, given), made, position)
            else:
                self._scalar(field, self.scalar(field, given), made, twice)
        for field in kind.by_number.values() if len(made) < len(kind.by_number) else ():
            if field.implicit and field.key not in made:
                made[field.key] = self._zero(field)
        finish = _FINISH.get(kind.name)
        done = finish(self, made) if finish else made
        return _doubled(done, twice) if twice and isinstance(done, dict) else done

    def _message(self, field: Field, node: Node, made: dict[str, object], position: int) -> None:
        """Put the value of a field that is a message."""
        self.steps.append(f"{field.name}[{position}]" if field.many else field.name)
        value = self.struct(node, message(field.type))
        self.steps.pop()
        if field.mark == "<" and isinstance(value, dict):
            made.update(value)
            return
        if field.mark == "~" and isinstance(value, dict):
            inner = list(value.values())
            value = inner[0] if len(inner) == 1 else value if inner else []
            if isinstance(value, list) and field.many:
                cast("list[object]", made.setdefault(field.key, [])).extend(value)
                return
        if field.many:
            cast("list[object]", made.setdefault(field.key, [])).append(value)
        else:
            made[field.key] = value

    def _scalar(self, field: Field, value: object, made: dict[str, object], twice: list[tuple[str, object]]) -> None:
        """Put a plain value; `None` is an enumeration's value that stands for nothing."""
        if value is None:
            return
        if field.many:
            cast("list[object]", made.setdefault(field.key, [])).append(value)
        elif field.key in made:
            if made[field.key] != value:
                twice.append((field.key, value))
        else:
            made[field.key] = value

    def _again(self, field: Field, *, agreed: bool) -> None:
        """Report a field that stands twice and may stand once."""
        message_ = f"field `{field.name}` is given more than once" + ("; the parts are merged" if agreed else "")
        self.findings.add("RW1012" if agreed else "RW1011", WARNING, message_, path([*self.steps, field.name]))

    def scalar(self, field: Field, value: Value) -> object:
        """A plain value as JSON has it."""
        if isinstance(value, Odd):
            return {} if field.kind != "message" else ""
        if isinstance(value, Stamp):
            return stamp(value, field.kind)
        if field.kind == "enum" and isinstance(value, int):
            words = enumeration(field.type).by_number
            if value in words:
                return words[value]
            if value == 0:
                return None
            place = path([*self.steps, field.name])
            self.findings.add("RW1211", WARNING, f"{value} is no value of the enumeration {field.type}", place)
        return value

    def _zero(self, field: Field) -> object:
        """The value of a field without presence that is not there."""
        if field.kind == "enum":
            return enumeration(field.type).by_number[0]
        return "" if field.kind == "" else 0

    def _join(self, whole: dict[str, object], part: dict[str, object], name: str) -> None:
        """Add an object to another: lists are joined, the first of anything else stays."""
        for key, value in part.items():
            held = whole.setdefault(key, value)
            if isinstance(held, list) and isinstance(value, list) and held is not value:
                whole[key] = held + value
            elif held != value:
                message_ = f"`{key}` is given more than once with different values; the first is taken"
                self.findings.add("RW1011", WARNING, message_, path([*self.steps, name]))

    # --- messages that the JSON form has in another shape

    def licence(self, made: dict[str, object]) -> object:
        """LicenseChoice: what is said of a licence is inside it."""
        inner = made.get("license")
        if isinstance(inner, dict):
            for key in ("acknowledgement", "bom-ref"):
                if key in made:
                    inner.setdefault(key, made.pop(key))
        return made

    def tools(self, made: dict[str, object]) -> object:
        """Metadata and Vulnerability: tools are a list of the old form, or one object of the new."""
        given = made.pop("tools", None)
        if isinstance(given, list) and given:
            tools = [tool for tool in given if isinstance(tool, dict)]
            new = [tool for tool in tools if "components" in tool or "services" in tool]
            if not new:
                made["tools"] = given
            else:
                joined: dict[str, object] = {}
                for tool in tools:
                    self._join(joined, tool, "tools")
                made["tools"] = joined
        return made

    def evidence(self, made: dict[str, object]) -> object:
        """Evidence: 1.5 had one identity, 1.6 made it a list."""
        identity = made.get("identity")
        if self.version == "1.5" and isinstance(identity, list) and len(identity) == 1:
            made["identity"] = identity[0]
        return made

    def bom(self, made: dict[str, object]) -> object:
        """Bom: one object of declarations and one of definitions."""
        for key in ("declarations", "definitions"):
            given = made.get(key)
            if isinstance(given, list):
                joined: dict[str, object] = {}
                for part in given:
                    if isinstance(part, dict):
                        self._join(joined, part, key)
                made[key] = joined
        return self.dependencies(made, "dependencies")

    def flow(self, made: dict[str, object]) -> object:
        """Workflow and Task: their graphs."""
        return self.dependencies(self.dependencies(made, "taskDependencies"), "runtimeTopology")

    def dependencies(self, made: dict[str, object], key: str) -> dict[str, object]:
        """A graph: an entry names what it depends on; one nested in another's list comes after them."""
        given = made.get(key)
        if isinstance(given, list):
            entries = list(given)
            for entry in entries:  # grows while it is read
                inner = entry.get("dependsOn") if isinstance(entry, dict) else None
                if not isinstance(inner, list):
                    continue
                entries += [part for part in inner if isinstance(part, dict) and part.keys() - {"ref"}]
                entry["dependsOn"] = [
                    part["ref"] if isinstance(part, dict) and "ref" in part else part for part in inner
                ]
            made[key] = entries
        return made


_FINISH: dict[str, Callable[[Build, dict[str, object]], object]] = {
    "LicenseChoice": Build.licence,
    "Metadata": Build.tools,
    "Vulnerability": Build.tools,
    "Evidence": Build.evidence,
    "Bom": Build.bom,
    "Workflow": Build.flow,
    "Task": Build.flow,
}


def _merged(node: Node) -> dict[str, Node]:
    """The messages that can stand once: of one that stands several times all parts together."""
    parts: dict[str, list[Node]] = {}
    for field, value in node.fields:
        if not field.many and isinstance(value, Node):
            parts.setdefault(field.name, []).append(value)
    return {
        name: given[0] if len(given) == 1 else Node([pair for part in given for pair in part.fields])
        for name, given in parts.items()
    }


def _doubled(made: dict[str, object], twice: list[tuple[str, object]]) -> msgspec.Raw:
    """An object that holds some keys more than once."""
    pairs = [*made.items(), *twice]
    encode = msgspec.json.encode
    return msgspec.Raw(b"{" + b",".join(encode(key) + b":" + encode(value) for key, value in pairs) + b"}")
