"""The page of real conflicts: pairs of real clauses, how experts judge them, and what the analyser answers.

Guarantees: the page says what the tables `tests/standards/conflicts/*.tsv` say, and a test holds each answer to the analyser.
What it does not do: find pairs (`rulewright conflicts` does).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rulewright.cli import shelf
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
    names = {row.a, row.b}
    ids = {_plain(name) for name in names}
    found, vocabulary = _policy(row.policy) if row.policy else _shipped()
    kept = [program for program in found if any(_holds(program, name) for name in names)]
    problem = build(
        [conditioned(program, ids) for program in kept],
        vocabulary,
        as_of=day_of(row.as_of or DAY),
        facts=_facts(row.facts),
        only={name + end for name in names | ids for end in ("", PRESUMED)},
    )
    a, b = (_owner(problem.owners, name) for name in (row.a, row.b))
    whole = classify(problem, a, b)
    pair = classify(problem, a, b, [row.about]) if row.about else whole
    return Answer(problem, pair, whole)


@cache
def _shipped() -> tuple[tuple[ir.Program, ...], Vocabulary]:
    """All shipped standards; two editions of one are in two programs."""
    compiled = [found for _, found in shelf.programs([], DAY, use_cache=False)]
    return tuple(found.program for found in compiled if found.program is not None), compiled[0].vocabulary()


@cache
def _policy(name: str) -> tuple[tuple[ir.Program, ...], Vocabulary]:
    """A policy and all that it uses."""
    compiled = compile_rules(gather([str(FOLDER / f"{name}.rw")], DAY), {}, use_cache=False)
    assert compiled.program is not None, [found.message for found in compiled.diagnostics]
    return (compiled.program,), compiled.vocabulary()


def _holds(program: ir.Program, name: str) -> bool:
    """Whether a program has the edition that a clause is of."""
    return any(name.startswith(f"{module.id}@{module.edition}:") for module in program.modules)


def _facts(text: str) -> dict[str, Value]:
    """Facts of the context, all of them yes or no."""
    words = (part.split(" = ") for part in text.split("; ") if part)
    return {name: value == "true" for name, value in words}


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


# --- the page ------------------------------------------------------------------------------------------------------------

PAGE = ROOT / "docs/reference/real-conflicts.md"
HEAD = """# Real conflicts
Generated from `tests/standards/conflicts/*.tsv` and the shipped standards by `make pages`; do not edit.

Pairs of real clauses as the shipped standards have them, and how the analyser says that they stand to each other. The class
is one of nine:

| class | when |
|---|---|
| contradiction | in some context in which both apply, no design meets both; both are `shall` |
| tension | the same, and one of them is a `should` |
| right | the same, and one of them is a declared freedom |
| moot | they clash only as long as design keeps a condition true that it may drop |
| stricter dominates | wherever both apply, a design that meets the one meets the other |
| equivalent | each dominates the other |
| jointly satisfiable | they restrict facts in common, and one design meets both |
| independent | they apply together and restrict no fact in common |
| separated | they never apply together |

An answer is about whole clauses, unless *on* names the fact that the pair is about: then it is about the demands on that fact,
and the class of the whole clauses stands in brackets. A policy named with a pair is a file in `tests/standards/conflicts`: it
holds a clause that no shipped standard has, or a fact about the product. The day of the run is {day} unless the row says
otherwise. The products that an answer about whole clauses shows (one that meets both, one that meets each alone) are put before the
evaluator by a test.
"""
CATALOGUE = """
## Pairs of a catalogue of conflicts
{count} pairs that an expert judged, by clause, scope and background knowledge. What the expert's words stand for here: true
contradiction: *contradiction*; narrowing: *jointly satisfiable*; stricter dominates: that or *equivalent*; scope separated:
*separated*, or *independent* where both apply and speak of different things. {agree} of {count} are classed as the expert did; of the
others ({others}) the last column says why.

| pair | first | second | on | expert | class | why, and what it rests on |
|---|---|---|---|---|---|---|
"""
MORE = """
## More pairs
{count} pairs of the same kind. What was expected of each was written down before the analyser was asked.

