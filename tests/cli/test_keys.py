"""`rulewright keys`, `trust` and `status`, as a person runs them: nothing is lost, nothing secret is shown."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from rulewright.attest import container, dsse, keys, model, pkcs8, status_list, trust_policy
from rulewright.attest.signers import SignerError, from_pkcs8
from rulewright.cli import signing, toml_places, trust_file
from rulewright.cli.main import main
from rulewright.cli.options import Request

PASS = "correct horse battery"
POLICY = """\
id = "urn:acme:trust"        # the name of this policy
issued = 2026-01-01
expires = 2027-12-31

[keys.root]
file = "root.pem.pub"
owner = "Acme, security"
from = 2026-01-01
until = 2028-12-31

[keys.maker]
file = "keys/maker.pem.pub"
owner = "Acme, products"
from = "2026-01-01"
until = 2028-12-31

[roles.root]
keys = ["root"]

[roles.manufacturer]
keys = ["maker"]
threshold = 1

[[rules]]
standards = ["*"]
role = "manufacturer"

[[rules]]
standards = ["etsi.en_303_645"]
role = "manufacturer"
threshold = 1
"""
A, B = "a" * 64, "b" * 64


@pytest.fixture(autouse=True)
def _work(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase in the environment, a cheap derivation, no terminal."""
    monkeypatch.setenv(signing.VARIABLE, PASS)
    monkeypatch.setattr(pkcs8, "ROUNDS", 2)
    monkeypatch.setattr(signing, "asked", lambda _: None)
    (place / "keys").mkdir()


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command; its code and what it wrote."""
    code = main(list(words))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def done(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run the command, which does its job; what it wrote to stdout."""
    code, out, err = run(capsys, *words)
    assert code == 0, err
    return out


def refused(capsys: pytest.CaptureFixture[str], code: str, *words: str) -> str:
    """Run the command, which refuses with a diagnostic of a code; what it said."""
    found, out, err = run(capsys, *words)
    assert (found, out) == (2, ""), err
    assert f"error[{code}]" in err
    return err


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys, and a policy that was signed as `trust.json`; made once."""
    found = tmp_path_factory.mktemp("signed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(signing.VARIABLE, PASS)
        patch.setattr(pkcs8, "ROUNDS", 2)
        patch.chdir(found)
        (found / "keys").mkdir()
        (found / "policy.toml").write_text(POLICY, encoding="utf-8")
        assert [main(["keys", "new", name, "-q"]) for name in ("root.pem", "keys/maker.pem", "other.pem")] == [0, 0, 0]
        assert main(["trust", "sign", "policy.toml", "--key", "root.pem", "--output", "trust.json", "-q"]) == 0
    return found


@pytest.fixture
def made(folder: Path, place: Path) -> Path:
    """A folder of one's own with them."""
    shutil.copytree(folder, place, dirs_exist_ok=True)
    return place


def version(path: Path) -> int:
    return trust_policy.read(path.read_bytes()).trust.version


