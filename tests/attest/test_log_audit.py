"""What an audit and a witness find: forks, rollbacks, changed and missing files; and that appending never makes one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rulewright.attest import merkle
from rulewright.attest.log import audit, checkpoint, cosign, note, tiles, writing
from rulewright.attest.log.audit import Audit, LogError, Seen
from rulewright.attest.log.checkpoint import Head
from rulewright.attest.log.note import NoteError
from tests.attest.logs import LATTICE, LOG, NOW, ORIGIN, WITNESS, Memory, entry, grown, log, signer

KEYS = [LOG.vkey]


def audited(store: Memory, *heads: Head, keys: list[note.Vkey] | None = None) -> Audit:
    return audit.audit(
        store, KEYS if keys is None else keys, [Seen(f"head {at}", head) for at, head in enumerate(heads)]
    )


def codes(found: Audit) -> list[str]:
    return [item.code for item in found.findings]


def head(size: int, first: int = 0, own: note.Signer = LOG) -> Head:
    return audit.current(log(size, own, first))


def fork(size: int, kept: int) -> Memory:
    """A log that begins like the other and goes on otherwise."""
    store = log(kept)
    writing.append(store, [entry(10_000 + number) for number in range(size - kept)], LOG, NOW)
    return store


@pytest.mark.parametrize("size", [0, 1, 5, 255, 256, 257, 513])
def test_a_good_log_has_no_findings(size: int) -> None:
    store = log(size)
    found = audited(store, *(head(before) for before in {0, size // 2, size}))
    assert (found.findings, found.notes, found.signed) == ((), (), "signed")
    assert found.files == len(store) - 1


def test_without_a_key_nothing_is_said_to_be_signed() -> None:
    assert audited(log(3), keys=[]).signed == "unchecked"
    for keys in ([WITNESS.vkey], [signer(ORIGIN, secret="another").vkey], [signer("log.example/b").vkey]):
        found = audited(log(3), keys=keys)
        assert (found.signed, codes(found)) == ("unsigned", ["RW4071"])


def test_two_heads_that_each_look_good() -> None:
    """A fork: both are signed, both have all their files; only together they show it."""
    mine, other = fork(8, 5), fork(9, 5)
    other_head = audit.current(fork(8, 6))
    assert codes(audited(mine)) == codes(audited(other)) == []
    found = audited(other, audit.current(mine), other_head)
    assert codes(found) == ["RW4074"]
    assert audit.current(mine).root.hex() not in found.findings[0].text
    assert other_head.root.hex() in found.findings[0].text
    assert audit.current(other).root.hex() in found.findings[0].text


def test_two_heads_of_one_size() -> None:
    assert codes(audited(log(8), audit.current(fork(8, 7)))) == ["RW4074"]


def test_a_log_that_was_put_back() -> None:
    found = audited(log(8), head(9))
    assert codes(found) == ["RW4074"]
    assert "put back" in found.findings[0].text


def test_a_checkpoint_that_was_put_back_alone() -> None:
    store = grown(6, 8)
    store[tiles.CHECKPOINT] = log(6)[tiles.CHECKPOINT]
    found = audited(store)
    assert codes(found) == []
    assert "2 more entries" in found.notes[0]
    assert codes(audited(store, head(8))) == ["RW4074"]


def test_heads_of_others_show_nothing() -> None:
    assert codes(audited(log(3), head(3, own=signer("log.example/b")))) == ["RW4071"]
    unsigned = head(3)._replace(lines=(cosign.sign(head(3), WITNESS, NOW),))
    assert codes(audited(log(3), unsigned)) == ["RW4071"]
    forged = head(3, own=signer(ORIGIN, secret="thief"))
    assert codes(audited(log(3), forged)) == ["RW4071"]


def flipped(data: bytes, at: int = -1) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("name", sorted(set(log(520)) - {tiles.CHECKPOINT}))
@pytest.mark.parametrize("spoil", [flipped, lambda data: data[:-1], lambda data: data + b"\0", lambda _: b"", None])
def test_every_file_is_looked_at(name: str, spoil: Callable[[bytes], bytes] | None) -> None:
    store = log(520)
    if spoil is None:
        del store[name]
    else:
        store[name] = spoil(store[name])
    found = audited(store)
    assert "RW4106" in codes(found)
    assert set(codes(found)) == {"RW4106"}


@pytest.mark.parametrize("name", ["tile/0/000.p/3", "tile/entries/000.p/3"])
def test_files_of_older_heads_are_looked_at(name: str) -> None:
    store = grown(3, 4)
    store[name] = flipped(store[name])
    assert codes(audited(store)) == ["RW4106"]


def test_an_entry_changed_together_with_its_tiles() -> None:
    """All files agree with each other; only the signed head does not."""
    store, other = log(7), log(7, first=1)
    for name in other:
        if name != tiles.CHECKPOINT:
            store[name] = other[name]
    assert codes(audited(store)) == ["RW4106"]
    with pytest.raises(LogError, match="entries were changed"):
        writing.append(store, [entry(50)], LOG, NOW)


def test_strange_files_are_told() -> None:
    store = log(2)
    store["notes.txt"] = b"x"
    assert audited(store).notes == ("`notes.txt` is no file of a log",)


@pytest.mark.parametrize("data", [b"", b"junk", log(1)[tiles.CHECKPOINT][:-1]])
def test_no_log(data: bytes) -> None:
    with pytest.raises(LogError):
        audited(Memory({tiles.CHECKPOINT: data}))
    with pytest.raises(LogError):
        audited(Memory())


def test_a_hostile_head_costs_nothing() -> None:
    huge = checkpoint.new(ORIGIN, 2**53 - 1, bytes(32))
    store = Memory({tiles.CHECKPOINT: checkpoint.encode(huge.with_lines([cosign.sign(huge, LOG, NOW)]))})
    assert codes(audited(store)) == ["RW4106"]


def test_an_entry_stands_once_and_appending_nothing_new_changes_nothing() -> None:
    store = log(5)
    before = dict(store)
    done = writing.append(store, [entry(2), entry(4)], LOG, NOW)
    assert (done.added, dict(store)) == (0, before)
    assert writing.append(store, [entry(9), entry(9), entry(0)], LOG, NOW).head.size == 6


def test_only_the_key_of_the_log_appends() -> None:
    for other in (signer("log.example/b"), signer(ORIGIN, secret="thief")):
        store = log(2)
        before = dict(store)
        with pytest.raises(LogError, match="not signed by this key"):
            writing.append(store, [entry(9)], other, NOW)
        assert dict(store) == before
    with pytest.raises(LogError, match="something in it"):
        writing.begin(log(0), LOG, NOW)


class _Broken(Memory):
    """A disk that fails after so many files."""

    left = 10**9

    def write(self, name: str, data: bytes) -> None:
        if self.left <= 0:
            raise OSError("disk full")
        self.left -= 1
        self[name] = data


@pytest.mark.parametrize("size", [3, 255, 256])
def test_an_interruption_at_any_file_makes_no_fork(size: int) -> None:
    """Whatever was written, the head stays good, and the next append goes on from everything that was begun."""
    fresh = [entry(1000 + number) for number in range(3)]
    for files in range(7):
        store = _Broken(log(size))
        before = store[tiles.CHECKPOINT]
        store.left = files
        try:
            writing.append(store, fresh, LOG, NOW)
        except OSError:
            assert store[tiles.CHECKPOINT] == before
        assert codes(audited(store, head(size))) == []
        store.left = 10**9
        done = writing.append(store, [entry(5000)], LOG, NOW)
        assert codes(audited(store, head(size))) == []
        assert done.head.size in {size + 1, size + 4, size + 2, size + 3}
        if files:
            assert writing.proved(store, done.head, fresh[0]) is not None


def test_a_checkpoint_put_back_makes_no_fork() -> None:
    for size, back in ((8, 5), (300, 255), (300, 256), (600, 3)):
        store = grown(back, size)
        shown = audit.current(store)
        store[tiles.CHECKPOINT] = log(back)[tiles.CHECKPOINT]
        done = writing.append(store, [entry(9_999)], LOG, NOW)
        assert done.head.size == size + 1
        assert codes(audited(store, shown)) == []


def test_entries_behind_the_head_that_do_not_go_on_from_it() -> None:
    store = log(5)
    store["tile/entries/000.p/7"] = tiles.bundled(entry(50 + number) for number in range(7))
    with pytest.raises(LogError, match="do not go on"):
        writing.append(store, [entry(9)], LOG, NOW)
    store["tile/entries/000.p/7"] = b"\0"
    with pytest.raises(LogError):
        writing.append(store, [entry(9)], LOG, NOW)


def test_a_proof_is_handed_out_only_if_it_holds() -> None:
    store = log(300)
    assert writing.proved(store, audit.current(store), entry(300)) is None
    store["tile/0/001.p/44"] = flipped(store["tile/0/001.p/44"])
    with pytest.raises(LogError, match="do not lead to its head"):
        writing.proved(store, audit.current(store), entry(270))


def asked(store: Memory, seen: Head | None, size: int | None = None) -> cosign.Refusal | None:
    now = audit.current(store)
    first = seen.size if seen is not None else 0
    return cosign.refusal(now, KEYS, seen, first if size is None else size, writing.gone_on(store, now, first))


def test_a_witness_signs_what_goes_on_from_what_it_saw() -> None:
    for before in (None, head(0), head(1), head(5), head(300)):
        assert asked(log(300), before) is None


def test_a_witness_refuses() -> None:
    store = log(300)
    told = {
        "fork": asked(fork(300, 4), head(5)),
        "one size": asked(fork(300, 299), head(300)),
        "put back": asked(store, head(301)),
        "another proof": asked(store, head(5), 6),
        "unknown key": cosign.refusal(audit.current(store), [WITNESS.vkey], None, 0, []),
        "another log": cosign.refusal(audit.current(store), [signer("b.example").vkey], None, 0, []),
        "no signature": cosign.refusal(audit.current(store)._replace(lines=()), KEYS, None, 0, []),
        "a proof from nothing": cosign.refusal(audit.current(store), KEYS, None, 0, [bytes(32)]),
        "from a size it never saw": cosign.refusal(audit.current(store), KEYS, None, 5, []),
        "no proof": cosign.refusal(audit.current(store), KEYS, head(5), 5, []),
    }
    wanted = {
        "fork": "RW4074", "one size": "RW4074", "put back": "RW4074", "another proof": "RW4070", "unknown key": "RW4071",
        "another log": "RW4071", "no signature": "RW4071", "a proof from nothing": "RW4070", "from a size it never saw": "RW4070",
        "no proof": "RW4074",
    }  # fmt: skip
    assert {name: found and found.code for name, found in told.items()} == wanted


def test_a_witness_refuses_an_empty_log_with_a_root() -> None:
    wrong = checkpoint.new(ORIGIN, 0, bytes(32))
    found = cosign.refusal(wrong.with_lines([cosign.sign(wrong, LOG, NOW)]), KEYS, None, 0, [])
    assert found is not None
    assert found.code == "RW4074"


def test_add_checkpoint_bodies_come_out_as_they_went_in() -> None:
    store = log(300)
    now = audit.current(store)
    for first in (0, 1, 5, 299, 300):
        hashes = writing.gone_on(store, now, first)
        assert cosign.asked(cosign.request(first, hashes, now)) == (first, hashes, now)
    good = cosign.request(5, writing.gone_on(store, now, 5), now)
    for bad in (
        good[4:], good.replace(b"old 5", b"old 05"), good.replace(b"old 5", b"old -5"), good.replace(b"old 5\n", b"old 5\njunk\n"),
        good.replace(b"\n\n", b"\n", 1), good.replace(b"old 5\n", b"old 5\n" + b"A" * 43 + b"=\n" * 64), b"", good[:-1],
    ):  # fmt: skip
        with pytest.raises(NoteError):
            cosign.asked(bad)


def test_cosignatures_are_taken_up_once_and_only_from_those_named() -> None:
    now = head(3)
    first, later = cosign.sign(now, WITNESS, NOW), cosign.sign(now, WITNESS, NOW + 1)
    made = writing.taken_up(now, [first, cosign.sign(now, LATTICE, NOW)], [WITNESS.vkey])
    assert made.lines == (*now.lines, first)
    assert writing.taken_up(made, [later], [WITNESS.vkey]).lines == (*now.lines, later)
    assert writing.taken_up(now, now.lines, KEYS) == now
    with pytest.raises(NoteError, match="another head"):
        writing.taken_up(now, [cosign.sign(head(4), WITNESS, NOW)], [WITNESS.vkey])
    many = [signer(f"w{number}.example", note.COSIGNATURE) for number in range(32)]
    with pytest.raises(NoteError, match="at most 32"):
        writing.taken_up(now, [cosign.sign(now, own, NOW) for own in many], [own.vkey for own in many])


def test_an_empty_log_has_the_root_of_nothing() -> None:
    assert head(0).root == merkle.root(())
