"""The shape of a file: symbols, folds, growing selections, links, and how many standards stand behind an objective.

Guarantees: pure; symbols lie inside their module's stretch; folds and selections follow brackets, so they are there in a
file with mistakes, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rulewright.dsl import tree, tree_case
from rulewright.dsl import tree_expr as t
from rulewright.dsl.editing.hover import standards_behind
from rulewright.dsl.editing.outline import Node, Outline
from rulewright.dsl.editing.prefix import tokens_of
from rulewright.dsl.editing.workspace import Spot, Workspace
from rulewright.dsl.source import At

_OPENS = {"LBRACE": "RBRACE", "LPAR": "RPAR", "LSQB": "RSQB"}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A declaration: its name, what it is, a few words, its whole stretch, its name's stretch, what it holds."""

    name: str
    kind: str
    detail: str
    at: At
    name_at: At
    children: tuple[Symbol, ...] = ()


class Link(NamedTuple):
    """A stretch that leads to a file: a rule file by its name, or a document beside the rule file."""

    at: At
    file: str
    fixture: bool


class Inlay(NamedTuple):
    """A few words to show behind an offset, and more on demand."""

    offset: int
    text: str
    tip: str


def symbols(outline: Outline) -> tuple[Symbol, ...]:
    """Modules with what they declare, and tests, in order."""
    found = []
    for piece in outline.pieces:
        for node in outline.nodes(piece):
            if isinstance(node.node, tree.Head):
                found.append(_module(outline, piece.module, node, node.node))
            elif isinstance(node.node, tree_case.Test):
                found.append(_test(node, node.node))
    return tuple(found)


def _module(outline: Outline, module: int, node: Node, head: tree.Head) -> Symbol:
    """A module and its declarations."""
    children = tuple(s for n in outline.items(module) if (s := _item(n)) is not None)
    end = max((p.at[1] for p in outline.pieces if p.module == module), default=node.at(head.at)[1])
    return Symbol(
        head.id.text,
        head.kind,
        f"edition {head.edition.text}",
        (node.at(head.at)[0], end),
        node.at(head.id.at),
        children,
    )


def _test(node: Node, test: tree_case.Test) -> Symbol:
    """A test."""
    target = test.target
    name = f"{target.alias.text}:{target.id.text}" if target.alias is not None else target.id.text
    count = len(test.cases)
    return Symbol(
        f"test {name}", "test", f"{count} case{'' if count == 1 else 's'}", node.at(test.at), node.at(target.at)
    )


def _item(node: Node) -> Symbol | None:
    """A declaration; none for what has no name."""
    at = node.at(node.node.at)
    match node.node:
        case tree.Requirement() as found:
            parts = found.parts
            title = next((p.value.text for p in parts if isinstance(p, tree.Setting) and p.key == "title"), "")
            return Symbol(found.id.text, "requirement", title, at, node.at(found.id.at))
        case tree.Param() as found:
            return Symbol(found.name.text, "param", found.type.name.text, at, node.at(found.name.at))
        case tree.Define() | tree.Axiom() as found:
            kind = "define" if isinstance(found, tree.Define) else "axiom"
            return Symbol(found.name.text, kind, "", at, node.at(found.name.at))
        case tree.Attribute() as found:
            return Symbol(found.name.text, "attribute", found.role.text, at, node.at(found.name.at))
        case tree.ObjectiveItem() as found:
            return Symbol(found.name.text, "objective", found.text.text, at, node.at(found.name.at))
        case tree.Waiver() as found:
            return Symbol(found.id.text, "waiver", found.target.id.text, at, node.at(found.id.at))
        case tree.Use() as found:
            return Symbol(
                found.alias.text, "use", f"{found.module.text} {found.edition.text}", at, node.at(found.alias.at)
            )
        case _:
            return None


def found_symbols(workspace: Workspace, query: str, limit: int = 200) -> Iterator[tuple[str, str, Symbol]]:
    """Declarations whose names or titles hold a query: file, module, symbol; own files first."""
    wanted, left = query.casefold(), limit
    for file in sorted(workspace.sources, key=lambda f: (f not in workspace.own, f)):
        outline = workspace.outline(file)
        for module in symbols(outline) if wanted in outline.source.text.casefold() else ():
            for symbol in (module, *module.children):
                if wanted in f"{symbol.name} {symbol.detail}".casefold() and symbol.kind not in {"use", "test"}:
                    yield file, module.name, symbol
                    left -= 1
                    if left == 0:
                        return


