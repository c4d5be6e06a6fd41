"""A requirement: its parts gathered, its conditions lowered, its check split into lines.

Guarantees: each part stands at most once; every line of a check is one `ir.Line`; a block of `every` at the top of a
line becomes one line per entry, each with the same selection (Kleene conjunction distributes over `every`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from rulewright.diagnostics import Label, Severity
from rulewright.dsl import ir, tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.literals import Desk, listing
from rulewright.dsl.lower import TRUE, Asking, Lowering, Met
from rulewright.dsl.names import did_you_mean
from rulewright.dsl.params import parameter
from rulewright.dsl.quantifiers import Where
from rulewright.dsl.source import At

Level = Literal["shall", "should", "may"]
Grade = Literal["low", "medium", "high", "critical"]
Strength = Literal["", "equal", "subset", "superset", "intersects"]

T = TypeVar("T")

Part = tree.RequirementPart | tree.WaiverPart | tree.ObjectivePart | tree.Fresh

LEVELS: dict[str, Level] = {"may": "may", "should": "should", "shall": "shall"}
GRADES: dict[str, Grade] = {"low": "low", "medium": "medium", "high": "high", "critical": "critical"}
STRENGTHS: dict[str, Strength] = {
    "equal": "equal",
    "subset": "subset",
    "superset": "superset",
    "intersects": "intersects",
}
EFFORTS = {word: word for word in ("configuration", "code", "build", "document", "process", "service", "hardware")}
TRUST = {"declared": 0, "derived": 1, "observed": 2, "signed": 3}
EVIDENCE_LEVELS = {"present": 1, "configured": 2, "conditional": 3, "enabled": 4, "verified": 5}
"""`facts.types.Level` by its words."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a requirement takes from its module and the other modules."""

    module: str
    edition: str
    source: str
    scope: ir.Expr
    start: int | None
    end: int | None
    aliases: Mapping[str, str]
    clauses: Mapping[str, frozenset[str]]
    objectives: frozenset[str]
    detectors: frozenset[str]
    params: frozenset[str] = frozenset()
    """the parameters that its scope mentions"""


class Parts:
    """The parts of an item by keyword; a second one is a diagnostic."""

    def __init__(self, parts: Iterable[Part], desk: Desk) -> None:
        self.by_key: dict[str, Part] = {}
        self.good = True
        for part in parts:
            key = part_key(part)
            first = self.by_key.setdefault(key, part)
            if first is not part:
                self.good = False
                label = (Label(desk.source.span(first.at), "the first one"),)
                desk.sink.add("RW0109", f"`{key}` stands here a second time", desk.source, part.at, labels=label)

    def text(self, key: str) -> str:
        """The text of a setting, or nothing."""
        part = self.by_key.get(key)
        return part.value.text if isinstance(part, tree.Setting) else ""


_KEYS: dict[type, str] = {
    tree.Refs: "refs",
    tree.Applies: "applies when",
    tree.Check: "check",
    tree.Evidence: "evidence",
    tree.UnknownFails: "if unknown fail",
    tree.Approved: "approved",
    tree.Until: "until",
    tree.Provided: "provided",
    tree.Right: "right",
    tree.Fresh: "fresh",
}


def part_key(part: Part) -> str:
    """The keyword of a part."""
    return _KEYS.get(type(part)) or str(getattr(part, "key", ""))


def lower_requirement(
    node: tree.Requirement, lowering: Lowering, around: Surroundings
) -> tuple[ir.Requirement | None, Mapping[str, str]]:
    """The requirement in the IR, or None after diagnostics; and its questions by the names of their answers."""
    lowering.budget.again()
    lowering.context.mentioned.clear()
    lowering.asking = Asking(f"answer:{around.module}@{around.edition}:{node.id.text}")
    try:
        return _lowered(node, lowering, around), lowering.asking.texts
    finally:
        lowering.asking = None


