"""SPDX 3.0 JSON-LD as typed structs, told apart by `type`.

Guarantees: every property of the official schemas of 3.0.0 and 3.0.1 is named and optional, so the byte accounting
balances on a document that follows them; what no fact is read from stays undecoded.  An element may stand where it is
referred to: a `Ref` is an identifier or the element itself.  It does not look at values.
Source: schema.json of SPDX 3.0.0 and 3.0.1.
"""

from __future__ import annotations

from msgspec import UNSET, Struct

from rulewright.sbom.cyclonedx_model import Undecoded

PROFILES = ("ai", "build", "dataset", "expandedlicensing", "extension", "security", "simplelicensing", "software")
"""What the names of terms begin with, but for those of the core."""
_NAMES = {"at_id": "@id", "from_": "from", "import_": "import", "context_": "@context", "graph": "@graph"}


def json_name(name: str) -> str:
    """`software_package_version` is `software_packageVersion`."""
    found = _NAMES.get(name)
    if found:
        return found
    head, *rest = name.split("_")
    profile = ""
    if head in PROFILES and rest:
        profile, (head, *rest) = f"{head}_", rest
    return profile + head + "".join(part.capitalize() for part in rest)


class Base(Struct, gc=False, omit_defaults=True, rename=json_name, tag_field="type", tag=""):
    """What all structs share.  They form trees, so the collector need not look at them."""

    at_id: str | None = None


class Typed(Base, tag="-"):
    """Nothing; beside it in a union, the decoder asks for the `type` of what it decodes, which it would not else."""


class CreationInfo(Base, tag="CreationInfo"):
    """Who made an element, with what, when."""

    comment: str | None = None
    created: str | None = None
    created_by: list[Ref] | None = None
    created_using: list[Ref] | None = None
    spec_version: str | None = None


class Hash(Base, tag="Hash"):
    """A hash of an element's bytes."""

    algorithm: str | None = None
    comment: str | None = None
    hash_value: str | None = None


class PackageVerificationCode(Base, tag="PackageVerificationCode"):
    """A hash over the hashes of a package's files."""

    algorithm: str | None = None
    comment: str | None = None
    hash_value: str | None = None
    package_verification_code_excluded_file: Undecoded = UNSET


class ExternalIdentifier(Base, tag="ExternalIdentifier"):
    """A name of the element elsewhere: package URL, CPE, CVE, e-mail address."""

    comment: str | None = None
    external_identifier_type: str | None = None
    identifier: str | None = None
    identifier_locator: Undecoded = UNSET
    issuing_authority: str | None = None


class ExternalRef(Base, tag="ExternalRef"):
    """Something outside that has to do with the element."""

    comment: str | None = None
    content_type: str | None = None
    external_ref_type: str | None = None
    locator: list[str] | None = None


class ExternalMap(Base, tag="ExternalMap"):
    """An element of another document."""

    defining_artifact: Ref | None = None
    external_spdx_id: str | None = None
    location_hint: str | None = None
    verified_using: list[str | Hash | PackageVerificationCode] | None = None


class NamespaceMap(Base, tag="NamespaceMap"):
    """A prefix of identifiers."""

    namespace: str | None = None
    prefix: str | None = None


class DictionaryEntry(Base, tag="DictionaryEntry"):
    """A key and a value."""

    key: str | None = None
    value: str | None = None


class PositiveIntegerRange(Base, tag="PositiveIntegerRange"):
    """Bytes or lines."""

    begin_integer_range: Undecoded = UNSET
    end_integer_range: Undecoded = UNSET


class ContentIdentifier(Base, tag="software_ContentIdentifier"):
    """An identifier made from the content: gitoid, SWHID."""

    comment: str | None = None
    software_content_identifier_type: str | None = None
    software_content_identifier_value: str | None = None


class CdxProperty(Base, tag="extension_CdxPropertyEntry"):
    """A property as CycloneDX has them."""

    extension_cdx_prop_name: str | None = None
    extension_cdx_prop_value: str | None = None


class CdxProperties(Base, tag="extension_CdxPropertiesExtension"):
    """The properties of an element."""

    extension_cdx_property: list[CdxProperty | Typed] | None = None


class Element(Base, tag="Element"):
    """What all elements share."""

    spdx_id: str | None = None
    comment: str | None = None
    creation_info: Ref | None = None
    description: str | None = None
    extension: Undecoded = UNSET
    external_identifier: list[str | ExternalIdentifier | Typed] | None = None
    external_ref: list[str | ExternalRef | Typed] | None = None
    name: str | None = None
    summary: str | None = None
    verified_using: list[str | Hash | PackageVerificationCode] | None = None


