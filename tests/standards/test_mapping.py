"""A published crosswalk is judged row by row; the official one of ISVS is judged as its reader did."""

import csv
from pathlib import Path

import pytest

from rulewright.diagnostics import Diagnostic, Severity
from rulewright.standards import mapping
from rulewright.standards.mapping import Judged, Row
from rulewright.standards.references import closeness, section
from tests.standards.database import book, edition

HEAD = "source_standard,source_requirement,target_standard,target_requirement"
FILE = "standards/owasp.isvs/appendix_b.csv"
EN = "etsi.en_303_645"
FLAGGED = {"other", "no_requirement"}


def judged(*rows: str, pinned: tuple[str, ...] = ()) -> list[Judged]:
    found = mapping.read("\n".join([HEAD, *rows]), "a.csv")
    assert isinstance(found, list)
    return mapping.judge(found, book(), pinned)


@pytest.fixture(scope="module")
def appendix(root: Path) -> list[Judged]:
    rows = mapping.read((root / FILE).read_text(encoding="utf-8"), FILE)
    assert isinstance(rows, list)
    return mapping.judge(rows, book())


@pytest.fixture(scope="module")
def wrong(shared: Path) -> dict[tuple[str, str], str]:
    """The references that a reader found wrong, and what would be better."""
    with (shared / "catalogs/isvs_appendixB_wrong_refs.csv").open(encoding="utf-8", newline="") as stream:
        return {(r["isvs_requirement"], r["cited_en303645"]): r["better_target"] for r in csv.DictReader(stream)}


def ends(item: Judged) -> tuple[str, str]:
    return item.row.source_requirement, item.row.target_requirement


def test_the_appendix_is_whole(appendix: list[Judged]) -> None:
    assert len(appendix) == 331
    assert sum(item.row.target_standard == EN for item in appendix) == 114
    assert sum(item.row.target_standard == "eu.cra" for item in appendix) == 217


def test_exactly_the_wrong_references_are_flagged(appendix: list[Judged], wrong: dict[tuple[str, str], str]) -> None:
    flagged = {ends(item) for item in appendix if item.row.target_standard == EN and item.verdict in FLAGGED}
    assert len(flagged) == 32
    assert flagged == set(wrong)


def test_the_id_that_no_longer_exists_is_found_in_every_row(appendix: list[Judged]) -> None:
    gone = [item for item in appendix if item.verdict == "no_requirement"]
    assert {item.row.source_requirement for item in gone} == {"3.3.6"}
    assert [item.row.target_standard for item in gone].count("eu.cra") == 2
    assert all(item.missing == (("owasp.isvs@1.0:3.3.6", "3.3.5"),) for item in gone)


def test_the_edition_is_the_one_that_has_all_that_is_cited(appendix: list[Judged]) -> None:
    assert {item.target.partition(":")[0] for item in appendix} == {f"{EN}@2.1.1", "eu.cra@2024"}


def test_better_targets_are_those_that_the_reader_found(
    appendix: list[Judged], wrong: dict[tuple[str, str], str]
) -> None:
    """A target of the reader's is named first in 23 rows, second in 4; in 5, as the reader has it or allows, none."""
    places: list[int | None] = []
    for item in appendix:
        if item.row.target_standard != EN or item.verdict not in FLAGGED:
            continue
        told = wrong[ends(item)]
        named = item.better.same or item.better.near
        wanted = {word for word in told.replace("/", " ").split() if word[0].isdecimal()}
        places.append(next((n for n, name in enumerate(named, 1) if name in wanted), None))
        if places[-1] is None:
            assert told.endswith("none") or told == "no direct provision"
            assert item.better.same == ()
    assert [places.count(n) for n in (1, 2, 3, None)] == [23, 4, 0, 5]


def test_how_many_slips_would_be_seen(appendix: list[Judged]) -> None:
    """Every right reference pointed to each other provision in turn: 93 of 100 are flagged, 60 within a section."""
    source, target = edition("owasp.isvs"), edition(f"{EN}@2.1.1")
    slips: dict[bool, list[bool]] = {True: [], False: []}
    for item in appendix:
        if item.row.target_standard != EN or item.verdict in FLAGGED:
            continue
        ours = source.requirements[item.row.source_requirement].objective
        for name, other in target.requirements.items():
            if name != item.row.target_requirement:
                near = section(name) == section(item.row.target_requirement)
                slips[near].append(closeness(ours, other.objective, book()) == "other")
    both = slips[True] + slips[False]
    assert 100 * sum(both) // len(both) >= 92
    assert 100 * sum(slips[True]) // len(slips[True]) >= 58