def _lowered(node: tree.Requirement, lowering: Lowering, around: Surroundings) -> ir.Requirement | None:
    """The requirement in the IR, or None after diagnostics."""
    desk = lowering.context.desk
    parts = Parts(node.parts, desk)
    level = _level(node, parts, desk)
    severity = word_of(parts.by_key.get("severity"), GRADES, "a severity", "medium", desk)
    effort = word_of(parts.by_key.get("effort"), EFFORTS, "an effort", "", desk)
    applies = parts.by_key.get("applies when")
    applied: ir.Expr | None = TRUE
    applies_text = ""
    if isinstance(applies, tree.Applies):
        applied = lowering.expression(applies.expr)
        applies_text = _text(applies.expr.at, lowering)
    check = parts.by_key.get("check")
    lines: tuple[ir.Line, ...] | None = None
    if isinstance(check, tree.Check):
        lines = check_lines(check, lowering)
    else:
        desk.error(
            "RW0110", f"the requirement `{node.id.text}` has no `check`", node.id.at, "say what must be true: `check …`"
        )
    refs = _refs(parts.by_key.get("refs"), around, lowering)
    objective = _objectives(parts.by_key.get("objective"), around, lowering)
    evidence = _evidence(parts.by_key.get("evidence"), around, desk)
    start, end = dates(parts.by_key.get("effective"), desk)
    right = parts.by_key.get("right")
    if right is not None and level is not None and level != "may":
        hint = "write `may` after the id, or delete `right`"
        desk.error("RW0112", f"a right is a freedom, and `{level}` is an obligation", right.at, hint)
        return None
    if not parts.good or applied is None or level is None or severity is None or lines is None:
        return None
    if refs is None or objective is None or effort is None:
        return None
    threats = parts.by_key.get("threats")
    about = [found for name in objective if lowering.book is not None and (found := lowering.book.info(name))]
    return ir.Requirement(
        id=f"{around.module}:{node.id.text}",
        level=level,
        severity=severity,
        title=parts.text("title") or node.id.text,
        scope=around.scope,
        applies=applied,
        lines=lines,
        place=desk.source.place(node.at),
        objective=objective,
        threats=(
            tuple(n.text for n in threats.names)
            if isinstance(threats, tree.Names)
            else tuple(dict.fromkeys(threat for found in about for threat in found.threats))
        ),
        refs=refs,
        clause=parts.text("clause"),
        fix=parts.text("fix") or (about[0].fix if about else ""),
        effort=effort or (about[0].effort if about else ""),
        note=parts.text("note"),
        source=parts.text("source") or around.source,
        condition=parts.text("condition"),
        evidence=evidence,
        unknown_fails="if unknown fail" in parts.by_key,
        right="right" in parts.by_key,
        reading=parts.text("reading contested"),
        applies_text=applies_text,
        valid_from=later(around.start, start),
        valid_until=earlier(around.end, end),
        params=_params(around, lowering),
    )


def _params(around: Surroundings, lowering: Lowering) -> tuple[ir.Parameter, ...]:
    """The parameters that were named on the way here, and those of the scope."""
    known = lowering.context.params
    return tuple(parameter(around.module, n, known[n]) for n in sorted(lowering.context.mentioned | around.params))


def later(a: int | None, b: int | None) -> int | None:
    """The later of two days that may be open."""
    return max((x for x in (a, b) if x is not None), default=None)


def earlier(a: int | None, b: int | None) -> int | None:
    """The earlier of two days that may be open."""
    return min((x for x in (a, b) if x is not None), default=None)


def dates(part: object, desk: Desk) -> tuple[int | None, int | None]:
    """`from … until …` as days."""
    if not isinstance(part, tree.Dates):
        return None, None
    start = part.start.days if part.start else None
    end = part.end.days if part.end else None
    if start is not None and end is not None and end < start:
        desk.error("RW0310", "the end is before the start", part.at)
    return start, end


def word_of(part: object, known: Mapping[str, T], what: str, default: T, desk: Desk) -> T | None:
    """A setting whose value is a word of a fixed list."""
    return named(part.value, known, what, desk) if isinstance(part, tree.Setting) else default


def named(word: t.Name | t.Text, known: Mapping[str, T], what: str, desk: Desk) -> T | None:
    """What a word of a fixed list stands for."""
    found = known.get(word.text)
    if found is None:
        usual = "write `shall`" if word.text in {"must", "required"} and "shall" in known else None
        hint = usual or did_you_mean(word.text, known) or f"it is one of {listing(known)}"
        desk.error("RW0209", f"`{word.text}` is not {what}", word.at, hint)
    return found


def _level(node: tree.Requirement, parts: Parts, desk: Desk) -> Level | None:
    """The level after the id, or of the `level` part."""
    part = parts.by_key.get("level")
    if node.level is not None and isinstance(part, tree.Setting):
        desk.error("RW0109", "the level stands here a second time", part.at, "it already stands after the id")
        return None
    if node.level is not None:
        return named(node.level, LEVELS, "a level", desk)
    if isinstance(part, tree.Setting):
        return named(part.value, LEVELS, "a level", desk)
    desk.error(
        "RW0110",
        f"the requirement `{node.id.text}` has no level",
        node.id.at,
        "write `shall`, `should` or `may` after the id",
    )
    return None


def check_lines(check: tree.Check, lowering: Lowering) -> tuple[ir.Line, ...] | None:
    """The lines of a check; None when one has an error (each is looked at)."""
    lines: list[ir.Line] = []
    good = True
    for number, node in enumerate(check.lines, 1):
        label = f"check#{number}"
        if isinstance(node, t.Quantifier) and node.kind == "every" and node.block is not None and len(node.block) > 1:
            found = list(_every_lines(node, node.block, label, lowering))
            good = good and len(found) == len(node.block)
            lines += found
            continue
        if isinstance(node, t.Meets):
            met = lowering.met(node)
            good = good and met is not None
            lines += _met_lines(node, met, label)
            continue
        expr = lowering.expression(node)
        good = good and expr is not None
        if expr is not None:
            asked = f'manual "{node.question.text.strip()}"' if isinstance(node, t.Manual) else None
            lines.append(_line(label, asked or _text(node.at, lowering), expr, node.at, lowering))
    return tuple(lines) if good else None


