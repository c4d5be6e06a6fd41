"""`# lint: ignore RULE because …`: a finding that an author has looked at and lets stand, with the reason.

Guarantees: a comment counts for the findings on its own line, or, where it stands alone, on the next line that is no comment;
one without a reason, with an unknown rule, or that meets no finding is a finding itself.  Comments inside texts do not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from rulewright.diagnostics import Diagnostic, Edit, Fix, Severity
from rulewright.dsl.lint.model import whole_lines
from rulewright.dsl.names import did_you_mean
from rulewright.dsl.source import At, SourceText

UNUSED_IGNORE, BAD_IGNORE = "RW0739", "RW0740"
_MARK = re.compile(r"#\s*lint:\s*ignore\b(?P<rules>[^\n]*?)(?:\bbecause\b(?P<why>[^\n]*))?$")
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"|#[^\n]*')


class Ignore(NamedTuple):
    """A comment: where it stands, which rules it names, for which line, and whether it gives a reason."""

    at: At
    rules: tuple[str, ...]
    line: int
    reasoned: bool


def ignores(source: SourceText) -> list[Ignore]:
    """All such comments of a file, in its order."""
    if "lint:" not in source.text:
        return []
    return list(_ignores(source))


def _ignores(source: SourceText) -> Iterator[Ignore]:
    lines = source.text.split("\n")
    for token in _TOKEN.finditer(source.text):
        found = _MARK.fullmatch(token[0]) if token[0][0] == "#" else None
        if found is None:
            continue
        line = source.position(token.start())[0]
        names = tuple(re.split(r"[\s,]+", found["rules"].strip())) if found["rules"].strip() else ()
        if lines[line - 1].lstrip().startswith("#"):
            line += 1
            while line < len(lines) and (not lines[line - 1].strip() or lines[line - 1].lstrip().startswith("#")):
                line += 1
        yield Ignore(token.span(), names, line, bool((found["why"] or "").strip()))


def settled(
    source: SourceText, found: Iterable[Diagnostic], known: dict[str, str], active: Callable[[str], bool]
) -> Iterator[Diagnostic]:
    """The findings without those that a comment lets stand, and what is wrong with the comments.

    `known` gives the code of a rule by its code and by its name; `active` says which codes are looked for at all: a
    comment about another one is left alone.
    """
    comments = [(ignore, [known.get(name) for name in ignore.rules]) for ignore in ignores(source)]
    met: set[tuple[int, str]] = set()
    for finding in found:
        line = finding.span.line if finding.span is not None and finding.span.file == source.name else 0
        by = [i for i, codes in comments if i.reasoned and i.line == line and finding.code in codes]
        met |= {(i.at[0], finding.code) for i in by}
        if not by:
            yield finding
    for ignore, codes in comments:
        fine = {code for code in codes if code and ((ignore.at[0], code) in met or not active(code))}
        yield from _judged(source, ignore, codes, known, fine)


def _judged(
    source: SourceText, ignore: Ignore, codes: list[str | None], known: dict[str, str], fine: set[str]
) -> Iterator[Diagnostic]:
    """What is wrong with one comment."""
    span = source.span(ignore.at)
    if not ignore.rules:
        yield Diagnostic(BAD_IGNORE, Severity.WARNING, "this comment names no rule", span, hint=_FORM)
    elif not ignore.reasoned:
        yield Diagnostic(BAD_IGNORE, Severity.WARNING, "this comment gives no reason", span, hint=_FORM)
    for name, code in zip(ignore.rules, codes, strict=True):
        if code is None:
            hint = (
                did_you_mean(name, known) or "a rule is named by its code, like RW0701, or its name, like unused-define"
            )
            yield Diagnostic(BAD_IGNORE, Severity.WARNING, f"no rule is called `{name}`", span, hint=hint)
        elif ignore.reasoned and code not in fine:
            message = f"there is nothing to ignore: `{name}` finds nothing here"
            fix = _without(source, ignore) if len(ignore.rules) == 1 else None
            yield Diagnostic(UNUSED_IGNORE, Severity.WARNING, message, span, hint="delete the comment", fix=fix)


def _without(source: SourceText, ignore: Ignore) -> Fix:
    """A fix that deletes the comment, with its line or the spaces before it."""
    at = whole_lines(source.text, ignore.at)
    if at == ignore.at:
        line = source.text.rfind("\n", 0, at[0]) + 1
        at = line + len(source.text[line : at[0]].rstrip(" \t")), at[1]
    return Fix("delete the comment", (Edit(source.span(at), ""),), safe=True)


_FORM = "write `# lint: ignore RULE because …`"
