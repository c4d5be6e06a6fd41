"""The tests of one file: compiled, run, measured.

Guarantees: the outcome is plain data, the same in this process and in another; a file that does not compile yields its
diagnostics and nothing else.  What it does not do: show anything, or write.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from rulewright import dsl
from rulewright.cli import library
from rulewright.cli.compiling import Compiled, compile_with_tests
from rulewright.cli.gathering import Rules, gather
from rulewright.cli.testing import model
from rulewright.cli.testing.case import trials
from rulewright.cli.testing.chosen import chosen
from rulewright.cli.testing.names import Names
from rulewright.cli.text import plural
from rulewright.diagnostics import Diagnostic, Severity, Span
from rulewright.dsl import ir
from rulewright.engine.trial import coverage, propose, written
from rulewright.engine.trial.mutant import Mutant
from rulewright.engine.trial.proof import Prover
from rulewright.engine.trial.run import DAY, Outcome, Trials
from rulewright.engine.trial.score import Scored, percent, score
from rulewright.facts.vocabulary import Vocabulary


class Wanted(msgspec.Struct, frozen=True):
    """What is asked of a file."""

    coverage: bool = False
    mutation: bool = False
    propose: bool = False
    only: tuple[str, ...] = ()


class Job(msgspec.Struct, kw_only=True):
    """What became of a file.

    `problems` say why there is no outcome (`texts`: the rule texts that they are about), `failures` which tests fail.
    `elsewhere`: the changes of texts of other files, by name, `null` where a test notices; `known` the requirements that a
    word of `--only` names.
    """

    word: str
    file: model.File | None = None
    problems: tuple[Diagnostic, ...] = ()
    failures: tuple[Diagnostic, ...] = ()
    texts: dict[str, bytes] = {}
    elsewhere: dict[str, model.Survivor | None] = {}
    named: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """the files that the outcome depends on"""
    holds: Literal["", "rules", "requirements"] = ""
    """what there is to test: requirements that stand in it (and are wanted), or a policy or standard without any of its own"""


def run(word: str, wanted: Wanted) -> Job:
    """Run the tests of a file or module."""
    rules = gather([word])
    if rules.problems:
        return Job(word=word, problems=tuple(rules.problems), files=_files(rules, ()))
    compiled, tests = compile_with_tests(rules)
    files = _files(rules, tests)
    if compiled.program is None:
        return Job(word=word, problems=compiled.diagnostics, texts=rules.texts, files=files)
    return _Run(word, wanted, rules, compiled, tests).job(files)


class _Run:
    """One compiled file."""

    def __init__(
        self, word: str, wanted: Wanted, rules: Rules, compiled: Compiled, tests: tuple[dsl.TestCase, ...]
    ) -> None:
        assert compiled.program is not None
        self.word, self.wanted, self.rules, self.compiled = word, wanted, rules, compiled
        self.named, self.only = chosen(compiled.program, wanted.only)
        kept = tests if self.only is None else tuple(case for case in tests if case.requirement in self.only)
        self.trials: Trials = trials(compiled, kept, {m.name: os.path.dirname(m.path) for m in rules.shelf})

    def job(self, files: tuple[str, ...]) -> Job:
        """Run, and measure what is wanted."""
        outcomes = self.trials.run()
        failures = tuple(failure for one in outcomes if (failure := _failure(one)))
        program = self.trials.program
        job = Job(
            word=self.word,
            failures=failures,
            texts=self.rules.texts if failures else {},
            named=self.named,
            names=tuple(one.id for one in program.requirements),
            files=files,
        )
        ids = self._own()
        job.holds = "requirements" if ids else "rules" if self._rules() else ""
        covered = coverage.coverage(self.trials, ids) if self.wanted.coverage else None
        scored = None
        if self.wanted.mutation or self.wanted.propose:
            scored = score(self.trials, ids)
        mutation, alive = (None, {}) if scored is None else self._mutation(scored, job)
        proposals, unreached = self._proposals(alive, covered or ()) if self.wanted.propose else (None, ())
        job.file = model.File(
            name=self.word,
            tests=len(outcomes),
            passed=sum(not one.wrong for one in outcomes),
            cases=tuple(_cases(outcomes)),
            coverage=None if covered is None else _coverage(covered),
            mutation=mutation,
            proposals=proposals,
            unreached=unreached,
        )
        return job

    def _own(self) -> list[str]:
        """The requirements that stand in the file, or of it those that are wanted."""
        roots = set(self.rules.roots)
        return [
            one.id
            for one in self.trials.program.requirements
            if one.place.file in roots and (self.only is None or one.id in self.only)
        ]

    def _rules(self) -> bool:
        """Whether a policy or a standard stands in the file, of which all is wanted."""
        texts = ((name, self.rules.texts[name]) for name in self.rules.roots)
        kinds = {module.kind for name, data in texts for module in library.heads(data, name, name)}
        return self.only is None and kinds != {"vocabulary"}

    def _mutation(self, scored: Scored, job: Job) -> tuple[model.Mutation, dict[str, list[Mutant]]]:
        """The score of the file's own texts; what is changed in others goes to `elsewhere`."""
        roots = set(self.rules.roots)
        vocabulary = self.compiled.vocabulary()
        prover = Prover(vocabulary, DAY)
        alive: dict[str, list[Mutant]] = {}
        proven = 0
        for key, several in scored.alive.items():
            same = all(
                one.tried and prover.same(self.trials.requirements[one.requirement], one.changed) for one in several
            )
            if several[0].place.file not in roots:
                if not same:
                    job.elsewhere[key] = _survivor(_first_tried(several))
            elif same:
                proven += 1
            else:
                alive[key] = several
        job.elsewhere.update({key: None for key, one in scored.killed.items() if one.place.file not in roots})
        killed = sum(one.place.file in roots for one in scored.killed.values())
        equal = sum(one.place.file in roots for one in scored.equivalent.values()) + proven
        survivors = [_survivor(_first_tried(several)) for several in alive.values()]
        return _mutation(killed, survivors, equal, scored.untold), alive

    def _proposals(
        self, alive: Mapping[str, Sequence[Mutant]], covered: Sequence[coverage.Covered]
    ) -> tuple[tuple[model.Proposed, ...], tuple[str, ...]]:
        """Tests that would notice the survivors and see what was not seen."""
        vocabulary: Vocabulary = self.compiled.vocabulary()
        search = propose.Search(self.trials, vocabulary)
        found: list[model.Proposed] = []
        left: list[str] = []
        names = Names(self.trials.program)
        for requirement, goals in propose.goals_of(alive, covered).items():
            wanted = self.trials.requirements[requirement]
            why = names.unnameable(wanted) or propose.never(wanted)
            if why:
                left.append(
                    f"{requirement}: {why}, so none of {plural(len(goals), 'change or outcome', 'changes or outcomes')} can be reached"
                )
                continue
            made, open_goals = search.propose(requirement, goals)
            found += [_proposed(one, full=names.shared(wanted)) for one in made]
            left += [f"{requirement}: {goal.said}" for goal in open_goals]
        return tuple(found), tuple(left)


