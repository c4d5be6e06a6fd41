"""`rulewright test`: run the tests that rule files hold, against the real evaluator.

Guarantees: a test's facts are taken as accepted evidence (its requirement's `evidence` line is left out, since a test
states no detector); a file without tests is said to have none, never counted as good.
"""

from __future__ import annotations

import os
import sys

from rulewright import dsl
from rulewright.cli import exits, library
from rulewright.cli.compiling import compile_with_tests
from rulewright.cli.gathering import Rules, gather
from rulewright.cli.options import Request
from rulewright.cli.paint import Ink
from rulewright.cli.problems import refuse, show
from rulewright.cli.streams import paint_for, put
from rulewright.cli.testing.case import trials
from rulewright.cli.text import clean, plural
from rulewright.diagnostics import Diagnostic, Severity, Span


def run(request: Request) -> int:
    """Run the tests of the files or ids named, or of everything shipped; return the exit code."""
    words = request.arguments or tuple(
        f"{m.id}@{m.edition}" if m.edition else m.id for m in library.shipped() if m.kind != "vocabulary"
    )
    outcomes = [_file(word, quiet="quiet" in request.flags) for word in words]
    if exits.BAD_INPUT in outcomes:
        return exits.BAD_INPUT
    if exits.BLOCKED in outcomes:
        return exits.BLOCKED
    return exits.OK if exits.OK in outcomes else exits.NOTHING


def _file(word: str, *, quiet: bool) -> int:
    """Run the tests of one file; return its exit code."""
    rules = gather([word])
    if rules.problems:
        return refuse(rules.problems)
    compiled, tests = compile_with_tests(rules)
    if compiled.program is None:
        return refuse(compiled.diagnostics, rules.texts)
    paint = paint_for(sys.stdout)
    if not tests:
        put(f"{paint(paint.symbols.dash, Ink.DIM)} {clean(word)}: no tests\n")
        return exits.NOTHING
    outcomes = trials(compiled, tests, _reader(rules)).run()
    failures = [failure for one in outcomes if (failure := _failure(one.case, one.wrong))]
    show(failures, rules.texts)
    good = len(tests) - len(failures)
    mark = paint(paint.symbols.cross, Ink.FAIL) if failures else paint(paint.symbols.tick, Ink.GOOD)
    if failures or not quiet:
        failed = f", {plural(len(failures), 'failure')}" if failures else ""
        put(f"{mark} {clean(word)}: {good:,} of {plural(len(tests), 'test')} pass{failed}\n")
    return exits.BLOCKED if failures else exits.OK


def _reader(rules: Rules) -> dict[str, str]:
    """Map the names of rule files to the folders in which their fixtures lie."""
    return {m.name: os.path.dirname(m.path) for m in rules.shelf}


def _failure(case: dsl.TestCase, said: str) -> Diagnostic | None:
    """Say where and how a test failed; `None` when it passed."""
    if not said:
        return None
    place = case.place
    span = Span(place.file, 0, 0, place.line, place.column, place.line, place.column + 5)
    return Diagnostic("RW0014", Severity.ERROR, f"the test of `{case.requirement}` expects {case.expect}: {said}", span)
