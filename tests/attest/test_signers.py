"""Private keys: in files, in memory, in a token."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from rulewright.attest import dsse, keys, pkcs8, remote_signers, signers
from rulewright.attest.signers import Made, SignerError
from rulewright.cli.main import main

MADE: tuple[Made, ...] = ("ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "ml-dsa-65")
DICE = bytes(range(32))
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A derivation that takes no time; how dear it is plays no part in what is tested."""
    monkeypatch.setattr(pkcs8, "ROUNDS", 2)


@pytest.mark.parametrize("algorithm", MADE)
@pytest.mark.usefixtures("_cheap")
def test_a_key_signs_the_bytes_themselves_and_survives_its_file(algorithm: Made) -> None:
    signer = signers.generate(algorithm)
    pem = signer.pkcs8(b"correct horse", DICE)
    again = signers.from_pkcs8(pem, b"correct horse")
    assert (signer.public.algorithm, again.public) == (algorithm, signer.public)
    signature = again.sign(b"some message")
    assert signer.public.verifies(signature, b"some message")
    assert not signer.public.verifies(signature, b"some messagf")
    assert pkcs8.is_encrypted(pem)
    assert not pkcs8.is_encrypted(signer.pkcs8(None, b""))
    assert signers.from_pkcs8(signer.pkcs8(None, b""), b"not needed").public == signer.public


def test_nothing_of_a_key_shows_in_its_text_form() -> None:
    signer = signers.generate("ed25519")
    assert repr(signer) == f"HeldSigner(ed25519, {signer.public.id[:12]})"


@pytest.mark.parametrize("algorithm", ["ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384"])
def test_signatures_that_need_no_dice_are_the_same_again(algorithm: Made) -> None:
    signer = signers.generate(algorithm)
    assert signer.sign(b"m") == signer.sign(b"m") != signer.sign(b"n")


def test_ecdsa_comes_as_der() -> None:
    signature = signers.generate("ecdsa-p256-sha256").sign(b"m")
    assert signature[0] == 0x30
    assert len(signature) == signature[1] + 2


def test_the_file_is_what_openssl_writes_and_reads(tmp_path: Path) -> None:
    """scrypt with the stated cost, AES-256-CBC; the full price once."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on this machine")
    signer = signers.generate("ecdsa-p384-sha384")
    path = tmp_path / "key.pem"
    path.write_bytes(signer.pkcs8("Gruß und Kuß".encode(), DICE))
    told = subprocess.run([openssl, "asn1parse", "-in", str(path)], check=True, capture_output=True, text=True).stdout
    for word in (
        ":PBES2",
        ":scrypt",
        ":aes-256-cbc",
        ":4000",
        ":08",
        ":05",
        DICE[:16].hex().upper(),
        DICE[16:].hex().upper(),
    ):
        assert word in told
    words = [openssl, "pkey", "-in", str(path), "-passin", "pass:Gruß und Kuß", "-pubout"]
    read = subprocess.run(words, check=True, capture_output=True).stdout
    assert keys.from_pem(read) == signer.public


@pytest.mark.usefixtures("_cheap")
def test_a_passphrase_that_is_missing_or_wrong_is_told_apart() -> None:
    pem = signers.generate("ed25519").pkcs8(b"right", DICE)
    with pytest.raises(pkcs8.PassphraseError) as missing:
        signers.from_pkcs8(pem)
    with pytest.raises(pkcs8.PassphraseError) as wrong:
        signers.from_pkcs8(pem, b"wrong")
    assert (missing.value.missing, wrong.value.missing) == (True, False)


def test_keys_of_other_programs_open_too() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        pem = key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"pw"))
        assert signers.from_pkcs8(pem, b"pw").public == keys.of(key.public_key())


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", b"x" * 70_000])
def test_what_is_no_key_is_refused(pem: bytes) -> None:
    with pytest.raises(SignerError) as error:
        signers.from_pkcs8(pem)
    assert error.value.code == "RW4101"


def test_keys_of_other_kinds_do_not_sign() -> None:
    others = (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP521R1()))
    for key in others:
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with pytest.raises(SignerError) as error:
            signers.from_pkcs8(pem)
        assert error.value.code == "RW4101"


def test_an_envelope_has_each_key_once_in_the_order_of_their_ids() -> None:
    held = [signers.generate("ed25519") for _ in range(4)]
    made = signers.signed("a/b", b"payload", [*held, held[0]])
    assert [item.keyid for item in made.signatures] == sorted(each.public.id for each in held)
    assert keys.signed_by(
        (i.sig for i in made.signatures), dsse.pae("a/b", b"payload"), [k.public for k in held]
    ) == tuple(sorted(each.public.id for each in held))
    with pytest.raises(ValueError, match="1 to 32"):
        signers.signed("a/b", b"payload", [])


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("hsm:x", "hsm:2?label=TOKEN"),
        ("hsm:2?slot=1", "hsm:2?label=TOKEN"),
        ("azurekms://vault.example.org/keys/a", "vault.azure.net"),
        ("azurekms://a.vault.azure.net/secrets/b", "vault.azure.net"),
        ("gnupg:", "no keys under `gnupg:`"),
        ("file:key.pem", "no keys under `file:`"),
    ],
)
def test_a_uri_that_names_no_key_is_refused(uri: str, said: str) -> None:
    with pytest.raises(SignerError) as error:
        remote_signers.open_signer(uri, lambda _: "")
    assert error.value.code == "RW4104"
    assert said in str(error.value)


def test_a_file_is_no_uri() -> None:
    assert [remote_signers.is_uri(word) for word in ("hsm:", "hv:a", "sigstore:", "key.pem", "c:key.pem", "./hsm")] == [
        *(True, True, False, False, False, False)
    ]


class _Lying:
    """A service that signs something else."""

    def sign(self, message: bytes) -> _Lying:
        self.signature = signers.generate("ed25519").sign(message).hex()
        return self


def test_what_a_service_signs_is_verified_before_it_goes_out() -> None:
    signer = remote_signers.RemoteSigner(_Lying(), signers.generate("ed25519").public, "hv")
    with pytest.raises(SignerError, match="does not verify") as error:
        signer.sign(b"m")
    assert error.value.code == "RW4104"


class _Key:
    """The public half as the library holds it."""

    def __init__(self, scheme: str, public: str) -> None:
        self.scheme, self.keyval = scheme, {"public": public}


def test_only_plain_algorithms_are_taken_from_elsewhere() -> None:
    lattice = signers.generate("ml-dsa-65").public
    with pytest.raises(SignerError, match="ml-dsa-65/1"):
        remote_signers._public(_Key("ml-dsa-65/1", keys.to_pem(lattice).decode()))
    curve = signers.generate("ecdsa-p384-sha384").public
    with pytest.raises(SignerError, match="another kind"):
        remote_signers._public(_Key("ecdsa-sha2-nistp256", keys.to_pem(curve).decode()))
    assert remote_signers._public(_Key("ecdsa-sha2-nistp384", keys.to_pem(curve).decode())) == curve
    plain = signers.generate("ed25519").public
    assert remote_signers._public(_Key("ed25519", plain.der[-32:].hex())) == plain


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PKCS#11 token in software with one P-256 key; its label."""
    if shutil.which("softhsm2-util") is None or not SOFTHSM.is_file():
        pytest.skip("SoftHSM2 (softhsm2-util, libsofthsm2.so) is not on this machine")
    pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11, of the extra `signers`, is not installed")
    place = tmp_path_factory.mktemp("softhsm")
    (place / "softhsm2.conf").write_text(f"directories.tokendir = {place}\nlog.level = ERROR\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(place / "softhsm2.conf"))
        words = [
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            "lab one",
            "--pin",
            "123456",
            "--so-pin",
            "654321",
        ]
        subprocess.run(words, check=True, capture_output=True)
        found = pkcs11.lib(str(SOFTHSM)).get_token(token_label="lab one")  # loads the module with this configuration
        with found.open(user_pin="123456", rw=True) as session:
            named = pkcs11.util.ec.encode_named_curve_parameters("secp256r1")
            curve = session.create_domain_parameters(pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: named}, local=True)
            curve.generate_keypair(store=True, id=b"\x02", label="signing")
    return "lab+%6fne"


