"""How the JSON form is declared: one table says how a node is written, how it is read, and what its schema is.

Guarantees: a `Codec` writes, reads and describes the same thing; reading takes nothing that the schema would refuse; the first
thing wrong is a `Wrong` with the JSON pointer (RFC 6901) of the value.
What it does not do: know the nodes of the language; `words`, `expressions`, `items` and `cases` declare them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from rulewright.dsl.names import did_you_mean
from rulewright.dsl.source import At

Value = Any
"""A JSON value, or a node of the tree: the tables below give both their types back."""
Schema = dict[str, Value]
NOWHERE: At = (0, 0)
"""The place of nodes that come from JSON."""
COMMENTS = "comments"


class Wrong(Exception):  # noqa: N818 - it is not an error of the program
    """Code, message, pointer and hint of the diagnostic to be."""

    def __init__(self, code: str, message: str, at: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.at = at
        self.hint = hint


class Codec(Protocol):
    """One kind of value: from node to JSON, back, and its schema."""

    def dump(self, node: Value) -> Value:
        """The JSON value of a node.  Raises Wrong where there is none."""

    def load(self, value: Value, at: str) -> Value:
        """The node of a JSON value at a pointer.  Raises Wrong."""

    def schema(self) -> Schema:
        """The JSON Schema of the value."""


def step(at: str, key: str | int) -> str:
    """A pointer one step further."""
    return f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}"


def kind_of(value: Value) -> str:
    """What a JSON value is, for people."""
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")


def expect(value: Value, kind: type, what: str, at: str, hint: str | None = None) -> None:
    """Raise Wrong unless a value is of a kind."""
    if type(value) is not kind:
        raise Wrong("RW0806", f"expected {what}, found {kind_of(value)}", at, hint)


@dataclass(frozen=True, slots=True)
class ListOf:
    """An array with at least `least` members, all alike; a tuple of nodes."""

    item: Codec
    what: str
    least: int = 1

    def dump(self, node: Value) -> Value:
        """Each member."""
        return [self.item.dump(each) for each in node]

    def load(self, value: Value, at: str) -> Value:
        """Each member, in order."""
        expect(value, list, f"an array of {self.what}", at)
        if len(value) < self.least:
            raise Wrong("RW0806", f"expected at least {self.least} of {self.what}, found none", at)
        return tuple(self.item.load(each, step(at, n)) for n, each in enumerate(value))

    def schema(self) -> Schema:
        """An array."""
        least = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.item.schema(), **least}


@dataclass(frozen=True, slots=True)
class Constant:
    """One value that says only that it is there: `"right": true`."""

    value: Value

    def dump(self, _node: Value) -> Value:
        """The value."""
        return self.value

    def load(self, value: Value, at: str) -> Value:
        """Nothing but that value."""
        if type(value) is not type(self.value) or value != self.value:
            told = {True: "true"}.get(self.value, f'"{self.value}"')
            raise Wrong("RW0806", f"the only value here is `{told}`", at)
        return value

    def schema(self) -> Schema:
        """A constant."""
        return {"const": self.value}


@dataclass(frozen=True, slots=True)
class Ref:
    """A codec that is named in the schema, and made only when it is needed: expressions hold expressions."""

    name: str
    find: Callable[[], Codec]

    def dump(self, node: Value) -> Value:
        """As the named one."""
        return self.find().dump(node)

    def load(self, value: Value, at: str) -> Value:
        """As the named one."""
        return self.find().load(value, at)

    def schema(self) -> Schema:
        """A reference."""
        return {"$ref": f"#/$defs/{self.name}"}


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object: its name, how its value is written, what it means, and the field of the node that it is."""

    name: str
    codec: Codec
    about: str
    attr: str = ""
    required: bool = True
    default: Value = None

    @property
    def field(self) -> str:
        """The field of the node."""
        return self.attr or self.name


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a requirement, attribute, objective or waiver, as a member of its object."""

    name: str
    codec: Codec
    about: str
    node: type
    key: str | None
    wrap: Callable[[Value], Value]
    unwrap: Callable[[Value], Value]

    def fits(self, node: Value) -> bool:
        """Whether a node is this part."""
        return isinstance(node, self.node) and (self.key is None or getattr(node, "key", None) == self.key)


def _same(values: dict[str, Value]) -> dict[str, Value]:
    return values


@dataclass(frozen=True, slots=True)
class Record:
    """An object: the node it is, the members that tell it from others (`tag`), its other members, its parts in their order.

    `fixed` are fields of the node that the tag alone decides.  `unfold` makes of a node the values of its members, `fold`
    of the values of members the fields of the node, where they are not the same by name.
    """

    title: str
    node: Callable[..., Value]
    members: tuple[Member, ...]
    tag: tuple[str, ...] = ()
    fixed: Mapping[str, Value] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    commented: bool = False
    unfold: Callable[[Value], dict[str, Value]] | None = None
    fold: Callable[[dict[str, Value]], dict[str, Value]] = _same
    rules: Schema = field(default_factory=dict)

    def fits(self, node: Value) -> bool:
        """Whether a node is written so."""
        return type(node) is self.node and all(getattr(node, name) == value for name, value in self.fixed.items())

    def dump(self, node: Value) -> Value:
        """The members in the order of the table, then the parts in their own."""
        values = self.unfold(node) if self.unfold else {m.name: getattr(node, m.field) for m in self.members}
        made = {
            m.name: m.codec.dump(values[m.name])
            for m in self.members
            if m.required or values.get(m.name, m.default) != m.default
        }
        for part in node.parts if self.parts else ():
            name, value = self._part(part)
            if name in made:
                raise Wrong("RW0808", f"the part `{name}` stands twice, and an object has a member once", "")
            made[name] = value
        return made

    def _part(self, node: Value) -> tuple[str, Value]:
        part = next(part for part in self.parts if part.fits(node))
        return part.name, part.codec.dump(part.unwrap(node))

    def load(self, value: Value, at: str) -> Value:
        """Every member that is known, none that is not, all that must be."""
        expect(value, dict, f"an object ({self.title})", at)
        self.known(value, at)
        values = {m.name: self.member(m, value, at) for m in self.members}
        fields = self._fields(values, at)
        if self.parts:
            known = {part.name: part for part in self.parts}
            own = {m.name for m in self.members}
            fields["parts"] = tuple(
                part.wrap(part.codec.load(inner, step(at, name)))
                for name, inner in value.items()
                if name not in own and (part := known.get(name)) is not None
            )
        return self.node(**self.fixed, **fields, at=NOWHERE)

    def _fields(self, values: dict[str, Value], at: str) -> dict[str, Value]:
        if not self.unfold:
            return {m.field: values[m.name] for m in self.members}
        try:
            return self.fold(values)
        except Wrong as wrong:
            raise Wrong(wrong.code, wrong.message, at + wrong.at, wrong.hint) from None

    def member(self, member: Member, value: dict[str, Value], at: str) -> Value:
        """One member's node, or its default.  Raises Wrong where it must be there and is not."""
        if member.name in value:
            return member.codec.load(value[member.name], step(at, member.name))
        if member.required:
            raise Wrong("RW0804", f"{self.title} needs the member `{member.name}`", at, f"it is {lower(member.about)}")
        return member.default

    def known(self, value: dict[str, Value], at: str) -> None:
        """Raise Wrong at a member that there is not."""
        known = [
            *(m.name for m in self.members),
            *(p.name for p in self.parts),
            *([COMMENTS] if self.commented else []),
        ]
        for name in value:
            if name not in known:
                hint = did_you_mean(name, known) or f"there are {', '.join(f'`{each}`' for each in known)}"
                raise Wrong("RW0803", f"{self.title} has no member `{name}`", step(at, name), hint)

    def schema(self) -> Schema:
        """A closed object."""
        inner = {m.name: _described(m.codec.schema(), m.about) for m in self.members}
        inner |= {p.name: _described(p.codec.schema(), p.about) for p in self.parts}
        if self.commented:
            inner[COMMENTS] = _described({"$ref": "#/$defs/comments"}, "The comments that stand here, in their order.")
        return {
            "title": self.title,
            "type": "object",
            "properties": inner,
            "required": [m.name for m in self.members if m.required],
            "additionalProperties": False,
            **self.rules,
        }


