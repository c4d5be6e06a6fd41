"""Accounts: users, shells, how their passwords are stored, which are known to everybody, who else is root.

Guarantees: rows hold the user and the algorithm, never a hash or a password; an account counts as one for logins when its
shell is one and its password is not locked.  What it does not do: accounts of applications beyond password files that
web servers and Mosquitto read; whether some service lets an account in.
Sources: passwd(5), shadow(5), sudoers(5), sshd(8) for authorized_keys, mosquitto_passwd(1), htpasswd(1).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence

import msgspec

from rulewright.devices import passwords
from rulewright.devices.model import Daemon, Findings, Noted, Place, Row, Said
from rulewright.devices.settings import finding
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

MAX_ACCOUNTS = 1000
MAX_FAST = 24
MAX_SLOW = 4
"""As many passwords of fast and of slow algorithms are tried."""

NO_SHELLS = frozenset({"false", "nologin", "true", "sync", "halt", "shutdown", "git-shell"})
FILES = (
    "/etc/htpasswd",
    "/etc/.htpasswd",
    "/etc/*/htpasswd",
    "/etc/*/.htpasswd",
    "/www/.htpasswd",
    "/var/www/.htpasswd",
)
BROKER = ("/etc/mosquitto/passwd", "/etc/mosquitto/pwfile", "/etc/mosquitto/*.pwd", "/etc/mosquitto/password*")


class Account(msgspec.Struct):
    """An account as read.  `stored` is the password field: it stays in memory, and is in nothing that is given out."""

    name: str
    uid: int | None
    shell: str
    stored: str
    place: Place
    kind: str = "unix"

    @property
    def hash(self) -> str:
        """The algorithm of its password; for users of the system what is no hash at all lets nobody in."""
        found = passwords.algorithm(self.stored)
        if found == "plain" and self.stored.startswith(("$", "{")):
            return "other"
        return "locked" if found == "plain" and self.kind == "unix" else found

    @property
    def login(self) -> bool:
        """Whether one can log in with a password: a shell (for users of the system), and a password that is not locked."""
        shell = self.kind != "unix" or posixpath.basename(self.shell) not in NO_SHELLS
        return shell and self.hash != "locked"


def detect(tree: Tree, _daemons: Sequence[Daemon] = ()) -> Findings:
    """Accounts as rows; default and empty passwords, weak hashes, second roots, sudo without a password, shipped keys."""
    found = Findings()
    users = accounts(tree)
    _passwords(found, users)
    _storage(found, users)
    roots = [user for user in users if user.kind == "unix" and user.uid == 0]
    for user in roots[1:]:
        found.rows.append(finding("second root account", _level(user), user.place, f"`{user.name}` has UID 0"))
    _sudo(tree, found)
    _authorized(tree, found, users)
    return found


def accounts(tree: Tree) -> list[Account]:
    """The accounts of the system, then those of web servers and the broker."""
    return [*_unix(tree), *_listed(tree, FILES, "web"), *_listed(tree, BROKER, "mqtt")][:MAX_ACCOUNTS]


def usable(tree: Tree) -> list[Account]:
    """The accounts that one can log in with by a password that is in the image."""
    return [account for account in accounts(tree) if account.login and account.hash not in {"none", "locked"}]


def _unix(tree: Tree) -> list[Account]:
    shadow: dict[str, tuple[str, Place]] = {}
    for number, line in enumerate(tree.lines("/etc/shadow"), 1):
        name, colon, rest = line.partition(":")
        if colon:
            shadow.setdefault(name, (rest.partition(":")[0], Place("/etc/shadow", number)))
    found: list[Account] = []
    for number, line in enumerate(tree.lines("/etc/passwd"), 1):
        fields = line.split(":")
        if len(fields) < 7 or not fields[0]:
            continue
        stored, place = fields[1], Place("/etc/passwd", number)
        if stored == "x":
            stored, place = shadow.get(fields[0], ("!", place))
        uid = int(fields[2]) if fields[2].isascii() and fields[2].isdigit() and len(fields[2]) < 11 else None
        found.append(Account(fields[0], uid, fields[6].strip() or "/bin/sh", stored, place))
    return found


def _listed(tree: Tree, patterns: Iterable[str], kind: str) -> list[Account]:
    found: list[Account] = []
    for path in dict.fromkeys(path for pattern in patterns for path in tree.glob(pattern)):
        if path.endswith((".example", ".sample")):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            name, colon, stored = line.strip().partition(":")
            if colon and name and not name.startswith("#"):
                found.append(Account(name, None, "", stored, Place(path, number), kind))
    return found


def _level(account: Account) -> Level:
    """An account that one can log in with is enabled, another only present."""
    return Level.ENABLED if account.login else Level.PRESENT


def _passwords(found: Findings, users: Sequence[Account]) -> None:
    left = {False: MAX_FAST, True: MAX_SLOW}
    for user in users:
        known: bool | None = None
        slow = user.hash in {"sha256", "sha512"}
        if user.hash not in {"none", "locked"} and left[slow]:
            left[slow] -= 1
            known = passwords.default(user.stored, user.name)
        _row(found, user, default=known)
        if user.hash == "none" and user.login:
            _said(found, user, "auth.default_password_kind", "blank_allowed", f"`{user.name}` has no password")
            found.rows.append(finding("empty password", _level(user), user.place, f"`{user.name}` has no password"))
        elif known:
            _said(found, user, "auth.default_password_kind", "universal", f"`{user.name}` has a default password")
            detail = f"`{user.name}` has a password that everybody knows"
            found.rows.append(finding("default password", _level(user), user.place, detail))
    if any(user.hash in {"md5", "des", "apr1", "sha256", "sha512"} for user in users) and passwords.library() is None:
        message = "default passwords were not looked for: this needs `libpass` (`rulewright[devices]`)"
        found.notes.append(Noted("RW1503", message))


def _row(found: Findings, user: Account, *, default: bool | None) -> None:
    fields = {"name": user.name, "uid": user.uid, "login": user.login, "shell": user.shell, "hash": user.hash}
    found.rows.append(
        Row("account", {**fields, "default_password": True if user.hash == "none" else default}, user.place)
    )


def _said(found: Findings, user: Account, attribute: str, value: str | tuple[str, ...], text: str) -> None:
    said = Said(
        attribute=attribute, value=value, level=_level(user), place=user.place, text=text, scope=f"account {user.name}"
    )
    found.said.append(said)


def _storage(found: Findings, users: Sequence[Account]) -> None:
    """How passwords are stored: the worst is said of; fast salted hashes have no word, and are said as weak algorithms."""
    for user in users:
        if not user.login or user.hash == "none":
            continue
        if user.hash in passwords.WEAK:
            word = passwords.WEAK[user.hash]
            _said(found, user, "crypto.weak_algorithms", (word,), f"the password is hashed by {user.hash}")
        elif user.hash == "plain":
            _said(found, user, "auth.password_storage", "plain", "the password is stored as it is")
        elif user.stored.startswith("{SHA}"):
            _said(found, user, "auth.password_storage", "unsalted", "a SHA-1 sum without salt")
    stored = [user for user in users if user.login and user.hash != "none"]
    if stored and all(user.hash in passwords.SLOW or _pbkdf2(user) for user in stored):
        _said(found, stored[0], "auth.password_storage", "salted_slow", f"hashed by {stored[0].hash}")


def _pbkdf2(user: Account) -> bool:
    """Mosquitto's `$7$` is PBKDF2, in crypt(5) it is scrypt: both salted and slow."""
    return user.stored.startswith("$7$")


