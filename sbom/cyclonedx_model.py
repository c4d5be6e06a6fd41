"""CycloneDX JSON 1.2 to 1.7 as typed structs.

Guarantees: every field of the official schemas is named, so the byte accounting balances on a document that follows
them; every field is optional, since readers do not judge.  What no fact is read from stays undecoded (`Raw`).
Annotations are objects, not texts (no `from __future__ import annotations`): every run builds the decoder, and texts would
be compiled for it one by one.
Source: bom-1.2 to bom-1.7 of the CycloneDX specification.
"""

from msgspec import UNSET, Raw, Struct, UnsetType

_NAMES = {
    "bom_ref": "bom-ref",
    "mime_type": "mime-type",
    "x_trust_boundary": "x-trust-boundary",
    "schema_": "$schema",
}


def _json_name(name: str) -> str:
    """`external_references` is `externalReferences`, but for the names with hyphens."""
    found = _NAMES.get(name)
    if found:
        return found
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


Undecoded = Raw | UnsetType


class Base(Struct, gc=False, omit_defaults=True, rename=_json_name):
    """What all structs share.  They form trees, so the collector need not look at them."""


class Contact(Base):
    """organizationalContact: a person."""

    bom_ref: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None


class Entity(Base):
    """organizationalEntity: an organisation."""

    bom_ref: str | None = None
    name: str | None = None
    address: Undecoded = UNSET
    url: str | list[str] | None = None
    contact: list[Contact] | None = None


class Hash(Base):
    """A hash of something."""

    alg: str | None = None
    content: str | None = None


class Property(Base):
    """A name and a value."""

    name: str | None = None
    value: str | None = None


class Reference(Base):
    """externalReference."""

    url: str | None = None
    comment: str | None = None
    type: str | None = None
    hashes: list[Hash] | None = None
    properties: list[Property] | None = None


class License(Base):
    """One licence, by id or by name."""

    bom_ref: str | None = None
    id: str | None = None
    name: str | None = None
    acknowledgement: str | None = None
    text: Undecoded = UNSET
    url: str | None = None
    licensing: Undecoded = UNSET
    properties: Undecoded = UNSET


class LicenseChoice(Base):
    """One item of a `licenses` list: a licence or an expression."""

    license: License | None = None
    expression: str | None = None
    expression_details: Undecoded = UNSET
    licensing: Undecoded = UNSET
    acknowledgement: str | None = None
    bom_ref: str | None = None
    properties: Undecoded = UNSET


class Swid(Base):
    """A SWID tag."""

    tag_id: str | None = None
    name: str | None = None
    version: str | None = None
    tag_version: int | None = None
    patch: bool | None = None
    text: Undecoded = UNSET
    url: str | None = None


class Component(Base):
    """A component, with its nested ones."""

    type: str | None = None
    mime_type: str | None = None
    bom_ref: str | None = None
    supplier: Entity | None = None
    manufacturer: Entity | None = None
    authors: list[Contact] | None = None
    author: str | None = None
    publisher: str | None = None
    group: str | None = None
    name: str | None = None
    version: str | None = None
    version_range: str | None = None
    is_external: bool | None = None
    description: str | None = None
    scope: str | None = None
    hashes: list[Hash] | None = None
    licenses: Undecoded = UNSET
    copyright: str | None = None
    patent_assertions: Undecoded = UNSET
    cpe: str | None = None
    purl: str | None = None
    omnibor_id: list[str] | None = None
    swhid: list[str] | None = None
    swid: Swid | None = None
    modified: bool | None = None
    pedigree: Undecoded = UNSET
    external_references: Undecoded = UNSET
    components: list["Component"] | None = None
    evidence: Undecoded = UNSET
    release_notes: Undecoded = UNSET
    model_card: Undecoded = UNSET
    data: Undecoded = UNSET
    crypto_properties: Undecoded = UNSET
    properties: Undecoded = UNSET
    tags: Undecoded = UNSET
    signature: Undecoded = UNSET


class Classified(Base):
    """One item of a service's `data` (1.2 to 1.7)."""

    flow: str | None = None
    classification: str | None = None
    name: str | None = None
    description: str | None = None
    governance: Undecoded = UNSET
    source: Undecoded = UNSET
    destination: Undecoded = UNSET


