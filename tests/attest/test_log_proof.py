"""Proofs of logs: what holds, and everything that does not, with its code."""

from __future__ import annotations

import pytest

from rulewright.attest import merkle
from rulewright.attest.log import audit, checkpoint, cosign, note, proof
from rulewright.attest.log.note import NoteError
from rulewright.attest.log.proof import Kept, Proof, Refused, judge
from rulewright.attest.model import LogTrust
from tests.attest.logs import LATTICE, LOG, NOW, ORIGIN, WITNESS, entry, log, proved, signer, trust

STORE = log(300)
PLAIN = audit.current(STORE)
HEAD = PLAIN.with_lines([cosign.sign(PLAIN, WITNESS, NOW), cosign.sign(PLAIN, LATTICE, NOW)])
GOOD = proved(STORE, HEAD, 270)
BOTH = trust(WITNESS.vkey, LATTICE.vkey, quorum=2)


def code(data: bytes, *logs: LogTrust, leaf: bytes = b"", origin: str | None = None) -> str:
    """The code of a refusal, or nothing."""
    found = judge(data, leaf or entry(270), logs or (BOTH,), origin)
    return found.code if isinstance(found, Refused) else ""


def changed(**parts: object) -> bytes:
    """The good proof with other parts."""
    found = proof.decode(GOOD)
    given = {"index": found.index, "hashes": found.hashes, "head": found.head, **parts}
    return proof.encode(Proof(**given))  # type: ignore[arg-type]  # parts of a proof, by name


def test_the_good_one_holds_and_comes_out_as_it_went_in() -> None:
    assert judge(GOOD, entry(270), (BOTH,), None) == Kept(ORIGIN, 270, 300)
    assert judge(GOOD, entry(270), (BOTH,), ORIGIN) == Kept(ORIGIN, 270, 300)
    assert proof.encode(proof.decode(GOOD)) == GOOD


def test_extra_is_kept_and_means_nothing() -> None:
    data = changed(extra=b"anything")
    assert data.split(b"\n")[1] == b"extra YW55dGhpbmc="
    assert proof.decode(data).extra == b"anything"
    assert code(data) == ""


def test_the_log_of_one_entry() -> None:
    store = log(1)
    data = proved(store, audit.current(store), 0)
    assert judge(data, entry(0), (trust(),), None) == Kept(ORIGIN, 0, 1)


def test_wrong_entry_index_hashes() -> None:
    found = proof.decode(GOOD)
    assert code(GOOD, leaf=entry(271)) == "RW4070"
    assert code(GOOD, leaf=merkle.leaf(entry(270))) == "RW4070"
    assert code(changed(index=271)) == "RW4070"
    assert code(changed(index=300)) == "RW4070"
    assert code(changed(hashes=found.hashes[:-1])) == "RW4070"
    assert code(changed(hashes=(*found.hashes, bytes(32)))) == "RW4070"
    assert code(changed(hashes=found.hashes[::-1])) == "RW4070"
    assert code(changed(hashes=())) == "RW4070"


def test_wrong_log() -> None:
    other = signer("log.example/b")
    assert code(GOOD, trust(key=other.vkey, origin="log.example/b")) == "RW4071"
    assert code(GOOD, trust(key=signer(ORIGIN, secret="another").vkey)) == "RW4071"
    assert code(GOOD, trust(key=other.vkey)) == "RW4071"
    assert code(GOOD, _keyed("nonsense")) == "RW4071"
    assert code(GOOD, _keyed(str(WITNESS.vkey))) == "RW4071"
    assert code(GOOD, origin="log.example/b") == "RW4071"
    assert judge(GOOD, entry(270), (), None) == Refused("RW4071", f"`{ORIGIN}` is no log that is trusted")


def _keyed(key: str) -> LogTrust:
    return LogTrust(origin=ORIGIN, key=key, witnesses=(), quorum=0)


def test_a_key_of_the_right_type_under_a_witness_type_is_no_log() -> None:
    same = signer(ORIGIN, note.COSIGNATURE)
    head = PLAIN._replace(lines=(cosign.sign(PLAIN, same, NOW),))
    assert code(changed(head=head), _keyed(str(same.vkey))) == "RW4071"


