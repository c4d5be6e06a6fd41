"""SPDX 2 tag-value: sections, texts, parts of values, and where what is wrong is found."""

import pytest
from spdx_tools.spdx.parser.tagvalue.lexer import SPDXLexer

from rulewright.facts.types import State
from rulewright.sbom.spdx2_tag_value_fields import TAGS
from tests.sbom.spdx2_encodings.places import cell, document, findings, refusal

HEAD = """SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: doc
DocumentNamespace: https://example.org/doc
Creator: Tool: make-1.0
Created: 2024-01-01T00:00:00Z
"""
PACKAGE = """PackageName: a
SPDXID: SPDXRef-a
PackageDownloadLocation: NOASSERTION
"""
LINES = HEAD.count("\n")


def test_every_tag_of_the_specification_is_known() -> None:
    theirs = set(SPDXLexer.reserved) - {"NONE", "NOASSERTION"}
    old = {"ArtifactOfProjectHomePage", "ArtifactOfProjectName", "ArtifactOfProjectURI", "FileDependency"}
    assert theirs <= set(TAGS)
    assert set(TAGS) - theirs <= old | {"Reviewer", "ReviewDate", "ReviewComment"}


def test_a_package_with_its_parts() -> None:
    found = document(f"""{HEAD}{PACKAGE}PackageVersion: 1.10
PackageSupplier: Organization: Acme (psirt@acme.org)
PackageChecksum: SHA256: {"0" * 64}
FilesAnalyzed: false
PackageLicenseDeclared: MIT
PackageCopyrightText: <text>Copyright Acme
and others </text>
ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1.10
ExternalRefComment: where it is
PrimaryPackagePurpose: LIBRARY
""")
    assert found.findings == ()
    assert found.format.encoding == "tag_value"
    expected = {
        "id": "SPDXRef-a", "version": "1.10", "supplier": "Acme", "purl": "pkg:npm/a@1.10", "type": "library",
        "files_analyzed": False, "license": "MIT", "hash_algorithms": ("SHA-256",),
        "copyright": "Copyright Acme\nand others ",
    }  # fmt: skip
    assert {field: cell(found, field) for field in expected} == expected
    assert not [d for d in found.judged() if d.code == "RW1101"]


def test_places_are_lines() -> None:
    found = document(
        f"{HEAD}\n# a comment\n{PACKAGE}PackageCopyrightText: <text>a\nb</text>\nPackageLicenseDeclared: a b\n"
    )
    segment = found.tables["component"].segments[0]
    assert segment.pointer(0) == f"line {LINES + 3}"
    assert found.tables["license_claim"].segments[0].pointer(0) == f"line {LINES + 8}"
    assert ("RW1205", f"line {LINES + 8}") in [(d.code, d.pointer) for d in found.judged()]


def test_files_belong_to_the_package_before_them() -> None:
    early = "FileName: ./early\nSPDXID: SPDXRef-early\n"
    late = "FileName: ./late\nSPDXID: SPDXRef-late\nFileChecksum: SHA1: 0\nFileType: SOURCE\n"
    found = document(HEAD + early + PACKAGE + late)
    assert cell(found, "name", 0, "file") == "./early"
    assert cell(found, "name", 1, "file") == "./late"
    assert list(found.tables["file"].relation("component").children) == [1]


