"""Where in a TOML text a JSON pointer points: line, column, length.

Guarantees: only asked when there is something to complain about; the place is that of the member, else of the innermost table around
it that has a head of its own.  It is told by lines: a table that is written inside a line is its member's line.
"""

from __future__ import annotations

import re

Place = tuple[int, int, int]
_HEAD = re.compile(r"[ \t]*(\[\[?)[ \t]*([^\[\]]+?)[ \t]*\]\]?[ \t]*(?:#.*)?")
_MEMBER = re.compile(r"""[ \t]*((?:[\w-]+|"[^"]*"|'[^']*')(?:[ \t]*\.[ \t]*(?:[\w-]+|"[^"]*"|'[^']*'))*)[ \t]*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def find(text: str, pointer: str) -> Place | None:
    """The place of the member or table that a pointer (RFC 6901) names, or of the nearest one around it."""
    places = _places(text)
    steps = tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
    while steps:
        if steps in places:
            return places[steps]
        steps = steps[:-1]
    return None


def _places(text: str) -> dict[tuple[str, ...], Place]:
    """All members and heads by their steps; the first of each counts."""
    found: dict[tuple[str, ...], Place] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        head, member = _HEAD.fullmatch(line), _MEMBER.match(line)
        if head is not None and "=" not in head[2]:
            table = _inside(_parts(head[2]), counts, many=head[1] == "[[")
            found.setdefault(table, (number, head.start(1) + 1, len(line.partition("#")[0].strip())))
        elif member is not None:
            found.setdefault((*table, *_parts(member[1])), (number, member.start(1) + 1, len(member[1])))
    return found


def _inside(steps: tuple[str, ...], counts: dict[tuple[str, ...], int], *, many: bool) -> tuple[str, ...]:
    """The steps of a table, with the number of each list of tables that it lies in."""
    made: tuple[str, ...] = ()
    for at, step in enumerate(steps):
        made = (*made, step)
        if many and at == len(steps) - 1:
            counts[made] = counts.get(made, -1) + 1
        if made in counts:
            made = (*made, str(counts[made]))
    return made


def _parts(key: str) -> tuple[str, ...]:
    """The steps of a dotted key."""
    return tuple(part.strip("\"'") for part in _PART.findall(key))
