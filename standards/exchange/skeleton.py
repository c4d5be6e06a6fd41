"""A standard as a rule file: the skeleton that an import leaves, to be filled in by people.

Guarantees: the text compiles against the vocabulary (strings are escaped, ids quoted, objectives only where they are known);
every entry becomes one requirement whose check is a question to a person, so a skeleton passes nothing by itself.
What it does not do: guess checks.  It replaces no reading of the original.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from rulewright.standards.exchange import wording
from rulewright.standards.exchange.model import Entry, Standard
from rulewright.standards.exchange.names import line

LONG = 4_000
FORCES = frozenset({"law", "regulation", "contract", "certification", "voluntary", "house"})
PLACES = frozenset({"EU", "UK", "US", "US-CA", "JP", "SG", "CN", "IN", "DE", "AU", "UNECE", "global"})
EFFORTS = frozenset({"configuration", "code", "build", "document", "process", "service", "hardware"})
SEVERITIES = frozenset({"low", "medium", "high", "critical"})
STRENGTHS = frozenset({"equal", "subset", "superset", "intersects"})
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[.\-][A-Za-z0-9_]+)*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def written(standards: Sequence[Standard], origin: str, sha256: str, objectives: Collection[str]) -> str:
    """The rule file of some standards; `origin` names the document, `sha256` its bytes."""
    head = [
        f"# Skeleton, imported from {_comment(origin)} (SHA-256 {sha256}).",
        "#",
        "# Every requirement asks a person: replace the questions by checks over attributes where there are such, say where",
        "# it applies, and judge level and severity.  It decides nothing by itself, and does not replace the original.",
    ]
    return "\n".join([*head, *(x for s in standards for x in ("", *_module(s, origin, sha256, objectives)))]) + "\n"


def quoted(text: str, limit: int = LONG) -> str:
    """A string of the rule language."""
    kept = wording.cut(clean(text), limit)
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'


def clean(text: str) -> str:
    """A text on one line without what no rule file may hold: control characters, invisible direction marks."""
    return line(_HIDDEN.sub(" ", text))


def _comment(text: str) -> str:
    """A text that may stand in a comment."""
    return wording.cut(clean(text), 200)


def _module(standard: Standard, origin: str, sha256: str, objectives: Collection[str]) -> Iterator[str]:
    """The lines of a module."""
    yield f"standard {standard.id} edition {quoted(standard.edition)} {{"
    yield f"  title     {quoted(wording.plain(standard.title) or standard.id, 300)}"
    if standard.publisher:
        yield f"  publisher {quoted(standard.publisher, 300)}"
    if standard.force in FORCES:
        yield f"  force     {standard.force}"
    if standard.jurisdiction in PLACES:
        yield f"  jurisdiction {standard.jurisdiction}"
    yield f"  license   {quoted(standard.license or 'the imported file states no licence')}"
    stated = f"; there: {standard.source}" if standard.source else ""
    yield f"  source    {quoted(f'imported from {origin} sha256 {sha256}{stated}')}"
    yield from _dates("valid     ", standard.since, standard.until)
    for entry in standard.entries:
        yield ""
        yield from _requirement(entry, standard, objectives)
    yield "}"


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar as the rule language writes it."""
    try:
        return _DAY.fullmatch(text) is not None and date.fromisoformat(text) is not None
    except ValueError:
        return False


def _dates(keyword: str, since: str, until: str) -> Iterator[str]:
    """Days from and until which something holds."""
    parts = [f"{word} {day}" for word, day in (("from", since), ("until", until)) if is_day(day)]
    if parts:
        yield f"  {keyword}{' '.join(parts)}"


def _requirement(entry: Entry, standard: Standard, objectives: Collection[str]) -> Iterator[str]:
    """The lines of a requirement."""
    yield f"  requirement {quoted(entry.id)} {wording.level(entry)} {{"
    yield f"    title     {quoted(wording.title(entry))}"
    if entry.clause:
        yield f"    clause    {quoted(entry.clause)}"
    condition = entry.condition or (f"levels {','.join(entry.levels)}" if entry.levels else "")
    if condition:
        yield f"    condition {quoted(condition)}"
    yield f"    severity  {entry.severity if entry.severity in SEVERITIES else 'medium'}"
    known = [name for name in entry.objectives if name in objectives]
    if known:
        yield f"    objective {', '.join(known)}"
    if entry.threats and all(map(NAME.fullmatch, entry.threats)):
        yield f"    threats   {', '.join(entry.threats)}"
    yield from _refs(entry)
    if (entry.since, entry.until) != (standard.since, standard.until):
        yield from _dates("  effective ", entry.since, entry.until)
    yield from _check(wording.questions(entry))
    if entry.effort in EFFORTS:
        yield f"    effort    {entry.effort}"
    if entry.fix:
        yield f"    fix       {quoted(entry.fix)}"
    note = _note(entry)
    if note:
        yield f"    note      {quoted(note)}"
    yield "  }"


def _check(asked: tuple[str, ...]) -> Iterator[str]:
    """The questions as lines of a check."""
    if len(asked) == 1:
        yield f"    check     manual {quoted(asked[0])}"
        return
    yield "    check {"
    yield ";\n".join(f"      manual {quoted(text)}" for text in asked)
    yield "    }"


def _refs(entry: Entry) -> Iterator[str]:
    """References to clauses of other standards."""
    items = [
        f"{r.standard}:{quoted(r.clause)}{' ' + r.strength if r.strength in STRENGTHS else ''}"
        for r in entry.refs
        if NAME.fullmatch(r.standard) and r.clause
    ]
    if items:
        yield f"    refs      {', '.join(items)}"


def _note(entry: Entry) -> str:
    """What the source says besides its title, where that is more."""
    parts = [entry.note]
    text = wording.plain(entry.text)
    if text and text != wording.plain(entry.title) and text.rstrip(".;:") != wording.title(entry):
        parts.append(text)
    parts += [wording.plain(remark) for remark in entry.remarks]
    if entry.parent:
        parts.append(f"It stands under {entry.parent}.")
    if entry.cres:
        parts.append(", ".join(entry.cres) + ".")
    return " ".join(part for part in parts if part)
