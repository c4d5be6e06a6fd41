"""Type confusion: something that was signed for one use is shown for another."""

from __future__ import annotations

import json

from rulewright.attest import dsse, model
from rulewright.attest.canonical import dump
from tests.attest import good
from tests.attest import tampered as t
from tests.attest.corpus import make
from tests.attest.corpus.case import Group, Inputs, given

GROUP = Group("type-confusion", "Type confusion")
case = GROUP.case
COSIGN = "CVE-2022-35929"
BYPASS = "CVE-2026-39395"

GROUP.each(
    "unreadable",
    "RW4006",
    [
        ("payload-type-json", "Signed as `application/json`.", "application/json"),
        ("payload-type-parameter", "Signed with a parameter after the type.", "application/vnd.in-toto+json; charset=utf-8"),
        ("payload-type-capitals", "Signed with the type in other letters.", "application/vnd.In-Toto+JSON"),
        ("payload-type-space", "Signed with a space after the type.", "application/vnd.in-toto+json "),
        ("payload-type-url", "Signed with the type as a URL.", "https://in-toto.io/Statement/v1"),
        ("payload-type-homoglyph", "Signed with a Cyrillic letter in the type.", "applic\u0430tion/vnd.in-toto+json"),
        ("payload-type-trust", "The root's bytes signed as a trust policy.", model.TRUST_TYPE),
    ],
    lambda kind: given(make.payload(make.root_bytes(), kind=kind)),
    precedent=COSIGN,
)  # fmt: skip


@case("unreadable", "RW4006", precedent=COSIGN)
def payload_type_relabelled() -> Inputs:
    """The type of the envelope is changed, and nothing is signed again."""
    return given(make.enveloped(lambda plain: plain.update(payloadType="text/plain")))


@case("unreadable", "RW4006")
def trust_policy_as_bundle() -> Inputs:
    """The regulator's own trust policy, well signed, is handed in as an attestation."""
    return given(good.trust_file())


@case("unreadable", "RW4006")
def status_list_as_bundle() -> Inputs:
    """A status list is handed in as an attestation."""
    return given(good.status_list())


@case("unreadable", "RW4005")
def results_as_bundle() -> Inputs:
    """The unsigned results are handed in as an attestation."""
    return given(make.members()["results.json"])


@case("unreadable", "RW4005")
def disclosure_as_bundle() -> Inputs:
    """A disclosure, which nobody signed, is handed in as an attestation."""
    return given(b'{"format":"rulewright-disclosure/1","leaves":6,"root":"' + b"0" * 64 + b'","shown":[]}')


GROUP.each(
    "invalid",
    "RW4011",
    [(f"{name}-as-root", f"The maker's own `{name}` statement stands in place of the root.", name) for name in ("vsa", "svr", "test-result")],
    lambda name: given(make.payload(make.derived(name))),
    precedent=BYPASS,
)  # fmt: skip
GROUP.each(
    "invalid",
    "RW4011",
    [
        ("predicate-type-v2", "The predicate type is that of a later version.", "urn:rulewright:attestation:v2"),
        ("predicate-type-prefix", "The predicate type goes on after the one that is asked for.", "urn:rulewright:attestation:v1/../vsa"),
        ("predicate-type-capitals", "The predicate type is in other letters.", "URN:RULEWRIGHT:ATTESTATION:V1"),
        ("predicate-type-provenance", "The statement is a build's provenance.", "https://slsa.dev/provenance/v1"),
        ("predicate-type-list", "The predicate type is a list that holds the right one.", [model.ROOT]),
        ("predicate-type-null", "The predicate type is `null`.", None),
        ("predicate-type-empty", "The predicate type is empty.", ""),
    ],
    lambda kind: given(make.resigned(lambda plain: plain.update(predicateType=kind))),
    precedent=BYPASS,
)  # fmt: skip
GROUP.each(
    "invalid",
    "RW4010",
    [
        ("statement-v0-1", "The statement is in-toto v0.1.", "https://in-toto.io/Statement/v0.1"),
        ("statement-v1-slash", "The type of the statement has a slash more.", "https://in-toto.io/Statement/v1/"),
        ("statement-link", "The statement is an in-toto link.", "link"),
        ("statement-null", "The type of the statement is `null`.", None),
    ],
    lambda kind: given(make.resigned(lambda plain: plain.update(_type=kind))),
    precedent="Conforma signs v0.1",
)  # fmt: skip
GROUP.each(
    "invalid",
    "RW4010",
    [
        ("payload-list", "The payload is a list that holds the root.", lambda: dump([t.root()])),
        ("payload-text", "The payload is a JSON text that holds the root.", lambda: dump(make.root_bytes().decode())),
        ("payload-null", "The payload is `null`.", lambda: b"null"),
        ("payload-number", "The payload is a number.", lambda: b"1"),
        ("payload-untyped", "The payload is an object without a type.", lambda: b"{}"),
    ],
    lambda data: given(make.payload(data())),
)


@case("invalid", "RW4011")
def predicate_alone() -> Inputs:
    """A statement of no predicate type, with the predicate of a root."""

    def change(plain: dict[str, object]) -> None:
        plain.pop("predicateType")

    return given(make.resigned(change))


@case("invalid", "RW4068")
def root_as_vsa() -> Inputs:
    """The root itself stands in place of the verification summary."""
    return given(make.pack({"statements/vsa.dsse.json": make.members()["root.dsse.json"]}))


@case("invalid", "RW4068")
def svr_as_vsa() -> Inputs:
    """One derived statement stands in place of another."""
    return given(make.pack({"statements/vsa.dsse.json": t.members()["statements/svr.dsse.json"]}))


@case("invalid", "RW4067", precedent=COSIGN)
def vsa_of_another_payload_type() -> Inputs:
    """The verification summary is signed as plain text."""
    return given(make.statement("vsa", make.derived("vsa"), kind="text/plain"))


@case("invalid", "RW4030")
def status_list_as_trust_policy() -> Inputs:
    """A status list is given as the trust policy."""
    return given(make.pack({}), trust=good.status_list())


@case("invalid", "RW4030")
def trust_policy_of_another_type() -> Inputs:
    """The trust policy is signed as an in-toto statement."""
    document = json.loads(dsse.decode(good.trust_file()).payload)
    return given(make.pack({}), trust=good.signed(document, "application/vnd.in-toto+json", "anchor"))


@case("invalid", "RW4053")
def trust_policy_as_status_list() -> Inputs:
    """The trust policy is given as the status list."""
    return given(make.pack({}), statuses=(good.trust_file(),))


@case("invalid", "RW4053")
def root_as_status_list() -> Inputs:
    """The root is given as the status list."""
    return given(make.pack({}), statuses=(make.members()["root.dsse.json"],))


@case("invalid", "RW4082")
def rows_as_disclosure() -> Inputs:
    """The rows, which have no proofs, are given as a disclosure."""
    return given(make.pack({}), disclosures=(make.members()["rows.json"],))
