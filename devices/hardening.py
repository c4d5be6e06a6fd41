"""How the programs that a network reaches, and their libraries, are built: no-execute, position independence, RELRO, canaries.

Guarantees: the shares (`bin.*_ratio`) are of network-reachable services and the libraries that they are linked with, not of
the tree: most files of a tree are nobody's way in, and hide those that are.  Position independence is counted over programs
(a library always has it).  Where one of the programs is not in the tree or is no ELF file, nothing is said of a share: it
would be one of the rest.  A file that leaves no trace of a protection either way is left out of that share.
What it does not do: find libraries that are opened while a program runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from rulewright.devices import elf
from rulewright.devices.commands import at
from rulewright.devices.elf import Elf
from rulewright.devices.linked import Linker
from rulewright.devices.model import Daemon, Findings, Noted, Place, Row, Said
from rulewright.devices.settings import finding
from rulewright.devices.tree import Tree
from rulewright.facts.types import MICRO, Level

STANDS = Level.ENABLED
"""The level of what holds for the image as it is, whatever is started."""

MAX_LISTED = 50
"""As many files are listed where one finding has many places."""


class Built(msgspec.Struct, frozen=True):
    """A daemon with its program and libraries, as paths in the tree; `missing` are libraries that the tree does not hold."""

    daemon: Daemon
    program: str
    libraries: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def detect(tree: Tree, daemons: Sequence[Daemon], linker: Linker | None = None) -> Findings:
    """Shares over the reachable daemons and their libraries; symbols in the release; what each weak file lacks."""
    found = Findings()
    linker = linker or Linker(tree)
    reached = [built(linker, daemon) for daemon in reachable(daemons)]
    for one in reached:
        if not one.program:
            place = at(one.daemon.chain, one.daemon.binary)
            message = f"`{one.daemon.binary}` is not in the tree as an ELF file: nothing is known of how it is built"
            found.notes.append(Noted("RW1504", message, place))
    if reached and all(one.program for one in reached):
        _shares(found, linker, reached)
    found.rows += _weak(linker, reached)
    _symbols(tree, found)
    return found


def reachable(daemons: Iterable[Daemon], least: Level = Level.CONDITIONAL) -> list[Daemon]:
    """The daemons that are started at least on a condition and may be reached from outside the device."""
    return [daemon for daemon in daemons if daemon.level >= least and not all_local(daemon)]


def all_local(daemon: Daemon) -> bool:
    """Whether a daemon listens on the device itself only, or (loggers without a port) not at all."""
    if not daemon.ports:
        return daemon.kind in {"syslog", "cron", "log"}
    return all(port.local for port in daemon.ports)


def built(linker: Linker, daemon: Daemon) -> Built:
    """A daemon's program and libraries."""
    program = linker.program(daemon)
    libraries, missing = linker.libraries(program) if program else ([], [])
    return Built(daemon, program, tuple(libraries), tuple(missing))


def fields(linker: Linker, daemon: Daemon) -> dict[str, bool]:
    """The fields of a `daemon` row: each true when the program and all its libraries have the protection.

    A field is left out where a library is missing and all others have it, or where nothing tells.
    """
    one = built(linker, daemon)
    files = [file for path in (one.program, *one.libraries) if path and (file := linker.file(path)) is not None]
    found: dict[str, bool] = {}
    for name, test in TESTS.items():
        over = files[:1] if name == "pie" else files
        values = [value for file in over if (value := test(file)) is not None]
        if False in values or (values and not (one.missing and name != "pie")):
            found[name] = False not in values
    return found


TESTS: dict[str, Callable[[Elf], bool | None]] = {
    "nx": lambda file: file.nx,
    "pie": lambda file: file.pie if file.program else None,
    "relro": lambda file: None if file.loader else file.relro == "full",
    "canary": lambda file: file.canary,
    "fortify": lambda file: file.fortify,
}
_TEXT = {
    "nx": "have a stack that cannot be executed",
    "pie": "can be loaded anywhere",
    "relro": "have full RELRO",
    "canary": "use stack canaries",
    "fortify": "call the checked forms of library functions",
}