def test_missing_or_bad_signature_of_the_log() -> None:
    without = HEAD._replace(lines=HEAD.lines[1:])
    assert code(changed(head=without)) == "RW4071"
    bad = HEAD._replace(lines=(HEAD.lines[0]._replace(data=bytes(64)), *HEAD.lines[1:]))
    assert code(changed(head=bad)) == "RW4071"
    assert code(changed(head=HEAD.with_lines([HEAD.lines[0]._replace(data=bytes(64))]))) == "RW4071"
    assert code(changed(head=HEAD._replace(root=bytes(32)))) == "RW4071"
    assert code(changed(head=HEAD._replace(more=("later",)))) == "RW4071"


def test_a_log_that_signs_with_ml_dsa() -> None:
    own = signer(ORIGIN, note.LATTICE)
    store = log(3, own)
    data = proved(store, audit.current(store), 1)
    assert judge(data, entry(1), (trust(key=own.vkey),), None) == Kept(ORIGIN, 1, 3)
    assert code(data, trust(key=LOG.vkey), leaf=entry(1)) == "RW4071"


def test_of_logs_of_one_origin_the_one_that_signed_decides() -> None:
    new = signer(ORIGIN, secret="new")
    assert code(GOOD, trust(key=new.vkey), BOTH) == ""
    assert code(GOOD, trust(key=new.vkey), trust(quorum=1)) == "RW4072"
    assert code(GOOD, BOTH, trust(key=new.vkey, quorum=1)) == ""


def test_witnesses() -> None:
    third = signer("w3.example", note.COSIGNATURE)
    alone = changed(head=HEAD._replace(lines=HEAD.lines[:2]))
    assert code(alone) == "RW4072"
    assert code(alone, trust(WITNESS.vkey, LATTICE.vkey, third.vkey, quorum=1)) == ""
    assert code(GOOD, trust(WITNESS.vkey, LATTICE.vkey, third.vkey, quorum=3)) == "RW4072"
    assert code(GOOD, trust(quorum=1)) == "RW4072"
    assert code(GOOD, trust(quorum=-1)) == "RW4072"
    assert code(changed(head=PLAIN), trust()) == ""
    bad = HEAD._replace(lines=(*HEAD.lines[:2], HEAD.lines[2]._replace(data=bytes(2428))))
    assert code(changed(head=bad), trust(WITNESS.vkey, LATTICE.vkey, quorum=1)) == "RW4072"
    assert code(changed(head=bad), trust(WITNESS.vkey, quorum=1)) == ""


def test_a_witness_counts_once_and_a_log_is_not_its_own_witness() -> None:
    alias, own = signer("alias.example", note.COSIGNATURE, "w1.example"), signer("x.example", note.COSIGNATURE, ORIGIN)
    head = PLAIN.with_lines(cosign.sign(PLAIN, key, NOW) for key in (WITNESS, alias, own))
    assert code(changed(head=head), trust(WITNESS.vkey, alias.vkey, quorum=2)) == "RW4072"
    assert code(changed(head=head), trust(own.vkey, quorum=1)) == "RW4072"
    assert code(changed(head=head), trust(WITNESS.vkey, own.vkey, alias.vkey, quorum=1)) == ""


def test_the_head_of_another_size_with_a_witness_of_the_first() -> None:
    store = log(301)
    moved = audit.current(store).with_lines(HEAD.lines[1:])
    assert code(proved(store, moved, 270)) == "RW4072"


def test_the_order_of_the_checks() -> None:
    """Form, log, signature, entry, witnesses, the origin that the root names."""
    alone = changed(head=PLAIN)
    assert code(alone, leaf=entry(1), origin="other") == "RW4070"
    assert code(alone, origin="other") == "RW4072"
    assert code(alone, trust(key=signer(ORIGIN, secret="no").vkey), leaf=entry(1)) == "RW4071"
    assert code(b"junk", trust(key=signer("b").vkey, origin="b")) == "RW4070"


