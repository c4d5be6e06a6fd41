"""What an SPDX 2 document refers to in other documents: external document references and relationships to their elements.

Guarantees: every external document reference is listed, and every relationship that names an element of one.
It does not resolve them.  Source: SPDX 2.3, clauses 6.6 and 11.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.sbom.document import External
from rulewright.sbom.spdx2_graph import BACKWARD, FORWARD, Graph

PREFIX = "DocumentRef-"


def external(graph: Graph) -> Iterator[External]:
    """Every reference to another document."""
    spaces: dict[str, str] = {}
    for number, listed in enumerate(graph.spdx.external_document_refs or ()):
        space = listed.spdx_document or ""
        if space:
            spaces[listed.external_document_id or ""] = space
            yield External(space, "", -1, f"/externalDocumentRefs/{number}")
    for number, r in enumerate(graph.relationships):
        a, b = r.spdx_element_id or "", r.related_spdx_element or ""
        kind = r.relationship_type
        if kind in BACKWARD:
            a, b = b, a
        elif kind not in FORWARD:
            continue
        outside = b if b.startswith(PREFIX) else a
        row = graph.rows.get(a if outside is b else b)
        space = spaces.get(outside.partition(":")[0], "")
        if outside.startswith(PREFIX) and space and row is not None:
            element = outside.partition(":")[2]
            way = "depends_on" if outside is b else "needed_by"
            yield External(space, element, row, f"/relationships/{number}", kind=way)
