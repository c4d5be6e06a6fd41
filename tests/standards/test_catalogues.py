"""The packs hold every row of every catalogue, as it is there, and nothing else; the vocabulary holds every attribute.

The catalogues are shared data outside the repository: these tests skip where they are absent.  What can be asked without
them is in `test_packs.py`.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from rulewright.facts.vocabulary import BUILTIN, Vocabulary
from tests.standards.packs import PACKS, Pack

LEVELS = {"shall": "shall", "shall not": "shall", "should": "should", "should not": "should", "may": "may"}
MANDATORY = {"M": "shall", "R": "should"}
KINDS = {"ratio": "decimal", "datetime": "date"}
SETS = {"crypto.module_validated"}
"""One value in the catalogue; a set, because a product can ship modules validated by several schemes."""
NO_REQUIREMENTS = {
    "attributes", "conflicts", "crosswalk", "crosswalk_hub", "isvs_appendixB_wrong_refs", "objectives", "standards",
    "timeline",
}  # fmt: skip
CONTROLS = "nist_sp_800_53r5_iot_subset"
"""A list of control ids and titles, with columns of its own."""

CLAUSES = {
    ("etsi.en_303_645@2.1.1", "5.0-1"): "4 (provision 4-1)",
    ("etsi.en_303_645@3.1.3", "5.0-1"): "5.0",
    ("openchain.telco_sbom_guide@1.1", "3.1"): "3.1, 3.3",
}
"""Clauses that a row gives for two editions at once, or in part."""

RESTATED = {
    "bsi.tr_03183_2@2.1.0": "read in the publisher's text, version 2.1.0 of 2025-08-20",
    "cen.en_18031@2024": "mechanism ids and parts from documents in public repositories (a table of 47 rows); titles "
    "paraphrased from general knowledge; GEC-7 and AUM-2-2 meaning unverified",
    "cisa.minimum_elements@2026": "four independent public descriptions of the field list agree; the publisher's PDF was "
    "not read",
    "eu.cra@2024": "Annexes checked against the CISO Assistant library (pre-publication wording, Article numbers differ); "
    "final numbering and Art 13/14: general knowledge; Art 14 deadlines confirmed in public pages",
    "eu.red_2025_138@2025": "document in a public repository",
    "eu.type_approval_2018_858@2018": "CJEU judgment C-296/22",
    "fda.cybersecurity_524b@2026-02": "from general knowledge of the law and the guidance; the publisher's text was not "
    "read. The reissue of 2026-02-03 is confirmed by public pages",
    "ntia.minimum_elements@2021": "read in the publisher's report",
    "openchain.telco_sbom_guide@1.1": "read in the published guide (edition 1.0 with its list of changes to 1.1) and in a "
    "public tool's reference table",
}
"""Sources that name a copy in the catalogue and say the same without it in the pack; all rows of these have one source."""

STANDARDS = {
    "EN_303_645": "etsi.en_303_645", "EU_CRA": "eu.cra", "NIST_CSF_1.1": "nist.csf", "NIST_SP_800-213A": "nist.sp_800_213a",
    "NIST_SP_800-53r5": "nist.sp_800_53", "OWASP_ISVS": "owasp.isvs", "UK_PSTI": "uk.psti",
}  # fmt: skip

NO_LONGER_THERE = {("owasp.isvs", "3.3.6", "eu.cra", "AI.I.2.j"), ("owasp.isvs", "3.3.6", "eu.cra", "AI.I.2.k")}
"""References of Appendix B that count by a number which means another requirement now."""

BY_OURSELVES = {
    ("cisa.minimum_elements", "ntia.minimum_elements"): 10,
    ("fda.cybersecurity_524b", "ntia.minimum_elements"): 4,
}
"""References of the publishers' own texts that the crosswalk does not list: how many."""

