"""The guide from a result to a regulator: its files and its commands, one after the other, in an empty folder.

The sections after the way are held beside their commands (test_keys, test_verify, test_log, test_stamp, test_disclose).
"""

import contextlib
import io
import re
import shlex
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from rulewright.attest import container, pkcs8
from rulewright.cli import days, signing
from rulewright.cli.main import main

TODAY = date(2026, 11, 22).toordinal() - date(1970, 1, 1).toordinal()
"""As `days.today` counts; nothing here depends on the clock."""
PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to-attest.md"
PARTS = ("The maker: six commands", "The regulator: one command, or one page", "The auditor: how they came to it")
FILES = {"camera.cdx.json": "json", "camera.rw": "rw", "policy.toml": "toml"}


def section(title: str) -> str:
    return PAGE.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def commands(title: str) -> list[str]:
    """The lines of the blocks that name no language."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", section(title), re.MULTILINE | re.DOTALL)
    return [line for language, block in blocks if not language for line in block.splitlines()]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder that was empty, with the files of the guide, after the maker's commands; and what the last one said."""
    folder = tmp_path_factory.mktemp("guide")
    text = PAGE.read_text(encoding="utf-8")
    for name, language in FILES.items():
        assert f"`{name}`" in text
        (folder / name).write_text(text.partition(f"```{language}\n")[2].partition("```")[0], encoding="utf-8")
    (folder / "camera-1.0.bin").write_bytes(b"the firmware\n")
    said = b""
    with pytest.MonkeyPatch.context() as patch:
        surroundings(patch, folder)
        for line in commands(PARTS[0]):
            out = io.TextIOWrapper(buffer := io.BytesIO(), "utf-8")
            with contextlib.redirect_stdout(out):
                assert does(line) == 0, line
            out.flush()
            said = buffer.getvalue()
    return folder, said.decode()


