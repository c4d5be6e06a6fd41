"""What must hold of every layout."""

from __future__ import annotations

import re

from rulewright.dsl.layout import layout
from rulewright.dsl.lex import lex
from rulewright.dsl.source import Source
from tests.dsl.programs import reading, token_texts

_COMMENT = re.compile(r"#[^\n]*")


def laid(text: str) -> str:
    """Lay a text out that can be parsed."""
    done = layout(Source("t.rw", text.encode()))
    assert isinstance(done, str), done
    return done


def comments(text: str) -> list[tuple[str, int, bool]]:
    """Each comment, behind how many tokens it stands, and whether on a line of its own."""
    plain = text.removeprefix("\ufeff")
    found, end, number = [], 0, 0
    places = [(token.start, token.end) for token in lex(plain, 0, len(plain))]
    for start, after in [*places, (len(plain), len(plain))]:
        for comment in _COMMENT.finditer(plain, end, start):
            alone = not plain[plain.rfind("\n", 0, comment.start()) + 1 : comment.start()].strip()
            found.append((comment[0].rstrip(" \t\r\f"), number, alone))
        end, number = after, number + 1
    return found


def holds(text: str) -> str:
    """Check everything that a layout promises; return it."""
    before, flaws = reading(text)
    assert before is not None
    assert not flaws.failed, flaws.result()
    done = laid(text)
    after, flaws = reading(done)
    assert after is not None
    assert not flaws.failed, (flaws.result(), done)
    assert after.file == before.file
    assert [m.head for m in after.file.modules] == [m.head for m in before.file.modules]
    assert token_texts(done) == token_texts(text)
    assert comments(done) == comments(text)
    assert laid(done) == done
    assert all(line == line.rstrip(" \t\r") for line in done.split("\n"))
    assert done == "" or (done.endswith("\n") and not done.endswith("\n\n"))
    assert "\n\n\n" not in done
    return done
