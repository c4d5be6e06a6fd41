"""Requirements as CEL expressions in a small JSON envelope.

Guarantees: every expression of a requirement becomes two, one true where it is surely true and one where it is surely false;
both are guarded, so a fact that is missing, null or of another type is an answer and no error, and never a pass.  `verdict` is one
expression of type string.  What cannot be said is unknown (`losses`).
"""

from __future__ import annotations

from typing import assert_never

import msgspec

from rulewright.dsl import ir
from rulewright.dsl.bridges import losses
from rulewright.dsl.bridges.cel_text import (
    FALSE,
    NUMBER,
    TRUE,
    both,
    either,
    every,
    literal,
    moved,
    negated,
    text,
    texts,
    typed,
)
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
    OfKnown,
    Sized,
    Within,
    other_states,
    said,
    shape,
)
from rulewright.dsl.bridges.naming import WORDS, variables
from rulewright.dsl.bridges.scope import bound, counted, held

_OPS: dict[ir.Comparison, str] = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_TODAY = typed("as_of", "number")
VARIABLES = {
    "admitted": "list(dyn)",
    "as_of": "dyn",
    "collections": "map(string, dyn)",
    "facts": "map(string, dyn)",
    "states": "map(string, dyn)",
    "valid": "map(string, dyn)",
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
    first, last = requirement.valid_from, requirement.valid_until
    outside = [scope.false, applies.false]
    outside += [both([_TODAY, f"as_of < {first}"])] if first is not None else []
    outside += [both([_TODAY, f"as_of > {last}"])] if last is not None else []
    dated = [] if first is None and last is None else [_TODAY]
    inside = both([scope.true, applies.true, *dated])
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
    return f'{text(requirement.id)} in admitted ? ({words}) : "unknown"'


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
        owners = both([_numbered(owner), *_owners(child, quant), f"{owner}._id in {child}._of[{_kind(quant)}]"])
        return f"{whole}.filter({child}, {owners})"

    def present(self, quant: ir.Quant) -> list[str]:
        """The list is there at all, and its elements can be read."""
        place = _collection(quant.collection)
        return [*_listed(quant.collection), f'{place}.completeness in ["closed", "open", "unstated"]']

    def complete(self, quant: ir.Quant) -> list[str]:
        """The list can be taken as whole."""
        name, place = quant.collection, _collection(quant.collection)
        unstated = f'{place}.completeness == "unstated"'
        filled = f"has({place}.empty) && {place}.empty == false && size({place}.items) > 0"
        if name in self.closed:
            whole = f'{place}.completeness in ["closed", "unstated"]'
        elif self.hardened & {name, "*"}:
            whole = f'{place}.completeness == "closed"'
        else:
            whole = f'({place}.completeness == "closed" || ({unstated} && {filled}))'
        return [*_listed(name), whole, *(self.related(quant) if quant.relation == "of" else [])]

    def related(self, quant: ir.Quant) -> list[str]:
        """The children are all known: their owner has a number, and whose each element is can be read."""
        child, kind = self.names[quant.var], _kind(quant)
        owned = both(_owners(child, quant))
        if quant.owner_collection == quant.collection:
            link = f"has({child}._of) && type({child}._of) == map && (!({kind} in {child}._of) || {owned})"
        else:
            link = both([owned, f"size({child}._of[{kind}]) > 0"])
        return [_numbered(self.names[quant.owner or ""]), f"{_collection(quant.collection)}.items.all({child}, {link})"]

    # --- conditions ----------------------------------------------------------------------------------------------------

    def place(self, term: ir.Term) -> tuple[str, str]:
        """A term: that it is known, and its value."""
        match term:
            case ir.Attr(name):
                return f"{text(name)} in facts", f"facts[{text(name)}]"
            case ir.Field(var, _, name):
                owner = self.names[var]
                if name in WORDS:
                    return f"{text(name)} in {owner}", f"{owner}[{text(name)}]"
                return f"has({owner}.{name})", f"{owner}.{name}"
            case _ as never:
                assert_never(never)

    def known(self, term: ir.Term) -> str:
        """That a term is known: a value of the right type."""
        there, value = self.place(term)
        return both([there, typed(value, shape(term.kind))])

    def condition(self, term: ir.Term, condition: Condition) -> str:
        """A condition with its guard."""
        match condition:
            case Known(holds):
                return self.known(term) if holds else negated(self.known(term))
            case InState(words, holds):
                return self.in_state(term, words) if holds else self.no_state(term, words)
            case ComparedTerm(_, attr, _):
                return both([self.known(term), self.known(attr), self.of_known(term, condition)])
            case ComparedDay():
                return both([self.known(term), _TODAY, self.of_known(term, condition)])
            case _:
                return both([self.known(term), self.of_known(term, condition)])

    def of_known(self, term: ir.Term, condition: OfKnown) -> str:
        """A condition of a value that is known."""
        _, value = self.place(term)
        match condition:
            case Compared(op, wanted):
                return f"{value} {_OPS[op]} {literal(wanted)}"
            case ComparedTerm(op, attr, days):
                return f"{value} {_OPS[op]} {moved(self.place(attr)[1], days)}"
            case ComparedDay(op, days):
                return f"{value} {_OPS[op]} {moved('as_of', days)}"
            case Member(values, holds):
                test = f"{value} in [{', '.join(map(literal, values))}]"
                return test if holds else negated(test)
            case Has(member, holds):
                test = f"{text(member)} in {value}"
                return test if holds else negated(test)
            case Within(members, holds):
                test = every(value, "m_", f"m_ in {texts(members)}")
                return test if holds else negated(test)
            case Matches(pattern, holds):
                test = f"{value}.matches({text(pattern)})"
                return test if holds else negated(test)
            case Judged(holds):
                there, said_valid = self.beside(term, "_valid", "valid")
                return both([there, f"{said_valid} == {TRUE if holds else FALSE}"])
            case Sized(empty):
                return f"size({value}) {'==' if empty else '>'} 0"
            case _ as never:
                assert_never(never)

    def in_state(self, term: ir.Term, words: tuple[str, ...]) -> str:
        """The source says one of these states of a fact that it has no value for."""
        there, state = self.beside(term, "_states", "states")
        return both([there, f"{state} in {texts(words)}"])

    def no_state(self, term: ir.Term, words: tuple[str, ...]) -> str:
        """It surely says none of them: it says another one, or none and there is a value, or nothing at all."""
        there, state = self.beside(term, "_states", "states")
        key, value = self.place(term)
        none = both([self.readable(term), f"(!({self.stated(term)}) || {state} == null)"])
        silent = either([self.known(term), f"!({key})", f"{value} == null"])
        return either([both([there, f"{state} in {texts(other_states(words))}"]), both([none, silent])])

    def readable(self, term: ir.Term) -> str:
        """That there is a table of states."""
        if isinstance(term, ir.Attr):
            return TRUE
        place = f"{self.names[term.var]}._states"
        return f"(has({place}) && type({place}) == map)"

    def stated(self, term: ir.Term) -> str:
        """That the table of states says something of a fact."""
        where = "states" if isinstance(term, ir.Attr) else f"{self.names[term.var]}._states"
        return f"{text(term.name)} in {where}"

    def beside(self, term: ir.Term, inner: str, outer: str) -> tuple[str, str]:
        """What the input says beside a value: that it says it, and what."""
        key = text(term.name)
        match term:
            case ir.Attr():
                return f"{key} in {outer}", f"{outer}[{key}]"
            case ir.Field(var):
                place = f"{self.names[var]}.{inner}"
                return f"(has({place}) && type({place}) == map && {key} in {place})", f"{place}[{key}]"
            case _ as never:
                assert_never(never)


def _collection(name: str) -> str:
    """Where a collection is."""
    return f"collections[{text(name)}]"


def _listed(name: str) -> list[str]:
    """That a list is there whose elements can be read."""
    place = _collection(name)
    return [
        f"{text(name)} in collections",
        f"type({place}) == map",
        f"has({place}.completeness) && has({place}.items)",
        f"type({place}.items) == list",
        f"{place}.items.all(e_, type(e_) == map)",
    ]


def _kind(quant: ir.Quant) -> str:
    """The collection of the owner, as a literal."""
    return text(quant.owner_collection or "")


def _numbered(var: str) -> str:
    """That an element has a number."""
    return f"(has({var}._id) && {typed(f'{var}._id', 'number')})"


def _owners(child: str, quant: ir.Quant) -> list[str]:
    """That an element has a list of owners, all of them numbers."""
    place = f"{child}._of[{_kind(quant)}]"
    numbers = every(place, "n_", NUMBER)
    there = f"has({child}._of) && type({child}._of) == map && {_kind(quant)} in {child}._of"
    return [there, f"type({place}) == list", numbers]
