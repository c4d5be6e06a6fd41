"""The shape of a file: symbols, folds, growing selections, links, and how many standards stand behind an objective.

Guarantees: pure; symbols lie inside their module's stretch; folds and selections follow brackets, so they are there in a
file with mistakes, too.  After an edit only the piece that changed is looked at again; the rest is moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rulewright.dsl import tree, tree_case
from rulewright.dsl import tree_expr as t
from rulewright.dsl.editing.colours import Stretch
from rulewright.dsl.editing.marks import Mark, marks_of, nodes_of
from rulewright.dsl.editing.outline import Node, Outline
from rulewright.dsl.editing.pieces import Facts
from rulewright.dsl.editing.prefix import tokens_of
from rulewright.dsl.editing.workspace import Workspace
from rulewright.dsl.source import At

_RUN = re.compile(r"^[^\S\n]*#[^\n]*(?:\n[^\S\n]*#[^\n]*)+", re.MULTILINE)
_OPENS = {"LBRACE": "RBRACE", "LPAR": "RPAR", "LSQB": "RSQB"}
_CLOSES = frozenset(_OPENS.values())


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
    held: dict[int, list[Symbol]] = {}
    ends: dict[int, int] = {}
    for piece, facts in zip(outline.pieces, outline.facts, strict=True):
        ends[piece.module] = max(piece.at[1], ends.get(piece.module, 0))
        if piece.start == "items":
            held.setdefault(piece.module, []).extend(_moved(s, piece.at[0]) for s in symbols_of(facts))
    found = []
    for piece, facts in zip(outline.pieces, outline.facts, strict=True):
        if piece.start == "test":
            found += [_moved(s, piece.at[0]) for s in symbols_of(facts)]
        for node in nodes_of(facts) if piece.start == "head" else ():
            if isinstance(node, tree.Head):
                at = (piece.at[0] + node.at[0], ends[piece.module])
                name_at = (piece.at[0] + node.id.at[0], piece.at[0] + node.id.at[1])
                children = tuple(held.get(piece.module, ()))
                found.append(Symbol(node.id.text, node.kind, f"edition {node.edition.text}", at, name_at, children))
    return tuple(found)


def symbols_of(facts: Facts) -> tuple[Symbol, ...]:
    """The declarations, or the test, of a piece, with offsets from its start."""
    return facts.once(_symbols)


def test_places(outline: Outline) -> Iterator[At]:
    """What each test of a file is about, as a stretch."""
    for piece, facts in zip(outline.pieces, outline.facts, strict=True):
        if piece.start == "test":
            for symbol in symbols_of(facts):
                yield symbol.name_at[0] + piece.at[0], symbol.name_at[1] + piece.at[0]


def _symbols(facts: Facts) -> tuple[Symbol, ...]:
    """Find the symbols of a piece."""
    nodes = nodes_of(facts)
    tests = [_test(node) for node in nodes if isinstance(node, tree_case.Test)]
    return (*tests, *(s for node in nodes if (s := _item(Node(node, 0))) is not None))


def _moved(symbol: Symbol, base: int) -> Symbol:
    """A symbol of a piece, with offsets of the file."""
    at, name_at = symbol.at, symbol.name_at
    return Symbol(
        symbol.name,
        symbol.kind,
        symbol.detail,
        (at[0] + base, at[1] + base),
        (name_at[0] + base, name_at[1] + base),
    )


def _test(test: tree_case.Test) -> Symbol:
    """A test."""
    target = test.target
    name = f"{target.alias.text}:{target.id.text}" if target.alias is not None else target.id.text
    count = len(test.cases)
    return Symbol(f"test {name}", "test", f"{count} case{'' if count == 1 else 's'}", test.at, target.at)


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


def folds(outline: Outline) -> tuple[tuple[At, bool], ...]:
    """Stretches of more than one line that can be folded away; true for runs of comments."""
    text = outline.source.text
    found: list[At] = []
    pending: list[tuple[str, int]] = []
    for base, facts in _with_gaps(outline):
        whole, opened, closed = facts.once(_brackets)
        found += [(at[0] + base, at[1] + base) for at in whole if "\n" in facts.text[at[0] : at[1]]]
        for kind, at in closed:
            if pending and pending[-1][0] == kind:
                start = pending.pop()[1]
                if "\n" in text[start : at + base]:
                    found.append((start, at + base))
        pending += [(kind, at + base) for kind, at in opened]
    return tuple(sorted({*((at, False) for at in found), *((at, True) for at in _comment_runs(text))}))


def _with_gaps(outline: Outline) -> Iterator[Stretch]:
    """The pieces of a file and what lies between them, in order."""
    text = outline.source.text
    end = 0
    for piece, facts in zip(outline.pieces, outline.facts, strict=True):
        if text[end : piece.at[0]].strip():
            yield Stretch(end, Facts("", text[end : piece.at[0]]))
        yield Stretch(piece.at[0], facts)
        end = piece.at[0] + len(facts.text)
    yield Stretch(end, Facts("", text[end:]))


_Loose = tuple[tuple[str, int], ...]
"""Brackets without their partner: what closes them, and where they are (of a closing one: its end)."""


def _brackets(facts: Facts) -> tuple[tuple[At, ...], _Loose, _Loose]:
    """Of a stretch: brackets that belong together, those left open, and those closed that were opened before."""
    stack: list[tuple[str, int]] = []
    whole, closed = [], []
    for token in tokens_of(facts.text, 0, len(facts.text)):
        if token.type in _OPENS:
            stack.append((_OPENS[token.type], token.start))
        elif stack and token.type == stack[-1][0]:
            whole.append((stack.pop()[1], token.end))
        elif not stack and token.type in _CLOSES:
            closed.append((token.type, token.end))
    return tuple(whole), tuple(stack), tuple(closed)


def _comment_runs(text: str) -> Iterator[At]:
    """Runs of more than one line that are comments."""
    for hit in _RUN.finditer(text) if "#" in text else ():
        yield hit.span()


def selections(outline: Outline, offset: int) -> tuple[At, ...]:
    """Stretches around an offset, the narrowest first: a word, what is in brackets, the part, the item, the file."""
    text = outline.source.text
    found = {(0, len(text))}
    piece = outline.piece_at(offset)
    if piece is not None:
        base, inner = piece.at[0], outline.text_of(piece)
        found.add((base, base + len(inner)))
        found |= {(t.start, t.end) for t in tokens_of(text, base, base + len(inner))}
        for at in outline.facts_of(piece).once(_brackets)[0]:
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
    for piece, facts in zip(outline.pieces, outline.facts, strict=True):
        for mark in facts.once(_leading):
            at = (mark.at[0] + piece.at[0], mark.at[1] + piece.at[0])
            target = workspace.module(mark.name, mark.of) if mark.what == "module" else None
            if mark.what == "fixture":
                yield Link(at, mark.name, fixture=True)
            elif target is not None and target[0].name != outline.name:
                yield Link(at, target[0].name, fixture=False)


def _leading(facts: Facts) -> tuple[Mark, ...]:
    """The marks of a piece that may lead elsewhere."""
    return tuple(m for m in marks_of(facts) if m.what == "fixture" or (m.what == "module" and not m.declares))


def inlays(outline: Outline, workspace: Workspace, at: At) -> Iterator[Inlay]:
    """Behind each objective of a requirement in a stretch: how many standards ask for the same."""
    touched = outline.touched(at)
    for piece, facts in zip(outline.pieces[touched], outline.facts[touched], strict=True):
        for name, end in facts.once(_objectives):
            behind = workspace.standards.get(name, ()) if at[0] <= piece.at[0] + end <= at[1] else ()
            if behind:
                count = f"{len(behind)} standard{'' if len(behind) == 1 else 's'}"
                yield Inlay(piece.at[0] + end, count, ", ".join(behind))


def _objectives(facts: Facts) -> tuple[tuple[str, int], ...]:
    """The names in the `objective` parts of a piece's requirements, and where they end."""
    return tuple(
        (name.text, name.at[1])
        for node in nodes_of(facts)
        if isinstance(node, tree.Requirement)
        for part in node.parts
        if isinstance(part, tree.Names) and part.key == "objective"
        for name in part.names
    )


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
