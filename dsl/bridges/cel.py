"""Requirements as CEL expressions in a small JSON envelope.

Guarantees: every expression of a requirement becomes two, one true where it is surely true and one where it is surely false;
both are guarded by `has()` or `in`, so a missing fact is an answer and no error, and never a pass.  `verdict` is one
expression of type string.  What cannot be said is unknown (`losses`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

import msgspec

from rulewright.dsl import ir
from rulewright.dsl.bridges import losses
from rulewright.dsl.bridges.conditions import (
    Compared,
    ComparedDay,
    ComparedTerm,
    Condition,
    Has,
    InState,
    Judged,
    Known,
    Matches,
    Member,
    Sized,
    Within,
    said,
)
from rulewright.dsl.bridges.naming import WORDS, variables
from rulewright.dsl.bridges.scope import bound, counted, held

_OPS: dict[ir.Comparison, str] = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
TRUE, FALSE = "true", "false"
VARIABLES = {
    "admitted": "list(string)",
    "as_of": "int",
    "collections": "map(string, dyn)",
    "facts": "map(string, dyn)",
    "states": "map(string, string)",
    "valid": "map(string, bool)",
}
"""What an expression may mention, with its type in CEL."""


class Pair(msgspec.Struct, frozen=True):
    """Two expressions: surely true, surely false; where neither is, it is unknown."""

    true: str
    false: str


class CheckLine(msgspec.Struct, frozen=True):
    """One line of the check; `not_applicable` is empty where the line cannot be."""

    label: str
    text: str
    true: str
    false: str
    not_applicable: str = ""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement: what it is, its expressions, and what is lost."""

    id: str
    title: str
    level: str
    severity: str
    clause: str
    refs: tuple[str, ...]
    scope: Pair
    applies: Pair
    check: tuple[CheckLine, ...]
    verdict: str
    lost: tuple[str, ...]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """Several requirements of one program, for an input of the form `rulewright-input/1`."""

    format: str = "rulewright-cel/1"
    variables: dict[str, str]
    modules: tuple[str, ...]
    requirements: tuple[Envelope, ...]


def document(program: ir.Program, requirements: tuple[ir.Requirement, ...]) -> bytes:
    """Write the envelopes of some requirements, as JSON."""
    made = tuple(f"{m.kind} {m.id} {m.edition} sha256:{m.sha256}" for m in program.modules if m.kind != "vocabulary")
    found = Document(
        variables=VARIABLES, modules=made, requirements=tuple(envelope(program, each) for each in requirements)
    )
    return msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"


def envelope(program: ir.Program, requirement: ir.Requirement) -> Envelope:
    """Say one requirement."""
    writer = _Writer(program, requirement)
    refs = tuple(f"{r.standard}:{r.clause} {r.strength}".strip() for r in requirement.refs)
    scope, applies = writer.pair(requirement.scope), writer.pair(requirement.applies)
    check = tuple(writer.line(line) for line in requirement.lines)
    return Envelope(
        id=requirement.id, title=requirement.title, level=requirement.level, severity=requirement.severity,
        clause=requirement.clause, refs=refs, scope=scope, applies=applies, check=check,
        verdict=_verdict(requirement, scope, applies, check),
        lost=tuple(str(loss) for loss in losses.statement(requirement).losses),
    )  # fmt: skip


def _verdict(requirement: ir.Requirement, scope: Pair, applies: Pair, check: tuple[CheckLine, ...]) -> str:
    """One expression for the verdict (language, section 5)."""
    outside = [scope.false, applies.false]
    outside += [f"as_of < {requirement.valid_from}"] if requirement.valid_from is not None else []
    outside += [f"as_of > {requirement.valid_until}"] if requirement.valid_until is not None else []
    inside = both([scope.true, applies.true])
    failed = either([line.false for line in check])
    decided = both([either([line.true, line.false]) for line in check])
    passed = either([both([line.true, negated(line.not_applicable or FALSE)]) for line in check])
    hard = requirement.unknown_fails and not losses.softened(requirement)
    words = (
        f'{either(outside)} ? "not_applicable" : {negated(inside)} ? "unknown" : {failed} ? "fail" : '
        f'{negated(decided)} ? "{"fail" if hard else "unknown"}" : {passed} ? "pass" : "not_applicable"'
    )
    if requirement.evidence is None:
        return words
    return f'{_text(requirement.id)} in admitted ? ({words}) : "unknown"'


def both(parts: list[str]) -> str:
    """Conjunction, without what is true anyway."""
    kept = list(dict.fromkeys(part for part in parts if part != TRUE))
    if FALSE in kept:
        return FALSE
    return kept[0] if len(kept) == 1 else f"({' && '.join(kept)})" if kept else TRUE


