"""Private keys in files: PKCS#8 in PEM, encrypted with a passphrase.

Guarantees: what is written is PBES2 (RFC 8018) with scrypt (RFC 7914: N = 2^14, r = 8, p = 5; 16 MB, a quarter of a second) and
AES-256-CBC, which OpenSSL and `cryptography` read; the library's own choice (2,048 rounds of PBKDF2) is a thousand times cheaper to
guess.  Salt and vector come from the caller: this module has no dice.  What is read is any PKCS#8 or traditional PEM that
`cryptography` opens.
"""

from __future__ import annotations

from hashlib import scrypt
from typing import TYPE_CHECKING

from rulewright.attest.encoding import to_base64

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

ROUNDS, BLOCK, LANES = 2**14, 8, 5
"""The parameters N, r and p of scrypt."""
DICE = 32
"""Random bytes that one encryption takes: half of them the salt, half the vector."""
FILE = 64 * 1024
"""Bytes of a key file; the largest key here has a few hundred."""
_MEMORY = 64 * 1024 * 1024
_LINE = 64
_PBES2 = bytes.fromhex("06092a864886f70d01050d")
_SCRYPT = bytes.fromhex("06092b06010401da47040b")
_AES256 = bytes.fromhex("060960864801650304012a")


class PassphraseError(ValueError):
    """The key is encrypted and the passphrase is missing (`missing`), or does not open it."""

    def __init__(self, message: str, *, missing: bool) -> None:
        super().__init__(message)
        self.missing = missing


class NotAKeyError(ValueError):
    """There is no private key in these bytes."""


def is_encrypted(pem: bytes) -> bool:
    """Whether a key in PEM takes a passphrase."""
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in pem or b"Proc-Type: 4,ENCRYPTED" in pem


def load(pem: bytes, passphrase: bytes | None) -> PrivateKeyTypes:
    """The key in some PEM; a passphrase that is not needed is not used.  Raises `NotAKeyError` or `PassphraseError`."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if len(pem) > FILE or b"PRIVATE KEY-----" not in pem:
        raise NotAKeyError("it holds no private key in PEM")
    locked = is_encrypted(pem)
    if locked and not passphrase:
        raise PassphraseError("the key is encrypted, and there is no passphrase", missing=True)
    try:
        return load_pem_private_key(pem, passphrase if locked else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if locked:
            raise PassphraseError("the passphrase does not open the key", missing=False) from None
        raise NotAKeyError("it holds no private key that can be read") from None


def dump(key: PrivateKeyTypes, passphrase: bytes | None, dice: bytes) -> bytes:
    """The key in PEM; encrypted unless there is no passphrase.  `dice` are `DICE` random bytes, used once."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    if passphrase is None:
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return _pem("ENCRYPTED PRIVATE KEY", _encrypted(plain, passphrase, dice[: DICE // 2], dice[DICE // 2 : DICE]))


def _encrypted(plain: bytes, passphrase: bytes, salt: bytes, vector: bytes) -> bytes:
    """EncryptedPrivateKeyInfo (RFC 5208 section 6) of a PrivateKeyInfo."""
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    secret = scrypt(passphrase, salt=salt, n=ROUNDS, r=BLOCK, p=LANES, maxmem=_MEMORY, dklen=32)
    fill = 16 - len(plain) % 16
    lock = Cipher(AES(secret), CBC(vector)).encryptor()
    hidden = lock.update(plain + bytes([fill]) * fill) + lock.finalize()
    derived = _sequence(_SCRYPT, _sequence(_octets(salt), _number(ROUNDS), _number(BLOCK), _number(LANES)))
    scheme = _sequence(_PBES2, _sequence(derived, _sequence(_AES256, _octets(vector))))
    return _sequence(scheme, _octets(hidden))


def _pem(label: str, der: bytes) -> bytes:
    """Text of some DER (RFC 7468)."""
    text = to_base64(der)
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", "")).encode()


def _sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, b"".join(parts))


def _octets(data: bytes) -> bytes:
    return _tagged(0x04, data)


def _number(value: int) -> bytes:
    return _tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def _tagged(tag: int, data: bytes) -> bytes:
    """Tag, length and content in DER (X.690 section 10.1)."""
    size = len(data)
    if size < 0x80:
        return bytes((tag, size)) + data
    width = (size.bit_length() + 7) // 8
    return bytes((tag, 0x80 | width)) + size.to_bytes(width) + data
