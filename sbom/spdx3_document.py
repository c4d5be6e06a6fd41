"""What an SPDX 3 document says of itself.

Guarantees: a program is never an author.  What the SpdxDocument element does not say is taken from its bill of
materials, and who made it, when and with what from the creation information of the first of these that there is.
"""

from __future__ import annotations

import msgspec

from rulewright.facts.types import State
from rulewright.sbom import documents, spdx2_party, spdx3_components, spdx3_words, words
from rulewright.sbom import spdx3_model as model
from rulewright.sbom.spdx3_graph import Graph
from rulewright.sbom.spdx3_licences import Licences
from rulewright.sbom.spdx3_nodes import ref, refs
from rulewright.sbom.spdx3_parties import Parties


class About(msgspec.Struct, eq=False):
    """The parts of a document that speak of the document."""

    graph: Graph
    parties: Parties
    licences: Licences

    def info(self) -> model.CreationInfo | None:
        """The creation information of the document, of its bill of materials, else the first that there is."""
        nodes = self.graph.nodes
        for kind in (model.SpdxDocument, model.Sbom, model.Collection):
            for element in nodes.of(kind):
                found = nodes.get(ref(element.creation_info), model.CreationInfo)
                if found is not None:
                    return found
        return next(iter(nodes.of(model.CreationInfo)), None)

    def version(self) -> str | None:
        """The version of the specification as the document states it."""
        info = self.info()
        return (info.spec_version if info else None) or self.graph.nodes.context.version or None

    def creators(self) -> dict[str, words.Cell]:
        """Author, contact and tools."""
        info = self.info()
        if info is None:
            return {}
        by = [self.parties.of(ident) for ident in refs(info.created_by)]
        used = [self.parties.of(ident) for ident in refs(info.created_using)]
        tools = [
            spdx2_party.tool(p.name)
            for p in (*used, *by)
            if (p.kind == "tool" or p in used) and isinstance(p.name, str)
        ]
        return spdx2_party.creators(tools, [p for p in by if p.kind != "tool"])

    def contexts(self) -> words.Cell:
        """Life-cycle phases that the bills of materials name."""
        stated = [
            spdx3_words.term(word) for sbom in self.graph.nodes.of(model.Sbom) for word in sbom.software_sbom_type or ()
        ]
        known = tuple(sorted({word for word in stated if word in spdx3_words.CONTEXTS}))
        return known or (State.MALFORMED if stated else None)

    def data_license(self) -> words.Cell:
        """The licence of the data."""
        document = self.graph.document
        ident = ref(document.data_license) if document else None
        return self.licences.of(ident).expression if ident else None

    def list_version(self) -> words.Cell:
        """The version of the licence list, where all expressions name one."""
        found = {e.simplelicensing_license_list_version for e in self.graph.nodes.of(model.LicenseExpression)}
        return found.pop() if len(found) == 1 else None

    def comment(self, info: model.CreationInfo | None) -> words.Cell:
        """The document's comment, else that on its creation."""
        document = self.graph.document
        text = (document.comment if document else None) or (info.comment if info else None)
        return words.text(text) if text else None

    def primary(self, root: spdx3_components.Item | None) -> dict[str, words.Cell]:
        """The described product."""
        if root is None:
            return {}
        version = root.software_package_version if isinstance(root, model.Package) else None
        supplier = self.parties.of(ref(root.supplied_by)).name if root.supplied_by else None
        return {
            "primary_name": words.text(root.name or ""),
            "primary_version": words.text(version or ""),
            "primary_id": spdx3_components.identifiers(root).get("purl") or root.spdx_id,
            "supplier": supplier,
        }

    def cells(self, root: spdx3_components.Item | None) -> dict[str, words.Cell]:
        """The row, but for what needs a judge."""
        graph, info = self.graph, self.info()
        word = graph.word()
        boms = graph.nodes.of(model.Sbom)
        named = graph.document or next(iter(boms), None)
        made: dict[str, words.Cell] = {
            "format": "spdx",
            "format_name": "SPDX",
            "format_version": words.text(self.version() or ""),
            "encoding": "json_ld",
            "unique_id": named.spdx_id if named else None,
            "generation_context": self.contexts(),
            "signature_present": False,
            "data_license": self.data_license(),
            "license_list_version": self.list_version(),
            "contains_vulnerabilities": bool(graph.nodes.places(model.Vulnerability)),
            "dependencies_stated": bool(graph.directed),
            "components_total": len(graph.places),
            "completeness": word,
            "completeness_stated": word is not None,
            "comment": self.comment(info),
        }
        made |= documents.timestamps(info.created if info else None) | self.creators() | self.primary(root)
        for item, names in ((info, _INFO_KEYS), (named, _KEYS)):
            for key, state in graph.nodes.decoded.fitter.marks.get(id(item), {}).items():
                if key in names and made.get(names[key]) is None:
                    made[names[key]] = state
        return made


_INFO_KEYS = {
    "created": "timestamp",
    "createdBy": "author",
    "createdUsing": "tool_name",
    "specVersion": "format_version",
}
_KEYS = {"spdxId": "unique_id", "dataLicense": "data_license", "comment": "comment"}
