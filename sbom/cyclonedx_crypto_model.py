"""cryptoProperties of CycloneDX 1.6 and 1.7 as typed structs: algorithms, certificates, keys, protocols.

Guarantees: those of `cyclonedx_model`.
Source: bom-1.6 and bom-1.7 of the CycloneDX specification.
"""

from msgspec import UNSET

from rulewright.sbom.cyclonedx_model import Base, Undecoded


class Algorithm(Base):
    """cryptoProperties.algorithmProperties."""

    primitive: str | None = None
    algorithm_family: str | None = None
    parameter_set_identifier: str | None = None
    curve: str | None = None
    elliptic_curve: str | None = None
    execution_environment: str | None = None
    implementation_platform: str | None = None
    certification_level: list[str] | None = None
    mode: str | None = None
    padding: str | None = None
    crypto_functions: list[str] | None = None
    classical_security_level: int | None = None
    nist_quantum_security_level: int | None = None


class CertificateState(Base):
    """One item of certificateState (1.7): a state of the list, or one with a name of its own."""

    state: str | None = None
    name: str | None = None
    description: str | None = None
    reason: str | None = None


class Certificate(Base):
    """cryptoProperties.certificateProperties."""

    serial_number: str | None = None
    subject_name: str | None = None
    issuer_name: str | None = None
    not_valid_before: str | None = None
    not_valid_after: str | None = None
    signature_algorithm_ref: str | None = None
    subject_public_key_ref: str | None = None
    certificate_format: str | None = None
    certificate_extension: str | None = None
    certificate_file_extension: str | None = None
    fingerprint: Undecoded = UNSET
    certificate_state: list[CertificateState] | None = None
    creation_date: str | None = None
    activation_date: str | None = None
    deactivation_date: str | None = None
    revocation_date: str | None = None
    destruction_date: str | None = None
    certificate_extensions: Undecoded = UNSET
    related_cryptographic_assets: Undecoded = UNSET


class SecuredBy(Base):
    """How a key or another secret is secured."""

    mechanism: str | None = None
    algorithm_ref: str | None = None


class Material(Base):
    """cryptoProperties.relatedCryptoMaterialProperties: keys, secrets, seeds, digests and more."""

    type: str | None = None
    id: str | None = None
    state: str | None = None
    algorithm_ref: str | None = None
    creation_date: str | None = None
    activation_date: str | None = None
    update_date: str | None = None
    expiration_date: str | None = None
    value: str | None = None
    size: int | None = None
    format: str | None = None
    secured_by: SecuredBy | None = None
    fingerprint: Undecoded = UNSET
    related_cryptographic_assets: Undecoded = UNSET


class CipherSuite(Base):
    """One item of a protocol's cipherSuites."""

    name: str | None = None
    algorithms: list[str] | None = None
    identifiers: list[str] | None = None
    tls_groups: list[str] | None = None
    tls_signature_schemes: list[str] | None = None


class Protocol(Base):
    """cryptoProperties.protocolProperties."""

    type: str | None = None
    version: str | None = None
    cipher_suites: list[CipherSuite] | None = None
    ikev2_transform_types: Undecoded = UNSET
    crypto_ref_array: list[str] | None = None
    related_cryptographic_assets: Undecoded = UNSET


class Crypto(Base):
    """cryptoProperties of a cryptographic asset."""

    asset_type: str | None = None
    algorithm_properties: Algorithm | None = None
    certificate_properties: Certificate | None = None
    related_crypto_material_properties: Material | None = None
    protocol_properties: Protocol | None = None
    oid: str | None = None
