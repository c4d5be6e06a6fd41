"""The page of the objectives: what each rests on, what it counters, and which requirements hang on it.

Guarantees: every objective of the shipped vocabulary that a requirement names is there once, in the order of the
vocabulary's groups, with every requirement of every edition that names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from docs.scripts.standard_page import anchor, link, plain, sentence
from rulewright.dsl import ir
from rulewright.facts.vocabulary import Vocabulary
from rulewright.standards.book import Book, Edition

HEAD = """# Objectives
What the requirements of all standards are about. An objective rests on attributes of the product and counters threats;
requirements hang on objectives, so one measure may serve many clauses.

"""

Hanging = Mapping[str, list[tuple[Edition, str]]]


def hanging(book: Book) -> Hanging:
    """Return the requirements that hang on each objective."""
    found: dict[str, list[tuple[Edition, str]]] = {}
    for edition in book.all():
        for name, requirement in edition.requirements.items():
            for objective in requirement.objective:
                found.setdefault(objective, []).append((edition, name))
    return found


def page(book: Book, words: Vocabulary) -> str:
    """Return the page of all objectives."""
    found = hanging(book)
    known = sorted(book.objectives.values(), key=lambda o: o.id)
    rows = ["| objective | what it is | requirements | standards |", "|---|---|---|---|"]
    for objective in known:
        on_it = found.get(objective.id, [])
        standards = len({edition.info.id for edition, _ in on_it})
        name = f"[{objective.id}](#{anchor(objective.id)})"
        rows.append(f"| {name} | {plain(objective.title)} | {len(on_it)} | {standards} |")
    sections = ("\n".join(_section(objective, found.get(objective.id, []), words, book)) for objective in known)
    return HEAD + "\n".join(rows) + "\n\n" + "\n".join(sections)


def _section(
    objective: ir.Objective, on_it: Iterable[tuple[Edition, str]], words: Vocabulary, book: Book
) -> Iterator[str]:
    yield f"## {objective.id}: {plain(objective.title)} {{: #{anchor(objective.id)} }}"
    attributes = [_attribute(name, words) for name in objective.attributes]
    yield f"- attributes: {', '.join(attributes) or 'none'}"
    yield f"- threats: {', '.join(objective.threats) or 'none in our sources'}"
    near = [f"[{name}](#{anchor(name)})" for name in sorted(book.near(objective.id)) if name in book.objectives]
    if near:
        yield f"- related: {', '.join(near)}"
    yield f"- what to do ({objective.effort}): {plain(sentence(objective.fix))}"
    by_edition: dict[str, list[str]] = {}
    for edition, name in on_it:
        by_edition.setdefault(edition.name, []).append(link(edition, name))
    yield from (f"- `{edition}`: {', '.join(links)}" for edition, links in by_edition.items())
    yield ""


def _attribute(name: str, words: Vocabulary) -> str:
    """Return an attribute with who can supply it."""
    known = words.attributes.get(name)
    return f"`{name}`" + (f" ({', '.join(known.detectors)})" if known is not None and known.detectors else "")
