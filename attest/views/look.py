"""How all pages of the family look: comparisons, conflicts, the report of an attestation.

Guarantees: light and dark, no image, no script, nothing loaded; the colours are never the only sign.
"""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #57606a; --paper: #ffffff; --line: #d0d7de; --bad: #a40e26;
  --good: #116329; --wait: #7d4e00; --soft: #f6f8fa; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9da7b3; --paper: #0d1117; --line: #3d444d;
  --bad: #ff9a94; --good: #6fdd8b; --wait: #e3b341; --soft: #161b22; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--paper); overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; font-weight: 600; }
.answer { border-left: .4rem solid; padding: .5rem 1rem; background: var(--soft); font-weight: 600; }
.dim { color: var(--dim); } .bad { color: var(--bad); } .good { color: var(--good); } .wait { color: var(--wait); }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .925rem; }
caption { text-align: left; color: var(--dim); } th, td { border: 1px solid var(--line); padding: .3rem .6rem;
  text-align: left; vertical-align: top; } th { background: var(--soft); }
article { border: 1px solid var(--line); border-radius: .4rem; padding: .75rem 1rem; margin: .75rem 0; }
article p { margin: .25rem 0; } code { font: .9em ui-monospace, monospace; }
details { margin: 1.5rem 0; } summary { cursor: pointer; font-size: 1.15rem; font-weight: 600; }
a { color: inherit; } a:focus-visible, summary:focus-visible { outline: 3px solid var(--wait); outline-offset: 2px; }
@media print { details > * { display: block; } body { max-width: none; } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