| pair | first | second | on | class | why, and what it rests on |
|---|---|---|---|---|---|
"""
TAIL = """
## What the comparison changed
Where the first answers differed from what was expected, the cause was found, and mended where it lay.

| pairs | first answer | cause | mended in |
|---|---|---|---|
| K05, M06 | moot: give passwords up | that rules on passwords need passwords was not background knowledge | an axiom of the vocabulary |
| K26 | moot: have no SBOM | rules on the format of an SBOM were met by having none | `openchain.telco_sbom_guide`, `iso.iso_5962` |
| M15 | contradiction | one attribute stood for who receives undisclosed vulnerabilities and for who receives reports of incidents | the vocabulary, CERT-In's directions (`in.cert_in`) and the CRA (`eu.cra`) |
| M20 | contradiction | the attribute for validated modules held one scheme, and a product can ship several modules | `crypto.module_validated` is a set |
| K36, M12 | jointly satisfiable | the duty of an entity was asked of the maker's facts | NIS 2 (`eu.nis2`) |
| K42 | jointly satisfiable | a demand that the other clause's condition already meets did not count | the analyser |
| K48 | jointly satisfiable | a radio whose boot chain verifies nothing met the clause on locked radios | `fcc.sdr` |
| M21 | jointly satisfiable | that AES is not on the Chinese list was not said | an axiom of `cn.cryptography` |

In one pair (M45) the expectation was wrong and the answer right.

Reading all conflicts among the shipped standards led to more corrections of clauses: owner keys need not be keys of the boot
chain (IEC 62443-4-2, 3.13), the profile for constrained devices counts as state of the art (CRA, Annex I (2)(e)) and as a minimum
(NIST SP 800-213A, DP.4), diagnosis that a law wants open is no attack surface (CRA, Annex I (2)(j)), and export of logs is asked
only where something leads out of the product (ISVS, 1.4.5; NIST SP 800-213A, CS.8).
"""
EXPERT = {
    "true_contradiction": {"contradiction"},
    "tension": {"tension"},
    "stricter_dominates": {"stricter_dominates", "equivalent"},
    "narrowing": {"jointly_satisfiable"},
    "scope_separated": {"separated", "independent"},
}
"""What the words of the catalogue stand for."""


def page() -> str:
    """The whole page."""
    listed, more = rows("catalogue.tsv"), rows("more.tsv")
    others = [row.id for row in listed if row.ours not in EXPERT[row.expert]]
    count = len(listed)
    parts = [
        HEAD.format(day=DAY),
        CATALOGUE.format(count=count, agree=count - len(others), others=", ".join(others)),
        *(_line(row, row.expert.replace("_", " ")) for row in listed),
        MORE.format(count=len(more)),
        *(_line(row) for row in more),
        TAIL,
    ]
    return "".join(parts)


def _line(row: Row, *expert: str) -> str:
    found = answer(row)
    about = f"`{row.about}`" if row.about else ""
    kind = found.pair.kind.replace("_", " ")
    if row.about:
        kind += f" ({found.whole.kind.replace('_', ' ')})"
    cells = (row.id, *(f"`{name}`" for name in (row.a, row.b)), about, *expert, kind, " ".join(_because(row, found)))
    return "| " + " | ".join(cells) + " |\n"


def _because(row: Row, found: Answer) -> Iterator[str]:
    """The reason in words, then what the answer rests on."""
    pair, owners = found.pair, found.problem.owners
    yield row.why
    if pair.stricter >= 0:
        weaker = pair.second if pair.stricter == pair.first else pair.first
        should = owners[pair.stricter].strength == "should" and owners[weaker].strength == "shall"
        yield f"Stricter: `{owners[pair.stricter].id}`{', though it only recommends' if should else ''}."
    if pair.axioms:
        yield f"Background: {', '.join(f'`{owners[number].id}`' for number in pair.axioms)}."
    first, second = pair.boundary
    if first or second:
        yield f"Boundary: `{' and '.join(first)}` against `{' and '.join(second)}`."
    if row.policy:
        yield f"Policy: `{row.policy}.rw`."
    if row.facts:
        yield f"Context: `{row.facts}`."
    if row.as_of:
        yield f"As of {row.as_of}."


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")
