"""`# lint: ignore RULE because …`: a finding that an author has looked at and lets stand, with the reason.

Guarantees: a comment counts for the piece that it stands at (`pieces` says which), from its start to its end, whatever the
layout; one without a reason, with an unknown rule, or that meets no finding is a finding itself.  Of a rule whose answer may
change although the file does not, nobody says that it finds nothing.  Comments inside texts do not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from rulewright.diagnostics import Diagnostic, Edit, Fix, Severity
from rulewright.dsl.form.comments import comments_in
from rulewright.dsl.lint.model import whole_lines
from rulewright.dsl.lint.pieces import Home, Pieces
from rulewright.dsl.names import did_you_mean
from rulewright.dsl.source import At, SourceText

UNUSED_IGNORE, BAD_IGNORE = "RW0739", "RW0740"
_MARK = re.compile(r"#\s*lint:\s*ignore\b(?P<rules>[^\n]*?)(?:\bbecause\b(?P<why>[^\n]*))?$")


class Ignore(NamedTuple):
    """A comment: where it stands, which rules it names, at which piece, and whether it gives a reason."""

    at: At
    rules: tuple[str, ...]
    home: Home
    reasoned: bool


class Placed(NamedTuple):
    """A finding, and the offset of the rule text that it is about; none where it is about no place of this file."""

    finding: Diagnostic
    offset: int | None


def marked(text: str) -> bool:
    """Whether a text may hold such a comment: those that hold none are spared the search for pieces."""
    return "lint:" in text


def ignores(source: SourceText, pieces: Pieces) -> Iterator[Ignore]:
    """All such comments of a file, in its order."""
    for at in comments_in(source.text):
        found = _MARK.fullmatch(source.text[at[0] : at[1]].rstrip())
        if found is not None:
            words = found["rules"].strip()
            names = tuple(re.split(r"[\s,]+", words)) if words else ()
            yield Ignore(at, names, pieces.home(at[0]), bool((found["why"] or "").strip()))


def settled(
    source: SourceText,
    pieces: Pieces,
    found: Iterable[Placed],
    known: dict[str, str],
    active: Callable[[str], bool],
) -> Iterator[Diagnostic]:
    """The findings without those that a comment lets stand, and what is wrong with the comments.

    `known` gives the code of a rule by its code and by its name; `active` says which codes are looked for, with the same
    answer every day: a comment about another one is left alone.
    """
    comments = [(ignore, [known.get(name) for name in ignore.rules]) for ignore in ignores(source, pieces)]
    met: set[tuple[int, str]] = set()
    for finding, offset in found:
        by = [
            ignore.at[0]
            for ignore, codes in comments
            if offset is not None and ignore.reasoned and finding.code in codes and pieces.covers(ignore.home, offset)
        ]
        met |= {(start, finding.code) for start in by}
        if not by:
            yield finding
    for ignore, codes in comments:
        fine = {code for code in codes if code and ((ignore.at[0], code) in met or not active(code))}
        yield from _judged(source, ignore, codes, known, fine)


def _judged(
    source: SourceText, ignore: Ignore, codes: list[str | None], known: dict[str, str], fine: set[str]
) -> Iterator[Diagnostic]:
    """What is wrong with one comment."""
    span, notes = source.span(ignore.at), source.notes(ignore.at)
    if not ignore.rules:
        yield Diagnostic(BAD_IGNORE, Severity.WARNING, "this comment names no rule", span, (), notes, _FORM)
    elif not ignore.reasoned:
        yield Diagnostic(BAD_IGNORE, Severity.WARNING, "this comment gives no reason", span, (), notes, _FORM)
    for name, code in zip(ignore.rules, codes, strict=True):
        if code is None:
            hint = (
                did_you_mean(name, known) or "a rule is named by its code, like RW0701, or its name, like unused-define"
            )
            yield Diagnostic(BAD_IGNORE, Severity.WARNING, f"no rule is called `{name}`", span, (), notes, hint)
        elif ignore.reasoned and code not in fine:
            message = f"there is nothing to ignore: `{name}` finds nothing here"
            fix = _without(source, ignore) if len(ignore.rules) == 1 and source.editable else None
            yield Diagnostic(UNUSED_IGNORE, Severity.WARNING, message, span, (), notes, "delete the comment", fix=fix)


def _without(source: SourceText, ignore: Ignore) -> Fix:
    """A fix that deletes the comment, with its line or the spaces before it."""
    at = whole_lines(source.text, ignore.at)
    if at == ignore.at:
        line = source.text.rfind("\n", 0, at[0]) + 1
        at = line + len(source.text[line : at[0]].rstrip(" \t")), at[1]
    return Fix("delete the comment", (Edit(source.span(at), ""),), safe=True)


_FORM = "write `# lint: ignore RULE because …`"
