"""One rule file by its pieces: modules, items, tests, the names in each.

Guarantees: offsets are those of the file; an outline of a text that differs in one piece costs that piece alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from rulewright.dsl import tree, tree_case
from rulewright.dsl.cut import cut
from rulewright.dsl.editing.marks import Mark, Parsed, What, declared_in, marks_of, nodes_of
from rulewright.dsl.editing.pieces import Facts, Pieces
from rulewright.dsl.form.recognised import is_form
from rulewright.dsl.live import LivePiece
from rulewright.dsl.source import At, Source, SourceText, decode

_HEAD = re.compile(rb'^(standard|policy|vocabulary)[ \t]+([\w.\-]+)[ \t]+edition[ \t]+"([^"\n]*)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Node:
    """A parsed node and where its piece starts: offsets in `node` count from there."""

    node: Parsed
    base: int

    def at(self, at: At) -> At:
        """A stretch of the node as one of the file."""
        return (at[0] + self.base, at[1] + self.base)


@dataclass(frozen=True)
class Outline:
    """A text and its pieces, in order; what is known of them is shared with the file's other versions."""

    source: SourceText
    pieces: tuple[LivePiece, ...]
    known: Pieces = field(default_factory=Pieces, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.source.name

    @cached_property
    def facts(self) -> tuple[Facts, ...]:
        """What is known of the pieces, in their order."""
        text = self.source.text
        return tuple(self.known.version((p.start, text[p.at[0] : p.at[1]].rstrip()) for p in self.pieces))

    @cached_property
    def _starts(self) -> list[int]:
        """Where the pieces start."""
        return [piece.at[0] for piece in self.pieces]

    @cached_property
    def _numbers(self) -> dict[LivePiece, int]:
        """The places of the pieces in their order."""
        return {piece: number for number, piece in enumerate(self.pieces)}

    def facts_of(self, piece: LivePiece) -> Facts:
        """What is known of a piece."""
        return self.facts[self._numbers[piece]]

    def text_of(self, piece: LivePiece) -> str:
        """The text of a piece, without the white space behind it."""
        return self.facts_of(piece).text

    def nodes(self, piece: LivePiece) -> Iterator[Node]:
        """The nodes of a piece."""
        for node in nodes_of(self.facts_of(piece)):
            yield Node(node, piece.at[0])

    def marks_in(self, piece: LivePiece) -> Iterator[Mark]:
        """The marks of a piece, with offsets of the file."""
        for mark in marks_of(self.facts_of(piece)):
            yield placed(mark, piece.at[0])

    def marks(self) -> Iterator[tuple[LivePiece, Mark]]:
        """All marks with their pieces."""
        for piece in self.pieces:
            for mark in self.marks_in(piece):
                yield piece, mark

    @cached_property
    def _declared(self) -> Mapping[tuple[int, What, str], tuple[LivePiece, Mark]]:
        """The first declaration of each name by its module and kind, with offsets of its piece; in module -1, the first of the file."""
        found: dict[tuple[int, What, str], tuple[LivePiece, Mark]] = {}
        for piece, facts in zip(self.pieces, self.facts, strict=True):
            for mark in declared_in(facts) if piece.start == "items" else ():
                for module in (piece.module, -1):
                    found.setdefault((module, mark.what, mark.name), (piece, mark))
        return found

    def declaration(self, module: int, what: What, name: str) -> tuple[LivePiece, Mark] | None:
        """A declaration in a module (-1: in any of the file), with offsets of the file."""
        found = self._declared.get((module, what, name))
        return None if found is None else (found[0], placed(found[1], found[0].at[0]))

    def by_clause(self, module: int, clause: str) -> tuple[LivePiece, Mark] | None:
        """The requirement that says to be a clause, in a module (-1: in any of the file), with offsets of the file."""
        found = self._clauses.get((module, clause))
        return None if found is None else (found[0], placed(found[1], found[0].at[0]))

    @cached_property
    def shared(self) -> tuple[tuple[LivePiece, Mark], ...]:
        """The attributes and objectives that are declared in the file, with offsets of the file."""
        return tuple(
            (piece, placed(mark, piece.at[0]))
            for (module, what, _), (piece, mark) in self._declared.items()
            if module == -1 and what in {"attribute", "objective"}
        )

    @property
    def read(self) -> bool:
        """Whether all that `standards` needs is known."""
        return "standards" in self.__dict__

    @cached_property
    def _clauses(self) -> Mapping[tuple[int, str], tuple[LivePiece, Mark]]:
        """The first requirement that says to be a clause, by module and clause; in module -1, the first of the file."""
        found: dict[tuple[int, str], tuple[LivePiece, Mark]] = {}
        for piece, facts in zip(self.pieces, self.facts, strict=True):
            for clause, mark in facts.once(_clauses_in) if piece.start == "items" else ():
                for module in (piece.module, -1):
                    found.setdefault((module, clause), (piece, mark))
        return found

    @cached_property
    def standards(self) -> frozenset[tuple[str, str]]:
        """Objectives with the standards in this file whose requirements mention them."""
        heads = {p.module: n.id.text for p in self.pieces if (n := self._head(p)) is not None and n.kind == "standard"}
        found: set[tuple[str, str]] = set()
        for piece, facts in zip(self.pieces, self.facts, strict=True):
            if piece.start == "items" and piece.module in heads:
                found.update((name, heads[piece.module]) for name in facts.once(objectives_in))
        return frozenset(found)

    def _head(self, piece: LivePiece) -> tree.Head | None:
        """The head that a piece is."""
        nodes = nodes_of(self.facts_of(piece)) if piece.start == "head" else ()
        return next((node for node in nodes if isinstance(node, tree.Head)), None)

    def touched(self, at: At) -> slice:
        """The pieces that a stretch touches, as a slice of them all."""
        first = bisect_right(self._starts, at[0]) - 1
        if first < 0 or self.pieces[first].at[1] < at[0]:
            first += 1
        return slice(first, max(first, bisect_right(self._starts, at[1])))

    def piece_at(self, offset: int) -> LivePiece | None:
        """The last piece in which an offset lies, its end included."""
        found = self.piece_before(offset)
        return found if found is not None and offset <= found.at[1] else None

    def piece_before(self, offset: int) -> LivePiece | None:
        """The last piece that starts at an offset or before."""
        number = bisect_right(self._starts, offset) - 1
        return self.pieces[number] if number >= 0 else None

    def mark_at(self, offset: int) -> tuple[LivePiece, Mark] | None:
        """The narrowest mark at an offset, its end included."""
        piece = self.piece_at(offset)
        found = [m for m in (self.marks_in(piece) if piece else ()) if m.at[0] <= offset <= m.at[1]]
        if piece is None or not found:
            return None
        return piece, min(found, key=lambda m: (m.at[1] - m.at[0], offset - m.at[0]))

    @cached_property
    def heads(self) -> tuple[Node, ...]:
        """The heads of its modules, in order; a head that cannot be parsed is left out."""
        return tuple(n for p in self.pieces if p.start == "head" for n in self.nodes(p))

    def head_of(self, piece: LivePiece) -> tree.Head | None:
        """The head of a piece's module."""
        for other in self.pieces:
            if other.start == "head" and other.module == piece.module:
                return self._head(other)
        return None

    def items(self, module: int) -> Iterator[Node]:
        """The items of a module."""
        for piece in self.pieces:
            if piece.start == "items" and piece.module == module:
                yield from self.nodes(piece)

    def tests(self) -> Iterator[tuple[tree_case.Test, int]]:
        """The tests, each with where its piece starts."""
        for piece in self.pieces:
            if piece.start == "test":
                for node in self.nodes(piece):
                    if isinstance(node.node, tree_case.Test):
                        yield node.node, piece.at[0]

    @property
    def modules(self) -> tuple[int, ...]:
        """The numbers of its modules."""
        return tuple(p.module for p in self.pieces if p.start == "head")


def pieces_of(text: str) -> tuple[LivePiece, ...]:
    """The pieces of a text, in order."""
    pieces = cut(text)
    found = [LivePiece("head", m.head, n) for n, m in enumerate(pieces.modules)]
    found += [LivePiece(p.start, p.at, n) for n, m in enumerate(pieces.modules) for p in m.items]
    found += [LivePiece("test", p.at, -1) for p in pieces.tests]
    return tuple(sorted(found, key=lambda p: p.at))


def outline(source: SourceText) -> Outline:
    """The outline of a text."""
    return Outline(source, pieces_of(source.text))


def placed(mark: Mark, base: int) -> Mark:
    """A mark with offsets of the file."""
    at = (mark.at[0] + base, mark.at[1] + base)
    return msgspec.structs.replace(mark, at=at, scope=(mark.scope[0] + base, mark.scope[1] + base))


def clause_of(node: tree.Requirement) -> str:
    """The clause that a requirement says to be, or nothing."""
    return next((p.value.text for p in node.parts if isinstance(p, tree.Setting) and p.key == "clause"), "")


def _clauses_in(facts: Facts) -> tuple[tuple[str, Mark], ...]:
    """The requirements of a piece by the clauses that they say to be."""
    found = [(clause_of(n), n.id) for n in nodes_of(facts) if isinstance(n, tree.Requirement)]
    return tuple((clause, Mark("requirement", name.text, name.at, declares=True)) for clause, name in found if clause)


def objectives_in(facts: Facts) -> frozenset[str]:
    """The objectives that the requirements of a piece mention."""
    own = [n.at for n in nodes_of(facts) if isinstance(n, tree.Requirement)]
    return frozenset(
        m.name for m in marks_of(facts) if m.what == "objective" and any(a <= m.at[0] and m.at[1] <= b for a, b in own)
    )


class Outlines:
    """The outlines of files: one of each, as it was asked for last, the latest `most` files."""

    def __init__(self, most: int = 4_096) -> None:
        self.most = most
        self._known: OrderedDict[str, tuple[bytes, Outline]] = OrderedDict()
        self._behind: tuple[list[frozenset[tuple[str, str]]], dict[str, tuple[str, ...]]] | None = None
        self._heads: dict[str, tuple[bytes, tuple[tuple[str, str, str], ...]]] = {}

    def heads(self, source: Source) -> tuple[tuple[str, str, str], ...]:
        """Kind, id and edition of the modules of a file, as far as that can be told without cutting it."""
        known = self._heads.get(source.name)
        if known is None or known[0] != source.text:
            hits = _HEAD.findall(source.text)
            known = source.text, tuple((k.decode(), n.decode(), e.decode("utf-8", "replace")) for k, n, e in hits)
            self._heads[source.name] = known
        return known[1]

    def of(self, source: Source) -> Outline:
        """The outline of a file; an empty one where it is no rule text (it may be in the JSON form)."""
        known = self._known.get(source.name)
        if known is not None and known[0] == source.text:
            self._known.move_to_end(source.name)
            return known[1]
        decoded = decode(source) if not is_form(source.text) else None
        text = decoded if isinstance(decoded, SourceText) else SourceText(source.name, "", (0,))
        return self.put(source.text, text, pieces_of(text.text))

    def standards(self, outlines: list[Outline]) -> dict[str, tuple[str, ...]]:
        """By objective: the standards in some files whose requirements mention it, by name."""
        each = [outline.standards for outline in outlines]
        if self._behind is None or self._behind[0] != each:
            found: dict[str, list[str]] = {}
            for objective, standard in sorted({pair for pairs in each for pair in pairs}):
                found.setdefault(objective, []).append(standard)
            self._behind = each, {name: tuple(ids) for name, ids in found.items()}
        return self._behind[1]

    def put(self, data: bytes, source: SourceText, pieces: tuple[LivePiece, ...]) -> Outline:
        """The outline of a file that was cut already."""
        known = self._known.get(source.name)
        if known is not None and known[0] == data:
            return known[1]
        made = Outline(source, pieces, known[1].known if known is not None else Pieces())
        self._known[source.name] = data, made
        self._known.move_to_end(source.name)
        while len(self._known) > self.most:
            self._known.popitem(last=False)
        return made
