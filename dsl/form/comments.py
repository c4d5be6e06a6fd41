"""Which node each comment of a file travels with.

A comment goes with the innermost module, item, part, line of a check, test or case that it stands before (`before`), behind on
the same line (`behind`), or at the end of whose block it stands (`end`); one inside an expression or a fact goes before the node
around it.
Guarantees: every comment has one place; `at` of the nodes must be that of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from rulewright.dsl import tree, tree_case
from rulewright.dsl.source import At

Place = Literal["before", "behind", "end"]
Key = tuple[str | int, ...]
"""The way to a node: `("m", 0)` a module, then the numbers of item, part and line; `("t", 0)` a test, then the number of the case."""
_STRING_OR_COMMENT = re.compile(r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"|#[^\n]*')
_BEHIND = re.compile(r"[ \t\r\f;,)]*").fullmatch


class Remark(NamedTuple):
    """A comment without its sign, and where it stands."""

    text: str
    place: Place = "before"


Remarks = Mapping[Key, tuple[Remark, ...]]


@dataclass(slots=True)
class Carrier:
    """A node that comments go with: its way, its place, the nodes in its block (`block` says whether it always has one)."""

    key: Key
    at: At
    children: list[Carrier] = field(default_factory=list)
    block: bool = False


def carriers(file: tree_case.File) -> Carrier:
    """All of a file, nested."""
    children = [_module(module, ("m", n)) for n, module in enumerate(file.modules)]
    children += [_test(test, ("t", n)) for n, test in enumerate(file.tests)]
    children.sort(key=lambda carrier: carrier.at)
    return Carrier((), (0, 0), children, block=True)


def _module(node: tree.Module, key: Key) -> Carrier:
    return Carrier(key, node.at, [_item(item, (*key, n)) for n, item in enumerate(node.items)], block=True)


def _item(node: tree.Item, key: Key) -> Carrier:
    match node:
        case tree.Requirement() | tree.Attribute() | tree.ObjectiveItem() | tree.Waiver():
            return Carrier(key, node.at, [_part(part, (*key, n)) for n, part in enumerate(node.parts)])
        case _:
            return Carrier(key, node.at)


def _part(node: tree.RequirementPart | tree.WaiverPart | tree.Fresh, key: Key) -> Carrier:
    lines = node.lines if isinstance(node, tree.Check) else ()
    return Carrier(key, node.at, [Carrier((*key, n), line.at) for n, line in enumerate(lines)])


def _test(node: tree_case.Test, key: Key) -> Carrier:
    return Carrier(key, node.at, [Carrier((*key, n), case.at) for n, case in enumerate(node.cases)], block=True)


def comments_in(text: str) -> Iterator[At]:
    """The stretches of all comments."""
    return (found.span() for found in _STRING_OR_COMMENT.finditer(text) if found[0][0] == "#")


def bare(comment: str) -> str:
    """A comment without its sign and one space."""
    return comment[1:].removeprefix(" ").rstrip()


def signed(text: str) -> str:
    """A comment with its sign."""
    return f"#{text}" if not text or text.startswith("#") else f"# {text}"


def attached(text: str, file: tree_case.File) -> dict[Key, tuple[Remark, ...]]:
    """The comments of a text by the node that they go with, in their order."""
    top = carriers(file)
    found: dict[Key, list[Remark]] = {}
    for at in comments_in(text):
        carrier, place = home(text, at[0], top)
        found.setdefault(carrier.key, []).append(Remark(bare(text[slice(*at)]), place))
    return {key: tuple(remarks) for key, remarks in found.items()}


def home(text: str, offset: int, carrier: Carrier) -> tuple[Carrier, Place]:
    """The node for a comment at an offset inside a carrier."""
    while carrier.children:
        near = bisect_right(carrier.children, offset, key=lambda child: child.at[0])
        last = carrier.children[near - 1] if near else None
        if last is not None and offset < last.at[1]:
            carrier = last
            if not carrier.children:
                return carrier, "end" if carrier.block else "before"
            continue
        if last is not None and _BEHIND(text, last.at[1], offset) is not None:
            return last, "behind"
        if near < len(carrier.children):
            return carrier.children[near], "before"
        return carrier, "end"
    return carrier, "end"
