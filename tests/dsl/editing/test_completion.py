"""What is offered where, word for word; and that what is offered fits.

After a change on purpose: `RULEWRIGHT_GOLDEN=write pytest tests/dsl/editing`, then read the difference.
"""

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.dsl.cut import cut
from rulewright.dsl.editing.completion import complete, state_at
from rulewright.dsl.editing.prefix import accepts, prefix
from rulewright.dsl.editing.words import MEANINGS
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.parser import parse
from rulewright.dsl.tables import WORDS
from tests.dsl.editing.support import CURSOR, HERE, at, project

HEAD = """policy acme.new edition "1" {
  use acme.baseline edition "2.0" as base
  param ok : set<license> = {MIT}
  define shipped(c : component) = c.type = library
  requirement lib shall { title "x" check acme.online }
"""
BLOCK = re.compile(r"^== (.+)\n((?:(?!==|\n==).*\n)*)", re.MULTILINE)
CASES = {title: body.strip("\n") for title, body in BLOCK.findall((HERE / "completion.txt").read_text("utf-8"))}


def text_of(title: str) -> str:
    return f"{HEAD}}}\n{CASES[title]}\n" if title.startswith("top:") else f"{HEAD}  {CASES[title]}\n}}\n"


def told(title: str) -> str:
    outline, workspace, offset = at(text_of(title), name="new.rw")
    lines = []
    for offer in complete(outline, workspace, offset)[:16]:
        replaced = outline.source.text[slice(*offer.at)]
        over = f"  over `{replaced}`" if replaced else ""
        lines.append(f"{offer.label:<28} {offer.kind:<12} {offer.detail}{over}".rstrip())
    return "\n".join(lines) or "(nothing)"


def test_what_is_offered_is_as_agreed() -> None:
    said = "\n\n".join(f"== {title}\n{told(title)}" for title in CASES) + "\n"
    golden = HERE / "golden" / "completion.txt"
    if os.environ.get("RULEWRIGHT_GOLDEN") == "write":
        golden.write_text(said, "utf-8")
    assert said == golden.read_text("utf-8")


def test_every_keyword_has_a_meaning() -> None:
    assert set(MEANINGS) == set(WORDS)


def test_the_word_being_written_is_left_out() -> None:
    text = "requirement x shall { severity high objective A check acme.te"
    assert accepts(text, (0, len(text))) == accepts(text[:-7], (0, len(text) - 7))
    assert "RBRACE" not in accepts(text, (0, len(text)))


def test_a_mistake_above_hides_nothing_below() -> None:
    text = "requirement x shall { check foo bar baz severity "
    assert prefix(text, len(text), "items", 0).can == {"NAME"}


@pytest.mark.parametrize("kind", ["standard", "vocabulary", "policy"])
def test_items_that_a_module_may_not_hold_are_not_offered(kind: str) -> None:
    outline, workspace, offset = at(f'{kind} a.b edition "1" {{\n  {CURSOR}\n}}\n', name="new.rw")
    labels = {o.label for o in complete(outline, workspace, offset)}
    assert ("attribute" in labels) == (kind == "vocabulary")
    assert ("waiver" in labels) == (kind == "policy")
    assert ("requirement" in labels) == (kind != "vocabulary")


def test_settings_that_stand_already_are_not_offered() -> None:
    outline, workspace, offset = at(f'policy a.b edition "1" {{\n  title "x"\n  {CURSOR}\n}}\n', name="new.rw")
    assert "title" not in {o.label for o in complete(outline, workspace, offset)}


def _flaw(text: str, offset: int) -> tuple[int, int] | None:
    """Where the piece around an offset cannot be parsed."""
    for module in cut(text).modules:
        for piece in module.items:
            if piece.at[0] <= offset <= piece.at[1]:
                try:
                    parse(text, (piece.at[0], min(piece.at[1], offset)), "items")
                except Flaw as flaw:
                    return None if flaw.message.startswith("something is missing after") else flaw.at
    return None


@given(st.data())
def test_a_keyword_that_is_taken_can_stand_there(data: st.DataObject) -> None:
    text = project()[data.draw(st.sampled_from(["policy.rw", "baseline.rw"]))]
    places = [m.start() for m in re.finditer(r"(?<=\s)\S", text)]
    offset = data.draw(st.sampled_from(places))
    outline, workspace, offset = at(text[:offset] + CURSOR + text[offset:], name="policy.rw")
    state = state_at(outline, offset)
    offers = [o for o in complete(outline, workspace, offset) if o.kind == "keyword"]
    if state is None or state[0].quoted or not offers:
        return
    offer = data.draw(st.sampled_from(offers))
    start, end = offer.at
    taken = text[:start] + offer.text + " " + text[end:]
    found = _flaw(taken, start + len(offer.text))
    assert found is None or found[0] != start, offer


@given(st.data())
def test_offers_are_sorted_and_single_wherever_one_looks(data: st.DataObject) -> None:
    text = project()["policy.rw"]
    offset = data.draw(st.integers(0, len(text)))
    outline, workspace, offset = at(text[:offset] + CURSOR + text[offset:])
    offers = complete(outline, workspace, offset)
    keys = [(o.label, o.kind == "snippet") for o in offers]
    assert len(keys) == len(set(keys))
    assert [o.rank for o in offers] == sorted(o.rank for o in offers)
    assert all(o.at[0] <= offset <= o.at[1] for o in offers)
