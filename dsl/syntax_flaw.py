"""What to say when a token cannot follow: what was expected, in words, and what the author probably meant.

Guarantees: no terminal's name and no Python reaches the reader.
"""

from __future__ import annotations

import re

from rulewright.dsl.flaw import Flaw
from rulewright.dsl.lex import Token
from rulewright.dsl.names import suggest
from rulewright.dsl.source import At
from rulewright.dsl.tables import ACTIONS, GOTOS, RULES, SIGNS, WORDS

_TOKEN_WORDS = {
    "NAME": "a name",
    "STRING": "a text in quotes",
    "VERS": 'a version range such as `vers"pypi/<2.0"`',
    "INT": "a whole number",
    "DECIMAL": "a decimal number",
    "DATE": "a date",
    "DURATION": "a duration such as 30d",
    "MORE": "`...`",
    "$END": "the next part",
}
_TOKEN_WORDS.update({terminal: f"`{text}`" for text, terminal in (*WORDS.items(), *SIGNS.items())})

_PARTS = frozenset(
    [
        "APPLIES",
        "CHECK",
        "CLAUSE",
        "CONDITION",
        "EFFECTIVE",
        "EFFORT",
        "EVIDENCE",
        "FIX",
        "IF",
        "LEVEL",
        "NOTE",
        "OBJECTIVE",
        "READING",
        "REFS",
        "RIGHT",
        "SEVERITY",
        "SOURCE",
        "THREATS",
        "TITLE",
    ]
)
_EXPRESSION_START = frozenset({"NOT", "EVERY", "SOME", "NO", "LPAR"})
_VALUES = frozenset({"NAME", "STRING", "INT", "DECIMAL", "DATE", "DURATION"})
_COMPARE = frozenset(
    {"EQ", "NE", "LT", "LE", "GT", "GE", "BEFORE", "AFTER", "IN", "IS", "MATCHES", "ALLOWS", "REQUIRES", "WITHIN"}
)
_FAMILIES: tuple[tuple[frozenset[str], frozenset[str], str], ...] = (
    (_EXPRESSION_START, _EXPRESSION_START | _VALUES | {"ALL", "ANY", "AT", "MANUAL", "MEETS"}, "a condition"),
    (frozenset({"EQ", "IS"}), _COMPARE, "a comparison (`=`, `<`, `is`, `in`, …)"),
    (frozenset({"NAME", "STRING", "INT"}), _VALUES, "a value"),
    (
        frozenset({"TITLE", "USE", "REQUIREMENT"}),
        frozenset(
            [
                "ASSUME",
                "ATTRIBUTE",
                "AXIOM",
                "DEFINE",
                "EXCLUDE",
                "FORCE",
                "JURISDICTION",
                "LICENSE",
                "OBJECTIVE",
                "PARAM",
                "PREFER",
                "PUBLISHER",
                "REQUIREMENT",
                "SCOPE",
                "SET",
                "SOURCE",
                "TIGHTEN",
                "TITLE",
                "UNSTATED",
                "USE",
                "VALID",
                "WAIVER",
                "WEAKEN",
            ]
        ),
        "the next item",
    ),
    (
        frozenset({"TITLE", "CHECK"}),
        _PARTS,
        "a part of a requirement (`title`, `check`, …)",
    ),
    (
        frozenset({"ATTRIBUTES", "CHECK"}),
        frozenset({"ATTRIBUTES", "CHECK", "EFFORT", "FIX", "NOTE", "RELATED", "THREATS"}),
        "a part of an objective (`attributes`, `check`, …)",
    ),
)


def expected(states: list[int]) -> frozenset[str]:
    """The terminals that can truly follow (a table row alone lists too many)."""
    return frozenset(t for t in ACTIONS[states[-1]] if _accepts(states, t))


