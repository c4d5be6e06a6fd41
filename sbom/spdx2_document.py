"""What an SPDX 2 document says of itself.

Guarantees: a tool is never an author.  The generation context has no field of its own in SPDX 2; it is read from the
creation comment where that says `SBOM type: …` or `generation context: …`.
"""

from __future__ import annotations

import re

from rulewright.sbom import documents, spdx2_party, words
from rulewright.sbom.fitting import Fitter
from rulewright.sbom.spdx2_graph import Graph
from rulewright.sbom.spdx2_model import CreationInfo, Package, Spdx

_CONTEXT = re.compile(
    r"(?:sbom[ _-]?types?|generation[ _-]?contexts?|life-?cycle(?:[ _-]?phase)?s?)\s*[:=]\s*([A-Za-z_ ,-]+)",
    re.IGNORECASE,
)


def _text(value: str | None) -> words.Cell:
    return None if value is None else words.text(value)


def _contexts(comment: str | None) -> words.Cell:
    """Contexts that the comment names."""
    found = _CONTEXT.search(comment or "")
    if found is None:
        return None
    stated = [part.strip().lower() for part in found[1].split(",") if part.strip()]
    return tuple(sorted({documents.CONTEXTS[word] for word in stated if word in documents.CONTEXTS})) or None


def _creators(info: CreationInfo) -> dict[str, words.Cell]:
    """Author, contact and tools."""
    parties = [spdx2_party.parse(raw) for raw in info.creators or ()]
    tools = [spdx2_party.tool(p.name) for p in parties if p.kind == "tool" and isinstance(p.name, str)]
    return spdx2_party.creators(tools, [p for p in parties if p.kind != "tool"])


def _primary(package: Package | None, ident: str | None) -> dict[str, words.Cell]:
    """The described product."""
    if package is None:
        return {}
    supplier = spdx2_party.name(package.supplier) if package.supplier else None
    return {
        "primary_name": _text(package.name),
        "primary_version": _text(package.version_info),
        "primary_id": _text(ident or package.spdx_id),
        "supplier": supplier,
    }


def cells(spdx: Spdx, graph: Graph, root: Package | None, ident: str | None, fitter: Fitter) -> dict[str, words.Cell]:
    """The row, but for what needs a judge."""
    info = spdx.creation_info or CreationInfo()
    word = graph.word()
    made: dict[str, words.Cell] = {
        "format": "spdx",
        "format_name": "SPDX",
        "format_version": _text((spdx.spdx_version or "").removeprefix("SPDX-")),
        "encoding": "json",
        "unique_id": _text(spdx.document_namespace),
        "generation_context": _contexts(info.comment),
        "signature_present": False,
        "data_license": _text(spdx.data_license),
        "license_list_version": _text(info.license_list_version),
        "contains_vulnerabilities": False,
        "dependencies_stated": bool(graph.directed),
        "components_total": len(graph.items),
        "completeness": word,
        "completeness_stated": word is not None,
        "comment": _text(spdx.comment) if spdx.comment else _text(info.comment),
    }
    made |= documents.timestamps(info.created) | _creators(info) | _primary(root, ident)
    keys = ((spdx, _KEYS), (info, _INFO_KEYS))
    for item, names in keys:
        for key, state in fitter.marks.get(id(item), {}).items():
            if key in names and made.get(names[key]) is None:
                made[names[key]] = state
    return made


_KEYS = {
    "spdxVersion": "format_version", "documentNamespace": "unique_id", "dataLicense": "data_license",
    "comment": "comment",
}  # fmt: skip
_INFO_KEYS = {"created": "timestamp", "creators": "author", "licenseListVersion": "license_list_version"}
