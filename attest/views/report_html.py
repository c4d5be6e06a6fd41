"""The report for people as one page: readable on a screen and on A4 paper, without scripts, without a network, without colours.

Guarantees: every word of documents and policies is escaped, control characters and those that turn the direction of writing are visible;
nothing is loaded or run (a content policy forbids it, too); a word says what a colour says; each requirement is there exactly once,
under an anchor of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape, unescape

from rulewright.attest.model import Row
from rulewright.attest.views import report_parts as parts
from rulewright.attest.views.context import Context
from rulewright.attest.views.look import POLICY, STYLE
from rulewright.attest.views.report_html_style import MORE, running
from rulewright.attest.views.sarif_parts import fingerprint
from rulewright.attest.views.visible import flowing, visible
from rulewright.engine import wording
from rulewright.engine.result import Element, Reason, Result

NAME = "report.html"
MEDIA_TYPE = "text/html"
_TONES = {"pass": "good", "fail": "bad", "waived": "wait", "unknown": "wait", "error": "bad", "not_applicable": "dim"}
_SIGNS = {"pass": "✓", "fail": "✗", "waived": "~", "unknown": "?", "error": "!", "not_applicable": "–"}
_SECTIONS = (
    ("blocks", "What blocks"),
    ("waivers", "Waivers"),
    ("unknown", "What is unknown, and what would settle it"),
    ("contradictions", "Contradictions"),
    ("judged", "What was judged"),
    ("requirements", "Every requirement"),
    ("verify", "How to verify this"),
)


def render(context: Context) -> bytes:
    """The page."""
    title = f"Attestation: {parts.title(context)}"
    listed = parts.in_order(context)
    gate = context.report.summary.gate
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        f"<title>{_text(title)}</title>",
        f"<style>{STYLE}{MORE}{running(title, context.report.as_of[:10], context.results.tree)}</style>",
        "</head>",
        "<body>",
        "<header>",
        f"<h1>{_text(title)}</h1>",
        f'<p class="dim">{_text(parts.days(context))}</p>',
        f'<p class="answer {"good" if gate == "pass" else "bad"}">Gate: {gate}. {_text(parts.answer(context))}.</p>',
        "</header>",
        *_tallies(context),
        '<nav aria-label="Contents"><ul>',
        *(f'<li><a href="#{anchor}">{name}</a></li>' for anchor, name in _SECTIONS),
        "</ul></nav>",
        "<main>",
        *_section("blocks", [_list(map(_entry, parts.blocking(listed)), "Nothing.")]),
        *_section("waivers", _waivers(context, listed)),
        *_section("unknown", [_list(_unknowns(listed), "Nothing.")]),
        *_section("contradictions", _conflicts(context, listed)),
        *_section("judged", _judged(context)),
        *_section("requirements", _requirements(context, listed)),
        *_section("verify", _proof(context)),
        "</main>",
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


@lru_cache(maxsize=8192)
def _text(said: str) -> str:
    """Words as text of the page."""
    return escape(flowing(said))


@lru_cache(maxsize=8192)
def _code(said: str) -> str:
    """Words of a document or a rule."""
    return f"<code>{_text(said)}</code>"


def _prose(said: str) -> str:
    """A sentence of ours: what stands between backticks in the face of rules."""
    pieces = said.split("`")
    if len(pieces) % 2 == 0:
        return _text(said)
    return "".join(
        _code(piece) if n % 2 else escape(visible(" ".join(piece.split("\n")))) for n, piece in enumerate(pieces)
    )


def _section(anchor: str, lines: Iterable[str]) -> Iterator[str]:
    name = dict(_SECTIONS)[anchor]
    yield from (f'<section aria-labelledby="{anchor}">', f'<h2 id="{anchor}">{name}</h2>')
    yield from lines
    yield "</section>"


def _list(items: Iterable[str], empty: str) -> str:
    """A list of items that are escaped already."""
    lines = [f"<li>{item}</li>" for item in items]
    return "\n".join(["<ul>", *lines, "</ul>"]) if lines else f"<p>{empty}</p>"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> list[str]:
    """A table of cells that are escaped already; the first of a row is its head."""
    if not rows:
        return []
    body = [
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>' for first, *rest in rows
    ]
    titles = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return [
        f'<table class="{kind}">' if kind else "<table>",
        f"<caption>{caption}</caption>",
        f"<thead><tr>{titles}</tr></thead>",
        "<tbody>",
        *body,
        "</tbody></table>",
    ]


def _tallies(context: Context) -> list[str]:
    rows = [(_text(name), *(f"{count:,}" for count in counts)) for name, counts in parts.table(context)]
    return _table("Requirements by standard and status", ("standard", *parts.COLUMNS), rows, "counts")


def _status(row: Row) -> str:
    """The sign and the word of a status."""
    return f'<span class="{_TONES[row.status]}"><b>{_SIGNS[row.status]} {_text(parts.status(row))}</b></span>'


def anchor(row: Row) -> str:
    """Where a requirement stands in the page."""
    return f"r-{fingerprint(row.requirement, row.product)[:20]}"


def _link(row: Row) -> str:
    return f'<a href="#{anchor(row)}">{_code(row.requirement)}</a>'


def _entry(pair: parts.Pair) -> str:
    """One requirement in one line."""
    row, found = pair
    why = wording.gist(found)
    said = f' <span class="dim">({_text(why)})</span>' if why else ""
    return f"{_status(row)} {_link(row)} {_text(found.title)}{said}"


def _waivers(context: Context, listed: Sequence[parts.Pair]) -> Iterator[str]:
    found = parts.exemptions(context, listed)
    if not found:
        yield "<p>None.</p>"
    for waiver in found:
        by = f"approved by {waiver.approved_by} on {waiver.approved_on}"
        yield f"<article><h3>{_code(waiver.id)} until {_text(waiver.until)} ({waiver.left:,} days left)</h3>"
        yield f'<p>{_text(waiver.because)} <span class="dim">({_text(by)})</span></p>'
        yield f"{_list(map(_entry, waiver.rows), '')}</article>"


def _unknowns(listed: Sequence[parts.Pair]) -> Iterator[str]:
    needs = parts.needs(listed)
    for need in needs:
        who = f", from {_text(' or '.join(need.detectors))}" if need.detectors else ""
        names = ", ".join(_link(row) for row, _ in need.waiting)
        yield f"{_code(need.fact)} ({_text(', '.join(need.reasons))}){who}: {names}"
    for row, found in parts.unsettled(listed, needs):
        yield f"{_link(row)}: {_text(wording.sentence(found) or 'no fact is named')}"


def _conflicts(context: Context, listed: Sequence[parts.Pair]) -> Iterator[str]:
    yield f"<p>{_text(parts.looked(context))}.</p>"
    found = [f"{_link(row)} {_prose(words)}" for (row, _), said in parts.conflicts(listed) for words in said]
    if found:
        yield _list(found, "")


def _judged(context: Context) -> list[str]:
    report = context.report
    artefacts = [
        (f"{kind} {_code(name)}", "<br>".join(f"{_text(n)} {_code(v)}" for n, v in digests))
        for kind, name, digests in parts.artefacts(context)
    ]
    documents = [(_code(i.name), _text(i.format), _code(i.sha256)) for i in report.inputs]
    rules = [(f"{_text(p.kind)} {_code(p.id)}<br>{_text(p.title)}", _text(p.edition), _code(p.sha256)) for p in report.policies]  # fmt: skip
    excluded = [f"{_code(e.requirement)}: {_text(e.because)}" for e in report.excluded]
    findings = [f"{f.severity} {_text(f.code)}: {_prose(f.message)}" for f in report.findings]
    return [
        *_table("What the attestation is about", ("subject", "digest"), artefacts),
        *_table("Documents read", ("document", "format", "sha256"), documents),
        *_table("Rules", ("rules", "edition", "sha256"), rules),
        *(["<h3>Excluded by the policy</h3>", _list(excluded, "")] if excluded else []),
        *(["<h3>Findings of the run</h3>", _list(findings, "")] if findings else []),
    ]


def _requirements(context: Context, listed: Sequence[parts.Pair]) -> Iterator[str]:
    several = len(context.report.products) > 1
    names = wording.product_names(context.report)
    for chapter in parts.chapters(context, listed):
        whose = f": {_text(names.get(chapter.product, chapter.product))}" if several else ""
        yield f'<section class="standard"><h3>{_text(chapter.name)}{whose}</h3>'
        for row, found in chapter.rows:
            yield from _requirement(row, found)
        yield "</section>"


def _requirement(row: Row, found: Result) -> Iterator[str]:
    """One requirement with its reasons and evidence."""
    yield f'<article id="{anchor(row)}" class="row" data-status="{row.status}">'
    yield f"<h4>{_status(row)} {_code(row.requirement)} {_text(found.title)}</h4>"
    yield f'<p class="dim">{_text(parts.weight(row))}; product {_code(row.product)}</p>'
    if found.reason:
        yield "<ul>"
        for reason in found.reason:
            yield from _reason(reason)
        yield "</ul>"
    yield '<dl class="dim">'
    yield from (f"<dt>{_text(label)}</dt><dd>{_prose(said)}</dd>" for label, said in parts.remarks(row, found))
    yield "</dl></article>"


def _reason(reason: Reason) -> Iterator[str]:
    """One line of the check with its evidence."""
    note = f": {_text(reason.note)}" if reason.note else ""
    yield f"<li>{_text(reason.line)}: {_text(parts.line(reason))}: {_code(reason.text)}{note}"
    yield from _elements(reason.elements, reason.elements_total)
    said = [*parts.values(reason), *parts.missing(reason)]
    if said:
        yield _list(map(_text, said), "")
    yield "</li>"


def _elements(elements: Sequence[Element], total: int) -> Iterator[str]:
    """Elements with their places, and those below them."""
    if not elements:
        return
    yield "<ul>"
    for element in elements:
        facts = wording.facts(element)
        yield f'<li>{_code(element.id)} <span class="dim">{_text(element.pointer)}</span> {_text(facts)}'
        yield from _elements(element.children, element.children_total)
        yield "</li>"
    if total > len(elements):
        yield f"<li>and {total - len(elements):,} more</li>"
    yield "</ul>"


def _proof(context: Context) -> list[str]:
    return [
        f"<p>{_text(parts.PROOF)}</p>",
        f"<pre><code>{_text(parts.VERIFY)}</code></pre>",
        f"<p>{_text(parts.PAGE)}</p>",
        *_table(
            "The attestation", ("what", "value"), [(_text(n), _code(v)) for n, v in parts.proofs(context)], "proof"
        ),
    ]


# --- reading -----------------------------------------------------------------------------------------------------------

_ELEMENTS = frozenset({
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "h4", "p", "span", "b", "a", "nav",
    "main", "section", "article", "ul", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "code", "pre", "br",
})  # fmt: skip
_ATTRIBUTES = frozenset({
    "lang", "charset", "name", "content", "http-equiv", "class", "aria-label", "aria-labelledby", "id", "href", "scope", "data-status",
})  # fmt: skip


_DOCTYPE = "<!DOCTYPE html>"
_TAG = re.compile(r"<[^<>]*>")
_OPEN = re.compile(r'<([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>')
_GIVEN = re.compile(r' ([a-z-]+)="([^"<>]*)"')


class _Page:
    """What a page holds: anchors, references, requirements with their status, and whatever has no place in it."""

    def __init__(self, text: str) -> None:
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.rows: Counter[tuple[str, str]] = Counter()
        self.strange: list[str] = []
        if not text.startswith(_DOCTYPE):
            self.strange.append(text[:20])
        tags = Counter(_TAG.findall(text.removeprefix(_DOCTYPE)))
        if tags.total() + 1 != text.count("<"):
            self.strange.append("<")
        for tag, count in tags.items():
            self._take(tag, count)

    def _take(self, tag: str, count: int) -> None:
        """Take note of a tag, and how often it is there."""
        if tag.startswith("</") and tag[2:-1] in _ELEMENTS:
            return
        found = _OPEN.fullmatch(tag)
        given = {name: unescape(value) for name, value in _GIVEN.findall(found[2])} if found else {}
        if found is None or found[1] not in _ELEMENTS or not given.keys() <= _ATTRIBUTES:
            self.strange.append(tag)
        if "id" in given:
            self.ids[given["id"]] += count
        if "href" in given:
            self.links.append(given["href"])
        if "data-status" in given:
            self.rows[given.get("id", ""), given["data-status"]] += count


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a page: requirements that are not there exactly once, references without end, anything that loads or runs."""
    try:
        text = document.decode()
    except UnicodeDecodeError:
        return ("this is no UTF-8",)
    return tuple(_wrong(text, _Page(text), context))


def _wrong(text: str, page: _Page, context: Context) -> Iterator[str]:
    yield from (f"`{name}` has no place in the page" for name in dict.fromkeys(page.strange))
    yield from (f"the anchor `{name}` is there twice" for name, count in page.ids.items() if count > 1)
    for link in dict.fromkeys(page.links):
        if not link.startswith("#") or link[1:] not in page.ids:
            yield f"the reference `{link}` leads nowhere"
    wanted: Counter[tuple[str, str]] = Counter((anchor(row), row.status) for row in context.rows)
    names = {anchor(row): row.requirement for row in context.rows}
    for key in sorted(wanted.keys() | page.rows.keys()):
        if wanted[key] != page.rows[key]:
            yield f"`{names.get(key[0], key[0])}` is there {page.rows[key]} times as {key[1]}, not {wanted[key]}"
    for label, value in parts.proofs(context):
        if f'<th scope="row">{_text(label)}</th><td>{_code(value)}</td>' not in text:
            yield f"the {label} is that of another attestation"
    if f">Gate: {context.report.summary.gate}. {_text(parts.answer(context))}.</p>" not in text:
        yield "the answer is that of another result"
