"""What stands between two tokens: comments and empty lines.

Guarantees: every comment is kept as it was written but for white space at its end, and so is whether it stood behind a token
or on a line of its own.
"""

from __future__ import annotations

from typing import NamedTuple

_SPACE = " \t\r\f"


class Gap(NamedTuple):
    """A comment behind the token before (or none), those on lines of their own, and whether an empty line precedes each, and the next token."""

    behind: str
    own: tuple[tuple[bool, str], ...]
    empty: bool

    @property
    def comments(self) -> bool:
        """Whether there is a comment."""
        return bool(self.behind or self.own)


def gap_of(text: str, *, first: bool) -> Gap | None:
    """Read a gap, which is the first of a file or not; None where it holds neither a comment nor an empty line."""
    if "#" not in text and text.count("\n") < 2 - first:
        return None
    behind, own, empty = "", [], False
    lines = text.split("\n")
    for number, line in enumerate(lines):
        word = line.strip(_SPACE)
        if number == 0 and not first:
            behind = word
        elif word:
            own.append((empty, word))
            empty = False
        elif number < len(lines) - 1:
            empty = True
    return Gap(behind, tuple(own), empty)
