"""The tags of SPDX 2 tag-value, and what each is in the JSON form.

Guarantees: every tag of SPDX 2.0 to 2.3 is here.  It does not read.  Source: the clauses 6 to 13 of SPDX 2.3, and the
tags of 2.2 and earlier that 2.3 has no more (`ArtifactOf…`, `FileDependency`, `Reviewer`).
"""

from __future__ import annotations

from enum import IntEnum


class Section(IntEnum):
    """What a tag speaks of: the last one of its kind that was begun."""

    DOCUMENT = 0
    CREATION = 1
    EXTERNAL = 2
    PACKAGE = 3
    REFERENCE = 4
    FILE = 5
    ARTIFACT = 6
    SNIPPET = 7
    LICENSE = 8
    RELATIONSHIP = 9
    ANNOTATION = 10
    REVIEW = 11


TEXT, LIST, BEGIN, OTHER = range(4)
"""How a tag's value is carried over: as a string, as one more item of a list of strings, as a string that begins a new
item of its section, or as a value with parts of its own (`spdx2_tag_value_parts`)."""

Tag = tuple[int, int, str]
"""Section, how, and the key in the JSON form; plain numbers, since every line of a document asks for one."""

_TABLE = {
    Section.DOCUMENT: "SPDXVersion=spdxVersion DataLicense=dataLicense DocumentName=name"
    " DocumentNamespace=documentNamespace DocumentComment=comment",
    Section.CREATION: "LicenseListVersion=licenseListVersion Creator+creators Created=created CreatorComment=comment",
    Section.EXTERNAL: "ExternalDocumentRef:externalDocumentRefs",
    Section.PACKAGE: "PackageName!name SPDXID:SPDXID PackageVersion=versionInfo PackageFileName=packageFileName"
    " PackageSupplier=supplier PackageOriginator=originator PackageDownloadLocation=downloadLocation"
    " FilesAnalyzed:filesAnalyzed PackageVerificationCode:packageVerificationCode PackageChecksum:checksums"
    " PackageHomePage=homepage PackageSourceInfo=sourceInfo PackageLicenseConcluded=licenseConcluded"
    " PackageLicenseInfoFromFiles+licenseInfoFromFiles PackageLicenseDeclared=licenseDeclared"
    " PackageLicenseComments=licenseComments PackageCopyrightText=copyrightText PackageSummary=summary"
    " PackageDescription=description PackageComment=comment PackageAttributionText+attributionTexts"
    " PrimaryPackagePurpose=primaryPackagePurpose ReleaseDate=releaseDate BuiltDate=builtDate"
    " ValidUntilDate=validUntilDate ExternalRef:externalRefs",
    Section.REFERENCE: "ExternalRefComment=comment",
    Section.FILE: "FileName!fileName FileType+fileTypes FileChecksum:checksums LicenseConcluded=licenseConcluded"
    " LicenseInfoInFile+licenseInfoInFiles LicenseComments=licenseComments FileCopyrightText=copyrightText"
    " FileComment=comment FileNotice=noticeText FileContributor+fileContributors"
    " FileAttributionText+attributionTexts FileDependency+fileDependencies ArtifactOfProjectName:artifactOfs",
    Section.ARTIFACT: "ArtifactOfProjectHomePage=homePage ArtifactOfProjectURI=projectUri",
    Section.SNIPPET: "SnippetSPDXID!SPDXID SnippetFromFileSPDXID=snippetFromFile SnippetByteRange:ranges"
    " SnippetLineRange:ranges SnippetLicenseConcluded=licenseConcluded LicenseInfoInSnippet+licenseInfoInSnippets"
    " SnippetLicenseComments=licenseComments SnippetCopyrightText=copyrightText SnippetComment=comment"
    " SnippetName=name SnippetAttributionText+attributionTexts",
    Section.LICENSE: "LicenseID!licenseId ExtractedText=extractedText LicenseName=name"
    " LicenseCrossReference:seeAlsos LicenseComment=comment",
    Section.RELATIONSHIP: "Relationship:relationships RelationshipComment=comment",
    Section.ANNOTATION: "Annotator!annotator AnnotationDate=annotationDate AnnotationType=annotationType"
    " AnnotationComment=comment SPDXREF:SPDXREF",
    Section.REVIEW: "Reviewer!reviewer ReviewDate=reviewDate ReviewComment=comment",
}
"""`=` a text, `+` an item of a list, `!` the beginning of an item, `:` a value with parts."""

_KINDS = {"=": TEXT, "+": LIST, "!": BEGIN, ":": OTHER}


def _read(section: Section, word: str) -> tuple[str, Tag]:
    """One word of the table."""
    sign = next(c for c in word if c in _KINDS)
    tag, _, key = word.partition(sign)
    return tag, (int(section), _KINDS[sign], key)


TAGS: dict[str, Tag] = dict(_read(section, word) for section, words in _TABLE.items() for word in words.split())
"""Every tag."""

LISTS: dict[int, str] = {
    Section.PACKAGE: "packages",
    Section.FILE: "files",
    Section.SNIPPET: "snippets",
    Section.LICENSE: "hasExtractedLicensingInfos",
    Section.RELATIONSHIP: "relationships",
    Section.REVIEW: "revieweds",
    Section.EXTERNAL: "externalDocumentRefs",
}
"""The list of the document that holds the items of a section."""

BEGINS: dict[int, str] = {
    Section.CREATION: "the document", Section.PACKAGE: "PackageName", Section.REFERENCE: "ExternalRef",
    Section.FILE: "FileName", Section.ARTIFACT: "ArtifactOfProjectName", Section.SNIPPET: "SnippetSPDXID",
    Section.LICENSE: "LicenseID", Section.RELATIONSHIP: "Relationship", Section.ANNOTATION: "Annotator",
    Section.REVIEW: "Reviewer",
}  # fmt: skip
"""The tag that has to come first."""
