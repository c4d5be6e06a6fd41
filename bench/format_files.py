"""The same made-up product in every encoding that is measured: plain templates, no library of any reader.

Guarantees: all encodings carry the same components: name, version, package URL, supplier, licence, one hash, one to three
dependencies.  What it does not do: use every field of a format.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterable
from typing import NamedTuple

LICENSES = ("MIT", "Apache-2.0", "ISC", "BSD-3-Clause", "MIT OR Apache-2.0")
SPACE = "https://example.org/bench"
CREATED = "2026-01-02T03:04:05Z"
RDF = "http://spdx.org/rdf/terms#"


class Record(NamedTuple):
    """One component; dependencies are numbers of later ones."""

    number: int
    name: str
    version: str
    purl: str
    supplier: str
    license: str
    sha256: str
    needs: tuple[int, ...]


def records(n: int) -> list[Record]:
    """The components, the same for the same number."""
    chance = random.Random(n)
    made = []
    for i in range(n):
        name, version = f"part-{i:06}", f"{i % 7}.{i % 11}.{i % 13}"
        needs = tuple(sorted({chance.randrange(i + 1, n) for _ in range(3)})) if i < n - 1 else ()
        digest = hashlib.sha256(name.encode()).hexdigest()
        made.append(
            Record(i, name, version, f"pkg:npm/{name}@{version}", f"Maker {i % 40}", LICENSES[i % 5], digest, needs)
        )
    return made


# --- CycloneDX


def _license_xml(text: str) -> str:
    return f"<expression>{text}</expression>" if " " in text else f"<license><id>{text}</id></license>"


def cyclonedx_xml(given: list[Record]) -> bytes:
    """CycloneDX 1.6 XML."""
    parts = "".join(
        f'<component type="library" bom-ref="c{r.number}"><supplier><name>{r.supplier}</name></supplier><name>{r.name}</name>'
        f'<version>{r.version}</version><hashes><hash alg="SHA-256">{r.sha256}</hash></hashes>'
        f"<licenses>{_license_xml(r.license)}</licenses><purl>{r.purl}</purl></component>\n"
        for r in given
    )
    edges = "".join(
        f'<dependency ref="c{r.number}">' + "".join(f'<dependency ref="c{k}"/>' for k in r.needs) + "</dependency>\n"
        for r in given
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.6" '
        'serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="1">'
        f"<metadata><timestamp>{CREATED}</timestamp></metadata>\n<components>{parts}</components>\n"
        f"<dependencies>{edges}</dependencies></bom>\n"
    ).encode()


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def wire(*fields: tuple[int, int | str | bytes]) -> bytes:
    """A protobuf message."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += _varint(number << 3) + _varint(value)
        else:
            raw = value.encode() if isinstance(value, str) else value
            out += _varint(number << 3 | 2) + _varint(len(raw)) + raw
    return out


def cyclonedx_protobuf(given: list[Record]) -> bytes:
    """CycloneDX 1.6 protobuf; the numbers are those of the official `bom-1.6.proto`."""
    out = [wire((1, "1.6"), (2, 1), (3, "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"))]
    for r in given:
        choice = (2, r.license) if " " in r.license else (1, wire((1, r.license)))
        part = wire(
            (1, 3), (3, f"c{r.number}"), (4, wire((1, r.supplier))), (8, r.name), (9, r.version), (12, wire((1, 3), (2, r.sha256))),
            (13, wire(choice)), (16, r.purl),
        )  # fmt: skip
        out.append(wire((5, part)))
    out += [wire((8, wire((1, f"c{r.number}"), *((2, wire((1, f"c{k}"))) for k in r.needs)))) for r in given]
    return b"".join(out)


# --- SPDX 2


def _edges(given: Iterable[Record]) -> Iterable[tuple[str, str]]:
    return ((f"SPDXRef-{r.number}", f"SPDXRef-{k}") for r in given for k in r.needs)


def spdx_tag_value(given: list[Record]) -> bytes:
    """SPDX 2.3 tag-value."""
    head = (
        f"SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: bench\nDocumentNamespace: {SPACE}\n"
        f"Creator: Tool: bench-1\nCreated: {CREATED}\n"
    )
    parts = "".join(
        f"\nPackageName: {r.name}\nSPDXID: SPDXRef-{r.number}\nPackageVersion: {r.version}\nPackageSupplier: Organization: {r.supplier}\n"
        f"PackageDownloadLocation: NOASSERTION\nFilesAnalyzed: false\nPackageChecksum: SHA256: {r.sha256}\n"
        f"PackageLicenseConcluded: NOASSERTION\nPackageLicenseDeclared: {r.license}\nPackageCopyrightText: NOASSERTION\n"
        f"ExternalRef: PACKAGE-MANAGER purl {r.purl}\n"
        for r in given
    )
    edges = "".join(f"Relationship: {a} DEPENDS_ON {b}\n" for a, b in _edges(given))
    return (head + parts + "\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-0\n" + edges).encode()


