"""What people say in facts files, held against the run: its day, and the questions that its rules ask.

Guarantees: a statement dated after the run's day is refused, and so is an answer to a question that its requirement
does not ask; an answer to another edition than the run's is a warning, since it does not count.  An answer to other words
than those that the rules ask under its number is taken out of what was read, with a warning; one that does not say what
was asked counts, with a warning.  Answers to standards that take no part in the run are left alone: one facts file serves
many runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rulewright.cli.documents import Taken, finding
from rulewright.cli.problems import show
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.dsl import ir
from rulewright.engine.result import Finding
from rulewright.facts.base import ANSWER, Fact

if TYPE_CHECKING:
    from rulewright.facts.declared import Declared
    from rulewright.facts.stack import ProductFacts


def dated(taken: Taken, as_of: int) -> None:
    """Add to the problems of what was read: statements made after the run's day."""
    found = [late for name, fact in _stated(taken) if (late := _late(name, fact, as_of)) is not None]
    taken.problems += [_located(taken, diagnostic) for diagnostic in found]


def asked(taken: Taken, programs: Sequence[ir.Program]) -> list[Diagnostic]:
    """Hold the answers against what the programs ask; to be called before the products are made of what was read.

    Answers to what is not asked are added to its problems, and those to other words are taken out of it.  Returns the
    warnings, which stop no run.
    """
    questions = {name: text for program in programs for name, text in program.questions.items()}
    found = [flaw for name, fact in _stated(taken) if (flaw := _flaw(name, fact, questions, programs)) is not None]
    taken.problems += [_located(taken, diagnostic) for diagnostic in found if diagnostic.is_error]
    holders: list[ProductFacts | Declared] = [*(part.facts for part in taken.parts), *taken.shared]
    for holder in holders:
        if any(name in questions for name in holder.attributes):
            holder.attributes = dict(_counting(holder.attributes.items(), questions))
    return [diagnostic for diagnostic in found if not diagnostic.is_error]


def findings(warnings: Iterable[Diagnostic]) -> tuple[Finding, ...]:
    """Warnings as a result lists them."""
    return tuple(map(finding, warnings))


def told(taken: Taken, warnings: Iterable[Diagnostic], *, quiet: bool) -> None:
    """Write warnings to stderr, with their places: for commands whose output has no findings."""
    show([_located(taken, diagnostic) for diagnostic in warnings], taken.texts, quiet=quiet)


def _counting(facts: Iterable[tuple[str, Fact]], questions: Mapping[str, str]) -> Iterator[tuple[str, Fact]]:
    """The facts without the answers to other words; of several answers to one question those to its own."""
    from rulewright.facts.declared_answers import joined

    for name, fact in facts:
        if name not in questions:
            yield name, fact
            continue
        heard = list(_heard(fact))
        kept = [one for one in heard if not _other_words(one, questions[name])]
        if len(kept) == len(heard):
            yield name, fact
        elif kept:
            yield from joined({name: kept}).items()


def _other_words(fact: Fact, question: str) -> bool:
    """Whether an answer says that something else was asked."""
    return bool(fact.asked) and fact.asked.split() != question.split()


def _heard(fact: Fact) -> tuple[Fact, ...]:
    return fact.witnesses or (fact,)


def _stated(taken: Taken) -> Iterator[tuple[str, Fact]]:
    """What is somebody's word, or an answer, with its name."""
    attributes = [part.facts.attributes for part in taken.parts if part.document is None]
    for facts in (*attributes, *(shared.attributes for shared in taken.shared)):
        for name, fact in facts.items():
            for one in _heard(fact):
                if one.by or name.startswith(ANSWER):
                    yield name, one


def _flaw(name: str, fact: Fact, questions: Mapping[str, str], programs: Sequence[ir.Program]) -> Diagnostic | None:
    """What is wrong with an answer: an error before a warning."""
    if name in questions:
        return _about(name, fact, questions[name])
    flaws = [flaw for program in programs if (flaw := _unasked(name, fact, program)) is not None]
    return min(flaws, key=lambda flaw: not flaw.is_error, default=None)


def _about(name: str, fact: Fact, question: str) -> Diagnostic | None:
    """Whether an answer is to the words that are asked."""
    requirement, _, number = name.removeprefix(ANSWER).partition("#")
    where = f"question {number or 1} of `{requirement}`"
    words = " ".join(question.split())
    if not fact.asked:
        from rulewright.cli.questionnaire import quoted  # loads what plans: only where it is told

        message = f"this answer to {where} does not say what was asked"
        hint = f"look at it again, and add the question to it: asked: {quoted(words)}"
        return _wrong(fact, message, hint, Severity.WARNING)
    if _other_words(fact, question):
        message = f'this answer does not count: it is to "{" ".join(fact.asked.split())}", and {where} is "{words}"'
        return _wrong(fact, message, "answer the question that is asked", Severity.WARNING)
    return None


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
    if not name.startswith(ANSWER):
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
