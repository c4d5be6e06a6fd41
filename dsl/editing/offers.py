"""What a completion offers, made of the names that a workspace knows.

Guarantees: pure; what is offered carries its type and meaning; nothing is offered that could not stand for what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.editing.outline import Outline, clause_of
from rulewright.dsl.editing.workspace import AttributeTold, Workspace
from rulewright.dsl.lex import NAME
from rulewright.dsl.names import TypeLike
from rulewright.dsl.source import At

Kind = Literal["keyword", "attribute", "field", "variable", "function", "param", "word", "collection", "module", "value",
               "requirement", "objective", "type", "snippet"]  # fmt: skip
_NAME = re.compile(NAME)


class Offer(msgspec.Struct, frozen=True):
    """One thing to put at a place: what is shown, what is written, and how likely it is (0 is best).

    A snippet's text has numbered gaps as editors know them (`${1:…}`, `$0`).  `at` is the stretch that it replaces.
    """

    label: str
    kind: Kind
    text: str
    detail: str = ""
    doc: str = ""
    rank: int = 5
    snippet: bool = False
    at: At = (0, 0)


def type_text(kind: TypeLike, domain: str = "") -> str:
    """A type as an author writes it."""
    words = ", ".join(kind.values) + (", ..." if kind.open_values else "")
    text = f"{kind.kind} {{{words}}}" if kind.values else str(kind.kind)
    return f"{text} in {domain}" if domain else text


def quoted(word: str) -> str:
    """A word as it stands in a rule: in quotes where it is no name."""
    return word if _NAME.fullmatch(word) else '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def words(found: Iterable[str], detail: str = "", rank: int = 1) -> Iterator[Offer]:
    """Words of a fixed list, in its order."""
    for place, word in enumerate(found):
        yield Offer(word, "word", quoted(word), detail, rank=rank + min(place, 40))


@dataclass(frozen=True, slots=True)
class Names:
    """The names that may stand in a module of a file."""

    workspace: Workspace
    outline: Outline
    module: int

    @property
    def home(self) -> int:
        """The module whose aliases count: of a test, the one that it tests."""
        return self.workspace.home(self.outline, self.module)

    def attributes(self, *, kind: str = "", given_first: bool = False, rank: int = 2) -> Iterator[Offer]:
        """Attributes, of one kind or all; given ones first where a condition of applicability stands."""
        for name, found in sorted(self.workspace.lexicon.attributes.items()):
            if not kind or found.type.kind == kind:
                later = int(given_first and not found.given)
                yield Offer(name, "attribute", name, attribute_detail(found), found.doc, rank + later)

    def declared(self, what: type[tree.Param | tree.Define]) -> Iterator[tree.Param | tree.Define]:
        """Parameters or `define`s of the module."""
        for node in self.outline.items(self.module):
            if isinstance(node.node, what):
                yield node.node

    def defines(self, rank: int = 2) -> Iterator[Offer]:
        """`define`s, with their elements to fill in."""
        for node in self.declared(tree.Define):
            if isinstance(node, tree.Define):
                gaps = ", ".join(f"${{{n}:{f.name.text}}}" for n, f in enumerate(node.formals, 1))
                shown = ", ".join(f"{f.name.text} : {f.collection.text}" for f in node.formals)
                name = node.name.text
                yield Offer(
                    name, "function", f"{name}({gaps})", f"define {name}({shown})", rank=rank, snippet=bool(gaps)
                )

    def params(self, kind: str, rank: int = 3) -> Iterator[Offer]:
        """Parameters of a single value that can stand against a fact of a kind."""
        for node in self.declared(tree.Param):
            if isinstance(node, tree.Param) and _agree(node.type.name.text, kind):
                yield Offer(node.name.text, "param", node.name.text, f"param : {node.type.name.text}", rank=rank)

    def set_params_of(self, kind: str, rank: int = 1) -> Iterator[Offer]:
        """Parameters that are sets whose members can stand against a fact of a kind."""
        for node in self.declared(tree.Param):
            if isinstance(node, tree.Param) and node.type.name.text == "set":
                member = node.type.of.text if node.type.of is not None else "word"
                if member == kind or (member in _WORDLIKE and kind in {*_WORDLIKE, "version", "purl", "cpe", "set"}):
                    yield Offer(node.name.text, "param", node.name.text, f"param : set<{member}>", rank=rank)

    def fields(self, env: Mapping[str, str], rank: int = 1) -> Iterator[Offer]:
        """The fields of the variables at hand."""
        for variable, collection in env.items():
            found = self.workspace.collection(collection)
            for name, field in sorted(found.fields.items()) if found else ():
                label = f"{variable}.{name}"
                yield Offer(label, "field", label, type_text(field.type), field.doc, rank)

    def bare_fields(self, collection: str) -> Iterator[Offer]:
        """The fields of a collection's elements, as a test gives them."""
        found = self.workspace.collection(collection)
        for name, field in sorted(found.fields.items()) if found else ():
            yield Offer(name, "field", name, type_text(field.type), field.doc, 1)

    def collections(self, owner: str | None = None, *, plural: bool = False) -> Iterator[Offer]:
        """Collections; the common ones first."""
        for name, found in sorted(self.workspace.lexicon.collections.items()):
            label = found.plural if plural else name
            if owner is None or owner in found.parents:
                rank = _COMMON.index(name) if name in _COMMON else 8
                yield Offer(label, "collection", label, "collection", found.doc, rank)

    def objectives(self, *, met: bool = False) -> Iterator[Offer]:
        """Objectives; with `met`, those that have a check."""
        for name, node in sorted(self.workspace.objectives.items()):
            if not met or any(isinstance(p, tree.Check) for p in node.parts):
                yield Offer(name, "objective", name, node.text.text, rank=2)

    def detectors(self) -> Iterator[Offer]:
        """Everything that can supply an attribute."""
        attributes = self.workspace.lexicon.attributes.values()
        yield from words(sorted({"sbom"} | {d for a in attributes for d in a.detectors}), "detector")

    def threats(self) -> Iterator[Offer]:
        """The threats that objectives name."""
        found = {
            n.text
            for node in self.workspace.objectives.values()
            for p in node.parts
            if isinstance(p, tree.Names) and p.key == "threats"
            for n in p.names
        }
        yield from words(sorted(found), "threat")

    def modules(self) -> Iterator[Offer]:
        """Ids of the modules that may be used, each once, with the editions that there are."""
        editions: dict[str, list[str]] = {}
        for head in self.workspace.heads:
            if head.kind != "vocabulary" and head.file != self.outline.name:
                editions.setdefault(head.id, []).append(head.edition)
        for name, found in sorted(editions.items()):
            listed = ", ".join(dict.fromkeys(found))
            yield Offer(name, "module", name, f"edition {listed}", rank=1)

    def editions(self, module: str) -> Iterator[Offer]:
        """The editions of a module, the newest first."""
        found = sorted({h.edition for h in self.workspace.heads if h.id == module}, reverse=True)
        for place, edition in enumerate(found):
            yield Offer(f'"{edition}"', "value", f'"{edition}"', module, rank=place)

    def aliases(self, *, outside: bool = False) -> Iterator[Offer]:
        """Aliases of what is used; with `outside`, also ids of modules, as references name them."""
        for alias, use in sorted(self.workspace.uses(self.outline, self.home).items()):
            detail = f"{use.module.text} {use.edition.text}"
            yield Offer(alias, "module", f"{alias}:", detail, rank=0 if outside else 5_000)
        if outside:
            for head in self.workspace.heads:
                if head.kind == "standard" and head.file != self.outline.name:
                    yield Offer(head.id, "module", f"{head.id}:", "standard", rank=4)

    def requirements(self, rank: int = 1) -> Iterator[Offer]:
        """The module's own requirements (of a test: those of the file)."""
        for number in self.outline.modules if self.module == -1 else (self.module,):
            yield from requirements_of(self.outline, number, rank)

    def requirements_of(self, alias: str) -> Iterator[Offer]:
        """The requirements of a module that is used."""
        found = self.workspace.used(self.outline, self.home, alias)
        if found is not None:
            yield from requirements_of(*found, 1)

    def set_params(self) -> Iterator[Offer]:
        """The parameters of what is used, with their aliases."""
        for alias in sorted(self.workspace.uses(self.outline, self.module)):
            found = self.workspace.used(self.outline, self.module, alias)
            for node in found[0].items(found[1]) if found else ():
                if isinstance(node.node, tree.Param):
                    name = f"{alias}.{node.node.name.text}"
                    yield Offer(name, "param", name, f"param : {node.node.type.name.text}", rank=1)


