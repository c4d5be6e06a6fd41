"""Globs on a whole column are globs one by one, whichever index has been made."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from rulewright.engine import globs
from rulewright.facts.identity import patterns
from rulewright.facts.table import Column

TEXTS = st.lists(st.text(alphabet="ab*\n.?", max_size=5), unique=True, max_size=12)
PATTERNS = st.lists(st.text(alphabet="ab*\n.?[]", max_size=4), min_size=1, max_size=20)


@given(texts=TEXTS, asked=PATTERNS)
def test_a_column_at_once_as_one_by_one(texts: list[str], asked: list[str]) -> None:
    """Twenty questions to one column, so that every index comes into use."""
    column = Column(array("i"), list(texts))
    for pattern in asked:
        one = patterns.compile_glob(pattern)
        expected = (
            [globs.UNKNOWN] * len(texts)
            if isinstance(one, patterns.Fault)
            else [globs.YES if one.matches(text) else globs.NO for text in texts]
        )
        assert list(globs.judge(column, pattern)) == expected, pattern
