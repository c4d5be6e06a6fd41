"""A good bundle to start from: a camera with a row of every status but `error`, fixed keys, a trust policy, a status list.

Guarantees: the same objects on every machine; Ed25519 signatures are the same bytes, those of ML-DSA and ECDSA are not.  The keys are
public knowledge: they are of use in tests alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa

from rulewright.attest import build, container, dsse, keys, model
from rulewright.attest.canonical import dump
from rulewright.attest.encoding import to_base64
from rulewright.attest.trust import Seen, SeenKey, SeenRoot
from rulewright.cli.main import main
from rulewright.engine.compare_read import decode
from rulewright.engine.result import Report

DATA = Path(__file__).resolve().parent / "data"
AS_OF = "2026-02-01"
AT = "2026-02-03"
"""A day on which the good bundle is valid."""
SEED = bytes(range(32))
FIRMWARE = b"the firmware of the camera\n" * 40
STATUS_ID = "urn:example:acme:status"


class Key:
    """A private key that signs as `build.Signer` asks."""

    def __init__(self, private: Any) -> None:
        self.private = private
        self.public = keys.of(private.public_key())

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            short = self.public.algorithm == "ecdsa-p256-sha256"
            made: bytes = self.private.sign(message, ec.ECDSA(hashes.SHA256() if short else hashes.SHA384()))
            return made
        signed: bytes = self.private.sign(message)
        return signed


def _secret(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


@cache
def key(name: str) -> Key:
    """The key of a name: `…-p256`, `…-p384`, `…-mldsa` say the algorithm, Ed25519 otherwise."""
    secret = _secret(name)
    if name.endswith("-mldsa"):
        return Key(mldsa.MLDSA65PrivateKey.from_seed_bytes(secret))
    if name.endswith("-p256"):
        return Key(ec.derive_private_key(int.from_bytes(secret) >> 1, ec.SECP256R1()))
    if name.endswith("-p384"):
        return Key(ec.derive_private_key(int.from_bytes(secret + secret[:16]) >> 1, ec.SECP384R1()))
    return Key(ed25519.Ed25519PrivateKey.from_private_bytes(secret))


MAKER = ("maker", "maker-mldsa")
OTHERS = ("lab-p256", "status", "anchor", "old", "stranger")


@cache
def report() -> Report:
    """The result of the small policy for the camera."""
    words = ["check", "camera.cdx.json", "--facts", "camera.facts.yaml", "--policy", "camera.rw", "--as-of", AS_OF, "-f", "json", "-q"]  # fmt: skip
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.chdir(DATA), contextlib.redirect_stdout(out):
        code = main(words)
    out.flush()
    assert code == 1
    return decode(out.buffer.getvalue())


def order(**changes: Any) -> build.Order:
    """What the good bundle is made of."""
    artifact = build.Artifact(
        "camera-1.0.bin", hashlib.sha256(FIRMWARE).hexdigest(), hashlib.sha512(FIRMWARE).hexdigest()
    )
    given: dict[str, Any] = {
        "report": report(),
        "seed": SEED,
        "code": hashlib.sha256(b"code").hexdigest(),
        "artifacts": (artifact,),
        "status": STATUS_ID,
    }
    return build.Order(**{**given, **changes})


def members(signers: tuple[str, ...] = MAKER, **changes: Any) -> dict[str, bytes]:
    """The members of the good bundle."""
    return container.decode(build.seal(build.build(order(**changes)), [key(name) for name in signers]))


@cache
def bundle() -> bytes:
    """The good bundle, signed by the maker's two keys."""
    return container.encode(members())


def public(name: str) -> keys.PublicKey:
    """The public half of a key."""
    return key(name).public


def _listed(name: str, **changes: Any) -> model.Key:
    own = public(name)
    given: dict[str, Any] = {
        "algorithm": own.algorithm,
        "public": to_base64(own.der),
        "owner": name,
        "valid_from": "2026-01-01",
        "valid_until": "2030-12-31",
        "revoked": None,
    }
    return model.Key(**{**given, **changes})


RULE = model.Rule(
    predicate=model.ROOT, standards=("*",), role="manufacturer", threshold=2, hybrid=True, engines=(model.ENGINE,),
    time=False, log=False, status=False,
)  # fmt: skip
ROLES: Mapping[str, tuple[tuple[str, ...], int]] = MappingProxyType(
    {
        "root": (("anchor",), 1),
        "manufacturer": (MAKER, 1),
        "lab": (("lab-p256",), 1),
        "status": (("status",), 1),
    }
)


def trust(listed: Mapping[str, model.Key] | None = None, **changes: Any) -> model.Trust:
    """The trust policy: `listed` replaces entries of keys by the key's name in these tests."""
    names = sorted({name for own, _ in ROLES.values() for name in own})
    given: dict[str, Any] = {
        "id": "urn:example:regulator",
        "version": 3,
        "issued": "2026-01-01",
        "expires": "2027-01-01",
        "keys": {public(name).id: (listed or {}).get(name) or _listed(name) for name in names},
        "roles": {
            role: model.Role(keys=tuple(sorted(public(name).id for name in own)), threshold=threshold)
            for role, (own, threshold) in ROLES.items()
        },
        "rules": (RULE,),
        "logs": (),
        "tsas": (),
    }
    return model.Trust(**{**given, **changes})


def entry(name: str, **changes: Any) -> model.Key:
    """A key as the trust policy lists it, changed."""
    return _listed(name, **changes)


def signed(document: Any, kind: str, *names: str) -> bytes:
    """A document of `model` (or plain data) in an envelope."""
    payload = dump(document) if isinstance(document, dict) else model.encode(document)
    message = dsse.pae(kind, payload)
    made = tuple(dsse.Signature(key(name).sign(message), public(name).id) for name in names)
    return dsse.encode(dsse.Envelope(payload, kind, made))


def trust_file(listed: Mapping[str, model.Key] | None = None, **changes: Any) -> bytes:
    """The trust policy as a file."""
    return signed(trust(listed, **changes), model.TRUST_TYPE, "anchor")


def seen(version: int, digest: str = "0" * 64, root: tuple[str, ...] = ("anchor",), threshold: int = 1) -> Seen:
    """What is remembered of another version of the trust policy, whose role `root` had these keys."""
    keys = {public(name).id: SeenKey(entry(name).algorithm, entry(name).public) for name in root}
    return Seen("urn:example:regulator", version, digest, SeenRoot(keys, threshold))


def status_list(entries: tuple[model.StatusEntry, ...] = (), **changes: Any) -> bytes:
    """The status list as a file."""
    given: dict[str, Any] = {
        "list": STATUS_ID,
        "number": 7,
        "this_update": "2026-02-01",
        "next_update": "2026-03-01",
        "entries": entries,
    }
    return signed(model.StatusList(**{**given, **changes}), model.STATUS_TYPE, "status")


def root_digest(made: Mapping[str, bytes]) -> str:
    """The digest of the root payload in some members."""
    return hashlib.sha256(dsse.decode(made["root.dsse.json"]).payload).hexdigest()
