"""Files of sections in brackets: `[name]`, then `key = value`.

Guarantees: any bytes give sections or nothing; each setting knows its place.  What it does not do: interpolation.
"""

from __future__ import annotations

import re

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.syntax_words import MAX_LINE, MAX_LINES, Directive, unquoted
from rulewright.devices.tree import Tree

HEAD = re.compile(r"^\[([^\]]{1,200})\]")


class Part(msgspec.Struct, frozen=True):
    """A section: its name (empty for what stands before the first), its place, and its settings by key in small letters."""

    name: str
    place: Place
    settings: dict[str, Directive]

    def get(self, *keys: str) -> Directive | None:
        """The setting of the first of some keys (names of one thing) that is there."""
        return next((self.settings[key] for key in keys if key in self.settings), None)

    def on(self, *keys: str) -> bool:
        """Whether a setting says yes."""
        found = self.get(*keys)
        return found is not None and found.on


def parts(tree: Tree, path: str, comments: str = "#;") -> list[Part]:
    """The sections of a file, in order; blanks within keys are one."""
    found = [Part("", Place(path), {})]
    for number, raw in enumerate(tree.lines(path)[:MAX_LINES], 1):
        line = raw[:MAX_LINE].strip()
        if not line or line[0] in comments:
            continue
        if (head := HEAD.match(line)) is not None:
            found.append(Part(head[1].strip(), Place(path, number), {}))
            continue
        key, between, value = line.partition("=")
        if between:
            name = " ".join(key.lower().split())
            found[-1].settings[name] = Directive(name, (unquoted(value.strip()),), Place(path, number))
    return found