def requirements_of(outline: Outline, module: int, rank: int) -> Iterator[Offer]:
    """The requirements of a module, in its order, by id."""
    place = 0
    for node in outline.items(module):
        item = node.node
        if isinstance(item, tree.Requirement):
            label = quoted(item.id.text) if isinstance(item.id, t.Name) else f'"{item.id.text}"'
            title = next((p.value.text for p in item.parts if isinstance(p, tree.Setting) and p.key == "title"), "")
            clause = clause_of(item)
            yield Offer(
                label, "requirement", label, title, f"clause {clause}" if clause else "", rank + min(place, 900)
            )


def attribute_detail(found: AttributeTold) -> str:
    """An attribute in one line: type, and whether it is context or choice."""
    return f"{type_text(found.type, found.domain)} · {'given' if found.given else 'choice'}"


def _agree(name: str, kind: str) -> bool:
    """Whether a parameter of a type can stand against a fact of a kind (see `predicates`)."""
    pairs = {("word", "enum"), ("string", "version"), ("int", "decimal"), ("string", "purl"), ("string", "cpe"),
             ("enum", "string")}  # fmt: skip
    return name == kind or (name, kind) in pairs


_WORDLIKE = frozenset({"word", "enum", "string"})
_COMMON = ("component", "vulnerability", "document", "hash", "license_claim", "service", "file")
