from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import accounts, passwords
from rulewright.devices.tree import Tree, of_texts
from tests.devices.made import real, subjects, values

MD5 = "$1$cam00000$BrBb0hSMN4SSUt3yK0uV8/"

ROOT = "/" + "root"


def md5_of(word: str) -> str:
    hashes = pytest.importorskip("passlib.hash")
    return str(hashes.md5_crypt.using(salt="cam00000").hash(word))


def tree(shadow: str, passwd: str = "root:x:0:0:root:/root:/bin/sh\n", **more: str) -> Tree:
    return of_texts({"/etc/passwd": passwd, "/etc/shadow": shadow, **{k.replace("_", "/"): v for k, v in more.items()}})


@pytest.mark.parametrize(
    ("stored", "algorithm"),
    [
        ("", "none"),
        ("*", "locked"),
        ("!", "locked"),
        ("!$6$abc$def", "locked"),
        ("x", "locked"),
        (MD5, "md5"),
        ("$apr1$a$b", "apr1"),
        ("$5$a$b", "sha256"),
        ("$6$a$b", "sha512"),
        ("$2b$12$abcdef", "bcrypt"),
        ("$y$j9T$abc$def", "yescrypt"),
        ("$7$101$abc$def", "other"),
        ("abJnggxhB/yWI", "des"),
        ("_J9..rasmBYk8r9AiWNc", "des"),
        ("secret", "plain"),
    ],
)
def test_algorithms_by_prefix(stored: str, algorithm: str) -> None:
    assert passwords.algorithm(stored) == algorithm


@pytest.mark.parametrize("scheme", ["md5_crypt", "sha256_crypt", "sha512_crypt", "des_crypt", "apr_md5_crypt"])
def test_default_passwords_are_known_by_each_algorithm(scheme: str) -> None:
    hashes = pytest.importorskip("passlib.hash")
    hasher = getattr(hashes, scheme)
    hasher = hasher.using(rounds=1000) if scheme.startswith("sha") else hasher
    assert passwords.default(hasher.hash("admin"), "root") is True
    assert passwords.default(hasher.hash("Wq3_zz81.Lk"), "root") is False
    assert passwords.default(hasher.hash("frobnitz"), "frobnitz") is True  # the account's own name


@pytest.mark.parametrize(
    "stored",
    [
        "rl.3StKT.4T8M",
        "$1$rasmusle$rISCgZzpwk3UhDidwXvin0",
        "$5$rounds=5000$usesomesillystri$KqJWpanXZHKq2BOB43TSaYhEWsQ1Lr5QNyPCDH/Tp.6",
    ],
)
def test_known_vectors_of_crypt(stored: str) -> None:
    """Those of the PHP manual's page on crypt()."""
    pytest.importorskip("passlib.hash")
    assert passwords.default(stored, "rasmuslerdorf") is True
    assert passwords.default(stored, "someone") is False


@pytest.mark.parametrize(
    "stored", ["$6$rounds=999999999$abc$def", "$y$j9T$abc$def", "$2b$12$abc", "$1$not a hash", "_J9.."]
)
def test_what_costs_too_much_or_is_no_hash_is_not_tried(stored: str) -> None:
    assert passwords.default(stored, "root") is None


def test_a_default_password_is_universal() -> None:
    found = accounts.detect(tree(f"root:{md5_of('root')}:1:0:9:7:::\n"))
    assert values(found, "auth.default_password_kind") == [("universal", "enabled", "/etc/shadow#1")]
    assert values(found, "crypto.weak_algorithms") == [(("MD5",), "enabled", "/etc/shadow#1")]
    assert values(found, "auth.password_storage") == []
    assert subjects(found) == [("default password", "enabled", "/etc/shadow#1")]
    (row,) = [row for row in found.rows if row.collection == "account"]
    assert row.fields == {
        "name": "root", "uid": 0, "login": True, "shell": "/bin/sh", "hash": "md5", "default_password": True,
    }  # fmt: skip


