"""Where findings go while a file is alive: to whoever listens now.

Guarantees: what was judged once tells the same again, wherever its text stands now.  A finding is kept with its places
relative to what they are in: the item itself, or a `define` that it calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rulewright.diagnostics import Diagnostic, Span
from rulewright.dsl import tree
from rulewright.dsl.live.moving import with_spans
from rulewright.dsl.sink import Sink
from rulewright.dsl.source import At, SourceText

_HERE = "\n"
"""No file has a name with a line break: names of this form are anchors."""


class Relay(Sink):
    """A sink that hands everything on; the parts of a compilation keep it while the listeners change."""

    def __init__(self) -> None:
        super().__init__()
        self.listener = Sink()

    def put(self, diagnostic: Diagnostic) -> None:
        """Hand a finding on.  Raises Enough when the listener has heard enough."""
        self.listener.put(diagnostic)

    @property
    def failed(self) -> bool:
        """Whether the listener heard of an error."""
        return self.listener.failed

    @contextmanager
    def recording(self) -> Iterator[Sink]:
        """Let another one listen, and then what was said be heard by the one before."""
        before, self.listener = self.listener, Sink()
        try:
            yield self.listener
        finally:
            heard, self.listener = self.listener, before
        for diagnostic in heard.everything():
            before.put(diagnostic)


def kept(found: Diagnostic, source: SourceText, at: At, defines: Mapping[str, tree.Define]) -> Diagnostic | None:
    """A finding with its places relative to the item at `at`, or to a `define`; None if one lies elsewhere in the file."""
    lost = False

    def place(span: Span) -> Span:
        nonlocal lost
        if span.file != source.name:
            return span
        homes = [("", at), *((name, node.at) for name, node in defines.items())]
        for name, (start, end) in homes:
            if start <= span.start and span.end <= end:
                return Span(f"{_HERE}{name}", span.start - start, span.end - start, 0, 0, 0, 0)
        lost = True
        return span

    relative = with_spans(found, place)
    return None if lost else relative


def told(found: Diagnostic, source: SourceText, at: At, defines: Mapping[str, tree.Define]) -> Diagnostic:
    """A kept finding where its item stands now."""

    def place(span: Span) -> Span:
        if not span.file.startswith(_HERE):
            return span
        name = span.file[len(_HERE) :]
        start = defines[name].at[0] if name else at[0]
        return source.span((start + span.start, start + span.end))

    return with_spans(found, place)
