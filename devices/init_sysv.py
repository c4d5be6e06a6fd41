"""Init of SysV and BusyBox: /etc/inittab, run level folders, rc.local, `run-parts`; run levels of OpenRC.

Guarantees: entries of other run levels than the default one are set up, not started; what is not executable is not started.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from rulewright.devices.boot import Boot, Context
from rulewright.devices.model import Place
from rulewright.devices.shell_values import Field
from rulewright.facts.types import Level

STARTING = frozenset(
    (
        "sysinit",
        "boot",
        "bootwait",
        "wait",
        "once",
        "respawn",
        "askfirst",
        "respawnlate",
        "askconsole",
        "askconsolelate",
    )
)
_ALWAYS = frozenset({"sysinit", "boot", "bootwait"})
FOLDERS = ("/etc/rc{}.d", "/etc/rc.d/rc{}.d", "/etc/init.d/rc{}.d", "/etc/rc.d/rc{}")
INIT_D = ("/etc/init.d", "/etc/rc.d/init.d")
LOCALS = ("/etc/rc.local", "/etc/rc.d/rc.local")


def inittab(boot: Boot, context: Context) -> None:
    """The entries of /etc/inittab; without the file, what BusyBox does then."""
    path = "/etc/inittab"
    if not boot.tree.is_file(path):
        for script in ("/etc/init.d/rcS", "/etc/rcS", "/etc/rc"):
            if boot.tree.is_file(script):
                boot.words([script], context.then("init", Place(script), "the default of BusyBox init"))
        return
    boot.reach(path, context.level)
    entries = _entries(boot.tree.lines(path))
    default = next((levels for _, levels, action, _ in entries if action == "initdefault"), "")
    for number, levels, action, command in entries:
        if action not in STARTING or not command:
            continue
        other = default and levels and action not in _ALWAYS and default not in levels
        found = context.at_most(Level.CONFIGURED) if other else context
        place = Place(path, number)
        boot.line(command.lstrip("-+@"), found.then("init", place, action), place)


def _entries(lines: Sequence[str]) -> list[tuple[int, str, str, str]]:
    """Line number, run levels, action and command."""
    found = []
    for number, line in enumerate(lines, 1):
        parts = line.strip().split(":", 3)
        if len(parts) == 4 and not parts[0].startswith("#"):
            found.append((number, parts[1].strip(), parts[2].strip(), parts[3].strip()))
        elif len(parts) == 3 and parts[2] == "initdefault":
            found.append((number, parts[1].strip(), "initdefault", ""))
    return found


def rc(boot: Boot, words: Sequence[str], context: Context) -> None:
    """`rc LEVEL`: the links of a run level that start (S...), in order."""
    level = words[1] if len(words) > 1 else "2"
    if not level.isalnum() or len(level) > 2:
        return
    for pattern in FOLDERS:
        links(boot, pattern.format(level), "start", context)


def links(boot: Boot, folder: str, action: str, context: Context) -> None:
    """The scripts of a folder that start with S."""
    for path in boot.children(folder):
        name = posixpath.basename(path)
        if name.startswith("S") and boot.executable(path):
            boot.fields([Field(path), Field(action)], context.then("init", Place(path), name), {})


def run_parts(boot: Boot, words: Sequence[str], context: Context) -> None:
    """`run-parts FOLDER`: each executable in it."""
    folders = [word for word in words[1:] if word.startswith("/")]
    for path in boot.children(folders[0]) if folders else ():
        if boot.executable(path) and "." not in posixpath.basename(path):
            boot.words([path], context.then("script", Place(path)))


def openrc(boot: Boot, words: Sequence[str], context: Context) -> None:
    """`openrc RUNLEVEL`: the services that are linked in /etc/runlevels."""
    level = words[1] if len(words) > 1 else "default"
    for path in boot.children(f"/etc/runlevels/{posixpath.basename(level)}"):
        if boot.tree.is_file(path):
            boot.words([f"/etc/init.d/{posixpath.basename(path)}", "start"], context.then("init", Place(path), level))


def local(boot: Boot, context: Context) -> None:
    """/etc/rc.local."""
    for path in LOCALS:
        if boot.tree.is_file(path):
            boot.words(["sh", path], context.then("init", Place(path)))


def unlinked(boot: Boot) -> None:
    """Init scripts that nothing starts: set up."""
    context = Context(Level.CONFIGURED)
    seen = {boot.tree.resolve(path) for path in boot.reached}
    for folder in INIT_D:
        for path in boot.children(folder):
            resolved = boot.tree.resolve(path)
            name = posixpath.basename(path)
            if (
                resolved is None
                or resolved in seen
                or not boot.tree.is_file(path)
                or name in {"rc", "rcS", "README", "skeleton"}
            ):
                continue
            seen.add(resolved)
            boot.words([path, "start"], context.then("config", Place(path)))
    for path in LOCALS:
        if boot.tree.is_file(path) and boot.tree.resolve(path) not in seen:
            boot.words(["sh", path], context.then("config", Place(path)))
