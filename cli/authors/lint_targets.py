"""The files that `rulewright lint` is asked about: rule files, folders of them, shipped ones by id, or stdin.

Guarantees: each file once, in the order given; a folder without a rule file, and a word that names nothing, are diagnostics;
each target has the texts of everything that it uses.  What comes from stdin is judged as if it lay where its name says, or here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

import msgspec

from rulewright.cli import library
from rulewright.cli.gathering import Rules, gather, gather_text, unreadable
from rulewright.cli.options import Request
from rulewright.cli.problems import problem
from rulewright.cli.walking import name_of, walk
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.limits import MAX_BYTES

STDIN = "-"


class Target(msgspec.Struct):
    """A file to lint: its name, the texts of its compilation, and where it can be written (empty: it is shipped; `-`: it is stdin)."""

    name: str
    rules: Rules
    path: str


def targets(request: Request, day: str) -> tuple[list[Target], list[Diagnostic]]:
    """The files that a call names (all shipped ones when there is no word), and what is wrong with the words."""
    words, name = request.arguments, request.one("stdin_name")
    if STDIN in words:
        if len(words) > 1:
            return [], [problem("RW0002", "`-` stands alone", "lint stdin in one call and files in another")]
        return _stdin(name or "<stdin>")
    if name is not None:
        hint = "leave it out, or say `-`"
        return [], [problem("RW0002", "`--stdin-name` names what `-` reads, and `-` is not given", hint)]
    return _named(words, day)


def _stdin(name: str) -> tuple[list[Target], list[Diagnostic]]:
    """What comes from stdin, beside the rule files of the folder in which it would lie."""
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        own = {(module.id, module.edition) for module in library.heads(data, name, name)}
        beside = [module for module in library.neighbours(name) if (module.id, module.edition) not in own]
        near = {module.name: library.read(module) for module in beside}
    except OSError as error:
        return [], [unreadable(name_of(str(error.filename or "stdin")), error)]
    shown = name_of(name)
    rules = gather_text(shown, data, near, os.path.dirname(name) or ".")
    return [Target(shown, rules, STDIN)], rules.problems


def _named(words: Sequence[str], day: str) -> tuple[list[Target], list[Diagnostic]]:
    """The files, folders and ids."""
    found: dict[str, Target] = {}
    problems: list[Diagnostic] = []
    for word in _spread(words, problems):
        rules = gather([word], day)
        problems += rules.problems
        for name in rules.roots if not rules.problems else ():
            found.setdefault(name, Target(name, rules, name if _is_file(word) else ""))
    return [*(_vocabularies() if not words else ()), *found.values()], problems


def _vocabularies() -> Iterator[Target]:
    """The shipped vocabularies, which have no id to be asked for by."""
    for name in dict.fromkeys(m.name for m in library.shipped() if m.kind == "vocabulary"):
        rules = gather([])
        rules.roots.append(name)
        yield Target(name, rules, "")


def _spread(words: Sequence[str], problems: list[Diagnostic]) -> Iterator[str]:
    """The words, with those of folders and of everything that is shipped in their place."""
    if not words:
        shipped = [m for m in library.shipped() if m.kind != "vocabulary"]
        yield from sorted({f"{m.id}@{m.edition}" for m in shipped})
        return
    for word in words:
        if not os.path.isdir(word):
            yield word
            continue
        found = walk(word)
        problems += found.problems
        yield from found.files


def _is_file(word: str) -> bool:
    """Whether a word names a file of the user, and not something shipped."""
    return os.path.exists(word) or word.endswith(".rw") or os.sep in word
