"""Packages of an SPDX 2.3 document out of facts.

Guarantees: a field is written as the reader reads it; the download location, which the format asks for, is NOASSERTION
where nobody states it.  It does not look at other packages.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.sbom import hashes
from rulewright.sbom.spdx2_packages import PURPOSES, reference_kind
from rulewright.sbom.write_common import IDENTIFIERS, filled, midnight
from rulewright.sbom.write_licences import Custom
from rulewright.sbom.write_view import Tree, View

_C = "component"
_NA = "NOASSERTION"
_TYPES = {
    "machine_learning_model": "OTHER", "data": "OTHER", "cryptographic_asset": "OTHER", "platform": "OTHER",
    "device_driver": "OTHER",
}  # fmt: skip
_CATEGORIES = {
    "PACKAGE-MANAGER": frozenset({"maven-central", "npm", "nuget", "bower", "purl"}),
    "SECURITY": frozenset({"cpe22type", "cpe23type", "advisory", "fix", "url", "swid"}),
    "PERSISTENT-ID": frozenset({"swh", "gitoid"}),
}


def party(name: str, contact: str | None, *, person: bool = False) -> str:
    """Somebody as SPDX 2 writes them."""
    if name == _NA:
        return name
    kind = "Person" if person else "Organization"
    return f"{kind}: {'anonymous' if name == 'withheld' else name}{f' ({contact})' if contact else ''}"


class Packages:
    """Writes packages."""

    def __init__(self, view: View, refs: Sequence[str], custom: Custom) -> None:
        self.view, self.refs, self.custom = view, refs, custom
        self.children = {name: view.below(name) for name in ("hash", "reference") if view.table(name)}

    def _text(self, field: str, row: int) -> str | None:
        return self.view.text(_C, field, row, _NA)

    def _below(self, collection: str, row: int) -> Sequence[int]:
        found = self.children.get(collection)
        return found[row] if found else ()

    def package(self, row: int) -> Tree:
        """One package."""
        view = self.view
        analysed = view.flag(_C, "files_analyzed", row)
        end = view.number(_C, "end_of_support", row)
        return filled([
            ("SPDXID", self.refs[row]),
            ("name", self._text("name", row) or "unknown"),
            ("versionInfo", self._text("version", row)),
            ("packageFileName", self._text("filename", row)),
            ("supplier", self._supplier(row)),
            ("originator", self._originator(row)),
            ("downloadLocation", self._location(row)),
            ("filesAnalyzed", bool(analysed)),
            ("homepage", view.value(_C, "homepage", row)),
            ("checksums", self._checksums(row)),
            ("licenseConcluded", self._licence("concluded", row)),
            ("licenseDeclared", self._licence("declared", row)),
            ("copyrightText", self._text("copyright", row)),
            ("description", self._text("description", row)),
            ("externalRefs", self._references(row)),
            ("primaryPackagePurpose", self._purpose(row)),
            ("validUntilDate", None if end is None else midnight(end)),
        ])  # fmt: skip

    def _supplier(self, row: int) -> str | None:
        name = self._text("supplier", row)
        return None if name is None else party(name, self.view.address("supplier_contact", row))

    def _originator(self, row: int) -> str | None:
        """Whoever made it, if that is stated beside the supplier: manufacturer, author, publisher."""
        names = [self._text(field, row) for field in ("author", "manufacturer", "publisher")]
        name = next((text for text in names if text and text != _NA), None) or next(filter(None, names), None)
        if name is None:
            return None
        own = self._text("producer", row) == name
        return party(name, self.view.address("producer_contact", row) if own else None)

    def _location(self, row: int) -> str:
        for field in ("download_location", "deployable_uri", "source_uri"):
            found = self._text(field, row)
            if found is not None:
                return found
        return _NA

    def _checksums(self, row: int) -> list[Tree]:
        found: list[Tree] = []
        for number in self._below("hash", row):
            alg, value = (self.view.value("hash", field, number) for field in ("algorithm", "value"))
            if isinstance(alg, str) and isinstance(value, str) and hashes.well_formed(alg, value):
                found.append({"algorithm": _algorithm(alg), "checksumValue": value})
        return found

    def _licence(self, role: str, row: int) -> str | None:
        """The licence in one role; where no role is stated, the licence as it applies is the declared one."""
        text = self._text(f"license_{role}", row)
        if text is None and role == "declared" and self._text("license_concluded", row) is None:
            text = self._text("license", row)
        return None if text is None else self.custom.expression(text, self.view.text(_C, "license_text", row))

    def _purpose(self, row: int) -> str | None:
        kind = self.view.value(_C, "type", row)
        if not isinstance(kind, str):
            return None
        word = kind.upper()
        return word if word in PURPOSES else _TYPES.get(kind, "OTHER")

    def _references(self, row: int) -> list[Tree]:
        """Identifiers, then references; one that repeats an identifier keeps its place."""
        view = self.view
        found: list[Tree] = []
        stated: set[tuple[str, str]] = set()
        for number in self._below("reference", row):
            kind, url = (view.text("reference", field, number) for field in ("type", "url"))
            if kind and url:
                found.append(_reference(kind, url))
                stated.add((IDENTIFIERS.get(reference_kind(kind), reference_kind(kind)), url))
        own = [
            _reference(kind, text)
            for field, kind in (("purl", "purl"), ("cpe", "cpe23Type"), ("swid", "swid"), ("swhid", "swh"))
            if (text := view.text(_C, field, row)) and (field, text) not in stated and (kind, text) not in stated
        ]
        for item in own:
            if item["referenceType"] == "cpe23Type" and str(item["referenceLocator"]).startswith("cpe:/"):
                item["referenceType"] = "cpe22Type"
        return own + found


def _reference(kind: str, url: str) -> Tree:
    short = reference_kind(kind)
    category = next((name for name, kinds in _CATEGORIES.items() if short in kinds), "OTHER")
    return {"referenceCategory": category, "referenceType": kind, "referenceLocator": url}


def _algorithm(name: str) -> str:
    """`SHA-256` as `SHA256`; SHA-3 and BLAKE2b keep their hyphens."""
    return name.replace("-", "") if name.startswith("SHA-") else name
