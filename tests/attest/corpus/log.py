"""The log: proofs of another entry, of another log, of a head that nobody else saw."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from rulewright.attest import container, dsse, limits, merkle
from rulewright.attest.encoding import to_base64
from rulewright.attest.log import audit, checkpoint, cosign, note, proof, writing
from rulewright.attest.log.checkpoint import Head
from rulewright.attest.log.note import Line, Signer
from rulewright.attest.log.proof import Proof
from rulewright.attest.model import LogTrust
from tests.attest import good, logs
from tests.attest.corpus import make
from tests.attest.corpus.case import Group, Inputs, given

GROUP = Group("log", "Log")
case = GROUP.case
REKOR = "CVE-2026-22703"
VECTORS = "sigstore-conformance: rekor2"
AT = 5
"""Where the attestation stands in the log."""


def entry(bundle: bytes | None = None) -> bytes:
    """What is logged of a bundle."""
    held = make.members() if bundle is None else container.decode(bundle)
    return proof.entry(dsse.decode(held["root.dsse.json"]))


@cache
def store(own: Signer = logs.LOG, size: int = 9, first: int = 0) -> logs.Memory:
    """A log in which the good bundle stands among others; another `first` makes another history."""
    made = logs.Memory()
    writing.begin(made, own, logs.NOW)
    listed = [logs.entry(first + number) for number in range(AT)] + [entry()]
    listed += [logs.entry(first + number) for number in range(AT + 1, size)]
    writing.append(made, listed, own, logs.NOW)
    return made


def seen(head: Head, *witnesses: Signer) -> Head:
    """A head with cosignatures."""
    return head.with_lines([cosign.sign(head, one, logs.NOW) for one in witnesses]) if witnesses else head


@cache
def proved(*witnesses: Signer) -> Proof:
    """The good proof, with witnesses."""
    found = writing.proved(store(), seen(audit.current(store()), *witnesses), entry())
    assert found is not None
    return found


def made(base: Proof | None = None, **parts: Any) -> Proof:
    """A proof with other parts."""
    found = proved() if base is None else base
    plain = {"index": found.index, "hashes": found.hashes, "head": found.head, "extra": found.extra}
    return Proof(**{**plain, **parts})


def headed(size: int, root: bytes, *signers: Signer, origin: str = logs.ORIGIN, more: str = "") -> Head:
    """A head that says something else, signed."""
    text = f"{origin}\n{size}\n{to_base64(root)}\n{more}"
    bare = checkpoint.decode(f"{text}\n— x {to_base64(bytes(68))}\n".encode())
    return checkpoint.decode(note.encode(note.Note(text, tuple(cosign.sign(bare, one, logs.NOW) for one in signers))))


def trusted(*trusts: LogTrust, log: bool = False) -> bytes:
    """A trust policy that names logs, with a rule that may ask for a proof."""
    rule = msgspec.structs.replace(good.RULE, log=log)
    return good.trust_file(logs=trusts or (logs.trust(),), rules=(rule,))


def shown(data: bytes | Proof | None, *trusts: LogTrust, log: bool = False) -> Inputs:
    """The good bundle with a proof, beside a trust policy that names logs."""
    held = proof.encode(data) if isinstance(data, Proof) else data
    return given(make.pack({"log/proof.tlog-proof": held}), trust=trusted(*trusts, log=log))


def text(change: Callable[[bytes], bytes]) -> Inputs:
    """The text of the good proof changed."""
    return shown(change(proof.encode(proved())))


ONE = logs.trust(logs.WITNESS.vkey, quorum=1)
BOTH = logs.trust(logs.WITNESS.vkey, logs.LATTICE.vkey, quorum=2)

GROUP.add("entry-of-a-log", "The proof holds.", "valid", "", lambda: shown(proved()))
GROUP.add("entry-asked-for", "The proof holds, and a rule asks for one.", "valid", "", lambda: shown(proved(), log=True))  # fmt: skip
GROUP.add("witnessed", "Two witnesses, one of them with ML-DSA-44, saw the head.", "valid", "", lambda: shown(proved(logs.WITNESS, logs.LATTICE), BOTH, log=True))  # fmt: skip
GROUP.add("extra-of-a-proof", "The proof has an `extra`, which means nothing.", "valid", "", lambda: shown(made(extra=b"anything")))  # fmt: skip
GROUP.add("signature-of-an-unknown-key", "A key that nobody knows signed the head, too.", "valid", "", lambda: shown(proved(logs.signer("unknown.example", note.COSIGNATURE))))  # fmt: skip
GROUP.add("log-that-nobody-trusts", "No log is trusted, so the proof is only noted.", "valid", "", lambda: given(make.pack({"log/proof.tlog-proof": proof.encode(proved())})))  # fmt: skip
GROUP.add("further-lines-of-a-head", "The head has further lines.", "valid", "", lambda: shown(made(head=headed(9, proved().head.root, logs.LOG, more="a line\n"))))  # fmt: skip
GROUP.add("second-trust-under-one-origin", "Two keys are trusted under the origin, and the second one signed.", "valid", "", lambda: shown(proved(), logs.trust(key=logs.signer(logs.ORIGIN, secret="other").vkey), logs.trust()))  # fmt: skip


@case("valid")
def log_named_by_the_root() -> Inputs:
    """The root names the log of the proof."""
    return _named(logs.ORIGIN)


@case("invalid", "RW4071")
def another_log_named_by_the_root() -> Inputs:
    """The root names another log than that of the proof."""
    return _named("log.example/other")


def _named(origin: str) -> Inputs:
    """A root that names a log, and its proof in the log of these cases."""
    bundle = make.predicate(log=origin)
    own = logs.Memory()
    writing.begin(own, logs.LOG, logs.NOW)
    writing.append(own, [logs.entry(0), entry(bundle)], logs.LOG, logs.NOW)
    found = writing.proved(own, audit.current(own), entry(bundle))
    assert found is not None
    held = container.decode(bundle) | {"log/proof.tlog-proof": proof.encode(found)}
    return given(container.encode(held), trust=trusted())


@case("invalid", "RW4070", precedent=REKOR)
def entry_of_another_attestation() -> Inputs:
    """The proof is that of another entry of the same log."""
    found = writing.proved(store(), audit.current(store()), logs.entry(2))
    assert found is not None
    return shown(found)


@case("invalid", "RW4070", precedent=REKOR)
def proof_beside_another_root() -> Inputs:
    """The proof is that of this attestation, beside a root that was signed again with another day."""
    bundle = container.decode(make.predicate(validUntil="2026-12-30")) | {"log/proof.tlog-proof": proof.encode(proved())}  # fmt: skip
    return given(container.encode(bundle), trust=trusted())


@case("invalid", "RW4070")
def payload_as_entry() -> Inputs:
    """The log has the digest of the payload instead of that of what was signed."""
    return _logged(bytes.fromhex(make.digest()))


@case("invalid", "RW4070")
def hash_as_entry() -> Inputs:
    """The log has the hash of the leaf as its entry."""
    return _logged(merkle.leaf(entry()))


def _logged(data: bytes) -> Inputs:
    """The proof of other data in a log of one entry."""
    own = logs.Memory()
    writing.begin(own, logs.LOG, logs.NOW)
    writing.append(own, [data], logs.LOG, logs.NOW)
    found = writing.proved(own, audit.current(own), data)
    assert found is not None
    return shown(found)


GROUP.each(
    "invalid",
    "RW4070",
    [
        ("hash-missing", "A hash of the proof is missing.", lambda good_one: made(hashes=good_one.hashes[:-1])),
        ("hash-more", "The proof has a hash more.", lambda good_one: made(hashes=(*good_one.hashes, bytes(32)))),
        ("hash-changed", "A hash of the proof is another one.", lambda good_one: made(hashes=(bytes(32), *good_one.hashes[1:]))),
        ("hashes-reversed", "The hashes of the proof are in another order.", lambda good_one: made(hashes=good_one.hashes[::-1])),
        ("hashes-none", "The proof has no hash.", lambda _: made(hashes=())),
        ("index-of-another", "The proof claims another place.", lambda _: made(index=4)),
        ("index-beyond", "The proof claims a place after the last entry.", lambda _: made(index=9)),
        ("index-largest", "The proof claims the place 2^53-1.", lambda _: made(index=limits.INTEGER)),
        ("size-0", "The log's key signed the head of an empty log.", lambda _: made(index=0, hashes=(), head=headed(0, merkle.root(()), logs.LOG))),
        ("size-of-another", "The log's key signed a head of another size with the same root.", lambda good_one: made(head=headed(17, good_one.head.root, logs.LOG))),
        ("root-of-a-fork", "The log's key signed another root for the same size.", lambda _: made(head=headed(9, bytes(32), logs.LOG))),
    ],
    lambda change: shown(change(proved())),
    precedent=VECTORS,
)  # fmt: skip
GROUP.each(
    "invalid",
    "RW4071",
    [
        ("root-changed", "The root in the head is another one, and the signature is that of the old one.", lambda: made(head=_edited(lambda data: data.replace(to_base64(proved().head.root).encode(), to_base64(bytes(32)).encode())))),
        ("size-changed", "The size in the head is another one, and the signature is that of the old one.", lambda: made(head=_edited(lambda data: data.replace(b"\n9\n", b"\n8\n")))),
        ("origin-changed", "The head is that of another log, which nobody trusts.", lambda: made(head=headed(9, proved().head.root, logs.signer("log.example/b"), origin="log.example/b"))),
        ("origin-in-capitals", "The origin is in capitals.", lambda: made(head=headed(9, proved().head.root, logs.signer("LOG.EXAMPLE/A"), origin="LOG.EXAMPLE/A"))),
        ("stranger-of-the-logs-name", "A key signed the head that has the log's name and is another one.", lambda: made(head=headed(9, proved().head.root, logs.signer(logs.ORIGIN, secret="forged")))),
        ("signed-by-the-witness-alone", "A witness signed the head, and the log's key did not.", lambda: made(head=headed(9, proved().head.root, logs.WITNESS))),
        ("signed-twice-once-badly", "The log's key signed the head, and a second line of it does not verify.", lambda: made(head=proved().head.with_lines([Line(logs.ORIGIN, logs.LOG.vkey.id, bytes(64))]))),
        ("signature-of-another-head", "The signature is that of another head of the same log.", lambda: made(head=_signed_by_another())),
        ("signature-as-a-cosignature", "The log's key signed the head as a witness does.", lambda: made(head=headed(9, proved().head.root, logs.signer(logs.ORIGIN, note.COSIGNATURE)))),
    ],
    lambda build: shown(build()),
    precedent=VECTORS,
)  # fmt: skip


def _edited(change: Callable[[bytes], bytes]) -> Head:
    """The good head with its text changed and its signatures kept."""
    return checkpoint.decode(change(checkpoint.encode(proved().head)))


def _signed_by_another() -> Head:
    """The good head with the log's signature of another one."""
    other = audit.current(store(first=100))
    return checkpoint.decode(note.encode(note.Note(proved().head.text, other.lines)))


