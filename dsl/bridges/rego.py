"""Requirements as a Rego module (Rego v1).

Guarantees: every expression becomes two rules, one for surely true and one for surely false; what is undefined in both is
unknown, so a missing fact never passes; text from a rule file stands in Rego only as a JSON string or behind `#` on one
line.  Completeness of lists, policies' assumptions on it, and lists that have elements of no known owner count as they do
for Rulewright.  What cannot be said is unknown (`losses`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import assert_never

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
    OfKnown,
    Sized,
    Within,
    other_states,
    said,
    shape,
)
from rulewright.dsl.bridges.naming import WORDS, identifier, variables
from rulewright.dsl.bridges.rego_text import PRELUDE, comment, heading, metadata
from rulewright.dsl.bridges.scope import bound, counted, free, held

_OPS: dict[ir.Comparison, str] = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
Body = list[str]
_LONG = 100


def module(program: ir.Program, requirements: Sequence[ir.Requirement], name: str) -> str:
    """Write the module of some requirements of a program; `name` is that of its package below `rulewright`."""
    parts = [_head(program, name), PRELUDE, _assumptions(program)]
    parts += [_Writer(requirement, f"r{number}").text() for number, requirement in enumerate(requirements, 1)]
    return "\n".join(parts)


def _head(program: ir.Program, name: str) -> str:
    """The package, and what it was made from."""
    made = [f"{m.kind} {m.id} {m.edition} sha256:{m.sha256}" for m in program.modules if m.kind != "vocabulary"]
    lines = ["# Exported by `rulewright convert --to rego`; do not edit.", *map(comment, made)]
    lines += ["# Input: rulewright-input/1, as `rulewright facts --policy … --format policy-input` writes it."]
    return "\n".join([*lines, f"package rulewright.{identifier(name)}", "", "import rego.v1", ""])


def _assumptions(program: ir.Program) -> str:
    """What the policies say of lists that do not state their completeness."""
    closed = sorted(a.collection for a in program.assumptions if a.state == "closed")
    lines = [f"assumed_complete := {_set(closed)}", f"unstated_is_open := {_set(sorted(program.unstated_open))}", ""]
    return "\n".join(lines)


def _set(words: Sequence[ir.Value]) -> str:
    """A set of literals, on several lines where one would be long: some engines bound the length of a line."""
    if not words:
        return "set()"
    members = [_value(word) for word in words]
    plain = ", ".join(members)
    return f"{{{plain}}}" if len(plain) < _LONG else "{\n\t\t" + ",\n\t\t".join(members) + ",\n\t}"


class _Writer:
    """Writes one requirement: helpers first, then its verdict."""

    def __init__(self, requirement: ir.Requirement, prefix: str) -> None:
        """Name its variables; nothing is written yet."""
        self.requirement = requirement
        self.prefix = prefix
        self.helpers: list[str] = []
        self.made: dict[tuple[ir.Expr, bool], str] = {}
        exprs = [requirement.scope, requirement.applies, *(line.expr for line in requirement.lines)]
        self.names = variables(frozenset[str]().union(*map(bound, exprs)))

    def text(self) -> str:
        """The whole requirement."""
        requirement, prefix = self.requirement, self.prefix
        lines: list[str] = []
        applies = ir.And((requirement.scope, requirement.applies))
        lines += self.rule(f"{prefix}_applies", self.body(applies, want=True))
        lines += self.rule(f"{prefix}_excluded", self.body(applies, want=False))
        lines += self.dated()
        for number, line in enumerate(requirement.lines, 1):
            lines += ["", comment(f"{line.label}: {line.text}"), *self.line(number, line.expr)]
        verdict = self.verdict()
        return "\n".join([heading(requirement), *self.helpers, *lines, "", *verdict, ""])

    def dated(self) -> list[str]:
        """When the requirement is in force: without a day of the run it is neither that nor not."""
        first, last = self.requirement.valid_from, self.requirement.valid_until
        inside = [f"today >= {first}"] if first is not None else []
        inside += [f"today <= {last}"] if last is not None else []
        outside = [f"{self.prefix}_excluded if today < {first}"] if first is not None else []
        outside += [f"{self.prefix}_excluded if today > {last}"] if last is not None else []
        return [*outside, *self.rule(f"{self.prefix}_in_force", inside)] if inside else []

    def line(self, number: int, expr: ir.Expr) -> list[str]:
        """One line of the check: true, false, and whether it selects nothing."""
        name = f"{self.prefix}_line_{number}"
        vacuous = isinstance(expr, ir.Quant) and expr.kind == "every"
        answers = f'{self.prefix}_lines contains [{number}, "%s"] if {{\n\t%s\n}}'
        out = self.rule(f"{name}_true", self.body(expr, want=True))
        out += self.rule(f"{name}_false", self.body(expr, want=False))
        out.append(answers % ("fail", f"{name}_false"))
        if not vacuous:
            return [*out, answers % ("pass", f"{name}_true")]
        assert isinstance(expr, ir.Quant)
        none, some = self.selection(expr)
        out.append(answers % ("not_applicable", f"{name}_true\n\t{none}"))
        return [*out, answers % ("pass", f"{name}_true\n\t{some}")]

    def selection(self, quant: ir.Quant) -> tuple[str, str]:
        """That a quantifier selects nothing, and that it selects something."""
        items, var = self.items(quant), self.names[quant.var]
        if quant.var not in free(quant.where):
            out = self.one(quant.where, want=False)
            spared = self.unless(quant.where, want=False)
            hit = self.one(quant.where, want=True) if losses.lossy(quant.where) else spared
            nothing = f"count([1 | some _ in {items}; {spared}]) == 0"
            return f"count({items}) == 0" if out == "false" else nothing, f"count({items}) > 0\n\t{hit}"
        none = f"every {var} in {items} {{\n\t\t{self.one(quant.where, want=False)}\n\t}}"
        if losses.lossy(quant.where):
            return none, f"some {var} in {items}\n\t{self.one(quant.where, want=True)}"
        return none, f"some {var} in {items}\n\t{self.unless(quant.where, want=False)}"

    def verdict(self) -> list[str]:
        """The verdict of the requirement, one of four, and what is lost."""
        requirement, prefix = self.requirement, self.prefix
        key = json.dumps(requirement.id)
        admitted = [f"{key} in input.admitted"] if requirement.evidence is not None else []
        hard = requirement.unknown_fails and not losses.softened(requirement)
        lost = [str(loss) for loss in losses.statement(requirement).losses]
        steps = [
            ("not_applicable", [*admitted, f"{prefix}_excluded"]),
            ("unknown", [f"not {prefix}_applies"]),
            *([("unknown", [f"not {prefix}_in_force"])] if self.dated() else []),
            ("fail", [*admitted, f"{prefix}_failed"]),
            ("fail", [*admitted, f"not {prefix}_decided"]) if hard else ("unknown", [f"not {prefix}_decided"]),
            ("pass", [*admitted, f"{prefix}_passed"]),
            ("not_applicable", admitted or ["true"]),
        ]
        chain = " else := ".join(f'"{word}" if {{\n\t{f"{chr(10)}{chr(9)}".join(body)}\n}}' for word, body in steps)
        return [
            f"{prefix}_decided if count({{n | some [n, _] in {prefix}_lines}}) == {len(requirement.lines)}",
            f'{prefix}_failed if {{\n\tsome [_, "fail"] in {prefix}_lines\n}}',
            f'{prefix}_passed if {{\n\tsome [_, "pass"] in {prefix}_lines\n}}',
            "",
            metadata(requirement),
            f'{prefix}_verdict := {chain} else := "unknown"',
            "",
            f"verdicts[{key}] := {prefix}_verdict",
            f"lost[{key}] := " + ("[\n\t" + ",\n\t".join(map(json.dumps, lost)) + ",\n]" if lost else "[]"),
        ]

    # --- expressions ---------------------------------------------------------------------------------------------------

    def body(self, expr: ir.Expr, *, want: bool) -> Body | None:
        """Statements that hold together where the expression surely is `want`; `None` where it never is."""
        ways = self.ways(expr, want=want)
        if len(ways) < 2:
            return ways[0] if ways else None
        return [self.helper(expr, ways, want=want)]

    def one(self, expr: ir.Expr, *, want: bool) -> str:
        """One statement instead of several."""
        body = self.body(expr, want=want)
        if body is None:
            return "false"
        if len(body) < 2:
            return body[0] if body else "true"
        return self.helper(expr, [body], want=want)

    def unless(self, expr: ir.Expr, *, want: bool) -> str:
        """A statement that holds where the expression is not surely `want`."""
        plain = self.one(expr, want=want)
        if plain.startswith("not "):
            plain = self.helper(expr, [[plain]], want=want)
        return f"not {plain}"

    def helper(self, expr: ir.Expr, ways: list[Body], *, want: bool) -> str:
        """Write a helper with alternatives; return its call."""
        found = self.made.get((expr, want))
        if found is None:
            found = f"{self.prefix}_{len(self.made) + 1}_{'true' if want else 'false'}"
            needs = ", ".join(self.names[var] for var in sorted(free(expr)))
            found = f"{found}({needs})" if needs else found
            self.made[expr, want] = found
            for way in ways:
                self.helpers += self.rule(found, way)
        return found

    @staticmethod
    def rule(name: str, body: Body | None) -> list[str]:
        """A rule; a name that never holds is a rule that fails, so that it can be asked for."""
        statements = ["false"] if body is None else body or ["true"]
        return [f"{name} if {{", *(f"\t{statement}" for statement in statements), "}"]

    def ways(self, expr: ir.Expr, *, want: bool) -> list[Body]:
        """Alternatives, each of statements that hold together."""
        match expr:
            case ir.Const(value):
                return [[]] if value is want else []
            case ir.Atom(term, test):
                answer = said(term, test)
                chosen = answer.true if want else answer.false
                return [[part for condition in way for part in self.condition(term, condition)] for way in chosen]
            case ir.Not(item):
                return self.ways(item, want=not want)
            case ir.And(items) if want:
                return self.together(items, want=want)
            case ir.Or(items) if not want:
                return self.together(items, want=want)
            case ir.And(items) | ir.Or(items):
                return [way for item in items for way in self.ways(item, want=want)]
            case ir.Quant():
                return self.quantified(expr, want=want)
            case _ as never:
                assert_never(never)

    def together(self, items: Sequence[ir.Expr], *, want: bool) -> list[Body]:
        """All at once."""
        bodies = [self.body(item, want=want) for item in items]
        if any(body is None for body in bodies):
            return []
        return [list(dict.fromkeys(part for body in bodies if body is not None for part in body))]

    def quantified(self, quant: ir.Quant, *, want: bool) -> list[Body]:
        """A quantifier: what the list's completeness allows, and then its elements.  Always a helper: it binds a name."""
        if quant.relation == "under":
            return []
        body = self.elements(quant, want=want)
        if body is None:
            return []
        existing = quant.kind in {"some", "at_least"}
        collection = json.dumps(quant.collection)
        basis = [f"present({collection})"] if want is existing else [f"complete({collection})"]
        if want is not existing and quant.relation == "of":
            owner = json.dumps(quant.owner_collection or "")
            basis.append(f"related({collection}, {owner}, {self.names[quant.owner or '']})")
            basis += [f"owned({collection}, {owner})"] if quant.owner_collection != quant.collection else []
        return [[self.helper(quant, [[*basis, *body]], want=want)]]

    def elements(self, quant: ir.Quant, *, want: bool) -> Body | None:
        """The truth over the elements that are listed."""
        var, items = self.names[quant.var], self.items(quant)
        match quant.kind, want:
            case ("every", True):
                return [f"every {var} in {items} {{\n\t\t{self.one(held(quant), want=True)}\n\t}}"]
            case ("every", False):
                return self.exists(quant, held(quant), want=False)
            case ("some", True) | ("no", False):
                return self.exists(quant, counted(quant), want=True)
            case ("some", False) | ("no", True):
                return [f"every {var} in {items} {{\n\t\t{self.one(counted(quant), want=False)}\n\t}}"]
            case _:
                least = quant.n if quant.kind == "at_least" else quant.n + 1
                enough = (quant.kind == "at_least") is want
                test = self.one(counted(quant), want=True) if enough else self.unless(counted(quant), want=False)
                each = var if quant.var in free(counted(quant)) else "_"
                return [f"count([1 | some {each} in {items}; {test}]) {'>=' if enough else '<'} {least}"]

    def exists(self, quant: ir.Quant, expr: ir.Expr, *, want: bool) -> Body | None:
        """Some element for which an expression surely is `want`."""
        body = self.body(expr, want=want)
        if body is None:
            return None
        if quant.var not in free(expr):
            return [f"count({self.items(quant)}) > 0", *body]
        return [f"some {self.names[quant.var]} in {self.items(quant)}", *body]

    def items(self, quant: ir.Quant) -> str:
        """The elements that a quantifier ranges over."""
        collection = json.dumps(quant.collection)
        if quant.relation == "of":
            return (
                f"children({collection}, {json.dumps(quant.owner_collection or '')}, {self.names[quant.owner or '']})"
            )
        return f"input.collections[{collection}].items"

    # --- conditions ----------------------------------------------------------------------------------------------------

    def place(self, term: ir.Term) -> tuple[str, str, str]:
        """Where a term is: the object that holds it, its key, and the reference to it."""
        match term:
            case ir.Attr(name):
                return "input.facts", json.dumps(name), f"input.facts[{json.dumps(name)}]"
            case ir.Field(var, _, name):
                owner, key = self.names[var], json.dumps(name)
                return owner, key, f"{owner}[{key}]" if name in WORDS else f"{owner}.{name}"
            case _ as never:
                assert_never(never)

    def known(self, term: ir.Term) -> str:
        """That a term is known: a value of the right type."""
        owner, key, _ = self.place(term)
        return f'known({owner}, {key}, "{shape(term.kind)}")'

    def condition(self, term: ir.Term, condition: Condition) -> Body:
        """A condition as statements, the guard first: what comes behind it is asked only of a known value."""
        owner, key, _ = self.place(term)
        states = "input.states" if isinstance(term, ir.Attr) else f"{owner}._states"
        match condition:
            case Known(holds):
                return [f"{'' if holds else 'not '}{self.known(term)}"]
            case InState(words, True):
                return [f"state({states}, {key}, {_set(words)})"]
            case InState(words, _):
                others = _set(other_states(words))
                return [f'no_state({states}, {owner}, {key}, "{shape(term.kind)}", {others})']
            case ComparedTerm(_, attr, _):
                return [self.known(term), self.known(attr), self.of_known(term, condition)]
            case _:
                return [self.known(term), self.of_known(term, condition)]

    def of_known(self, term: ir.Term, condition: OfKnown) -> str:
        """A condition of a value that is known, as one statement."""
        owner, key, path = self.place(term)
        match condition:
            case Compared(op, value):
                return f"{path} {_OPS[op]} {_value(value)}"
            case ComparedTerm(op, attr, days):
                _, _, other = self.place(attr)
                return f"{path} {_OPS[op]} {other}{f' + {days}' if days else ''}"
            case ComparedDay(op, days):
                return f"{path} {_OPS[op]} today{f' + {days}' if days else ''}"
            case Member(values, holds):
                return f"{'' if holds else 'not '}{path} in {_set(values)}"
            case Has(member, holds):
                return f"{'' if holds else 'not '}{json.dumps(member)} in {path}"
            case Within(members, holds):
                inside = f"count({{m | some m in {path}; not m in {_set(sorted(members))}}})"
                return f"{inside} == 0" if holds else f"{inside} > 0"
            case Matches(pattern, holds):
                return f"{'' if holds else 'not '}regex.match({json.dumps(pattern)}, {path})"
            case Judged(holds):
                valid = "input.valid" if isinstance(term, ir.Attr) else f"{owner}._valid"
                return f"{valid}[{key}] == {'true' if holds else 'false'}"
            case Sized(empty):
                return f"count({path}) {'==' if empty else '>'} 0"
            case _ as never:
                assert_never(never)


def _value(value: ir.Value) -> str:
    """A literal."""
    return json.dumps(list(value) if isinstance(value, tuple) else value)
