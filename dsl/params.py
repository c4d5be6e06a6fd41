"""Parameters: declared with a type, a value and a bound; set by a policy or from outside.

Guarantees: the value in force has the declared type and lies within the declared bound, whoever set it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from rulewright.diagnostics import Label
from rulewright.dsl import ir, tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.literals import Constant, Desk, ParamValue, ValueType, members_of, value_of
from rulewright.dsl.names import TypeLike, did_you_mean
from rulewright.dsl.parser import parse
from rulewright.dsl.source import At

SCALARS = ("bool", "int", "decimal", "string", "date", "duration", "version", "license", "purl", "cpe", "word")


@dataclass(frozen=True, slots=True)
class Override:
    """A value set elsewhere, with the file it stands in; from outside the rules it is a text."""

    value: t.Literal | t.WordSet | str
    desk: Desk
    at: At


def type_of(node: tree.Type, desk: Desk) -> ValueType | None:
    """A declared type, or None after a diagnostic."""
    name = node.name.text
    if node.words is not None:
        return _words_type(node, node.words, name, desk)
    if node.of is not None:
        member = node.of.text
        if name == "set" and member in SCALARS and member not in {"bool", "duration"}:
            return ValueType("set", member=member)
        desk.error(
            "RW0309",
            f"there is no type `{name}<{member}>`",
            node.at,
            "sets are written `set<license>`, `set<string>`, `set<word>`",
        )
        return None
    if name in SCALARS:
        return ValueType(name)
    if name == "set":
        return ValueType("set", member="word")
    if name == "enum":
        desk.error("RW0309", "an enum lists its words", node.at, "write `enum {a, b}`")
        return None
    guess = {
        "boolean": "bool",
        "integer": "int",
        "number": "int",
        "str": "string",
        "text": "string",
        "float": "decimal",
        "ratio": "decimal",
        "licence": "license",
        "list": "set",
    }.get(name)
    hint = f"did you mean `{guess}`?" if guess else did_you_mean(name, [*SCALARS, "enum", "set"])
    desk.error("RW0309", f"there is no type `{name}`", node.at, hint)
    return None


def _words_type(node: tree.Type, words: t.WordSet, name: str, desk: Desk) -> ValueType | None:
    """`enum {a, b}` or `set {a, b}`."""
    if name not in {"enum", "set"}:
        desk.error("RW0309", f"`{name}` lists no words", node.at, "write `enum {…}` or `set {…}`")
        return None
    values = []
    for item in words.items:
        if not isinstance(item, t.Name | t.Text):
            desk.error("RW0309", "the values of a type are words", item.at, "put it in quotes")
            return None
        values.append(item.text)
    if not values:
        desk.error("RW0309", "a type with words lists at least one", words.at)
        return None
    return ValueType(name, tuple(dict.fromkeys(values)), words.more, "enum" if name == "set" else "")


def _value(literal: t.Literal | t.WordSet, kind: ValueType, what: str, desk: Desk) -> Constant | None:
    """A literal as a value of the parameter's type."""
    if kind.kind != "set":
        return value_of(literal, kind, what, desk)
    if not isinstance(literal, t.WordSet):
        desk.error("RW0301", f"{what} is a set: expected `{{…}}`", literal.at)
        return None
    if not literal.items:
        return ()
    member = ValueType(kind.member, kind.values, kind.open_values)
    return members_of(literal, member, what, desk)


def declare(node: tree.Param, override: Override | None, desk: Desk) -> ParamValue | None:
    """The parameter with the value in force, or None after diagnostics."""
    kind = type_of(node.type, desk)
    if kind is None:
        return None
    what = f"`{node.name.text}`"
    value = _value(node.value, kind, what, desk)
    bound = None if value is None else _bound(node.bound, kind, desk)
    if value is None or bound is None or not _within(value, node, bound, desk, node.value.at, desk):
        return None
    if override is not None:
        given = override.value
        literal = from_outside(given, kind.kind) if isinstance(given, str) else given
        value = _value(literal, kind, what, override.desk)
        if value is None or not _within(value, node, bound, override.desk, override.at, desk):
            return None
    return ParamValue(kind, value, bound.low, bound.high, bound.words)


@dataclass(frozen=True, slots=True)
class _Bound:
    """What the value of a parameter may be: from `low` to `high`, or of these `words`; None: nothing is said."""

    low: Constant | None = None
    high: Constant | None = None
    words: tuple[ir.Value, ...] | None = None