def _sudo(tree: Tree, found: Findings) -> None:
    for path in ("/etc/sudoers", *tree.glob("/etc/sudoers.d/*")):
        for number, line in enumerate(tree.lines(path), 1):
            text = line.strip()
            if "NOPASSWD:" in text and not text.startswith("#"):
                who = text.split()[0]
                found.rows.append(
                    finding("sudo without password", Level.ENABLED, Place(path, number), f"`{who}` becomes root")
                )


def _authorized(tree: Tree, found: Findings, users: Sequence[Account]) -> None:
    """Keys that may log in on every unit that has this image."""
    patterns = [*(f"/{home}/.ssh/authorized_keys" for home in ("root", "home/*")), "/etc/dropbear/authorized_keys"]
    for path in [path for pattern in patterns for path in tree.glob(pattern)]:
        for number, line in enumerate(tree.lines(path), 1):
            if line.strip() and not line.lstrip().startswith("#"):
                who = "root" if not path.startswith("/home/") else path.split("/")[2]
                login = any(user.name == who and posixpath.basename(user.shell) not in NO_SHELLS for user in users)
                level = Level.ENABLED if login else Level.CONFIGURED
                detail = f"a key that is the same in every unit may log in as `{who}`"
                found.rows.append(finding("shipped login key", level, Place(path, number), detail))
