"""Where the values of a JSON text stand, by their pointers.

Guarantees: offsets are characters; of a member that stands twice the second is told.  What it does not do: judge the text;
it takes one that was read already.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from rulewright.dsl.form.shape import step
from rulewright.dsl.source import At

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


@dataclass(slots=True)
class Positions:
    """The stretch of each value by its pointer, and the pointers of members that stand twice."""

    at: dict[str, At] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)

    def near(self, pointer: str) -> At:
        """The stretch of a value, or of what holds it where it is not there itself."""
        while pointer and pointer not in self.at:
            pointer = pointer.rpartition("/")[0]
        return self.at.get(pointer, (0, 0))


@dataclass(slots=True)
class _Open:
    """An object or array that is not closed yet."""

    pointer: str
    start: int
    count: int | None
    key: str | None = None
    seen: set[str] = field(default_factory=set)


def positions(text: str) -> Positions:
    """The places of all values in a JSON text."""
    found = Positions()
    stack: list[_Open] = []
    pointer = ""
    for token in _TOKEN.finditer(text):
        sign = token[0]
        top = stack[-1] if stack else None
        if sign in {",", ":"}:
            if sign == "," and top is not None and top.count is not None:
                top.count += 1
            elif sign == "," and top is not None:
                top.key = None
        elif sign in {"}", "]"}:
            closed = stack.pop()
            found.at[closed.pointer] = (closed.start, token.end())
        elif top is not None and top.count is None and top.key is None:
            top.key = str(json.loads(sign))
            if top.key in top.seen:
                found.twice.append(step(top.pointer, top.key))
            top.seen.add(top.key)
        else:
            pointer = _pointer(top)
            if sign in {"{", "["}:
                stack.append(_Open(pointer, token.start(), 0 if sign == "[" else None))
            else:
                found.at[pointer] = token.span()
    return found


def _pointer(top: _Open | None) -> str:
    """The pointer of the value that comes next."""
    if top is None:
        return ""
    return step(top.pointer, top.count if top.count is not None else top.key or "")
