"""The range of an attribute: which values there can be at all."""

import pytest

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.facts import declared
from rulewright.facts.table import Source
from rulewright.facts.vocabulary import Vocabulary
from tests.dsl.support import build

WORDS = """vocabulary words edition "1" {
  attribute a.count : int in 0.. choice { meaning "a count" }
  attribute a.share : decimal in 0..1 choice
  attribute a.level : int in -1..3 given
  attribute a.day : date in 2000-01-01..2100-01-01 given
  attribute a.free : int choice
}
"""


def vocabulary(words: str = WORDS) -> Vocabulary:
    return vocabulary_of({"words.rw": dsl.Source("words.rw", words.encode())})


def test_ranges_are_in_the_vocabulary() -> None:
    found = vocabulary().attributes
    assert {n: (a.low, a.high, a.domain) for n, a in found.items()} == {
        "a.count": (0, None, "0.."),
        "a.share": (0, 1_000_000, "0..1"),
        "a.level": (-1, 3, "-1..3"),
        "a.day": (10957, 47482, "2000-01-01..2100-01-01"),
        "a.free": (None, None, ""),
    }
    assert found["a.count"].doc == "a count"


@pytest.mark.parametrize(
    ("declaration", "code"),
    [
        ("bool in 0..1", "RW0301"),
        ("set {a} in 0..", "RW0301"),
        ("int in 0.5..1", "RW0301"),
        ("int in 3..1", "RW0310"),
        ("date in 2000-01-01..5", "RW0301"),
        ("int in {1, 2}", "RW0106"),
        ("int in ..5", "RW0106"),
        ("int in 0", "RW0106"),
    ],
)
def test_a_bad_range_is_one_error(declaration: str, code: str) -> None:
    words = WORDS.replace("a.free : int", f"a.free : {declaration}")
    found = build(f'{words}standard s edition "1" {{ requirement R shall {{ check a.count = 0 }} }}')
    assert [d.code for d in found.diagnostics if d.is_error] == [code]


@pytest.mark.parametrize(
    ("fact", "good"),
    [
        ("a.count = 0", True),
        ("a.count = -1", False),
        ("a.count = -1 at present", False),
        ("a.share = 1", True),
        ("a.share = 1.000001", False),
        ("a.day = 1999-12-31", False),
        ("a.free = -1", True),
        ("a.count = ?", True),
    ],
)
def test_a_test_gives_no_fact_that_there_cannot_be(fact: str, *, good: bool) -> None:
    text = f'{WORDS}standard s edition "1" {{ requirement R shall {{ check a.count = 0 }} }}\n'
    found = build(f"{text}test R {{ given {{ {fact} }} expect unknown }}\n")
    assert [d.code for d in found.diagnostics] == ([] if good else ["RW0310"])


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("a.count", 0, True),
        ("a.count", -1, False),
        ("a.share", "0.5", True),
        ("a.share", "1.5", False),
        ("a.day", "1999-12-31", False),
        ("a.day", {"value": "2020-01-01", "witnesses": [{"value": "1999-12-31"}]}, False),
        ("a.free", -1, True),
    ],
)
def test_declared_facts_are_held_to_it(name: str, value: object, *, good: bool) -> None:
    found = declared.read({name: value}, vocabulary(), Source("facts.yaml", "0" * 64))
    assert [d.code for d in found.diagnostics] == ([] if good else ["RW1303"])
    assert (name in found.attributes) == good
