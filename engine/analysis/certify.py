"""Make a certificate of conflict-freedom: products that together serve every context, and a proof that they do.

Guarantees: what `certify` returns as a certificate was found by the analyser and proven over the clauses that the checker
itself writes down (`check_certificate.clauses_of`), so it is accepted by `check_certificate.check`; where there is a
contradiction it is returned instead.  Deterministic.
What it does not do: check (`check_certificate` does, and trusts nothing here); the fewest products: only superfluous ones are
left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from rulewright import __version__
from rulewright.dsl import ir
from rulewright.engine.analysis import check_certificate as form
from rulewright.engine.analysis import drup, normalise, ranks, witness
from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.cover import Cover
from rulewright.engine.analysis.model import Context, Design, Found, Problem
from rulewright.engine.analysis.oracle import Oracle
from rulewright.facts.base import FactBase
from rulewright.facts.table import Table
from rulewright.facts.types import MICRO, FieldType, Kind, State, Value
from rulewright.facts.vocabulary import Field, Vocabulary

ASKED = "left out on request"


class Conflicting(NamedTuple):
    """There is a contradiction: a minimal one, and the smallest context that shows it."""

    problem: Problem
    found: Found
    context: Context


class Unproven(NamedTuple):
    """Products were found, but the checker's clauses leave a context open: why, for people."""

    problem: Problem
    text: str


class UnknownRequirement(NamedTuple):
    """A requirement that was to be left out is none of the `shall` requirements."""

    name: str
    known: tuple[str, ...]


Answer = form.Certificate | Conflicting | Unproven | UnknownRequirement


def certify(
    programs: Sequence[ir.Program],
    vocabulary: Vocabulary,
    *,
    as_of: int,
    facts: Mapping[str, Value] | None = None,
    without: Collection[str] = (),
) -> Answer:
    """A certificate for some programs, in the contexts that `facts` leaves, from the day `as_of` on.

    `without` names requirements to leave out; of a conflict that a `prefer` line settles, the loser is left out.
    """
    problem = normalise.build(programs, vocabulary, as_of=as_of, facts=facts)
    left: dict[int, str] = {}
    for name in without:
        owner = _owner(problem, name)
        if owner is None:
            shall = (one.id for one in problem.owners if one.strength == "shall")
            return UnknownRequirement(name, tuple(shall))
        left[owner] = ASKED
    covered = _covered(problem, left)
    if isinstance(covered, Conflicting):
        return covered
    return _certificate(programs, vocabulary, problem, facts or {}, left, covered)


def encode(certificate: form.Certificate) -> bytes:
    """The JSON of a certificate."""
    return msgspec.json.encode(certificate) + b"\n"


def _owner(problem: Problem, name: str) -> int | None:
    """The `shall` requirement of a name: the owner's id or the requirement's own."""
    for number, owner in enumerate(problem.owners):
        own = owner.requirement.id if owner.requirement is not None else owner.id
        if owner.strength == "shall" and name in {
            owner.id,
            own,
            f"{own.partition(':')[0]}@{owner.edition}:{own.partition(':')[2]}",
        }:
            return number
    return None


def _covered(problem: Problem, left: dict[int, str]) -> list[Design] | Conflicting:
    """Designs for every context; a requirement that gives way to another one by `prefer` is added to what is left out."""
    oracle = Oracle(problem)
    contexts = Contexts(problem, oracle)
    cover = Cover(problem, oracle=oracle, contexts=contexts, without=left)
    while (found := cover.conflict()) is not None:
        decided = ranks.decided([problem.owners[owner] for owner in found.owners])
        if decided is None:
            return Conflicting(problem, found, contexts.smallest(found.units))
        loser = next(owner for owner in found.owners if problem.owners[owner].id == decided.loser)
        left[loser] = f"gives way to {decided.winner}: {decided.because}"
        cover = cover.leaving(loser)
    return cover.fewest()


