"""Broken policies, each by one slip of an author: what is said about them, as a person sees it.

Each message names the cause, the place and the remedy.  After a change on purpose:
`RULEWRIGHT_GOLDEN=write pytest tests/dsl/test_broken.py`, then read the difference with the reader's eyes.
"""

import os
import re
from pathlib import Path

import pytest

from rulewright.cli.compiling import compile_with_tests
from rulewright.cli.gathering import gather
from rulewright.cli.paint import Paint
from rulewright.cli.render_diagnostics import render
from rulewright.diagnostics import Diagnostic

FOLDER = Path(__file__).parent / "broken"
NAMES = sorted(path.stem for path in FOLDER.glob("*.rw"))


def errors(name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Diagnostic], dict[str, bytes]]:
    """What stops the compiler, and the texts."""
    monkeypatch.chdir(FOLDER)
    rules = gather([f"{name}.rw"])
    compiled, _ = compile_with_tests(rules)
    return [d for d in compiled.diagnostics if d.is_error], rules.texts


@pytest.mark.parametrize("name", NAMES)
def test_the_message_is_as_agreed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found, texts = errors(name, monkeypatch)
    said = re.sub(r"\b[1-9a-f][0-9a-f]{63}\b", "<sha256>", render(found, texts, Paint(colour=False))) + "\n"
    golden = FOLDER / f"{name}.txt"
    if os.environ.get("RULEWRIGHT_GOLDEN") == "write":
        golden.write_text(said, "utf-8")
    assert said == golden.read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_cause_a_place_and_a_remedy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = errors(name, monkeypatch)
    assert found
    for diagnostic in found:
        assert diagnostic.span is not None, diagnostic
        assert diagnostic.hint or diagnostic.labels, diagnostic


def test_one_slip_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {name: len(found) for name in NAMES if len(found := errors(name, monkeypatch)[0]) != 1} == {}


def test_there_are_twenty_and_more() -> None:
    assert len(NAMES) >= 20
