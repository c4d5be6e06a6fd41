"""A comparison as one static HTML page: readable without scripts, without a network, in light and dark, by screen readers.

Guarantees: every word of documents and policies is escaped; nothing is loaded or run (a content policy forbids it, too);
colour never stands alone, a word says the same; the page's text is that of the other views.
"""

from __future__ import annotations

from html import escape

from rulewright.attest.views.look import POLICY, STYLE
from rulewright.cli import compare_words as words
from rulewright.cli.text import clean, plural
from rulewright.engine.comparison import Comparison, FactChange, Item, Kind

TONE = {"fail": "bad", "error": "bad", "unknown": "wait", "pass": "good"}


def html(found: Comparison) -> str:
    """The page."""
    title = f"Comparison: {words.title(found)}"
    tone = "bad" if found.opens else "good"
    answer = words.answer(found)
    groups = words.groups(found)
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        f"<title>{_text(title)}</title>",
        f"<style>{STYLE}</style>",
        "</head>",
        "<body>",
        "<header>",
        f"<h1>{_text(title)}</h1>",
        f'<p class="dim">{_text(words.days(found))}</p>',
        f'<p class="answer {tone}">Gate: {found.gate}. {_text(answer[:1].upper() + answer[1:])}.</p>',
        "</header>",
        *(_counts(found) if groups else []),
        "<main>",
        *(line for kind, items in groups for line in _section(kind, items, several=len(found.pairs) > 1)),
        *([] if groups else ["<p>No difference, and nothing is open.</p>"]),
        "</main>",
        *_about(found),
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _text(said: str) -> str:
    """Words as text of the page."""
    return escape(clean(" ".join(said.split())))


def _counts(found: Comparison) -> list[str]:
    """The table of contents: how many of each kind."""
    rows = [
        f'<tr><th scope="row"><a href="#{c.kind}">{words.HEADS[c.kind]}</a></th><td>{c.count:,}</td></tr>'
        for c in found.counts
        if c.count
    ]
    blocking = f"{found.old.blocking:,} blocked before, {found.new.blocking:,} now"
    return [
        '<nav aria-label="Contents">',
        "<table>",
        f"<caption>Requirements; {blocking}</caption>",
        '<thead><tr><th scope="col">what became of them</th><th scope="col">requirements</th></tr></thead>',
        "<tbody>",
        *rows,
        "</tbody></table></nav>",
    ]


def _section(kind: Kind, items: list[Item], *, several: bool) -> list[str]:
    """One kind; what does not ask for attention is folded."""
    head = f"{words.HEADS[kind].capitalize()} ({len(items):,})"
    body = [line for item in items for line in _item(item, several=several)]
    if kind in words.ATTENTION:
        return [f'<section aria-labelledby="{kind}">', f'<h2 id="{kind}">{head}</h2>', *body, "</section>"]
    return [f'<details id="{kind}">', f"<summary>{head}</summary>", *body, "</details>"]


def _item(item: Item, *, several: bool) -> list[str]:
    """One requirement."""
    tone = TONE.get(item.new or item.old or "", "dim")
    weight = f"{item.level}, {item.severity}" + (", blocks" if item.blocks else "")
    verdict = f'<span class="{tone}">{_text(words.verdicts(item))}</span>'
    whose = f"; {_text(item.product)}" if several else ""
    lines = [
        "<article>",
        f"<h3><code>{_text(words.clause(item))}</code> {_text(item.title)}</h3>",
        f'<p>{verdict} <span class="dim">({_text(weight)}{whose})</span></p>',
        *_facts(item),
    ]
    told = [*words.elements(item), words.age(item), words.waiver(item), item.why]
    wanted = words.wanting(item)
    told += [f"needs {wanted}"] if wanted else []
    told += [f"do: {item.fix}"] if item.fix and item.new not in {"pass", "not_applicable", None} else []
    return [*lines, *(f"<p>{_text(said)}</p>" for said in told if said), "</article>"]


def _facts(item: Item) -> list[str]:
    """The facts that changed, with their places."""
    if not item.facts:
        return []
    more = item.facts_total - len(item.facts)
    caption = "Facts that changed" + (f"; {plural(more, 'more fact')} not listed" if more else "")
    return [
        "<table>",
        f"<caption>{caption}</caption>",
        '<thead><tr><th scope="col">fact</th><th scope="col">old</th><th scope="col">new</th></tr></thead>',
        "<tbody>",
        *map(_fact, item.facts),
        "</tbody></table>",
    ]


def _fact(change: FactChange) -> str:
    """One row: the fact, and each side with its place."""
    whose = f"{_text(change.element)}<br>" if change.element else ""
    cells = []
    for seen in (change.old, change.new):
        where = words.place(seen)
        told = f'<br><span class="dim">{_text(where)}</span>' if where else ""
        cells.append(f"<td><code>{_text(words.value(seen, change.fact))}</code>{told}</td>")
    return f'<tr><th scope="row">{whose}<code>{_text(words.name(change.fact))}</code></th>{"".join(cells)}</tr>'


def _about(found: Comparison) -> list[str]:
    """What was compared, and what makes it less comparable."""
    lines = ["<footer>", "<h2>What was compared</h2>", "<ul>"]
    for which, side in (("Old", found.old), ("New", found.new)):
        rules = ", ".join(f"{p.id} {p.edition}".strip() for p in side.policies)
        engine = f"{side.engine.name} {side.engine.version}"
        lines.append(f"<li>{which}: as of {side.as_of[:10]}, {_text(rules)}, by {_text(engine)}</li>")
    lines += [f"<li>Note: {_text(note)}.</li>" for note in found.notes]
    return [*lines, "</ul>", "</footer>"]
