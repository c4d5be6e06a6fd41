"""Private keys that sign: one small interface, and the keys that are held in memory.

Guarantees: a signer signs exactly the bytes given, in the one way of its algorithm (`keys.Algorithm`): nothing is put in front, ECDSA
comes as DER; where the library can, ECDSA is deterministic (RFC 6979), so Ed25519 and ECDSA give the same bytes again.  ML-DSA signs
with fresh randomness (FIPS 204, hedged).  RSA does not sign here.  Keys that live elsewhere are in `remote_signers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from rulewright.attest import dsse, keys, limits, pkcs8
from rulewright.attest.keys import PublicKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

Made = Literal["ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "ml-dsa-65"]
"""The algorithms of which keys are made."""


class SignerError(ValueError):
    """A key cannot be used: `code` is RW4101 for the key itself, RW4104 for what is not there."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


class Signer(Protocol):
    """Something that signs."""

    @property
    def public(self) -> PublicKey:
        """The public half of the key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature over exactly these bytes.  Raises `SignerError`."""
        ...


class HeldSigner:
    """A key in memory.  Its text form shows the public half only."""

    def __init__(self, key: PrivateKeyTypes) -> None:
        """Raises `SignerError` RW4101 for a key of another kind."""
        try:
            self._public = keys.of(key.public_key())
        except (keys.PublicKeyError, AttributeError):
            raise SignerError("RW4101", "keys to sign with are Ed25519, ECDSA P-256 or P-384, or ML-DSA") from None
        if self._public.algorithm == "rsa-pss-sha256":
            raise SignerError("RW4101", "RSA is taken for verifying only")
        self._key = key

    def __repr__(self) -> str:
        return f"HeldSigner({self._public.algorithm}, {self._public.id[:12]})"

    @property
    def public(self) -> PublicKey:
        """The public half of the key."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """The signature over exactly these bytes."""
        from cryptography.hazmat.primitives.asymmetric import ec

        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(message, _ecdsa(self._public.algorithm))
        signature: bytes = self._key.sign(message)  # type: ignore[union-attr, call-arg]  # Ed25519, ML-DSA: nothing to choose
        return signature

    def pkcs8(self, passphrase: bytes | None, dice: bytes) -> bytes:
        """The key as PKCS#8 in PEM, encrypted unless there is no passphrase; `dice` are `pkcs8.DICE` random bytes."""
        return pkcs8.dump(self._key, passphrase, dice)


def _ecdsa(algorithm: str) -> ec.ECDSA:
    """ECDSA with the hash of the curve, deterministic where OpenSSL can."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    digest = hashes.SHA256() if algorithm == "ecdsa-p256-sha256" else hashes.SHA384()
    try:
        return ec.ECDSA(digest, deterministic_signing=True)
    except UnsupportedAlgorithm:
        return ec.ECDSA(digest)


def from_pkcs8(pem: bytes, passphrase: bytes | None = None) -> HeldSigner:
    """The signer of a private key in PEM.  Raises `SignerError` RW4101; `pkcs8.PassphraseError` for the passphrase."""
    try:
        return HeldSigner(pkcs8.load(pem, passphrase))
    except pkcs8.NotAKeyError as error:
        raise SignerError("RW4101", str(error)) from None


def generate(algorithm: Made) -> HeldSigner:
    """A new key.  Raises `SignerError` RW4104 where the library has no such algorithm."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    match algorithm:
        case "ed25519":
            return HeldSigner(ed25519.Ed25519PrivateKey.generate())
        case "ecdsa-p256-sha256":
            return HeldSigner(ec.generate_private_key(ec.SECP256R1()))
        case "ecdsa-p384-sha384":
            return HeldSigner(ec.generate_private_key(ec.SECP384R1()))
        case "ml-dsa-65":
            return HeldSigner(_lattice())


def _lattice() -> PrivateKeyTypes:
    """A new ML-DSA-65 key, of which older releases of `cryptography` know nothing."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        from cryptography.hazmat.primitives.asymmetric import mldsa

        return mldsa.MLDSA65PrivateKey.generate()
    except (ImportError, UnsupportedAlgorithm):
        raise SignerError("RW4104", "this `cryptography` has no ML-DSA", "install a newer `cryptography`") from None


def distinct(signers: Iterable[Signer]) -> tuple[Signer, ...]:
    """The signers by the ids of their keys, each key once."""
    by_id = {signer.public.id: signer for signer in signers}
    return tuple(by_id[key] for key in sorted(by_id))


def signed(payload_type: str, payload: bytes, signers: Sequence[Signer]) -> dsse.Envelope:
    """An envelope signed by each key once, in the order of their ids.

    Raises `SignerError`; `ValueError` without signers or with more than an envelope takes.
    """
    chosen = distinct(signers)
    if not 0 < len(chosen) <= limits.SIGNATURES:
        raise ValueError(f"an envelope has 1 to {limits.SIGNATURES} signatures")
    message = dsse.pae(payload_type, payload)
    signatures = tuple(dsse.Signature(signer.sign(message), signer.public.id) for signer in chosen)
    return dsse.Envelope(payload, payload_type, signatures)
