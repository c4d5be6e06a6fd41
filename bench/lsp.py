"""What an author waits for in an editor: from a keystroke sent to its diagnostics received, by a real client.

Guarantees: the server runs in a process of its own, over its own protocol; the text has 5,000 lines, the keystrokes are
those of `bench.authors`; each is timed until the diagnostics of that very version have come.  The yardstick is compiling
the same text anew in this process.  Once a stretch is typed, the diagnostics at rest are held against that compilation.
What it does not do: count what an editor needs to show them.  Times are of the clock on the wall: two processes take part.

Run `python -m bench.lsp`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from bench.authors import KEYSTROKES, large_file, shipped, typing
from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.cli.literals import Checks
from rulewright.cli.lsp.positions import Lines
from rulewright.dsl.live.edits import between

NAME = "mine.rw"
REST = 1.5
"""seconds without a keystroke before the diagnostics at rest are looked at"""


class Editor:
    """A client that knows for which version diagnostics have come."""

    def __init__(self) -> None:
        self.client = LanguageClient("bench", "1")
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


async def typed(text: str, count: int, folder: Path) -> tuple[float, list[float], list[str], str]:
    """Seconds to open the file, seconds for each keystroke, and the codes at rest with the text that they are about."""
    editor = Editor()
    client = editor.client
    await client.start_io(sys.executable, "-m", "rulewright", "lsp", "--stdio")
    root = lsp.WorkspaceFolder(folder.as_uri(), "bench")
    await client.initialize_async(lsp.InitializeParams(lsp.ClientCapabilities(), workspace_folders=[root]))
    client.initialized(lsp.InitializedParams())
    uri = (folder / NAME).as_uri()
    start = time.perf_counter()
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "rulewright", 1, text)))
    opened = await editor.until(1) - start
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
        waits.append(await editor.until(version) - start)
        await asyncio.sleep(0.02)  # fingers are slower than this
    await asyncio.sleep(REST)
    codes = sorted(str(d.code) for d in editor.last if not str(d.code).startswith("RW07"))
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call] # pygls gives it no types
    return opened, waits, codes, text


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
    """Measure, print, and say by the exit code whether the diagnostics at rest were the compiler's."""
    sources = shipped()
    text = large_file(sources)
    with tempfile.TemporaryDirectory() as folder:
        opened, waits, codes, last = asyncio.run(typed(text, KEYSTROKES, Path(folder)))
    whole, expected = anew(last, sources)
    ordered = sorted(waits)
    print(f"lines                      {text.count(chr(10)) + 1:>9,}")
    print(f"opened                     {opened * 1000:>9.1f} ms")
    print(f"keystroke, median of {len(waits):<5} {median(waits) * 1000:>9.1f} ms")
    print(f"keystroke, 95 %            {ordered[int(len(ordered) * 0.95)] * 1000:>9.1f} ms")
    print(f"keystroke, worst           {ordered[-1] * 1000:>9.1f} ms")
    print(f"compiled anew, median      {whole * 1000:>9.1f} ms")
    print("diagnostics at rest        ", "as compiled" if codes == expected else f"differ: {codes} {expected}")
    return 0 if codes == expected else 1


if __name__ == "__main__":
    sys.exit(main())
