"""What the texts quote is what the command prints today."""

import re
from pathlib import Path

import pytest

from docs.scripts import outputs


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep these runs out of the user's cache."""
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(tmp_path / "cache"))


@pytest.mark.parametrize("path", [outputs.PAGE, outputs.README], ids=lambda p: p.name)
def test_the_texts_are_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == outputs.everything()[path], "run `make pages`"


@pytest.mark.parametrize("name", sorted(outputs.PICTURES))
def test_the_pictures_are_current_and_whole(name: str) -> None:
    drawn = outputs.picture(outputs.report(name, colour=True))
    assert (outputs.IMAGES / outputs.PICTURES[name]).read_text(encoding="utf-8") == drawn, "run `make pages`"
    words = re.sub(r"<[^>]+>", "", drawn.partition("</g>")[2])
    assert "gate: " in words
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_the_readme_quotes_a_failing_and_a_passing_report() -> None:
    text = outputs.README.read_text(encoding="utf-8")
    assert "✗ gate: fail" in text
    assert "✓ gate: pass" in text
