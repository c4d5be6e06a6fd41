"""One file through its edits.

Guarantees: `update` tells of a text what the compiler tells of it.
"""

from __future__ import annotations

from rulewright.dsl.compiler import compile_sources
from rulewright.dsl.cut import cut
from rulewright.dsl.live.analysis import Analysis, LivePiece, Shelf
from rulewright.dsl.source import Source, SourceText, decode


class LiveFile:
    """A file that is being written, by its name; what was learnt of one text serves the next."""

    def __init__(self, name: str, shelf: Shelf) -> None:
        self.name = name
        self.shelf = shelf

    def update(self, text: str) -> Analysis:
        """Read and judge a text at once, as far as that is quick; see `Analysis.settled` and `settle`."""
        source = Source(self.name, text.encode("utf-8", "replace"))
        decoded = decode(source)
        if not isinstance(decoded, SourceText):
            return Analysis(SourceText(self.name, text, (0,)), (), (decoded,))
        pieces = cut(text)
        found = [LivePiece("head", m.head, n) for n, m in enumerate(pieces.modules)]
        found += [LivePiece(p.start, p.at, n) for n, m in enumerate(pieces.modules) for p in m.items]
        found += [LivePiece("test", p.at, -1) for p in pieces.tests]
        sources = {**self.shelf.sources, self.name: source}
        compiled = compile_sources(sources, [self.name], self.shelf.vocabulary, checks=self.shelf.checks)
        mine = tuple(d for d in compiled.diagnostics if d.span is None or d.span.file == self.name)
        return Analysis(decoded, tuple(sorted(found, key=lambda p: p.at)), mine)

    def settle(self) -> Analysis | None:
        """Judge what the last `update` left for later; none where nothing was left."""
        return None