def _certificate(
    programs: Sequence[ir.Program],
    vocabulary: Vocabulary,
    problem: Problem,
    facts: Mapping[str, Value],
    left: Mapping[int, str],
    designs: Sequence[Design],
) -> Answer:
    """Write it all down, with the proof."""
    out = tuple(sorted((_left(problem, owner, why) for owner, why in left.items()), key=msgspec.json.encode))
    scope = form.scope_of(programs, vocabulary, [(item.requirement, item.edition) for item in out])
    shall = sum(r.level == "shall" for program in programs for r in program.requirements)
    given = {name: value for name, value in facts.items() if _is_given(name, scope, vocabulary)}
    draft = form.Certificate(
        claim=form.CLAIM,
        engine=__version__,
        as_of=date.fromordinal(problem.as_of + form.EPOCH).isoformat(),
        modules=form.modules_of(programs),
        programs=tuple(form.meaning_digest(program) for program in programs),
        vocabulary=form.vocabulary_digest(vocabulary),
        requirements=shall - len(out),
        context={
            name: plain(value, form.attribute_type(name, vocabulary).type) for name, value in sorted(given.items())
        },
        left_out=out,
        axioms=form.background_of(programs),
        products=tuple(_made(problem, design, scope, vocabulary) for design in designs),
        question=form.Question(0, 0, ""),
        proof=(),
    )
    try:
        clauses = form.clauses_of(draft, programs, vocabulary, scope)
    except form.RefusedError as refused:
        return Unproven(problem, str(refused))
    proof = drup.refute(clauses.variables, clauses.items)
    if isinstance(proof, drup.Solution):
        return Unproven(problem, "the evaluator leaves a context open that the analyser saw as served")
    return msgspec.structs.replace(draft, question=clauses.question(), proof=proof)


def _left(problem: Problem, owner: int, why: str) -> form.Left:
    found = problem.owners[owner]
    assert found.requirement is not None
    return form.Left(found.requirement.id, found.edition, why)


def _is_given(name: str, scope: form.Scope, vocabulary: Vocabulary) -> bool:
    declared = vocabulary.attributes.get(name)
    return name in scope.given or (declared is not None and declared.given)


# --- products as plain facts -------------------------------------------------------------------------------------------


def _made(problem: Problem, design: Design, scope: form.Scope, vocabulary: Vocabulary) -> form.Made:
    """One design as plain facts: what rules ask of it, and its lists."""
    facts = witness.product(problem, _first_day(problem), design)
    stated: dict[str, form.Plain] = {}
    for name in scope.choice:
        kind = form.attribute_type(name, vocabulary).type
        fact = facts.attribute(name, 0)
        value = fact.value if fact.state is State.KNOWN else None
        stated[name] = plain(_harmless(name, vocabulary) if value is None else value, kind)
    return form.Made(stated, _lists(facts, vocabulary))


def _first_day(problem: Problem) -> Context:
    """The context in which dates of elements are as the evaluator sees them on the day of the certificate."""
    found = [var for var, one in enumerate(problem.variables) if one.name == form.AS_OF]
    return Context(dict.fromkeys(found, 0), dict.fromkeys(found, problem.as_of))


def _harmless(name: str, vocabulary: Vocabulary) -> Value:
    """A legal value of an attribute that makes no difference."""
    declared = form.attribute_type(name, vocabulary)
    match declared.type.kind:
        case Kind.BOOL:
            return False
        case Kind.INT | Kind.DECIMAL | Kind.DATE:
            return declared.low if declared.low is not None else min(0, declared.high or 0)
        case Kind.SET:
            return ()
        case _:
            return declared.type.values[0] if declared.type.values else ""


def plain(value: Value, kind: FieldType) -> form.Plain:
    """A value as a certificate writes it: days and decimals as text."""
    if isinstance(value, tuple):
        return list(value)
    if kind.kind is Kind.DATE and isinstance(value, int):
        return date.fromordinal(value + form.EPOCH).isoformat()
    if kind.kind is Kind.DECIMAL and isinstance(value, int):
        whole, rest = divmod(abs(value), MICRO)
        return f"{'-' if value < 0 else ''}{whole}" + (f".{rest:06d}".rstrip("0") if rest else "")
    return value


def _lists(facts: FactBase, vocabulary: Vocabulary) -> dict[str, form.Listed]:
    """The lists of a product that are not empty."""
    found = {}
    for name, table in sorted(facts.tables.items()):
        if table.size:
            fields = vocabulary.collections[name].fields
            elements = tuple(_element(table, row, fields) for row in range(table.size))
            owners = {owner: table.relation(owner) for owner in sorted(table.relations)}
            children = {
                owner: tuple(zip(pairs.parents, pairs.children, strict=True))
                for owner, pairs in owners.items()
                if pairs.parents
            }
            found[name] = form.Listed(elements, children)
    return found


def _element(table: Table, row: int, fields: Mapping[str, Field]) -> dict[str, form.Plain | form.Unheld]:
    """One element: its known fields, and those that are unknown for a reason."""
    made: dict[str, form.Plain | form.Unheld] = {}
    for name in sorted(table.builders):
        state, value = table.column(name).at(row)
        if state is State.KNOWN and value is not None:
            made[name] = plain(value, fields[name].type)
        elif state is not State.MISSING:
            made[name] = form.Unheld(state.word)
    return made
