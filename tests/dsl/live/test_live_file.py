"""A file that lives tells what the compiler tells, after whatever edits."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.cli.literals import Checks
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.live import Analysis, LiveFile, Shelf
from rulewright.dsl.live import file as live_file
from tests.dsl.support import WORDS
from tests.dsl.test_sample import SAMPLE

ROOT = Path(__file__).resolve().parents[3]
NAME = "main.rw"
BESIDE = {
    "words.rw": WORDS,
    "other.rw": b'standard other edition "1" { param n : int = 1 requirement A shall { check product.users < n } }',
}

TWO = """
standard acme.base edition "1" {
  title "Base"
  param most : int = 5 in 1..9
  define far(c : component) = c.name is known and near(c)
  define near(c : component) = c.version is known
  requirement "1" shall { clause "c1" title "One" check every component c { far(c); c.name is known } }
  requirement "2" should { refs acme.base:"1" check product.users < most }
  requirement "3" may { right check manual "Is it so?" }
}
policy acme.top edition "1" {
  use acme.base edition "1" as b
  use other edition "1" as o
  use words edition "1" as w
  set b.most = 7
  tighten b:"2" level shall
  requirement R shall { refs b:"c1" equal, b:"3", q:"x" check iface.telnet_present or manual "Is it?" }
  requirement S shall { objective NONE check any { device.has_network_interface; product.users > 3 } }
  exclude o:A because "so"
  prefer b:"1" over R because "so"
  waiver w1 for R { product "p" because "b" approved by "x" on 2026-01-01 until 2026-12-31 provided iface.telnet_present }
}
test b:"2" { given { product.users = 3 } expect pass }
test R { given { iface.telnet_present = ?, manual = true } expect pass given { manual.2 = true } expect fail }
test "nothing" { given { product.users = 3 } expect pass }
"""
TEXTS = {"sample": SAMPLE, "two": TWO}
PUT_IN = (
    *'{}()[]";.# \nxq', "", "", "", " and ", " not ", "near", "far(c)", "most", "acme.base", '"1"', "manual", '"c1"', "check",
    "\ntest ", "\n  requirement N shall { check most }\n", "\n  define nearer(c : component) = c.name is nown\n",
    '\nstandard z edition "1" {\n', '\n  use other edition "1" as oo\n', " ef", "\ud800", "é", "\u202e",
    '\nvocabulary v edition "1" { attribute v.a : bool given }\n', "objective", "product.users", "expect", "b:",
)  # fmt: skip
Edit = tuple[int, str, int]
EDITS = st.lists(
    st.tuples(st.integers(0, 10_000), st.sampled_from(PUT_IN), st.sampled_from((0, 0, 1, 1, 2, 7, 60))), max_size=9
)


def shelf() -> Shelf:
    """Give a vocabulary and a standard beside the file."""
    sources = {name: dsl.Source(name, text) for name, text in BESIDE.items()}
    return Shelf(vocabulary_of(sources), Checks(), sources)


SHELF = shelf()


def compiled(text: str, beside: Shelf = SHELF, name: str = NAME) -> tuple[Diagnostic, ...]:
    """Give what the compiler says of a text, from nothing."""
    sources = {**beside.sources, name: dsl.Source(name, text.encode("utf-8", "replace"))}
    found = dsl.compile(sources, [name], beside.vocabulary, checks=beside.checks).diagnostics
    return tuple(d for d in found if d.span is None or d.span.file == name)


def settled(file: LiveFile, text: str) -> Analysis:
    """Give the settled analysis of a text."""
    found = file.update(text)
    if not found.settled:
        later = file.settle()
        assert later is not None
        found = later
    assert found.settled
    assert file.settle() is None
    return found


def edited(text: str, edit: Edit) -> str:
    """Give a text after an edit; the place counts in ten thousandths."""
    at = len(text) * edit[0] // 10_000
    return text[:at] + edit[1] + text[at + edit[2] :]


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits=EDITS, back=st.booleans())
def test_settled_is_compiled(name: str, edits: Sequence[Edit], back: bool) -> None:  # noqa: FBT001 - drawn
    """Edit again and again, and perhaps undo it all."""
    text = TEXTS[name]
    file = LiveFile(NAME, SHELF)
    versions = [text]
    for edit in edits:
        versions.append(edited(versions[-1], edit))
    for version in versions + versions[::-1] * back:
        assert settled(file, version).diagnostics == compiled(version)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits=EDITS)
def test_what_is_settled_at_once_is_right_and_the_rest_follows(edits: Sequence[Edit]) -> None:
    """Type without a pause, with next to nothing judged at once; what comes in the end is what the compiler says."""
    text = TWO
    file = LiveFile(NAME, SHELF)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live_file, "ALLOWANCE", 100)
        patch.setattr(live_file, "SMALL", 0)
        for edit in edits:
            text = edited(text, edit)
            found = file.update(text)
            if found.settled:
                assert found.diagnostics == compiled(text)
    found = file.settle() or found if edits else file.update(text)
    assert found.diagnostics == compiled(text)
