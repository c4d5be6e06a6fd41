"""Tests in the JSON form: what is given, and the verdict that is expected.

A fact is its value; `null` is one that is not known; an array is a set; `{"rows": […]}` is a collection.
"""

from __future__ import annotations

from dataclasses import dataclass

from rulewright.dsl import tree_case as c
from rulewright.dsl import tree_expr as t
from rulewright.dsl.form.items import TARGET
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
    step,
)
from rulewright.dsl.form.words import DAY, LITERAL, LITERAL_OR_SET, NAME, SET, TEXT, Wrapped


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts of a product or of an element: an object, name by name."""

    def dump(self, node: c.Facts) -> Value:
        """An object in the order of the facts.  Raises Wrong where one is given twice."""
        made: dict[str, Value] = {}
        for item in node.items:
            name = NAME.dump(item.name)
            if name in made:
                raise Wrong("RW0808", f"`{name}` is given twice, and an object has a member once", "")
            made[name] = _FACT.dump(item.value)
        return made

    def load(self, value: Value, at: str) -> c.Facts:
        """Each member as a fact."""
        expect(value, dict, "an object of facts", at)
        return c.Facts(
            tuple(
                c.Assign(NAME.load(name, step(at, name)), _FACT.load(inner, step(at, name)), NOWHERE)
                for name, inner in value.items()
            ),
            NOWHERE,
        )

    def schema(self) -> Schema:
        """An object whose members are facts."""
        return {
            "title": "facts",
            "type": "object",
            "propertyNames": NAME.schema(),
            "additionalProperties": {"$ref": "#/$defs/fact"},
        }


FACTS_CODEC = _Facts()
FACTS = Ref("facts", lambda: FACTS_CODEC)


@dataclass(frozen=True, slots=True)
class _TextOr:
    """A text as a string, or something else as an object."""

    other: Codec

    def dump(self, node: Value) -> Value:
        """By what it is."""
        return node.text if isinstance(node, t.Text) else self.other.dump(node)

    def load(self, value: Value, at: str) -> Value:
        """By what it is."""
        return TEXT.load(value, at) if isinstance(value, str) else self.other.load(value, at)

    def schema(self) -> Schema:
        """Either."""
        return {"anyOf": [TEXT.schema(), self.other.schema()]}


_ROWS = Record(
    "a collection",
    c.Rows,
    (
        Member("rows", ListOf(_TextOr(FACTS), "elements", 0), "The elements: their facts, or names of elements."),
        Member("state", NAME, "How complete the list is, like `complete`.", required=False),
    ),
    ("rows",),
)
_GRADED = Record(
    "a value and its level",
    c.Graded,
    (Member("value", LITERAL_OR_SET, "The value."), Member("at", NAME, "The level of evidence.", "level")),
    ("value",),
)
_UNKNOWN = Wrapped("unknown", NAME, "Why it is not known.")
_OBJECTS = Choice("fact", (_ROWS, _GRADED))


@dataclass(frozen=True, slots=True)
class _Fact:
    """What a test says of a fact."""

    def dump(self, node: Value) -> Value:
        """By the type of the node."""
        match node:
            case c.Unknown():
                return _UNKNOWN.dump(node.reason) if node.reason is not None else None
            case c.Rows() | c.Graded():
                return _OBJECTS.dump(node)
            case _:
                return LITERAL_OR_SET.dump(node)

    def load(self, value: Value, at: str) -> Value:
        """By the kind of the value."""
        if value is None:
            return c.Unknown(None, NOWHERE)
        if isinstance(value, list):
            return SET.load(value, at)
        if isinstance(value, dict) and "unknown" in value:
            return c.Unknown(_UNKNOWN.load(value, at), NOWHERE)
        if isinstance(value, dict) and "text" not in value:
            return _OBJECTS.load(value, at)
        return LITERAL.load(value, at)

    def schema(self) -> Schema:
        """Any of them."""
        some = [LITERAL_OR_SET.schema(), _UNKNOWN.schema(), _ROWS.schema(), _GRADED.schema()]
        return {"anyOf": [{"type": "null"}, *some]}


_FACT = _Fact()
FACT_CODEC = _FACT


def _case(values: dict[str, Value]) -> dict[str, Value]:
    """The fields of a case; `with` goes with a document."""
    given, instead = values["given"], values["with"]
    if instead is not None and not isinstance(given, t.Text):
        raise Wrong("RW0805", "`with` changes facts of a document, and `given` names none", "")
    return {"given": given, "instead": instead, "expect": values["expect"], "on": values["on"]}


CASE = Record(
    "a case",
    c.Case,
    (
        Member("given", _TextOr(FACTS), "The facts, or the name of a document that holds them."),
        Member("with", FACTS, "Facts that count instead of those of the document.", required=False),
        Member("expect", NAME, "The verdict, like `pass` or `unknown`."),
        Member("on", ListOf(TEXT, "texts"), "The elements that the verdict rests on.", required=False, default=()),
    ),
    ("given",),
    commented=True,
    unfold=lambda node: {"given": node.given, "with": node.instead, "expect": node.expect, "on": node.on},
    fold=_case,
    rules={"if": {"required": ["with"]}, "then": {"properties": {"given": {"type": "string"}}}},
)
TEST = Record(
    "a test",
    dict,
    (
        Member("test", TARGET, "The requirement."),
        Member("as_of", DAY, "The day of the test.", required=False),
        Member("cases", ListOf(CASE, "cases", 0), "The cases, in their order."),
    ),
    ("test",),
    commented=True,
)
