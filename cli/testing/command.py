"""`rulewright test`: run the tests that rule files hold, against the real evaluator; say what they cover and would not notice.

Guarantees: a test's facts are taken as accepted evidence (its requirement's `evidence` line is left out, since a test
states no detector); a file with rules and without tests is no pass, in company neither; files are shown in the order named,
however many processes run them; what the run reads is not written over; an option that would mean nothing is refused.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from rulewright.cli import exits, library
from rulewright.cli.check import deliver
from rulewright.cli.documents import name_of
from rulewright.cli.options import BY_NAME, Request
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.progress import Progress
from rulewright.cli.streams import paint_for, paint_for_file, say
from rulewright.cli.testing import model
from rulewright.cli.testing.chosen import unknown_only
from rulewright.cli.testing.job import Job, Wanted, broken, mutation_of
from rulewright.cli.testing.job import run as run_job
from rulewright.cli.walking import walk
from rulewright.diagnostics import Diagnostic

_WITH_SNAPSHOTS = frozenset(("snapshots", "update", "quiet", "no_cache", "debug"))
MANY = 6
"""From so many files on, or when the tests are measured, several processes are worth their start."""


def run(request: Request) -> int:
    """Run the tests of the files, folders or ids named, or of everything shipped; return the exit code."""
    wrong = _wrong(request)
    if wrong is not None:
        return refuse([wrong])
    if request.one("snapshots") is not None:
        from rulewright.cli.testing.snapshots import run as run_snapshots

        return run_snapshots(request)
    if "watch" in request.flags:
        from rulewright.cli.testing.watching import watch

        return watch(request, once)
    return once(request)[0]


def once(request: Request) -> tuple[int, tuple[str, ...]]:
    """Run them once; return the exit code, and the files that the outcome depends on."""
    words = _words(request)
    if isinstance(words, Diagnostic):
        return refuse([words]), tuple(request.arguments)
    if _is_read(request, words):
        return refuse([_overwriting(request)]), tuple(words)
    wanted = Wanted(
        coverage="coverage" in request.flags,
        mutation="mutation" in request.flags,
        propose="propose" in request.flags,
        only=request.many("only"),
    )
    jobs = _all(words, wanted, request.numbers.get("jobs"), quiet="quiet" in request.flags)
    files = tuple(
        sorted({path for job in jobs for path in job.files} | {word for word in words if os.path.isfile(word)})
    )
    if _is_read(request, files):
        return refuse([_overwriting(request)]), files
    missing = unknown_only(wanted.only, [job for job in jobs if job.file is not None])
    if missing and all(job.file is not None for job in jobs):
        return refuse(missing), files
    code = _show(request, jobs)
    missed = list(_missed(request, jobs))
    show(missed)
    return (exits.BLOCKED if missed and code in {exits.OK, exits.NOTHING} else code), files


def _wrong(request: Request) -> Diagnostic | None:
    """Options that do not go together."""
    flags, numbers = request.flags, request.numbers
    if "fail_under" in numbers and not flags & {"coverage", "mutation"}:
        return problem("RW0902", "`--fail-under` has nothing to measure", "add `--coverage`, `--mutation`, or both")
    if not 0 <= numbers.get("fail_under", 0) <= 100:
        return problem("RW0902", "`--fail-under` is a share in percent", "give a number from 0 to 100")
    if numbers.get("jobs", 1) < 1:
        return problem("RW0902", "`--jobs` counts processes", "give 1 or more")
    if "update" in flags and request.one("snapshots") is None:
        return problem("RW0902", "`--update` keeps reports of products", "name their folder with `--snapshots FOLDER`")
    if request.one("snapshots") is not None:
        return _wrong_snapshots(request)
    if "propose" in flags and request.one("format") not in {None, "terminal", "json", "json-v1"}:
        return problem("RW0902", "proposals are rule text, or JSON", "leave `--format` out, or say `--format json`")
    return None


def _wrong_snapshots(request: Request) -> Diagnostic | None:
    """Snapshots run no test: an option about tests beside them would be ignored."""
    if not request.arguments:
        return problem("RW0902", "`--snapshots` checks products against rules", "name the rules: files or ids")
    given = {*request.flags, *request.numbers, *request.texts}
    for option in BY_NAME["test"].options:
        if option.name in given - _WITH_SNAPSHOTS:
            message = f"`{option.flags[0]}` is about tests, and `--snapshots` runs none"
            return problem("RW0902", message, "run `rulewright test` twice: once with each")
    return None


def _overwriting(request: Request) -> Diagnostic:
    """That the output is an input."""
    message = f"`{name_of(request.one('output') or '')}` is an input of this run and is not overwritten"
    return problem("RW0006", message, "name another file with `--output`")


def _is_read(request: Request, files: Iterable[str]) -> bool:
    """Whether the output is one of the files that are read; a device or a pipe is nobody's loss."""
    output = request.one("output")
    return output is not None and os.path.isfile(output) and any(_same(output, path) for path in files)


