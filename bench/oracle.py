"""A second opinion: the answers computed from the inventory in the most obvious way, without the engine.

Guarantees: it shares no code with `rulewright.engine`; it is written from the language reference.
What it does not do: run fast, or know more of the language than the benchmark's rules use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bench.answers import Answer, Answers, Verdict
from bench.inventory import AS_OF, LICENSES, Inventory, Value
from rulewright.dsl import ir

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip


def holds(test: ir.Test, value: Value | None) -> bool | None:  # noqa: C901  # one case per test
    """One test of one value, `None` being missing."""
    if isinstance(test, ir.Is) and test.adjective == "known":
        return value is not None
    if value is None:
        return None
    match test:
        case ir.Is(adjective="valid"):
            return str(value).startswith("pkg:")  # the only way in which a made-up purl is broken
        case ir.Cmp(op=op, value=other):
            return ORDER[op](value, other)
        case ir.CmpAsOf(op=op, days=days):
            return ORDER[op](value, AS_OF + days)
        case ir.OneOf(values=values):
            return value in values
        case ir.Contains(member=member):
            return isinstance(value, tuple) and member in value
        case ir.SubsetOf(members=members):
            return isinstance(value, tuple) and set(value) <= set(members)
        case ir.Glob(pattern=pattern):
            return matches(pattern, str(value))
        case ir.LicenseAllows(ids=ids):
            return any(set(choice) <= set(ids) for choice in LICENSES[str(value)])
        case _:
            raise NotImplementedError(test)


def matches(pattern: str, text: str) -> bool:
    """A glob that knows only `*`: the pieces between the stars, in order."""
    first, *rest = pattern.split("*")
    if not text.startswith(first):
        return False
    place = len(first)
    for i, piece in enumerate(rest):
        if i == len(rest) - 1:
            return text.endswith(piece) and place + len(piece) <= len(text)
        found = text.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return place == len(text)


def _not(value: bool | None) -> bool | None:  # noqa: FBT001  # three-valued
    return None if value is None else not value


def _all(values: Iterable[bool | None]) -> bool | None:
    found = set(values)
    return False if False in found else None if None in found else True


class Oracle:
    """Judges one inventory: every expression becomes the list of its values, one per component."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.ids = inventory.ids
        self.parents: list[list[int]] = [[] for _ in range(inventory.size)]
        for parent, child in inventory.edges():
            self.parents[child].append(parent)
        self.known: dict[tuple[str, ir.Test], list[bool | None]] = {}

    def atom(self, name: str, test: ir.Test) -> list[bool | None]:
        """A test of a field, for every component; each distinct value is tested once."""
        if (name, test) not in self.known:
            cells = self.inventory.cells[name]
            truth = {value: holds(test, value) for value in set(cells)}
            self.known[name, test] = [truth[value] for value in cells]
        return self.known[name, test]

    def above(self, start: set[int]) -> set[int]:
        """Everything that depends, directly or not, on one of these."""
        found: set[int] = set()
        todo = [p for i in start for p in self.parents[i]]
        while todo:
            node = todo.pop()
            if node not in found:
                found.add(node)
                todo += self.parents[node]
        return found

    def below(self, expr: ir.Quant) -> list[bool | None]:
        """`no … under c`, for every component `c`."""
        assert (expr.kind, expr.relation) == ("no", "under")
        bad = self.column(expr.where)
        surely = self.above({i for i, v in enumerate(bad) if v})
        maybe = self.above({i for i, v in enumerate(bad) if v is not False})
        return [False if i in surely else None if i in maybe else True for i in range(self.inventory.size)]

    def column(self, expr: ir.Expr) -> list[bool | None]:
        """An expression, for every component."""
        match expr:
            case ir.Const(value=value):
                return [value] * self.inventory.size
            case ir.Atom(term=ir.Field(name=name), test=test):
                return self.atom(name, test)
            case ir.Atom(term=ir.Attr(name=name), test=test):
                return [holds(test, self.inventory.attributes[name])] * self.inventory.size
            case ir.Not(item=item):
                return [_not(v) for v in self.column(item)]
            case ir.And(items=items):
                return [_all(row) for row in zip(*map(self.column, items), strict=True)]
            case ir.Or(items=items):
                return [_not(_all(map(_not, row))) for row in zip(*map(self.column, items), strict=True)]
            case ir.Quant():
                return self.below(expr)
            case _:
                raise NotImplementedError(expr)

    def quantifier(self, expr: ir.Quant) -> Answer:
        """The verdict on a quantifier over all components."""
        where = self.column(expr.where)
        if expr.kind in {"at_least", "at_most"}:
            sure, possible = sum(v is True for v in where), sum(v is not False for v in where)
            low, high = (
                (sure >= expr.n, possible >= expr.n)
                if expr.kind == "at_least"
                else (possible <= expr.n, sure <= expr.n)
            )
            return Answer("pass" if low else "unknown" if high else "fail")
        body = [_not(v) for v in where]  # `no`
        if expr.kind == "every":
            inner = self.column(expr.body)
            body = [
                True if w is False or b else False if w and b is False else None
                for w, b in zip(where, inner, strict=True)
            ]
        fail, unknown = (tuple(sorted(self.ids[i] for i, v in enumerate(body) if v is k)) for k in (False, None))
        empty = expr.kind == "every" and not any(v is not False for v in where)
        return Answer(
            "fail" if fail else "unknown" if unknown else "not_applicable" if empty else "pass", fail, unknown
        )

    def rule(self, requirement: ir.Requirement) -> Answer:
        """The verdict on one rule."""
        applies = self.column(requirement.applies)[0]
        if applies is not True:
            return Answer("not_applicable" if applies is False else "unknown")
        (line,) = requirement.lines
        if isinstance(line.expr, ir.Quant):
            return self.quantifier(line.expr)
        verdicts: dict[bool | None, Verdict] = {True: "pass", False: "fail", None: "unknown"}
        return Answer(verdicts[self.column(line.expr)[0]])


def judge(program: ir.Program, inventory: Inventory) -> Answers:
    """The answers to every rule of the program."""
    oracle = Oracle(inventory)
    return {r.id: oracle.rule(r) for r in program.requirements}
