"""`rulewright bundle list` and `bundle remove`: what a project has locked, and doing without it.

Guarantees: every archive and its signatures are held against the lock, and what does not fit is told (exit code 1); packs that installed Python
packages bring are listed, too; a pack that another one needs is not removed.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256

import msgspec

from rulewright.attest.packages import lock as locks
from rulewright.attest.packages.model import Locked, PackageError
from rulewright.attest.packages.signature import SUFFIX
from rulewright.cli import exits
from rulewright.cli.check import deliver
from rulewright.cli.options import Request
from rulewright.cli.packages import locked
from rulewright.cli.packages.adding import clear, current, dropped, led_away
from rulewright.cli.packages.installed import installed
from rulewright.cli.packages.reading import flaw
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.streams import paint_for, paint_for_file, say, write_file
from rulewright.cli.text import clean
from rulewright.diagnostics import Diagnostic


class Row(msgspec.Struct, frozen=True):
    """One pack as it is listed; `state` is `ok`, or what is wrong with its files."""

    name: str
    edition: str
    sha256: str
    source: str
    signers: tuple[str, ...]
    state: str


class _Listing(msgspec.Struct, frozen=True):
    format: str
    packs: list[Row]
    installed: list[dict[str, str]]


def run(request: Request) -> int:
    """List; return the exit code."""
    path = request.one("lock") or locked.nearest(os.getcwd())
    packs = current(path) if path is not None else {}
    if request.one("lock") is not None and path is not None and not os.path.lexists(path):
        return refuse([problem("RW0003", f"`{path}` does not exist")])
    rows: list[Row] = []
    problems: list[Diagnostic] = []
    for name in sorted(packs):
        wrong = _state(path or "", packs[name])
        rows.append(_row(packs[name], "ok" if wrong is None else wrong.message))
        problems += [] if wrong is None else [wrong]
    brought = installed()
    others = [{"name": p.name, "edition": p.edition, "distribution": p.distribution} for p in brought.packs]
    target = request.one("output")
    if request.one("format") == "json":
        text = msgspec.json.encode(_Listing("rulewright-packs/1", rows, others)).decode() + "\n"
    else:
        text = "".join(
            line + "\n" for line in _lines(rows, others, paint_for_file() if target else paint_for(sys.stdout))
        )
    code = deliver(text, target, utf8=request.one("format") == "json")
    show([*problems, *brought.problems])
    return code or (exits.BLOCKED if problems or brought.problems else exits.OK)


def _row(item: Locked, state: str) -> Row:
    return Row(item.name, item.edition, item.sha256, item.source, item.signers, state)


def _state(path: str, item: Locked) -> Diagnostic | None:
    """What is wrong with the files of a locked pack."""
    package = locked.opened(path, item)
    if isinstance(package, Diagnostic):
        return package
    beside = locked.archive_of(path, item) + SUFFIX
    shown = f"{locked.FOLDER}/{os.path.basename(beside)}"
    try:
        with open(beside, "rb") as stream:
            digest = sha256(stream.read()).hexdigest()
    except FileNotFoundError:
        digest = None
    except OSError as error:
        return problem("RW4215", f"`{shown}` cannot be read: {(error.strerror or '').lower()}")
    if digest == item.signature:
        return None
    told = "is missing" if digest is None else "does not have the bytes that are locked"
    return problem(
        "RW4215",
        f"`{shown}` {told}",
        "`rulewright bundle add --force` brings it back; or take it from version control again",
    )


def _lines(rows: list[Row], others: list[dict[str, str]], paint: Paint) -> list[str]:
    """The list for a person."""
    lines = []
    for row in rows:
        good = row.state == "ok"
        mark = paint(paint.symbols.tick, Ink.GOOD) if good else paint(paint.symbols.cross, Ink.FAIL)
        lines.append(f"{mark} {paint(clean(f'{row.name}@{row.edition}'), Ink.NAME)}")
        lines.append(f"    from       {clean(row.source)}")
        lines.append(f"    sha256     {row.sha256}")
        signers = [f"    signed by  {key}" for key in row.signers]
        lines += signers or ["    signed by  nobody whose signature was judged"]
        lines += [] if good else [f"    {clean(row.state)}"]
    for each in others:
        called = clean(f"{each['name']}@{each['edition']}")
        lines.append(f"{paint(paint.symbols.dot, Ink.DIM)} {paint(called, Ink.NAME)}")
        lines.append(f"    from       the Python package {clean(each['distribution'])}")
    return lines or ["no packs"]


def remove(request: Request) -> int:
    """Remove a pack from the lock, and its files; return the exit code."""
    path = request.one("lock") or locked.nearest(os.getcwd())
    packs = current(path) if path is not None else {}
    name = request.arguments[0].partition("@")[0]
    if path is None or name not in packs:
        listed = ", ".join(f"`{each}`" for each in sorted(packs)) or "nothing"
        return refuse([problem("RW4219", f"`{name}` is not locked", f"the lock has {listed}")])
    needs = dropped({name}, packs)
    if needs:
        return refuse([problem("RW4219", f"`{name}` is still needed: {needs}", "remove that one first")])
    lost = led_away(path)
    if lost:
        return refuse(lost)
    gone = packs.pop(name)
    try:
        write_file(path, locks.encode(packs.values()))
    except PackageError as error:
        return refuse([flaw(error)])
    except OSError as error:
        return refuse([problem("RW0006", f"the lock cannot be written: {(error.strerror or str(error)).lower()}")])
    clear(path, [gone])
    if "quiet" not in request.flags:
        say(f"{clean(name)}@{clean(gone.edition)} is locked no more")
    return exits.OK
