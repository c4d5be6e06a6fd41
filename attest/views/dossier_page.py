"""A document for an authority as one page, ready for A4 paper: a banner, the elements for each product, what identifies the attestation.

Guarantees: the banner says that it is a draft and declares nothing; every element is there for each product with at least one entry;
gaps have a place to write; every word from outside is escaped, nothing is loaded or run; a word says what a colour says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from html import escape, unescape
from types import MappingProxyType

import msgspec

from rulewright.attest.views import report_parts, told
from rulewright.attest.views.context import Context
from rulewright.attest.views.dossier import Element, Entry, Gap, Judged, Known, Stated, place, products, reason, tally
from rulewright.attest.views.look import POLICY, STYLE
from rulewright.attest.views.report_html_style import MORE, running
from rulewright.attest.views.sarif_parts import fingerprint
from rulewright.attest.views.visible import flowing

TONES = {
    "pass": ("good", "✓"),
    "fail": ("bad", "✗"),
    "waived": ("wait", "~"),
    "unknown": ("wait", "?"),
    "error": ("bad", "!"),
    "not_applicable": ("dim", "–"),
}
PLACES = 5
"""So many places of evidence are told of a requirement; the report has all."""
_MORE = """
.draft { border: .2rem solid var(--bad); padding: .5rem 1rem; font-weight: 600; } ul.entries { list-style: none; padding-left: 0; }
ul.entries > li { margin: .3rem 0; } li.gap { border: 1px dashed var(--wait); padding: .3rem .6rem; }
li.gap .line { display: block; border-bottom: 1px solid var(--line); height: 1.6rem; } article.element { break-inside: auto; }
@media print { .draft { border-width: 3px; } li.gap { border-color: #000; } li { break-inside: avoid; } }
"""
_BLOCKS = frozenset({
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "span", "b", "main", "section", "article", "ul",
    "li", "table", "caption", "tbody", "tr", "th", "td", "code",
})  # fmt: skip
_GIVEN = frozenset({
    "lang", "charset", "name", "content", "http-equiv", "class", "id", "scope", "data-row", "data-status",
})  # fmt: skip


class Dossier(msgspec.Struct, frozen=True):
    """A document: its title, the sentence of its banner, what its wording rests on, and the elements of each product."""

    title: str
    banner: str
    basis: str
    parts: tuple[tuple[Known, tuple[Element, ...]], ...]


def gaps(dossier: Dossier) -> int:
    """How many gaps a document has."""
    return sum(isinstance(entry, Gap) for _, listed in dossier.parts for item in listed for entry in item.entries)


def anchor(product: int, number: str) -> str:
    """Where an element of a product stands; products are counted in the order of their ids."""
    return f"p{product}-{''.join(sign for sign in number if sign.isalnum())}"


def render(context: Context, dossier: Dossier) -> bytes:
    """The page."""
    lines = _head(context, dossier)
    for count, (known, elements) in enumerate(dossier.parts, 1):
        lines += _part(count, known, elements)
    lines += [*_proof(context), "</main>", "</body>", "</html>"]
    return ("\n".join(lines) + "\n").encode()


def _head(context: Context, dossier: Dossier) -> list[str]:
    """Everything before the first product."""
    head = f"{dossier.title}: {report_parts.title(context)}"
    return [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        f"<title>{_text(head)}</title>",
        f"<style>{STYLE}{MORE}{_MORE}{running(head, context.report.as_of[:10], context.results.tree)}</style>",
        "</head>",
        "<body>",
        "<header>",
        f"<h1>{_text(dossier.title)}</h1>",
        f'<p class="draft">{_text(dossier.banner)}</p>',
        f"<p>{_text(_counted(dossier))} Lines in dashed boxes are gaps.</p>",
        f'<p class="dim">{_text(report_parts.days(context))}. {_text(dossier.basis)}</p>',
        "</header>",
        "<main>",
    ]


def _counted(dossier: Dossier) -> str:
    found = gaps(dossier)
    return f"{found:,} gap{'' if found == 1 else 's'} to fill."


def _text(said: str) -> str:
    return escape(flowing(said))


def _part(count: int, known: Known, elements: tuple[Element, ...]) -> Iterator[str]:
    """One product."""
    yield f'<section class="product"><h2>{_text(told.called((known.id, known.name, known.version)))}</h2>'
    yield f'<p class="dim">Requirements judged: {_text(tally(known.rows.values()))}.</p>'
    for element in elements:
        yield f'<article class="element" id="{anchor(count, element.number)}">'
        yield f"<h3>{_text(element.number)} {_text(element.title)}</h3>"
        yield '<ul class="entries">'
        yield from map(_entry, element.entries)
        yield "</ul></article>"
    yield "</section>"


def _entry(entry: Entry) -> str:
    match entry:
        case Stated(label, value, fact, origin):
            name = f"<code>{_text(fact)}</code>, " if fact else ""
            return f'<li class="stated">{_text(label)}: <b>{_text(value)}</b> <span class="dim">({name}{_text(origin)})</span></li>'
        case Gap(label, fact, why):
            name = f" <code>{_text(fact)}</code>" if fact else ""
            return f'<li class="gap"><b>GAP</b> {_text(label)}:{name} {_text(why)}<span class="line"></span></li>'
        case Judged(item, proof):
            tone, sign = TONES[item.row.status]
            word = f'<span class="{tone}"><b>{sign} {_text(report_parts.status(item.row))}</b></span>'
            where = f' <span class="dim">{_text(_places(item))}</span>' if proof else ""
            why = f' <span class="dim">({_text(reason(item))})</span>'
            return (
                f'<li class="row" data-row="{fingerprint(item.row.requirement, item.row.product)}" data-status="{item.row.status}">'
                f"{word} <code>{_text(item.row.requirement)}</code> {_text(item.result.title)}{'' if proof else why}{where}</li>"
            )


def _places(item: told.Told) -> str:
    """Where the evidence of a requirement stands."""
    found = dict.fromkeys(place(e.source, e.pointer) for e in told.evidence(item.result) if e.source or e.pointer)
    if not found:
        return "evidence: no document"
    more = f", and {len(found) - PLACES:,} more" if len(found) > PLACES else ""
    return f"evidence: {', '.join([*found][:PLACES])}{more}"


def _proof(context: Context) -> list[str]:
    rows = [
        f'<tr><th scope="row">{_text(label)}</th><td><code>{_text(value)}</code></td></tr>'
        for label, value in report_parts.proofs(context)
    ]
    return [
        '<section><h2>The attestation that this draft cites</h2><table class="proof"><caption>What it is identified by</caption>',
        "<tbody>",
        *rows,
        "</tbody></table></section>",
    ]


# --- reading -----------------------------------------------------------------------------------------------------------


_DOCTYPE = "<!DOCTYPE html>"
_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>|([^<]+)')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"<>]*)"')


class _Page:
    """What a page holds: elements with their entries by kind, rows with their status and words, what has no place in it."""

    def __init__(self, text: str) -> None:
        self.ids: Counter[str] = Counter()
        self.strange: list[str] = []
        self.rows: list[tuple[str, str, str, str]] = []
        self.kinds: Counter[tuple[str, str]] = Counter()
        self._element = ""
        self._row: tuple[str, str] | None = None
        self._words: list[str] = []
        body, end = text.removeprefix(_DOCTYPE), 0
        for found in _TOKEN.finditer(body):
            if found.start() != end:
                self.strange.append(body[end : end + 20])
            end = found.end()
            self._take(*found.groups(""))
        if end != len(body):
            self.strange.append(body[end : end + 20])

    def _take(self, closing: str, tag: str, attributes: str, words: str) -> None:
        """Take note of a tag or of words."""
        if words:
            self._words.append(words)
        elif closing:
            self._close(tag)
        else:
            self._open(tag, dict(_ATTRIBUTE.findall(attributes)))
        if tag and tag not in _BLOCKS:
            self.strange.append(tag)

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if not given.keys() <= _GIVEN:
            self.strange.append(f"{tag} {' '.join(given)}")
        if "id" in given:
            self.ids[given["id"]] += 1
        if tag == "article":
            self._element = given.get("id", "")
        if tag == "li":
            self.kinds[self._element, given.get("class", "")] += 1
            self._row = (given["data-row"], given.get("data-status", "")) if "data-row" in given else None
            self._words = []

    def _close(self, tag: str) -> None:
        if tag == "li" and self._row is not None:
            self.rows.append((self._element, *self._row, unescape("".join(self._words))))
            self._row = None
        if tag == "article":
            self._element = ""


def problems(
    document: bytes,
    context: Context,
    dossier: Dossier,
    numbers: tuple[str, ...],
    places: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Iterator[str]:
    """What is wrong with a page: elements that are not there once and filled, statuses, gaps, another attestation, markup.

    `numbers` are the elements that there must be; `places` says which requirements of the result must stand in which of them, once.
    """
    try:
        text = document.decode()
    except UnicodeDecodeError:
        yield "this is no UTF-8"
        return
    page = _Page(text)
    yield from (f"`{name}` has no place in the page" for name in dict.fromkeys(page.strange))
    yield from _elements(page, dossier, numbers)
    yield from _rows(page, context)
    yield from _placed(page, context, places)
    yield from _frame(text, page, context, dossier)


def _elements(page: _Page, dossier: Dossier, numbers: tuple[str, ...]) -> Iterator[str]:
    kinds = {Stated: "stated", Gap: "gap", Judged: "row"}
    for count, (_, elements) in enumerate(dossier.parts, 1):
        expected = {element.number: Counter(kinds[type(entry)] for entry in element.entries) for element in elements}
        for number in numbers:
            name = anchor(count, number)
            found = {kind: page.kinds[name, kind] for kind in kinds.values() if page.kinds[name, kind]}
            if page.ids[name] != 1:
                yield f"the element {number} is there {page.ids[name]} times for product {count}"
            elif not found:
                yield f"the element {number} is neither filled nor a gap for product {count}"
            elif found != dict(expected.get(number, {})):
                yield f"the element {number} has not the entries that the facts give for product {count}"


def _rows(page: _Page, context: Context) -> Iterator[str]:
    """Statuses, as attributes and as words."""
    known = {fingerprint(row.requirement, row.product): row for row in context.rows}
    for _, name, status, words in page.rows:
        row = known.get(name)
        if row is None:
            yield f"`{name}` is no requirement of the result"
        elif status != row.status or not words.startswith(f"{TONES[row.status][1]} {report_parts.status(row)} "):
            yield f"`{row.requirement}` is shown as {status or words[:20]}, not {row.status}"


def _placed(page: _Page, context: Context, places: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Requirements that do not stand once where they must."""
    counted = Counter((element.partition("-")[2], name) for element, name, _, _ in page.rows)
    for number, wanted in places.items():
        for row in context.rows:
            found = counted[anchor(0, number).partition("-")[2], fingerprint(row.requirement, row.product)]
            if row.requirement in wanted and found != 1:
                yield f"`{row.requirement}` is there {found} times in point {number}"


def _frame(text: str, page: _Page, context: Context, dossier: Dossier) -> Iterator[str]:
    yield from (f"the anchor `{name}` is there twice" for name, count in page.ids.items() if count > 1)
    if not text.startswith("\n".join([*_head(context, dossier), ""])):
        yield "the head of the page, its banner or the number of gaps is another"
    if text.count("<style") != 1:
        yield "the page has another look"
    for label, value in report_parts.proofs(context):
        if f'<th scope="row">{_text(label)}</th><td><code>{_text(value)}</code></td>' not in text:
            yield f"the {label} is that of another attestation"
    if len(dossier.parts) != len(products(context)):
        yield "a product is left out"
