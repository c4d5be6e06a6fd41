"""Counting the entities of CycloneDX protobuf in its bytes, apart from the conversion.

Guarantees: it goes by the numbers of the fields, through none of the conversion's tables and values.  It does not say what
was lost, only how much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rulewright.sbom.cyclonedx_protobuf_wire import GROUP, I32, I64, LENGTH, VARINT, varint

_PARTS = {12: "hashes", 13: "licences", 20: "external references", 22: "properties"}
_METADATA, _COMPONENTS, _SERVICES, _DEPENDENCIES, _VULNERABILITIES = 4, 5, 6, 8, 10
_COMPONENT, _NESTED, _NESTED_SERVICES = 4, 21, 13


def _fields(data: bytes) -> Iterator[tuple[int, bytes | None]]:
    """Number and bytes of each field of a well-formed message; `None` where it has no length."""
    at, depth = 0, 0
    while at < len(data):
        tag, at = varint(data, at, len(data))
        wire = tag & 7
        if wire == VARINT:
            at = varint(data, at, len(data))[1]
        elif wire == LENGTH:
            size, at = varint(data, at, len(data))
            if not depth:
                yield tag >> 3, data[at : at + size]
            at += size
            continue
        else:
            at += {I64: 8, I32: 4}.get(wire, 0)
        if not depth:
            yield tag >> 3, None
        depth += {GROUP: 1, GROUP + 1: -1}.get(wire, 0)


def _inside(data: bytes, number: int) -> list[bytes | None]:
    """All occurrences of one field."""
    return [part for found, part in _fields(data) if found == number]


def _joined(parts: list[bytes | None]) -> bytes | None:
    """A message that can stand once: its parts together; `None` where there is none."""
    there = [part for part in parts if part is not None]
    return b"".join(there) if there else None


def count(data: bytes) -> Counter[str]:
    """Count what a receipt counts; hashes to properties are those of components."""
    total: Counter[str] = Counter()
    parts: dict[int, list[bytes | None]] = {}
    for number, part in _fields(data):
        parts.setdefault(number, []).append(part)
    metadata = _joined(parts.get(_METADATA, []))
    product = _joined(_inside(metadata, _COMPONENT)) if metadata else None
    level = [product] if product is not None else []
    _components(level + [part or b"" for part in parts.get(_COMPONENTS, ())], total)
    services = [part or b"" for part in parts.get(_SERVICES, ())]
    while services:
        total["services"] += len(services)
        services = [part or b"" for service in services for part in _inside(service, _NESTED_SERVICES)]
    total["vulnerabilities"] = len(parts.get(_VULNERABILITIES, ()))
    _dependencies([part or b"" for part in parts.get(_DEPENDENCIES, ())], total)
    return total


def _components(level: list[bytes], total: Counter[str]) -> None:
    """Count components from a level down, and what they hold."""
    while level:
        total["components"] += len(level)
        below: list[bytes] = []
        for component in level:
            for number, part in _fields(component):
                if number in _PARTS:
                    total[_PARTS[number]] += 1
                elif number == _NESTED:
                    below.append(part or b"")
        level = below


def _dependencies(entries: list[bytes], total: Counter[str]) -> None:
    """Count entries, and the dependencies that they name; one that names some itself is an entry too."""
    while entries:
        total["dependencies"] += len(entries)
        named = [part or b"" for entry in entries for part in _inside(entry, 2)]
        total["dependency edges"] += len(named)
        entries = [part for part in named if {number for number, _ in _fields(part)} & {2, 3}]
