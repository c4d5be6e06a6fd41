"""A comparison as Markdown, made for a comment of continuous integration: the answer, what opened; the rest folded.

Guarantees: words of documents and policies cannot become markup, links, mentions or rows; the comment is cut well below
what forges accept, and says so.  Renders as GitHub and GitLab Flavored Markdown.
"""

from __future__ import annotations

from rulewright.cli import compare_words as words
from rulewright.cli.formats.markdown import code, text
from rulewright.cli.text import plural
from rulewright.engine.comparison import Comparison, Item, Kind

WHOLE, ROWS, FACTS = 20, 100, 5
SYMBOL = {"pass": "✅", "fail": "❌", "unknown": "❔", "not_applicable": "➖", "error": "💥"}


def markdown(found: Comparison) -> str:
    """The comment."""
    head = words.answer(found)
    lines = [f"## {'❌' if found.opens else '✅'} {text(head[:1].upper() + head[1:])}", "", *_about(found), ""]
    lines += [f"> Note: {text(note)}." for note in found.notes] + ([""] if found.notes else [])
    for kind, items in words.groups(found):
        if kind in words.ATTENTION:
            lines += _attention(kind, items)
        else:
            lines += _folded(words.HEADS[kind], [row for item in items[:ROWS] for row in _row(item)], len(items))
    return "\n".join(lines).rstrip() + "\n"


def _about(found: Comparison) -> list[str]:
    """Who, when, how many."""
    blocking = f"{found.old.blocking:,} blocked before, {found.new.blocking:,} now"
    return [f"**{code(words.title(found))}**, {words.days(found)}: {words.counts(found)}; {blocking}."]


def _attention(kind: Kind, items: list[Item]) -> list[str]:
    """What may block: each gap as a paragraph of its own, the rest folded."""
    gaps = [item for item in items if item.new in {"fail", "unknown", "error"}]
    rest = [item for item in items if item.new not in {"fail", "unknown", "error"}]
    head = words.HEADS[kind].capitalize()
    lines = [f"### {head} ({len(gaps):,})", ""] if gaps else []
    for item in gaps[:WHOLE]:
        lines += [*_row(item), ""]
    more = [row for item in gaps[WHOLE : WHOLE + ROWS] for row in _row(item)]
    lines += _folded(f"{head}: {len(gaps) - WHOLE:,} more", more, len(gaps) - WHOLE)
    return lines + _folded(f"{head}, no gap", [row for item in rest[:ROWS] for row in _row(item)], len(rest))


def _row(item: Item) -> list[str]:
    """One item as an entry of a list, its reasons below."""
    symbol = SYMBOL.get(item.new or item.old or "", "")
    weight = text(f"{words.verdicts(item)}, {item.level}, {item.severity}") + (", **blocks**" if item.opens else "")
    lines = [f"- {symbol} {code(words.clause(item))} {text(item.title)} ({weight})"]
    for change in item.facts[:FACTS]:
        whose = f"{code(change.element)} " if change.element else ""
        before, after = (code(words.value(seen, change.fact)) for seen in (change.old, change.new))
        where = words.places(change)
        told = f" (at {code(where)})" if where else ""
        lines.append(f"  - {whose}{code(words.name(change.fact))}: {before} → {after}{told}")
    if item.facts_total > FACTS:
        lines.append(f"  - … {plural(item.facts_total - FACTS, 'more fact')}")
    told_more = [*words.elements(item), words.age(item), words.waiver(item), item.why]
    wanted = words.wanting(item)
    told_more += [f"needs {wanted}"] if wanted and item.kind != "still_open" else []
    told_more += [f"do: {item.fix}"] if item.fix and item.opens else []
    return [*lines, *(f"  - {text(said)}" for said in told_more if said)]


def _folded(title: str, rows: list[str], total: int) -> list[str]:
    """A list that opens on a click."""
    if not rows:
        return []
    shown = sum(row.startswith("- ") for row in rows)
    more = [f"- … {total - shown:,} more"] if total > shown else []
    counted = "" if "more" in title else f" ({total:,})"
    head = title[:1].upper() + title[1:]
    return [f"<details><summary>{head}{counted}</summary>", "", *rows, *more, "", "</details>", ""]
