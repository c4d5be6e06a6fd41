"""From compiled rules to a standard as the exchange formats see it.

Guarantees: every requirement of the module, in the order of its file; what is said of it is what the compiler says, with
defaults filled in (fix, effort and threats of its objectives).  Parameters and dates are read from the syntax tree, since
a program holds them only where they are used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from rulewright.dsl import ir, tree
from rulewright.dsl.library import read_source
from rulewright.dsl.sink import Sink
from rulewright.dsl.source import Source, SourceText
from rulewright.standards.book import Edition
from rulewright.standards.deciding import decided, questions
from rulewright.standards.exchange.model import Entry, Line, Parameter, Reference, Standard

_EPOCH = date(1970, 1, 1).toordinal()
_STRING = re.compile(r'"[^"\\]*"')
_LEVELS = re.compile(r"levels ([\w .+\-]+(?:,[\w .+\-]+)*)")


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
    edition = Edition(
        info=info,
        requirements={r.id.partition(":")[2]: r for r in own},
        detectors=program.detectors,
        questions=program.questions,
    )
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
        entries=tuple(_entry(r, edition) for r in own),
        parameters=tuple(_parameter(i, source) for i in module.items if isinstance(i, tree.Param)),
    )


def day(number: int | None) -> str:
    """A day as ISO 8601, or nothing."""
    return "" if number is None else date.fromordinal(_EPOCH + number).isoformat()


def _entry(found: ir.Requirement, edition: Edition) -> Entry:
    """A requirement."""
    levels = _LEVELS.match(found.condition)
    return Entry(
        id=found.id.partition(":")[2],
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
        decided=decided(found, edition),
        lines=tuple(Line(x.label, x.text) for x in found.lines),
        questions=questions(found, edition),
        since=day(found.valid_from),
        until=day(found.valid_until),
        levels=tuple(word.strip() for word in levels[1].split(",")) if levels else (),
    )


def _parameter(node: tree.Param, source: SourceText) -> Parameter:
    """A parameter with its default."""
    bound = source.clean(node.bound.at) if node.bound is not None else ""
    value = source.clean(node.value.at)
    is_text = _STRING.fullmatch(value) is not None
    return Parameter(node.name.text, source.clean(node.type.at), literal(value), bound, is_text)


def literal(text: str) -> str:
    """A value as others read it: a single string without its quotes, anything else as the rule file writes it."""
    return text[1:-1] if _STRING.fullmatch(text) else text
