"""Modules and their items in the JSON form: an object each, told by the member that has the keyword's name."""

from __future__ import annotations

from dataclasses import dataclass

from rulewright.dsl import tree
from rulewright.dsl.form import parts
from rulewright.dsl.form.expressions import EXPR
from rulewright.dsl.form.shape import NOWHERE, Choice, Codec, ListOf, Member, Record, Ref, Schema, Value, Wrong
from rulewright.dsl.form.words import ID, LITERAL, LITERAL_OR_SET, NAME, NUMBER, SET, TEXT

_OF_ANOTHER = Record(
    "a requirement of another module",
    tree.Target,
    (Member("standard", NAME, "The alias of the module.", "alias"), Member("id", ID, "The requirement.")),
)


@dataclass(frozen=True, slots=True)
class _Target:
    """A requirement that is named: its id, or with the alias of its module."""

    def dump(self, node: tree.Target) -> Value:
        """An id alone, or an object."""
        return ID.dump(node.id) if node.alias is None else _OF_ANOTHER.dump(node)

    def load(self, value: Value, at: str) -> tree.Target:
        """A target, or Wrong."""
        if isinstance(value, dict) and list(value) != ["name"]:
            made: tree.Target = _OF_ANOTHER.load(value, at)
            return made
        return tree.Target(None, ID.load(value, at), NOWHERE)

    def schema(self) -> Schema:
        """A string or an object."""
        return {"anyOf": [*ID.schema()["anyOf"], _OF_ANOTHER.schema()]}


TARGET_CODEC = _Target()
TARGET = Ref("target", lambda: TARGET_CODEC)
_RANGE = Record(
    "a range",
    tree.Bound,
    (Member("from", LITERAL, "The least.", "low"), Member("to", LITERAL, "The greatest.", "high")),
    unfold=lambda node: {"from": node.low, "to": node.high},
    fold=lambda values: {"low": values["from"], "high": values["to"], "words": None},
)
_DOMAIN = Record(
    "the values that there are",
    tree.Bound,
    (
        Member("from", NUMBER, "The least.", "low"),
        Member("to", NUMBER, "The greatest.", "high", required=False),
    ),
    unfold=lambda node: {"from": node.low, "to": node.high},
    fold=lambda values: {"low": values["from"], "high": values["to"], "words": None},
)


@dataclass(frozen=True, slots=True)
class _Bound:
    """What a parameter may be set to: a range or a set."""

    def dump(self, node: tree.Bound) -> Value:
        """An object or an array."""
        return SET.dump(node.words) if node.words is not None else _RANGE.dump(node)

    def load(self, value: Value, at: str) -> tree.Bound:
        """A bound, or Wrong."""
        if isinstance(value, list):
            return tree.Bound(None, None, SET.load(value, at), NOWHERE)
        made: tree.Bound = _RANGE.load(value, at)
        return made

    def schema(self) -> Schema:
        """An object or an array."""
        return {"anyOf": [_RANGE.schema(), SET.schema()]}


_TYPE = (
    Member("type", NAME, "The type, like `bool`, `int`, `enum` or `set`."),
    Member("of", NAME, "The type of a set's members.", required=False),
    Member("words", SET, "The words of an enumeration.", required=False),
)
_UNTYPED = {"not": {"required": ["of", "words"]}}


def _typed(node: tree.Type) -> dict[str, Value]:
    """A type as members."""
    return {"type": node.name, "of": node.of, "words": node.words}


def _type(values: dict[str, Value]) -> tree.Type:
    """The same the other way round."""
    if values["of"] is not None and values["words"] is not None:
        raise Wrong("RW0805", "`of` and `words` stand together", "", "keep one of them")
    return tree.Type(values["type"], values["of"], values["words"], NOWHERE)


def _setting(key: str, codec: Codec, about: str) -> Record:
    """A keyword with a word or a text."""
    member = Member(key, codec, about, "value")
    return Record(f"the {key}", tree.Setting, (member,), (key,), {"key": key}, commented=True)


def _item(title: str, node: type, *members: Member, **more: Value) -> Record:
    """An item whose first member tells what it is."""
    return Record(title, node, members, (members[0].name,), commented=True, **more)


def _change(action: str, aspect: str) -> Record:
    """`tighten` or `weaken`, of a severity or a level."""
    members = (
        Member(action, TARGET, "The requirement.", "target"),
        Member(aspect, NAME, f"The new {aspect}.", "value"),
        Member("because", TEXT, "Why.", required=False),
    )
    fixed = {"action": action, "aspect": aspect}
    return Record(f"a change (`{action}`)", tree.Change, members, (action, aspect), fixed, commented=True)


