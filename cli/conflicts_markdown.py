"""An analysis as Markdown: for a comment of continuous integration or a page: the answer, then each cause with its conflicts.

Guarantees: words of rules cannot become markup, links, mentions or rows; long lists are folded and cut below what forges
accept, and say so.  Renders as GitHub and GitLab Flavored Markdown.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.cli import conflicts_words as words
from rulewright.cli.formats.markdown import code, text
from rulewright.cli.text import plural
from rulewright.engine.analysis.findings import Analysis, Family, Finding, Member, Note, Observation

WHOLE, LISTED, NOTED = 40, 400, 100
"""So many findings are told whole, so many more with names only, so many observations of a kind."""


def markdown(found: Analysis) -> str:
    """The comment."""
    answer = words.answer(found)
    symbol = "❌" if found.summary["blocking"] else "✅" if words.whole(found) else "❔"
    about = f"**{code(words.title(found))}**, {text(words.subject(found))}, {words.days(found)}."
    lines = [f"## {symbol} {text(answer[:1].upper() + answer[1:])}", "", about, ""]
    lines += [f"> {text(gap[:1].upper() + gap[1:])}." for gap in words.gaps(found)]
    lines += [""] if words.gaps(found) else []
    left = WHOLE
    for family, findings in words.grouped(found):
        lines += _family(family, findings[: max(left, 0)], findings[max(left, 0) :], found)
        left -= len(findings)
    for kind, observations in words.noted(found):
        lines += _notes(kind, observations)
    return "\n".join(lines).rstrip() + "\n"


def _family(family: Family, whole: Sequence[Finding], rest: Sequence[Finding], found: Analysis) -> list[str]:
    """A cause and its conflicts."""
    count = plural(len(whole) + len(rest), "conflict")
    lines = [f"### {count} around {code(family.culprit)}", ""]
    if family.title:
        lines += [text(family.title), ""]
    for finding in whole:
        lines += _finding(finding, found)
    if rest:
        rows = [f"- {_names(finding, found)}" for finding in rest[:LISTED]]
        rows += [f"- … {len(rest) - LISTED:,} more"] if len(rest) > LISTED else []
        lines += _folded(f"{len(rest):,} more", rows)
    return lines


def _names(finding: Finding, found: Analysis) -> str:
    return " against ".join(code(words.name(member, found)) for member in finding.members)


def _finding(finding: Finding, found: Analysis) -> list[str]:
    """One conflict: both clauses, when, why, ways out."""
    marks = "".join(f", **{text(mark)}**" for mark in words.marks(finding))
    lines = [f"#### {text(words.headline(finding)).capitalize()}{marks} ({code(finding.id)})", ""]
    for member in finding.members:
        lines += _member(member, found)
    lines.append(f"- When: {marked(words.when(finding.context))}")
    lines += [f"- Why: {marked(said)}" for said in words.short_why(finding)]
    if finding.decided is not None:
        lines.append(f"- Settled: {marked(words.decided(finding.decided))}")
    lines.append("- Ways out:")
    lines += [f"  {repair.rank}. {marked(words.way(repair))}" for repair in finding.repairs]
    more = [f"- Wherever: {code(finding.region)}"]
    more += [f"- {marked(said)}" for said in finding.why]
    more += [f"- {marked(words.without(member))}" for member in finding.members]
    more += [f"- {marked(said)}" for said in finding.precedence]
    return [*lines, "", *_folded("The whole chain", more)]


def _member(member: Member, found: Analysis) -> list[str]:
    """A clause, quoted."""
    weight = ", ".join(words.weight(member))
    lines = [f"- {code(words.name(member, found))} ({text(weight)}) {text(member.title)}"]
    lines += [f"  - {code(' '.join(line.split()))}" for line in member.lines]
    if member.reading:
        lines.append(f"  - may be read otherwise: {text(member.reading)}")
    return lines


def marked(said: str) -> str:
    """A sentence: what stands between backticks as words of a rule, the rest as text."""
    parts = said.split("`")
    return "".join(code(part) if number % 2 else _spaced(part) for number, part in enumerate(parts))


def _spaced(part: str) -> str:
    """Text with the spaces at its ends kept."""
    inner = text(part)
    return f"{' ' if part[:1] == ' ' else ''}{inner}{' ' if part[-1:] == ' ' and part.strip() else ''}"


def _notes(kind: Note, observations: Sequence[Observation]) -> list[str]:
    rows = []
    for observation in observations[:NOTED]:
        rows.append(f"- {marked(observation.text)}")
        rows += [f"  - {text(words.example(observation))}"] if observation.witness else []
    rows += [f"- … {len(observations) - NOTED:,} more"] if len(observations) > NOTED else []
    return _folded(f"{words.NOTES[kind].replace('`', '')} ({len(observations):,})", rows)


def _folded(title: str, rows: Sequence[str]) -> list[str]:
    """A list that opens on a click."""
    head = title[:1].upper() + title[1:]
    return [f"<details><summary>{head}</summary>", "", *rows, "", "</details>", ""] if rows else []
