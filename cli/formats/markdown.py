"""`--format markdown`: a comment for a pull request: the answer first, what blocks in full, the rest folded.

Guarantees: words taken from documents and policies cannot become markup, links, mentions or rows: they are written as
HTML entities, those of documents inside `<code>`.  Renders as GitHub Flavored Markdown.
"""

from __future__ import annotations

import re

from rulewright.cli.formats import Options
from rulewright.cli.text import clean, plural
from rulewright.engine import wording
from rulewright.engine.result import Reason, Report, Result

_MARKUP = re.compile(r"[&<>\\`*_~\[\]|@#!$:{}]")
_SYMBOL = {"pass": "✅", "fail": "❌", "unknown": "❔", "not_applicable": "➖", "error": "💥"}
_FOLDED = 100


def text(words: str) -> str:
    """Write words so that Markdown and HTML show them as they are; an `@` calls nobody (a zero-width space follows it)."""
    return _literal(words).replace("&#64;", "&#64;&#8203;")


def _literal(words: str) -> str:
    """Write what could be markup as HTML entities."""
    return _MARKUP.sub(lambda m: f"&#{ord(m.group())};", clean(" ".join(words.split())))


def code(words: str) -> str:
    """Write words of a document: literal, in a fixed-width face; no mention works in there."""
    return f"<code>{_literal(words)}</code>"


def render(report: Report, options: Options) -> str:
    """Return the comment."""
    blocking = [r for r in report.results if r.blocks or r.verdict == "error"]
    lines = [f"## {_answer(report, len(blocking))}", "", *_about(report), "", *_counts(report), ""]
    for result in blocking:
        lines += [*_item(result, report, options), ""]
    others = {
        "Waived": [r for r in report.results if r.waived is not None],
        "Does not block": [
            r for r in report.results if r.verdict in {"fail", "unknown"} and not r.blocks and r.waived is None
        ],
    }
    for title, results in others.items():
        lines += _folded(title, [_row(r) for r in results])
    lines += _folded("Excluded by the policy", [f"- {code(e.requirement)}: {text(e.because)}" for e in report.excluded])
    return "\n".join(lines).rstrip() + "\n"


def _answer(report: Report, blocking: int) -> str:
    """Write the heading."""
    if not report.results:
        return "❌ Nothing was evaluated"
    if report.summary.gate == "pass" and not report.summary.error:
        return "✅ Nothing blocks"
    return f"❌ {plural(blocking, 'requirement')} {'blocks' if blocking == 1 else 'block'}"


def _about(report: Report) -> list[str]:
    """Say who was judged, by what, as of when."""
    products = ", ".join(code(name) for name in wording.product_names(report).values())
    policies = ", ".join(f"{text(p.id)} {text(p.edition)}".strip() for p in report.policies if p.kind != "vocabulary")
    documents = ", ".join(f"{code(i.name)} ({text(i.format)})" for i in report.inputs)
    return [f"**{products}** as of {report.as_of[:10]}, checked against {policies}, on {documents}."]


def _counts(report: Report) -> list[str]:
    """Write the table of counts."""
    s = report.summary
    cells = (s.passed, s.fail, s.unknown, s.not_applicable, s.waived, s.error)
    return [
        "| pass | fail | unknown | not applicable | waived | error |",
        "|--:|--:|--:|--:|--:|--:|",
        "| " + " | ".join(f"{cell:,}" for cell in cells) + " |",
    ]


def _item(result: Result, report: Report, options: Options) -> list[str]:
    """Write one blocking requirement with its reasons."""
    product = (
        f"{code(wording.product_names(report).get(result.product, result.product))}: "
        if len(report.products) > 1
        else ""
    )
    lines = [
        f"### {_SYMBOL[result.verdict]} {product}{text(result.title)}",
        f"{code(result.requirement)} · {text(result.level)} · {text(result.severity)} · **{wording.VERDICT[result.verdict]}**",
        "",
    ]
    for reason in wording.decisive(result):
        lines += _reason(reason, options)
    lines += [f"- assumes: {text(assumption.text)}" for assumption in result.assumptions]
    lines += [f"- {text(clash)}" for clash in wording.clashes(result)]
    if result.fix:
        lines += ["", f"**Fix:** {text(result.fix)}"]
    return lines


def _reason(reason: Reason, options: Options) -> list[str]:
    """Write one line of the check."""
    count = wording.tally(reason)
    lines = [f"- {code(reason.text)}{f': {count}' if count else ''}"]
    shown = reason.elements[: options.limit]
    for element in shown:
        facts = wording.facts(element)
        lines.append(f"  - {code(element.id)} {code(element.pointer)}{f' {text(facts)}' if facts else ''}")
    if reason.elements_total > len(shown):
        lines.append(f"  - … {reason.elements_total - len(shown):,} more")
    for item in reason.missing:
        who = " or ".join(wording.detectors((item,)))
        lines.append(f"  - needs {text(wording.missing(item))}{f', from {text(who)}' if who else ''}")
    return lines


def _row(result: Result) -> str:
    """Write one requirement in one line."""
    waived = f" (waived until {text(result.waived.until)}: {text(result.waived.because)})" if result.waived else ""
    clashing = "".join(f"; {text(clash)}" for clash in wording.clashes(result))
    return f"- {_SYMBOL[result.verdict]} {code(result.requirement)} {text(result.title)}{waived}{clashing}"


def _folded(title: str, rows: list[str]) -> list[str]:
    """Write a list that opens on a click; long ones are cut, and say so."""
    if not rows:
        return []
    shown = rows[:_FOLDED]
    more = [f"- … {len(rows) - _FOLDED:,} more"] if len(rows) > _FOLDED else []
    return [f"<details><summary>{title} ({len(rows):,})</summary>", "", *shown, *more, "", "</details>", ""]
