"""The words and signs by which files are cut (see cut.py): what starts an item, what goes on, how tokens look.

Guarantees: `QUICK` finds, of what `SCAN` finds, everything that can matter inside an open piece: texts and comments (so
that nothing in them counts), brackets, and words at the start of a line that may start something.  `WHOLE` finds the
rest of a piece up to the brace that ends its only block, if nothing in it can start another one.
"""

from __future__ import annotations

import re

TOP = frozenset({"standard", "policy", "vocabulary", "test"})
ITEMS = frozenset(
    [
        "title",
        "publisher",
        "license",
        "force",
        "jurisdiction",
        "source",
        "valid",
        "scope",
        "use",
        "param",
        "define",
        "axiom",
        "objective",
        "attribute",
        "requirement",
        "exclude",
        "tighten",
        "weaken",
        "set",
        "prefer",
        "assume",
        "unstated",
        "waiver",
    ]
)
CONTINUES = frozenset(
    [
        "and",
        "or",
        "not",
        "in",
        "of",
        "under",
        "where",
        "implies",
        "when",
        "is",
        "matches",
        "allows",
        "any",
        "before",
        "after",
        "within",
        "over",
        "for",
        "as",
        "edition",
        "sha256",
        "from",
        "until",
        ":",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        ",",
        "(",
        "[",
        "+",
        "-",
        "..",
    ]
)
_QUOTED = r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"?|#[^\n]*'
SCAN = re.compile(
    _QUOTED + r"|[{}()\[\]]|\d[\w.\-]*|(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:[.\-][A-Za-z0-9_]+)*)|!=|<=|>=|\.\.|[^\s\w]"
)
_STARTERS = "|".join(sorted(TOP | ITEMS))
QUICK = re.compile(
    rf"{_QUOTED}|\{{|\}}|\(|\)|\[|\]|\n[^\S\n]*(?P<word>(?:{_STARTERS})(?![A-Za-z0-9_]|[.\-][A-Za-z0-9_]))"
)
"""Every alternative begins with a sign of its own: so it is searched for at the speed of memory."""
STRONG = re.compile(
    r'requirement\s+(?:"[^"\n]*"|[\w.\-]+)\s+(?:(?:shall|should|may)\b|\{)|waiver\s+[\w.\-]+\s+for\b|attribute\s+[\w.\-]+\s*:'
)

_NESTED = 4
_CLOSED = r'"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+"'
_NO_START = r"(?![^\S\n]*+(?:requirement|waiver|attribute|standard|policy|vocabulary|test))"


def _inside(depth: int) -> str:
    """What stands between brackets: texts, comments, lines that start nothing, brackets inside one another up to a depth."""
    plain = rf"[^{{}}()\[\]\"#\n]++|{_CLOSED}|#[^\n]*+|\n{_NO_START}"
    if not depth:
        return f"(?:{plain})*+"
    within = _inside(depth - 1)
    return rf"(?:{plain}|\{{{within}\}}|[(\[]{within}[)\]])*+"


WHOLE = re.compile(rf"(?:[^{{}}()\[\]\"#\n]++|{_CLOSED})*+\{{{_inside(_NESTED)}\}}")
"""From the word that starts a piece; no alternative goes back, so a piece is looked at once, found or not."""
