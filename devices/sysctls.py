"""Kernel parameters as the files of sysctl.d set them, and whether anything applies the files.

Guarantees: a file replaces one of the same name in a folder that counts less, and later names win, as sysctl.d(5) has it;
each value knows its line.  What it does not do: values that programs write into /proc themselves, but for `sysctl -w` and
`echo VALUE > /proc/sys/...` among the commands that are started.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

import msgspec

from rulewright.devices.commands import at
from rulewright.devices.model import Place, Start, Step
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

FOLDERS = ("/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d")
APPLIERS = frozenset({"systemd-sysctl", "sysctl"})


class Parameter(msgspec.Struct, frozen=True):
    """A parameter's value, where it is set, and how surely that is applied."""

    value: str
    place: Place
    level: Level
    chain: tuple[Step, ...] = ()


def parameters(tree: Tree, started: Sequence[Start]) -> dict[str, Parameter]:
    """All parameters that are set, names with dots."""
    level, chain = _applied(tree, started)
    found: dict[str, Parameter] = {}
    for path in files(tree):
        for number, line in enumerate(tree.lines(path), 1):
            text = line.strip()
            if text.startswith(("#", ";")) or "=" not in text:
                continue
            key, _, value = text.lstrip("-").partition("=")
            found[_name(key.strip())] = Parameter(value.strip(), Place(path, number), level, chain)
    for start in started:
        if posixpath.basename(start.words[0]) == "sysctl":
            for word in start.words[1:]:
                key, equals, value = word.partition("=")
                if equals and not key.startswith("-"):
                    place = at(start.chain)
                    before = found.get(_name(key))
                    if before is None or start.level >= before.level:
                        found[_name(key)] = Parameter(value.strip(), place, start.level, start.chain)
    return found


def files(tree: Tree) -> list[str]:
    """The files in the order in which they are applied; /etc/sysctl.conf last."""
    named: dict[str, str] = {}
    for folder in FOLDERS:
        for path in tree.children(folder):
            if path.endswith(".conf") and tree.is_file(path):
                named.setdefault(posixpath.basename(path), path)
    found = [path for _, path in sorted(named.items())]
    last = "/etc/sysctl.conf"
    if tree.is_file(last) and tree.resolve(last) not in {tree.resolve(path) for path in found}:
        found.append(last)
    return found


def _applied(_tree: Tree, started: Sequence[Start]) -> tuple[Level, tuple[Step, ...]]:
    """How surely something reads the files: systemd's own service, `sysctl -p` or `--system` at boot, procps' script."""
    fitting = [
        start
        for start in started
        if posixpath.basename(start.words[0]) in APPLIERS
        and not any("=" in word for word in start.words[1:] if not word.startswith("-"))
    ]
    best = max(fitting, key=lambda start: start.level, default=None)
    return (Level.CONFIGURED, ()) if best is None else (best.level, best.chain)


def _name(key: str) -> str:
    """`kernel/randomize_va_space` and `kernel.randomize_va_space` are one."""
    return key.replace("/", ".") if "/" in key and "." not in key.partition("/")[0] else key
