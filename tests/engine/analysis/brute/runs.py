"""How many suites a run takes, and each of them with all its products.

`RULEWRIGHT_SUITES_COUNT` says how many, else the hypothesis profile does: 100 (`dev`), 500 (`ci`), 10,000 (`nightly`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from hypothesis import settings

from rulewright.facts.vocabulary import Vocabulary
from tests.engine.analysis.brute.definitions import World
from tests.engine.analysis.brute.space import Space, TooLargeError, expressions, mentions
from tests.engine.analysis.brute.suites import FLAVOURS, Flavour, Suite, draw
from tests.engine.analysis.brute.toy import vocabulary

COUNT = int(os.environ.get("RULEWRIGHT_SUITES_COUNT", "0")) or settings().max_examples
SHARES = 4
MOST = 60_000
"""Products of a suite."""

VOCABULARY: Vocabulary = vocabulary()


def seeds(share: int, of: int = 1) -> range:
    """The seeds of a share of the run; `of` takes only one suite in so many."""
    return range(share, COUNT // of, SHARES)


def suite(seed: int, flavours: Sequence[Flavour] = FLAVOURS) -> tuple[Suite, World]:
    """The suite of a seed, and its world: the first draw that is small enough.

    Axioms that leave no context because of facts that no requirement mentions are an error of their own (`nowhere`): not here.
    """
    for attempt in range(100):
        drawn = draw(seed, attempt, flavours)
        try:
            space = Space([drawn.program], MOST, drawn.facts)
        except TooLargeError:
            continue
        world = World(space, drawn.program)
        if world.real.any() or not _aside(drawn):
            return drawn, world
    raise TooLargeError(f"seed {seed}")


def _aside(drawn: Suite) -> bool:
    """Whether its axioms mention facts that its requirements do not."""
    asked = mentions(expr for requirement in drawn.program.requirements for expr in expressions(requirement))
    return not mentions(axiom.expr for axiom in drawn.program.axioms) <= asked


def suites(share: int, of: int = 1, flavours: Sequence[Flavour] = FLAVOURS) -> Iterator[tuple[Suite, World]]:
    """The suites of a share."""
    for seed in seeds(share, of):
        yield suite(seed, flavours)