def _first_tried(several: Sequence[Mutant]) -> Mutant:
    """The mutant that stands for a text that several requirements share: one that was tried, if any was."""
    return next((one for one in several if one.tried), several[0])


def mutation_of(killed: int, survivors: Sequence[model.Survivor]) -> model.Mutation:
    """The score of texts that several files use."""
    return _mutation(killed, survivors, 0, 0)


def _mutation(killed: int, survivors: Sequence[model.Survivor], equivalent: int, untold: int) -> model.Mutation:
    ordered = sorted(survivors, key=lambda one: (one.place.file, one.place.line, one.place.column, one.name))
    counted = killed + len(ordered)
    return model.Mutation(
        killed=killed,
        counted=counted,
        percent=percent(killed, counted),
        equivalent=equivalent,
        untold=untold,
        untried=sum(not one.tried for one in ordered),
        survivors=tuple(ordered),
    )


def broken(job: Job) -> model.Broken:
    """A file that could not be run, with the errors that say why."""
    errors = sorted((one for one in job.problems if one.is_error), key=Diagnostic.sort_key)
    return model.Broken(name=job.word, problems=tuple(_flaw(one) for one in errors))


def _flaw(one: Diagnostic) -> model.Flaw:
    span = one.span
    place = None if span is None else model.Place(span.file, span.line, span.column)
    return model.Flaw(diagnostic=one.code, message=one.message, place=place)


def _failure(outcome: Outcome) -> Diagnostic | None:
    """Say where and how a test failed; `None` when it passed."""
    if not outcome.wrong:
        return None
    case = outcome.case
    place = case.place
    span = Span(place.file, 0, 0, place.line, place.column, place.line, place.column + 5)
    message = f"the test of `{case.requirement}` expects {case.expect}: {outcome.wrong}"
    return Diagnostic("RW0014", Severity.ERROR, message, span)


def _cases(outcomes: Sequence[Outcome]) -> list[model.Case]:
    """The tests, each with its number among those of its requirement."""
    counts: dict[str, int] = {}
    found = []
    for one in outcomes:
        case = one.case
        counts[case.requirement] = counts.get(case.requirement, 0) + 1
        found.append(
            model.Case(
                name=f"{case.requirement} #{counts[case.requirement]}",
                requirement=case.requirement,
                expect=case.expect,
                found=one.verdict,
                wrong=one.wrong,
                place=_place(case.place),
            )
        )
    return found


def _coverage(covered: Sequence[coverage.Covered]) -> model.Coverage:
    seen, possible = coverage.tally(covered)
    lines = tuple(
        model.Line(
            requirement=one.requirement,
            where=one.where,
            text="" if one.where == "scope" else one.text,
            place=_place(one.place),
            possible=one.possible,
            seen={outcome: _place(one.seen[outcome]) for outcome in coverage.OUTCOMES if outcome in one.seen},
        )
        for one in covered
    )
    return model.Coverage(seen=seen, possible=possible, percent=percent(seen, possible), lines=lines)


def _survivor(one: Mutant) -> model.Survivor:
    return model.Survivor(
        name=one.key,
        requirement=one.requirement,
        kind=one.kind,
        where=one.where,
        said=one.said,
        place=_place(one.place),
        tried=one.tried,
    )


def _proposed(one: propose.Proposal, *, full: bool) -> model.Proposed:
    return model.Proposed(
        requirement=one.requirement,
        block=written.head(one.requirement, one.as_of, full=full),
        text=one.text,
        verdict=one.verdict,
        near=None if one.near is None else _place(one.near),
        notices=one.notices,
        sees=one.sees,
    )


def _place(place: ir.Place) -> model.Place:
    return model.Place(place.file, place.line, place.column)


def _files(rules: Rules, tests: Sequence[dsl.TestCase]) -> tuple[str, ...]:
    """The files that an outcome depends on: rule texts and the documents that tests name."""
    homes = {module.name: module.path for module in rules.shelf}
    found = {homes.get(name, name) for name in (*rules.texts, *rules.roots)}
    found |= {
        os.path.normpath(os.path.join(os.path.dirname(homes.get(case.place.file, "")), case.fixture))
        for case in tests
        if case.fixture is not None
    }
    return tuple(sorted(path for path in found if os.path.isfile(path)))
