"""Apply the linter to a text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.lint import Options, Rule, lint_source
from rulewright.dsl.lint.registry import ALL
from tests.dsl.support import WORDS

DAY = (date(2026, 11, 22) - date(1970, 1, 1)).days


def linted(text: str, rules: Sequence[Rule] = ALL) -> tuple[Diagnostic, ...]:
    """What rules find in a text, beside the words of the tests."""
    sources = {"main.rw": dsl.Source("main.rw", text.encode()), "words.rw": dsl.Source("words.rw", WORDS)}
    return lint_source("main.rw", sources, vocabulary_of(sources), rules, options=Options(DAY))


def marks(text: str) -> set[tuple[int, int, int]]:
    """Line, first and last column of what a comment `# ^^^` marks on the line above."""
    found = set()
    for number, line in enumerate(text.split("\n")):
        stripped = line.replace("#", " ", 1)
        if line.lstrip().startswith("#") and stripped.strip() and not stripped.strip().strip("^"):
            start = stripped.index("^")
            found.add((number, start + 1, start + len(stripped.strip())))
    return found
