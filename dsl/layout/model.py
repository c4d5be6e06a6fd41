"""What is known of a rule file that is laid out: its tokens, the gaps between them, and what encloses them.

Guarantees: plain data; tokens are named by their number in the file.  `structure` fills it in, `shape` adds the white space.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from rulewright.dsl.layout.comments import Gap

# How tightly a gap binds: one breaks only where looser ones cannot.
LOOSE, IMPLIES, OR, AND, FIRM = 1, 2, 3, 4, 5

TIGHT, SPACED, LINES, CHAIN = range(4)
"""Kinds of groups: brackets without and with spaces inside, brackets round lines; from CHAIN on, operands of one operator."""


class Group(NamedTuple):
    """Tokens that stay on one line or are broken together: from the first to before `end`."""

    kind: int
    start: int
    end: int


class Block(NamedTuple):
    """An item or test with parts in braces: its first token, the opening brace, the end, the parts, how wide their keywords are."""

    start: int
    open: int
    end: int
    parts: tuple[int, ...]
    pad: int
    row: bool


@dataclass(slots=True)
class Structure:
    """The tokens of a file, and what `shape_of` decides about the gap before each of them."""

    texts: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    spaces: list[str] = field(default_factory=list)  # before a token, where no line ends there
    breaks: bytearray = field(
        default_factory=bytearray
    )  # a line may end before a token; the number is how tightly it binds
    fresh: bytearray = field(default_factory=bytearray)  # the author ended a line before a token
    gaps: dict[int, Gap] = field(default_factory=dict)  # those with comments or empty lines
    groups: list[Group] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    settings: list[int] = field(default_factory=list)
    modules: list[tuple[int, int, int]] = field(default_factory=list)  # first token, brace, closing brace
    tests: list[int] = field(default_factory=list)
    rows: dict[int, int] = field(default_factory=dict)  # an attribute or case, and where it ends
    parts: list[int] = field(default_factory=list)  # of the block that is open
    plain: set[int] = field(default_factory=set)  # parts whose keyword is followed by one space
    operators: list[int] = field(default_factory=list)  # that belong to no chain yet
    opened: list[int] = field(default_factory=list)  # brackets that are open
    closed: dict[int, int] = field(default_factory=dict)  # the opening bracket of a closing one
    dots: int = 0
    end: int = 0  # of the last token, in characters