def brackets(text: str) -> tuple[At, ...]:
    """The stretches between brackets that belong together, brackets included, in order of their ends."""
    stack: list[tuple[str, int]] = []
    found = []
    for token in tokens_of(text, 0, len(text)):
        if token.type in _OPENS:
            stack.append((_OPENS[token.type], token.start))
        elif stack and token.type == stack[-1][0]:
            found.append((stack.pop()[1], token.end))
    return tuple(found)


def folds(outline: Outline) -> tuple[tuple[At, bool], ...]:
    """Stretches of more than one line that can be folded away; true for runs of comments."""
    text = outline.source.text
    found = {(at, False) for at in brackets(text) if "\n" in text[at[0] : at[1]]}
    start: int | None = None
    end = 0
    place = 0
    for line in [*text.split("\n"), ""]:
        if line.lstrip().startswith("#"):
            start = place if start is None else start
            end = place + len(line)
        else:
            if start is not None and "\n" in text[start:end]:
                found.add(((start, end), True))
            start = None
        place += len(line) + 1
    return tuple(sorted(found))


def selections(outline: Outline, offset: int) -> tuple[At, ...]:
    """Stretches around an offset, the narrowest first: a word, what is in brackets, the part, the item, the file."""
    text = outline.source.text
    found = {(0, len(text))}
    piece = outline.piece_at(offset)
    if piece is not None:
        base, inner = piece.at[0], outline.text_of(piece)
        found.add((base, base + len(inner)))
        found |= {(t.start, t.end) for t in tokens_of(text, base, base + len(inner))}
        for at in brackets(inner):
            found |= {(at[0] + base, at[1] + base), (at[0] + base + 1, at[1] + base - 1)}
        for node in outline.nodes(piece):
            found |= {node.at(at) for at in _stretches(node.node)}
    around = sorted((at for at in found if at[0] <= offset <= at[1] and at[0] < at[1]), key=lambda a: (a[1] - a[0], a))
    kept: list[At] = []
    for at in around:
        if not kept or (at[0] <= kept[-1][0] and at[1] >= kept[-1][1] and at != kept[-1]):
            kept.append(at)
    return tuple(kept)


def _stretches(node: object) -> Iterator[At]:
    """The places of a node and of all nodes in it."""
    if isinstance(node, t.Node):
        at = getattr(node, "at", None)
        if isinstance(at, tuple):
            yield at
        for name in node.__struct_fields__:
            yield from _stretches(getattr(node, name))
    elif isinstance(node, tuple):
        for item in node:
            if isinstance(item, t.Node):
                yield from _stretches(item)


def links(outline: Outline, workspace: Workspace) -> Iterator[Link]:
    """What leads elsewhere: the modules that are used, and the documents of tests."""
    for piece, mark in outline.marks():
        if mark.what == "module" and not mark.declares:
            target = workspace.resolve(Spot(outline, piece, mark))
            if target is not None and target.file != outline.name:
                yield Link(mark.at, target.file, fixture=False)
        elif mark.what == "fixture":
            yield Link(mark.at, mark.name, fixture=True)


def inlays(outline: Outline, workspace: Workspace, at: At) -> Iterator[Inlay]:
    """Behind each objective of a requirement in a stretch: how many standards ask for the same."""
    for piece, mark in outline.marks():
        inside = at[0] <= mark.at[1] <= at[1]
        if inside and mark.what == "objective" and not mark.declares and _of_requirement(outline, piece.at[0], mark.at):
            behind = standards_behind(mark.name, workspace)
            if behind:
                count = f"{len(behind)} standard{'' if len(behind) == 1 else 's'}"
                yield Inlay(mark.at[1], count, ", ".join(behind))


def _of_requirement(outline: Outline, base: int, at: At) -> bool:
    """Whether a mark stands in the `objective` part of a requirement."""
    piece = outline.piece_at(base)
    for node in outline.nodes(piece) if piece is not None else ():
        if isinstance(node.node, tree.Requirement):
            for part in node.node.parts:
                low, high = node.at(part.at)
                if isinstance(part, tree.Names) and part.key == "objective" and low <= at[0] and at[1] <= high:
                    return True
    return False


def differences(old: str, new: str) -> Iterator[tuple[At, str]]:
    """The stretches of lines in which a text differs from a new one, each with what comes in its place: cursors stay."""
    from difflib import SequenceMatcher

    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    for tag, low, high, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield (starts[low], starts[high]), "".join(after[first:last])