class IndividualElement(Element, tag="IndividualElement"):
    """An element without properties of its own."""


class Agent(Element, tag="Agent"):
    """Somebody or something that acts."""


class Person(Agent, tag="Person"):
    """A person."""


class Organization(Agent, tag="Organization"):
    """An organisation."""


class SoftwareAgent(Agent, tag="SoftwareAgent"):
    """A program that acts by itself."""


class Tool(Element, tag="Tool"):
    """A program that somebody used."""


class Annotation(Element, tag="Annotation"):
    """A remark on an element."""

    annotation_type: str | None = None
    content_type: str | None = None
    statement: str | None = None
    subject: Ref | None = None


class Relationship(Element, tag="Relationship"):
    """One element is related to others."""

    completeness: str | None = None
    end_time: str | None = None
    from_: Ref | None = None
    relationship_type: str | None = None
    start_time: str | None = None
    to: list[Ref] | None = None


class ScopedRelationship(Relationship, tag="LifecycleScopedRelationship"):
    """A relationship in one phase of the life cycle."""

    scope: str | None = None


class Collection(Element, tag="ElementCollection"):
    """Several elements."""

    element: list[Ref] | None = None
    profile_conformance: list[str] | None = None
    root_element: list[Ref] | None = None


class SpdxDocument(Collection, tag="SpdxDocument"):
    """The document; `imports` is the name of `import` in 3.0.0."""

    data_license: Ref | None = None
    import_: list[str | ExternalMap | Typed] | None = None
    imports: list[str | ExternalMap | Typed] | None = None
    namespace_map: list[str | NamespaceMap | Typed] | None = None


class Bundle(Collection, tag="Bundle"):
    """Elements with something in common."""

    context: str | None = None


class Bom(Bundle, tag="Bom"):
    """A bill of materials of any kind."""


class Sbom(Bom, tag="software_Sbom"):
    """A bill of software."""

    software_sbom_type: list[str] | None = None


class Artifact(Element, tag="Artifact"):
    """Something made."""

    built_time: str | None = None
    originated_by: list[Ref] | None = None
    release_time: str | None = None
    standard_name: Undecoded = UNSET
    supplied_by: Ref | None = None
    support_level: list[str] | None = None
    valid_until_time: str | None = None


class SoftwareArtifact(Artifact, tag="software_SoftwareArtifact"):
    """A piece of software."""

    software_additional_purpose: list[str] | None = None
    software_attribution_text: Undecoded = UNSET
    software_content_identifier: list[str | ContentIdentifier | Typed] | None = None
    software_copyright_text: str | None = None
    software_primary_purpose: str | None = None


class Package(SoftwareArtifact, tag="software_Package"):
    """A package."""

    software_download_location: str | None = None
    software_home_page: str | None = None
    software_package_url: str | None = None
    software_package_version: str | None = None
    software_source_info: str | None = None


class File(SoftwareArtifact, tag="software_File"):
    """A file; `software_contentType` is the name of `contentType` in 3.0.0."""

    content_type: str | None = None
    software_content_type: Undecoded = UNSET
    software_file_kind: str | None = None


class Snippet(SoftwareArtifact, tag="software_Snippet"):
    """A part of a file."""

    software_byte_range: Undecoded = UNSET
    software_line_range: Undecoded = UNSET
    software_snippet_from_file: Ref | None = None


class AIPackage(Package, tag="ai_AIPackage"):
    """A model of machine learning."""

    ai_autonomy_type: Undecoded = UNSET
    ai_domain: Undecoded = UNSET
    ai_energy_consumption: Undecoded = UNSET
    ai_hyperparameter: Undecoded = UNSET
    ai_information_about_application: Undecoded = UNSET
    ai_information_about_training: Undecoded = UNSET
    ai_limitation: Undecoded = UNSET
    ai_metric: Undecoded = UNSET
    ai_metric_decision_threshold: Undecoded = UNSET
    ai_model_data_preprocessing: Undecoded = UNSET
    ai_model_explainability: Undecoded = UNSET
    ai_safety_risk_assessment: Undecoded = UNSET
    ai_standard_compliance: Undecoded = UNSET
    ai_type_of_model: Undecoded = UNSET
    ai_use_sensitive_personal_information: Undecoded = UNSET


