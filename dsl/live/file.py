"""One file through its edits: what did not change is neither read nor judged again.

Guarantees: what a settled analysis tells of a text is what the compiler tells of it, in the same places; an unsettled
one tells of each piece what was true of it before, where it stands now, and `settle` does the rest.
What it does not do: remember the judgements of vocabularies that are being edited; those files settle by being compiled.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256

from rulewright.diagnostics import Diagnostic
from rulewright.dsl import tree, tree_case
from rulewright.dsl.cases import lower_cases, target_of
from rulewright.dsl.compiler import compile_sources, merge_root, roots_of
from rulewright.dsl.cut import Cut, ModulePiece
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.library import heads_in
from rulewright.dsl.limits import MAX_NODES
from rulewright.dsl.link import Instance
from rulewright.dsl.live.analysis import Analysis, LivePiece, Shelf
from rulewright.dsl.live.cutting import Marked, marked
from rulewright.dsl.live.edits import between, carried
from rulewright.dsl.live.linking import Home, LiveLinker, Memory, Round
from rulewright.dsl.live.moving import moved
from rulewright.dsl.live.others import Neighbours, Others
from rulewright.dsl.live.records import Record, Records
from rulewright.dsl.live.relay import Relay, kept, told
from rulewright.dsl.lower import Budget
from rulewright.dsl.module import Bench, Loaded
from rulewright.dsl.read import ReadFile
from rulewright.dsl.sink import Enough, Sink
from rulewright.dsl.source import Source, SourceText, decode

ALLOWANCE = 30_000
"""How many characters of requirements are judged before an analysis is given out unsettled."""

SMALL = 20_000
"""Characters of a text that is compiled at once where remembering does not help."""


class _Odd(Exception):  # noqa: N818 - it is not an error of the program
    """This text is beyond what is remembered: it is compiled as a whole."""


class LiveFile:
    """A file that is being written, by its name; what was learnt of one text serves the next."""

    def __init__(self, name: str, shelf: Shelf) -> None:
        self.name = name
        self.shelf = shelf
        self._relay = Relay()
        self._records = Records()
        self._others = Others(name, shelf, self._relay)
        self._neighbours: Neighbours | None = None
        self._memory = Memory()
        self._cut: Marked | None = None
        self._last: Analysis | None = None
        self._syntax: frozenset[Diagnostic] = frozenset()
        self._rounds = 0

    def update(self, text: str) -> Analysis:
        """Read and judge a text at once, as far as that is quick; see `Analysis.settled` and `settle`."""
        return self._told(Source(self.name, text.encode("utf-8", "replace")), None if self._last is None else ALLOWANCE)

    def settle(self) -> Analysis | None:
        """Judge what the last `update` left for later; none where nothing was left."""
        if self._last is None or self._last.settled:
            return None
        return self._told(Source(self.name, self._last.source.text.encode()), None)

    def _told(self, source: Source, allowance: int | None) -> Analysis:
        """An analysis of a text, within an allowance of characters to judge."""
        decoded = decode(source)
        if not isinstance(decoded, SourceText):
            text = SourceText(self.name, source.text.decode("utf-8-sig"), (0,))
            self._last = Analysis(text, (), (decoded,))
            return self._last
        before = self._cut
        edited = None if before is None else between(before.text, decoded.text)
        self._cut = marked(decoded.text, before, edited)
        pieces = self._cut.cut
        self._records.next()
        found, settled = self._findings(source, decoded, pieces, allowance)
        mine = tuple(d for d in found if d.span is None or d.span.file == self.name)
        self._last = Analysis(decoded, _live_pieces(pieces), mine, settled, self._records)
        return self._last

    def _findings(
        self, source: Source, text: SourceText, pieces: Cut, allowance: int | None
    ) -> tuple[tuple[Diagnostic, ...], bool]:
        """What is wrong, and whether that is all."""
        current = Round(allowance=allowance)
        heard = self._relay.listener = Sink()
        syntax, before = None, self._syntax
        try:
            read = self._read(source, text, pieces, current)
            syntax = heard.everything()
            self._syntax = frozenset(syntax)
            self._judge(read, source, pieces, current)
        except (_Odd, Enough):
            if allowance is None or len(text.text) <= SMALL:
                sources = {**self.shelf.sources, self.name: source}
                compiled = compile_sources(sources, [self.name], self.shelf.vocabulary, checks=self.shelf.checks)
                return compiled.diagnostics, True
            return self._carried(text, heard.everything() if syntax is None else syntax, before).result(), False
        return heard.result(), not current.short

    def _read(self, source: Source, text: SourceText, pieces: Cut, current: Round) -> ReadFile:
        """The file from its pieces.  Raises Enough."""
        for flaw in pieces.flaws:
            self._relay.flaw(flaw, text)
        modules = [found for piece in pieces.modules if (found := self._module(piece, text, current)) is not None]
        tests = []
        for piece in pieces.tests:
            record = self._piece(text, piece.at, "test")
            tests += [node for node in record.placed(piece.at[0]) if isinstance(node, tree_case.Test)]
        return ReadFile(text, sha256(source.text).hexdigest(), tree_case.File(tuple(modules), tuple(tests)))

    def _module(self, piece: ModulePiece, text: SourceText, current: Round) -> tree.Module | None:
        """A module with the items that can be read; none without a head."""
        heads = self._piece(text, piece.head, "head").placed(piece.head[0])
        if not heads or not isinstance(heads[0], tree.Head):
            return None
        items: list[tree.Item] = []
        broken: set[str] = set()
        for part in piece.items:
            record, base = self._piece(text, part.at, "items"), part.at[0]
            broken |= record.read.broken
            for number, node in enumerate(record.placed(base)):
                if isinstance(node, tree.Requirement):
                    current.homes[id(node)] = Home(record, number, base)
                if not isinstance(node, tree.Head | tree_case.Test):
                    items.append(node)
        return tree.Module(heads[0], tuple(items), frozenset(broken), (piece.head[0], piece.end))

    def _piece(self, text: SourceText, at: tuple[int, int], start: str) -> Record:
        """The record of a piece; what is wrong with it is told.  Raises _Odd where it is nested too deeply to be moved."""
        record = self._records.of(text.text, at, start)
        for flaw in record.read.flaws:
            self._relay.flaw(_shifted(flaw, at[0]), text)
        if record.deep:
            raise _Odd
        return record

    def _judge(self, read: ReadFile, source: Source, pieces: Cut, current: Round) -> None:
        """Link the modules and judge the tests.  Raises Enough, and _Odd for what only a compilation can tell."""
        relay = self._relay
        own = [Loaded(module, read.source, read.sha256) for module in read.file.modules]
        neighbours = self._beside(own, source, pieces)
        for diagnostic in neighbours.read_said:
            relay.put(diagnostic)
        bench = Bench(self.shelf.vocabulary, self.shelf.checks, relay, Budget())
        files = {name: other.modules for name, other in neighbours.files.items()} | {self.name: tuple(own)}
        loaded = [module for name in sorted(files) for module in files[name]]
        linker = LiveLinker(loaded, bench, relay, neighbours, self._memory, current)
        whole = Instance()
        for module in roots_of([self.name], {self.name: read}, loaded, relay):
            part = linker.instantiate(module, {})
            _merge(whole, part, module, own, relay)
        self._tests(read, pieces, linker, whole, bench)
        for diagnostic in neighbours.judged_said:
            relay.put(diagnostic)
        if bench.budget.left_all < MAX_NODES:
            raise _Odd
        self._forget()

    def _beside(self, own: list[Loaded], source: Source, pieces: Cut) -> Neighbours:
        """The other files that take part.  Raises _Odd where this one is too closely bound up with them."""
        keys = {(module.id, module.edition) for module in own}
        if len(keys) < len(own) or any(module.kind == "vocabulary" for module in own):
            raise _Odd
        texts = (own_module.source.text[slice(*m.head)] for own_module in own[:1] for m in pieces.modules)
        heads = {held for head in texts for _, held in heads_in(head.encode())}
        uses = [use.module.text for module in own for use in module.all(tree.Use)]
        neighbours = self._others.needed(
            uses, lambda name: name in heads or any(held == name for _, held in heads_in(source.text))
        )
        if keys & neighbours.keys or neighbours.borrowed & {module.id for module in own}:
            raise _Odd
        if neighbours is not self._neighbours:
            self._neighbours = neighbours
            self._memory = Memory()
        return neighbours

    def _tests(self, read: ReadFile, pieces: Cut, linker: LiveLinker, whole: Instance, bench: Bench) -> None:
        """Judge the tests; a test whose text and number of questions were met before is not judged again."""
        modules = [m for m in linker.modules.values() if m.source is read.source]
        desk = bench.desk(read.source)
        for piece in pieces.tests:
            record = self._records.of(read.source.text, piece.at, "test")
            for node in record.placed(piece.at[0]):
                assert isinstance(node, tree_case.Test)
                target = target_of(node.target, modules, linker, whole, desk)
                questions = None if target is None else whole.questions.get(target)
                key = record.text, None if questions is None else len(questions)
                said = self._memory.cases.get(key)
                if said is None:
                    with self._relay.recording() as heard:
                        lower_cases(_whole(record, piece.at[0]), target or "", questions, bench, read.source)
                    relative = [kept(d, read.source, node.at, {}) for d in heard.everything()]
                    if None not in relative:
                        self._memory.cases[key] = tuple(d for d in relative if d is not None)
                    continue
                for found in said:
                    self._relay.put(told(found, read.source, node.at, {}))

    def _carried(self, text: SourceText, syntax: Iterable[Diagnostic], before: frozenset[Diagnostic]) -> Sink:
        """What is wrong with the pieces, and beside it what was known before the last edit, where it stands now."""
        sink = Sink()
        with suppress(Enough):
            for diagnostic in syntax:
                sink.put(diagnostic)
            if self._last is not None:
                old = (d for d in self._last.diagnostics if d.span is not None and d not in before)
                for diagnostic in carried(old, self._last.source, text):
                    sink.put(diagnostic)
        return sink

    def _forget(self) -> None:
        """Now and then, forget what was said of pieces that are kept no more."""
        self._rounds += 1
        if self._rounds % 16 == 0:
            self._memory.forget(self._records.texts)


def _merge(whole: Instance, part: Instance, module: Loaded, own: Iterable[Loaded], relay: Relay) -> None:
    """Take in a root.  Raises _Odd where two roots share requirements of this file: remembered ones have old places."""
    shared = whole.requirements.keys() & part.requirements.keys()
    ids = tuple(f"{m.id}:" for m in own)
    if any(key.startswith(ids) for key in shared):
        raise _Odd
    merge_root(whole, part, module, relay)


def _whole(record: Record, base: int) -> tree_case.Test:
    """A test with all that it holds in its place."""
    node = moved(record.read.nodes[0], base)
    assert isinstance(node, tree_case.Test)
    return node


def _shifted(flaw: Flaw, by: int) -> Flaw:
    """What is wrong with a piece, in the text in which it stands."""
    labels = tuple(((start + by, end + by), words) for (start, end), words in flaw.labels)
    at = (flaw.at[0] + by, flaw.at[1] + by)
    return Flaw(flaw.code, flaw.message, at, hint=flaw.hint, notes=flaw.notes, labels=labels)


def _live_pieces(pieces: Cut) -> tuple[LivePiece, ...]:
    """All pieces in order of place."""
    found = [LivePiece("head", m.head, n) for n, m in enumerate(pieces.modules)]
    found += [LivePiece(p.start, p.at, n) for n, m in enumerate(pieces.modules) for p in m.items]
    found += [LivePiece("test", p.at, -1) for p in pieces.tests]
    return tuple(sorted(found, key=lambda piece: piece.at))
