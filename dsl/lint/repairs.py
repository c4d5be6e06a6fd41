"""Fixes for what the compiler says: from the diagnostic and the text alone.

Guarantees: a fix replaces nothing but the stretch that the diagnostic is about, or inserts beside it; a guess (did you mean)
is never safe.  A diagnostic that has a fix keeps it; most have none.
It reads the hints of the compiler, whose words the golden files of its tests hold.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from rulewright.diagnostics import Diagnostic, Edit, Fix, Span
from rulewright.dsl.cut_words import SCAN
from rulewright.dsl.form.recognised import is_form
from rulewright.dsl.lint.model import whole_lines
from rulewright.dsl.source import SourceText

_HEAD = 1_000
_GUESS = re.compile(r"did you mean `([^`]+)`\?")
_WRITE = re.compile(r"write `(=|!=|and|or|not|implies)`")
_PIN = re.compile(r'pin it: `(sha256 "[0-9a-f]{64}")`')
_TYPOGRAPHIC = re.compile("[“”„‟″«»‘’'`]([^\"\\\\\n]*)[“”„‟″«»‘’'`]")
_LINES = "lines of a block are separated by `;`"
_NAMED = re.compile(r"[A-Za-z_][\w.\-]*")
_USE = re.compile(r'(\s+edition\s+"[^"\n]*")')


def repaired(found: Diagnostic, source: SourceText) -> Diagnostic:
    """The diagnostic with a fix, where its hint says how."""
    if found.fix is not None or found.span is None or found.span.file != source.name:
        return found
    if is_form(source.text[:_HEAD].encode()):
        return found  # a place in JSON takes no rule text
    fix = _fix(found, found.span, source)
    return found if fix is None else replace(found, fix=fix)


def _fix(found: Diagnostic, span: Span, source: SourceText) -> Fix | None:
    hint = found.hint or ""
    stretch = source.text[span.start : span.end]
    if found.code == "RW0408":
        at = whole_lines(source.text, (span.start, span.end))
        return Fix("delete this `use`", (Edit(source.span(at), ""),), safe=False)
    if (pin := _PIN.match(hint)) is not None:
        return _pinned(pin[1], span, source)
    if found.code == "RW0106" and hint == _LINES:
        return _separated(span, source)
    if found.code == "RW0103":
        return _sign(hint, stretch, span)
    guess = _GUESS.fullmatch(hint)
    return None if guess is None else _guessed(guess[1], stretch, span)


def _pinned(words: str, span: Span, source: SourceText) -> Fix | None:
    """The digest behind the edition of a `use`.  Not safe: it says that somebody has looked at these bytes."""
    edition = _USE.search(source.text, span.start, span.end)
    if edition is None:
        return None
    at = source.span((edition.end(), edition.end()))
    return Fix("pin the digest of the file at hand", (Edit(at, f" {words}"),), safe=False)


def _separated(span: Span, source: SourceText) -> Fix | None:
    """A semicolon behind the last word or sign before the place."""
    ends = [token.end() for token in SCAN.finditer(source.text, 0, span.start) if token[0][0] != "#"]
    if not ends:
        return None
    return Fix("put `;` between the lines", (Edit(source.span((ends[-1], ends[-1])), ";"),), safe=False)


def _sign(hint: str, stretch: str, span: Span) -> Fix | None:
    """The sign or word of the language for that of another one; straight quotes for others."""
    word = _WRITE.fullmatch(hint)
    if word is not None:
        text = f"{word[1]} " if stretch == "!" else word[1]
        return Fix(f"write `{word[1]}`", (Edit(span, text),), safe=False)
    quoted = _TYPOGRAPHIC.fullmatch(stretch)
    return None if quoted is None else Fix("write straight quotes", (Edit(span, f'"{quoted[1]}"'),), safe=False)


def _guessed(guess: str, stretch: str, span: Span) -> Fix | None:
    """The name that was probably meant, in quotes where the name was, or has to be."""
    if stretch.startswith('"') and stretch.endswith('"') and len(stretch) > 1:
        text = guess if guess.endswith('"') else f'"{guess}"'
    elif _NAMED.fullmatch(stretch) or _plain(stretch):
        text = guess if _NAMED.fullmatch(guess) or ":" in guess else f'"{guess}"'
    else:
        return None  # more than a name: where the guess belongs is not known
    return Fix(f"write `{guess}`", (Edit(span, text),), safe=False)


def _plain(stretch: str) -> bool:
    """Whether a stretch is one word."""
    return bool(stretch) and not any(c.isspace() or c in '(){}[]",;:' for c in stretch)
