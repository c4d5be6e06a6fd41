"""The keystrokes of the benchmark are the same each time, and its answers are held against the compiler's."""

import pytest

from bench import authors
from rulewright.dsl.cut import cut


def test_keystrokes_are_judged_like_a_compilation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authors, "LINES", 700)
    monkeypatch.setattr(authors, "EVERY", 10)
    sources = authors.shipped()
    text = authors.large_file(sources)
    assert len(cut(text).modules) >= 3
    assert list(authors.typing(text, 30)) == list(authors.typing(text, 30))
    rows = {row.engine: row for row in authors.keystrokes(sources, 30)}
    assert {row.state for row in rows.values()} == {"right"}
    assert rows["keystroke, median"].cpu < rows["compiled anew"].cpu
