"""SPDX 2.2 and 2.3 JSON as typed structs.

Guarantees: every field of the official schemas is named, every field is optional; what no fact is read from stays
undecoded.  Source: spdx-schema.json of SPDX 2.2 and 2.3.
"""

from __future__ import annotations

from msgspec import UNSET, Struct

from rulewright.sbom.cyclonedx_model import Undecoded

_NAMES = {"schema_": "$schema", "spdx_id": "SPDXID"}


def _json_name(name: str) -> str:
    """`version_info` is `versionInfo`."""
    found = _NAMES.get(name)
    if found:
        return found
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


class Base(Struct, gc=False, omit_defaults=True, rename=_json_name):
    """What all structs share."""


class Checksum(Base):
    """A hash."""

    algorithm: str | None = None
    checksum_value: str | None = None


class ExternalRef(Base):
    """A reference to something outside: an identifier or an address."""

    comment: str | None = None
    reference_category: str | None = None
    reference_locator: str | None = None
    reference_type: str | None = None


class Package(Base):
    """A package."""

    spdx_id: str | None = None
    annotations: Undecoded = UNSET
    attribution_texts: Undecoded = UNSET
    built_date: str | None = None
    checksums: list[Checksum] | None = None
    comment: str | None = None
    copyright_text: str | None = None
    description: str | None = None
    download_location: str | None = None
    external_refs: list[ExternalRef] | None = None
    files_analyzed: bool | None = None
    has_files: list[str] | None = None
    homepage: str | None = None
    license_comments: str | None = None
    license_concluded: str | None = None
    license_declared: str | None = None
    license_info_from_files: Undecoded = UNSET
    name: str | None = None
    originator: str | None = None
    package_file_name: str | None = None
    package_verification_code: Undecoded = UNSET
    primary_package_purpose: str | None = None
    release_date: str | None = None
    source_info: str | None = None
    summary: str | None = None
    supplier: str | None = None
    valid_until_date: str | None = None
    version_info: str | None = None


class File(Base):
    """A file."""

    spdx_id: str | None = None
    annotations: Undecoded = UNSET
    artifact_ofs: Undecoded = UNSET
    attribution_texts: Undecoded = UNSET
    checksums: list[Checksum] | None = None
    comment: str | None = None
    copyright_text: str | None = None
    file_contributors: Undecoded = UNSET
    file_dependencies: Undecoded = UNSET
    file_name: str | None = None
    file_types: list[str] | None = None
    license_comments: str | None = None
    license_concluded: str | None = None
    license_info_in_files: Undecoded = UNSET
    notice_text: str | None = None


class Relationship(Base):
    """A relationship between two elements, or between one and NONE or NOASSERTION."""

    spdx_element_id: str | None = None
    comment: str | None = None
    related_spdx_element: str | None = None
    relationship_type: str | None = None


class CreationInfo(Base):
    """Who made the data, with what, when."""

    comment: str | None = None
    created: str | None = None
    creators: list[str] | None = None
    license_list_version: str | None = None


class ExtractedLicense(Base):
    """A licence that is not in the SPDX list."""

    comment: str | None = None
    cross_refs: Undecoded = UNSET
    extracted_text: str | None = None
    license_id: str | None = None
    name: str | None = None
    see_alsos: Undecoded = UNSET


class ExternalDocument(Base):
    """Another SPDX document that this one refers to."""

    checksum: Undecoded = UNSET
    external_document_id: str | None = None
    spdx_document: str | None = None


class Snippet(Base):
    """A part of a file."""

    spdx_id: str | None = None
    annotations: Undecoded = UNSET
    attribution_texts: Undecoded = UNSET
    comment: str | None = None
    copyright_text: str | None = None
    license_comments: str | None = None
    license_concluded: str | None = None
    license_info_in_snippets: Undecoded = UNSET
    name: str | None = None
    ranges: Undecoded = UNSET
    snippet_from_file: str | None = None


class Spdx(Base):
    """The document."""

    schema_: str | None = None
    spdx_id: str | None = None
    annotations: Undecoded = UNSET
    comment: str | None = None
    creation_info: CreationInfo | None = None
    data_license: str | None = None
    external_document_refs: list[ExternalDocument] | None = None
    has_extracted_licensing_infos: list[ExtractedLicense] | None = None
    name: str | None = None
    revieweds: Undecoded = UNSET
    spdx_version: str | None = None
    document_namespace: str | None = None
    document_describes: list[str] | None = None
    packages: list[Package] | None = None
    files: list[File] | None = None
    snippets: list[Snippet] | None = None
    relationships: list[Relationship] | None = None


LONG = ("packages", "files", "relationships", "snippets")
"""The lists that grow with the product."""
