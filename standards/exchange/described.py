"""From compiled rules to a standard as the exchange formats see it.

Guarantees: every requirement of the module, in the order of its file; what is said of it is what the compiler says, with
defaults filled in (fix, effort and threats of its objectives).  Parameters and dates are read from the syntax tree, since
a program holds them only where they are used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from rulewright.dsl import ir, tree
from rulewright.dsl.library import read_source
from rulewright.dsl.sink import Sink
from rulewright.dsl.source import Source, SourceText
from rulewright.standards.exchange.model import Entry, Line, Parameter, Reference, Standard

_EPOCH = date(1970, 1, 1).toordinal()
_LEVELS = re.compile(r"levels ([\w .+\-]+(?:,[\w .+\-]+)*)")
ANSWER = "answer:"


def modules(texts: Mapping[str, bytes]) -> dict[tuple[str, str], tuple[tree.Module, SourceText]]:
    """The syntax trees of rule files that compile, by id and edition."""
    found: dict[tuple[str, str], tuple[tree.Module, SourceText]] = {}
    for name in sorted(texts):
        file = read_source(Source(name, texts[name]), Sink(), tests=False)
        if file is not None:
            for module in file.file.modules:
                found.setdefault((module.head.id.text, module.head.edition.text), (module, file.source))
    return found


def described(program: ir.Program, info: ir.ModuleInfo, module: tree.Module, source: SourceText) -> Standard:
    """A module of a program with its own requirements."""
    own = [r for r in program.requirements if r.id.partition(":")[0] == info.id]
    own.sort(key=lambda r: (r.place.file, r.place.line, r.id))
    valid = next((i for i in module.items if isinstance(i, tree.Dates) and i.key == "valid"), None)
    return Standard(
        id=info.id,
        edition=info.edition,
        kind=info.kind,
        title=info.title,
        publisher=info.publisher,
        force=info.force,
        jurisdiction=info.jurisdiction,
        license=info.license,
        source=info.source,
        sha256=info.sha256,
        since=day(valid.start.days if valid and valid.start else None),
        until=day(valid.end.days if valid and valid.end else None),
        entries=tuple(_entry(r, info, program) for r in own),
        parameters=tuple(_parameter(i, source) for i in module.items if isinstance(i, tree.Param)),
    )


def day(number: int | None) -> str:
    """A day as ISO 8601, or nothing."""
    return "" if number is None else date.fromordinal(_EPOCH + number).isoformat()


def _entry(found: ir.Requirement, info: ir.ModuleInfo, program: ir.Program) -> Entry:
    """A requirement."""
    name = found.id.partition(":")[2]
    own = f"{ANSWER}{info.id}@{info.edition}:{name}"
    levels = _LEVELS.match(found.condition)
    return Entry(
        id=name,
        title=found.title,
        text=found.title,
        clause=found.clause,
        level=found.level,
        severity=found.severity,
        objectives=found.objective,
        threats=found.threats,
        refs=tuple(Reference(r.standard, r.clause, r.strength) for r in found.refs),
        fix=found.fix,
        effort=found.effort,
        condition=found.condition,
        note=found.note,
        source=found.source,
        decided=decided(found, program),
        lines=tuple(Line(x.label, x.text) for x in found.lines),
        questions=tuple(
            program.questions[key]
            for key in sorted(program.questions, key=lambda k: (len(k), k))
            if key == own or key.startswith(f"{own}#")
        ),
        since=day(found.valid_from),
        until=day(found.valid_until),
        levels=tuple(word.strip() for word in levels[1].split(",")) if levels else (),
    )


def _parameter(node: tree.Param, source: SourceText) -> Parameter:
    """A parameter with its default."""
    bound = source.clean(node.bound.at) if node.bound is not None else ""
    return Parameter(node.name.text, source.clean(node.type.at), source.clean(node.value.at), bound)


def decided(found: ir.Requirement, program: ir.Program) -> str:
    """Whether a check rests on facts alone (`machine`), on answers of a person alone (`manual`), or on both (`partly`)."""
    names = {name for x in found.lines for name in _facts(x.expr)}
    by_hand = {n for n in names if n.startswith(ANSWER) or program.detectors.get(n) == ("manual",)}
    if not by_hand:
        return "machine"
    return "manual" if by_hand == names else "partly"


def _facts(expr: ir.Expr) -> Iterator[str]:
    """The names of what an expression looks at."""
    match expr:
        case ir.Atom(term, test):
            yield term.name
            if isinstance(test, ir.CmpAttr):
                yield test.attr.name
        case ir.Not(item):
            yield from _facts(item)
        case ir.And(items) | ir.Or(items):
            for item in items:
                yield from _facts(item)
        case ir.Quant():
            yield from _facts(expr.where)
            yield from _facts(expr.body)
        case ir.Const():
            return
