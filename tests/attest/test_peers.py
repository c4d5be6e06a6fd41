"""The page of other validators and verifiers is what they said, and what it says of ours is what ours says now.

The others are asked by `make peers`; here their recorded answers are looked at, and our own are computed again.
"""

import json
from typing import Any

import pytest

from docs.scripts import attestation_peers
from rulewright.attest import dsse
from rulewright.attest.encoding import to_base64
from rulewright.attest.sigstore_bundle import NotSignedError, bundle
from tests.attest import good, tsa
from tests.attest.peers import verifiers
from tests.attest.peers.cases import Case, cases

RECORDED: dict[str, Any] = json.loads(attestation_peers.RESULTS.read_bytes())
ENVELOPES = {row["case"]: row for row in RECORDED["envelopes"]}
MEMBERS = good.members(("lab-p256", "maker-mldsa"))
ROOT = MEMBERS["root.dsse.json"]
CASES = {case.name: case for case in cases(dsse.decode(ROOT).payload)}


def test_the_page_is_current() -> None:
    assert attestation_peers.PAGE.read_text(encoding="utf-8") == attestation_peers.page(), "run `make pages`"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_ours_answers_as_recorded_and_as_it_must(case: Case) -> None:
    found = verifiers.ours(case)
    assert found.answer == verifiers.expected(case.name, case.spec)
    assert [*found] == ENVELOPES[case.name]["answers"]["ours"]
    assert (case.spec, case.why) == (ENVELOPES[case.name]["spec"], ENVELOPES[case.name]["why"])


def test_no_other_case_is_on_the_page() -> None:
    assert set(ENVELOPES) - set(CASES) == {"vector of the specification", "a cloud provider's production VSA"}
    assert set(CASES) <= set(ENVELOPES)


def test_an_envelope_is_accepted_by_everybody() -> None:
    answers = ENVELOPES["P-256, DER"]["answers"]
    assert {name: answer[0] for name, answer in answers.items() if answer[0] != "accept"} == {}
    assert set(answers) == set(attestation_peers.COLUMNS)


def test_every_validator_was_had_and_takes_everything_but_its_control() -> None:
    for row in RECORDED["views"]["rows"]:
        assert (row["not_had"], row["errors"]) == (0, []), row["validator"]
        assert row["controls"] == row["controls_refused"] == len(row["files"]) > 0
        assert row["documents"] > 0


def test_signatures_are_accepted_and_changed_ones_refused() -> None:
    for verifier in ("@sigstore/verify", "trestle"):
        rows = [row for row in RECORDED["signatures"] if row["verifier"] == verifier]
        assert [row for row in rows if row["answer"] != row["expected"]] == []
        assert {row["answer"] for row in rows} == {"accept", "refuse"}


# --- the bundle


def test_a_bundle_has_the_one_signature_and_the_stamps_over_it() -> None:
    envelope = dsse.decode(ROOT)
    signature = envelope.signatures[0].sig
    right, other = tsa.authority().reply(signature), tsa.authority().reply(envelope.signatures[1].sig)
    public = good.public("lab-p256")
    plain = json.loads(bundle(ROOT, public, [other, b"junk", right]))
    material = plain["verificationMaterial"]
    assert [item["signedTimestamp"] for item in material["timestampVerificationData"]["rfc3161Timestamps"]] == [
        to_base64(right)
    ]
    assert material["publicKey"] == {"hint": public.id}
    assert material["tlogEntries"] == []
    made = dsse.decode(json.dumps(plain["dsseEnvelope"]).encode())
    assert made == dsse.Envelope(envelope.payload, envelope.payload_type, (dsse.Signature(signature, public.id),))


def test_a_raw_signature_is_written_in_der() -> None:
    case = CASES["P-256, raw r‖s"]
    plain = json.loads(bundle(case.envelope, case.known[0]))
    (made,) = dsse.decode(json.dumps(plain["dsseEnvelope"]).encode()).signatures
    assert made.sig == dsse.decode(CASES["P-256, DER"].envelope).signatures[0].sig


def test_who_did_not_sign_gets_no_bundle() -> None:
    with pytest.raises(NotSignedError, match=good.public("stranger").id):
        bundle(ROOT, good.public("stranger"))
