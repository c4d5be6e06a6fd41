"""`rulewright verify`: two answers, four exit codes, nothing of what was there lost."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from rulewright.attest import container, disclose, dsse, keys, limits, model
from rulewright.attest.disclosure import Tree
from rulewright.cli.main import main
from rulewright.cli.text import width
from tests.attest import good
from tests.attest import tampered as t
from tests.conftest import ROOT

SCHEMA = json.loads((ROOT / "cli/schemas/rulewright-verification-1.schema.json").read_text(encoding="utf-8"))
AT = ("--at", good.AT)
ALL = ("camera.zip", "--trust", "trust.json", "--anchor", "anchor.pub", "--status", "status.json", *AT)


@pytest.fixture(autouse=True)
def _files(place: Path) -> None:
    (place / "camera.zip").write_bytes(good.bundle())
    (place / "trust.json").write_bytes(good.trust_file())
    (place / "status.json").write_bytes(good.status_list())
    (place / "firmware.bin").write_bytes(good.FIRMWARE)
    for name in ("anchor", "stranger", *good.MAKER):
        (place / f"{name}.pub").write_bytes(keys.to_pem(good.public(name)))


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["verify", *words])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_both_answers_fit_a_screen(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *ALL, "--artifact", "firmware.bin")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) <= 40
    assert all(len(line) <= 100 for line in lines)
    assert "✓ valid: the attestation is genuine, and it holds" in lines
    assert "✗ camera 1.0 does not comply: 2 requirements block" in lines
    assert "  acme.camera  1 pass · 2 fail · 1 waived · 1 unknown · 1 not applicable" in lines
    assert "  ✗ acme.camera:C.2  fail · shall · high" in lines
    assert "  ? acme.camera:C.4  unknown · shall · critical" in lines
    assert lines.index("✓ valid: the attestation is genuine, and it holds") < lines.index("  checked for 2026-02-03")


def test_exit_codes_tell_the_verdict(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "changed.zip").write_bytes(t.pack({"views/report.html": b"all is well"}))
    (place / "cut.zip").write_bytes(good.bundle()[:-9])
    assert run(capsys, *ALL)[0] == 0
    assert run(capsys, "changed.zip", *ALL[1:])[0] == 1
    assert run(capsys, "cut.zip", *ALL[1:])[0] == 2
    assert run(capsys, "camera.zip", *AT)[0] == 3
    assert run(capsys, *ALL, "--require-pass")[0] == 1
    assert run(capsys, *ALL, "--artifact", "anchor.pub")[0] == 1


def test_what_is_not_genuine_says_nothing_of_the_product(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "changed.zip").write_bytes(t.pack({"views/report.html": b"all is well"}))
    _, out, _ = run(capsys, "changed.zip", *ALL[1:])
    assert "✗ invalid: do not rely on this attestation" in out
    assert "RW4066" in out
    assert "comply" not in out
    assert "not to be relied on" in out
    _, out, _ = run(capsys, "camera.zip", *AT)
    assert out.index("undecided") < out.index("hint: get the signer's trust policy") < out.index("If it is genuine")


def test_a_closed_gate_alone_does_not_hide_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *ALL, "--require-pass")
    assert code == 1
    assert "RW4015" in out
    assert "camera 1.0 does not comply" in out


def counted(counts: dict[str, int], fail_on: str = "shall") -> bytes:
    """A root alone that counts this many rows, of which none blocks."""

    def change(plain: Any) -> None:
        none = dict.fromkeys(("pass", "fail", "waived", "unknown", "error", "notApplicable", "blocking"), 0)
        tally = {**none, **counts}
        said = {"gate": "pass", "failOn": fail_on, "verdicts": [{"standard": "acme.camera", **tally}]}
        plain["predicate"].update(said)
        plain["predicate"]["results"]["leaves"] = sum(tally.values())

    return container.decode(t.resigned(change))["root.dsse.json"]


ANSWERS = [
    ({"pass": 2, "notApplicable": 1}, "✓ camera 1.0 complies: all 3 requirements met or not applicable", 0),
    ({"pass": 1}, "✓ camera 1.0 complies: 1 requirement met or not applicable", 0),
    ({"pass": 2, "waived": 1}, "? camera 1.0 does not comply altogether: nothing blocks, but 1 waived", 0),
    ({"pass": 2, "fail": 1}, "? camera 1.0 does not comply altogether: nothing blocks, but 1 not met", 0),
    ({"pass": 2, "unknown": 1, "error": 1}, "? camera 1.0 does not comply altogether: nothing blocks, but 1 unknown, 1 in error", 0),
    ({"waived": 3}, "? camera 1.0 is not shown to comply: no requirement is met (3 waived)", 1),
    ({"notApplicable": 3}, "? camera 1.0 is not shown to comply: no requirement is met", 1),
    ({"pass": 1, "fail": 3}, "? camera 1.0 does not comply altogether: nothing blocks (the run was told that nothing may block), but 3 not met", 1),
]  # fmt: skip


@pytest.mark.parametrize(("counts", "answer", "code"), ANSWERS)
def test_a_product_complies_only_where_nothing_is_open(
    counts: dict[str, int], answer: str, code: int, capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    """What is said of the product, and what `--require-pass` says."""
    (place / "root.json").write_bytes(counted(counts, "never" if "told that" in answer else "shall"))
    found, out, _ = run(capsys, "root.json", *ALL[1:])
    assert found == 0
    assert answer in " ".join(out.split())
    assert "The rows are not enclosed: these counts are the signer's word." in out
    found, out, _ = run(capsys, "root.json", *ALL[1:], "--require-pass", "-f", "json")
    told = json.loads(out)
    assert (found, told["code"], told["gate"]) == (code, "RW4015" if code else "", "" if code else "pass")


def test_the_gate_of_what_is_not_valid_is_not_told(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "root.json").write_bytes(counted({"pass": 1}))
    for words in (AT, (*ALL[1:5], *AT), (*ALL[1:-1], "2031-01-01")):
        found, out, _ = run(capsys, "root.json", *words, "-f", "json")
        assert found in {1, 3}
        assert json.loads(out)["gate"] == ""


def test_where_the_rows_are_enclosed_nothing_is_said_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert "not enclosed" not in run(capsys, *ALL)[1]


def test_json_is_of_its_schema_and_says_the_same(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    validator = jsonschema_rs.validator_for(SCHEMA)
    (place / "cut.zip").write_bytes(b"PK")
    for words in (ALL, (*ALL, "--require-pass"), ("camera.zip", *AT), ("cut.zip", *AT)):
        code, out, _ = run(capsys, *words, "-f", "json")
        found = json.loads(out)
        validator.validate(found)
        assert code == {"valid": 0, "invalid": 1, "unreadable": 2, "undecided": 3}[found["verdict"]]
        assert [check["name"] for check in found["checks"]][:20] == SCHEMA["$defs"]["Check"]["properties"]["name"][
            "enum"
        ][:20]


def test_the_report_goes_to_a_file_and_quiet_says_the_answer(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert run(capsys, *ALL, "--output", "report.txt") == (0, "", "")
    assert "✓ valid" in (place / "report.txt").read_text(encoding="utf-8")
    _, out, _ = run(capsys, *ALL, "--quiet")
    assert out.splitlines()[0].startswith("✓ valid")
    assert len(out.splitlines()) == 3


def test_names_of_the_bundle_cannot_move_the_cursor(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    def change(plain: Any) -> None:
        plain["predicate"]["products"][0]["name"] = "\x1b[2Jcamera\u202e"

    (place / "camera.zip").write_bytes(t.resigned(change))
    _, out, _ = run(capsys, *ALL)
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\\x1b[2Jcamera\\u{202e} 1.0" in out


@pytest.mark.parametrize("columns", ["80", "120"])
def test_lines_fit_the_terminal_whatever_the_names_are(
    columns: str, capsys: pytest.CaptureFixture[str], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    long = "長い名前" * 30

    def change(plain: Any) -> None:
        plain["predicate"]["products"][0].update(name=long, version=long)
        tally = plain["predicate"]["verdicts"][0]
        tally.update({"standard": "long-name." * 30, "pass": 3_000, "error": 1_000, "notApplicable": 3_000})
        counts = ("pass", "fail", "waived", "unknown", "error", "notApplicable")
        plain["predicate"]["results"]["leaves"] = sum(tally[name] for name in counts)
        plain["predicate"]["status"] = long

    (place / "root.json").write_bytes(container.decode(t.resigned(change))["root.dsse.json"])
    for words in (ALL[1:], AT, (*AT, "--key", "maker.pub"), (*ALL[1:], "--require-pass")):
        _, out, _ = run(capsys, "root.json", *words)
        assert ("long-name." in out) == ("--require-pass" not in words)
        assert max(width(line) for line in out.splitlines()) <= int(columns)


def test_the_bundle_may_come_from_stdin(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("camera.zip").open("rb") as stream:
        monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": stream}))
        assert run(capsys, "-", *ALL[1:], "-q")[0] == 0


REFUSED = [
    (("none.zip", *AT), "RW0003"),
    ((), "RW0002"),
    (("camera.zip", "firmware.bin"), "RW0002"),
    (("camera.zip", "--anchor", "anchor.pub"), "RW0005"),
    (("camera.zip", "--seen", "seen.json"), "RW0005"),
    (("camera.zip", "--at", "yesterday"), "RW0005"),
    (("-", "--trust", "-"), "RW0005"),
    (("camera.zip", "--key", "firmware.bin"), "RW4101"),
    (("camera.zip", "--key", "none.pub"), "RW0003"),
    (("camera.zip", "--artifact", "none.bin"), "RW0003"),
    (("camera.zip", "--artifact", "."), "RW0003"),
    (("camera.zip", "--status", "none.json"), "RW0003"),
    (("camera.zip", *AT, "--output", "camera.zip"), "RW0006"),
    (("camera.zip", *AT, "--trust", "trust.json", "--seen", "trust.json"), "RW0006"),
    (("camera.zip", *AT, "--page", "camera.zip"), "RW0006"),
    (("camera.zip", *AT, "--output", "no/such/folder"), "RW0006"),
    (("camera.zip", *AT, "--openssl", "there"), "RW4020"),
    (("camera.zip", *AT, "--key", "maker.pub", "--openssl", "."), "RW0006"),
]


@pytest.mark.parametrize(("words", "code"), REFUSED)
def test_bad_usage_is_told_and_changes_nothing(
    words: tuple[str, ...], code: str, capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    before = {path: path.read_bytes() for path in place.iterdir() if path.is_file()}
    found, out, err = run(capsys, *words)
    assert (found, out) == (2, "")
    assert f"[{code}]" in err
    assert {path: path.read_bytes() for path in place.iterdir() if path.is_file()} == before


def test_everything_that_cannot_be_read_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = run(capsys, "none.zip", "--trust", "none.json", "--artifact", "none.bin", *AT)
    assert all(name in err for name in ("none.zip", "none.json", "none.bin"))


def test_the_newest_trust_policy_is_remembered_and_an_older_one_refused(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    words = (*ALL, "--seen", "seen.json", "-q")
    assert run(capsys, *words)[0] == 0
    kept = json.loads((place / "seen.json").read_text(encoding="utf-8"))
    assert kept["policies"]["urn:example:regulator"]["version"] == 3
    (place / "trust.json").write_bytes(good.trust_file(version=2))
    code, out, _ = run(capsys, *words)
    assert code == 1
    assert "RW4031" in out
    assert json.loads((place / "seen.json").read_text(encoding="utf-8")) == kept
    (place / "trust.json").write_bytes(good.trust_file(version=3, expires="2027-02-02"))
    assert "RW4031" in run(capsys, *words)[1]
    (place / "trust.json").write_bytes(good.trust_file(id="urn:other", version=1))
    assert run(capsys, *words)[0] == 0
    (place / "trust.json").write_bytes(good.trust_file(version=9))
    assert run(capsys, *words)[0] == 0
    after = json.loads((place / "seen.json").read_text(encoding="utf-8"))["policies"]
    assert {name: item["version"] for name, item in after.items()} == {"urn:example:regulator": 9, "urn:other": 1}


def test_a_newer_trust_policy_of_one_key_does_not_take_the_place_of_one_of_two(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    pair = tuple(sorted(good.public(name).id for name in ("anchor", "maker")))
    roles = {**good.trust().roles, "root": model.Role(keys=pair, threshold=2)}
    (place / "trust.json").write_bytes(good.signed(good.trust(roles=roles), model.TRUST_TYPE, "anchor", "maker"))
    words = (*ALL, "--seen", "seen.json", "-q")
    assert run(capsys, *words)[0] == 0
    kept = (place / "seen.json").read_bytes()
    root = json.loads(kept)["policies"]["urn:example:regulator"]["root"]
    assert (tuple(root["keys"]), root["threshold"]) == (pair, 2)
    (place / "trust.json").write_bytes(good.trust_file(version=4))
    code, out, _ = run(capsys, *words)
    assert (code, "RW4031" in out) == (1, True)
    assert (place / "seen.json").read_bytes() == kept
    (place / "trust.json").write_bytes(good.signed(good.trust(version=4), model.TRUST_TYPE, "anchor", "maker"))
    assert run(capsys, *words)[0] == 0


def test_how_many_anchors_are_needed(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "other.pem").write_bytes(keys.to_pem(good.public("stranger")))
    words = (*ALL, "--anchor", "other.pem", "-q")
    code, out, _ = run(capsys, *words)
    assert (code, "RW4030" in out) == (1, True)
    assert run(capsys, *words, "--anchors-needed", "1")[0] == 0
    for number in ("0", "3"):
        code, _, err = run(capsys, *words, "--anchors-needed", number)
        assert (code, "RW0005" in err) == (2, True)


def test_a_bad_trust_policy_is_not_remembered(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    forged = good.signed(good.trust(version=99), model.TRUST_TYPE, "stranger")
    (place / "trust.json").write_bytes(forged)
    assert "RW4030" in run(capsys, *ALL, "--seen", "seen.json", "-q")[1]
    assert not (place / "seen.json").exists()


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "{}",
        "[]",
        '{"format":"rulewright-seen/1","policies":{"a":{"version":1,"sha256":"x"}}}',
        '{"format":"rulewright-seen/1","policies":{"a":{"version":1,"sha256":"' + "0" * 64 + '","root":'
        '{"keys":{},"threshold":0}}}}',
    ],
)
def test_a_memory_that_cannot_be_read_is_no_empty_memory(
    junk: str, capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    (place / "seen.json").write_text(junk, encoding="utf-8")
    code, _, err = run(capsys, *ALL, "--seen", "seen.json")
    assert code == 2
    assert "RW0005" in err
    assert (place / "seen.json").read_text(encoding="utf-8") == junk


def test_what_is_disclosed_is_shown(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    rows = model.decode(t.members()["rows.json"], model.Rows, limits.DOCUMENT).rows
    tree, pair = Tree(good.SEED, rows), ("acme.camera:C.9", rows[0].product)
    digest = good.root_digest(t.members())
    (place / "part.json").write_bytes(disclose.make(tree, digest, [1], disclose.around(rows, pair), absent=pair))
    (place / "root.json").write_bytes(t.members()["root.dsse.json"])
    code, out, _ = run(capsys, "root.json", *ALL[1:], "--disclosure", "part.json")
    assert code == 0
    assert "disclosed\n  ✗ acme.camera:C.2  fail · shall · high\n" in out
    assert "there is no acme.camera:C.9" in out


def test_the_page_is_written_without_a_bundle_too(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    code, out, err = run(capsys, "--page", "verify.html")
    assert (code, out) == (0, "")
    assert "verify.html" in err
    assert b"Content-Security-Policy" in (place / "verify.html").read_bytes()


def openssl() -> str:
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("openssl is not installed")
    return found


def test_plain_openssl_agrees_on_every_kind_of_signature(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    openssl()
    names = ("maker", "lab-p256", "lab-p384", "maker-mldsa")
    (place / "camera.zip").write_bytes(t.resigned(lambda _: None, names))
    for name in names:
        (place / f"{name}.pub").write_bytes(keys.to_pem(good.public(name)))
    given = [word for name in names for word in ("--key", f"{name}.pub")]
    code, _, err = run(capsys, "camera.zip", *AT, *given, "--status", "status.json", "--openssl", "sceptic")
    assert code == 1, "the status list is not signed by these keys"
    assert len(re.findall("openssl (?:pkeyutl|dgst)", err)) == len(names)
    done = subprocess.run(["sh", "sceptic/check.sh"], capture_output=True, text=True, check=False)
    assert sorted(re.findall(r"^ok +(\S+)", done.stdout, re.MULTILINE))[:3] == [
        "ecdsa-p256-sha256",
        "ecdsa-p384-sha384",
        "ed25519",
    ]
    assert "FAIL" not in done.stdout
    assert done.returncode == (3 if "OpenSSL 3.5" in done.stdout else 0)
    assert (place / "sceptic/payload.json").read_bytes() in (place / "sceptic/message.pae").read_bytes()
    (place / "sceptic/message.pae").write_bytes(b"something else")
    done = subprocess.run(["sh", "sceptic/check.sh"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.count("FAIL") >= 3


def test_a_raw_pair_of_ecdsa_becomes_der_for_openssl(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    envelope = dsse.decode(t.members()["root.dsse.json"])
    key = good.key("lab-p256")
    first, second = decode_dss_signature(key.sign(envelope.message))
    raw = first.to_bytes(32) + second.to_bytes(32)
    sealed = dsse.Envelope(envelope.payload, envelope.payload_type, (dsse.Signature(raw),))
    (place / "root.json").write_bytes(dsse.encode(sealed))
    (place / "lab.pub").write_bytes(keys.to_pem(key.public))
    assert run(capsys, "root.json", *AT, "--key", "lab.pub", "--openssl", "sceptic", "-q")[0] == 3
    openssl()
    assert subprocess.run(["sh", "sceptic/check.sh"], capture_output=True, check=False).returncode == 0


def test_the_page_of_instructions_for_openssl_does_what_it_says(place: Path) -> None:
    if openssl() and not (shutil.which("bash") and shutil.which("unzip")):
        pytest.skip("bash or unzip is not installed")
    text = (ROOT / "docs/how-to-attest.md").read_text(encoding="utf-8")
    section = text[text.index("### With plain openssl") : text.index("## Logs")]
    blocks = re.findall(r"```bash\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 2
    (place / "camera.rwa.zip").write_bytes(t.resigned(lambda _: None, ("maker",)))
    (place / "maker.pub").rename(place / "acme.ed25519.pem.pub")
    done = subprocess.run(["bash", "-ec", "".join(blocks)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Signature Verified Successfully" in done.stdout
    assert "the results are those that were signed" in done.stdout
    (place / "camera.rwa.zip").write_bytes(t.pack({"results.json": b"{}"}))
    script = "unzip -qo camera.rwa.zip\n" + blocks[1]
    assert (
        "those that were signed"
        not in subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False).stdout
    )


def test_the_largest_bundle_takes_less_than_200_megabytes(place: Path) -> None:
    size = 16 * 1024 * 1024 - 100_000
    members = {f"inputs/{number:064x}": bytes(size) for number in range(4)}
    (place / "large.zip").write_bytes(container.encode({**t.members(), **members}))
    del members
    words = [sys.executable, "-m", "rulewright", "verify", "large.zip", "--trust", "trust.json", "-q", *AT]
    # A child inherits the peak of the process that starts it, and this one may have run a thousand tests: `spawn` weighs little.
    spawn = [sys.executable, "-I", "-S", str(ROOT / "bench/spawn.py"), "1", str(place / "out"), *words]
    told = subprocess.run(spawn, capture_output=True, check=True).stdout
    microseconds, kilobytes, code = map(int, told.split())
    assert code == 1
    assert kilobytes < 200 * 1024
    assert microseconds < 2_000_000
