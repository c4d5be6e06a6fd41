"""What is shipped is clean for an author."""

from __future__ import annotations

from functools import cache

import pytest

from rulewright import dsl
from rulewright.cli import library
from rulewright.cli.compiling import vocabulary_of
from rulewright.cli.gathering import gather
from rulewright.dsl.lint import Options, lint_source
from rulewright.facts.vocabulary import Vocabulary
from tests.dsl.lint.support import DAY

SHIPPED = sorted(f"{m.id}@{m.edition}" for m in library.shipped() if m.kind != "vocabulary")


@cache
def vocabulary() -> Vocabulary:
    """The one that all of them share."""
    return vocabulary_of({name: dsl.Source(name, text) for name, text in gather([]).texts.items()})


@pytest.mark.parametrize("start", range(0, len(SHIPPED), 10))
def test_shipped_modules_are_clean(start: int) -> None:
    for word in SHIPPED[start : start + 10]:
        rules = gather([word])
        sources = {name: dsl.Source(name, text) for name, text in rules.texts.items()}
        for root in rules.roots:
            found = lint_source(root, sources, vocabulary(), options=Options(DAY))
            assert [f"{root}:{d.span and d.span.line}: {d.message}" for d in found] == []


def test_the_shipped_vocabularies_are_clean() -> None:
    sources = {name: dsl.Source(name, text) for name, text in gather([]).texts.items()}
    assert sources
    for name in sources:
        assert lint_source(name, sources, vocabulary(), options=Options(DAY)) == ()