class DatasetPackage(Package, tag="dataset_DatasetPackage"):
    """Data."""

    dataset_anonymization_method_used: Undecoded = UNSET
    dataset_confidentiality_level: Undecoded = UNSET
    dataset_data_collection_process: Undecoded = UNSET
    dataset_data_preprocessing: Undecoded = UNSET
    dataset_dataset_availability: Undecoded = UNSET
    dataset_dataset_noise: Undecoded = UNSET
    dataset_dataset_size: Undecoded = UNSET
    dataset_dataset_type: Undecoded = UNSET
    dataset_dataset_update_mechanism: Undecoded = UNSET
    dataset_has_sensitive_personal_information: Undecoded = UNSET
    dataset_intended_use: Undecoded = UNSET
    dataset_known_bias: Undecoded = UNSET
    dataset_sensor: Undecoded = UNSET


class Build(Element, tag="build_Build"):
    """A run of a build system; `build_parameters` is the name of `build_parameter` in 3.0.0."""

    build_build_end_time: Undecoded = UNSET
    build_build_id: Undecoded = UNSET
    build_build_start_time: Undecoded = UNSET
    build_build_type: Undecoded = UNSET
    build_config_source_digest: Undecoded = UNSET
    build_config_source_entrypoint: Undecoded = UNSET
    build_config_source_uri: Undecoded = UNSET
    build_environment: Undecoded = UNSET
    build_parameter: Undecoded = UNSET
    build_parameters: Undecoded = UNSET


class LicenseInfo(Element, tag="simplelicensing_AnyLicenseInfo"):
    """Anything that says under which licence something is."""


class LicenseExpression(LicenseInfo, tag="simplelicensing_LicenseExpression"):
    """A licence expression."""

    simplelicensing_custom_id_to_uri: list[str | DictionaryEntry | Typed] | None = None
    simplelicensing_license_expression: str | None = None
    simplelicensing_license_list_version: str | None = None


class LicensingText(Element, tag="simplelicensing_SimpleLicensingText"):
    """A text that a LicenseRef of an expression stands for."""

    simplelicensing_license_text: str | None = None


class License(LicenseInfo, tag="expandedlicensing_License"):
    """A licence."""

    expandedlicensing_is_deprecated_license_id: Undecoded = UNSET
    expandedlicensing_is_fsf_libre: Undecoded = UNSET
    expandedlicensing_is_osi_approved: Undecoded = UNSET
    expandedlicensing_license_xml: Undecoded = UNSET
    expandedlicensing_obsoleted_by: Undecoded = UNSET
    expandedlicensing_see_also: Undecoded = UNSET
    expandedlicensing_standard_license_header: Undecoded = UNSET
    expandedlicensing_standard_license_template: Undecoded = UNSET
    simplelicensing_license_text: str | None = None


class ListedLicense(License, tag="expandedlicensing_ListedLicense"):
    """A licence of the SPDX list."""

    expandedlicensing_deprecated_version: Undecoded = UNSET
    expandedlicensing_list_version_added: str | None = None


class CustomLicense(License, tag="expandedlicensing_CustomLicense"):
    """A licence that is not in the SPDX list."""


class IndividualLicense(LicenseInfo, tag="expandedlicensing_IndividualLicensingInfo"):
    """None, or no assertion."""


class LicenseAddition(Element, tag="expandedlicensing_LicenseAddition"):
    """Text added to a licence."""

    expandedlicensing_addition_text: str | None = None
    expandedlicensing_is_deprecated_addition_id: Undecoded = UNSET
    expandedlicensing_license_xml: Undecoded = UNSET
    expandedlicensing_obsoleted_by: Undecoded = UNSET
    expandedlicensing_see_also: Undecoded = UNSET
    expandedlicensing_standard_addition_template: Undecoded = UNSET


class ListedException(LicenseAddition, tag="expandedlicensing_ListedLicenseException"):
    """An exception of the SPDX list."""

    expandedlicensing_deprecated_version: Undecoded = UNSET
    expandedlicensing_list_version_added: Undecoded = UNSET


class CustomAddition(LicenseAddition, tag="expandedlicensing_CustomLicenseAddition"):
    """An exception that is not in the SPDX list."""


class ConjunctiveSet(LicenseInfo, tag="expandedlicensing_ConjunctiveLicenseSet"):
    """All of several licences."""

    expandedlicensing_member: list[Ref] | None = None


class DisjunctiveSet(LicenseInfo, tag="expandedlicensing_DisjunctiveLicenseSet"):
    """One of several licences."""

    expandedlicensing_member: list[Ref] | None = None


