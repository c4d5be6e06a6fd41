"""nginx's syntax: directives that end with `;` or hold a block of others.

Guarantees: any bytes give directives or nothing; blocks are followed to a bounded depth, files to a bounded number, and
an unclosed block ends with its file.  What it does not do: know any directive but `include`.
Source: the nginx manual on configuration file structure (quotes, `#` to the end of the line, `include` anywhere).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.settings import MAX_INCLUDED, included
from rulewright.devices.tree import Tree

MAX_DEPTH = 20
MAX_TOKENS = 500_000
"""Of one configuration with all its files."""

TOKEN = re.compile(r'#[^\n]*|"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'|([;{}])|([^\s;{}"\'#][^\s;{}]*)')


class Block(msgspec.Struct, frozen=True):
    """A directive: its words, where it stands, and what is in its block (nothing for a simple one)."""

    words: tuple[str, ...]
    place: Place
    inner: tuple[Block, ...] = ()

    @property
    def key(self) -> str:
        """The first word."""
        return self.words[0] if self.words else ""

    def named(self, key: str) -> Iterator[Block]:
        """The directives of that name directly in the block."""
        return (block for block in self.inner if block.key == key)

    def last(self, key: str) -> Block | None:
        """The last directive of that name directly in the block."""
        found = list(self.named(key))
        return found[-1] if found else None

    def deep(self, key: str) -> Iterator[Block]:
        """The directives of that name at any depth of the block."""
        for block in self.inner:
            if block.key == key:
                yield block
            yield from block.deep(key)


def blocks(tree: Tree, path: str) -> Block:
    """A configuration file as one block, files that it includes put in where they are named."""
    reader = _Reader(tree, posixpath.dirname(path))
    return Block((), Place(path), tuple(reader.file(path, 0)))


class _Reader:
    """Reads files into directives; counts them, since an include can name its own file."""

    def __init__(self, tree: Tree, base: str) -> None:
        self.tree = tree
        self.base = base
        self.files = 0
        self.left = MAX_TOKENS

    def file(self, path: str, depth: int) -> list[Block]:
        self.files += 1
        if self.files > MAX_INCLUDED or depth > MAX_DEPTH or not self.left:
            return []
        tokens = list(islice(_tokens(self.tree.lines(path)), self.left))
        self.left -= len(tokens)
        return self._inside(tokens, [0], path, depth)

    def _inside(self, tokens: Sequence[tuple[str, str, int]], at: list[int], path: str, depth: int) -> list[Block]:
        """The directives up to the end of a block; `at` holds the place in the tokens."""
        found: list[Block] = []
        words: list[str] = []
        start = 0
        while at[0] < len(tokens):
            kind, text, line = tokens[at[0]]
            at[0] += 1
            if kind == "word":
                start = start if words else line
                words.append(text)
                continue
            if text == "}":
                if depth < MAX_DEPTH:
                    break
                continue
            inner = self._inside(tokens, at, path, depth + 1) if text == "{" and depth < MAX_DEPTH else []
            found += self._made(tuple(words), Place(path, start or line), inner, depth)
            words = []
        return found

    def _made(self, words: tuple[str, ...], place: Place, inner: list[Block], depth: int) -> list[Block]:
        if words[:1] == ("include",) and len(words) > 1:
            if self.files > MAX_INCLUDED or depth >= MAX_DEPTH or not self.left:
                return []
            return [block for path in included(self.tree, words[1], self.base) for block in self.file(path, depth + 1)]
        return [Block(words, place, tuple(inner))]


def _tokens(lines: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    for number, line in enumerate(lines, 1):
        for match in TOKEN.finditer(line):
            double, single, mark, word = match.groups()
            if mark:
                yield "mark", mark, number
            elif (text := double if double is not None else single if single is not None else word) is not None:
                yield "word", text, number
