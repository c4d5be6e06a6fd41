"""A report never takes the place of something that the run reads.

Guarantees: an `--output` (`--save`, `--questions`) that is the same file as a product, a facts file, a rule file that takes part or the stated
configuration, by whatever name or link, is refused before any document is judged.  Devices and pipes are nobody's loss.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from rulewright.cli.documents import name_of
from rulewright.cli.gathering import Rules
from rulewright.cli.options import Request
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic

_STDIN = 0


def overwriting(request: Request, rules: Rules) -> list[Diagnostic]:
    """List what is wrong with `--output` and its like: nothing, or that it is one of the inputs."""
    return [flaw for option in ("output", "save", "questions") for flaw in _wrong(request, rules, option)]


def _wrong(request: Request, rules: Rules, option: str) -> list[Diagnostic]:
    """Look at one option that names a file to write."""
    path = request.one(option)
    if path is None or path == "-" or not os.path.isfile(path):
        return []
    if not any(_same(path, given) for given in _read(request, rules)):
        return []
    message = f"`{name_of(path)}` is an input of this run and is not overwritten"
    return [problem("RW0006", message, f"name another file with `--{option}`")]


def _read(request: Request, rules: Rules) -> Iterator[str | int]:
    """Yield the files that the run reads."""
    words = (*request.arguments, *request.many("facts"))
    yield from (_STDIN if word == "-" else word for word in words)
    yield from rules.roots
    yield from (module.path for module in rules.shelf if module.name in rules.texts)
    yield from request.many("config")


def _same(path: str, given: str | int) -> bool:
    """Say whether two names are one file; what is not there is none."""
    try:
        return os.path.samefile(path, given)
    except OSError:
        return False
