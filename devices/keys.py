"""Keys and certificates in a tree: what they are, who may read them, and which of them stand for the device.

Guarantees: rows hold algorithms, sizes, names and days, never key material; a private key counts as shared by all units
when it is in the image and serves a daemon or has its certificate there; whether a certificate is too old is for a
requirement to say, whose day it is.  What it does not do: keys within encrypted containers; public trust stores
(`devices.contents`), since they are nobody's own.
Sources: NIST SP 800-57 Part 1 Rev. 5, table 2 (strengths); SP 800-131A Rev. 2 (RSA below 2048 bits, SHA-1 signatures).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

import msgspec

from rulewright.devices.certificates import (
    Certificate,
    Key,
    available,
    dropbear,
    pem_blocks,
    read_der,
    read_pem,
    ssh_public,
)
from rulewright.devices.contents import contents, extension
from rulewright.devices.model import Daemon, Findings, Noted, Place, Row, Said
from rulewright.devices.references import Reference, references
from rulewright.devices.settings import finding
from rulewright.devices.tree import Entry, Tree
from rulewright.facts.types import Level

DER = frozenset({"der", "cer", "crt", "key", "p8", "pk8"})
PUBLIC_BUNDLE = 20
"""A file with more certificates than this is a trust store."""

STRENGTH = ((15360, 256), (7680, 192), (3072, 128), (2048, 112), (1024, 80))


class Held(msgspec.Struct, frozen=True):
    """A key or certificate of a tree, and its place."""

    what: Key | Certificate
    entry: Entry
    place: Place


def detect(tree: Tree, daemons: Sequence[Daemon]) -> Findings:
    """Keys and certificates as rows; private keys in the image that stand for the device; weak ones of its own."""
    found = Findings()
    everything = list(held(tree))
    if not available() and any(b for b in everything):
        found.notes.append(
            Noted(
                "RW1503", "certificates and some keys were not read: this needs `cryptography` (`rulewright[devices]`)"
            )
        )
    used = references(tree, daemons)
    public = {item.what.public for item in everything if isinstance(item.what, Certificate)}
    own: dict[str, Reference] = {}
    for item in everything:
        if isinstance(item.what, Key):
            serves = _serves(item, used, public)
            _key(found, item, serves)
            if serves is not None and item.what.public:
                own.setdefault(item.what.public, serves)
    for item in everything:
        if isinstance(item.what, Certificate):
            _certificate(found, item, own.get(item.what.public) or _own(item, used))
    return found


def private(tree: Tree) -> list[Held]:
    """The private keys of a tree that no passphrase guards."""
    return [
        item
        for item in held(tree)
        if isinstance(item.what, Key) and item.what.kind == "private" and not item.what.encrypted
    ]


def held(tree: Tree) -> Iterator[Held]:
    """The keys and certificates of a tree, in the order of its files."""
    for entry, data in contents(tree):
        if b"-----BEGIN " in data:
            yield from _pem(entry, data)
        elif posixpath.basename(entry.path).startswith("dropbear_") or "/dropbear/" in entry.path:
            yield from _one(dropbear(data[:65536]), entry)
        elif extension(entry.path) in DER and data[:1] == b"\x30" and available():
            yield from _one(read_der(data), entry)
        elif extension(entry.path) in {"p12", "pfx"} and data[:1] == b"\x30":
            yield Held(Key("private", "unknown", None, encrypted=True), entry, Place(entry.path))
        elif extension(entry.path) == "pub" or entry.path.endswith("/authorized_keys"):
            yield from _ssh(entry, data)


def _one(what: Key | Certificate | None, entry: Entry, line: int = 0) -> Iterator[Held]:
    if what is not None:
        yield Held(what, entry, Place(entry.path, line))


def _pem(entry: Entry, data: bytes) -> Iterator[Held]:
    if data.count(b"-----BEGIN CERTIFICATE-----") > PUBLIC_BUNDLE:
        return
    binary = b"\0" in data[:4096]
    for label, block, line in pem_blocks(data):
        if available() or label == "OPENSSH PRIVATE KEY":
            what = read_pem(label, block)
        elif "PRIVATE KEY" in label:
            what = Key(
                "private", label.removesuffix("PRIVATE KEY").strip() or "unknown", None, encrypted="ENCRYPTED" in label
            )
        else:
            what = None
        yield from _one(what, entry, 0 if binary else line)


def _ssh(entry: Entry, data: bytes) -> Iterator[Held]:
    import base64
    import binascii

    for number, line in enumerate(data[:65536].decode("utf-8", "replace").splitlines(), 1):
        for word in line.split():
            if word.startswith("AAAA"):
                try:
                    yield from _one(ssh_public(base64.b64decode(word)), entry, number)
                except (binascii.Error, ValueError):
                    continue


def _serves(item: Held, used: dict[str, Reference], certified: set[str]) -> Reference | None:
    """What a private key serves: the daemon that names it, or the identity whose certificate is there, too.

    An identity counts in full whoever reads it: that every unit has it is a fact about the image, not about a daemon.
    """
    if not isinstance(item.what, Key) or item.what.kind != "private":
        return None
    named = used.get(item.entry.path)
    if named is None and item.what.public and item.what.public in certified:
        return Reference(Level.ENABLED, item.place, "")
    return named


def _own(item: Held, used: dict[str, Reference]) -> Reference | None:
    """A certificate is the device's own when a daemon names it and it is not one that signs others."""
    return used.get(item.entry.path) if isinstance(item.what, Certificate) and not item.what.authority else None


