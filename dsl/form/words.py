"""Names, texts, numbers, dates and sets in the JSON form.

A bare word of the language is a JSON string as it is written (`"c.type"`, `"30d"`, `"9.0"`, `"2026-09-01"`), a quoted text is
`{"text": "…"}` wherever a bare word could stand; whole numbers are numbers; `true` and `false` may stand for these words.
Guarantees: what is read is one token of the lexer and nothing else, so no word can become more than a word in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from rulewright.dsl import tree_expr as t
from rulewright.dsl.build_expr import EPOCH, MICRO, day, decimal, duration, whole
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.form.shape import NOWHERE, Codec, Schema, Value, Wrong, expect, kind_of, step
from rulewright.dsl.lex import Token
from rulewright.dsl.limits import MAX_SET

_NAME = r"[A-Za-z_][A-Za-z0-9_]*(?:[.\-][A-Za-z0-9_]+)*"
_DATE = r"\d{4}-\d\d-\d\d"
_DURATION = r"\d+[dwmy]"
_DECIMAL = r"-?\d+\.\d+"
_IS_NAME = re.compile(_NAME, re.ASCII).fullmatch
_UNREADABLE = re.compile("[\n\x00\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SHAPES = {
    "DATE": re.compile(_DATE, re.ASCII).fullmatch,
    "DURATION": re.compile(_DURATION, re.ASCII).fullmatch,
    "DECIMAL": re.compile(_DECIMAL, re.ASCII).fullmatch,
}
_BUILD = {"DATE": day, "DURATION": duration, "DECIMAL": decimal}
_QUOTED = 'a text in quotes is written `{"text": "…"}`'


def _pattern(*shapes: str) -> str:
    """The shapes as a pattern that ECMA 262 reads the same."""
    return f"^(?:{'|'.join(shapes)})$".replace(r"\d", "[0-9]").replace(r"\-]", "-]")


def readable(value: str, what: str, at: str) -> None:
    """Raise Wrong where a string holds what no rule file can."""
    found = _UNREADABLE.search(value)
    if found is not None:
        name = "a line break" if found[0] == "\n" else f"the character U+{ord(found[0]):04X}"
        raise Wrong("RW0807", f"{what} holds {name}, which no rule file can", at, "leave it out")


READABLE = "^[^\\n\\u0000\\u202a-\\u202e\\u2066-\\u2069]*$"
"""The pattern of a text."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A name: a string that the lexer reads as one."""

    def dump(self, node: t.Name) -> str:
        """As written."""
        if node.text.endswith("+"):
            raise Wrong("RW0808", f"`{node.text}` ends with `+`, and the JSON form has that in sets only", "")
        return node.text

    def load(self, value: Value, at: str) -> t.Name:
        """A name, or Wrong."""
        expect(value, str, "a name", at)
        if _IS_NAME(value) is None:
            hint = "a name starts with a letter and holds letters, digits, `_`, and `.` or `-` between them"
            raise Wrong("RW0807", f"`{value[:60]}` is not a name", at, hint)
        return t.Name(value, NOWHERE)

    def schema(self) -> Schema:
        """A string of that shape."""
        return {"type": "string", "pattern": _pattern(_NAME)}


NAME = _Name()


@dataclass(frozen=True, slots=True)
class _Text:
    """A text: any string on one line."""

    def dump(self, node: t.Text) -> str:
        """The text."""
        return node.text

    def load(self, value: Value, at: str) -> t.Text:
        """A text, or Wrong."""
        expect(value, str, "a text", at)
        readable(value, "this text", at)
        return t.Text(value, NOWHERE)

    def schema(self) -> Schema:
        """A string without line breaks."""
        return {"type": "string", "pattern": READABLE}


TEXT = _Text()


@dataclass(frozen=True, slots=True)
class Wrapped:
    """An object with one member, whose value is the node: `{"text": "…"}`, `{"name": "…"}`, `{"vers": "…"}`."""

    member: str
    inner: Codec
    about: str

    def dump(self, node: Value) -> Value:
        """The object."""
        return {self.member: self.inner.dump(node)}

    def load(self, value: Value, at: str) -> Value:
        """What the object holds, or Wrong."""
        expect(value, dict, f'`{{"{self.member}": "…"}}`', at)
        if list(value) != [self.member]:
            raise Wrong("RW0805", f"an object here has the one member `{self.member}`", at)
        return self.inner.load(value[self.member], step(at, self.member))

    def schema(self) -> Schema:
        """An object of one member."""
        return {
            "type": "object",
            "title": f"a {self.member}",
            "properties": {self.member: {**self.inner.schema(), "description": self.about}},
            "required": [self.member],
            "additionalProperties": False,
        }


