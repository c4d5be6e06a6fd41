"""What the words of a script stand for, as far as the script itself and the tree say so.

Guarantees: only literals, variables and a handful of pure commands (`basename`, `dirname`, `echo`, `ls` and `cat` of the tree,
`uci get`) are evaluated; anything else is unknown, and keeps the text as written.  Lengths are bounded.
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from rulewright.devices.shell_words import Part, ShellError, Token, cut
from rulewright.devices.tree import Tree

MAX_VALUE = 8192
MAX_FIELDS = 2000
MAX_INNER = 8
"""Expansions within an expansion."""
_GLOB = frozenset("*?[")


class Field(msgspec.Struct, frozen=True):
    """A word after expansion; one that is not `known` keeps the text as written for what is not known in it."""

    text: str
    known: bool = True


class Values(Protocol):
    """What expansion asks of a running script."""

    tree: Tree
    arguments: list[Field]

    def variable(self, name: str) -> Field | None:
        """A variable's value; `None` when it was never set."""

    def printed(self, text: str) -> Field:
        """What the commands of a substitution print."""


def expand(tokens: Sequence[Token], values: Values, *, keep: bool = False) -> list[Field]:
    """Words to fields; with `keep`, a variable without a value leaves an empty field that is not known (for tests)."""
    fields: list[Field] = []
    for token in tokens:
        fields += _fields(token, values, keep=keep)
        if len(fields) > MAX_FIELDS:
            return fields[:MAX_FIELDS]
    return fields


def single(token: Token, values: Values) -> Field:
    """A word as one value, as in an assignment: neither split nor matched with files."""
    text, known = "", True
    for part in token.parts:
        found = _all_arguments(values) if part.kind == "variable" and part.text in {"@", "*"} else _part(part, values)
        text += found.text
        known = known and found.known
    return Field(text[:MAX_VALUE], known)


def _all_arguments(values: Values) -> Field:
    return Field(" ".join(one.text for one in values.arguments), all(one.known for one in values.arguments))


def _fields(token: Token, values: Values, *, keep: bool) -> list[Field]:
    done: list[Field] = []
    text, known, begun, pattern = "", True, False, False
    for part in token.parts:
        if part.kind == "variable" and part.text in {"@", "*"}:
            done += values.arguments
            continue
        found = _part(part, values)
        if part.quoted or part.kind == "text":
            text, known, begun = text + found.text, known and found.known, True
            pattern = pattern or (not part.quoted and not _GLOB.isdisjoint(found.text))
            continue
        pieces = found.text.split()
        known = known and found.known
        if pieces and found.text[:1].isspace() and begun:
            done.append(Field(text, known))
            text, begun = "", False
        for number, piece in enumerate(pieces):
            if number:
                done.append(Field(text, known))
                text = ""
            text, begun = text + piece, True
            pattern = pattern or not _GLOB.isdisjoint(piece)
        if not pieces and not found.known and keep:
            begun = True
    if begun:
        done += (
            _matched(text[:MAX_VALUE], known=known, tree=values.tree) if pattern else [Field(text[:MAX_VALUE], known)]
        )
    return done


def _matched(text: str, *, known: bool, tree: Tree) -> list[Field]:
    """The files of the tree that fit a pattern; the pattern itself when there are none."""
    if not known or not text.startswith("/"):
        return [Field(text, known)]
    hidden = posixpath.basename(text).startswith(".")
    found = [path for path in tree.glob(text) if hidden or not posixpath.basename(path).startswith(".")]
    return [Field(path) for path in found] or [Field(text)]


def _part(part: Part, values: Values) -> Field:
    match part.kind:
        case "text":
            return Field(part.text)
        case "variable":
            return _variable(part.text, values)
        case "command":
            return _command(part.text, values)
        case _:
            return Field(f"$(({part.text}))", known=False)


def _variable(text: str, values: Values) -> Field:
    """`NAME`, or `NAME` with an operator (`:-`, `#`, `%`, ...)."""
    if text.startswith("#") and len(text) > 1:
        return Field(f"${{{text}}}", known=False)
    length = next((n for n, char in enumerate(text) if not (char.isalnum() or char == "_")), len(text)) or 1
    name, operator = text[:length], text[length:]
    value = values.variable(name)
    if not operator:
        return Field("", known=False) if value is None else value
    bare = operator.removeprefix(":")
    if bare[:1] in {"-", "=", "+", "?"}:
        filled = value is not None and (bool(value.text) or operator == bare)
        if bare[0] == "+":
            return _inner(bare[1:], values) if filled else Field("")
        return value if filled and value is not None else _inner(bare[1:], values)
    if value is None or not value.known:
        return Field(f"${{{name}}}", known=False)
    return _trimmed(value, operator, values)


def _trimmed(value: Field, operator: str, values: Values) -> Field:
    pattern = _inner(operator.lstrip("#%"), values)
    sides: dict[str, Callable[[int], tuple[str, str]]] = {
        "#": lambda at: (value.text[:at], value.text[at:]),
        "%": lambda at: (value.text[at:], value.text[:at]),
    }
    side = sides.get(operator[0])
    if side is None or not pattern.known or len(value.text) > 512 or len(pattern.text) > 64:
        return Field(f"${{...{operator}}}", known=False)
    longest = operator[:2] in {"##", "%%"}
    places = range(len(value.text) + 1)
    order = places if (operator[0] == "#") != longest else reversed(places)
    for at in order:
        cutoff, rest = side(at)
        if fnmatch.fnmatchcase(cutoff, pattern.text):
            return Field(rest)
    return value


def _inner(text: str, values: Values) -> Field:
    """The word within `${NAME:-...}`."""
    if "$" not in text and "`" not in text:
        return Field(text.strip("\"'"))
    if text.count("$") + text.count("`") > MAX_INNER:
        return Field(text, known=False)
    try:
        tokens = [token for token in cut(text) if token.word]
    except ShellError:
        return Field(text, known=False)
    found = [single(token, values) for token in tokens]
    space = " " if text[:1].isspace() else ""
    return Field(space + " ".join(one.text for one in found), all(one.known for one in found))


def _command(text: str, values: Values) -> Field:
    """What `$(...)` gives."""
    unknown = Field(f"$({text.strip()})"[:120], known=False)
    if len(text) > 512 or text.count("$") + text.count("`") > MAX_INNER:
        return unknown
    found = values.printed(text.strip())
    return found if found.known else unknown
