"""Make a certificate of conflict-freedom: products that together serve every context, and a proof that they do.

Guarantees: what `certify` returns as a certificate was found by the analyser and proven over the clauses that the checker
itself writes down (`check_certificate.clauses_of`), so it is accepted by `check_certificate.check`; where there is a
contradiction it is returned instead.  Deterministic.
What it does not do: check (`check_certificate` does, and trusts nothing here); the fewest products: only superfluous ones are
left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from rulewright import __version__
from rulewright.dsl import ir
from rulewright.engine.analysis import check_certificate as form
from rulewright.engine.analysis import drup, normalise, ranks, witness
from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.cover import Cover, UndecidedError
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

ROUNDS = 24
"""So often products are looked for at other ends of the numbers that design is compared with."""

Left = dict[tuple[str, str], str]
"""Why a requirement (id, edition) is left out."""


class _Request(NamedTuple):
    """What is to be certified."""

    programs: Sequence[ir.Program]
    vocabulary: Vocabulary
    as_of: int
    facts: Mapping[str, Value]


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
    request = _Request(programs, vocabulary, as_of, facts or {})
    left: Left = {}
    names = _names(programs) if without else {}
    for name in without:
        if name not in names:
            return UnknownRequirement(name, tuple(names))
        left[names[name]] = ASKED
    return _searched(request, left)


def encode(certificate: form.Certificate) -> bytes:
    """The JSON of a certificate."""
    return msgspec.json.encode(certificate) + b"\n"


def _names(programs: Sequence[ir.Program]) -> dict[str, tuple[str, str]]:
    """The `shall` requirements by their names (`STANDARD:ID` and `STANDARD@EDITION:ID`)."""
    found: dict[str, tuple[str, str]] = {}
    for program in programs:
        for wanted in program.requirements:
            if wanted.level == "shall":
                key = wanted.id, form.edition_of(wanted, program)
                home, _, own = wanted.id.partition(":")
                found.setdefault(wanted.id, key)
                found.setdefault(f"{home}@{key[1]}:{own}", key)
    return found


# --- the search --------------------------------------------------------------------------------------------------------


def _searched(request: _Request, left: Left) -> Answer:
    """Look for products until the checker's clauses are refuted.

    A number of the context that design is compared with (a lifetime, a day) has ends beyond those that matter for
    conflicts: where the clauses leave such a context open, products are looked for right there.
    """
    corner: dict[str, Value] = {}
    tried: list[dict[str, Value]] = []
    dated = _dated(request.programs)
    products: dict[bytes, form.Made] = {}
    while True:
        tried.append(corner)
        problem = _problem(request, corner, by_day=bool(dated))
        try:
            designs = _covered(problem, left)
        except UndecidedError as undecided:
            return Unproven(problem, str(undecided))
        if isinstance(designs, Conflicting):
            if problem.as_of == request.as_of:
                return designs
            names = ", ".join(f"`{problem.owners[owner].id}`" for owner in designs.found.owners)
            day = date.fromordinal(problem.as_of + form.EPOCH).isoformat()
            return Unproven(
                problem, f"fields of elements are compared with the day of the run; on {day}, {names} clash"
            )
        draft = _draft(request, left, ())
        scope = form.scope_of(request.programs, request.vocabulary, list(left))
        for design in designs:
            made = _made(problem, design, scope, request.vocabulary)
            products.setdefault(msgspec.json.encode(made, order="deterministic"), made)
        draft = msgspec.structs.replace(draft, products=tuple(products.values()))
        try:
            encoder = form.asked(draft, request.programs, request.vocabulary, scope)
        except form.RefusedError as refused:
            return Unproven(problem, str(refused))
        solution = drup.refute(encoder.clauses.variables, encoder.clauses.items)
        if not isinstance(solution, drup.Solution):
            return _finished(request, draft, encoder, scope)
        left_corners = [corner for corner in _corners(encoder.givens, solution) if corner not in tried]
        if not left_corners or len(tried) == ROUNDS:
            break
        corner = left_corners[0]
    if dated:
        names = ", ".join(f"`{name}`" for name in dated)
        return Unproven(
            problem, f"no few products do on every day, with fields compared with the day of the run: {names}"
        )
    return Unproven(problem, "the evaluator leaves a context open for which the analyser has a product")


def _problem(request: _Request, corner: Mapping[str, Value], *, by_day: bool) -> Problem:
    """The problem at one end of the numbers; `by_day`: on that very day, since fields of elements are compared with it."""
    day = corner.get(form.AS_OF, request.as_of)
    as_of = day if by_day and isinstance(day, int) else request.as_of
    return normalise.build(request.programs, request.vocabulary, as_of=as_of, facts={**request.facts, **corner}, most=0)


def _dated(programs: Sequence[ir.Program]) -> list[str]:
    """The requirements and axioms that compare a field of elements with the day of the run, by id."""
    found = set()
    for program in programs:
        asked = [
            (r.id, e)
            for r in program.requirements
            if r.level == "shall"
            for e in (r.scope, r.applies, *(line.expr for line in r.lines))
        ]
        asked += [(axiom.id, axiom.expr) for axiom in program.axioms]
        for name, expr in asked:
            for part in form.walk(expr):
                if isinstance(part, ir.Atom) and isinstance(part.test, ir.CmpAsOf) and isinstance(part.term, ir.Field):
                    found.add(name)
    return sorted(found)


def _corners(givens: form.Givens, solution: drup.Solution) -> Iterator[dict[str, Value]]:
    """Where to look for a product that serves a context that is left open: at the far ends of what rules do not tell apart.

    First the ends that most products have trouble with (a late day, a long life), then others, then nearer ones.
    """
    names = sorted(givens.crossed)
    for stated in (True, False):
        ends = [givens.interval(name, solution.true, stated=stated) for name in names]
        for side in (1, 0):
            yield {name: end[side] for name, end in zip(names, ends, strict=True)}


def _covered(problem: Problem, left: Left) -> list[Design] | Conflicting:
    """Designs for every context; a requirement that gives way to another one by `prefer` is added to what is left out."""
    oracle = Oracle(problem)
    contexts = Contexts(problem, oracle)
    out = [number for number in range(len(problem.owners)) if _key(problem, number) in left]
    cover = Cover(problem, oracle=oracle, contexts=contexts, without=out)
    while (found := cover.conflict()) is not None:
        decided = ranks.decided([problem.owners[owner] for owner in found.owners])
        if decided is None:
            return Conflicting(problem, found, contexts.smallest(found.units))
        loser = next(owner for owner in found.owners if problem.owners[owner].id == decided.loser)
        left[_key(problem, loser)] = f"gives way to {decided.winner}: {decided.because}"
        cover = cover.leaving(loser)
    return cover.fewest()


def _key(problem: Problem, owner: int) -> tuple[str, str]:
    found = problem.owners[owner]
    return (found.requirement.id if found.requirement is not None else "", found.edition)


def _draft(request: _Request, left: Left, products: tuple[form.Made, ...]) -> form.Certificate:
    """The certificate, but for its proof."""
    programs, vocabulary = request.programs, request.vocabulary
    shall = sum(r.level == "shall" for program in programs for r in program.requirements)
    conditions = {
        n for p in programs for r in p.requirements for e in (r.scope, r.applies) for n in form.attributes_in(e)
    }
    given = {
        name: value for name, value in request.facts.items() if form.is_given(name, name in conditions, vocabulary)
    }
    return form.Certificate(
        claim=form.CLAIM,
        engine=__version__,
        as_of=date.fromordinal(request.as_of + form.EPOCH).isoformat(),
        modules=form.modules_of(programs),
        programs=tuple(form.meaning_digest(program) for program in programs),
        vocabulary=form.vocabulary_digest(vocabulary),
        requirements=shall - len(left),
        context={name: plain(given[name], form.attribute_type(name, vocabulary).type) for name in sorted(given)},
        left_out=tuple(form.Left(*key, because) for key, because in sorted(left.items())),
        axioms=form.background_of(programs),
        products=products,
        question=form.Question(0, 0, ""),
        proof=(),
    )


def _finished(request: _Request, draft: form.Certificate, encoder: form.Encoder, scope: form.Scope) -> form.Certificate:
    """Leave out superfluous products, and add the proof."""
    needed = _needed(encoder)
    clauses = encoder.clauses
    if len(needed) < len(draft.products):
        draft = msgspec.structs.replace(draft, products=tuple(draft.products[number] for number in needed))
        clauses = form.asked(draft, request.programs, request.vocabulary, scope).clauses
    proof = drup.refute(clauses.variables, clauses.items)
    assert not isinstance(proof, drup.Solution), "the products left out were superfluous"
    return msgspec.structs.replace(draft, question=clauses.question(), proof=proof)


def _needed(encoder: form.Encoder) -> list[int]:
    """The products without those that the others make superfluous, the first ones first left out."""
    from pysat.solvers import Glucose4

    own = {place: number for number, place in enumerate(encoder.places) if place is not None}
    mark = encoder.clauses.variables
    with Glucose4() as solver:
        for place, clause in enumerate(encoder.clauses.items):
            solver.add_clause([*clause, -(mark + 1 + own[place])] if place in own else clause)
        kept = list(own.values())
        for number in list(kept):
            fewer = [other for other in kept if other != number]
            if not solver.solve(assumptions=[mark + 1 + other for other in fewer]):
                kept = fewer
    return kept


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
