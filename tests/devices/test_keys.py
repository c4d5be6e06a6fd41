"""Keys and certificates: made while testing, none is stored in the repository."""

from __future__ import annotations

import base64
import datetime as dt
import json
import struct

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import certificates, keys
from rulewright.devices.model import Findings
from rulewright.devices.tree import Tree, of_texts
from rulewright.facts.types import Level
from tests.devices.made import daemon, real, subjects, values

pytest.importorskip("cryptography")

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

RSA = rsa.generate_private_key(65537, 1024)
EC = ec.generate_private_key(ec.SECP256R1())
NGINX = "http { server { listen 443 ssl; ssl_certificate /etc/ssl/d.crt; ssl_certificate_key /etc/ssl/d.key; } }"


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes | None = None) -> bytes:
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, *, authority: bool = False) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, start, start.replace(year=2030))
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    return builder.sign(key, hashes.SHA256())


def crt(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return certificate(key).public_bytes(serialization.Encoding.PEM)


def rows(found: Findings, collection: str) -> list[dict[str, object]]:
    return [dict(row.fields) for row in found.rows if row.collection == collection]


def device(**files: str | bytes) -> Tree:
    return of_texts({"/etc/ssl/d.key": pem(RSA), "/etc/ssl/d.crt": crt(RSA), **files})


def test_a_key_and_its_certificate() -> None:
    found = keys.detect(device(), [])
    assert rows(found, "key") == [
        {
            "path": "/etc/ssl/d.key", "kind": "private", "algorithm": "RSA", "size": 1024, "encrypted": False,
            "world_readable": True, "shared": True,
        }
    ]  # fmt: skip
    (row,) = rows(found, "certificate")
    assert (row["subject"], row["size"], row["signature"], row["self_signed"]) == ("CN=camera", 1024, "SHA-256", True)
    assert (row["not_before"], row["not_after"]) == (18262, 21915)
    assert values(found, "cred.shared_across_devices") == [(True, "enabled", "/etc/ssl/d.key#1")]
    assert values(found, "key.unique_per_device") == [(False, "enabled", "/etc/ssl/d.key#1")]
    assert values(found, "crypto.key_strength_bits") == [(80, "enabled", "/etc/ssl/d.key#1")]
    assert values(found, "tls.cert_expired_or_weak") == [(True, "enabled", "/etc/ssl/d.crt#1")]
    assert subjects(found) == [("readable private key", "enabled", "/etc/ssl/d.key#1")]


@pytest.mark.parametrize("level", [Level.CONFIGURED, Level.CONDITIONAL, Level.ENABLED])
def test_a_key_that_a_daemon_names_has_its_level(level: Level) -> None:
    tree = of_texts({"/etc/ssl/d.key": pem(EC), "/etc/nginx/nginx.conf": NGINX})
    found = keys.detect(tree, [daemon("http", "/usr/sbin/nginx", level=level)])
    assert values(found, "cred.shared_across_devices") == [(True, level.word, "/etc/ssl/d.key#1")]
    assert values(found, "crypto.key_strength_bits") == [(128, level.word, "/etc/ssl/d.key#1")]


def test_a_key_that_a_comment_names_is_only_present() -> None:
    tree = of_texts({"/etc/ssl/d.key": pem(EC), "/etc/nginx/nginx.conf": "# ssl_certificate_key /etc/ssl/d.key;"})
    found = keys.detect(tree, [daemon("http", "/usr/sbin/nginx")])
    assert found.said == []
    assert [row["shared"] for row in rows(found, "key")] == [None]


def test_an_encrypted_key_is_not_in_the_open() -> None:
    tree = of_texts({"/etc/ssl/d.key": pem(RSA, b"passphrase"), "/etc/nginx/nginx.conf": NGINX})
    found = keys.detect(tree, [daemon("http", "/usr/sbin/nginx")])
    assert [row["encrypted"] for row in rows(found, "key")] == [True]
    assert values(found, "key.storage") == []
    assert subjects(found) == []


def test_a_ca_certificate_is_no_identity() -> None:
    ca = certificate(EC, authority=True).public_bytes(serialization.Encoding.PEM)
    found = keys.detect(of_texts({"/etc/rauc/ca.cert.pem": ca}), [])
    assert (len(rows(found, "certificate")), found.said) == (1, [])


def test_public_trust_stores_examples_and_headings_are_left_out() -> None:
    tree = of_texts(
        {
            "/usr/share/ca-certificates/mozilla/a.crt": crt(RSA),
            "/etc/ssl/certs/a.pem": crt(RSA),
            "/usr/share/doc/x/examples/key.pem": pem(RSA),
            "/usr/bin/convert": b"\x7fELF\0-----BEGIN RSA PRIVATE KEY-----\n\0-----END RSA PRIVATE KEY-----",
            "/opt/bundle.pem": crt(EC) * 30,
        }
    )
    assert keys.detect(tree, []).rows == []


def test_a_key_within_a_program() -> None:
    tree = of_texts({"/usr/bin/agent": b"\x7fELF\0\0" + pem(EC) + b"\0\0"})
    assert [row["path"] for row in rows(keys.detect(tree, []), "key")] == ["/usr/bin/agent"]


def test_der_openssh_and_public_keys() -> None:
    ed = ed25519.Ed25519PrivateKey.generate()
    openssh = ed.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    public = ed.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    der = RSA.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    tree = of_texts(
        {
            "/etc/ssh/ssh_host_ed25519_key": openssh,
            "/etc/update.pub": public + b" vendor\n",
            "/opt/a.der": der,
            "/opt/c.der": certificate(EC).public_bytes(serialization.Encoding.DER),
        }
    )
    found = keys.detect(tree, [daemon("ssh", "/usr/sbin/sshd")])
    assert [(r["path"], r["kind"], r["algorithm"], r["size"]) for r in rows(found, "key")] == [
        ("/etc/ssh/ssh_host_ed25519_key", "private", "Ed25519", 256),
        ("/etc/update.pub", "public", "Ed25519", 256),
        ("/opt/a.der", "private", "RSA", 1024),
    ]
    assert values(found, "cred.shared_across_devices") == [(True, "enabled", "/etc/ssh/ssh_host_ed25519_key#1")]
    assert len(rows(found, "certificate")) == 1


def test_dropbear_host_keys() -> None:
    def field(data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + data

    modulus = b"\0" + b"\xc1" + b"\x11" * 127
    data = field(b"ssh-rsa") + field(b"\x01\x00\x01") + field(modulus) + field(b"\x02") * 3
    found = keys.detect(of_texts({"/etc/dropbear/dropbear_rsa_host_key": data}), [daemon("ssh", "/usr/sbin/dropbear")])
    assert [(r["algorithm"], r["size"], r["shared"]) for r in rows(found, "key")] == [("RSA", 1024, True)]
    assert values(found, "cred.shared_across_devices") == [(True, "enabled", "/etc/dropbear/dropbear_rsa_host_key")]


def test_no_key_material_is_given_out() -> None:
    text = json.dumps(msgspec.to_builtins(keys.detect(device(), [])))
    body = base64.b64encode(
        RSA.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    ).decode()
    assert body[40:80] not in text


def test_without_the_library_private_keys_are_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "available", lambda: False)
    found = keys.detect(device(), [])
    assert [note.code for note in found.notes] == ["RW1503"]
    assert [(row["kind"], row["size"]) for row in rows(found, "key")] == [("private", None)]


@pytest.mark.parametrize(
    ("algorithm", "size", "bits"),
    [("RSA", 2048, 112), ("RSA", 4096, 128), ("RSA", 512, 40), ("ECDSA", 256, 128), ("other", None, 0)],
)
def test_strengths(algorithm: str, size: int | None, bits: int) -> None:
    assert keys.strength(algorithm, size) == bits


@given(st.binary(max_size=300))
def test_any_bytes_are_a_key_or_nothing(data: bytes) -> None:
    certificates.read_der(b"\x30" + data)
    certificates.dropbear(data)
    certificates.ssh_public(data)
    block = b"-----BEGIN %b-----\n" + base64.b64encode(data) + b"\n-----END %b-----\n"
    for label in (
        b"CERTIFICATE",
        b"RSA PRIVATE KEY",
        b"PRIVATE KEY",
        b"OPENSSH PRIVATE KEY",
        b"PUBLIC KEY",
        b"EC PRIVATE KEY",
    ):
        for name, whole, _ in certificates.pem_blocks(block % (label, label)):
            certificates.read_pem(name, whole)


def test_real_trees() -> None:
    legacy = keys.detect(real("legacy"), [])
    assert values(legacy, "crypto.weak_algorithms") == [(("SHA-1",), "enabled", "/etc/ssl/server.crt#1")]
    assert [row["world_readable"] for row in rows(legacy, "key")] == [True]
    hardened = keys.detect(real("hardened"), [daemon("http", "/usr/sbin/nginx")])
    assert (hardened.said, rows(hardened, "key"), len(rows(hardened, "certificate"))) == ([], [], 2)
