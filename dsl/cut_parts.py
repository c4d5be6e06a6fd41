"""Cut an item that could not be parsed into smaller pieces, so that each error in it is told.

Guarantees: used only after a flaw; pieces lie within the item; none when its braces do not close.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.dsl.cut import Piece
from rulewright.dsl.cut_words import CONTINUES, SCAN
from rulewright.dsl.source import At

PARTS = frozenset(
    [
        "title",
        "level",
        "severity",
        "objective",
        "threats",
        "clause",
        "refs",
        "applies",
        "condition",
        "source",
        "effort",
        "check",
        "evidence",
        "effective",
        "if",
        "right",
        "reading",
        "fix",
        "note",
    ]
)


def _tokens(text: str, at: At) -> Iterator[tuple[str, int, int, int, bool]]:
    """Word or sign, its place, the depth of brackets around it, and whether a new line comes before."""
    depth, end = 0, at[0]
    for found in SCAN.finditer(text, *at):
        word = found[0]
        if word[0] == "#":
            continue
        if word in "})]":
            depth -= 1
        yield word, found.start(), found.end(), depth, "\n" in text[end : found.start()]
        if word in "{([":
            depth += 1
        end = found.end()


def cut_requirement(text: str, at: At) -> list[Piece]:
    """The parts of a requirement, from keyword to keyword."""
    pieces: list[Piece] = []
    last, start = "", None
    for word, begin, _, depth, fresh in _tokens(text, at):
        closes = depth == 0 and word == "}"
        if closes or (depth == 1 and word in PARTS and last not in CONTINUES and (fresh or start is None)):
            if start is not None:
                pieces.append(Piece("rpart", (start, begin)))
            if closes:
                return pieces
            start = begin
        last = word
    return []


def cut_check(text: str, at: At) -> list[Piece]:
    """The lines of `check { …; … }`, between semicolons; empty for a check without a block."""
    pieces: list[Piece] = []
    start = None
    for word, begin, end, depth, _ in _tokens(text, at):
        if start is None:
            if word == "{" and depth == 0:
                start = end
            elif word != "check":
                return []
        elif (word == ";" and depth == 1) or (word == "}" and depth == 0):
            if text[start:begin].strip():
                pieces.append(Piece("expr", (start, begin)))
            if word == "}":
                return pieces
            start = end
    return []
