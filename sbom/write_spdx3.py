"""SPDX 3.0.1 JSON-LD out of facts.

Guarantees: every component is a package, once, in the order of the facts; identifiers that are IRIs stay, others are made
below the document's own.  What the format has no field for (services) is not written here; `write_receipt` says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast
from urllib.parse import quote

from rulewright.sbom import spdx3_words
from rulewright.sbom.write_common import (
    TOOL,
    Names,
    Order,
    contexts,
    filled,
    first,
    instant,
    sources,
    tools,
    uuid,
    wanted,
)
from rulewright.sbom.write_spdx3_elements import Elements
from rulewright.sbom.write_spdx3_links import Links
from rulewright.sbom.write_spdx3_security import security
from rulewright.sbom.write_view import Tree

_IRI = re.compile(r"(?!_:)[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z")
_UNFIT = re.compile(r"[^A-Za-z0-9.-]+")
_KINDS = {"person": "Person", "organization": "Organization"}
_DRAFT = "urn:uuid:00000000-0000-5000-8000-000000000000"
_CONTEXT = "https://spdx.org/rdf/{}/spdx-context.jsonld"


def write(order: Order, version: str) -> tuple[Tree, list[int]]:
    """The document, and the rows of its components in the order in which a reader comes upon them."""
    writing = _Writing(order, version)
    draft = writing.document()
    product = order.view.facts.product
    name = quote(f"{product.name}-{product.version}" if product.version else product.name, safe="")[:80]
    base = f"https://spdx.org/spdxdocs/{name or 'document'}-{uuid(draft)}"
    own = {ident: base + ident[len(_DRAFT) :] for ident in writing.names.given() if ident.startswith(_DRAFT)}
    return cast("Tree", _renamed(draft, own)), list(order.view.rows("component"))


def _renamed(value: object, own: Mapping[str, str]) -> object:
    """The document with its own identifiers as they are to be."""
    match value:
        case str():
            return own.get(value, value)
        case list():
            return [_renamed(item, own) for item in value]
        case dict():
            return {key: _renamed(item, own) for key, item in value.items()}
        case _:
            return value


class _Writing:
    """One document in the making; its own identifiers begin with `_DRAFT`, for its identity follows from the content."""

    def __init__(self, order: Order, version: str) -> None:
        self.order, self.version, self.view = order, version, order.view
        self.names = Names(self.iri)
        self.document_id = self.names.give("SPDXRef-DOCUMENT")
        refs = [self.names.give(wanted(self.view, row)) for row in self.view.rows("component")]
        self.elements = Elements(self.view, self.names, refs)

    def iri(self, text: str) -> str:
        """An identifier: an IRI as it stands, anything else below the document's own."""
        if _IRI.match(text) and not text.startswith(("pkg:", "cpe:")):
            return text
        return f"{_DRAFT}#{_UNFIT.sub('-', text).strip('-') or 'element'}"

    def document(self) -> Tree:
        """Everything."""
        elements = self.elements
        creation, tool = self._creation()
        packages = elements.packages()
        links = Links(self.view, elements)
        rest = [*links.all(), *security(self.view, elements), *self._annotations()]
        roots = [elements.refs[row] for row in self.view.roots]
        licence = self._data_licence()
        own = [*tool, *elements.others(), *packages, *rest]
        for element in own:
            element.setdefault("creationInfo", "_:creation")
        listed = [str(element["spdxId"]) for element in own]
        sbom = filled([
            ("type", "software_Sbom"), ("spdxId", self.names.give("SPDXRef-SBOM")), ("creationInfo", "_:creation"),
            ("software_sbomType", [word for word in contexts(self.view) if word in spdx3_words.CONTEXTS]),
            ("rootElement", roots), ("element", listed),
        ])  # fmt: skip
        product = self.view.facts.product
        about = filled([
            ("type", "SpdxDocument"), ("spdxId", self.document_id), ("creationInfo", "_:creation"),
            ("name", f"{product.name} {product.version}".strip() or "document"),
            ("comment", first(self.view, "comment")),
            ("profileConformance", self._profiles(own)),
            ("dataLicense", licence),
            ("rootElement", [sbom["spdxId"]]),
        ])  # fmt: skip
        return {"@context": _CONTEXT.format(self.version), "@graph": [creation, about, sbom, *own]}

    def _data_licence(self) -> str | None:
        text = first(self.view, "data_license", spdx3_words.NO_ASSERTION)
        return None if text is None else self.elements.licence(text, None)

    def _profiles(self, own: list[Tree]) -> list[str]:
        """The profiles that the elements belong to."""
        kinds = {str(element["type"]).partition("_")[0] for element in own if "_" in str(element["type"])}
        extended = {"extension"} if any("extension" in element for element in own) else set()
        named = {"simpleLicensing" if kind == "simplelicensing" else kind for kind in kinds}
        return ["core", *sorted({*named, *extended, "software"})]

    def _creation(self) -> tuple[Tree, list[Tree]]:
        """Who made the document with what: the author of the sources, their tools and ours."""
        view, elements = self.view, self.elements
        kind, name, contact = (
            first(view, field, "NOASSERTION") for field in ("author_kind", "author", "author_contact")
        )
        listed = [*tools(view), (TOOL, self.order.version)]
        made: list[Tree] = [
            {
                "type": "Tool", "spdxId": self.names.give(f"SPDXRef-Tool-{tool}"),
                "name": f"{tool}-{version}" if version else tool,
            }
            for tool, version in listed
        ]  # fmt: skip
        if name is None:
            by = self.names.give(f"SPDXRef-Agent-{TOOL}")
            made.append({"type": "SoftwareAgent", "spdxId": by, "name": f"{TOOL}-{self.order.version}"})
        else:
            by = elements.agent(name, contact, _KINDS.get(kind or "", "Agent"))
        creation: Tree = {
            "type": "CreationInfo", "@id": "_:creation", "specVersion": self.version, "created": instant(view),
            "createdBy": [by], "createdUsing": [element["spdxId"] for element in made if element["type"] == "Tool"],
        }  # fmt: skip
        return creation, made

    def _annotations(self) -> list[Tree]:
        """Our remarks, and from which documents the facts come."""
        texts = [(self.document_id, f"made from {source}") for source in sources(self.view)]
        for note in self.order.notes:
            subject = self.document_id if note.component is None else self.elements.refs[note.component]
            texts.append((subject, note.text))
        return [
            {
                "type": "Annotation", "spdxId": self.names.give(f"SPDXRef-Annotation-{number}"), "annotationType": "other",
                "subject": subject, "statement": text,
            }
            for number, (subject, text) in enumerate(texts, 1)
        ]  # fmt: skip
