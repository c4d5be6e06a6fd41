"""One line for each diagnostic, as compilers write them: `file:line:column: error[RW0201] message`.

Guarantees: every line starts with a place that editors and CI can jump to; second places follow, indented, as lines of their
own; no line holds an unprintable character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rulewright.cli.text import clean
from rulewright.diagnostics import Diagnostic, Span


def concise(found: Iterable[Diagnostic]) -> str:
    """Return the lines, each with its newline."""
    return "".join(f"{line}\n" for diagnostic in found for line in _lines(diagnostic))


def _lines(found: Diagnostic) -> Iterator[str]:
    hint = f" ({clean(found.hint)})" if found.hint else ""
    yield f"{_place(found)}{found.severity.value}[{found.code}] {clean(found.message)}{hint}"
    for label in found.labels:
        yield f"  {_at(label.span)}: {clean(label.message)}"


def _place(found: Diagnostic) -> str:
    """Where it is, with what separates it from the rest; nothing where it is nowhere."""
    if found.span is not None:
        return f"{_at(found.span)}: "
    pointer = f":{clean(found.pointer)}" if found.pointer else ""
    return f"{clean(found.source)}{pointer}: " if found.source else ""


def _at(span: Span) -> str:
    return f"{clean(span.file)}:{span.line}:{span.column}"
