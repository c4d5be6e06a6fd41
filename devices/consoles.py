"""Consoles that a device starts: shells and logins on lines that are not a screen.

Guarantees: each has its line, whether a password stands before it, and its start chain.  A screen (`tty1`) is none; the console of
a device without one is a serial line.  Sources: BusyBox examples/inittab, inittab(5), agetty(8).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

import msgspec

from rulewright.devices.accounts import accounts
from rulewright.devices.commands import at, program
from rulewright.devices.model import Place, Start, Step
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

SHELLS = frozenset({"sh", "ash", "bash", "dash", "mksh", "ksh", "zsh", "csh", "tcsh", "hush"})
GETTYS = frozenset(
    {
        "getty",
        "agetty",
        "mingetty",
        "fgetty",
        "ngetty",
        "mgetty",
        "askconsole",
        "ttylogin",
        "login",
        "sulogin",
        "login.sh",
    }
)
SERIAL = re.compile(
    r"tty(?:S|AMA|HS|HSL|MSM|mxc|O|PS|SAC|LP|UL|USB|GS|SC|STM|THS|AML|FIQ|MT|ATH|Lf|LX)\w*\d|console\b|hvc\d|ttyS"
)
SCREEN = re.compile(r"^(?:/dev/)?(?:tty\d+|vc/\d+)$")


class Console(msgspec.Struct, frozen=True):
    """A shell or a login on a line: the line as named, whether a password is asked for, and how surely it is started."""

    line: str
    guarded: bool
    level: Level
    place: Place
    chain: tuple[Step, ...]
    why: str


def consoles(tree: Tree, started: Sequence[Start]) -> list[Console]:
    """Shells and logins on lines that are not a screen, the surest and least guarded first."""
    free = any(
        user.name == "root" and user.kind == "unix" and user.hash == "none" and user.login for user in accounts(tree)
    )
    inittab = tree.lines("/etc/inittab")
    found = [console for start in started if (console := _console(inittab, start, free=free)) is not None]
    return sorted(found, key=lambda one: (-one.level, one.guarded, one.place))


def _console(inittab: Sequence[str], start: Start, *, free: bool) -> Console | None:
    name = program(start)
    line = _line(inittab, start)
    if (
        not line
        or SCREEN.match(line)
        or name not in SHELLS | GETTYS
        or (name in SHELLS and len(start.words) > 1 and "-c" in start.words)
    ):
        return None
    if name in SHELLS:
        if any(not word.startswith("-") for word in start.words[1:] if posixpath.basename(word) not in SHELLS):
            return None
        return Console(
            line,
            guarded=False,
            level=start.level,
            place=at(start.chain),
            chain=start.chain,
            why=f"`{name}` without a login",
        )
    automatic = _automatic(start.words)
    why = automatic or ("root has no password" if free else f"`{name}` asks for a password")
    return Console(
        line, guarded=not automatic and not free, level=start.level, place=at(start.chain), chain=start.chain, why=why
    )


def _automatic(words: Sequence[str]) -> str:
    """Whether a getty logs in by itself, or starts a shell in the place of login; why, or nothing."""
    for index, word in enumerate(words):
        after = words[index + 1] if index + 1 < len(words) else ""
        if word in {"-a", "--autologin"} or word.startswith("--autologin="):
            return "logs in by itself"
        if word in {"-l", "--login-program"} and posixpath.basename(after) in SHELLS:
            return "starts a shell in the place of login"
        if word in {"-f", "-fp"} and posixpath.basename(words[0]) == "login":
            return "logs in without a password"
    return ""


def _line(inittab: Sequence[str], start: Start) -> str:
    """The line of a console: inittab's first field, a unit's instance, or an argument that looks like one; empty for none."""
    for step in start.chain[:2]:
        if step.place.path == "/etc/inittab" and step.place.line:
            text = inittab[step.place.line - 1] if step.place.line <= len(inittab) else ""
            field, _, rest = text.partition(":")
            kind = rest.split(":")[1] if rest.count(":") >= 2 else ""
            if kind not in {"respawn", "askfirst", "once", "wait", "sysinit", "ondemand"} or len(start.chain) > 2:
                return ""
            own = next((word for word in start.words[1:] if SERIAL.search(word) or SCREEN.match(word)), "")
            if own:
                return posixpath.basename(own)
            busybox = field == "" or field.startswith("tty") or field == "console"
            return (field or "console") if busybox and kind in {"respawn", "askfirst"} else ""
    if "@" in start.unit:
        return start.unit.partition("@")[2].rpartition(".")[0]
    if start.unit.startswith("console-getty"):
        return "console"
    own = next(
        (
            word
            for word in start.words[1:]
            if word.startswith(("/dev/tty", "tty", "/dev/console", "console")) and SERIAL.search(word)
        ),
        "",
    )
    return posixpath.basename(own)
