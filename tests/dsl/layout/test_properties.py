"""A layout keeps what a file means and says, and laid out again it is itself: generated files, shipped files, samples of the docs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given

from tests.dsl.layout.support import holds, laid
from tests.dsl.programs import examples, programs, reading
from tests.dsl.test_sample import SAMPLE

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted(p for part in ("standards", "policies") for p in (ROOT / part).rglob("*.rw"))
GOLDEN = sorted((ROOT / "tests" / "dsl" / "golden").glob("*.rw"))
PAGES = sorted((ROOT / "docs").rglob("*.md"))
_FENCED = re.compile(r"^ *```[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def samples() -> list[str]:
    """The pieces of the docs and of the golden tests that are whole rule files, as they are or inside a module."""
    blocks = [block for page in PAGES for block in _FENCED.findall(page.read_text(encoding="utf-8"))]
    blocks += [path.read_text(encoding="utf-8") for path in GOLDEN]
    found = []
    for block in blocks:
        if block.lstrip().startswith("{"):
            continue  # the JSON form is no text to lay out
        for text in (block, f'policy wrapped edition "1" {{\n{block}\n}}\n'):
            read, flaws = reading(text)
            if read is not None and not flaws.failed and (read.file.modules or read.file.tests):
                found.append(text)
                break
    return found


@examples
@given(programs())
def test_generated_files_keep_their_meaning(text: str) -> None:
    holds(text)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_shipped_files_are_laid_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert laid(text) == text, "`rulewright fmt standards policies` lays it out"


def test_samples_of_the_docs_keep_their_meaning() -> None:
    found = samples()
    assert len(found) > 20, "the samples of the docs are no longer found"
    for text in found:
        holds(text)


def test_the_sample_keeps_its_meaning() -> None:
    holds(SAMPLE)