def lower(text: str) -> str:
    """A description as the end of a sentence."""
    return (text[0].lower() + text[1:]).rstrip(".")


def _described(schema: Schema, about: str) -> Schema:
    """A schema with a description of its use here."""
    return {**schema, "description": about}


@dataclass(frozen=True, slots=True)
class Choice:
    """An object that is one of several records, told by its tag; the first whose tag is there."""

    what: str
    records: Sequence[Record]

    def dump(self, node: Value) -> Value:
        """As the record that fits."""
        return self.record(node).dump(node)

    def record(self, node: Value) -> Record:
        """The record that a node is written as."""
        return next(record for record in self.records if record.fits(node))

    def load(self, value: Value, at: str) -> Value:
        """As the first record whose tag is there."""
        expect(value, dict, f"an object ({self.what})", at)
        return self.chosen(value, at).load(value, at)

    def chosen(self, value: dict[str, Value], at: str) -> Record:
        """The record that an object is.  Raises Wrong."""
        for record in self.records:
            if all(name in value for name in record.tag):
                return record
        for record in self.records:
            if record.tag[0] in value and record.tag[0] != "value":
                return record
        tags = [name for record in self.records for name in record.tag]
        guess = next((hint for name in value if (hint := did_you_mean(name, tags)) is not None), None)
        listed = ", ".join(f"`{'` and `'.join(tag)}`" for tag in dict.fromkeys(record.tag for record in self.records))
        raise Wrong("RW0805", f"this object is no {self.what}", at, guess or f"one of these tells what it is: {listed}")

    def schema(self) -> Schema:
        """One of the objects."""
        return {"oneOf": [record.schema() for record in self.records]}
