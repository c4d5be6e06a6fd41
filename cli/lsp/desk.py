"""What the server keeps: open documents, what is judged of them, and when it is told.

Guarantees: diagnostics are published for the version that they are about, never for an older one; a file that changes
makes those beside it be judged again; whatever goes wrong here is a line in the log, and the server goes on.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from rulewright.cli.lsp.documents import Buffer, Document
from rulewright.cli.lsp.files import Files
from rulewright.cli.lsp.positions import Point
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.editing.outline import Outline, Outlines, objectives_in
from rulewright.dsl.editing.workspace import Workspace
from rulewright.dsl.library import read_source
from rulewright.dsl.live import Analysis, LiveFile
from rulewright.dsl.live.edits import carried
from rulewright.dsl.names import VocabularyLike
from rulewright.dsl.sink import Enough, Sink
from rulewright.dsl.source import Source

if TYPE_CHECKING:
    from rulewright.cli.lsp.turns import Turn

log = logging.getLogger("rulewright.lsp")
PAUSE = 0.15
"""Seconds without a change after which the rest is judged."""
LONG_PAUSE = 0.6
"""The same for the linter, in a long file."""
REST = 3.0
"""The same for what only frees memory."""
LONG = 60_000
"""From how many characters on a file is long."""

Change = tuple[Point, Point, str] | str
"""A stretch and its new text, or the whole new text."""


class Desk:
    """The documents that are open, by address."""

    def __init__(self, folders: Iterable[str], encoding: str, publish: Callable[[Document], None]) -> None:
        self.files = Files(folders)
        self.encoding = encoding
        self.publish = publish
        self.documents: dict[str, Document] = {}
        self.outlines = Outlines()
        self._timers: dict[tuple[str, str], asyncio.TimerHandle] = {}
        self._workspace: tuple[object, Workspace] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._epoch = 0

    def open(self, uri: str, text: str, version: int) -> None:
        """A document is opened."""
        document = Document(uri, self.files.name_of(uri), Buffer(text, self.encoding), version)
        self.documents[uri] = document
        self._judge(document)
        self._others(document)

    def change(self, uri: str, changes: Iterable[Change], version: int) -> None:
        """A document is changed."""
        document = self.documents.get(uri)
        if document is None:
            return
        for change in changes:
            document.buffer = (
                Buffer(change, self.encoding) if isinstance(change, str) else document.buffer.changed(*change)
            )
        document.version = version
        self._judge(document)
        self._others(document)

    def close(self, uri: str) -> None:
        """A document is closed: the disk counts again."""
        document = self.documents.pop(uri, None)
        for key in [k for k in self._timers if k[0] == uri]:
            self._timers.pop(key).cancel()
        if document is not None:
            self.refresh()

    def refresh(self) -> None:
        """Files changed on disk: every open document is judged with what is there now."""
        self.files.changed()
        self._epoch += 1
        for document in self.documents.values():
            document.signature = None
            self._later(document, "again", PAUSE, self._again)

    def workspace(self, document: Document) -> Workspace:
        """Everything that is known around a document."""
        key = (self._epoch, document.uri, tuple((d.uri, d.version) for d in self.documents.values()))
        if self._workspace is None or self._workspace[0] != key:
            self._workspace = (key, self.files.workspace(document, self.documents, self.outlines))
        return self._workspace[1]

    def outline(self, document: Document) -> Outline:
        """The outline of a document as it is now."""
        analysis = document.analysis
        if analysis is not None and analysis.source.text == document.buffer.text:
            return self.outlines.put(document.data, analysis.source, analysis.pieces)
        return self.workspace(document).outline(document.name)

    async def read(self, document: Document, turn: Turn) -> None:
        """Read all that the standards behind an objective are counted in, in short stretches.  Raises Outdated."""
        self.outline(document)
        workspace = self.workspace(document)
        for name in sorted(workspace.sources):
            outline = workspace.outline(name)
            for facts in () if outline.read else outline.facts:
                facts.once(objectives_in)
                await turn.rest()

    def _judge(self, document: Document) -> None:
        """Judge a document at once, as far as that is quick, and tell; the rest follows after a pause."""
        self._stock(document)
        assert document.live is not None
        before = document.analysis
        document.analysis = document.live.update(document.buffer.text)
        words = _declared(document.analysis)
        if before is not None and words != document.words:  # its own attributes are part of what it may name
            document.signature = None
            self._stock(document)
            document.analysis = document.live.update(document.buffer.text)
        document.words = words
        if before is not None and document.findings:
            document.findings = tuple(carried(document.findings, before.source, document.analysis.source))
        self.publish(document)
        if not document.analysis.settled:
            self._later(document, "settle", PAUSE, self._settle)
        self._later(document, "rest", REST, _tidy)
        pause = LONG_PAUSE if len(document.buffer.text) > LONG else PAUSE
        self._later(document, "lint", pause, self._start_lint)

    def _stock(self, document: Document) -> None:
        """Give a document its shelf, and a new one when what it is or uses has changed."""
        from rulewright.cli import library

        data = document.data
        signature = (tuple(library.heads(data, "", "")), tuple(library.uses(data)))
        if document.live is not None and signature == document.signature:
            return
        shelf, problems = self.files.shelf(document, self.documents)
        for problem in problems:
            log.warning("%s: %s", problem.code, problem.message)
        document.signature = signature
        document.problems = problems
        known = None if document.live is None else document.live.shelf
        if known is None or (known.sources, known.vocabulary) != (shelf.sources, shelf.vocabulary):
            document.live = LiveFile(document.name, shelf)

    def _later(self, document: Document, what: str, pause: float, act: Callable[[Document], None]) -> None:
        """Do something after a pause; an earlier wish of the same kind is forgotten."""
        key = (document.uri, what)
        if key in self._timers:
            self._timers.pop(key).cancel()
        self._timers[key] = asyncio.get_running_loop().call_later(pause, self._act, key, document, act)

    def _act(self, key: tuple[str, str], document: Document, act: Callable[[Document], None]) -> None:
        """Do what was put off, if the document is still there; what goes wrong goes to the log."""
        self._timers.pop(key, None)
        if self.documents.get(document.uri) is not document:
            return
        try:
            act(document)
        except Exception:
            log.exception("%s of %s", key[1], document.name)

    def _settle(self, document: Document) -> None:
        """Judge what was left for later."""
        assert document.live is not None
        settled = document.live.settle()
        if settled is not None and settled.source.text == document.buffer.text:
            document.analysis = settled
            self.publish(document)

    def _again(self, document: Document) -> None:
        """Judge a document again because of its neighbours."""
        self._judge(document)

    def _others(self, document: Document) -> None:
        """Judge the other open documents again, that may use this one, when there is a pause."""
        for other in self.documents.values():
            if other is not document and other.live is not None and document.name in {*other.live.shelf.sources}:
                other.signature = None
                self._later(other, "again", LONG_PAUSE, self._again)

    def _start_lint(self, document: Document) -> None:
        """Lint a document aside, so that keys are not held up."""
        task = asyncio.get_running_loop().create_task(self._lint(document, document.version))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _lint(self, document: Document, version: int) -> None:
        """Lint a document; findings about a text that has changed meanwhile are dropped."""
        assert document.live is not None
        shelf = document.live.shelf
        found: tuple[Diagnostic, ...] = ()
        try:
            found = await asyncio.to_thread(findings, document.name, document.data, shelf.sources, shelf.vocabulary)
        except Exception:
            log.exception("lint of %s", document.name)
        if self.documents.get(document.uri) is document and document.version == version:
            told, document.findings = document.findings, found
            if told != found:
                self.publish(document)


def _tidy(_: Document) -> None:
    """Free what cycles hold, while nobody types."""
    gc.collect()


def _declared(analysis: Analysis) -> tuple[str, ...]:
    """The declarations of attributes in a text, as they are written."""
    text = analysis.source.text
    return tuple(text[slice(*p.at)] for p in analysis.pieces if text.startswith("attribute", p.at[0]))


def findings(
    name: str, data: bytes, sources: Mapping[str, Source], vocabulary: VocabularyLike
) -> tuple[Diagnostic, ...]:
    """What the linter says of a text for its author; nothing where the text cannot be read."""
    from rulewright.cli.days import today
    from rulewright.dsl.lint import Options, Subject, lint

    sink = Sink()
    try:
        file = read_source(Source(name, data), sink, tests=True)
        others = {n: f for n, s in sorted(sources.items()) if (f := read_source(s, Sink(), tests=False)) is not None}
    except Enough:
        return ()
    if file is None:
        return ()
    options = Options(as_of=today())
    subject = Subject(file, vocabulary, others, options)
    return lint(subject, whole=not sink.failed)
