"""What an editor offers to do at a place: the fixes of findings, a pinned digest, a first test.

Guarantees: edits are whole and do not overlap; a fix that is not safe says so in its title and is never the preferred one.
What it does not do: decide what a test should expect beyond the obvious: the author completes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rulewright.diagnostics import Diagnostic
from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.editing.marks import marks_of
from rulewright.dsl.editing.offers import quoted
from rulewright.dsl.editing.outline import Node, Outline
from rulewright.dsl.editing.rename import Change
from rulewright.dsl.editing.workspace import Workspace
from rulewright.dsl.source import At


class Action(NamedTuple):
    """A thing to do: its title, its edits, the finding that it puts right, whether it is safe to prefer."""

    title: str
    changes: tuple[Change, ...]
    about: Diagnostic | None = None
    safe: bool = False


def actions(outline: Outline, workspace: Workspace, at: At, found: Iterable[Diagnostic]) -> tuple[Action, ...]:
    """Everything that can be done about a stretch, fixes first."""
    here = [d for d in found if d.span is not None and d.span.file == outline.name]
    near = [d for d in here if d.span is not None and d.span.end >= at[0] and d.span.start <= at[1]]
    return (*_fixes(near), *_pins(outline, workspace, at, near), *_tests(outline, at))


def _fixes(found: Iterable[Diagnostic]) -> Iterator[Action]:
    """The fixes of findings."""
    for diagnostic in found:
        fix = diagnostic.fix
        if fix is not None:
            changes = tuple(Change(e.span.file, (e.span.start, e.span.end), e.text) for e in fix.edits)
            title = fix.title if fix.safe else f"{fix.title} (may change the meaning)"
            yield Action(title, changes, diagnostic, fix.safe)


def _items(outline: Outline, at: At) -> Iterator[Node]:
    """The items that a stretch touches."""
    for piece in outline.pieces[outline.touched(at)]:
        if piece.start == "items":
            for node in outline.nodes(piece):
                low, high = node.at(node.node.at)
                if low <= at[1] and high >= at[0]:
                    yield node


def _pins(outline: Outline, workspace: Workspace, at: At, found: Iterable[Diagnostic]) -> Iterator[Action]:
    """Pin the digest of what is used, or renew it."""
    about = [d for d in found if d.code in {"RW0406", "RW0407"} and d.span is not None and d.fix is None]
    for node in _items(outline, at):
        use = node.node
        used = workspace.module(use.module.text, use.edition.text) if isinstance(use, tree.Use) else None
        if not isinstance(use, tree.Use) or used is None or used[0].name == outline.name:
            continue
        digest = workspace.digest(used[0].name)
        low, high = node.at(use.at)
        finding = next((d for d in about if d.span is not None and low <= d.span.start <= high), None)
        if use.sha256 is None:
            place = node.at(use.edition.at)[1]
            yield Action("pin the digest", (Change(outline.name, (place, place), f' sha256 "{digest}"'),), finding)
        elif use.sha256.text.lower() != digest:
            yield Action(
                "pin the file at hand", (Change(outline.name, node.at(use.sha256.at), f'"{digest}"'),), finding
            )


def _tests(outline: Outline, at: At) -> Iterator[Action]:
    """A first test of a requirement that has none, to be completed."""
    items = [node for node in _items(outline, at) if isinstance(node.node, tree.Requirement)]
    tested = {x.target.id.text for x, _ in outline.tests() if x.target.alias is None} if items else set()
    for node in items:
        if isinstance(node.node, tree.Requirement) and node.node.id.text not in tested:
            end = len(outline.source.text.rstrip())
            text = f"\n\n{skeleton(node.node, outline, node)}"
            yield Action("add a test for this requirement", (Change(outline.name, (end, end), text),))


def skeleton(node: tree.Requirement, outline: Outline, where: Node) -> str:
    """A test that gives nothing that the requirement reads: its verdict is unknown, or not, as the author will say."""
    piece = outline.piece_at(where.base)
    marks = marks_of(outline.facts_of(piece)) if piece is not None else ()
    facts = sorted({m.name for m in marks if m.what == "path" and "." in m.name})
    name = f'"{node.id.text}"' if not isinstance(node.id, t.Name) else quoted(node.id.text)
    given = ", ".join(f"{fact} = ?" for fact in facts[:6])
    return (
        f"test {name} {{\n  given {{ {given} }} expect unknown\n}}"
        if given
        else f"test {name} {{\n  given {{ }} expect unknown\n}}"
    )
