"""Facts as people type them in one word, on the command line or at a question.

Guarantees: nothing is guessed: members of a set stand between commas, `none` is the empty set unless it is a word of the
set's own, yes and no are true and false; all else is left as typed for `facts.declared` to judge.  A word of an open set
that only resembles one that rules know is told as a warning, and so are a country that is part of a market that they know,
`none` beside other words, and a product for no market or no user.
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
_SOMEBODY = {MARKETS: "market", "product.audience": "user"}
"""Sets that no product leaves empty: an empty one says that nobody gets it, and no law reaches it."""

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
    """Sets that look like a slip: a word that no rule knows and that is close to one, a contradiction, or no word at all."""
    for name, fact in attributes.items():
        attribute = vocabulary.attributes.get(name)
        if attribute is None or fact.state is not State.KNOWN or not isinstance(fact.value, tuple):
            continue
        if not fact.value and name in _SOMEBODY:
            message = f"`{name}` is empty: a product for no {_SOMEBODY[name]} is reached by no law that asks for one"
            yield _slip(fact, message, "name them; where they are not known, write `null`")
        if "none" in fact.value and len(fact.value) > 1:
            others = ", ".join(f"`{word}`" for word in fact.value if word != "none")
            yield _slip(
                fact, f"`{name}` has `none` and {others}: that contradicts itself", "leave out one or the other"
            )
        known = _known(attribute)
        for word in fact.value:
            hint = None if not known or word in known else _hint(name, word, known)
            if hint is not None:
                yield _slip(fact, f"`{word}` is no word that a shipped rule knows for `{name}`", hint)


def _slip(fact: Fact, message: str, hint: str) -> Diagnostic:
    source = fact.source.name if fact.source else None
    return Diagnostic("RW0017", Severity.WARNING, message, hint=hint, source=source, pointer=fact.pointer or None)


def _known(attribute: Attribute) -> tuple[str, ...]:
    """The words that rules know, of a set that takes others, too."""
    if attribute.name == CLAIMED:
        return tuple(sorted({module.id for module in library.available() if module.kind == "standard"}))
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
