"""What a lint rule is, what it looks at, and what it finds.

Guarantees: plain values; a rule sees syntax trees as the author wrote them, never bytes.  A subject walks its trees once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import msgspec

from rulewright.diagnostics import Code, Edit, Fix, Label, Severity
from rulewright.dsl import tree, tree_case
from rulewright.dsl import tree_expr as t
from rulewright.dsl.names import VocabularyLike
from rulewright.dsl.read import ReadFile
from rulewright.dsl.source import At, SourceText

PERSONAS = ("ci", "author", "auditor")
"""From the one that hears least to the one that hears everything."""
CATEGORIES = (
    "unused",
    "requirement",
    "tailoring",
    "waiver",
    "applicability",
    "names",
    "logic",
    "style",
    "test",
    "analysis",
)

N = TypeVar("N", bound=t.Node)


class Options(NamedTuple):
    """What rules may be told: the day (days since 1970-01-01), and how many days before its end a waiver is mentioned."""

    as_of: int | None = None
    expiry_days: int = 30


NO_OPTIONS = Options()


class Found(NamedTuple):
    """One finding: its place in the file, the message, and what else helps."""

    at: At
    message: str
    hint: str | None = None
    labels: tuple[Label, ...] = ()
    fix: Fix | None = None


@dataclass(frozen=True)
class Subject:
    """A file, the vocabulary, and the other files that are at hand, by name."""

    file: ReadFile
    vocabulary: VocabularyLike
    others: Mapping[str, ReadFile]
    options: Options = NO_OPTIONS
    together: tuple[ReadFile, ...] = ()
    """the other files that are linted in one go, where it matters: what none of them reads is not read"""

    @property
    def source(self) -> SourceText:
        """The text."""
        return self.file.source

    @property
    def modules(self) -> tuple[tree.Module, ...]:
        """Its modules."""
        return self.file.file.modules

    @property
    def tests(self) -> tuple[tree_case.Test, ...]:
        """Its tests."""
        return self.file.file.tests

    def items(self, kind: type[N]) -> Iterator[tuple[tree.Module, N]]:
        """The items of a kind with their modules, in the order of the file."""
        return ((m, item) for m in self.modules for item in m.items if isinstance(item, kind))

    def requirements(self) -> Iterator[tuple[tree.Module, tree.Requirement]]:
        """All requirements with their modules."""
        return self.items(tree.Requirement)

    @cached_property
    def by_kind(self) -> Mapping[type[t.Node], list[t.Node]]:
        """All nodes of the modules by their class; tests are left out."""
        found: dict[type[t.Node], list[t.Node]] = {}
        for module in self.modules:
            for node in descend(module):
                found.setdefault(type(node), []).append(node)
        return found

    def nodes(self, kind: type[N]) -> list[N]:
        """All nodes of a class in the modules."""
        return [node for node in self.by_kind.get(kind, ()) if isinstance(node, kind)]

    @cached_property
    def targets(self) -> Mapping[tuple[str, str], tree.Module]:
        """The modules at hand by id and edition, this file's first."""
        found: dict[tuple[str, str], tree.Module] = {}
        for file in (self.file, *self.others.values()):
            for module in file.file.modules:
                found.setdefault((module.head.id.text, module.head.edition.text), module)
        return found

    def target(self, module: tree.Module, target: tree.Target) -> tree.Requirement | None:
        """The requirement that a line of a module names, where it can be found."""
        owner: tree.Module | None = module
        if target.alias is not None:
            owner = self.used(module).get(target.alias.text)
        items = owner.items if owner is not None else ()
        return next((r for r in items if isinstance(r, tree.Requirement) and r.id.text == target.id.text), None)

    def used(self, module: tree.Module) -> dict[str, tree.Module]:
        """The modules that a module uses, by alias."""
        uses = (u for u in module.items if isinstance(u, tree.Use))
        found = {u.alias.text: self.targets.get((u.module.text, u.edition.text)) for u in uses}
        return {alias: module for alias, module in found.items() if module is not None}

    def text(self, at: At) -> str:
        """A stretch of the file on one line."""
        return self.source.clean(at)

    def label(self, at: At, message: str) -> tuple[Label, ...]:
        """One label in this file."""
        return (Label(self.source.span(at), message),)

    def replace(self, title: str, *edits: tuple[At, str], safe: bool) -> Fix:
        """A fix of this file."""
        return Fix(title, tuple(Edit(self.source.span(at), text) for at, text in edits), safe)

    def delete(self, title: str, at: At, *, safe: bool) -> Fix:
        """A fix that deletes a stretch, and its lines where nothing else stands on them."""
        return self.replace(title, (whole_lines(self.source.text, at), ""), safe=safe)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule with everything that is said of it; `find` yields what it finds in a subject.

    `persona` is the one who hears least and still hears this.  In `avoid`, a comment `# ^^^` marks what is found on the
    line above.
    """

    code: str
    name: str
    severity: Severity
    persona: str
    category: str
    summary: str
    avoid: str
    prefer: str
    rationale: str
    find: Callable[[Subject], Iterable[Found]]
    configuration: str = ""
    unused: bool = False
    """whether it finds what could be left out, which editors show in grey"""
    varies: bool = False
    """whether its answer may change although the file does not: it looks at the day or at other files, or the analyser answers"""

    def entry(self) -> Code:
        """What `rulewright explain` shows."""
        page = f"{self.summary} {self.rationale} {self.configuration}".strip()
        return Code(self.code, self.name, f"{page} Rule of the linter: `{self.name}`, category {self.category}, "
                    f"{self.severity.value}, for persona {self.persona}.", self.avoid)  # fmt: skip


def descend(node: t.Node) -> Iterator[t.Node]:
    """A node and all that are inside it, each once."""
    todo: list[t.Node] = [node]
    while todo:
        current = todo.pop()
        yield current
        todo += inner(current)


def inner(node: t.Node) -> Iterator[t.Node]:
    """The nodes directly inside a node."""
    for field in _fields(type(node)):
        value = getattr(node, field)
        if isinstance(value, t.Node):
            yield value
        elif type(value) is tuple:
            yield from (item for item in value if isinstance(item, t.Node))


_FIELDS: dict[type[t.Node], tuple[str, ...]] = {}
_PLAIN = frozenset({"at", "op", "negated", "worded", "sign", "broken"})


def _fields(kind: type[t.Node]) -> tuple[str, ...]:
    """The fields of a class that can hold nodes."""
    found = _FIELDS.get(kind)
    if found is None:
        found = _FIELDS[kind] = tuple(f.name for f in msgspec.structs.fields(kind) if f.name not in _PLAIN)
    return found


def whole_lines(text: str, at: At) -> At:
    """A stretch, widened to its whole lines where only white space stands beside it on them."""
    start = text.rfind("\n", 0, at[0]) + 1
    end = text.find("\n", at[1])
    end = len(text) if end < 0 else end + 1
    if text[start : at[0]].strip() or text[at[1] : end].strip():
        return at
    return start, end
