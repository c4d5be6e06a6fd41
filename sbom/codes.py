"""The reader's messages: what `rulewright explain` shows for `RW10xx`, `RW11xx` and `RW12xx`.

Guarantees: every code that this folder emits is a key of `CODES`.  RW10xx is about reading, RW11xx about the official
schema, RW12xx about meaning.  It does not decide how bad a finding is: the place that emits it does.
"""

from __future__ import annotations

from types import MappingProxyType

from rulewright.diagnostics import Code

_TABLE = """
RW1001 | receipt does not balance | The entities counted in the bytes are not the entities stored. Nothing may be lost in silence, so the document is not judged. | (a fault of the reader: please report it with the document)
RW1002 | not JSON | The document breaks off or is not JSON. The place is the byte where reading stopped. | {"bomFormat": "CycloneDX", "components": [
RW1003 | too large | The document, or what a gzip stream unpacks to, is above the bound. | a gzip stream of 3 GiB of zeros
RW1004 | not valid text | The bytes are not valid UTF-8 (or UTF-16 with a byte-order mark), or an escape names half of a surrogate pair. | {"name": "\\ud800"}
RW1005 | nested too deeply | Objects or lists are nested beyond the bound. | [[[[[[ … 1,000 times
RW1006 | not yet readable | The format is known, but there is no reader for it yet. Convert the document to CycloneDX JSON or SPDX 2 JSON. | <SoftwareIdentity name="a" tagId="b"/>
RW1007 | unknown format | Nothing in the content names a bill of materials. Names of files are not looked at. | {"hello": "world"}
RW1008 | unknown version | The document names a version of its format that is not known. It is read as the nearest known one. | {"bomFormat": "CycloneDX", "specVersion": "1.9"}
RW1009 | damaged compressed stream | The gzip, xz or Zstandard stream breaks off, fails its check sum or has data behind its end. | the first half of a .gz file
RW1010 | wrong type | A field holds a value of another type than the format allows. The field counts as malformed; the rest of the element is kept. | {"type": "library", "name": "a", "version": 1.5}
RW1011 | key given twice with different values | JSON readers differ in which value they take, so the field counts as conflicting and none is taken. | {"name": "a", "name": "b"}
RW1012 | key given twice with the same value | The value is used; the document is not well-formed in the sense of RFC 8259, section 4. | {"name": "a", "name": "a"}
RW1013 | unknown field | The format has no such field here. It is not read. | {"type": "library", "name": "a", "colour": "red"}
RW1014 | date that cannot be read | A date or time is not as RFC 3339 writes it. | {"metadata": {"timestamp": "yesterday"}}
RW1015 | number out of range | A number is not finite or beyond the range that the field can hold. | {"score": 1e999}
RW1016 | more of the same | One code is reported a hundred times for a document; this finding counts the rest. | 5,000 components without a name
RW1017 | not XML | The document breaks off or is not well-formed XML. The place is the line and column where reading stopped. | <bom><components></bom>
RW1018 | document type declaration | XML with a `<!DOCTYPE …>` is refused: it may define entities that grow without bound or name files outside. No format of bills of materials needs one. | <!DOCTYPE bom [<!ENTITY a "aaaa">]>
RW1019 | not protobuf | The bytes are not a protobuf message, or the text is not one in the text format. The place is where reading stopped. | components { name: "a"
RW1021 | library missing | Reading or writing this encoding needs a library that is not installed. The extra `rulewright[documents]` brings those that read, `rulewright[interchange]` those that write. | an XML document where lxml is not installed
RW1022 | JSON-LD context not understood | SPDX 3 documents are read by the context that the specification fixes; no other one is ever fetched. A document with none but foreign contexts is refused, for its words may mean anything; what another context adds or redefines is not read. | {"@context": "https://example.org/other.jsonld", "@graph": []}
RW1023 | elements not used | The document has elements of a kind that no fact is read from. They are counted in the receipt. | {"type": "Annotation", "statement": "reviewed"}
RW1030 | line that cannot be read | A line of a tag-value document is neither a tag with a value nor a comment, or a text is not closed. The line is skipped. | PackageComment: a value that goes on, without <text>, on the next line
RW1031 | tag in the wrong place | A tag speaks of the last package, file, snippet, licence or annotation that was begun, and none was. | PackageVersion: 1.0 (before any PackageName)
RW1032 | value that cannot be taken apart | A value consists of several parts, and they are not as the specification writes them. What can be read is kept. | Relationship: SPDXRef-A DEPENDS_ON
RW1033 | not YAML | The document breaks off or is not YAML, or it is no mapping. The place is the line and column where reading stopped. | a tab at the beginning of an indented line
RW1034 | alias that cannot be followed | An alias of YAML stands within what it names, or aliases stand for more values than the bound. | b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a] … and so on
RW1035 | tag of YAML | A tag asks a reader to take a value for another type, or to make an object. It is not acted upon; the value is read as it stands. | !!python/object/apply:os.system ["true"]
RW1036 | text that looks like something else | A value without quotes is read as text, as SPDX means it. Most readers of YAML take it for true, false or a number. | versionInfo: no
RW1037 | more than one document | Only the first document of a YAML stream is read. | two documents with `---` between them
RW1038 | text between elements | Text stands between the elements of an XML document, where the format has none. It is not read. | <packages>glibc<name>glibc</name></packages>
RW1025 | damaged envelope | A DSSE envelope, a Sigstore bundle or an in-toto statement holds no document that can be taken out. | {"payloadType": "application/vnd.in-toto+json", "payload": "%%%"}
RW1039 | RDF that cannot be read | Something is against the grammar of RDF/XML, or is said of a node that belongs to no part of an SPDX document. It is not read. | <spdx:Checksum> outside any package or file
RW1026 | name leads out of the archive | A file of the archive has an absolute name or one with `..`, as an attack would. The archive is not read. | ../../etc/passwd in a zip file
RW1027 | files not read | Files of an archive or folder are no documents, or links, or encrypted. They are counted. | a README beside an SBOM
RW1028 | another document is not at hand | The document refers to another one that was not given. What that one says is not known. | {"type": "bom", "url": "urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1"}
RW1029 | needed in another document | A dependency leads to an element of a document that was not given, so the dependency graph is open. | {"ref": "a", "dependsOn": ["urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#b"]}
RW1050 | cannot be written | The format that the facts are written in has no place for some of them, or not for these values. They were counted by reading the new document again. | rulewright facts product.cdx.json --format spdx-2.3 (of services)
RW1051 | more than the facts | The new document says something that the facts do not: the format asks for it, or has another word for something. It was found by reading the document again. | rulewright facts product.spdx.json --format cyclonedx (of components without a type)
RW1052 | cannot be written at all | No document of this format that is valid can be made of the facts. Nothing is written. | (a fault of the writer: please report it with the document)
RW1053 | written in another form | The format that the facts are written in has another word, or another form, for some of them, so that they read differently. They were counted by reading the new document again. | rulewright facts product.cdx.json --format spdx-2.3 (of references such as `pkg:a`, which become `SPDXRef-pkg-a`)
RW1040 | another document than the one meant | A reference states a digest, and the document of that name at hand has other bytes. It is not taken for the one that is meant. | {"type": "bom", "url": "urn:cdx:…", "hashes": [{"alg": "SHA-256", "content": "00…"}]}
RW1101 | schema refuses the document | The official schema of the format does not accept this place. | {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "a"}]}
RW1102 | no schema for this version | There is no official schema for the version that the document names. | {"bomFormat": "CycloneDX", "specVersion": "9.9"}
RW1201 | reference to nothing | An identifier is referred to that no element of the document has. | {"dependencies": [{"ref": "a", "dependsOn": ["nowhere"]}]}
RW1202 | identifier used twice | Two elements have the same bom-ref or SPDXID; references to it are ambiguous. The first is taken. | two components with "bom-ref": "a"
RW1203 | package URL not valid | The purl cannot be read (purl specification). | {"purl": "pkg:/a"}
RW1204 | CPE not valid | The CPE is neither a 2.3 formatted string nor a 2.2 URI (NISTIR 7695). | {"cpe": "cpe:2.3:x"}
RW1205 | licence not valid | The expression cannot be read, or holds an identifier that is not in the SPDX list. | {"license": {"id": "Apache 2"}}
RW1206 | hash not valid | The value has not the length of its algorithm, or is not hexadecimal. | {"alg": "SHA-256", "content": "abc"}
RW1207 | component depends on itself | A component is listed among its own dependencies. | {"ref": "a", "dependsOn": ["a"]}
RW1208 | described product missing | The document does not say which product it describes (metadata.component, or DESCRIBES). | {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}
RW1209 | dependencies stated twice | One element has two entries in the list of dependencies. The entries are joined. | two entries with "ref": "a"
RW1210 | name missing | A component has no name. | {"type": "library"}
RW1211 | word not in the format's list | A field that takes one of a fixed list of words has another. | {"type": "libary", "name": "a"}
RW1212 | fields contradict one another | Two fields of one element cannot both hold. | {"license": {"id": "MIT", "name": "The MIT licence"}}
RW1213 | creator not as SPDX writes it | A creator, supplier or originator has to start with `Person:`, `Organization:` or `Tool:` (SPDX 2.3, clauses 6.8, 7.5, 7.6). | {"creators": ["gen_sbom"]}
RW1214 | document describes nothing | No DESCRIBES relationship and no documentDescribes (SPDX 2.3, clause 11.1). | {"spdxVersion": "SPDX-2.3", "packages": []}
RW1215 | data licence is not CC0-1.0 | SPDX 2 asks for CC0-1.0 as the licence of the data (clause 6.2). | {"dataLicense": "MIT"}
RW1216 | namespace not usable | The namespace is missing, holds a fragment or is no URI (SPDX 2.3, clause 6.5). | {"documentNamespace": "a#b"}
RW1217 | element listed twice | Two components are equal in every field. | the same component twice
RW1218 | name and package URL differ | The purl names another package, or another version, than the component. | {"name": "a", "purl": "pkg:npm/b"}
RW1219 | snippet without a range | A snippet has to say which bytes of its file it is (SPDX 2.3, clause 9.3). | {"SPDXID": "SPDXRef-Snippet", "snippetFromFile": "SPDXRef-File"}
RW1220 | dependencies lead to nothing | Something is depended on that is not in the document. What is behind it is not listed, so the dependency graph counts as open. | {"ref": "a", "dependsOn": ["nowhere"]}
RW1221 | element without creation information | Every element of SPDX 3 has to say who made it, when and by which version of the specification. | {"type": "software_Package", "spdxId": "https://example.org/a", "name": "a"}
RW1222 | more than one document in a file | A file of SPDX 3 holds one SpdxDocument. The first is taken for the document itself. | two elements of type SpdxDocument
RW1223 | relationship does not fit its ends | A relationship of SPDX 3 asks for other kinds of element at its ends, or for another relationship type. | {"type": "security_CvssV3VulnAssessmentRelationship", "from": "https://example.org/package"}
RW1224 | profile not declared | The document lists the profiles it conforms to, and has elements of another one. | {"profileConformance": ["core"]} with elements of type security_Vulnerability
RW1240 | status without meaning | A statement on a vulnerability has no status, or a word that its format does not have. It is not applied. | {"status": "maybe"}
RW1241 | statement without a vulnerability | A statement does not name the vulnerability that it is about. It is not applied. | {"status": "fixed", "products": ["pkg:npm/a"]}
RW1242 | statement that names no product | No package URL, CPE, hash or reference says which product a statement is about. A name alone is not enough, so it is not applied. | {"vulnerability": "CVE-2026-1", "products": ["nginx"], "status": "fixed"}
RW1243 | statement says too little | The format asks for a reason or an action beside this status. | {"status": "not_affected"}
RW1244 | mandatory field missing | The format asks for a field that is not there. | an OpenVEX document without "author"
RW1250 | product of a CSAF document defined wrongly | A product or a group of products is missing, defined twice or by itself, or the branches that lead to it do not fit (CSAF 2.0 and 2.1, clauses 6.1.1 to 6.1.5, 6.1.34, 6.1.57, 6.1.58). | {"product_status": {"fixed": ["nobody"]}}
RW1251 | status of a CSAF document contradicts itself | One product has statuses, justifications or remediations that exclude one another, or something is said of no product (clauses 6.1.6, 6.1.23, 6.1.24, 6.1.29, 6.1.32, 6.1.33, 6.1.35, 6.1.36). | {"known_affected": ["P"], "known_not_affected": ["P"]}
RW1252 | score of a CSAF document wrong | A CVSS object is not valid, its score is not that of its vector, its fields contradict the vector, or a product has two scores of one version (clauses 6.1.7 to 6.1.10, 6.1.56). | {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": 5.0}
RW1253 | revision history of a CSAF document wrong | The revisions are not in order, or the version of the document is not the last of them (clauses 6.1.14, 6.1.16 to 6.1.22, 6.1.30). | {"version": "1"} with a history that ends with "2"
RW1254 | profile of a CSAF document not kept | The document lacks what its category asks for, or its languages or its sharing group do not fit (clauses 6.1.15, 6.1.26 to 6.1.28, 6.1.38 to 6.1.41). | {"category": "csaf_vex"} without vulnerabilities
RW1255 | value of a CSAF document from no list | A weakness, language, package URL, hash, number or licence is not as its own specification writes it (clauses 6.1.11 to 6.1.13, 6.1.25, 6.1.42 to 6.1.44, 6.1.54, 6.1.55, 6.1.61). | {"lang": "EZ"}
RW1256 | version or range of a CSAF document wrong | A branch for one version names a range, or one for a range names none (clauses 6.1.31, 6.1.50, 6.1.59). | {"category": "product_version", "name": "prior to 4.2"}
RW1257 | date of a CSAF document wrong | A date is not as CSAF 2.1 writes it, or is later than the revision that states it (clauses 6.1.37, 6.1.45, 6.1.49, 6.1.51 to 6.1.53). | {"discovery_date": "2023-02-30T00:00:00Z"}
RW1258 | SSVC of a CSAF document wrong | A selection is not valid, is about another vulnerability, or has values that its decision point does not have (clauses 6.1.46 to 6.1.48). | {"namespace": "ssvc", "key": "MI", "version": "1.0.0", "values": [{"key": "D"}]}
RW1259 | extension of a CSAF document wrong | An extension lacks what all extensions have in common (clause 6.1.60.1). | {"$schema": "https://example.com/e_1.0.0.json", "content": {"a": 1}}
RW1260 | recommendation of CSAF not kept | A test that the specification only recommends fails (section 6.2). | a product that nothing refers to
RW1261 | test of CSAF not decided | A test needs something that is not at hand: the schema of an extension, a list that is newer than the one in this package, a library. | {"cwes": [{"id": "CWE-79", "name": "…", "version": "99.0"}]}
"""


def _read(line: str) -> Code:
    """Cut one row of the table."""
    code, title, page, example = (part.strip() for part in line.split(" | ", 3))
    return Code(code, title, page, example)


CODES = MappingProxyType({code.code: code for code in map(_read, _TABLE.strip().splitlines())})
"""Every code of this folder, in order."""