LINES = GOOD.split(b"\n")
HOSTILE = {
    "empty": b"",
    "only the first line": b"c2sp.org/tlog-proof@v1\n",
    "another version": GOOD.replace(b"@v1", b"@v2"),
    "no first line": GOOD[GOOD.index(b"\n") + 1 :],
    "space before": b" " + GOOD,
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "carriage returns": GOOD.replace(b"\n", b"\r\n"),
    "no index": GOOD.replace(b"index 270\n", b""),
    "two": GOOD.replace(b"index 270\n", b"index 270\nindex 270\n"),
    "leading zero": GOOD.replace(b"index 270", b"index 0270"),
    "minus": GOOD.replace(b"index 270", b"index -270"),
    "underscore": GOOD.replace(b"index 270", b"index 2_70"),
    "no number": GOOD.replace(b"index 270", b"index "),
    "space after": GOOD.replace(b"index 270", b"index 270 "),
    "too large": GOOD.replace(b"index 270", b"index 9007199254740992"),
    "endless": GOOD.replace(b"index 270", b"index " + b"1" * 100_000),
    "empty extra": GOOD.replace(b"index", b"extra \nindex", 1),
    "extra without base64": GOOD.replace(b"index", b"extra !!\nindex", 1),
    "two extras": GOOD.replace(b"index", b"extra YQ==\nextra YQ==\nindex", 1),
    "extra after index": GOOD.replace(b"index 270\n", b"index 270\nextra YQ==\n"),
    "extra base64 of two forms": GOOD.replace(b"index", b"extra YR==\nindex", 1),
    "junk line": GOOD.replace(b"index 270\n", b"index 270\njunk\n"),
    "short hash": GOOD.replace(LINES[2], b"AAAA"),
    "no checkpoint": GOOD[: GOOD.index(b"\n\n") + 2],
    "no gap": GOOD.replace(b"\n\n", b"\n", 1),
    "64 hashes": GOOD.replace(LINES[2], b"\n".join([LINES[2]] * 64)),
    "a million hashes": GOOD.replace(LINES[2], b"\n".join([LINES[2]] * 1_000_000)),
    "cut off": GOOD[:-1],
    "junk after": GOOD + b"x",
    "proof after proof": GOOD + GOOD,
    "no UTF-8": GOOD.replace(b"log.", b"\xff", 1),
    "33 signatures": GOOD + GOOD[GOOD.rindex("—".encode()) :] * 30,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_refused(name: str) -> None:
    assert HOSTILE[name] != GOOD
    assert code(HOSTILE[name]) == "RW4070"
    with pytest.raises(NoteError):
        proof.decode(HOSTILE[name])


def test_no_byte_of_the_proof_can_be_changed_unseen() -> None:
    """Every byte, except in the signature of the witness that is not known here."""
    alone = trust(WITNESS.vkey, quorum=1)
    unknown = GOOD.index(b"w2.example")
    seen = [code(GOOD[:at] + bytes([GOOD[at] ^ 1]) + GOOD[at + 1 :], alone) for at in range(unknown - 4)]
    assert set(seen) == {"RW4070", "RW4071", "RW4072"}


def test_no_proof_of_an_empty_log() -> None:
    store = log(0)
    head = audit.current(store)
    assert head.root == merkle.root(())
    assert judge(proof.encode(Proof(0, (), head)), entry(0), (trust(),), None) == Refused(
        "RW4070", "the proof does not lead from this attestation to the log's head"
    )


def test_entries_are_what_signatures_are_over() -> None:
    from hashlib import sha256

    from rulewright.attest import dsse

    envelope = dsse.Envelope(b"{}", dsse.IN_TOTO, (dsse.Signature(b"x"),))
    assert proof.entry(envelope) == sha256(b"DSSEv1 28 application/vnd.in-toto+json 2 {}").digest()


def test_the_head_of_a_proof_is_a_checkpoint_of_its_own() -> None:
    assert checkpoint.encode(proof.decode(GOOD).head) == GOOD[GOOD.index(b"\n\n") + 2 :]
