"""The files of one call of `rulewright fmt`: found, read, put back.

Guarantees: folders are walked as `walking` says; of what is there, files in the JSON form have no layout, and are left alone.
Nothing is read twice.  What cannot be read or written is a diagnostic of that file alone.
"""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass

from rulewright.cli.declared import Request
from rulewright.cli.gathering import unreadable
from rulewright.cli.problems import problem
from rulewright.cli.streams import say, write_file
from rulewright.cli.text import clean, plural
from rulewright.cli.walking import name_of, walk
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.limits import MAX_BYTES

FORM = ".json"
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
    try:
        return File("-", name, sys.stdin.buffer.read(MAX_BYTES + 1))
    except OSError as error:
        return File("-", name, wrong=(unreadable("stdin", error),))


def _paths(word: str, files: list[File]) -> list[str]:
    """The files that a word stands for; what is wrong with a folder is put down."""
    if not os.path.isdir(word):
        return [word]
    found = walk(word)
    texts = [path for path in found.files if not path.endswith(FORM)]
    forms = len(found.files) - len(texts)
    problems = list(found.problems)
    if forms and not texts and not problems:
        message = f"the folder `{name_of(word)}` holds rules in the JSON form alone, which has no layout"
        problems.append(problem("RW0003", message, "`rulewright convert FILE` writes one as text"))
    elif forms:
        say(f"note: {plural(forms, 'file')} of `{clean(name_of(word))}` in the JSON form, which has no layout")
    files += [File(word, name_of(word), wrong=(flaw,)) for flaw in problems]
    return texts


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
    flaw = put_back(file.path, file.laid, "not laid out")
    return () if flaw is None else (flaw,)


def put_back(path: str, data: bytes, otherwise: str) -> Diagnostic | None:
    """Put a text in the place of a file that was read, which keeps its mode; or say why not, and what it is then."""
    name = name_of(path)
    try:
        if not (os.stat(path).st_mode & _WRITABLE and os.access(path, os.W_OK)):
            return problem("RW0006", f"`{name}` is read-only and {otherwise}", "allow writing to it")
        write_file(path, data, keep_mode=True)
    except OSError as error:
        why = (error.strerror or "").lower()
        return problem("RW0006", f"`{name}` cannot be written: {why}", "the file is as it was")
    return None