@pytest.mark.parametrize("algorithm", ["ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "ml-dsa-65"])
def test_a_new_key_is_encrypted_and_its_owners_alone(
    algorithm: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done(capsys, "keys", "new", "key.pem", "--algorithm", algorithm)
    private, public = place / "key.pem", place / "key.pem.pub"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    signer = from_pkcs8(private.read_bytes(), PASS.encode())
    assert keys.from_pem(public.read_bytes()) == signer.public
    assert signer.public.algorithm == algorithm
    shown = done(capsys, "keys", "show", "key.pem", "key.pem.pub")
    assert shown.count(signer.public.id) == 2
    assert "private, encrypted" in shown
    assert f"post-quantum  {'yes' if algorithm == 'ml-dsa-65' else 'no'}" in shown


def test_hybrid_makes_a_key_of_either_kind(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done(capsys, "keys", "new", "acme.pem", "--algorithm", "hybrid")
    names = sorted(path.name for path in place.glob("acme*"))
    assert names == ["acme.ed25519.pem", "acme.ed25519.pem.pub", "acme.ml-dsa-65.pem", "acme.ml-dsa-65.pem.pub"]
    told = json.loads(done(capsys, "keys", "show", *(n for n in names if n.endswith(".pem")), "-f", "json"))
    assert told["format"] == "rulewright-keys/1"
    assert [(key["algorithm"], key["post_quantum"], key["encrypted"]) for key in told["keys"]] == [
        ("ed25519", False, True),
        ("ml-dsa-65", True, True),
    ]


@pytest.mark.parametrize("there", ["acme.ed25519.pem", "acme.ml-dsa-65.pem.pub"])
def test_no_file_is_written_over(there: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / there).write_text("mine", encoding="utf-8")
    refused(capsys, "RW0006", "keys", "new", "acme", "--algorithm", "hybrid")
    assert [path.name for path in place.glob("acme*")] == [there]
    assert (place / there).read_text(encoding="utf-8") == "mine"


def test_where_one_file_cannot_be_written_none_is_left(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, opened = os.fsync, []

    def full(descriptor: int) -> None:
        opened.append(descriptor)
        if len(opened) == 3:
            raise OSError(28, "No space left on device")
        before(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    assert "no space left" in refused(capsys, "RW0006", "keys", "new", "acme.pem", "--algorithm", "hybrid")
    assert not list(place.glob("acme*"))


def test_a_key_without_a_passphrase_is_asked_for(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(signing.VARIABLE)
    assert "--unencrypted" in refused(capsys, "RW0005", "keys", "new", "key.pem")
    assert not list(place.glob("key.pem*"))
    done(capsys, "keys", "new", "key.pem", "--unencrypted")
    assert "NOT encrypted" in done(capsys, "keys", "show", "key.pem")
    refused(capsys, "RW0002", "keys", "new", "k2.pem", "--unencrypted", "--passphrase-file", "f")


def test_a_terminal_asks_twice(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(signing.VARIABLE)
    typed = iter([b"one passphrase", b"another one", b"short", b"short"])
    monkeypatch.setattr(signing, "asked", lambda _: next(typed))
    assert "differ" in refused(capsys, "RW0005", "keys", "new", "key.pem")
    assert not list(place.glob("key.pem*"))
    assert "fewer than 8" in run(capsys, "keys", "new", "key.pem")[2]
    assert from_pkcs8((place / "key.pem").read_bytes(), b"short").public.algorithm == "ed25519"


def test_nothing_is_asked_where_there_is_no_terminal(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with (place / "cam.json").open(encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        assert signing.asked("passphrase: ") is None


def test_a_passphrase_file_is_its_first_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = place / "secret"
    secret.write_bytes(b"of the file\r\nmore\n")
    secret.chmod(0o644)
    code, _, err = run(capsys, "keys", "new", "key.pem", "--passphrase-file", "secret")
    assert code == 0
    assert "can be read by others" in err
    assert "of the file" not in err
    secret.chmod(0o600)
    assert "can be read" not in run(capsys, "keys", "public", "key.pem", "--passphrase-file", "secret")[2]
    assert from_pkcs8((place / "key.pem").read_bytes(), b"of the file").public.algorithm == "ed25519"
    for content in (b"", b"\nsecond", b"x" * 5_000):
        secret.write_bytes(content)
        assert "no passphrase" in refused(capsys, "RW0005", "keys", "new", "k.pem", "--passphrase-file", "secret")
    refused(capsys, "RW0003", "keys", "new", "k.pem", "--passphrase-file", "absent")


def test_keys_that_cannot_be_used_are_told(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("trust", "sign", "policy.toml", "--output", "new.json")
    refused(capsys, "RW0002", *words)
    refused(capsys, "RW0003", *words, "--key", "absent.pem")
    refused(capsys, "RW0003", *words, "--key", "keys")
    refused(capsys, "RW4101", *words, "--key", "policy.toml")
    assert "no private key" in refused(capsys, "RW4101", *words, "--key", "root.pem.pub")
    refused(capsys, "RW4104", *words, "--key", "azurekms://elsewhere.example.org/keys/a")
    monkeypatch.setenv(signing.VARIABLE, "wrong")
    assert "does not open" in refused(capsys, "RW4101", *words, "--key", "root.pem")
    monkeypatch.delenv(signing.VARIABLE)
    assert signing.VARIABLE in refused(capsys, "RW4101", *words, "--key", "root.pem")
    assert not (made / "new.json").exists()


def test_a_key_that_others_can_read_is_warned_about(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (made / "root.pem").chmod(0o640)
    assert "`root.pem` can be read by others" in run(capsys, "keys", "public", "root.pem", "-o", "half.pub")[2]
    assert (made / "half.pub").read_bytes() == (made / "root.pem.pub").read_bytes()


def test_what_is_locked_is_shown_as_locked(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(signing.VARIABLE)
    name = keys.from_pem((made / "root.pem.pub").read_bytes()).id
    assert f"{name} (told by root.pem.pub)\n" in done(capsys, "keys", "show", "root.pem")
    assert "told by" not in done(capsys, "keys", "show", "root.pem.pub")
    monkeypatch.setenv(signing.VARIABLE, PASS)
    assert "told by" not in done(capsys, "keys", "show", "root.pem")
    monkeypatch.delenv(signing.VARIABLE)
    (made / "root.pem.pub").unlink()
    assert "not told without the passphrase" in done(capsys, "keys", "show", "root.pem")
    assert json.loads(done(capsys, "keys", "show", "root.pem", "-f", "json"))["keys"][0]["id"] is None


def test_without_the_library_its_extra_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for words in (["keys", "new", "k"], ["trust", "show", "t"], ["status", "show", "s"]):
        assert "rulewright[attest]" in refused(capsys, "RW4104", *words)


@pytest.mark.parametrize(
    "words",
    [
        ["keys", "make", "x"],
        ["keys", "new"],
        ["keys", "new", "a", "b"],
        ["keys", "new", "a", "--owner", "b"],
        ["keys", "new", "a", "-f", "json"],
        ["trust", "sign", "a", "--format", "toml"],
        ["status", "new", "a"],
        ["status", "revoke", "a", A],
        ["status", "show", "a", "--days", "3"],
    ],
)
def test_words_that_mean_nothing_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, "RW0002", *words)


def test_a_policy_is_signed_as_its_file_says(made: Path) -> None:
    found = trust_policy.read((made / "trust.json").read_bytes())
    assert found.complete
    assert (found.trust.id, found.trust.version, found.trust.issued) == ("urn:acme:trust", 1, "2026-01-01")
    assert {key.owner for key in found.trust.keys.values()} == {"Acme, security", "Acme, products"}
    first, second = found.trust.rules
    assert (first.predicate, first.engines, first.threshold, first.hybrid) == (model.ROOT, ("*",), 1, False)
    assert second.standards == ("etsi.en_303_645",)


def test_the_next_version_follows_and_another_policy_is_left_alone(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done(capsys, "trust", "sign", "policy.toml", "--key", "root.pem", "-o", "trust.json")
    assert version(made / "trust.json") == 2
    (made / "policy.toml").write_text("version = 2\n" + POLICY, encoding="utf-8")
    assert "not above" in refused(
        capsys, "RW4105", "trust", "sign", "policy.toml", "--key", "root.pem", "-o", "trust.json"
    )
    (made / "other.json").write_text("{}", encoding="utf-8")
    refused(capsys, "RW4030", "trust", "sign", "policy.toml", "--key", "root.pem", "-o", "other.json")
    assert (made / "other.json").read_text(encoding="utf-8") == "{}"
    assert version(made / "trust.json") == 2


def test_what_is_shown_as_toml_is_the_same_policy(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = done(capsys, "trust", "show", "trust.json", "-f", "toml")
    (made / "again.toml").write_text(shown, encoding="utf-8")
    done(capsys, "trust", "sign", "again.toml", "--key", "root.pem")
    one, other = (trust_policy.read((made / name).read_bytes()).trust for name in ("trust.json", "again.json"))
    assert one == other
    plain = json.loads(done(capsys, "trust", "show", "trust.json", "-f", "json"))
    assert plain["format"] == "rulewright-trust/1"
    page = done(capsys, "trust", "show", "trust.json")
    assert "signed by 1 of 1 needed" in page
    assert "every standard: 1 key of `manufacturer`" in page


WRONG: dict[str, tuple[str, str, int, str]] = {
    "no toml": ("[roles.root]", "[roles.root", 0, "no TOML"),
    "a misspelt member": ('owner = "Acme, products"', 'ownr = "Acme, products"', 11, "ownr"),
    "a day that is none": ('from = "2026-01-01"', 'from = "soon"', 14, "date"),
    "a threshold in words": ("threshold = 1\n\n[[rules]]", 'threshold = "one"\n\n[[rules]]', 22, "expected `int`"),
    "a key that is not there": ('keys = ["maker"]', 'keys = ["makr"]', 21, "did you mean `maker`"),
    "a file that is not there": ("keys/maker.pem.pub", "maker.pem.pub", 12, "does not exist"),
    "a private key": ("keys/maker.pem.pub", "keys/maker.pem", 12, "not a public key"),
    "a key under two names": ("keys/maker.pem.pub", "root.pem.pub", 11, "the same key as `root`"),
    "a key without a file": ('file = "keys/maker.pem.pub"\n', "", 11, "either `file` or `public`"),
    "a threshold too high": ("threshold = 1\n\n[[rules]]", "threshold = 2\n\n[[rules]]", 22, "but it has 1 keys"),
    "a rule too high": ('role = "manufacturer"\nthreshold = 1', 'role = "manufacturer"\nthreshold = 2', 31, "asks for 2 keys"),
    "a key that ends first": ("until = 2028-12-31\n\n[roles.root]", "until = 2025-12-31\n\n[roles.root]", 15, "before it begins"),
    "a role that is not there": ('role = "manufacturer"\nthreshold', 'role = "lab"\nthreshold', 30, "`lab` is not there"),
    "an unknown table": ("[[rules]]", "[[rule]]", 0, "unknown field `rule`"),
    "no end": ("expires = 2027-12-31\n", "", 0, "missing required field `expires`"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_line(name: str, made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, line, said = WRONG[name]
    assert old in POLICY
    (made / "policy.toml").write_text(POLICY.replace(old, new), encoding="utf-8")
    before = (made / "trust.json").read_bytes()
    err = refused(capsys, "RW4105", "trust", "sign", "policy.toml", "--key", "root.pem", "-o", "trust.json")
    assert said in err
    if line:
        assert f"policy.toml:{line}:" in err
    assert (made / "trust.json").read_bytes() == before


def test_places_in_toml() -> None:
    text = 'a = 1\n[t."x y"]\nb.c = 2\n[[l]]\n# n\n[[l]]  # second\nd = 3\n[l.in]\ne = 4\n'
    wanted = {"/a": 1, "/t/x y": 2, "/t/x y/b/c": 3, "/t/x y/z": 2, "/l/0/d": 4, "/l/1": 6, "/l/1/d": 7, "/l/1/in/e": 9}
    assert {pointer: (toml_places.find(text, pointer) or (0,))[0] for pointer in wanted} == wanted
    assert toml_places.find(text, "/nowhere") is None
    assert toml_places.find(text, "") is None


def test_a_second_person_adds_a_signature(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two = POLICY.replace('keys = ["root"]', 'keys = ["root", "maker"]\nthreshold = 2')
    (made / "two.toml").write_text(two, encoding="utf-8")
    code, _, err = run(capsys, "trust", "sign", "two.toml", "--key", "root.pem")
    assert (code, "not usable yet" in err) == (0, True)
    assert "NOT USABLE" in done(capsys, "trust", "show", "two.json")
    refused(capsys, "RW4105", "trust", "sign", "two.json", "--key", "other.pem")
    refused(capsys, "RW4105", "trust", "sign", "two.json", "--key", "root.pem")
    refused(capsys, "RW0006", "trust", "sign", "two.json", "--key", "keys/maker.pem", "-o", "trust.json")
    done(capsys, "trust", "sign", "two.json", "--key", "keys/maker.pem")
    assert trust_policy.read((made / "two.json").read_bytes()).complete


def test_a_new_key_takes_the_place_of_an_old_one(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = keys.from_pem((made / "keys/maker.pem.pub").read_bytes()).id
    words = ["keys", "rotate", "trust.json", old[:12], "other.pem.pub", "--as-of", "2026-06-01"]
    refused(capsys, "RW4105", *words, "--key", "other.pem")
    refused(capsys, "RW0002", *words, "--key", "root.pem", "--compromised-since", "2026-05-20")
    refused(capsys, "RW0005", *words, "--key", "root.pem", "--until", "later")
    done(capsys, *words, "--key", "root.pem", "--compromised-since", "2026-05-20", "--reason", "laptop stolen")
    trust = trust_policy.read((made / "trust.json").read_bytes()).trust
    assert (trust.version, trust.issued, trust.expires) == (2, "2026-06-01", "2027-12-31")
    assert trust.keys[old].revoked == model.Revoked(
        on="2026-06-01", reason="laptop stolen", compromised_since="2026-05-20"
    )
    new = trust.keys[keys.from_pem((made / "other.pem.pub").read_bytes()).id]
    assert (new.owner, new.valid_from, new.valid_until) == ("Acme, products", "2026-06-01", "2028-05-31")
    assert "REVOKED on 2026-06-01" in done(capsys, "trust", "show", "trust.json")


def test_a_key_that_begins_no_later_than_the_old_one_is_refused(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (made / "trust.json").read_bytes()
    words = ("keys", "rotate", "trust.json", "keys/maker.pem.pub", "other.pem.pub", "--key", "root.pem")
    said = refused(capsys, "RW4105", *words, "--as-of", "2026-06-01", "--from", "2026-01-01")
    assert "not after the old key's first day" in said
    assert (made / "trust.json").read_bytes() == before


def test_a_key_revoked_twice_keeps_the_earlier_day(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done(capsys, "keys", "new", "third.pem", "-q")
    words = ("keys", "rotate", "trust.json", "keys/maker.pem.pub")
    key = ("--key", "root.pem", "--reason", "laptop stolen")
    done(capsys, *words, "other.pem.pub", *key, "--as-of", "2026-06-01", "--compromised-since", "2026-05-20")
    _, _, err = run(capsys, *words, "third.pem.pub", *key, "--as-of", "2026-06-10", "--compromised-since", "2026-06-05")
    assert "from 2026-05-20 on: that stays, not 2026-06-05" in err
    trust = trust_policy.read((made / "trust.json").read_bytes()).trust
    old = trust.keys[keys.from_pem((made / "keys/maker.pem.pub").read_bytes()).id]
    assert (trust.version, old.revoked) == (
        3,
        model.Revoked(on="2026-06-01", reason="laptop stolen", compromised_since="2026-05-20"),
    )


def test_a_whole_policy_is_not_lost_to_one_that_lacks_signatures(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (made / "trust.json").read_bytes()
    words = ("keys", "rotate", "trust.json", "root.pem.pub", "other.pem.pub", "--as-of", "2026-06-01")
    assert "`--output`" in refused(capsys, "RW4105", *words, "--key", "root.pem")
    two = POLICY.replace('keys = ["root"]', 'keys = ["root", "maker"]\nthreshold = 2')
    (made / "two.toml").write_text(two, encoding="utf-8")
    sign = ("trust", "sign", "two.toml", "--key", "root.pem", "-o", "trust.json")
    assert "signed by 1 of 2 needed" in refused(capsys, "RW4105", *sign)
    assert (made / "trust.json").read_bytes() == before
    done(capsys, *words, "--key", "root.pem", "-o", "next.json")
    done(capsys, "trust", "sign", "next.json", "--key", "other.pem")
    assert trust_policy.read((made / "next.json").read_bytes()).complete
    done(capsys, *sign, "--key", "keys/maker.pem")
    whole = (made / "trust.json").read_bytes()
    (made / "policy.toml").write_text(POLICY, encoding="utf-8")
    owed = ("trust", "sign", "policy.toml", "--key", "root.pem", "-o", "trust.json")
    assert "1 more of the role `root` of the version before" in refused(capsys, "RW4105", *owed)
    assert (made / "trust.json").read_bytes() == whole


@pytest.mark.parametrize("old", ["abc", "0" * 64, "other.pem.pub"])
def test_an_old_key_must_be_there(old: str, made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (made / "trust.json").read_bytes()
    refused(
        capsys,
        "RW4105",
        "keys",
        "rotate",
        "trust.json",
        old,
        "other.pem.pub",
        "--key",
        "root.pem",
        "--as-of",
        "2026-06-01",
    )
    assert (made / "trust.json").read_bytes() == before


def envelope(payload: bytes = b"{}", kind: str = dsse.IN_TOTO) -> bytes:
    return dsse.encode(dsse.Envelope(payload, kind, (dsse.Signature(b"s"),)))


def test_a_status_list_is_kept(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = ("--key", "keys/maker.pem")
    done(capsys, "status", "new", "s.json", "--id", "urn:acme:status", "--days", "10", "--as-of", "2026-02-01", *key)
    (made / "root.json").write_bytes(envelope(b"one"))
    (made / "b.zip").write_bytes(container.encode({"root.dsse.json": envelope(b"two")}))
    steps: list[tuple[str, ...]] = [
        ("revoke", "s.json", A, "--reason", "wrong firmware"),
        ("suspend", "s.json", "root.json", "--reason", "looking into it"),
        ("supersede", "s.json", "b.zip", B),
        ("restore", "s.json", "root.json"),
        ("renew", "s.json", "--days", "5"),
    ]
    for number, words in enumerate(steps, 2):
        done(capsys, "status", *words, "--as-of", f"2026-02-0{number}", *key)
    found = status_list.read((made / "s.json").read_bytes(), None)
    two = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"
    assert (found.number, found.this_update, found.next_update) == (6, "2026-02-06", "2026-02-11")
    assert [(e.root, e.state, e.since, e.by) for e in found.entries] == [
        (two, "superseded", "2026-02-04", B),
        (A, "revoked", "2026-02-02", None),
    ]
    assert "revoked since 2026-02-02: wrong firmware" in done(capsys, "status", "show", "s.json")
    assert json.loads(done(capsys, "status", "show", "s.json", "-f", "json"))["number"] == 6


def test_a_list_is_not_carried_on_by_a_stranger(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done(capsys, "status", "new", "s.json", "--id", "urn:a", "--as-of", "2026-02-01", "--key", "keys/maker.pem")
    before = (made / "s.json").read_bytes()
    words = ("status", "renew", "s.json", "--as-of", "2026-02-02", "--key", "other.pem")
    refused(capsys, "RW4053", *words)
    refused(capsys, "RW4053", *words, "--signed-by", "root.pem.pub")
    refused(capsys, "RW4105", "status", "renew", "s.json", "--as-of", "2026-01-31", "--key", "keys/maker.pem")
    refused(capsys, "RW0006", "status", "new", "s.json", "--id", "urn:a", "--key", "keys/maker.pem")
    refused(capsys, "RW0006", *words, "--signed-by", "keys/maker.pem.pub", "-o", "trust.json")
    assert (made / "s.json").read_bytes() == before
    done(capsys, *words, "--signed-by", "keys/maker.pem.pub")


@pytest.mark.parametrize(
    ("code", "content"),
    [("RW4001", b"junk"), ("RW4005", b"{}"), ("RW4006", envelope(kind="text/plain")), ("RW0003", None)],
)
def test_what_is_no_attestation_is_not_listed(
    code: str, content: bytes | None, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done(capsys, "status", "new", "s.json", "--id", "urn:a", "--as-of", "2026-02-01", "--key", "other.pem")
    if content is not None:
        (made / "x").write_bytes(content)
    refused(
        capsys,
        code,
        "status",
        "revoke",
        "s.json",
        "x",
        "--reason",
        "why",
        "--key",
        "other.pem",
        "--as-of",
        "2026-02-02",
    )


def test_names_from_a_list_do_not_reach_the_terminal_as_they_are(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key: Any = ("--key", "other.pem", "--as-of", "2026-02-02")
    done(capsys, "status", "new", "s.json", "--id", "urn:a", *key)
    done(capsys, "status", "revoke", "s.json", A, "--reason", "red\x1b[31m", *key)
    assert "\x1b" not in done(capsys, "status", "show", "s.json")
    (made / "policy.toml").write_text(POLICY.replace("Acme, products", "\\u001b[31mAcme"), encoding="utf-8")
    done(capsys, "trust", "sign", "policy.toml", "--key", "root.pem", "-o", "loud.json")
    assert "\x1b" not in done(capsys, "trust", "show", "loud.json")


def test_an_ephemeral_key_is_told_and_only_that(capsys: pytest.CaptureFixture[str]) -> None:
    signer = signing.ephemeral()
    told = capsys.readouterr().err
    assert "nobody trusts it" in told
    assert keys.to_pem(signer.public).decode() in told
    signing.ephemeral(quiet=True)
    assert capsys.readouterr().err == ""


def test_the_example_in_the_documentation_is_a_policy(
    place: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (root / "docs/how-to-attest.md").read_text(encoding="utf-8").partition("\n### Say whom to trust\n")[2]
    (place / "policy.toml").write_text(page.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    for words in (["root.pem"], ["lab.pem"], ["acme.pem", "--algorithm", "hybrid"]):
        done(capsys, "keys", "new", *words)
    done(capsys, "trust", "sign", "policy.toml", "--key", "root.pem", "--output", "trust.json")
    trust = trust_policy.read((place / "trust.json").read_bytes()).trust
    assert (trust.version, len(trust.keys), len(trust.rules), trust.rules[0].hybrid) == (1, 4, 2, True)
    commented = [line for line in page.splitlines() if line.startswith("# ") and " = " in line]
    assert commented
    for line in commented:
        name = line[2:].partition(" = ")[0]
        assert name in {
            *trust_file._Rule.__struct_fields__,
            *trust_file._File.__struct_fields__,
            *trust_file._Tsa.__struct_fields__,
            *trust_file._Log.__struct_fields__,
        }


def test_a_secret_of_a_token_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(signing.VARIABLE)
    monkeypatch.delenv(signing.PIN, raising=False)
    typed = iter([b"1234"])
    monkeypatch.setattr(signing, "asked", lambda _: next(typed))
    secrets = signing.Secrets(Request("attest"))
    assert [secrets.text("hsm:2", "pin"), secrets.text("hsm:2", "pin")] == ["1234", "1234"]
    monkeypatch.setattr(signing, "asked", lambda _: None)
    with pytest.raises(SignerError, match="its pin") as error:
        secrets.text("hsm:3", "pin")
    assert error.value.code == "RW4104"
