"""From grammar rules to tree nodes: modules and their items.  Companion of `build_expr`."""

from __future__ import annotations

from collections.abc import Callable

from rulewright.dsl import tree, tree_case
from rulewright.dsl import tree_expr as t
from rulewright.dsl.build_expr import (
    EXPRESSIONS,
    Action,
    Value,
    day,
    duration,
    listed,
    name,
    name_or_text,
    same,
    text,
    whole,
)
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.lex import Token
from rulewright.dsl.source import At


def _text(c: list[Value], at: At) -> t.Text:
    """Adjoining strings, joined."""
    return t.Text("".join(text(token).text for token in c), at)


def _setting(key: str) -> Action:
    """A keyword with a word or a text."""

    def build(c: list[Value], at: At) -> tree.Setting:
        value = c[0]
        if not isinstance(value, t.Text):
            value = name_or_text(value)
        return tree.Setting(key, value, at)

    return build


def _names(key: str) -> Action:
    """A keyword with a list of names."""
    return lambda c, at: tree.Names(key, c[0], at)


def _dates(key: str) -> Action:
    """A keyword with `from` and `until`."""

    def build(c: list[Value], at: At) -> tree.Dates:
        ends: dict[str, t.Day] = dict(c)
        return tree.Dates(key, ends.get("from"), ends.get("until"), at)

    return build


def _use(c: list[Value], at: At) -> tree.Use:
    """`use ID edition "E" [sha256 "…"] as ALIAS`."""
    digest = text(c[2]) if len(c) == 4 else None
    return tree.Use(name(c[0]), text(c[1]), digest, name(c[-1]), at)


def _param(c: list[Value], at: At) -> tree.Param:
    """`param NAME : TYPE = LITERAL [in BOUND]`."""
    return tree.Param(name(c[0]), c[1], c[2], c[3] if len(c) > 3 else None, at)


def _define(c: list[Value], at: At) -> tree.Define:
    """`define NAME(…) = EXPR`."""
    return tree.Define(name(c[0]), tuple(c[1]) if len(c) == 3 else (), c[-1], at)


def _reference(c: list[Value], at: At) -> tree.Reference:
    """`a:"1" subset`."""
    return tree.Reference(name(c[0]), name_or_text(c[1]), name(c[2]) if len(c) > 2 else None, at)


def _objective_item(c: list[Value], at: At) -> tree.ObjectiveItem:
    """`objective ID "…" { … }`."""
    return tree.ObjectiveItem(name(c[0]), c[1], tuple(c[2:]), at)


def _attribute(c: list[Value], at: At) -> tree.Attribute:
    """`attribute NAME : TYPE [in DOMAIN] ROLE { … }`."""
    domain = c.pop(2) if isinstance(c[2], tree.Bound) else None
    return tree.Attribute(name(c[0]), c[1], name(c[2]), tuple(c[3:]), at, domain)


def _type_of(c: list[Value], at: At) -> tree.Type:
    """`NAME`, `NAME<NAME>`."""
    return tree.Type(name(c[0]), name(c[1]) if len(c) > 1 else None, None, at)


def _requirement(c: list[Value], at: At) -> tree.Requirement:
    """`requirement ID [level] { … }`."""
    parts = c[1:]
    level = parts.pop(0) if parts and isinstance(parts[0], t.Name) else None
    return tree.Requirement(name_or_text(c[0]), level, tuple(parts), at)


def _evidence(c: list[Value], at: At) -> tree.Evidence:
    """`evidence … fresh … trust … at …`."""
    need, detectors, fresh, trust, grade = "", (), None, None, None
    for tag, value in (x if isinstance(x[0], str) else ("names", x) for x in c):
        if tag == "need":
            need = value
        elif tag == "fresh":
            fresh = value
        elif tag == "trust":
            trust = value
        elif tag == "grade":
            grade = value
        else:
            detectors = value
    return tree.Evidence(need, detectors, fresh, trust, grade, at)


def _quantity(c: list[Value], _at: At) -> tuple[str, str]:
    """`any`, `all`, `2`."""
    if c[0].type == "INT" and whole(c[0]).value < 1:
        raise Flaw("RW0105", "the number of detectors is at least 1", (c[0].start, c[0].end))
    return "need", c[0].text


def _change(action: str) -> Action:
    """`tighten` or `weaken`."""

    def build(c: list[Value], at: At) -> tree.Change:
        target, aspect, value = c[:3]
        return tree.Change(action, target, aspect.text, name(value), c[3] if len(c) > 3 else None, at)

    return build


def _set_param(c: list[Value], at: At) -> tree.SetParam:
    """`set a.p = LITERAL [because]`."""
    return tree.SetParam(name(c[0]), c[1], c[2] if len(c) > 2 else None, at)


def _unstated(c: list[Value], at: At) -> tree.Unstated:
    """`unstated completeness [of X] is open`."""
    return tree.Unstated(name(c[0]) if len(c) == 2 else None, name(c[-1]), at)


def _wpart(c: list[Value], at: At) -> tree.WaiverPart:
    """`because` among the parts of a waiver."""
    return tree.Setting("because", c[0], at)


def _waiver(c: list[Value], at: At) -> tree.Waiver:
    """`waiver ID for TARGET { … }`."""
    return tree.Waiver(name(c[0]), c[1], tuple(c[2:]), at)


def _test(c: list[Value], at: At) -> tree_case.Test:
    """`test TARGET [as of DATE] { … }`."""
    rest = c[1:]
    as_of = day(rest.pop(0)) if rest and isinstance(rest[0], Token) else None
    return tree_case.Test(c[0], as_of, tuple(rest), at)