def surroundings(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """A folder to be in, and what the commands would ask for."""
    patch.chdir(folder)
    patch.setenv("RULEWRIGHT_CACHE_DIR", str(folder / ".cache"))
    patch.setenv(signing.VARIABLE, "correct horse battery staple")
    patch.setattr(pkcs8, "ROUNDS", 2)
    patch.setattr(days, "today", lambda: TODAY)


@pytest.fixture
def place(made: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it of one's own."""
    shutil.copytree(made[0], tmp_path, dirs_exist_ok=True)
    surroundings(monkeypatch, tmp_path)
    return tmp_path


def does(line: str) -> int:
    """The exit code of a command; of one that is not ours, 0 where it is not installed."""
    name, *words = shlex.split(line)
    if name == "rulewright":
        return main(words)
    assert name in {"unzip", "sh"}
    needed = "openssl" if name == "sh" else name
    if shutil.which(needed) is None:
        return 0
    return subprocess.run([name, *words], check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode


def test_there_are_as_many_commands_as_the_guide_says() -> None:
    assert [len(commands(part)) for part in PARTS[:2]] == [6, 1]
    assert len(commands(PARTS[2])) >= 5


@pytest.mark.usefixtures("place")
def test_every_command_of_the_guide_works(made: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    told: dict[str, str] = {}
    for line in [line for part in PARTS[1:] for line in commands(part)]:
        if "camera/" in line and not Path("camera").exists():
            shutil.unpack_archive("camera.rwa.zip", "camera")  # as unzip, where that is not installed
        # An openssl before 3.5 does not know ML-DSA: the script says so, with 3.
        assert does(line) in ({0, 3} if line.startswith("sh ") else {0}), (line, capsys.readouterr())
        told[line] = capsys.readouterr().out
    answer = told[commands(PARTS[1])[0]]
    assert answer == made[1], "the maker sees what the receiver will see"
    assert "✓ valid: the attestation is genuine, and it holds" in answer
    assert "? camera 1.0 does not comply altogether: nothing blocks, but 1 not met, 1 waived" in answer
    assert "acme.camera  1 pass · 1 fail · 1 waived" in answer
    assert "replayed: the same bytes" in told["rulewright replay camera.rwa.zip"]
    shown = told[commands(PARTS[2])[-1]]
    assert "acme.camera:C.3  waived" in shown
    assert "C.1" not in shown


@pytest.mark.usefixtures("place")
def test_a_changed_row_another_firmware_and_no_key_are_seen(capsys: pytest.CaptureFixture[str]) -> None:
    (check,) = commands(PARTS[1])
    bundle = Path("camera.rwa.zip").read_bytes()
    members = container.decode(bundle)
    changed = members["rows.json"].replace(b'"status":"fail"', b'"status":"pass"')
    assert changed != members["rows.json"]
    Path("camera.rwa.zip").write_bytes(container.encode({**members, "rows.json": changed}))
    capsys.readouterr()
    assert does(check) == 1
    assert "invalid: do not rely on this attestation" in capsys.readouterr().out
    Path("camera.rwa.zip").write_bytes(bundle[:5000] + bytes([bundle[5000] ^ 1]) + bundle[5001:])
    assert does(check) == 2
    Path("camera.rwa.zip").write_bytes(bundle)
    Path("camera-1.0.bin").write_bytes(b"another firmware\n")
    assert does(check) == 1
    assert "RW4014" in capsys.readouterr().out
    assert main(["verify", "camera.rwa.zip", "--at", "2026-11-23"]) == 3


@pytest.mark.usefixtures("place")
def test_an_attestation_without_views_holds_and_can_be_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    lines = commands(PARTS[0])
    for line in (f"{lines[4]} --no-views --force", lines[5]):
        assert does(line) == 0, (line, capsys.readouterr())
    names = container.decode(Path("camera.rwa.zip").read_bytes()).keys()
    assert [name for name in names if name.startswith(("views/", "statements/oscal-"))] == []
    assert {"results.json", "rows.json", "statements/vsa.dsse.json"} <= names
    assert does("rulewright replay camera.rwa.zip") == 0


@pytest.mark.usefixtures("place")
def test_plain_openssl_verifies_the_classical_half_of_the_hybrid_example(capsys: pytest.CaptureFixture[str]) -> None:
    if not all(shutil.which(name) for name in ("bash", "unzip", "openssl")):
        pytest.skip("bash, unzip or openssl is not installed")
    text = section("Verify").partition("\n### With plain openssl\n")[2]
    ours, script = (line for line in commands("Verify") if "sceptic" in line)
    assert does(f"{ours} --at 2026-11-23") == 0, capsys.readouterr()
    assert does(script) == 0
    blocks = re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    done = subprocess.run(["bash", "-ec", "".join(blocks)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Signature Verified Successfully" in done.stdout
    assert "the results are those that were signed" in done.stdout


@pytest.mark.usefixtures("place")
def test_a_status_list_without_its_role_and_a_log_without_its_proof(capsys: pytest.CaptureFixture[str]) -> None:
    attest, check = commands(PARTS[0])[4:]
    (new,) = (line for line in commands("Keys, trust policies and status lists") if " status new " in line)
    assert does(new) == 0
    capsys.readouterr()
    assert does(f"{check} --status status.json") == 1
    assert "RW4053: the trust policy has no role `status`" in capsys.readouterr().out
    assert does(f"{attest} --log-origin log.example/firmware --force") == 0
    assert "--trust TRUST-POLICY --anchor KEY\n" in capsys.readouterr().err
    assert does(check) == 3
    out = capsys.readouterr().out
    assert "RW4073: the attestation names the log `log.example/firmware`" in out
    assert "? undecided" in out


PREPARED = {
    "rulewright trust sign": ("keys new root.pem", "keys new lab.pem"),
    "rulewright keys rotate": ("keys new new.pem",),
}
"""What others did before a command of the section on keys, by its first words."""


def test_the_commands_about_keys_trust_and_status_work(
    made: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    surroundings(monkeypatch, tmp_path / "empty")
    text = section("Keys, trust policies and status lists")
    Path("policy.toml").write_text(text.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    lines = commands("Keys, trust policies and status lists")
    assert len(lines) == 9
    for name in ("camera.rwa.zip", "camera-2.rwa.zip"):
        words = ("--ephemeral", "--root-only", "--no-page", "--quiet", "--output", name)
        assert main(["attest", str(made[0] / "result.json"), *words]) == 0
    for line in lines:
        for before in next((words for start, words in PREPARED.items() if line.startswith(start)), ()):
            assert main(before.split()) == 0
        assert does(line) == 0, (line, capsys.readouterr())