GROUP.each(
    "invalid",
    "RW4071",
    [
        ("vkey-of-another-name", "The trust policy names a key under another name than the origin.", lambda: LogTrust(origin=logs.ORIGIN, key=str(logs.signer("log.example/b").vkey), witnesses=(), quorum=0)),
        ("vkey-with-a-wrong-id", "The id of the log's key in the trust policy is wrong.", lambda: LogTrust(origin=logs.ORIGIN, key=str(logs.LOG.vkey).replace("+", "+0000000", 1).replace("+0000000", "+", 0)[:-1] + "A", witnesses=(), quorum=0)),
        ("vkey-empty", "The log's key in the trust policy is empty.", lambda: LogTrust(origin=logs.ORIGIN, key="", witnesses=(), quorum=0)),
        ("vkey-of-a-witness", "The trust policy names a witness's kind of key for the log.", lambda: LogTrust(origin=logs.ORIGIN, key=str(logs.signer(logs.ORIGIN, note.COSIGNATURE).vkey), witnesses=(), quorum=0)),
    ],
    lambda trust: shown(proved(), trust()),
)  # fmt: skip


@case("invalid", "RW4072", precedent="split view")
def fork_that_nobody_saw() -> Inputs:
    """The log shows a head of its own to this verifier, with a good proof, and no witness saw it."""
    fork = store(first=100)
    found = writing.proved(fork, audit.current(fork), entry())
    assert found is not None
    return shown(found, ONE)


