"""`rulewright test --format junit`: one suite per file, one case per test.

Guarantees: well-formed XML 1.0 whatever names hold; names are stable (`REQUIREMENT #n`), with file and line; no clock: `time`
is 0.  A test that cannot be run is an `error`, one with another verdict a `failure`; a file that does not compile is a suite with
an `error`.  What was measured is in properties.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.cli.formats.junit import escape, token
from rulewright.cli.testing import model

_END = ("    <system-out/>", "    <system-err/>", "  </testsuite>")


def junit(report: model.Report) -> str:
    """The XML document."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for number, file in enumerate(report.files):
        lines += _suite(number, file)
    for number, broken in enumerate(report.broken, len(report.files)):
        lines += _broken(number, broken)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(number: int, file: model.File) -> Iterator[str]:
    errors = sum(one.found is None for one in file.cases)
    failures = sum(bool(one.wrong) and one.found is not None for one in file.cases)
    counts = f'tests="{len(file.cases)}" failures="{failures}" errors="{errors}" skipped="0"'
    yield _head(number, file.name, counts)
    yield "    <properties>"
    if file.coverage is not None:
        yield f'      <property name="coverage" value="{file.coverage.seen}/{file.coverage.possible}"/>'
    if file.mutation is not None:
        yield f'      <property name="mutation" value="{file.mutation.killed}/{file.mutation.counted}"/>'
    if file.untested:
        yield '      <property name="untested" value="true"/>'
    yield "    </properties>"
    for case in file.cases:
        yield from _case(case)
    yield from _END


def _head(number: int, name: str, counts: str) -> str:
    """How a suite begins."""
    stamp = 'timestamp="1970-01-01T00:00:00" hostname="localhost"'
    return f'  <testsuite id="{number}" package="rulewright" name="{token(name)}" {stamp} {counts} time="0">'


def _broken(number: int, file: model.Broken) -> Iterator[str]:
    """A file of which no test was run: one error."""
    yield _head(number, file.name, 'tests="1" failures="0" errors="1" skipped="0"')
    yield from ("    <properties>", "    </properties>")
    yield f'    <testcase name="compile" classname="{token(file.name)}" time="0">'
    first = file.problems[0]
    said = "".join(f"{_where(one)}{one.diagnostic}: {one.message}\n" for one in file.problems)
    yield f'      <error message="{escape(first.message)}" type="{token(first.diagnostic)}">{escape(said)}</error>'
    yield "    </testcase>"
    yield from _END


def _where(one: model.Flaw) -> str:
    """The place before what is wrong there."""
    return f"{one.place.file}:{one.place.line}: " if one.place is not None else ""


def _case(case: model.Case) -> Iterator[str]:
    name, module = token(case.name), token(case.requirement.partition(":")[0])
    head = f'    <testcase name="{name}" classname="{module}" time="0"'
    if not case.wrong:
        yield head + "/>"
        return
    kind = "error" if case.found is None else "failure"
    message = escape(f"expects {case.expect}: {case.wrong}")
    where = escape(f"{case.place.file}:{case.place.line}")
    yield head + ">"
    yield f'      <{kind} message="{message}" type="{token(case.found or "unable")}">{where}</{kind}>'
    yield "    </testcase>"
