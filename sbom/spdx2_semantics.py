"""The second judge for SPDX 2: what is wrong although the schema accepts it.

Guarantees: every finding has its JSON pointer; none of them stops the job.  Clauses are those of SPDX 2.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import UNSET

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import identifiers
from rulewright.sbom.dateform import is_rfc3339
from rulewright.sbom.findings import NOTE, WARNING, Findings, shown
from rulewright.sbom.hashes import LENGTHS, algorithm
from rulewright.sbom.spdx2_graph import Graph
from rulewright.sbom.spdx2_model import Checksum, File, Package, Snippet, Spdx
from rulewright.sbom.spdx2_packages import PURPOSES, reference_kind

RELATIONSHIPS = frozenset(
    [
        "AMENDS",
        "ANCESTOR_OF",
        "BUILD_DEPENDENCY_OF",
        "BUILD_TOOL_OF",
        "CONTAINED_BY",
        "CONTAINS",
        "COPY_OF",
        "DATA_FILE_OF",
        "DEPENDENCY_MANIFEST_OF",
        "DEPENDENCY_OF",
        "DEPENDS_ON",
        "DESCENDANT_OF",
        "DESCRIBED_BY",
        "DESCRIBES",
        "DEV_DEPENDENCY_OF",
        "DEV_TOOL_OF",
        "DISTRIBUTION_ARTIFACT",
        "DOCUMENTATION_OF",
        "DYNAMIC_LINK",
        "EXAMPLE_OF",
        "EXPANDED_FROM_ARCHIVE",
        "FILE_ADDED",
        "FILE_DELETED",
        "FILE_MODIFIED",
        "GENERATED_FROM",
        "GENERATES",
        "HAS_PREREQUISITE",
        "METAFILE_OF",
        "OPTIONAL_COMPONENT_OF",
        "OPTIONAL_DEPENDENCY_OF",
        "OTHER",
        "PACKAGE_OF",
        "PATCH_APPLIED",
        "PATCH_FOR",
        "PREREQUISITE_FOR",
        "PROVIDED_DEPENDENCY_OF",
        "REQUIREMENT_DESCRIPTION_FOR",
        "RUNTIME_DEPENDENCY_OF",
        "SPECIFICATION_FOR",
        "STATIC_LINK",
        "TEST_CASE_OF",
        "TEST_DEPENDENCY_OF",
        "TEST_OF",
        "TEST_TOOL_OF",
        "VARIANT_OF",
    ]
)
"""Relationship types of clause 11.1."""

_CREATOR = re.compile(r"(?:Person|Organization|Tool):\s*\S")
_PARTY = re.compile(r"(?:Person|Organization):\s*\S|NOASSERTION\Z")
_IDENTIFIER = re.compile(r"(?:DocumentRef-[A-Za-z0-9.+-]+:)?SPDXRef-[A-Za-z0-9.-]+\Z")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")


def judge(spdx: Spdx, graph: Graph, source: str) -> tuple[Diagnostic, ...]:
    """Judge one document."""
    findings = Findings(source)
    _document(spdx, graph, findings)
    _creation(spdx, findings)
    _references(spdx, graph, findings)
    _packages(spdx, findings)
    _identifiers(spdx, findings)
    _relationships(spdx, findings)
    _files(spdx, findings)
    return findings.sorted()


def _document(spdx: Spdx, graph: Graph, findings: Findings) -> None:
    """The document's own fields."""
    if spdx.data_license != "CC0-1.0":
        stated = f"`{shown(spdx.data_license)}`" if spdx.data_license else "missing"
        findings.add("RW1215", WARNING, f"the data licence is {stated}, not CC0-1.0", "/dataLicense")
    space = spdx.document_namespace
    if not space or "#" in space or ":" not in space:
        stated = f"`{shown(space)}` is not usable" if space else "the namespace is missing"
        findings.add("RW1216", WARNING, stated, "/documentNamespace")
    if not graph.roots and not _describes(spdx):
        findings.add("RW1214", NOTE, "the document does not say what it describes", "")


def _describes(spdx: Spdx) -> bool:
    """Whether anything at all, a file perhaps, is described."""
    kinds = {"DESCRIBES", "DESCRIBED_BY"}
    return bool(spdx.document_describes) or any(r.relationship_type in kinds for r in spdx.relationships or ())


def _creation(spdx: Spdx, findings: Findings) -> None:
    """Creators and time of creation."""
    info = spdx.creation_info
    if info is None:
        return
    if info.created is not None and not (_STAMP.match(info.created) and is_rfc3339(info.created)):
        message = f"`{shown(info.created)}` is not `YYYY-MM-DDThh:mm:ssZ`"
        findings.add("RW1014", WARNING, message, "/creationInfo/created")
    for i, creator in enumerate(info.creators or ()):
        if not _CREATOR.match(creator):
            message = f"`{shown(creator)}` does not start with `Person:`, `Organization:` or `Tool:`"
            findings.add("RW1213", WARNING, message, f"/creationInfo/creators/{i}")


