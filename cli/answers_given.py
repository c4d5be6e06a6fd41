"""What people say in facts files, held against the run: its day, and the questions that its rules ask.

Guarantees: a statement dated after the run's day is refused, and so is an answer to a question that its requirement
does not ask; an answer to another edition than the run's is a warning, since it does not count.  Answers to standards
that take no part in the run are left alone: one facts file serves many runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.cli.documents import Taken, finding
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.dsl import ir
from rulewright.engine.result import Finding
from rulewright.facts.base import ANSWER, Fact


def dated(taken: Taken, as_of: int) -> None:
    """Add to the problems of what was read: statements made after the run's day."""
    found = [late for name, fact in _stated(taken) if (late := _late(name, fact, as_of)) is not None]
    taken.problems += [_located(taken, diagnostic) for diagnostic in found]


def asked(taken: Taken, program: ir.Program) -> tuple[Finding, ...]:
    """Add to the problems of what was read: answers to what is not asked.  Return the findings that stop no run."""
    found = [flaw for name, fact in _stated(taken) if (flaw := _unasked(name, fact, program)) is not None]
    told = [_located(taken, diagnostic) for diagnostic in found if diagnostic.is_error]
    taken.problems += told
    return tuple(finding(diagnostic) for diagnostic in found if not diagnostic.is_error)


def _stated(taken: Taken) -> Iterator[tuple[str, Fact]]:
    """What is somebody's word, or an answer, with its name."""
    attributes = [part.facts.attributes for part in taken.parts if part.document is None]
    for facts in (*attributes, *(shared.attributes for shared in taken.shared)):
        for name, fact in facts.items():
            for told in fact.witnesses or (fact,):
                if told.by or name.startswith(ANSWER):
                    yield name, told


def _late(name: str, fact: Fact, as_of: int) -> Diagnostic | None:
    """A statement that was made after the run's day."""
    if fact.observed is None or fact.observed <= as_of:
        return None
    from rulewright.facts.identity.dates import format_date

    said, today = format_date(fact.observed), format_date(as_of)
    message = f"`{name}` is stated on {said}, after the day of this run, {today}"
    return _wrong(fact, message, "correct the day, or judge on a later one with `--as-of`")


def _unasked(name: str, fact: Fact, program: ir.Program) -> Diagnostic | None:
    """An answer to something that nobody asks."""
    if not name.startswith(ANSWER) or name in program.questions:
        return None
    requirement = name.removeprefix(ANSWER).partition("#")[0]
    module, _, edition = requirement.partition(":")[0].partition("@")
    key = f"{module}:{requirement.partition(':')[2]}"
    editions = [m.edition for m in program.modules if m.id == module]
    if not editions or key in {e.id for e in program.excluded}:
        return None
    if edition not in editions:
        message = f"this answer is to edition `{edition}` of `{module}`, and the run judges by `{editions[0]}`"
        hint = f"look at the question again and answer it for `{editions[0]}`"
        return _wrong(fact, message, hint, Severity.WARNING)
    questions = [n for n in program.questions if n.partition("#")[0] == f"{ANSWER}{requirement}"]
    if questions:
        said = f"asks {len(questions)} question{'s' if len(questions) > 1 else ''}"
        return _wrong(fact, f"`{requirement}` {said}, not one of this number")
    ids = [r.id for r in program.requirements]
    if key in ids:
        return _wrong(fact, f"`{requirement}` asks no question")
    from rulewright.facts.declared_values import similar

    return _wrong(fact, f"`{module}@{edition}` has no requirement `{key.partition(':')[2]}`", similar(key, ids))


def _wrong(fact: Fact, message: str, hint: str | None = None, severity: Severity = Severity.ERROR) -> Diagnostic:
    source = fact.source.name if fact.source else ""
    return Diagnostic("RW1306", severity, message, source=source, pointer=fact.pointer, hint=hint)


def _located(taken: Taken, diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic with line and column of its facts file."""
    from rulewright.cli import facts_file

    data = taken.texts.get(diagnostic.source or "")
    text = facts_file.read(diagnostic.source or "", data) if data is not None else None
    return text.located(diagnostic) if isinstance(text, facts_file.FactsText) else diagnostic
