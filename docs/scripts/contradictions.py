"""The page of all contradictions and tensions among the shipped standards, in pairs.

Guarantees: every finding of the analyser stands on the page once, under its subject; clauses are quoted as the packs have
them; what was not looked at is said.  `make pages` writes it, a test holds it to the analyser.
What it does not do: judge whether a pack says what its source says (the page of each standard says how far it was verified).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from docs.scripts.standard_page import anchor, cell, plain, slug
from rulewright.cli import conflicts_words as words
from rulewright.cli.options import Request
from rulewright.cli.rule_sets import RuleSet, rule_set
from rulewright.cli.text import plural
from rulewright.engine.analysis.analyse import analyse
from rulewright.engine.analysis.findings import Analysis, Finding, Member
from rulewright.facts.declared_values import day as day_of
from rulewright.standards.book import Book, Edition

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/contradictions.md"
DAY = "2026-11-22"
"""The first day looked at: all later ones are, too."""
KINDS = frozenset({"contradiction", "tension", "right"})
SUBJECTS = (
    ("Known vulnerabilities and validated cryptography", r"\bvuln\."),
    ("Algorithms and modules of cryptography", r"\bcrypto\."),
    ("Encrypted connections", r"\btls\."),
    ("Passwords", r"\bauth\."),
    ("Reports to authorities", r"\breport\."),
    ("Access for diagnosis and repair", r"\bdiagnostic_|\biface\."),
    ("Updates", r"\bupdate\."),
    ("Logs and personal data", r"\blog\."),
    ("Bills of materials", r"\bdocument\b|\bsbom\."),
    ("Other subjects", ""),
)
"""Subjects with what shows them: the first that occurs in the lines and the reasons of a finding."""
HEAD = """# Contradictions among the standards
Generated from `standards/**/*.rw` by `make pages`; do not edit.

Which shipped standards ask for things that no product can do at the same time? {answer}

**Contradiction**: there is a product, by its markets, kind, claims and day, to which both clauses apply and which no design
can bring to meet both; both are obligations. **Tension**: the same, and one of the clauses only recommends. Where clauses
differ and one design meets both (the stricter one, say), there is no finding; nor where they never apply to the same product.

How to read it, and what it does not say:

- *When* is the smallest set of facts about the product under which the clauses meet; facts that it does not name are absent.
  Outside of such products the two standards may well get on.
- {requirements} requirements of {editions} editions of {standards} standards, laws and lists were looked at, for days from {day} on,
  and every pair of them ({units} demands; single requirements, too). Clashes that need three or more are not on this page:
  `rulewright conflicts --arity 3` looks for them.
- It compares clauses **as they are modelled here**, in our own words, for the most part from secondary texts: a finding is as
  good as the model of its two clauses. Lines in `this face` are the model. The page of each standard says how far it was
  verified. None of this is legal advice.
- Questions that only a person can answer are taken as open: a clause that asks nothing else clashes with none, so what the texts
  say of processes, of documents and of diligence is hardly compared.
