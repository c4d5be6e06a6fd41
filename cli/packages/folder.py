"""The files of a pack in its author's folder.

Guarantees: what belongs to the pack is a plain file under a plain name, read up to a limit; links and other things are errors, hidden files
and what `bundle` itself writes are left out and named; nothing is left out in silence.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

import msgspec

from rulewright.attest.packages import archive, model, source
from rulewright.attest.packages.model import PackageError
from rulewright.attest.packages.signature import SUFFIX
from rulewright.attest.packages.source import Flaw, Source
from rulewright.cli import toml_places
from rulewright.cli.documents import name_of
from rulewright.cli.packages.locked import FOLDER, LOCK
from rulewright.cli.packages.reading import data_of, flaw
from rulewright.cli.problems import problem
from rulewright.cli.signing import RefusedError
from rulewright.diagnostics import Diagnostic, Span


class Files(msgspec.Struct, frozen=True):
    """The files by their names in the pack, and the names that were left out."""

    data: dict[str, bytes]
    left_out: tuple[str, ...]


def manifest(folder: str) -> tuple[Source, bytes]:
    """The author's manifest, typed and as it stands.  Raises `RefusedError`."""
    path = os.path.join(folder, model.SOURCE)
    if not os.path.isdir(folder):
        raise RefusedError(problem("RW0003", f"`{name_of(folder)}` is no folder", f"it holds `{model.SOURCE}`"))
    data = data_of(path, model.LIST)
    try:
        return source.read(data[: model.LIST]), data
    except PackageError as error:
        raise RefusedError(at(path, data, Flaw(error.name, str(error)))) from None


def at(path: str, data: bytes, found: Flaw) -> Diagnostic:
    """A flaw of the author's manifest at its place, where that can be told."""
    shown, text = name_of(path), data.decode("utf-8", "replace")
    made = problem(found.code, found.message, source=shown)
    place = toml_places.find(text, found.pointer) if found.pointer else None
    if place is None:
        return made
    line, column, length = place
    start = sum(map(len, text.splitlines(keepends=True)[: line - 1])) + column - 1
    return msgspec.structs.replace(made, span=Span(shown, start, start + length, line, column, line, column + length))


def files(folder: str, said: Source) -> Files | list[Diagnostic]:
    """The files of the pack; or everything that cannot be part of one.  Raises `RefusedError` for files that cannot be read."""
    problems: list[Diagnostic] = []
    found: dict[str, bytes] = {}
    left: list[str] = []
    room = archive.ROOM
    for name, path, plain in _walk(folder, left):
        if not source.included(said, name):
            left.append(name)
        elif not plain:
            hint = "put a copy in its place, or name the files of the pack with `include`"
            problems.append(problem("RW4207", f"`{name}` is a link, or neither file nor folder", hint))
        elif wrong := archive.flaw(name):
            problems.append(
                problem("RW4207", f"`{name_of(name)}`: {wrong}", "rename it, or name the files with `include`")
            )
        else:
            found[name] = data_of(path, room)
            room -= len(found[name])
            if room < 0:
                problems.append(problem("RW4207", f"the files have more than {archive.ROOM:,} bytes together"))
                break
    try:
        archive.listed(found)
    except PackageError as error:
        problems.append(flaw(error))
    return problems or Files(found, tuple(sorted(left)))


def _walk(folder: str, left: list[str]) -> Iterator[tuple[str, str, bool]]:
    """Yield name, path and whether it is a plain file, of all that is not hidden or ours, in a fixed order."""
    waiting = [""]
    while waiting:
        below = waiting.pop()
        for entry in sorted(os.listdir(os.path.join(folder, below)), reverse=True):
            name = f"{below}/{entry}" if below else entry
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if _ours(entry, name):
                left.append(name)
            elif stat.S_ISDIR(mode):
                waiting.append(name)
            else:
                yield name, path, stat.S_ISREG(mode)


def _ours(entry: str, name: str) -> bool:
    """Whether something is hidden, or what `bundle` writes and no author does."""
    return entry.startswith(".") or name in {LOCK, FOLDER} or entry.endswith((".rwpack", f".rwpack{SUFFIX}"))