def test_relationships_annotations_snippets_and_licences() -> None:
    found = document(f"""{HEAD}Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a
RelationshipComment: so it is
{PACKAGE}FileName: ./f
SPDXID: SPDXRef-f
SnippetSPDXID: SPDXRef-s
SnippetFromFileSPDXID: SPDXRef-f
SnippetByteRange: 1:20
SnippetName: s
LicenseID: LicenseRef-1
ExtractedText: <text>free</text>
LicenseCrossReference: https://a.example, https://b.example
Annotator: Person: A
AnnotationDate: 2024-01-01T00:00:00Z
AnnotationType: OTHER
SPDXREF: SPDXRef-a
AnnotationComment: good
""")
    counts = {entity: stored for entity, _, stored in found.receipt if stored}
    assert counts == {"packages": 1, "files": 1, "snippets": 1, "relationships": 1, "extracted licences": 1}
    codes = {d.code for d in found.judged()}
    assert codes == {"RW1101"}  # the file has no checksum
    assert cell(found, "primary_name", collection="document") == "a"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end(end: str) -> None:
    found = document((HEAD + PACKAGE + "PackageCopyrightText: <text>a\nb</text>\n").replace("\n", end))
    assert found.findings == ()
    assert cell(found, "copyright") == "a\nb"


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        ("MadeUp: x", "RW1013", 1),
        ("just text", "RW1030", 1),
        ("PackageVersion: 1", "RW1031", 1),
        ("SnippetSPDXID: SPDXRef-s\nSPDXID: SPDXRef-t", "RW1031", 2),
        ("RelationshipComment: x", "RW1031", 1),
        ("ExternalRefComment: x", "RW1031", 1),
        ("PackageName: a\nPackageComment: <text>open", "RW1030", 2),
        ("PackageName: a\nPackageComment: <text>x</text> y", "RW1030", 2),
        ("PackageName: a\nPackageComment: <text>x\n</text> y", "RW1030", 3),
        ("Relationship: SPDXRef-a DEPENDS_ON", "RW1032", 1),
        ("Relationship: SPDXRef-a DEPENDS_ON SPDXRef-b SPDXRef-c", "RW1032", 1),
        ("PackageName: a\nPackageChecksum: 0123", "RW1032", 2),
        ("PackageName: a\nExternalRef: SECURITY cpe23Type", "RW1032", 2),
        ("PackageName: a\nPackageVerificationCode:", "RW1032", 2),
        ("ExternalDocumentRef: DocumentRef-a https://example.org/a", "RW1032", 1),
        ("SnippetSPDXID: SPDXRef-s\nSnippetByteRange: a:b", "RW1032", 2),
        ("PackageName: a\nPackageVersion: 1\nPackageVersion: 2", "RW1011", 3),
        ("PackageName: a\nPackageVersion: 1\nPackageVersion: 1", "RW1012", 3),
        ("PackageName: a\nFilesAnalyzed: maybe", "RW1010", 2),
        ("Annotator: Person: A\nSPDXREF: SPDXRef-x", "RW1201", 1),
    ],
)
def test_what_is_wrong_is_found_at_its_line(lines: str, code: str, line: int) -> None:
    assert (code, f"line {LINES + line}") in findings(f"{HEAD}{lines}\n")


def test_a_licence_that_is_stated_twice_and_differs_is_none() -> None:
    found = document(f"{HEAD}{PACKAGE}PackageLicenseDeclared: MIT\nPackageLicenseDeclared: ISC\n")
    assert found.tables["license_claim"].rows == 0
    assert cell(found, "license_declared") is State.CONFLICTING


def test_old_and_missing_versions_are_read_with_a_finding() -> None:
    for head in (HEAD.replace("SPDX-2.3", "SPDX-2.1"), HEAD.partition("\n")[2]):
        found = document(head + PACKAGE)
        assert found.tables["component"].rows == 1
        assert "RW1008" in {d.code for d in found.findings}


def test_creators_and_times_as_people_write_them() -> None:
    head = HEAD.replace("Creator: Tool: make-1.0", "Creator: somebody").replace("00:00:00Z", "00:00:00.123456Z")
    found = document(head + PACKAGE)
    assert cell(found, "timestamp_text", collection="document") == "2024-01-01T00:00:00.123456Z"
    assert ("RW1213", "line 6") in [(d.code, d.pointer) for d in found.judged()]


def test_what_stands_in_a_text_is_no_tag() -> None:
    found = document(f"{HEAD}{PACKAGE}PackageComment: <text>\nPackageName: b\nRelationship: a DEPENDS_ON b\n</text>\n")
    assert found.findings == ()
    assert found.tables["component"].rows == 1


def test_bytes_that_are_no_text_are_refused() -> None:
    assert refusal(HEAD.encode() + b"PackageName: \xff\n") == "RW1004"
