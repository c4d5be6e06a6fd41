"""What an author waits for in an editor: from a keystroke sent to its diagnostics received, by a real client.

Guarantees: the server runs in a process of its own, over its own protocol; the text has 5,000 lines, the keystrokes are
those of `bench.authors`; each is timed until the diagnostics of that very version have come.  The yardstick is compiling
the same text anew in this process.  Once a stretch is typed, the diagnostics at rest are held against that compilation.
Two clients type: a quiet one that asks for nothing, and a busy one that asks at every keystroke for what editors ask for:
completion at once, and a moment later the changes of colours, hints for what is seen, symbols, folds, lenses, links and
actions; what has not been answered when the next key comes is cancelled.  An editor puts most of these off until the fingers
rest, so this is more than it would ask.
What it does not do: count what an editor needs to show them.  Times are of the clock on the wall: two processes take part.

Run `python -m bench.lsp`: it says whether the bar is met, and ends with 1 where it is missed or the findings differ.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import JsonRPCResponseMessage

from bench.authors import KEYSTROKES, large_file, shipped, typing
from bench.bars import diagnostics_bar, verdict
from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.cli.literals import Checks
from rulewright.cli.lsp.positions import Lines
from rulewright.dsl.live.edits import between

NAME = "mine.rw"
LATER = 0.025
"""seconds after a keystroke at which an editor asks for more than completion"""
GAP = 0.12
"""seconds from one keystroke to the next of the busy client"""
REST = 1.5
"""seconds without a keystroke before the diagnostics at rest are looked at"""


class Editor:
    """A client that knows for which version diagnostics have come."""

    def __init__(self) -> None:
        self.client = LanguageClient("bench", "1", protocol_cls=Reading)
        self.told: dict[int, float] = {}
        self.last: Sequence[lsp.Diagnostic] = ()
        self.arrived = asyncio.Event()

        @self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator] # pygls gives it no types
        def received(params: lsp.PublishDiagnosticsParams) -> None:
            self._received(params)

    def _received(self, params: lsp.PublishDiagnosticsParams) -> None:
        """Note when the diagnostics of a version came first."""
        self.told.setdefault(params.version or 0, time.perf_counter())
        self.last = params.diagnostics
        self.arrived.set()

    async def until(self, version: int) -> float:
        """When the diagnostics of a version came."""
        while version not in self.told:
            self.arrived.clear()
            await self.arrived.wait()
        return self.told[version]


class Reading(LanguageServerProtocol):
    """The client's protocol, which leaves the answers to `Wishes` as they are: pygls would build a class of each object."""

    def structure_message(self, data: dict[str, Any]) -> object:
        """Read a message."""
        if "jsonrpc" in data and str(data.get("id", "")).startswith("wish-") and "error" not in data:
            return JsonRPCResponseMessage(data["id"], data["jsonrpc"], data.get("result"))
        found: object = super().structure_message(data)
        return found


class Wishes:
    """What a busy client asks for after a keystroke."""

    def __init__(self, client: LanguageClient, uri: str) -> None:
        self.client = client
        self.id = lsp.TextDocumentIdentifier(uri)
        self.colours = ""
        self.answered = 0
        self.open: dict[str, Future[object]] = {}
        self.later: asyncio.TimerHandle | None = None
        self.number = 0

    def after(self, at: lsp.Position) -> None:
        """Drop what was asked before and is not answered; ask for completion, and a moment later for the rest."""
        if self.later is not None:
            self.later.cancel()
        for name, future in self.open.items():
            if not future.done():
                self.client.cancel_request(lsp.CancelParams(name))
        self.open.clear()
        self._send(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionParams(self.id, at))
        self.later = asyncio.get_running_loop().call_later(LATER, self._rest, at)

    def _rest(self, at: lsp.Position) -> None:
        """Ask for what is seen, and for what is known of the whole."""
        seen = lsp.Range(lsp.Position(max(0, at.line - 30), 0), lsp.Position(at.line + 30, 0))
        self._send(lsp.TEXT_DOCUMENT_INLAY_HINT, lsp.InlayHintParams(self.id, seen))
        self._send(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, lsp.SemanticTokensDeltaParams(self.id, self.colours))
        self._send(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, lsp.DocumentSymbolParams(self.id))
        self._send(lsp.TEXT_DOCUMENT_FOLDING_RANGE, lsp.FoldingRangeParams(self.id))
        self._send(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensParams(self.id))
        self._send(lsp.TEXT_DOCUMENT_DOCUMENT_LINK, lsp.DocumentLinkParams(self.id))
        here = lsp.Range(at, at)
        self._send(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionParams(self.id, here, lsp.CodeActionContext([])))

    def _send(self, method: str, params: object) -> None:
        """Send a request; its answer is not turned into the protocol's types."""
        self.number += 1
        name = f"wish-{self.number}"
        future: Future[object] = self.client.protocol.send_request(method, params, msg_id=name)
        future.add_done_callback(self._came)
        self.open[name] = future

    def _came(self, future: Future[object]) -> None:
        """An answer came; an error is that the text has changed."""
        if future.exception() is None:
            self.answered += 1
            found = future.result()
            if isinstance(found, dict) and "resultId" in found:
                self.colours = found["resultId"]


