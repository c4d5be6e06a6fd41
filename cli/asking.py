"""Questions to a person on a terminal: the facts about a product that decide what applies to it.

Guarantees: only context is asked for (facts that the maker cannot choose), the one that decides most first; nothing is
guessed: an empty answer skips, what cannot be read is asked again with the reason; questions go to stderr, so stdout
stays data; the end of input ends the questions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import msgspec

from rulewright.cli.paint import Ink
from rulewright.cli.streams import paint_for, say
from rulewright.cli.text import clean
from rulewright.engine.derive import Derivation
from rulewright.engine.words import value_text
from rulewright.facts import declared
from rulewright.facts.base import Fact
from rulewright.facts.table import Source
from rulewright.facts.vocabulary import Attribute, Vocabulary

SOURCE = Source("answered on the terminal", "", detector="declaration")


class Answered(msgspec.Struct):
    """What was answered, and what follows."""

    derivation: Derivation
    given: dict[str, Fact]


def ask(found: Derivation, vocabulary: Vocabulary, again: Callable[[dict[str, Fact]], Derivation]) -> Answered:
    """Ask until nothing is left to ask, or the person has had enough."""
    answered = Answered(found, {})
    skipped: set[str] = set()
    while True:
        attribute = _next(answered.derivation, vocabulary, skipped)
        if attribute is None:
            return answered
        if not answered.given and not skipped:
            say("what is not known about the product decides what applies; enter skips a question, ctrl-d ends them")
        try:
            fact = _asked(attribute, vocabulary)
        except EOFError:
            say("")
            return answered
        if fact is None:
            skipped.add(attribute.name)
            continue
        answered.given[attribute.name] = fact
        answered.derivation = again(answered.given)


def _next(found: Derivation, vocabulary: Vocabulary, skipped: set[str]) -> Attribute | None:
    """The unknown piece of context that most undecided requirements rest on."""
    for wanted in found.wanted:
        attribute = vocabulary.attributes.get(wanted.fact)
        if attribute is not None and attribute.given and wanted.fact not in skipped:
            return attribute
    return None


def _asked(attribute: Attribute, vocabulary: Vocabulary) -> Fact | None:
    """Ask for one fact until the answer can be read; None when it is skipped."""
    paint = paint_for(sys.stderr)
    while True:
        sys.stderr.write(
            f"{paint(attribute.name, Ink.NAME)}: {attribute.doc} {paint(_choices(attribute), Ink.DIM)}\n> "
        )
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        text = line.strip()
        if not text:
            return None
        value: object = text
        if attribute.type.kind == "set":
            value = [word.strip() for word in text.split(",") if word.strip()]
        elif attribute.type.kind == "bool":
            value = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}.get(
                text.lower(), text
            )
        read = declared.read({attribute.name: value}, vocabulary, SOURCE)
        if attribute.name in read.attributes and not read.diagnostics:
            return read.attributes[attribute.name]
        for diagnostic in read.diagnostics:
            say(f"  {clean(diagnostic.message)}" + (f": {clean(diagnostic.hint)}" if diagnostic.hint else ""))


def _choices(attribute: Attribute) -> str:
    """What may be answered."""
    kind = attribute.type
    if kind.kind == "bool":
        return "(yes or no)"
    if kind.values:
        several = "; several between commas" if kind.kind == "set" else ""
        return f"({', '.join(kind.values)}{', ...' if kind.open_values else ''}{several})"
    words = {"date": "a date, like 2026-12-01", "int": "a whole number", "set": "words between commas"}
    return f"({words.get(str(kind.kind), 'text')})"


def as_yaml(given: dict[str, Fact]) -> str:
    """The answers as a facts file."""
    lines = []
    for name, fact in sorted(given.items()):
        value = fact.value
        if isinstance(value, tuple):
            text = "[" + ", ".join(f'"{word}"' for word in value) + "]"
        elif isinstance(value, bool):
            text = "true" if value else "false"
        elif isinstance(value, int):
            text = value_text(value, "date" if "date" in name else "int")
        else:
            text = f'"{value}"'
        lines.append(f"{name}: {text}")
    return "\n".join(lines) + "\n"
