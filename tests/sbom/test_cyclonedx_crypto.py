"""Cryptographic assets and hardware devices: the same facts from JSON, XML and protobuf."""

import json
from typing import Any

import pytest

from rulewright.facts.identity.dates import parse_date
from rulewright.facts.types import State
from rulewright.sbom import Document, read

JSON = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.7",
    "components": [
        {
            "type": "cryptographic-asset",
            "name": "certificate",
            "cryptoProperties": {
                "assetType": "certificate",
                "certificateProperties": {
                    "serialNumber": "01",
                    "subjectName": "CN=a",
                    "issuerName": "CN=b",
                    "notValidBefore": "2024-01-01T00:00:00Z",
                    "notValidAfter": "2025-01-01T00:00:00Z",
                    "signatureAlgorithmRef": "rsa",
                    "subjectPublicKeyRef": "key",
                    "certificateFormat": "X.509",
                    "certificateState": [{"state": "active"}, {"name": "mine"}],
                },
                "oid": "1.2.3",
            },
        },
        {
            "type": "cryptographic-asset",
            "name": "key",
            "cryptoProperties": {
                "assetType": "related-crypto-material",
                "relatedCryptoMaterialProperties": {
                    "type": "public-key",
                    "state": "active",
                    "algorithmRef": "rsa",
                    "expirationDate": "2030-01-01T00:00:00Z",
                    "size": 2048,
                    "securedBy": {"mechanism": "HSM"},
                },
            },
        },
        {
            "type": "cryptographic-asset",
            "name": "tls",
            "cryptoProperties": {
                "assetType": "protocol",
                "protocolProperties": {
                    "type": "tls",
                    "version": "1.2",
                    "cipherSuites": [{"name": "A"}, {"identifiers": ["0xC0", "0x30"]}],
                },
            },
        },
        {
            "type": "cryptographic-asset",
            "name": "rsa",
            "cryptoProperties": {
                "assetType": "algorithm",
                "algorithmProperties": {
                    "primitive": "pke",
                    "parameterSetIdentifier": "2048",
                    "ellipticCurve": "nist/P-256",
                    "executionEnvironment": "hardware",
                    "certificationLevel": ["fips140-3-l2"],
                    "mode": "gcm",
                    "padding": "oaep",
                    "cryptoFunctions": ["sign", "verify"],
                    "classicalSecurityLevel": 112,
                    "nistQuantumSecurityLevel": 0,
                },
            },
        },
        {
            "type": "device",
            "name": "connector",
            "properties": [
                {"name": "cdx:device:quantity", "value": "2"},
                {"name": "cdx:device:function", "value": "connector"},
                {"name": "cdx:device:location", "value": "mainboard"},
                {"name": "cdx:device:deviceType", "value": "smd"},
                {"name": "cdx:device:serialNumber", "value": "S1"},
                {"name": "cdx:device:macAddress", "value": "00:00:5e:00:53:01"},
            ],
        },
    ],
}

