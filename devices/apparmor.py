"""AppArmor profiles in a tree: which program each confines, whether it is enforced, and whether they are loaded.

Guarantees: a profile counts for a program when its attachment fits the program's path; one that is disabled or complains is no
confinement.  What it does not do: judge what a profile allows.
Source: apparmor.d(5), aa-disable(8), aa-complain(8).
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Sequence

import msgspec

from rulewright.devices.model import Place, Start, Step
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

MAX_PROFILES = 2000
_LEFT = frozenset({"abstractions", "tunables", "local", "disable", "force-complain", "abi", "cache", "libvirt"})
_WORD = r'"[^"]+"|(?:@?\{[^{}\s]*\}|[^\s{#"(])+'
_HEAD = re.compile(
    rf"^\s*(?:profile\s+)?({_WORD})(?:\s+((?=[/@\"]){_WORD}))?\s*(?:xattrs=\([^)]*\)\s*)?(?:flags\s*=\s*)?(\([^)]*\))?\s*\{{"
)
_PASSED = re.compile(r"^\s*(?:#|include\b|abi\b|alias\b|\$|$|@\{\w+\}\s*\+?=)")


class Profile(msgspec.Struct, frozen=True):
    """A profile: its name, the paths it attaches to (a pattern, empty for a name alone), and whether it is enforced."""

    name: str
    attached: str
    enforced: bool
    place: Place

    def fits(self, path: str) -> bool:
        """Whether a program of this path runs under it."""
        return bool(self.attached) and any(fnmatch.fnmatchcase(path, one) for one in _spread(self.attached, 0))


def profiles(tree: Tree) -> list[Profile]:
    """The profiles directly in /etc/apparmor.d."""
    off = {posixpath.basename(path) for path in tree.children("/etc/apparmor.d/disable")}
    loose = {posixpath.basename(path) for path in tree.children("/etc/apparmor.d/force-complain")}
    found: list[Profile] = []
    for path in tree.children("/etc/apparmor.d")[:MAX_PROFILES]:
        name = posixpath.basename(path)
        if (
            name in off
            or name in _LEFT
            or not tree.is_file(path)
            or name.endswith((".dpkg-new", ".dpkg-old", ".rpmnew", "~"))
        ):
            continue
        found += _read(tree, path, loose=name in loose)
    return found


def _read(tree: Tree, path: str, *, loose: bool) -> list[Profile]:
    found: list[Profile] = []
    depth = 0
    for number, line in enumerate(tree.lines(path), 1):
        text = line[:2000]
        head = _HEAD.match(text) if depth == 0 and not _PASSED.match(text) else None
        if head:
            name = head[1].strip('"')
            attached = (head[2] or "").strip('"') or (name if name.startswith(("/", "@")) else "")
            flags = head[3] or ""
            enforced = not loose and "complain" not in flags and "unconfined" not in flags
            found.append(Profile(name, attached, enforced, Place(path, number)))
        code = re.sub(r"@\{[^}]*\}|#.*$|\{[^{}\s]*\}", "", text)
        depth = max(depth + code.count("{") - code.count("}"), 0)
    return found


def loaded(started: Sequence[Start]) -> tuple[Level | None, tuple[Step, ...]]:
    """How surely something loads the profiles; `None` for nothing."""
    fitting = [
        start
        for start in started
        if start.unit == "apparmor.service"
        or any(
            posixpath.basename(word) in {"apparmor_parser", "apparmor.systemd", "aa-load"}
            or word == "/etc/init.d/apparmor"
            for word in start.words[:2]
        )
    ]
    best = max(fitting, key=lambda start: start.level, default=None)
    return (None, ()) if best is None else (best.level, best.chain)


_BRACES = re.compile(r"\{([^{}]*)\}")


def _spread(pattern: str, depth: int) -> list[str]:
    """A pattern without alternatives: `/usr/{bin,sbin}/x` is two; `**` is `*` here, and variables are any path."""
    text = re.sub(r"@\{[^}]*\}", "*", pattern).replace("**", "*")
    match = _BRACES.search(text) if depth < 4 else None
    if not match:
        return [text]
    return [
        one
        for choice in match[1].split(",")[:20]
        for one in _spread(text[: match.start()] + choice + text[match.end() :], depth + 1)
    ][:200]