Reference = tuple[str, str, str, str]
row_packs = pytest.mark.parametrize("pack", [p for p in PACKS if p.catalogue], ids=lambda p: p.name)
own_columns = pytest.mark.parametrize(
    "pack", [p for p in PACKS if p.catalogue not in {"", CONTROLS}], ids=lambda p: p.name
)


@cache
def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def rows(shared: Path, name: str) -> list[dict[str, str]]:
    return read(shared / "catalogs", name)


def rows_of(pack: Pack, shared: Path) -> dict[str, dict[str, str]]:
    """The rows of a pack by their ids."""
    key = "control_id" if pack.catalogue == CONTROLS else "requirement_id"
    found = {row[key]: row for row in rows(shared, pack.catalogue) if row[key].startswith(pack.prefix)}
    return {name: row for name, row in found.items() if not pack.status or status(row, pack)}


def status(row: dict[str, str], pack: Pack) -> str:
    """M, R or nothing: what a row is in an edition, by its references (`status_v2.1.1=M C (1)`)."""
    stated = dict(part.strip().split("=", 1) for part in row["references"].split(";") if "=" in part)
    return stated[pack.status][0].strip("-")


def test_every_row_of_every_catalogue_is_in_a_pack(shared: Path) -> None:
    catalogues = {path.stem for path in (shared / "catalogs").glob("*.csv")} - NO_REQUIREMENTS
    assert catalogues == {pack.catalogue for pack in PACKS} - {""}
    assert len(catalogues - {CONTROLS}) == 52
    assert sum(len(rows(shared, name)) for name in catalogues - {CONTROLS}) == 1046
    held: dict[str, set[str]] = defaultdict(set)
    for pack in PACKS:
        if pack.catalogue:
            held[pack.catalogue] |= set(pack.requirements())
    for name in catalogues:
        assert {row.get("requirement_id", row.get("control_id")) for row in rows(shared, name)} == held[name], name


@row_packs
def test_a_pack_holds_the_rows_of_its_catalogue(pack: Pack, shared: Path) -> None:
    wanted = rows_of(pack, shared)
    assert set(pack.requirements()) == set(wanted)
    assert len(wanted) == pack.rows


@own_columns
def test_level_and_clause_are_those_of_the_row(pack: Pack, shared: Path) -> None:
    found = pack.requirements()
    for name, row in rows_of(pack, shared).items():
        level = MANDATORY[status(row, pack)] if pack.status else LEVELS[row["level"]]
        clause = CLAUSES.get((pack.name, name), row["clause"])
        assert (name, found[name].level, found[name].clause) == (name, level, clause)


@own_columns
def test_condition_is_that_of_the_row(pack: Pack, shared: Path) -> None:
    found, above = pack.requirements(), ""
    for name, row in rows_of(pack, shared).items():
        above = row["condition"] if row["condition"] != "as above" else above
        if found[name].condition != row["condition"]:
            assert row["condition"] == "as above", name
            assert found[name].condition == first_condition(pack, shared), name


def first_condition(pack: Pack, shared: Path) -> str:
    return next(iter(rows_of(pack, shared).values()))["condition"]


@own_columns
def test_source_of_the_paraphrase_is_kept(pack: Pack, shared: Path) -> None:
    found, catalogue = pack.requirements(), rows_of(pack, shared)
    if pack.name in RESTATED:
        assert len({row["source"] for row in catalogue.values()}) == 1
        assert {r.source for r in found.values()} == {RESTATED[pack.name]}
    else:
        assert {n: r.source for n, r in found.items()} == {n: row["source"] for n, row in catalogue.items()}


@own_columns
def test_objectives_are_those_of_the_row(pack: Pack, shared: Path) -> None:
    found = pack.requirements()
    for name, row in rows_of(pack, shared).items():
        assert (name, *found[name].objective) == (name, *row["objectives"].split())


