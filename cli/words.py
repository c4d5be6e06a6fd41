"""Facts as people type them in one word, on the command line or at a question.

Guarantees: nothing is guessed: members of a set stand between commas, `none` is the empty set unless it is a word of the
set's own, yes and no are true and false; all else is left as typed for `facts.declared` to judge.
"""

from __future__ import annotations

from rulewright.facts.types import Kind
from rulewright.facts.vocabulary import Attribute

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