def _accepts(states: list[int], terminal: str) -> bool:
    """Whether a terminal leads to a shift."""
    stack = list(states)
    while True:
        action = ACTIONS[stack[-1]].get(terminal)
        if action is None:
            return terminal == "$END" and not ACTIONS[stack[-1]]
        if action >= 0:
            return True
        origin, _, keep = RULES[-1 - action]
        del stack[-len(keep) :]
        following = GOTOS[stack[-1]].get(origin)
        if following is None:
            return True
        stack.append(following)


def in_words(terminals: frozenset[str]) -> str:
    """`a`, `b` or `c`: families first, at most six."""
    rest = set(terminals)
    words = []
    for marks, family, word in _FAMILIES:
        if marks <= rest:
            rest -= family
            words.append(word)
    words += sorted(_TOKEN_WORDS.get(t, t.lower()) for t in rest)
    if len(words) > 6:
        words = [*words[:6], "…"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}" if words else "nothing more"


def unexpected(text: str, token: Token, last: Token | None, states: list[int], since: int) -> Flaw:
    """The flaw for a token that cannot follow `last`; what stands before `since`, where its item begins, plays no part."""
    can = expected(states)
    at = (token.start, token.end)
    if token.type == "$END":
        message = f"something is missing here: expected {in_words(can)}"
        if last is not None:
            at = (last.start, last.end)
            message = f"something is missing after `{_short(last.text)}`: expected {in_words(can)}"
    else:
        message = f"expected {in_words(can)}, found `{_short(token.text)}`"
    labels = _opened(text, since, at[0]) if token.type == "$END" and "RBRACE" in can else ()
    return Flaw("RW0106", message, at, hint=_hint(text, token, last, can, since), labels=labels)


def _opened(text: str, since: int, before: int) -> tuple[tuple[At, str], ...]:
    """Where that begins whose end is missing."""
    start = max(since, before - 20_000)
    found = [(start + begin.start(1), start + begin.end(1)) for begin in _BEGINS.finditer(text[start:before])]
    return ((found[-1], "what is not closed begins here"),) if found else ()


def _short(text: str) -> str:
    """The start of a long token."""
    return text if len(text) <= 40 else text[:37] + "..."


_WORD_HINTS = {
    "unless": "there is no `unless`: write `not … implies …`, or put the exception into `applies when`",
    "if": "write `A implies B`, or put the condition into `applies when`",
    "then": "write `A implies B`",
    "else": "write two conditions: `A implies B` and `not A implies C`",
    "for": "write `every component c where … { … }`",
    "forall": "write `every component c { … }`",
    "exists": "write `some component c where …`, or `c.field is known`",
    "like": 'write `matches "pattern*"`',
    "contains": 'write `"value" in path`',
    "must": "the level of obligation is `shall`, `should` or `may`",
    "equals": "write `=`",
    "isnt": "write `is not`",
    "xor": "write `(A or B) and not (A and B)`",
}


def _hint(text: str, token: Token, last: Token | None, can: frozenset[str], since: int) -> str | None:
    """What the author probably meant."""
    word = token.text.lower()
    if "SEMICOLON" in can and (token.type == "NAME" or token.text in {"every", "some", "no", "not", "at"}):
        if word in _WORD_HINTS:
            return _WORD_HINTS[word]
        if last is not None and "\n" in text[last.end : token.start]:
            return "lines of a block are separated by `;`"
    if word in _WORD_HINTS and token.type == "NAME":
        return _WORD_HINTS[word]
    if last is not None and last.text in _ASKED and token.type != "NAME":
        return _ASKED[last.text]
    if last is not None and last.text in _WORD_HINTS and last.type == "NAME":
        return _WORD_HINTS[last.text]
    return _hint_by_context(text[max(since, token.start - 300) : token.start], token, last, can) or _hint_by_sign(
        token, can
    )