_WRAPPED_TEXT = Wrapped("text", TEXT, "The text in its quotes.")
_WRAPPED_NAME = Wrapped("name", NAME, "The id, which has no quotes in rule text.")


@dataclass(frozen=True, slots=True)
class _Id:
    """An id: a string where the text form quotes it, `{"name": "…"}` where it does not."""

    def dump(self, node: t.Name | t.Text) -> Value:
        """By what it is."""
        return _WRAPPED_NAME.dump(node) if isinstance(node, t.Name) else node.text

    def load(self, value: Value, at: str) -> t.Name | t.Text:
        """An id, or Wrong."""
        if isinstance(value, dict):
            made: t.Name = _WRAPPED_NAME.load(value, at)
            return made
        return TEXT.load(value, at)

    def schema(self) -> Schema:
        """A string or an object."""
        return {"anyOf": [TEXT.schema(), _WRAPPED_NAME.schema()]}


ID = _Id()


@dataclass(frozen=True, slots=True)
class Word:
    """A literal, of those kinds that may stand at a place."""

    what: str
    kinds: tuple[str, ...]
    truths: bool = False
    plus: bool = False

    def dump(self, node: t.Literal | t.WordSet) -> Value:
        """A bare word as a string, a text wrapped, a number as one."""
        match node:
            case t.Name():
                if self.truths and node.text in {"true", "false"}:
                    return node.text == "true"
                return node.text if self.plus else NAME.dump(node)
            case t.Text():
                return _WRAPPED_TEXT.dump(node)
            case t.Whole():
                return node.value
            case t.WordSet():
                raise Wrong("RW0808", "a range between sets has no JSON form", "")
            case _:
                return spelled(node)

    def load(self, value: Value, at: str) -> t.Literal:
        """A literal, or Wrong."""
        if isinstance(value, bool) and self.truths:
            return t.Name("true" if value else "false", NOWHERE)
        if type(value) is int and "INT" in self.kinds:
            return self._token(whole, "INT", str(value), at)
        if isinstance(value, dict) and "STRING" in self.kinds:
            text: t.Text = _WRAPPED_TEXT.load(value, at)
            return text
        if type(value) is not str:
            hint = 'a decimal is written as a string, like "9.0"' if type(value) is float else None
            raise Wrong("RW0806", f"expected {self.what}, found {kind_of(value)}", at, hint)
        return self._bare(value, at)

    def _bare(self, value: str, at: str) -> t.Literal:
        name = value.removesuffix("+") if self.plus else value
        if "NAME" in self.kinds and _IS_NAME(name) is not None:
            return t.Name(value, NOWHERE)
        for kind, shape in _SHAPES.items():
            if kind in self.kinds and shape(value) is not None:
                return self._token(_BUILD[kind], kind, value, at)
        hint = _QUOTED if "STRING" in self.kinds else None
        raise Wrong("RW0807", f"`{value[:60]}` is not {self.what}", at, hint)

    def _token(self, build: Value, kind: str, text: str, at: str) -> t.Literal:
        """What the parser makes of this token."""
        try:
            made: t.Literal = build(Token(kind, text, 0, len(text)))
        except Flaw as flaw:
            raise Wrong("RW0807", flaw.message, at, flaw.hint) from None
        return made

    def schema(self) -> Schema:
        """Any of the kinds."""
        shapes = {"NAME": f"{_NAME}\\+?" if self.plus else _NAME, "DATE": _DATE, "DURATION": _DURATION}
        shapes["DECIMAL"] = _DECIMAL
        bare = [shape for kind, shape in shapes.items() if kind in self.kinds]
        some: list[Schema] = [{"type": "string", "pattern": _pattern(*bare)}]
        some += [{"type": "integer"}] if "INT" in self.kinds else []
        some += [{"type": "boolean"}] if self.truths else []
        some += [_WRAPPED_TEXT.schema()] if "STRING" in self.kinds else []
        return some[0] if len(some) == 1 else {"anyOf": some}


