"""Write the lines of a file that has its shape.

Guarantees: a statement that fits on its line is on one line; in others lines end where they bind least, before `and`, `or`,
`implies` and `because`, after commas and semicolons, inside brackets.  No token comes to the start of a line where it would
be cut off as an item of its own.  No recursion; the work is bounded by the size of what is written.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from rulewright.dsl.cut_words import STRONG
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.layout.comments import Gap
from rulewright.dsl.layout.model import CHAIN, FIRM, LOOSE, Group
from rulewright.dsl.layout.shape import STEP, WIDTH, Shape, fits

DEEPEST = 60
"""The column beyond which nothing is indented."""
_NOTHING = Gap("", (), empty=False)
_NEVER = 1 << 60


class _Open(NamedTuple):
    """A group that is broken: where it ends, the indent of what is in it, and of its closing bracket."""

    end: int
    inner: int
    outer: int
    bracket: bool


def write(made: Shape, most: int) -> str:
    """Write a file.  Raises Flaw where it would have more than so many bytes."""
    return _Writer(made, most).run()


class _Writer:
    """Writes token by token; `line` is what the open line holds, `column` its width."""

    def __init__(self, made: Shape, most: int) -> None:
        self.made = made
        self.texts = made.found.texts
        self.lines: list[str] = []
        self.line: list[str] = []
        self.indent = 0
        self.column = 0
        self.string = 0  # the column of the first of several strings
        self.left = most

    def run(self) -> str:
        """Write all statements, then what follows the last one."""
        starts = sorted(self.made.leads)
        for start, end in pairwise([*starts, len(self.texts)]):
            self._statement(start, end)
        last = self.made.found.gaps.get(len(self.texts), _NOTHING)
        self._comments(last._replace(empty=False), 0, spaced=bool(self.texts))
        self._end()
        return "\n".join(self.lines) + "\n" if self.lines else ""

    def _statement(self, start: int, end: int) -> None:
        """Write from the start of a line of the structure to before the next."""
        made = self.made
        indent = made.leads[start]
        self._start(start, indent)
        if start in made.rows or fits(made, start, end, indent):
            self._put("".join(made.glued[start + 1 : end]))
            return
        self._broken(start, end, indent)

    def _start(self, at: int, indent: int) -> None:
        """Begin a line of the structure, with the comments and empty lines that precede it."""
        made = self.made
        gap = made.found.gaps.get(at, _NOTHING)
        first = at in made.first or at == 0
        closes = self.texts[at] == "}"
        if at in made.apart and not closes and not first and not (gap.empty or any(empty for empty, _ in gap.own)):
            own = gap.own
            gap = Gap(gap.behind, ((True, own[0][1]), *own[1:]), empty=False) if own else gap._replace(empty=True)
        self._comments(gap, indent + STEP if closes else indent, spaced=not first)
        self._end()
        if gap.empty and not closes and (gap.own or not first):
            self.lines.append("")
        self._begin(indent, self.texts[at])

    def _comments(self, gap: Gap, indent: int, *, spaced: bool) -> None:
        """Write the comments of a gap; empty lines before the first one only where they are kept."""
        if gap.behind:
            self.line.append(f"  {gap.behind}")
        for number, (empty, comment) in enumerate(gap.own):
            self._end()
            if empty and (spaced or number):
                self.lines.append("")
            self._begin(indent, comment)

    def _begin(self, indent: int, text: str) -> None:
        self.indent = indent
        self.line.append(" " * indent + text)
        self.column = indent + len(text)

    def _put(self, text: str) -> None:
        self.line.append(text)
        self.column += len(text)

    def _end(self) -> None:
        """End the open line."""
        if self.line:
            text = "".join(self.line)
            self.lines.append(text)
            self.line.clear()
            self.left -= len(text) + 1
            if self.left < 0:
                raise Flaw("RW0601", "laid out, the file would be too large to be read", (0, 0), hint="split it")

    def _broken(self, start: int, end: int, indent: int) -> None:
        """Write a statement that needs several lines."""
        stack = [_Open(end, indent + STEP, indent, bracket=False)]
        at = self._groups(start, stack, indent)
        while at < end:
            while stack[-1].end <= at:
                stack.pop()
            if self._breaks(at, stack[-1]):
                self._newline(at, stack[-1])
            else:
                if self.made.found.types[at] == "STRING":
                    self.string = self.column + len(self.made.found.spaces[at])
                self._put(self.made.glued[at])
            at = self._groups(at, stack, self.column - len(self.texts[at]))

    def _groups(self, at: int, stack: list[_Open], column: int) -> int:
        """Open the groups that start at a token which has been written; return the next token to write."""
        made = self.made
        for group in made.opens.get(at, ()):
            if fits(made, at, self._tail(group.end, stack[-1].end), column):
                self._put("".join(made.glued[at + 1 : group.end]))
                return group.end
            stack.append(self._opened(group, stack[-1]))
        return at + 1

    def _opened(self, group: Group, around: _Open) -> _Open:
        """A group that is broken, inside another one."""
        if group.kind < CHAIN:
            return _Open(group.end, self._deep(self.indent + STEP), self.indent, bracket=True)
        if around.bracket and self.made.found.types[group.start - 1] == "LPAR":
            return _Open(group.end, around.inner, _NEVER, bracket=False)
        inner = (self.indent if around.bracket or around.outer != _NEVER else around.inner) + STEP
        return _Open(group.end, self._deep(inner), _NEVER, bracket=False)

    def _deep(self, indent: int) -> int:
        return min(indent, DEEPEST)

    def _tail(self, end: int, last: int) -> int:
        """Where the line may end at the earliest, from the end of a group on."""
        breaks, forced = self.made.found.breaks, self.made.forced
        while end < last and not breaks[end] and not forced[end]:
            end += 1
        return end

    def _breaks(self, at: int, group: _Open) -> bool:
        """Whether a line ends before a token."""
        made = self.made
        if made.forced[at]:
            return True
        strength = made.found.breaks[at]
        if not strength or self._strong(at):
            return False
        if strength == FIRM and group.bracket:
            return True
        return not self._next_fits(at, group, strength, self.column) and not self._hugs(at, group, strength)

    def _strong(self, at: int) -> bool:
        """Whether a token would start an item if it stood at the start of a line."""
        return self.texts[at] in {"requirement", "waiver"} and bool(
            STRONG.match("".join([self.texts[at], *self.made.glued[at + 1 : at + 4]]))
        )

    def _hugs(self, at: int, group: _Open, strength: int) -> bool:
        """Whether an operand in brackets, too long for a line of its own, is opened at the end of this line."""
        types = self.made.found.types
        place = at + 1
        while place < group.end and types[place] in {"NOT", "ALL", "ANY"}:
            place += 1
        if strength == LOOSE or place >= group.end or types[place] not in _OPENING:
            return False
        width = self.column + sum(map(len, self.made.glued[at : place + 1]))
        return width <= WIDTH and not self._next_fits(at, group, strength, group.inner - 1)

    def _next_fits(self, at: int, group: _Open, strength: int, width: int) -> bool:
        """Whether what follows fits on a line of which so much is written, up to the next gap that binds no more tightly."""
        made = self.made
        breaks, types = made.found.breaks, made.found.types
        depth = 0
        for place in range(at, group.end):
            if place > at and made.forced[place]:
                return True
            if place > at and depth == 0 and 0 < _order(breaks[place]) <= strength:
                return True
            kind = types[place]
            width += len(made.glued[place])
            if width > WIDTH:
                return False
            if depth == 0 and kind in _OPENING and self._broken_inside(place):
                return True
            depth += (kind in _OPENING) - (kind in _CLOSING)
        return width + self._rest(group.end) <= WIDTH

    def _broken_inside(self, opening: int) -> bool:
        """Whether a line ends inside a bracket in any case."""
        return self.made.forced.find(1, opening + 1, self.made.closing[opening] + 1) >= 0

    def _rest(self, end: int) -> int:
        """How wide what follows a group is, up to where the line may end."""
        made, width = self.made, 0
        while end < len(self.texts) and end not in made.leads and not made.found.breaks[end] and not made.forced[end]:
            width += len(made.glued[end])
            end += 1
            if width > WIDTH:
                break
        return width

    def _newline(self, at: int, group: _Open) -> None:
        """End the line before a token."""
        gap = self.made.found.gaps.get(at, _NOTHING)
        closes = group.bracket and at == group.end - 1
        if self.made.found.types[at] == "STRING" == self.made.found.types[at - 1] and self.string <= DEEPEST:
            indent = self.string
        else:
            indent = group.outer if closes else group.inner
            self.string = indent
        self._comments(gap, group.inner, spaced=False)
        self._end()
        if gap.empty and self.texts[at - 1] == ";" and not closes:
            self.lines.append("")
        kept = self.indent
        self._begin(indent, self.texts[at])
        if indent == self.string and self.made.found.types[at] == "STRING" == self.made.found.types[at - 1]:
            self.indent = kept


def _order(strength: int) -> int:
    """What ends lines in any case binds least."""
    return 1 if strength == FIRM else strength


_OPENING = frozenset({"LBRACE", "LPAR", "LSQB"})
_CLOSING = frozenset({"RBRACE", "RPAR", "RSQB"})
