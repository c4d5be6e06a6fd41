"""Pages made of the shipped standards: their index and coverage (committed), one a standard and the objectives (built).

Guarantees: nothing stands in a page that is not in the packs; tests hold the committed pages, and that every requirement
has its section.  `make pages` writes the committed ones; `make docs` makes the others while it builds
(`docs/scripts/site.py`, docs/decisions/0017).  What it does not do: judge whether a paraphrase is right.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from docs.scripts import objective_page, standard_page
from docs.scripts.standard_page import cell, count, in_force, plain, slug
from rulewright import dsl
from rulewright.cli import shelf
from rulewright.cli.compiling import vocabulary_of
from rulewright.facts.vocabulary import Vocabulary
from rulewright.standards.book import Book

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "docs/standards"
INDEX_HEAD = """# Standards
Generated from `standards/**/*.rw` by `make pages`; do not edit.

{editions} editions of {standards} standards, laws and lists with {requirements:,} requirements, written in our own words from
catalogues of their requirements. Each page says how far its text was verified: it is no substitute for the original.
[Coverage](coverage.md) says how much of each a machine can decide; [objectives](objectives.md) join requirements of different
standards that are about the same. The site (`make docs`) has a page for each, with an anchor for every requirement.

| standard | edition | publisher | force | jurisdiction | in force | requirements |
|---|---|---|---|---|---|---|
"""
COVERAGE_HEAD = """# Coverage: how requirements are decided
Generated from `standards/**/*.rw` by `make pages`; do not edit.

By the facts that a check reads. **machine**: each of them can be supplied by a machine, from an SBOM, the firmware, a
configuration, a network scan or evidence of the build. **partly**: some of them. **manual**: documents, laboratory work or the
answer of a named person alone. It is an upper bound: that a machine can read a fact does not say that it can on every product.
*Questions* counts what is asked of a person, in checks and in conditions. Without the fact or the answer the verdict is *unknown*.

"""
TABLE = """| standard | requirements | machine | partly | manual | questions |
|---|---|---|---|---|---|
"""


@cache
def sources() -> dict[str, dsl.Source]:
    """Return every shipped standard and vocabulary by name."""
    files = sorted((ROOT / "standards").rglob("*.rw"))
    return {(n := p.relative_to(ROOT).as_posix()): dsl.Source(n, p.read_bytes()) for p in files}


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary with the attributes of the shipped module."""
    return vocabulary_of(sources())


@cache
def book() -> Book:
    """Compile all standards."""
    programs = []
    for words in shelf.layers():
        roots = [f"standards/{word.replace('@', '/')}.rw" for word in words]
        program = dsl.compile(sources(), roots, vocabulary(), tests=False).program
        if program is None:
            message = "the shipped standards do not compile"
            raise SystemExit(message)
        programs.append(program)
    return Book(programs)


def index() -> str:
    """Return the index of the standards."""
    editions = book().all()
    rows = [
        f"| [{cell(e.info.title)}]({slug(e)}) | {e.info.edition} | {cell(e.info.publisher)} | {e.info.force} "
        f"| {e.info.jurisdiction} | {in_force(e)} | {len(e.requirements)} |"
        for e in sorted(editions, key=lambda e: (e.info.title.lower(), e.info.edition))
    ]
    total = sum(len(e.requirements) for e in editions)
    head = INDEX_HEAD.format(editions=len(editions), standards=len(book().ids), requirements=total)
    return head + "\n".join(rows) + "\n"


def coverage() -> str:
    """Return the page that counts requirements by how they are decided."""
    editions = book().all()
    counts = [count(e) for e in editions]
    total = tuple(sum(column) for column in zip(*counts, strict=True))
    words = [f"{number:,} ({round(100 * number / total[0])} %)" for number in total[1:4]]
    said = f"Of {total[0]:,} requirements {words[0]} machine, {words[1]} partly, {words[2]} manual; {total[4]:,} questions.\n\n"
    rows = [
        f"| [{plain(e.name)}]({slug(e)}) | {' | '.join(map(str, numbers))} |"
        for e, numbers in zip(editions, counts, strict=True)
    ]
    return COVERAGE_HEAD + said + TABLE + "\n".join(rows) + "\n"


def committed() -> dict[Path, str]:
    """Return the pages that stand in the repository."""
    return {FOLDER / "index.md": index(), FOLDER / "coverage.md": coverage()}


def built() -> dict[str, str]:
    """Return the pages that are made while the site is built, by their names below `standards/`."""
    made = {slug(edition): standard_page.page(edition, book()) for edition in book().all()}
    return made | {"objectives.md": objective_page.page(book(), vocabulary())}


def navigation() -> list[tuple[str, str]]:
    """Return the short titles of the built pages with their names; the edition stands where there are several."""
    found = [("Objectives", "objectives.md")]
    for edition in book().all():
        several = len(book().editions(edition.info.id)) > 1
        title = edition.info.title.partition(":")[0]
        found.append((f"{title} ({edition.info.edition})" if several else title, slug(edition)))
    return found


if __name__ == "__main__":
    for path, text in committed().items():
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.name}")
