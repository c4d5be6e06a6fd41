"""What verifiers of envelopes answer on `cases`: ours, and those of others that can be had here.

Guarantees: an answer is that of the library or command named, asked as its documentation says; `refuse` is told with the kind of error,
so that a program that breaks is seen as one; what a verifier does not do, or leaves to its caller, is `n/a` with the reason.
The libraries are imported when they are asked; those that run on Node are asked by `verifiers.mjs`.
"""

from __future__ import annotations

import base64
import importlib
import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

from cryptography.hazmat.primitives import serialization

from rulewright.attest import dsse, keys
from rulewright.attest.checking.signing import who
from rulewright.attest.verify import Given, verify
from rulewright.attest.views.trestle import statement
from tests.attest import good
from tests.attest.peers.cases import Case

HERE = Path(__file__).resolve().parent
SHOWN = frozenset(("container", "envelope", "payload type", "signatures", "statement"))
"""The checks of our procedure that these cases are about."""


ON_NODE = ("@sigstore/verify", "node:crypto", "WebCrypto")
"""The verifiers of `verifiers.mjs`."""
ON_PURPOSE = frozenset(("another member", "a member `Payload`", "statement: another member"))
"""What is valid and refused by ours: nothing that nobody looks at may stand in an envelope or in its statement."""


class Answer(NamedTuple):
    """What a verifier says, and how it says it."""

    answer: Literal["accept", "refuse", "n/a", "not had"]
    said: str = ""


# --- ours


def ours(case: Case) -> Answer:
    """The checks of `verify` on the envelope, its signatures, its type and its statement; a threshold counts keys."""
    if case.asks != "foreign":
        for check in verify(Given(bundle=case.envelope, at=date.fromisoformat(good.AT), keys=case.known)).checks:
            if check.name in SHOWN and check.outcome != "ok":
                return Answer("refuse", check.code)
    try:
        envelope = dsse.decode(case.envelope)
    except dsse.EnvelopeError as error:
        return Answer("refuse", error.code)
    signed = len(who(envelope, {key.id: key for key in case.known}))
    return Answer("accept") if signed >= case.threshold else Answer("refuse", "RW4028" if signed else "RW4020")


# --- Python libraries


def expected(case: str, spec: str) -> str:
    """Our answer as it must be: what the specification leaves open is refused."""
    return "accept" if spec == "valid" and case not in ON_PURPOSE else "refuse"


def _public(key: keys.PublicKey) -> Any:
    return serialization.load_der_public_key(key.der)


def _asked(question: Callable[[], object]) -> Answer:
    try:
        question()
    except Exception as error:  # noqa: BLE001  # whatever it raises, it does not accept
        return Answer("refuse", type(error).__name__)
    return Answer("accept")


def _left(case: Case, *kinds: str) -> Answer | None:
    """Why a library is not asked: what the case is about is its caller's business."""
    return Answer("n/a", f"the {case.asks} is left to the caller") if case.asks in kinds else None


def securesystemslib(case: Case) -> Answer:
    """`Envelope.from_dict` and `Envelope.verify`, after `json.loads`."""
    envelopes: Any = importlib.import_module("securesystemslib.dsse")
    signers: Any = importlib.import_module("securesystemslib.signer")
    ids = case.ids or tuple(key.id for key in case.known)

    def question() -> None:
        known = [
            signers.SSlibKey.from_crypto(_public(key), keyid=name) for key, name in zip(case.known, ids, strict=True)
        ]
        envelopes.Envelope.from_dict(json.loads(case.envelope)).verify(known, case.threshold)

    return _left(case, "type", "statement") or _asked(question)


def sigstore_python(case: Case) -> Answer:
    """The reading and verifying of envelopes that `Verifier.verify_dsse` does; it takes no key of ours in a bundle."""
    envelopes: Any = importlib.import_module("sigstore.dsse")
    if case.known[0].algorithm != "ecdsa-p256-sha256":
        return Answer("n/a", "ECDSA only")
    if _count(case) > 1:
        return Answer("n/a", "one signature only")

    def question() -> None:
        payload = envelopes._verify(_public(case.known[0]), envelopes.Envelope._from_json(case.envelope))
        if case.asks in ("envelope", "statement"):
            envelopes.Statement(payload)

    return _left(case, "type") or _asked(question)


def _count(case: Case) -> int:
    """The number of signatures, as far as it can be told."""
    try:
        return len(json.loads(case.envelope)["signatures"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return 1


# --- trestle


def trestle(folder: Path, document: bytes) -> Callable[[Case], Answer]:
    """What `trestle verify` calls for an OSCAL document; the cases must be made from its statement."""

    def asked(case: Case) -> Answer:
        signing: Any = importlib.import_module("trestle.core.signing")
        if case.threshold > 1:
            return Answer("n/a", "no threshold")
        if case.asks == "foreign":
            return Answer("n/a", "OSCAL statements only")
        path, envelope, public = folder / _named(document), folder / "case.dsse.json", folder / "case.pem"
        path.write_bytes(document)
        envelope.write_bytes(case.envelope)
        public.write_bytes(keys.to_pem(case.known[0]))

        def question() -> None:
            key = signing.load_pem_public_key(public)
            signing.verify_oscal_provenance_envelope(path, signing.load_dsse_envelope(envelope), key)

        return _asked(question)

    return asked


def _named(document: bytes) -> str:
    """The file name in the statement about an OSCAL document."""
    told: dict[str, Any] = json.loads(statement(document))
    return str(told["subject"][0]["name"])


# --- Node


def on_node(node: str, modules: Path, cases: Sequence[Case], folder: Path) -> dict[str, list[Answer]]:
    """The answers of each verifier of `verifiers.mjs`, in the order of the cases."""
    told = [
        {
            "envelope": base64.b64encode(case.envelope).decode(),
            "algorithm": case.known[0].algorithm,
            "key": base64.b64encode(case.known[0].der).decode(),
            "id": case.known[0].id,
            "asks": case.asks,
            "threshold": case.threshold,
            "signatures": _count(case),
        }
        for case in cases
    ]
    (folder / "cases.json").write_text(json.dumps(told), encoding="utf-8")
    words = [node, str(HERE / "verifiers.mjs"), str(modules), str(folder / "cases.json")]
    done = subprocess.run(words, capture_output=True, check=True, timeout=300)
    found: Mapping[str, list[list[str]]] = json.loads(done.stdout)
    return {name: [Answer(item[0], item[1]) for item in answers] for name, answers in found.items()}  # type: ignore[arg-type]  # the script's words