class OrLater(LicenseInfo, tag="expandedlicensing_OrLaterOperator"):
    """A licence or a later version of it."""

    expandedlicensing_subject_license: Ref | None = None


class WithAddition(LicenseInfo, tag="expandedlicensing_WithAdditionOperator"):
    """A licence with an exception."""

    expandedlicensing_subject_addition: Ref | None = None
    expandedlicensing_subject_extendable_license: Ref | None = None


class Vulnerability(Artifact, tag="security_Vulnerability"):
    """A vulnerability."""

    security_modified_time: str | None = None
    security_published_time: str | None = None
    security_withdrawn_time: str | None = None


class Assessment(Relationship, tag="security_VulnAssessmentRelationship"):
    """What somebody says of a vulnerability in some elements."""

    security_assessed_element: Ref | None = None
    security_modified_time: str | None = None
    security_published_time: str | None = None
    security_withdrawn_time: str | None = None
    supplied_by: Ref | None = None


class CvssV2(Assessment, tag="security_CvssV2VulnAssessmentRelationship"):
    """A CVSS 2 score."""

    security_score: Undecoded = UNSET
    security_vector_string: str | None = None


class Cvss(CvssV2, tag="security_CvssVulnAssessmentRelationship"):
    """A CVSS score with its severity."""

    security_severity: str | None = None


class CvssV3(Cvss, tag="security_CvssV3VulnAssessmentRelationship"):
    """A CVSS 3 score."""


class CvssV4(Cvss, tag="security_CvssV4VulnAssessmentRelationship"):
    """A CVSS 4 score."""


class Epss(Assessment, tag="security_EpssVulnAssessmentRelationship"):
    """A probability of exploitation."""

    security_percentile: Undecoded = UNSET
    security_probability: Undecoded = UNSET


class Exploited(Assessment, tag="security_ExploitCatalogVulnAssessmentRelationship"):
    """Whether a catalogue lists it as exploited."""

    security_catalog_type: str | None = None
    security_exploited: bool | None = None
    security_locator: str | None = None


class Ssvc(Assessment, tag="security_SsvcVulnAssessmentRelationship"):
    """A decision by SSVC."""

    security_decision_type: str | None = None


class Vex(Assessment, tag="security_VexVulnAssessmentRelationship"):
    """A statement on whether a vulnerability matters."""

    security_status_notes: str | None = None
    security_vex_version: str | None = None


class VexAffected(Vex, tag="security_VexAffectedVulnAssessmentRelationship"):
    """It does."""

    security_action_statement: str | None = None
    security_action_statement_time: Undecoded = UNSET


class VexFixed(Vex, tag="security_VexFixedVulnAssessmentRelationship"):
    """It did."""


class VexNotAffected(Vex, tag="security_VexNotAffectedVulnAssessmentRelationship"):
    """It does not."""

    security_impact_statement: str | None = None
    security_impact_statement_time: Undecoded = UNSET
    security_justification_type: str | None = None


class VexUnderInvestigation(Vex, tag="security_VexUnderInvestigationVulnAssessmentRelationship"):
    """Nobody knows yet."""


class Other(Struct, gc=False):
    """What has a type that the specification does not know; nothing in it is read."""

    type: str = ""
    spdx_id: str | None = None
    at_id: str | None = None


Node = (
    CreationInfo | Hash | PackageVerificationCode | ExternalIdentifier | ExternalRef | ExternalMap | NamespaceMap
    | DictionaryEntry | PositiveIntegerRange | ContentIdentifier | CdxProperty | CdxProperties
    | Element | IndividualElement | Agent | Person | Organization | SoftwareAgent | Tool | Annotation
    | Relationship | ScopedRelationship | SpdxDocument | Bundle | Bom | Sbom
    | Artifact | SoftwareArtifact | Package | File | Snippet | AIPackage | DatasetPackage | Build
    | LicenseInfo | LicenseExpression | LicensingText | License | ListedLicense | CustomLicense | IndividualLicense
    | LicenseAddition | ListedException | CustomAddition | ConjunctiveSet | DisjunctiveSet | OrLater | WithAddition
    | Vulnerability | CvssV2 | CvssV3 | CvssV4 | Epss | Exploited | Ssvc
    | VexAffected | VexFixed | VexNotAffected | VexUnderInvestigation
)  # fmt: skip
"""Everything that may stand in the graph."""
Ref = str | Node
"""An identifier, or what it would identify."""


class Root(Struct, gc=False, omit_defaults=True, rename=json_name):
    """A document with its elements in one list."""

    context_: Undecoded = UNSET
    graph: list[Node] | None = None
