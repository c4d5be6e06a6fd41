"""The rule files below a folder that somebody names: one walk for `fmt`, `lint` and `test`.

Guarantees: a fixed order; what one of the three sees, the others see.  Hidden folders and links are left out, and that is said
on stderr where it may matter: of a link to a folder or a rule file, and of a hidden folder that may hold rule files.  A folder
that cannot be read is told.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from rulewright.cli.gathering import unreadable
from rulewright.cli.library import ENDINGS
from rulewright.cli.problems import problem
from rulewright.cli.streams import say
from rulewright.cli.text import clean
from rulewright.diagnostics import Diagnostic

_SHOWN = 5
_LOOKED_AT = 2_000
"""So many names in a hidden folder are looked at; of one with more it is said that it is left out, whatever it holds."""


class Walked(NamedTuple):
    """The paths of rule files in either form, and what is wrong with the folder."""

    files: tuple[str, ...]
    problems: tuple[Diagnostic, ...]


def walk(folder: str) -> Walked:
    """Find the rule files below a folder; one without any is a problem."""
    closed: list[OSError] = []
    left: list[str] = []
    files = tuple(_files(folder, closed, left))
    problems = [unreadable(name_of(str(error.filename)), error) for error in closed]
    if not files and not problems:
        hint = "their names end in `.rw` or `.rw.json`"
        problems.append(problem("RW0003", f"the folder `{name_of(folder)}` holds no rule file", hint))
    if left:
        names = ", ".join(f"`{clean(name_of(path))}`" for path in left[:_SHOWN])
        more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
        say(f"note: links and hidden folders are left out: {names}{more}; name one to have it looked at")
    return Walked(files, tuple(problems))


def name_of(path: str) -> str:
    """A file's name as it was given, whatever bytes it has."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _files(folder: str, closed: list[OSError], left: list[str]) -> Iterator[str]:
    """The rule files; folders that cannot be read, and what is left out, are collected."""
    for place, folders, names in os.walk(folder, onerror=closed.append):
        for name in sorted(folders):
            path = os.path.join(place, name)
            if os.path.islink(path) or (name.startswith(".") and _may_hold(path)):
                left.append(path)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(place, name)
            if not name.endswith(ENDINGS):
                continue
            if os.path.islink(path):
                left.append(path)
                continue
            yield path


def _may_hold(folder: str) -> bool:
    """Whether a hidden folder holds a rule file, or too much to know."""
    looked = 0
    for _, folders, names in os.walk(folder):
        if any(name.endswith(ENDINGS) for name in names):
            return True
        looked += len(names) + len(folders)
        if looked > _LOOKED_AT:
            return True
    return False
