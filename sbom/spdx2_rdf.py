"""SPDX 2 RDF/XML, as its JSON form.

Guarantees: the document is parsed as XML first, with all its bounds, and nothing outside it is read; every statement is
carried over or reported.  It makes no facts: the JSON reader does.
"""

from __future__ import annotations

from collections import Counter

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import rdf_xml, spdx2_assembly, spdx2_count, spdx2_judge, xml
from rulewright.sbom.decoding import no_collector
from rulewright.sbom.document import Converted
from rulewright.sbom.findings import Findings, refusal
from rulewright.sbom.limits import MAX_RDF_BYTES
from rulewright.sbom.spdx2_rdf_build import RELATIONSHIP, Builder
from rulewright.sbom.spdx2_rdf_terms import TERMS
from rulewright.sbom.text import Bytes

DEEPEST = 2000
"""Levels of elements: the official tools nest each element in the relationship that leads to it."""


def convert(data: Bytes, name: str) -> Converted | Diagnostic:
    """Convert one document."""
    if len(data) > MAX_RDF_BYTES:
        return refusal("RW1003", name, f"the RDF document is larger than {MAX_RDF_BYTES} bytes")
    root = xml.parse(data, name, DEEPEST)
    if isinstance(root, Diagnostic):
        return root
    findings, named = Findings(name), xml.Places()
    with no_collector():
        graph = rdf_xml.Reader(findings, named).read(root)
        builder = Builder(graph, findings, named)
        document = builder.run()
        made = spdx2_assembly.encode(document)

    def place(pointer: str) -> str:
        return named.place(spdx2_assembly.find(document, pointer, builder.places, root))

    counts = count(graph)
    if builder.doubled:
        counts["licences"] = spdx2_count.count_exactly(made)["licences"]
    judge = spdx2_judge.judge(made, document.get("spdxVersion"), name, place)
    return Converted(made, "rdf", counts, place, judge, findings)


_TYPES = {"packages": "Package", "files": "File", "snippets": "Snippet"}


def count(graph: rdf_xml.Graph) -> Counter[str]:
    """Count statements, apart from the conversion."""
    total = Counter({entity: len(graph.of_type(TERMS + kind)) for entity, kind in _TYPES.items()})
    total["relationships"] = sum(s.predicate == RELATIONSHIP for said in graph.nodes.values() for s in said)
    for node in graph.of_type(f"{TERMS}SpdxDocument")[:1]:
        total["extracted licences"] += len(graph.values(node, f"{TERMS}hasExtractedLicensingInfo"))
    for node in graph.of_type(f"{TERMS}Package"):
        total["hashes"] += len(graph.values(node, f"{TERMS}checksum"))
        total["external references"] += len(graph.values(node, f"{TERMS}externalRef"))
        for key in ("licenseDeclared", "licenseConcluded"):
            total["licences"] += bool(graph.values(node, TERMS + key))
    return total
