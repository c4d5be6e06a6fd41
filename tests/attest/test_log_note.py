"""Signed notes, verifier keys, checkpoints, cosignatures: the texts' own examples, and what is no such text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rulewright.attest import limits
from rulewright.attest.encoding import to_base64
from rulewright.attest.log import checkpoint, cosign, note
from rulewright.attest.log.note import NoteError
from tests.attest.logs import LATTICE, LOG, NOW, ORIGIN, WITNESS, signer

ROOT = bytes(range(32))
HEAD = checkpoint.new(ORIGIN, 7, ROOT)
SIGNED = HEAD.with_lines([cosign.sign(HEAD, LOG, NOW)])
TEXT = checkpoint.encode(SIGNED)
EXAMPLE = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


def examples(shared: Path, name: str) -> list[str]:
    """The blocks of a text that are notes."""
    text = (shared / f"vectors/c2sp/{name}.md").read_text(encoding="utf-8")
    return [
        block
        for block in re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        if "\n\n— " in block and "[...]" not in block
    ]


def test_the_example_of_signed_note_verifies(shared: Path) -> None:
    found = [block for block in examples(shared, "signed-note") if block.startswith("This is")]
    made, key = note.decode(found[0].encode()), note.vkey(EXAMPLE)
    assert str(key) == EXAMPLE
    assert (made.lines[0].name, made.lines[0].id) == (key.name, key.id)
    assert key.public.verifies(made.lines[0].data, made.text.encode())
    assert not key.public.verifies(made.lines[0].data, made.text.encode() + b"\n")


@pytest.mark.parametrize(("name", "count"), [("signed-note", 2), ("tlog-checkpoint", 1), ("tlog-cosignature", 1)])
def test_the_examples_are_notes_and_come_out_as_they_went_in(shared: Path, name: str, count: int) -> None:
    found = examples(shared, name)
    assert len(found) == count
    for block in found:
        assert note.encode(note.decode(block.encode())) == block.encode()


def test_the_example_of_a_cosignature_states_its_time(shared: Path) -> None:
    head = checkpoint.decode(examples(shared, "tlog-cosignature")[0].encode())
    assert (head.origin, head.size, len(head.lines[0].data), len(head.lines[1].data)) == (
        "example.com/behind-the-sofa",
        20852163,
        64,
        72,
    )
    assert int.from_bytes(head.lines[1].data[:8]) == 1679315147
    told = cosign.message(WITNESS.vkey, head, 1679315147)
    assert told is not None
    wanted = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert told.decode() == wanted


def test_a_lattice_cosignature_is_over_the_structure_of_the_text() -> None:
    told = cosign.message(LATTICE.vkey, HEAD, NOW)
    parts = (
        b"subtree/v1\n\0", b"\x0aw2.example", NOW.to_bytes(8), b"\x0dlog.example/a", bytes(8), (7).to_bytes(8), ROOT,
    )  # fmt: skip
    assert told == b"".join(parts)


@pytest.mark.parametrize("own", [LOG, WITNESS, LATTICE], ids=["1", "4", "6"])
def test_each_type_signs_and_a_change_of_anything_shows(own: note.Signer) -> None:
    head = HEAD.with_lines([cosign.sign(HEAD, own, NOW)])
    assert checkpoint.decode(checkpoint.encode(head)) == head
    assert cosign.standing(head, own.vkey) == "signed"
    assert note.vkey(str(own.vkey)) == own.vkey
    line = head.lines[0]
    changed = [
        head._replace(size=8),
        head._replace(root=bytes(32)),
        head._replace(origin="log.example/b"),
        head._replace(more=("x",)),
    ]
    changed += [head._replace(lines=(line._replace(data=bytes([b ^ 1]) + line.data[1:]),)) for b in line.data[:1]]
    changed += [head._replace(lines=(line._replace(data=data),)) for data in (line.data[:-1], line.data + b"\0", b"\0")]
    assert {cosign.standing(item, own.vkey) for item in changed} == {"bad"}
    assert cosign.standing(head._replace(lines=(line._replace(id=b"abcd"),)), own.vkey) == "absent"
    assert cosign.standing(head._replace(lines=(line._replace(name="other"),)), own.vkey) == "absent"


def test_one_bad_line_of_a_known_key_spoils_the_good_one() -> None:
    bad = SIGNED.lines[0]._replace(data=bytes(64))
    assert cosign.standing(SIGNED.with_lines([bad]), LOG.vkey) == "bad"


def test_a_time_beyond_2_63_is_none() -> None:
    line = cosign.sign(HEAD, WITNESS, NOW)
    late = line._replace(data=(2**63).to_bytes(8) + line.data[8:])
    assert cosign.standing(HEAD.with_lines([late]), WITNESS.vkey) == "bad"
    with pytest.raises(NoteError):
        cosign.sign(HEAD, WITNESS, 2**63)


def test_a_key_that_signs_something_else_is_found_before_its_signature_goes_out() -> None:
    with pytest.raises(NoteError, match="does not verify"):
        cosign.sign(HEAD, note.Signer(LOG.vkey, WITNESS.sign), NOW)


def test_distinct_keys_count_under_whatever_names() -> None:
    again = signer("alias.example", note.COSIGNATURE, "w1.example")
    head = HEAD.with_lines(cosign.sign(HEAD, own, NOW) for own in (WITNESS, again, LATTICE))
    assert cosign.counted(head, [WITNESS.vkey, again.vkey]) == (1, False)
    assert cosign.counted(head, [WITNESS.vkey, LATTICE.vkey]) == (2, False)
    assert cosign.counted(SIGNED, [LOG.vkey]) == (0, False)


HOSTILE = {
    "empty": b"",
    "no signature": b"a\n1\nb\n",
    "no gap": TEXT.replace(b"\n\n", b"\n"),
    "two gaps": TEXT.replace(b"\n\n", b"\n\n\n"),
    "cut off": TEXT[:-1],
    "junk after": TEXT + b"junk\n",
    "carriage returns": TEXT.replace(b"\n", b"\r\n"),
    "NUL": TEXT.replace(b"a\n", b"a\0\n", 1),
    "tab": TEXT.replace(b"log.example/a ", b"log.example/a\t"),
    "no UTF-8": TEXT.replace(b"log.", b"\xff\xfe", 1),
    "half a surrogate": TEXT.replace(b"log.", b"\xed\xa0\x80", 1),
    "hyphen for dash": TEXT.replace("—".encode(), b"-"),
    "two spaces": TEXT.replace("— ".encode(), "—  ".encode()),
    "url alphabet": TEXT.replace(b"/Q", b"_Q") if b"/Q" in TEXT else TEXT[:-6] + b"_=\n",
    "no padding": TEXT[:-2].rstrip(b"=") + b"\n",
    "surplus padding": TEXT[:-1] + b"=\n",
    "empty signature": TEXT[: TEXT.rindex(b" ") + 1] + b"nJC8vg==\n",
    "no base64": TEXT[: TEXT.rindex(b" ") + 1] + b"\n",
    "leading zero": TEXT.replace(b"\n7\n", b"\n07\n"),
    "plus": TEXT.replace(b"\n7\n", b"\n+7\n"),
    "minus": TEXT.replace(b"\n7\n", b"\n-7\n"),
    "other digits": TEXT.replace(b"\n7\n", "\n\u0667\n".encode()),
    "fraction": TEXT.replace(b"\n7\n", b"\n7.0\n"),
    "too large": TEXT.replace(b"\n7\n", b"\n9007199254740992\n"),
    "endless": TEXT.replace(b"\n7\n", b"\n" + b"9" * 5000 + b"\n"),
    "short root": TEXT.replace(b"AAECAwQ", b"AAEC", 1),
    "root of 31 bytes": TEXT.replace(to_base64(ROOT).encode(), to_base64(ROOT[1:]).encode()),
    "no origin": TEXT[TEXT.index(b"\n") :],
    "two lines": TEXT[TEXT.index(b"\n") + 1 :],
    "empty line inside": TEXT.replace(b"\n7\n", b"\n7\n\n"),
    "too many": TEXT + TEXT[TEXT.rindex("—".encode()) :] * limits.SIGNATURES,
    "too long": TEXT.replace(b"\n\n", b"\n" + b"x" * limits.NOTE + b"\n\n"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_checkpoint_is_refused(name: str) -> None:
    assert HOSTILE[name] != TEXT
    with pytest.raises(NoteError):
        checkpoint.decode(HOSTILE[name])


def test_further_lines_and_32_signatures_are_taken() -> None:
    made = SIGNED._replace(more=("first", "second"), lines=SIGNED.lines * 32)
    assert checkpoint.decode(checkpoint.encode(made)) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        EXAMPLE.replace("530d903a", "530d903b"),
        EXAMPLE.replace("530d903a", "530D903A"),
        EXAMPLE.replace("example.com/foo", "example.com/fo"),
        EXAMPLE.replace("example.com/foo", ""),
        EXAMPLE.replace("com/foo", "com /foo"),
        EXAMPLE.replace("com/foo", "com+foo"),
        EXAMPLE.replace("com/foo", "com\u2003foo"),
        EXAMPLE + "=",
        EXAMPLE[:-4],
        EXAMPLE.replace("+Aeky", "+Aqky"),
        EXAMPLE + "\n",
        "a" * 9000 + EXAMPLE,
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        note.vkey(text)


@pytest.mark.parametrize("space", "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000+\0\x1b")
def test_names_hold_no_spaces_and_no_plus(space: str) -> None:
    assert note.named("log.example/a")
    assert not note.named(f"log{space}a")
    assert not note.named("")
