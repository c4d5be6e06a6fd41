"""The report for people as Markdown: the answer first, then every requirement with reasons and evidence.

Guarantees: words of documents and policies cannot become markup, links, mentions or rows: they are written as HTML entities; control
characters and those that turn the direction of writing are visible.  Renders as GitHub Flavored Markdown; says what the page says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rulewright.attest.model import Row
from rulewright.attest.views import report_parts as parts
from rulewright.attest.views.context import Context
from rulewright.attest.views.visible import flowing
from rulewright.engine import wording
from rulewright.engine.result import Element, Reason

NAME = "report.md"
MEDIA_TYPE = "text/markdown"
_MARKUP = re.compile(r"[&<>\\`*_~\[\]|@#!$:{}()+=]|(?<=\d)\.(?=\s)|(?<=[Ww]{3})\.|^[-.]")


@lru_cache(maxsize=8192)
def text(words: str) -> str:
    """Words as they are, whatever Markdown would make of them; an `@` calls nobody (a zero-width space follows it)."""
    return _literal(words).replace("&#64;", "&#64;&#8203;")


@lru_cache(maxsize=8192)
def code(words: str) -> str:
    """Words of a document, in a fixed-width face."""
    return f"<code>{_literal(words)}</code>"


def _literal(words: str) -> str:
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", flowing(words))


def render(context: Context) -> bytes:
    """The report."""
    listed = parts.in_order(context)
    lines = [
        f"# Attestation: {text(parts.title(context))}",
        "",
        f"{text(parts.days(context))}",
        "",
        f"**Gate: {context.report.summary.gate}. {text(parts.answer(context))}.**",
        "",
        *_table(("standard", *parts.COLUMNS), [(text(n), *map(str, c)) for n, c in parts.table(context)]),
        "## What blocks",
        "",
        *([_row(pair) for pair in parts.blocking(listed)] or ["Nothing."]),
        "",
        *_waivers(context, listed),
        *_unknowns(listed),
        *_conflicts(context, listed),
        *_judged(context),
        *_requirements(context, listed),
        *_proof(context),
    ]
    return ("\n".join(lines).rstrip() + "\n").encode()


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table of cells that are escaped already."""
    if not rows:
        return []
    return [
        f"| {' | '.join(heads)} |",
        f"|{'|'.join('---' for _ in heads)}|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
    ]


def _row(pair: parts.Pair) -> str:
    """One requirement in one line."""
    row, found = pair
    why = wording.gist(found)
    return (
        f"- **{text(parts.status(row))}** {code(row.requirement)} {text(found.title)}{f' ({text(why)})' if why else ''}"
    )


def _waivers(context: Context, listed: Sequence[parts.Pair]) -> Iterator[str]:
    yield from ("## Waivers", "")
    found = parts.exemptions(context, listed)
    for waiver in found:
        yield f"- {code(waiver.id)} until {text(waiver.until)} ({waiver.left:,} days left), approved by {text(waiver.approved_by)}: {text(waiver.because)}"  # fmt: skip
        yield from (f"  {_row(pair)}" for pair in waiver.rows)
    yield from ([""] if found else ["None.", ""])


def _unknowns(listed: Sequence[parts.Pair]) -> Iterator[str]:
    yield from ("## What is unknown, and what would settle it", "")
    needs = parts.needs(listed)
    rest = parts.unsettled(listed, needs)
    for need in needs:
        who = f", from {text(' or '.join(need.detectors))}" if need.detectors else ""
        names = ", ".join(code(row.requirement) for row, _ in need.waiting)
        yield f"- {code(need.fact)} ({text(', '.join(need.reasons))}){who}: {names}"
    for row, found in rest:
        yield f"- {code(row.requirement)}: {text(wording.sentence(found) or 'no fact is named')}"
    if not needs and not rest:
        yield "Nothing."
    yield ""


def _conflicts(context: Context, listed: Sequence[parts.Pair]) -> Iterator[str]:
    yield from ("## Contradictions", "", f"{text(parts.looked(context))}.", "")
    found = parts.conflicts(listed)
    for (row, _), said in found:
        yield from (f"- {code(row.requirement)} {text(words)}" for words in said)
    yield from ([""] if found else [])