@case("invalid", "RW4072", precedent="split view")
def fork_with_a_cosignature_of_the_other() -> Inputs:
    """The witness's signature is that of the log's other head."""
    fork = store(first=100)
    head = audit.current(fork)
    lines = seen(audit.current(store()), logs.WITNESS).lines[-1:]
    found = writing.proved(fork, head.with_lines(list(lines)), entry())
    assert found is not None
    return shown(found, ONE)


SELF = logs.signer(logs.ORIGIN, note.COSIGNATURE, logs.ORIGIN)
"""The log's own key as a witness."""
ALIAS = logs.signer("w9.example", note.COSIGNATURE, "w1.example")
"""The key of the witness under another name."""
GROUP.each(
    "invalid",
    "RW4072",
    [
        ("witness-missing", "No witness signed, where one must.", lambda: (proved(), ONE)),
        ("witness-of-two", "One witness signed, where two must.", lambda: (proved(logs.WITNESS), BOTH)),
        ("witness-twice", "One witness signed twice, where two must.", lambda: (made(head=proved(logs.WITNESS).head.with_lines([cosign.sign(proved().head, logs.WITNESS, logs.NOW + 1)])), BOTH)),
        ("witness-under-two-names", "One key of a witness signed under two names, where two must.", lambda: (proved(logs.WITNESS, ALIAS), logs.trust(logs.WITNESS.vkey, ALIAS.vkey, quorum=2))),
        ("log-as-its-own-witness", "The log's own key is listed as a witness, and signed as one.", lambda: (proved(SELF), logs.trust(SELF.vkey, quorum=1))),
        ("witness-that-nobody-named", "A witness signed that the trust policy does not name.", lambda: (proved(logs.signer("w3.example", note.COSIGNATURE)), ONE)),
        ("witness-with-a-bad-line", "A line of the witness does not verify, and another one does.", lambda: (made(head=proved(logs.WITNESS).head.with_lines([Line("w1.example", logs.WITNESS.vkey.id, bytes(72))])), ONE)),
        ("witness-with-a-log's-key", "A witness is listed with a log's kind of key.", lambda: (proved(logs.signer("w4.example")), logs.trust(logs.signer("w4.example").vkey, quorum=1))),
        ("witness-of-a-head-with-lines", "The head has further lines, which ML-DSA-44 does not cover.", lambda: (made(head=_lattice_with_lines()), logs.trust(logs.LATTICE.vkey, quorum=1))),
        ("quorum-negative", "The trust policy asks for -1 witnesses.", lambda: (proved(), logs.trust(quorum=-1))),
        ("witness-time-changed", "The time of the cosignature is another one.", lambda: (made(head=_retimed()), ONE)),
    ],
    lambda build: shown(*build()),
    precedent="C2SP tlog-cosignature",
)  # fmt: skip