XML = """<bom xmlns="http://cyclonedx.org/schema/bom/1.7"><components>
<component type="cryptographic-asset"><name>certificate</name><cryptoProperties><assetType>certificate</assetType>
 <certificateProperties><serialNumber>01</serialNumber><subjectName>CN=a</subjectName><issuerName>CN=b</issuerName>
 <notValidBefore>2024-01-01T00:00:00Z</notValidBefore><notValidAfter>2025-01-01T00:00:00Z</notValidAfter>
 <signatureAlgorithmRef>rsa</signatureAlgorithmRef><subjectPublicKeyRef>key</subjectPublicKeyRef>
 <certificateFormat>X.509</certificateFormat><certificateState><state>active</state></certificateState>
 <certificateState><name>mine</name></certificateState></certificateProperties><oid>1.2.3</oid></cryptoProperties></component>
<component type="cryptographic-asset"><name>key</name><cryptoProperties><assetType>related-crypto-material</assetType>
 <relatedCryptoMaterialProperties><type>public-key</type><state>active</state><algorithmRef>rsa</algorithmRef>
 <expirationDate>2030-01-01T00:00:00Z</expirationDate><size>2048</size><securedBy><mechanism>HSM</mechanism></securedBy>
 </relatedCryptoMaterialProperties></cryptoProperties></component>
<component type="cryptographic-asset"><name>tls</name><cryptoProperties><assetType>protocol</assetType><protocolProperties>
 <type>tls</type><version>1.2</version><cipherSuites><cipherSuite><name>A</name></cipherSuite>
 <cipherSuite><identifiers><identifier>0xC0</identifier><identifier>0x30</identifier></identifiers></cipherSuite></cipherSuites>
 </protocolProperties></cryptoProperties></component>
<component type="cryptographic-asset"><name>rsa</name><cryptoProperties><assetType>algorithm</assetType><algorithmProperties>
 <primitive>pke</primitive><parameterSetIdentifier>2048</parameterSetIdentifier><ellipticCurve>nist/P-256</ellipticCurve>
 <executionEnvironment>hardware</executionEnvironment><certificationLevel>fips140-3-l2</certificationLevel><mode>gcm</mode>
 <padding>oaep</padding><cryptoFunctions><cryptoFunction>sign</cryptoFunction><cryptoFunction>verify</cryptoFunction></cryptoFunctions>
 <classicalSecurityLevel>112</classicalSecurityLevel><nistQuantumSecurityLevel>0</nistQuantumSecurityLevel>
 </algorithmProperties></cryptoProperties></component>
<component type="device"><name>connector</name><properties><property name="cdx:device:quantity">2</property>
 <property name="cdx:device:function">connector</property><property name="cdx:device:location">mainboard</property>
 <property name="cdx:device:deviceType">smd</property><property name="cdx:device:serialNumber">S1</property>
 <property name="cdx:device:macAddress">00:00:5e:00:53:01</property></properties></component>
</components></bom>"""

TEXT = """spec_version: "1.7"
components { type: CLASSIFICATION_CRYPTOGRAPHIC_ASSET name: "certificate" cryptoProperties {
  assetType: CRYPTO_ASSET_TYPE_CERTIFICATE oid: "1.2.3" certificateProperties { serialNumber: "01" subjectName: "CN=a"
  issuerName: "CN=b" notValidBefore { seconds: 1704067200 } notValidAfter { seconds: 1735689600 }
  signatureAlgorithmRef: "rsa" subjectPublicKeyRef: "key" certificateFormat: "X.509"
  certificateState { predefined_state: PREDEFINED_STATE_ACTIVE } certificateState { name: "mine" } } } }
components { type: CLASSIFICATION_CRYPTOGRAPHIC_ASSET name: "key" cryptoProperties {
  assetType: CRYPTO_ASSET_TYPE_RELATED_CRYPTO_MATERIAL relatedCryptoMaterialProperties { type: CRYPTO_RELATED_TYPE_PUBLIC_KEY
  state: CRYPTO_RELATED_STATE_ACTIVE algorithmRef: "rsa" expirationDate { seconds: 1893456000 } size: 2048
  securedBy { mechanism: "HSM" } } } }
components { type: CLASSIFICATION_CRYPTOGRAPHIC_ASSET name: "tls" cryptoProperties {
  assetType: CRYPTO_ASSET_TYPE_PROTOCOL protocolProperties { type: CRYPTO_PROTOCOL_TYPE_TLS version: "1.2"
  cipherSuites { name: "A" } cipherSuites { identifiers: ["0xC0", "0x30"] } } } }
components { type: CLASSIFICATION_CRYPTOGRAPHIC_ASSET name: "rsa" cryptoProperties {
  assetType: CRYPTO_ASSET_TYPE_ALGORITHM algorithmProperties { primitive: CRYPTO_PRIMITIVE_PKE parameterSetIdentifier: "2048"
  ellipticCurve: "nist/P-256" executionEnvironment: CRYPTO_EXECUTION_ENVIRONMENT_HARDWARE certificationLevel: "fips140-3-l2"
  mode: CRYPTO_ALGORITHM_MODE_GCM padding: CRYPTO_ALGORITHM_PADDING_OAEP
  cryptoFunctions: [CRYPTO_ALGORITHM_FUNCTION_SIGN, CRYPTO_ALGORITHM_FUNCTION_VERIFY] classicalSecurityLevel: 112
  nistQuantumSecurityLevel: 0 } } }
components { type: CLASSIFICATION_DEVICE name: "connector"
  properties { name: "cdx:device:quantity" value: "2" } properties { name: "cdx:device:function" value: "connector" }
  properties { name: "cdx:device:location" value: "mainboard" } properties { name: "cdx:device:deviceType" value: "smd" }
  properties { name: "cdx:device:serialNumber" value: "S1" }
  properties { name: "cdx:device:macAddress" value: "00:00:5e:00:53:01" } }
"""