def _spdx_xml(given: list[Record]) -> str:
    parts = "".join(
        f"<packages><SPDXID>SPDXRef-{r.number}</SPDXID><name>{r.name}</name><versionInfo>{r.version}</versionInfo>"
        f"<supplier>Organization: {r.supplier}</supplier><downloadLocation>NOASSERTION</downloadLocation><filesAnalyzed>false</filesAnalyzed>"
        f"<checksums><algorithm>SHA256</algorithm><checksumValue>{r.sha256}</checksumValue></checksums>"
        f"<licenseConcluded>NOASSERTION</licenseConcluded><licenseDeclared>{r.license}</licenseDeclared><copyrightText>NOASSERTION</copyrightText>"
        "<externalRefs><referenceCategory>PACKAGE_MANAGER</referenceCategory><referenceType>purl</referenceType>"
        f"<referenceLocator>{r.purl}</referenceLocator></externalRefs></packages>\n"
        for r in given
    )
    pairs = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-0"), *((a, "DEPENDS_ON", b) for a, b in _edges(given))]
    edges = "".join(
        f"<relationships><spdxElementId>{a}</spdxElementId><relationshipType>{kind}</relationshipType>"
        f"<relatedSpdxElement>{b}</relatedSpdxElement></relationships>\n"
        for a, kind, b in pairs
    )
    return parts + edges


