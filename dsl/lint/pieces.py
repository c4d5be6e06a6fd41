"""The pieces of a file that a comment can stand at: modules, items, their parts, lines of checks, tests, cases.

Guarantees: the piece of a comment, and that of a finding, depend on the words around them and on whether the comment stands
behind one on its line, so neither the layout nor the JSON form changes them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from rulewright.diagnostics import Span
from rulewright.dsl.form.comments import Carrier, Key, Place, carriers, home
from rulewright.dsl.source import SourceText
from rulewright.dsl.tree_case import File

_MODULE = 2
"""parts of the way to a module: ("m", 0)"""


class Home(NamedTuple):
    """The piece that a comment stands at, and where."""

    key: Key
    place: Place


class Pieces:
    """Those of one file."""

    def __init__(self, source: SourceText, file: File) -> None:
        self.source = source
        self.top = carriers(file)

    def home(self, offset: int) -> Home:
        """The piece that a comment at an offset stands at: before it, behind it on its line, or within it."""
        carrier, place = home(self.source.text, offset, self.top)
        return Home(carrier.key, place)

    def covers(self, comment: Home, offset: int) -> bool:
        """Whether a comment counts for what is said of an offset.

        It counts for its piece from start to end, and for what is said of the item or test as a whole in which that piece
        stands; of a module, for what is said of the module as a whole, from before it or from before its first item.
        At the end of a block it stands at nothing.
        """
        if comment.place == "end":
            return False
        key = self._around(offset)
        if _is_module(key):
            return comment.key == key or (comment.place == "before" and comment.key == (*key, 0))
        if key[: len(comment.key)] == comment.key:
            return bool(comment.key) and not _is_module(comment.key)
        return bool(key) and comment.key[: len(key)] == key

    def _around(self, offset: int) -> Key:
        """The innermost piece around an offset."""
        carrier = self.top
        while True:
            near = bisect_right(carrier.children, offset, key=lambda child: child.at[0])
            inner = carrier.children[near - 1] if near else None
            if inner is None or offset >= inner.at[1]:
                return carrier.key
            carrier = inner

    def offset(self, span: Span | None) -> int | None:
        """The offset in the rule text of a place of the file; in the JSON form, that of the outermost item which begins there."""
        if span is None or span.file != self.source.name:
            return None
        if self.source.editable:
            return span.start
        return next((c.at[0] for c in _inside(self.top) if self.source.span(c.at).start == span.start), None)


def _is_module(key: Key) -> bool:
    return len(key) == _MODULE and key[0] == "m"


def _inside(carrier: Carrier) -> Iterator[Carrier]:
    """The items, parts and lines, outer ones first."""
    for child in carrier.children:
        if not _is_module(child.key):
            yield child
        yield from _inside(child)
