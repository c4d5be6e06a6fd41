"""`rulewright stamp`: the question for a time stamping authority, and its answer in the bundle."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rulewright.attest import container, dsse, limits
from rulewright.attest.time import Token, imprint, judge, query
from rulewright.cli.main import main
from tests.attest import good, tsa

NOON = "2026-02-01T12:00:00Z"


@pytest.fixture(autouse=True)
def _bundle(place: Path) -> None:
    (place / "camera.zip").write_bytes(good.bundle())


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["stamp", *words])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def signatures() -> list[bytes]:
    return [item.sig for item in dsse.decode(container.decode(good.bundle())["root.dsse.json"]).signatures]


def test_the_question_is_over_a_signature_of_the_root(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    code, out, err = run(capsys, "camera.zip", "--request", "q.tsq")
    assert (code, out) == (0, "")
    assert "signature 1 of 2" in err
    assert (place / "q.tsq").read_bytes() == query(imprint(signatures()[0]))
    assert run(capsys, "camera.zip", "--request", "q.tsq", "--signature", "2", "-q") == (0, "", "")
    assert (place / "q.tsq").read_bytes() == query(imprint(signatures()[1]))


def test_the_answer_is_put_into_the_bundle(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    before = container.decode(good.bundle())
    replies = [tsa.authority().reply(item, NOON) for item in signatures()]
    for number, reply in enumerate(replies, 1):
        (place / "reply.tsr").write_bytes(reply)
        code, out, err = run(capsys, "camera.zip", "--reply", "reply.tsr")
        assert (code, out) == (0, "")
        assert f"time/{number}.tsr, {NOON}, over signature {number} of 2" in err
    after = container.decode((place / "camera.zip").read_bytes())
    assert after == {**before, "time/1.tsr": replies[0], "time/2.tsr": replies[1]}
    imprints = {imprint(signatures()[0]): "first"}
    assert judge(after["time/1.tsr"], imprints, [tsa.authority().tsa]) == Token(NOON, "Test TSA", "first")


def test_another_file_may_be_written(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "reply.tsr").write_bytes(tsa.authority().reply(signatures()[0], NOON))
    assert run(capsys, "camera.zip", "--reply", "reply.tsr", "--output", "stamped.zip", "-q") == (0, "", "")
    assert (place / "camera.zip").read_bytes() == good.bundle()
    assert "time/1.tsr" in container.decode((place / "stamped.zip").read_bytes())


def test_a_single_envelope_becomes_a_bundle(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    envelope = container.decode(good.bundle())["root.dsse.json"]
    (place / "root.json").write_bytes(envelope)
    (place / "reply.tsr").write_bytes(tsa.authority().reply(signatures()[0], NOON))
    code, _, err = run(capsys, "root.json", "--reply", "reply.tsr")
    assert code == 2
    assert "--output" in err
    assert (place / "root.json").read_bytes() == envelope
    assert run(capsys, "root.json", "--reply", "reply.tsr", "--output", "root.zip", "-q")[0] == 0
    assert set(container.decode((place / "root.zip").read_bytes())) == {"root.dsse.json", "time/1.tsr"}


def test_a_reply_without_a_certificate_is_noted(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "reply.tsr").write_bytes(tsa.authority().reply(signatures()[0], NOON, embedded=False))
    code, _, err = run(capsys, "camera.zip", "--reply", "reply.tsr")
    assert code == 0
    assert "note: it embeds no certificate" in err


REPLIES: dict[str, Callable[[], bytes]] = {
    "over other bytes": lambda: tsa.authority().reply(b"other"),
    "not granted": lambda: tsa.authority().reply(signatures()[0], status=2),
    "cut off": lambda: tsa.authority().reply(signatures()[0])[:-1],
    "empty": lambda: b"",
    "huge": lambda: bytes(limits.TOKEN + 1),
    "the question": lambda: query(imprint(signatures()[0])),
}


@pytest.mark.parametrize("name", REPLIES)
def test_another_reply_does_not_get_in(capsys: pytest.CaptureFixture[str], place: Path, name: str) -> None:
    (place / "reply.tsr").write_bytes(REPLIES[name]())
    code, out, err = run(capsys, "camera.zip", "--reply", "reply.tsr")
    assert (code, out) == (2, "")
    assert "RW4108" in err
    assert (place / "camera.zip").read_bytes() == good.bundle()


def test_the_same_reply_twice_and_too_many_do_not_get_in(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    own = tsa.authority().reply(signatures()[0], NOON)
    (place / "reply.tsr").write_bytes(own)
    members = container.decode(good.bundle())
    for held in ({"time/9.tsr": own}, {f"time/{n}.tsr": b"%d" % n for n in range(limits.TOKENS)}):
        data = container.encode({**members, **held})
        (place / "camera.zip").write_bytes(data)
        code, _, err = run(capsys, "camera.zip", "--reply", "reply.tsr")
        assert code == 2
        assert "RW4108" in err
        assert (place / "camera.zip").read_bytes() == data


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["camera.zip"], "RW0005"),
        (["camera.zip", "--request", "q", "--reply", "r"], "RW0005"),
        (["camera.zip", "--request", "q", "--output", "o"], "RW0005"),
        (["camera.zip", "--request", "q", "--signature", "3"], "RW0005"),
        (["camera.zip", "--request", "q", "--signature", "0"], "RW0005"),
        (["camera.zip", "--reply", "r", "--signature", "1"], "RW0005"),
        (["camera.zip", "--request", "camera.zip"], "RW0006"),
        (["camera.zip", "--request", "nowhere/q"], "RW0006"),
        (["camera.zip", "--reply", "absent.tsr"], "RW0003"),
        (["absent.zip", "--request", "q"], "RW0003"),
        (["cam.json", "--request", "q"], "RW4005"),
        (["small.rw", "--request", "q"], "RW4001"),
        (["camera.zip", "cam.json", "--request", "q"], "RW0002"),
        (["-", "--reply", "-"], "RW0005"),
    ],
)
def test_what_makes_no_sense_is_said(
    capsys: pytest.CaptureFixture[str], place: Path, words: list[str], code: str
) -> None:
    before = sorted(item.name for item in place.iterdir())
    got, out, err = run(capsys, *words)
    assert (got, out) == (2, "")
    assert f"[{code}]" in err
    assert sorted(item.name for item in place.iterdir()) == before
    assert (place / "camera.zip").read_bytes() == good.bundle()


def test_the_reply_itself_is_not_overwritten(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    own = tsa.authority().reply(signatures()[0], NOON)
    (place / "reply.tsr").write_bytes(own)
    code, _, err = run(capsys, "camera.zip", "--reply", "reply.tsr", "--output", "reply.tsr")
    assert code == 2
    assert "RW0006" in err
    assert (place / "reply.tsr").read_bytes() == own


def test_the_commands_of_the_page_work_with_openssl(
    capsys: pytest.CaptureFixture[str], place: Path, tmp_path: Path
) -> None:
    page = (Path(__file__).parents[2] / "docs/how-to-attest.md").read_text(encoding="utf-8")
    section = page.partition("\n## Trusted time\n")[2].partition("\n## ")[0]
    ask, add, answer = (line.split()[2:] for line in re.findall(r"^(?:rulewright|openssl) .*$", section, re.MULTILINE))
    openssl = tsa.OpenSsl(tmp_path / "tsa")
    (place / "camera.rwa.zip").write_bytes(good.bundle())
    assert run(capsys, *ask)[0] == 0
    (openssl.folder / "question.tsq").write_bytes((place / "question.tsq").read_bytes())
    openssl.run("ts", *answer)
    (place / "answer.tsr").write_bytes((openssl.folder / "answer.tsr").read_bytes())
    assert run(capsys, *add)[0] == 0
    imprints = {imprint(signatures()[0]): "first"}
    token = container.decode((place / "camera.rwa.zip").read_bytes())["time/1.tsr"]
    assert isinstance(judge(token, imprints, [openssl.authority.tsa]), Token)
