"""What can stand in which place of a command line, read off the table of commands, for the scripts of all shells.

Guarantees: derived from `COMMANDS`, and from the tables that `explain` reads; the words of a script are letters, digits
and `-._@:`, so none needs quotes in a shell (`_safe`); the same for the same tables.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rulewright.cli import explain
from rulewright.cli.declared import Argument, Command, Option
from rulewright.cli.options import COMMANDS
from rulewright.cli.overview import BY_NAME as SHORT

_FILES = re.compile(r"FILE|DIR|FOLDER|PRODUCT|BUNDLE|RESULT|CERTIFICATE")
_IDS = re.compile(r"(?:^|\|)ID(?:\||$)|POLICY|^A B$")
_CODES = re.compile(r"(?:^|\|)CODE(?:\||$)")
_PLAIN = re.compile(r"[A-Za-z0-9._@:-]+")


class Values(NamedTuple):
    """What completes a value: words that are known beforehand, ids of shipped rules, files; nothing where it is free text."""

    words: tuple[str, ...] = ()
    ids: bool = False
    files: bool = False


class Taken(NamedTuple):
    """An option as a shell sees it: its spellings, its description, and what it takes (`None`: nothing)."""

    flags: tuple[str, ...]
    about: str
    values: Values | None
    many: bool
    metavar: str


class Shape(NamedTuple):
    """A command as a shell sees it.  `subs` are the words that come first, where it consists of others."""

    name: str
    about: str
    options: tuple[Taken, ...]
    subs: tuple[str, ...]
    values: Values
    metavar: str


def shapes() -> tuple[Shape, ...]:
    """Describe every command."""
    return tuple(_shape(command) for command in COMMANDS)


def _shape(command: Command) -> Shape:
    """Describe one command."""
    options = tuple(_taken(option) for option in command.options)
    helping = Taken(("--help", "-h"), "Show the help of this command.", None, many=False, metavar="")
    subs, values = _arguments(command.argument)
    return Shape(command.name, SHORT[command.name].line, (*options, helping), subs, values, command.argument.metavar)


def _taken(option: Option) -> Taken:
    """Describe one option; of its help, the first sentence."""
    about = re.split(r"(?<=[.:;]) ", re.sub(r" \([^()]*\)", "", option.help))[0].rstrip(".:;") + "."
    values = None if option.kind == "flag" else _values(option.metavar, option.choices)
    return Taken(option.flags, about, values, option.many, option.metavar)


def _values(metavar: str, choices: tuple[str, ...] = ()) -> Values:
    """Read off a placeholder what may stand there."""
    if choices:
        return Values(tuple(_safe(choice) for choice in choices))
    if _CODES.search(metavar):
        return Values(tuple(_safe(word) for word in (*explain.codes(), *sorted(explain.lint_rules()))))
    return Values((), bool(_IDS.search(metavar)), bool(_FILES.search(metavar) or _IDS.search(metavar)))


def _arguments(argument: Argument) -> tuple[tuple[str, ...], Values]:
    """Read off an argument the words that come first, and what follows."""
    if argument.metavar == "WORD":
        subs = dict.fromkeys(m[1] for m in re.finditer(r"`([a-z][a-z-]*)[^`]*`", argument.help))
        return tuple(_safe(sub) for sub in subs), Values((), ids=" ID" in argument.help, files=bool(subs))
    words = argument.metavar.split("|")
    if all(word.islower() for word in words):
        return (), Values(tuple(_safe(word) for word in words))
    both = argument.metavar == "OLD NEW"
    found = _values(argument.metavar)
    return (), found._replace(files=found.files or both)


def _safe(word: str) -> str:
    """Return a word that no shell reads as anything else; anything else is a mistake in the table of commands."""
    if not _PLAIN.fullmatch(word):
        raise ValueError(word)
    return word


def safe_ids(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return those ids that no shell reads as anything else, once each, sorted."""
    return tuple(sorted({each for each in ids if _PLAIN.fullmatch(each)}))
