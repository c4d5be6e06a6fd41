"""The public test vectors for what attestations are made of, and how each of their cases is answered here.

Guarantees: an answer is computed from the file each time; expectations are those of the vectors' authors alone.  The files are not part
of this project (`../shared/vectors`).  Each suite counts its cases, those answered as their authors expect, and those refused on
purpose, by reason.
"""

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from rulewright.attest import dsse, keys, merkle
from rulewright.attest import time as stamping
from rulewright.attest.canonical import NotAdmissibleError, admissible, canonical
from rulewright.attest.encoding import to_base64
from rulewright.attest.model import Tsa


@dataclass(frozen=True)
class Suite:
    """How the cases of one suite are answered.  `wrong` names every case answered otherwise than expected."""

    name: str
    source: str
    right: int
    wrong: tuple[str, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    """Cases that are valid elsewhere and refused here on purpose, by reason."""
    note: str = ""

    @property
    def cases(self) -> int:
        """All of them."""
        return self.right + len(self.wrong) + sum(self.refused.values())


def _json(path: Path) -> Any:
    return json.loads(path.read_bytes())


# --- envelopes


def dsse_specification(vectors: Path) -> Suite:
    """The one vector of the specification: P-256, deterministic, as a raw pair."""
    told = _json(vectors / "dsse" / "test-vector-p256.json")
    public = ec.EllipticCurvePublicNumbers(int(told["X"]), int(told["Y"]), ec.SECP256R1()).public_key()
    envelope = dsse.decode(json.dumps(told["envelope"]).encode())
    good = (
        envelope.message == told["pae"].encode()
        and dsse.pae(told["payloadType"], told["serializedBody"].encode()) == envelope.message
        and keys.of(public).verifies(envelope.signatures[0].sig, envelope.message)
    )
    return _suite("DSSE 1.0.2, protocol.md", "secure-systems-lab/dsse", {"the vector": good})


def production_vsa(vectors: Path) -> Suite:
    """A verification summary that a large cloud provider signs in production: P-256, as a raw pair."""
    folder = vectors / "slsa" / "vsa-examples" / "gce" / "v1"
    envelope = dsse.decode((folder / "gke-gce-pre.bcid-vsa.jsonl").read_bytes())
    key = keys.from_pem((folder / "vsa_signing_public_key.pem").read_bytes())
    signed = [item.sig for item in envelope.signatures]
    good = keys.signed_by(signed, envelope.message, [key]) == (key.id,)
    other = keys.signed_by(signed, dsse.pae(envelope.payload_type, envelope.payload + b" "), [key]) == ()
    return _suite("SLSA VSA v1, in production", "slsa-framework/slsa-verifier", {"the statement": good and other})


def _suite(name: str, source: str, answers: Mapping[str, bool]) -> Suite:
    wrong = tuple(case for case, good in answers.items() if not good)
    return Suite(name, source, len(answers) - len(wrong), wrong)


# --- signatures

WYCHEPROOF = {
    "ed25519_test": "Ed25519",
    "ecdsa_secp256r1_sha256_test": "ECDSA P-256, DER",
    "ecdsa_secp256r1_sha256_p1363_test": "ECDSA P-256, raw pair",
    "rsa_pss_3072_sha256_mgf1_32_test": "RSA-PSS 3072",
    "mldsa_44_verify_test": "ML-DSA-44",
    "mldsa_65_verify_test": "ML-DSA-65",
}


def wycheproof(stem: str) -> Callable[[Path], Suite]:
    """One file of Wycheproof."""

    def answered(vectors: Path) -> Suite:
        told = _json(vectors / "wycheproof" / f"{stem}.json")
        answers = dict(_verified(told))
        assert len(answers) == told["numberOfTests"]
        made = _suite(f"Wycheproof, {WYCHEPROOF[stem]}", "C2SP/wycheproof", answers)
        cases = [case for group in told["testGroups"] for case in group["tests"]]
        context = sum(bool(case.get("ctx")) and case["result"] == "valid" for case in cases)
        if not context:
            return made
        reason = {"signed with a context, which our signatures never have": context}
        return Suite(made.name, made.source, made.right - context, made.wrong, reason)

    return answered


def _verified(told: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for group in told["testGroups"]:
        try:
            key = keys.from_der(bytes.fromhex(group["publicKeyDer"]))
        except (keys.PublicKeyError, KeyError, TypeError):
            key = None
        for case in group["tests"]:
            signature, message = bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"])
            taken = key is not None and key.verifies(signature, message)
            expected = case["result"] == "valid" and not case.get("ctx")
            yield f"{case['tcId']}: {case['comment']}", taken == expected


# --- JSON


def jcs(vectors: Path) -> Suite:
    """The author's documents in canonical form: taken as they are, or outside the values taken here."""
    right, wrong, refused = 0, [], Counter[str]()
    for path in sorted((vectors / "jcs-rfc8785" / "output").iterdir()):
        data = path.read_bytes()
        assert data == bytes.fromhex((vectors / "jcs-rfc8785" / "outhex" / f"{path.stem}.txt").read_text())
        try:
            canonical(data)
            right += 1
        except NotAdmissibleError as error:
            reason = _reason(str(error))
            if reason in ON_PURPOSE:
                refused[reason] += 1
            else:
                wrong.append(path.name)
    note = "The number algorithm of RFC 8785 is not applicable: there are no floats."
    return Suite("RFC 8785, documents", "cyberphone/json-canonicalization", right, tuple(wrong), refused, note)


ON_PURPOSE = (
    "a number with a fraction or an exponent",
    "an integer beyond 2^53-1",
    "a member that stands twice",
    "half a surrogate pair",
    "a name beyond U+D7FF",
    "not in the one form: white space, order, escapes or repeated members",
)


def _reason(text: str) -> str:
    """A refusal as one of `ON_PURPOSE`; else the text itself."""
    for part, reason in (
        ("is no integer", ON_PURPOSE[0]),
        ("beyond 2^53-1", ON_PURPOSE[1]),
        ("a float has no place", ON_PURPOSE[0]),
        ("stands twice", ON_PURPOSE[2]),
        ("half a surrogate", ON_PURPOSE[3]),
        ("beyond U+D7FF", ON_PURPOSE[4]),
    ):
        if part in text:
            return reason
    return text


def json_parsing(vectors: Path) -> Suite:
    """Admission of JSON in any layout: what must be refused is, and every valid text that is refused has a reason on purpose."""
    right, wrong, refused, free = 0, [], Counter[str](), Counter[bool]()
    for path in sorted((vectors / "json-parsing" / "test_parsing").iterdir()):
        label, text = path.name[0], ""
        try:
            admissible(path.read_bytes())
        except NotAdmissibleError as error:
            text = _reason(str(error))
        taken = not text
        if label == "i":
            free[taken] += 1
        elif taken == (label == "y"):
            right += 1
        elif label == "y" and text in ON_PURPOSE:
            refused[text] += 1
        else:
            wrong.append(path.name)
    note = f"Of {free.total()} more texts that a parser may take or refuse, {free[True]} are taken."
    return Suite("JSON parsing (RFC 8259)", "nst/JSONTestSuite", right, tuple(wrong), refused, note)


# --- trees


def inclusion(vectors: Path) -> Suite:
    """Inclusion proofs of RFC 6962."""
    return _suite("RFC 6962, inclusion proofs", "transparency-dev/merkle", dict(_proofs(vectors, "inclusion")))


def consistency(vectors: Path) -> Suite:
    """Consistency proofs of RFC 6962; from an empty tree, there is none."""
    return _suite("RFC 6962, consistency proofs", "transparency-dev/merkle", dict(_proofs(vectors, "consistency")))


def _proofs(vectors: Path, kind: str) -> Iterator[tuple[str, bool]]:
    folder = vectors / "merkle-rfc6962" / kind
    for path in sorted(folder.rglob("*.json")):
        told = _json(path)
        proof = [base64.b64decode(item or "") for item in told["proof"] or ()]
        if kind == "inclusion":
            leaf, root = (base64.b64decode(told[name] or "") for name in ("leafHash", "root"))
            taken = merkle.included(leaf, told["leafIdx"], told["treeSize"], proof, root)
        else:
            old, new = (base64.b64decode(told[name] or "") for name in ("root1", "root2"))
            taken = merkle.consistent(told["size1"], told["size2"], old, new, proof)
        yield str(path.relative_to(folder)), taken != told["wantErr"]


# --- time


def _chain(path: Path) -> tuple[str, ...]:
    """The certificates of a fixture: PEM, or one in DER."""
    found = re.findall(
        rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----", path.read_bytes()
    )
    if not found:
        return (to_base64(path.read_bytes()),)
    return tuple(to_base64(base64.b64decode(b"".join(item.split()))) for item in found)


STAMPS: Mapping[str, tuple[bytes | str, str]] = {
    "sigstage/response-sha256.tsr": (b"hello", ""),
    "sigstage/response-no-embedded-cert.tsr": (b"hello", ""),
    "sigstage/response-invalid-signature.tsr": (b"hello", "RW4043"),
    "sigstore.mock/response-expired.tsr": ("payload", ""),
}
"""What the fixtures over SHA-256 are over (text: a file beside them), and their codes."""


def stamps(vectors: Path) -> Suite:
    """The fixtures of the RFC 3161 library."""
    right, wrong, refused = 0, [], Counter[str]()
    folder = vectors / "rfc3161"
    for path in sorted(folder.rglob("*.tsr")):
        case = str(path.relative_to(folder))
        over, code = STAMPS.get(case, (b"hello", "RW4043"))
        plain = over if isinstance(over, bytes) else (path.parent / over).read_bytes()
        trusted = Tsa(name="fixture", certificates=_chain(path.parent / "ts_chain.pem"))
        found = stamping.judge(path.read_bytes(), {stamping.imprint(plain): "k"}, [trusted])
        got = found.code if isinstance(found, stamping.Refused) else ""
        if got != code:
            wrong.append(case)
        elif case in STAMPS:
            right += 1
        else:
            refused["over SHA-384 or SHA-512"] += 1
    note = "One is called expired: its certificate has ended since, and was valid at the time of the token, which is what counts."
    return Suite("RFC 3161, fixtures", "trailofbits/rfc3161-client", right, tuple(wrong), refused, note)


# --- all

SUITES: tuple[Callable[[Path], Suite], ...] = (
    dsse_specification,
    production_vsa,
    *(wycheproof(stem) for stem in WYCHEPROOF),
    jcs,
    json_parsing,
    inclusion,
    consistency,
    stamps,
)


@cache
def answers(vectors: Path) -> tuple[Suite, ...]:
    """All suites, answered."""
    return tuple(suite(vectors) for suite in SUITES)
