"""The names of a piece: each with its place, what it stands for, and whether it is declared there.

Guarantees: every name of the syntax tree that can mean something is a mark, in order of place; marks are plain values
with offsets from the start of the piece, so those of a piece whose text is the same are the same, and gathered once.
What it does not do: look anything up.  A `path` may be an attribute or a parameter, a `word` a value or a parameter:
see `workspace`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, assert_never

import msgspec

from rulewright.dsl import tree, tree_case
from rulewright.dsl import tree_expr as t
from rulewright.dsl.editing.pieces import Facts
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.live.moving import is_deep
from rulewright.dsl.parser import parse
from rulewright.dsl.source import At

What = Literal[
    "module", "edition", "alias", "standard", "requirement", "param", "define", "axiom", "objective", "attribute", "waiver",
    "variable", "field", "collection", "path", "word", "threat", "detector", "fixture", "type",
]  # fmt: skip
Parsed = tree.Head | tree.Item | tree_case.Test


class Mark(msgspec.Struct, frozen=True, gc=False):
    """A name at a place.

    `of` is the alias before a requirement or parameter, the collection of a variable or field, the path that a word is
    compared with, the module of an edition, the requirement behind an alias.  `scope` is the stretch in which a variable is known.
    """

    what: What
    name: str
    at: At
    declares: bool = False
    of: str = ""
    scope: At = (0, 0)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Gathers the marks of a piece."""

    found: list[Mark] = field(default_factory=list)

    def add(self, what: What, name: t.Name | t.Text, of: str = "", *, declares: bool = False) -> None:
        """A name as it stands."""
        self.found.append(Mark(what, name.text, name.at, declares, of))

    def item(self, node: tree.Item) -> None:  # noqa: C901, PLR0912 - one case for each kind of item
        """An item of a module."""
        match node:
            case tree.Use():
                self.add("module", node.module, node.edition.text)
                self.add("edition", node.edition, node.module.text)
                self.add("alias", node.alias, node.module.text, declares=True)
            case tree.Param():
                self.add("param", node.name, declares=True)
                self.add("type", node.type.name)
            case tree.Define():
                self.define(node)
            case tree.Axiom():
                self.add("axiom", node.name, declares=True)
                self.expr(node.expr, {})
            case tree.ObjectiveItem():
                self.add("objective", node.name, declares=True)
                self.parts(node.parts)
            case tree.Attribute():
                self.add("attribute", node.name, declares=True)
                self.parts(node.parts)
            case tree.Requirement():
                self.add("requirement", node.id, declares=True)
                self.parts(node.parts)
            case tree.Scope():
                self.expr(node.expr, {})
            case tree.Exclude() | tree.Change():
                self.target(node.target)
            case tree.Prefer():
                self.target(node.winner)
                self.target(node.loser)
            case tree.Assume():
                self.add("collection", node.collection)
            case tree.Unstated():
                if node.collection is not None:
                    self.add("collection", node.collection)
            case tree.SetParam():
                self.set_param(node.path)
            case tree.Waiver():
                self.add("waiver", node.id, declares=True)
                self.target(node.target)
                for part in node.parts:
                    if isinstance(part, tree.Provided):
                        self.expr(part.expr, {})
            case tree.Setting() | tree.Dates():
                pass
            case _:
                assert_never(node)

    def define(self, node: tree.Define) -> None:
        """A `define`: its formal parameters are variables in it."""
        self.add("define", node.name, declares=True)
        env = {}
        for formal in node.formals:
            of = formal.collection.text
            self.found.append(Mark("variable", formal.name.text, formal.name.at, declares=True, of=of, scope=node.at))
            self.add("collection", formal.collection)
            env[formal.name.text] = (of, node.at)
        self.expr(node.expr, env)

    def set_param(self, path: t.Name) -> None:
        """`alias.param`, or a parameter of the module's own."""
        alias, dot, name = path.text.partition(".")
        start, end = path.at
        if not dot:
            self.add("param", path)
            return
        self.found.append(Mark("alias", alias, (start, start + len(alias))))
        self.found.append(Mark("param", name, (end - len(name), end), of=alias))

    def target(self, node: tree.Target) -> None:
        """A requirement that is named."""
        if node.alias is not None:
            self.add("alias", node.alias, node.id.text)
        self.add("requirement", node.id, node.alias.text if node.alias is not None else "")

    def parts(self, parts: Iterable[tree.RequirementPart | tree.ObjectivePart | tree.Fresh]) -> None:
        """The parts of a requirement, an objective or an attribute."""
        for part in parts:
            match part:
                case tree.Names():
                    self.names(part)
                case tree.Refs():
                    for item in part.items:
                        self.add("standard", item.standard)
                        self.add("requirement", item.clause, item.standard.text)
                case tree.Applies():
                    self.expr(part.expr, {})
                case tree.Check():
                    for line in part.lines:
                        self.expr(line, {})
                case tree.Evidence():
                    for name in part.detectors:
                        self.add("detector", name)
                case _:
                    pass

    def names(self, part: tree.Names) -> None:
        """A list of names, by its keyword."""
        kinds: dict[str, What] = {
            "objective": "objective",
            "related": "objective",
            "attributes": "attribute",
            "threats": "threat",
            "detectors": "detector",
        }
        what = kinds.get(part.key)
        for name in part.names if what is not None else ():
            self.add(what or "word", name)

    def test(self, node: tree_case.Test) -> None:
        """A test: its target, and the facts of its cases."""
        self.target(node.target)
        for case in node.cases:
            if isinstance(case.given, t.Text):
                self.add("fixture", case.given)
            for facts in (case.given, case.instead):
                if isinstance(facts, tree_case.Facts):
                    self.facts(facts, "")

    def facts(self, facts: tree_case.Facts, collection: str) -> None:
        """The facts of a case, or of an element of a collection."""
        for item in facts.items:
            name = item.name.text
            if collection:
                self.add("field", item.name, collection)
            elif isinstance(item.value, tree_case.Rows):
                self.add("collection", item.name)
            elif name != "manual" and not name.startswith("manual."):
                self.add("attribute", item.name)
            if isinstance(item.value, tree_case.Rows):
                for row in item.value.rows:
                    if isinstance(row, tree_case.Facts):
                        self.facts(row, name)
            else:
                value = item.value.value if isinstance(item.value, tree_case.Graded) else item.value
                self.words(value, f"{collection}.{name}" if collection else name)

    def words(self, value: object, of: str) -> None:
        """The words of a value or a set of values."""
        for word in value.items if isinstance(value, t.WordSet) else (value,):
            if isinstance(word, t.Name):
                self.add("word", word, of)

    def path(self, name: t.Literal | t.SetLike, env: Mapping[str, tuple[str, At]]) -> str:
        """A path in an expression; return what its values are words of: an attribute, or `collection.field`."""
        if not isinstance(name, t.Name):
            return ""
        head, dot, rest = name.text.partition(".")
        if not dot or head not in env:
            self.add("path", name)
            return name.text
        collection, scope = env[head]
        start, end = name.at
        self.found.append(Mark("variable", head, (start, start + len(head)), of=collection, scope=scope))
        self.found.append(Mark("field", rest, (end - len(rest), end), of=collection))
        return f"{collection}.{rest}"

    def value(self, value: object, of: str, env: Mapping[str, tuple[str, At]]) -> None:
        """The right side of a comparison: a word, or a path after all."""
        if isinstance(value, t.Name) and value.text.partition(".")[0] in env:
            self.path(value, env)
        else:
            self.words(value, of)

    def expr(self, node: t.Expr, env: Mapping[str, tuple[str, At]]) -> None:  # noqa: C901, PLR0912 - as above
        """An expression, with the variables known in it."""
        match node:
            case t.Truth():
                self.path(node.path, env)
            case t.Compare():
                of = self.path(node.left, env)
                self.value(node.right, of, env)
                self.words(node.shift, of)
            case t.Member():
                self.member(node, env)
            case t.IsTest() | t.Matches():
                self.path(node.path, env)
            case t.Licences():
                self.words(node.ids, self.path(node.path, env))
            case t.Within():
                of = self.path(node.path, env)
                self.words(node.length, of)
                self.value(node.anchor, of, env)
            case t.Call():
                self.add("define", node.name)
                for name in node.arguments:
                    collection, scope = env.get(name.text, ("", (0, 0)))
                    self.found.append(Mark("variable", name.text, name.at, of=collection, scope=scope))
            case t.Meets():
                self.add("objective", node.name)
            case t.Not():
                self.expr(node.item, env)
            case t.Junction():
                for item in node.items:
                    self.expr(item, env)
            case t.Implies():
                self.expr(node.left, env)
                self.expr(node.right, env)
            case t.Quantifier():
                self.quantifier(node, env)
            case t.Manual():
                pass
            case _:
                assert_never(node)

    def member(self, node: t.Member, env: Mapping[str, tuple[str, At]]) -> None:
        """`left in right`: either may be the path."""
        if isinstance(node.left, t.Name):
            of = self.path(node.left, env)
            self.value(node.right, of, env)
        else:
            self.path(node.right, env)

    def quantifier(self, node: t.Quantifier, env: Mapping[str, tuple[str, At]]) -> None:
        """A quantifier: its variable is known within it."""
        if isinstance(node.count, t.Name):
            self.add("path", node.count)
        self.add("collection", node.collection)
        of = node.collection.text
        self.found.append(Mark("variable", node.var.text, node.var.at, declares=True, of=of, scope=node.at))
        if node.owner is not None:
            collection, scope = env.get(node.owner.text, ("", (0, 0)))
            self.found.append(Mark("variable", node.owner.text, node.owner.at, of=collection, scope=scope))
        inner = {**env, node.var.text: (of, node.at)}
        for part in (node.where, *(node.block or ())):
            if part is not None:
                self.expr(part, inner)


