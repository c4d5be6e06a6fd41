"""Ways in that are left over from development: shells on serial lines, debuggers, Android's debug bridge, the loader's prompt.

Guarantees: a console that asks for a password is `protected`, one that does not is `open`; without a console in the tree nothing is
said of the UART, since the loader may have one.  The kernel and the loader say by `console=` which lines are serial.
What it does not do: JTAG (no file shows fuses); whether pads are on the board.
Sources: BusyBox examples/inittab, inittab(5), agetty(8), systemd-getty-generator(8), U-Boot's environment variables.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rulewright.devices.bootargs import Argument, arguments, environment
from rulewright.devices.commands import at, program
from rulewright.devices.consoles import SCREEN, SHELLS, consoles
from rulewright.devices.model import Daemon, Findings, Place, Row, Said, Start
from rulewright.devices.settings import finding
from rulewright.devices.starts import first_process
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

STANDS = Level.ENABLED
TOOLS = {
    "gdbserver": "debugger for other hosts",
    "gdb": "debugger",
    "strace": "tracer",
    "ltrace": "tracer",
    "tcpdump": "packet capture",
    "openocd": "JTAG debugger",
}


def detect(tree: Tree, started: Sequence[Start], daemons: Sequence[Daemon] = ()) -> Findings:
    """Consoles, the debug bridge, debuggers, shells without a login, the loader's prompt.

    Only of a tree that has a first process is it said that it has no debug bridge: a part of one does not show it.
    """
    found = Findings(examined={"iface.adb_enabled": False} if first_process(tree)[1] else {})
    booted = arguments(tree)
    _uart(tree, found, started, booted)
    for start in started:
        if program(start) == "adbd":
            found.said.append(
                Said(
                    attribute="iface.adb_enabled",
                    value=True,
                    level=start.level,
                    place=at(start.chain),
                    text="adbd",
                    chain=start.chain,
                )
            )
    _bridge(tree, found, daemons)
    found.rows += _commands(started)
    found.rows += _tools(tree, started)
    _loader(tree, found)
    return found


def _uart(tree: Tree, found: Findings, started: Sequence[Start], booted: Sequence[Argument]) -> None:
    seen = consoles(tree, started)
    named = {one.value.partition(",")[0] for one in booted if one.name == "console"}
    screen_only = bool(named) and all(SCREEN.match(name) for name in named)
    lines = [one for one in seen if not (one.line == "console" and screen_only)]
    for one in lines:
        if not one.guarded:
            found.rows.append(
                finding("shell on a serial line", one.level, one.place, f"{one.line}: {one.why}", one.chain)
            )
    lines = [one for one in lines if not one.guarded or one.level >= Level.CONDITIONAL]
    if not lines:
        return
    top = [one for one in lines if one.level >= STANDS] or [one for one in lines if one.level == lines[0].level]
    worst = next((one for one in top if not one.guarded), top[0])
    found.said.append(
        Said(
            attribute="iface.debug_uart",
            value="protected" if worst.guarded else "open",
            level=worst.level,
            place=worst.place,
            text=f"{worst.line}: {worst.why}",
            chain=worst.chain,
        )
    )


# --- bridges, debuggers, loaders ---------------------------------------------------------------------------------------------


def _bridge(tree: Tree, found: Findings, daemons: Sequence[Daemon]) -> None:
    """Android's debug bridge: by service, by property, or as a file."""
    said = any(one.attribute == "iface.adb_enabled" for one in found.said)
    for daemon in daemons:
        if daemon.kind == "adb" and not said:
            place = at(daemon.chain, daemon.binary)
            found.said.append(
                Said(
                    attribute="iface.adb_enabled",
                    value=True,
                    level=daemon.level,
                    place=place,
                    text="adbd",
                    chain=daemon.chain,
                )
            )
            said = True
    for path in ("/default.prop", "/system/build.prop", "/build.prop", "/prop.default", "/vendor/build.prop"):
        for number, line in enumerate(tree.lines(path), 1):
            key, _, value = line.strip().partition("=")
            network = key in {"service.adb.tcp.port", "persist.adb.tcp.port"} and value not in {"", "-1", "0"}
            if network or (key == "persist.sys.usb.config" and "adb" in value):
                level = Level.ENABLED if network else Level.CONFIGURED
                found.said.append(
                    Said(
                        attribute="iface.adb_enabled",
                        value=True,
                        level=level,
                        place=Place(path, number),
                        text=f"{key}={value[:40]}",
                    )
                )
                said = True
    files = [
        path for path in ("/sbin/adbd", "/usr/bin/adbd", "/usr/sbin/adbd", "/system/bin/adbd") if tree.is_file(path)
    ]
    if files and not said:
        found.said.append(
            Said(
                attribute="iface.adb_enabled",
                value=True,
                level=Level.PRESENT,
                place=Place(files[0]),
                text="adbd is in the image",
            )
        )


