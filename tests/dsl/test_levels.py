"""Levels of evidence in rule files: where they may stand, and what they are compiled to."""

import pytest

from rulewright.dsl import ir
from rulewright.dsl.ir_cases import Rated
from tests.dsl.support import build

WORDS = """vocabulary words edition "1" {
  attribute i.adb : bool choice { level conditional }
  attribute i.ftp : bool choice { merge strongest level enabled }
  attribute i.uart : enum {absent, open} choice
}
"""


def standard(evidence: str, cases: str = "") -> str:
    return f'{WORDS}standard s edition "1" {{ requirement R shall {{ check not i.adb {evidence} }} }}\n{cases}'


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [
        ("evidence at present", ir.Evidence(0, (), level=1)),
        ("evidence fresh 90d at configured", ir.Evidence(0, (), 90, level=2)),
        ("evidence trust observed at conditional", ir.Evidence(0, (), None, 2, 3)),
        ("evidence any of firmware at enabled", ir.Evidence(1, ("firmware",), level=4)),
        ("evidence all of firmware, network fresh 90d trust derived at verified severity high", None),
        ("evidence fresh 90d level shall", ir.Evidence(0, (), 90)),
    ],
)
def test_a_clause_ends_with_the_level(clause: str, wanted: ir.Evidence | None) -> None:
    """`level shall` after a clause stays what it was: the requirement's own."""
    text = standard(clause)
    found = build(text.replace("R shall", "R") if "level shall" in clause else text)
    assert not [d for d in found.diagnostics if d.is_error]
    assert found.program is not None
    (made,) = found.program.requirements
    assert made.evidence == (wanted or ir.Evidence(2, ("firmware", "network"), 90, 1, 5))


def test_only_levels_that_are_not_the_usual_one_are_kept() -> None:
    found = build(standard("").replace("not i.adb", "not i.adb and not i.ftp"))
    assert found.program is not None
    assert found.program.levels == {"i.adb": 3}


def test_a_value_of_a_test_may_have_a_level() -> None:
    found = build(
        standard("", "test R { given { i.adb = true at conditional, i.uart = open at present } expect fail }")
    )
    assert found.diagnostics == ()
    assert found.tests[0].attributes == (
        ("i.adb", Rated(value=True, level=3)),
        ("i.uart", Rated(value="open", level=1)),
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (standard("evidence at likely"), "RW0209"),
        (standard("").replace("level conditional", "level sure"), "RW0209"),
        (standard("", "test R { given { i.adb = true at sometimes } expect fail }"), "RW0209"),
        (standard("", 'test R { given { components = [{ name = "a" at present }] } expect fail }'), "RW0301"),
        (standard("", "test R { given { manual = true at present } expect fail }"), "RW0503"),
        (standard("", "test R { given { i.adb = ? at present } expect fail }"), "RW0106"),
        (standard("evidence at present fresh 90d"), "RW0106"),
    ],
)
def test_what_is_no_level_is_an_error(text: str, code: str) -> None:
    assert [d.code for d in build(text).diagnostics if d.is_error] == [code]
