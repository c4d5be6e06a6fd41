"""Diagnostics for a person: code, message, place, the source line with a caret, notes, hint.

Guarantees: untrusted words are cleaned; long source lines are cut around the caret; nothing is said by colour alone;
the order is that of `Diagnostic.sort_key`.  It opens no file: the texts come from the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, width
from rulewright.diagnostics import Diagnostic, Severity, Span

Texts = Mapping[str, bytes]
"""The texts of the files that spans may point into, by their names."""

_INK = {Severity.ERROR: Ink.FAIL, Severity.WARNING: Ink.WARN, Severity.NOTE: Ink.NAME}


def render(diagnostics: Iterable[Diagnostic], texts: Texts, paint: Paint) -> str:
    """Return all diagnostics, sorted, with a blank line between two."""
    return "\n\n".join(one(d, texts, paint) for d in sorted(diagnostics, key=Diagnostic.sort_key))


def one(diagnostic: Diagnostic, texts: Texts, paint: Paint) -> str:
    """Return one diagnostic as lines without a final newline."""
    ink = _INK[diagnostic.severity]
    head = paint(f"{diagnostic.severity.value}[{diagnostic.code}]", ink)
    lines = [f"{head}: {paint(clean(diagnostic.message), Ink.BOLD)}"]
    gutter = _gutter(diagnostic)
    if diagnostic.span is not None:
        lines += _snippet(diagnostic.span, "", texts, paint, gutter, ink)
    elif diagnostic.source is not None:
        lines.append(f"{' ' * gutter}{paint('-->', Ink.PLACE)} {clean(_place(diagnostic))}")
    for label in diagnostic.labels:
        lines += _snippet(label.span, label.message, texts, paint, gutter, Ink.NAME, "-")
    lines += [f"{' ' * gutter} {paint('note:', Ink.BOLD)} {clean(note)}" for note in diagnostic.notes]
    if diagnostic.hint:
        lines.append(f"{' ' * gutter} {paint('hint:', Ink.HINT)} {clean(diagnostic.hint)}")
    return "\n".join(lines)


def _gutter(diagnostic: Diagnostic) -> int:
    """Return how wide the column of line numbers must be."""
    spans = [label.span for label in diagnostic.labels]
    if diagnostic.span is not None:
        spans.append(diagnostic.span)
    return max((len(str(span.line)) for span in spans), default=1) + 1


def _place(diagnostic: Diagnostic) -> str:
    """Say where in a document: pointer if known, else offset."""
    if diagnostic.pointer:
        return f"{diagnostic.source} {diagnostic.pointer}"
    if diagnostic.offset:
        return f"{diagnostic.source} byte {diagnostic.offset:,}"
    return str(diagnostic.source)


def _snippet(span: Span, words: str, texts: Texts, paint: Paint, gutter: int, ink: Ink, mark: str = "^") -> list[str]:
    """Return the place, and the source line with its stretch marked, if the text is at hand."""
    arrow = "-->" if mark == "^" else ":::"
    lines = [f"{' ' * (gutter - 1)}{paint(arrow, Ink.PLACE)} {clean(span.file)}:{span.line}:{span.column}"]
    text = _line(texts.get(span.file), span.line)
    if text is None:
        return [*lines, f"{' ' * gutter} {clean(words)}"] if words else lines
    bar = paint(paint.symbols.bar, Ink.PLACE)
    end = span.end_column if span.end_line == span.line else len(text) + 1
    before, marked, after = _window(text, span.column - 1, max(end - 1, span.column), paint.columns - gutter - 4)
    caret = " " * width(before) + paint(mark * max(width(marked), 1) + (f" {clean(words)}" if words else ""), ink)
    number = paint(str(span.line).rjust(gutter - 1), Ink.PLACE)
    return [
        *lines,
        f"{' ' * gutter}{bar}",
        f"{number} {bar} {before}{marked}{after}".rstrip(),
        f"{' ' * gutter}{bar} {caret}",
    ]


def _line(text: bytes | None, number: int) -> str | None:
    """Return a line of a text without its end."""
    if text is None:
        return None
    lines = text.decode("utf-8-sig", "replace").split("\n")
    return lines[number - 1].rstrip("\r") if number <= len(lines) else None


def _window(text: str, start: int, end: int, room: int) -> tuple[str, str, str]:
    """Cut a long line to the stretch that matters; tabs become spaces, the rest is cleaned."""
    left = max(0, start - room // 2) if len(text) > room else 0
    right = left + room
    before, marked, after = text[left:start], text[start : min(end, right)], text[min(end, right) : right]
    shown = [clean(part.replace("\t", "    ")) for part in (before, marked, after)]
    return ("…" if left else "") + shown[0], shown[1], shown[2] + ("…" if right < len(text) else "")
