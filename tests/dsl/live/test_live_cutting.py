"""A text that is cut again after an edit is cut as if it had never been cut before."""

from random import Random

import pytest

from rulewright.dsl.cut import cut
from rulewright.dsl.live.cutting import Marked, marked
from rulewright.dsl.live.edits import between
from tests.dsl.test_cutting import ODD, spoiled, told
from tests.dsl.test_sample import SAMPLE

TAKEN = ("}", "{", "\n", '"', "requirement", "test", "standard", " ")


def edited(text: str, random: Random) -> str:
    """Give a text with something put in, taken out or replaced."""
    at = random.randrange(len(text) + 1)
    if random.random() < 0.3:
        sign = random.choice(TAKEN)
        at = max(text.find(sign, at), 0)
        return text[:at] + text[at + len(sign) :]
    gone = random.choice((0, 0, 1, 5, 200))
    new: str = random.choice((*ODD, "x", "", SAMPLE[at // 2 : at // 2 + 300]))
    return text[:at] + new + text[at + gone :]


@pytest.mark.parametrize("block", range(4))
def test_cutting_again_is_cutting(block: int) -> None:
    """Edit texts again and again, spoiled ones too."""
    for seed in range(block * 12, block * 12 + 12):
        random = Random(seed)
        text = SAMPLE + SAMPLE.replace("acme", "other") if seed % 2 else spoiled(seed)
        known: Marked | None = None
        for _ in range(12):
            known = marked(text, known, None if known is None else between(known.text, text))
            assert told(known.cut) == told(cut(text)), f"seed {seed}"
            text = edited(text, random)


def test_what_lies_behind_the_edit_is_not_looked_at() -> None:
    text = "\n".join(SAMPLE.replace("acme", f"acme{n}") for n in range(20))
    known = marked(text, None, None)
    middle = text.index("{", len(text) // 2)
    changed = text[:middle] + "{ # here\n" + text[middle + 1 :]
    again = marked(changed, known, between(text, changed))
    assert again.cut.modules[0].items[0] is known.cut.modules[0].items[0]
    assert told(again.cut) == told(cut(changed))
    assert len(again.marks) == len(known.marks)