@dataclass
class Typed:
    """What a client saw: seconds to open the file and for each keystroke, the codes at rest, the text that they are about."""

    opened: float
    waits: list[float]
    codes: list[str]
    text: str
    answered: int


async def typed(text: str, count: int, folder: Path, *, busy: bool, gap: float) -> Typed:
    """Type so many keystrokes, with a pause of seconds after each."""
    editor = Editor()
    client = editor.client
    await client.start_io(sys.executable, "-m", "rulewright", "lsp", "--stdio")
    root = lsp.WorkspaceFolder(folder.as_uri(), "bench")
    await client.initialize_async(lsp.InitializeParams(lsp.ClientCapabilities(), workspace_folders=[root]))
    client.initialized(lsp.InitializedParams())
    uri = (folder / NAME).as_uri()
    wishes = Wishes(client, uri)
    start = time.perf_counter()
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "rulewright", 1, text)))
    opened = await editor.until(1) - start
    if busy:
        whole = await client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(wishes.id))
        wishes.colours = (whole.result_id if whole is not None else "") or ""
        wishes.after(lsp.Position(0, 0))
    await asyncio.sleep(REST)
    waits = []
    for version, now in enumerate(typing(text, count), 2):
        edit = between(text, now)
        change = lsp.TextDocumentContentChangePartial(
            _range(text, edit.start, edit.end), now[edit.start : edit.end + edit.by]
        )
        text = now
        identifier = lsp.VersionedTextDocumentIdentifier(version, uri)
        start = time.perf_counter()
        client.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, [change]))
        if busy:
            wishes.after(change.range.start)
        waits.append(await editor.until(version) - start)
        await asyncio.sleep(max(0.0, gap - waits[-1]))
    await asyncio.sleep(REST)
    codes = sorted(str(d.code) for d in editor.last if not str(d.code).startswith("RW07"))
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call] # pygls gives it no types
    return Typed(opened, waits, codes, text, wishes.answered)


def _range(text: str, start: int, end: int) -> lsp.Range:
    """A stretch as a range."""
    first, last = Lines(text, "utf-16").points((start, end))
    return lsp.Range(lsp.Position(*first), lsp.Position(*last))


def anew(text: str, sources: dict[str, dsl.Source], runs: int = 3) -> tuple[float, list[str]]:
    """Seconds to compile everything anew, and the codes found."""
    every = {**sources, NAME: dsl.Source(NAME, text.encode())}
    vocabulary, times, codes = vocabulary_of(every), [], []
    for _ in range(runs):
        start = time.perf_counter()
        found = dsl.compile(every, [NAME], vocabulary, checks=Checks()).diagnostics
        times.append(time.perf_counter() - start)
        codes = sorted(d.code for d in found if d.span is None or d.span.file == NAME)
    return median(times), codes


def main() -> int:
    """Measure, print, and say by the exit code whether the bar is met and the diagnostics at rest were the compiler's."""
    sources = shipped()
    text = large_file(sources)
    print(f"lines                              {text.count(chr(10)) + 1:>9,}")
    good = True
    for who, busy in (("quiet", False), ("busy", True)):
        with tempfile.TemporaryDirectory() as folder:
            seen = asyncio.run(typed(text, KEYSTROKES, Path(folder), busy=busy, gap=GAP if busy else 0.02))
        whole, expected = anew(seen.text, sources)
        waits = sorted(seen.waits)
        bar = diagnostics_bar(who, text.count("\n") + 1, median(waits), whole)
        print(f"{who}: opened                      {seen.opened * 1000:>9.1f} ms")
        print(f"{who}: keystroke, median of {len(waits):<5}  {median(waits) * 1000:>9.1f} ms")
        print(f"{who}: keystroke, 95 %             {waits[int(len(waits) * 0.95)] * 1000:>9.1f} ms")
        print(f"{who}: keystroke, worst            {waits[-1] * 1000:>9.1f} ms")
        print(f"{who}: answers to requests         {seen.answered:>9,}")
        print(f"{who}: compiled anew, median       {whole * 1000:>9.1f} ms")
        print(
            f"{who}: diagnostics at rest         ", "as compiled" if seen.codes == expected else f"differ: {expected}"
        )
        print(f"{bar.asked}: {bar.found}: {verdict(bar)}")
        good = good and bar.met is True and seen.codes == expected
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
