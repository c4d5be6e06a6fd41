"""Globs and regular expressions: meaning, errors with places, bounded cost."""

from __future__ import annotations

import re
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.facts.identity import patterns
from rulewright.facts.identity.patterns import Fault, Glob, Matcher, Regex


def glob(text: str) -> Glob:
    found = patterns.compile_glob(text)
    assert isinstance(found, Glob), found
    return found


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        ("", [""], ["a"]),
        ("*", ["", "a", "a\nb", "\ud800"], []),
        ("a*c", ["ac", "abc", "acc"], ["ab", "abcd", "xac"]),
        ("a?c", ["abc", "a\nc"], ["ac", "abbc"]),
        ("*.so.*", ["libc.so.6", ".so."], ["libc.so", "so"]),
        ("*ab*ba*", ["abba", "xabybaz"], ["aba", "baab"]),
        ("[a-c]x[!0-9]", ["axz", "cx-"], ["dxz", "ax1"]),
        ("[]]", ["]"], ["["]),
        ("[!]]", ["a"], ["]"]),
        ("[a-]", ["a", "-"], ["b"]),
        (r"\*\?\[\\", [r"*?[\ ".strip()], ["ab"]),
        ("1.2", ["1.2"], ["1x2"]),
        ("É*", ["É", "École"], ["ecole"]),
        ("[^a]", ["b"], ["a"]),
    ],
)
def test_globs(pattern: str, fitting: list[str], other: list[str]) -> None:
    compiled = glob(pattern)
    assert [compiled.matches(text) for text in fitting] == [True] * len(fitting)
    assert [compiled.matches(text) for text in other] == [False] * len(other)


@pytest.mark.parametrize(
    ("pattern", "position", "message"),
    [
        ("ab[c", 2, "`[` without `]`"),
        ("[]", 0, "`[` without `]`"),
        ("x[z-a]", 1, "the range `z-a` is empty"),
        ("ab\\", 2, "nothing follows the `\\`"),
        ("a" * 2001, 2000, "a pattern has at most 2000 characters"),
    ],
)
def test_bad_globs(pattern: str, position: int, message: str) -> None:
    assert patterns.compile_glob(pattern) == Fault(position, message)


def test_regular_expressions() -> None:
    found = patterns.compile_regex(r"(?i)lib[a-z]+\.so(\.\d+)*")
    assert isinstance(found, Regex)
    assert found.matches("LIBC.so.6")
    assert not found.matches("libc.so.6 ")
    assert not found.matches("\ud800")


@pytest.mark.parametrize(
    ("pattern", "position"),
    [
        ("a(b", 0),
        ("ab[c", 2),
        ("a{1001}", 1),
        ("x(?=y)", 1),
        (r"(a)\1", 3),
        ("a" * 2001, 2000),
        ("\ud800", 0),
        ("((a{100}){100}){100}", 5),
    ],
)
def test_bad_regular_expressions(pattern: str, position: int) -> None:
    found = patterns.compile_regex(pattern)
    assert isinstance(found, Fault)
    assert found.message
    assert abs(found.position - position) <= 2


def test_without_re2_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    found = patterns.compile_regex("only-compiled-here")
    patterns.compile_regex.cache_clear()
    assert isinstance(found, Fault)
    assert "google-re2" in found.message


def test_hostile_patterns_take_bounded_time() -> None:
    text = "a" * 65_536
    exponential = patterns.compile_regex("(a+)+b")
    assert isinstance(exponential, Regex)
    hostile: list[Matcher] = [glob("*a" * 900 + "b"), glob("*" + "a" * 900 + "?b*" + "a" * 900 + "c"), exponential]
    started = time.process_time()
    assert [each.matches(text) for each in hostile] == [False] * 3
    assert time.process_time() - started < 5


SMALL = st.text("ab*?", max_size=8)


@given(SMALL, st.text("ab", max_size=8))
def test_globs_mean_what_their_translation_means(pattern: str, text: str) -> None:
    plain = "".join({"*": ".*", "?": "."}.get(char, char) for char in pattern)
    assert glob(pattern).matches(text) is (re.fullmatch(plain, text, re.DOTALL) is not None)


@given(st.text(max_size=20) | st.text("a*?[]-!\\^", max_size=12), st.text(max_size=20))
def test_no_text_raises(pattern: str, text: str) -> None:
    for found in (patterns.compile_glob(pattern), patterns.compile_regex(pattern)):
        if isinstance(found, Fault):
            assert 0 <= found.position <= len(pattern)
        else:
            assert found.matches(text) in {True, False}


@given(st.text(max_size=12))
def test_a_quoted_text_is_a_glob_for_itself(text: str) -> None:
    quoted = "".join(f"\\{char}" if char in "*?[\\" else char for char in text)
    assert glob(quoted).matches(text)
    assert patterns.compile_stars((text,)).matches(text)
