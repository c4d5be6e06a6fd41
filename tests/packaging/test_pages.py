"""Generated pages are current: each equals what its script would write, and none is left over."""

from pathlib import Path

import pytest

from docs.scripts import diagnostics, standards, vocabulary
from rulewright.cli.explain import codes


@pytest.fixture(scope="module")
def made() -> dict[Path, str]:
    pages = {script.PAGE: script.page() for script in (diagnostics, vocabulary)}
    return pages | standards.pages()


def test_the_generated_pages_are_current(made: dict[Path, str]) -> None:
    stale = [page.name for page, text in made.items() if not page.is_file() or page.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make pages`"


def test_no_page_is_left_over(made: dict[Path, str]) -> None:
    assert {p for p in standards.FOLDER.iterdir() if p.suffix == ".md"} <= made.keys()


def test_every_code_stands_on_the_page_under_a_heading() -> None:
    text = diagnostics.page()
    assert [code for code in codes() if f"### {code}: " not in text] == []
