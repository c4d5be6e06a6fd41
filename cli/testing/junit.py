"""`rulewright test --format junit`: one suite per file, one case per test.

Guarantees: well-formed XML 1.0 whatever names hold; names are stable (`REQUIREMENT #n`), with file and line; no clock: `time`
is 0.  A test that cannot be run is an `error`, one with another verdict a `failure`.  What was measured is in properties.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.cli.formats.junit import escape, token
from rulewright.cli.testing import model


def junit(report: model.Report) -> str:
    """The XML document."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for number, file in enumerate(report.files):
        lines += _suite(number, file)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(number: int, file: model.File) -> Iterator[str]:
    errors = sum(one.found is None for one in file.cases)
    failures = sum(bool(one.wrong) and one.found is not None for one in file.cases)
    counts = f'tests="{len(file.cases)}" failures="{failures}" errors="{errors}" skipped="0"'
    stamp = 'timestamp="1970-01-01T00:00:00" hostname="localhost"'
    yield f'  <testsuite id="{number}" package="rulewright" name="{token(file.name)}" {stamp} {counts} time="0">'
    yield "    <properties>"
    if file.coverage is not None:
        yield f'      <property name="coverage" value="{file.coverage.seen}/{file.coverage.possible}"/>'
    if file.mutation is not None:
        yield f'      <property name="mutation" value="{file.mutation.killed}/{file.mutation.counted}"/>'
    yield "    </properties>"
    for case in file.cases:
        yield from _case(case)
    yield from ("    <system-out/>", "    <system-err/>", "  </testsuite>")


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