def test_an_empty_password_lets_anyone_in() -> None:
    found = accounts.detect(tree("root::1:0:9:7:::\n"))
    assert values(found, "auth.default_password_kind") == [("blank_allowed", "enabled", "/etc/shadow#1")]


@pytest.mark.parametrize("stored", ["!", "*", "x", "!$1$abc$def", "not-a-hash"])
def test_a_locked_account_says_nothing(stored: str) -> None:
    found = accounts.detect(tree(f"root:{stored}:1:0:9:7:::\n"))
    assert found.said == []
    assert [row.fields["hash"] for row in found.rows] == ["locked"]


def test_an_account_without_a_shell_is_only_present() -> None:
    found = accounts.detect(tree("root::1:::::\n", "root:x:0:0:root:/root:/usr/sbin/nologin\n"))
    assert found.said == []
    assert [row.fields["login"] for row in found.rows] == [False]


def test_slow_hashes_are_said_only_when_all_are() -> None:
    passwd = "root:x:0:0::/root:/bin/sh\nadmin:x:1:1::/:/bin/sh\n"
    slow = "root:$y$j9T$abc$def:1::::::\nadmin:$2b$12$abcdef:1::::::\n"
    assert values(accounts.detect(tree(slow, passwd)), "auth.password_storage") == [
        ("salted_slow", "enabled", "/etc/shadow#1")
    ]
    mixed = slow + "old:" + MD5 + ":1::::::\n"
    assert values(accounts.detect(tree(mixed, passwd + "old:x:2:2::/:/bin/sh\n")), "auth.password_storage") == []


def test_plain_and_unsalted_web_passwords() -> None:
    found = accounts.detect(
        of_texts({"/etc/lighttpd/htpasswd": "admin:opensesame\nuser:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n"})
    )
    assert [v for v, _, _ in values(found, "auth.password_storage")] == ["plain", "unsalted"]
    assert "opensesame" not in json.dumps(msgspec.to_builtins(found))


def test_a_second_root_is_named() -> None:
    passwd = "root:x:0:0::/root:/bin/sh\nsupport:x:0:0::/root:/bin/sh\n"
    found = accounts.detect(tree("root:!:1::::::\nsupport:!:1::::::\n", passwd))
    assert subjects(found) == [("second root account", "present", "/etc/shadow#2")]


def test_sudo_and_login_keys() -> None:
    found = accounts.detect(
        of_texts(
            {
                "/etc/passwd": "root:x:0:0::/root:/bin/sh\n",
                "/etc/sudoers": "# x ALL=NOPASSWD: ALL\nadmin ALL=(ALL) NOPASSWD: ALL\n",
                f"{ROOT}/.ssh/authorized_keys": "# none\nssh-ed25519 AAAA vendor\n",
            }
        )
    )
    assert subjects(found) == [
        ("sudo without password", "enabled", "/etc/sudoers#2"),
        ("shipped login key", "enabled", f"{ROOT}/.ssh/authorized_keys#2"),
    ]


def test_no_library_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "library", lambda: None)
    found = accounts.detect(tree(f"root:{MD5}:1::::::\n"))
    assert [note.code for note in found.notes] == ["RW1503"]
    assert values(found, "auth.default_password_kind") == []


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_are_accounts_or_nothing(passwd: bytes, shadow: bytes) -> None:
    accounts.detect(of_texts({"/etc/passwd": b"root:x:0:0::/:/bin/sh\n" + passwd, "/etc/shadow": b"root:" + shadow}))


def test_real_trees() -> None:
    legacy = accounts.detect(real("legacy"))
    assert values(legacy, "auth.default_password_kind") == [
        ("universal", "enabled", "/etc/shadow#1"),
        ("universal", "enabled", "/etc/shadow#2"),
    ]
    assert ("second root account", "enabled", "/etc/shadow#2") in subjects(legacy)
    assert accounts.detect(real("hardened")).said == []
