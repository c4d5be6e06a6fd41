"""What a package never does: stand for another text, change rules that do not use it, write where nobody asked, hold somebody up."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rulewright.attest.packages import archive, index, lock, model, source
from rulewright.attest.packages.model import Locked
from rulewright.cli import library
from rulewright.cli.main import main
from rulewright.cli.packages import fetching, locked
from rulewright.cli.packages.building import build
from rulewright.cli.signing import RefusedError
from tests.cli.test_packages import BASE, PRODUCT, author

Run = Callable[..., tuple[int, str, str]]
BASE_PACK = "acme.base-1.0.rwpack"
SHIPPED = next(m for m in library.shipped() if m.id == "etsi.en_303_645")
FAKE = f'standard {SHIPPED.id} edition "{SHIPPED.edition}" {{\n  requirement only shall {{ check true }}\n}}\n'
USER = f'policy acme.base edition "1.0" {{\n  use\n    {SHIPPED.id} edition "{SHIPPED.edition}" as etsi\n}}'
posix = pytest.mark.skipif(sys.platform == "win32", reason="links, owners and modes of POSIX")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; exit code, stdout, stderr."""

    def work(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return work


def pack(text: str, name: str = "acme.base", edition: str = "1.0", words: str = "") -> bytes:
    """A package as a stranger makes it: nothing in it was compiled, all else is as it has to be."""
    manifest = f'name = "{name}"\nedition = "{edition}"\ntitle = "T"\npublisher = "P"\nlicense = "MIT"\n'
    files = {
        "CHANGELOG.md": f"## {edition}\n".encode(),
        "rules.rw": text.encode(),
        "rulewright-pack.toml": manifest.encode(),
        **({"words.rw": words.encode()} if words else {}),
    }
    said = source.read(files["rulewright-pack.toml"])
    modules = [
        model.Module(kind=m.kind, id=m.id, edition=m.edition, file=file)  # type: ignore[arg-type]  # one of three
        for file, data in files.items()
        if file.endswith(model.RULES)
        for m in library.heads(data, "", "")
    ]
    made = model.Manifest(
        name=said.name,
        edition=said.edition,
        title=said.title,
        publisher=said.publisher,
        license=said.license,
        language=said.language,
        changelog=said.changelog,
        dependencies=(),
        files=archive.listed(files),
        modules=tuple(sorted(modules, key=lambda each: (each.id, each.edition))),
        uses=(),
        tests=model.Tested(run=True, passed=0),
    )
    return archive.pack(made, files)


def lock_by_hand(*archives: bytes) -> None:
    """A lock that `bundle add` never judged."""
    Path("packs").mkdir(exist_ok=True)
    packs = []
    for data in archives:
        said = archive.unpack(data).manifest
        Path("packs", model.filename(said.name, said.edition)).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        packs.append(
            Locked(
                name=said.name,
                edition=said.edition,
                sha256=digest,
                signature=None,
                source="x",
                signers=(),
                dependencies=(),
            )
        )
    Path("rulewright.lock").write_bytes(lock.encode(packs))


# ---- one text for one id and edition


def test_a_head_behind_a_space_is_seen(run: Run) -> None:
    Path("fake.rwpack").write_bytes(pack(f"{USER}\n {FAKE}"))
    code, _, err = run("bundle", "add", "fake.rwpack")
    assert (code, "RW4216" in err) == (2, True)


@pytest.mark.parametrize(
    "text",
    [f"{USER} {FAKE}", f"{USER}\n{FAKE.replace(' edition', ' # e' + chr(10) + ' edition', 1)}", f"{USER}\n}} {FAKE}"],
)
def test_what_the_scan_does_not_see_is_no_part_of_a_package(text: str, run: Run) -> None:
    assert run("bundle", "build", author(text=text))[0] == 2
    Path("fake.rwpack").write_bytes(pack(text))
    code, out, _ = run("bundle", "verify", "fake.rwpack")
    assert (code, "RW4204" in out) == (1, True)
    code, _, err = run("bundle", "add", "fake.rwpack")
    assert (code, "RW4204" in err) == (2, True)


def test_a_mark_of_the_encoding_hides_no_head(run: Run) -> None:
    folder = author()
    (folder / "rules.rw").write_bytes(b"\xef\xbb\xbf" + BASE.encode())
    assert run("bundle", "build", folder)[0] == 0


def test_a_use_that_the_scan_does_not_see_is_no_part_of_a_package(run: Run) -> None:
    text = BASE + PRODUCT.replace("use acme.base", "use # remark\n acme.base")
    Path("hidden.rwpack").write_bytes(pack(text))
    code, out, _ = run("bundle", "verify", "hidden.rwpack")
    assert code == 1
    assert "`use` of `acme.base@1.0`" in out


@pytest.mark.parametrize("words", [("--no-cache",), ()])
def test_no_second_module_wins_where_nobody_looked(words: tuple[str, ...], run: Run) -> None:
    hidden = f"{USER} {FAKE}"
    lock_by_hand(pack(hidden))
    for _ in range(2):  # the second time from the cache, where there is one
        code, out, err = run("check", "cam.json", "--policy", "acme.base", *words)
        assert (code, out) == (2, "")
        assert "RW0401" in err
    Path("own.rw").write_text(hidden, encoding="utf-8")
    assert "RW0401" in run("test", "own.rw")[2] + run("lint", "own.rw")[1]
    assert "RW0401" in run("check", "cam.json", "--policy", "own.rw")[2]


def test_a_file_beside_a_policy_does_not_stand_for_a_locked_module(run: Run) -> None:
    assert run("bundle", "add", author())[0] == 0
    Path("main.rw").write_text(PRODUCT, encoding="utf-8")
    Path("near.rw").write_text(BASE, encoding="utf-8")
    assert run("check", "cam.json", "--policy", "main.rw")[0] == 1  # the same bytes
    Path("near.rw").write_text(BASE.replace("is known", "is known or true"), encoding="utf-8")
    code, out, err = run("check", "cam.json", "--policy", "main.rw")
    assert (code, out) == (2, "")
    assert "RW4216" in err
    assert "`near.rw`" in err
    assert "`acme.base@1.0/rules.rw`" in err


def test_rules_in_json_are_rules(run: Run) -> None:
    folder = author()
    text = (folder / "rules.rw").read_text(encoding="utf-8").partition("\ntest")[0]
    (folder / "rules.rw").write_text(text, encoding="utf-8")
    assert run("convert", folder / "rules.rw", "--to", "json", "-o", folder / "rules.rw.json")[0] == 0
    (folder / "rules.rw").unlink()
    assert run("bundle", "build", folder)[0] == 0
    said = archive.unpack(Path(BASE_PACK).read_bytes()).manifest
    assert [(each.id, each.file) for each in said.modules] == [("acme.base", "rules.rw.json")]
    assert run("bundle", "add", BASE_PACK)[0] == 0
    assert run("check", "cam.json", "--policy", "acme.base")[0] == 1
    (folder / "rules.rw.json").write_text("{}", encoding="utf-8")
    assert run("bundle", "build", folder)[0] == 2


# ---- what nothing uses changes nothing

WORDS = """vocabulary acme.words edition "1" {
  objective UPD-VERIFY "Nothing" { check true or false }
  attribute iface.telnet_present : bool choice { detectors manual fresh 36500d }
  attribute acme.led : bool choice
  axiom dark : not acme.led
}
"""


def program(run: Run) -> tuple[int, object]:
    code, out, _ = run("check", "cam.json", "--policy", "small.rw", "-f", "json", "--no-cache")
    return code, json.loads(out)["run"]["texts"]


def test_a_pack_that_nothing_uses_changes_nothing(run: Run) -> None:
    before = program(run)
    lock_by_hand(pack(WORDS, "aaa.words"))
    assert program(run) == before
    shown = run("conflicts", "small.rw")[1]
    Path("rulewright.lock").unlink()
    assert run("conflicts", "small.rw")[1] == shown


def test_a_vocabulary_of_a_pack_counts_where_it_is_used(run: Run) -> None:
    led = 'vocabulary acme.words edition "1" {\n  attribute acme.led : bool choice\n}\n'
    rules = BASE.replace("c.supplier is known", "c.supplier is known; not acme.led").partition("\ntest")[0]
    lock_by_hand(pack(led, "acme.words"), pack(rules, words=led.replace("acme.words", "acme.own")))
    assert run("check", "cam.json", "--policy", "acme.base")[0] == 1  # with the vocabulary of its pack
    policy = 'policy p edition "1" {\n  requirement r shall { check not acme.led }\n}\n'
    Path("p.rw").write_text(policy, encoding="utf-8")
    assert "RW0201" in run("check", "cam.json", "--policy", "p.rw")[2]
    Path("p.rw").write_text(policy.replace("{\n", '{\n  use acme.words edition "1" as w\n', 1), encoding="utf-8")
    assert run("check", "cam.json", "--policy", "p.rw")[0] in {0, 1}


def test_one_name_has_one_meaning(run: Run) -> None:
    lock_by_hand(pack(WORDS + BASE))
    code, out, err = run("check", "cam.json", "--policy", "acme.base")
    assert (code, out) == (2, "")
    assert err.count("error[RW0419]") == 2
    assert "standards/vocabulary.rw" in err
    Path("rulewright.lock").unlink()
    Path("words.rw").write_text(WORDS, encoding="utf-8")
    assert "RW0419" in run("check", "cam.json", "--policy", "small.rw")[2]


# ---- where nothing is written


@posix
@pytest.mark.parametrize("name", [f"packs/{BASE_PACK}", f"packs/{BASE_PACK}.sig.json", "packs", "rulewright.lock"])
def test_nothing_is_written_through_a_link(name: str, run: Run) -> None:
    Path(BASE_PACK).write_bytes(pack(BASE))
    Path(BASE_PACK + ".sig.json").write_bytes(b"{}")
    target = Path("mine")
    if name == "packs":
        target.mkdir()
    elif name == "rulewright.lock":
        target.write_bytes(lock.encode([]))
    else:
        Path("packs").mkdir()
        target.write_bytes(b"mine")
    Path(name).symlink_to(target.absolute())
    before = [] if target.is_dir() else target.read_bytes()
    code, out, err = _added(run, "--force")
    assert (code, out) == (2, "")
    assert "RW0006" in err
    assert ([*target.iterdir()] if target.is_dir() else target.read_bytes()) == before


def _added(run: Run, *words: str) -> tuple[int, str, str]:
    """Add a package whose signature is good, made here."""
    if not Path("key.pem").exists():
        Path(BASE_PACK + ".sig.json").unlink(missing_ok=True)
        assert run("keys", "new", "key.pem", "--unencrypted")[0] == 0
        assert run("bundle", "sign", BASE_PACK, "--key", "key.pem")[0] == 0
    return run("bundle", "add", BASE_PACK, "--key", "key.pem.pub", *words)


def test_a_file_that_is_not_ours_needs_force(run: Run) -> None:
    Path(BASE_PACK).write_bytes(pack(BASE))
    Path("packs").mkdir()
    for name in (BASE_PACK, f"{BASE_PACK}.sig.json"):
        foreign = Path("packs", name)
        foreign.write_bytes(b"mine")
        code, _, err = _added(run)
        assert (code, "--force" in err, foreign.read_bytes()) == (2, True, b"mine")
        foreign.unlink()
    foreign = Path("packs", BASE_PACK)
    foreign.write_bytes(b"mine")
    assert _added(run, "--force")[0] == 0
    foreign.write_bytes(b"changed since")
    assert _added(run)[0] == 2
    assert _added(run, "--force")[0] == 0
    assert run("bundle", "list")[0] == 0


@posix
def test_the_lock_of_others_is_not_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    top = Path("top").absolute()
    inner = top / "repository" / "inner"
    inner.mkdir(parents=True)
    (top / "rulewright.lock").write_bytes(b"")
    assert locked.nearest(str(inner)) == str(top / "rulewright.lock")
    top.chmod(0o777)
    assert locked.nearest(str(inner)) is None
    assert locked.nearest(str(top)) == str(top / "rulewright.lock")  # where one works, one's own lock counts
    top.chmod(0o755)
    for name in ("repository/.git", "repository/inner/.git"):
        (top / name).mkdir()
        assert locked.nearest(str(inner)) is None
        (top / name).rmdir()
    with monkeypatch.context() as patch:
        patch.setenv("HOME", str(top / "repository"))
        assert locked.nearest(str(inner)) is None
    real = os.stat

    def foreign(path: str) -> os.stat_result:
        found = real(path)
        return os.stat_result((*found[:4], found.st_uid + 1, *found[5:])) if path == str(top) else found

    monkeypatch.setattr(os, "stat", foreign)
    assert locked.nearest(str(inner)) is None


# ---- editions, names, sources


@pytest.mark.parametrize("other", ["1.0.0", "1"])
def test_an_edition_in_another_spelling_does_not_change(other: str, run: Run) -> None:
    Path("one.rwpack").write_bytes(pack(BASE))
    assert run("bundle", "add", "one.rwpack")[0] == 0
    Path("two.rwpack").write_bytes(pack(BASE.replace("high", "low"), edition=other))
    for words in ((), ("--force",)):
        code, _, err = run("bundle", "add", "two.rwpack", *words)
        assert (code, "RW4213" in err) == (2, True)


def test_two_packs_never_share_a_file() -> None:
    assert model.filename("acme-1", "0") == "acme-1-0.rwpack"
    assert not model.is_edition("1-0")
    entry = model.Entry(
        name="acme",
        edition="1rc",
        file="acme-1rc.rwpack",
        size=1,
        sha256="a" * 64,
        signature=None,
        signers=(),
        dependencies=(),
    )
    for edition in ("1RC", "1.0rc", "01rc"):
        other = model.Entry(
            **{
                **{f: getattr(entry, f) for f in entry.__struct_fields__},
                "edition": edition,
                "file": f"acme-{edition}.rwpack",
            }
        )
        with pytest.raises(model.PackageError) as found:
            index.encode([entry, other])
        assert found.value.code == "RW4217"


def test_an_index_brings_what_it_lists(run: Run) -> None:
    Path("packages").mkdir()
    Path("packages", BASE_PACK).write_bytes(pack(BASE, "acme.evil"))
    data = Path("packages", BASE_PACK).read_bytes()
    entry = model.Entry(
        name="acme.base",
        edition="1.0",
        file=BASE_PACK,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        signature=None,
        signers=(),
        dependencies=(),
    )
    Path("packages", "index.json").write_bytes(index.encode([entry]))
    code, _, err = run("bundle", "add", "index+packages/index.json", "acme.base")
    assert (code, "RW4217" in err) == (2, True)
    assert not Path("rulewright.lock").exists()


@pytest.mark.usefixtures("loopback")
def test_a_folder_does_not_take_the_place_of_an_address(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    folder = Path("http:/127.0.0.1:1/index.json")
    folder.parent.mkdir(parents=True)
    author().rename(folder)
    code, _, err = run("bundle", "add", "http://127.0.0.1:1/index.json", "acme.base")  # nothing listens there
    assert (code, "RW4218" in err) == (2, True)
    Path("index+x").write_bytes(pack(BASE))
    assert run("bundle", "add", "index+x")[0] == 2
    assert run("bundle", "add", "./index+x")[0] == 0


def test_a_lock_holds_no_place_of_this_machine(run: Run, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    (away / BASE_PACK).write_bytes(pack(BASE))
    Path("below").mkdir()
    Path("below", BASE_PACK).write_bytes(pack(BASE))
    for word, wanted in (
        (away / BASE_PACK, BASE_PACK),
        (Path.cwd() / "below" / BASE_PACK, f"below/{BASE_PACK}"),
        (f"../away/{BASE_PACK}", f"../away/{BASE_PACK}"),
    ):
        assert run("bundle", "add", word)[0] == 0
        assert [each.source for each in lock.decode(Path("rulewright.lock").read_bytes()).packs] == [wanted]


# ---- servers


@contextlib.contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Something on this machine that answers each connection as it likes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def work() -> None:
            with contextlib.suppress(OSError), listening.accept()[0] as connection:
                connection.recv(1 << 16)
                answer(connection)

        thread = threading.Thread(target=work)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/index.json"
        thread.join()


def refused(address: str) -> str:
    with pytest.raises(RefusedError) as found:
        fetching.fetch(address, 1000)
    assert found.value.diagnostic.code == "RW4218"
    return found.value.diagnostic.message


@pytest.mark.usefixtures("loopback")
@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"])
def test_a_server_that_drips_holds_nobody_up(head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    monkeypatch.setenv("no_proxy", "*")
    enough = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(head)
        while not enough.wait(0.02):
            connection.sendall(b"x")

    with server(drip) as address:
        before = time.monotonic()
        assert "took longer" in refused(address)
        took = time.monotonic() - before
        enough.set()
    assert took < 5


ANSWERS = {
    "no HTTP": b"hello\r\n\r\n",
    "a line too long": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70000 + b"\r\n\r\n",
    "too short": b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nx",
    "a chunk too short": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nx",
    "nothing": b"",
    "a redirection elsewhere": b"HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/?token=secret\r\n\r\n",
}


@pytest.mark.usefixtures("loopback")
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_none(name: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with server(lambda connection: connection.sendall(ANSWERS[name])) as address:
        code, out, err = run("bundle", "add", f"{address}?token=secret", "acme.base")
    assert (code, out) == (2, "")
    assert "RW4218" in err
    assert "secret" not in err


def test_an_address_that_is_none_shows_no_query(run: Run) -> None:
    code, _, err = run("bundle", "add", "http://127.0.0.1:1/a b/index.json?token=secret", "acme.base")
    assert (code, "RW4218" in err, "secret" in err) == (2, True, False)


def test_the_author_is_told_where_a_head_belongs(run: Run) -> None:
    folder = author(text=BASE.rstrip() + "\n")
    assert build(str(folder)).manifest.modules
    code, _, err = run("bundle", "build", author(text=BASE.partition("\ntest")[0].rstrip() + " " + PRODUCT))
    assert code == 2
    assert "beginning of a line" in err
