"""Rename a name everywhere it is mentioned.

Guarantees: a rename is whole or refused, with the reason in words; only the workspace's own files change; the new name is
one that the language takes there and that nothing else in the module has.  It is tried first: afterwards every name of the
workspace's own files stands for what it stood for, and compiling them finds nothing that was not found before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from rulewright.dsl import tree
from rulewright.dsl.compiler import compile_sources
from rulewright.dsl.editing.marks import Mark, What
from rulewright.dsl.editing.offers import quoted
from rulewright.dsl.editing.outline import Outline
from rulewright.dsl.editing.workspace import Spot, Target, Workspace, node_at
from rulewright.dsl.lex import NAME, unescape
from rulewright.dsl.literals import LiteralChecks
from rulewright.dsl.source import At, Source
from rulewright.dsl.tables import WORDS

_PINS = frozenset({"RW0406", "RW0407"})
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


def rename(outline: Outline, workspace: Workspace, offset: int, new: str, checks: LiteralChecks) -> tuple[Change, ...]:
    """All changes that a rename takes, in order of file and place; `checks` judge literals.  Raises Refused."""
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
    _try(Trial(workspace, changes), {target.name, new}, checks)
    return tuple(changes)


class Trial:
    """A workspace before and after changes."""

    def __init__(self, workspace: Workspace, changes: Sequence[Change]) -> None:
        self.before = workspace
        self.by_file: dict[str, list[Change]] = {}
        for change in sorted(changes, key=lambda c: (c.file, c.at)):
            self.by_file.setdefault(change.file, []).append(change)
        texts = {file: Source(file, self._changed(file).encode("utf-8", "replace")) for file in self.by_file}
        self.after = Workspace(workspace.lexicon, {**workspace.sources, **texts}, workspace.own)

    def _changed(self, file: str) -> str:
        """The text of a file after its changes."""
        text = self.before.outline(file).source.text
        for change in reversed(self.by_file[file]):
            text = text[: change.at[0]] + change.text + text[change.at[1] :]
        return text

    def moved(self, file: str, offset: int) -> int:
        """Where an offset of a file is after its changes."""
        passed = [c for c in self.by_file.get(file, ()) if c.at[1] <= offset]
        return offset + sum(len(c.text) - (c.at[1] - c.at[0]) for c in passed)

    def meant(self, file: str) -> tuple[list[Meant], list[Meant]]:
        """What the names of a file stand for before, with the places they have after, and what they stand for after."""
        before = [
            (self.moved(file, m.at[0]), (t.what, t.file, self.moved(t.file, t.at[0])) if t is not None else None)
            for m, t in _resolved(self.before, file)
        ]
        after = [
            (m.at[0], (t.what, t.file, t.at[0]) if t is not None else None) for m, t in _resolved(self.after, file)
        ]
        return before, after


Meant = tuple[int, tuple[What, str, int] | None]


def _resolved(workspace: Workspace, file: str) -> Iterator[tuple[Mark, Target | None]]:
    """The names of a file and what they stand for."""
    outline = workspace.outline(file)
    for piece, mark in outline.marks():
        yield mark, workspace.resolve(Spot(outline, piece, mark))


def _try(trial: Trial, names: set[str], checks: LiteralChecks) -> None:
    """Whether all names stand for what they did, and nothing new is wrong.  Raises Refused."""
    words = [name.encode("utf-8", "replace") for name in names]
    sources = trial.before.sources
    files = sorted(f for f in trial.before.own if f in trial.by_file or any(w in sources[f].text for w in words))
    for file in files:
        before, after = trial.meant(file)
        for old, now in zip_longest(before, after):
            if old != now:
                at = (now or old or (0,))[0]
                text = trial.after.outline(file).source.text
                line = text.count("\n", 0, at) + 1
                raise Refused(f"a name in line {line} of `{file}` would then stand for something else")
    told = [_told(workspace, files, checks) for workspace in (trial.before, trial.after)]
    worse = sorted((told[1] - told[0]).elements())
    if worse:
        raise Refused(f"`{worse[0][1]}` would then be wrong ({worse[0][0]})")


def _told(workspace: Workspace, files: Sequence[str], checks: LiteralChecks) -> Counter[tuple[str, str]]:
    """What compiling some files finds, by code and file; a digest that no longer fits is the price of any change."""
    found = compile_sources(workspace.sources, list(files), workspace.lexicon, checks=checks).diagnostics
    return Counter((d.code, d.span.file if d.span is not None else "") for d in found if d.code not in _PINS)


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