def test_references_to_the_law_are_reported(appendix: list[Judged]) -> None:
    law = [item.verdict for item in appendix if item.row.target_standard == "eu.cra"]
    assert {verdict: law.count(verdict) for verdict in set(law)} == {
        "same": 55, "near": 83, "other": 77, "no_requirement": 2,
    }  # fmt: skip


def test_a_row_that_is_right_is_not_flagged() -> None:
    (item,) = judged("owasp.isvs,1.2.4,etsi.en_303_645,5.6-4")
    assert item.verdict == "same"
    assert mapping.findings([item], "a.csv") == []


def test_another_subject_is_a_warning_with_both_titles_and_a_better_target() -> None:
    (found,) = mapping.findings(judged("owasp.isvs,1.2.4,etsi.en_303_645@2.1.1,5.6-2"), "a.csv")
    assert (found.code, found.severity) == ("RW3002", Severity.WARNING)
    assert found.hint == "about the same subject: `5.6-4`"
    assert found.notes[0].startswith("source: Debug access")
    assert found.span is not None
    assert (found.span.file, found.span.line) == ("a.csv", 2)


def test_the_order_of_the_ends_does_not_matter() -> None:
    for row in ("owasp.isvs,1.2.4,etsi.en_303_645,5.6-2", "etsi.en_303_645,5.6-2,owasp.isvs,1.2.4"):
        assert [item.verdict for item in judged(row)] == ["other"]


def test_what_does_not_exist_is_an_error_with_what_is_close() -> None:
    found = mapping.findings(
        judged("owasp.isvs,1.2.44,etsi.en_303_645,5.6-2", "owasp.isvs,1.2.4,etsi.en_303_654,5.6-2"), "a.csv"
    )
    assert [(d.code, d.severity) for d in found] == [("RW3001", Severity.ERROR), ("RW3003", Severity.ERROR)]
    assert found[0].hint == "did you mean `1.2.4`?"
    assert found[1].hint == "did you mean `etsi.en_303_645`?"


def test_both_ends_may_be_missing() -> None:
    found = mapping.findings(judged("owasp.isvs,9.9.9,etsi.en_303_645,99-99"), "a.csv")
    assert [d.code for d in found] == ["RW3001", "RW3001"]
    assert len(mapping.findings(judged("no.one,1,no.two,2"), "a.csv")) == 2


def test_an_edition_may_be_stated_or_pinned() -> None:
    row = "owasp.isvs,1.2.4,etsi.en_303_645,5.6-4"
    assert [item.verdict for item in judged(row, pinned=("etsi.en_303_645@3.1.3",))] == ["no_requirement"]
    (item,) = judged(row.replace("645", "645@3.1.3"))
    assert item.verdict == "no_requirement"
    assert item.missing == ((f"{EN}@3.1.3:5.6-4", "5.6-4A"),)
    assert judged(row.replace("645", "645@9"))[0].verdict == "no_standard"


def test_without_an_objective_nothing_is_said_of_the_subject() -> None:
    (found,) = mapping.findings(judged("nist.sp_800_213a,CS.1,nist.sp_800_53,AC-2"), "a.csv")
    assert (found.code, found.severity) == ("RW3012", Severity.NOTE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no column `source_standard`"),
        ("a,b\n1,2", "has no column `source_standard`"),
        (HEAD.replace("target_requirement", "x"), "has no column `target_requirement`"),
        (f"{HEAD}\n" + "x" * 200_000, "is not CSV"),
    ],
)
def test_what_is_not_a_mapping_is_refused(text: str, said: str) -> None:
    found = mapping.read(text, "a.csv")
    assert isinstance(found, Diagnostic)
    assert found.code == "RW3004"
    assert said in found.message


def test_columns_may_stand_in_any_order_and_rows_may_be_empty_or_short() -> None:
    text = "note,target_requirement,target_standard,source_requirement,source_standard\nx,2,b,1,a\n\n,,,\ny,3\n"
    assert mapping.read(text, "a.csv") == [Row(2, "a", "1", "b", "2"), Row(5, "", "", "", "3")]
