"""`rulewright standards show`: a standard in short, or all that is known of one requirement.

Guarantees: what a pack states is shown, with how far its text was verified; references both ways, and who else has the
same objective.  Without an edition the newest one is shown, whether it is in force or not: its dates are.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from rulewright.cli.compiling import compile_rules
from rulewright.cli.gathering import gather
from rulewright.cli.options import Request
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.problems import problem, refuse
from rulewright.cli.requirement_page import Row, page
from rulewright.cli.standards_list import validity
from rulewright.cli.standards_shelf import as_json, book, edition, give, paint
from rulewright.cli.text import clean, cut, pad, plural, width
from rulewright.diagnostics import Diagnostic
from rulewright.dsl import ir
from rulewright.standards.book import Book, Edition
from rulewright.standards.deciding import ANSWER, Needed, decided
from rulewright.standards.references import Kin, Reference
from rulewright.standards.sheets import Overview, Sheet, overview, sheet

Shown = Sheet | Edition
HOW = {"machine": "by machine", "partly": "partly by machine", "manual": "by a person"}
KIN = 12


def run(request: Request) -> int:
    """Show what the words name; return the exit code."""
    found = book(request)
    if isinstance(found, int):
        return found
    answers = [_found(word, found, request) for word in request.arguments]
    wrong = [item for item in answers if isinstance(item, Diagnostic)]
    if wrong:
        return refuse(wrong)
    shown = [item for answer in answers if not isinstance(answer, Diagnostic) for item in answer]
    if request.one("format") in {"json", "json-v1"}:
        return give(request, "".join(as_json(_model(item)) for item in shown))
    brush = paint(request)
    pages = [_sheet(item, brush) if isinstance(item, Sheet) else _overview(item, brush) for item in shown]
    return give(request, "\n\n".join(pages) + "\n")


def _model(item: Shown) -> object:
    """What the JSON shows of an edition: its overview and its requirements in a line each."""
    if not isinstance(item, Edition):
        return item
    listed = [
        {
            "name": name,
            "level": r.level,
            "severity": r.severity,
            "title": r.title,
            "clause": r.clause,
            "decided": decided(r, item),
        }
        for name, r in item.requirements.items()
    ]
    return {"format": "rulewright-standard/1", "standard": overview(item), "requirements": listed}


def _found(word: str, found: Book, request: Request) -> list[Shown] | Diagnostic:
    """What `ID`, `ID@EDITION`, `ID:NAME`, `ID@EDITION:NAME`, a policy or a rule file names."""
    standard, colon, name = word.partition(":")
    chosen = edition(found, standard)
    if isinstance(chosen, Diagnostic):
        return chosen if colon else _other(word, request) or chosen
    if not colon:
        return [chosen]
    for holder in [chosen] if "@" in standard else found.editions(standard):
        if name in holder.requirements:
            return [sheet(holder.requirements[name], holder, found)]
    close = get_close_matches(name, list(chosen.requirements), 1)
    hint = f"did you mean `{standard}:{close[0]}`?" if close else f"`rulewright standards show {standard}` lists them"
    return problem("RW0008", f"`{chosen.name}` has no requirement `{name}`", hint)


def _other(word: str, request: Request) -> list[Shown] | Diagnostic | None:
    """A policy or a rule file, with the standards that it uses; None where the word names neither."""
    rules = gather([word])
    if rules.problems:
        return rules.problems[0] if os.sep in word or word.endswith(".rw") else None
    compiled = compile_rules(rules, {}, use_cache="no_cache" not in request.flags)
    if compiled.program is None:
        return next(d for d in compiled.diagnostics if d.is_error)
    return list(Book([compiled.program], ("policy", "standard")).all())


# --- an edition


def _overview(item: Edition, paint: Paint) -> str:
    o = overview(item)
    rows: list[Row] = [
        ("publisher", o.publisher),
        ("force", f"{o.force}, {o.jurisdiction}" if o.jurisdiction else o.force),
        ("in force", _days(o)),
        ("licence", o.license),
        ("verified", o.verified),
        ("decided", _how_many(o)),
    ]
    lines = [page(f"{o.id}@{o.edition}", o.title, rows, paint), ""]
    column = min(max(map(width, item.requirements), default=0), 28)
    for name, r in item.requirements.items():
        told = f"  {r.level.ljust(6)}  {r.severity.ljust(8)}  {decided(r, item).ljust(7)}  "
        shown = paint(pad(cut(clean(name), column), column), Ink.NAME)
        lines.append(f"  {shown}{told}{cut(clean(r.title), paint.columns - column - 31, paint.symbols.ellipsis)}")
    return "\n".join([*lines, "", plural(len(item.requirements), "requirement")])


def _days(o: Overview) -> str:
    """All days from which parts of it hold."""
    return validity(o) if len(o.valid_from) < 2 else f"parts of it from {', '.join(o.valid_from)}"


def _how_many(o: Overview) -> str:
    counts = ((o.decided.machine, "machine"), (o.decided.partly, "partly"), (o.decided.manual, "manual"))
    return ", ".join(f"{count} {HOW[how]}" for count, how in counts if count)


# --- a requirement


def _sheet(s: Sheet, paint: Paint) -> str:
    rows: list[Row] = [
        ("level", f"{s.level}, severity {s.severity}"),
        ("clause", s.clause),
        ("edition", ", ".join(word for word in (s.edition, s.force, s.jurisdiction) if word)),
        ("in force", f"{s.valid_from or 'no date stated'}{f' to {s.valid_until}' if s.valid_until else ''}"),
        ("condition", s.condition),
        ("applies when", s.applies_when),
        ("in full", s.applies_to),
        *((line.label, line.text + (f"  ({line.objective})" if line.objective else "")) for line in s.check),
        ("decided", HOW[s.decided]),
        ("needs", "; ".join(map(_need, s.needed))),
        *((f"question {number}", text) for number, text in enumerate(s.questions, 1)),
        *(row for objective in s.objectives for row in _objective(objective)),
        ("threats", ", ".join(s.threats)),
        ("refers to", _cited((r.target, r) for r in s.refers_to)),
        ("referred by", _cited((r.source, r) for r in s.referred_by)),
        ("same subject", _kin(s.same_objective)),
        ("fix", f"{s.fix} ({s.effort})" if s.effort else s.fix),
        ("note", s.note),
        ("licence", s.license),
        ("verified", s.verified),
        ("source", f"{s.place.file}:{s.place.line}"),
    ]
    return page(s.id, s.title, rows, paint)


def _need(item: Needed) -> str:
    """A fact, and who could supply it; of answers only that they are needed."""
    name = "an answer" if item.fact.startswith(ANSWER) else item.fact
    return f"{name} ({', '.join(item.detectors) or 'declared'})"


def _objective(objective: ir.Objective) -> list[Row]:
    """An objective with its facts."""
    return [("objective", f"{objective.id}: {objective.title}"), ("  facts", ", ".join(objective.attributes))]


def _cited(references: Iterable[tuple[str, Reference]]) -> str:
    """References, each with its strength, and a word where the two ends differ in subject."""
    words = []
    for name, reference in references:
        told: list[str] = [reference.strength] if reference.strength else []
        told += ["about another subject"] if reference.subject == "other" else []
        words.append(f"{name} ({', '.join(told)})" if told else name)
    return "; ".join(words)


def _kin(others: Sequence[Kin]) -> str:
    """The closest requirements of other standards: those with the same objectives first."""
    order = ("equivalent-objective", "target-broader", "source-broader", "partial-overlap", "official")
    ranked = sorted(others, key=lambda k: order.index(k.relation))
    words = [f"{k.requirement} ({k.relation})" for k in ranked[:KIN]]
    return "; ".join(words) + (f"; {len(ranked) - KIN} more: --format json" if len(ranked) > KIN else "")
