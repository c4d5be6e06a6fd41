"""SPDX 2.3 JSON out of facts.

Guarantees: every component is a package, once, in the order of the facts; relationships that a source states in SPDX's
words stay as they are, the others follow from the facts.  What the format has no field for (properties, services,
vulnerabilities, files without hash values) is not written here; `write_receipt` says so.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from rulewright.sbom.spdx2_graph import BACKWARD, DOCUMENT, FORWARD
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
from rulewright.sbom.write_licences import NO_TEXT, Custom
from rulewright.sbom.write_spdx2_packages import Packages, party
from rulewright.sbom.write_view import Tree

_UNFIT = re.compile(r"[^A-Za-z0-9.-]+")
_C = "component"
Edge = tuple[str, str, str]


def legal(text: str) -> str:
    """An identifier of SPDX 2 (clause 3.2): letters, digits, dots and hyphens behind `SPDXRef-`."""
    return f"SPDXRef-{_UNFIT.sub('-', text.removeprefix('SPDXRef-')).strip('-') or 'element'}"


def write(order: Order, version: str) -> tuple[Tree, list[int]]:
    """The document, and the rows of its components in the order in which a reader comes upon them."""
    return _Writing(order, version).document(), list(order.view.rows(_C))


class _Writing:
    """One document in the making."""

    def __init__(self, order: Order, version: str) -> None:
        self.order, self.version, self.view = order, version, order.view
        names = Names(legal)
        names.give(DOCUMENT)
        self.refs = [names.give(wanted(self.view, row)) for row in self.view.rows(_C)]
        self.custom = Custom()

    def document(self) -> Tree:
        """Everything, the identity last: it follows from the rest."""
        view = self.view
        product = view.facts.product
        packages = Packages(view, self.refs, self.custom)
        notes: dict[int | None, list[Tree]] = {}
        for note in self.order.notes:
            notes.setdefault(note.component, []).append(self._annotation(note.text))
        listed = [packages.package(row) for row in view.rows(_C)]
        for row, package in enumerate(listed):
            if row in notes:
                package["annotations"] = notes[row]
        name = f"{product.name}-{product.version}" if product.version else product.name
        tree = filled([
            ("SPDXID", DOCUMENT),
            ("spdxVersion", self.version),
            ("dataLicense", "CC0-1.0"),
            ("name", name or "document"),
            ("creationInfo", self._creation()),
            ("comment", first(view, "comment")),
            ("annotations", [*map(self._annotation, map(_made_from, sources(view))), *notes.get(None, ())]),
            ("hasExtractedLicensingInfos", None),
        ])  # fmt: skip
        tree["packages"] = listed
        entries = [_entry(ref, found) for ref, found in sorted(self.custom.names.items())]
        tree |= filled([("hasExtractedLicensingInfos", entries), ("relationships", self._relationships())])
        tree["documentNamespace"] = f"https://spdx.org/spdxdocs/{quote(name, safe='')[:80]}-{uuid(tree)}"
        return tree

    def _creation(self) -> Tree:
        view = self.view
        kind, name, contact = (
            first(view, field, "NOASSERTION") for field in ("author_kind", "author", "author_contact")
        )
        creators = [] if name is None else [party(name, contact, person=kind == "person")]
        creators += [f"Tool: {tool}-{version}" if version else f"Tool: {tool}" for tool, version in tools(view)]
        phases = ", ".join(contexts(view))
        return filled([
            ("created", instant(view)),
            ("creators", [*creators, f"Tool: {TOOL}-{self.order.version}"]),
            ("licenseListVersion", first(view, "license_list_version")),
            ("comment", f"SBOM type: {phases}" if phases else None),
        ])  # fmt: skip

    def _annotation(self, text: str) -> Tree:
        annotator = f"Tool: {TOOL}-{self.order.version}"
        return {
            "annotationDate": instant(self.view), "annotationType": "OTHER", "annotator": annotator, "comment": text,
        }  # fmt: skip

    def _relationships(self) -> list[Tree]:
        """Those of the sources, then what the facts say and they do not."""
        view = self.view
        found: dict[Edge, None] = {}
        for row in view.roots:
            found[DOCUMENT, "DESCRIBES", self.refs[row]] = None
        covered = self._stated(found)
        held = {(parent, row) for parent, row in view.pairs(_C, _C)}
        for row, ref in enumerate(self.refs):
            for child in view.needed[row]:
                if (row, child) in covered:
                    continue
                other = self.refs[child]
                if (row, child) in held:
                    found[ref, "CONTAINS", other] = None
                elif view.flag(_C, "dev_only", child):
                    found[other, "DEV_DEPENDENCY_OF", ref] = None
                else:
                    found[ref, "DEPENDS_ON", other] = None
            end = self._end(row)
            if end:
                found[ref, "DEPENDS_ON", end] = None
        for parent, row in sorted(held - covered):
            found[self.refs[parent], "CONTAINS", self.refs[row]] = None
        return [
            {"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b} for a, kind, b in found
        ]  # fmt: skip

    def _stated(self, found: dict[Edge, None]) -> set[tuple[int, int]]:
        """The relationships of SPDX 2 sources whose ends are written; which dependencies they cover."""
        view = self.view
        rows = {(view.source_of(_C, row), ident): row for row in view.rows(_C) if (ident := view.text(_C, "id", row))}
        covered: set[tuple[int, int]] = set()
        for number in view.rows("relationship"):
            kind = view.text("relationship", "type", number) or ""
            source = view.source_of("relationship", number)
            ends = [view.text("relationship", field, number, "NOASSERTION") or "" for field in ("from_id", "to_id")]
            a, b = (rows.get((source, end)) for end in ends)
            if a is None or not kind.isupper() or (b is None and ends[1] not in {"NONE", "NOASSERTION"}):
                continue
            found[self.refs[a], kind, ends[1] if b is None else self.refs[b]] = None
            if b is not None and kind in FORWARD | BACKWARD:
                covered.add((a, b) if kind in FORWARD else (b, a))
        return covered

    def _end(self, row: int) -> str | None:
        """What is known of the completeness of a component's dependencies."""
        view = self.view
        said = view.value(_C, "dependencies_complete", row)
        if said in {"unknown", "incomplete"}:
            return "NOASSERTION"
        nothing = view.number(_C, "dependency_count", row) == 0
        return "NONE" if nothing else None


def _made_from(source: str) -> str:
    return f"made from {source}"


def _entry(ref: str, name: str | None) -> Tree:
    return filled([("licenseId", ref), ("extractedText", name or NO_TEXT), ("name", name)])