def nodes_of(facts: Facts) -> tuple[Parsed, ...]:
    """The nodes of a piece, with offsets from its start; none where it cannot be parsed or is nested too deeply to be judged."""
    return facts.once(_nodes)


def _nodes(facts: Facts) -> tuple[Parsed, ...]:
    """Parse a piece."""
    try:
        found = parse(facts.text, (0, len(facts.text)), facts.start)
    except Flaw:
        return ()
    nodes = tuple(found) if isinstance(found, list) else (found,)
    return () if is_deep(nodes) else nodes


def marks_of(facts: Facts) -> tuple[Mark, ...]:
    """The marks of a piece, in order of place, with offsets from its start."""
    return facts.once(_marks)


def _marks(facts: Facts) -> tuple[Mark, ...]:
    """Gather the marks of a piece."""
    walk = _Walk()
    for node in nodes_of(facts):
        if isinstance(node, tree.Head):
            walk.add("module", node.id, node.edition.text, declares=True)
        elif isinstance(node, tree_case.Test):
            walk.test(node)
        else:
            walk.item(node)
    return tuple(sorted(walk.found, key=lambda m: (m.at, m.what)))


def declared_in(facts: Facts) -> tuple[Mark, ...]:
    """The marks of a piece that declare something."""
    return facts.once(_declared)


def _declared(facts: Facts) -> tuple[Mark, ...]:
    """Pick the declarations."""
    return tuple(mark for mark in marks_of(facts) if mark.declares)
