"""What a CycloneDX document refers to in other documents: BOM-Link and references of type `bom`.

Guarantees: every BOM-Link in `dependencies`, and every reference to another bill of materials, is listed with its place.
It does not resolve them.  Source: CycloneDX, BOM-Link (`urn:cdx:serialNumber/version#bom-ref`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rulewright.sbom.cyclonedx_graph import Graph
from rulewright.sbom.cyclonedx_model import Bom, Reference
from rulewright.sbom.document import External
from rulewright.sbom.held import Held

if TYPE_CHECKING:
    from rulewright.sbom.shelf import Lists

LINK = "urn:cdx:"


def external(bom: Bom, graph: Graph, references: Held[Reference] | Lists[Reference]) -> tuple[External, ...]:
    """Every reference to another document."""
    return (*_needed(bom, graph), *_described(references), *_about(bom))


def _needed(bom: Bom, graph: Graph) -> Iterator[External]:
    """What components depend on in other documents."""
    if any(ref.startswith(LINK) for ref in graph.unlisted):
        for number, entry in enumerate(bom.dependencies or ()):
            row = graph.rows.get(entry.ref or "", -1)
            for step, ref in enumerate(entry.depends_on or ()):
                if ref.startswith(LINK) and ref in graph.unlisted:
                    yield _link(ref, row, f"/dependencies/{number}/dependsOn/{step}", kind="depends_on")


def _described(references: Held[Reference] | Lists[Reference]) -> Iterator[External]:
    """Components that have a bill of materials of their own."""
    for row, listed in enumerate(references.lists):
        for step, reference in enumerate(listed):
            if reference.type == "bom" and reference.url:
                place = f"{references.pointer(row)}/externalReferences/{step}"
                yield _link(reference.url, row, place, _digest(reference), "same")


def _about(bom: Bom) -> Iterator[External]:
    """Other bills of materials that the document itself names."""
    for step, reference in enumerate(bom.external_references or ()):
        if reference.type == "bom" and reference.url:
            yield _link(reference.url, -1, f"/externalReferences/{step}", _digest(reference))


def _link(url: str, row: int, pointer: str, sha256: str = "", kind: str = "refers") -> External:
    document, _, element = url.partition("#") if url.startswith(LINK) else (url, "", "")
    return External(document, unquote(element), row, pointer, sha256, kind)


def _digest(reference: Reference) -> str:
    return next((h.content.lower() for h in reference.hashes or () if h.alg == "SHA-256" and h.content), "")
