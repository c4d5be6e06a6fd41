"""Vulnerabilities of an SPDX 3 document out of facts: each with what is said of it (VEX, CVSS, EPSS, exploitation).

Guarantees: an element for each row of the facts; an assessment is written only where all that its class asks for is known.
It interprets no statement.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.facts.types import MICRO
from rulewright.sbom import spdx3_words
from rulewright.sbom.write_common import filled, midnight
from rulewright.sbom.write_spdx3_elements import Elements
from rulewright.sbom.write_view import Tree, View

_V = "vulnerability"
_VEX = {
    "affected": ("security_VexAffectedVulnAssessmentRelationship", "affects"),
    "not_affected": ("security_VexNotAffectedVulnAssessmentRelationship", "doesNotAffect"),
    "fixed": ("security_VexFixedVulnAssessmentRelationship", "fixedIn"),
    "under_investigation": ("security_VexUnderInvestigationVulnAssessmentRelationship", "underInvestigationFor"),
}
_JUSTIFICATIONS = {word: term for term, word in spdx3_words.JUSTIFICATIONS.items()} | {
    "code_not_present": "vulnerableCodeNotPresent",
    "code_not_reachable": "vulnerableCodeNotInExecutePath",
    "protected_by_mitigating_control": "inlineMitigationsAlreadyExist",
    "protected_at_runtime": "inlineMitigationsAlreadyExist",
    "protected_at_perimeter": "inlineMitigationsAlreadyExist",
    "protected_by_compiler": "inlineMitigationsAlreadyExist",
}
"""Reasons in our words and in CycloneDX's, and the nearest of SPDX."""
_SEVERITIES = frozenset({"none", "low", "medium", "high", "critical"})
_CATALOGUE = "https://www.cisa.gov/known-exploited-vulnerabilities-catalog"


def security(view: View, elements: Elements) -> list[Tree]:
    """The vulnerabilities, and all relationships that speak of them."""
    owners: dict[int, list[str]] = {}
    for parent, row in view.pairs(_V, "component"):
        owners.setdefault(row, []).append(elements.refs[parent])
    made: list[Tree] = []
    for row in view.rows(_V):
        one = _One(view, elements, row, owners.get(row, []))
        made += [one.element, *one.said()]
    return made


class _One:
    """One vulnerability."""

    def __init__(self, view: View, elements: Elements, row: int, owners: list[str]) -> None:
        self.view, self.elements, self.row, self.owners = view, elements, row, owners
        names = [text for text in (self.text("id"), *view.words(_V, "aliases", row)) if text]
        issuer = self.text("source")
        listed = [
            filled([
                ("type", "ExternalIdentifier"),
                ("externalIdentifierType", "cve" if name.startswith("CVE-") else "securityOther"), ("identifier", name),
                ("issuingAuthority", issuer if not number else None),
            ])
            for number, name in enumerate(names)
        ]  # fmt: skip
        weaknesses = [
            {"type": "ExternalRef", "externalRefType": "cwe", "locator": [f"CWE-{word}"]}
            for word in view.words(_V, "cwes", row)
        ]
        self.element = filled([
            ("type", "security_Vulnerability"),
            ("spdxId", elements.names.give(f"SPDXRef-Vulnerability-{names[0] if names else row + 1}")),
            ("externalIdentifier", listed), ("externalRef", weaknesses),
            ("security_publishedTime", self.day("published")), ("security_modifiedTime", self.day("updated")),
        ])  # fmt: skip

    def text(self, field: str) -> str | None:
        """A text of the row."""
        return self.view.text(_V, field, self.row)

    def day(self, field: str) -> str | None:
        """A day of the row as a time."""
        found = self.view.number(_V, field, self.row)
        return None if found is None else midnight(found)

    def decimal(self, field: str) -> str | None:
        """A number of the row as SPDX writes decimals."""
        found = self.view.number(_V, field, self.row)
        return None if found is None else f"{found // MICRO}.{found % MICRO:06}".rstrip("0").rstrip(".")

    def link(self, kind: str, relationship: str, *more: tuple[str, object]) -> Tree:
        """One assessment."""
        name = self.elements.names.give(f"SPDXRef-Assessment-{relationship}")
        return filled([
            ("type", kind), ("spdxId", name), ("from", self.element["spdxId"]), ("relationshipType", relationship),
            ("to", self.owners), *more,
        ])  # fmt: skip

    def said(self) -> Iterator[Tree]:
        """All that is said of it; nothing can be said of no component."""
        if not self.owners:
            return
        for owner in self.owners:
            name = self.elements.names.give("SPDXRef-Relationship-hasAssociatedVulnerability")
            yield {
                "type": "Relationship", "spdxId": name, "from": owner, "relationshipType": "hasAssociatedVulnerability",
                "to": [self.element["spdxId"]],
            }  # fmt: skip
        yield from self._vex()
        yield from self._scores()
        exploited = self.view.flag(_V, "exploited", self.row)
        if exploited is not None:
            yield self.link(
                "security_ExploitCatalogVulnAssessmentRelationship", "hasAssessmentFor", ("security_catalogType", "kev"),
                ("security_exploited", exploited), ("security_locator", _CATALOGUE),
                ("security_publishedTime", self.day("exploited_since")),
            )  # fmt: skip

    def _vex(self) -> Iterator[Tree]:
        status = str(self.view.value(_V, "vex", self.row))
        if status not in _VEX:
            return
        kind, relationship = _VEX[status]
        detail, reason = self.text("detail"), self.text("justification")
        more: list[tuple[str, object]] = [("security_statusNotes", detail)]
        if status == "affected":
            more.append(("security_actionStatement", _action(self.view.words(_V, "fixed_versions", self.row))))
        if status == "not_affected":
            known = _JUSTIFICATIONS.get(reason or "")
            more = [
                ("security_justificationType", known),
                ("security_impactStatement", detail or (None if known else reason)),
            ]
        yield self.link(kind, relationship, *more)

    def _scores(self) -> Iterator[Tree]:
        """CVSS and EPSS, each as far as all of it is known."""
        score, vector, severity = self.decimal("score"), self.text("vector"), self.view.value(_V, "severity", self.row)
        if score is not None and vector is not None:
            version = next((v for v in ("4", "3") if vector.startswith(f"CVSS:{v}")), "2")
            known = severity if version != "2" and severity in _SEVERITIES else None
            yield self.link(
                f"security_CvssV{version}VulnAssessmentRelationship", "hasAssessmentFor",
                ("security_score", score), ("security_severity", known), ("security_vectorString", vector),
            )  # fmt: skip
        probability, percentile = self.decimal("epss"), self.decimal("epss_percentile")
        if probability is not None and percentile is not None:
            yield self.link(
                "security_EpssVulnAssessmentRelationship", "hasAssessmentFor", ("security_probability", probability),
                ("security_percentile", percentile), ("security_publishedTime", self.day("epss_date")),
            )  # fmt: skip


def _action(versions: tuple[str, ...]) -> str:
    return f"update to {' or '.join(versions)}" if versions else ""
