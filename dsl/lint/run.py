"""Apply rules to a file.

Guarantees: findings are in order of place; each carries the code and severity of its rule; what a comment lets stand is left
out.  Of a file that could not be read whole, rules that conclude from what is *not* there say nothing: the errors are told.
What the compiler refuses for its depth is not looked at.  A safe fix deletes no comment, but for one that ignores nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from rulewright.diagnostics import Diagnostic, Fix
from rulewright.dsl.form.comments import comments_in
from rulewright.dsl.library import read_source
from rulewright.dsl.lint.depth import bounded
from rulewright.dsl.lint.ignores import Placed, marked, settled
from rulewright.dsl.lint.model import NO_OPTIONS, PERSONAS, Options, Rule, Subject
from rulewright.dsl.lint.pieces import Pieces
from rulewright.dsl.lint.registry import ALL, RULES
from rulewright.dsl.names import VocabularyLike
from rulewright.dsl.read import ReadFile
from rulewright.dsl.sink import Enough, Sink
from rulewright.dsl.source import Source, SourceText

_FROM_ABSENCE = frozenset({"requirement", "test"})


def lint(
    subject: Subject, rules: Sequence[Rule] | None = None, *, whole: bool = True, more: Iterable[Diagnostic] = ()
) -> tuple[Diagnostic, ...]:
    """What some rules (those of an author, when none are given) find in a file.

    `whole` says whether all of the file could be read.  `more` are findings about this file that others made, such as the
    analyser; comments count for them, too.
    """
    more = tuple(more)
    source, pieces = subject.source, Pieces(subject.source, subject.file.file) if marked(subject.source.text) else None
    shallow = bounded(subject)
    whole = whole and shallow is subject
    asked = for_persona("author") if rules is None else rules
    applied = [r for r in asked if whole or not (r.unused or r.category in _FROM_ABSENCE)]
    found = [each for rule in applied for each in _found(shallow, rule)]
    codes = {rule.code for rule in applied}
    kept: Iterable[Diagnostic] = (*(placed.finding for placed in found), *more)
    if pieces is not None:
        known = {word: rule.code for rule in ALL for word in (rule.code, rule.name)}
        steady = {rule.code for rule in applied if whole and not rule.varies}
        found += [Placed(each, pieces.offset(each.span)) for each in more]
        kept = settled(source, pieces, found, known, steady.__contains__)
    # what is said of a comment is subject to the choice of rules, as everything is
    return tuple(sorted((d for d in kept if d.code in codes or d in more), key=Diagnostic.sort_key))


def lint_source(
    name: str,
    sources: Mapping[str, Source],
    vocabulary: VocabularyLike,
    rules: Sequence[Rule] | None = None,
    *,
    options: Options = NO_OPTIONS,
    together: Iterable[Source] = (),
    more: Iterable[Diagnostic] = (),
) -> tuple[Diagnostic, ...]:
    """What rules find in one of some sources; the others are those that take part in its compilation.

    `together` are the other files of the same run: a vocabulary is held against what they read.  A file that is no text, or
    has errors in its syntax, gives what can be said of the rest of it.
    """
    sink = Sink()
    file = None
    with suppress(Enough):  # so many errors that the compiler stops, too
        file = read_source(sources[name], sink, tests=True)
    if file is None:
        return tuple(more)
    others = _read(source for key, source in sources.items() if key != name)
    beside = _read(together) if any(m.head.kind == "vocabulary" for m in file.file.modules) else {}
    subject = Subject(file, vocabulary, others, options, tuple(beside.values()))
    return lint(subject, rules, whole=not sink.failed, more=more)


def _read(sources: Iterable[Source]) -> dict[str, ReadFile]:
    """Files that are not judged themselves; one full of errors is left out, as the compiler does."""
    found: dict[str, ReadFile] = {}
    for source in sources:
        with suppress(Enough):
            file = read_source(source, Sink(), tests=False)
            found |= {} if file is None else {source.name: file}
    return found


def _found(subject: Subject, rule: Rule) -> Iterator[Placed]:
    """What one rule finds."""
    source = subject.source
    for at, message, hint, labels, fix in rule.find(subject):
        done = _careful(source, fix) if source.editable else None
        said = Diagnostic(rule.code, rule.severity, message, source.span(at), labels, source.notes(at), hint, fix=done)
        yield Placed(said, at[0])


def _careful(source: SourceText, fix: Fix | None) -> Fix | None:
    """The fix, which is not safe where it would delete a comment: what stands there is for the author to judge."""
    if fix is None or not fix.safe or "#" not in source.text:
        return fix
    stretches = [(edit.span.start, edit.span.end) for edit in fix.edits]
    if not any("#" in source.text[start:end] for start, end in stretches):
        return fix
    lost = any(at[0] < end and start < at[1] for at in comments_in(source.text) for start, end in stretches)
    return Fix(f"{fix.title}, and the comment inside", fix.edits, safe=False) if lost else fix


def for_persona(persona: str) -> tuple[Rule, ...]:
    """The rules that speak to a persona."""
    return tuple(rule for rule in ALL if speaks_to(rule, persona))


def speaks_to(rule: Rule, persona: str) -> bool:
    """Whether a rule speaks to a persona."""
    return PERSONAS.index(rule.persona) <= PERSONAS.index(persona)


def chosen(
    persona: str, select: Sequence[str] = (), ignore: Sequence[str] = (), rules: Sequence[Rule] = ALL
) -> tuple[Rule, ...]:
    """The rules for a persona; of these the selected ones, without the ignored ones.

    A rule that is selected by its code or name speaks to everybody; a category, to whom its rules speak.
    """
    named = set(select)
    found = [
        r
        for r in rules
        if (r.code in named or r.name in named) or (speaks_to(r, persona) and (not named or r.category in named))
    ]
    return tuple(r for r in found if not {r.code, r.name, r.category} & {*ignore})


__all__ = ["RULES", "chosen", "for_persona", "lint", "lint_source", "speaks_to"]
