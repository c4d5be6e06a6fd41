"""The fields of a CVSS object against its vector.

Guarantees: a field is compared only where both its metric and its word are known; a metric that the vector leaves out is
not defined.  It computes no score.
"""

from __future__ import annotations

from types import MappingProxyType

from rulewright.sbom.csaf_semantics_view import Fields

_V2 = """accessVector AV accessComplexity AC authentication Au confidentialityImpact C integrityImpact I availabilityImpact A
exploitability E remediationLevel RL reportConfidence RC collateralDamagePotential CDP targetDistribution TD
confidentialityRequirement CR integrityRequirement IR availabilityRequirement AR"""
_V3 = """attackVector AV attackComplexity AC privilegesRequired PR userInteraction UI scope S confidentialityImpact C
integrityImpact I availabilityImpact A exploitCodeMaturity E remediationLevel RL reportConfidence RC
confidentialityRequirement CR integrityRequirement IR availabilityRequirement AR modifiedAttackVector MAV
modifiedAttackComplexity MAC modifiedPrivilegesRequired MPR modifiedUserInteraction MUI modifiedScope MS
modifiedConfidentialityImpact MC modifiedIntegrityImpact MI modifiedAvailabilityImpact MA"""
_V4 = """attackVector AV attackComplexity AC attackRequirements AT privilegesRequired PR userInteraction UI
vulnConfidentialityImpact VC vulnIntegrityImpact VI vulnAvailabilityImpact VA subConfidentialityImpact SC
subIntegrityImpact SI subAvailabilityImpact SA exploitMaturity E confidentialityRequirement CR integrityRequirement IR
availabilityRequirement AR modifiedAttackVector MAV modifiedAttackComplexity MAC modifiedAttackRequirements MAT
modifiedPrivilegesRequired MPR modifiedUserInteraction MUI modifiedVulnConfidentialityImpact MVC
modifiedVulnIntegrityImpact MVI modifiedVulnAvailabilityImpact MVA modifiedSubConfidentialityImpact MSC
modifiedSubIntegrityImpact MSI modifiedSubAvailabilityImpact MSA Safety S Automatable AU Recovery R valueDensity V
vulnerabilityResponseEffort RE providerUrgency U"""
_METRICS = MappingProxyType({
    version: dict(zip(words[::2], words[1::2], strict=True))
    for version, words in (("2", _V2.split()), ("3", _V3.split()), ("4", _V4.split()))
})  # fmt: skip
_LONGER = {
    "PROOF_OF_CONCEPT": "POC", "OFFICIAL_FIX": "OF", "TEMPORARY_FIX": "TF", "UNCONFIRMED": "UC", "UNCORROBORATED": "UR",
    "LOW_MEDIUM": "LM", "MEDIUM_HIGH": "MH",
}  # fmt: skip
"""Words of CVSS 2 that a vector writes with more than their first letter."""
_UNDEFINED = "NOT_DEFINED"


def contradictions(score: Fields, vector: str, version: str) -> list[str]:
    """Give the fields of a score that do not hold what its vector says, in the score's order."""
    stated = dict(part.split(":", 1) for part in vector.split("/") if ":" in part)
    metrics = _METRICS.get(version[:1], {})
    if not stated:
        return []
    found: list[str] = []
    for field, word in score.items():
        metric = metrics.get(field)
        if metric is not None and isinstance(word, str) and word:
            short = stated.get(metric, "X").upper()
            undefined = short in {"X", "ND"}
            right = undefined if word == _UNDEFINED else not undefined and short == _short(word, version)
            # the words of provider urgency stand whole in the vector
            if not right and not (metric == "U" and short == word.upper()):
                found.append(field)
    return found


def _short(word: str, version: str) -> str:
    """Give the value as a vector writes it."""
    return _LONGER.get(word, word[0]) if version.startswith("2") else word[0]