def _same(one: str, other: str) -> bool:
    """Whether two names are one file."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _words(request: Request) -> list[str] | Diagnostic:
    """What to run: folders stand for the rule files in them."""
    if not request.arguments:
        found = [f"{m.id}@{m.edition}" if m.edition else m.id for m in library.shipped() if m.kind != "vocabulary"]
        return list(dict.fromkeys(found))
    words: dict[str, None] = {}
    for word in request.arguments:
        if os.path.isdir(word):
            inside = walk(word)
            if inside.problems:
                return inside.problems[0]
            words |= dict.fromkeys(inside.files)
        else:
            words[word] = None
    return list(words)


def _all(words: Sequence[str], wanted: Wanted, jobs: int | None, *, quiet: bool) -> list[Job]:
    """Run every file, in several processes where that is worth it."""
    measured = wanted.coverage or wanted.mutation or wanted.propose
    usual = os.cpu_count() or 1 if len(words) >= (2 if measured else MANY) else 1
    count = min(jobs or usual, len(words))
    if count <= 1:
        return _counted(words, map(run_job, words, [wanted] * len(words)), quiet=quiet)
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(count) as pool:
        return _counted(words, pool.map(run_job, words, [wanted] * len(words)), quiet=quiet)


def _counted(words: Sequence[str], jobs: Iterator[Job], *, quiet: bool) -> list[Job]:
    """The outcomes, as they come; on a terminal people see how far it is."""
    with Progress(len(words), quiet=quiet) as progress:
        found = []
        for word in words:
            progress.step(word)
            found.append(next(jobs))
        return found


def _show(request: Request, jobs: Sequence[Job]) -> int:
    """Say what failed on stderr, and write the report; return the exit code."""
    quiet = "quiet" in request.flags
    bad = False
    for job in jobs:
        if job.file is None:
            bad = True
            refuse(job.problems, job.texts)
        else:
            show(job.failures, job.texts)
    report = _report(jobs, frozenset(request.arguments))
    machine = request.one("format") not in {None, "terminal"}
    code = _deliver(request, report, quiet=quiet) if report.files or machine else exits.OK
    if bad or code != exits.OK:
        return exits.BAD_INPUT
    if report.passed < report.tests:
        return exits.BLOCKED
    untested = any(file.untested for file in report.files)
    return exits.NOTHING if untested or not report.tests else exits.OK


def _report(jobs: Sequence[Job], named: frozenset[str]) -> model.Report:
    """Everything that was found; a change of a shared text is noticed where any file notices it."""
    files = tuple(_marked(job, job.file, named) for job in jobs if job.file is not None)
    homes, shared = _shared(jobs, files)
    return model.Report(
        tests=sum(file.tests for file in files),
        passed=sum(file.passed for file in files),
        files=files,
        shared=tuple(model.Shared(name=home, mutation=mutation_of(*shared[home])) for home in homes),
        broken=tuple(broken(job) for job in jobs if job.file is None),
    )


def _marked(job: Job, file: model.File, named: frozenset[str]) -> model.File:
    """A file, and whether it lacks tests: of one that is found in a folder only what stands in it has to be tested."""
    lacks = job.holds == "requirements" or (job.holds == "rules" and job.word in named)
    return replace(file, untested=not file.tests and lacks)


def _shared(
    jobs: Sequence[Job], files: Sequence[model.File]
) -> tuple[list[str], dict[str, tuple[int, list[model.Survivor]]]]:
    """The texts that files of the run only use, and what is noticed of the changes of each."""
    here = {case.place.file for file in files for case in file.cases}
    changes: dict[str, model.Survivor | None] = {}
    for job in jobs:
        for key, survivor in job.elsewhere.items():
            if survivor is None or key not in changes:
                changes[key] = survivor
    found: dict[str, tuple[int, list[model.Survivor]]] = {}
    for key, survivor in changes.items():
        home = key.partition(" ")[0] if survivor is None else survivor.place.file
        killed, alive = found.get(home, (0, []))
        found[home] = (killed + 1, alive) if survivor is None else (killed, [*alive, survivor])
    return sorted(found.keys() - here), found


def _deliver(request: Request, report: model.Report, *, quiet: bool) -> int:
    """Render and write."""
    path, form = request.one("output"), request.one("format") or "terminal"
    if form in {"json", "json-v1"}:
        return deliver(model.encode(report), path, utf8=True)
    if form == "junit":
        from rulewright.cli.testing.junit import junit

        return deliver(junit(report), path, utf8=True)
    from rulewright.cli.testing.text import terminal, told

    if "propose" in request.flags:
        from rulewright.cli.testing.proposals import blocks

        text = "\n".join(filter(None, (blocks(file.name, file.proposals or ()) for file in report.files)))
        if not quiet:
            say(terminal(report, paint_for(sys.stderr), quiet=True).rstrip("\n"))
            for line in told(report.files):
                say(line)
        return deliver(text, path, utf8=False)
    paint = paint_for_file() if path else paint_for(sys.stdout)
    return deliver(terminal(report, paint, quiet=quiet), path, utf8=False)


def _missed(request: Request, jobs: Sequence[Job]) -> list[Diagnostic]:
    """The files that do not reach `--fail-under`; where there is nothing to measure, nothing is missed."""
    least = request.numbers.get("fail_under")
    found: list[Diagnostic] = []
    for file in (job.file for job in jobs if job.file is not None and least is not None):
        measured = (("outcomes seen", file.coverage), ("changes noticed", file.mutation))
        for word, one in measured:
            if one is not None and one.percent is not None and least is not None and one.percent < least:
                hint = "`--propose` writes tests that would raise it"
                found.append(problem("RW0903", f"`{file.name}`: {word} {one.percent} %, less than {least} %", hint))
    return found
