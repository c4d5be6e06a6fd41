"""SSH servers: how one may log in, and with which algorithms.

Guarantees: settings count as surely as the server runs; what is not set has the program's own default, and is said so.
What it does not do: Match blocks (their conditions are the client's); host keys (`devices.keys`).
Sources: sshd_config(5) of OpenSSH, dropbear(8), OpenWrt's /etc/config/dropbear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from rulewright.devices.ciphers import weak_in
from rulewright.devices.model import Daemon, Findings, Place
from rulewright.devices.settings import MAX_INCLUDED, Use, included, uses
from rulewright.devices.syntax_uci import sections
from rulewright.devices.syntax_words import MAX_LINES, Directive, directives
from rulewright.devices.tree import Tree

OPENSSH = frozenset({"sshd"})
DROPBEAR = frozenset({"dropbear"})
LISTS = ("ciphers", "macs", "kexalgorithms", "hostkeyalgorithms")


def detect(tree: Tree, daemons: Sequence[Daemon]) -> Findings:
    """Password logins, empty passwords, logins of root, weak algorithms."""
    found = Findings()
    for use in uses(tree, daemons, OPENSSH, ["/etc/ssh/sshd_config"], ["-f"]):
        for path in use.files:
            _openssh(found, use, first_of(_settings(tree, path)), Place(path))
    for use in uses(tree, daemons, DROPBEAR):
        _dropbear(found, use)
    for use in uses(tree, daemons, DROPBEAR, ["/etc/config/dropbear"]):
        for path in use.files:
            _uci(tree, found, use, path)
    return found


def _settings(tree: Tree, path: str) -> list[Directive]:
    """The settings outside Match blocks, included files in their places; these include no others."""
    found: list[Directive] = []
    left = MAX_INCLUDED
    for directive in _before_match(tree, path):
        if directive.name != "include":
            found.append(directive)
            continue
        for other in [file for word in directive.words for file in included(tree, word, "/etc/ssh")]:
            found += _before_match(tree, other) if left > 0 else ()
            left -= 1
        if left <= 0 or len(found) > MAX_LINES:
            break
    return found


def _before_match(tree: Tree, path: str) -> Iterator[Directive]:
    return takewhile(lambda directive: directive.name != "match", directives(tree, path))


def first_of(settings: Iterable[Directive]) -> dict[str, Directive]:
    """The first setting of each key: that is the one that counts for sshd."""
    found: dict[str, Directive] = {}
    for directive in settings:
        found.setdefault(directive.name, directive)
    return found


def _openssh(found: Findings, use: Use, settings: dict[str, Directive], whole: Place) -> None:
    empty = settings.get("permitemptypasswords")
    if empty is not None and empty.on:
        _empty(found, use, empty.place, "PermitEmptyPasswords yes")
    root = settings.get("permitrootlogin")
    password = settings.get("passwordauthentication")
    where = password.place if password else whole
    if password is None or password.on:
        found.rows.append(use.finding("ssh password login", where, "logins by password are accepted"))
        if root is not None and root.on:
            found.rows.append(use.finding("ssh root login", root.place, "root may log in with a password"))
    if (protocol := settings.get("protocol")) is not None and "1" in protocol.value.split(","):
        found.rows.append(use.finding("ssh protocol 1", protocol.place, "the broken first version is accepted"))
    for key in LISTS:
        if (listed := settings.get(key)) is not None and (weak := weak_in(_accepted(listed.value))):
            found.said.append(
                use.said("crypto.weak_algorithms", listed.place, value=weak, scope="ssh", text=listed.key)
            )


def _accepted(value: str) -> list[str]:
    """The algorithms of a list; one that takes some away from the defaults (`-`) adds none."""
    return [] if value.startswith("-") else value.lstrip("+^").split(",")


def _empty(found: Findings, use: Use, place: Place, text: str) -> None:
    found.said.append(use.said("auth.password_optional", place, value=True, scope="ssh", text=text))
    found.rows.append(use.finding("ssh empty password", place, "accounts without a password may log in"))


def _dropbear(found: Findings, use: Use) -> None:
    """The options: -s no passwords, -g none for root, -w no root at all, -B empty ones are accepted."""
    place = use.start
    if use.flag("B"):
        _empty(found, use, place, "dropbear -B")
    if not use.flag("s") and use.chain:
        found.rows.append(use.finding("ssh password login", place, "logins by password are accepted (no -s)"))
        if not (use.flag("g") or use.flag("w")):
            found.rows.append(use.finding("ssh root login", place, "root may log in with a password (no -g, no -w)"))


def _uci(tree: Tree, found: Findings, use: Use, path: str) -> None:
    for section in sections(tree, path):
        if section.kind != "dropbear" or not section.on("enable", without=True):
            continue
        if section.on("PasswordAuth", without=True):
            place = section.at("PasswordAuth")
            found.rows.append(use.finding("ssh password login", place, "logins by password are accepted"))
            if section.on("RootPasswordAuth", without=True) and section.on("RootLogin", without=True):
                place = section.at("RootPasswordAuth")
                found.rows.append(use.finding("ssh root login", place, "root may log in with a password"))
