"""The shipped standards as a book: what the subcommands of `standards` share.

Guarantees: all editions are in it; a pack that does not compile is told, never left out silently.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import msgspec

from rulewright.cli import shelf
from rulewright.cli.check import deliver
from rulewright.cli.options import Request
from rulewright.cli.paint import Paint
from rulewright.cli.problems import problem, refuse
from rulewright.cli.streams import paint_for, paint_for_file
from rulewright.diagnostics import Diagnostic
from rulewright.standards.book import Book, Edition


def book(request: Request) -> Book | int:
    """Compile everything that is shipped; an int is the exit code after saying what is wrong."""
    programs = []
    for rules, compiled in shelf.programs([], "", use_cache="no_cache" not in request.flags):
        if rules.problems or compiled.program is None:
            return refuse([*rules.problems, *compiled.diagnostics], rules.texts)
        programs.append(compiled.program)
    return Book(programs)


def edition(found: Book, name: str) -> Edition | Diagnostic:
    """An edition by `ID@EDITION`, or the newest by `ID`."""
    answer = found.find(name)
    if answer is not None:
        return answer
    standard, _, wanted = name.partition("@")
    if found.editions(standard):
        listed = ", ".join(f"`{e.name}`" for e in found.editions(standard))
        return problem("RW0004", f"no edition of `{standard}` is called `{wanted}`", f"there is {listed}")
    close = get_close_matches(standard, found.ids, 1)
    hint = f"did you mean `{close[0]}`?" if close else "`rulewright standards list` shows what is shipped"
    return problem("RW0004", f"no standard is called `{name}`", hint)


def paint(request: Request) -> Paint:
    """How to write the report on its stream."""
    return paint_for_file() if request.one("output") else paint_for(sys.stdout)


def give(request: Request, text: str) -> int:
    """Deliver a report; return the exit code."""
    return deliver(text, request.one("output"), utf8=(request.one("format") or "terminal") != "terminal")


def as_json(value: object) -> str:
    """One value as a line of JSON."""
    return msgspec.json.encode(value).decode() + "\n"


def as_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV (RFC 4180, lines end in LF).  A cell that a spreadsheet would run as a formula gets an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_plain(str(cell)) for cell in row] for row in rows)
    return stream.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def cell(text: str) -> str:
    """Text that cannot break a Markdown table or become markup."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "'")
