"""The requirements that `--only` names.

Guarantees: a word is a full id or a name in any standard of the file; one that no file knows is a diagnostic with what is close.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic
from rulewright.dsl import ir

if TYPE_CHECKING:
    from rulewright.cli.testing.job import Job


def chosen(program: ir.Program, only: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str] | None]:
    """The words of `--only` that name something here, and the requirements that they name; `None`: all."""
    if not only:
        return (), None
    by = {word: [r.id for r in program.requirements if word in {r.id, r.id.partition(":")[2]}] for word in only}
    return tuple(word for word, found in by.items() if found), frozenset(r for found in by.values() for r in found)


def unknown_only(words: Sequence[str], jobs: Sequence[Job]) -> list[Diagnostic]:
    """The words of `--only` that no file knows."""
    known = {word for job in jobs for word in job.named}
    names = sorted({name for job in jobs for full in job.names for name in (full, full.partition(":")[2])})
    found = []
    for word in words:
        if word not in known:
            close = get_close_matches(word, names, 1)
            hint = f"did you mean `{close[0]}`?" if close else "name it as in `rulewright standards show`"
            found.append(problem("RW0901", f"no requirement of these files is called `{word}`", hint))
    return found
