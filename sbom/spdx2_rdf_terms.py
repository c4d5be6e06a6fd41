"""The RDF terms of SPDX 2, and what each is in the JSON form.

Guarantees: every property of SPDX 2.2 and 2.3 that the JSON form has is here.  It does not read.
Source: SPDX 2.3, clauses 6 to 13 ("RDF" lines), and the ontology `spdx-ontology.owl.xml`.
"""

from __future__ import annotations

import re
from enum import IntEnum
from types import MappingProxyType

import msgspec

TERMS = "http://spdx.org/rdf/terms#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
DOAP = "http://usefulinc.com/ns/doap#"
POINTERS = "http://www.w3.org/2009/pointers#"
_PREFIXES = {"rdfs": RDFS, "doap": DOAP, "ptr": POINTERS}


class Kind(IntEnum):
    """How the values of a property are carried over."""

    TEXT = 0
    TRUTH = 1
    NUMBER = 2
    WORD = 3
    """A term such as `fileType_source`: the word behind the underscore."""
    LICENSE = 4
    ELEMENT = 5
    """A reference to an element: its SPDXID."""
    NODE = 6
    """An object with properties of its own."""
    TYPE = 7
    """A type of external reference."""
    IDENTITY = 8
    """The IRI of another document."""


class Term(msgspec.Struct, frozen=True):
    """A property: its key in the JSON form, whether that is a list, and the class of its objects."""

    key: str
    kind: Kind
    many: bool = False
    inner: str = ""


_SIGNS = {
    "=": Kind.TEXT, "?": Kind.TRUTH, "#": Kind.NUMBER, "~": Kind.WORD, "%": Kind.LICENSE, "@": Kind.ELEMENT, ">": Kind.NODE,
    "^": Kind.TYPE, "&": Kind.IDENTITY,
}  # fmt: skip
_SHARED = "annotation>annotations*Annotation rdfs:comment=comment name=name"
_LICENSED = "licenseConcluded%licenseConcluded licenseComments=licenseComments copyrightText=copyrightText"
_TABLE = {
    "SpdxDocument": "specVersion=spdxVersion dataLicense%dataLicense creationInfo>creationInfo CreationInfo"
    " externalDocumentRef>externalDocumentRefs*ExternalDocumentRef"
    " hasExtractedLicensingInfo>hasExtractedLicensingInfos*ExtractedLicensingInfo reviewed>revieweds*Review"
    f" describesPackage@documentDescribes* {_SHARED}",
    "CreationInfo": "creator=creators* created=created rdfs:comment=comment licenseListVersion=licenseListVersion",
    "ExternalDocumentRef": "externalDocumentId=externalDocumentId spdxDocument&spdxDocument checksum>checksum Checksum",
    "Checksum": "algorithm~algorithm checksumValue=checksumValue",
    "ExtractedLicensingInfo": "licenseId=licenseId extractedText=extractedText name=name rdfs:comment=comment"
    " rdfs:seeAlso=seeAlsos* crossRef>crossRefs*CrossRef",
    "CrossRef": "url=url isLive?isLive isValid?isValid isWayBackLink?isWayBackLink match=match order#order"
    " timestamp=timestamp",
    "Annotation": "annotator=annotator annotationDate=annotationDate annotationType~annotationType rdfs:comment=comment",
    "Review": "reviewer=reviewer reviewDate=reviewDate rdfs:comment=comment",
    "Package": "versionInfo=versionInfo packageFileName=packageFileName supplier=supplier originator=originator"
    " downloadLocation=downloadLocation filesAnalyzed?filesAnalyzed"
    " packageVerificationCode>packageVerificationCode PackageVerificationCode checksum>checksums*Checksum"
    " doap:homepage=homepage sourceInfo=sourceInfo licenseInfoFromFiles%licenseInfoFromFiles*"
    " licenseDeclared%licenseDeclared summary=summary description=description externalRef>externalRefs*ExternalRef"
    " attributionText=attributionTexts* primaryPackagePurpose~primaryPackagePurpose releaseDate=releaseDate"
    f" builtDate=builtDate validUntilDate=validUntilDate hasFile@hasFiles* {_LICENSED} {_SHARED}",
    "PackageVerificationCode": "packageVerificationCodeValue=packageVerificationCodeValue"
    " packageVerificationCodeExcludedFile=packageVerificationCodeExcludedFiles*",
    "ExternalRef": "referenceCategory~referenceCategory referenceType^referenceType referenceLocator=referenceLocator"
    " rdfs:comment=comment",
    "File": "fileName=fileName fileType~fileTypes* checksum>checksums*Checksum licenseInfoInFile%licenseInfoInFiles*"
    " noticeText=noticeText fileContributor=fileContributors* attributionText=attributionTexts*"
    f" fileDependency@fileDependencies* artifactOf>artifactOfs*Project {_LICENSED} {_SHARED}",
    "Project": "doap:name=name doap:homepage=homePage",
    "Snippet": "snippetFromFile@snippetFromFile range>ranges*StartEndPointer"
    f" licenseInfoInSnippet%licenseInfoInSnippets* attributionText=attributionTexts* {_LICENSED} {_SHARED}",
    "StartEndPointer": "ptr:startPointer>startPointer Pointer ptr:endPointer>endPointer Pointer",
    "Pointer": "ptr:reference@reference ptr:offset#offset ptr:lineNumber#lineNumber",
    "Relationship": "relationshipType~relationshipType relatedSpdxElement@relatedSpdxElement rdfs:comment=comment",
}
"""Class to its properties: name, sign of the kind, key; `*` for a list, and the class of objects behind it."""
_WORD = re.compile(r"(?:(\w+):)?(\w+)([=?#~%@>^&])(\w+)(\*?)\s?([A-Z]\w+)?")


