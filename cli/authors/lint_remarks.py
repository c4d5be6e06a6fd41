"""`rulewright lint --analyse`: what the analyser remarks about a file, as findings of the linter with their places.

Guarantees: a remark is given in the file where its requirement stands, and in no other; what the analyser could not look into is a
finding, too.  Remarks about the standards that a policy uses belong to these: lint them by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rulewright.cli.authors.lint_targets import Target
from rulewright.cli.compiling import compile_rules
from rulewright.cli.rule_sets import RuleSet
from rulewright.diagnostics import Diagnostic, Span
from rulewright.dsl import Source, ir
from rulewright.dsl.lint.model import Rule
from rulewright.dsl.lint.remarks import KINDS
from rulewright.dsl.source import SourceText, decode
from rulewright.engine.analysis import analyse
from rulewright.engine.analysis.findings import Analysis

_NEEDS_CONFLICTS = frozenset({"prefer", "waiver"})
_LEFT = "left"
_ITEM = re.compile(r'\S+[ \t]+(?:"[^"\n]*"|[^\s{]+)')


def remarks(target: Target, rules: Sequence[Rule], as_of: int) -> tuple[Diagnostic, ...]:
    """What the analyser says of a file; nothing where it does not compile, which is told anyway."""
    by_code = {rule.code: rule for rule in rules}
    kinds = {kind for kind, code in KINDS.items() if code in by_code and kind != _LEFT}
    if not kinds and KINDS[_LEFT] in by_code:
        kinds = {"dead", "vacuous"}  # asked for alone: what would not be looked into
    compiled = compile_rules(target.rules, {}, use_cache=False)
    if not kinds or compiled.program is None or not compiled.program.requirements:
        return ()
    found = _analysed(
        compiled.program, RuleSet([compiled.program], compiled.vocabulary(), [target.rules], {}), kinds, as_of
    )
    text = decode(Source(target.name, target.rules.texts[target.name]))
    assert isinstance(text, SourceText)
    return tuple(_told(found, target, text, by_code))


def _analysed(program: ir.Program, rules: RuleSet, kinds: set[str], as_of: int) -> Analysis:
    """Ask the analyser; conflicts of two only where a line of the file speaks of them."""
    wanted = set(kinds)
    if not any(t.action == "prefer" for r in program.requirements for t in r.tailored):
        wanted.discard("prefer")
    if not program.waivers:
        wanted.discard("waiver")
    clash = bool(wanted & _NEEDS_CONFLICTS)
    return analyse.analyse(
        rules.programs,
        rules.vocabulary,
        as_of=as_of,
        arity=2 if clash else 1,
        kinds=wanted | ({"contradiction", "tension"} if clash else set()),
        recompile=rules.again,
        base=rules.base,
    )


def _told(found: Analysis, target: Target, text: SourceText, rules: dict[str, Rule]) -> Iterator[Diagnostic]:
    """The remarks about this file, and what was not looked at."""
    for note in found.observations:
        rule = rules.get(KINDS[note.kind])
        if rule is None or (note.place is not None and note.place.file != target.name):
            continue
        span = _span(note.place, text) if note.place is not None else None
        notes = (f"such as {', '.join(f'{w.fact} = {w.value}' for w in note.witness)}",) if note.witness else ()
        source = None if span is not None else target.name
        yield Diagnostic(rule.code, rule.severity, _lower(note.text), span, (), notes, source=source)
    left = rules.get(KINDS[_LEFT])
    if left is not None:
        for said in _left(found, text):
            yield Diagnostic(left.code, left.severity, f"not analysed: {said}", source=target.name)


def _left(found: Analysis, text: SourceText) -> Iterator[str]:
    """What was not looked into, but for what stands in other files."""
    yield from found.extent.left
    for unknown in found.extent.unknowns:
        owner = unknown.owner.partition(":")[0]
        if not owner or re.search(rf"(?m)^(?:standard|policy|vocabulary)\s+{re.escape(owner)}\b", text.text):
            yield f"{unknown.owner}: {unknown.text}"


def _lower(text: str) -> str:
    """A remark as diagnostics are worded: no capital at the start, no full stop."""
    plain = text.rstrip(".")
    return plain[:1].lower() + plain[1:] if plain[1:2].islower() else plain


def _span(place: ir.Place, text: SourceText) -> Span:
    """The head of the item at a place: its keyword and its name."""
    start = text.starts[place.line - 1] + place.column - 1
    found = _ITEM.match(text.text, start)
    return text.span((start, found.end() if found else start + 1))
