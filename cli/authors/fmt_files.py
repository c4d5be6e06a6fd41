"""The files of one call of `rulewright fmt`: found, read, put back.

Guarantees: folders are walked in a fixed order for `*.rw`, hidden folders are left out, links are not followed out of the folder
that was named; nothing is read twice.  What cannot be read or written is a diagnostic of that file alone.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from rulewright.cli.declared import Request
from rulewright.cli.gathering import unreadable
from rulewright.cli.problems import problem
from rulewright.cli.streams import say, write_file
from rulewright.cli.text import clean
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.limits import MAX_BYTES

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


@dataclass(slots=True)
class File:
    """A file by its path and the name shown, its bytes before and after, and what is wrong with it."""

    path: str
    name: str
    text: bytes = b""
    laid: bytes = b""
    wrong: tuple[Diagnostic, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the layout differs from what is there."""
        return not self.wrong and self.laid != self.text


def name_of(path: str) -> str:
    """A file's name as it was given, whatever bytes it has."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def gather(request: Request) -> list[File] | Diagnostic:
    """All files of a call, read; or why the call cannot be done."""
    words = request.arguments
    if "-" in words:
        if len(words) > 1:
            return problem("RW0002", "`-` stands alone", "lay out stdin in one call and files in another")
        return [_stdin(request.one("stdin_name") or "<stdin>")]
    if request.one("stdin_name") is not None:
        return problem(
            "RW0002", "`--stdin-name` names what `-` reads, and `-` is not given", "leave it out, or say `-`"
        )
    files: list[File] = []
    seen: dict[str, str] = {}
    for word in words:
        for path in _paths(word, files):
            real = os.path.realpath(path)
            if real in seen:
                message = f"`{name_of(path)}` is named twice"
                return problem("RW0005", message, f"it is the same file as `{name_of(seen[real])}`; name it once")
            seen[real] = path
            files.append(_read(path))
    return files


def _stdin(name: str) -> File:
    """What comes from stdin."""
    return File("-", name, sys.stdin.buffer.read(MAX_BYTES + 1))


def _paths(word: str, files: list[File]) -> Iterator[str]:
    """The files that a word stands for; a folder that holds none, or cannot be read, is put down as wrong."""
    if not os.path.isdir(word):
        yield word
        return
    closed: list[OSError] = []
    found = list(_walk(word, closed))
    yield from found
    for error in closed:
        name = name_of(str(error.filename))
        files.append(File(name, name, wrong=(unreadable(name, error),)))
    if not found and not closed:
        flaw = problem("RW0003", f"the folder `{name_of(word)}` holds no rule file", "their names end in `.rw`")
        files.append(File(word, name_of(word), wrong=(flaw,)))


def _walk(folder: str, closed: list[OSError]) -> Iterator[str]:
    """The rule files below a folder; folders that cannot be read are collected."""
    for place, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(place, name)
            if not name.endswith(".rw"):
                continue
            if os.path.islink(path):
                say(f"note: `{clean(name_of(path))}` is a link and is left alone; name it to have it laid out")
                continue
            yield path


def _read(path: str) -> File:
    """Read a file, or say why not."""
    file = File(path, name_of(path))
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            file.wrong = (problem("RW0003", f"`{file.name}` is no regular file", "`-` reads stdin"),)
            return file
        with open(path, "rb") as stream:
            file.text = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        flaw = error if isinstance(error, OSError) else FileNotFoundError()
        file.wrong = (unreadable(file.name, flaw),)
    return file


def replace(file: File) -> tuple[Diagnostic, ...]:
    """Put the new text in the file's place, or say why not."""
    if file.path == "-":
        return ()
    try:
        if not (os.stat(file.path).st_mode & _WRITABLE and os.access(file.path, os.W_OK)):
            return (problem("RW0006", f"`{file.name}` is read-only and not laid out", "allow writing to it"),)
        write_file(file.path, file.laid, keep_mode=True)
    except OSError as error:
        why = (error.strerror or "").lower()
        return (problem("RW0006", f"`{file.name}` cannot be written: {why}", "the file is as it was"),)
    return ()
