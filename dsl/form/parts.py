"""The parts of requirements, attributes, objectives and waivers in the JSON form: members of their object, in their order."""

from __future__ import annotations

from rulewright.dsl import tree
from rulewright.dsl.form.expressions import EXPR, LINES
from rulewright.dsl.form.shape import (
    NOWHERE,
    Codec,
    Constant,
    ListOf,
    Member,
    Part,
    Record,
    Schema,
    Value,
    Wrong,
    kind_of,
)
from rulewright.dsl.form.words import COUNT, DAY, DURATION, ID, NAME, TEXT

NAMES = ListOf(NAME, "names")


def _text(key: str, about: str, name: str = "") -> Part:
    """A keyword and a text."""
    return _setting(key, TEXT, about, name)


def _word(key: str, about: str, name: str = "") -> Part:
    """A keyword and a word."""
    return _setting(key, NAME, about, name)


def _setting(key: str, codec: Codec, about: str, name: str) -> Part:
    return Part(
        name or key,
        codec,
        about,
        tree.Setting,
        key,
        lambda value: tree.Setting(key, value, NOWHERE),
        lambda node: node.value,
    )


def _names(key: str, about: str) -> Part:
    """A keyword and names."""
    return Part(
        key, NAMES, about, tree.Names, key, lambda value: tree.Names(key, value, NOWHERE), lambda node: node.names
    )


DATES = Record(
    "a span of dates",
    lambda **fields: fields,
    (
        Member("from", DAY, "The first day.", "start", required=False),
        Member("until", DAY, "The last day.", "end", required=False),
    ),
    unfold=lambda node: {"from": node.start, "until": node.end},
    fold=lambda values: {"start": values["from"], "end": values["until"]},
)


class Dates:
    """`valid` and `effective`: one end at least."""

    def __init__(self, key: str) -> None:
        self._key = key

    def dump(self, node: tree.Dates) -> Value:
        """The ends that are there."""
        return DATES.dump(node)

    def load(self, value: Value, at: str) -> tree.Dates:
        """One end at least, or Wrong."""
        fields = DATES.load(value, at)
        if fields["start"] is None and fields["end"] is None:
            raise Wrong("RW0804", "a span of dates needs the member `from` or `until`", at)
        return tree.Dates(self._key, **fields)

    def schema(self) -> Schema:
        """An object that is not empty."""
        return {**DATES.schema(), "minProperties": 1}


def _node(name: str, codec: Codec, about: str, node: type) -> Part:
    """A part whose value is written as its node."""
    return Part(name, codec, about, node, None, lambda value: value, lambda value: value)


def _one(name: str, codec: Codec, about: str, node: type, attr: str) -> Part:
    """A part whose value is one field of its node."""
    return Part(
        name,
        codec,
        about,
        node,
        None,
        lambda value: node(**{attr: value}, at=NOWHERE),
        lambda part: getattr(part, attr),
    )


class _Need:
    """How many detectors: `any`, `all` or a number."""

    def dump(self, node: str) -> Value:
        """A number as one."""
        return node if node in {"any", "all"} else int(node)

    def load(self, value: Value, at: str) -> str:
        """A word or a number of at least 1, or Wrong."""
        if type(value) is str and value in {"any", "all"}:
            return value
        if type(value) is not int or value < 1:
            found = "" if type(value) in {int, str} else f", found {kind_of(value)}"
            raise Wrong("RW0806", f"expected `any`, `all` or a number of at least 1{found}", at)
        COUNT.load(value, at)
        return str(value)

    def schema(self) -> Schema:
        """A word or a number."""
        return {"anyOf": [{"enum": ["any", "all"]}, {"type": "integer", "minimum": 1}]}


def _evidence(values: dict[str, Value]) -> dict[str, Value]:
    """`need` and `of` come together, and something is there."""
    fields = {"need": values["need"], "detectors": values["of"], "grade": values["at"]}
    if bool(fields["need"]) != bool(fields["detectors"]):
        raise Wrong("RW0804", "`need` and `of` stand together: how many, and of which detectors", "")
    if all(value in {None, "", ()} for value in values.values()):
        raise Wrong("RW0804", "`evidence` needs a member at least", "")
    return {**fields, "fresh": values["fresh"], "trust": values["trust"]}


