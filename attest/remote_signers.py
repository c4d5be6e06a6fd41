"""Keys that live elsewhere: PKCS#11 tokens, key management services, Vault, through the signer URIs of `securesystemslib`.

Guarantees: what is signed are the bytes given, nothing in front; only Ed25519 and ECDSA P-256 or P-384 are taken.  ML-DSA is refused
here: the library signs a prefixed hash of its own (TUF TAP 21), which no plain verifier accepts.  Every signature is verified before
it is handed on.  Whatever goes wrong in a library, a
token or a network is a `SignerError` RW4104, in one line.  Credentials are those of the environment, as each service wants them; a PIN
is asked for through `secrets`, and stays in no variable of ours.

URIs: `hsm:[KEYID][?label=TOKEN]` (the variable PYKCS11LIB names the module), `awskms:KEY`, `gcpkms:projects/…/cryptoKeyVersions/N`,
`azurekms://VAULT.vault.azure.net/keys/NAME`, `hv:NAME` (Vault transit, Ed25519).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rulewright.attest import keys
from rulewright.attest.keys import PublicKey
from rulewright.attest.signers import SignerError

SCHEMES = ("hsm", "awskms", "gcpkms", "azurekms", "hv")
"""What stands before the first colon of a URI."""
_EXTRA = "pip install 'rulewright[signers]'"
_NEEDS = {
    "awskms": "securesystemslib[awskms]",
    "gcpkms": "securesystemslib[gcpkms]",
    "azurekms": "securesystemslib[azurekms]",
    "hv": "securesystemslib[vault]",
}
_TAKEN = {
    "ecdsa-sha2-nistp256": "ecdsa-p256-sha256",
    "ecdsa-sha2-nistp384": "ecdsa-p384-sha384",
    "ed25519": "ed25519",
}
Secrets = Callable[[str], str]
"""Gives a secret by its name, like `pin`."""


class RemoteSigner:
    """A key of which only the public half is here."""

    def __init__(self, signer: Any, public: PublicKey, shown: str) -> None:  # noqa: ANN401  # as below
        self._signer = signer  # of the library, which does not export its types
        self._public, self._shown = public, shown

    def __repr__(self) -> str:
        return f"RemoteSigner({self._shown}, {self._public.id[:12]})"

    @property
    def public(self) -> PublicKey:
        """The public half of the key."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """The signature over exactly these bytes; ECDSA as DER.  Raises `SignerError` RW4104."""
        try:
            signature = bytes.fromhex(self._signer.sign(message).signature)
        except Exception as error:  # noqa: BLE001  # every service has its own exceptions; the library says to expect any
            raise _failed(self._shown, error) from None
        if not self._public.verifies(signature, message):
            raise SignerError(
                "RW4104", f"what the key under `{self._shown}:` signed does not verify with its public half"
            )
        return signature


def is_uri(word: str) -> bool:
    """Whether a word names a key that lives elsewhere."""
    scheme, colon, _ = word.partition(":")
    return bool(colon) and scheme in SCHEMES


def open_signer(uri: str, secrets: Secrets) -> RemoteSigner:
    """The signer that a URI names; its public half is read from where it lives.  Raises `SignerError`."""
    scheme = uri.partition(":")[0]
    if scheme not in SCHEMES:
        raise SignerError(
            "RW4104", f"there are no keys under `{scheme}:`", "there is " + ", ".join(f"{s}:" for s in SCHEMES)
        )
    try:
        from securesystemslib import signer

        library: Any = signer
    except ImportError:
        raise SignerError("RW4104", f"keys under `{scheme}:` need `securesystemslib`", _EXTRA) from None
    try:
        found, public = _imported(library, uri, secrets)
        return RemoteSigner(library.Signer.from_priv_key_uri(found, public, secrets), _public(public), scheme)
    except SignerError:
        raise
    except Exception as error:  # noqa: BLE001  # as above
        raise _failed(scheme, error) from None


def _imported(library: Any, uri: str, secrets: Secrets) -> tuple[str, Any]:  # noqa: ANN401  # a module without exported types
    """The URI that the library takes, and the public half; both read from where the key lives."""
    scheme, _, rest = uri.partition(":")
    found: tuple[str, Any]
    match scheme:
        case "hsm":
            number, label = _slot(rest)
            found = library.HSMSigner.import_(number, label, secrets)
        case "awskms":
            found = library.AWSSigner.import_(rest)
        case "gcpkms":
            found = library.GCPSigner.import_(rest)
        case "azurekms":
            found = library.AzureSigner.import_(*_vault(uri))
        case _:
            found = library.VaultSigner.import_(rest)
    return found


def _slot(rest: str) -> tuple[int | None, str | None]:
    """Number of the key and label of the token, of `[KEYID][?label=TOKEN]`."""
    found = re.fullmatch(r"([0-9]{1,9})?(?:\?label=([^&#?]+))?", rest, re.ASCII)
    if found is None:
        raise SignerError("RW4104", "the URI of a token's key is written as hsm:2?label=TOKEN")
    return int(found[1]) if found[1] else None, _unquoted(found[2]) if found[2] else None


def _unquoted(text: str) -> str:
    """A value of a URI's query as it is: `+` is a space, `%XX` a byte of UTF-8."""
    plain = re.sub(
        rb"%([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found[1].decode()), text.replace("+", " ").encode()
    )
    return plain.decode("utf-8", "replace")


def _vault(uri: str) -> tuple[str, str]:
    """Names of vault and key, of `azurekms://VAULT.vault.azure.net/keys/NAME`."""
    found = re.fullmatch(r"azurekms://([0-9A-Za-z-]+)\.vault\.azure\.net/keys/([0-9A-Za-z-]+)", uri)
    if found is None:
        raise SignerError(
            "RW4104", "the URI of a key of Azure is written as azurekms://VAULT.vault.azure.net/keys/NAME"
        )
    return found[1], found[2]


def _public(key: Any) -> PublicKey:  # noqa: ANN401  # as above
    """The public half as a key of ours, if it signs in a way that is used here."""
    expected = _TAKEN.get(key.scheme)
    if expected is None:
        raise SignerError("RW4104", f"keys elsewhere are Ed25519 or ECDSA P-256 or P-384 here, not `{key.scheme}`")
    try:
        found = (
            keys.from_pem(key.keyval["public"].encode()) if expected != "ed25519" else _edwards(key.keyval["public"])
        )
    except (keys.PublicKeyError, ValueError) as error:
        raise SignerError("RW4104", f"the public half cannot be used: {error}") from None
    if found.algorithm != expected:
        raise SignerError("RW4104", "the public half is of another kind than the service says")
    return found


def _edwards(text: str) -> PublicKey:
    """An Ed25519 key, which the library keeps as hexadecimal digits."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return keys.of(Ed25519PublicKey.from_public_bytes(bytes.fromhex(text)))


def _failed(scheme: str, error: Exception) -> SignerError:
    """What a library said, in one line without its control characters."""
    if type(error).__name__ == "UnsupportedLibraryError":
        needed = _NEEDS.get(scheme)
        extra = f"pip install '{needed}', beside the extra `rulewright[signers]`" if needed else _EXTRA
        return SignerError("RW4104", f"keys under `{scheme}:` need a library that is not installed", extra)
    said = " ".join(str(error).split())[:200] or type(error).__name__
    hint = "set PYKCS11LIB to the token's PKCS#11 module" if "PYKCS11LIB" in said else None
    return SignerError("RW4104", f"the key under `{scheme}:` cannot be used: {said}", hint)
