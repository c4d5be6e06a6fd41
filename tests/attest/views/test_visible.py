"""What is not to be seen is made visible, in the same way on every Python."""

import unicodedata

import pytest

from rulewright.attest.views.identity import uuid
from rulewright.attest.views.visible import flowing, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Ä日本語", "Ä日本語"),
        ("a\tb\nc\rd", "a\\tb\\nc\\rd"),
        ("\x00\x1b[31m", "\\x00\\x1b[31m"),
        ("\u202egpj", "\\u{202e}gpj"),
        ("a\u00a0b\u3000c", "a b c"),
        ("soft\u00adhyphen", "soft\\xadhyphen"),
        ("\U000e0041", "\\u{e0041}"),
        ("\ud800", "\\u{d800}"),
        ("\uffff\U0001ffff", "\\u{ffff}\\u{1ffff}"),
    ],
)
def test_it_is_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_control_or_format_character_gets_through() -> None:
    points = [*range(0x20000), *range(0xE0000, 0xE1000), 0xF0000, 0x10FFFD]
    hidden = {c for c in map(chr, points) if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}}
    seen = hidden & set(visible("".join(hidden)))
    arabic_and_kin = {c for c in hidden if unicodedata.bidirectional(c) == "AN"} | set("\U000110bd\U000110cd")
    assert seen <= arabic_and_kin  # signs that stand before numbers: they have a shape of their own


def test_running_text_is_one_line() -> None:
    assert flowing("  two\n lines\t") == "two lines"


def test_names_are_version_5_uuids() -> None:
    made = uuid("a", "b")
    assert (made[14], made[19] in "89ab", len(made)) == ("5", True, 36)
    assert made == uuid("a", "b") != uuid("a\0", "b")
