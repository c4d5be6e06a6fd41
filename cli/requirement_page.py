"""A page of labelled rows under a name and a title: how requirements and standards are shown.

Guarantees: untrusted text is cleaned and wrapped; rows without text are left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, wrap

Row = tuple[str, str]
LABEL = 12


def page(name: str, title: str, rows: Iterable[Row], paint: Paint) -> str:
    """Write the page."""
    lines = [paint(clean(name), Ink.NAME), *(paint(line, Ink.BOLD) for line in wrap(clean(title), paint.columns)), ""]
    for label, text in rows:
        if text:
            shown = wrap(clean(" ".join(text.split())), paint.columns - LABEL - 1)
            lines.append(f"{paint(label.ljust(LABEL), Ink.DIM)} {shown[0]}")
            lines += [" " * (LABEL + 1) + line for line in shown[1:]]
    return "\n".join(lines)
