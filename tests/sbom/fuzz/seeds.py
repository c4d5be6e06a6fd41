"""Small whole documents, one or two for each format, from which the spoilt ones are made; nothing else is needed for them."""

from __future__ import annotations

import json
from typing import Any

from bench.format_files import wire
from rulewright.sbom.cyclonedx_model import Bom
from rulewright.sbom.spdx2_model import Spdx
from tests.sbom.samples import dumps, full
from tests.sbom.spdx3 import spdx3_samples

ZERO = "0" * 64


def cyclonedx() -> list[bytes]:
    """One with every field of the model, one as tools write it."""
    every = {**full(Bom), "bomFormat": "CycloneDX", "specVersion": "1.6"}
    return [dumps(every), dumps(usual())]


def usual() -> dict[str, Any]:
    """A document as tools write it."""
    part = {
        "type": "library", "bom-ref": "a", "name": "a", "version": "1.0", "purl": "pkg:npm/a@1.0", "cpe": "cpe:2.3:a:a:a:1.0:*:*:*:*:*:*:*",
        "supplier": {"name": "Acme", "url": ["https://acme.example"]}, "licenses": [{"license": {"id": "MIT"}}],
        "hashes": [{"alg": "SHA-256", "content": ZERO}], "properties": [{"name": "p", "value": "v"}],
        "externalReferences": [{"type": "vcs", "url": "https://acme.example/a.git"}],
        "pedigree": {"patches": [{"type": "backport", "resolves": [{"type": "security", "id": "CVE-2026-1"}]}]},
        "evidence": {"identity": [{"field": "purl", "confidence": 1, "methods": [{"technique": "filename", "confidence": 1}]}]},
        "components": [{"type": "file", "bom-ref": "b", "name": "b", "licenses": [{"expression": "MIT OR (GPL-2.0-only AND ISC)"}]}],
    }  # fmt: skip
    key = {
        "type": "cryptographic-asset", "bom-ref": "k", "name": "RSA", "cryptoProperties": {
            "assetType": "certificate", "oid": "1.2.3",
            "certificateProperties": {"subjectName": "CN=a", "notValidAfter": "2027-01-01T00:00:00Z", "signatureAlgorithmRef": "k"}},
    }  # fmt: skip
    vulnerability = {
        "id": "CVE-2026-1", "ratings": [{"severity": "high", "method": "CVSSv31", "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "cwes": [79], "affects": [{"ref": "a", "versions": [{"version": "1.0", "status": "affected"}, {"range": "vers:npm/<2"}]}],
        "analysis": {"state": "not_affected", "justification": "code_not_present", "response": ["update"]},
    }  # fmt: skip
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", "version": 1,
        "metadata": {"timestamp": "2026-01-02T03:04:05Z", "lifecycles": [{"phase": "build"}], "authors": [{"name": "A"}],
                     "tools": {"components": [{"type": "application", "name": "t", "version": "1"}]},
                     "component": {"type": "device", "bom-ref": "r", "name": "hub", "version": "2"}},
        "components": [part, key], "services": [{"bom-ref": "s", "name": "s", "endpoints": ["https://x.example"]}],
        "dependencies": [{"ref": "r", "dependsOn": ["a", "k"]}, {"ref": "a", "dependsOn": ["b"]}],
        "compositions": [{"aggregate": "complete", "assemblies": ["r"], "dependencies": ["r"]}], "vulnerabilities": [vulnerability],
    }  # fmt: skip


XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="1">
 <metadata><timestamp>2026-01-02T03:04:05Z</timestamp><lifecycles><lifecycle><phase>build</phase></lifecycle></lifecycles>
  <tools><components><component type="application"><name>t</name><version>1</version></component></components></tools>
  <component type="device" bom-ref="r"><name>hub</name><version>2</version></component></metadata>
 <components>
  <component type="library" bom-ref="a"><supplier><name>Acme</name><url>https://acme.example</url></supplier><name>a</name>
   <version>1.0</version><scope>required</scope><hashes><hash alg="SHA-256">{ZERO}</hash></hashes>
   <licenses><license acknowledgement="declared"><id>MIT</id><text content-type="text/plain">t</text></license></licenses>
   <purl>pkg:npm/a@1.0</purl><modified>false</modified>
   <pedigree><patches><patch type="backport"><resolves><issue type="security"><id>CVE-2026-1</id></issue></resolves></patch></patches></pedigree>
   <externalReferences><reference type="vcs"><url>https://acme.example/a.git</url></reference></externalReferences>
   <properties><property name="p">v</property></properties>
   <components><component type="file" bom-ref="b"><name>b</name><licenses><expression>MIT OR ISC</expression></licenses></component></components>
   <evidence><identity><field>purl</field><confidence>1</confidence></identity></evidence></component>
  <component type="cryptographic-asset" bom-ref="k"><name>RSA</name><cryptoProperties><assetType>certificate</assetType>
   <certificateProperties><subjectName>CN=a</subjectName></certificateProperties><oid>1.2.3</oid></cryptoProperties></component>
 </components>
 <services><service bom-ref="s"><name>s</name><endpoints><endpoint>https://x.example</endpoint></endpoints></service></services>
 <dependencies><dependency ref="r"><dependency ref="a"/><dependency ref="k"/></dependency><dependency ref="a"/></dependencies>
 <compositions><composition><aggregate>complete</aggregate><assemblies><assembly ref="r"/></assemblies></composition></compositions>
 <vulnerabilities><vulnerability><id>CVE-2026-1</id><ratings><rating><severity>high</severity><method>CVSSv31</method></rating></ratings>
  <cwes><cwe>79</cwe></cwes><analysis><state>exploitable</state></analysis><affects><target><ref>a</ref></target></affects>
 </vulnerability></vulnerabilities>
</bom>
""".encode()

TEXTPROTO = b"""spec_version: "1.6"
version: 1
serial_number: "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"
metadata {
  timestamp { seconds: 1767323045 nanos: 5 }
  component { type: CLASSIFICATION_DEVICE bom_ref: "r" name: "hub" version: "2" }
}
components {
  type: CLASSIFICATION_LIBRARY
  bom_ref: "a"
  name: "a\\303\\251\\n"
  version: '1' '.0'
  purl: "pkg:npm/a@1.0"
  modified: false
  hashes { alg: HASH_ALG_SHA_256 value: "00" }
  licenses { license { id: "MIT" } }
  licenses: { expression: "MIT OR ISC" }
  external_references { type: EXTERNAL_REFERENCE_TYPE_VCS url: "https://acme.example" }
  properties [{ name: "p" value: "v" }, { name: "q" }]
  evidence { identity { field: EVIDENCE_FIELD_PURL confidence: 0.5 } }
  components < type: CLASSIFICATION_FILE name: "b" >  # in angles
}
dependencies { ref: "r" dependencies { ref: "a" } }
compositions { aggregate: AGGREGATE_COMPLETE assemblies: ["r"] }
vulnerabilities { id: "CVE-2026-1" ratings { severity: SEVERITY_HIGH score: 7.5 } cwes: 79 affects { ref: "a" } }
"""


def protobuf() -> bytes:
    """The message of `TEXTPROTO`, in short."""
    inner = wire((1, 7), (8, "b"))
    part = wire(
        (1, 3), (3, "a"), (8, "a"), (9, "1.0"), (11, 2), (12, wire((1, 3), (2, "00"))), (13, wire((1, wire((1, "MIT"))))),
        (16, "pkg:npm/a@1.0"), (18, 0), (20, wire((1, 1), (2, "https://acme.example"))), (21, inner), (22, wire((1, "p"), (2, "v"))),
        (27, wire((1, 2), (3, wire((1, "s"), (4, wire((1, 1479715200))))))),
    )  # fmt: skip
    root = wire((1, 6), (3, "r"), (8, "hub"), (9, "2"))
    return wire(
        (1, "1.6"), (2, 1), (3, "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"), (4, wire((1, wire((1, 1767323045))), (4, root))),
        (5, part), (8, wire((1, "r"), (2, wire((1, "a"))))), (9, wire((1, 1), (2, "r"))), (10, wire((1, "x"), (2, "CVE-2026-1"))),
    )  # fmt: skip


TAG_VALUE = f"""SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: doc
DocumentNamespace: https://example.org/doc
ExternalDocumentRef: DocumentRef-x https://example.org/x SHA1: {"0" * 40}
Creator: Tool: make-1.0
Creator: Person: A (a@acme.example)
Created: 2024-01-01T00:00:00Z
## a package
PackageName: a
SPDXID: SPDXRef-a
PackageVersion: 1.10
PackageSupplier: Organization: Acme (psirt@acme.example)
PackageDownloadLocation: git+https://acme.example/a.git@1
PackageVerificationCode: d6a770ba38583ed4bb4525bd96e50461655d2758 (excludes: ./a.spdx)
PackageChecksum: SHA256: {ZERO}
PackageLicenseDeclared: (MIT AND LicenseRef-1)
PackageLicenseConcluded: NOASSERTION
PackageCopyrightText: <text>Copyright Acme
and others</text>
ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1.10
ExternalRefComment: where
PrimaryPackagePurpose: LIBRARY
FileName: ./b.c
SPDXID: SPDXRef-b
FileType: SOURCE
FileChecksum: SHA1: {"0" * 40}
LicenseConcluded: MIT
LicenseInfoInFile: MIT
SnippetSPDXID: SPDXRef-s
SnippetFromFileSPDXID: SPDXRef-b
SnippetByteRange: 1:20
SnippetLicenseConcluded: MIT
LicenseID: LicenseRef-1
ExtractedText: <text>do what you like</text>
LicenseName: like
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a
Relationship: SPDXRef-a CONTAINS SPDXRef-b
RelationshipComment: inside
Annotator: Person: B
AnnotationDate: 2024-01-01T00:00:00Z
AnnotationType: REVIEW
SPDXREF: SPDXRef-a
AnnotationComment: <text>seen</text>
""".encode()


def spdx2() -> list[bytes]:
    """One with every field of the model, one as tools write it."""
    every = {**full(Spdx), "spdxVersion": "SPDX-2.3"}
    return [dumps(every), dumps(spdx2_usual())]


def spdx2_usual() -> dict[str, Any]:
    """A document as tools write it."""
    package = {
        "SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1.10", "supplier": "Organization: Acme (a@acme.example)",
        "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "checksums": [{"algorithm": "SHA256", "checksumValue": ZERO}],
        "licenseDeclared": "MIT", "licenseConcluded": "NOASSERTION", "copyrightText": "NONE", "primaryPackagePurpose": "LIBRARY",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/a@1.10"}],
    }  # fmt: skip
    return {
        "SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "name": "doc",
        "documentNamespace": "https://example.org/doc",
        "creationInfo": {"created": "2024-01-01T00:00:00Z", "creators": ["Tool: make-1.0", "Organization: Acme"]}, "packages": [package],
        "files": [{"SPDXID": "SPDXRef-b", "fileName": "./b.c", "checksums": [{"algorithm": "SHA1", "checksumValue": "0" * 40}]}],
        "hasExtractedLicensingInfos": [{"licenseId": "LicenseRef-1", "extractedText": "t"}],
        "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-a"},
                          {"spdxElementId": "SPDXRef-a", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-b"}],
    }  # fmt: skip


YAML = f"""SPDXID: SPDXRef-DOCUMENT
spdxVersion: SPDX-2.3
creationInfo: {{created: 2024-01-01T00:00:00Z, creators: ["Tool: make-1.0"]}}
name: doc
dataLicense: CC0-1.0
documentNamespace: "https://example.org/doc"
packages:
- &p
  SPDXID: SPDXRef-a
  name: a
  versionInfo: 1.10
  downloadLocation: NOASSERTION
  filesAnalyzed: false
  copyrightText: |-
    Copyright Acme
    and others
  comment: >
    folded
    text
  checksums:
  - {{algorithm: SHA256, checksumValue: {ZERO}}}
  externalRefs:
    - referenceCategory: PACKAGE-MANAGER
      referenceType: purl
      referenceLocator: pkg:npm/a@1.10
- <<: *p
  SPDXID: SPDXRef-c
  versionInfo: no
files: [{{SPDXID: SPDXRef-b, fileName: ./b.c}}]
relationships:
- spdxElementId: SPDXRef-DOCUMENT
  relationshipType: DESCRIBES
  relatedSpdxElement: SPDXRef-a
""".encode()

SPDX_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<Document>
<SPDXID>SPDXRef-DOCUMENT</SPDXID><spdxVersion>SPDX-2.3</spdxVersion>
<creationInfo><created>2024-01-01T00:00:00Z</created><creators>Tool: make-1.0</creators><creators>Person: A</creators></creationInfo>
<name>doc</name><dataLicense>CC0-1.0</dataLicense><documentNamespace>https://example.org/doc</documentNamespace>
<packages><SPDXID>SPDXRef-a</SPDXID><name>a</name><versionInfo>1.10</versionInfo><downloadLocation>NONE</downloadLocation>
<filesAnalyzed>false</filesAnalyzed><checksums><algorithm>SHA256</algorithm><checksumValue>{ZERO}</checksumValue></checksums>
<externalRefs><referenceCategory>PACKAGE-MANAGER</referenceCategory><referenceType>purl</referenceType>
<referenceLocator>pkg:npm/a@1.10</referenceLocator></externalRefs><licenseDeclared>MIT</licenseDeclared></packages>
<files><SPDXID>SPDXRef-b</SPDXID><fileName>./b.c</fileName><fileTypes>SOURCE</fileTypes></files>
<relationships><spdxElementId>SPDXRef-DOCUMENT</spdxElementId><relationshipType>DESCRIBES</relationshipType>
<relatedSpdxElement>SPDXRef-a</relatedSpdxElement></relationships>
</Document>
""".encode()

RDF = f"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:spdx="http://spdx.org/rdf/terms#"
 xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">
<spdx:SpdxDocument rdf:about="https://example.org/doc#SPDXRef-DOCUMENT"><spdx:specVersion>SPDX-2.3</spdx:specVersion>
<spdx:name>doc</spdx:name><spdx:dataLicense rdf:resource="http://spdx.org/licenses/CC0-1.0"/>
<spdx:creationInfo><spdx:CreationInfo><spdx:creator>Tool: make-1.0</spdx:creator>
<spdx:created>2024-01-01T00:00:00Z</spdx:created></spdx:CreationInfo></spdx:creationInfo>
<spdx:hasExtractedLicensingInfo><spdx:ExtractedLicensingInfo rdf:about="https://example.org/doc#LicenseRef-1">
<spdx:licenseId>LicenseRef-1</spdx:licenseId><spdx:extractedText>t</spdx:extractedText></spdx:ExtractedLicensingInfo></spdx:hasExtractedLicensingInfo>
<spdx:relationship><spdx:Relationship><spdx:relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_describes"/>
<spdx:relatedSpdxElement><spdx:Package rdf:about="https://example.org/doc#SPDXRef-a"><spdx:name>a</spdx:name><spdx:versionInfo>1.10</spdx:versionInfo>
<spdx:downloadLocation rdf:resource="http://spdx.org/rdf/terms#noassertion"/><spdx:filesAnalyzed>false</spdx:filesAnalyzed>
<spdx:checksum><spdx:Checksum><spdx:algorithm rdf:resource="http://spdx.org/rdf/terms#checksumAlgorithm_sha256"/>
<spdx:checksumValue>{ZERO}</spdx:checksumValue></spdx:Checksum></spdx:checksum>
<spdx:licenseDeclared><spdx:ConjunctiveLicenseSet><spdx:member rdf:resource="http://spdx.org/licenses/MIT"/>
<spdx:member rdf:nodeID="n1"/></spdx:ConjunctiveLicenseSet></spdx:licenseDeclared>
<spdx:externalRef><spdx:ExternalRef><spdx:referenceCategory rdf:resource="http://spdx.org/rdf/terms#referenceCategory_packageManager"/>
<spdx:referenceType rdf:resource="http://spdx.org/rdf/references/purl"/><spdx:referenceLocator>pkg:npm/a@1.10</spdx:referenceLocator>
</spdx:ExternalRef></spdx:externalRef></spdx:Package></spdx:relatedSpdxElement></spdx:Relationship></spdx:relationship>
</spdx:SpdxDocument>
<spdx:DisjunctiveLicenseSet rdf:nodeID="n1"><spdx:member rdf:resource="http://spdx.org/licenses/ISC"/></spdx:DisjunctiveLicenseSet>
</rdf:RDF>
""".encode()


def spdx3() -> list[bytes]:
    """One with every class, one as tools write it."""
    s = spdx3_samples
    document = s.element(
        "SpdxDocument", "doc", rootElement=["https://e.org/a"], element=["https://e.org/a", "https://e.org/b"]
    )
    usual = [
        s.INFO, s.ACME, document, s.package("a", software_packageVersion="1", suppliedBy="https://e.org/acme"), s.package("b"),
        s.related("https://e.org/a", "dependsOn", "b"),
    ]  # fmt: skip
    return [dumps(s.everything()), dumps({"@context": s.CONTEXT, "@graph": usual})]


OPENVEX = json.dumps({
    "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/1", "author": "Acme", "role": "Vendor",
    "timestamp": "2026-01-02T00:00:00Z", "last_updated": "2026-01-03T00:00:00Z", "version": 1, "statements": [
        {"vulnerability": {"@id": "https://x.example", "name": "CVE-2026-1", "aliases": ["GHSA-x"]}, "status": "not_affected",
         "products": [{"@id": "pkg:npm/a@1", "identifiers": {"cpe23": "cpe:2.3:a:a:a:1:*:*:*:*:*:*:*"}, "hashes": {"sha-256": ZERO},
                       "subcomponents": [{"@id": "pkg:npm/b@1"}]}], "justification": "component_not_present", "impact_statement": "none"},
        {"vulnerability": {"name": "CVE-2026-2"}, "status": "affected", "products": [{"@id": "pkg:npm/a"}], "action_statement": "update",
         "timestamp": "2026-01-02T00:00:00Z"},
    ],
}).encode()  # fmt: skip

CSAF = json.dumps({
    "document": {
        "category": "csaf_vex", "csaf_version": "2.0", "title": "t", "lang": "en",
        "publisher": {"category": "vendor", "name": "Acme", "namespace": "https://acme.example"},
        "tracking": {"id": "A-1", "status": "final", "version": "1", "current_release_date": "2026-01-02T00:00:00Z",
                     "initial_release_date": "2026-01-02T00:00:00Z",
                     "revision_history": [{"date": "2026-01-02T00:00:00Z", "number": "1", "summary": "first"}]},
    },
    "product_tree": {
        "branches": [{"category": "vendor", "name": "Acme", "branches": [{"category": "product_name", "name": "hub", "branches": [
            {"category": "product_version", "name": "1", "product": {"name": "hub 1", "product_id": "P", "product_identification_helper": {
                "purl": "pkg:generic/hub@1", "cpe": "cpe:2.3:h:acme:hub:1:*:*:*:*:*:*:*", "hashes": [
                    {"filename": "a", "file_hashes": [{"algorithm": "sha256", "value": ZERO}]}]}}},
            {"category": "product_version_range", "name": "vers:generic/<2", "product": {"name": "hub", "product_id": "R"}}]}]}],
        "full_product_names": [{"name": "a", "product_id": "A", "product_identification_helper": {"purl": "pkg:npm/a@1"}}],
        "relationships": [{"category": "default_component_of", "product_reference": "A", "relates_to_product_reference": "P",
                           "full_product_name": {"name": "a in hub", "product_id": "AP"}}],
        "product_groups": [{"group_id": "G", "product_ids": ["P", "AP"]}],
    },
    "vulnerabilities": [{
        "cve": "CVE-2026-1", "cwe": {"id": "CWE-79", "name": "x"}, "notes": [{"category": "description", "text": "t"}],
        "product_status": {"known_not_affected": ["AP"], "known_affected": ["P"]}, "flags": [{"label": "component_not_present", "group_ids": ["G"]}],
        "remediations": [{"category": "vendor_fix", "details": "d", "product_ids": ["P"]}],
        "scores": [{"products": ["P"], "cvss_v3": {"version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                                                   "baseScore": 9.8, "baseSeverity": "CRITICAL"}}],
        "threats": [{"category": "impact", "details": "d", "product_ids": ["AP"]}],
    }],
}).encode()  # fmt: skip
