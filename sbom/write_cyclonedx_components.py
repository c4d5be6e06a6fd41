"""Components of a CycloneDX document out of facts.

Guarantees: a field is written as the reader reads it; what the format asks for and nobody states (type, name) is written
as the least that it admits.  It does not look at other components.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.facts.identity import licenses
from rulewright.facts.identity.dates import format_date
from rulewright.facts.vocabulary import BUILTIN
from rulewright.sbom import cyclonedx_components as reading
from rulewright.sbom import hashes
from rulewright.sbom.spdx2_packages import reference_kind
from rulewright.sbom.write_common import IDENTIFIERS, filled
from rulewright.sbom.write_cyclonedx_crypto import crypto
from rulewright.sbom.write_view import Tree, View

_C = "component"
_TYPES = {"archive": "file", "source": "file", "install": "application", "other": "library"}
"""Kinds that CycloneDX has no word for."""
_KNOWN = frozenset(BUILTIN.collections[_C].fields["type"].type.values) - _TYPES.keys()
_REFERENCES = frozenset(
    "vcs issue-tracker website advisories bom mailing-list social chat documentation support source-distribution distribution "  # noqa: SIM905
    "distribution-intake license build-meta build-system release-notes security-contact model-card log configuration evidence "
    "formulation attestation threat-model adversary-model risk-assessment vulnerability-assertion exploitability-statement "
    "pentest-report static-analysis-report dynamic-analysis-report runtime-analysis-report component-analysis-report "
    "maturity-report certification-report codified-infrastructure quality-metrics poam electronic-signature digital-signature "
    "rfc-9116 patent patent-family patent-assertion citation other".split()
)
_SPOKEN = {
    "advisory": "advisories", "url": "website", "altWebPage": "website", "securityAdvisory": "advisories",
    "issueTracker": "issue-tracker", "mailingList": "mailing-list", "releaseNotes": "release-notes",
    "sourceArtifact": "source-distribution", "binaryArtifact": "distribution", "binary-artifact": "distribution",
    "source-artifact": "source-distribution", "altDownloadLocation": "distribution", "buildMeta": "build-meta",
    "buildSystem": "build-system", "socialMedia": "social", "vulnerabilityExploitabilityAssessment": "exploitability-statement",
}  # fmt: skip
"""Kinds of reference in SPDX's words."""
_UNFIT = frozenset(' <>"{}|\\^`\n\r\t')
"""Characters that no address has."""
_ADDRESSES = (
    ("homepage", ("website",)),
    ("source_uri", ("source-distribution", "vcs")),
    ("deployable_uri", ("distribution", "distribution-intake")),
    ("download_location", ("distribution", "source-distribution")),
    ("sbom_uri", ("bom",)),
)
"""Fields that the reader takes from references of some kinds."""
_TEXTS = (
    ("group", "group"), ("name", "name"), ("version", "version"), ("description", "description"),
    ("publisher", "publisher"), ("copyright", "copyright"), ("cpe", "cpe"), ("purl", "purl"),
)  # fmt: skip
_EXPRESSIONS_MIX = "1.7"
"""From this version on, expressions may stand beside other licences."""


def property_(name: str, value: str | None) -> Tree:
    """A property."""
    return filled([("name", name), ("value", value)])


def entity(name: str | None, contact: str | None) -> Tree | None:
    """An organisation."""
    if name is None and contact is None:
        return None
    mail = contact is not None and "@" in contact and "://" not in contact
    people = [{"email": contact}] if mail else None
    return filled([("name", name), ("url", [contact] if contact and not mail else None), ("contact", people)])


