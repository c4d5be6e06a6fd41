"""Expressions in the JSON form: a bare string is a yes-or-no fact, everything else an object whose members say what it is.

Guarantees: one shape for each node, and one node for each shape.  What is nested beyond the limit is refused before it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rulewright.dsl import tree_expr as t
from rulewright.dsl.form.shape import (
    NOWHERE,
    Choice,
    Codec,
    ListOf,
    Member,
    Record,
    Ref,
    Schema,
    Value,
    Wrong,
    expect,
    kind_of,
)
from rulewright.dsl.form.words import COUNT, LENGTH, LITERAL, NAME, SETLIKE, TEXT
from rulewright.dsl.limits import MAX_DEPTH

EXPR = Ref("expression", lambda: EXPRESSION)
LINES = ListOf(EXPR, "conditions")
_VALUE = "The value that is looked at: a path, a parameter or a literal."
_SHIFTS = (
    Member("plus", LENGTH, "How much later.", required=False),
    Member("minus", LENGTH, "How much earlier.", required=False),
)


def _apart(one: str, other: str) -> Schema:
    """The rule that two members never stand together."""
    return {"not": {"required": [one, other]}}


def _shifted(node: t.Compare | t.Within) -> dict[str, Value]:
    """`+ 5y` and `- 30d` as members."""
    return {"plus": node.shift if node.sign > 0 else None, "minus": node.shift if node.sign < 0 else None}


def _shift(values: dict[str, Value]) -> dict[str, Value]:
    """The same the other way round."""
    plus, minus = values["plus"], values["minus"]
    if plus is not None and minus is not None:
        raise Wrong("RW0805", "`plus` and `minus` stand together", "", "keep one of them")
    return {"shift": plus or minus, "sign": -1 if minus is not None else 1}


def _compare(op: str, *, worded: str = "") -> Record:
    """A comparison, under its operator."""
    name = worded or op
    return Record(
        f"a comparison by `{name}`",
        t.Compare,
        (
            Member("value", LITERAL, _VALUE, "left"),
            Member(name, LITERAL, "What it is compared with.", "right"),
            *_SHIFTS,
        ),
        ("value", name),
        {"op": op, "worded": bool(worded)},
        unfold=lambda node: {"value": node.left, name: node.right, **_shifted(node)},
        fold=lambda values: {"left": values["value"], "right": values[name], **_shift(values)},
        rules=_apart("plus", "minus"),
    )


def _within(side: str) -> Record:
    """A date near another one."""
    return Record(
        f"a date within a length of time `{side}` another",
        t.Within,
        (
            Member("value", LITERAL, _VALUE, "path"),
            Member("within", LENGTH, "The length of time.", "length"),
            Member(side, LITERAL, "The other date.", "anchor"),
            *_SHIFTS,
        ),
        ("value", "within", side),
        {"side": side},
        unfold=lambda node: {"value": node.path, "within": node.length, side: node.anchor, **_shifted(node)},
        fold=lambda values: {
            "path": values["value"],
            "length": values["within"],
            "anchor": values[side],
            **_shift(values),
        },
        rules=_apart("plus", "minus"),
    )


def _two(name: str, node: type, title: str, codec: Value, about: str, attrs: tuple[str, str], **fixed: Value) -> Record:
    """A value, and what is asked about it."""
    members = (Member("value", LITERAL, _VALUE, attrs[0]), Member(name, codec, about, attrs[1]))
    return Record(title, node, members, ("value", name), fixed)


def _quantifier(kind: str, about: str, *, counts: bool) -> Record:
    """`every`, `some`, `no`, `at_least`, `at_most`."""
    count = (Member("count", COUNT, "How many: a number, or a parameter."),) if counts else ()
    members = (
        Member(kind, NAME, about, "collection"),
        *count,
        Member("as", NAME, "The variable that stands for each element.", "var"),
        Member("of", NAME, "Only the elements that belong to this one.", "owner", required=False),
        Member("under", NAME, "Only what this element depends on, directly or not.", required=False),
        Member("where", EXPR, "Which elements are meant.", required=False),
        Member("holds", LINES, "What holds for them, one condition a line.", "block", required=False),
    )
    return Record(
        f"a condition on elements (`{kind}`)",
        t.Quantifier,
        members,
        (kind,),
        {"kind": kind},
        unfold=lambda node: {
            kind: node.collection,
            "count": node.count,
            "as": node.var,
            "of": node.owner if node.relation == "of" else None,
            "under": node.owner if node.relation == "under" else None,
            "where": node.where,
            "holds": node.block,
        },
        fold=lambda values: _quantified(values, kind),
        rules=_apart("of", "under"),
    )


def _quantified(values: dict[str, Value], kind: str) -> dict[str, Value]:
    """The fields of a quantifier."""
    owned, under = values["of"], values["under"]
    if owned is not None and under is not None:
        raise Wrong("RW0805", "`of` and `under` stand together", "", "keep one of them")
    return {
        "count": values.get("count"),
        "collection": values[kind],
        "var": values["as"],
        "relation": "of" if owned is not None else "under" if under is not None else "all",
        "owner": owned or under,
        "where": values["where"],
        "block": values["holds"],
        "head_at": NOWHERE,
    }


def _junction(op: str, name: str) -> Record:
    """`all` and `any`."""
    return Record(
        f"`{name}` of some conditions",
        t.Junction,
        (Member(name, LINES, "The conditions.", "items"),),
        (name,),
        {"op": op},
    )


RECORDS = (
    _junction("and", "all"),
    _junction("or", "any"),
    Record("what does not hold", t.Not, (Member("not", EXPR, "The condition that does not hold.", "item"),), ("not",)),
    Record(
        "an implication",
        t.Implies,
        (
            Member("if", EXPR, "The condition.", "left"),
            Member("then", EXPR, "What holds where the condition does.", "right"),
        ),
        ("if",),
    ),
    Record(
        "a use of a definition",
        t.Call,
        (
            Member("call", NAME, "The definition.", "name"),
            Member(
                "with",
                ListOf(NAME, "variables"),
                "The elements that it is about.",
                "arguments",
                required=False,
                default=(),
            ),
        ),
        ("call",),
    ),
    Record(
        "the check of an objective",
        t.Meets,
        (Member("meets", NAME, "The objective.", "name"),),
        ("meets",),
    ),
    Record(
        "a question to a person",
        t.Manual,
        (Member("manual", TEXT, "The question.", "question"),),
        ("manual",),
    ),
    _quantifier("every", "A collection, of which each element is meant.", counts=False),
    _quantifier("some", "A collection, of which one element at least is meant.", counts=False),
    _quantifier("no", "A collection, of which no element is meant.", counts=False),
    _quantifier("at_least", "A collection, of which so many elements or more are meant.", counts=True),
    _quantifier("at_most", "A collection, of which so many elements or fewer are meant.", counts=True),
    _within("of"),
    _within("before"),
    _within("after"),
    _two("in", t.Member, "a member of a set", SETLIKE, "The set.", ("left", "right"), negated=False),
    _two("not_in", t.Member, "no member of a set", SETLIKE, "The set.", ("left", "right"), negated=True),
    _two("is", t.IsTest, "a quality", NAME, "The quality, like `known`.", ("path", "adjective"), negated=False),
    _two("is_not", t.IsTest, "a quality denied", NAME, "The quality.", ("path", "adjective"), negated=True),
    Record(
        "a pattern",
        t.Matches,
        (
            Member("value", LITERAL, _VALUE, "path"),
            Member("matches", TEXT, "The pattern.", "pattern"),
            Member("how", NAME, "The kind of pattern, like `regex`.", required=False),
        ),
        ("value", "matches"),
    ),
    _two("allows", t.Licences, "a licence that allows", SETLIKE, "The licences.", ("path", "ids"), how="allows"),
    _two("requires_any", t.Licences, "a licence required", SETLIKE, "The licences.", ("path", "ids"), how="requires"),
    *(_compare(op) for op in ("=", "!=", "<", "<=", ">", ">=")),
    _compare("<", worded="before"),
    _compare(">", worded="after"),
)
_CHOICE = Choice("condition", RECORDS)


@dataclass(frozen=True, slots=True)
class _Expression:
    """A condition: a bare string or one of the objects."""

    def dump(self, node: t.Expr) -> Value:
        """A fact as its name."""
        return NAME.dump(node.path) if isinstance(node, t.Truth) else _CHOICE.dump(node)

    def load(self, value: Value, at: str) -> t.Expr:
        """A name as a fact."""
        if isinstance(value, str):
            return t.Truth(NAME.load(value, at), NOWHERE)
        if not isinstance(value, dict):
            hint = "a condition is the name of a fact, or an object"
            raise Wrong("RW0806", f"expected a condition, found {kind_of(value)}", at, hint)
        expect(value, dict, "a condition", at)
        made: t.Expr = _CHOICE.load(value, at)
        return made

    def schema(self) -> Schema:
        """A name or an object."""
        return {"anyOf": [NAME.schema(), {"$ref": "#/$defs/condition"}]}


EXPRESSION: Codec = _Expression()
CONDITION = _CHOICE


def children(node: t.Expr) -> Iterator[t.Expr]:
    """The conditions inside a condition."""
    match node:
        case t.Not(item):
            yield item
        case t.Junction(_, items):
            yield from items
        case t.Implies(left, right):
            yield from (left, right)
        case t.Quantifier():
            yield from () if node.where is None else (node.where,)
            yield from node.block or ()
        case _:
            return


def too_deep(node: t.Expr) -> bool:
    """Whether conditions stand inside one another beyond the limit; it does not recurse."""
    level = [node]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in children(outer)]
        if not level:
            return False
    return True
