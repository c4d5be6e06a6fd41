"""Which gaps of a file end a line whatever the width, how far lines are indented, where empty lines stand, how words are spaced.

Guarantees: what is decided here depends on the tokens, the comments, and on three things that the author chose: whether the
line ends behind an opening brace, whether a row stands on one line, and where empty lines separate items.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import add

from rulewright.dsl.cut_words import STRONG
from rulewright.dsl.layout.model import CHAIN, FIRM, LINES, SPACED, TIGHT, Block, Group, Structure

WIDTH = 120
STEP = 2
SETTING = 10
"""The column, counted from a keyword, at which its value starts."""


@dataclass(slots=True)
class Shape:
    """A file's tokens ready to be written."""

    found: Structure
    glued: list[str]  # tokens with the space before them
    leads: dict[int, int] = field(default_factory=dict)  # tokens that start a line of the structure: its indent
    forced: bytearray = field(default_factory=bytearray)  # a line ends before a token whatever the width
    rows: set[int] = field(default_factory=set)  # tokens that start a row which stays on one line
    apart: set[int] = field(default_factory=set)  # tokens that an empty line precedes
    first: set[int] = field(default_factory=set)  # tokens that start what is in a block: no empty line precedes
    closing: dict[int, int] = field(default_factory=dict)  # the closing bracket of an opening one
    opens: dict[int, list[Group]] = field(default_factory=dict)  # groups that start at a token, the widest first


def shape_of(found: Structure) -> Shape:
    """Decide all that does not depend on the width of lines, and which blocks are broken."""
    made = Shape(found, [], forced=bytearray(len(found.texts)))
    made.closing = {opening: closing for closing, opening in found.closed.items()}
    _forced(made)
    _spaces(found)
    for start in found.settings:
        _pad(found, start, SETTING)
    for block in found.blocks:
        _space_parts(found, block)
    made.glued = list(map(add, found.spaces, found.texts))
    for start, brace, close in found.modules:
        _lead(made, start, 0)
        made.leads[close] = 0
        made.first.add(brace + 1)
        if start:
            made.apart.add(start)
    for start in found.tests:
        _lead(made, start, 0)
        if start:
            made.apart.add(start)
    for start in found.items:
        _lead(made, start, STEP)
    for block in found.blocks:
        _decide(made, block)
    for group in reversed(found.groups):
        made.opens.setdefault(group.start, []).append(group)
    return made


def _lead(made: Shape, start: int, indent: int) -> None:
    """Start a line; a row that its author wrote on one line stays there."""
    made.leads[start] = indent
    end = made.found.rows.get(start, 0)
    if end and made.found.fresh.find(1, start + 1, end) < 0:
        made.rows.add(start)


def _forced(made: Shape) -> None:
    """Comments end lines; texts in several strings stand one under the other; so do lines that an author set apart."""
    found = made.found
    for at, gap in found.gaps.items():
        if gap.comments and at < len(found.texts):
            made.forced[at] = 1
    types = found.types
    for at, kind in enumerate(types):
        if kind == "STRING" and at and types[at - 1] == "STRING":
            made.forced[at] = 1
    for kind_of, start, end in found.groups:
        if kind_of == LINES and found.fresh[start + 1]:
            made.forced[start + 1] = 1
        elif kind_of == TIGHT and types[start] == "LBRACE" and found.fresh[start + 1] and end - start > 2:
            _one_a_line(made, start, end)


def _one_a_line(made: Shape, start: int, end: int) -> None:
    """A set whose author gave each member a line of its own keeps it so."""
    found = made.found
    members = [at for at in range(start + 1, end - 1) if found.types[at - 1] in {"COMMA", "LBRACE"}]
    if all(found.fresh[at] for at in members):
        for at in members:
            made.forced[at] = 1


def _spaces(found: Structure) -> None:
    """Spaces inside brackets, and where a line may end there."""
    for kind, start, end in found.groups:
        if kind >= CHAIN:
            continue
        if kind not in {LINES, SPACED}:
            found.spaces[start + 1] = found.spaces[end - 1] = ""
        if end - start > 2:
            found.breaks[start + 1] = found.breaks[end - 1] = FIRM
        if kind != LINES or found.texts[start - 2] not in _STRONG:
            continue
        if found.types[start - 2] == "NAME" and STRONG.match(" ".join(found.texts[start - 2 : start + 1])):
            found.spaces[start] = ""  # `requirement v {` at the start of a line would start an item


_STRONG = frozenset({"requirement", "waiver", "attribute"})


def _pad(found: Structure, start: int, column: int) -> None:
    """Let the value of a keyword start at its column."""
    if start not in found.plain and found.types[start + 1] != "LBRACE":
        found.spaces[start + 1] = " " * max(1, column - len(found.texts[start]))


def _space_parts(found: Structure, block: Block) -> None:
    """Two spaces between the parts of a block on one line."""
    if block.pad:
        for start in block.parts[1:]:
            found.spaces[start] = "  "


def _decide(made: Shape, block: Block) -> None:
    """Whether a block is broken: its author broke it, or it does not fit."""
    found = made.found
    if block.start in made.rows and block.start in found.rows:
        return
    indent = made.leads[block.start]
    inner = (*block.parts, block.end - 1)
    commented = any(made.forced[at] for at in inner)
    if not (block.parts or commented):
        return
    if not found.fresh[block.open + 1] and not commented and fits(made, block.start, block.end, indent):
        return
    for start in block.parts:
        _lead(made, start, indent + STEP)
        if block.pad and start + 1 < block.end - 1 and start + 1 not in made.leads:
            _pad_part(made, start, block)
    made.leads[block.end - 1] = indent
    made.first.add(block.open + 1)
    if block.start not in made.first:
        made.apart.add(block.start)
    if block.end < len(found.texts):
        made.apart.add(block.end)


def _pad_part(made: Shape, start: int, block: Block) -> None:
    """Pad the keyword of a part that has a value."""
    if start + 1 not in block.parts:
        _pad(made.found, start, block.pad)
        made.glued[start + 1] = made.found.spaces[start + 1] + made.found.texts[start + 1]


def fits(made: Shape, start: int, end: int, column: int) -> bool:
    """Whether tokens fit on the line when the first of them stands at a column."""
    if end - start > WIDTH or made.forced.find(1, start + 1, end) >= 0:
        return False
    return column + len(made.found.texts[start]) + len("".join(made.glued[start + 1 : end])) <= WIDTH
