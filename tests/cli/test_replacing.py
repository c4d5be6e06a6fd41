"""What the commands about attestations write never takes the place of what they read, nor of a private key."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from rulewright.attest import keys
from rulewright.cli.main import main
from tests.attest import good
from tests.cli.replays import SMALL

POLICY = """
id = "urn:acme:trust"
expires = 2028-01-01
[keys.root]
file = "k.pem.pub"
owner = "Acme"
from = 2026-01-01
until = 2028-01-01
[roles]
root = { keys = ["root"] }
maker = { keys = ["root"] }
[[rules]]
role = "maker"
"""
DAY = ("--as-of", "2026-11-21")


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a result, keys, a bundle, a log, a trust policy and a status list."""
    from tests.cli.replays import fresh

    folder = tmp_path_factory.mktemp("replacing")
    here = folder / "here"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RULEWRIGHT_CACHE_DIR", str(folder / "cache"))
        fresh(here, SMALL)
        patch.chdir(here)
        Path("seed").write_text("5a" * 32, encoding="utf-8")
        Path("camera.bin").write_bytes(b"firmware")
        Path("policy.toml").write_text(POLICY, encoding="utf-8")
        for name in ("k.pem", "kk.pem", "other.pem"):
            assert main(["keys", "new", name, "--unencrypted", "-q"]) == 0
        small = ("--no-views", "--no-page", "-q", "--key", "k.pem")
        assert main(["attest", "result.json", "-o", "c.zip", "--seed", "seed", "--artifact", "camera.bin", *small]) == 0
        assert main(["log", "new", "lg", "--origin", "log.example/a", "--key", "kk.pem", "-q"]) == 0
        assert main(["trust", "sign", "policy.toml", "-o", "trust.json", "--key", "k.pem", "-q", *DAY]) == 0
        assert main(["status", "new", "list.json", "--id", "urn:acme:status", "--key", "k.pem", "-q", *DAY]) == 0
    return here


@pytest.fixture
def here(_made: Path, place: Path) -> Path:
    """A copy of it, as the working folder."""
    for path in place.iterdir():
        path.unlink()
    shutil.copytree(_made, place, dirs_exist_ok=True)
    return place


