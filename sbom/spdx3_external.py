"""References of an SPDX 3 document to elements of others, and the identifiers by which others refer to its own.

Identifiers are global, so an element names its document as well: both parts of a reference are the element's identifier.
Guarantees: every import is named, and every element that a component needs or is needed by and that is not here.
It resolves nothing (`linking`).
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.sbom import spdx3_model as model
from rulewright.sbom import spdx3_words
from rulewright.sbom.document import External
from rulewright.sbom.spdx3_graph import FORWARD, Graph
from rulewright.sbom.spdx3_nodes import Nodes, identifier, ref, refs

_NAMED = (model.SpdxDocument, model.Bom, model.SoftwareArtifact, model.Build, model.Vulnerability)


def names(nodes: Nodes) -> tuple[str, ...]:
    """Identifiers by which other documents may refer to elements of this one, that of the document first."""
    places = (place for kind in _NAMED for place in nodes.places(kind))
    found = (identifier(nodes.items[place]) for place in places)
    return tuple(dict.fromkeys(ident for ident in found if ident and not ident.startswith("_:")))


def external(graph: Graph) -> Iterator[External]:
    """Elements of other documents: those that components need or are needed by, then those that are only named."""
    seen: set[tuple[str, int, str]] = set()
    for found in _needed(graph):
        key = (found.element, found.row, found.kind)
        if key not in seen:
            seen.add(key)
            yield found
    known = {ident for ident, _, _ in seen}
    for ident, pointer in _imports(graph):
        if ident not in known:
            known.add(ident)
            yield External(ident, ident, -1, pointer, digest(graph, ident))


def _needed(graph: Graph) -> Iterator[External]:
    """Dependencies with one end outside."""
    nodes = graph.nodes
    numbers = graph.numbers(*FORWARD)
    places = nodes.places(model.Relationship) if numbers else []
    for number in numbers:
        r = graph.relationships[number]
        start, pointer = ref(r.from_) or "", nodes.pointer(places[number])
        row = graph.rows.get(start)
        for i, end in enumerate(refs(r.to)):
            if row is not None and _outside(graph, end):
                yield External(end, end, row, f"{pointer}/to/{i}", digest(graph, end), "depends_on")
            elif row is None and end in graph.rows and _outside(graph, start):
                yield External(start, start, graph.rows[end], f"{pointer}/from", digest(graph, start), "needed_by")


def _outside(graph: Graph, ident: str) -> bool:
    return bool(ident) and ident not in graph.nodes.ids and not spdx3_words.is_known(ident)


def _imports(graph: Graph) -> Iterator[tuple[str, str]]:
    """Identifier and pointer of every import."""
    nodes = graph.nodes
    for place in nodes.places(model.SpdxDocument):
        node = nodes.items[place]
        assert isinstance(node, model.SpdxDocument)
        for key, maps in (("import", node.import_), ("imports", node.imports)):
            for i, item in enumerate(maps or ()):
                if isinstance(item, model.ExternalMap) and item.external_spdx_id:
                    yield item.external_spdx_id, f"{nodes.pointer(place)}/{key}/{i}"


def digest(graph: Graph, ident: str) -> str:
    """The SHA-256 digest of the file that has an element, as its import states it."""
    item = graph.imports.get(ident)
    if item is None:
        return ""
    artifact = graph.nodes.get(ref(item.defining_artifact), model.Element)
    stated = [*((artifact.verified_using if artifact else None) or ()), *(item.verified_using or ())]
    found = (h for h in stated if isinstance(h, model.Hash) and spdx3_words.word(h.algorithm) == "sha256")
    return next((h.hash_value.lower() for h in found if h.hash_value), "")
