"""Patterns that are compiled on their first use."""

from __future__ import annotations

import re

import pytest

from rulewright.facts.lazy import deferred


def test_it_finds_what_a_compiled_pattern_finds() -> None:
    text, waiting = "a1 B22", deferred(r"([a-z])(\d+)", re.IGNORECASE)
    for pattern in (waiting, re.compile(r"([a-z])(\d+)", re.IGNORECASE)):
        assert [m.groups() for m in pattern.finditer(text)] == [("a", "1"), ("B", "22")]
        assert pattern.match(text)
        assert not pattern.fullmatch(text)
        assert pattern.sub("-", text) == "- -"
    assert waiting.pattern == r"([a-z])(\d+)"


def test_bytes_are_searched_by_bytes() -> None:
    found = deferred(rb"b+").search(b"abbc")
    assert found
    assert found[0] == b"bb"


def test_a_method_is_made_once() -> None:
    waiting = deferred("x")
    assert waiting.match is waiting.match


def test_a_wrong_pattern_is_an_error_when_it_is_used() -> None:
    waiting = deferred("(")
    with pytest.raises(re.error):
        waiting.match("x")
