"""Keys and certificates as bytes: what they are, how strong, and whether a passphrase guards them.

Guarantees: any bytes give a description or nothing; a description holds algorithms, sizes, names and days, and a digest of
the public half to match a key with its certificate; no private key leaves this module.
What it does not do: judge; find files (`devices.keys`).
Sources: RFC 7468 (PEM), RFC 5208/5958 (PKCS 8), PROTOCOL.key of OpenSSH, the host key files of Dropbear (an SSH wire name,
then the numbers of the key).
"""

from __future__ import annotations

import hashlib
import re
import struct
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

MAX_BLOCK = 64 * 1024
MAX_BLOCKS = 50

PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----\s*\n(.{20,65536}?)-----END \1-----", re.DOTALL)
HEADERS = re.compile(rb"^[A-Za-z-]+:.*$", re.MULTILINE)
EPOCH = 719_163
"""1970-01-01 as a proleptic day number."""


class Key(msgspec.Struct, frozen=True):
    """A key: `private` or `public`, its algorithm and size in bits, whether encrypted, and the digest of its public half."""

    kind: str
    algorithm: str
    size: int | None
    encrypted: bool = False
    public: str = ""


class Certificate(msgspec.Struct, frozen=True):
    """A certificate; days are counted from 1970-01-01."""

    subject: str
    issuer: str
    algorithm: str
    size: int | None
    signature: str
    not_before: int
    not_after: int
    self_signed: bool
    public: str
    authority: bool = False


def available() -> bool:
    """Whether the library that reads keys is installed."""
    try:
        import cryptography  # noqa: F401 -- only whether it is there
    except ImportError:
        return False
    return True


def pem_blocks(data: bytes) -> Iterator[tuple[str, bytes, int]]:
    """The PEM blocks of some bytes: label, whole block, line from 1; at most so many."""
    for count, match in enumerate(PEM.finditer(data)):
        if count >= MAX_BLOCKS:
            return
        body = HEADERS.sub(b"", match[2])
        if len(re.sub(rb"[A-Za-z0-9+/=\s]", b"", body)) == 0:
            yield match[1].decode("ascii"), match[0], data.count(b"\n", 0, match.start()) + 1


def read_pem(label: str, block: bytes) -> Key | Certificate | None:
    """What a PEM block holds."""
    if "CERTIFICATE" in label:
        return _certificate(block, der=False) if label in {"CERTIFICATE", "X509 CERTIFICATE"} else None
    if label == "OPENSSH PRIVATE KEY":
        return _openssh(block)
    if "PRIVATE KEY" in label:
        if label.startswith("ENCRYPTED") or b"Proc-Type: 4,ENCRYPTED" in block:
            return Key(
                "private",
                label.removesuffix("PRIVATE KEY").removeprefix("ENCRYPTED").strip() or "unknown",
                None,
                encrypted=True,
            )
        return _private(block, der=False) or Key(
            "private", label.removesuffix("PRIVATE KEY").strip() or "unknown", None
        )
    return _public(block) if "PUBLIC KEY" in label else None


def read_der(data: bytes) -> Key | Certificate | None:
    """What DER bytes hold: a certificate or a private key."""
    if data[:1] != b"\x30" or len(data) > MAX_BLOCK:
        return None
    return _certificate(data, der=True) or _private(data, der=True)


def _certificate(data: bytes, *, der: bool) -> Certificate | None:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # serial numbers and names that old certificates get wrong
            found = x509.load_der_x509_certificate(data) if der else x509.load_pem_x509_certificate(data)
            return _described(found)
    except (ValueError, TypeError, UnsupportedAlgorithm, OverflowError):
        return None


def _described(found: x509.Certificate) -> Certificate:
    algorithm, size, public = _public_of(found.public_key())
    subject, issuer = found.subject.rfc4514_string(), found.issuer.rfc4514_string()
    return Certificate(
        subject=subject[:500],
        issuer=issuer[:500],
        algorithm=algorithm,
        size=size,
        signature=_signature(found),
        not_before=found.not_valid_before_utc.toordinal() - EPOCH,
        not_after=found.not_valid_after_utc.toordinal() - EPOCH,
        self_signed=subject == issuer,
        public=public,
        authority=_authority(found),
    )


