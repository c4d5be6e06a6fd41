"""The report of tests for a terminal: a line per file, then what is not covered and what no test notices.

Guarantees: everything can be understood without colour; every name from outside is made harmless.  Failures are not shown
here: they are diagnostics, on stderr.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rulewright.cli.paint import Ink, Paint
from rulewright.cli.testing import model
from rulewright.cli.text import clean, cut, plural
from rulewright.engine.trial.score import percent

SHOWN = 20
"""So many requirements and survivors of a file are shown; the JSON has all."""


def terminal(report: model.Report, paint: Paint, *, quiet: bool) -> str:
    """The whole report."""
    lines = [line for file in report.files for line in _file(file, paint, quiet=quiet)]
    for shared in report.shared:
        lines.append(f"{paint(paint.symbols.dot, Ink.DIM)} {clean(shared.name)} (used): {_score(shared.mutation)}")
        lines += _survivors(shared.mutation, paint) if not quiet else []
    cross = paint(paint.symbols.cross, Ink.FAIL)
    lines += [f"{cross} {clean(file.name)}: not run, it does not compile or cannot be read" for file in report.broken]
    if len(report.files) + len(report.broken) > 1 and not quiet:
        lines.append(_total(report))
    return "\n".join(lines) + "\n" if lines else ""


def _total(report: model.Report) -> str:
    """The line of the run: what passes, and the files that hold it back."""
    said = f"{report.passed:,} of {plural(report.tests, 'test')} pass in {plural(len(report.files), 'file')}"
    if report.broken:
        said += f"; {plural(len(report.broken), 'file')} not run"
    untested = sum(file.untested for file in report.files)
    return f"{said}; {plural(untested, 'file')} without tests" if untested else said


def _file(file: model.File, paint: Paint, *, quiet: bool) -> Iterator[str]:
    """The line of a file, and its tables."""
    name = clean(file.name)
    if not file.tests:
        said = "no tests" if file.untested else "nothing of its own to test"
        yield f"{paint(paint.symbols.dash, Ink.DIM)} {name}: {said}" + _measures(file)
        if quiet:
            return
    else:
        failed = file.tests - file.passed
        if failed or not quiet or file.coverage or file.mutation:
            mark = paint(paint.symbols.cross, Ink.FAIL) if failed else paint(paint.symbols.tick, Ink.GOOD)
            tail = f", {plural(failed, 'failure')}" if failed else ""
            yield f"{mark} {name}: {file.passed:,} of {plural(file.tests, 'test')} pass{tail}" + _measures(file)
    if quiet:
        return
    if file.coverage is not None:
        yield from _table(file.coverage, paint)
    if file.mutation is not None:
        yield from _survivors(file.mutation, paint)


def _measures(file: model.File) -> str:
    """Coverage and score, on the line of the file."""
    parts = []
    if file.coverage is not None:
        shown = "none" if file.coverage.percent is None else f"{file.coverage.percent} %"
        parts.append(f"outcomes seen {shown} ({file.coverage.seen:,} of {file.coverage.possible:,})")
    if file.mutation is not None:
        parts.append(_score(file.mutation))
    return "".join(f"; {part}" for part in parts)


def _score(found: model.Mutation) -> str:
    shown = "none" if found.percent is None else f"{found.percent} %"
    same = f", {found.equivalent:,} proven to change nothing" if found.equivalent else ""
    left = f", {found.untried:,} not tried" if found.untried else ""
    return f"changes noticed {shown} ({found.killed:,} of {found.counted:,}{same}{left})"


def _table(found: model.Coverage, paint: Paint) -> Iterator[str]:
    """The requirements that are not covered whole, the least covered first, with what was not seen."""
    by: dict[str, list[model.Line]] = {}
    for line in found.lines:
        by.setdefault(line.requirement, []).append(line)
    rows = []
    for requirement, lines in by.items():
        possible = sum(len(line.possible) for line in lines)
        seen = sum(len(line.seen) for line in lines)
        if seen < possible:
            rows.append((percent(seen, possible) or 0, requirement, seen, possible, lines))
    rows.sort(key=lambda row: row[0])
    for share, requirement, seen, possible, lines in rows[:SHOWN]:
        missing = "; ".join(
            f"{line.where} never {_words(line)}" for line in lines if len(line.seen) < len(line.possible)
        )
        text = f"  {share:>3} %  {seen}/{possible}  {clean(requirement)}: {clean(missing)}"
        yield cut(text, paint.columns, paint.symbols.ellipsis)
    if len(rows) > SHOWN:
        yield f"  and {plural(len(rows) - SHOWN, 'requirement')} more"


def _words(line: model.Line) -> str:
    """The outcomes that were not seen."""
    return ", ".join(one.replace("_", " ") for one in line.possible if one not in line.seen)


def _survivors(found: model.Mutation, paint: Paint) -> Iterator[str]:
    """What no test notices, with its place; what was not tried, by requirement."""
    tried = [one for one in found.survivors if one.tried]
    for one in tried[:SHOWN]:
        place = f"{clean(one.place.file)}:{one.place.line}"
        yield f"  {paint(place, Ink.PLACE)} {clean(one.requirement)}: {clean(one.said)} in {clean(one.where)}"
    if len(tried) > SHOWN:
        yield f"  and {plural(len(tried) - SHOWN, 'change')} more that no test notices"
    untried = Counter(one.requirement for one in found.survivors if not one.tried)
    for requirement, count in untried.items():
        yield f"  {clean(requirement)}: {plural(count, 'change')} not tried, and not counted as noticed: it says too much at once"


def told(files: Sequence[model.File]) -> Iterator[str]:
    """What is left to say beside proposals, for stderr."""
    for file in files:
        made = len(file.proposals or ())
        if made or file.unreached:
            left = f"; none was found for {plural(len(file.unreached), 'change or outcome', 'changes or outcomes')}"
            yield f"{clean(file.name)}: {plural(made, 'test')} proposed{left if file.unreached else ''}"
            for text in file.unreached[:SHOWN]:
                yield f"  {clean(text)}"
            if len(file.unreached) > SHOWN:
                yield f"  and {len(file.unreached) - SHOWN:,} more"
