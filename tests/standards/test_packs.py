"""Each pack compiles without a remark, is complete in itself, and its in-file tests hold."""

import re
from collections import Counter
from pathlib import Path

import pytest

from rulewright.cli.main import main
from tests.standards.packs import PACKS, Pack, sources

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
def test_the_tests_in_the_file_hold(pack: Pack, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(root / pack.file)]) == 0
    said = re.search(r"(\d+) of (\d+) tests pass", capsys.readouterr().out)
    assert said is not None
    assert said[1] == said[2]
    assert int(said[2]) >= 2 * pack.rows


def test_a_test_that_does_not_hold_is_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = sources()[PACKS[1].file].text.replace(b"expect pass", b"expect fail", 1)
    broken = tmp_path / "broken.rw"
    broken.write_bytes(text)
    assert main(["test", str(broken)]) == 1
    assert "1 failure" in capsys.readouterr().out
