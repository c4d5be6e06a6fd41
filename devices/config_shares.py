"""File shares: Samba for guests, NFS for everybody, rsync without users.

Guarantees: settings count as surely as the server runs.  What it does not do: permissions of the shared files.
Sources: smb.conf(5) (`guest ok`, alias `public`; `map to guest`; `server min protocol`), exports(5), rsyncd.conf(5).
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.devices.model import Daemon, Findings, Place
from rulewright.devices.settings import Use, uses
from rulewright.devices.syntax_ini import parts
from rulewright.devices.tree import Tree

SAMBA = frozenset({"smbd", "ksmbd", "ksmbd.mountd"})
NFS = frozenset({"nfsd", "rpc.nfsd", "rpc.mountd", "unfsd"})
RSYNC = frozenset({"rsyncd", "rsync"})
SERVICES = "auth.unauthenticated_services"
EVERYBODY = frozenset({"*", "0.0.0.0/0", "::/0"})


def detect(tree: Tree, daemons: Sequence[Daemon]) -> Findings:
    """Shares that ask nobody who they are, and Samba's first protocol."""
    found = Findings()
    for use in uses(tree, daemons, SAMBA, ["/etc/samba/smb.conf", "/etc/ksmbd/ksmbd.conf", "/etc/smb.conf"], ["-s"]):
        for path in use.files[:1]:
            _samba(tree, found, use, path)
    for use in uses(tree, daemons, NFS, ["/etc/exports", "/etc/exports.d/*.exports"]):
        for path in use.files:
            _exports(tree, found, use, path)
    for use in uses(tree, daemons, RSYNC, ["/etc/rsyncd.conf"], ["--config"]):
        for path in use.files[:1]:
            _rsync(tree, found, use, path)
    return found


def _samba(tree: Tree, found: Findings, use: Use, path: str) -> None:
    for part in parts(tree, path):
        guest = part.get("guest ok", "public")
        if part.name.lower() not in {"", "global"} and guest is not None and guest.on:
            scope = f"share {part.name}"
            found.said.append(use.said(SERVICES, guest.place, value=("smb",), scope=scope, text="guest ok"))
        lowest = part.get("server min protocol", "min protocol")
        if lowest is not None and lowest.value.upper() in {"NT1", "LANMAN1", "LANMAN2", "CORE", "COREPLUS"}:
            found.rows.append(use.finding("smb version 1", lowest.place, "the broken first version is accepted"))


def _exports(tree: Tree, found: Findings, use: Use, path: str) -> None:
    for number, line in enumerate(tree.lines(path), 1):
        words = line.split("#")[0].split()
        if not words or not words[0].startswith("/"):
            continue
        place = Place(path, number)
        hosts = [word.partition("(") for word in words[1:]] or [("*", "", "")]
        if any(host in EVERYBODY or not host for host, _, _ in hosts):
            found.said.append(use.said(SERVICES, place, value=("nfs",), scope=words[0], text="exported to everybody"))
        if any("no_root_squash" in options for _, _, options in hosts):
            found.rows.append(use.finding("nfs root", place, "root of another host is root here"))


def _rsync(tree: Tree, found: Findings, use: Use, path: str) -> None:
    whole = parts(tree, path)
    if any(key in whole[0].settings for key in ("auth users", "hosts allow")):
        return
    for part in whole[1:]:
        if part.name != "global" and part.get("auth users") is None and part.get("hosts allow") is None:
            text = "a module without auth users"
            found.said.append(use.said(SERVICES, part.place, value=("rsync",), scope=f"module {part.name}", text=text))
