"""The fields of a CSAF 2.0 or 2.1 document, every one optional: readers do not judge.

Guarantees: every field of both versions is here; what no statement is made of stays as bytes, which the schema judges.
It has no meaning of its own (`csaf`).
"""

from __future__ import annotations

from msgspec import UNSET, Raw, Struct, UnsetType, field

Kept = Raw | UnsetType


class Base(Struct, gc=False, omit_defaults=True):
    """What all have in common: a field that is not stated is not written."""


class FileHash(Base, gc=False):
    """A hash of a file."""

    algorithm: str | None = None
    value: str | None = None


class Hashes(Base, gc=False):
    """The hashes of one file."""

    file_hashes: list[FileHash] | None = None
    filename: str | None = None


class Uri(Base, gc=False):
    """An identifier of another system."""

    namespace: str | None = None
    uri: str | None = None


class Helper(Base, gc=False):
    """By what a product can be recognised; CSAF 2.0 has one `purl`, 2.1 several."""

    cpe: str | None = None
    hashes: list[Hashes] | None = None
    model_numbers: list[str] | None = None
    purl: str | None = None
    purls: list[str] | None = None
    sbom_urls: list[str] | None = None
    serial_numbers: list[str] | None = None
    skus: list[str] | None = None
    x_generic_uris: list[Uri] | None = None


class FullName(Base, gc=False):
    """A product."""

    name: str | None = None
    product_id: str | None = None
    product_identification_helper: Helper | None = None
    x_extensions: Kept = UNSET


class Branch(Base):
    """A node of the tree of vendors, products and versions."""

    branches: list[Branch] | None = None
    category: str | None = None
    name: str | None = None
    product: FullName | None = None


class Group(Base, gc=False):
    """A named group of products."""

    group_id: str | None = None
    product_ids: list[str] | None = None
    summary: str | None = None


class Relationship(Base, gc=False):
    """A product that is part of another (CSAF 2.0)."""

    category: str | None = None
    full_product_name: FullName | None = None
    product_reference: str | None = None
    relates_to_product_reference: str | None = None


class Subpath(Base, gc=False):
    """One step from a part to what it is part of."""

    category: str | None = None
    next_product_reference: str | None = None


class ProductPath(Base, gc=False):
    """A product that is part of another, over several steps (CSAF 2.1)."""

    beginning_product_reference: str | None = None
    full_product_name: FullName | None = None
    subpaths: list[Subpath] | None = None


class Tree(Base, gc=False):
    """All products of the document."""

    branches: list[Branch] | None = None
    full_product_names: list[FullName] | None = None
    product_groups: list[Group] | None = None
    relationships: list[Relationship] | None = None
    product_paths: list[ProductPath] | None = None


class Concerning(Base, gc=False):
    """Something that is said of some products."""

    product_ids: list[str] | None = None
    group_ids: list[str] | None = None


class Flag(Concerning, gc=False):
    """Why products are not affected."""

    date: str | None = None
    label: str | None = None


class Threat(Concerning, gc=False):
    """Impact, exploitation, target."""

    category: str | None = None
    date: str | None = None
    details: str | None = None


class Remediation(Concerning, gc=False):
    """What can be done."""

    category: str | None = None
    date: str | None = None
    details: str | None = None
    entitlements: list[str] | None = None
    restart_required: Kept = UNSET
    url: str | None = None


class Id(Concerning, gc=False):
    """A name of the vulnerability in another system."""

    system_name: str | None = None
    text: str | None = None


class Exploited(Concerning, gc=False):
    """Since when it has been exploited (CSAF 2.1)."""

    date: str | None = None
    exploitation_date: str | None = None


class Cwe(Base, gc=False):
    """A weakness."""

    id: str | None = None
    name: str | None = None
    version: str | None = None


class Status(Base, gc=False):
    """Products by what is said of them."""

    first_affected: list[str] | None = None
    first_fixed: list[str] | None = None
    fixed: list[str] | None = None
    known_affected: list[str] | None = None
    known_not_affected: list[str] | None = None
    last_affected: list[str] | None = None
    recommended: list[str] | None = None
    under_investigation: list[str] | None = None
    unknown: list[str] | None = None


class Score(Base, gc=False):
    """CVSS of some products (CSAF 2.0)."""

    cvss_v2: Kept = UNSET
    cvss_v3: Kept = UNSET
    products: list[str] | None = None


class Content(Base, gc=False):
    """What a metric holds."""

    cvss_v2: Kept = UNSET
    cvss_v3: Kept = UNSET
    cvss_v4: Kept = UNSET
    epss: Kept = UNSET
    qualitative_severity_rating: str | None = None
    ssvc_v1: Kept = UNSET
    ssvc_v2: Kept = UNSET
    x_extensions: Kept = UNSET


class Metric(Base, gc=False):
    """Metrics of some products (CSAF 2.1)."""

    content: Content | None = None
    products: list[str] | None = None
    source: str | None = None


class Vulnerability(Base, gc=False):
    """One vulnerability."""

    acknowledgments: Kept = UNSET
    cve: str | None = None
    cwe: Cwe | None = None
    cwes: list[Cwe] | None = None
    disclosure_date: str | None = None
    discovery_date: str | None = None
    first_known_exploitation_dates: list[Exploited] | None = None
    flags: list[Flag] | None = None
    ids: list[Id] | None = None
    involvements: Kept = UNSET
    metrics: list[Metric] | None = None
    notes: Kept = UNSET
    product_status: Status | None = None
    references: Kept = UNSET
    release_date: str | None = None
    remediations: list[Remediation] | None = None
    scores: list[Score] | None = None
    threats: list[Threat] | None = None
    title: str | None = None
    x_extensions: Kept = UNSET


class Publisher(Base, gc=False):
    """Who says all this."""

    category: str | None = None
    contact_details: str | None = None
    issuing_authority: str | None = None
    name: str | None = None
    namespace: str | None = None


class Tracking(Base, gc=False):
    """Which document this is."""

    aliases: list[str] | None = None
    current_release_date: str | None = None
    generator: Kept = UNSET
    id: str | None = None
    initial_release_date: str | None = None
    revision_history: Kept = UNSET
    status: str | None = None
    version: str | None = None


class About(Base, gc=False):
    """The document's own data."""

    acknowledgments: Kept = UNSET
    aggregate_severity: Kept = UNSET
    category: str | None = None
    csaf_version: str | None = None
    distribution: Kept = UNSET
    lang: str | None = None
    license_expression: str | None = None
    notes: Kept = UNSET
    publisher: Publisher | None = None
    references: Kept = UNSET
    source_lang: str | None = None
    title: str | None = None
    tracking: Tracking | None = None
    x_extensions: Kept = UNSET


class Csaf(Base, gc=False):
    """The document."""

    schema_: str | None = field(default=None, name="$schema")
    document: About | None = None
    product_tree: Tree | None = None
    vulnerabilities: list[Vulnerability] | None = None
    x_extensions: Kept = UNSET