EVIDENCE = Record(
    "the evidence asked for",
    tree.Evidence,
    (
        Member("need", _Need(), "How many of the detectors must have found it.", required=False, default=""),
        Member("of", NAMES, "The detectors.", "detectors", required=False, default=()),
        Member("fresh", DURATION, "How old it may be.", required=False),
        Member("trust", NAME, "The least trust.", required=False),
        Member("at", NAME, "The level of evidence.", "grade", required=False),
    ),
    unfold=lambda n: {"need": n.need, "of": n.detectors, "fresh": n.fresh, "trust": n.trust, "at": n.grade},
    fold=_evidence,
    rules={"minProperties": 1, "dependentRequired": {"need": ["of"], "of": ["need"]}},
)
REFERENCE = Record(
    "a reference to a clause",
    tree.Reference,
    (
        Member("standard", NAME, "The standard, or its alias."),
        Member("clause", ID, "The clause."),
        Member("strength", NAME, "How the two correspond, like `subset`.", required=False),
    ),
)
APPROVED = Record(
    "an approval",
    tree.Approved,
    (Member("by", TEXT, "Who."), Member("on", DAY, "When.", "on")),
    unfold=lambda node: {"by": node.by, "on": node.on},
)
CHECK = _one("check", LINES, "The conditions that must hold, one a line.", tree.Check, "lines")

REQUIREMENT = (
    _text("title", "What it is called."),
    _word("level", "The level, as a part of its own.", "level_part"),
    _word("severity", "How grave a failure is."),
    _names("objective", "The objectives that it serves."),
    _names("threats", "The threats that it meets."),
    _text("clause", "The sentence of the standard."),
    _one("refs", ListOf(REFERENCE, "references"), "The clauses that it corresponds to.", tree.Refs, "items"),
    _one("applies_when", EXPR, "When it applies.", tree.Applies, "expr"),
    _text("condition", "The condition in the standard's words."),
    _text("source", "Where it comes from."),
    _word("effort", "How much work it is."),
    CHECK,
    _node("evidence", EVIDENCE, "The evidence asked for.", tree.Evidence),
    Part(
        "effective",
        Dates("effective"),
        "From when, and until when.",
        tree.Dates,
        "effective",
        lambda value: value,
        lambda node: node,
    ),
    Part(
        "if_unknown",
        Constant("fail"),
        "What is not known counts as a failure.",
        tree.UnknownFails,
        None,
        lambda _: tree.UnknownFails(NOWHERE),
        lambda node: node,
    ),
    Part(
        "right",
        Constant(value=True),
        "A freedom that other rules must not take away.",
        tree.Right,
        None,
        lambda _: tree.Right(NOWHERE),
        lambda node: node,
    ),
    _text("reading contested", "That the reading is contested, and why.", "reading_contested"),
    _text("fix", "How to put a failure right."),
    _text("note", "A note."),
)
ATTRIBUTE = (
    _text("meaning", "What it means."),
    _text("unit", "The unit of the number."),
    _names("detectors", "Who may find it out."),
    _word("merge", "How values of several sources become one."),
    _one("fresh", DURATION, "How old a finding may be.", tree.Fresh, "length"),
    _word("level", "The level of evidence."),
    _names("emb3d", "Properties of EMB3D."),
    _text("note", "A note."),
)
OBJECTIVE = (
    _names("attributes", "The attributes that it is about."),
    _names("threats", "The threats that it meets."),
    _names("related", "Objectives near it."),
    CHECK,
    _text("fix", "How to reach it."),
    _word("effort", "How much work it is."),
    _text("note", "A note."),
)
WAIVER = (
    _text("product", "The product that it is for."),
    _text("because", "Why."),
    _node("approved", APPROVED, "Who approved it, and when.", tree.Approved),
    _one("until", DAY, "The last day.", tree.Until, "day"),
    _one("provided", EXPR, "The condition on which it rests.", tree.Provided, "expr"),
)
