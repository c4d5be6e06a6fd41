"""Facts as people type them in one word, on the command line or at a question.

Guarantees: nothing is guessed: members of a set stand between commas, `none` is the empty set unless it is a word of the
set's own, yes and no are true and false; all else is left as typed for `facts.declared` to judge.  A word of an open set
that only resembles one that rules know is told as a warning, and so is a country that is part of a market that they know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rulewright.cli import library
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.facts.base import Fact
from rulewright.facts.types import Kind, State
from rulewright.facts.vocabulary import Attribute, Vocabulary

CLAIMED = "claim.standards"
MARKETS = "product.markets"

_COUNTRIES = {
    "EU": "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK EEA Europe Germany France",
    "UK": "GB GBR England Scotland Wales Britain",
    "US": "USA",
}
"""Names by which a market that rules know is stated as well: states of the European Economic Area, and usual codes."""

_YES_OR_NO = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


def written(attribute: Attribute, text: str) -> object:
    """What was typed, as the plain data that a facts file would hold."""
    kind = attribute.type
    if kind.kind is Kind.SET:
        empty = text == "none" and "none" not in kind.values
        return [] if empty else [word.strip() for word in text.split(",") if word.strip()]
    if kind.kind is Kind.BOOL:
        return _YES_OR_NO.get(text.lower(), text)
    return text


def strange(attributes: Mapping[str, Fact], vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """Words of open sets that look like a slip: no rule knows them, and a word that rules know is close."""
    for name, fact in attributes.items():
        attribute = vocabulary.attributes.get(name)
        if attribute is None or fact.state is not State.KNOWN or not isinstance(fact.value, tuple):
            continue
        known = _known(attribute)
        for word in fact.value:
            hint = None if not known or word in known else _hint(name, word, known)
            if hint is not None:
                message = f"`{word}` is no word that a shipped rule knows for `{name}`"
                yield Diagnostic(
                    "RW0017",
                    Severity.WARNING,
                    message,
                    hint=hint,
                    source=fact.source.name if fact.source else None,
                    pointer=fact.pointer or None,
                )


def _known(attribute: Attribute) -> tuple[str, ...]:
    """The words that rules know, of a set that takes others, too."""
    if attribute.name == CLAIMED:
        return tuple(sorted({module.id for module in library.shipped() if module.kind == "standard"}))
    return attribute.type.values if attribute.type.open_values else ()


def _hint(name: str, word: str, known: tuple[str, ...]) -> str | None:
    """What was meant by a word that no rule knows, where that can be told."""
    if not _plain(word):
        return "where it is not known, write `null` in place of the whole list"
    if name == MARKETS:
        for market, others in _COUNTRIES.items():
            if _plain(word) in map(_plain, others.split()):
                return f"did you mean `{market}`?"
    close = _close(word, known)
    return None if close is None else f"did you mean `{close}`?"


def _close(word: str, known: tuple[str, ...]) -> str | None:
    """The word that was meant: the same but for case and marks, else one that resembles it."""
    plain = {_plain(other): other for other in known}
    if _plain(word) in plain:
        return plain[_plain(word)]
    from difflib import get_close_matches

    found = get_close_matches(_plain(word), list(plain), 1, 0.75)
    return plain[found[0]] if found else None


def _plain(word: str) -> str:
    return "".join(character for character in word.casefold() if character.isalnum())
