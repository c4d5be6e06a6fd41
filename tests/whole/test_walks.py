"""The pages that a newcomer follows: every file, command and output on them, in order, in an empty folder."""

from pathlib import Path

import pytest

from tests.whole.walk import WALKED, agrees, steps, walk

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", WALKED)
def test_the_page_can_be_followed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = walk(DOCS / name, tmp_path, monkeypatch)
    assert sum(step.kind == "run" for step in done) >= 5


def test_a_page_is_read_as_it_says() -> None:
    page = (
        "Save it as `a.rw`:\n\n```rw\nx\n```\n\n```\nrulewright a  # exit 1\n```\n\n```text\no\n```\n\n```rw\ny\n```\n"
    )
    assert [(s.kind, s.name, s.code) for s in steps(page)] == [("file", "a.rw", 0), ("run", "", 1), ("said", "", 0)]


def test_what_is_said_is_compared() -> None:
    assert agrees("a\nb\nc\n", "a\n…\nc\n")
    assert agrees("a\nc\n", "a\n…\nc\n")
    assert not agrees("a\nb\nd\n", "a\n…\nc\n")
    assert not agrees("a\nb\n", "a\n")
