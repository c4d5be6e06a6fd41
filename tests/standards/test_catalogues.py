"""The packs hold every row of their catalogues, at the catalogue's level; the vocabulary holds every attribute.

The catalogues are shared data outside the repository: these tests skip where they are absent.  What can be asked without
them (ids, levels, notes of each pack) is in `test_packs.py`.
"""

import csv
from pathlib import Path

import pytest

from rulewright.facts.vocabulary import BUILTIN, Vocabulary
from tests.standards.packs import PACKS, Pack

LEVELS = {"shall": "shall", "shall not": "shall", "should": "should", "should not": "should", "may": "may"}
KINDS = {"ratio": "decimal", "datetime": "date"}


def rows(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "catalogs" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("pack", PACKS, ids=lambda p: p.id)
def test_every_row_is_a_requirement_at_its_level(pack: Pack, shared: Path) -> None:
    wanted = {row["requirement_id"]: LEVELS[row["level"]] for row in rows(shared, pack.catalogue)}
    written = {r.id.rpartition(":")[2]: r.level for r in pack.program().requirements}
    assert written == wanted


@pytest.mark.parametrize("pack", PACKS, ids=lambda p: p.id)
def test_clauses_and_objectives_are_those_of_the_row(pack: Pack, shared: Path) -> None:
    by_id = {r.id.rpartition(":")[2]: r for r in pack.program().requirements}
    for row in rows(shared, pack.catalogue):
        requirement = by_id[row["requirement_id"]]
        assert requirement.clause.startswith(row["clause"].split(",")[0])
        assert requirement.objective == tuple(row["objectives"].split())


def test_every_attribute_is_declared_with_its_type(shared: Path, vocabulary: Vocabulary) -> None:
    for row in rows(shared, "attributes.csv"):
        declared = vocabulary.attributes[row["attribute_id"]]
        assert declared.type.kind == KINDS.get(row["type"], row["type"]), row["attribute_id"]
        assert declared.given == (row["group"] == "product"), row["attribute_id"]
        assert declared.doc == row["meaning"].replace('"', "'")


def test_every_attribute_names_the_detectors_of_its_row(shared: Path, vocabulary: Vocabulary) -> None:
    columns = {
        "sbom": "sbom", "firmware_fs": "firmware", "config": "config", "network_scan": "network",
        "document": "document", "build_evidence": "build_evidence", "manual": "manual",
    }  # fmt: skip
    for row in rows(shared, "attributes.csv"):
        wanted = tuple(name for column, name in columns.items() if row[column] == "1")
        assert vocabulary.attributes[row["attribute_id"]].detectors == wanted


def test_the_vocabulary_adds_to_the_built_in_one(vocabulary: Vocabulary) -> None:
    assert not BUILTIN.attributes
    assert vocabulary.collections == BUILTIN.collections
