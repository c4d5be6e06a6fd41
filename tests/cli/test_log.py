"""`rulewright log`, as a manufacturer, a witness and an auditor run it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import mldsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from rulewright.attest import container, dsse
from rulewright.attest.log import proof
from rulewright.attest.model import LogTrust
from rulewright.cli import log_folder
from rulewright.cli.main import main
from rulewright.cli.streams import write_file
from tests.attest import good

ORIGIN = "log.example/firmware"
SEEDS = (b"\1" * 32, b"\2" * 32, b"\3" * 32)


@pytest.fixture(scope="module")
def bundles() -> list[bytes]:
    """Three attestations."""
    return [container.encode(good.members(("maker",), seed=seed)) for seed in SEEDS]


@pytest.fixture(autouse=True)
def _files(place: Path, bundles: list[bytes]) -> None:
    for name, data in zip(("a.zip", "b.zip", "c.zip"), bundles, strict=True):
        (place / name).write_bytes(data)
    for name in ("log", "witness", "other", "lattice", "p384"):
        private = (
            mldsa.MLDSA44PrivateKey.from_seed_bytes(bytes(32)) if name == "lattice" else good.key(f"log-{name}").private
        )
        descriptor = os.open(place / f"{name}.pem", os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(descriptor, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        os.close(descriptor)
        pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (place / f"{name}.pem.pub").write_bytes(pem)


def run(capsys: pytest.CaptureFixture[str], words: str) -> tuple[int, str, str]:
    code = main(["log", *words.split()])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def ok(capsys: pytest.CaptureFixture[str], words: str) -> str:
    """What a command says that must succeed."""
    code, out, err = run(capsys, words)
    assert code == 0, (out, err)
    return out


def begun(capsys: pytest.CaptureFixture[str], *names: str) -> str:
    """A log with some bundles; its verifier key."""
    vkey = ok(capsys, f"new L --origin {ORIGIN} --key log.pem --quiet").strip()
    for name in names:
        ok(capsys, f"append L {name} --key log.pem --quiet")
    Path("log.vkey").write_text(f"# the log\n\n{vkey}\n", encoding="utf-8")
    return vkey


def judged(name: str, *witnesses: str, quorum: int = 0) -> object:
    """What a verifier says about the proof in a bundle."""
    members = container.decode(Path(name).read_bytes())
    trust = LogTrust(origin=ORIGIN, key=_vkey("log.vkey"), witnesses=tuple(map(_vkey, witnesses)), quorum=quorum)
    entry = proof.entry(dsse.decode(members["root.dsse.json"]))
    return proof.judge(members["log/proof.tlog-proof"], entry, [trust], None)


def _vkey(path: str) -> str:
    return Path(path).read_text(encoding="utf-8").split("\n")[-2]


def tree(folder: str) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_bundles_get_proofs_that_hold(capsys: pytest.CaptureFixture[str], bundles: list[bytes]) -> None:
    begun(capsys, "a.zip")
    assert judged("a.zip") == proof.Kept(ORIGIN, 0, 1)
    ok(capsys, "append L b.zip c.zip --key log.pem")
    assert [judged(name) for name in ("b.zip", "c.zip")] == [proof.Kept(ORIGIN, 1, 3), proof.Kept(ORIGIN, 2, 3)]
    members = container.decode(Path("b.zip").read_bytes())
    assert {name: data for name, data in members.items() if name != "log/proof.tlog-proof"} == container.decode(
        bundles[1]
    )
    code, _, err = run(capsys, "append L a.zip --key log.pem")
    assert (code, judged("a.zip")) == (0, proof.Kept(ORIGIN, 0, 3))
    assert "0 new entries; 3 entries" in err
    assert sorted(tree("L")) == [
        "L/checkpoint", "L/tile/0/000.p/1", "L/tile/0/000.p/3", "L/tile/entries/000.p/1", "L/tile/entries/000.p/3",
    ]  # fmt: skip


def test_another_file_for_the_proof(capsys: pytest.CaptureFixture[str], bundles: list[bytes]) -> None:
    begun(capsys)
    ok(capsys, "append L a.zip --key log.pem --output logged.zip")
    assert Path("a.zip").read_bytes() == bundles[0]
    assert judged("logged.zip") == proof.Kept(ORIGIN, 0, 1)
    alone = ok(capsys, "prove L a.zip")
    assert alone.encode() == container.decode(Path("logged.zip").read_bytes())["log/proof.tlog-proof"]
    ok(capsys, "prove L a.zip -o a.tlog-proof")
    assert Path("a.tlog-proof").read_bytes() == alone.encode()


def test_witnesses_sign_and_proofs_carry_it(capsys: pytest.CaptureFixture[str]) -> None:
    begun(capsys, "a.zip")
    for name, key in (("w1.example", "witness"), ("w2.example", "lattice")):
        Path(f"{name}.vkey").write_text(ok(capsys, f"vkey {key}.pem.pub --name {name}"), encoding="utf-8")
    ok(capsys, "witness L --key lattice.pem --name w2.example --vkey log.vkey -o w2.sig")
    ok(capsys, "witness L --key witness.pem --name w1.example --vkey log.vkey --at 2026-02-01 -o w1.sig")
    line = Path("w1.sig").read_text(encoding="utf-8")
    assert line.startswith("— w1.example ")
    assert line.count("\n") == 1
    ok(capsys, "cosign L w1.sig w2.sig --vkey w1.example.vkey --vkey w2.example.vkey")
    assert judged("a.zip", "w1.example.vkey", quorum=1).code == "RW4072"  # type: ignore[attr-defined]  # refused
    ok(capsys, "append L a.zip --key log.pem")
    assert judged("a.zip", "w1.example.vkey", "w2.example.vkey", quorum=2) == proof.Kept(ORIGIN, 0, 1)
    shown = ok(capsys, "show L --vkey log.vkey --vkey w1.example.vkey")
    assert (shown.count("(signed)"), shown.count("(not checked)")) == (2, 1)
    before = Path("L/checkpoint").read_bytes()
    ok(capsys, "append L b.zip --key log.pem")
    assert Path("L/checkpoint").read_bytes().count("—".encode()) == 1
    code, _, err = run(capsys, "cosign L w1.sig --vkey w1.example.vkey")
    assert (code, "another head" in err) == (2, True)
    Path("L/checkpoint").write_bytes(before)
    assert run(capsys, "audit L --vkey log.vkey")[0] == 0


def test_a_witness_remembers_and_refuses_a_fork(capsys: pytest.CaptureFixture[str]) -> None:
    begun(capsys, "a.zip")
    sign = "--key witness.pem --name w1.example --vkey log.vkey"
    ok(capsys, f"witness L {sign}")
    ok(capsys, "append L b.zip --key log.pem")
    ok(capsys, f"witness L {sign}")
    seen = Path("witness.pem.seen").read_bytes()
    ok(capsys, f"new F --origin {ORIGIN} --key log.pem")
    ok(capsys, "append F a.zip c.zip --key log.pem -q")
    code, out, err = run(capsys, f"witness F {sign}")
    assert (code, out) == (1, "")
    assert "RW4074" in err
    assert "`witness.pem.seen`: 2 entries" in err
    assert "`F`: 2 entries" in err
    ok(capsys, "append F b.zip --key log.pem -q")
    code, out, err = run(capsys, f"witness F {sign}")
    assert (code, out, "does not go on" in err) == (1, "", True)
    assert Path("witness.pem.seen").read_bytes() == seen
    ok(capsys, f"witness F {sign} --state elsewhere")
    Path("witness.pem.seen").write_bytes(b"{}")
    code, out, err = run(capsys, f"witness L {sign}")
    assert (code, out, "RW4106" in err) == (2, "", True)


@pytest.mark.parametrize(
    "words",
    [
        "-o witness.pem.seen",
        "-o ./N/../witness.pem.seen",
        "-o witness.pem.seen.lock",
        "--state kept -o kept",
        "--state N/kept -o ./N/kept",
    ],
)
def test_what_a_witness_keeps_is_not_where_it_signs(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    begun(capsys, "a.zip")
    Path("N").mkdir()
    before = tree(".")
    for _ in range(2):
        code, out, err = run(capsys, f"witness L --key witness.pem --name w1.example --vkey log.vkey {words}")
        assert (code, out) == (2, "")
        assert "error[RW0006]" in err
        assert tree(".") == before


def test_a_witness_far_away_needs_files_only(capsys: pytest.CaptureFixture[str]) -> None:
    begun(capsys, "a.zip")
    sign = "--key witness.pem --name w1.example --vkey log.vkey"
    Path("old").write_bytes(Path("L/checkpoint").read_bytes())
    ok(capsys, f"witness old {sign}")
    ok(capsys, "append L b.zip c.zip --key log.pem")
    code, _, err = run(capsys, f"witness L/checkpoint {sign}")
    assert (code, "no proof that it goes on" in err) == (2, True)
    ok(capsys, "prove L --head old -o request")
    assert Path("request").read_bytes().startswith(b"old 1\n")
    ok(capsys, f"witness request {sign} -o w1.sig")
    Path("w1.vkey").write_text(ok(capsys, "vkey witness.pem --name w1.example"), encoding="utf-8")
    ok(capsys, "cosign L w1.sig --vkey w1.vkey")
    code, _, err = run(capsys, f"witness request {sign}")
    assert (code, "RW4070" in err) == (2, True)


def test_an_audit_with_heads_from_outside(capsys: pytest.CaptureFixture[str]) -> None:
    begun(capsys, "a.zip")
    ok(capsys, "prove L a.zip -o a.tlog-proof")
    Path("old").write_bytes(Path("L/checkpoint").read_bytes())
    ok(capsys, "append L b.zip --key log.pem")
    out = ok(capsys, "audit L --vkey log.vkey --head old --head a.tlog-proof --head a.zip --head b.zip --head L")
    assert "4 files, 5 heads from outside" in out
    assert out.endswith("the log is what its head says\n")
    code, out, _ = run(capsys, "audit L --head old")
    assert (code, "undecided" in out) == (3, True)
    ok(capsys, f"new F --origin {ORIGIN} --key log.pem")
    ok(capsys, "append F c.zip b.zip --key log.pem -q")
    code, out, _ = run(capsys, "audit F --vkey log.vkey --head old")
    assert code == 1
    assert "RW4074" in out
    assert "`old`: 1 entry, root" in out
    assert "`checkpoint`: 2 entries, root" in out


@pytest.mark.parametrize("name", ["tile/entries/000.p/2", "tile/0/000.p/1"])
def test_an_audit_finds_a_changed_file(capsys: pytest.CaptureFixture[str], name: str) -> None:
    begun(capsys, "a.zip", "b.zip")
    path = Path("L", name)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    code, out, _ = run(capsys, "audit L --vkey log.vkey")
    assert (code, "RW4106" in out, "is not what the entries give" in out) == (1, True, True)


def test_a_changed_entry_is_not_signed_again(capsys: pytest.CaptureFixture[str], bundles: list[bytes]) -> None:
    begun(capsys, "a.zip")
    path = Path("L/tile/entries/000.p/1")
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    before = tree("L")
    code, _, err = run(capsys, "append L b.zip --key log.pem")
    assert (code, "RW4106" in err) == (2, True)
    assert tree("L") == before
    assert Path("b.zip").read_bytes() == bundles[1]


def test_verifier_keys(capsys: pytest.CaptureFixture[str]) -> None:
    vkey = begun(capsys)
    assert ok(capsys, f"vkey log.pem --origin {ORIGIN}").strip() == vkey
    assert ok(capsys, f"vkey log.pem.pub --origin {ORIGIN}").strip() == vkey
    assert ok(capsys, f"vkey log.pem --name {ORIGIN}").strip() != vkey
    assert ok(capsys, f"audit L --vkey {vkey}").endswith("the log is what its head says\n")


def test_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command of the page, in its order; `last-head` is the head after the first append."""
    page = (Path(__file__).parents[2] / "docs/how-to-attest.md").read_text(encoding="utf-8")
    section = page.split("\n## Logs\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("rulewright log ")]
    assert len(lines) == 10
    Path("camera.rwa.zip").write_bytes(Path("a.zip").read_bytes())
    out = ""
    for line in lines:
        words, _, target = line.removeprefix("rulewright log ").partition(" > ")
        if "last-head" in words and not Path("last-head").exists():
            Path("last-head").write_bytes(Path("firmware-log/checkpoint").read_bytes())
        out = ok(capsys, words)
        if target:
            Path(target).write_text(out, encoding="utf-8")
    assert out.endswith("the log is what its head says\n")


WRONG = {
    "nonsense": "RW0002",
    "new L": "RW0002",
    "new N --origin x": "RW0002",
    "new N --origin x --key a.zip": "RW4101",
    "new N --origin a+b --key log.pem": "RW0005",
    "new L --origin x --key log.pem": "RW0006",
    "new N --origin x --key log.pem --head a.zip": "RW0002",
    "append L": "RW0002",
    "append L a.zip": "RW0002",
    "append L a.zip --key log.pem --key other.pem": "RW0002",
    "append L a.zip --key other.pem": "RW4106",
    "append L a.zip --key nothing.pem": "RW0003",
    "vkey p384.pem.pub --name w": "RW4101",
    "append L nothing.zip --key log.pem": "RW0003",
    "append L cam.json --key log.pem": "RW4005",
    "append L log.vkey --key log.pem": "RW4001",
    "append L envelope.json --key log.pem": "RW4103",
    "append L a.zip b.zip --key log.pem --output c.zip": "RW0002",
    "append N a.zip --key log.pem": "RW4106",
    "prove L": "RW0002",
    "prove L b.zip": "RW4106",
    "prove L --head cam.json": "RW4106",
    "show nothing": "RW0003",
    "show cam.json": "RW4106",
    "audit": "RW0002",
    "audit a.zip": "RW4106",
    "audit N": "RW4106",
    "audit L --vkey a+b+c": "RW0005",
    "audit L --vkey nothing": "RW0003",
    "witness L --key witness.pem --vkey log.vkey": "RW0002",
    "witness L --key witness.pem --name w": "RW4021",
    "witness L --key witness.pem --name w --vkey w.vkey": "RW4071",
    "witness L --key witness.pem --name w --vkey log.vkey --at yesterday": "RW0005",
    "witness L --key witness.pem --name w --vkey log.vkey --at 1960-01-01": "RW0005",
    "cosign L a.zip": "RW4021",
    "cosign L a.zip --vkey log.vkey": "RW4106",
    "cosign L L/checkpoint --vkey w.vkey": "RW4072",
    "vkey log.pem": "RW0002",
    "vkey cam.json --name w": "RW4101",
    "vkey nothing --name w": "RW0003",
}


def test_what_is_wrong_is_told_and_nothing_is_touched(capsys: pytest.CaptureFixture[str], bundles: list[bytes]) -> None:
    begun(capsys, "a.zip")
    Path("w.vkey").write_text(ok(capsys, "vkey witness.pem --name w"), encoding="utf-8")
    Path("envelope.json").write_bytes(container.decode(bundles[0])["root.dsse.json"])
    before = tree(".")
    told = {}
    for words in WRONG:
        code, out, err = run(capsys, words)
        told[words] = err.partition("[")[2].partition("]")[0]
        assert (code, out) == (2, ""), (words, out, err)
        assert "Traceback" not in err
    assert told == WRONG
    assert tree(".") == before


def test_a_bundle_that_names_another_log(capsys: pytest.CaptureFixture[str]) -> None:
    begun(capsys)
    Path("n.zip").write_bytes(container.encode(good.members(("maker",), log="log.example/other")))
    code, _, err = run(capsys, "append L n.zip --key log.pem")
    assert (code, "RW4103" in err) == (2, True)
    assert len(tree("L")) == 1


def test_names_cannot_move_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    origin = "log\u202e\u200b.example"
    code = main(["log", "new", "L", "--origin", origin, "--key", "log.pem", "-q"])
    capsys.readouterr()
    assert code == 0
    shown = ok(capsys, "show L")
    assert "\u202e" not in shown
    assert "\\u{202e}" in shown


def test_a_lock_that_is_held_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    begun(capsys)
    monkeypatch.setattr(log_folder, "TRIES", 1)
    monkeypatch.setattr(log_folder, "PAUSE", 0)
    Path("L/.lock").touch()
    code, _, err = run(capsys, "append L a.zip --key log.pem")
    assert (code, "RW0006" in err, ".lock" in err) == (2, True, True)
    Path("L/.lock").unlink()
    ok(capsys, "append L a.zip --key log.pem")
    assert not Path("L/.lock").exists()


def test_two_commands_at_once_append_one_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    begun(capsys)
    words = [sys.executable, "-m", "rulewright", "log", "append", "L"]
    codes: list[int] = []

    def append(name: str) -> None:
        codes.append(subprocess.run([*words, name, "--key", "log.pem", "-q"], check=False, timeout=60).returncode)

    both = [threading.Thread(target=append, args=(name,)) for name in ("a.zip", "b.zip")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert codes == [0, 0]
    assert "2 entries" in ok(capsys, "audit L --vkey log.vkey --head a.zip --head b.zip")


def test_a_full_disk_leaves_the_head(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    begun(capsys, "a.zip")
    head = Path("L/checkpoint").read_bytes()
    whole = write_file

    def failing(path: str, data: bytes) -> None:
        if "/tile/0/" in path:
            raise OSError(28, "No space left on device", path)
        whole(path, data)

    monkeypatch.setattr(log_folder, "write_file", failing)
    code, _, err = run(capsys, "append L b.zip --key log.pem")
    assert (code, "no space left" in err) == (2, True)
    assert Path("L/checkpoint").read_bytes() == head
    monkeypatch.setattr(log_folder, "write_file", whole)
    ok(capsys, "append L b.zip --key log.pem")
    assert "2 entries" in ok(capsys, "audit L --vkey log.vkey")


def test_the_keys_of_a_trust_policy_count(capsys: pytest.CaptureFixture[str]) -> None:
    begun(capsys, "a.zip")
    Path("w.vkey").write_text(ok(capsys, "vkey witness.pem --name w.example"), encoding="utf-8")
    named = LogTrust(origin=ORIGIN, key=_vkey("log.vkey"), witnesses=(_vkey("w.vkey"),), quorum=1)
    Path("trust.json").write_bytes(good.trust_file(logs=(named,)))
    trusted = f"--trust trust.json --at {good.AT}"
    assert ok(capsys, f"audit L {trusted}").endswith("the log is what its head says\n")
    ok(capsys, f"witness L --key witness.pem --name w.example {trusted} -o w.sig")
    ok(capsys, f"cosign L w.sig {trusted}")
    assert ok(capsys, f"show L {trusted}").count("(signed)") == 2
    code, _, err = run(capsys, "audit L --trust trust.json --at 1990-01-01")
    assert (code, "RW4032" in err) == (2, True)
    Path("other.json").write_bytes(good.trust_file(logs=(msgspec.structs.replace(named, key="junk"),)))
    code, _, err = run(capsys, f"audit L --trust other.json --at {good.AT}")
    assert (code, "RW4030" in err) == (2, True)
    Path("other.json").write_bytes(good.trust_file(logs=(), keys={}))
    code, _, err = run(capsys, f"audit L --trust other.json --at {good.AT}")
    assert (code, "RW4030" in err) == (2, True)
    Path("other.json").write_bytes(good.trust_file(logs=()))
    assert run(capsys, f"audit L --trust other.json --at {good.AT}")[0] == 3