def _bound(bound: tree.Bound | None, kind: ValueType, desk: Desk) -> _Bound | None:
    """The declared bound, or None after a diagnostic."""
    if bound is None:
        return _Bound()
    if bound.words is not None:
        words = members_of(bound.words, ValueType(kind.member) if kind.kind == "set" else kind, "the bound", desk)
        return None if words is None else _Bound(words=words)
    if kind.kind not in {"int", "decimal", "date", "duration"}:
        desk.error("RW0301", f"a parameter of type {kind} has no range", bound.at, "write `in {…}`")
        return None
    ends = ends_of(bound, kind, desk)
    return None if ends is None else _Bound(*ends)


def ends_of(bound: tree.Bound, kind: TypeLike, desk: Desk) -> tuple[Constant | None, Constant | None] | None:
    """The ends of a range, None where it is open; None after a diagnostic."""
    ends = [None if end is None else value_of(end, kind, "the bound", desk) for end in (bound.low, bound.high)]
    low, high = ends
    if (low is None and bound.low is not None) or (high is None and bound.high is not None):
        return None
    if low is not None and high is not None and _size(low) > _size(high):
        desk.error("RW0310", "this range is empty: its end is before its start", bound.at)
        return None
    return low, high


def _size(value: Constant) -> int:
    """A number that orders values of one type."""
    if isinstance(value, t.Duration):
        return value.months * 31 + value.days
    return value if isinstance(value, int) else 0


def _within(value: Constant, node: tree.Param, bound: _Bound, desk: Desk, at: At, home: Desk) -> bool:
    """Whether a value lies within the declared bound; a diagnostic when not."""
    inside = True
    if bound.words is not None:
        inside = set(value) <= set(bound.words) if isinstance(value, tuple) else value in bound.words
    if bound.low is not None and bound.high is not None:
        inside = _size(bound.low) <= _size(value) <= _size(bound.high)
    if not inside:
        assert node.bound is not None
        label = (Label(home.source.span(node.bound.at), "the bound is declared here"),)
        message = f"this value of `{node.name.text}` is outside its bound `{home.source.clean(node.bound.at)}`"
        hint = "give a value within it, or change the bound where it is declared"
        desk.sink.add("RW0310", message, desk.source, at, hint=hint, labels=label if desk is not home else ())
    return inside


def parameter(module: str, name: str, found: ParamValue) -> ir.Parameter:
    """A parameter as the program lists it.

    Durations of days are numbers of days; one of months or years is a text (`6m`), and so is each member of a set.
    """
    ends = (found.value, found.low, found.high)
    exact = all(end is None or isinstance(end, int) or _is_days(end) for end in ends)
    low, high = (_number(end) if exact else None for end in ends[1:])
    words = found.type.values if found.words is None and not found.type.open_values else found.words or ()
    texts = tuple(_text(word) for word in words)
    return ir.Parameter(module, name, str(found.type), _listed(found.value, exact=exact), low, high, texts)


def _is_days(value: Constant) -> bool:
    """Whether a duration has a fixed number of days."""
    return isinstance(value, t.Duration) and value.months == 0


def _number(value: Constant | None) -> int | None:
    """An end of a range."""
    return value.days if isinstance(value, t.Duration) else value if isinstance(value, int) else None


def _listed(value: Constant, *, exact: bool) -> ir.Value:
    """A value as the program lists it."""
    match value:
        case t.Duration():
            return value.days if exact else f"{value.months}m" if value.months else f"{value.days}d"
        case tuple():
            return tuple(_text(member) for member in value)
        case _:
            return value


def _text(value: ir.Value) -> str:
    """A member of a set as text."""
    return value if isinstance(value, str) else str(value)


_TEXTS = frozenset({"string", "version", "purl", "cpe"})


def from_outside(text: str, kind: str = "") -> t.Literal | t.WordSet:
    """A value given as text (`NAME=VALUE` on a command line); quotes and braces may be left out where the type wants them."""
    at = (0, len(text))
    bare = text.strip()
    if kind in _TEXTS and not bare.startswith('"'):
        return t.Text(text, at)
    if kind == "set" and not bare.startswith("{"):
        bare = f"{{{bare}}}"
    trial = f"set value = {bare}"
    try:
        items = parse(trial, (0, len(trial)), "items")
    except Flaw:
        return t.Text(text, at)
    if len(items) != 1:
        return t.Text(text, at)
    value: t.Literal | t.WordSet = items[0].value
    return _moved(value, at)


def _moved(value: t.Literal | t.WordSet, at: At) -> t.Literal | t.WordSet:
    """The value with the place of the text that was given."""
    if isinstance(value, t.WordSet):
        return replace(value, items=tuple(replace(item, at=at) for item in value.items), at=at)
    return replace(value, at=at)


def overrides_for(module: str, *, root: bool, given: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Parameters of a module that are set from outside: name → (key, text)."""
    found = {}
    for key, text in given.items():
        owner, _, name = key.rpartition(".")
        if owner == module or (root and not owner):
            found[name] = (key, text)
    return found
