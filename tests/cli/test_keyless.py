"""Keyless signing, with a stand-in for the library: what is signed, what is kept, what is told when it does not work."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from rulewright.attest import dsse, keys, signers
from rulewright.attest.signers import SignerError
from rulewright.cli import keyless, signing
from rulewright.cli.options import Request

KEY = ec.derive_private_key(4711, ec.SECP256R1())


def certificate() -> x509.Certificate:
    """What the authority of the stand-in issues."""
    day, nobody = dt.datetime(2026, 2, 1, tzinfo=dt.UTC), x509.Name([])
    builder = x509.CertificateBuilder(nobody, nobody, KEY.public_key(), 1, day, day + dt.timedelta(minutes=10))
    return builder.sign(KEY, hashes.SHA256())


class _Signer:
    """Like `sigstore.sign.Signer`; `false` lets it sign something else."""

    false = False

    def __init__(self, token: Any, context: Any) -> None:
        assert (token, context) == ("identity of a pipeline", "context of production")

    def _signing_cert(self) -> x509.Certificate:
        return certificate()

    def sign_artifact(self, message: bytes) -> Any:
        made = KEY.sign(b"other" if self.false else message, ec.ECDSA(hashes.SHA256()))
        return SimpleNamespace(signature=made, to_json=lambda: json.dumps({"of": len(message)}))


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The stand-in; its parts may be replaced."""
    config = SimpleNamespace(signing_config=None)
    parts: dict[str, Any] = {
        "models": SimpleNamespace(ClientTrustConfig=SimpleNamespace(production=lambda: config)),
        "oidc": SimpleNamespace(detect_credential=lambda: "a pipeline", IdentityToken=lambda raw: f"identity of {raw}"),
        "sign": SimpleNamespace(
            Signer=_Signer, SigningContext=SimpleNamespace(from_trust_config=lambda _: "context of production")
        ),
    }
    monkeypatch.setitem(sys.modules, "sigstore", ModuleType("sigstore"))
    for name, part in parts.items():
        monkeypatch.setitem(sys.modules, f"sigstore.{name}", part)
    return parts


def opened() -> list[Any]:
    return signing.opened(Request("attest", ("result.json",), {"key": ("sigstore:kept",)}))


@pytest.mark.usefixtures("library")
def test_the_signature_verifies_with_the_certificate_and_its_proof_is_kept(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = signers.signed("a/b", b"payload", opened())
    assert "public log" in capsys.readouterr().err
    key = keys.from_pem((place / "kept" / keyless.CERTIFICATE).read_bytes())
    assert key.verifies(made.signatures[0].sig, dsse.pae("a/b", b"payload"))
    bundles = list((place / "kept").glob("*.sigstore.json"))
    assert [json.loads(each.read_text(encoding="utf-8")) for each in bundles] == [{"of": len(made.message)}]


@pytest.mark.usefixtures("library")
def test_a_signature_over_something_else_is_not_used(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Signer, "false", True)
    with pytest.raises(SignerError, match="does not verify"):
        signers.signed("a/b", b"payload", opened())
    assert place.is_dir()


def test_without_a_network_there_is_no_signature(library: dict[str, Any], place: Path) -> None:
    def fails() -> None:
        raise ConnectionError("no route\nto host")

    library["models"].ClientTrustConfig.production = fails
    with pytest.raises(signing.RefusedError, match="no route to host") as error:
        opened()
    assert error.value.diagnostic.code == "RW4104"
    assert not (place / "kept").exists()


def test_without_an_identity_nothing_is_signed(library: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    library["oidc"].detect_credential = lambda: None
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: False))
    with pytest.raises(signing.RefusedError, match="no identity") as error:
        opened()
    assert error.value.diagnostic.code == "RW4104"


def test_without_the_library_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sigstore", None)
    with pytest.raises(signing.RefusedError, match="sigstore") as error:
        opened()
    assert error.value.diagnostic.code == "RW4104"


@pytest.mark.usefixtures("library")
def test_where_the_proof_cannot_be_kept_nothing_is_signed(place: Path) -> None:
    (place / "kept").write_text("a file", encoding="utf-8")
    with pytest.raises(signing.RefusedError) as error:
        opened()
    assert error.value.diagnostic.code == "RW0006"


def test_the_folder_must_be_named() -> None:
    with pytest.raises(SignerError, match="sigstore:FOLDER"):
        keyless.open_signer("sigstore:")