def _judged(context: Context) -> Iterator[str]:
    report = context.report
    yield from ("## What was judged", "")
    for kind, name, digests in parts.artefacts(context):
        yield f"- {kind} {code(name)} {', '.join(f'{text(n)} {code(v)}' for n, v in digests)}"
    yield ""
    yield from _table(
        ("document", "format", "sha256"), [(code(i.name), text(i.format), code(i.sha256)) for i in report.inputs]
    )
    yield from _table(
        ("rules", "edition", "sha256"),
        [(f"{text(p.kind)} {code(p.id)} {text(p.title)}", text(p.edition), code(p.sha256)) for p in report.policies],
    )
    for item in report.excluded:
        yield f"- excluded: {code(item.requirement)}: {text(item.because)}"
    for finding in report.findings:
        yield f"- {finding.severity} {text(finding.code)}: {text(finding.message)}"
    yield ""


def _requirements(context: Context, listed: Sequence[parts.Pair]) -> Iterator[str]:
    several = len(context.report.products) > 1
    names = wording.product_names(context.report)
    yield from ("## Every requirement", "")
    for chapter in parts.chapters(context, listed):
        yield from _requirement_rows(chapter, names.get(chapter.product, "") if several else "")


def _requirement_rows(chapter: parts.Chapter, product: str) -> Iterator[str]:
    whose = f" {text(product)}" if product else ""
    yield from (f"### {text(chapter.name)}{whose}", "")
    for row, found in chapter.rows:
        yield from (heading(row), "", f"{text(found.title)} ({text(parts.weight(row))})", "")
        for reason in found.reason:
            yield from _reason(reason)
        yield from (f"- {label}: {text(said)}" for label, said in parts.remarks(row, found))
        yield ""


def heading(row: Row) -> str:
    """The line that begins a requirement; there is one for each row."""
    return f"#### {text(parts.status(row))}: {code(row.requirement)} of {code(row.product)}"


def _reason(reason: Reason) -> Iterator[str]:
    """One line of the check with its evidence."""
    note = f": {text(reason.note)}" if reason.note else ""
    yield f"- {text(reason.line)}: {text(parts.line(reason))}: {code(reason.text)}{note}"
    yield from _elements(reason.elements, reason.elements_total, "  ")
    yield from (f"  - {text(said)}" for said in [*parts.values(reason), *parts.missing(reason)])


def _elements(elements: Sequence[Element], total: int, indent: str) -> Iterator[str]:
    """Elements with their places, and those below them."""
    for element in elements:
        yield f"{indent}- {code(element.id)} {code(element.pointer)} {text(wording.facts(element))}".rstrip()
        yield from _elements(element.children, element.children_total, indent + "  ")
    if total > len(elements):
        yield f"{indent}- and {total - len(elements):,} more"


def _proof(context: Context) -> Iterator[str]:
    yield from ("## How to verify this", "", parts.PROOF, "", f"    {parts.VERIFY}", "", parts.PAGE, "")
    yield from _table(("what", "value"), [(text(label), code(value)) for label, value in parts.proofs(context)])


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a report: requirements that are not there exactly once with their status, another attestation."""
    try:
        lines = document.decode().split("\n")
    except UnicodeDecodeError:
        return ("this is no UTF-8",)
    return tuple(_wrong(lines, context))


def _wrong(lines: Sequence[str], context: Context) -> Iterator[str]:
    wanted = Counter(heading(row) for row in context.rows)
    seen = Counter(line for line in lines if line.startswith("#### "))
    for line in sorted(wanted.keys() | seen.keys()):
        if wanted[line] != seen[line]:
            yield f"`{line}` is there {seen[line]} times, not {wanted[line]}"
    known = set(lines)
    for label, value in parts.proofs(context):
        if f"| {text(label)} | {code(value)} |" not in known:
            yield f"the {label} is that of another attestation"
    if f"**Gate: {context.report.summary.gate}. {text(parts.answer(context))}.**" not in known:
        yield "the answer is that of another result"
