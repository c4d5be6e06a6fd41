"""Daemons as facts: which protocols are served, on which ports, and a row for each daemon.

Guarantees: `no telnet` is said only of a tree that shows what it starts; open ports are stated only where every program
that is started is known, since an unknown one may listen.  What it does not do: find daemons (`devices.daemons`).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence

from rulewright.devices import daemon_kinds, utilities
from rulewright.devices.boot import SHELLS
from rulewright.devices.daemons import program_of
from rulewright.devices.hardening import all_local
from rulewright.devices.model import Daemon, Findings, Noted, Place, Row, Said, Start
from rulewright.devices.settings import finding
from rulewright.devices.starts import first_process
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

SERVED = {
    "telnet": "iface.telnet_present",
    "ssh": "iface.ssh_present",
    "ftp": "iface.ftp_present",
    "tftp": "iface.ftp_present",
    "upnp": "iface.upnp_enabled",
    "adb": "iface.adb_enabled",
}
"""The attribute that a kind of daemon stands for."""
MAX_UNKNOWN = 50
PORTS = {"tcp": "iface.open_tcp_ports", "udp": "iface.open_udp_ports"}
SILENT = utilities.SURE | utilities.ASKS | utilities.QUIET | frozenset((
    "agetty", "apparmor_parser", "askfirst", "bash", "busybox", "cron", "crond", "dbus-daemon", "echo", "env", "fsck",
    "getty", "haveged", "inetd", "init", "kmod", "login", "mingetty", "openbsd-inetd", "procd", "reboot", "rngd", "run-parts",
    "sh", "sleep", "start-stop-daemon", "sulogin", "swapoff", "sysvinit", "ubusd", "udevd", "udevadm", "urandom", "watchdog", "journalctl", "plymouth", "ldconfig",
    "modprobe", "networkctl", "loginctl", "dmsetup", "lvm", "cryptsetup", "ntpdate", "rdate", "rauc", "bootctl",
    "wpa_supplicant", "xinetd", "true", "false", "halt", "poweroff", "shutdown", "update-rc.d", "chroot", "setsid",
))  # fmt: skip
"""Programs that are known not to listen for the network themselves; what inetd listens for is a daemon of its own."""

SHOWN = ("/bin/sh", "/bin/busybox", "/sbin/init", "/init", "/lib/systemd/systemd", "/usr/lib/systemd/systemd")
"""Programs without which a tree is a part of one."""


def place_of(daemon: Daemon) -> Place:
    """Where a daemon's start is decided: the last step that is a line of a file, else its program."""
    steps = [step.place for step in daemon.chain if step.kind != "binary"] or [step.place for step in daemon.chain]
    return steps[-1] if steps else Place(daemon.binary if daemon.binary.startswith("/") else f"/{daemon.binary}")


def shown_chain(daemon: Daemon) -> str:
    """The start chain for people."""
    return " -> ".join(step.place.pointer for step in daemon.chain)


def detect(tree: Tree, started: Sequence[Start], daemons: Sequence[Daemon]) -> Findings:
    """The protocols that are served, and the open ports."""
    found = Findings()
    if whole(tree):
        found.examined |= dict.fromkeys(SERVED.values(), False)
    for daemon in daemons:
        attribute = SERVED.get(daemon.kind)
        if attribute is not None and not (daemon.ports and all_local(daemon)):
            text = " ".join((daemon.binary, *map(_without_secret, daemon.arguments)))
            found.said.append(
                Said(
                    attribute=attribute,
                    value=True,
                    level=daemon.level,
                    place=place_of(daemon),
                    text=text,
                    chain=daemon.chain,
                )
            )
    found.rows += [_stranger(start) for start in unknown(tree, started)[:MAX_UNKNOWN]]
    _ports(tree, found, started, daemons)
    return found


def _without_secret(word: str) -> str:
    """A word of a command line as far as it is shown: options, paths, numbers; any other may be a password."""
    if word.startswith("-"):
        option, equals, _ = word.partition("=")
        if equals:
            return f"{option}=…"
        return word if word.startswith("--") or len(word) < 4 else f"{word[:2]}…"
    return word if word.startswith("/") or word.replace(".", "").isdecimal() else "…"


