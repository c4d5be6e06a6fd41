"""The mutants of a requirement: each part of what it says changed in every way.

Guarantees: no two mutants of one text say the same, and none says what the requirement says; the order is that of the
text.  Of a requirement too large to try every change (`WORK`) so many are made as can be, spread over it; the others are there
as not `tried`, which no test notices.  What in-file tests cannot notice is counted, not made (`untold`): the level of obligation,
and what the evidence clause says of sources and age, since a test expects a verdict and states no source.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.trial.mutant import Kind, Mutant
from rulewright.engine.trial.variants import variants

_ALWAYS = ir.Const(value=True)
WORK = 500_000
"""So much is evaluated for the changes of one requirement: changes times parts, some seconds."""
_EACH = 12
"""More changes than a part can have."""
Draft = tuple[Kind, str, str, ir.Place, ir.Requirement, str]


def mutants(requirement: ir.Requirement) -> list[Mutant]:
    """All mutants of a requirement."""
    found: list[Mutant] = []
    original = _meaning(requirement)
    seen: set[tuple[str, object]] = set()
    numbers: dict[str, int] = {}
    tried = _tried(requirement)
    for order, (kind, where, said, place, changed, shared) in enumerate(_drafts(requirement)):
        numbers[where] = numbers.get(where, 0) + 1
        wanted = tried is None or order in tried
        if wanted:
            meaning = _meaning(changed)
            if meaning == original or (shared, meaning) in seen:
                continue
            seen.add((shared, meaning))
        found.append(
            Mutant(
                kind=kind,
                where=where,
                said=said,
                place=place,
                changed=changed if wanted else requirement,
                number=numbers[where],
                shared=f"{shared}/{numbers[where]}" if shared else "",
                tried=wanted,
            )
        )
    return found


def _tried(one: ir.Requirement) -> frozenset[int] | None:
    """The numbers of the changes that are tried, spread evenly; `None`: all."""
    size = 1 + sum(_size(expr) for expr in (one.scope, one.applies, *(line.expr for line in one.lines)))
    if size * size * _EACH <= WORK:
        return None
    total = sum(1 for _ in _drafts(one))
    most = max(WORK // size, 1)
    return None if total <= most else frozenset(number * total // most for number in range(most))


def _size(expr: ir.Expr) -> int:
    """How many tests, members of their sets, and quantifiers there are."""
    match expr:
        case ir.Atom(_, ir.OneOf(members) | ir.SubsetOf(members)):
            return 1 + len(members)
        case ir.Atom(_, ir.LicenseAllows(ids) | ir.LicenseRequiresAny(ids)):
            return 1 + len(ids)
        case ir.Not(item):
            return _size(item)
        case ir.And(items) | ir.Or(items):
            return sum(map(_size, items))
        case ir.Quant():
            return 1 + _size(expr.where) + _size(expr.body)
        case _:
            return 1


def untold(requirement: ir.Requirement) -> int:
    """How many changes of level, sources and age there are that no in-file test can notice."""
    evidence = requirement.evidence
    parts = (evidence.detectors, evidence.fresh, evidence.trust) if evidence is not None else ()
    return 1 + sum(bool(part) for part in parts)


def _meaning(one: ir.Requirement) -> tuple[object, ...]:
    return (one.scope, one.applies, tuple(line.expr for line in one.lines), one.unknown_fails, one.evidence)


def _drafts(one: ir.Requirement) -> Iterator[Draft]:
    """Every change, in the order of the text."""
    yield from _scope(one)
    yield from _applies(one)
    yield from _lines_less(one)
    for place, line in enumerate(one.lines):
        yield from _line(one, place, line)
    yield from _levels(one)
    if one.unknown_fails:
        said = "without `if unknown fail`"
        yield "hardening", "if unknown fail", said, one.place, replace(one, unknown_fails=False), ""


def _scope(one: ir.Requirement) -> Iterator[Draft]:
    """The scope belongs to the standard: all its requirements share what is changed there."""
    shared = f"{one.place.file} {one.id.partition(':')[0]} scope"
    for kind, expr, said in _conditions(one.scope, "scope"):
        yield kind, "scope", said, one.place, replace(one, scope=expr), shared


def _applies(one: ir.Requirement) -> Iterator[Draft]:
    for kind, expr, said in _conditions(one.applies, "applies when"):
        yield kind, "applies when", said, one.place, replace(one, applies=expr), ""


def _conditions(expr: ir.Expr, word: str) -> Iterator[tuple[Kind, ir.Expr, str]]:
    """A condition dropped, negated, or changed inside."""
    if isinstance(expr, ir.Const):
        return
    yield "condition", _ALWAYS, f"without `{word}`"
    yield "condition", ir.Not(expr), f"`{word}` negated"
    yield from variants(expr)


def _lines_less(one: ir.Requirement) -> Iterator[Draft]:
    """A line of the check less: `meets OBJECTIVE` is one line there, and each line of the objective one in its own file."""
    numbered = list(enumerate(one.lines))
    for _, group in groupby(numbered, lambda item: (item[1].objective, own_label(item[1]))):
        taken = dict(group)
        first = next(iter(taken.values()))
        less = replace(one, lines=tuple(line for place, line in numbered if place not in taken))
        said = f"without `meets {first.objective}`" if first.objective else "without the line"
        yield "line", own_label(first), said, _at(one, first), less, ""
    for place, line in numbered:
        if line.objective:
            less = replace(one, lines=(*one.lines[:place], *one.lines[place + 1 :]))
            yield "line", f"{line.objective} {line.label}", "without the line", line.place, less, _shared(line)


def _line(one: ir.Requirement, place: int, line: ir.Line) -> Iterator[Draft]:
    """A line changed inside."""
    where = f"{line.objective} {line.label}" if line.objective else line.label
    shared = f"{_shared(line)} changed" if line.objective else ""
    for kind, expr, said in variants(line.expr):
        lines = (*one.lines[:place], replace(line, expr=expr), *one.lines[place + 1 :])
        yield kind, where, said, line.place, replace(one, lines=lines), shared


def _levels(one: ir.Requirement) -> Iterator[Draft]:
    """`at LEVEL` of the evidence clause: the level before and after, and none."""
    evidence = one.evidence
    if evidence is None or not evidence.level:
        return
    words = ("", "present", "configured", "conditional", "enabled", "verified")
    was = f"`at {words[evidence.level]}`"
    yield "level", "evidence", f"without {was}", one.place, replace(one, evidence=replace(evidence, level=0)), ""
    for level in (evidence.level - 1, evidence.level + 1):
        if 1 <= level <= 5:
            changed = replace(one, evidence=replace(evidence, level=level))
            yield "level", "evidence", f"{was} read as `at {words[level]}`", one.place, changed, ""


def own_label(line: ir.Line) -> str:
    """The label of a line as it is written in the requirement: `meets OBJECTIVE` is one line."""
    return line.label.partition(".")[0] if line.objective else line.label


def _shared(line: ir.Line) -> str:
    """The name of a line of an objective: the requirements that meet it share what is changed there."""
    return f"{line.place.file} {line.objective} {line.place.line}:{line.place.column}"


def _at(one: ir.Requirement, line: ir.Line) -> ir.Place:
    """Where a line stands in the requirement's own file; of an objective's, the requirement."""
    return one.place if line.objective else line.place