class Service(Base):
    """A service, with its nested ones."""

    bom_ref: str | None = None
    provider: Entity | None = None
    group: str | None = None
    name: str | None = None
    version: str | None = None
    description: str | None = None
    endpoints: list[str] | None = None
    authenticated: bool | None = None
    x_trust_boundary: bool | None = None
    trust_zone: str | None = None
    data: list[Classified] | None = None
    licenses: Undecoded = UNSET
    patent_assertions: Undecoded = UNSET
    external_references: Undecoded = UNSET
    services: list["Service"] | None = None
    release_notes: Undecoded = UNSET
    properties: Undecoded = UNSET
    tags: Undecoded = UNSET
    signature: Undecoded = UNSET


class Dependency(Base):
    """What one element depends on."""

    ref: str | None = None
    depends_on: list[str] | None = None
    provides: list[str] | None = None


class Composition(Base):
    """A statement on completeness.  In 1.3 and later `assemblies` and `dependencies` are references."""

    bom_ref: str | None = None
    aggregate: str | None = None
    assemblies: list[str] | None = None
    dependencies: list[str] | None = None
    vulnerabilities: list[str] | None = None
    signature: Undecoded = UNSET


class VulnerabilitySource(Base):
    """Who published a vulnerability."""

    url: str | None = None
    name: str | None = None


class Rating(Base):
    """A severity rating.  The score stays as written: no float is ever made of it."""

    source: Undecoded = UNSET
    score: Undecoded = UNSET
    severity: str | None = None
    method: str | None = None
    vector: str | None = None
    justification: str | None = None


class Analysis(Base):
    """vulnerability.analysis: the maker's assessment."""

    state: str | None = None
    justification: str | None = None
    response: list[str] | None = None
    detail: str | None = None
    first_issued: str | None = None
    last_updated: str | None = None


class AffectedVersion(Base):
    """One item of affects[].versions."""

    version: str | None = None
    range: str | None = None
    status: str | None = None


class Affects(Base):
    """What a vulnerability affects."""

    ref: str | None = None
    versions: list[AffectedVersion] | None = None


class Vulnerability(Base):
    """A vulnerability."""

    bom_ref: str | None = None
    id: str | None = None
    source: VulnerabilitySource | None = None
    references: Undecoded = UNSET
    ratings: list[Rating] | None = None
    cwes: list[int] | None = None
    description: str | None = None
    detail: str | None = None
    recommendation: str | None = None
    workaround: str | None = None
    proof_of_concept: Undecoded = UNSET
    advisories: Undecoded = UNSET
    created: str | None = None
    published: str | None = None
    updated: str | None = None
    rejected: str | None = None
    credits: Undecoded = UNSET
    tools: Undecoded = UNSET
    analysis: Analysis | None = None
    affects: list[Affects] | None = None
    properties: list[Property] | None = None


class Lifecycle(Base):
    """A life-cycle phase, one of the list or named by the author."""

    phase: str | None = None
    name: str | None = None
    description: str | None = None


class Tool(Base):
    """A tool as 1.2 to 1.4 wrote it."""

    vendor: str | None = None
    name: str | None = None
    version: str | None = None
    hashes: Undecoded = UNSET
    external_references: Undecoded = UNSET


class ToolBox(Base):
    """Tools as 1.5 and later write them."""

    components: list["Component"] | None = None
    services: list["Service"] | None = None


class Metadata(Base):
    """What the document says of itself."""

    timestamp: str | None = None
    lifecycles: list[Lifecycle] | None = None
    tools: Undecoded = UNSET
    manufacturer: Entity | None = None
    authors: list[Contact] | None = None
    component: Component | None = None
    manufacture: Entity | None = None
    supplier: Entity | None = None
    licenses: Undecoded = UNSET
    properties: list[Property] | None = None
    distribution_constraints: Undecoded = UNSET


class Bom(Base):
    """The document."""

    schema_: str | None = None
    bom_format: str | None = None
    spec_version: str | None = None
    serial_number: str | None = None
    version: int | None = None
    metadata: Metadata | None = None
    components: list["Component"] | None = None
    services: list["Service"] | None = None
    external_references: list[Reference] | None = None
    dependencies: list[Dependency] | None = None
    compositions: list[Composition] | None = None
    vulnerabilities: list[Vulnerability] | None = None
    annotations: Undecoded = UNSET
    formulation: Undecoded = UNSET
    declarations: Undecoded = UNSET
    definitions: Undecoded = UNSET
    citations: Undecoded = UNSET
    properties: list[Property] | None = None
    signature: Undecoded = UNSET


LONG = ("components", "dependencies", "vulnerabilities", "services")
"""The lists that grow with the product."""