def _met_lines(node: t.Meets, met: Met | None, label: str) -> list[ir.Line]:
    """The lines of an objective that a check meets; their places are those in its vocabulary."""
    lines = () if met is None else met.lines
    name = node.name.text
    return [
        ir.Line(label if len(lines) == 1 else f"{label}.{n}", f"meets {name}: {x.text}", x.expr, x.place, name)
        for n, x in enumerate(lines, 1)
    ]


def _every_lines(node: t.Quantifier, block: tuple[t.Expr, ...], label: str, lowering: Lowering) -> Iterator[ir.Line]:
    """One line per entry of the block of an `every`."""
    selection = lowering.selection(node, Where())
    if selection is None:
        return
    head = _text(node.head_at, lowering)
    for number, entry in enumerate(block, 1):
        body = lowering.expression(entry, selection.inside)
        if body is not None:
            text = f"{head} {{ {_text(entry.at, lowering)} }}"
            yield _line(f"{label}.{number}", text, selection.build(body), entry.at, lowering)


def _text(at: At, lowering: Lowering) -> str:
    """A stretch of the file on one line."""
    return lowering.context.desk.source.clean(at)


def _line(label: str, text: str, expr: ir.Expr, at: At, lowering: Lowering) -> ir.Line:
    """A line of the IR."""
    return ir.Line(label, text, expr, lowering.context.desk.source.place(at))


def _refs(part: object, around: Surroundings, lowering: Lowering) -> tuple[ir.Ref, ...] | None:
    """References; those to a used standard must exist there."""
    if not isinstance(part, tree.Refs):
        return ()
    refs = [_ref(item, around, lowering) for item in part.items]
    good = [r for r in refs if r is not None]
    return tuple(good) if len(good) == len(refs) else None


def _ref(item: tree.Reference, around: Surroundings, lowering: Lowering) -> ir.Ref | None:
    """One reference."""
    desk = lowering.context.desk
    strength: Strength | None = ""
    if item.strength is not None:
        strength = named(item.strength, STRENGTHS, "a correspondence", desk)
    name = item.standard.text
    target = around.aliases.get(name)
    if target is None:
        guess = did_you_mean(name, around.aliases)
        if guess is not None and name not in lowering.context.broken:
            message = f"`{name}` is no alias of a `use`: taken as a standard outside"
            desk.sink.add("RW0210", message, desk.source, item.standard.at, hint=guess, severity=Severity.WARNING)
    else:
        lowering.context.used.add(f"use {name}")
        known = around.clauses.get(target)
        if known is not None and item.clause.text not in known:
            hint = did_you_mean(item.clause.text, known)
            desk.error("RW0405", f"`{target}` has no requirement or clause `{item.clause.text}`", item.clause.at, hint)
            return None
    return None if strength is None else ir.Ref(target or name, item.clause.text, strength)


def _objectives(part: object, around: Surroundings, lowering: Lowering) -> tuple[str, ...] | None:
    """Objectives; when a vocabulary declares some, only those."""
    if not isinstance(part, tree.Names):
        return ()
    good = True
    for name in part.names:
        broken = lowering.book is not None and name.text in lowering.book.broken
        if around.objectives and name.text not in around.objectives and not broken:
            lowering.context.error(
                "RW0211", f"there is no objective `{name.text}`", name, did_you_mean(name.text, around.objectives)
            )
            good = False
    return tuple(n.text for n in part.names) if good else None


def _evidence(part: object, around: Surroundings, desk: Desk) -> ir.Evidence | None:
    """Which evidence counts."""
    if not isinstance(part, tree.Evidence):
        return None
    names = tuple(n.text for n in part.detectors)
    for name in part.detectors:
        if around.detectors and name.text not in around.detectors:
            message = f"no attribute names the detector `{name.text}`"
            hint = did_you_mean(name.text, around.detectors)
            desk.sink.add("RW0212", message, desk.source, name.at, hint=hint, severity=Severity.WARNING)
    need = {"": 0, "any": 1, "all": len(names)}.get(part.need)
    need = int(part.need) if need is None else need
    if need > len(names):
        desk.error("RW0310", f"{need} of {len(names)} detectors can never be met", part.at)
    trust = 0
    if part.trust is not None:
        trust = named(part.trust, TRUST, "a degree of trust", desk) or 0
    fresh = None if part.fresh is None else part.fresh.days + part.fresh.months * 30
    grade = 0 if part.grade is None else named(part.grade, EVIDENCE_LEVELS, "a level of evidence", desk) or 0
    return ir.Evidence(need, names, fresh, trust, grade)