def _hint_by_context(before: str, token: Token, last: Token | None, can: frozenset[str]) -> str | None:
    """What the author probably meant, from what could follow and what stands before."""
    if can == {"BECAUSE"}:
        return 'say why: `… because "the product has no sensor"`'
    if token.type == "LBRACE" and last is not None and _NAMELESS.search(before):
        return f"name the element: `every {last.text} x {{ x.name is known }}`"
    from difflib import get_close_matches  # not at the start: a text that is laid out asks for no guess

    joins = get_close_matches(token.text, [word for word in _JOINS if WORDS[word] in can], 1, 0.8)
    if token.type == "NAME" and joins:
        return f"did you mean `{joins[0]}`?"
    if "LBRACE" in can and _BARE.search(before):
        return "what must hold stands in braces, as in `every component c { c.name is known }`"
    if "LBRACE" in can and _QUANTIFIED.search(before):
        return _PARENTHESES
    return _part_hint(token.text) if {"TITLE", "CHECK"} <= can and token.type == "NAME" else None


def _hint_by_sign(token: Token, can: frozenset[str]) -> str | None:
    """What the author probably meant, from the token and what could follow."""
    bracket = _bracket_hint(token, can)
    if bracket is not None:
        return bracket
    if can == {"IN"}:
        return "if a new condition starts at `not`, end the one before with `;`"
    if token.type == "INT" and "DURATION" in can:
        return f"a length of time has a unit: {token.text}d, {token.text}w, {token.text}m or {token.text}y"
    if token.type in {"PLUS", "MINUS"}:
        return "only the right side of a comparison of dates is moved, as in `a.end >= product.start + 5y`"
    if token.type == "SEMICOLON":
        return "`;` stands only between the lines of a block"
    if token.text in {"and", "or", "implies"} and "RBRACE" in can:
        return _PARENTHESES
    if "NAME" in can and token.type == "STRING":
        return "a name is written without quotes"
    if "STRING" in can and token.type == "NAME":
        return "a text is written in quotes"
    return None


def _bracket_hint(token: Token, can: frozenset[str]) -> str | None:
    """Which bracket is missing, or too many."""
    if token.type == "$END" and "RBRACE" in can:
        return "a `}` is missing"
    if token.type == "RPAR":
        return "delete the `)` that is too many"
    if "RPAR" in can and token.type in {"RBRACE", "SEMICOLON", "$END"}:
        return "a `)` is missing"
    return None


def _part_hint(word: str) -> str:
    """What to write in place of a word that begins no part of a requirement."""
    parts = sorted(part.lower() for part in _PARTS)
    close = suggest(word, [*parts, *_OTHER_NAMES])
    if close is None:
        return f"the parts are {', '.join(parts)}"
    return f"write `{_OTHER_NAMES[close]}`" if close in _OTHER_NAMES else f"did you mean `{close}`?"


_JOINS = ("and", "or", "implies", "not", "in", "is", "matches", "allows", "within", "before", "after", "where")
_OTHER_NAMES = {
    "description": "note",
    "rationale": "note",
    "comment": "note",
    "name": "title",
    "references": "refs",
    "reference": "refs",
    "remediation": "fix",
    "assert": "check",
    "require": "check",
    "must": "check",
    "when": "applies when",
    "priority": "severity",
}
"""What other tools call the parts of a requirement."""
_BEGINS = re.compile(r"^[ \t]*((?:requirement|waiver|objective|attribute|test)\b[^\n{]*)\{", re.MULTILINE)
_NAMELESS = re.compile(r"\b(?:every|some|no|least\s+\S+|most\s+\S+)\s+[\w.]+\s*$")
_PARENTHESES = (
    "inside `and` and `or`, a quantifier without a block needs parentheses: `(no vulnerability v where …) and …`"
)
_QUANTIFIED = re.compile(r"\b(?:every|some|no|least\s+\S+|most\s+\S+)\s+\w+\s+\w+[^;{}]*$")
_BARE = re.compile(r"\bevery\s+\w+\s+\w+(?:\s+(?:of|under)\s+\w+)?\s*$")
_ASKED = {
    "requirement": 'an id that starts with a digit stands in quotes, as in `requirement "5.6-1" shall { … }`',
    "where": "after `where` comes a condition, as in `where c.type = library`",
}
