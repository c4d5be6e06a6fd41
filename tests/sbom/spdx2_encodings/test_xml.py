"""SPDX 2 XML, and the hardened parser that CycloneDX XML shares."""

import pytest

from rulewright.diagnostics import Diagnostic
from rulewright.facts.types import State
from rulewright.sbom import xml
from tests.sbom.spdx2_encodings.places import cell, document, findings, refusal

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document>
<SPDXID>SPDXRef-DOCUMENT</SPDXID>
<spdxVersion>SPDX-2.3</spdxVersion>
<creationInfo><created>2024-01-01T00:00:00Z</created><creators>Tool: make-1.0</creators></creationInfo>
<name>doc</name><dataLicense>CC0-1.0</dataLicense><documentNamespace>https://example.org/doc</documentNamespace>
"""
END = "</Document>"


def one(fields: str) -> str:
    package = f"<packages><SPDXID>SPDXRef-a</SPDXID><name>a</name><downloadLocation>NONE</downloadLocation>{fields}"
    return f"{HEAD}{package}\n</packages>{END}"


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ("<versionInfo>1.10</versionInfo>", "version", "1.10"),
        ("<versionInfo>\n  1.10\n</versionInfo>", "version", "1.10"),
        ("<versionInfo>1<!-- one -->0</versionInfo>", "version", "10"),
        ("<versionInfo><![CDATA[<1>]]></versionInfo>", "version", "<1>"),
        ("<versionInfo/>", "version", State.MISSING),
        ("<versionInfo><a>1</a></versionInfo>", "version", State.MALFORMED),
        ("<filesAnalyzed>false</filesAnalyzed>", "files_analyzed", False),
        ("<filesAnalyzed>no</filesAnalyzed>", "files_analyzed", State.MALFORMED),
        ("<copyrightText>a &amp; b\nc</copyrightText>", "copyright", "a & b\nc"),
        ("<checksums><algorithm>MD5</algorithm></checksums>", "hash_algorithms", ("MD5",)),
    ],
)
def test_a_field(fields: str, field: str, value: object) -> None:
    assert cell(document(one(fields)), field) == value


def test_a_whole_document_has_no_findings() -> None:
    found = document(one("<filesAnalyzed>false</filesAnalyzed>"))
    assert found.format.encoding == "xml"
    assert {d.code for d in found.judged()} == {"RW1214"}


def test_repeated_elements_are_lists() -> None:
    found = document(f"{HEAD}<packages><name>a</name></packages><files/><packages><name>b</name></packages>{END}")
    assert [cell(found, "name", row) for row in (0, 1)] == ["a", "b"]
    assert found.tables["file"].rows == 1


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ("<colour>red</colour>", "RW1013", "/Document/packages/colour (line 7)"),
        ("<name>b</name>", "RW1011", "/Document/packages/name[1] (line 7)"),
        ("\n<versionInfo q='1'>1</versionInfo>", "RW1013", "/Document/packages/versionInfo/@q (line 8)"),
        ("stray", "RW1038", "/Document/packages/downloadLocation (line 7)"),
        ("\n<versionInfo><a>1</a></versionInfo>", "RW1010", "/Document/packages/versionInfo (line 8)"),
    ],
)
def test_what_is_wrong_is_found_at_its_place(fields: str, code: str, place: str) -> None:
    assert (code, place) in findings(one(fields))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD, "RW1017"),
        (f"{HEAD}<a>{END}", "RW1017"),
        (f"{HEAD}&nothing;{END}", "RW1017"),
        (f"{HEAD}&#0;{END}", "RW1017"),
        (HEAD.replace("<Document>", "<!DOCTYPE Document SYSTEM 'file:///etc/passwd'><Document>", 1) + END, "RW1018"),
        (HEAD.replace("<Document>", "<!-- a --><!DOCTYPE a [<!ENTITY b 'cc'>]><Document>", 1) + END, "RW1018"),
        (HEAD + "<packages>" * 70 + "</packages>" * 70 + END, "RW1005"),
        (HEAD + "<packages>" * 100_000, "RW1005"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, code: str) -> None:
    assert refusal(text) == code


def test_the_declared_encoding_does_not_count_after_decoding() -> None:
    for encoding in ("utf-16", "utf-8-sig"):
        text = one("<versionInfo>ü</versionInfo>").replace("UTF-8", "ISO-8859-1")
        assert cell(document(text.encode(encoding)), "version") == "ü"


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        (b"<a/>", None),
        (b"<!DOCTYPE a><a/>", 0),
        (b"\xef\xbb\xbf <?xml version='1.0'?>\n<!DOCTYPE a>", 26),
        (b"<!-- <!DOCTYPE a> --><a/>", None),
        (b"<a><!DOCTYPE a></a>", None),
        (b"<!-- open", None),
        (b"<?pi <!DOCTYPE ?><!doctype a>", 17),
    ],
)
def test_where_a_document_type_is_declared(data: bytes, offset: int | None) -> None:
    assert xml.document_type(data) == offset


def test_places_are_steps_with_lines() -> None:
    root = xml.parse(b"<a xmlns:p='u'><b/><p:b/>\n<b><c d='1'/></b></a>", "given")
    assert not isinstance(root, Diagnostic)
    places = xml.Places()
    assert [places.place(e) for e in root] == ["/a/b[1] (line 1)", "/a/p:b (line 1)", "/a/b[2] (line 2)"]
    assert places.place(root[2][0], "d") == "/a/b[2]/c/@d (line 2)"


def test_long_places_are_cut_in_the_middle() -> None:
    root = xml.parse(b"<a>" + b"<b>" * 300 + b"</b>" * 300 + b"</a>", "given")
    assert not isinstance(root, Diagnostic)
    deepest = max(root.iter(), key=lambda e: len(list(e.iterancestors())))
    assert xml.Places().path(deepest) == "/a/…/" + "/".join(["b"] * 40)


def test_a_missing_library_is_said() -> None:
    found = xml.missing_library("lxml", "XML", "given")
    assert (found.code, found.is_error, found.hint) == ("RW1021", True, "install `rulewright[documents]`")