def _lattice_with_lines() -> Head:
    """A head with a further line, and the ML-DSA-44 cosignature of the same head without it."""
    plain = headed(9, proved().head.root, logs.LOG, more="a line\n")
    return plain.with_lines([cosign.sign(proved().head, logs.LATTICE, logs.NOW)])


def _retimed() -> Head:
    line = cosign.sign(proved().head, logs.WITNESS, logs.NOW)
    return proved().head.with_lines([line._replace(data=(logs.NOW + 1).to_bytes(8) + line.data[8:])])


GROUP.each(
    "invalid",
    "RW4070",
    [
        ("text-cut-off", "The last newline is missing.", lambda data: data[:-1]),
        ("text-without-signatures", "There are no signatures.", lambda data: data[: data.rindex(b"\n\n") + 2]),
        ("text-of-another-version", "The first line is that of a later version.", lambda data: data.replace(b"@v1", b"@v2")),
        ("text-with-crlf", "Lines end with CR LF.", lambda data: data.replace(b"\n", b"\r\n")),
        ("text-with-nul", "A NUL stands in the origin.", lambda data: data.replace(b"log.example", b"log\x00example")),
        ("text-with-tab", "A tab stands in a line.", lambda data: data.replace(b"index 5", b"index\t5")),
        ("text-in-latin-1", "A byte is no UTF-8.", lambda data: data.replace(b"log.example", b"log\xe9example")),
        ("text-empty", "The proof is empty.", lambda _: b""),
        ("text-binary", "The proof is no text.", lambda _: bytes(range(256))),
        ("index-leading-zero", "The index has a leading zero.", lambda data: data.replace(b"index 5", b"index 05")),
        ("index-plus", "The index has a sign.", lambda data: data.replace(b"index 5", b"index +5")),
        ("index-full-width", "The index is a full-width digit.", lambda data: data.replace(b"index 5", "index \uff15".encode())),
        ("index-too-large", "The index is 2^53.", lambda data: data.replace(b"index 5", b"index 9007199254740992")),
        ("index-of-100-digits", "The index has 100 digits.", lambda data: data.replace(b"index 5", b"index " + b"9" * 100)),
        ("index-absent", "There is no index.", lambda data: data.replace(b"index 5\n", b"")),
        ("extra-empty", "The `extra` is empty.", lambda data: data.replace(b"index 5", b"extra \nindex 5")),
        ("extra-twice", "There are two `extra`.", lambda data: data.replace(b"index 5", b"extra AA==\nextra AA==\nindex 5")),
        ("hash-short", "A hash has 31 bytes.", lambda data: _first_hash(data, to_base64(bytes(31)).encode())),
        ("hash-url-safe", "A hash is in the other alphabet.", lambda data: _first_hash(data, to_base64(b"\xff" * 32).replace("/", "_").encode())),
        ("hash-unpadded", "The padding of a hash is missing.", lambda data: _first_hash(data, to_base64(bytes(32)).rstrip("=").encode())),
        ("head-without-origin", "The head has no origin.", lambda data: data.replace(b"\nlog.example/a\n", b"\n", 1)),
        ("head-leading-zero", "The size of the head has a leading zero.", lambda data: data.replace(b"\n9\n", b"\n09\n")),
        ("dash-of-another-kind", "A signature begins with a hyphen.", lambda data: data.replace("—".encode(), b"-")),
        ("signature-without-a-name", "A signature has no name.", lambda data: data.replace("— log.example/a".encode(), "— ".encode())),
        ("signature-in-the-name-of-two", "The name of a signature has a space.", lambda data: data.replace("— log.example/a".encode(), "— log.example/a b".encode())),
        ("signature-short", "A signature has an id and nothing else.", lambda data: data + f"— x {to_base64(bytes(4))}\n".encode()),
        ("blank-line", "A blank line follows.", lambda data: data + b"\n"),
        ("more-than-63-hashes", "The proof has 64 hashes.", lambda data: data.replace(b"index 5\n", b"index 5\n" + (to_base64(bytes(32)).encode() + b"\n") * 61)),
        ("33-signatures", "The head has 33 signatures.", lambda data: data + f"— x {to_base64(bytes(68))}\n".encode() * 32),
        ("beyond-its-bound", "The proof has more than 256 KiB.", lambda data: data + f"— x {to_base64(bytes(8000))}\n".encode() * 30),
    ],
    text,
    precedent="C2SP tlog-proof",
)  # fmt: skip


def _first_hash(data: bytes, other: bytes) -> bytes:
    """The first hash of a proof replaced."""
    first = to_base64(proved().hashes[0]).encode()
    return data.replace(first, other, 1)


@case("invalid", "RW4073")
def proof_missing() -> Inputs:
    """A rule asks for the proof of a log, and there is none."""
    return shown(None, log=True)


@case("invalid", "RW4073")
def proof_of_a_log_that_nobody_trusts() -> Inputs:
    """A rule asks for a proof, and no log is trusted."""
    return given(make.pack({"log/proof.tlog-proof": proof.encode(proved())}), trust=make.ruled(log=True))


@case("valid")
def no_proof_needed() -> Inputs:
    """There is no proof, and no rule asks for one."""
    return shown(None)
