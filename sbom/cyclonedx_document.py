"""What a CycloneDX document says of itself.

Author of the data: `metadata.authors`, else `metadata.manufacturer` (1.6: "the organization that created the BOM"),
else `metadata.supplier` is *not* taken: it supplies the product.  `metadata.manufacture` is the product's maker.
Guarantees: a tool is never an author.  It does not check signatures; it says whether there is one.
"""

from __future__ import annotations

from msgspec import UNSET

from rulewright.facts.types import State
from rulewright.sbom import claims, documents, party, words
from rulewright.sbom.cyclonedx_model import Bom, Component, Metadata, Property, Service, Tool, ToolBox
from rulewright.sbom.decoding import section
from rulewright.sbom.fitting import Fitter

CONTEXT_PROPERTIES = ("rulewright:generation_context", "cisa:generation-context", "cisa:generationContext")


def tools(metadata: Metadata, fitter: Fitter) -> list[tuple[str | None, str | None]]:
    """Names and versions of the generator tools, in the old form and the new."""
    if metadata.tools is UNSET or metadata.tools == b"null":
        return []
    raw = metadata.tools
    is_list = bytes(memoryview(raw)[:1]) == b"["
    found = section(raw, list[Tool] if is_list else ToolBox, "/metadata/tools", fitter)
    if isinstance(found, ToolBox):
        parts: list[Component | Service] = [*(found.components or ()), *(found.services or ())]
        return [(part.name, part.version) for part in parts]
    return [(tool.name or tool.vendor, tool.version) for tool in found] if isinstance(found, list) else []


def tool_cells(found: list[tuple[str | None, str | None]]) -> dict[str, words.Cell]:
    """Names and versions joined with `, `; the version is missing when one tool lacks it."""
    names = [name for name, _ in found if name]
    versions = [version for _, version in found]
    cells: dict[str, words.Cell] = {"tool_name": ", ".join(names) or None}
    if versions and all(versions):
        cells["tool_version"] = ", ".join(v for v in versions if v)
    return cells


def _author(metadata: Metadata) -> dict[str, words.Cell]:
    """Who made the data, what they are, and how to reach them."""
    people = party.contact_names(metadata.authors)
    if people:
        name, kind, contact = people, "person", party.contact_address(metadata.authors)
    else:
        organisation = metadata.manufacturer
        found = party.entity_name(organisation)
        if not found:
            return {}
        name, kind, contact = found, "organization", party.entity_contact(organisation)
    read = words.text(name)
    if contact is None:
        contact = party.entity_contact(metadata.manufacturer)
    return {"author": read, "author_kind": kind if isinstance(read, str) else None, "author_contact": contact}


def _contexts(metadata: Metadata) -> words.Cell:
    """Life-cycle phases, in the vocabulary's words; a phase that the author names keeps its name."""
    stated = [phase for item in metadata.lifecycles or () if (phase := item.phase or item.name)]
    stated += [p.value for p in metadata.properties or () if p.name in CONTEXT_PROPERTIES and p.value]
    read = [words.text(word) for word in stated]
    known = {documents.CONTEXTS.get(w.strip().lower(), w.strip().lower()) for w in read if isinstance(w, str)}
    if known:
        return tuple(sorted(known))
    return next((state for state in read if isinstance(state, State)), None)


def _licence(metadata: Metadata, fitter: Fitter) -> words.Cell:
    """The licence of the data."""
    if metadata.licenses is UNSET:
        return None
    return claims.pool(claims.keys_of([metadata.licenses]), lambda _: "/metadata", fitter).of(0).applies


def _text(value: str | None) -> words.Cell:
    return None if value is None else words.text(value)


def _property(properties: list[Property] | None, name: str) -> str | None:
    return next((p.value for p in properties or () if p.name == name), None)


def _primary(component: Component | None) -> dict[str, words.Cell]:
    """The described product."""
    if component is None:
        return {}
    return {
        "primary_name": _text(component.name),
        "primary_version": _text(component.version),
        "primary_id": _text(component.purl or component.cpe or component.bom_ref),
    }


def cells(bom: Bom, fitter: Fitter) -> dict[str, words.Cell]:
    """The row, but for what needs the graph or a judge."""
    metadata = bom.metadata or Metadata()
    made: dict[str, words.Cell] = {
        "format": "cyclonedx",
        "format_name": _text(bom.bom_format),
        "format_version": _text(bom.spec_version),
        "encoding": "json",
        "unique_id": _text(bom.serial_number),
        "doc_version": bom.version,
        "supplier": _text(party.entity_name(metadata.supplier)),
        "manufacturer": _text(_maker(metadata)),
        "generation_context": _contexts(metadata),
        "signature_present": bom.signature is not UNSET and bom.signature != b"null",
        "data_license": _licence(metadata, fitter),
        "contains_vulnerabilities": bool(bom.vulnerabilities),
        "dependencies_stated": bom.dependencies is not None,
        "comment": _text(_property(metadata.properties, "comment")),
    }
    made |= documents.timestamps(metadata.timestamp)
    made |= tool_cells(tools(metadata, fitter)) | _author(metadata) | _primary(metadata.component)
    _mark(made, bom, metadata, fitter)
    return made


def _maker(metadata: Metadata) -> str | None:
    """Maker of the described product."""
    component = metadata.component
    return party.entity_name(metadata.manufacture) or (party.entity_name(component.manufacturer) if component else None)


_KEYS = {
    "bomFormat": "format_name", "specVersion": "format_version", "serialNumber": "unique_id", "version": "doc_version",
}  # fmt: skip
_METADATA_KEYS = {
    "timestamp": "timestamp", "supplier": "supplier", "manufacture": "manufacturer", "authors": "author",
    "manufacturer": "author", "lifecycles": "generation_context", "tools": "tool_name", "licenses": "data_license",
}  # fmt: skip


def _mark(made: dict[str, words.Cell], bom: Bom, metadata: Metadata, fitter: Fitter) -> None:
    """Let a missing cell say that its field was malformed or conflicting."""
    for item, keys in ((bom, _KEYS), (metadata, _METADATA_KEYS)):
        for key, state in fitter.marks.get(id(item), {}).items():
            if key in keys and made.get(keys[key]) is None:
                made[keys[key]] = state
