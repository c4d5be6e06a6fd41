"""`rulewright standards calendar`: the dates of laws and standards, past and to come.

Guarantees: every date is shown with how far it was verified; what lies ahead is apart from what has passed.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.cli.check import as_of_day
from rulewright.cli.options import Request
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.problems import refuse
from rulewright.cli.standards_shelf import as_csv, as_json, cell, give, paint
from rulewright.cli.text import clean, pad, plural, width, wrap
from rulewright.diagnostics import Diagnostic
from rulewright.engine.words import date_text
from rulewright.standards.calendar import Event, concerns, events

HEAD = ("date", "when", "jurisdictions", "instrument", "event", "standards", "verified")


def run(request: Request) -> int:
    """List the dates; return the exit code."""
    day = as_of_day(request)
    if isinstance(day, Diagnostic):
        return refuse([day])
    places = request.many("jurisdiction")
    found = [event for event in events() if not places or concerns(event, places)]
    parts = ("past", [e for e in found if e.day <= day]), ("coming", [e for e in found if e.day > day])
    form = request.one("format") or "terminal"
    if form in {"json", "json-v1"}:
        made = {"format": "rulewright-calendar/1", "as_of": date_text(day), **dict(parts)}
        return give(request, as_json(made))
    if form == "csv":
        return give(request, as_csv(HEAD, [_row(when, e) for when, part in parts for e in part]))
    if form == "markdown":
        return give(request, _markdown(parts, day))
    return give(request, _terminal(parts, day, paint(request)))


Parts = Sequence[tuple[str, Sequence[Event]]]


def _row(when: str, e: Event) -> list[object]:
    return [e.date, when, " ".join(e.jurisdictions), e.instrument, e.event, " ".join(e.standards), e.source]


def _terminal(parts: Parts, day: int, paint: Paint) -> str:
    lines = [paint(f"as of {date_text(day)}", Ink.DIM), ""]
    shown = [e for _, part in parts for e in part]
    place = max((width(" ".join(e.jurisdictions)) for e in shown), default=0)
    for when, part in parts:
        if part:
            lines.append(paint(when.upper(), Ink.BOLD) + paint(f"  {plural(len(part), 'date')}", Ink.DIM))
            for event in part:
                lines += _event(event, place, paint)
            lines.append("")
    return "\n".join(lines[:-1]) + "\n" if shown else "no date concerns these markets\n"


def _event(event: Event, place: int, paint: Paint) -> list[str]:
    """One date: what, whom, and how far it was verified."""
    head = f"  {event.date}  {pad(' '.join(event.jurisdictions), place)}  "
    told = f"{event.instrument}: {event.event}"
    about = [*event.standards, f"verified: {event.source}"]
    indent = " " * (16 + place)
    first, *rest = wrap(clean(told), paint.columns - 16 - place)
    names = wrap(clean(f" {paint.symbols.dot} ".join(about)), paint.columns - 16 - place)
    return [
        f"{head}{first}",
        *(f"{indent}{line}" for line in rest),
        *(paint(f"{indent}{line}", Ink.DIM) for line in names),
    ]


def _markdown(parts: Parts, day: int) -> str:
    lines = [f"# Dates, as of {date_text(day)}", ""]
    for when, part in parts:
        if part:
            lines += [
                f"## {when.capitalize()}",
                "",
                "| date | for | what | standards | verified |",
                "|---|---|---|---|---|",
            ]
            for e in part:
                names = ", ".join(f"`{name}`" for name in e.standards)
                lines.append(
                    f"| {e.date} | {' '.join(e.jurisdictions)} | {cell(e.instrument)}: {cell(e.event)} | {names} | {cell(e.source)} |"
                )
            lines.append("")
    return "\n".join(lines)
