"""Apply the linter to a text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.library import read_source
from rulewright.dsl.lint import Options, Rule, Subject, lint
from rulewright.dsl.lint.registry import ALL
from rulewright.dsl.sink import Sink
from tests.dsl.support import WORDS

DAY = (date(2026, 11, 22) - date(1970, 1, 1)).days


def linted(text: str, rules: Sequence[Rule] = ALL) -> tuple[Diagnostic, ...]:
    """What rules find in a text, beside the words of the tests."""
    sources = {"main.rw": dsl.Source("main.rw", text.encode()), "words.rw": dsl.Source("words.rw", WORDS)}
    sink = Sink()
    files = {name: read_source(source, sink, tests=True) for name, source in sources.items()}
    main, words = files["main.rw"], files["words.rw"]
    assert main is not None
    assert words is not None
    subject = Subject(main, vocabulary_of(sources), {"words.rw": words}, Options(DAY), frozenset({"main.rw"}))
    return lint(subject, rules, whole=not sink.failed)


def marks(text: str) -> set[tuple[int, int, int]]:
    """Line, first and last column of what a comment `# ^^^` marks on the line above."""
    lines = text.split("\n")
    found = set()
    for number, line in enumerate(lines):
        stripped = line.replace("#", " ", 1)
        if line.lstrip().startswith("#") and stripped.strip() and not stripped.strip().strip("^"):
            start = stripped.index("^")
            found.add((number, start + 1, start + len(stripped.strip())))
    return found
