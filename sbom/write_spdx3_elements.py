"""Packages, files, agents and licences of an SPDX 3 document out of facts.

Guarantees: agents and licences that are the same are one element; a field is written as the reader reads it.
It writes no relationships.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.sbom import hashes, spdx3_words
from rulewright.sbom.spdx2_packages import reference_kind
from rulewright.sbom.write_common import IDENTIFIERS, Names, filled, midnight
from rulewright.sbom.write_licences import NO_TEXT, Custom
from rulewright.sbom.write_view import Tree, View

_C = "component"
_LICENCES = {
    spdx3_words.NONE: "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoneLicense",
    spdx3_words.NO_ASSERTION: "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense",
}
_PURPOSES = {
    "operating_system": "operatingSystem", "device_driver": "deviceDriver", "machine_learning_model": "model",
    "cryptographic_asset": "other",
}  # fmt: skip
_ALGORITHMS = {"SHA3-224": "sha3_224", "SHA3-256": "sha3_256", "SHA3-384": "sha3_384", "SHA3-512": "sha3_512"}
_REFERENCES = {
    "advisories": "securityAdvisory", "advisory": "securityAdvisory", "website": "altWebPage", "url": "altWebPage",
    "vcs": "vcs", "issue-tracker": "issueTracker", "mailing-list": "mailingList", "release-notes": "releaseNotes",
    "source-distribution": "sourceArtifact", "distribution": "binaryArtifact", "distribution-intake": "binaryArtifact",
    "build-meta": "buildMeta", "build-system": "buildSystem", "social": "socialMedia", "fix": "securityFix",
    "exploitability-statement": "vulnerabilityExploitabilityAssessment", "pentest-report": "securityPenTestReport",
    "threat-model": "securityThreatModel", "adversary-model": "securityAdversaryModel", "risk-assessment": "riskAssessment",
    "static-analysis-report": "staticAnalysisReport", "dynamic-analysis-report": "dynamicAnalysisReport",
    "component-analysis-report": "componentAnalysisReport", "runtime-analysis-report": "runtimeAnalysisReport",
    "certification-report": "certificationReport", "maven-central": "mavenCentral",
}  # fmt: skip
"""Kinds of reference in the words of CycloneDX and SPDX 2."""
_KNOWN = frozenset(_REFERENCES.values()) | frozenset(
    "altDownloadLocation bower chat cwe documentation eolNotice exportControlAssessment funding license metrics npm nuget other "  # noqa: SIM905
    "privacyAssessment productMetadata purchaseOrder qualityAssessmentReport releaseHistory secureSoftwareAttestation "
    "securityOther securityPolicy support".split()
)


class Elements:
    """The elements of one document; `refs` are the identifiers of components."""

    def __init__(self, view: View, names: Names, refs: list[str]) -> None:
        self.view, self.names, self.refs = view, names, refs
        self.custom = Custom()
        self.claims: list[tuple[str, str, str]] = []
        self.files: list[tuple[str, str]] = []
        """Files in which components are distributed: component and file."""
        self._agents: dict[tuple[str, str | None], Tree] = {}
        self._licences: dict[str, Tree] = {}
        self._texts: dict[str, Tree] = {}
        self._deployed: list[Tree] = []
        self.file_refs = [
            names.give(view.text("file", "id", row) or f"SPDXRef-File-{view.text('file', 'name', row) or row + 1}")
            for row in view.rows("file")
        ]
        self._children = {
            name: view.below(name) for name in ("hash", "reference", "property", "file") if view.table(name)
        }

    def others(self) -> list[Tree]:
        """Agents, licences and their texts, and files in which components are distributed."""
        return [*self._agents.values(), *self._texts.values(), *self._licences.values(), *self._deployed]

    def agent(self, name: str, contact: str | None, kind: str = "Agent") -> str:
        """The identifier of an agent; the facts do not say of what kind suppliers and authors are."""
        found = self._agents.get((name, contact))
        if found is None:
            mail = contact is not None and "@" in contact and "://" not in contact
            how = "email" if mail else "urlScheme"
            listed = [{"type": "ExternalIdentifier", "externalIdentifierType": how, "identifier": contact}]
            found = self._agents[name, contact] = filled([
                ("type", kind), ("spdxId", self.names.give(f"SPDXRef-Agent-{name}")), ("name", name),
                ("externalIdentifier", listed if contact else None),
            ])  # fmt: skip
        return str(found["spdxId"])

    def licence(self, text: str, name: str | None) -> str:
        """The identifier of a licence."""
        expression = self.custom.expression(text, name)
        if expression in _LICENCES:
            return _LICENCES[expression]
        found = self._licences.get(expression)
        if found is None:
            refs = self.custom.refs(expression)
            entries = [{"type": "DictionaryEntry", "key": ref, "value": self._text_of(ref)} for ref in refs]
            found = self._licences[expression] = filled([
                ("type", "simplelicensing_LicenseExpression"), ("spdxId", self.names.give(f"SPDXRef-License-{expression}")),
                ("simplelicensing_licenseExpression", expression), ("simplelicensing_customIdToUri", entries),
            ])  # fmt: skip
        return str(found["spdxId"])

    def _text_of(self, ref: str) -> str:
        """The element that stands for the text of a licence that is in no list."""
        found = self._texts.get(ref)
        if found is None:
            name = self.custom.names[ref]
            found = self._texts[ref] = filled([
                ("type", "simplelicensing_SimpleLicensingText"), ("spdxId", self.names.give(f"SPDXRef-{ref}")),
                ("name", name), ("simplelicensing_licenseText", name or NO_TEXT),
            ])  # fmt: skip
        return str(found["spdxId"])

    def packages(self) -> list[Tree]:
        """All components, then the files that the sources list."""
        return [
            *(self._package(row) for row in self.view.rows(_C)),
            *(self._file(row) for row in self.view.rows("file")),
        ]

    def _text(self, field: str, row: int) -> str | None:
        return self.view.text(_C, field, row, "NOASSERTION")

    def _below(self, collection: str, row: int) -> Sequence[int]:
        found = self._children.get(collection)
        return found[row] if found else ()

    def _package(self, row: int) -> Tree:
        """One component."""
        view = self.view
        ref, kind = self.refs[row], view.value(_C, "type", row)
        supplier, maker = self._text("supplier", row), self._maker(row)
        for role in ("declared", "concluded"):
            text = self._text(f"license_{role}", row)
            if text is None and role == "declared" and self._text("license_concluded", row) is None:
                text = self._text("license", row)
            if text is not None:
                self.claims.append((ref, role, self.licence(text, view.text(_C, "license_text", row))))
        self._deployable(row)
        end = view.number(_C, "end_of_support", row)
        own = self._text("producer", row) == maker
        by = None if maker is None else self.agent(maker, view.address("producer_contact", row) if own else None)
        return filled([
            ("type", "software_Package"), ("spdxId", ref), ("name", self._text("name", row)),
            ("description", self._text("description", row)),
            ("software_packageVersion", self._text("version", row)),
            ("software_packageUrl", view.text(_C, "purl", row)),
            ("software_downloadLocation", self._address("download_location", row)),
            ("software_homePage", self._address("homepage", row)),
            ("software_copyrightText", self._text("copyright", row)),
            ("software_primaryPurpose", _PURPOSES.get(str(kind), str(kind)) if isinstance(kind, str) else None),
            ("suppliedBy", None if supplier is None else self.agent(supplier, view.address("supplier_contact", row))),
            ("originatedBy", None if by is None else [by]),
            ("supportLevel", self._support(row)),
            ("validUntilTime", None if end is None else midnight(end)),
            ("verifiedUsing", self._hashes(row)),
            ("externalIdentifier", self._identifiers(row)),
            ("externalRef", self._references(row)),
            ("extension", self._properties(row)),
        ])  # fmt: skip

    def _maker(self, row: int) -> str | None:
        """Whoever made it, if that is stated beside the supplier."""
        names = [self._text(field, row) for field in ("author", "manufacturer", "publisher")]
        return next((text for text in names if text and text != "NOASSERTION"), None) or next(filter(None, names), None)

    def _address(self, field: str, row: int) -> str | None:
        """An address: the schema asks for an IRI."""
        found = self._text(field, row)
        return found if found and ":" in found else None

    def _support(self, row: int) -> list[str]:
        found = self.view.text(_C, "support_level", row, "noAssertion") or ""
        return [word for word in found.split(", ") if word in spdx3_words.SUPPORT]

    def _hashes(self, row: int) -> list[Tree]:
        found: list[Tree] = []
        for number in self._below("hash", row):
            alg, value = (self.view.value("hash", field, number) for field in ("algorithm", "value"))
            if isinstance(alg, str) and isinstance(value, str) and hashes.well_formed(alg, value):
                name = _ALGORITHMS.get(alg, alg.replace("-", "").lower())
                found.append({"type": "Hash", "algorithm": name, "hashValue": value})
        return found

    def _identifiers(self, row: int) -> list[Tree]:
        """Identifiers but for the package URL, which has a field of its own."""
        cpe = self.view.text(_C, "cpe", row)
        listed = (
            ("cpe22" if cpe and cpe.startswith("cpe:/") else "cpe23", cpe),
            ("swid", self.view.text(_C, "swid", row)), ("swhid", self.view.text(_C, "swhid", row)),
        )  # fmt: skip
        return [
            {"type": "ExternalIdentifier", "externalIdentifierType": kind, "identifier": text}
            for kind, text in listed
            if text
        ]

    def _references(self, row: int) -> list[Tree]:
        """References, and addresses that SPDX 3 has no other place for."""
        view = self.view
        found: list[tuple[str, str]] = []
        for number in self._below("reference", row):
            stated, url = (view.text("reference", field, number) for field in ("type", "url"))
            short = reference_kind(stated)
            field = IDENTIFIERS.get(short, short if short in {"swid", "swhid"} else None)
            if url and not (field and self._text(field, row) == url):
                found.append((_REFERENCES.get(stated or "", stated or "other"), url))
        for field, kinds in (("source_uri", ("sourceArtifact", "vcs")), ("deployable_uri", ("binaryArtifact",))):
            address = view.value(_C, field, row)
            if isinstance(address, str) and not any((kind, address) in found for kind in kinds):
                found.append((kinds[0], address))
        return [
            {"type": "ExternalRef", "externalRefType": kind if kind in _KNOWN else "other", "locator": [url]}
            for kind, url in found
        ]

    def _properties(self, row: int) -> list[Tree]:
        """The properties, in the extension that SPDX has for them."""
        view = self.view
        listed = [
            filled([
                ("type", "extension_CdxPropertyEntry"), ("extension_cdxPropName", name),
                ("extension_cdxPropValue", view.text("property", "value", number)),
            ])
            for number in self._below("property", row)
            if (name := view.text("property", "name", number)) is not None
        ]  # fmt: skip
        return [{"type": "extension_CdxPropertiesExtension", "extension_cdxProperty": listed}] if listed else []

    def _deployable(self, row: int) -> None:
        """The file in which a component is distributed, where its sources do not list one."""
        view = self.view
        name = view.text(_C, "filename", row)
        flags = {field: view.flag(_C, field, row) for field in ("executable", "archive", "structured")}
        if name is None and set(flags.values()) == {None}:
            return
        for number in self._below("file", row):
            if name is None or view.text("file", "name", number) == name:
                self.files.append((self.refs[row], self.file_refs[number]))
                return
        purposes = [field for field in ("executable", "archive") if flags[field]]
        if flags["structured"] is not None:
            purposes.append("container" if flags["structured"] else "firmware")
        ref = self.names.give(f"SPDXRef-File-{name or row + 1}")
        self.files.append((self.refs[row], ref))
        self._deployed.append(filled([
            ("type", "software_File"), ("spdxId", ref), ("name", name), ("software_additionalPurpose", purposes),
        ]))  # fmt: skip

    def _file(self, row: int) -> Tree:
        """A file that a source lists."""
        view = self.view
        ref = self.file_refs[row]
        text = view.text("file", "license", row, "NOASSERTION")
        if text is not None:
            self.claims.append((ref, "concluded", self.licence(text, None)))
        types = view.words("file", "types", row)
        return filled([
            ("type", "software_File"), ("spdxId", ref), ("name", view.text("file", "name", row)),
            ("software_copyrightText", view.text("file", "copyright", row, "NOASSERTION")),
            ("software_fileKind", "directory" if "directory" in types else None),
            ("software_additionalPurpose", [word for word in types if word in spdx3_words.PURPOSES]),
        ])  # fmt: skip