def content(folder: Path) -> dict[str, bytes]:
    """All files."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


ATTEST = (
    "attest",
    "result.json",
    "--key",
    "k.pem",
    "--seed",
    "seed",
    "--artifact",
    "camera.bin",
    "--no-views",
    "--no-page",
)
REFUSED = {
    **{f"attest onto {name}": (*ATTEST, "-o", name) for name in ("c.zip", "kk.pem")},
    **{
        f"attest onto {name} by force": (*ATTEST, "--force", "-o", name)
        for name in ("result.json", "k.pem", "kk.pem", "seed", "camera.bin", "small.rw", "cam.json", "link", "hard")
    },
    "attest onto what it supersedes": (*ATTEST, "--supersedes", "c.zip", "--force", "-o", "c.zip"),
    "the public half onto the private one": ("keys", "public", "k.pem", "-o", "k.pem"),
    "the public half onto another private key": ("keys", "public", "k.pem", "-o", "kk.pem"),
    "the public half onto another public one": ("keys", "public", "k.pem", "-o", "kk.pem.pub"),
    "keys show": ("keys", "show", "k.pem", "-o", "k.pem"),
    "keys rotate": ("keys", "rotate", "trust.json", "k.pem.pub", "kk.pem.pub", "--key", "k.pem", "-o", "kk.pem.pub"),
    "log append onto the key": ("log", "append", "lg", "c.zip", "--key", "kk.pem", "-o", "kk.pem"),
    "log append onto another bundle": ("log", "append", "lg", "c.zip", "--key", "kk.pem", "-o", "other.zip"),
    "log append into the log": ("log", "append", "lg", "c.zip", "--key", "kk.pem", "--force", "-o", "lg/checkpoint"),
    "log prove onto the bundle": ("log", "prove", "lg", "c.zip", "-o", "c.zip"),
    "log prove into the log": ("log", "prove", "lg", "c.zip", "-o", "lg/checkpoint"),
    "a witness onto its key": ("log", "witness", "lg", "--key", "k.pem", "--name", "w.example/a", "--vkey", "x", "--state", "k.pem"),
    "a witness onto its memory": ("log", "witness", "lg", "--key", "k.pem", "--name", "w.example/a", "--vkey", "x", "-o", "k.pem.seen"),
    "replay": ("replay", "c.zip", "-o", "c.zip"),
    "trust show onto the policy": ("trust", "show", "trust.json", "-o", "trust.json"),
    "trust show onto a key": ("trust", "show", "trust.json", "-o", "other.pem"),
    "trust sign onto its key": ("trust", "sign", "policy.toml", "--key", "k.pem", "-o", "k.pem"),
    "status show": ("status", "show", "list.json", "-o", "list.json"),
    "status onto its key": ("status", "renew", "list.json", "--key", "k.pem", "-o", "k.pem", *DAY),
    "stamp's question": ("stamp", "c.zip", "--request", "c.zip"),
    "stamp's question onto a key": ("stamp", "c.zip", "--request", "k.pem"),
    "stamp's answer": ("stamp", "c.zip", "--reply", "seed", "-o", "seed"),
    "stamp onto another bundle": ("stamp", "c.zip", "--reply", "seed", "-o", "other.zip"),
    "disclose": ("disclose", "c.zip", "--only", "fail", "-o", "c.zip"),
    "disclose onto a key": ("disclose", "c.zip", "--only", "fail", "-o", "k.pem"),
    "verify": ("verify", "c.zip", "--key", "k.pem.pub", "-o", "k.pem.pub"),
    "verify's page": ("verify", "c.zip", "--key", "k.pem.pub", "--page", "c.zip"),
    "verify's memory": ("verify", "c.zip", "--trust", "trust.json", "--seen", "trust.json"),
    "verify's page onto its report": ("verify", "c.zip", "--key", "k.pem.pub", "--page", "new.html", "-o", "./new.html"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_is_lost(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "link").symlink_to("cam.json")
    os.link("small.rw", "hard")
    shutil.copy("c.zip", "other.zip")
    (here / "k.pem.seen").write_text("what a witness saw", encoding="utf-8")
    before = content(here)
    code = main([*REFUSED[name], "-q"])
    err = capsys.readouterr().err
    assert (code, "error[RW0006]" in err) == (2, True), err
    assert content(here) == before


def test_in_place_and_by_force(here: Path) -> None:
    quiet = ("-q",)
    assert main([*ATTEST, "--force", "-o", "c.zip", *quiet]) == 0
    assert main(["log", "append", "lg", "c.zip", "--key", "kk.pem", *quiet]) == 0
    assert main(["log", "append", "lg", "c.zip", "--key", "kk.pem", "-o", "./c.zip", *quiet]) == 0
    shutil.copy("c.zip", "other.zip")
    assert main(["log", "append", "lg", "c.zip", "--key", "kk.pem", "-o", "other.zip", "--force", *quiet]) == 0
    assert main(["trust", "sign", "trust.json", "--key", "k.pem", "-o", "trust.json", *quiet]) == 2, "it signed already"
    assert main(["status", "renew", "list.json", "--key", "k.pem", "-o", "list.json", *DAY, *quiet]) == 0
    for _ in range(2):
        assert main(["keys", "public", "k.pem", "-o", "half.pub", *quiet]) == 0
        assert main(["trust", "show", "trust.json", "-o", "report.txt", *quiet]) == 0
        assert main(["replay", "c.zip", "-o", "report.txt", *quiet]) == 0
    assert keys.from_pem((here / "half.pub").read_bytes()).id != good.public("maker").id


def test_the_default_name_is_guarded_too(here: Path) -> None:
    words = tuple(word for word in ATTEST if word != "-o")
    assert main([*words, "-q"]) == 0
    (made,) = here.glob("*.attestation.zip")
    kept = made.read_bytes()
    assert main([*words, "-q"]) == 2
    assert made.read_bytes() == kept
    assert main([*words, "-q", "--force"]) == 0
