"""Tokens: the words, strings, numbers and signs of a stretch of a file.

Guarantees: every character is either inside a token, white space or a comment, or the lexer stops with a flaw that names it.
What it does not do: tell keywords from names; the parser does, by what it expects (so `c.note`, `c.type` and enum words
never clash with keywords).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from rulewright.dsl.flaw import Flaw
from rulewright.dsl.limits import MAX_STRING, MAX_TOKENS
from rulewright.dsl.tables import SIGNS

NAME = r"[A-Za-z_][A-Za-z0-9_]*(?:[.\-][A-Za-z0-9_]+)*(?:\+(?=\s*[,}]))?"

_TOKEN = re.compile(
    rf"""
    [ \t\r\n\f]*(?:\#[^\n]*[ \t\r\n\f]*)*
    (?:(?P<VERS>vers"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*")
    |(?P<NAME>{NAME})
    |(?P<STRING>"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*")
    |(?P<DATE>\d{{4}}-\d\d-\d\d(?![\w-]))
    |(?P<DURATION>\d+[dwmy](?!\w))
    |(?P<DECIMAL>-?\d+\.\d+(?!\w))
    |(?P<INT>-?\d+(?!\w))
    |(?P<SIGN>!=|<=(?!>)|>=|\.\.\.|\.\.|=(?![=>])|<(?![>])|[>(){{}}\[\],;:+\-?]|…)
    |(?P<END>\Z)
    |(?P<ODD>.))
    """,
    re.VERBOSE | re.DOTALL,
)
"""White space and comments, then a token, or the end, or a character that starts none: it always matches."""
_ODD = re.compile(
    r'"[^"\n]*|==|=>|<=>|<>|&&|\|\||\d+[\w.\-]*|[“”„‟″«»][^\n“”„‟″«»"]*[“”„‟″«»"]?|[‘’\'`][^\n‘’\'`]*[‘’\'`]?|.',
    re.DOTALL,
)


class Token(msgspec.Struct, gc=False):
    """A token: its terminal (`NAME` for all words; the parser makes keywords of some), its text, its place."""

    type: str
    text: str
    start: int
    end: int


_KINDS = ("", *sorted(_TOKEN.groupindex, key=_TOKEN.groupindex.__getitem__))


def lex(text: str, start: int, end: int) -> Iterator[Token]:
    """All tokens of a stretch.  Raises Flaw at a character that starts none."""
    left = MAX_TOKENS
    for found in _TOKEN.finditer(text, start, end):
        group = found.lastindex or 0
        kind = _KINDS[group]
        if kind == "END":
            return
        begin, stop = found.span(group)
        if kind == "ODD":
            raise _odd(text, begin, end)
        value = found[group]
        left -= 1
        if left < 0:
            raise Flaw("RW0605", f"an item of more than {MAX_TOKENS} words and signs", (begin, stop), hint="split it")
        if kind == "SIGN":
            kind = SIGNS.get(value, "MORE")
        elif kind == "STRING" and stop - begin > MAX_STRING:
            raise Flaw("RW0605", f"a string of {stop - begin} characters, more than {MAX_STRING}", (begin, stop))
        yield Token(kind, value, begin, stop)


def unescape(string: str) -> str:
    r"""The value of a string token: without its quotes, `\"` and `\\` resolved; other backslashes stay (regular expressions)."""
    inner = string[1:-1]
    return _ESCAPE.sub(r"\1", inner) if "\\" in inner else inner


_ESCAPE = re.compile(r'\\(["\\])')

_HINTS = {
    "==": ("`==` is not an operator", "write `=`"),
    "=>": ("`=>` is not an operator", "write `implies`"),
    "<=>": ("`<=>` is not an operator", "write two `implies`"),
    "<>": ("`<>` is not an operator", "write `!=`"),
    "&&": ("`&&` is not an operator", "write `and`"),
    "||": ("`||` is not an operator", "write `or`"),
    "!": ("`!` is not an operator", "write `not`"),
    "|": ("`|` is not an operator", "write `or`"),
    "&": ("`&` is not an operator", "write `and`"),
    "*": ("`*` is not an operator", 'there is no arithmetic; a pattern stands in quotes, as in `matches "lib*"`'),
    "/": ("`/` is not an operator", "a comment starts with `#`, a date is written 2026-12-31"),
    "%": ("`%` is not an operator", "there is no arithmetic"),
}


def _odd(text: str, position: int, end: int) -> Flaw:
    """The flaw for a character that starts no token."""
    found = _ODD.match(text, position, end)
    assert found is not None
    odd = found[0]
    at = found.span()
    if odd[0] == '"':
        return Flaw(
            "RW0104",
            "this string has no closing quote",
            at,
            hint='end it with `"` on the same line; long texts are several strings one after another',
        )
    if odd[0] in "“”„‟″«»‘’'`":
        return Flaw(
            "RW0103", "typographic or single quotes do not start a string", at, hint='use the straight double quote `"`'
        )
    if odd[0].isdigit():
        return Flaw(
            "RW0103",
            f"`{odd}` is not a number, a date or a duration",
            at,
            hint="dates are written 2026-12-31, durations 30d, 2w, 6m or 5y; an id that starts with a digit stands in quotes",
        )
    message, hint = _HINTS.get(odd, (f"`{odd}` means nothing here", None))
    return Flaw("RW0103", message, at, hint=hint)
