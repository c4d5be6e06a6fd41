"""The layout of rule files: the one way in which they are written (docs/reference/layout.md says which).

Guarantees: `layout` moves white space and nothing else.  Every word, sign, string and comment stays, in its order and as it was
spelt, so the syntax tree is the same; a layout laid out again is itself; the work is linear in the size of the text.
What it does not do: open files, or touch a text that cannot be parsed.
"""

from __future__ import annotations

from contextlib import suppress

from rulewright.diagnostics import Diagnostic
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.layout.shape import shape_of
from rulewright.dsl.layout.structure import structure_of
from rulewright.dsl.layout.write import write
from rulewright.dsl.limits import MAX_BYTES
from rulewright.dsl.read import read
from rulewright.dsl.sink import Enough, Sink
from rulewright.dsl.source import Source, SourceText, decode

__all__ = ["layout"]


def layout(source: Source) -> str | tuple[Diagnostic, ...]:
    """Lay out a rule file: the new text, or why it is left as it is (what is no text, or cannot be parsed).

    A byte-order mark is dropped, lines end with a line feed, and so does the text unless it is empty.
    """
    text = decode(source)
    if isinstance(text, Diagnostic):
        return (text,)
    try:
        return write(shape_of(structure_of(text.text)), MAX_BYTES)
    except Flaw as flaw:
        return _flaws(source, text, flaw)


def _flaws(source: Source, text: SourceText, flaw: Flaw) -> tuple[Diagnostic, ...]:
    """What the compiler says of a text that cannot be parsed; what was found here where it says nothing."""
    sink = Sink()
    with suppress(Enough):
        read(source, sink, tests=True)
    if not sink.failed:
        sink.flaw(flaw, text)
    return sink.result()
