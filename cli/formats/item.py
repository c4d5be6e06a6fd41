"""One requirement's verdict as lines on a terminal: what, why, where, what to do.

Guarantees: every line fits the paint's width; untrusted words are cleaned; the word of the verdict stands first.
"""

from __future__ import annotations

from msgspec.structs import replace

from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, cut, pad, plural, width, wrap
from rulewright.engine import wording
from rulewright.engine.result import Element, Reason, Report, Result, Shown

_INK = {
    "pass": Ink.GOOD,
    "fail": Ink.FAIL,
    "unknown": Ink.WARN,
    "not_applicable": Ink.DIM,
    "error": Ink.FAIL,
}


def symbol(paint: Paint, verdict: str) -> str:
    """Return the symbol of a verdict, in its colour."""
    symbols = paint.symbols
    by_verdict = {"pass": symbols.tick, "unknown": symbols.question, "not_applicable": symbols.dash}
    return paint(by_verdict.get(verdict, symbols.cross), _INK[verdict])


def head(result: Result, paint: Paint, column: int = 0) -> list[str]:
    """Write the first line: verdict, id, title, and on the right how much it matters."""
    verdict = pad(wording.VERDICT[result.verdict], column)
    name = clean(wording.name_of(result))
    weight = f"{result.level} {paint.symbols.dot} {result.severity}"
    start = width(verdict) + width(name) + 6
    room = paint.columns - start - width(weight) - 2
    title = wrap(clean(result.title), max(room, 20))
    gap = " " * max(paint.columns - start - width(title[0]) - width(weight), 2)
    first = (
        f"{symbol(paint, result.verdict)} {paint(verdict, _INK[result.verdict])}  "
        f"{paint(name, Ink.NAME)}  {paint(title[0], Ink.BOLD)}{gap}{paint(weight, Ink.DIM)}"
    )
    return [first, *(" " * start + paint(line, Ink.BOLD) for line in title[1:])]


def body(result: Result, report: Report, paint: Paint, *, everything: bool = False) -> list[str]:
    """Write the lines below the first: reasons, what the verdict rests on, waiver, tailoring, fix."""
    reasons = list(result.reason) if everything else wording.decisive(result)
    lines: list[str] = []
    for reason in reasons:
        lines += _reason(reason, paint, labelled=len(result.reason) > 1)
    lines += _remarks(result, report, paint)
    if everything and result.note:
        lines += wrap(clean(f"note: {result.note}"), paint.columns - 4)
    lines += _fix(result, paint)
    bar = paint(paint.symbols.bar, Ink.DIM)
    return [f"  {bar} {line}".rstrip() for line in lines]


def _reason(reason: Reason, paint: Paint, *, labelled: bool) -> list[str]:
    """Write one line of the check: its text, how many elements, the first of them, what is missing."""
    room = paint.columns - 4
    said = wording.said(reason)
    mark = f"{reason.line}  " if said and (labelled or not reason.line.startswith("check")) else ""
    lines = [paint(line, Ink.DIM) for line in wrap(mark + " ".join(clean(said or reason.line).split()), room)]
    if reason.note:
        lines += wrap(clean(reason.note), room)
    count = wording.tally(reason)
    if count:
        lines.append(f"{count} {_verb(reason)}:")
        lines += _elements(reason.elements, reason.elements_total, paint, room)
    else:
        listed = {m.fact for m in reason.missing} if reason.verdict == "unknown" else set()
        for shown in (v for v in reason.values if v.fact not in listed or v.witnesses):
            lines += _fact(shown, paint, room)
    return lines + _missing(reason, room)


def _fact(shown: Shown, paint: Paint, room: int) -> list[str]:
    """Write a fact with its place; where several sources speak, each of them on a line of its own."""
    several = any(witness.detector for witness in shown.witnesses)
    said = wording.fact(replace(shown, witnesses=()) if several else shown)
    place = f"  {paint(clean(shown.pointer), Ink.PLACE)}" if shown.pointer and not several else ""
    lines = [f"  {cut(clean(said), room - 24, paint.symbols.ellipsis)}{place}"]
    for witness in shown.witnesses if several else ():
        lines += [f"    {line}" for line in wrap(clean(wording.witness(witness)), room - 4)]
    return lines


def _verb(reason: Reason) -> str:
    """Say what the counted elements do."""
    return {"fail": "fail", "unknown": "undecided", "pass": "hold"}.get(reason.verdict, "looked at")


def _elements(elements: tuple[Element, ...], total: int, paint: Paint, room: int, depth: int = 1) -> list[str]:
    """Write the elements as a table: name, facts, place."""
    indent = "  " * depth
    dots = paint.symbols.ellipsis
    rows = [(clean(e.id), clean(wording.facts(e)), clean(e.pointer)) for e in elements]
    places = max((width(place) for _, _, place in rows), default=0)
    free = max(room - len(indent) - min(places, 32) - 4, 24)
    names = max((width(name) for name, _, _ in rows), default=0)
    said = max((width(facts) for _, facts, _ in rows), default=0)
    if names + said > free:
        names = min(names, max(free * 2 // 5, free - said))
        said = min(said, free - names)
    lines = []
    for element, (name, facts, place) in zip(elements, rows, strict=True):
        cells = [pad(cut(name, names, dots), names), pad(cut(facts, said, dots), said), paint(place, Ink.PLACE)]
        lines.append(indent + "  ".join(cell for cell in cells if cell).rstrip())
        if element.children:
            lines += _elements(element.children, element.children_total, paint, room, depth + 1)
    if total > len(elements):
        lines.append(paint(f"{indent}{dots} {total - len(elements):,} more", Ink.DIM))
    return lines


def _missing(reason: Reason, room: int) -> list[str]:
    """Write which facts would settle an unknown, and who could supply them."""
    if reason.verdict != "unknown" or not reason.missing:
        return []
    lines = []
    for item in reason.missing:
        who = " or ".join(wording.detectors((item,)))
        source = f", from {who}" if who else ""
        lines += wrap(clean(f"needs {wording.missing(item)}{source}"), room)
    if reason.missing_total > len(reason.missing):
        lines.append(f"and {plural(reason.missing_total - len(reason.missing), 'other fact')}")
    return lines


def _remarks(result: Result, report: Report, paint: Paint) -> list[str]:
    """Write what else a reader must know: what the verdict rests on, what was changed, who waived it."""
    room = paint.columns - 4
    lines: list[str] = []
    for assumption in result.assumptions:
        lines += wrap(clean(f"assumes: {assumption.text}"), room)
    for clash in wording.clashes(result):
        lines += [paint(line, Ink.WARN) for line in wrap(clean(clash), room)]
    for change in result.tailored:
        lines += wrap(clean(f"tailored: {change}"), room)
    if result.waived is not None:
        left = wording.days_left(report, result.waived.until)
        end = f"{plural(left, 'day')} left" if left else "last day"
        waived = result.waived
        text = f"waived by {waived.id} until {waived.until} ({end}), approved by {waived.approved_by}: {waived.because}"
        lines += [paint(line, Ink.WARN) for line in wrap(clean(text), room)]
    return lines


def _fix(result: Result, paint: Paint) -> list[str]:
    """Write what to do."""
    if not result.fix or result.verdict not in {"fail", "unknown"}:
        return []
    fix = wrap(clean(result.fix), paint.columns - 9)
    return [f"{paint('fix:', Ink.HINT)} {fix[0]}", *(f"     {line}" for line in fix[1:])]