def _signature(found: x509.Certificate) -> str:
    """The hash of the signature (`SHA-1`, `SHA-256`), or the algorithm's number where it has no name here."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        used = found.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return found.signature_algorithm_oid.dotted_string
    return re.sub(r"^SHA(?=\d)", "SHA-", used.name.upper()) if used else "EdDSA"


def _authority(found: x509.Certificate) -> bool:
    from cryptography import x509

    try:
        return bool(found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (x509.ExtensionNotFound, ValueError):
        return False


def _public_of(key: PublicKeyTypes) -> tuple[str, int | None, str]:
    """Algorithm, size and digest of a public key."""
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
    match key:
        case rsa.RSAPublicKey():
            return "RSA", key.key_size, public
        case dsa.DSAPublicKey():
            return "DSA", key.key_size, public
        case ec.EllipticCurvePublicKey():
            return "ECDSA", key.key_size, public
        case ed25519.Ed25519PublicKey():
            return "Ed25519", 256, public
        case ed448.Ed448PublicKey():
            return "Ed448", 456, public
        case _:
            return "other", None, public


def _private(data: bytes, *, der: bool) -> Key | None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    load = load_der_private_key if der else load_pem_private_key
    try:
        found: PrivateKeyTypes = load(data, None, unsafe_skip_rsa_key_validation=True)
        algorithm, size, public = _public_of(found.public_key())
    except (ValueError, UnsupportedAlgorithm, OverflowError):
        return None
    except TypeError:  # it wants a passphrase
        return Key("private", "unknown", None, encrypted=True)
    return Key("private", algorithm, size, public=public)


def _public(block: bytes) -> Key | None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        algorithm, size, public = _public_of(load_pem_public_key(block))
    except (ValueError, TypeError, UnsupportedAlgorithm, OverflowError):
        return None
    return Key("public", algorithm, size, public=public)


# --- the wire format of SSH --------------------------------------------------------------------------------------------


def _fields(data: bytes, most: int = 12) -> list[bytes]:
    """The length-prefixed fields at the start of some bytes."""
    found: list[bytes] = []
    at = 0
    while at + 4 <= len(data) and len(found) < most:
        (size,) = struct.unpack_from(">I", data, at)
        if size > len(data) - at - 4:
            break
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def ssh_public(data: bytes) -> Key | None:
    """A public key in SSH's wire format."""
    fields = _fields(data)
    if not fields:
        return None
    name = fields[0].decode("ascii", "replace")
    public = hashlib.sha256(data).hexdigest()
    match name:
        case "ssh-rsa" if len(fields) > 2:
            return Key("public", "RSA", int.from_bytes(fields[2], "big").bit_length(), public=public)
        case "ssh-dss" if len(fields) > 1:
            return Key("public", "DSA", int.from_bytes(fields[1], "big").bit_length(), public=public)
        case "ssh-ed25519":
            return Key("public", "Ed25519", 256, public=public)
        case _ if name.startswith("ecdsa-sha2-nistp") and name[16:].isdigit() and len(name) < 21:
            return Key("public", "ECDSA", int(name[16:]), public=public)
        case _:
            return None


def dropbear(data: bytes) -> Key | None:
    """A private host key of Dropbear; its first fields are those of the public key."""
    fields = _fields(data)
    wanted = {b"ssh-rsa": (2, 1), b"ssh-dss": (1, 0)}.get(fields[0] if fields else b"")
    if wanted is not None and len(fields) > wanted[0]:
        size = int.from_bytes(fields[wanted[0]], "big").bit_length()
        return Key("private", "RSA" if fields[0] == b"ssh-rsa" else "DSA", size)
    found = ssh_public(data) if fields else None
    return None if found is None or found.algorithm in {"RSA", "DSA"} else Key("private", found.algorithm, found.size)


def _openssh(block: bytes) -> Key | None:
    """A private key of OpenSSH: its head names the cipher and holds the public key, whether encrypted or not."""
    import base64
    import binascii

    lines = [line for line in block.splitlines() if line and not line.startswith(b"-----")]
    try:
        data = base64.b64decode(b"".join(lines))
    except (binascii.Error, ValueError):
        return None
    if not data.startswith(b"openssh-key-v1\x00"):
        return None
    rest = data[15:]
    fields = _fields(rest, 3)
    if len(fields) < 3:
        return None
    at = sum(4 + len(field) for field in fields) + 4  # and the number of keys
    public = _fields(rest[at:], 1)
    found = ssh_public(public[0]) if public else None
    if found is None:
        return Key("private", "unknown", None, encrypted=fields[0] != b"none")
    return Key("private", found.algorithm, found.size, encrypted=fields[0] != b"none", public=found.public)
