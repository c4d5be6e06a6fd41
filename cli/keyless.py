"""Keyless signing through Sigstore: `--key sigstore:FOLDER`.

Guarantees: nothing is sent anywhere unless this key was named; what goes to the public log is told before: a digest, and the identity of
the signer.  The key lives for minutes, so the folder gets what proves later who signed: the certificate, and one bundle of Sigstore
for each signature, over the bytes that DSSE signs.  Without the library, an identity or a network there is no signature (RW4104).

What it is not: `rulewright verify` takes the certificate as a key given by hand; that Sigstore's authority issued it, and to whom, is
for Sigstore's own verifiers to say.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from importlib import import_module
from typing import Any

from rulewright.attest import keys
from rulewright.attest.keys import PublicKey
from rulewright.attest.signers import SignerError
from rulewright.cli.streams import say, write_file

SCHEME = "sigstore:"
CERTIFICATE = "certificate.pem"


class KeylessSigner:
    """A key that the certificate of a moment vouches for."""

    def __init__(self, signer: Any, folder: str) -> None:  # noqa: ANN401  # of a library that may be absent
        """Raises `SignerError`, `OSError`."""
        self._signer, self._folder = signer, folder
        self._certificate = _asked(signer._signing_cert)  # noqa: SLF001  # the library shows it only after signing
        self._public = keys.of(self._certificate.public_key())
        self._keep(CERTIFICATE, _pem(self._certificate))

    @property
    def public(self) -> PublicKey:
        """The key of the certificate."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """The signature over exactly these bytes, ECDSA as DER; its bundle goes into the folder.  Raises `SignerError`, `OSError`."""
        bundle = _asked(lambda: self._signer.sign_artifact(message))
        self._keep(f"{sha256(message).hexdigest()}.sigstore.json", bundle.to_json().encode())
        found = bytes(bundle.signature)
        if not self._public.verifies(found, message):
            raise SignerError("RW4104", "what Sigstore signed does not verify with its certificate")
        return found

    def _keep(self, name: str, data: bytes) -> None:
        try:
            os.makedirs(self._folder, exist_ok=True)
            write_file(os.path.join(self._folder, name), data)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise SignerError("RW0006", f"what proves who signed cannot be kept: {why}") from None


def open_signer(word: str) -> KeylessSigner:
    """The signer of `sigstore:FOLDER`.  Raises `SignerError` RW4104."""
    folder = word.removeprefix(SCHEME)
    if not folder:
        raise SignerError(
            "RW4104", "keyless signing is written as sigstore:FOLDER", "the folder gets what proves who signed"
        )
    try:
        models, oidc, sign = (import_module(f"sigstore.{name}") for name in ("models", "oidc", "sign"))
    except ImportError:
        raise SignerError(
            "RW4104", "keyless signing needs the library `sigstore`, and a network", "pip install sigstore"
        ) from None
    say("warning: keyless signing puts a digest and your identity into a public log, for ever")
    config = _asked(models.ClientTrustConfig.production)
    token = _asked(lambda: _token(oidc, config))
    return KeylessSigner(_asked(lambda: sign.Signer(token, sign.SigningContext.from_trust_config(config))), folder)


def _token(oidc: Any, config: Any) -> Any:  # noqa: ANN401  # of the library
    """Who signs: the identity that a pipeline has, else the one that a browser gives."""
    found = oidc.detect_credential()
    if found:
        return oidc.IdentityToken(found)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SignerError("RW4104", "this place has no identity, and there is no terminal to ask for one")
    return oidc.Issuer(config.signing_config.get_oidc_url()).identity_token()


def _asked(work: Any) -> Any:  # noqa: ANN401  # of the library
    """Do something over the network; whatever goes wrong is told in one line."""
    try:
        return work()
    except SignerError:
        raise
    except Exception as error:  # noqa: BLE001  # the library, its transport and its services each have exceptions of their own
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise SignerError("RW4104", f"Sigstore cannot be used: {said}", "it needs a network") from None


def _pem(certificate: Any) -> bytes:  # noqa: ANN401  # of `cryptography`, through the library
    from cryptography.hazmat.primitives.serialization import Encoding

    found: bytes = certificate.public_bytes(Encoding.PEM)
    return found
