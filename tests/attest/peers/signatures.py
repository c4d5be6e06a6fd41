"""Do verifiers of others accept our signatures, and refuse altered ones?

Guarantees: the root of the good bundle, signed by our own P-256 key and stamped by our own authority, is exported by
`attest.sigstore_bundle` and given to `@sigstore/verify` with that key and that authority and nothing of Sigstore's own.  Every
acceptance stands beside changes that must be refused.
"""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rulewright.attest import dsse
from rulewright.attest.sigstore_bundle import bundle
from tests.attest import good, tsa
from tests.attest.peers.validators import Place

HERE = Path(__file__).resolve().parent
STAMPED = "2026-02-01T12:00:00Z"
KEYS = ("lab-p256", "maker")
"""ECDSA P-256 and Ed25519; `@sigstore/verify` knows no ML-DSA."""


class Asked(NamedTuple):
    """A bundle, the key that is trusted, and whether it must be accepted."""

    case: str
    bundle: bytes
    key: str
    expected: bool


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def bundles(name: str) -> Iterator[Asked]:
    """Our root as a bundle, right and wrong, signed by one of `KEYS` beside the maker's ML-DSA key."""
    envelope = good.members((name, "maker-mldsa"))["root.dsse.json"]
    signature = dsse.decode(envelope).signatures[0].sig
    stamp = tsa.authority().reply(signature, STAMPED)
    whole = bundle(envelope, good.public(name), [stamp])
    yield Asked("as exported, with a timestamp", whole, name, expected=True)
    yield Asked("without a timestamp", bundle(envelope, good.public(name)), name, expected=False)
    yield Asked("another key trusted", whole, "stranger", expected=False)
    other = _text(tsa.authority().reply(b"another signature", STAMPED))
    changes: dict[str, Callable[[Any], object]] = {
        "payload changed": lambda b: b["dsseEnvelope"].update(payload=_text(b"{}")),
        "type changed": lambda b: b["dsseEnvelope"].update(payloadType="text/plain"),
        "signature of another payload": lambda b: b["dsseEnvelope"]["signatures"][0].update(sig=_text(good.key(name).sign(b"x"))),
        "timestamp over another signature": lambda b: b["verificationMaterial"]["timestampVerificationData"].update(rfc3161Timestamps=[{"signedTimestamp": other}]),
        "timestamp of another authority": lambda b: b["verificationMaterial"]["timestampVerificationData"].update(rfc3161Timestamps=[{"signedTimestamp": _text(_stranger(signature))}]),
    }  # fmt: skip
    for case, change in changes.items():
        plain = json.loads(whole)
        change(plain)
        yield Asked(case, json.dumps(plain).encode(), name, expected=False)


def _stranger(signature: bytes) -> bytes:
    """A token of an authority that has the same name and another key."""
    root = tsa.made("Test TSA root", secret="other")  # the seed of a key of tests
    signer = tsa.made("Test TSA", root, purposes=tsa.STAMPING, serial=2, secret="other")  # likewise
    return tsa.Authority(root, signer).reply(signature, STAMPED)


def sigstore(place: Place) -> list[dict[str, object]]:
    """The rows of `@sigstore/verify`: what was tried, the answer, the answer expected."""
    authority = tsa.authority()
    asked = [(name, one) for name in KEYS for one in bundles(name)]
    told = {
        "authority": [_text(authority.signer.der), _text(authority.root.der)],
        "cases": [
            {
                "bundle": one.bundle.decode(),
                "id": json.loads(one.bundle)["verificationMaterial"]["publicKey"]["hint"],
                "key": _text(good.public(one.key).der),
            }
            for _, one in asked
        ],
    }
    answers: list[str | None] = [None] * len(asked)
    if place.node is not None:
        path = place.folder / "bundles.json"
        path.write_text(json.dumps(told), encoding="utf-8")
        words = [place.node, str(HERE / "signatures.mjs"), str(place.modules), str(path)]
        answers = json.loads(subprocess.run(words, capture_output=True, check=True, timeout=300).stdout)
    return [
        row("@sigstore/verify", f"root signed by {good.public(name).algorithm}: {one.case}", answer, one.expected)
        for (name, one), answer in zip(asked, answers, strict=True)
    ]


def row(verifier: str, case: str, answer: str | None, expected: bool) -> dict[str, object]:  # noqa: FBT001  # a column
    """One line of the table; `None` is a verifier that cannot be had."""
    return {
        "verifier": verifier,
        "case": case,
        "answer": "not had" if answer is None else answer,
        "expected": "accept" if expected else "refuse",
    }
