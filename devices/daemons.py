"""The programs of a device that serve others: which there are, how surely each runs, and where it listens.

Guarantees: a daemon is as sure as the surest command that starts it; one that is only set up or only there is said to be so;
ports come from the command, else from its configuration, else from the program's default.  What it does not do: know more
programs than `devices.daemon_kinds`; one whose name is not there, and that shows no sign of those, is no daemon here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from rulewright.devices.daemon_kinds import APPLETS, BY_NAME, MULTI, PROGRAMS, RELAYS, Program
from rulewright.devices.daemon_ports import configurations, listens, port, ports
from rulewright.devices.daemon_signs import Signs
from rulewright.devices.model import Daemon, Place, Port, Start, Step
from rulewright.devices.starts import whole
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

_FOLDER = re.compile(r"(^|/)s?bin$|/libexec(/|$)|^/opt(/|$)|^/usr/lib/[^/]+$|^/app|^/system/")
_SOCAT = re.compile(r"^(TCP|UDP)[46]?-(?:LISTEN|RECVFROM|L):(\d{1,5})(.*)$", re.IGNORECASE)
_SET_UP = (
    "/etc/init.d/{}",
    "/etc/config/{}",
    "/etc/systemd/system/{}.service",
    "/usr/lib/systemd/system/{}.service",
    "/lib/systemd/system/{}.service",
)
MAX_BUSYBOX = 8 * 1024 * 1024


def daemons(tree: Tree, starts: Sequence[Start]) -> tuple[Daemon, ...]:
    """All daemons, by kind, binary and level."""
    applets = _applets(tree)
    complete = whole(tree)
    found: list[Daemon] = []
    signs = Signs(tree)
    for start in starts:
        daemon = (
            _relay(start)
            if posixpath.basename(start.words[0]) in RELAYS
            else _started(tree, start, applets, signs, complete=complete)
        )
        if daemon is not None:
            found.append(daemon)
    kept = _surest(found)
    kept += _lying(tree, {(daemon.kind, daemon.binary) for daemon in kept}, applets)
    if not complete:
        kept += _only_configured(tree, {daemon.kind for daemon in kept})
    return tuple(sorted(kept, key=lambda one: (one.kind, one.binary, -one.level, one.ports, one.arguments, one.unit)))


def program_of(tree: Tree, start: Start, signs: Signs | None = None) -> Program | None:
    """The program that a command starts: by its name, by what its name leads to, by signs in the file."""
    name = posixpath.basename(start.words[0])
    if name in BY_NAME:
        return BY_NAME[name]
    path = tree.resolve(start.words[0]) if start.words[0].startswith("/") else None
    known = BY_NAME.get(posixpath.basename(path)) if path is not None else None
    if known is None and signs is not None and start.chain and start.chain[-1].kind == "binary":
        return signs.program(start.chain[-1].place.path)
    return known


def _started(tree: Tree, start: Start, applets: frozenset[str], signs: Signs, *, complete: bool) -> Daemon | None:
    """The daemon that a command starts; `None` for other programs, and for one that is only asked to test or to print."""
    program = program_of(tree, start, signs)
    if program is None or _idle(program, start.words[1:]) or "/init.d/" in start.words[0]:
        return None
    level = start.level
    step = start.chain[-1] if start.chain and start.chain[-1].kind == "binary" else None
    name = posixpath.basename(start.words[0])
    binary = step.place.path if step is not None else start.words[0]
    if step is None and name in applets:
        binary = _busyboxes(tree)[0]
    elif step is None and complete:
        level = min(level, Level.CONFIGURED)
    files, _ = configurations(tree, program, start.words[1:])
    many = posixpath.basename(binary) in MULTI and name not in MULTI
    return Daemon(
        kind=program.kind,
        binary=binary,
        level=level,
        ports=ports(tree, program, start, files),
        chain=start.chain,
        config=tuple(Place(path) for path in files),
        arguments=(name, *start.words[1:]) if many else start.words[1:],
        user=start.user,
        unit=start.unit,
    )


def _idle(program: Program, arguments: Sequence[str]) -> bool:
    return any(word in program.idle for word in arguments)


def _relay(start: Start) -> Daemon | None:
    """`nc -l -p 4444 -e /bin/sh`, `socat TCP-LISTEN:4444 EXEC:/bin/sh`: a shell for whoever connects."""
    name, arguments = posixpath.basename(start.words[0]), start.words[1:]
    found: list[Port] = []
    runs = False
    if name == "socat":
        matches = [match for word in arguments if (match := _SOCAT.match(word)) is not None]
        local = any("bind=127." in match[3] or "bind=localhost" in match[3] for match in matches)
        found = [Port(match[1].lower(), int(match[2]), "127.0.0.1" if local else "") for match in matches]
        runs = any(word.upper().startswith(("EXEC:", "SYSTEM:")) for word in arguments)
    elif any(word.startswith("-") and not word.startswith("--") and "l" in word for word in arguments):
        protocol = "udp" if any(word.startswith("-") and "u" in word for word in arguments) else "tcp"
        numbers = [word for word in arguments if word.isdecimal()]
        found = port(numbers[-1], protocol) if numbers else []
        runs = any(
            word in {"-e", "-c", "--exec", "--sh-exec"} or (word.startswith("-") and word.endswith("e"))
            for word in arguments
        )
    if not found:
        return None
    return Daemon(
        kind="shell" if runs else "relay",
        binary=start.words[0],
        level=start.level,
        ports=tuple(sorted(set(listens(start) or found))),
        chain=start.chain,
        arguments=arguments,
        user=start.user,
        unit=start.unit,
    )


def _surest(found: Sequence[Daemon]) -> list[Daemon]:
    """Of each program the surest daemons; less sure ones that are started only with a port of their own."""
    kept: list[Daemon] = []
    taken: dict[tuple[str, str], tuple[Level, set[Port]]] = {}
    for daemon in sorted(found, key=lambda one: -one.level):
        level, used = taken.setdefault((daemon.kind, daemon.binary), (daemon.level, set()))
        fresh = not set(daemon.ports) <= used
        first = not any((one.kind, one.binary) == (daemon.kind, daemon.binary) for one in kept)
        if first or (fresh and (daemon.level > Level.CONFIGURED or level == daemon.level == Level.CONFIGURED)):
            kept.append(daemon)
            used.update(daemon.ports)
    return kept


def _busyboxes(tree: Tree) -> list[str]:
    found = (f"{folder}/busybox" for folder in ("/bin", "/usr/bin", "/sbin", "/usr/sbin"))
    return [resolved for path in found if tree.is_file(path) and (resolved := tree.resolve(path)) is not None]


def _applets(tree: Tree) -> frozenset[str]:
    """The applets in BusyBox's own list that serve others."""
    paths = _busyboxes(tree)
    data = tree.read(paths[0], MAX_BUSYBOX) if paths else b""
    return frozenset(name for name in APPLETS if b"\0" + name.encode() + b"\0" in data)


