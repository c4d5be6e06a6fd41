"""Counting the entities of a CycloneDX document from its bytes, apart from the reader.

Two ways, both without the reader's model: structs that only count, and for documents where those do not fit a walk
over the exact parse.
Guarantees: neither looks at what the reader stored.  It does not say what was lost, only how much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import attrgetter

import msgspec
from msgspec import Struct

from rulewright.sbom.exact import Object, items, parse

ENTITIES = (
    "components", "services", "vulnerabilities", "dependencies", "dependency edges", "hashes", "licences",
    "external references", "properties",
)  # fmt: skip
"""What a receipt counts; hashes to properties are those of components."""


class _One(Struct, gc=False):
    """Anything at all that is an object."""


class _Component(Struct, gc=False):
    hashes: list[_One] | None = None
    licenses: list[_One] | None = None
    externalReferences: list[_One] | None = None  # noqa: N815 - the document's name
    properties: list[_One] | None = None
    components: list[_Component] | None = None


class _Service(Struct, gc=False):
    services: list[_Service] | None = None


class _Dependency(Struct, gc=False):
    dependsOn: list[msgspec.Raw] | None = None  # noqa: N815 - the document's name


class _Metadata(Struct, gc=False):
    component: _Component | None = None


class _Bom(Struct, gc=False):
    metadata: _Metadata | None = None
    components: list[_Component] | None = None
    services: list[_Service] | None = None
    vulnerabilities: list[_One] | None = None
    dependencies: list[_Dependency] | None = None


_PARTS = (
    ("hashes", "hashes"),
    ("licenses", "licences"),
    ("externalReferences", "external references"),
    ("properties", "properties"),
)


def count(data: bytes | memoryview) -> Counter[str]:
    """Count in the bytes of a document without doubled keys."""
    try:
        bom = msgspec.json.decode(data, type=_Bom)
    except (msgspec.ValidationError, RecursionError):
        return count_exactly(data)
    total: Counter[str] = Counter()
    root = bom.metadata.component if bom.metadata else None
    level = ([] if root is None else [root]) + (bom.components or [])
    while level:
        total["components"] += len(level)
        total["hashes"] += _lengths(level, "hashes")
        total["licences"] += _lengths(level, "licenses")
        total["external references"] += _lengths(level, "externalReferences")
        total["properties"] += _lengths(level, "properties")
        level = list(chain.from_iterable(filter(None, map(attrgetter("components"), level))))
    services = bom.services or []
    while services:
        total["services"] += len(services)
        services = list(chain.from_iterable(filter(None, map(attrgetter("services"), services))))
    total["vulnerabilities"] = len(bom.vulnerabilities or ())
    total["dependencies"] = len(bom.dependencies or ())
    total["dependency edges"] = _lengths(bom.dependencies or [], "dependsOn")
    return total


def _lengths(holders: Sequence[Struct], name: str) -> int:
    """Items of one list of all holders together."""
    return sum(map(len, filter(None, map(attrgetter(name), holders))))


def _deep(holders: Iterable[object], key: str) -> list[object]:
    """Elements and those nested in them under `key`."""
    found: list[object] = []
    level = list(holders)
    while level:
        found.extend(level)
        level = [inner for item in level for inner in items(item, key)]
    return found


def count_exactly(data: bytes | memoryview) -> Counter[str]:
    """Count in any valid JSON: what is no list has no items, an item of the wrong type is one all the same."""
    bom = parse(data)
    metadata = bom.get("metadata") if isinstance(bom, Object) and "metadata" not in bom.conflicts() else None
    has_root = isinstance(metadata, Object) and "component" in metadata and "component" not in metadata.conflicts()
    root = metadata["component"] if has_root and isinstance(metadata, Object) else None
    components = _deep([*([root] if isinstance(root, Object) else []), *items(bom, "components")], "components")
    total = Counter({"components": len(components)})
    for key, entity in _PARTS:
        total[entity] = sum(len(items(c, key)) for c in components)
    total["services"] = len(_deep(items(bom, "services"), "services"))
    total["vulnerabilities"] = len(items(bom, "vulnerabilities"))
    entries = items(bom, "dependencies")
    total["dependencies"] = len(entries)
    total["dependency edges"] = sum(len(items(entry, "dependsOn")) for entry in entries)
    return total
