"""A time stamping authority for tests: of our own, with any time and any fault; and one of plain openssl.

Guarantees: needs no network and no clock (that of openssl's tokens is the machine's, so its certificates hold from 2000 to 2099).
Keys and signatures of ours are the same on every run; they are public knowledge, of use in tests alone.
"""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rulewright.attest.encoding import to_base64
from rulewright.attest.model import Tsa

FIRST, LAST = "2000-01-01T00:00:00Z", "2099-12-31T23:59:59Z"
STAMPING = (ExtendedKeyUsageOID.TIME_STAMPING,)
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_SHA256 = "2.16.840.1.101.3.4.2.1"


def moment(text: str) -> datetime:
    """`YYYY-MM-DDTHH:MM:SSZ` as a time."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def name(common: str) -> x509.Name:
    """A distinguished name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def save(self, folder: Path, stem: str) -> None:
        """Write `stem.pem` and `stem.key`."""
        (folder / f"{stem}.pem").write_bytes(self.certificate.public_bytes(Encoding.PEM))
        secret = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{stem}.key").write_bytes(secret)


def made(
    common: str,
    by: Pair | None = None,
    *,
    first: str = FIRST,
    last: str = LAST,
    purposes: Sequence[x509.ObjectIdentifier] = (),
    critical: bool = True,
    serial: int = 1,
    secret: str = "",
) -> Pair:
    """A certificate: of a root where nobody signs it, else of what the root signs.  `secret` gives another key to the same name."""
    seed = sha256(f"{common} {serial} {secret}".encode()).digest()
    key = ec.derive_private_key(int.from_bytes(seed) >> 1, ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common))
        .issuer_name(by.certificate.subject if by else name(common))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(moment(first))
        .not_valid_after(moment(last))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
    return Pair(key, builder.sign(by.key if by else key, hashes.SHA256(), ecdsa_deterministic=True))


@dataclass(frozen=True)
class Authority:
    """A root, and the certificate that signs tokens."""

    root: Pair
    signer: Pair
    label: str = "Test TSA"
    embed: tuple[Pair, ...] = field(default=())

    @property
    def tsa(self) -> Tsa:
        """The authority as a trust policy names it."""
        return Tsa(name=self.label, certificates=(to_base64(self.root.der),))

    def reply(self, signature: bytes, time: str = "2026-11-22T12:00:00Z", **changes: bytes | int | str | bool) -> bytes:
        """A response over the signature's SHA-256.  `changes`: `digest`, `algorithm`, `status`, `embedded`, `spoil`."""
        digest = bytes(changes.get("digest", sha256(signature).digest()))  # type: ignore[arg-type]  # bytes by this name
        status = int(changes.get("status", 0))
        if status > 1:
            return seq(seq(integer(status)))
        info = tst_info(digest, time, str(changes.get("algorithm", _SHA256)))
        sets = [self.signer.der, *(item.der for item in self.embed)] if changes.get("embedded", True) else []
        return seq(seq(integer(status)), signed(info, self.signer, sets, spoil=bool(changes.get("spoil", False))))


@cache
def authority() -> Authority:
    """A good one, the same for all tests of a process."""
    root = made("Test TSA root")
    return Authority(root, made("Test TSA", root, purposes=STAMPING, serial=2))


# --- DER


def der(tag: int, *parts: bytes) -> bytes:
    """One value."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + body


def seq(*parts: bytes) -> bytes:
    return der(0x30, *parts)


def integer(value: int) -> bytes:
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    body = bytearray((first * 40 + second,))
    for arc in rest:
        chunk = [arc & 0x7F]
        while arc := arc >> 7:
            chunk.append(arc & 0x7F | 0x80)
        body += bytes(reversed(chunk))
    return der(0x06, bytes(body))


def tst_info(digest: bytes, time: str, algorithm: str = _SHA256) -> bytes:
    """TSTInfo of RFC 3161 section 2.4.2."""
    stated = time.translate({ord(letter): None for letter in "-:T"})
    imprinted = seq(seq(oid(algorithm), der(0x05)), der(0x04, digest))
    return seq(integer(1), oid("1.3.6.1.4.1.99999.1"), imprinted, integer(7), der(0x18, stated.encode()))


def signed(
    info: bytes,
    signer: Pair,
    certificates: Sequence[bytes],
    *,
    spoil: bool = False,
    ordered: bool = True,
    issuer: x509.Name | None = None,
    named: bytes | None = None,
) -> bytes:
    """The token: CMS SignedData around a TSTInfo (RFC 5652), certificates in the order of DER if `ordered`.

    `issuer` is who is said to have issued the signer's certificate, where that is not the truth,
    and `named` the certificate that the token says signed it.
    """
    algorithm = seq(oid(_SHA256))
    attributes = sorted(
        (
            seq(oid("1.2.840.113549.1.9.3"), der(0x31, oid(_TST_INFO))),
            seq(oid("1.2.840.113549.1.9.4"), der(0x31, der(0x04, sha256(info).digest()))),
            seq(
                oid("1.2.840.113549.1.9.16.2.47"),
                der(0x31, seq(seq(seq(der(0x04, sha256(named or signer.der).digest()))))),
            ),
        )
    )
    signature = signer.key.sign(der(0x31, *attributes), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    if spoil:
        signature = signature[:-1] + bytes((signature[-1] ^ 1,))
    by = seq((issuer or signer.certificate.issuer).public_bytes(), integer(signer.certificate.serial_number))
    told = seq(
        integer(1),
        by,
        algorithm,
        der(0xA0, *attributes),
        seq(oid("1.2.840.10045.4.3.2")),
        der(0x04, signature),
    )
    held = der(0xA0, *(sorted(certificates) if ordered else certificates)) if certificates else b""
    content = seq(oid(_TST_INFO), der(0xA0, der(0x04, info)))
    data = seq(integer(3), der(0x31, algorithm), content, held, der(0x31, told))
    return seq(oid("1.2.840.113549.1.7.2"), der(0xA0, data))


# --- plain openssl

_CONFIG = """[tsa]
default_tsa = tsa_config
[tsa_config]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
ess_cert_id_alg = sha256
"""


class OpenSsl:
    """An authority of `openssl ts`, in a folder; skips the test where openssl is not installed."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("openssl")
        if program is None:
            pytest.skip("openssl is not installed")
        self.program, self.folder, self.authority = program, folder, authority()
        folder.mkdir(exist_ok=True)
        self.authority.signer.save(folder, "tsa")
        self.authority.root.save(folder, "root")
        (folder / "serial").write_text("01\n", encoding="ascii")
        (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder), encoding="utf-8")

    def run(self, *words: str) -> str:
        """Run openssl, which must succeed; return what it says."""
        done = subprocess.run([self.program, *words], capture_output=True, text=True, check=False, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def reply(self, query: bytes, *more: str) -> bytes:
        """The response to a query."""
        (self.folder / "query.tsq").write_bytes(query)
        self.run(
            "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr", *more
        )  # fmt: skip
        return (self.folder / "reply.tsr").read_bytes()

    def verifies(self, query: bytes, response: bytes) -> bool:
        """Whether `openssl ts -verify` takes a response to a query."""
        (self.folder / "query.tsq").write_bytes(query)
        (self.folder / "checked.tsr").write_bytes(response)
        said = self.run(
            "ts", "-verify", "-queryfile", "query.tsq", "-in", "checked.tsr", "-CAfile", "root.pem",
        )  # fmt: skip
        return "Verification: OK" in said