def _key(found: Findings, item: Held, serves: Reference | None) -> None:
    key = item.what
    if not isinstance(key, Key):
        return
    readable = bool(item.entry.mode & 0o004)
    fields: dict[str, bool | int | str | tuple[str, ...] | None] = {
        "path": item.entry.path,
        "kind": key.kind,
        "algorithm": key.algorithm,
        "size": key.size,
        "encrypted": key.encrypted,
        "world_readable": readable,
        "shared": True if serves is not None else None,
    }
    found.rows.append(Row("key", fields, item.place))
    if key.kind == "private" and readable and not key.encrypted:
        level = serves.level if serves is not None else Level.PRESENT
        found.rows.append(finding("readable private key", level, item.place, "every user may read this private key"))
    if serves is not None:
        _shared(found, item, key, serves)


def _shared(found: Findings, item: Held, key: Key, serves: Reference) -> None:
    text = f"a private key of {serves.daemon or 'a certificate'} in the image"
    _said(found, item, serves, "cred.shared_across_devices", value=True, text=text)
    _said(found, item, serves, "key.unique_per_device", value=False, text=text)
    if not key.encrypted:
        _said(found, item, serves, "key.storage", value="plain_fs", text="a key file without a passphrase")
    bits = strength(key.algorithm, key.size)
    if bits:
        _said(found, item, serves, "crypto.key_strength_bits", value=bits, text=f"{key.algorithm} of {key.size} bits")


def _said(
    found: Findings,
    item: Held,
    serves: Reference,
    attribute: str,
    *,
    value: bool | int | str | tuple[str, ...],
    text: str,
) -> None:
    found.said.append(
        Said(
            attribute=attribute,
            value=value,
            level=serves.level,
            place=item.place,
            text=text,
            scope=f"file {item.entry.path}",
            chain=serves.chain,
        )
    )


def strength(algorithm: str, size: int | None) -> int:
    """The strength of a key in bits, that of a symmetric one; 0 where it is not known."""
    if size is None:
        return 0
    if algorithm in {"RSA", "DSA"}:
        return next((bits for least, bits in STRENGTH if size >= least), 40)
    return {"ECDSA": size // 2, "Ed25519": 128, "Ed448": 224}.get(algorithm, 0)


def _certificate(found: Findings, item: Held, serves: Reference | None) -> None:
    cert = item.what
    if not isinstance(cert, Certificate):
        return
    fields: dict[str, bool | int | str | tuple[str, ...] | None] = {
        "subject": cert.subject,
        "issuer": cert.issuer,
        "algorithm": cert.algorithm,
        "size": cert.size,
        "signature": cert.signature,
        "not_before": cert.not_before,
        "not_after": cert.not_after,
        "self_signed": cert.self_signed,
        "path": item.entry.path,
    }
    found.rows.append(Row("certificate", fields, item.place))
    if serves is None:
        return
    if cert.signature in {"SHA-1", "MD5"}:
        text = "the signature of the device's own certificate"
        _said(found, item, serves, "crypto.weak_algorithms", value=(cert.signature,), text=text)
    weak = cert.signature in {"SHA-1", "MD5"} or 0 < strength(cert.algorithm, cert.size) < 112
    if weak:
        text = f"{cert.algorithm} of {cert.size} bits, signed with {cert.signature}"
        _said(found, item, serves, "tls.cert_expired_or_weak", value=True, text=text)
