"""`grep PATTERN FILE` on a file of the tree: whether the shipped file has such a line.

Guarantees: linear time (re2); a file that may be another at run time, or a pattern that cannot be read, is not decided.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.devices.shell_tests import VOLATILE, Files
from rulewright.devices.shell_values import Field
from rulewright.devices.tree import Tree
from rulewright.devices.wrappers import options

MAX_PATTERN = 500
_TAKES = frozenset({"-e", "-m", "-A", "-B", "-C", "-f"})
_SWAPPED = "(){}|+?"
"""In basic patterns these stand for themselves, and for their meaning after a backslash."""


def grep(words: Sequence[Field], tree: Tree, files: Files) -> bool | None:
    """Whether `grep` finds a line; `None` when that is not decided by the tree."""
    given, rest = options(words[1:], _TAKES)
    pattern = given.get("-e")
    if pattern is None and rest:
        pattern, rest = rest[0].text, rest[1:]
    known = all(word.known for word in words)
    if pattern is None or len(pattern) > MAX_PATTERN or len(rest) != 1 or not known or "-f" in given:
        return None
    path = rest[0].text
    if path.startswith(VOLATILE) or not path.startswith("/") or not tree.is_file(path):
        return None if files.there(path) is not False else False
    extended = words[0].text == "egrep" or "-E" in given
    literal = words[0].text == "fgrep" or "-F" in given
    return _has(tree.lines(path), pattern, given, extended=extended, literal=literal)


def _has(lines: list[str], pattern: str, given: dict[str, str], *, extended: bool, literal: bool) -> bool | None:
    import re2

    expression = re2.escape(pattern) if literal else pattern if extended else _extended(pattern)
    expression = f"\\b(?:{expression})\\b" if "-w" in given else f"^(?:{expression})$" if "-x" in given else expression
    settings = re2.Options()
    settings.case_sensitive = "-i" not in given
    settings.log_errors = False
    settings.max_mem = 1 << 22
    try:
        compiled = re2.compile(expression, settings)
    except re2.error:
        return None
    wanted = "-v" not in given
    return any((compiled.search(line) is not None) == wanted for line in lines)


def _extended(pattern: str) -> str:
    """A basic pattern as an extended one."""
    written: list[str] = []
    at, bracket = 0, False
    while at < len(pattern):
        char = pattern[at]
        if bracket:
            bracket = char != "]" or written[-1] == "["
            written.append(char)
        elif char == "\\" and at + 1 < len(pattern):
            at += 1
            written.append(pattern[at] if pattern[at] in _SWAPPED else "\\" + pattern[at])
        elif char in _SWAPPED:
            written.append("\\" + char)
        else:
            bracket = char == "["
            written.append(char)
        at += 1
    return "".join(written)
