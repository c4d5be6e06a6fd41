"""The page of one edition of a standard: what it is, and a section for each requirement.

Guarantees: a page says what the compiled requirement says, its check in the rule's own words; every requirement has an
anchor of its own.  What it does not do: judge whether the paraphrase is right; how far it was verified stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rulewright.dsl import ir
from rulewright.engine.phrases import phrase
from rulewright.engine.words import date_text
from rulewright.standards.book import Book, Edition
from rulewright.standards.deciding import How, decided, needed, questions
from rulewright.standards.references import incoming

WORDS: dict[How, str] = {"machine": "by machine", "partly": "partly by machine", "manual": "by a person"}
TRUE = ir.Const(value=True)


def slug(edition: Edition) -> str:
    """Return the file name of an edition's page."""
    return re.sub(r"[^a-z0-9]+", "-", f"{edition.info.id}-{edition.info.edition}".lower()) + ".md"


def anchor(name: str) -> str:
    """Return the anchor of a requirement or an objective on its page."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", name)


def cell(text: str) -> str:
    """Return a text as a table cell."""
    return plain(text).replace("|", "\\|")


def plain(text: str) -> str:
    """Return a text without what Markdown and HTML would read as marks."""
    return re.sub(r"([*_<\[\]`])", r"\\\1", " ".join(text.split()))


def sentence(text: str) -> str:
    """Return a text with a full stop."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def link(edition: Edition, name: str, *, here: Edition | None = None) -> str:
    """Return a link to a requirement."""
    page = "" if here is not None and slug(here) == slug(edition) else slug(edition)
    label = name if page == "" else f"{edition.info.id} {name}"
    return f"[{plain(label)}]({page}#{anchor(name)})"


def to_objectives(names: Iterable[str], book: Book) -> str:
    """Return links to objectives."""
    return ", ".join(f"[{book.titles([name])[0]}](objectives.md#{anchor(name)}) (`{name}`)" for name in names)


def page(edition: Edition, book: Book) -> str:
    """Return the page of one edition."""
    rows = ["| id | clause | level | requirement | decided |", "|---|---|---|---|---|"]
    for name, r in edition.requirements.items():
        row = [link(edition, name, here=edition), cell(r.clause), r.level, cell(r.title), decided(r, edition)]
        rows.append(f"| {' | '.join(row)} |")
    sections = (_section(name, r, edition, book) for name, r in edition.requirements.items())
    return "\n".join([*_head(edition, book), "## Requirements", *rows, "", *sections])


def _head(edition: Edition, book: Book) -> Iterator[str]:
    info = edition.info
    others = [e for e in book.editions(info.id) if e.info.edition != info.edition]
    yield f"# {plain(info.title)}" + (f", edition {info.edition}" if others else "")
    yield ""
    yield f"`{edition.name}`, {plain(info.publisher)}. {plain(sentence(info.license))}"
    yield ""
    yield f"- force: {info.force}; jurisdiction: {info.jurisdiction}; in force: {in_force(edition)}"
    kinds = [decided(r, edition) for r in edition.requirements.values()]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in WORDS)
    yield f"- requirements: {len(kinds)}, decided: {counts} ([what that means](coverage.md))"
    scopes = {phrase(r.scope) for r in edition.requirements.values()} - {"always"}
    yield from (f"- applies to a product when: `{scope}`" for scope in sorted(scopes))
    yield f"- how far the texts were verified: {plain(sentence(info.source))}"
    yield from (f"- other edition: [{e.info.edition}]({slug(e)})" for e in others)
    yield ""


def in_force(edition: Edition) -> str:
    """Return the days on which an edition is in force."""
    starts = [date_text(day) for day in edition.starts]
    until = f" until {date_text(edition.until)}" if edition.until is not None else ""
    return (f"from {', '.join(starts)}" if starts else "no date in the pack") + until


