"""Each pack compiles without a remark, is complete in itself, and the tests in its file hold and tell good from bad."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from rulewright import dsl
from rulewright.cli import shelf
from rulewright.cli.main import main
from rulewright.dsl import ir
from tests.standards.packs import PACKS, ROOT, Pack, layer_of, layers, name_of, shipped_vocabulary, sources
from tests.standards.suite import judge_apart, outcomes

pack_of = pytest.mark.parametrize("pack", PACKS, ids=lambda p: p.name)
SHARE_ALIKE = {"owasp.asvs", "owasp.isvs", "owasp.masvs", "owasp.scvs"}
"""Derived from texts under CC BY-SA: each in a folder of its own, with that licence."""
WITHOUT_OBJECTIVES = {"nist.sp_800_53@r5"}
"""A list of controls by id and title: our catalogue says nothing of what they are about."""


def test_every_standard_file_is_listed() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "standards").glob("*/*.rw")}
    assert files == {pack.file for pack in PACKS}
    assert sorted(word for words in shelf.layers() for word in words) == sorted(pack.name for pack in PACKS)


@pack_of
def test_compiles_among_all_without_a_remark(pack: Pack) -> None:
    layer = layer_of(pack)
    assert layer.program is not None
    assert [d.message for d in layer.diagnostics if d.severity.value != "note"] == []


@pack_of
def test_compiles_alone_to_the_same_requirements(pack: Pack) -> None:
    alone = dsl.compile(sources(), [pack.file], shipped_vocabulary(), tests=False)
    assert [d.message for d in alone.diagnostics if d.severity.value != "note"] == []
    assert alone.program is not None
    assert alone.program.requirements == pack.program().requirements


@pack_of
def test_says_what_it_is(pack: Pack) -> None:
    module = pack.module()
    assert (module.kind, module.edition) == ("standard", pack.edition)
    assert module.title
    assert module.publisher
    assert module.license
    assert module.source
    assert module.force in {"law", "regulation", "contract", "certification", "voluntary"}
    assert module.jurisdiction
    head = sources()[pack.file].text.decode().partition("\nstandard ")[0]
    assert all(line.startswith("#") for line in head.strip().splitlines())


@pack_of
def test_every_requirement_says_what_it_rests_on_and_what_to_do(pack: Pack) -> None:
    assert len(pack.requirements()) == pack.rows
    for requirement in pack.requirements().values():
        assert requirement.title, requirement.id
        assert requirement.clause, requirement.id
        assert bool(requirement.objective) != (pack.name in WITHOUT_OBJECTIVES), requirement.id
        assert requirement.fix.endswith("."), requirement.id
        assert requirement.effort, requirement.id
        assert requirement.source, requirement.id
        assert requirement.lines, requirement.id


@pack_of
def test_titles_are_sentences_of_our_own(pack: Pack) -> None:
    for requirement in pack.requirements().values():
        assert not requirement.title.endswith("."), requirement.id
        assert not requirement.title[0].islower() or requirement.title.split()[0] == "mTLS", requirement.id
    titles = Counter(requirement.title for requirement in pack.requirements().values())
    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize("pack", PACKS, ids=lambda p: p.name)
def test_a_folder_under_share_alike_has_its_licence(pack: Pack) -> None:
    """Text under CC BY-SA stands apart, says so, and is attributed."""
    licence = ROOT / "standards" / pack.id / "LICENSE"
    assert ("CC BY-SA" in pack.module().license) == (pack.id in SHARE_ALIKE) == licence.exists()
    if licence.exists():
        text = licence.read_text(encoding="utf-8")
        assert "https://creativecommons.org/licenses/by-sa/4.0/" in text
        assert "changes" in text.lower()
        assert pack.module().publisher in text


# --- tests in the files ------------------------------------------------------------------------------------------------


@pack_of
def test_the_tests_in_the_file_hold(pack: Pack) -> None:
    found = outcomes()[pack.file]
    assert len(found) == len(pack.tests()) >= 2 * pack.rows
    assert [(str(o.case.place), o.verdict, o.case.expect) for o in found if o.verdict != o.case.expect] == []


def test_tests_that_name_elements_find_them() -> None:
    """The elements at fault are told by the one judge that says them."""
    named = [(number, case) for number, layer in enumerate(layers()) for case in layer.tests if case.on]
    assert len(named) > 40
    assert [(str(case.place), said) for number, case in named if (said := judge_apart(number, case))] == []


@pack_of
def test_every_requirement_has_tests_for_its_outcomes(pack: Pack) -> None:
    """A pass and a fail for each, and where it can be out of scope or conditional, that too."""
    expected: dict[str, Counter[str]] = {name: Counter() for name in pack.requirements()}
    for case in pack.tests():
        expected[name_of(case.requirement)][case.expect] += 1
    for name, counts in expected.items():
        requirement = pack.requirements()[name]
        assert counts["pass"], name
        assert counts["fail"], name
        if requirement.applies != ir.Const(value=True):
            assert counts["not_applicable"], name


def test_one_pack_through_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    pack = next(p for p in PACKS if p.id == "ntia.minimum_elements")
    assert main(["test", str(ROOT / pack.file)]) == 0
    said = re.search(r"(\d+) of (\d+) tests pass", capsys.readouterr().out)
    assert said is not None
    assert said[1] == said[2] == str(len(pack.tests()))


def test_a_test_that_does_not_hold_is_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = sources()["standards/ntia.minimum_elements/2021.rw"].text.replace(b"expect pass", b"expect fail", 1)
    broken = tmp_path / "broken.rw"
    broken.write_bytes(text)
    assert main(["test", str(broken)]) == 1
    assert "1 failure" in capsys.readouterr().out


def test_the_tests_judged_together_are_those_judged_apart() -> None:
    """One test in forty, by its place, judged by `rulewright test` itself."""
    seen = 0
    for number, layer in enumerate(layers()):
        for case in layer.tests[::40]:
            assert judge_apart(number, case) == "", str(case.place)
            seen += 1
    assert seen > 100
