"""Questions to a person on a terminal: the facts about a product that decide what applies to it.

Guarantees: only context is asked for (facts that the maker cannot choose), the one that decides most first, what the maker
claims last; nothing is guessed: an empty answer skips, what cannot be read is asked again with the reason; questions go
to stderr, so stdout stays data; the end of input ends the questions.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import msgspec

from rulewright.cli.paint import Ink
from rulewright.cli.streams import paint_for, say
from rulewright.cli.text import clean, plural, wrap
from rulewright.cli.words import strange, written
from rulewright.engine.derivation import Derivation
from rulewright.engine.words import value_text
from rulewright.facts import declared
from rulewright.facts.base import Fact
from rulewright.facts.table import Source
from rulewright.facts.types import Kind
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
            fact = _asked(attribute, vocabulary, _undecided(answered.derivation))
        except EOFError:
            say("")
            return answered
        if fact is None:
            skipped.add(attribute.name)
            continue
        answered.given[attribute.name] = fact
        answered.derivation = again(answered.given)


def _undecided(found: Derivation) -> int:
    return sum(item.outcome == "undecided" for item in found.requirements)


def _next(found: Derivation, vocabulary: Vocabulary, skipped: set[str]) -> Attribute | None:
    """The unknown piece of context that most undecided requirements rest on; claims come after what the product is."""
    for wanted in sorted(found.wanted, key=lambda item: (item.fact.startswith("claim."), -item.decides, item.fact)):
        attribute = vocabulary.attributes.get(wanted.fact)
        if attribute is not None and attribute.given and wanted.fact not in skipped:
            return attribute
    return None


def _asked(attribute: Attribute, vocabulary: Vocabulary, undecided: int) -> Fact | None:
    """Ask for one fact until the answer can be read; None when it is skipped."""
    paint = paint_for(sys.stderr)
    say(paint(plural(undecided, "requirement") + " undecided", Ink.DIM))
    while True:
        for line in wrap(f"{attribute.name}: {clean(attribute.doc)}", paint.columns):
            say(line.replace(attribute.name, paint(attribute.name, Ink.NAME), 1))
        for line in wrap(_choices(attribute), paint.columns - 2):
            say(paint(f"  {line}", Ink.DIM))
        sys.stderr.write("> ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        text = line.strip()
        if not text:
            return None
        read = declared.read({attribute.name: written(attribute, text)}, vocabulary, SOURCE)
        slips = [*read.diagnostics, *strange(read.attributes, vocabulary)]
        for diagnostic in slips:
            say(f"  {clean(diagnostic.message)}" + (f": {clean(diagnostic.hint)}" if diagnostic.hint else ""))
        found = read.attributes.get(attribute.name)
        if found is not None and (not slips or found.value == ()):  # `none` was typed: that is meant, and told
            return found


def _choices(attribute: Attribute) -> str:
    """What may be answered."""
    kind = attribute.type
    if kind.kind is Kind.BOOL:
        return "(yes or no)"
    if kind.values:
        several = "; several between commas" if kind.kind is Kind.SET else ""
        none = ", or none" if kind.kind is Kind.SET and "none" not in kind.values else ""
        return f"({', '.join(kind.values)}{', ...' if kind.open_values else ''}{several}{none})"
    words = {
        Kind.DATE: "a date, like 2026-12-01",
        Kind.INT: f"a whole number{f', {kind.unit}' if kind.unit else ''}",
        Kind.SET: "words between commas, or none",
    }
    return f"({words.get(kind.kind, 'text')})"


def as_yaml(given: dict[str, Fact], vocabulary: Vocabulary) -> str:
    """The answers as a facts file, which can be a product of its own or go with `--facts`."""
    lines = ["format: rulewright-facts/1"]
    for name, fact in sorted(given.items()):
        kind, value = vocabulary.attributes[name].type.kind, fact.value
        if isinstance(value, tuple):
            text = "[" + ", ".join(map(json.dumps, value)) + "]"
        elif isinstance(value, str):
            text = json.dumps(value)
        else:
            assert value is not None
            text = value_text(value, kind)
        lines.append(f"{name}: {text}")
    return "\n".join(lines) + "\n"