def _commands(started: Iterable[Start]) -> list[Row]:
    """Commands that give a shell or a debugger to the network."""
    rows = []
    for start in started:
        name = program(start)
        words = list(start.words)
        shell = next((w for f, w in pairwise(words) if f == "-l" and posixpath.basename(w) in SHELLS), "")
        if name in {"telnetd", "utelnetd", "in.telnetd"} and shell:
            rows.append(
                finding(
                    "shell without a login",
                    start.level,
                    at(start.chain),
                    f"{name} starts {shell} for everybody",
                    start.chain,
                )
            )
        elif name in {"nc", "ncat", "netcat", "socat"} and any(_executes(word) for word in words):
            rows.append(
                finding(
                    "shell without a login",
                    start.level,
                    at(start.chain),
                    f"{name} starts a program for whoever connects",
                    start.chain,
                )
            )
        elif name in TOOLS and "debugger" in TOOLS[name]:
            rows.append(finding("debugger", start.level, at(start.chain), f"{name}: {TOOLS[name]}", start.chain))
        elif start.unit == "debug-shell.service" and start.level >= Level.CONDITIONAL:
            rows.append(
                finding(
                    "shell without a login",
                    start.level,
                    at(start.chain),
                    "debug-shell.service: a root shell on tty9",
                    start.chain,
                )
            )
    return rows


def _executes(word: str) -> bool:
    return word in {"-e", "-c", "--exec", "--sh-exec"} or word.upper().startswith(("EXEC:", "SYSTEM:"))


def _tools(tree: Tree, started: Sequence[Start]) -> list[Row]:
    """Tools of developers that lie in the image and are not started."""
    run = {program(start) for start in started}
    rows = []
    for name, text in sorted(TOOLS.items()):
        path = next(
            (
                f"{folder}/{name}"
                for folder in ("/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin")
                if tree.is_file(f"{folder}/{name}")
            ),
            "",
        )
        if path and name not in run:
            rows.append(finding("debugging tool", Level.PRESENT, Place(path), f"{name}: {text}"))
    return rows


def _loader(tree: Tree, found: Findings) -> None:
    """U-Boot: a prompt that waits for a key, and media that it boots from."""
    for one in environment(tree):
        if one.name == "bootdelay" and one.value.lstrip("-").isdecimal() and len(one.value) < 6 and int(one.value) >= 0:
            stops = [
                other
                for other in environment(tree)
                if other.name in {"bootstopkeysha256", "bootdelaykey", "bootstopkey"}
            ]
            if not stops:
                found.rows.append(
                    finding("loader prompt", STANDS, one.place, f"the loader waits {one.value} s for a key")
                )
        media = {word.rstrip("0123456789") for word in one.value.split()} & {"usb", "pxe", "dhcp", "mmc_sd", "sd"}
        if one.name == "boot_targets" and media:
            found.said.append(
                Said(
                    attribute="boot.external_media_boot",
                    value=True,
                    level=STANDS,
                    place=one.place,
                    text=f"boot_targets: {', '.join(sorted(media))}",
                )
            )
