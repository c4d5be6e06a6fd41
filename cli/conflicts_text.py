"""An analysis for a person on a terminal: causes first, each with its conflicts, clauses one under the other, ways out.

Guarantees: every line fits the paint's width; the last line is the answer, and what was not covered stands before it; no word
of a rule can move the cursor.  Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable

from rulewright.cli import conflicts_words as words
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, cut, plural, width, wrap
from rulewright.engine.analysis.findings import Analysis, Family, Finding, Member, Note, Observation

SHOWN, REPAIRS, LISTED, FACTS, TALL = 3, 3, 10, 4, 4
"""Without `explain`: conflicts of a family told whole, ways out, conflicts named, facts, lines of one text."""
_INK = {"contradiction": Ink.FAIL, "tension": Ink.WARN, "right": Ink.WARN, "moot": Ink.DIM}


def terminal(found: Analysis, paint: Paint, *, explain: bool = False, quiet: bool = False) -> str:
    """The analysis as text; `explain` shows every finding whole."""
    lines: list[str] = []
    if not quiet:
        lines += _head(found, paint)
        for family, findings in words.grouped(found):
            lines += _family(family, findings, found, paint, explain=explain)
        for kind, observations in words.noted(found):
            lines += _notes(kind, observations, paint, explain=explain)
        if explain:
            lines += _background(found, paint)
    lines += _answer(found, paint)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(found: Analysis, paint: Paint) -> list[str]:
    """What was analysed, for which products, from which day on."""
    lines = [paint(line, Ink.BOLD) for line in wrap(clean(words.title(found)), paint.columns)]
    told = f"{words.subject(found)}, {words.days(found)}"
    shown = [told] if width(told) < 3 * paint.columns else [cut(told, 3 * paint.columns, paint.symbols.ellipsis)]
    lines += [paint(f"  {line}", Ink.DIM) for text in shown for line in wrap(clean(text), paint.columns - 2)]
    return [*lines, ""]


def _ruled(heading: str, paint: Paint) -> str:
    rule = paint.symbols.rule * max(paint.columns - width(heading) - 1, 0)
    return f"{paint(heading, Ink.BOLD)} {paint(rule, Ink.DIM)}"


def _family(family: Family, findings: list[Finding], found: Analysis, paint: Paint, *, explain: bool) -> list[str]:
    """A cause and its conflicts; of many the first ones whole, the rest a line each."""
    lines = [_ruled(cut(clean(words.family(family)), paint.columns - 4, paint.symbols.ellipsis), paint)]
    about = ", ".join(family.facts[:FACTS]) + (
        f" and {len(family.facts) - FACTS} more" if len(family.facts) > FACTS else ""
    )
    told = [family.title, f"about {about}" if about else ""]
    lines += [paint(f"  {line}", Ink.DIM) for text in told if text for line in wrap(clean(text), paint.columns - 2)]
    lines.append("")
    whole = findings if explain else findings[:SHOWN]
    for finding in whole:
        lines += [*_finding(finding, found, paint, explain=explain), ""]
    rest = findings[len(whole) :]
    for finding in rest[:LISTED]:
        lines.append(_line(finding, found, paint))
    if len(rest) > LISTED:
        lines.append(paint(f"  {paint.symbols.ellipsis} {len(rest) - LISTED:,} more: --explain", Ink.DIM))
    return [*lines, *([""] if rest else [])]


def _title(finding: Finding, paint: Paint) -> str:
    mark = paint(paint.symbols.tick if finding.decided else paint.symbols.cross, _INK[finding.kind])
    said = f" {paint.symbols.dot} ".join([words.headline(finding), *words.marks(finding)])
    gap = " " * max(paint.columns - width(said) - width(finding.id) - 2, 2)
    return f"{mark} {paint(said, _INK[finding.kind])}{gap}{paint(finding.id, Ink.DIM)}"


def _line(finding: Finding, found: Analysis, paint: Paint) -> str:
    """One conflict in one line."""
    mark = paint(paint.symbols.tick if finding.decided else paint.symbols.cross, _INK[finding.kind])
    said = f" {paint.symbols.dot} ".join(words.name(member, found) for member in finding.members)
    room = paint.columns - width(finding.id) - 4
    said = cut(clean(said), room, paint.symbols.ellipsis)
    gap = " " * max(room - width(said), 0)
    return f"{mark} {paint(said, Ink.NAME)}  {gap}{paint(finding.id, Ink.DIM)}"


def _finding(finding: Finding, found: Analysis, paint: Paint, *, explain: bool) -> list[str]:
    """One conflict: who, when, why, ways out."""
    lines: list[str] = []
    for member in finding.members:
        lines += _member(member, found, paint, explain=explain)
    lines += _labelled("when", [words.context(finding)], paint)
    if explain and finding.region != "always":
        lines += _labelled("wherever", [finding.region], paint)
    lines += _labelled("why", list(finding.why) if explain else words.short_why(finding), paint, explain=explain)
    if explain:
        lines += _labelled("proof", words.proof(finding), paint)
        lines += _labelled("each needed", [words.without(member) for member in finding.members], paint)
    if finding.decided is not None:
        lines += _labelled("settled", [words.decided(finding.decided)], paint)
    shown = finding.repairs if explain else () if finding.decided is not None else finding.repairs[:REPAIRS]
    lines += _labelled("ways out", [f"{repair.rank}. {words.way(repair)}" for repair in shown], paint)
    lines += _labelled("ranks", list(finding.precedence) if explain else [], paint)
    bar = paint(paint.symbols.bar, Ink.DIM)
    return [_title(finding, paint), *(f"  {bar} {line}" for line in lines)]


def _member(member: Member, found: Analysis, paint: Paint, *, explain: bool) -> list[str]:
    """A clause: name and weight, title, its lines as written."""
    name = clean(words.name(member, found))
    weight = clean(f" {paint.symbols.dot} ".join(words.weight(member)))
    room = paint.columns - 4
    name = cut(name, max(room - width(weight) - 2, 20), paint.symbols.ellipsis)
    gap = " " * max(room - width(name) - width(weight), 2)
    lines = [f"{paint(name, Ink.NAME)}{gap}{paint(weight, Ink.DIM)}"]
    lines += [f"  {line}" for line in wrap(clean(member.title), room - 2) if member.title]
    for text in member.lines:
        code = _short(_code(text, room - 6), paint, explain=explain)
        lines += [
            f"  {paint('>', Ink.DIM) if not number else ' '} {paint(line, Ink.BOLD)}"
            for number, line in enumerate(code)
        ]
    if member.reading:
        lines += [f"  {line}" for line in wrap(clean(f"may be read otherwise: {member.reading}"), room - 2)]
    if explain:
        lines += [f"  {line}" for line in wrap(clean(f"applies: {member.applies}"), room - 2)]
        where = f"{words.clause(member)}, {words.place(member)}"
        lines += [paint(f"  {line}", Ink.PLACE) for line in wrap(clean(where), room - 2)]
    return lines


def _code(text: str, room: int) -> list[str]:
    return wrap(clean(" ".join(text.split())), room)


def _short(lines: list[str], paint: Paint, *, explain: bool) -> list[str]:
    """The first lines of a long text, and a sign that there are more."""
    return (
        lines if explain or len(lines) <= TALL else [*lines[: TALL - 1], f"{lines[TALL - 1]} {paint.symbols.ellipsis}"]
    )


def _labelled(label: str, texts: Iterable[str], paint: Paint, *, explain: bool = True) -> list[str]:
    """Texts beside their label."""
    column = 12
    lines: list[str] = []
    for text in texts:
        for number, line in enumerate(_short(wrap(clean(text), paint.columns - 6 - column), paint, explain=explain)):
            head = label if not lines else ""
            indent = "   " if number and text[:1].isdigit() and ". " in text[:4] else ""
            lines.append(f"{paint(head.ljust(column), Ink.HINT) if head else ' ' * column}{indent}{line}")
    return lines


def _notes(kind: Note, observations: list[Observation], paint: Paint, *, explain: bool) -> list[str]:
    """Observations of one kind."""
    lines = [_ruled(f"{words.NOTES[kind]}: {len(observations):,}", paint)]
    shown = observations if explain else observations[:LISTED]
    for observation in shown:
        first, *rest = wrap(clean(observation.text), paint.columns - 4)
        lines += [f"{paint(paint.symbols.dash, Ink.DIM)} {first}", *(f"  {line}" for line in rest)]
        if explain and words.example(observation):
            lines += [
                paint(f"  {line}", Ink.DIM) for line in wrap(clean(words.example(observation)), paint.columns - 4)
            ]
    if len(observations) > len(shown):
        lines.append(paint(f"{paint.symbols.ellipsis} {len(observations) - len(shown):,} more: --explain", Ink.DIM))
    return [*lines, ""]


def _background(found: Analysis, paint: Paint) -> list[str]:
    """What was taken for granted, and what could not be looked into."""
    used = {name for finding in found.findings for name in finding.axioms}
    axioms = [axiom for axiom in found.axioms if axiom.id in used]
    lines: list[str] = []
    if found.axioms:
        lines.append(_ruled(f"background: {plural(len(found.axioms), 'axiom')}, {len(used)} of them used above", paint))
        for axiom in axioms:
            first, *rest = wrap(clean(f"{axiom.id}: {axiom.text}"), paint.columns - 4)
            lines += [f"{paint(paint.symbols.dash, Ink.DIM)} {first}", *(f"  {line}" for line in rest)]
        lines.append("")
    if found.extent.unknowns:
        lines.append(_ruled(f"not looked into: {len(found.extent.unknowns):,}", paint))
        for unknown in found.extent.unknowns:
            first, *rest = wrap(clean(f"{unknown.owner}: {unknown.text}"), paint.columns - 4)
            lines += [f"{paint(paint.symbols.question, Ink.WARN)} {first}", *(f"  {line}" for line in rest)]
        lines.append("")
    return lines


def _answer(found: Analysis, paint: Paint) -> list[str]:
    """The last lines: what was not covered, then the answer."""
    lines = [
        f"{paint(paint.symbols.question, Ink.WARN)} {line}" if number == 0 else f"  {line}"
        for text in words.gaps(found)
        for number, line in enumerate(wrap(clean(text), paint.columns - 2))
    ]
    if found.summary["blocking"]:
        mark, ink = paint.symbols.cross, Ink.FAIL
    elif not words.whole(found) or found.findings:
        mark, ink = (paint.symbols.tick, Ink.WARN) if words.whole(found) else (paint.symbols.question, Ink.WARN)
    else:
        mark, ink = paint.symbols.tick, Ink.GOOD
    first, *rest = wrap(words.answer(found), paint.columns - 2)
    return [*lines, f"{paint(mark, ink)} {paint(first, ink)}", *(f"  {paint(line, ink)}" for line in rest)]
