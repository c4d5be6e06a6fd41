"""An analysis as one static HTML page: readable without scripts, without a network, in light and dark, by screen readers.

Guarantees: every word of rules is escaped; nothing is loaded or run (a content policy forbids it, too); colour never stands
alone, a word says the same; the page's words are those of the other views, and every finding is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rulewright.attest.views.look import POLICY, STYLE
from rulewright.cli import conflicts_words as words
from rulewright.cli.text import clean, plural
from rulewright.engine.analysis.findings import Analysis, Family, Finding, Member, Note, Observation

MORE = """
.clauses { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; margin: .5rem 0; }
.clauses > div { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .75rem; background: var(--soft); }
.clauses p { margin: .25rem 0; } .clauses h4 { margin: 0; font-size: .95rem; }
blockquote { margin: .25rem 0; padding-left: .75rem; border-left: .25rem solid var(--line); }
article details { margin: .5rem 0; } article summary { font-size: 1rem; }
"""
TONE = {"contradiction": "bad", "tension": "wait", "right": "wait", "moot": "dim"}


def html(found: Analysis) -> str:
    """The page."""
    title = f"Conflicts: {words.title(found)}"
    answer = words.answer(found)
    tone = "bad" if found.summary["blocking"] else "good" if words.whole(found) else "wait"
    groups = words.grouped(found)
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        f"<title>{_text(title)}</title>",
        f"<style>{STYLE}{MORE}</style>",
        "</head>",
        "<body>",
        "<header>",
        f"<h1>{_text(title)}</h1>",
        f'<p class="dim">{_text(words.subject(found))}, {words.days(found)}</p>',
        f'<p class="answer {tone}">{_text(answer[:1].upper() + answer[1:])}.</p>',
        *(f'<p class="wait">{_text(gap[:1].upper() + gap[1:])}.</p>' for gap in words.gaps(found)),
        "</header>",
        *(_contents(groups) if groups else []),
        "<main>",
        *(line for family, findings in groups for line in _family(family, findings, found)),
        *(line for kind, observations in words.noted(found) for line in _notes(kind, observations)),
        "</main>",
        *_about(found),
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _text(said: str) -> str:
    """Words as text of the page."""
    return escape(clean(" ".join(said.split())))


def _marked(said: str) -> str:
    """A sentence: what stands between backticks in the face of rules."""
    parts = clean(said).split("`")
    return "".join(f"<code>{escape(part)}</code>" if n % 2 else escape(part) for n, part in enumerate(parts))


def _contents(groups: Sequence[tuple[Family, list[Finding]]]) -> list[str]:
    """The table of causes."""
    rows = [
        f'<tr><th scope="row"><a href="#{family.id}"><code>{_text(family.culprit)}</code></a></th>'
        f"<td>{_text(family.title)}</td><td>{len(findings):,}</td></tr>"
        for family, findings in groups
    ]
    head = "".join(f'<th scope="col">{name}</th>' for name in ("requirement", "title", "conflicts"))
    return [
        '<nav aria-label="Contents">',
        "<table>",
        "<caption>Causes: each conflict is counted once, under the requirement that most of them share</caption>",
        f"<thead><tr>{head}</tr></thead>",
        "<tbody>",
        *rows,
        "</tbody></table></nav>",
    ]


def _family(family: Family, findings: Sequence[Finding], found: Analysis) -> list[str]:
    facts = f'<p class="dim">About {_text(", ".join(family.facts))}</p>' if family.facts else ""
    head = f"{plural(len(findings), 'conflict')} around <code>{_text(family.culprit)}</code>"
    return [
        f'<section aria-labelledby="{family.id}">',
        f'<h2 id="{family.id}">{head}</h2>',
        f"<p>{_text(family.title)}</p>" if family.title else "",
        facts,
        *(line for finding in findings for line in _finding(finding, found)),
        "</section>",
    ]


def _finding(finding: Finding, found: Analysis) -> list[str]:
    """One conflict, the clauses side by side."""
    marks = "".join(f", {_text(mark)}" for mark in words.marks(finding))
    head = f'<span class="{TONE[finding.kind]}">{_text(words.headline(finding).capitalize())}</span>{marks}'
    lines = [
        f'<article id="{finding.id}">',
        f'<h3>{head} <span class="dim">{finding.id}</span></h3>',
        '<div class="clauses">',
        *(line for member in finding.members for line in _member(member, found)),
        "</div>",
        f"<p>When: {_marked(words.when(finding.context))}</p>",
        *(f"<p>{_marked(said)}</p>" for said in words.short_why(finding)),
    ]
    if finding.decided is not None:
        lines.append(f'<p class="good">Settled: {_marked(words.decided(finding.decided))}</p>')
    lines += ["<p>Ways out, the least regretted first:</p>", "<ol>"]
    lines += [f"<li>{_marked(words.way(repair))}</li>" for repair in finding.repairs]
    more = [*finding.why, *map(words.without, finding.members), *finding.precedence]
    lines += ["</ol>", "<details>", "<summary>The whole chain</summary>", "<ul>"]
    lines.append(f"<li>Wherever: <code>{_text(finding.region)}</code></li>")
    lines += [f"<li>{_marked(said)}</li>" for said in more]
    return [*lines, "</ul>", "</details>", "</article>"]


def _member(member: Member, found: Analysis) -> list[str]:
    """A clause, quoted, with its place."""
    reading = f"<p>May be read otherwise: {_text(member.reading)}</p>" if member.reading else ""
    return [
        "<div>",
        f"<h4><code>{_text(words.name(member, found))}</code></h4>",
        f'<p class="dim">{_text(", ".join(words.weight(member)))}</p>',
        f"<p>{_text(member.title)}</p>",
        *(f"<blockquote><code>{_text(line)}</code></blockquote>" for line in member.lines),
        reading,
        f"<details><summary>When it applies</summary><p><code>{_text(member.applies)}</code></p></details>",
        f'<p class="dim">{_text(words.clause(member))}, {_text(words.place(member))}</p>',
        "</div>",
    ]


def _notes(kind: Note, observations: Sequence[Observation]) -> list[str]:
    head = words.NOTES[kind].replace("`", "")
    return [
        "<details>",
        f"<summary>{_text(head[:1].upper() + head[1:])} ({len(observations):,})</summary>",
        "<ul>",
        *(
            f"<li>{_marked(observation.text)}"
            + (f'<br><span class="dim">{_text(words.example(observation))}</span>' if observation.witness else "")
            + "</li>"
            for observation in observations
        ),
        "</ul>",
        "</details>",
    ]


def _about(found: Analysis) -> list[str]:
    """What was analysed, with what background."""
    lines = ["<footer>", "<h2>What was analysed</h2>", "<ul>"]
    named = [policy for policy in found.policies if policy.kind != "vocabulary"]
    lines += [f"<li>{p.kind} <code>{_text(f'{p.id}@{p.edition}')}</code> {_text(p.title)}</li>" for p in named]
    lines += ["</ul>", "<details>", f"<summary>Background knowledge ({len(found.axioms):,})</summary>", "<ul>"]
    lines += [f"<li><code>{_text(axiom.id)}</code>: <code>{_text(axiom.text)}</code></li>" for axiom in found.axioms]
    lines += ["</ul>", "</details>"]
    if found.extent.unknowns:
        lines += ["<details>", f"<summary>Not looked into ({len(found.extent.unknowns):,})</summary>", "<ul>"]
        lines += [f"<li><code>{_text(u.owner)}</code>: {_text(u.text)}</li>" for u in found.extent.unknowns]
        lines += ["</ul>", "</details>"]
    return [*lines, f'<p class="dim">{_text(found.engine.name)} {_text(found.engine.version)}</p>', "</footer>"]
