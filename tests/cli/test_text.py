"""Untrusted words on a terminal; widths; wrapping."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.cli.text import clean, cut, natural, pad, plural, width, wrap


@given(st.text())
def test_nothing_unprintable_comes_through(text: str) -> None:
    assert clean(text).isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\u202eb", "a\\u{202e}b"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\ud800", "\\u{d800}"),
        ("a\u00a0b", "a b"),
        ("\u2028", "\\u{2028}"),
        ("Grüße 日本", "Grüße 日本"),
    ],
)
def test_what_is_shown_instead(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text(), st.integers(1, 40))
def test_a_cut_text_fits(text: str, columns: int) -> None:
    assert width(cut(clean(text), columns)) <= columns


@given(st.text(), st.integers(8, 40))
def test_wrapped_lines_fit_and_lose_no_word(text: str, columns: int) -> None:
    lines = wrap(clean(text), columns)
    assert lines
    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(clean(text).split())


def test_wide_characters_count_twice() -> None:
    assert width("日本") == 4
    assert width("e\u0301") == 1
    assert pad("日", 4) == "日  "


def test_numbers_sort_as_numbers() -> None:
    assert sorted(["5.2-10", "5.2-9", "5.10-1"], key=natural) == ["5.2-9", "5.2-10", "5.10-1"]


def test_plural() -> None:
    assert plural(1, "component") == "1 component"
    assert plural(1200, "component") == "1,200 components"
