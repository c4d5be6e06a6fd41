"""The files that `rulewright lint` is asked about: rule files, folders of them, shipped ones by id.

Guarantees: each file once, in the order given; a folder without a rule file, and a word that names nothing, are diagnostics;
each target has the texts of everything that it uses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import msgspec

from rulewright.cli import library
from rulewright.cli.gathering import Rules, gather
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic


class Target(msgspec.Struct):
    """A file to lint: its name, the texts of its compilation, and where it can be written (empty: it is shipped)."""

    name: str
    rules: Rules
    path: str


def targets(words: Sequence[str], day: str) -> tuple[list[Target], list[Diagnostic]]:
    """The files that some words name (all shipped ones when there is none), and what is wrong with the words."""
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
        files = list(library.rule_files(word))
        if not files:
            problems.append(problem("RW0003", f"`{word}` holds no rule file", "rule files end in `.rw`"))
        yield from files


def _is_file(word: str) -> bool:
    """Whether a word names a file of the user, and not something shipped."""
    return os.path.exists(word) or word.endswith(".rw") or os.sep in word
