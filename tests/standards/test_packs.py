"""Each pack compiles without a remark, is complete in itself, and its in-file tests hold."""

import re
from collections import Counter

import pytest

from rulewright import dsl
from tests.standards.packs import PACKS, Pack, shipped_vocabulary, sources
from tests.standards.runner import run

pack_of = pytest.mark.parametrize("pack", PACKS, ids=lambda p: p.id)


@pack_of
def test_compiles_without_a_remark(pack: Pack) -> None:
    assert [d.message for d in pack.compiled().diagnostics if d.severity.value != "note"] == []


@pack_of
def test_holds_as_many_requirements_as_its_catalogue_has_rows(pack: Pack) -> None:
    assert len(pack.program().requirements) == pack.rows
    info = next(m for m in pack.program().modules if m.id == pack.id)
    assert (info.kind, info.edition) == ("standard", pack.edition)


@pack_of
def test_every_requirement_says_what_to_do_and_how_far_it_was_verified(pack: Pack) -> None:
    for requirement in pack.program().requirements:
        assert requirement.title, requirement.id
        assert requirement.clause, requirement.id
        assert requirement.objective, requirement.id
        assert requirement.fix.endswith("."), requirement.id
        assert "Verified: " in requirement.note, requirement.id


@pack_of
def test_every_requirement_has_tests_for_its_outcomes(pack: Pack) -> None:
    """A pass for each, and a fail or an unknown at least: a requirement that cannot answer otherwise is no check."""
    outcomes: dict[str, Counter[str]] = {}
    text = sources()[pack.file].text.decode()
    for name, body in re.findall(r'^test "([^"]+)"[^{]*\{(.*?)^\}', text, re.MULTILINE | re.DOTALL):
        outcomes[name] = Counter(re.findall(r"expect (\w+)", body))
    wanted = {r.id.rpartition(":")[2] for r in pack.program().requirements}
    assert set(outcomes) == wanted
    for name, counts in outcomes.items():
        assert counts["pass"], name
        assert counts["fail"] or counts["not_applicable"], name


@pack_of
def test_ids_are_unique_and_titles_are_sentences_of_our_own(pack: Pack) -> None:
    titles = [r.title for r in pack.program().requirements]
    assert len(set(titles)) == len(titles)
    assert all(title[0].isupper() and not title.endswith(".") for title in titles)


@pack_of
def test_the_tests_in_the_file_hold(pack: Pack) -> None:
    outcomes = run(pack.compiled())
    assert len(outcomes) >= 2 * pack.rows
    assert [str(outcome) for outcome in outcomes if not outcome.held] == []


def test_the_runner_sees_a_test_that_does_not_hold() -> None:
    pack = PACKS[1]
    text = sources()[pack.file].text.replace(b"expect pass", b"expect fail", 1)
    broken = {**sources(), pack.file: dsl.Source(pack.file, text)}
    outcomes = run(dsl.compile(broken, [pack.file], shipped_vocabulary()))
    assert [outcome.held for outcome in outcomes].count(False) == 1
