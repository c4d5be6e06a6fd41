"""Public keys and the algorithms that they are used with.

Guarantees: a key has one algorithm, which the signature cannot choose; the id of a key is the SHA-256 of its SubjectPublicKeyInfo
(RFC 5280), so one key has one id whatever it is called; ECDSA is taken as DER and as the raw pair; what is no key or another kind
of key is refused.  `cryptography` does the arithmetic.  Private keys are in `signers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

Algorithm = Literal[
    "ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "rsa-pss-sha256", "ml-dsa-44", "ml-dsa-65", "ml-dsa-87"
]
"""How signatures of a key are made: RFC 8032; FIPS 186-5; RFC 8017 with a salt as long as the hash; FIPS 204 with no context."""
POST_QUANTUM: frozenset[str] = frozenset({"ml-dsa-44", "ml-dsa-65", "ml-dsa-87"})
RSA_BITS = (2048, 8192)
"""The smallest and largest RSA modulus that is taken."""
_RAW: Mapping[str, int] = MappingProxyType({"ecdsa-p256-sha256": 64, "ecdsa-p384-sha384": 96})


class PublicKeyError(ValueError):
    """These bytes are no public key that is used here; the message says why."""


class PublicKey(msgspec.Struct, frozen=True):
    """A public key: its algorithm and its SubjectPublicKeyInfo in DER."""

    algorithm: Algorithm
    der: bytes

    @property
    def id(self) -> str:
        """The SHA-256 of the key, in hexadecimal."""
        return sha256(self.der).hexdigest()

    @property
    def post_quantum(self) -> bool:
        """Whether a quantum computer is not expected to forge its signatures."""
        return self.algorithm in POST_QUANTUM

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether a signature over a message was made with the private half."""
        from cryptography.exceptions import InvalidSignature

        try:
            _verify(self, signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def signed_by(signatures: Iterable[bytes], message: bytes, keys: Iterable[PublicKey]) -> tuple[str, ...]:
    """The ids of the keys that signed a message, each once, sorted: every key is tried with every signature."""
    listed = tuple(dict.fromkeys(signatures))
    return tuple(sorted({key.id for key in keys if any(key.verifies(item, message) for item in listed)}))


def from_pem(text: bytes) -> PublicKey:
    """A key in PEM: `PUBLIC KEY`, or the key of a `CERTIFICATE`.  Raises `PublicKeyError`."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from cryptography.x509 import load_pem_x509_certificate

    try:
        if b"-----BEGIN CERTIFICATE-----" in text:
            return of(load_pem_x509_certificate(text).public_key())
        return of(load_pem_public_key(text))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PublicKeyError(_why(error)) from None


def from_der(der: bytes) -> PublicKey:
    """A key in DER, in its one form.  Raises `PublicKeyError`."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        found = of(load_der_public_key(der))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PublicKeyError(_why(error)) from None
    if found.der != der:
        raise PublicKeyError("the key is not in its one encoding")
    return found


def in_der(key: PublicKey, signature: bytes) -> bytes:
    """A signature as other programs take it: of ECDSA in DER, of others as it is."""
    return _der_pair(signature, _RAW[key.algorithm]) if key.algorithm in _RAW else signature


def to_pem(key: PublicKey) -> bytes:
    """The key as `PUBLIC KEY`."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

    return load_der_public_key(key.der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def of(key: PublicKeyTypes) -> PublicKey:
    """The key that `cryptography` holds, with the one algorithm that is used with it here.  Raises `PublicKeyError`."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return PublicKey(_algorithm(key), key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _algorithm(key: PublicKeyTypes) -> Algorithm:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    match key:
        case ed25519.Ed25519PublicKey():
            return "ed25519"
        case ec.EllipticCurvePublicKey() if isinstance(key.curve, ec.SECP256R1):
            return "ecdsa-p256-sha256"
        case ec.EllipticCurvePublicKey() if isinstance(key.curve, ec.SECP384R1):
            return "ecdsa-p384-sha384"
        case rsa.RSAPublicKey() if RSA_BITS[0] <= key.key_size <= RSA_BITS[1]:
            return "rsa-pss-sha256"
        case _:
            found = _lattice(key)
            if found is None:
                raise PublicKeyError("keys are Ed25519, ECDSA P-256 or P-384, RSA of 2,048 to 8,192 bits, or ML-DSA")
            return found


def _lattice(key: object) -> Algorithm | None:
    """ML-DSA, which older releases of `cryptography` do not have."""
    try:
        from cryptography.hazmat.primitives.asymmetric import mldsa
    except ImportError:
        return None
    match key:
        case mldsa.MLDSA44PublicKey():
            return "ml-dsa-44"
        case mldsa.MLDSA65PublicKey():
            return "ml-dsa-65"
        case mldsa.MLDSA87PublicKey():
            return "ml-dsa-87"
        case _:
            return None


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, PublicKeyError) else "it is not a public key in PEM or DER that can be read"


def _verify(key: PublicKey, signature: bytes, message: bytes) -> None:
    """Verify.  Raises `InvalidSignature` or `ValueError`."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    loaded = load_der_public_key(key.der)
    match loaded:
        case ec.EllipticCurvePublicKey():
            digest = hashes.SHA256() if key.algorithm == "ecdsa-p256-sha256" else hashes.SHA384()
            loaded.verify(_der_pair(signature, _RAW[key.algorithm]), message, ec.ECDSA(digest))
        case rsa.RSAPublicKey():
            scheme = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
            loaded.verify(signature, message, scheme, hashes.SHA256())
        case _:
            loaded.verify(signature, message)  # type: ignore[union-attr, call-arg]  # Ed25519 and ML-DSA: nothing to choose


def _der_pair(signature: bytes, raw: int) -> bytes:
    """An ECDSA signature in DER: a raw pair `r ‖ s` has the curve's length twice, and cannot be DER of two such numbers."""
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    if len(signature) != raw or _is_der(signature):
        return signature
    half = raw // 2
    return encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))


def _is_der(signature: bytes) -> bool:
    """Whether bytes are a DER sequence of two integers of exactly this length."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    try:
        decode_dss_signature(signature)
    except ValueError:
        return False
    return True
