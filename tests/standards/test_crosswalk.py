"""Relations follow from objectives; the crosswalk is the catalogue's, pair by pair."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from rulewright.dsl import ir
from rulewright.standards.book import Edition
from rulewright.standards.crosswalk import Pair, crosswalk, relation
from tests.standards.database import BY_CATALOGUE, edition


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        (("A",), ("A",), "equivalent-objective"),
        (("A", "B"), ("B", "A"), "equivalent-objective"),
        (("A", "B"), ("A",), "source-broader"),
        (("A",), ("A", "B"), "target-broader"),
        (("A", "B"), ("A", "C"), "partial-overlap"),
        (("A",), ("B",), None),
        ((), (), None),
        ((), ("A",), None),
    ],
)
def test_relations(source: tuple[str, ...], target: tuple[str, ...], wanted: str | None) -> None:
    assert relation(source, target) == wanted


def found(catalogue: str, name: str) -> tuple[Edition, ir.Requirement] | None:
    """The requirement that a row of a catalogue became."""
    for one in map(edition, BY_CATALOGUE.get(catalogue, ())):
        for key in (name, name.partition(".")[2]):
            if key in one.requirements and (key == name or catalogue.startswith("NISTIR")):
                return one, one.requirements[key]
    return None


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[dict[str, str]]:
    with (shared / "catalogs/crosswalk.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_pairs_by_objective_are_those_of_the_catalogue(rows: list[dict[str, str]]) -> None:
    """All 4,016, with the same relation, and no other between the same standards."""
    theirs: dict[tuple[str, str], dict[tuple[str, str], str]] = defaultdict(dict)
    for row in rows:
        if row["basis"] == "own hub mapping":
            source = found(row["source_standard"], row["source_requirement"])
            target = found(row["target_standard"], row["target_requirement"])
            assert source is not None, row
            assert target is not None, row
            theirs[row["source_standard"], row["target_standard"]][source[1].id, target[1].id] = row["relation"]
    assert sum(map(len, theirs.values())) == 4016
    for (source_id, target_id), wanted in theirs.items():
        ours: dict[tuple[str, str], str] = {}
        for one in map(edition, BY_CATALOGUE[source_id]):
            for two in map(edition, BY_CATALOGUE[target_id]):
                for pair in crosswalk(one, two):
                    if pair.basis == "objectives":
                        ours.setdefault((pair.source, pair.target), pair.relation)
        assert ours == wanted, (source_id, target_id)


def test_official_references_stand_in_the_packs(rows: list[dict[str, str]]) -> None:
    """Those of law and of NIST's workbook; of ISVS those that are not wrong; of standards that are shipped."""
    counts = {True: 0, False: 0}
    for row in rows:
        source = found(row["source_standard"], row["source_requirement"])
        target = found(row["target_standard"], row["target_requirement"])
        if row["basis"] == "own hub mapping" or source is None or target is None:
            continue
        ends = (source[1].id, target[1].id)
        pairs = {(p.source, p.target) for p in crosswalk(source[0], target[0]) if p.basis == "official"}
        counts[ends in pairs] += 1
        assert ends in pairs or row["basis"] == "ISVS Appendix B", row
    assert counts == {True: 297 + 125 + 4, False: 31}


def test_a_reference_is_turned_with_the_crosswalk() -> None:
    law, standard = edition("uk.psti"), edition("etsi.en_303_645@2.1.1")
    there = next(p for p in crosswalk(law, standard) if p.basis == "official" and p.target.endswith(":5.1-1"))
    back = next(
        p
        for p in crosswalk(standard, law)
        if p.basis == "official" and p.source.endswith(":5.1-1") and p.cited_by == there.cited_by
    )
    assert there == Pair(
        source="uk.psti:S2.1", target="etsi.en_303_645:5.1-1", relation="official", basis="official",
        strength="superset", cited_by="uk.psti@2025",
    )  # fmt: skip
    assert (back.source, back.target, back.strength) == (there.target, there.source, "subset")


def test_a_standard_compared_with_another_way_round_is_the_mirror() -> None:
    turned = {"source-broader": "target-broader", "target-broader": "source-broader"}
    one, two = edition("uk.psti"), edition("jp.jc_star")
    there = {(p.source, p.target, p.relation) for p in crosswalk(one, two) if p.basis == "objectives"}
    back = {
        (p.target, p.source, turned.get(p.relation, p.relation)) for p in crosswalk(two, one) if p.basis == "objectives"
    }
    assert there == back
    assert there
