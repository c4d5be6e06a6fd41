"""Counting the entities of an SPDX 3 document from its bytes, apart from the reader.

Guarantees: nothing of what the reader stored is looked at.  It does not say what was lost, only how much.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from rulewright.sbom.exact import Object, parse

ENTITIES = (
    "packages", "files", "snippets", "relationships", "relationship ends", "agents and tools", "creation information",
    "licence elements", "vulnerabilities", "other elements", "hashes", "external identifiers", "external references",
)  # fmt: skip
"""What a receipt counts; hashes to external references are those of packages."""

_RELATED = (
    "CvssV2", "CvssV3", "CvssV4", "Cvss", "Epss", "ExploitCatalog", "Ssvc", "VexAffected", "VexFixed", "VexNotAffected",
    "VexUnderInvestigation", "Vex", "",
)  # fmt: skip
_EXPANDED = (
    "License", "ListedLicense", "CustomLicense", "IndividualLicensingInfo", "ConjunctiveLicenseSet",
    "DisjunctiveLicenseSet", "OrLaterOperator", "WithAdditionOperator", "LicenseAddition", "ListedLicenseException",
    "CustomLicenseAddition",
)  # fmt: skip
_TYPES = {
    **dict.fromkeys(("software_Package", "ai_AIPackage", "dataset_DatasetPackage"), "packages"),
    "software_File": "files",
    "software_Snippet": "snippets",
    **dict.fromkeys(("Relationship", "LifecycleScopedRelationship"), "relationships"),
    **{f"security_{kind}VulnAssessmentRelationship": "relationships" for kind in _RELATED},
    **dict.fromkeys(("Agent", "Person", "Organization", "SoftwareAgent", "Tool"), "agents and tools"),
    "CreationInfo": "creation information",
    **{f"expandedlicensing_{kind}": "licence elements" for kind in _EXPANDED},
    **{f"simplelicensing_{kind}": "licence elements" for kind in ("AnyLicenseInfo", "LicenseExpression", "SimpleLicensingText")},
    "security_Vulnerability": "vulnerabilities",
}  # fmt: skip
_MANY = frozenset({
    "createdBy", "createdUsing", "to", "element", "rootElement", "originatedBy", "expandedlicensing_member",
    "import", "imports", "verifiedUsing", "externalIdentifier", "externalRef",
})  # fmt: skip
_ARTIFACT = ("originatedBy", "suppliedBy")
_BY_ENTITY: dict[str, tuple[str, ...]] = {
    "packages": _ARTIFACT,
    "files": _ARTIFACT,
    "snippets": (*_ARTIFACT, "software_snippetFromFile"),
    "vulnerabilities": _ARTIFACT,
    "relationships": ("from", "to"),
    "agents and tools": (),
    "licence elements": (),
}
_MEMBERS = ("expandedlicensing_member",)
_BY_TYPE = {
    "CreationInfo": ("createdBy", "createdUsing"),
    "ExternalMap": ("definingArtifact",),
    "Annotation": ("subject",),
    "SpdxDocument": ("element", "rootElement", "dataLicense"),
    **dict.fromkeys(("ElementCollection", "Bundle", "Bom", "software_Sbom"), ("element", "rootElement")),
    **dict.fromkeys(("Artifact", "software_SoftwareArtifact"), _ARTIFACT),
    **dict.fromkeys(("Element", "IndividualElement", "build_Build"), ()),
    "expandedlicensing_ConjunctiveLicenseSet": _MEMBERS,
    "expandedlicensing_DisjunctiveLicenseSet": _MEMBERS,
    "expandedlicensing_OrLaterOperator": ("expandedlicensing_subjectLicense",),
    "expandedlicensing_WithAdditionOperator": (
        "expandedlicensing_subjectAddition", "expandedlicensing_subjectExtendableLicense",
    ),
    **{f"security_{k}VulnAssessmentRelationship": ("from", "to", "security_assessedElement", "suppliedBy") for k in _RELATED},
}  # fmt: skip
"""Fields in which an element may stand, beside `creationInfo`."""
_LISTS = (
    ("hashes", "verifiedUsing", "Hash"),
    ("external identifiers", "externalIdentifier", "ExternalIdentifier"),
    ("external references", "externalRef", "ExternalRef"),
)
_IRI = re.compile(r"(?:https?://spdx\.org/rdf/[^/]+/terms/|spdx:)(\w+)/(\w+)\Z")


class _Typed(Struct, gc=False):
    type: str


class _Map(Struct, gc=False):
    type: str
    definingArtifact: str | None = None  # noqa: N815 - the document's name


class _Node(Struct, gc=False, rename={"from_": "from", "import_": "import"}):
    """A node in which no other one stands: what refers to nodes has to be a text."""

    type: str
    creationInfo: str | None = None  # noqa: N815 - the document's names
    createdBy: list[str] | None = None  # noqa: N815
    createdUsing: list[str] | None = None  # noqa: N815
    subject: str | None = None
    from_: str | None = None
    to: list[str] | None = None
    element: list[str] | None = None
    rootElement: list[str] | None = None  # noqa: N815
    dataLicense: str | None = None  # noqa: N815
    originatedBy: list[str] | None = None  # noqa: N815
    suppliedBy: str | None = None  # noqa: N815
    software_snippetFromFile: str | None = None  # noqa: N815
    expandedlicensing_member: list[str] | None = None
    expandedlicensing_subjectLicense: str | None = None  # noqa: N815
    expandedlicensing_subjectAddition: str | None = None  # noqa: N815
    expandedlicensing_subjectExtendableLicense: str | None = None  # noqa: N815
    security_assessedElement: str | None = None  # noqa: N815
    verifiedUsing: list[_Typed] | None = None  # noqa: N815
    externalIdentifier: list[_Typed] | None = None  # noqa: N815
    externalRef: list[_Typed] | None = None  # noqa: N815
    import_: list[_Map] | None = None
    imports: list[_Map] | None = None


class _Root(Struct, gc=False, rename={"graph": "@graph"}):
    graph: list[msgspec.Raw]


_SLICE = 8192
_RELATED_TYPES = frozenset(kind for kind, entity in _TYPES.items() if entity == "relationships")


def count(data: bytes | memoryview) -> Counter[str]:
    """Count in the bytes of a document without doubled keys, some thousand nodes at a time."""
    total: Counter[str] = Counter()
    types: Counter[str] = Counter()
    decoder = msgspec.json.Decoder(list[_Node])
    try:
        raws = msgspec.json.decode(data, type=_Root).graph
        for at in range(0, len(raws), _SLICE):
            nodes = decoder.decode(b"[" + b",".join(raws[at : at + _SLICE]) + b"]")
            types.update([node.type for node in nodes])
            total.update(_held_by(nodes))
    except (msgspec.ValidationError, RecursionError):
        return count_exactly(data)
    if any(":" in kind for kind in types.keys() - _TYPES.keys()):
        return count_exactly(data)
    for kind, number in types.items():
        total[_TYPES.get(kind, "other elements")] += number
    return total


def _held_by(nodes: list[_Node]) -> dict[str, int]:
    """What some nodes hold: ends of relationships, list items of packages."""
    packages = [node for node in nodes if _TYPES.get(node.type) == "packages"]
    found = {
        entity: sum([item.type == wanted for node in packages for item in getattr(node, name) or ()])
        for entity, name, wanted in _LISTS
    }
    ends = sum([len(node.to) if node.to else 1 for node in nodes if node.type in _RELATED_TYPES])
    return {**found, "relationship ends": ends}


def _short(key: str) -> str:
    """A term as the context shortens it."""
    found = _IRI.match(key)
    if found is None:
        return "type" if key == "@type" else key
    return found[2] if found[1] == "Core" else f"{found[1].lower()}_{found[2]}"


def _given(holder: Object, name: str) -> tuple[list[object], bool]:
    """All values of a field, and whether they agree."""
    found = [value for key in holder if _short(key) == name for value in holder.twice.get(key, [holder[key]])]
    return found, all(value == found[0] for value in found)


def _values(holder: Object, name: str) -> list[object]:
    """The items of a field, one value counting as a list of one; of a field given twice all items if all are lists."""
    given, agreed = _given(holder, name)
    if not agreed:
        if name not in _MANY or not all(isinstance(value, list) for value in given):
            return []
        return [item for value in given if isinstance(value, list) for item in value]
    value = given[0] if given else None
    if name in _MANY:
        return value if isinstance(value, list) else [] if value is None else [value]
    if isinstance(value, list):
        return _alone(value)
    return [] if value is None else [value]


def _alone(value: list[object]) -> list[object]:
    """The one value that a list stands for."""
    while len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    return value if len(value) == 1 else []


def _kind(node: Object) -> str:
    """The type of a node; empty where it has none or two."""
    given, agreed = _given(node, "type")
    value = given[0] if given and agreed else None
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return _short(value) if isinstance(value, str) else ""


def _objects(node: Object, names: tuple[str, ...]) -> Iterator[Object]:
    """Objects that stand in some fields of a node."""
    for name in names:
        for value in _values(node, name):
            item = _alone(value) if isinstance(value, list) else [value]
            for each in item:
                if isinstance(each, Object) and not (set(each) == {"@id"} and isinstance(each["@id"], str)):
                    yield each


def _inside(node: Object) -> Iterator[Object]:
    """Nodes that stand within one."""
    kind = _kind(node)
    entity = _TYPES.get(kind)
    if entity is None and kind not in _BY_TYPE:
        return
    own = _BY_TYPE.get(kind) or _BY_ENTITY.get(entity or "", ())
    yield from _objects(node, own if kind in {"CreationInfo", "ExternalMap"} else (*own, "creationInfo"))
    if kind == "SpdxDocument":
        for item in _objects(node, ("import", "imports")):
            if _kind(item) in {"ExternalMap", ""} and not _conflicting(item):
                yield from _objects(item, ("definingArtifact",))


def _conflicting(node: Object) -> bool:
    """Whether a node is said to be of two types."""
    return not _given(node, "type")[1]


def _held(package: Object, name: str, kind: str, apart: Counter[tuple[str, str]]) -> int:
    """Items of a list that are of a kind; `apart` has those that stand apart, by kind and identifier."""
    total = 0
    for value in _values(package, name):
        item = value
        while isinstance(item, list) and len(item) == 1:
            item = item[0]
        if isinstance(item, str):
            total += apart[kind, item] > 0
        elif isinstance(item, Object) and set(item) == {"@id"} and isinstance(item["@id"], str):
            total += apart[kind, item["@id"]] > 0
        elif not isinstance(item, Object):
            total += 1
        else:
            total += _kind(item) in {kind, ""} and not _conflicting(item) and "type" not in _odd(item)
    return total


def _odd(node: Object) -> set[str]:
    """`type`, where it is given and no text."""
    value = next(iter(_given(node, "type")[0]), None)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return {"type"} if value is not None and not _kind(node) else set()


def count_exactly(data: bytes | memoryview) -> Counter[str]:
    """Count in any valid JSON."""
    root = parse(data)
    total: Counter[str] = Counter()
    if not isinstance(root, Object):
        return total
    todo = _values(root, "@graph") if "@graph" in root else [root]
    graph = root.twice.get("@graph", [root.get("@graph")])
    if "@graph" in root and not all(isinstance(value, (list, Object)) for value in graph):
        todo = []
    elif len(graph) > 1 and all(isinstance(value, list) for value in graph) and "@graph" in root.conflicts():
        todo = [item for value in graph if isinstance(value, list) for item in value]
    elif "@graph" in root and isinstance(graph[0], list):
        todo = list(graph[0])
    apart = Counter((_kind(n), str(n.get("@id"))) for n in todo if isinstance(n, Object))
    while todo:
        node = todo.pop()
        entity = _TYPES.get(_kind(node)) if isinstance(node, Object) else None
        total[entity or "other elements"] += 1
        if not isinstance(node, Object):
            continue
        todo.extend(_inside(node))
        if entity == "relationships":
            total["relationship ends"] += max(1, len(_values(node, "to")))
        elif entity == "packages":
            for entity, name, kind in _LISTS:
                total[entity] += _held(node, name, kind, apart)
    return total
