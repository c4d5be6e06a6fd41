"""The log in the verifier: what a proof proves, to whom, and what a rule asks for."""

from __future__ import annotations

from typing import Any

import msgspec

from rulewright.attest import container, dsse
from rulewright.attest.log import audit, cosign, proof, writing
from tests.attest import good, logs
from tests.attest import tampered as t

ASKED = (msgspec.structs.replace(good.RULE, log=True),)


def proved(data: bytes, *, witnessed: bool = True) -> bytes:
    """The bundle with a proof that its root stands in the log."""
    members = container.decode(data)
    own = proof.entry(dsse.decode(members["root.dsse.json"]))
    store = logs.Memory()
    writing.begin(store, logs.LOG, logs.NOW)
    writing.append(store, [logs.entry(1), own, logs.entry(2)], logs.LOG, logs.NOW)
    head = audit.current(store)
    if witnessed:
        head = head.with_lines([cosign.sign(head, logs.WITNESS, logs.NOW)])
    found = writing.proved(store, head, own)
    assert found is not None
    return container.encode({**members, "log/proof.tlog-proof": proof.encode(found)})


def code(data: bytes, *trusted: Any, rules: tuple[Any, ...] = ASKED) -> str:
    found = t.outcome(bundle=data, trust=good.trust_file(logs=trusted, rules=rules))
    assert found[2] in {"", "log"}
    return found[1]


def test_a_proof_is_asked_for_and_held_against_the_logs_of_the_policy() -> None:
    kept, bare = proved(good.bundle()), good.bundle()
    plain, witnessed = logs.trust(), logs.trust(logs.WITNESS.vkey, quorum=1)
    assert code(kept, plain) == code(kept, witnessed) == ""
    assert code(bare, plain) == "RW4073"
    assert code(bare, plain, rules=(good.RULE,)) == ""
    assert code(proved(good.bundle(), witnessed=False), witnessed) == "RW4072"
    assert code(kept, logs.trust(origin="log.example/b")) == "RW4071"
    assert code(kept, logs.trust(key=logs.signer("log.example/a", secret="another").vkey)) == "RW4071"


def test_a_proof_without_a_trusted_log_is_a_note_but_never_what_a_rule_asks_for() -> None:
    kept = proved(good.bundle())
    assert code(kept, rules=(good.RULE,)) == ""
    assert code(kept) == "RW4073"


def test_the_proof_of_another_attestation_does_not_count() -> None:
    other = container.decode(proved(t.predicate(supersedes="0" * 64)))["log/proof.tlog-proof"]
    assert code(t.pack({"log/proof.tlog-proof": other}), logs.trust()) == "RW4070"


def test_the_log_that_the_root_names_is_the_one() -> None:
    assert code(proved(t.predicate(log=logs.ORIGIN)), logs.trust()) == ""
    assert code(proved(t.predicate(log="log.example/b")), logs.trust()) == "RW4071"
