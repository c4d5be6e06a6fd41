"""`--help`: the overview of the commands, and the page of one, from the table of commands alone.

Guarantees: nothing heavy is imported, neither Typer nor Rich; every command, argument and option is named; no line is
longer than the stream is wide unless one word is; colours only where the stream has them.  What it does not do: judge a
command line (`lean`, `typer_app`).
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.cli.declared import Argument, Command, Option
from rulewright.cli.options import BY_NAME, COMMANDS
from rulewright.cli.overview import BY_NAME as SHORT
from rulewright.cli.overview import GROUPS, Entry
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import pad, width, wrap

ABOUT = "Check the SBOM and the declared facts of a product against security requirements."
FIRST = (
    ("rulewright check sbom.cdx.json --policy ntia.minimum_elements", "check an SBOM against a shipped standard"),
    ("rulewright standards", "which standards there are"),
    ("rulewright check --help", "everything about one command"),
)
_WORDS = frozenset({"--help", "-h"})
_COLUMN = 28
"""Where explanations of options begin; a longer option has them on the next line."""


def wanted(words: Sequence[str]) -> str | None:
    """Say whose help is asked for: a command's name, an empty text for the whole, or `None` when none is."""
    if not words or words[0] in _WORDS:
        return ""
    ours = words[: words.index("--")] if "--" in words else words
    return words[0] if words[0] in BY_NAME and not _WORDS.isdisjoint(ours) else None


def text(name: str, paint: Paint) -> str:
    """Write the help of a command, or the overview for an empty name."""
    lines = _page(BY_NAME[name], paint) if name else _overview(paint)
    return "\n".join(lines) + "\n"


def _overview(paint: Paint) -> list[str]:
    """Write what to type first, then all commands in their groups."""
    lines = [*wrap(ABOUT, paint.columns), "", paint("Usage:", Ink.BOLD) + " rulewright COMMAND [OPTIONS] [WORDS]..."]
    lines += ["", paint("Start here:", Ink.BOLD)]
    for line, purpose in FIRST:
        lines += [f"  {paint(line, Ink.NAME)}", f"      {purpose}"]
    broad = max(len(command.name) for command in COMMANDS) + 2
    for title, entries in GROUPS:
        lines += ["", paint(f"{title}:", Ink.BOLD)]
        lines += [f"  {paint(pad(e.name, broad), Ink.NAME)}{e.line}" for e in entries]
    options = [
        _row("--version", "Show the version.", paint),
        _row("-h, --help", "Show this, or the help of a command; exit.", paint),
    ]
    return [*lines, "", paint("Options:", Ink.BOLD), *(line for row in options for line in row)]


def _page(command: Command, paint: Paint) -> list[str]:
    """Write everything about one command, examples first."""
    lines = [f"{paint('Usage:', Ink.BOLD)} rulewright {command.name} [OPTIONS] {usage(command.argument)}", ""]
    lines += wrap(command.help, paint.columns)
    lines += _examples(SHORT.get(command.name), paint)
    lines += ["", paint("Arguments:", Ink.BOLD), *_row(command.argument.metavar, _argument(command.argument), paint)]
    lines += ["", paint("Options:", Ink.BOLD)]
    for option in command.options:
        lines += _row(spelling(option), option.help + _choices(option), paint)
    lines += _row("-h, --help", "Show this message and exit.", paint)
    return [*lines, "", *wrap(command.details, paint.columns)] if command.details else lines


def _examples(entry: Entry | None, paint: Paint) -> list[str]:
    """Write the examples of a command: what for, then what to type."""
    if entry is None:
        return []
    lines = ["", paint("Examples:", Ink.BOLD)]
    for example in entry.examples:
        lines += [f"  {paint('rulewright ' + example.line, Ink.NAME)}"]
        lines += [f"      {part}" for part in wrap(example.purpose, paint.columns - 6)]
    return lines


def usage(argument: Argument) -> str:
    """Spell an argument for the line of usage."""
    return f"{argument.metavar}..." if argument.required else f"[{argument.metavar}]..."


def _argument(argument: Argument) -> str:
    """Describe an argument, and say if it can be left out."""
    return argument.help if argument.required else f"{argument.help} May be left out."


def spelling(option: Option) -> str:
    """Spell an option with what it takes, the short flag first."""
    flags = ", ".join(sorted(option.flags, key=len))
    if option.kind == "flag":
        return flags
    return f"{flags} {option.metavar if option.metavar != 'TEXT' or not option.choices else 'WORD'}"


def _choices(option: Option) -> str:
    """Name the words that an option takes."""
    return f" One of: {', '.join(option.choices)}." if option.choices else ""


def _row(name: str, about: str, paint: Paint) -> list[str]:
    """Write a name and what it is, beside each other where there is room."""
    parts = wrap(about, paint.columns - _COLUMN)
    shown = "  " + paint(name, Ink.NAME)
    if width(name) + 4 > _COLUMN:
        return [shown, *(" " * _COLUMN + part for part in parts)]
    first = shown + " " * (_COLUMN - 2 - width(name)) + (parts[0] if parts else "")
    return [first, *(" " * _COLUMN + part for part in parts[1:])]
