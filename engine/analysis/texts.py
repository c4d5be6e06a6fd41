"""Values to try for texts: constants, witnesses of patterns, another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rulewright.dsl import ir
from rulewright.engine.analysis.cells import Candidate, other_than
from rulewright.facts.types import Value


class Tried(NamedTuple):
    """Values to try, and what could not be constructed, in words."""

    candidates: list[Candidate]
    unknowns: list[str]


def candidates(kind: str, tests: Sequence[ir.Test], named: Sequence[Value]) -> Tried:
    """Values of a text that the tests may tell apart."""
    found = [Candidate(value) for value in named]
    found += [Candidate("")] if "" not in named and kind == "string" else []
    found.append(Candidate(other_than(named), fresh=True))
    return Tried(found, [f"a {kind} with {type(test).__name__}" for test in tests if isinstance(test, ir.Regex)])