def _references(spdx: Spdx, graph: Graph, findings: Findings) -> None:
    """References to nothing, and identifiers used twice."""
    for pointer, ref in graph.dangling():
        findings.add("RW1201", WARNING, f"`{shown(ref)}` is the SPDXID of no element", pointer)
    seen: dict[str, str] = {}
    for pointer, ident in _idents(spdx):
        if ident is None:
            continue
        first = seen.setdefault(ident, pointer)
        if first != pointer:
            findings.add("RW1202", WARNING, f"`{shown(ident)}` is the SPDXID of `{first}` as well", f"{pointer}/SPDXID")
        if not _IDENTIFIER.match(ident):
            message = f"`{shown(ident)}` is not `SPDXRef-` with letters, digits, `.` and `-`"
            findings.add("RW1211", WARNING, message, f"{pointer}/SPDXID")


def _idents(spdx: Spdx) -> Iterator[tuple[str, str | None]]:
    """Every element's identifier."""
    groups: tuple[tuple[str, Sequence[Package | File | Snippet] | None], ...] = (
        ("packages", spdx.packages),
        ("files", spdx.files),
        ("snippets", spdx.snippets),
    )
    for key, elements in groups:
        for i, element in enumerate(elements or ()):
            yield f"/{key}/{i}", element.spdx_id


def _packages(spdx: Spdx, findings: Findings) -> None:
    """Fields of single packages."""
    for i, item in enumerate(spdx.packages or ()):
        at = f"/packages/{i}"
        if not item.name:
            findings.add("RW1210", WARNING, "the package has no name", at)
        for key, party in (("supplier", item.supplier), ("originator", item.originator)):
            if party is not None and not _PARTY.match(party):
                message = f"`{shown(party)}` does not start with `Person:` or `Organization:`"
                findings.add("RW1213", WARNING, message, f"{at}/{key}")
        if item.primary_package_purpose is not None and item.primary_package_purpose not in PURPOSES:
            message = f"`{shown(item.primary_package_purpose)}` is no purpose of SPDX"
            findings.add("RW1211", WARNING, message, f"{at}/primaryPackagePurpose")
        _checksums(item.checksums or [], at, findings)


def _checksums(checksums: list[Checksum], at: str, findings: Findings) -> None:
    """Checksums of one element."""
    for j, value in enumerate(checksums):
        name = algorithm(value.algorithm or "")
        if value.algorithm and name not in LENGTHS and name != "MD6":
            message = f"`{shown(value.algorithm)}` is no algorithm of SPDX"
            findings.add("RW1211", WARNING, message, f"{at}/checksums/{j}/algorithm")
        pointer = f"{at}/checksums/{j}/checksumValue"
        identifiers.check_hash(value.algorithm, value.checksum_value, pointer, findings)


def _identifiers(spdx: Spdx, findings: Findings) -> None:
    """Package URLs, CPEs and licences."""
    packages = list(enumerate(spdx.packages or ()))
    refs = [
        (f"/packages/{i}/externalRefs/{j}/referenceLocator", reference_kind(r.reference_type), r.reference_locator)
        for i, p in packages
        for j, r in enumerate(p.external_refs or ())
    ]
    identifiers.purls(((text, partial(str, p)) for p, kind, text in refs if kind == "purl"), findings)
    cpes = {"cpe23type", "cpe22type"}
    identifiers.cpes(((text, partial(str, p)) for p, kind, text in refs if kind in cpes), findings)
    stated = [
        (f"/packages/{i}/{key}", text)
        for i, p in packages
        for key, text in (("licenseConcluded", p.license_concluded), ("licenseDeclared", p.license_declared))
    ]
    identifiers.expressions(((text, partial(str, p)) for p, text in stated), findings)


def _relationships(spdx: Spdx, findings: Findings) -> None:
    """Relationships."""
    for i, r in enumerate(spdx.relationships or ()):
        kind = r.relationship_type
        if kind is not None and kind not in RELATIONSHIPS:
            message = f"`{shown(kind)}` is no relationship type of SPDX"
            findings.add("RW1211", WARNING, message, f"/relationships/{i}/relationshipType")
        if r.spdx_element_id and r.spdx_element_id == r.related_spdx_element:
            message = f"`{shown(r.spdx_element_id)}` is related to itself"
            findings.add("RW1207", WARNING, message, f"/relationships/{i}")


def _files(spdx: Spdx, findings: Findings) -> None:
    """Checksums of files, ranges of snippets."""
    for i, snippet in enumerate(spdx.snippets or ()):
        if snippet.ranges is UNSET or bytes(snippet.ranges) == b"[]":
            findings.add("RW1219", WARNING, "the snippet does not say which bytes it is", f"/snippets/{i}")
    for i, item in enumerate(spdx.files or ()):
        _checksums(item.checksums or [], f"/files/{i}", findings)
