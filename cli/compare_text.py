"""A comparison for a person on a terminal: what opened first, why; then what is still open; last what was closed.

Guarantees: every line fits the paint's width; the last line is the answer; no word of a document can move the cursor.
Nothing is computed here.
"""

from __future__ import annotations

from rulewright.cli import compare_words as words
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, cut, plural, width, wrap
from rulewright.engine.comparison import Comparison, Item, Kind

SHORT, FACTS = 20, 6
_INK = {"fail": Ink.FAIL, "error": Ink.FAIL, "unknown": Ink.WARN, "pass": Ink.GOOD}


def terminal(found: Comparison, paint: Paint, *, explain: bool = False, quiet: bool = False) -> str:
    """The comparison as text; `explain` shows every item whole."""
    lines: list[str] = [] if quiet else _head(found, paint)
    for kind, items in [] if quiet else words.groups(found):
        lines += _section(kind, items, found, paint, explain=explain)
    lines += wrap(words.counts(found), paint.columns) if not quiet else []
    lines += _answer(found, paint)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(found: Comparison, paint: Paint) -> list[str]:
    """Which product, which days, and what makes them less comparable."""
    lines = [paint(line, Ink.BOLD) for line in wrap(clean(words.title(found)), paint.columns)]
    lines.append(paint(f"  {words.days(found)}", Ink.DIM))
    for note in found.notes:
        first, *rest = wrap(clean(f"note: {note}"), paint.columns - 2)
        lines += [f"  {first}", *(f"    {line}" for line in rest)]
    return [*lines, ""]


def _answer(found: Comparison, paint: Paint) -> list[str]:
    """The last lines: the gate."""
    mark, ink = (paint.symbols.cross, Ink.FAIL) if found.opens else (paint.symbols.tick, Ink.GOOD)
    told = (
        f"{found.old.blocking:,} blocked, {found.new.blocking:,} {'blocks' if found.new.blocking == 1 else 'block'} now"
    )
    return [f"{paint(f'{mark} gate: {found.gate}', ink)}  {words.answer(found)}; {told}"]


def _section(kind: Kind, items: list[Item], found: Comparison, paint: Paint, *, explain: bool) -> list[str]:
    """One kind; what needs attention is told whole, the rest in a line each."""
    heading = f"{words.HEADS[kind].upper()}  {plural(len(items), 'requirement')}"
    rule = paint.symbols.rule * max(paint.columns - width(heading) - 1, 0)
    lines = [f"{paint(heading, Ink.BOLD)} {paint(rule, Ink.DIM)}"]
    whole = explain or kind in words.ATTENTION
    shown = items if whole else items[:SHORT]
    product = ""
    for item in shown:
        if len(found.pairs) > 1 and item.product != product:
            product = item.product
            lines.append(paint(cut(clean(product), paint.columns, paint.symbols.ellipsis), Ink.DIM))
        detailed = explain or (kind in words.ATTENTION and item.new not in {"pass", "not_applicable"})
        lines += _item(item, paint) if detailed or item.facts or item.elements else _line(item, paint)
    if len(shown) < len(items):
        lines.append(paint(f"{paint.symbols.ellipsis} {len(items) - len(shown):,} more: --explain", Ink.DIM))
    return [*lines, ""]


def _line(item: Item, paint: Paint, *, aged: bool = True) -> list[str]:
    """One item: mark, clause, title; on the right how much it matters, and how old it is."""
    verdict = item.new or item.old or ""
    mark = {"pass": paint.symbols.tick, "unknown": paint.symbols.question, "not_applicable": paint.symbols.dash}.get(
        verdict, paint.symbols.cross
    )
    mark = paint(mark, _INK.get(verdict, Ink.DIM))
    parts = [words.verdicts(item), cut(clean(item.level), 8), cut(clean(item.severity), 8)]
    parts += ["blocks"] if item.opens else []
    parts += [plural(item.days, "day")] if aged and item.days and item.days > 0 else []
    weight = f" {paint.symbols.dot} ".join(parts)
    name = clean(words.clause(item))
    room = paint.columns - width(weight) - 6
    name = cut(name, max(room - 10, 20), paint.symbols.ellipsis)
    title = cut(clean(item.title), max(room - width(name), 8), paint.symbols.ellipsis)
    gap = " " * max(paint.columns - width(name) - width(title) - width(weight) - 4, 2)
    return [f"{mark} {paint(name, Ink.NAME)}  {title}{gap}{paint(weight, Ink.DIM)}"]


def _item(item: Item, paint: Paint) -> list[str]:
    """One item with what made the difference."""
    lines: list[str] = []
    room = paint.columns - 4
    for change in item.facts[:FACTS]:
        lines += wrap(clean(words.fact(change)), room)
        where = words.places(change)
        lines += [paint(cut("  " + clean(where), room, paint.symbols.ellipsis), Ink.PLACE)] if where else []
    if item.facts_total > min(FACTS, len(item.facts)):
        lines.append(f"{paint.symbols.ellipsis} {plural(item.facts_total - min(FACTS, len(item.facts)), 'more fact')}")
    told = [*words.elements(item), words.age(item), words.waiver(item), item.why]
    wanted = words.wanting(item)
    told += [f"needs {wanted}"] if wanted else []
    told += [f"do: {item.fix}"] if item.fix and item.opens else []
    lines += [line for text in told if text for line in wrap(clean(text), room)]
    bar = paint(paint.symbols.bar, Ink.DIM)
    return [*_line(item, paint, aged=False), *(f"  {bar} {line}" for line in lines)]
