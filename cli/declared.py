"""How commands, arguments and options are declared, and what a parsed command line is.

Guarantees: plain data; nothing is opened or checked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Kind = Literal["flag", "text", "number"]


class Option(msgspec.Struct, frozen=True):
    """One option.  A `flag` takes no value; `many` may be given again; `choices` are its only values."""

    name: str
    flags: tuple[str, ...]
    help: str
    kind: Kind = "text"
    metavar: str = "TEXT"
    many: bool = False
    choices: tuple[str, ...] = ()


class Argument(msgspec.Struct, frozen=True):
    """The arguments of a command: one or more, or any number when not `required`."""

    name: str
    metavar: str
    help: str
    required: bool = True


class Command(msgspec.Struct, frozen=True):
    """One command: what it does, what it takes, and the module whose `run` does it."""

    name: str
    help: str
    module: str
    argument: Argument
    options: tuple[Option, ...]
    details: str = ""


class Request(msgspec.Struct, frozen=True):
    """A parsed command line: plain words, nothing opened, nothing checked but spelling."""

    command: str
    arguments: tuple[str, ...] = ()
    texts: Mapping[str, tuple[str, ...]] = {}
    flags: frozenset[str] = frozenset()
    numbers: Mapping[str, int] = {}

    def one(self, name: str) -> str | None:
        """Return the value of an option, the last when it was given twice, `None` when it was not given."""
        values = self.texts.get(name)
        return values[-1] if values else None

    def many(self, name: str) -> tuple[str, ...]:
        """Return all values of an option in the order given."""
        return self.texts.get(name, ())


def flag(name: str, text: str, *flags: str) -> Option:
    """An option without a value; its spelling is made of its name where none is given."""
    return Option(name, flags or (f"--{name.replace('_', '-')}",), text, "flag")