def test_a_key_in_a_token_signs_the_bytes_themselves(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYKCS11LIB", str(SOFTHSM))
    asked: list[str] = []

    def pin(name: str) -> str:
        asked.append(name)
        return "123456"

    signer = remote_signers.open_signer(f"hsm:2?label={token}", pin)
    assert signer.public.algorithm == "ecdsa-p256-sha256"
    message = dsse.pae("application/vnd.in-toto+json", b"{}")
    signature = signer.sign(message)
    assert signature[0] == 0x30
    assert signer.public.verifies(signature, message)
    assert set(asked) == {"pin"}
    held = signers.generate("ed25519")
    assert len(signers.signed("a/b", b"both", [signer, held]).signatures) == 2


@pytest.mark.parametrize(
    ("uri", "pin", "said"),
    [("hsm:3?label={}", "123456", "could not find"), ("hsm:2?label=other", "123456", "No PKCS#11 token"), ("hsm:2?label={}", "000000", "PinIncorrect")],
)  # fmt: skip
def test_a_token_that_does_not_sign_says_why(
    token: str, uri: str, pin: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYKCS11LIB", str(SOFTHSM))
    with pytest.raises(SignerError, match=said) as error:
        remote_signers.open_signer(uri.format(token), lambda _: pin).sign(b"m")
    assert error.value.code == "RW4104"


def test_the_command_line_takes_keys_in_a_token(
    token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYKCS11LIB", str(SOFTHSM))
    monkeypatch.delenv("RULEWRIGHT_PASSPHRASE", raising=False)
    monkeypatch.delenv("RULEWRIGHT_PIN", raising=False)
    pin, half = tmp_path / "pin", tmp_path / "token.pub"
    pin.write_text("123456\n", encoding="utf-8")
    pin.chmod(0o600)
    uri = f"hsm:2?label={token}"
    assert main(["keys", "public", uri, "--output", str(half), "--passphrase-file", str(pin)]) == 0
    words = ["status", "new", str(tmp_path / "s.json"), "--id", "urn:a", "--as-of", "2026-02-01", "--key", uri]
    assert main([*words, "--passphrase-file", str(pin)]) == 0
    found = dsse.decode((tmp_path / "s.json").read_bytes())
    assert keys.from_pem(half.read_bytes()).verifies(found.signatures[0].sig, found.message)
    done = capsys.readouterr()
    assert "123456" not in done.out + done.err
    pin.write_text("999999\n", encoding="utf-8")
    assert main([*words[:2], str(tmp_path / "t.json"), *words[3:], "--passphrase-file", str(pin)]) == 2
    assert "RW4104" in capsys.readouterr().err
    assert not (tmp_path / "t.json").exists()
    monkeypatch.setenv("RULEWRIGHT_PIN", "123456")
    assert main([*words[:2], str(tmp_path / "t.json"), *words[3:], "--passphrase-file", str(pin)]) == 0


def test_a_token_without_its_module_names_the_variable(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYKCS11LIB", raising=False)
    with pytest.raises(SignerError, match="PYKCS11LIB") as error:
        remote_signers.open_signer(f"hsm:2?label={token}", lambda _: "123456")
    assert error.value.hint is not None
    assert "PYKCS11LIB" not in os.environ