def _shares(found: Findings, linker: Linker, reached: list[Built]) -> None:
    paths = sorted({path for one in reached for path in (one.program, *one.libraries)})
    files = [(path, file) for path in paths if (file := linker.file(path)) is not None]
    missing = sorted({name for one in reached for name in one.missing})
    surest = max(reached, key=lambda one: one.daemon.level).daemon
    for name, test in TESTS.items():
        judged = [(path, value) for path, file in files if (value := test(file)) is not None]
        if not judged or (missing and name != "pie"):
            continue
        good = sum(value for _, value in judged)
        first = next((path for path, value in judged if not value), judged[0][0])
        what = "programs of reachable services" if name == "pie" else "files (reachable services and their libraries)"
        text = f"{good} of {len(judged)} {what} {_TEXT[name]}"
        found.said.append(
            Said(
                attribute=f"bin.{name}_ratio",
                value=good * MICRO // len(judged),
                level=surest.level,
                place=Place(first),
                text=text,
                chain=surest.chain,
            )
        )
    if missing:
        named = ", ".join(f"`{name}`" for name in missing[:8]) + (
            f" and {len(missing) - 8} more" if len(missing) > 8 else ""
        )
        message = f"no shares of hardened files: reachable services need libraries that are not in the tree ({named})"
        found.notes.append(Noted("RW1504", message))
    calls = [
        (path, file.unsafe)
        for path, file in files
        if file.unsafe and not path.rpartition("/")[2].startswith(("libc.", "libc-"))
    ]
    if files and not missing:
        place = Place(calls[0][0] if calls else files[0][0])
        text = "; ".join(f"{path}: {', '.join(names)}" for path, names in calls[:8])
        number = sum(len(names) for _, names in calls)
        found.said.append(
            Said(
                attribute="bin.banned_functions",
                value=number,
                level=surest.level,
                place=place,
                text=text,
                chain=surest.chain,
            )
        )


def _weak(linker: Linker, reached: list[Built]) -> list[Row]:
    """One row for each program or library of a reachable service that lacks something, at the service's level."""
    rows: dict[str, Row] = {}
    for one in sorted(reached, key=lambda one: (-one.daemon.level, one.daemon.kind, one.program)):
        for path in (one.program, *one.libraries):
            file = linker.file(path) if path else None
            if file is None or path in rows:
                continue
            lacking = [name for name, test in TESTS.items() if test(file) is False]
            risky = [
                text
                for text in (*file.rpath, *file.runpath)
                if not text.startswith(("/lib", "/usr/", "/opt/", "$ORIGIN", "${ORIGIN}"))
            ]
            detail = f"without {', '.join(lacking)}" if lacking else ""
            if risky:
                detail += f"{'; ' if detail else ''}looks for libraries in {', '.join(risky[:4])}"
            if detail:
                rows[path] = finding(
                    "binary hardening", one.daemon.level, Place(path), f"{one.daemon.kind}: {detail}", one.daemon.chain
                )
    return [row for _, row in sorted(rows.items())][:MAX_LISTED]


def _symbols(tree: Tree, found: Findings) -> None:
    """Symbol tables and debugging sections in programs and libraries of the whole tree (kernel modules need theirs)."""
    first, number, total = "", 0, 0
    for entry in tree.files():
        if entry.size < 64 or entry.path.endswith((".ko", ".o", ".a")) or "/lib/debug/" in entry.path:
            continue
        if not elf.is_elf(tree.read(entry.path, 64)):
            continue
        file = elf.read(tree.read(entry.path))
        total += file is not None
        if file is not None and file.symbols and file.kind in {elf.EXECUTABLE, elf.SHARED}:
            first, number = first or entry.path, number + 1
    if total:
        text = f"{number} of {total} ELF files hold symbol tables or debugging sections"
        found.said.append(
            Said(attribute="bin.debug_symbols", value=number > 0, level=STANDS, place=Place(first or "/"), text=text)
        )
