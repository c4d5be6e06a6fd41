"""The keystrokes of the benchmark are the same each time, and its answers are held against the compiler's."""

import pytest

from bench import authors
from bench.bars import authors_bars, diagnostics_bar, verdict
from bench.record import Row
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


def test_the_bars_of_authors() -> None:
    def met(keystroke: int, anew: int, front: int) -> list[bool | None]:
        rows = [
            Row(family="authors", engine="keystroke, median", state="right", rules=1, n=1, cpu=keystroke, other=anew),
            Row(family="authors", engine="front end, newest editions", state="right", rules=1, n=1_000, cpu=front),
        ]
        return [bar.met for bar in authors_bars(rows)]

    assert met(49_999, 200_000, 500_000) == [True, True, None]
    assert met(50_000, 200_000, 500_001) == [False, False, None]
    assert met(40_000, 30_000, 500_000)[0] is False
    assert (
        authors_bars([Row(family="authors", engine="keystroke, median", state="wrong", rules=1, n=1, cpu=1, other=2)])[
            0
        ].met
        is None
    )
    assert verdict(diagnostics_bar("busy", 5_000, 0.0499, 0.2)) == "met"
    assert verdict(diagnostics_bar("busy", 5_000, 0.05, 0.2)) == "missed"
