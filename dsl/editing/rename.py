"""Rename a name everywhere it is mentioned.

Guarantees: a rename is whole or refused, with the reason in words; only the workspace's own files change; the new name is
one that the language takes there and that nothing else in the module has.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rulewright.dsl import tree
from rulewright.dsl.editing.marks import What
from rulewright.dsl.editing.offers import quoted
from rulewright.dsl.editing.outline import Outline
from rulewright.dsl.editing.workspace import Spot, Target, Workspace, node_at
from rulewright.dsl.lex import NAME, unescape
from rulewright.dsl.source import At
from rulewright.dsl.tables import WORDS

_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME = re.compile(NAME)
_WORDS_FOR = {
    "variable": "a variable", "define": "a `define`", "param": "a parameter", "alias": "an alias",
    "requirement": "a requirement",
}  # fmt: skip


class Change(NamedTuple):
    """A stretch of a file and the text to put in its place."""

    file: str
    at: At
    text: str


class Refused(Exception):  # noqa: N818 - an answer, not an error of the program
    """Why a name cannot be changed, in words for the author."""


def renamed_at(outline: Outline, workspace: Workspace, offset: int) -> tuple[Target, At]:
    """What would be renamed at an offset, and the stretch of the name there.  Raises Refused."""
    found = outline.mark_at(offset)
    target = workspace.resolve(Spot(outline, *found)) if found is not None else None
    if found is None or target is None:
        raise Refused("there is no name here that can be changed")
    if target.what not in _WORDS_FOR:
        raise Refused(
            f"only variables, defines, parameters, aliases and requirements can be renamed, not this {target.what}"
        )
    if target.file not in workspace.own:
        raise Refused(f"`{target.name}` belongs to `{target.file}`, which is not yours to change")
    return target, found[1].at


def rename(outline: Outline, workspace: Workspace, offset: int, new: str) -> tuple[Change, ...]:
    """All changes that a rename takes, in order of file and place.  Raises Refused."""
    target, _ = renamed_at(outline, workspace, offset)
    _check_name(target, new)
    if new == target.name:
        return ()
    _check_free(target, new, workspace)
    changes = []
    for place in workspace.references(target):
        if place.file not in workspace.own:
            raise Refused(f"`{target.name}` is mentioned in `{place.file}`, which is not yours to change")
        text = workspace.outline(place.file).source.text
        written = text[place.at[0] : place.at[1]]
        if target.what == "requirement":
            if (unescape(written) if written[0] == '"' else written) != target.name:
                continue  # named by its clause
            changes.append(Change(place.file, place.at, quoted(new) if written[0] != '"' else _string(new)))
        else:
            changes.append(Change(place.file, place.at, new))
    return tuple(changes)


def _string(text: str) -> str:
    """A text in quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _check_name(target: Target, new: str) -> None:
    """Whether the new name is one.  Raises Refused."""
    what = _WORDS_FOR[target.what]
    if target.what == "requirement":
        good = bool(new.strip()) and new == new.strip() and new.isprintable() and len(new) <= 200
    elif target.what == "variable":
        good = _SIMPLE.fullmatch(new) is not None
    else:
        good = _NAME.fullmatch(new) is not None and "." not in new and "+" not in new
    if not good:
        raise Refused(f"`{new}` is not a name for {what}")
    if target.what != "requirement" and (new in WORDS or new in {"true", "false", "as_of"}):
        raise Refused(f"`{new}` is a word of the language")


def _check_free(target: Target, new: str, workspace: Workspace) -> None:
    """Whether the new name is free where the old one is known.  Raises Refused."""
    outline = workspace.outline(target.file)
    piece = outline.piece_at(target.at[0])
    assert piece is not None
    if target.what == "variable":
        taken = any(m.what == "variable" and m.name == new for m in outline.marks_in(piece))
    elif target.what in {"define", "param"}:
        kinds: tuple[What, ...] = ("define", "param")
        taken = any(workspace.declared(outline, piece.module, what, new) for what in kinds)
    else:
        taken = workspace.declared(outline, piece.module, target.what, new) is not None
    if target.what in {"variable", "param"}:
        taken = taken or new in workspace.lexicon.attributes
    if taken:
        raise Refused(f"`{new}` is taken")
    node = node_at(outline, target.at)
    if target.what == "requirement" and node is not None and not isinstance(node.node, tree.Requirement):
        raise Refused("there is no name here that can be changed")
