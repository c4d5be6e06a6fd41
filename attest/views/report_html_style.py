"""What the look of the report has beyond that of its family: badges, evidence lists, and A4 paper.

Guarantees: on paper the text is black on white whatever the screen prefers, each page has a running header and its number, a heading
stays with what follows, a row of a table is not cut.  Words from outside get into the style as escapes only.
"""

from __future__ import annotations

import re

from rulewright.attest.views.visible import flowing

MORE = """
h3 { margin: 1.25rem 0 .25rem; } h4 { font-size: 1rem; margin: 0; font-weight: 600; }
nav ul { columns: 2; padding-left: 1.25rem; } article.row { padding: .6rem .9rem; }
article ul { margin: .25rem 0; padding-left: 1.25rem; } article h3 { margin: 0; }
dl { margin: .25rem 0 0; display: grid; grid-template-columns: max-content 1fr; gap: 0 .75rem; font-size: .9rem; }
dt { font-weight: 600; } dd { margin: 0; } pre { background: var(--soft); padding: .5rem .75rem; white-space: pre-wrap; }
table.counts td { text-align: right; font-variant-numeric: tabular-nums; } table.counts thead th:not(:first-child) { text-align: right; }
table.counts td, table.counts thead th { white-space: nowrap; overflow-wrap: normal; }
thead th { overflow-wrap: normal; } table.proof { table-layout: fixed; } table.proof th:first-child { width: 14rem; }
@media print {
  :root { color-scheme: light; --ink: #000; --dim: #333; --paper: #fff; --line: #888; --bad: #000; --good: #000; --wait: #000;
    --soft: #fff; }
  html { font-size: 9pt; } body { padding: 0; line-height: 1.35; } nav { display: none; }
  h1, h2, h3, h4, caption, thead { break-after: avoid; } tr, dl, h4 { break-inside: avoid; }
  article { border-radius: 0; padding: .4rem .6rem; } article.row > p, article.row > ul { orphans: 3; widows: 3; }
  h4 + p { break-before: avoid; break-after: avoid; } #requirements, #verify { break-before: page; } a { text-decoration: none; }
  .standard + .standard > h3 { margin-top: 2rem; } .answer { border: 2px solid #000; }
}
@page { size: A4; margin: 20mm 16mm 18mm; font: 8pt system-ui, sans-serif; }
"""


def running(title: str, day: str, tree: str) -> str:
    """What stands at the head and foot of every page: what it is, as of when, of which attestation, the number."""
    return (
        f'@page {{ @top-left {{ content: "{_string(title)}" }} @top-right {{ content: "as of {_string(day)}" }}\n'
        f'  @bottom-left {{ content: "tree {_string(tree[:32])}" }}\n'
        '  @bottom-right { content: "page " counter(page) " of " counter(pages) } }\n'
    )


def _string(text: str) -> str:
    """Words as the inside of a CSS string: whatever is not a plain letter, digit or blank is an escape."""
    short = flowing(text)
    short = short if len(short) <= 80 else short[:79] + "…"  # what fits into a line
    return re.sub(r"[^A-Za-z0-9 ]", lambda found: f"\\{ord(found[0]):x} ", short)
