"""Certificates: made exactly where no context is contradictory, accepted as they are, refused when anything is changed.

The truth is that of `brute`: all contexts and designs of random small suites, judged by the evaluator.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np
import pytest

from rulewright.dsl import ir
from rulewright.engine.analysis import certify, drup
from rulewright.engine.analysis import check_certificate as checker
from rulewright.engine.reference import Reference
from rulewright.facts.base import Fact, FactBase, scalar
from rulewright.facts.types import State
from tests.engine.analysis.brute.definitions import World
from tests.engine.analysis.brute.runs import SHARES, VOCABULARY, seeds, suite
from tests.engine.analysis.brute.space import LISTS, RUN, Lists, holds
from tests.engine.analysis.brute.suites import Suite
from tests.engine.analysis.brute.toy import AS_OF, FLAW, PART


def _shall(program: ir.Program) -> list[int]:
    return [number for number, wanted in enumerate(program.requirements) if wanted.level == "shall"]


def _made(found: Suite) -> certify.Answer:
    return certify.certify([found.program], VOCABULARY, as_of=AS_OF, facts=found.facts)


def _axioms_forbid(world: World) -> bool:
    """Whether there is a context that the axioms about the context allow, but for which they leave no design."""
    return not bool(world.real.all())


@pytest.mark.parametrize("share", range(SHARES))
def test_a_certificate_where_nothing_contradicts(share: int) -> None:
    for seed in seeds(share, of=4):
        found, world = suite(seed)
        contradictory = world.contradictory(_shall(found.program))
        made = _made(found)
        match made:
            case checker.Certificate():
                assert not contradictory, seed
                steps = checker.check(certify.encode(made), [found.program], VOCABULARY)
                assert all(step.ok for step in steps), (seed, steps[-1])
            case certify.Conflicting(problem, conflict, _):
                ids = [wanted.id for wanted in found.program.requirements]
                members = [ids.index(problem.owners[owner].id) for owner in conflict.owners]
                assert world.contradictory(members), seed
            case _:
                assert _axioms_forbid(world), (seed, made)
                assert not contradictory, seed


# --- what the checker writes down ----------------------------------------------------------------------------------------


def _plain(value: object, name: str) -> Any:
    kind = VOCABULARY.attributes[name].type
    return certify.plain(value, kind)  # type: ignore[arg-type]


def _listed(lists: Lists, fields: dict[str, tuple[str, ...]], *, graph: bool) -> dict[str, checker.Listed]:
    """The lists of a design of `brute` as a certificate has them."""
    made = {}
    for name, rows in ((PART, lists.parts), (FLAW, lists.flaws)):
        elements = []
        for row in rows:
            cells: dict[str, Any] = {}
            for field, cell in zip(fields[name], row, strict=True):
                if isinstance(cell, State):
                    if cell is not State.MISSING:
                        cells[field] = checker.Unheld(cell.word)
                else:
                    cells[field] = certify.plain(cell, VOCABULARY.collections[name].fields[field].type)
            elements.append(cells)
        if elements:
            holder, key = (PART, "depends_on") if graph else (FLAW, PART)
            children = {key: tuple(lists.owned)} if name == holder and lists.owned else {}
            made[name] = checker.Listed(tuple(elements), children)
    return made


def _product(world: World, design: int, scope: checker.Scope) -> checker.Made:
    """A design of `brute` as a product of a certificate."""
    values = world.space.at(0, design)
    facts = {n: _plain(v, n) for n, v in values.items() if n in scope.choice}
    lists = values.get(LISTS)
    if not isinstance(lists, Lists):
        return checker.Made(facts)
    return checker.Made(facts, _listed(lists, world.space.fields, graph=world.space.graph))


def _unserved(world: World, designs: Sequence[int], background: np.ndarray[Any, Any]) -> bool:
    """Whether some context, of those that the axioms about the context allow, is served by none of these designs."""
    mask = sum(1 << number for number in _shall(world.program))
    good = (world.codes & mask == 0) & world.there
    return bool((background & ~good[:, list(designs)].any(axis=1)).any())


@pytest.mark.parametrize("share", range(SHARES))
def test_what_is_written_down_is_what_the_evaluator_says(share: int) -> None:
    """For random products: the clauses can be met exactly where some context is served by none."""
    for seed in seeds(share, of=3):
        _compared(*suite(seed), seed)


def _compared(found: Suite, world: World, seed: int) -> None:
    scope = checker.scope_of([found.program], VOCABULARY, [])
    about = {axiom.expr for axiom in found.program.axioms}
    kept = {*scope.background, *(line for demand in scope.demands if not demand.conditions for line in demand.lines)}
    if about != kept:
        return  # an axiom that has nothing to do with the requirements: the checker does not look at it
    background = np.ones(world.space.contexts, dtype=np.bool_)
    for expr in scope.background:
        background &= holds(world.space, expr).all(axis=1)
    rng = random.Random(seed)
    for count in (1, 1, 2, 3):
        designs = [rng.randrange(world.space.designs) for _ in range(count)]
        products = tuple(_product(world, design, scope) for design in designs)
        draft = certify._draft(certify._Request([found.program], VOCABULARY, AS_OF, found.facts), {}, products)
        clauses = checker.asked(draft, [found.program], VOCABULARY).clauses
        open_ = isinstance(drup.refute(clauses.variables, clauses.items), drup.Solution)
        unserved = _unserved(world, designs, background)
        assert open_ or not unserved, seed
        whole = RUN not in {axis.name for axis in world.space.axes} and found.flavour.name not in {"mixed", "open"}
        if whole:  # all values that the checker thinks of are among those of `brute`
            assert open_ is unserved, seed


# --- tampering -----------------------------------------------------------------------------------------------------------


def _mutations(data: dict[str, Any], rng: random.Random) -> Iterator[dict[str, Any]]:
    """Certificates with one thing changed."""
    for name in ("claim", "vocabulary", "as_of"):
        yield {**data, name: data[name][:-1] + ("1" if data[name][-1] != "1" else "2")}
    yield {**data, "requirements": data["requirements"] + 1}
    yield {**data, "programs": [data["programs"][0][::-1]]}
    yield {**data, "modules": []}
    yield {**data, "axioms": [*data["axioms"], {"id": "toy:x", "text": "true"}]}
    yield {**data, "left_out": [{"requirement": "toy:r0", "edition": "1", "because": "so"}]}
    yield {**data, "context": {**data["context"], "ctx.radio": True}}
    yield {**data, "question": {**data["question"], "clauses": data["question"]["clauses"] + 1}}
    for number, step in enumerate(data["proof"]):
        yield {**data, "proof": [*data["proof"][:number], *data["proof"][number + 1 :]]}
        if step:
            yield {**data, "proof": [*data["proof"][:number], step[1:], *data["proof"][number + 1 :]]}
    for number, made in enumerate(data["products"]):
        yield {**data, "products": [*data["products"][:number], *data["products"][number + 1 :]]}
        for name in made["facts"]:
            toy = VOCABULARY.attributes[name].type
            values = [json.loads(msgspec.json.encode(_plain(v, name))) for v in _values(name)]
            other = rng.choice([v for v in values if v != made["facts"][name]] or [made["facts"][name]])
            assert toy is not None
            yield _with(data, number, {**made, "facts": {**made["facts"], name: other}})
            yield _with(data, number, {**made, "facts": {n: v for n, v in made["facts"].items() if n != name}})
        for name, listed in made["lists"].items():
            yield _with(data, number, {**made, "lists": {}})
            yield _with(data, number, {**made, "lists": {name: {"elements": listed["elements"][1:], "children": {}}}})


def _values(name: str) -> Sequence[object]:
    from tests.engine.analysis.brute.toy import TOYS

    return TOYS[name].values


def _with(data: dict[str, Any], number: int, made: dict[str, Any]) -> dict[str, Any]:
    return {**data, "products": [*data["products"][:number], made, *data["products"][number + 1 :]]}


def _harmless(found: Suite, world: World, data: dict[str, Any]) -> bool:
    """Whether what a changed certificate claims is true all the same: every context tried, by the evaluator alone."""
    certificate = checker.read(json.dumps(data).encode())
    scope = checker.scope_of([found.program], VOCABULARY, [(x.requirement, x.edition) for x in certificate.left_out])
    facts = checker.fact_base(certificate.products, VOCABULARY, scope.choice)
    out = {item.requirement for item in certificate.left_out}
    for context in np.flatnonzero(world.real):
        values = world.space.at(int(context), 0)
        given = {n: v for n, v in values.items() if n in VOCABULARY.attributes and VOCABULARY.attributes[n].given}
        if any(_plain(given[n], n) != v for n, v in certificate.context.items() if n in given):
            continue
        day = values.get(RUN, AS_OF)
        assert isinstance(day, int)
        known = {n: scalar([Fact(State.KNOWN, v)] * len(facts.products)) for n, v in given.items()}  # type: ignore[arg-type]
        whole = FactBase(facts.products, {**facts.attributes, **known}, facts.tables)
        judge = Reference(found.program, whole, day)
        numbers = [n for n in _shall(found.program) if found.program.requirements[n].id not in out]
        if not any(
            all(judge.verdict(n, one) in {"pass", "not_applicable"} for n in numbers)
            for one in range(len(facts.products))
        ):
            return False
    return True


@pytest.mark.parametrize("seed", [0, 2, 9, 21, 28, 42])
def test_a_changed_certificate_is_refused(seed: int) -> None:
    """Or what it claims is shown to be true all the same."""
    found, world = suite(seed)
    made = _made(found)
    if not isinstance(made, checker.Certificate):
        pytest.skip("a contradiction: no certificate")
    data = json.loads(certify.encode(made))
    rng, refused = random.Random(seed), 0
    for changed in _mutations(data, rng):
        steps = checker.check(json.dumps(changed).encode(), [found.program], VOCABULARY)
        if all(step.ok for step in steps):
            assert _harmless(found, world, changed), changed
        else:
            refused += 1
    assert refused >= 9


def test_other_requirements_are_refused() -> None:
    found, _ = suite(0)
    made = _made(found)
    assert isinstance(made, checker.Certificate)
    fewer = msgspec.structs.replace(found.program, requirements=found.program.requirements[1:])
    moved = [msgspec.structs.replace(r, place=ir.Place("elsewhere.rw", 7, 3)) for r in found.program.requirements]
    renamed = msgspec.structs.replace(found.program, requirements=tuple(moved))
    data = certify.encode(made)
    assert not all(step.ok for step in checker.check(data, [fewer], VOCABULARY))
    assert all(step.ok for step in checker.check(data, [renamed], VOCABULARY)), "places are no part of the meaning"
    assert not all(step.ok for step in checker.check(b"{}", [found.program], VOCABULARY))
    assert not all(step.ok for step in checker.check(b"\xff", [found.program], VOCABULARY))


def test_the_checker_imports_no_solver_and_none_of_the_analyser() -> None:
    import subprocess
    import sys

    program = (
        "import sys, rulewright.engine.analysis.check_certificate\n"
        "bad = [n for n in sys.modules if n.startswith(('pysat', 'z3', 'numpy')) or (n.startswith("
        "'rulewright.engine.analysis.') and not n.endswith('.check_certificate'))]\n"
        "print(*bad)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
