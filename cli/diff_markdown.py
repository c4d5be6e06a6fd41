"""A difference in meaning as Markdown: for a comment in a merge request.

Guarantees: words of rules cannot become markup, links, mentions or rows; long lists are folded and cut, and say so.  Renders as
GitHub and GitLab Flavored Markdown.
"""

from __future__ import annotations

from rulewright.cli import diff_words as words
from rulewright.cli.formats.markdown import code, text
from rulewright.engine.analysis.difference import Change, Difference, Frame

WHOLE, LISTED = 60, 400
"""So many changes are told whole, so many more by name."""


def markdown(found: Difference) -> str:
    """The comment."""
    answer = words.answer(found)
    symbol = "❌" if found.weaker else "❔" if found.summary["undecided"] else "✅"
    lines = [f"## {symbol} {text(answer[:1].upper() + answer[1:])}", "", f"{text(words.about(found))}.", ""]
    for frame in found.frames:
        lines += _frame(frame)
    lines += [f"- {text(setting.text)}: **{setting.effect}**" for setting in found.settings]
    lines += [""] if found.settings else []
    left = WHOLE
    for title, changes in words.groups(found):
        lines += [f"### {text(title[:1].upper() + title[1:])}: {len(changes):,}", ""]
        for change in changes[: max(left, 0)]:
            lines += _change(change)
        lines += _folded("More", [code(words.name(change)) for change in changes[max(left, 0) :]])
        left -= len(changes)
    lines += _folded(
        "Other words, references or checks, the same verdicts", [code(name) for name in words.texts(found)]
    )
    return "\n".join(lines).rstrip() + "\n"


def _frame(frame: Frame) -> list[str]:
    lines = [f"### {text(words.frame_title(frame))}", ""]
    lines += [f"- {_sign(sign)} {code(said)}" for sign, said in words.frame(frame)]
    lines += [f"- {label}: {code(words.shown(product))}" for label, product in words.frame_products(frame)]
    return [*lines, ""]


def _change(change: Change) -> list[str]:
    """One requirement."""
    lines = [f"#### {code(words.name(change))} ({text(', '.join(words.weight(change)))})", ""]
    lines += [text(change.title), ""] if change.title else []
    lines += [f"- {_sign(sign)} {code(said)}" for sign, said in words.rows(change)]
    lines += [f"- {label}: {code(words.shown(product))}" for label, product in words.products(change)]
    lines += [f"- {label}: {code(said)}" for label, said in words.regions(change)]
    lines += [f"- {text(words.covered(change))}"] if change.covered else []
    lines += [f"- {text(note)}" for note in change.notes]
    return [*lines, ""]


def _sign(sign: str) -> str:
    return "before:" if sign == "-" else "now:"


def _folded(title: str, rows: list[str]) -> list[str]:
    """A list that opens on a click."""
    if not rows:
        return []
    shown = [f"- {row}" for row in rows[:LISTED]]
    shown += [f"- … {len(rows) - LISTED:,} more"] if len(rows) > LISTED else []
    return [f"<details><summary>{text(title)} ({len(rows):,})</summary>", "", *shown, "", "</details>", ""]