- Some findings rest on background knowledge, such as what a protocol cannot do. It is named in the finding and listed
  [at the end](#background), and so are the facts about products.
- {unknowns}
- Nobody has decided any of these. A policy does so with `prefer … over … because "…"` ([how to](how-to.md#find-and-settle-contradictions)).

"""


@cache
def rules() -> RuleSet:
    """All shipped standards."""
    found = rule_set(Request("conflicts"), (), DAY)
    assert isinstance(found, RuleSet), "the shipped standards do not compile"
    return found


@cache
def found() -> Analysis:
    """The whole analysis."""
    return analyse(
        rules().programs, rules().vocabulary, as_of=day_of(DAY), arity=2, kinds=KINDS, recompile=rules().again
    )


@cache
def book() -> Book:
    """The standards, for links."""
    return Book(rules().programs)


def page() -> str:
    """The whole page."""
    grouped = {title: clashes for title, _ in SUBJECTS if (clashes := _clashes(title))}
    parts = [_head(), *_contents(grouped)]
    for title, clashes in grouped.items():
        parts.append(f"## {title}\n")
        for alike in clashes:
            parts += _clash(alike)
    return "\n".join([*parts, *_background()]) + "\n"


def subject(finding: Finding) -> str:
    """The subject of a finding."""
    lines = [line for member in finding.members for line in member.lines]
    text = " ".join([*lines, *words.short_why(finding)])
    return next(title for title, shown in SUBJECTS if re.search(shown, text))


def _clashes(title: str) -> list[list[Finding]]:
    """The findings of a subject, those together in which the same lines clash for the same reason."""
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for finding in found().findings:
        if subject(finding) == title:
            key = (finding.kind, finding.axioms, *sorted(member.lines for member in finding.members))
            alike.setdefault(key, []).append(finding)
    return list(alike.values())


def _head() -> str:
    extent, summary = found().extent, found().summary
    kinds = [("contradiction", "contradiction"), ("tension", "tension"), ("right", "freedom that cannot be had")]
    counted = [plural(summary[kind], word) for kind, word in kinds if summary[kind]]
    clashes = sum(len(_clashes(title)) for title, _ in SUBJECTS)
    assert extent.complete_up_to == extent.arity == 2, "the page claims that every pair was looked at"
    assert not extent.left
    missing = "; ".join(f"`{unknown.owner}`: {unknown.text}" for unknown in extent.unknowns)
    editions = book().all()
    return HEAD.format(
        answer=f"{' and '.join(counted)}, in {plural(clashes, 'clash', 'clashes')} of the same lines.",
        requirements=f"{extent.requirements:,}",
        units=f"{extent.units:,}",
        editions=len(editions),
        standards=len(book().ids),
        day=DAY,
        unknowns=f"Not looked into in full: {missing}." if missing else "No place had to be left out.",
    )


def _contents(grouped: dict[str, list[list[Finding]]]) -> Iterator[str]:
    """The table of subjects."""
    yield "| subject | contradictions | tensions | between |"
    yield "|---|---|---|---|"
    for title, clashes in grouped.items():
        findings = [finding for alike in clashes for finding in alike]
        counts = [sum(f.kind == "contradiction" for f in findings), sum(f.kind != "contradiction" for f in findings)]
        names = sorted({f"`{member.standard}`" for f in findings for member in f.members})
        fragment = re.sub(r"[^a-z]+", "-", title.lower())
        yield f"| [{title}](#{fragment}) | {counts[0] or ''} | {counts[1] or ''} | {', '.join(names)} |"
    yield ""


def _clash(alike: Sequence[Finding]) -> Iterator[str]:
    """One clash: both clauses side by side, when, why, ways out, and who clashes likewise."""
    first = alike[0]
    one = len(first.members) == 1
    names = " and ".join(plain(words.name(member, found())) for member in first.members)
    yield f"### {names}{' against what is known' if one else ''}{f', and {len(alike) - 1} alike' if len(alike) > 1 else ''}\n"
    columns = [_member(member) for member in first.members]
    for number, row in enumerate(zip(*columns, strict=True)):
        yield f"| {' | '.join(row)} |" + (f"\n|{'---|' * len(row)}" if not number else "")
    yield ""
    kind = {"contradiction": "Contradiction", "tension": "Tension", "right": "Freedom that cannot be had"}[first.kind]
    marks = "".join(f", {mark}" for mark in words.marks(first))
    yield f"**{kind}{marks}** when {plain_but_code(words.when(first.context))}.\n"
    yield " ".join(plain_but_code(said) for said in words.short_why(first)) + "\n"
    if first.decided is not None:
        yield f"Settled: {plain_but_code(words.decided(first.decided))}.\n"
    if first.precedence:
        yield f"By rank: {'; '.join(map(plain_but_code, first.precedence))}.\n"
    yield "Ways out, the least regretted first:\n"
    yield from (f"{repair.rank}. {plain_but_code(words.way(repair))}" for repair in first.repairs)
    yield ""
    if len(alike) > 1:
        yield from _likewise(alike)


def _likewise(alike: Sequence[Finding]) -> Iterator[str]:
    """The other findings with the same lines."""
    shared = [m.requirement for m in alike[0].members if all(_in(m, finding) for finding in alike)]
    against = f" against {', '.join(f'`{name}`' for name in shared)}" if shared else ""
    yield f"The same lines clash{against}:\n"
    yield "| clause | | when |"
    yield "|---|---|---|"
    for finding in alike[1:]:
        others = [member for member in finding.members if member.requirement not in shared]
        named = ", ".join(f"{_link(member)} ({', '.join(words.weight(member))})" for member in others)
        titles = "; ".join(cell(member.title) for member in others)
        yield f"| {named} | {titles} | {_row(words.when(finding.context))} |"
    yield ""


def _in(member: Member, finding: Finding) -> bool:
    return any(member.requirement == other.requirement and member.edition == other.edition for other in finding.members)


def _member(member: Member) -> tuple[str, ...]:
    """A clause as a column: name, source, weight, title, lines."""
    lines = "<br>".join(_row(f"`{' '.join(line.split())}`") for line in member.lines)
    reading = f" May be read otherwise: {cell(member.reading)}" if member.reading else ""
    title = _edition(member).info.title.partition(":")[0]
    source = cell(title + (f", {member.clause}" if member.clause else ""))
    return (_link(member), source, ", ".join(words.weight(member)), f"{cell(member.title)}{reading}", lines)


def _edition(member: Member) -> Edition:
    """The edition that a clause is of."""
    return next(e for e in book().editions(member.standard) if e.info.edition == member.edition)


def _link(member: Member) -> str:
    """A clause, with a link to the page of its standard."""
    name = member.requirement.partition(":")[2]
    return f"[{cell(words.name(member, found()))}](standards/{slug(_edition(member))}#{anchor(name)})"


def plain_but_code(said: str) -> str:
    """A sentence: what stands between backticks as code, the rest without marks."""
    return "`".join(part if number % 2 else plain_edges(part) for number, part in enumerate(said.split("`")))


def plain_edges(part: str) -> str:
    """Text without marks, its outer spaces kept."""
    inner = plain(part)
    return f"{' ' if part[:1] == ' ' else ''}{inner}{' ' if part[-1:] == ' ' and part.strip() else ''}"


def _row(said: str) -> str:
    """A sentence for a cell."""
    return plain_but_code(said).replace("|", "\\|")


def _background() -> Iterator[str]:
    """The axioms that findings rest on."""
    used = sorted({name for finding in found().findings for name in finding.axioms})
    texts = {axiom.id: axiom.text for axiom in found().axioms}
    yield "## Background\n"
    yield f"{plural(len(used), 'axiom')} of {len(texts)} that findings above rest on; [the vocabulary](reference/vocabulary.md) has why.\n"
    yield "| axiom | says |"
    yield "|---|---|"
    yield from (f"| `{name}` | {_row(f'`{texts[name]}`')} |" for name in used)
    yield "\n## Facts about the product\n"
    yield "Those that findings above name as part of the product's context; nobody chooses them for a design.\n"
    yield "| fact | means |"
    yield "|---|---|"
    named = sorted(
        {
            fact.fact
            for finding in found().findings
            for fact in finding.context
            if not fact.question and fact.value != "{}"
        }
    )
    declared = rules().vocabulary.attributes
    yield from (f"| `{name}` | {cell(declared[name].doc)} |" for name in named if name in declared)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")
