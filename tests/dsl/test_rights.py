"""`right` and `reading contested`: what analysis is told of a clause beside its meaning."""

import pytest

from rulewright.dsl import ir
from tests.dsl.support import build


def standard(level: str, *parts: str) -> str:
    body = "\n  ".join(parts)
    return f'standard s edition "1" {{ requirement R {level} {{\n  {body}\n  check iface.telnet_present\n}} }}\n'


def made(text: str) -> ir.Requirement:
    found = build(text)
    assert found.diagnostics == ()
    assert found.program is not None
    return found.program.requirements[-1]


def test_a_right_and_a_contested_reading_are_in_the_program() -> None:
    other = 'reading contested "the original state includes the firmware"'
    found = made(standard("may", "right", other, 'title "t"'))
    assert (found.right, found.reading) == (True, "the original state includes the firmware")
    plain = made(standard("may", 'title "t"'))
    assert (plain.right, plain.reading) == (False, "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (standard("shall", "right"), "RW0112"),
        (standard("should", "right"), "RW0112"),
        (standard("may", "right", "right"), "RW0109"),
        (standard("may", 'reading settled "x"'), "RW0106"),
        (standard("may", "reading contested"), "RW0106"),
        (
            standard("may", "right") + 'policy p edition "1" { use s edition "1" as s tighten s:R level shall }',
            "RW0411",
        ),
    ],
)
def test_what_makes_no_sense_is_told(text: str, code: str) -> None:
    assert [d.code for d in build(text).diagnostics if d.is_error] == [code]


def test_they_are_words_elsewhere() -> None:
    text = standard("shall", "objective right, reading").replace("iface.telnet_present", "reading() or right()")
    defined = text.replace("requirement R", "define reading() = true define right() = false requirement R")
    assert made(defined).objective == ("right", "reading")
