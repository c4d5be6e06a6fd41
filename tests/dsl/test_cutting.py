"""Inside an open piece only brackets and starting words are looked at: a text is cut as if every token were."""

from random import Random

import pytest

from rulewright.dsl import cut
from tests.dsl.test_sample import SAMPLE

ODD = (
    *"{}()[]\"#;,'\\é\t",
    "\n",
    "\r\n",
    "\n  title",
    "\nstandard",
    "\n \x0b requirement",
    "\n\u2028 title",
    "\nétitle",
    "test ",
    "\nrequirement x shall {",
    "\nattribute a.b : bool",
    "\n and # title\n  title",
    '"a\\',
    '"a\\"}',
    "title-x",
    "title.a",
    "1.5-title",
    " implies",
)


class Plain(cut._Cutter):
    """Looks at every token, always."""

    def _skim(self, at: int) -> int | None:
        return self._scan(at)


def spoiled(seed: int) -> str:
    """Give a part of the sample with a few characters too many and too few."""
    random = Random(seed)
    start = random.randrange(len(SAMPLE)) if random.random() < 0.3 else 0
    text = SAMPLE[start : start + random.choice((300, 1500, 6000))]
    for _ in range(random.choice((1, 1, 2, 5))):
        at = random.randrange(len(text) + 1)
        if random.random() < 0.7:
            text = text[:at] + random.choice(ODD) + text[at:]
        else:
            text = text[:at] + text[at + random.randrange(1, 12) :]
    return text


def told(found: cut.Cut) -> tuple[object, ...]:
    """Give everything that is in a cut; flaws are exceptions, and no two of these are equal."""
    return found.modules, found.tests, [(f.code, f.message, f.at, f.hint) for f in found.flaws]


@pytest.mark.parametrize("block", range(10))
def test_skimming_cuts_like_scanning(block: int) -> None:
    """Cut some hundred spoiled texts both ways."""
    for seed in range(block * 60, block * 60 + 60):
        text = spoiled(seed)
        assert told(cut.cut(text)) == told(Plain(text).run()), text


def test_many_words_that_start_nothing_cost_no_square() -> None:
    """Look at each stretch between two words once, however many words do not start an item."""
    text = 'standard a edition "1" {\n requirement x shall {\n' + "  title\n" * 20_000 + "}\n}\n"
    assert len(cut.cut(text).modules[0].items) == 1
