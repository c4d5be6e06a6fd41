"""A difference in meaning on a terminal: what became weaker first, each with what was asked, what is, and a product.

Guarantees: every line fits the paint's width; words of rules move no cursor; the answer stands in the last line.  Nothing is
computed here.
"""

from __future__ import annotations

from collections.abc import Iterable

from rulewright.cli import diff_words as words
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, wrap
from rulewright.engine.analysis.difference import Change, Difference, Shown

TALL, LISTED, COLUMN = 4, 12, 13
"""So many lines of a text, so many names, and the width of labels."""
_INKS = {"weaker": Ink.FAIL, "both": Ink.FAIL, "undecided": Ink.WARN, "stricter": Ink.GOOD, "none": Ink.DIM}


def terminal(found: Difference, paint: Paint, *, explain: bool = False, quiet: bool = False) -> str:
    """The answer as text; `explain` shows everything whole."""
    ink = Ink.FAIL if found.weaker else Ink.WARN if found.summary["undecided"] else Ink.GOOD
    last = [paint(line, ink) for line in wrap(clean(words.answer(found)), paint.columns)]
    if quiet:
        return "\n".join(last) + "\n"
    lines = [*(paint(line, Ink.DIM) for line in wrap(clean(words.about(found)), paint.columns)), ""]
    for frame in found.frames:
        lines += [*_title(words.frame_title(frame), paint), *_rows(words.frame(frame), paint, explain=explain)]
        lines += [*_products(words.frame_products(frame), paint, explain=explain), ""]
    for setting in found.settings:
        lines += wrap(clean(f"{setting.text} ({setting.effect})"), paint.columns)
    lines += [""] if found.settings else []
    for title, changes in words.groups(found):
        lines += [*_title(f"{title}: {len(changes):,}", paint), ""]
        for change in changes:
            lines += [*_change(change, paint, explain=explain), ""]
    lines += _texts(found, paint, explain=explain)
    return "\n".join(line.rstrip() for line in [*lines, *last]) + "\n"


def _title(text: str, paint: Paint) -> list[str]:
    """A heading, with a rule where there is room."""
    rows = wrap(clean(text), paint.columns - 4)
    rule = paint.symbols.rule
    head = f"{rule * 2} {rows[0]} "
    return [paint(head + rule * max(paint.columns - len(head), 0), Ink.DIM), *(f"   {row}" for row in rows[1:])]


def _change(change: Change, paint: Paint, *, explain: bool) -> list[str]:
    """One requirement."""
    ink = _INKS[change.effect]
    sign = words.mark(change.effect) if paint.unicode or change.effect != "both" else "~"
    head, *rest = wrap(clean(words.name(change)), paint.columns - 2)
    lines = [f"{paint(sign, ink)} {paint(head, Ink.NAME)}", *(f"  {paint(line, Ink.NAME)}" for line in rest)]
    weight = f" {paint.symbols.dot} ".join(words.weight(change))
    lines += [paint(f"  {line}", Ink.DIM) for line in wrap(clean(weight), paint.columns - 2)]
    lines += [f"  {line}" for line in wrap(clean(change.title), paint.columns - 2) if change.title]
    lines += _rows(words.rows(change), paint, explain=explain)
    lines += _products(words.products(change), paint, explain=explain)
    if explain:
        lines += _labelled(words.regions(change), paint, explain=True)
    said = [("also", words.covered(change))] if change.covered else []
    said += [("note", note) for note in change.notes]
    return lines + _labelled(said, paint, explain=explain)


def _rows(rows: Iterable[tuple[str, str]], paint: Paint, *, explain: bool) -> list[str]:
    """What was asked and what is."""
    lines = []
    for sign, text in rows:
        ink = Ink.FAIL if sign == "-" else Ink.GOOD
        first, *rest = _cut(wrap(clean(" ".join(text.split())), paint.columns - 6), paint, explain=explain)
        lines += [f"  {paint(f'{sign} {first}', ink)}", *(f"    {paint(line, ink)}" for line in rest)]
    return lines


def _products(products: Iterable[tuple[str, Shown]], paint: Paint, *, explain: bool) -> list[str]:
    return _labelled([(label, words.shown(product)) for label, product in products], paint, explain=explain)


def _labelled(said: Iterable[tuple[str, str]], paint: Paint, *, explain: bool) -> list[str]:
    """Texts beside their labels."""
    lines = []
    for label, text in said:
        rows = _cut(wrap(clean(text), paint.columns - COLUMN - 2), paint, explain=explain)
        lines.append(f"  {paint(label.ljust(COLUMN), Ink.HINT)}{rows[0]}")
        lines += [f"  {' ' * COLUMN}{row}" for row in rows[1:]]
    return lines


def _cut(lines: list[str], paint: Paint, *, explain: bool) -> list[str]:
    if explain or len(lines) <= TALL:
        return lines or [""]
    return [*lines[: TALL - 1], f"{lines[TALL - 1][: paint.columns - COLUMN - 6]} {paint.symbols.ellipsis}"]


def _texts(found: Difference, paint: Paint, *, explain: bool) -> list[str]:
    """Requirements that say the same in other words."""
    names = words.texts(found)
    if not names:
        return []
    shown, left = (names, 0) if explain else words.cut(names, LISTED)
    more = [f"{paint.symbols.ellipsis} {left:,} more: --explain"] if left else []
    text = ", ".join(shown)
    body = [paint(f"  {line}", Ink.DIM) for line in wrap(clean(text), paint.columns - 2)]
    heading = f"other words, references or checks, the same verdicts: {len(names):,}"
    return [*_title(heading, paint), *body, *(paint(f"  {line}", Ink.DIM) for line in more), ""]