def _section(name: str, requirement: ir.Requirement, edition: Edition, book: Book) -> str:
    """Return the section of one requirement."""
    lines = [f"## {plain(name)}: {plain(requirement.title)} {{: #{anchor(name)} }}"]
    severity = f"severity: {requirement.severity}"
    lines.append(f"- clause: {plain(requirement.clause)}; level: **{requirement.level}**; {severity}")
    lines += _when(requirement, edition)
    lines.append(f"- decided {WORDS[decided(requirement, edition)]}: {_needs(requirement, edition)}")
    if requirement.objective:
        lines.append(f"- objective: {to_objectives(requirement.objective, book)}")
    lines += _references(requirement, book)
    lines += ["", "What is checked:", "", *(f"    {line}" for line in _check(requirement)), ""]
    lines += [f"{number}. {plain(text)}" for number, text in enumerate(questions(requirement, edition), 1)]
    fix = f"What to do ({requirement.effort}): {plain(sentence(requirement.fix))}" if requirement.fix else ""
    lines += ["", fix, "", plain(requirement.note), ""]
    if requirement.source != edition.info.source:
        lines += [f"How far this text was verified: {plain(sentence(requirement.source))}", ""]
    return "\n".join(lines)


def _when(requirement: ir.Requirement, edition: Edition) -> Iterator[str]:
    """Yield the condition in words and as a rule, and the days that differ from those of the others."""
    if requirement.condition:
        yield f"- condition of the original: {plain(requirement.condition)}"
    if requirement.applies_text:
        text = " ".join(requirement.applies_text.split())
        meaning = f", which is `{phrase(requirement.applies)}`" if "()" in text else ""
        yield f"- applies when: `{text}`{meaning}"
    if len(edition.starts) > 1 and requirement.valid_from is not None:
        yield f"- in force from {date_text(requirement.valid_from)}"


def _needs(requirement: ir.Requirement, edition: Edition) -> str:
    """Return the facts that a check reads, each with who could supply it."""
    facts = [fact for fact in needed(requirement, edition) if not fact.fact.startswith("answer:")]
    found = [f"`{fact.fact}` ({', '.join(fact.detectors) or 'declared'})" for fact in facts]
    asked = len(questions(requirement, edition))
    if asked:
        found.append("an answer" if asked == 1 else f"{asked} answers")
    return ", ".join(found)


def _check(requirement: ir.Requirement) -> Iterator[str]:
    """Yield the lines of a check; those of one objective under its name."""
    before = ""
    for line in requirement.lines:
        text = " ".join(line.text.split())
        if line.objective:
            if line.objective != before:
                yield f"meets {line.objective}"
            yield f"    {text.removeprefix(f'meets {line.objective}: ')}"
        else:
            yield text
        before = line.objective


def _references(requirement: ir.Requirement, book: Book) -> Iterator[str]:
    """Yield the published references from and to a requirement."""
    out = [_target(ref, book) for ref in requirement.refs]
    if out:
        yield f"- refers to: {', '.join(out)}"
    found = []
    for reference in incoming(requirement, book):
        source, _, clause = reference.source.partition(":")
        other = book.find(source)
        if other is not None:
            found.append(link(other, clause) + (f" ({reference.strength})" if reference.strength else ""))
    if found:
        yield f"- referred to by: {', '.join(found)}"


def _target(ref: ir.Ref, book: Book) -> str:
    """Return a reference, with a link where the clause is here."""
    holder = next((e for e in book.editions(ref.standard) if ref.clause in e.requirements), None)
    text = link(holder, ref.clause) if holder is not None else plain(f"{ref.standard} {ref.clause}")
    return text + (f" ({ref.strength})" if ref.strength else "")


def count(edition: Edition) -> tuple[int, int, int, int, int]:
    """Return how many requirements an edition has, how many of each way to decide, and how many questions it asks."""
    kinds = [decided(r, edition) for r in edition.requirements.values()]
    asked = sum(len(questions(r, edition)) for r in edition.requirements.values())
    return len(kinds), kinds.count("machine"), kinds.count("partly"), kinds.count("manual"), asked
