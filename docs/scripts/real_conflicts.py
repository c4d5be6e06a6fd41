"""The page of real conflicts: pairs of real clauses, how experts judge them, and what the analyser answers.

Guarantees: the page says what the tables `tests/standards/conflicts/*.tsv` say, and a test holds each answer to the analyser.
What it does not do: find pairs (`rulewright conflicts` does).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rulewright.cli.compiling import compile_rules
from rulewright.cli.gathering import gather
from rulewright.dsl import ir
from rulewright.engine.analysis.conditions import PRESUMED, conditioned
from rulewright.engine.analysis.model import Owner, Problem
from rulewright.engine.analysis.normalise import build
from rulewright.engine.analysis.pairs import Pair, classify
from rulewright.facts.declared_values import day as day_of
from rulewright.facts.types import Value
from rulewright.facts.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "tests/standards/conflicts"
TABLES = ("catalogue.tsv", "more.tsv")
DAY = "2027-12-11"
"""The day of the run unless a row says otherwise: everything known by now applies."""


class Row(NamedTuple):
    """A row of a table; empty texts where it says nothing."""

    id: str
    a: str
    b: str
    policy: str
    as_of: str
    facts: str
    about: str
    expert: str
    ours: str
    why: str


class Answer(NamedTuple):
    """What the analyser says of a row: on its subject, and on the whole clauses; and the owners by number."""

    problem: Problem
    programs: tuple[ir.Program, ...]
    vocabulary: Vocabulary
    pair: Pair
    whole: Pair


@cache
def rows(table: str) -> tuple[Row, ...]:
    """The rows of a table."""
    lines = (FOLDER / table).read_text(encoding="utf-8").splitlines()
    return tuple(Row(*line.split("\t")) for line in lines[1:])


@cache
def answer(row: Row) -> Answer:
    """Ask the analyser about a row."""
    day = row.as_of or DAY
    names = {row.a, row.b}
    found = [_compiled(wanted, day) for wanted in _roots(row)]
    vocabulary = found[0][1]
    ids = {_plain(name) for name in names}
    programs = tuple(conditioned(program, ids) for program, _ in found)
    twins = {name + PRESUMED for name in names | ids}
    problem = build(programs, vocabulary, as_of=day_of(day), facts=_facts(row.facts), only=names | ids | twins)
    a, b = (_owner(problem.owners, name) for name in (row.a, row.b))
    whole = classify(problem, a, b)
    pair = classify(problem, a, b, [row.about]) if row.about else whole
    return Answer(problem, tuple(program for program, _ in found), vocabulary, pair, whole)


def _roots(row: Row) -> Iterator[tuple[str, ...]]:
    """What to compile together: a policy with all it uses, or the standards; two editions of one go apart."""
    if row.policy:
        yield (str(FOLDER / f"{row.policy}.rw"),)
        return
    one, two = (name.rpartition("@")[0] and name[: name.index(":")] for name in (row.a, row.b))
    if one.partition("@")[0] == two.partition("@")[0] and one != two:
        yield (one,)
        yield (two,)
    else:
        yield tuple(dict.fromkeys((one, two)))


def _facts(text: str) -> dict[str, Value]:
    """Facts of the context, all of them yes or no."""
    words = (part.split(" = ") for part in text.split("; ") if part)
    return {name: value == "true" for name, value in words}


@cache
def _compiled(wanted: Sequence[str], day: str) -> tuple[ir.Program, Vocabulary]:
    compiled = compile_rules(gather(wanted, day), {}, use_cache=False)
    assert compiled.program is not None, [found.message for found in compiled.diagnostics]
    return compiled.program, compiled.vocabulary()


def _plain(name: str) -> str:
    """The id of a requirement without its edition."""
    standard, _, rest = name.partition("@")
    return f"{standard}:{rest.partition(':')[2]}"


def _owner(owners: Sequence[Owner], name: str) -> int:
    edition = name.partition("@")[2].partition(":")[0]
    for number, owner in enumerate(owners):
        if owner.id == name or (owner.id == _plain(name) and owner.edition == edition):
            return number
    raise LookupError(name)
