"""`rulewright compare OLD NEW`: what became of the gaps between two versions of a product, or two days.

Guarantees: OLD and NEW are results of `check --format json` or products; products are judged by the same policies on the
same day by `check` itself.  Exit code 1 when something blocks that did not block before, and only then.
"""

from __future__ import annotations

import os
import sys

from rulewright.cli import config, documents, exits
from rulewright.cli.changed import changed
from rulewright.cli.check import compiled_policies, deliver, evaluated
from rulewright.cli.gathering import unreadable
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.progress import Progress
from rulewright.cli.streams import paint_for, paint_for_file
from rulewright.diagnostics import Diagnostic
from rulewright.engine import compare_read, comparison
from rulewright.engine.compare import compare
from rulewright.engine.result import Report

ELEMENTS = 1000
"""So many elements of a line are looked at when products are judged here."""
MARK = compare_read.FORMAT.encode()
SIDES = ("old_facts", "new_facts")


def run(request: Request) -> int:
    """Compare, and show it; return the exit code."""
    if len(request.arguments) != 2:
        message = f"compare takes two results or products, OLD and NEW; {len(request.arguments)} given"
        return refuse([problem("RW0002", message, "`rulewright compare --help` lists what there is")])
    read = [_result(word) for word in request.arguments]
    earlier = [_result(word) or _no_result(word) for word in request.many("history")]
    wrong = [d for d in (*read, *earlier, _overwriting(request)) if isinstance(d, Diagnostic)]
    if wrong:
        return refuse(wrong)
    sides = _judged(request, [r if isinstance(r, Report) else None for r in read])
    if isinstance(sides, int):
        return sides
    old, new = sides
    if not old.results and not new.results:
        return _nothing()
    found = compare(old, new, [r for r in earlier if isinstance(r, Report)])
    return _shown(request, found) or (exits.BLOCKED if found.gate == "fail" else exits.OK)


def _nothing() -> int:
    show([problem("RW0007", "nothing was evaluated on either side: there is nothing to compare")])
    return exits.NOTHING


def _result(word: str) -> Report | Diagnostic | None:
    """Read a result; `None` where the word names something else, which is a product then."""
    if word == "-" or not os.path.isfile(word):
        return None if word == "-" or os.path.isdir(word) else unreadable(documents.name_of(word), FileNotFoundError())
    try:
        data = documents.contents(word)
    except OSError as error:
        return unreadable(documents.name_of(word), error)
    if MARK not in data[:512]:
        return None
    try:
        return compare_read.decode(bytes(data))
    except compare_read.NotAResultError as error:
        return problem("RW0018", f"the result cannot be read: {error}", None, documents.name_of(word))


def _no_result(word: str) -> Diagnostic:
    message = f"`{documents.name_of(word)}` is no result of a check"
    return problem("RW0018", message, "write one with `rulewright check … --format json --output FILE`")


def _overwriting(request: Request) -> Diagnostic | None:
    """What is wrong with `--output`: nothing, or that it is one of the results that are read."""
    path = request.one("output")
    for given in (*request.arguments, *request.many("history")):
        if path is not None and os.path.isfile(path) and os.path.isfile(given) and os.path.samefile(path, given):
            message = f"`{documents.name_of(path)}` is an input of this run and is not overwritten"
            return problem("RW0006", message, "name another file with `--output`")
    return None


def _judged(request: Request, read: list[Report | None]) -> list[Report] | int:
    """Judge the sides that are products; an int is the exit code after saying why not."""
    reports = [r for r in read if r is not None]
    if len(reports) == len(read):
        return reports
    merged = config.apply(request)
    if isinstance(merged, list):
        return refuse(merged)
    texts = {k: v for k, v in merged.texts.items() if k != "format"} | {"format": ("json",)}
    request = changed(merged, texts=texts, numbers={**merged.numbers, "limit": ELEMENTS})
    compiled = compiled_policies(request)
    if isinstance(compiled, int):
        return compiled
    sides = []
    with Progress(8 + 2 * len(request.many("facts")), quiet="quiet" in request.flags) as progress:
        for word, own, known in zip(request.arguments, SIDES, read, strict=True):
            facts = (*request.many("facts"), *request.many(own))
            side = changed(request, arguments=(word,), texts={**request.texts, "facts": facts})
            report = known or evaluated(side, compiled, progress)
            if isinstance(report, int):
                return report
            sides.append(report)
    return sides


def _shown(request: Request, found: comparison.Comparison) -> int:
    """Render and deliver."""
    path, form = request.one("output"), request.one("format") or "terminal"
    if form in {"json", "json-v1"}:
        return deliver(comparison.encode(found).decode() + "\n", path, utf8=True)
    if form == "markdown":
        from rulewright.cli.compare_markdown import markdown

        return deliver(markdown(found), path, utf8=True)
    if form == "html":
        from rulewright.cli.compare_html import html

        return deliver(html(found), path, utf8=True)
    from rulewright.cli.compare_text import terminal

    paint = paint_for_file() if path else paint_for(sys.stdout)
    explain, quiet = "explain" in request.flags, "quiet" in request.flags
    return deliver(terminal(found, paint, explain=explain, quiet=quiet), path, utf8=False)
