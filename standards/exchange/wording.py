"""What a text says of itself: its level, its first sentence, the question that it can be turned into.

Guarantees: a level is never lower than the strongest modal verb of the text; without one it is `should`.  A question ends
with a question mark, and yes is the good answer.
What it does not do: understand the text.  A skeleton is read by a person before it is used.
"""

from __future__ import annotations

import re

from rulewright.standards.exchange.model import Entry
from rulewright.standards.exchange.names import line

TITLE, QUESTION = 160, 600
_SHALL = re.compile(r"\b(?:shall|must)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;:])\s")
_ASKED = re.compile(r"(?:assessment )?question:\s*([^?]{8,500}\?)", re.IGNORECASE)
_MARKDOWN = re.compile(r"\[([^\]\[]*)\]\([^()\s]*\)|\*\*|__")


def level(entry: Entry) -> str:
    """The level that an entry states, else the strongest of its words; a heading binds nobody by itself."""
    if entry.level in {"shall", "should", "may"}:
        return entry.level
    if entry.heading:
        return "may"
    return "shall" if _SHALL.search(entry.text or entry.title) else "should"


def plain(text: str) -> str:
    """A text on one line, links and emphasis of Markdown taken off."""
    return line(_MARKDOWN.sub(lambda m: m[1] or "", text))


def cut(text: str, limit: int) -> str:
    """A text of at most so many characters, cut between words."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rpartition(" ")[0].rstrip(",;:") + "…"


def title(entry: Entry) -> str:
    """The title, else the first sentence of the text, else the id."""
    stated = plain(entry.title)
    if stated:
        return cut(stated, 2 * TITLE)
    first = _SENTENCE.split(plain(entry.text), maxsplit=1)[0]
    return cut(first.rstrip(".;:"), TITLE) or line(entry.id)


def questions(entry: Entry) -> tuple[str, ...]:
    """The questions of an entry: its own, or one made of its text."""
    if entry.questions:
        return entry.questions
    for remark in entry.remarks:
        asked = _ASKED.search(plain(remark))
        if asked:
            return (asked[1],)
    what = cut(plain(entry.text) or title(entry), QUESTION).rstrip(" .;:")
    if entry.heading:
        return (f"Is everything under {line(entry.id)} fulfilled ({title(entry).rstrip('?')})?",)
    return (f"Is this fulfilled: {what}?" if not what.endswith("?") else f"Is this fulfilled: {what}",)
