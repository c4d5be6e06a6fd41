"""What a plan does not know, as a file to fill in that is a facts file as it stands.

Guarantees: an untouched file states nothing; each fact has its meaning and its choices next to it; what decides which rules
apply comes first, then the plan's order; questions for a person stand last, each in its own words and with what an answer must state.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rulewright.cli.plan_text import words
from rulewright.cli.text import clean, plural
from rulewright.engine.worklist import Work
from rulewright.facts.base import ANSWER
from rulewright.facts.types import FieldType
from rulewright.facts.vocabulary import Vocabulary

HEAD = """# What is not known.  Put a value in place of `null`; what stays `null` states nothing.
# Give the file to the next run by --facts.  A value may also say where it comes from:
#   NAME: { value: true, detector: network, observed: 2026-11-01 }
"""
PEOPLE = """
# Questions for a person.  Take away the `#` before an entry and fill in who says so, and the day.
"""


class Open(msgspec.Struct, frozen=True):
    """A fact that nobody knows: why it is wanted, what evidence a rule counts, who can tell."""

    why: str
    evidence: str
    detectors: tuple[str, ...]


def wanted(work: Work) -> tuple[dict[str, Open], dict[str, str]]:
    """The facts that a plan does not know, and the questions for a person by the names of their answers; in the plan's order."""
    steps = [step for item in work.items for step in item.steps if step.kind == "find_out"]
    facts = {
        d.fact: Open(f"decides {plural(d.requirements, 'requirement')}", "", d.detectors)
        for d in work.decide
        if not d.question
    }
    for step in steps:
        if not step.question:
            facts.setdefault(step.fact, Open(step.wanted, step.evidence, step.detectors))
    questions = {d.fact: d.question for d in work.decide if d.question}
    questions |= {step.fact: step.question for step in steps if step.question}
    return facts, questions


def text(work: Work, vocabulary: Vocabulary) -> str:
    """The file."""
    facts, questions = wanted(work)
    lines = [HEAD]
    for name, found in facts.items():
        lines += _fact(name, found, vocabulary)
    if questions:
        lines += [PEOPLE, "# answers:"]
    for name, question in questions.items():
        lines += _question(name, question)
    return "\n".join(lines) + "\n"


def choices(kind: FieldType) -> str:
    """What may be stated of a fact."""
    choice = {"bool": "true or false", "set": "[a, b]", "date": "2026-11-01", "int": "a whole number"}.get(
        kind.kind, "text"
    )
    if kind.values:
        choice = ", ".join(kind.values) + (", ..." if kind.open_values else "")
        choice = f"[{choice}]" if kind.kind == "set" else f"one of {choice}"
    unit = f", in {kind.unit}" if kind.unit and kind.unit not in choice else ""
    return f"{choice}{unit}"


def _fact(name: str, found: Open, vocabulary: Vocabulary) -> Iterable[str]:
    """One fact; nothing for a list, which no single value supplies."""
    attribute = vocabulary.attributes.get(name)
    if attribute is None:
        return
    detectors, evidence = found.detectors, found.evidence
    by = f"; from {', '.join(map(words, detectors))}" if detectors else ""
    yield f"# {clean(attribute.doc)}: {choices(attribute.type)}"
    yield f"#   {clean(found.why)}{by}"
    if evidence:
        yield f"#   {clean(evidence)}: write {{ value: ..., detector: {detectors[0] if detectors else 'sbom'}, observed: DAY }}"
    yield f"{name}: null"
    yield ""


def _question(name: str, question: str) -> Iterable[str]:
    """One question; left out until somebody answers it."""
    requirement, _, number = name.removeprefix(ANSWER).partition("#")
    which = f"requirement: {quoted(requirement)}, question: {number or 1}, asked: {quoted(question)}"
    yield f"#   {clean(question)}"
    yield f'# - {{ {which}, answer: ?, by: "", on: "" }}'


def quoted(said: str) -> str:
    """A text of YAML and of TOML on one line, spaces put together; nothing that cannot be seen stands in it as it is."""
    plain = " ".join(said.split()).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in plain) + '"'