_BECAUSE = Member("because", TEXT, "Why.")
_MAYBE_BECAUSE = Member("because", TEXT, "Why.", required=False)
_FORMAL = Record(
    "an element that a definition is about",
    tree.Formal,
    (Member("collection", NAME, "Its collection."), Member("as", NAME, "The variable.", "name")),
    unfold=lambda node: {"collection": node.collection, "as": node.name},
    fold=lambda values: {"name": values["as"], "collection": values["collection"]},
)
ITEMS = (
    _item(
        "a requirement",
        tree.Requirement,
        Member("requirement", ID, "The id.", "id"),
        Member("level", NAME, "`shall`, `should` or `may`.", required=False),
        parts=parts.REQUIREMENT,
    ),
    _item(
        "an attribute",
        tree.Attribute,
        Member("attribute", NAME, "The name."),
        *_TYPE,
        Member("in", _DOMAIN, "The values that there are.", "domain", required=False),
        Member("role", NAME, "`given` or `choice`."),
        parts=parts.ATTRIBUTE,
        unfold=lambda node: {"attribute": node.name, **_typed(node.type), "in": node.domain, "role": node.role},
        fold=lambda values: {
            "name": values["attribute"],
            "type": _type(values),
            "role": values["role"],
            "domain": values["in"],
        },
        rules=_UNTYPED,
    ),
    _item(
        "an objective",
        tree.ObjectiveItem,
        Member("objective", NAME, "The name.", "name"),
        Member("text", TEXT, "What it is."),
        parts=parts.OBJECTIVE,
    ),
    _item(
        "a waiver",
        tree.Waiver,
        Member("waiver", NAME, "The name.", "id"),
        Member("for", TARGET, "The requirement.", "target"),
        parts=parts.WAIVER,
    ),
    _item(
        "a module that is used",
        tree.Use,
        Member("use", NAME, "The id of the module.", "module"),
        Member("edition", TEXT, "Its edition."),
        Member("sha256", TEXT, "The digest of its file.", required=False),
        Member("as", NAME, "Its name here.", "alias"),
    ),
    _item(
        "a parameter",
        tree.Param,
        Member("param", NAME, "The name."),
        *_TYPE,
        Member("value", LITERAL_OR_SET, "Its value unless it is set."),
        Member("in", _Bound(), "What it may be set to.", required=False),
        unfold=lambda node: {"param": node.name, **_typed(node.type), "value": node.value, "in": node.bound},
        fold=lambda values: {
            "name": values["param"],
            "type": _type(values),
            "value": values["value"],
            "bound": values["in"],
        },
        rules=_UNTYPED,
    ),
    _item(
        "a definition",
        tree.Define,
        Member("define", NAME, "The name.", "name"),
        Member(
            "of", ListOf(_FORMAL, "elements"), "The elements that it is about.", "formals", required=False, default=()
        ),
        Member("holds", EXPR, "The condition that the name stands for.", "expr"),
    ),
    _item(
        "an axiom",
        tree.Axiom,
        Member("axiom", NAME, "The name.", "name"),
        Member("holds", EXPR, "What holds of every product.", "expr"),
    ),
    _item(
        "a requirement left out",
        tree.Exclude,
        Member("exclude", TARGET, "The requirement.", "target"),
        _BECAUSE,
    ),
    *(_change(action, aspect) for action in ("tighten", "weaken") for aspect in ("severity", "level")),
    _item(
        "a parameter that is set",
        tree.SetParam,
        Member("set", NAME, "The parameter: `ALIAS.NAME`.", "path"),
        Member("value", LITERAL_OR_SET, "The value."),
        _MAYBE_BECAUSE,
    ),
    _item(
        "a preference",
        tree.Prefer,
        Member("prefer", TARGET, "The requirement that prevails.", "winner"),
        Member("over", TARGET, "The one that yields.", "loser"),
        _BECAUSE,
    ),
    _item(
        "an assumption",
        tree.Assume,
        Member("assume_complete", NAME, "The collection that is taken to be complete.", "collection"),
        _BECAUSE,
    ),
    _item(
        "what unstated completeness is",
        tree.Unstated,
        Member("unstated_completeness", NAME, "What it counts as: `open`.", "state"),
        Member("of", NAME, "The collection, where it is one alone.", "collection", required=False),
    ),
    Record(
        "the dates of validity",
        tree.Dates,
        (Member("valid", parts.Dates("valid"), "From when, and until when.", "dates"),),
        ("valid",),
        {"key": "valid"},
        commented=True,
        unfold=lambda node: {"valid": node},
        fold=lambda values: {"start": values["valid"].start, "end": values["valid"].end},
    ),
    _item("the scope", tree.Scope, Member("scope", EXPR, "To which products the module applies.", "expr")),
    _setting("title", TEXT, "What the module is called."),
    _setting("publisher", TEXT, "Who publishes it."),
    _setting("license", TEXT, "Under which licence its text stands."),
    _setting("force", NAME, "What makes it binding, like `law` or `house`."),
    _setting("jurisdiction", NAME, "Where it is in force."),
    _setting("source", TEXT, "Where its text is published."),
)
ITEM_CODEC = Choice("item", ITEMS)
ITEM = Ref("item", lambda: ITEM_CODEC)


def _module(kind: str) -> Record:
    """A module, under its kind."""
    return Record(
        f"a {kind}",
        dict,
        (
            Member(kind, NAME, "The id."),
            Member("edition", TEXT, "The edition."),
            Member("items", ListOf(ITEM, "items", 0), "What the module holds, in its order."),
        ),
        (kind,),
        commented=True,
    )


MODULES = {kind: _module(kind) for kind in ("standard", "policy", "vocabulary")}
MODULE_CODEC = Choice("module", tuple(MODULES.values()))