class Components:
    """Writes components, nested ones apart."""

    def __init__(self, view: View, version: str, refs: Sequence[str | None]) -> None:
        self.view, self.version, self.refs = view, version, refs
        self.children = {
            name: view.below(name) for name in ("hash", "license_claim", "property", "reference") if view.table(name)
        }

    def _text(self, field: str, row: int, unknown: str = "unknown") -> str | None:
        return self.view.text(_C, field, row, unknown)

    def _below(self, collection: str, row: int) -> Sequence[int]:
        found = self.children.get(collection)
        return found[row] if found else ()

    def component(self, row: int) -> Tree:
        """One component."""
        view = self.view
        kind = view.value(_C, "type", row)
        word = str(kind) if kind in _KNOWN else _TYPES.get(str(kind), "library")
        texts = {key: self._text(field, row) for key, field in _TEXTS}
        scope = view.value(_C, "scope", row)
        made = filled([
            ("type", word.replace("_", "-")),
            ("bom-ref", self.refs[row]),
            ("supplier", entity(self._text("supplier", row), self.view.address("supplier_contact", row))),
            ("manufacturer", entity(self._text("manufacturer", row), self._maker_contact(row))),
            ("authors", self._authors(row)),
            *texts.items(),
            ("scope", scope),
            ("isExternal", view.flag(_C, "is_external", row) if self.version >= _EXPRESSIONS_MIX else None),
            ("hashes", self._hashes(row)),
            ("licenses", self._licences(row)),
            ("swhid", [text] if (text := self._text("swhid", row)) else None),
            ("swid", {"tagId": tag, "name": texts["name"] or tag} if (tag := self._text("swid", row)) else None),
            ("cryptoProperties", crypto(view, row, self.version)),
            ("externalReferences", self._references(row)),
            ("properties", self._properties(row)),
        ])  # fmt: skip
        made.setdefault("name", "unknown")
        return made

    def _maker_contact(self, row: int) -> str | None:
        """How to reach the maker: the producer's address where the maker is the producer."""
        maker, producer = self._text("manufacturer", row), self._text("producer", row)
        return self.view.address("producer_contact", row) if maker is not None and maker == producer else None

    def _authors(self, row: int) -> list[Tree] | None:
        """The authors, as one name: names may hold commas of their own."""
        name, contact = self._text("author", row), self.view.address("producer_contact", row)
        if name is None:
            return None
        own = contact if self._text("producer", row) == name and contact and "@" in contact else None
        return [filled([("name", name), ("email", own)])]

    def _hashes(self, row: int) -> list[Tree]:
        """The hashes that have the form of their algorithm."""
        found: list[Tree] = []
        for number in self._below("hash", row):
            alg, value = (self.view.value("hash", field, number) for field in ("algorithm", "value"))
            if isinstance(alg, str) and isinstance(value, str) and hashes.well_formed(alg, value):
                found.append({"alg": alg, "content": value})
        return found

    def _licences(self, row: int) -> list[Tree]:
        """What is claimed of the licence; where nothing is, the licences as they stand in the component's own fields."""
        view = self.view
        claims: list[tuple[str, str, str]] = []
        for number in self._below("license_claim", row):
            role = str(view.value("license_claim", "role", number) or "declared")
            texts = {f: view.text("license_claim", f, number, "NOASSERTION") for f in ("id", "name", "expression")}
            kind = next((f for f in ("id", "expression", "name") if texts[f]), None)
            if kind:
                claims.append((role, kind, texts[kind] or ""))
        if not claims:
            own = [(role, self._text(f"license_{role}", row, "NOASSERTION")) for role in ("declared", "concluded")]
            own = own if any(text for _, text in own) else [("declared", self._text("license", row, "NOASSERTION"))]
            claims = [(role, "expression", text) for role, text in own if text]
        both = len({role for role, _, _ in claims}) > 1
        made = [_choice(role, kind, text, both=both) for role, kind, text in claims]
        if self.version < _EXPRESSIONS_MIX and len(made) > 1:
            made = [_named(choice) for choice in made]
        return made

    def _references(self, row: int) -> list[Tree]:
        """References, and the addresses that the component has in fields of its own."""
        view = self.view
        found: list[Tree] = []
        for number in self._below("reference", row):
            stated, url = (view.text("reference", field, number) for field in ("type", "url"))
            field = IDENTIFIERS.get(reference_kind(stated))
            if url is None or _UNFIT.intersection(url) or (field and self._text(field, row) == url):
                continue
            kind = stated if stated in _REFERENCES else _SPOKEN.get(stated or "", "other")
            found.append(
                filled([("type", kind), ("url", url), ("comment", stated if kind == "other" != stated else None)])
            )
        for field, kinds in _ADDRESSES:
            address = self.view.value(_C, field, row)
            if not isinstance(address, str) or "://" not in address or _UNFIT.intersection(address):
                continue
            if not any(r["type"] in kinds and r["url"] == address for r in found):
                found.append({"type": kinds[0], "url": address})
        return found

    def _properties(self, row: int) -> list[Tree]:
        """Properties, and the fields that only properties can hold."""
        view = self.view
        found = [
            property_(name, view.text("property", "value", number))
            for number in self._below("property", row)
            if (name := view.text("property", "name", number)) is not None
        ]
        there = {str(item["name"]) for item in found}
        for names, text in self._held(row):
            if text is not None and there.isdisjoint(names):
                found.append(property_(names[0], text))
        return found

    def _held(self, row: int) -> list[tuple[tuple[str, ...], str | None]]:
        """Fields that only properties can hold: names of the property, and its value."""
        view = self.view
        held: list[tuple[tuple[str, ...], str | None]] = [
            (reading.DEV_ONLY, _truth(view.flag(_C, "dev_only", row))),
            (("bsi:component:filename",), self._text("filename", row)),
            (reading.SUPPORT_LEVEL, self._text("support_level", row)),
        ]
        for field in ("executable", "archive", "structured"):
            name = f"bsi:component:{field}"
            words = {value: word for word, value in reading.FLAGS[name].items()}
            flag = view.flag(_C, field, row)
            held.append(((name,), None if flag is None else words[flag]))
        end = view.number(_C, "end_of_support", row)
        held.append((reading.END_OF_SUPPORT, None if end is None else format_date(end)))
        for field, (name, _) in reading.DEVICE.items():
            value = view.value(_C, field, row)
            held.append(((name,), None if value is None else str(value)))
        return held


def _truth(flag: bool | None) -> str | None:  # noqa: FBT001  # the value itself
    return None if flag is None else "true" if flag else "false"


def _choice(role: str, kind: str, text: str, *, both: bool) -> Tree:
    """One item of `licenses`; the role is written where it is not the usual one, or both are there."""
    said = role if both or role == "concluded" else None
    if kind == "id" and licenses.is_known_id(text):
        return {"license": filled([("id", text), ("acknowledgement", said)])}
    if kind == "expression" and text not in {"NONE", "NOASSERTION", "withheld"}:
        return filled([("expression", text), ("acknowledgement", said)])
    return {"license": filled([("name", text), ("acknowledgement", said)])}


def _named(choice: Tree) -> Tree:
    """An expression as a named licence: before 1.7 it may not stand beside others."""
    text = choice.get("expression")
    if not isinstance(text, str):
        return choice
    key = "id" if licenses.is_known_id(text) else "name"
    return {"license": filled([(key, text), ("acknowledgement", choice.get("acknowledgement"))])}
