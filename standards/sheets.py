"""All that is known of a requirement, and of an edition, on one sheet: the models behind `standards show` and `list`.

Guarantees: pure; plain values that encode as JSON; days are ISO 8601 text, empty where none is stated; nothing is left out that the pack
states.  `verified` says how far the text was held against the original: it is part of every sheet.
"""

from __future__ import annotations

import msgspec

from rulewright.dsl import ir
from rulewright.engine.phrases import phrase
from rulewright.engine.words import date_text
from rulewright.standards.book import Book, Edition
from rulewright.standards.deciding import How, Needed, decided, needed, questions
from rulewright.standards.references import Kin, Reference, incoming, kin, outgoing

ALWAYS = ir.Const(value=True)


class Counts(msgspec.Struct, frozen=True):
    """How many requirements are decided how."""

    machine: int
    partly: int
    manual: int


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """An edition in short."""

    id: str
    edition: str
    title: str
    publisher: str
    force: str
    jurisdiction: str
    valid_from: tuple[str, ...]
    """the days from which its requirements hold: several where they begin apart"""
    valid_until: str
    requirements: int
    decided: Counts
    license: str
    verified: str


class CheckLine(msgspec.Struct, frozen=True):
    """A line of a check as it is written, and the objective that it comes from, if any."""

    label: str
    text: str
    objective: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement."""

    format: str = "rulewright-requirement/1"
    id: str
    edition: str
    title: str
    clause: str
    level: str
    severity: str
    condition: str
    """the original's condition in words"""
    applies_when: str
    """the same as a rule, as it is written"""
    applies_to: str
    """scope of the standard and condition, with everything put in"""
    check: tuple[CheckLine, ...]
    decided: How
    needed: tuple[Needed, ...]
    questions: tuple[str, ...]
    objectives: tuple[ir.Objective, ...]
    threats: tuple[str, ...]
    fix: str
    effort: str
    note: str
    refers_to: tuple[Reference, ...]
    referred_by: tuple[Reference, ...]
    same_objective: tuple[Kin, ...]
    valid_from: str
    valid_until: str
    force: str
    jurisdiction: str
    license: str
    verified: str
    place: ir.Place


def overview(edition: Edition) -> Overview:
    """An edition in short."""
    how = [decided(requirement, edition) for requirement in edition.requirements.values()]
    info = edition.info
    return Overview(
        id=info.id,
        edition=info.edition,
        title=info.title,
        publisher=info.publisher,
        force=info.force,
        jurisdiction=info.jurisdiction,
        valid_from=tuple(map(date_text, edition.starts)),
        valid_until=_day(edition.until),
        requirements=len(how),
        decided=Counts(how.count("machine"), how.count("partly"), how.count("manual")),
        license=info.license,
        verified=info.source,
    )


def sheet(requirement: ir.Requirement, edition: Edition, book: Book) -> Sheet:
    """Everything about a requirement."""
    info = edition.info
    return Sheet(
        id=requirement.id,
        edition=info.edition,
        title=requirement.title,
        clause=requirement.clause,
        level=requirement.level,
        severity=requirement.severity,
        condition=requirement.condition,
        applies_when=requirement.applies_text,
        applies_to=_applies_to(requirement),
        check=tuple(CheckLine(line.label, " ".join(line.text.split()), line.objective) for line in requirement.lines),
        decided=decided(requirement, edition),
        needed=needed(requirement, edition),
        questions=questions(requirement, edition),
        objectives=tuple(book.objectives[name] for name in requirement.objective if name in book.objectives),
        threats=requirement.threats,
        fix=requirement.fix,
        effort=requirement.effort,
        note=requirement.note,
        refers_to=tuple(outgoing(requirement, book)),
        referred_by=tuple(incoming(requirement, book)),
        same_objective=tuple(kin(requirement, book)),
        valid_from=_day(requirement.valid_from),
        valid_until=_day(requirement.valid_until),
        force=info.force,
        jurisdiction=info.jurisdiction,
        license=info.license,
        verified=requirement.source or info.source,
        place=requirement.place,
    )


def _applies_to(requirement: ir.Requirement) -> str:
    """Scope and condition as one rule text."""
    parts = tuple(part for part in (requirement.scope, requirement.applies) if part != ALWAYS)
    return phrase(parts[0] if len(parts) == 1 else ir.And(parts))


def _day(day: int | None) -> str:
    return "" if day is None else date_text(day)
