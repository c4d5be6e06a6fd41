"""SPDX 2 RDF/XML: the statements, against rdflib, and what they become."""

from pathlib import Path

import pytest
import rdflib
from rdflib.compare import isomorphic

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import rdf_xml, xml
from rulewright.sbom.findings import Findings
from rulewright.sbom.spdx2_rdf_terms import word
from tests.sbom.corpus_index import entries
from tests.sbom.spdx2_encodings.places import cell, document, findings, refusal

NAMES = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:spdx="http://spdx.org/rdf/terms#"
 xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:e="https://example.org/e#">"""
END = "</rdf:RDF>"
DOC = """<spdx:SpdxDocument rdf:about="https://example.org/doc#SPDXRef-DOCUMENT"><spdx:specVersion>SPDX-2.3</spdx:specVersion>
<spdx:name>doc</spdx:name><spdx:dataLicense rdf:resource="http://spdx.org/licenses/CC0-1.0"/>
<spdx:creationInfo><spdx:CreationInfo><spdx:creator>Tool: make-1.0</spdx:creator>
<spdx:created>2024-01-01T00:00:00Z</spdx:created></spdx:CreationInfo></spdx:creationInfo></spdx:SpdxDocument>
"""


def one(fields: str, more: str = "") -> str:
    about = 'rdf:about="https://example.org/doc#SPDXRef-a"'
    package = f"<spdx:Package {about}><spdx:name>a</spdx:name><spdx:downloadLocation>NONE</spdx:downloadLocation>"
    return f"{NAMES}\n{DOC}{package}{fields}</spdx:Package>{more}{END}"


def members(kind: str, *resources: str) -> str:
    inner = "".join(f'<spdx:member rdf:resource="http://spdx.org/licenses/{r}"/>' for r in resources)
    return f"<spdx:{kind}>{inner}</spdx:{kind}>"


def declared(inner: str) -> str:
    return f"<spdx:licenseDeclared>{inner}</spdx:licenseDeclared>"


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ("<spdx:versionInfo>1.10</spdx:versionInfo>", "version", "1.10"),
        ('<spdx:filesAnalyzed rdf:datatype="x">false</spdx:filesAnalyzed>', "files_analyzed", False),
        ('<spdx:primaryPackagePurpose rdf:resource="http://spdx.org/rdf/terms#purpose_source"/>', "type", "source"),
        ('<spdx:licenseDeclared rdf:resource="http://spdx.org/licenses/MIT"/>', "license", "MIT"),
        ('<spdx:licenseDeclared rdf:resource="http://spdx.org/rdf/terms#none"/>', "license", "NONE"),
        ('<spdx:licenseDeclared rdf:resource="https://example.org/doc#LicenseRef-1"/>', "license", "LicenseRef-1"),
        (declared(members("ConjunctiveLicenseSet", "MIT", "ISC")), "license", "ISC AND MIT"),
        (declared(members("DisjunctiveLicenseSet", "MIT", "ISC")), "license", "ISC OR MIT"),
        (declared(members("DisjunctiveLicenseSet", "MIT")), "license", "MIT"),
        (
            declared(
                f"<spdx:ConjunctiveLicenseSet><spdx:member>{members('DisjunctiveLicenseSet', 'MIT', 'ISC')}</spdx:member>"
                '<spdx:member rdf:resource="http://spdx.org/licenses/Zlib"/></spdx:ConjunctiveLicenseSet>'
            ),
            "license", "(ISC OR MIT) AND Zlib",
        ),
        (
            declared(
                '<spdx:WithExceptionOperator><spdx:member rdf:resource="http://spdx.org/licenses/GPL-2.0-only"/>'
                "<spdx:licenseException><spdx:LicenseException><spdx:licenseExceptionId>Classpath-exception-2.0"
                "</spdx:licenseExceptionId></spdx:LicenseException></spdx:licenseException></spdx:WithExceptionOperator>"
            ),
            "license", "GPL-2.0-only WITH Classpath-exception-2.0",
        ),
        (
            ("<spdx:checksum><spdx:Checksum><spdx:checksumValue>0</spdx:checksumValue>"
            '<spdx:algorithm rdf:resource="http://spdx.org/rdf/terms#checksumAlgorithm_sha256"/></spdx:Checksum></spdx:checksum>'),
            "hash_algorithms", ("SHA-256",),
        ),
        (
            ('<spdx:externalRef rdf:parseType="Resource"><spdx:referenceLocator>pkg:npm/a</spdx:referenceLocator>'
            '<spdx:referenceType rdf:resource="http://spdx.org/rdf/references/purl"/></spdx:externalRef>'),
            "purl", "pkg:npm/a",
        ),
    ],
)  # fmt: skip
def test_a_field(fields: str, field: str, value: object) -> None:
    assert cell(document(one(fields)), field) == value


def test_relationships_of_any_element() -> None:
    inner = (
        "<spdx:relationship><spdx:Relationship>"
        '<spdx:relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_dependsOn"/>'
        '<spdx:relatedSpdxElement><spdx:Package rdf:about="https://example.org/doc#SPDXRef-b"/></spdx:relatedSpdxElement>'
        "</spdx:Relationship></spdx:relationship>"
    )
    found = document(one(inner))
    assert found.tables["component"].rows == 2
    fields = ("from_id", "type", "to_id")
    assert [cell(found, f, 0, "relationship") for f in fields] == ["SPDXRef-a", "DEPENDS_ON", "SPDXRef-b"]
    assert list(found.tables["component"].relation("depends_on").children) == [1]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("relationshipType_containedBy", "CONTAINED_BY"),
        ("relationshipType_testcaseOf", "TEST_CASE_OF"),
        ("checksumAlgorithm_sha3_256", "SHA3-256"),
        ("checksumAlgorithm_blake2b384", "BLAKE2b-384"),
        ("referenceCategory_packageManager", "PACKAGE-MANAGER"),
        ("purpose_operatingSystem", "OPERATING_SYSTEM"),
        ("noassertion", "NOASSERTION"),
    ],
)
def test_words_of_terms(term: str, expected: str) -> None:
    assert word(f"http://spdx.org/rdf/terms#{term}") == expected
    assert word(f"https://example.org/{term}") == f"https://example.org/{term}"


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (one("<spdx:colour>red</spdx:colour>"), "RW1013", "/rdf:RDF/spdx:Package/spdx:colour (line 7)"),
        (one("stray"), "RW1039", "/rdf:RDF/spdx:Package (line 7)"),
        (one("<spdx:versionInfo>1</spdx:versionInfo><spdx:versionInfo>2</spdx:versionInfo>"), "RW1011", "/rdf:RDF/spdx:Package/spdx:versionInfo[2] (line 7)"),
        (one("", "<spdx:Checksum><spdx:checksumValue>0</spdx:checksumValue></spdx:Checksum>"), "RW1039", "/rdf:RDF/spdx:Checksum (line 7)"),
        (one("", DOC.replace("#SPDXRef-DOCUMENT", "#SPDXRef-OTHER")), "RW1037", "/rdf:RDF/spdx:SpdxDocument[2] (line 7)"),
        (one('<spdx:licenseDeclared><spdx:ConjunctiveLicenseSet rdf:nodeID="x"><spdx:member rdf:nodeID="x"/></spdx:ConjunctiveLicenseSet></spdx:licenseDeclared>'), "RW1032", "/rdf:RDF/spdx:Package/spdx:licenseDeclared (line 7)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_at_its_place(text: str, code: str, place: str) -> None:
    assert (code, place) in findings(text)


def test_licences_that_double_with_each_level_end() -> None:
    level = (
        '<spdx:ConjunctiveLicenseSet rdf:nodeID="l{0}"><spdx:member rdf:nodeID="l{1}"/><spdx:member>'
        '<spdx:DisjunctiveLicenseSet><spdx:member rdf:nodeID="l{1}"/><spdx:member rdf:nodeID="l{2}"/>'
        "</spdx:DisjunctiveLicenseSet></spdx:member></spdx:ConjunctiveLicenseSet>"
    )
    levels = "".join(level.format(i, i + 1, i + 2) for i in range(60))
    last = '<spdx:ListedLicense rdf:nodeID="l60"/><spdx:ListedLicense rdf:nodeID="l61"/>'
    found = document(one('<spdx:licenseDeclared rdf:nodeID="l0"/>', levels + last))
    assert "RW1032" in {d.code for d in found.findings}


def test_a_document_without_its_head_is_read_with_findings() -> None:
    found = document(f"{NAMES}<spdx:Package/>{END}")
    assert {"RW1008", "RW1216"} <= {d.code for d in found.judged()}


def test_what_cannot_be_read_is_refused() -> None:
    assert refusal(one("<a>")) == "RW1017"
    assert refusal("<!DOCTYPE a [<!ENTITY b 'c'>]>" + one("&b;")) == "RW1018"
    assert refusal(NAMES + "<spdx:Package><spdx:annotation>" * 1_500) == "RW1005"


def _same(data: bytes) -> bool:
    """Whether rdflib finds the same statements, data types and languages put aside."""
    root = xml.parse(data, "given", 2_000)
    assert not isinstance(root, Diagnostic), root
    graph = rdf_xml.Reader(Findings("given"), xml.Places()).read(root)
    mine, theirs = rdflib.Graph(), rdflib.Graph()
    for subject, statements in graph.nodes.items():
        for said in statements:
            mine.add((_node(subject), rdflib.URIRef(said.predicate), _node(said.value)))
    for s, p, o in rdflib.Graph().parse(data=data, format="xml"):
        theirs.add((s, p, rdflib.Literal(str(o)) if isinstance(o, rdflib.Literal) else o))
    return len(mine) == len(theirs) and isomorphic(mine, theirs)


def _node(value: str) -> rdflib.term.Node:
    if isinstance(value, rdf_xml.Literal):
        return rdflib.Literal(str(value))
    return rdflib.BNode(value[2:]) if value.startswith("_:") else rdflib.URIRef(value)


@pytest.mark.parametrize(
    "text",
    [
        '<rdf:Description rdf:about="https://a" e:p="text"/>',
        '<e:T rdf:nodeID="n"><e:p rdf:nodeID="m"/><e:p rdf:resource="https://b"/></e:T>',
        '<e:T xml:base="https://base/x" rdf:ID="i"><e:p rdf:resource="y"/><e:q rdf:resource="#z"/></e:T>',
        '<e:T><e:p rdf:parseType="Resource"><e:q>1</e:q><e:r><e:U/></e:r></e:p></e:T>',
        '<e:T><e:p rdf:parseType="Collection"><e:U/><e:V/></e:p><e:p rdf:parseType="Collection"/></e:T>',
        "<rdf:Seq><rdf:li>a</rdf:li><rdf:li>b</rdf:li></rdf:Seq>",
        '<e:T><e:p e:q="x"/><e:p rdf:resource="https://c" e:q="y"/><e:p/></e:T>',
        '<e:T><e:p xml:lang="en">a</e:p><e:p rdf:datatype="https://d">a</e:p></e:T>',
        '<e:T rdf:type="https://u"><e:p>x</e:p><e:p>x</e:p></e:T>',
        "<e:T><e:p><e:U><e:q><e:V><e:r>deep</e:r></e:V></e:q></e:U></e:p></e:T>",
    ],
)
def test_rdflib_finds_the_same_statements(text: str) -> None:
    assert _same(f"{NAMES}{text}{END}".encode())


@pytest.mark.corpus
def test_rdflib_finds_the_same_statements_in_real_documents(shared: Path) -> None:
    small = [e for e in entries(shared, "spdx-rdf") if e.path.stat().st_size < 45_000]
    read = [e.name for e in small if _readable(e.path) and _same(e.path.read_bytes())]
    assert len(read) >= 4


def _readable(path: Path) -> bool:
    return not isinstance(xml.parse(path.read_bytes(), path.name, 2_000), Diagnostic)
