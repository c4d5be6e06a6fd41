"""lighttpd's syntax: `key = value`, conditional blocks, includes.

Guarantees: any bytes give settings or nothing; each knows its place and the socket condition that it stands under;
files are followed to a bounded number.  What it does not do: run `include_shell`, or evaluate conditions and variables.
Source: the lighttpd configuration file syntax (`=`, `+=`, `:=`, `$SERVER["socket"] == ":443" { }`, arrays in brackets).
"""

from __future__ import annotations

import posixpath
import re

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.settings import MAX_INCLUDED, included
from rulewright.devices.syntax_words import MAX_LINES
from rulewright.devices.tree import Tree

MAX_DEPTH = 20

KEY = re.compile(r"^([\w.-]+)\s*(?:\+|:)?=(?!=|~)\s*(.*)$")
BLOCK = re.compile(r'^(?:else\s+)?\$([A-Z]+)\s*\[\s*"([^"]*)"\s*\]\s*(==|=~|!=|!~|=\^|=\$)\s*"([^"]*)"\s*\{?')
TEXT = re.compile(r'"([^"]*)"')
INCLUDE = re.compile(r'^include\s+"([^"]+)"')


class Setting(msgspec.Struct, frozen=True):
    """A setting: its value as written, and the conditions that it stands under (`socket == :443`)."""

    key: str
    value: str
    place: Place
    under: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The quoted texts of the value."""
        return tuple(TEXT.findall(self.value))

    @property
    def plain(self) -> str:
        """The value without quotes."""
        return self.texts[0] if self.texts else self.value.strip()

    @property
    def on(self) -> bool:
        """Whether it is switched on."""
        return self.plain.lower() in {"enable", "true", "1"}

    @property
    def socket(self) -> str:
        """The socket condition that it stands under, empty for none."""
        return next((c.removeprefix("socket == ") for c in self.under if c.startswith("socket == ")), "")


class _State(msgspec.Struct):
    found: list[Setting] = []
    stack: list[str] = []
    files: int = 0
    lines: int = 0


def settings(tree: Tree, path: str) -> list[Setting]:
    """The settings of a configuration with the files that it includes, in order."""
    state = _State()
    _file(tree, path, state)
    return state.found


def _file(tree: Tree, path: str, state: _State) -> None:
    state.files += 1
    if state.files > MAX_INCLUDED or state.lines > MAX_LINES:
        return
    lines = tree.lines(path)[:MAX_LINES]
    state.lines += len(lines)
    open_value: list[str] = []
    start = 0
    for number, raw in enumerate(lines, 1):
        line = _bare(raw)
        if not line:
            continue
        start = start if open_value else number
        open_value.append(line)
        whole = " ".join(open_value)
        if whole.count("(") > whole.count(")") and len(open_value) < 200:
            continue
        open_value = []
        _line(tree, whole, Place(path, start), state)


def _bare(raw: str) -> str:
    """A line without its comment; a `#` between quotes is none."""
    line = raw[:4096]
    at = next((i for i, mark in enumerate(line) if mark == "#" and line[:i].count('"') % 2 == 0), len(line))
    return line[:at].strip()


def _line(tree: Tree, line: str, place: Place, state: _State) -> None:
    if (match := BLOCK.match(line)) is not None:
        del state.stack[MAX_DEPTH:]
        state.stack.append(f"{match[2]} {match[3]} {match[4]}")
        line = line[match.end() :].strip()
    elif line.startswith("else") and line.endswith("{"):
        state.stack.append("else")
        return
    if (named_file := INCLUDE.match(line)) is not None:
        for other in included(tree, named_file[1], posixpath.dirname(place.path)):
            _file(tree, other, state)
        return
    closed = line.endswith("}")
    if (setting := KEY.match(line.rstrip("}").strip())) is not None:
        state.found.append(Setting(setting[1], setting[2], place, tuple(state.stack)))
    if closed and state.stack:
        state.stack.pop()
