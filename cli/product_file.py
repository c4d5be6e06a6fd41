"""A declaration about a product, `product.toml`: what is known, and what the chosen standards need to know.

Guarantees: the file is a facts file as it stands; what is not known is commented out and so states nothing, with its meaning,
its choices and who can tell; facts that rest on papers stand under `documents`, questions to persons under `answers`.
Nothing is computed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from rulewright.cli.plan_text import words
from rulewright.cli.questionnaire import Open, choices, quoted
from rulewright.cli.text import clean, wrap
from rulewright.engine.words import value_text
from rulewright.facts.base import ANSWER, Fact
from rulewright.facts.types import Kind
from rulewright.facts.vocabulary import Vocabulary

COLUMNS = 120
DOCUMENT = "document"
HEAD = """# What the maker declares about the product{standards}.
# Take away the `#` before a name and write its value; what stays a comment states nothing.
# Use it:  rulewright check PRODUCT --facts {name} --policy STANDARD
# A value may also say where it comes from:
#   NAME = {{ value = true, detector = "network", observed = 2026-11-01 }}
"""
PAPERS = """# DOCUMENTS
# Evidence on paper: each document with its file, the day it is of, who signed it, and the facts that it is evidence of.  Its
# SHA-256 (`sha256sum FILE`) is held against the file by every run: who changes the document has to look at the facts again."""
PEOPLE = """# ANSWERS
# Questions that a person answers: yes, no, or ? where it is not known; with a name and the day."""


class Known(msgspec.Struct, frozen=True):
    """What is known before the file is written: the product's name and version, and facts."""

    name: str
    version: str
    facts: Mapping[str, Fact]


def text(
    known: Known, wanted: tuple[Mapping[str, Open], Mapping[str, str]], vocabulary: Vocabulary, about: tuple[str, str]
) -> str:
    """The file; `about` names the standards and the file itself."""
    facts, questions = wanted
    standards, name = about
    for_ = f", as {standards} ask for it" if standards else ""
    lines = _prose(HEAD.format(standards=clean(for_), name=clean(name)))
    lines += ['format = "rulewright-facts/1"', f"product.name = {_quoted(known.name)}"]
    lines += [f"product.version = {_quoted(known.version)}" if known.version else '# product.version = "1.0"', ""]
    for stated, fact in sorted(known.facts.items()):
        lines.append(f"{stated} = {_value(fact, vocabulary.attributes[stated].type.kind)}")
    lines += [""] if known.facts else []
    facts = {n: f for n, f in facts.items() if n in vocabulary.attributes}
    given = {n: f for n, f in facts.items() if vocabulary.attributes[n].given}
    papers = {n: f for n, f in facts.items() if n not in given and _on_paper(f)}
    lines += _facts(given, vocabulary, "THE PRODUCT")
    lines += _facts({n: f for n, f in facts.items() if n not in given and n not in papers}, vocabulary, "ITS STATE")
    lines += _papers(papers, vocabulary)
    lines += _answers(questions)
    return "\n".join(lines).rstrip() + "\n"


def _on_paper(found: Open) -> bool:
    """Whether a document is the way to know it."""
    return found.detectors[:1] == (DOCUMENT,)


def _prose(said: str) -> list[str]:
    """Comment lines, the long ones wrapped."""
    lines = []
    for line in said.rstrip("\n").split("\n"):
        first, *rest = wrap(line.removeprefix("# "), COLUMNS - 4) if len(line) > COLUMNS else [line.removeprefix("# ")]
        lines += [f"# {first}", *(f"#   {more}" for more in rest)]
    return [*lines, ""]


def _facts(facts: Mapping[str, Open], vocabulary: Vocabulary, title: str) -> Iterator[str]:
    """The facts of a section, those of one subject together."""
    if not facts:
        return
    yield f"# {title}"
    for name in _together(facts):
        yield from _meaning(name, facts[name], vocabulary)
        yield f"# {name} ="
    yield ""


def _together(names: Iterable[str]) -> list[str]:
    """Names by their first word, in the order in which the first of each comes."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name.partition(".")[0], []).append(name)
    return [name for group in groups.values() for name in group]


def _meaning(name: str, found: Open, vocabulary: Vocabulary) -> Iterator[str]:
    """What a fact means, what may be stated, who can tell, and what evidence counts."""
    attribute = vocabulary.attributes[name]
    by = f"; from {', '.join(map(words, found.detectors))}" if found.detectors else ""
    yield from _comment(f"{attribute.doc}: {choices(attribute.type)}{by}")
    if found.evidence:
        yield from _comment(found.evidence)


def _comment(said: str) -> Iterator[str]:
    """Words as indented comment lines; nothing of them can become a line that states something."""
    return (f"#   {line}" for line in wrap(clean(said), COLUMNS - 4))


def _papers(facts: Mapping[str, Open], vocabulary: Vocabulary) -> Iterator[str]:
    """The facts that documents tell, an entry for each subject."""
    if not facts:
        return
    yield from (*PAPERS.split("\n"), "")
    before = ""
    for name in _together(facts):
        subject = name.partition(".")[0]
        if subject != before:
            yield from ([""] if before else [])
            yield from ("# [[documents]]", '# file = ""', '# sha256 = ""', "# date =", '# signer = ""')
            before = subject
        yield from _meaning(name, facts[name], vocabulary)
        yield f"# facts.{name} ="
    yield ""


def _answers(questions: Mapping[str, str]) -> Iterator[str]:
    """The questions for persons."""
    if not questions:
        return
    yield from PEOPLE.split("\n")
    for name, question in questions.items():
        requirement, _, number = name.removeprefix(ANSWER).partition("#")
        yield ""
        yield from _comment(question)
        yield "# [[answers]]"
        yield f"# requirement = {_quoted(clean(requirement))}"
        yield f"# question = {number or 1}"
        yield f"# asked = {quoted(question)}"
        yield from ('# answer = "?"', '# by = ""', "# on =")


def _value(fact: Fact, kind: Kind) -> str:
    """A value in TOML."""
    value = fact.value
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_quoted, map(str, value))) + "]"
    if isinstance(value, str):
        return _quoted(value)
    assert value is not None
    return value_text(value, kind)


def _quoted(said: str) -> str:
    """A text of TOML: the escapes of JSON are among its own, but for DEL."""
    return json.dumps(said, ensure_ascii=False).replace("\x7f", "\\u007f")
