"""Objectives: what vocabularies say of them, judged once, and their checks made ready for `meets`.

Guarantees: each is lowered once a compilation, with the places of its own file; one with an error is told where it
stands, and who names it is not blamed.  An objective rests on facts alone: not on other objectives, not on answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from rulewright.dsl import ir, tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.limits import MAX_NODES
from rulewright.dsl.literals import Desk
from rulewright.dsl.lower import Budget, Lowering, Met
from rulewright.dsl.module import Bench, Loaded
from rulewright.dsl.names import did_you_mean
from rulewright.dsl.quantifiers import Where
from rulewright.dsl.requirement import EFFORTS, Parts, check_lines, word_of
from rulewright.dsl.terms import Context


class Objectives:
    """All objectives of the vocabularies of a compilation, by name."""

    def __init__(self, vocabularies: Sequence[Loaded], bench: Bench) -> None:
        self.bench = bench
        self.broken = frozenset(name for module in vocabularies for name in module.node.broken)
        self._nodes: dict[str, tuple[tree.ObjectiveItem, Loaded]] = {}
        for module in vocabularies:
            for node in module.all(tree.ObjectiveItem):
                self._nodes.setdefault(node.name.text, (node, module))
        self._met: dict[str, Met | Literal["wrong", "unchecked"]] = {}
        self._info: dict[str, ir.Objective | None] = {}

    @property
    def names(self) -> Iterable[str]:
        """The names of all."""
        return self._nodes

    def info(self, name: str) -> ir.Objective | None:
        """What is said of an objective; None when it is not declared here, or has an error."""
        if name not in self._info:
            found = self._nodes.get(name)
            self._info[name] = None if found is None else self._described(*found)
        return self._info[name]

    def met(self, name: str) -> Met | Literal["wrong", "unchecked", "unknown"]:
        """The lines of an objective's check."""
        if name in self.broken:
            return "wrong"
        if name not in self._nodes:
            return "unknown"
        if name not in self._met:
            self._met[name] = self._lowered(*self._nodes[name])
        return self._met[name]

    def inside(self, name: str, where: Where) -> ir.Expr | None:
        """The check inside a quantifier: lowered for that place, since its variables must not clash with those around."""
        node, module = self._nodes[name]
        check = _check_of(node)
        if check is None:
            return None
        items = [self._lowering(module).expression(line, where) for line in check.lines]
        good = tuple(item for item in items if item is not None)
        return None if len(good) < len(items) else good[0] if len(good) == 1 else ir.And(good)

    def judge(self) -> None:
        """Judge every objective, whether a requirement names it or not."""
        for name in self._nodes:
            self.info(name)
            self.met(name)

    def _described(self, node: tree.ObjectiveItem, module: Loaded) -> ir.Objective | None:
        """The objective as the program lists it, or None after diagnostics."""
        desk = self.bench.desk(module.source)
        parts = Parts(node.parts, desk)
        attributes = _names(parts, "attributes")
        self._known(attributes, self.bench.vocabulary.attributes, "RW0201", "an attribute", desk)
        related = _names(parts, "related")
        self._known(related, self._nodes, "RW0211", "an objective", desk)
        effort = word_of(parts.by_key.get("effort"), EFFORTS, "an effort", "", desk)
        if not parts.good or effort is None:
            return None
        return ir.Objective(
            id=node.name.text,
            title=node.text.text,
            attributes=tuple(n.text for n in attributes),
            threats=tuple(n.text for n in _names(parts, "threats")),
            related=tuple(n.text for n in related),
            fix=parts.text("fix"),
            effort=effort,
        )

    def _known(self, names: Iterable[t.Name], known: Iterable[str], code: str, what: str, desk: Desk) -> None:
        """Say which names stand for nothing."""
        for name in names:
            if name.text not in known and name.text not in self.broken:
                message = f"`{name.text}` is not {what} of the vocabularies"
                desk.error(code, message, name.at, did_you_mean(name.text, known))

    def _lowering(self, module: Loaded) -> Lowering:
        """A lowering for the checks of a vocabulary: no parameters, no `define`s, no other objectives, a budget of its own."""
        context = Context(self.bench.desk(module.source), self.bench.vocabulary, {}, {}, self.broken)
        return Lowering(context, Budget())

    def _lowered(self, node: tree.ObjectiveItem, module: Loaded) -> Met | Literal["wrong", "unchecked"]:
        """The lines of a check with the facts that they read."""
        check = _check_of(node)
        if check is None:
            return "unchecked"
        lowering = self._lowering(module)
        lines = check_lines(check, lowering)
        if lines is None:
            return "wrong"
        return Met(lines, frozenset(lowering.context.facts), MAX_NODES - lowering.budget.left)


def _check_of(node: tree.ObjectiveItem) -> tree.Check | None:
    """The check of an objective."""
    return next((part for part in node.parts if isinstance(part, tree.Check)), None)


def _names(parts: Parts, key: str) -> tuple[t.Name, ...]:
    """The names of a part."""
    part = parts.by_key.get(key)
    return part.names if isinstance(part, tree.Names) else ()