def spelled(node: t.Decimal | t.Day | t.Duration) -> str:
    """The one spelling of a decimal, a date or a duration, in both forms."""
    match node:
        case t.Decimal():
            before, after = divmod(abs(node.micro), MICRO)
            return f"{'-' if node.micro < 0 else ''}{before}.{f'{after:06}'.rstrip('0') or '0'}"
        case t.Day():
            return date.fromordinal(node.days + EPOCH).isoformat()
        case _ if node.months:
            return f"{node.months // 12}y" if node.months % 12 == 0 else f"{node.months}m"
        case _:
            return f"{node.days}d"


_ALL = ("NAME", "STRING", "INT", "DECIMAL", "DATE", "DURATION")
LITERAL = Word("a word, a number or a text", _ALL, truths=True)
NUMBER = Word("a number or a date", ("INT", "DECIMAL", "DATE"))
DAY = Word("a date like 2026-12-31", ("DATE",))
DURATION = Word("a duration like 30d, 6m or 5y", ("DURATION",))
LENGTH = Word("a duration or the name of a parameter", ("DURATION", "NAME"))
COUNT = Word("a number or the name of a parameter", ("INT", "NAME"))
_IN_SET = Word("a word, a number or a text", _ALL, truths=True, plus=True)


@dataclass(frozen=True, slots=True)
class _Set:
    """A set: an array of literals; `"..."` as the last means that there may be more."""

    def dump(self, node: t.WordSet) -> Value:
        """The members in their order."""
        return [*(_IN_SET.dump(item) for item in node.items), *(["..."] if node.more else [])]

    def load(self, value: Value, at: str) -> t.WordSet:
        """A set, or Wrong."""
        expect(value, list, "an array of words", at)
        more = bool(value) and value[-1] == "..."
        inner = value[:-1] if more else value
        if more and not inner:
            raise Wrong("RW0807", "a set that goes on names one member at least", at)
        if len(inner) > MAX_SET:
            raise Wrong("RW0810", f"a set of {len(inner)} members, more than {MAX_SET}", at)
        return t.WordSet(tuple(_IN_SET.load(each, step(at, n)) for n, each in enumerate(inner)), more, NOWHERE)

    def schema(self) -> Schema:
        """An array."""
        return {"type": "array", "items": {"anyOf": [_IN_SET.schema(), {"const": "..."}]}, "maxItems": MAX_SET + 1}


SET = _Set()


@dataclass(frozen=True, slots=True)
class _Vers:
    """A version range."""

    def dump(self, node: t.Vers) -> str:
        """As written."""
        return node.text

    def load(self, value: Value, at: str) -> t.Vers:
        """A range, or Wrong."""
        return t.Vers(TEXT.load(value, at).text, NOWHERE)

    def schema(self) -> Schema:
        """A text."""
        return TEXT.schema()


@dataclass(frozen=True, slots=True)
class Either:
    """Of several codecs the one that a value's kind chooses: `str`, `list`, `dict`, and for nodes their types."""

    what: str
    by_node: tuple[tuple[tuple[type, ...], Codec], ...]
    by_value: tuple[tuple[type, Codec], ...]

    def dump(self, node: Value) -> Value:
        """By the type of the node."""
        return next(codec for kinds, codec in self.by_node if isinstance(node, kinds)).dump(node)

    def load(self, value: Value, at: str) -> Value:
        """By the kind of the value."""
        for kind, codec in self.by_value:
            if type(value) is kind:
                return codec.load(value, at)
        hint = 'a decimal is written as a string, like "9.0"' if type(value) is float else None
        raise Wrong("RW0806", f"expected {self.what}, found {kind_of(value)}", at, hint)

    def schema(self) -> Schema:
        """Any of them."""
        inner = list({id(codec): codec.schema() for _, codec in self.by_node}.values())
        return {"anyOf": inner}


_VERS = Wrapped("vers", _Vers(), "The version range.")
SETLIKE = Either(
    "an array, the name of a set, or a version range",
    (((t.WordSet,), SET), ((t.Name,), NAME), ((t.Vers,), _VERS)),
    ((list, SET), (str, NAME), (dict, _VERS)),
)
_LITERALS = (t.Name, t.Text, t.Whole, t.Decimal, t.Day, t.Duration)
LITERAL_OR_SET = Either(
    "a word, a number, a text or an array",
    ((_LITERALS, LITERAL), ((t.WordSet,), SET)),
    ((list, SET), (str, LITERAL), (int, LITERAL), (bool, LITERAL), (dict, LITERAL)),
)
