"""Apply the linter to a text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.diagnostics import Diagnostic
from rulewright.dsl import tree
from rulewright.dsl.compiler import Compiled
from rulewright.dsl.library import read_source
from rulewright.dsl.lint import Options, Rule, lint_source
from rulewright.dsl.lint.registry import ALL
from rulewright.dsl.sink import Sink
from tests.dsl.support import split

ROOT = Path(__file__).resolve().parents[3]
NAMES = frozenset(
    [
        "iface.ssh_present",
        "iface.telnet_present",
        "product.expected_lifetime_years",
        "product.internet_connectable",
        "product.markets",
        "product.placed_on_market_date",
        "product.type",
    ]
)
"""What the examples name of the shipped vocabulary."""

DAY = (date(2026, 11, 22) - date(1970, 1, 1)).days


@cache
def words() -> bytes:
    """A vocabulary of a few attributes, as the shipped one declares them."""
    path = ROOT / "standards" / "vocabulary.rw"
    file = read_source(dsl.Source("vocabulary.rw", path.read_bytes()), Sink(), tests=False)
    assert file is not None
    items = [i for m in file.file.modules for i in m.items if isinstance(i, tree.Attribute) and i.name.text in NAMES]
    assert {i.name.text for i in items} == NAMES
    shown = "\n".join(file.source.text[i.at[0] : i.at[1]] for i in items)
    return f'vocabulary words edition "1" {{\n{shown}\n}}\n'.encode()


def sources_of(text: str) -> dict[str, dsl.Source]:
    """The files of a text, `main.rw` when it is one, and the words."""
    return {name: dsl.Source(name, data) for name, data in {**split(text.encode()), "words.rw": words()}.items()}


def build(text: str) -> Compiled:
    """Compile a text; `main.rw` is the root."""
    sources = sources_of(text)
    return dsl.compile(sources, ["main.rw"], vocabulary_of(sources))


def linted(text: str, rules: Sequence[Rule] = ALL) -> tuple[Diagnostic, ...]:
    """What rules find in a text, beside the words of the tests."""
    sources = sources_of(text)
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
