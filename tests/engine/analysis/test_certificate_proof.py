"""Proofs: random clauses are refuted or solved, the checker accepts exactly what follows, and so does a second checker."""

from __future__ import annotations

import itertools
import random

import pytest

from rulewright.engine.analysis import drup
from rulewright.engine.analysis.check_certificate import Clauses, Refutation

Clause = tuple[int, ...]


def _random(rng: random.Random, variables: int, count: int) -> list[Clause]:
    return [
        tuple(
            v if rng.random() < 0.5 else -v
            for v in rng.sample(range(1, variables + 1), rng.randint(1, min(3, variables)))
        )
        for _ in range(count)
    ]


def _solvable(variables: int, clauses: list[Clause]) -> bool:
    for bits in itertools.product((False, True), repeat=variables):
        if all(any(bits[abs(x) - 1] is (x > 0) for x in clause) for clause in clauses):
            return True
    return False


def _replayed(variables: int, clauses: list[Clause], proof: tuple[Clause, ...]) -> bool:
    refutation = Refutation(variables, clauses)
    return all(refutation.follows(step) for step in proof) and refutation.conflict is not None


@pytest.mark.parametrize("seed", range(120))
def test_random_clauses(seed: int) -> None:
    rng = random.Random(seed)
    variables = rng.randint(2, 8)
    clauses = _random(rng, variables, rng.randint(4, 5 * variables))
    found = drup.refute(variables, clauses)
    if isinstance(found, drup.Solution):
        assert _solvable(variables, clauses)
        assert all(any((abs(x) in found.true) is (x > 0) for x in clause) for clause in clauses)
        assert not _replayed(variables, clauses, ())
    else:
        assert not _solvable(variables, clauses)
        assert _replayed(variables, clauses, found)


def _pigeons(holes: int) -> tuple[int, list[Clause]]:
    """One pigeon too many: hard enough that a proof has steps."""
    name = {(p, h): p * holes + h + 1 for p in range(holes + 1) for h in range(holes)}
    clauses: list[Clause] = [tuple(name[p, h] for h in range(holes)) for p in range(holes + 1)]
    for h in range(holes):
        clauses += [(-name[p, h], -name[q, h]) for p, q in itertools.combinations(range(holes + 1), 2)]
    return len(name), clauses


def test_steps_that_are_needed_are_checked() -> None:
    variables, clauses = _pigeons(4)
    proof = drup.refute(variables, clauses)
    assert isinstance(proof, tuple)
    assert len(proof) > 3
    assert _replayed(variables, clauses, proof)
    assert not _replayed(variables, clauses, proof[:-1] if len(proof[-1]) else proof[:-2])
    assert not _replayed(variables, clauses, ())
    assert not _replayed(variables, clauses[1:], proof), "without one of the clauses it does not follow"


def test_a_second_checker_agrees() -> None:
    dratify = pytest.importorskip("dratify")
    variables, clauses = _pigeons(4)
    proof = drup.refute(variables, clauses)
    assert isinstance(proof, tuple)
    cnf = "".join([f"p cnf {variables} {len(clauses)}\n", *(" ".join(map(str, (*c, 0))) + "\n" for c in clauses)])
    text = "".join(" ".join(map(str, (*step, 0))) + "\n" for step in (*proof, ()))
    formula = dratify.parse_dimacs(cnf)
    assert dratify.check_proof(formula, text, check_rat=False, engine="python").ok
    assert not dratify.check_proof(formula, "0\n", check_rat=False, engine="python").ok


def test_what_does_not_follow_is_refused() -> None:
    refutation = Refutation(3, [(1, 2), (-1, 3)])
    assert not refutation.follows((2,))
    assert not refutation.follows((4,)), "no such proposition"
    assert not refutation.follows((0,))
    assert refutation.follows((2, 3))
    assert not refutation.follows(())


@pytest.mark.parametrize("least", range(5))
def test_counting_gate(least: int) -> None:
    clauses = Clauses()
    names = [clauses.new() for _ in range(3)]
    gate = clauses.at_least(least, [*names, 1])
    clauses.add([gate])
    for bits in itertools.product((False, True), repeat=3):
        chosen = [(n if b else -n,) for n, b in zip(names, bits, strict=True)]
        found = drup.refute(clauses.variables, [*clauses.items, *chosen])
        assert isinstance(found, drup.Solution) is (sum(bits) + 1 >= least)
