"""Which files the daemons' configurations and arguments name, and how surely.

Guarantees: a path counts where a line that is no comment names it, in a file that belongs to a daemon; it has the daemon's
level.  What it does not do: understand the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from rulewright.devices.model import Daemon, Place, Step
from rulewright.devices.settings import Use, program
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

MAX_FILES = 50
MAX_LINES = 5000
"""Of a daemon's configuration."""

PATH = re.compile(r"/[\w.+@-]+(?:/[\w.+@-]+)+")
UNUSED = re.compile(r"-available/|/snippets/|\.(?:example|sample|dist|bak|orig)$")

HOST_KEYS = {
    "sshd": ("/etc/ssh/ssh_host_*_key",),
    "dropbear": ("/etc/dropbear/dropbear_*_host_key", "/etc/dropbear/*_key"),
    "uhttpd": ("/etc/uhttpd.key", "/etc/uhttpd.crt"),
    "mini_httpd": ("/etc/mini_httpd.pem",),
}
"""What a daemon reads without being told."""


class Reference(msgspec.Struct, frozen=True):
    """That a daemon reads a file: how surely, where this is said, and the daemon's start chain."""

    level: Level
    place: Place
    daemon: str
    chain: tuple[Step, ...] = ()


def references(tree: Tree, daemons: Sequence[Daemon]) -> dict[str, Reference]:
    """The files that daemons name, each with its surest use."""
    found: dict[str, Reference] = {}
    for daemon in sorted(daemons, key=lambda daemon: -daemon.level):
        for path, place in _named(tree, daemon):
            target = tree.resolve(path)
            if target is not None and tree.entries[target].kind == "file":
                level = max(daemon.level, Level.CONFIGURED)
                found.setdefault(target, Reference(level, place, daemon.kind, daemon.chain))
    _unstarted(tree, found)
    return found


def _unstarted(tree: Tree, found: dict[str, Reference]) -> None:
    """Host keys lie where a daemon would look for them, whether it is there or not."""
    for name, patterns in HOST_KEYS.items():
        for path in (path for pattern in patterns for path in tree.glob(pattern)):
            if (target := tree.resolve(path)) is not None and tree.entries[target].kind == "file":
                found.setdefault(target, Reference(Level.CONFIGURED, Place(target), name))


def _named(tree: Tree, daemon: Daemon) -> Iterator[tuple[str, Place]]:
    start = Use(daemon.level, daemon.chain, binary=daemon.binary).start
    for word in daemon.arguments:
        for path in PATH.findall(word):
            yield path, start
    for name in sorted(program(daemon)):
        for path in (path for pattern in HOST_KEYS.get(name, ()) for path in tree.glob(pattern)):
            yield path, start
    for path in _configuration(tree, daemon):
        for number, line in enumerate(tree.lines(path)[:MAX_LINES], 1):
            if not line.lstrip().startswith(("#", ";", "//")):
                for named in PATH.findall(line[:4096]):
                    yield named, Place(path, number)


def _configuration(tree: Tree, daemon: Daemon) -> list[str]:
    """The files that a daemon is configured by: those known, and those in a folder of its name."""
    found = [place.path for place in daemon.config]
    for name in sorted(program(daemon)):
        if name and "*" not in name:
            patterns = (f"/etc/{name}.conf", f"/etc/{name}/*", f"/etc/{name}/*/*", f"/etc/config/{name}")
            found += [path for pattern in patterns for path in tree.glob(pattern)]
    kept = [path for path in dict.fromkeys(found) if tree.is_file(path) and not UNUSED.search(path)]
    return kept[:MAX_FILES]