@own_columns
def test_threats_are_those_of_the_row_with_those_of_emb3d(pack: Pack, shared: Path) -> None:
    """A requirement has the threats of its objectives: their union is what the row says."""
    objectives = {o.id: o for o in pack.program().objectives}
    found = pack.requirements()
    for name, row in rows_of(pack, shared).items():
        attack = {f"ATTACK-{technique}" for technique in row["related_attack"].split()}
        wanted = {*row["related_cwe"].split(), *row["related_capec"].split(), *attack}
        emb3d = {t for o in found[name].objective for t in objectives[o].threats if t.startswith("EMB3D-")}
        assert set(found[name].threats) == wanted | emb3d, name


def official(shared: Path) -> set[Reference]:
    """The references of the crosswalk that someone other than we published."""
    return {
        (
            STANDARDS[r["source_standard"]],
            r["source_requirement"],
            STANDARDS[r["target_standard"]],
            r["target_requirement"],
        )
        for r in rows(shared, "crosswalk")
        if r["basis"] != "own hub mapping"
    }


def written() -> dict[Reference, set[str]]:
    """The references that the packs have, with their strengths."""
    found: dict[Reference, set[str]] = defaultdict(set)
    for pack in PACKS:
        for name, requirement in pack.requirements().items():
            for ref in requirement.refs:
                found[pack.id, name, ref.standard, ref.clause].add(ref.strength)
    return found


def test_official_references_are_in_the_packs_and_wrong_ones_are_not(shared: Path) -> None:
    published, found = official(shared), written()
    wrong = {
        ("owasp.isvs", r["isvs_requirement"], "etsi.en_303_645", r["cited_en303645"])
        for r in rows(shared, "isvs_appendixB_wrong_refs")
    }
    assert (len(published), len(wrong), len(wrong & published)) == (572, 32, 32)
    assert published - wrong - set(found) == NO_LONGER_THERE
    assert wrong & set(found) == set()


def test_there_are_no_other_references(shared: Path) -> None:
    """Beside the publishers' own words there are only the turned ones: a law that deems a provision enough is cited there."""
    published = official(shared)
    turned = {(there, clause, here, name) for here, name, there, clause in published if here == "uk.psti"}
    beside = set(written()) - published - turned
    assert Counter((here, there) for here, _, there, _ in beside) == BY_OURSELVES


def test_a_reference_has_one_strength_and_its_turned_one_the_turned_strength() -> None:
    turned = {"subset": "superset", "superset": "subset"}
    found = written()
    for (here, name, there, clause), strengths in found.items():
        assert len(strengths) == 1, (here, name, there, clause)
        back = found.get((there, clause, here, name))
        if back is not None:
            (strength,) = strengths
            assert back == {turned.get(strength, strength)}, (here, name, there, clause)


def test_every_attribute_is_declared_with_its_type(shared: Path, vocabulary: Vocabulary) -> None:
    for row in rows(shared, "attributes"):
        declared = vocabulary.attributes[row["attribute_id"]]
        kind = "set" if row["attribute_id"] in SETS else KINDS.get(row["type"], row["type"])
        assert declared.type.kind == kind, row["attribute_id"]
        assert declared.given == (row["group"] == "product"), row["attribute_id"]
        assert declared.doc == row["meaning"].replace('"', "'")


def test_every_attribute_names_the_detectors_of_its_row(shared: Path, vocabulary: Vocabulary) -> None:
    columns = {
        "sbom": "sbom", "firmware_fs": "firmware", "config": "config", "network_scan": "network",
        "document": "document", "build_evidence": "build_evidence", "manual": "manual",
    }  # fmt: skip
    for row in rows(shared, "attributes"):
        wanted = tuple(name for column, name in columns.items() if row[column] == "1")
        assert vocabulary.attributes[row["attribute_id"]].detectors == wanted


def test_the_vocabulary_adds_to_the_built_in_one(vocabulary: Vocabulary) -> None:
    assert not BUILTIN.attributes
    assert vocabulary.collections == BUILTIN.collections
