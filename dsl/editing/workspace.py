"""All rule files that an editor knows of: who declares a name, and who mentions it.

Guarantees: pure; a file is cut and parsed when something in it is asked for, and once per text; answers are in order of
file and place.
What it does not do: judge.  A name that nothing declares has no target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple, Protocol

from rulewright.dsl import tree
from rulewright.dsl.editing.marks import Mark, What, marks_of
from rulewright.dsl.editing.outline import Node, Outline, Outlines, clause_of, placed
from rulewright.dsl.live import LivePiece
from rulewright.dsl.names import AttributeLike, CollectionLike, FieldLike, TypeLike
from rulewright.dsl.source import At, Source

_PLAIN = re.compile(r'[^"\\]+')
"""The part of a name that stands in a text as it is: quotes and backslashes are escaped there."""


class FieldTold(FieldLike, Protocol):
    """A field with its meaning for people."""

    @property
    def doc(self) -> str:
        """Its meaning."""


class CollectionTold(CollectionLike, Protocol):
    """A collection with its meaning for people."""

    @property
    def doc(self) -> str:
        """Its meaning."""

    @property
    def fields(self) -> Mapping[str, FieldTold]:
        """Its fields by name."""


class AttributeTold(AttributeLike, Protocol):
    """An attribute with all that a hover shows."""

    @property
    def doc(self) -> str:
        """Its meaning."""

    @property
    def given(self) -> bool:
        """Whether it is context, not choice."""

    @property
    def merge(self) -> str:
        """How sources combine."""

    @property
    def emb3d(self) -> tuple[str, ...]:
        """Device properties of EMB3D."""


class Lexicon(Protocol):
    """The vocabulary with its meanings; `facts.vocabulary.Vocabulary` satisfies it."""

    @property
    def collections(self) -> Mapping[str, CollectionTold]:
        """Collections by singular name."""

    @property
    def attributes(self) -> Mapping[str, AttributeTold]:
        """Attributes by name."""


class Head(NamedTuple):
    """A module by its head: kind, id, edition, and the file that holds it."""

    kind: str
    id: str
    edition: str
    file: str


class Target(NamedTuple):
    """What a name stands for: its kind, its full name, and the place that declares it (no file: built in)."""

    what: What
    name: str
    file: str = ""
    at: At = (0, 0)
    piece: At = (0, 0)


class Place(NamedTuple):
    """A stretch of a file; `declares` where it is the declaration itself."""

    file: str
    at: At
    declares: bool


class Spot(NamedTuple):
    """A mark in its file."""

    outline: Outline
    piece: LivePiece
    mark: Mark


@dataclass(frozen=True)
class Workspace:
    """The vocabulary, every source by name (the texts being edited as they are now), and which may be changed."""

    lexicon: Lexicon
    sources: Mapping[str, Source]
    own: frozenset[str]
    outlines: Outlines = field(default_factory=Outlines, repr=False, compare=False)
    """shared with the workspaces before and after this one"""

    def outline(self, name: str) -> Outline:
        """The outline of a file."""
        return self.outlines.of(self.sources[name])

    @cached_property
    def heads(self) -> tuple[Head, ...]:
        """All modules, by id, edition and file."""
        found = [Head(*head, file) for file, source in self.sources.items() for head in self.outlines.heads(source)]
        return tuple(sorted(found, key=lambda h: (h.id, h.edition, h.file)))

    def module(self, name: str, edition: str) -> tuple[Outline, int] | None:
        """A module by id and edition: its file and its number in it; own files come first."""
        found = [h for h in self.heads if h.id == name and (h.edition == edition or not edition)]
        for head in sorted(found, key=lambda h: (h.file not in self.own, h.file)):
            outline = self.outline(head.file)
            for node, number in zip(outline.heads, outline.modules, strict=False):
                if (
                    isinstance(node.node, tree.Head)
                    and node.node.id.text == name
                    and head.edition == node.node.edition.text
                ):
                    return outline, number
        return None

    @cached_property
    def shared(self) -> Mapping[tuple[What, str], Target]:
        """The attributes and objectives that the vocabularies declare; own files come first."""
        found: dict[tuple[What, str], Target] = {}
        files = sorted({h.file for h in self.heads if h.kind == "vocabulary"}, key=lambda f: (f not in self.own, f))
        for file in files:
            for piece, mark in self.outline(file).shared:
                found.setdefault((mark.what, mark.name), Target(mark.what, mark.name, file, mark.at, piece.at))
        return found

    @cached_property
    def objectives(self) -> Mapping[str, tree.ObjectiveItem]:
        """The objectives by name, as their vocabularies declare them."""
        found: dict[str, tree.ObjectiveItem] = {}
        for (what, name), target in self.shared.items():
            node = node_at(self.outline(target.file), target.at) if what == "objective" else None
            if node is not None and isinstance(node.node, tree.ObjectiveItem):
                found[name] = node.node
        return found

    def digest(self, name: str) -> str:
        """The SHA-256 of a file, as `use` pins it."""
        return sha256(self.sources[name].text).hexdigest()

    def uses(self, outline: Outline, module: int) -> dict[str, tree.Use]:
        """What a module uses, by alias."""
        return {n.node.alias.text: n.node for n in outline.items(module) if isinstance(n.node, tree.Use)}

    def used(self, outline: Outline, module: int, alias: str) -> tuple[Outline, int] | None:
        """The module that an alias stands for; an id of a module stands for itself."""
        use = self.uses(outline, module).get(alias)
        return self.module(alias, "") if use is None else self.module(use.module.text, use.edition.text)

    def declared(self, outline: Outline, module: int, what: What, name: str) -> Target | None:
        """A declaration in a module (of a test: in any module of the file)."""
        found = outline.declaration(module, what, name)
        return None if found is None else Target(what, name, outline.name, found[1].at, found[0].at)

    def requirement(self, outline: Outline, module: int, name: str) -> Target | None:
        """A requirement by its id, or by the clause that it says to be."""
        found = outline.declaration(module, "requirement", name) or outline.by_clause(module, name)
        if found is None:
            return None
        piece, mark = found
        return Target("requirement", mark.name, outline.name, mark.at, piece.at)

    @cached_property
    def standards(self) -> Mapping[str, tuple[str, ...]]:
        """By objective: the ids of the standards that have a requirement with it, by name."""
        pairs = self.outlines.standards([self.outline(name) for name in sorted(self.sources)])
        return {name: ids for name, ids in pairs.items() if ("objective", name) in self.shared}

    def resolve(self, spot: Spot) -> Target | None:  # noqa: C901 - one case for each kind of name
        """What a mark stands for."""
        outline, piece, mark = spot
        match mark.what:
            case "attribute" | "objective":
                return self.shared.get((mark.what, mark.name))
            case "path" | "word":
                return self._path(outline, piece, mark)
            case "variable":
                return self._variable(outline, piece, mark)
            case "module" | "edition":
                name, edition = (mark.name, mark.of) if mark.what == "module" else (mark.of, mark.name)
                return self._module(name, edition)
            case "requirement" | "param" if mark.of:
                return self._behind(outline, piece.module, mark)
            case "requirement":
                return self.requirement(outline, piece.module, mark.name)
            case "alias":
                return self._alias(outline, piece.module, mark)
            case "define" | "param" | "waiver" | "axiom":
                return self.declared(outline, piece.module, mark.what, mark.name)
            case "standard":
                alias = self.declared(outline, piece.module, "alias", mark.name)
                return alias or self._module(mark.name, "")
            case "field" | "collection":
                return self._told(mark)
            case _:
                return None

    def home(self, outline: Outline, module: int) -> int:
        """The module itself; for a test (-1) the last policy of the file, or else the last module."""
        if module >= 0:
            return module
        heads = zip(outline.heads, outline.modules, strict=False)
        policies = [n for h, n in heads if isinstance(h.node, tree.Head) and h.node.kind == "policy"]
        return (policies or list(outline.modules) or [-1])[-1]

    def _behind(self, outline: Outline, module: int, mark: Mark) -> Target | None:
        """What stands behind an alias: of a test, behind that of any module of its file, as the compiler takes it."""
        for number in [module] if module >= 0 else outline.modules:
            used = self.used(outline, number, mark.of)
            if used is not None:
                what = mark.what
                found = (
                    self.requirement(*used, mark.name)
                    if what == "requirement"
                    else self.declared(*used, what, mark.name)
                )
                if found is not None:
                    return found
        return None

    def _alias(self, outline: Outline, module: int, mark: Mark) -> Target | None:
        """The declaration of an alias: of a test, the first behind which there is the requirement that it names."""
        if module >= 0 or mark.declares:
            return self.declared(outline, module, "alias", mark.name)
        for number in outline.modules:
            found = self.declared(outline, number, "alias", mark.name)
            used = self.used(outline, number, mark.name) if found is not None else None
            if used is not None and self.requirement(*used, mark.of) is not None:
                return found
        return self.declared(outline, -1, "alias", mark.name)

    def _path(self, outline: Outline, piece: LivePiece, mark: Mark) -> Target | None:
        """An attribute, or a parameter of the module."""
        attribute = self.shared.get(("attribute", mark.name))
        if attribute is not None and (mark.what == "path" or "." in mark.name):
            return attribute
        return self.declared(outline, piece.module, "param", mark.name)

    def _variable(self, outline: Outline, piece: LivePiece, mark: Mark) -> Target | None:
        """The quantifier or `define` that declares a variable."""
        for other in outline.marks_in(piece):
            if other.what == "variable" and other.declares and (other.name, other.scope) == (mark.name, mark.scope):
                return Target("variable", mark.name, outline.name, other.at, piece.at)
        return None

    def _module(self, name: str, edition: str) -> Target | None:
        """The head of a module."""
        found = self.module(name, edition)
        if found is None:
            return None
        outline, number = found
        for piece, mark in outline.marks():
            if piece.start == "head" and piece.module == number:
                return Target("module", name, outline.name, mark.at, piece.at)
        return None

    def _told(self, mark: Mark) -> Target | None:
        """A collection or a field: built in, so without a place."""
        name = mark.of if mark.what == "field" else mark.name
        found = self.collection(name)
        if found is None or (mark.what == "field" and mark.name not in found.fields):
            return None
        return Target(mark.what, f"{found.name}.{mark.name}" if mark.what == "field" else found.name)

    def collection(self, name: str) -> CollectionTold | None:
        """A collection by its singular or plural name."""
        found = self.lexicon.collections.get(name)
        return found or next((c for c in self.lexicon.collections.values() if c.plural == name), None)

    def type_of(self, path: str) -> TypeLike | None:
        """The type of an attribute, or of `collection.field`."""
        attribute = self.lexicon.attributes.get(path)
        if attribute is not None:
            return attribute.type
        head, _, rest = path.partition(".")
        found = self.collection(head)
        return found.fields[rest].type if found is not None and rest in found.fields else None

    def spot(self, name: str, offset: int) -> Spot | None:
        """The mark at an offset of a file."""
        outline = self.outline(name)
        found = outline.mark_at(offset)
        return None if found is None else Spot(outline, *found)

    def references(self, target: Target, only: str = "") -> Iterator[Place]:
        """All places that mention a target, its declaration included, in order of file and place; or those of one file."""
        names = self._names_of(target)
        parts = frozenset(part for name in names for part in _PLAIN.findall(name)[:1]) or frozenset({""})
        files = [target.file] if target.what == "variable" else sorted(self.sources)
        for file in [only] if only in files else files:
            data = self.sources[file].text
            if not any(part.encode() in data for part in parts):
                continue
            outline = self.outline(file)
            for piece, facts in zip(outline.pieces, outline.facts, strict=True):
                if not any(part in facts.text for part in parts):
                    continue
                for found in marks_of(facts):
                    if found.name in names and found.what != "edition":
                        mark = placed(found, piece.at[0])
                        if self.resolve(Spot(outline, piece, mark)) == target:
                            yield Place(file, mark.at, mark.declares)

    def _names_of(self, target: Target) -> frozenset[str]:
        """The names under which a target can be mentioned: a requirement by its clause, a collection by its plural, too."""
        if target.what == "field":
            return frozenset({target.name.rpartition(".")[2]})
        if target.what == "collection":
            found = self.collection(target.name)
            return frozenset({target.name} | ({found.plural} if found is not None else set()))
        if target.what == "requirement":
            node = node_at(self.outline(target.file), target.at)
            clause = clause_of(node.node) if node is not None and isinstance(node.node, tree.Requirement) else ""
            return frozenset({target.name} | ({clause} if clause else set()))
        return frozenset({target.name})


def node_at(outline: Outline, at: At) -> Node | None:
    """The item that a declaration belongs to."""
    for piece in outline.pieces[outline.touched((at[0], at[0]))]:
        for node in outline.nodes(piece):
            low, high = node.at(node.node.at)
            if low <= at[0] <= high:
                return node
    return None
