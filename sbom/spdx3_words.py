"""Words of SPDX 3: its enumerations, its individuals, and ours for them.

Guarantees: a full IRI and the short form of a word are one.  Source: the vocabularies of SPDX 3.0.1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import cast

from rulewright.facts.table import Column
from rulewright.facts.types import State
from rulewright.sbom import words


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


RELATIONSHIPS = _listed(
    "affects amendedBy ancestorOf availableFrom configures contains coordinatedBy copiedTo delegatedTo dependsOn "
    "descendantOf describes doesNotAffect expandsTo exploitCreatedBy fixedBy fixedIn foundBy generates hasAddedFile "
    "hasAssessmentFor hasAssociatedVulnerability hasConcludedLicense hasDataFile hasDeclaredLicense hasDeletedFile "
    "hasDependencyManifest hasDistributionArtifact hasDocumentation hasDynamicLink hasEvidence hasExample hasHost hasInput "
    "hasMetadata hasOptionalComponent hasOptionalDependency hasOutput hasPrerequisite hasProvidedDependency hasRequirement "
    "hasSpecification hasStaticLink hasTest hasTestCase hasVariant invokedBy modifiedBy other packagedBy patchedBy "
    "publishedBy reportedBy republishedBy serializedInArtifact testedOn trainedOn underInvestigationFor usesTool"
)
COMPLETENESS = MappingProxyType({"complete": "complete", "incomplete": "incomplete", "noAssertion": "unknown"})
SCOPES = frozenset({"build", "design", "development", "other", "runtime", "test"})
SUPPORT = frozenset(
    {"deployed", "development", "endOfSupport", "limitedSupport", "noAssertion", "noSupport", "support"}
)
IDENTIFIERS = _listed("cpe22 cpe23 cve email gitoid other packageUrl securityOther swhid swid urlScheme")
PROFILES = _listed("ai build core dataset expandedLicensing extension lite security simpleLicensing software")
CONTEXTS = frozenset({"analyzed", "build", "deployed", "design", "runtime", "source"})
JUSTIFICATIONS = MappingProxyType({
    "componentNotPresent": "component_not_present",
    "inlineMitigationsAlreadyExist": "inline_mitigations_already_exist",
    "vulnerableCodeCannotBeControlledByAdversary": "vulnerable_code_cannot_be_controlled_by_adversary",
    "vulnerableCodeNotInExecutePath": "vulnerable_code_not_in_execute_path",
    "vulnerableCodeNotPresent": "vulnerable_code_not_present",
})  # fmt: skip
PURPOSES = MappingProxyType({
    **{word: word for word in (
        "application", "archive", "container", "data", "device", "file", "firmware", "framework", "install", "library",
        "other", "platform", "source",
    )},
    **dict.fromkeys((
        "bom", "configuration", "diskImage", "documentation", "evidence", "filesystemImage", "manifest", "patch",
        "requirement", "specification", "test",
    ), "other"),
    "deviceDriver": "device_driver", "executable": "application", "model": "machine_learning_model", "module": "library",
    "operatingSystem": "operating_system",
})  # fmt: skip
"""Purposes, and our kinds of component; what ours has no word for is `other`."""

_OWN = ("https://spdx.org/rdf/", "http://spdx.org/rdf/", "spdx:")
_TERM = re.compile(r"(?:https?://spdx\.org/rdf/[^/]+/terms/|spdx:)(\w+)/(\w+)(?:/(\w+))?\Z")
NONE, NO_ASSERTION = "NONE", "NOASSERTION"
_INDIVIDUALS = MappingProxyType({
    f"{prefix}{name}{kind}": word
    for prefix, kinds in (("", ("Element",)), ("expandedlicensing_", ("License", "")), ("licensing_", ("License", "")))
    for kind in kinds
    for name, word in (("None", NONE), ("NoAssertion", NO_ASSERTION))
})  # fmt: skip
LISTED = ("https://spdx.org/licenses/", "http://spdx.org/licenses/")
"""What the identifiers of the SPDX licence list begin with."""


def term(text: str) -> str:
    """A class, property or word of SPDX as the context shortens it: `software_Package`, `name`, `dependsOn`."""
    found = _TERM.match(text) if text.startswith(_OWN) else None
    if found is None:
        return text
    if found[3]:
        return found[3]
    return found[2] if found[1] == "Core" else f"{found[1].lower()}_{found[2]}"


def individual(ident: str) -> str | None:
    """What an identifier that the specification itself gives stands for: `NONE` or `NOASSERTION`."""
    return _INDIVIDUALS.get(term(ident) if ident.startswith(_OWN) else ident)


def individual_cell(ident: str) -> words.Cell:
    """The same as a cell."""
    found = individual(ident)
    return State.DECLARED_UNKNOWN if found == NO_ASSERTION else found


def is_known(ident: str) -> bool:
    """Whether an identifier is one that needs no element: an individual or a listed licence."""
    return ident.startswith(LISTED) or individual(ident) is not None or term(ident) == "SpdxOrganization"


def word(raw: str | None) -> str | None:
    """A word of an enumeration in its short form."""
    return term(raw) if raw else None


def _same(cell: object) -> words.Cell:
    return cast("words.Cell", cell)


def column(cells: Sequence[words.Cell]) -> Column:
    """Encode cells that are read already."""
    return words.column(cells, _same)