def _lying(tree: Tree, known: set[tuple[str, str]], applets: frozenset[str]) -> list[Daemon]:
    """Programs that are there and that nothing starts; set up when their configuration is there, too."""
    found: dict[tuple[str, str], Daemon] = {}
    for path, entry in tree.entries.items():
        program = BY_NAME.get(posixpath.basename(path))
        if program is None or entry.kind not in {"file", "link"} or not _FOLDER.search(posixpath.dirname(path)):
            continue
        binary = tree.resolve(path)
        if binary is None or not tree.is_file(path) or (program.kind, binary) in known:
            continue
        applet = posixpath.basename(path) if posixpath.basename(binary) in MULTI - {posixpath.basename(path)} else ""
        found.setdefault((program.kind, binary), _resting(tree, program, binary, applet))
    for name in sorted(applets):
        program, box = BY_NAME[name], _busyboxes(tree)[0]
        if (program.kind, box) not in known:
            found.setdefault((program.kind, box), _resting(tree, program, box, name))
    return list(found.values())


def _set_up(tree: Tree, name: str) -> list[str]:
    """The scripts and units that bear a program's name: set up, even when they decide against starting it."""
    names = dict.fromkeys((name, name.removeprefix("in."), name.removeprefix("in.").removesuffix("d")))
    found = [pattern.format(one) for one in names for pattern in _SET_UP]
    return [path for path in found if tree.is_file(path)][:1]


def _resting(tree: Tree, program: Program, binary: str, applet: str) -> Daemon:
    files = [] if applet else configurations(tree, program, ())[0]
    shown = files[:1] or _set_up(tree, applet or posixpath.basename(binary))
    steps = (Step("binary", Place(binary), applet), *(Step("config", Place(path)) for path in shown))
    return Daemon(
        kind=program.kind,
        binary=binary,
        level=Level.CONFIGURED if shown else Level.PRESENT,
        chain=steps,
        config=tuple(Place(path) for path in files),
        arguments=(applet,) if applet else (),
    )


def _only_configured(tree: Tree, kinds: set[str]) -> list[Daemon]:
    """In a part of a device: configurations of daemons whose programs are in another part."""
    found: dict[str, Daemon] = {}
    for program in PROGRAMS:
        files, _ = configurations(tree, program, ())
        if files and program.kind not in kinds:
            steps = (Step("config", Place(files[0])),)
            config = tuple(Place(path) for path in files)
            found.setdefault(
                program.kind,
                Daemon(kind=program.kind, binary=program.names[0], level=Level.CONFIGURED, chain=steps, config=config),
            )
    return list(found.values())
