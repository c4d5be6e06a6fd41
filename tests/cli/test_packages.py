"""`rulewright bundle` as people run it: from an author's folder to a result, and everything that must not pass on the way."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rulewright.attest.packages import archive, index, lock, model
from rulewright.attest.packages.codes import CODES
from rulewright.cli import streams
from rulewright.cli.main import main
from rulewright.cli.packages import fetching, installed
from rulewright.cli.packages.building import build
from rulewright.cli.signing import RefusedError

MANIFEST = """\
name = "{name}"
edition = "{edition}"
title = "Rules of Acme"
publisher = "Acme Devices"
license = "Apache-2.0"
"""
BASE = """\
standard acme.base edition "1.0" {
  title "Base rules"
  publisher "Acme Devices"
  force house
  valid from 2026-01-01
  license "Apache-2.0"

  requirement suppliers shall {
    title    "Every library names its supplier"
    severity high
    check    every component c where c.type = library { c.supplier is known }
    fix      "Ask the supplier."
  }
}

test suppliers {
  given { component = [ { type = library, name = "a", supplier = "b" } ] complete } expect pass
  given { component = [ { type = library, name = "a" } ] complete } expect fail on "a"
}
"""
PRODUCT = """\
policy acme.product edition "2.0" {
  title "Product policy"
  use acme.base edition "1.0" as base
  tighten base:suppliers severity critical
}
"""
BASE_PACK, PRODUCT_PACK = "acme.base-1.0.rwpack", "acme.product-2.0.rwpack"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; exit code, stdout, stderr."""

    def work(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return work


def author(name: str = "acme.base", edition: str = "1.0", text: str = BASE, more: str = "", folder: str = "") -> Path:
    """The folder of a pack's author."""
    place = Path(folder or name.rpartition(".")[2])
    place.mkdir(exist_ok=True)
    (place / "rulewright-pack.toml").write_text(MANIFEST.format(name=name, edition=edition) + more, encoding="utf-8")
    (place / "CHANGELOG.md").write_text(f"# Changelog\n\n## {edition}\nNew.\n", encoding="utf-8")
    (place / "rules.rw").write_text(text, encoding="utf-8")
    return place


def pin(path: str, signer: str = "") -> str:
    """A dependency on an archive."""
    package = archive.unpack(Path(path).read_bytes())
    said = package.manifest
    return (
        f'[[dependencies]]\nname = "{said.name}"\nedition = "{said.edition}"\nsha256 = "{package.sha256}"\n'
        f'signer = "{signer}"\n'
    )


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key without a passphrase; a signed package; one that depends on it, signed, too; an index: made once, as their author would."""
    folder = tmp_path_factory.mktemp("packages")
    with contextlib.chdir(folder):
        assert main(["keys", "new", "key.pem", "--unencrypted"]) == 0
        assert main(["bundle", "build", str(author())]) == 0
        assert main(["bundle", "sign", BASE_PACK, "--key", "key.pem"]) == 0
        product = author("acme.product", "2.0", PRODUCT, pin(BASE_PACK))
        assert main(["bundle", "add", BASE_PACK, "--lock", str(product / "rulewright.lock")]) == 0
        assert main(["bundle", "build", str(product)]) == 0
        assert main(["bundle", "sign", PRODUCT_PACK, "--key", "key.pem"]) == 0
        assert main(["bundle", "index", "."]) == 0
    return folder


@pytest.fixture
def key(shelf: Path) -> str:
    """The key; its public half is `key.pem.pub`."""
    for name in ("key.pem", "key.pem.pub"):
        shutil.copy(shelf / name, name)
    return "key.pem"


@pytest.fixture
def base(shelf: Path, key: str) -> str:
    """A signed package, and the key of its signer."""
    assert key
    for path in shelf.glob(f"{BASE_PACK}*"):
        shutil.copy(path, path.name)
    return BASE_PACK


@pytest.fixture
def both(shelf: Path, base: str) -> str:
    """A package that depends on another one, both signed, with an index beside them."""
    assert base
    for path in (*shelf.glob(f"{PRODUCT_PACK}*"), shelf / "index.json"):
        shutil.copy(path, path.name)
    return PRODUCT_PACK


def names(folder: str) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in Path(folder).iterdir())


def project(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go into a project of its own, beside the packages."""
    place = Path("project")
    place.mkdir(exist_ok=True)
    (place / "cam.json").write_bytes(Path("cam.json").read_bytes())
    monkeypatch.chdir(place)
    return place


def test_every_code_of_packages_is_tested() -> None:
    here = Path(__file__)
    folders = (here, *(here.parents[1] / "attest" / "packages").glob("test_*.py"))
    text = "".join(path.read_text(encoding="utf-8") for path in folders)
    assert sorted(code for code in CODES if code not in text) == []
    assert [code.code for code in CODES.values() if not code.page.endswith(".")] == []


# ---- build


def test_the_same_folder_gives_the_same_bytes(run: Run) -> None:
    code, out, err = run("bundle", "build", author())
    assert code == 0
    data = Path("acme.base-1.0.rwpack").read_bytes()
    assert out == f"{hashlib.sha256(data).hexdigest()}  acme.base-1.0.rwpack\n"
    assert "2 tests passed" in err
    other = author(folder="other/deep".replace("/", "_"))
    os.utime(other / "rules.rw", (1, 1))
    (other / "rules.rw").chmod(0o700)
    (other / ".hidden").write_text("x", encoding="utf-8")
    (other / "acme.base-0.9.rwpack").write_bytes(b"x")
    code, _, err = run("bundle", "build", other, "-o", "again.rwpack")
    assert code == 0
    assert "left out: .hidden, acme.base-0.9.rwpack" in err
    assert Path("again.rwpack").read_bytes() == data
    assert archive.unpack(data).manifest.tests == model.Tested(run=True, passed=2)


def test_an_archive_that_is_there_is_not_lost(run: Run) -> None:
    folder = author()
    assert run("bundle", "build", folder)[0] == 0
    assert run("bundle", "build", folder)[0] == 0  # the same bytes
    (folder / "notes.txt").write_text("more", encoding="utf-8")
    before = Path("acme.base-1.0.rwpack").read_bytes()
    code, _, err = run("bundle", "build", folder)
    assert (code, Path("acme.base-1.0.rwpack").read_bytes()) == (2, before)
    assert "RW0006" in err
    assert run("bundle", "build", folder, "--force")[0] == 0
    assert Path("acme.base-1.0.rwpack").read_bytes() != before


def test_tests_that_are_not_run_are_told(run: Run) -> None:
    code, _, err = run("bundle", "build", author(), "--no-tests")
    assert code == 0
    assert "tests were not run" in err
    assert "not run when it was built" in run("bundle", "verify", "acme.base-1.0.rwpack")[1]


BROKEN = {
    "a licence": ({"more": ""}, ("Apache-2.0", "Apache"), "RW4205"),
    "an unknown member": ({"more": "typo = 1\n"}, None, "RW4206"),
    "no module": ({"text": "# nothing\n"}, None, "RW0108"),
    "text that does not compile": ({"text": BASE.replace("is known", "is knwn")}, None, "RW0"),
    "a test that fails": ({"text": BASE.replace("expect pass", "expect fail")}, None, "RW4208"),
    "a dependency that is not locked": ({"more": '[[dependencies]]\nname = "x"\nedition = "1"\nsha256 = "' + "a" * 64 + '"\n'}, None, "RW4209"),
    "a changelog of another edition": ({"edition": "1.0"}, ('edition = "1.0"', 'edition = "1.1"'), "RW4206"),
    "a pattern that fits nothing": ({"more": 'include = ["*.rw", "nothing*"]\n'}, None, "RW4206"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_built(name: str, run: Run) -> None:
    how, change, wanted = BROKEN[name]
    folder = author(**how)
    path = folder / "rulewright-pack.toml"
    if change is not None:
        path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    code, out, err = run("bundle", "build", folder)
    assert (code, out) == (2, "")
    assert wanted in err
    assert "Traceback" not in err
    assert not list(Path().glob("*.rwpack"))


def test_a_pack_holds_rules_and_is_called_so(run: Run) -> None:
    folder = author()
    code, _, err = run("bundle", "build", folder, "-o", "base/rules.rw", "--force")
    assert code == 2
    assert "RW0005" in err
    assert (folder / "rules.rw").read_text(encoding="utf-8") == BASE
    (folder / "rules.rw").unlink()
    assert "RW4208" in run("bundle", "build", folder)[2]
    assert "RW0003" in run("bundle", "build", "nowhere")[2]


def test_a_flaw_of_the_manifest_has_its_place(run: Run) -> None:
    folder = author()
    path = folder / "rulewright-pack.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Acme Devices", ""), encoding="utf-8")
    assert "base/rulewright-pack.toml:4:1" in run("bundle", "build", folder)[2]


@pytest.mark.skipif(sys.platform == "win32", reason="links and names of POSIX")
def test_files_that_cannot_be_part_of_a_package(run: Run) -> None:
    folder = author()
    (folder / "link.txt").symlink_to("/etc/hostname")
    (folder / "ä.txt").write_text("x", encoding="utf-8")
    code, _, err = run("bundle", "build", folder)
    assert code == 2
    assert err.count("RW4207") == 2
    (folder / "link.txt").unlink()
    (folder / "ä.txt").unlink()
    (folder / "more").mkdir()
    (folder / "more" / "A.txt").write_text("x", encoding="utf-8")
    (folder / "more" / "a.txt").write_text("x", encoding="utf-8")
    if len(list((folder / "more").iterdir())) == 2:
        assert "upper and lower case" in run("bundle", "build", folder)[2]
    code, _, err = run("bundle", "build", author(more='include = ["*.rw"]\n'))
    assert code == 0
    assert "more/A.txt" in err


def test_a_module_of_a_pack_that_is_no_dependency_is_refused(run: Run, base: str) -> None:
    folder = author("acme.product", "2.0", PRODUCT)
    assert run("bundle", "add", base, "--lock", folder / "rulewright.lock")[0] == 0
    code, _, err = run("bundle", "build", folder)
    assert code == 2
    assert "RW4208" in err
    assert "which is no dependency" in err


def test_a_text_beside_the_pack_is_no_part_of_it(run: Run) -> None:
    folder = author("acme.product", "2.0", PRODUCT, 'include = ["rules.rw"]\n')
    (folder / "base.rw").write_text(BASE, encoding="utf-8")
    code, _, err = run("bundle", "build", folder)
    assert code == 2
    assert "is in no dependency" in err


# ---- sign, verify


def test_verdicts_and_exit_codes(run: Run, base: str, key: str) -> None:
    assert run("keys", "new", "other.pem", "--unencrypted")[0] == 0
    assert run("bundle", "verify", base)[0] == 3
    code, out, _ = run("bundle", "verify", base, "--key", "key.pem.pub")
    assert code == 0
    assert "valid: the package is whole" in out
    assert run("bundle", "verify", base, "--key", "other.pem.pub")[0] == 1
    before = Path(base).read_bytes()
    assert run("bundle", "sign", base, "--key", "other.pem")[0] == 0
    assert Path(base).read_bytes() == before
    told = json.loads(run("bundle", "verify", base, "--key", "other.pem.pub", "--key", "key.pem.pub", "-f", "json")[1])
    assert (told["verdict"], len(told["signers"])) == ("valid", 2)
    assert "RW4211" in run("bundle", "sign", base, "--key", key)[2]
    Path(base).write_bytes(before[:-1])
    code, out, _ = run("bundle", "verify", base, "--key", "key.pem.pub")
    assert code == 2
    assert "RW4201" in out
    assert "RW4201" in run("bundle", "sign", base, "--key", "key.pem")[2]
    Path(base).write_bytes(before)
    Path(base + ".sig.json").unlink()
    code, out, _ = run("bundle", "verify", base, "--key", "key.pem.pub")
    assert code == 3
    assert "RW4210" in out


def test_a_trust_policy_says_who_may_publish(run: Run, base: str) -> None:
    text = (
        'id = "urn:acme:trust"\nissued = 2026-01-01\nexpires = 2027-12-31\n'
        '[keys.k]\nfile = "key.pem.pub"\nowner = "Acme"\nfrom = 2026-01-01\nuntil = 2028-12-31\n'
        '[roles.root]\nkeys = ["k"]\n[roles.publisher]\nkeys = ["k"]\n'
        '[[rules]]\nrole = "publisher"\npredicate = "urn:rulewright:pack:v1"\nstandards = ["acme.base"]\n'
    )
    Path("trust.toml").write_text(text, encoding="utf-8")
    assert run("trust", "sign", "trust.toml", "--key", "key.pem", "--as-of", "2026-11-01", "-o", "trust.json")[0] == 0
    words = ("--trust", "trust.json", "--anchor", "key.pem.pub", "--as-of", "2026-11-01")
    assert run("bundle", "verify", base, *words)[0] == 0
    assert run("bundle", "add", base, *words)[0] == 0
    assert "signed by " in run("bundle", "list")[1]
    code, out, _ = run("bundle", "verify", base, *words[:4], "--as-of", "2028-06-01")
    assert code == 1
    assert "RW4032" in out
    assert run("bundle", "verify", base, "--anchor", "key.pem.pub")[0] == 2


# ---- add, use


@pytest.mark.usefixtures("both")
def test_a_pack_and_what_it_needs_are_used(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    project(monkeypatch)
    code, out, _ = run("bundle", "add", "index+../index.json", "acme.product", "--key", "../key.pem.pub")
    assert (code, re.findall(r"  (\S+)$", out, re.MULTILINE)) == (0, ["acme.base@1.0", "acme.product@2.0"])
    text = Path("rulewright.lock").read_bytes()
    assert [each.source for each in lock.decode(text).packs] == ["index+../index.json"] * 2
    assert str(Path.cwd()).encode() not in text
    code, out, _ = run("check", "cam.json", "--policy", "acme.product", "-f", "json", "-o", "r.json")
    assert code == 1  # a library without a supplier
    told = json.loads(Path("r.json").read_bytes())
    texts = {each["name"]: each["sha256"] for each in told["run"]["texts"]}
    assert texts["acme.base@1.0/rules.rw"] == hashlib.sha256(BASE.encode()).hexdigest()
    assert str(Path.cwd()) not in Path("r.json").read_text(encoding="utf-8")
    assert run("attest", "r.json", "--key", "../key.pem", "-o", "a.rwa.zip", "--no-views")[0] == 0
    assert "the same bytes" in run("replay", "a.rwa.zip")[1]
    assert run("conflicts", "acme.product")[0] == 0
    assert "acme.base@1.0/rules.rw" in run("explain", "acme.base:suppliers")[1]
    assert run("bundle", "list")[0] == 0


def test_the_users_own_file_comes_before_a_pack(run: Run, base: str) -> None:
    assert run("bundle", "add", base)[0] == 0
    Path("own.rw").write_text(BASE.replace("is known", "is known; c.version is known"), encoding="utf-8")
    assert run("check", "cam.json", "--policy", "own.rw", "-f", "json", "-o", "r.json")[0] in {0, 1}
    taken = [each["name"] for each in json.loads(Path("r.json").read_bytes())["run"]["texts"]]
    assert "own.rw" in taken
    assert "acme.base@1.0/rules.rw" not in taken


def test_no_byte_of_a_locked_archive_changes_unseen(run: Run, base: str) -> None:
    assert run("bundle", "add", base)[0] == 0
    path = Path("packs") / base
    data = path.read_bytes()
    for at in (0, len(data) // 3, len(data) - 1):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        os.utime(path, (at + 1, at + 1))
        code, out, err = run("check", "cam.json", "--policy", "acme.base")
        assert (code, out) == (2, "")
        assert "RW4215" in err
        assert run("bundle", "list")[0] == 1
    path.unlink()
    assert "RW4215" in run("check", "cam.json", "--policy", "small.rw")[2]
    assert run("bundle", "add", base)[0] == 0
    assert run("check", "cam.json", "--policy", "acme.base")[0] == 1
    (Path("packs") / (base + ".sig.json")).write_bytes(b"{}")
    code, out, _ = run("bundle", "list")
    assert code == 1
    assert "RW4215" not in out


def test_a_whole_other_package_in_the_place_of_the_locked_one(run: Run, base: str) -> None:
    assert run("bundle", "add", base)[0] == 0
    made = build(str(author(text=BASE.replace("high", "low")))).data
    (Path("packs") / base).write_bytes(made)
    code, _, err = run("standards", "list")
    assert code == 2
    assert "does not have the bytes that are locked" in err


@pytest.mark.parametrize(
    "change", [(b"acme.base", b"acme.bose"), (b'"1.0"', b'"1.1"'), (b"\n}\n", b"\n}\n\n"), (b"{", b"[")]
)
def test_a_lock_that_was_edited_stops_everything(change: tuple[bytes, bytes], run: Run, base: str) -> None:
    assert run("bundle", "add", base)[0] == 0
    path = Path("rulewright.lock")
    path.write_bytes(path.read_bytes().replace(*change, 1))
    for words in (("check", "cam.json", "--policy", "small.rw"), ("bundle", "list"), ("bundle", "add", base)):
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert "RW4214" in err


def test_an_unsigned_package_is_said_to_be_so(run: Run) -> None:
    code, _, err = run("bundle", "add", author())
    assert code == 0
    assert "nobody's signature was judged" in err
    assert "nobody whose signature was judged" in run("bundle", "list")[1]
    told = json.loads(run("bundle", "list", "-f", "json")[1])
    assert [(each["name"], each["signers"], each["state"]) for each in told["packs"]] == [("acme.base", [], "ok")]


def test_a_package_that_fails_is_not_added(run: Run, base: str) -> None:
    assert run("keys", "new", "other.pem", "--unencrypted")[0] == 0
    for words in ((base, "--key", "other.pem.pub"), ("small.rw",), ("cam.json", "--force")):
        code, out, err = run("bundle", "add", *words)
        assert (code, out) == (2, "")
        assert "RW4212" in err
    assert not Path("rulewright.lock").exists()
    assert not Path("packs").exists()


def test_a_signed_pack_is_not_followed_by_one_that_nobody_judged(run: Run, base: str) -> None:
    assert run("bundle", "add", base, "--key", "key.pem.pub")[0] == 0
    code, _, err = run("bundle", "add", author(edition="1.1"))
    assert code == 2
    assert "RW4212" in err
    assert "is locked as signed" in err


def test_no_step_back(run: Run, base: str) -> None:
    newer, older = author(edition="1.1", folder="newer"), author(edition="0.9", folder="older")
    assert run("bundle", "add", base)[0] == 0
    assert run("bundle", "add", newer)[0] == 0
    assert names("packs") == ["acme.base-1.1.rwpack"]
    for words in ((older,), (base,)):
        assert "RW4213" in run("bundle", "add", *words)[2]
    assert run("bundle", "verify", base, "--lock", "rulewright.lock", "--key", "key.pem.pub")[0] == 1
    assert run("bundle", "add", older, "--force")[0] == 0
    changed = author(edition="0.9", text=BASE.replace("high", "low"), folder="changed")
    code, _, err = run("bundle", "add", changed, "--force")
    assert code == 2
    assert "an edition never changes" in err


def test_a_pack_never_takes_the_place_of_a_shipped_standard(run: Run) -> None:
    text = BASE.replace("acme.base", "cisa.minimum_elements").replace('edition "1.0"', 'edition "2026"')
    code, _, err = run("bundle", "add", author(text=text))
    assert code == 2
    assert "RW4216" in err
    assert not Path("rulewright.lock").exists()


def test_a_new_edition_of_a_shipped_standard_is_named_with_its_edition(run: Run) -> None:
    assert (
        run("bundle", "add", author(text=BASE.replace("acme.base", "cisa.minimum_elements").replace("1.0", "2099")))[0]
        == 0
    )
    code, out, err = run("check", "cam.json", "--policy", "cisa.minimum_elements")
    assert (code, out) == (2, "")
    assert "RW0004" in err
    assert "`cisa.minimum_elements@2026`, `cisa.minimum_elements@2099`" in err
    assert run("check", "cam.json", "--policy", "cisa.minimum_elements@2099", "-q")[0] == 1


def test_two_packs_with_one_module(run: Run, base: str) -> None:
    assert run("bundle", "add", base)[0] == 0
    same = author("acme.same", folder="same")
    assert run("bundle", "add", same)[0] == 0  # the same text: nothing to choose between
    other = author("acme.other", text=BASE.replace("high", "low"), folder="other")
    code, _, err = run("bundle", "add", other)
    assert code == 2
    assert "RW4216" in err
    assert len(names("packs")) == 3


def test_dependencies_that_are_not_there(run: Run, both: str, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("alone").mkdir()
    Path("alone", both).write_bytes(Path(both).read_bytes())
    assert "RW4209" in run("bundle", "add", f"alone/{both}")[2]
    Path("alone", base).write_bytes(build(str(author(text=BASE.replace("high", "low"), folder="changed"))).data)
    code, _, err = run("bundle", "add", f"alone/{both}")
    assert code == 2
    assert "does not have the bytes that it is pinned to" in err
    assert not Path("rulewright.lock").exists()
    project(monkeypatch)
    assert run("bundle", "add", f"../{both}")[0] == 0
    assert "RW4209" in run("bundle", "add", author(edition="1.1"))[2]
    code, _, err = run("bundle", "remove", "acme.base")
    assert code == 2
    assert "RW4219" in err
    assert run("bundle", "remove", "acme.product")[0] == 0
    assert run("bundle", "remove", "acme.base")[0] == 0
    assert names("packs") == []
    assert "RW4219" in run("bundle", "remove", "acme.base")[2]


def test_whole_or_not_at_all(run: Run, both: str, monkeypatch: pytest.MonkeyPatch) -> None:
    project(monkeypatch)
    real = streams.write_file

    def full(path: str, data: bytes) -> None:
        if path.endswith(".lock"):
            raise OSError(28, "No space left on device")
        real(path, data)

    monkeypatch.setattr("rulewright.cli.packages.adding.write_file", full)
    code, out, err = run("bundle", "add", f"../{both}")
    assert (code, out) == (2, "")
    assert "RW0006" in err
    assert names("packs") == []


def test_tests_that_name_documents_run_from_the_archive(run: Run) -> None:
    folder = author(text=BASE + 'test suppliers {\n  given "facts/cam.json" expect fail on "busybox"\n}\n')
    code, _, err = run("bundle", "build", folder)
    assert code == 2
    assert "which is no file of the pack" in err
    (folder / "facts").mkdir()
    (folder / "facts" / "cam.json").write_bytes(Path("cam.json").read_bytes())
    assert run("bundle", "add", folder)[0] == 0
    shutil.rmtree(folder)
    code, out, err = run("test", "acme.base")
    assert (code, err) == (0, ""), out
    assert "3 of 3 tests pass" in out


def test_a_file_that_nobody_locked_is_not_lost(run: Run, base: str) -> None:
    Path("packs").mkdir()
    Path("packs", base).write_bytes(b"mine")
    code, out, err = run("bundle", "add", base)
    assert (code, out) == (2, "")
    assert "RW0006" in err
    assert Path("packs", base).read_bytes() == b"mine"
    assert not Path("rulewright.lock").exists()


def test_words_that_mean_nothing(run: Run, base: str) -> None:
    assert "RW0002" in run("bundle", "verify", "-")[2]
    assert "`nowhere` cannot be read" in run("bundle", "verify", base, "--lock", "nowhere")[2]
    assert "RW0003" in run("bundle", "list", "--lock", "nowhere")[2]
    assert "RW0002" in run("bundle", "build", "base", "--key", "key.pem")[2]


# ---- index, addresses


class Web:
    """A web folder on this machine: files by path, redirections, and what was asked."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.moved: dict[str, str] = {}
        self.asked: list[str] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append(self.path)
                path = self.path.partition("?")[0]
                if path in web.moved:
                    self.send_response(302)
                    self.send_header("Location", web.moved[path])
                    self.end_headers()
                    return
                data = web.files.get(path)
                self.send_response(404 if data is None else 200)
                self.end_headers()
                self.wfile.write(data or b"")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's own name
                del format, args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, loopback: None) -> Iterator[Web]:
    assert loopback is None  # this machine may be connected to
    monkeypatch.setenv("no_proxy", "*")
    made = Web()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.mark.usefixtures("both")
def test_a_static_web_folder_is_a_registry(run: Run, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (*Path().glob("*.rwpack*"), Path("index.json")):
        web.files[f"/rules/{path.name}"] = path.read_bytes()
    project(monkeypatch)
    code, _, err = run(
        "bundle", "add", f"{web.url}/rules/index.json?token=secret", "acme.product@2.0", "--key", "../key.pem.pub"
    )
    assert code == 0, err
    assert "/rules/acme.base-1.0.rwpack?token=secret" in web.asked
    text = Path("rulewright.lock").read_text(encoding="utf-8")
    assert f'"{web.url}/rules/index.json"' in text
    assert "secret" not in text
    assert run("check", "cam.json", "--policy", "acme.product")[0] == 1


def test_an_index_that_lies(run: Run, both: str, base: str) -> None:
    found = index.decode(Path("index.json").read_bytes())
    Path(base).write_bytes(Path(base).read_bytes()[:-1])
    assert "RW4217" in run("bundle", "add", "index+index.json", "acme.base")[2]
    Path(base).unlink()
    Path(base).symlink_to(both)
    assert "RW4217" in run("bundle", "add", "index+index.json", "acme.base")[2]
    assert "RW4217" in run("bundle", "add", "index+index.json", "acme.else")[2]
    assert "RW0002" in run("bundle", "add", "index+index.json")[2]
    elsewhere = [
        model.Entry(**{**{f: getattr(e, f) for f in e.__struct_fields__}, "file": "../x"}) for e in found.packs
    ]
    Path("index.json").write_bytes(model.encode(model.Index(packs=tuple(elsewhere))))
    assert "points elsewhere" in run("bundle", "add", "index+index.json", "acme.base")[2]


def test_an_index_lists_whole_packages_only(run: Run, base: str) -> None:
    Path("acme.else-1.0.rwpack").write_bytes(Path(base).read_bytes())
    assert "is not called after its pack" in run("bundle", "index", ".")[2]
    Path("acme.else-1.0.rwpack").write_bytes(b"x")
    assert "RW4201" in run("bundle", "index", ".")[2]
    Path("acme.else-1.0.rwpack").unlink()
    Path("index.json").write_text("mine", encoding="utf-8")
    assert "RW0006" in run("bundle", "index", ".")[2]
    assert Path("index.json").read_text(encoding="utf-8") == "mine"
    assert run("bundle", "index", ".", "-o", "other.json")[0] == 0
    first = Path("other.json").read_bytes()
    assert run("bundle", "index", ".", "-o", "other.json")[0] == 0
    assert Path("other.json").read_bytes() == first


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/index.json",
        "ftp://example.org/index.json",
        "https://me:word@example.org/index.json",
        "https://me@example.org/index.json",
        "https://",
        "https://[x/index.json",
        "https://example.org:99999/index.json",
        "file:///etc/passwd",
    ],
)
def test_addresses_that_are_not_asked(address: str, run: Run) -> None:
    code, out, err = run("bundle", "add", address, "acme.base")
    assert (code, out) == (2, "")
    assert "RW4218" in err
    assert "word" not in err.replace("password", "")


def test_what_an_address_may_not_do(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.files["/large"] = b"x" * 100
    web.moved = {
        "/away": "http://localhost:1/index.json",
        "/scheme": "https://127.0.0.1/",
        "/near": "/large",
        "/round": "/round",
    }
    assert fetching.fetch(f"{web.url}/near", 100) == b"x" * 100
    for path in ("/large", "/away", "/scheme", "/round", "/none"):
        with pytest.raises(RefusedError) as found:
            fetching.fetch(web.url + path, 99)
        assert found.value.diagnostic.code == "RW4218", path
    monkeypatch.setattr(fetching, "SECONDS", -1)
    with pytest.raises(RefusedError, match="took longer"):
        fetching.fetch(f"{web.url}/large", 100)


# ---- packs of installed Python packages


def python_package(name: str, value: str, folder: Path | None) -> None:
    """A distribution on `sys.path` that announces a pack; its code must never run."""
    site = Path("site")
    code = site / name
    code.mkdir(parents=True, exist_ok=True)
    (code / "__init__.py").write_text("raise RuntimeError('the code was run')\n", encoding="utf-8")
    if folder is not None:
        folder.rename(code / "files")
    about = site / f"{name}-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(f"[rulewright.packs]\nrules = {value}\n", encoding="utf-8")


@pytest.fixture
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Python packages of this test alone."""
    monkeypatch.syspath_prepend(str(Path("site").absolute()))
    installed.installed.cache_clear()
    yield
    installed.installed.cache_clear()


@pytest.mark.usefixtures("_fresh")
def test_a_pack_of_an_installed_python_package(run: Run) -> None:
    python_package("acme_rules", "acme_rules", author())
    code, _, err = run("check", "cam.json", "--policy", "acme.base", "-f", "json", "-o", "r.json")
    assert code == 1, err
    taken = [each["name"] for each in json.loads(Path("r.json").read_bytes())["run"]["texts"]]
    assert "acme.base@1.0/rules.rw" in taken
    Path("product.rw").write_text(PRODUCT, encoding="utf-8")
    assert run("check", "cam.json", "--policy", "product.rw", "--no-cache")[0] == 1
    code, out, _ = run("bundle", "list")
    assert code == 0
    assert "the Python package acme_rules" in out
    assert "acme_rules" not in sys.modules


@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize("value", ["acme_rules", "no_such_module", "acme_rules.below", "../up"])
def test_a_pack_that_is_announced_and_not_there(value: str, run: Run) -> None:
    python_package("acme_rules", value, None)
    code, out, err = run("check", "cam.json", "--policy", "acme.base")
    assert (code, out) == (2, "")
    assert "RW4220" in err
    assert run("bundle", "list")[0] == 1
    assert run("check", "cam.json", "--policy", "small.rw")[0] == 1  # nobody asked for it


def test_without_a_lock_nothing_of_packages_is_imported() -> None:
    import subprocess

    code = (
        "import sys; from rulewright.cli.main import main; main(['check', 'cam.json', '--policy', 'small.rw', '-q']);"
        "print([n for n in sys.modules if n.startswith('rulewright.attest') or n == 'importlib.metadata'], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip().endswith("[]")
