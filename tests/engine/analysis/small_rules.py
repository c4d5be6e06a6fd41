"""Small rules over the toy vocabulary, and the suites of a run with nothing fixed by a profile."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.dsl import ir
from rulewright.engine.analysis.normalise import build
from rulewright.engine.analysis.work import Work
from tests.engine.analysis.brute.definitions import World
from tests.engine.analysis.brute.runs import MOST, VOCABULARY, suites
from tests.engine.analysis.brute.space import Space, TooLargeError
from tests.engine.analysis.brute.suites import Suite
from tests.engine.analysis.brute.toy import AS_OF
from tests.engine.analysis.test_brute_definitions import RADIO, TELNET, UPDATE, days, demand, kind, market

__all__ = ["RADIO", "TELNET", "UPDATE", "days", "demand", "kind", "market", "whole_suites", "work_of"]


def work_of(program: ir.Program) -> Work:
    """A program with its solvers."""
    return Work([program], VOCABULARY, build([program], VOCABULARY, as_of=AS_OF), AS_OF, None)


def whole_suites(share: int, of: int = 1) -> Iterator[tuple[Suite, World]]:
    """The suites of a share, on all contexts: what a profile fixes is open again."""
    for drawn, world in suites(share, of):
        if not drawn.facts:
            yield drawn, world
            continue
        try:
            space = Space([drawn.program], MOST)
        except TooLargeError:
            continue
        yield drawn._replace(facts={}), World(space, drawn.program)