def either(parts: list[str]) -> str:
    """Disjunction, without what is false anyway."""
    kept = list(dict.fromkeys(part for part in parts if part != FALSE))
    if TRUE in kept:
        return TRUE
    return kept[0] if len(kept) == 1 else f"({' || '.join(kept)})" if kept else FALSE


def negated(part: str) -> str:
    """Negation."""
    return {TRUE: FALSE, FALSE: TRUE}.get(part) or f"!({part})"


class _Writer:
    """Writes the expressions of one requirement."""

    def __init__(self, program: ir.Program, requirement: ir.Requirement) -> None:
        """Name the variables; look up what the policies say of lists."""
        exprs = [requirement.scope, requirement.applies, *(line.expr for line in requirement.lines)]
        self.names = variables(frozenset[str]().union(*map(bound, exprs)))
        self.closed = {a.collection for a in program.assumptions if a.state == "closed"}
        self.hardened = set(program.unstated_open)

    def pair(self, expr: ir.Expr) -> Pair:
        """Both sides of an expression."""
        return Pair(self.say(expr, want=True), self.say(expr, want=False))

    def line(self, line: ir.Line) -> CheckLine:
        """Both sides of a line of the check, and when it selects nothing."""
        pair, expr = self.pair(line.expr), line.expr
        if not isinstance(expr, ir.Quant) or expr.kind != "every" or pair.true == FALSE:
            return CheckLine(line.label, line.text, pair.true, pair.false)
        none = both([pair.true, self.over(expr, "all", self.say(expr.where, want=False))])
        if not losses.lossy(expr.where):
            return CheckLine(line.label, line.text, pair.true, pair.false, none)
        some = self.over(expr, "exists", self.say(expr.where, want=True))
        return CheckLine(line.label, line.text, both([pair.true, either([none, some])]), pair.false, none)

    def say(self, expr: ir.Expr, *, want: bool) -> str:
        """An expression that is true where this one surely is `want`."""
        match expr:
            case ir.Const(value):
                return TRUE if value is want else FALSE
            case ir.Atom(term, test):
                answer = said(term, test)
                ways = answer.true if want else answer.false
                return either([both([self.condition(term, each) for each in way]) for way in ways])
            case ir.Not(item):
                return self.say(item, want=not want)
            case ir.And(items):
                return (both if want else either)([self.say(item, want=want) for item in items])
            case ir.Or(items):
                return (either if want else both)([self.say(item, want=want) for item in items])
            case ir.Quant():
                return FALSE if expr.relation == "under" else self.quantified(expr, want=want)
            case _ as never:
                assert_never(never)

    def quantified(self, quant: ir.Quant, *, want: bool) -> str:
        """A quantifier: what the list's completeness allows, and then its elements."""
        existing = quant.kind in {"some", "at_least"}
        basis = self.present(quant) if want is existing else self.complete(quant)
        return both([*basis, self.elements(quant, want=want)])

    def elements(self, quant: ir.Quant, *, want: bool) -> str:
        """The truth over the elements that are listed."""
        match quant.kind, want:
            case ("every", True):
                return self.over(quant, "all", self.say(held(quant), want=True))
            case ("every", False):
                return self.over(quant, "exists", self.say(held(quant), want=False))
            case ("some", True) | ("no", False):
                return self.over(quant, "exists", self.say(counted(quant), want=True))
            case ("some", False) | ("no", True):
                return self.over(quant, "all", self.say(counted(quant), want=False))
            case _:
                least = quant.n if quant.kind == "at_least" else quant.n + 1
                enough = (quant.kind == "at_least") is want
                test = self.say(counted(quant), want=True) if enough else negated(self.say(counted(quant), want=False))
                found = f"{self.items(quant)}.filter({self.names[quant.var]}, {test})"
                return f"size({found}) {'>=' if enough else '<'} {least}"

    def over(self, quant: ir.Quant, macro: str, test: str) -> str:
        """Ask all, or some, of the elements."""
        if (macro, test) in {("all", TRUE), ("exists", FALSE)}:
            return test
        return f"{self.items(quant)}.{macro}({self.names[quant.var]}, {test})"

    def items(self, quant: ir.Quant) -> str:
        """The elements that a quantifier ranges over."""
        whole = f"{_collection(quant.collection)}.items"
        if quant.relation != "of":
            return whole
        child, owner = self.names[quant.var], self.names[quant.owner or ""]
        kind = _text(quant.owner_collection or "")
        owners = f"has({child}._of) && {kind} in {child}._of && {owner}._id in {child}._of[{kind}]"
        return f"{whole}.filter({child}, {owners})"

    def present(self, quant: ir.Quant) -> list[str]:
        """The list is there at all."""
        place = _collection(quant.collection)
        return [f"{_text(quant.collection)} in collections", f'{place}.completeness in ["closed", "open", "unstated"]']

    def complete(self, quant: ir.Quant) -> list[str]:
        """The list can be taken as whole."""
        name, place = quant.collection, _collection(quant.collection)
        unstated = f'{place}.completeness == "unstated"'
        listed = f"(!has({place}.empty) || !{place}.empty) && size({place}.items) > 0"
        if name in self.closed:
            whole = f'{place}.completeness in ["closed", "unstated"]'
        elif self.hardened & {name, "*"}:
            whole = f'{place}.completeness == "closed"'
        else:
            whole = f'({place}.completeness == "closed" || ({unstated} && {listed}))'
        parts = [f"{_text(name)} in collections", whole]
        if quant.relation == "of" and quant.owner_collection != name:
            child, kind = self.names[quant.var], _text(quant.owner_collection or "")
            owned = f"has({child}._of) && {kind} in {child}._of && size({child}._of[{kind}]) > 0"
            parts.append(f"{place}.items.all({child}, {owned})")
        return parts

    # --- conditions ----------------------------------------------------------------------------------------------------

    def place(self, term: ir.Term) -> tuple[str, str]:
        """A term: that it is known, and its value."""
        match term:
            case ir.Attr(name):
                return f"{_text(name)} in facts", f"facts[{_text(name)}]"
            case ir.Field(var, _, name):
                owner = self.names[var]
                if name in WORDS:
                    return f"{_text(name)} in {owner}", f"{owner}[{_text(name)}]"
                return f"has({owner}.{name})", f"{owner}.{name}"
            case _ as never:
                assert_never(never)

    def condition(self, term: ir.Term, condition: Condition) -> str:  # noqa: C901 - one case for each condition
        """A condition with its guard."""
        known, value = self.place(term)
        match condition:
            case Compared(op, wanted):
                return f"({known} && {value} {_OPS[op]} {_value(wanted)})"
            case ComparedTerm(op, attr, days):
                other_known, other = self.place(attr)
                return f"({known} && {other_known} && {value} {_OPS[op]} {other}{f' + {days}' if days else ''})"
            case ComparedDay(op, days):
                return f"({known} && {value} {_OPS[op]} as_of{f' + {days}' if days else ''})"
            case Member(values, holds):
                test = f"{value} in [{', '.join(map(_value, values))}]"
                return f"({known} && {test if holds else negated(test)})"
            case Has(member, holds):
                test = f"{_text(member)} in {value}"
                return f"({known} && {test if holds else negated(test)})"
            case Within(members, holds):
                test = f"{value}.all(m_, m_ in [{', '.join(map(_text, members))}])"
                return f"({known} && {test if holds else negated(test)})"
            case Matches(pattern, holds):
                test = f"{value}.matches({_text(pattern)})"
                return f"({known} && {test if holds else negated(test)})"
            case Known(holds):
                return f"({known})" if holds else negated(known)
            case InState(states, holds):
                test = self.beside(term, "_states", "states", lambda at: f"{at} in [{', '.join(map(_text, states))}]")
                return test if holds else negated(test)
            case Judged(holds):
                return self.beside(term, "_valid", "valid", lambda at: f"{at} == {TRUE if holds else FALSE}")
            case Sized(empty):
                return f"({known} && size({value}) {'==' if empty else '>'} 0)"
            case _ as never:
                assert_never(never)

    def beside(self, term: ir.Term, inner: str, outer: str, test: Callable[[str], str]) -> str:
        """Test what the input says beside a value, where it says it."""
        match term:
            case ir.Attr(name):
                return f"({_text(name)} in {outer} && {test(f'{outer}[{_text(name)}]')})"
            case ir.Field(var, _, name):
                place = f"{self.names[var]}.{inner}"
                return f"(has({place}) && {_text(name)} in {place} && {test(f'{place}[{_text(name)}]')})"
            case _ as never:
                assert_never(never)


def _collection(name: str) -> str:
    """Where a collection is."""
    return f"collections[{_text(name)}]"


def _text(text: str) -> str:
    """A string literal of CEL: that of JSON, where what lies beyond the first plane is spelled with eight digits."""
    return '"' + "".join(_character(char) for char in text) + '"'


def _character(char: str) -> str:
    """One character of a string literal."""
    if char in '"\\':
        return f"\\{char}"
    code = ord(char)
    return char if 0x20 <= code < 0x7F else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _value(value: ir.Value) -> str:
    """A literal."""
    match value:
        case bool():
            return TRUE if value else FALSE
        case int():
            return str(value)
        case str():
            return _text(value)
        case tuple():
            return f"[{', '.join(map(_text, value))}]"
        case _ as never:
            assert_never(never)
