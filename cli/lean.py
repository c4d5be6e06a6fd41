"""The lean parser: a well-formed command line, read without importing anything.

Guarantees: what it accepts, the Typer application accepts with the same meaning (a test holds both against each other);
whatever it does not know for certain it answers with `None`, and Typer decides and finds the words.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.cli.options import BY_NAME, Command, Option, Request


def parse(words: Sequence[str]) -> Request | None:
    """Read the words after the program's name, or return `None` to leave them to Typer."""
    command = BY_NAME.get(words[0]) if words else None
    return _Reader(command).read(words[1:]) if command else None


class _Reader:
    """Collects the words of one command."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.known = {flag: option for option in command.options for flag in option.flags}
        self.arguments: list[str] = []
        self.texts: dict[str, tuple[str, ...]] = {}
        self.flags: set[str] = set()
        self.numbers: dict[str, int] = {}

    def read(self, words: Sequence[str]) -> Request | None:
        """Read all words; `None` at the first doubt."""
        rest = iter(words)
        for word in rest:
            if word == "-" or not word.startswith("-"):
                self.arguments.append(word)
                continue
            flag, equals, value = word.partition("=")
            option = self.known.get(flag)
            if option is None or (equals and not flag.startswith("--")):
                return None
            if option.kind == "flag":
                if equals:
                    return None
                self.flags.add(option.name)
            elif not self._value(option, value if equals else next(rest, "")):
                return None
        if (self.command.argument.required and not self.arguments) or "" in self.arguments:
            return None
        return Request(self.command.name, tuple(self.arguments), self.texts, frozenset(self.flags), self.numbers)

    def _value(self, option: Option, value: str) -> bool:
        """Take the value of an option; false when it is doubtful."""
        if not value or value.startswith("-") or (option.choices and value not in option.choices):
            return False
        if option.kind == "number":
            if not (value.isascii() and value.isdecimal() and len(value) < 10):
                return False
            self.numbers[option.name] = int(value)
            return True
        before = self.texts.get(option.name, ()) if option.many else ()
        self.texts[option.name] = (*before, value)
        return True