DOCUMENTS = {"json": json.dumps(JSON).encode(), "xml": XML.encode(), "textproto": TEXT.encode()}

EXPECTED: list[dict[str, Any]] = [
    {
        "asset_type": "certificate", "oid": "1.2.3", "certificate_serial": "01", "certificate_subject": "CN=a",
        "certificate_issuer": "CN=b", "not_valid_before": parse_date("2024-01-01"), "signature_algorithm": "rsa",
        "not_valid_after": parse_date("2025-01-01"), "public_key": "key", "certificate_format": "X.509",
        "certificate_states": ("active", "mine"), "crypto_primitive": State.MISSING, "device_type": State.MISSING,
    },
    {
        "asset_type": "related_crypto_material", "material_type": "public-key", "material_state": "active",
        "crypto_algorithm": "rsa", "material_expires": parse_date("2030-01-01"), "material_size": 2048,
        "material_secured_by": "HSM",
    },
    {
        "asset_type": "protocol", "protocol_type": "tls", "protocol_version": "1.2",
        "cipher_suites": ("0xC0 0x30", "A"),
    },
    {
        "asset_type": "algorithm", "crypto_primitive": "pke", "crypto_parameter": "2048", "crypto_curve": "nist/P-256",
        "crypto_environment": "hardware", "crypto_certification": ("fips140-3-l2",), "crypto_mode": "gcm",
        "crypto_padding": "oaep", "crypto_functions": ("sign", "verify"), "classical_level": 112, "quantum_level": 0,
    },
    {
        "asset_type": State.MISSING, "device_quantity": 2, "device_function": "connector",
        "device_location": "mainboard", "device_type": "smd", "device_serial": "S1", "device_mac": "00:00:5e:00:53:01",
        "device_sku": State.MISSING,
    },
]  # fmt: skip


def cell(document: Document, field: str, row: int) -> Any:
    state, value = document.tables["component"].column(field).at(row)
    return value if state is State.KNOWN else state


@pytest.mark.parametrize("encoding", DOCUMENTS)
def test_assets_and_devices(encoding: str) -> None:
    found = read(DOCUMENTS[encoding], encoding)
    assert isinstance(found, Document), found
    assert found.judged() == tuple(d for d in found.judged() if d.code == "RW1208")
    for row, fields in enumerate(EXPECTED):
        assert {field: cell(found, field, row) for field in fields} == fields


@pytest.mark.parametrize(
    ("properties", "field", "state"),
    [
        ({"assetType": "certificate", "certificateProperties": {"notValidAfter": "soon"}}, "not_valid_after", State.MALFORMED),
        ({"assetType": "certificate", "certificateProperties": {"subjectName": 1}}, "certificate_subject", State.MALFORMED),
        ({"assetType": "certificate", "certificateProperties": []}, "certificate_issuer", State.MALFORMED),
        ({"assetType": "magic"}, "asset_type", State.MALFORMED),
        ({"assetType": "protocol"}, "protocol_version", State.MISSING),
        ([], "asset_type", State.MALFORMED),
    ],
)  # fmt: skip
def test_what_does_not_fit_says_so(properties: object, field: str, state: State) -> None:
    component = {"name": "a", "type": "cryptographic-asset", "cryptoProperties": properties}
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component]}
    found = read(json.dumps(bom).encode(), "a.json")
    assert isinstance(found, Document)
    assert cell(found, field, 0) is state


def test_an_unknown_field_of_a_certificate_is_noted() -> None:
    component = {"name": "a", "cryptoProperties": {"certificateProperties": {"colour": "red"}}}
    found = read(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component]}).encode(), "a")
    assert isinstance(found, Document)
    place = "/components/0/cryptoProperties/certificateProperties/colour"
    assert ("RW1013", place) in {(d.code, d.pointer) for d in found.findings}


@pytest.mark.parametrize("text", ["two", "-1", "1.5", "9" * 30])
def test_a_quantity_that_is_no_number_is_malformed(text: str) -> None:
    component = {"name": "a", "type": "device", "properties": [{"name": "cdx:device:quantity", "value": text}]}
    found = read(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component]}).encode(), "a")
    assert isinstance(found, Document)
    assert cell(found, "device_quantity", 0) is State.MALFORMED