def _read(table: str) -> dict[str, Term]:
    """One class of the table."""
    return {
        _PREFIXES.get(prefix, TERMS) + name: Term(key, _SIGNS[sign], bool(many), inner or "")
        for prefix, name, sign, key, many, inner in _WORD.findall(table)
    }


CLASSES = MappingProxyType({name: _read(table) for name, table in _TABLE.items()})
"""Class to property IRI to what it is."""

NO_OWN = frozenset({
    "ListedLicense", "License", "LicenseException", "ListedLicenseException", "ExtractedLicensingInfo", "ReferenceType",
    "ExternalSpdxElement", "CrossRef", "AnyLicenseInfo", "SimpleLicensingInfo", "SpdxNoAssertionLicense",
    "SpdxNoneLicense",
})  # fmt: skip
"""Classes whose nodes may stand in the document without being part of it: texts of listed licences and the like."""

_SPECIAL = {
    "referenceCategory_packageManager": "PACKAGE-MANAGER",
    "referenceCategory_persistentId": "PERSISTENT-ID",
    "relationshipType_testcaseOf": "TEST_CASE_OF",
    "relationshipType_fileAdded": "FILE_ADDED",
}
_ALGORITHM = re.compile(r"(blake2b|sha3)_?(\d+)", re.IGNORECASE)


def word(term: str) -> str:
    """The word of a term: `relationshipType_containedBy` is `CONTAINED_BY`; anything else as it stands."""
    name = term.removeprefix(TERMS)
    if name == term or "_" not in name:
        return {"noassertion": "NOASSERTION", "none": "NONE"}.get(name, term)
    if name in _SPECIAL:
        return _SPECIAL[name]
    family, _, rest = name.partition("_")
    if family == "checksumAlgorithm":
        found = _ALGORITHM.fullmatch(rest)
        if found is None:
            return rest.upper()
        return f"BLAKE2b-{found[2]}" if found[1].lower() == "blake2b" else f"SHA3-{found[2]}"
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", rest).upper()