def spdx_xml(given: list[Record]) -> bytes:
    """SPDX 2.3 XML."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document><SPDXID>SPDXRef-DOCUMENT</SPDXID><spdxVersion>SPDX-2.3</spdxVersion>'
        f"<creationInfo><created>{CREATED}</created><creators>Tool: bench-1</creators></creationInfo><name>bench</name>"
        f"<dataLicense>CC0-1.0</dataLicense><documentNamespace>{SPACE}</documentNamespace>\n{_spdx_xml(given)}</Document>\n"
    ).encode()


def spdx_yaml(given: list[Record]) -> bytes:
    """SPDX 2.3 YAML."""
    head = (
        "SPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.3\ncreationInfo:\n"
        f'  created: "{CREATED}"\n  creators:\n  - "Tool: bench-1"\n'
        f'name: bench\ndataLicense: CC0-1.0\ndocumentNamespace: "{SPACE}"\npackages:\n'
    )
    parts = "".join(
        f'- SPDXID: SPDXRef-{r.number}\n  name: {r.name}\n  versionInfo: "{r.version}"\n  supplier: "Organization: {r.supplier}"\n'
        f"  downloadLocation: NOASSERTION\n  filesAnalyzed: false\n  checksums:\n  - algorithm: SHA256\n    checksumValue: {r.sha256}\n"
        f"  licenseConcluded: NOASSERTION\n  licenseDeclared: {r.license}\n  copyrightText: NOASSERTION\n  externalRefs:\n"
        f'  - referenceCategory: PACKAGE_MANAGER\n    referenceType: purl\n    referenceLocator: "{r.purl}"\n'
        for r in given
    )
    pairs = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-0"), *((a, "DEPENDS_ON", b) for a, b in _edges(given))]
    edges = "".join(
        f"- spdxElementId: {a}\n  relationshipType: {kind}\n  relatedSpdxElement: {b}\n" for a, kind, b in pairs
    )
    return (head + parts + "relationships:\n" + edges).encode()


def _set(text: str) -> str:
    """A licence in RDF."""
    names = text.split(" OR ")
    if len(names) == 1:
        return f'<spdx:licenseDeclared rdf:resource="http://spdx.org/licenses/{text}"/>'
    members = "".join(f'<spdx:member rdf:resource="http://spdx.org/licenses/{name}"/>' for name in names)
    return f"<spdx:licenseDeclared><spdx:DisjunctiveLicenseSet>{members}</spdx:DisjunctiveLicenseSet></spdx:licenseDeclared>"


def _relation(kind: str, number: int) -> str:
    return (
        f'<spdx:relationship><spdx:Relationship><spdx:relationshipType rdf:resource="{RDF}relationshipType_{kind}"/>'
        f'<spdx:relatedSpdxElement rdf:resource="{SPACE}#SPDXRef-{number}"/></spdx:Relationship></spdx:relationship>'
    )


def spdx_rdf(given: list[Record]) -> bytes:
    """SPDX 2.3 RDF/XML."""
    parts = "".join(
        f'<spdx:Package rdf:about="{SPACE}#SPDXRef-{r.number}"><spdx:name>{r.name}</spdx:name><spdx:versionInfo>{r.version}</spdx:versionInfo>'
        f'<spdx:supplier>Organization: {r.supplier}</spdx:supplier><spdx:downloadLocation rdf:resource="{RDF}noassertion"/>'
        f"<spdx:filesAnalyzed>false</spdx:filesAnalyzed><spdx:checksum><spdx:Checksum>"
        f'<spdx:algorithm rdf:resource="{RDF}checksumAlgorithm_sha256"/><spdx:checksumValue>{r.sha256}</spdx:checksumValue></spdx:Checksum>'
        f'</spdx:checksum><spdx:licenseConcluded rdf:resource="{RDF}noassertion"/>{_set(r.license)}'
        f'<spdx:copyrightText rdf:resource="{RDF}noassertion"/><spdx:externalRef><spdx:ExternalRef>'
        f'<spdx:referenceCategory rdf:resource="{RDF}referenceCategory_packageManager"/>'
        f'<spdx:referenceType rdf:resource="http://spdx.org/rdf/references/purl"/><spdx:referenceLocator>{r.purl}</spdx:referenceLocator>'
        f"</spdx:ExternalRef></spdx:externalRef>{''.join(_relation('dependsOn', k) for k in r.needs)}</spdx:Package>\n"
        for r in given
    )
    return (
        '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:spdx="{RDF}" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">\n'
        f'<spdx:SpdxDocument rdf:about="{SPACE}#SPDXRef-DOCUMENT"><spdx:specVersion>SPDX-2.3</spdx:specVersion><spdx:name>bench</spdx:name>'
        '<spdx:dataLicense rdf:resource="http://spdx.org/licenses/CC0-1.0"/><spdx:creationInfo><spdx:CreationInfo>'
        f"<spdx:creator>Tool: bench-1</spdx:creator><spdx:created>{CREATED}</spdx:created></spdx:CreationInfo></spdx:creationInfo>"
        f"{_relation('describes', 0)}</spdx:SpdxDocument>\n{parts}</rdf:RDF>\n"
    ).encode()


# --- SPDX 3


def spdx3(given: list[Record]) -> bytes:
    """SPDX 3.0.1 JSON-LD."""
    info = {"creationInfo": "_:info"}
    graph: list[dict[str, object]] = [
        {"type": "CreationInfo", "@id": "_:info", "specVersion": "3.0.1", "created": CREATED, "createdBy": [f"{SPACE}/maker0"]},
        {"type": "SpdxDocument", "spdxId": f"{SPACE}/doc", **info, "rootElement": [f"{SPACE}/c0"], "profileConformance": ["core", "software", "simpleLicensing"]},
    ]  # fmt: skip
    makers = sorted({r.supplier for r in given})
    graph += [{"type": "Organization", "spdxId": f"{SPACE}/maker{i}", **info, "name": m} for i, m in enumerate(makers)]
    texts = sorted({r.license for r in given})
    graph += [
        {"type": "simplelicensing_LicenseExpression", "spdxId": f"{SPACE}/l{i}", **info, "simplelicensing_licenseExpression": t}
        for i, t in enumerate(texts)
    ]  # fmt: skip
    for r in given:
        own = f"{SPACE}/c{r.number}"
        graph.append({
            "type": "software_Package", "spdxId": own, **info, "name": r.name, "software_packageVersion": r.version,
            "software_packageUrl": r.purl, "suppliedBy": f"{SPACE}/maker{makers.index(r.supplier)}",
            "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": r.sha256}],
        })  # fmt: skip
        ends = {
            "hasDeclaredLicense": [f"{SPACE}/l{texts.index(r.license)}"],
            "dependsOn": [f"{SPACE}/c{k}" for k in r.needs],
        }
        graph += [
            {"type": "Relationship", "spdxId": f"{own}/{kind}", **info, "from": own, "relationshipType": kind, "to": to}
            for kind, to in ends.items() if to
        ]  # fmt: skip
    return json.dumps({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph}).encode()


WRITERS: dict[str, tuple[str, Callable[[list[Record]], bytes]]] = {
    "CycloneDX XML": ("bench.cdx.xml", cyclonedx_xml),
    "CycloneDX protobuf": ("bench.cdx.bin", cyclonedx_protobuf),
    "SPDX 2 tag-value": ("bench.spdx", spdx_tag_value),
    "SPDX 2 YAML": ("bench.spdx.yaml", spdx_yaml),
    "SPDX 2 XML": ("bench.spdx.xml", spdx_xml),
    "SPDX 2 RDF/XML": ("bench.spdx.rdf.xml", spdx_rdf),
    "SPDX 3 JSON-LD": ("bench.spdx3.json", spdx3),
}
"""The name of each format's file and what writes it."""