def _stranger(start: Start) -> Row:
    """A program that the device starts and that is not known here: nobody can say from its name what it serves."""
    place = start.chain[-1].place if start.chain else Place(start.words[0])
    detail = f"`{start.words[0]}` is started, and is no program that is known here: it may listen"
    return finding("unknown program started", start.level, place, detail, start.chain)


def whole(tree: Tree) -> bool:
    """Whether a tree shows what the device starts: it has a first process, and a shell or an init program."""
    return bool(first_process(tree)[1]) and any(map(tree.is_file, SHOWN))


PATHS = ("/sbin", "/bin", "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")
"""Where a command without a folder is looked for."""


def unknown(tree: Tree, started: Iterable[Start]) -> list[Start]:
    """The programs that are started at least on a condition and may listen, for all that is known."""
    found: dict[str, Start] = {}
    for start in started:
        name = posixpath.basename(start.words[0])
        known = (
            (name in SILENT and not (name in SHELLS and _script(start.words)))
            or name.startswith(("systemd", "mkfs", "fsck", "mount", "umount"))
            or name in daemon_kinds.RELAYS
        )
        if start.level >= Level.CONDITIONAL and not known and program_of(tree, start) is None:
            found.setdefault(name, start)
    return [found[name] for name in sorted(found)]


def elsewhere(tree: Tree, started: Iterable[Start]) -> bool:
    """Whether something is started that is not in the tree: what it starts in turn cannot be known.

    So it is of a tree without programs, which lies over another one.
    """
    return not whole(tree) or any(not _here(tree, start) for start in unknown(tree, started))


def _here(tree: Tree, start: Start) -> bool:
    """Whether the program, or the script that a shell is given, is in the tree."""
    words = start.words
    if posixpath.basename(words[0]) in SHELLS:
        words = tuple(word for word in words[1:] if not word.startswith(("-", "+"))) or words
    name = words[0]
    return any(tree.is_file(path) for path in ([name] if "/" in name else [f"{folder}/{name}" for folder in PATHS]))


def _script(words: Sequence[str]) -> bool:
    """Whether a shell is given a script: one that is in the tree was followed and is no start of its own."""
    return any(not word.startswith(("-", "+")) for word in words[1:])


def _ports(tree: Tree, found: Findings, started: Sequence[Start], daemons: Sequence[Daemon]) -> None:
    if not whole(tree):
        return
    others = unknown(tree, started)
    if others:
        names = ", ".join(f"`{start.words[0]}`" for start in others[:5]) + (", …" if len(others) > 5 else "")
        place = others[0].chain[-1].place if others[0].chain else None
        found.notes.append(
            Noted("RW1507", f"whether {names} listen on a port is not known: open ports are not stated", place)
        )
        return
    for protocol, attribute in PORTS.items():
        found.examined[attribute] = ()
        for daemon in daemons:
            numbers = {port.number for port in daemon.ports if port.protocol == protocol and not port.local}
            found.said += [
                Said(attribute=attribute, value=(str(number),), level=daemon.level, place=place_of(daemon), text=daemon.binary, chain=daemon.chain)
                for number in sorted(numbers)
                if daemon.level >= Level.CONDITIONAL
            ]  # fmt: skip


def row(daemon: Daemon, more: dict[str, bool | int | str | tuple[str, ...] | None]) -> Row:
    """A daemon as an element of a collection; `more` are the fields that other detectors know."""
    fields: dict[str, bool | int | str | tuple[str, ...] | None] = {
        "name": daemon.kind,
        "binary": daemon.binary,
        "level": daemon.level.word,
        "ports": tuple(sorted({f"{port.protocol}/{port.number}" for port in daemon.ports})) or None,
        "exposed": not all_local(daemon) if daemon.ports else None,
        "user": daemon.user or None,
        "unit": daemon.unit or None,
        "chain": shown_chain(daemon),
    }
    return Row("daemon", fields | more, place_of(daemon))