def _case(c: list[Value], at: At) -> tree_case.Case:
    """`given … expect VERDICT [on …]`."""
    given, instead = c[0]
    return tree_case.Case(given, instead, name(c[1]), c[2] if len(c) > 2 else (), at)


def _given(c: list[Value], _at: At) -> tuple[tree_case.Facts | t.Text, tree_case.Facts | None]:
    """Facts, or the name of a document and the facts that count instead of its own."""
    if isinstance(c[0], tree_case.Facts):
        return c[0], None
    return text(c[0]), c[1] if len(c) > 1 else None


def _rows(c: list[Value], at: At) -> tree_case.Rows:
    """`[ … ]`, nothing said on completeness."""
    return tree_case.Rows(tuple(c), None, at)


def _rows_state(c: list[Value], at: At) -> tree_case.Rows:
    """`[ … ] complete`."""
    return tree_case.Rows(tuple(c[:-1]), name(c[-1]), at)


def _both(pair: Callable[[Value], Value], tag: str) -> Action:
    """A tagged value."""
    return lambda c, _at: (tag, pair(c[0]))


ACTIONS: dict[str, Action] = EXPRESSIONS | {
    "head": lambda c, at: tree.Head(c[0], name(c[1]), text(c[2]), at),
    "kind": lambda c, _at: c[0].text,
    "items": listed,
    "item": same,
    "text": _text,
    "because": same,
    "title": _setting("title"),
    "publisher": _setting("publisher"),
    "licence": _setting("license"),
    "force": _setting("force"),
    "jurisdiction": _setting("jurisdiction"),
    "source": _setting("source"),
    "condition": _setting("condition"),
    "effort": _setting("effort"),
    "meaning": _setting("meaning"),
    "unit": _setting("unit"),
    "merge": _setting("merge"),
    "apart_note": _setting("note"),
    "level": _setting("level"),
    "severity": _setting("severity"),
    "clause": _setting("clause"),
    "fix": _setting("fix"),
    "note": _setting("note"),
    "wproduct": _setting("product"),
    "wpart": _wpart,
    "valid": _dates("valid"),
    "effective": _dates("effective"),
    "from_": _both(day, "from"),
    "until_": _both(day, "until"),
    "scope": lambda c, at: tree.Scope(c[0], at),
    "use": _use,
    "param": _param,
    "bound_range": lambda c, at: tree.Bound(c[0], c[1], None, at),
    "bound_set": lambda c, at: tree.Bound(None, None, c[0], at),
    "bound": lambda c, at: tree.Bound(None, None, c[0], at),
    "domain": lambda c, at: tree.Bound(c[0], None, None, at),
    "define": _define,
    "formals": listed,
    "formal": lambda c, at: tree.Formal(name(c[0]), name(c[1]), at),
    "axiom": lambda c, at: tree.Axiom(name(c[0]), c[1], at),
    "objective_item": _objective_item,
    "attributes": _names("attributes"),
    "related": _names("related"),
    "emb3d": _names("emb3d"),
    "objective": _names("objective"),
    "threats": _names("threats"),
    "detectors": _names("detectors"),
    "fresh": lambda c, at: tree.Fresh(duration(c[0]), at),
    "attribute": _attribute,
    "type_name": _type_of,
    "type_of": _type_of,
    "type_words": lambda c, at: tree.Type(name(c[0]), None, c[1], at),
    "ref_own": lambda c, at: tree.Target(None, name_or_text(c[0]), at),
    "ref_of": lambda c, at: tree.Target(name(c[0]), name_or_text(c[1]), at),
    "reference": _reference,
    "refs": lambda c, at: tree.Refs(tuple(c), at),
    "requirement": _requirement,
    "level_word": lambda c, _at: name(c[0]),
    "applies": lambda c, at: tree.Applies(c[0], at),
    "check": lambda c, at: tree.Check(tuple(c), at),
    "evidence": _evidence,
    "quantity": _quantity,
    "fresh_": _both(duration, "fresh"),
    "trust_": _both(name, "trust"),
    "grade_": _both(name, "grade"),
    "right": lambda _c, at: tree.Right(at),
    "reading": _setting("reading contested"),
    "unknown_fails": lambda _c, at: tree.UnknownFails(at),
    "exclude": lambda c, at: tree.Exclude(c[0], c[1], at),
    "tighten": _change("tighten"),
    "weaken": _change("weaken"),
    "set_param": _set_param,
    "prefer": lambda c, at: tree.Prefer(c[0], c[1], c[2], at),
    "assume": lambda c, at: tree.Assume(name(c[0]), c[1], at),
    "unstated": _unstated,
    "waiver": _waiver,
    "approved": lambda c, at: tree.Approved(text(c[0]), day(c[1]), at),
    "wuntil": lambda c, at: tree.Until(day(c[0]), at),
    "provided": lambda c, at: tree.Provided(c[0], at),
    "test": _test,
    "case": _case,
    "on_": lambda c, _at: tuple(text(token) for token in c),
    "given": _given,
    "facts": lambda c, at: tree_case.Facts(tuple(c), at),
    "assign": lambda c, at: tree_case.Assign(name(c[0]), c[1], at),
    "fact_value": same,
    "fact_graded": lambda c, at: tree_case.Graded(c[0], name(c[1]), at),
    "fact_unknown": lambda c, at: tree_case.Unknown(name(c[-1]) if c and c[-1].type == "NAME" else None, at),
    "fact_rows": _rows,
    "fact_rows_state": _rows_state,
    "row": lambda c, _at: c[0] if isinstance(c[0], tree_case.Facts) else text(c[0]),
}
