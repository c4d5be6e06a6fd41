"""Configuration of one setting a line: `key value` and `key=value`.

Guarantees: any bytes give directives or nothing; each knows its place; files that include others are followed at most so
many times.  What it does not do: know any program's keys.
"""

from __future__ import annotations

import re

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.tree import Tree

MAX_LINE = 4096
MAX_LINES = 20_000
"""Of one configuration file; more than that no hand has written."""

WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([^\s"\']+)')


class Directive(msgspec.Struct, frozen=True):
    """A setting: its key as written, the words of its value, and its place."""

    key: str
    words: tuple[str, ...]
    place: Place

    @property
    def value(self) -> str:
        """The value as one text."""
        return " ".join(self.words)

    @property
    def name(self) -> str:
        """The key in small letters."""
        return self.key.lower()

    @property
    def on(self) -> bool:
        """Whether the value is one of the usual words for yes."""
        return self.value.lower() in {"yes", "true", "on", "1", "enable", "enabled"}


def words(text: str) -> tuple[str, ...]:
    """The words of a line: quotes bind and are taken off."""
    return tuple(a or b or c for a, b, c in WORD.findall(text[:MAX_LINE]))


def directives(tree: Tree, path: str, separator: str = "", comments: str = "#") -> list[Directive]:
    """The settings of a file, in order; `separator` between key and value, empty for white space."""
    found: list[Directive] = []
    for number, raw in enumerate(tree.lines(path)[:MAX_LINES], 1):
        line = raw[:MAX_LINE].strip()
        if not line or line[0] in comments:
            continue
        key, value = _halves(line, separator)
        if key:
            found.append(Directive(key, words(value) if not separator else (unquoted(value),), Place(path, number)))
    return found


def _halves(line: str, separator: str) -> tuple[str, str]:
    if separator:
        key, between, value = line.partition(separator)
        return (key.strip(), value.strip()) if between else ("", "")
    key, _, value = line.replace("\t", " ").partition(" ")
    return key, value.strip()


def unquoted(value: str) -> str:
    """A value without one pair of quotes round it."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def by_name(found: list[Directive]) -> dict[str, Directive]:
    """The last setting of each key, keys in small letters."""
    return {directive.name: directive for directive in found}
