"""Two requirements: every answer against brute force over all products, and its witnesses against the evaluator."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis.conditions import PRESUMED, conditioned
from rulewright.engine.analysis.model import Problem
from rulewright.engine.analysis.normalise import build
from rulewright.engine.analysis.pairs import Kind, Pair, classify
from rulewright.engine.analysis.witness import product, satisfied
from tests.engine.analysis.brute.definitions import World
from tests.engine.analysis.brute.runs import SHARES, VOCABULARY, suites
from tests.engine.analysis.brute.space import Bits
from tests.engine.analysis.brute.suites import Suite
from tests.engine.analysis.brute.toy import AS_OF

COMMON: frozenset[Kind] = frozenset({"jointly_satisfiable", "independent"})
"""Told apart by the facts that are mentioned, not by products."""


def problem_of(drawn: Suite) -> Problem:
    """The problem of a suite with what its requirements presuppose."""
    ids = {requirement.id for requirement in drawn.program.requirements}
    return build([conditioned(drawn.program, ids)], VOCABULARY, as_of=AS_OF, facts=drawn.facts)


def mixed(program: ir.Program) -> bool:
    """Whether a fact is compared with another one: of such only the decisive values are looked at (`normalise`).

    So are lists within lists left out: the table of all products holds too few elements to tell whether one such demand
    contains another.
    """
    todo: list[ir.Expr] = [axiom.expr for axiom in program.axioms]
    for requirement in program.requirements:
        todo += (requirement.scope, requirement.applies, *(line.expr for line in requirement.lines))
    while todo:
        match todo.pop():
            case ir.Not(item):
                todo.append(item)
            case ir.And(items) | ir.Or(items):
                todo += items
            case ir.Quant() as quant:
                todo += (quant.where, quant.body)
                if quant.relation != "all":
                    return True
            case ir.Atom(_, ir.CmpAttr() | ir.CmpAsOf()):
                return True
            case _:
                continue
    return False


def expected(world: World, presumed: World, a: int, b: int) -> tuple[Kind | None, int]:
    """The kind, and the stricter of the two (-1: none), by the definitions; None where nothing breaks one of them."""
    there = world.there
    va, vb = world.judged[a].violated, world.judged[b].violated
    active: Bits = world.real & va.any(axis=1) & vb.any(axis=1)
    if not active.any():
        return None, -1
    sound: Bits = active & (there & ~va).any(axis=1) & (there & ~vb).any(axis=1)
    if not sound.any():
        return "independent", -1
    if (sound & ~(there & ~va & ~vb).any(axis=1)).any():
        return world.kind((a, b)), -1
    products = there & sound[:, None]
    inside = products & ~presumed.judged[a].violated & ~presumed.judged[b].violated
    each = (inside & ~va).any(axis=1) & (inside & ~vb).any(axis=1)
    if (each & ~(inside & ~va & ~vb).any(axis=1)).any():
        return "moot", -1
    forth, back = (implies(products, inside, *pair) for pair in ((va, vb), (vb, va)))
    if forth and back:
        return "equivalent", -1
    strict, mild = (va, vb) if forth else (vb, va)
    if (forth or back) and (products & strict & ~mild).any():
        return "stricter_dominates", a if forth else b
    return ("separated" if not inside.any() else "jointly_satisfiable"), -1


def implies(products: Bits, inside: Bits, strict: Bits, mild: Bits) -> bool:
    """Meeting the strict one is meeting the mild one: of all products, or of those under both, and not for nothing."""
    if not (products & ~strict & mild).any():
        return bool((products & mild).any())
    met = np.asarray((inside & ~strict & ~mild).any(axis=1))
    within = inside & met[:, None]
    telling = (products & mild & met[:, None]).any()
    return bool(telling and not (within & ~strict & mild).any())


def check_witnesses(problem: Problem, pair: Pair) -> int:
    """Ask the evaluator about every product that the answer shows."""
    for witness in pair.witnesses:
        shown = product(problem, witness.context, witness.design)
        assert (satisfied(problem, pair.first, shown) is True) is witness.first
        assert (satisfied(problem, pair.second, shown) is True) is witness.second
        for number, owner in enumerate(problem.owners):
            assert owner.strength != "axiom" or satisfied(problem, number, shown) is not False
    return len(pair.witnesses)


@pytest.mark.parametrize("share", range(SHARES))
def test_every_pair_is_what_the_definitions_say(share: int) -> None:
    seen: Counter[str] = Counter()
    for drawn, world in suites(share):
        if mixed(drawn.program):
            continue
        problem = problem_of(drawn)
        owners = {owner.id: number for number, owner in enumerate(problem.owners)}
        counted = [n for n in world.counted if drawn.program.requirements[n].id in owners]
        whole = conditioned(drawn.program, {requirement.id for requirement in drawn.program.requirements})
        twins = whole.requirements[len(drawn.program.requirements) :]
        presumed = World(world.space, replace(drawn.program, requirements=twins))
        for a, b in combinations(counted, 2):
            ids = [drawn.program.requirements[n].id for n in (a, b)]
            pair = classify(problem, owners[ids[0]], owners[ids[1]])
            kind, stricter = expected(world, presumed, a, b)
            said = "jointly_satisfiable" if pair.kind in COMMON else pair.kind
            meant = "jointly_satisfiable" if kind in COMMON else kind
            if kind is None:
                meant = said
                assert said in {"jointly_satisfiable", "separated"}
            assert said == meant, (drawn.seed, ids)
            if stricter >= 0:
                assert problem.owners[pair.stricter].id == drawn.program.requirements[stricter].id, (drawn.seed, ids)
            check_witnesses(problem, pair)
            seen[pair.kind] += 1
    assert len(seen) >= 5, seen


def test_an_answer_does_not_depend_on_who_comes_first() -> None:
    for drawn, world in suites(0, of=8):
        problem = problem_of(drawn)
        owners = [n for n, o in enumerate(problem.owners) if o.strength != "axiom" and not o.id.endswith(PRESUMED)]
        for a, b in combinations(owners, 2):
            one, two = classify(problem, a, b), classify(problem, b, a)
            assert (one.kind, one.stricter, one.shared) == (two.kind, two.stricter, two.shared), drawn.seed
        assert world.there.any()
