"""The libraries of the two formats as second opinion: same components, licences, hashes and relationships.

A sample by size in every run; all files with `HYPOTHESIS_PROFILE=nightly`.  Where the libraries differ from the
document (and so from us), the reason is written beside the exception.
"""

import json
import os
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from rulewright.sbom import Document, read
from tests.sbom.corpus_index import Entry, entries

pytestmark = pytest.mark.corpus

ALL = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
LARGEST = 10_000_000 if ALL else 12_000


def sample(shared: Path, kind: str) -> list[Entry]:
    return [e for e in entries(shared, kind) if e.valid == "valid" and e.path.stat().st_size <= LARGEST]


def values(document: Document, collection: str, field: str) -> list[Any]:
    column = document.tables[collection].column(field)
    return [column.values[c] if c >= 0 else None for c in column.codes]


def _cyclonedx_components(bom: Any) -> list[Any]:
    found: list[Any] = []
    level = [bom.metadata.component] if bom.metadata.component else []
    level += list(bom.components)
    while level:
        found += level
        level = [inner for c in level for inner in c.components]
    return found


def test_cyclonedx_python_lib_agrees(shared: Path) -> None:
    from cyclonedx.model.bom import Bom
    from packageurl import PackageURL

    agreed = 0
    for entry in sample(shared, "cyclonedx-json"):
        ours = read(entry.path.read_bytes(), entry.name)
        if not isinstance(ours, Document):
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                bom = Bom.from_json(json.loads(entry.path.read_text("utf-8-sig")))  # type: ignore[attr-defined]
        except Exception:  # noqa: BLE001 - it refuses some valid files (research note, 3d)
            continue
        theirs = _cyclonedx_components(bom)
        # it keeps sets: components, hashes and licences that are equal in every field are one
        names = Counter((c.name, c.version or None) for c in theirs)
        mine = Counter(zip(values(ours, "component", "name"), values(ours, "component", "version"), strict=True))
        assert set(mine) <= {(n or None, v) for n, v in names} | set(mine) & _spelled(mine), entry.name
        assert sum(names.values()) <= sum(mine.values()), entry.name
        hashes = {(h.alg.value, h.content) for c in theirs for h in c.hashes}
        assert set(zip(values(ours, "hash", "algorithm"), values(ours, "hash", "value"), strict=True)) == hashes, (
            entry.name
        )
        purls = {c.purl for c in theirs if c.purl}
        assert {PackageURL.from_string(p) for p in values(ours, "component", "purl") if p} == purls, entry.name
        claims = {
            getattr(x, "id", None) or getattr(x, "name", None) or getattr(x, "value", None)
            for c in theirs
            for x in c.licenses
        }
        parts = zip(*(values(ours, "license_claim", f) for f in ("id", "name", "expression")), strict=True)
        assert {i or n or e for i, n, e in parts} - {None} == claims, entry.name
        edges = sum(len(d.dependencies) for d in bom.dependencies)
        stated = {
            (a, b)
            for a, b, k in zip(
                values(ours, "relationship", "from_id"),
                values(ours, "relationship", "to_id"),
                values(ours, "relationship", "type"),
                strict=True,
            )
            if k == "depends_on"
        }
        assert edges == len(stated), entry.name
        agreed += 1
    assert agreed >= (200 if ALL else 100)


def _spelled(mine: Counter[Any]) -> set[Any]:
    """Rows whose name is a word for unknown, which we hold as a state."""
    return {row for row in mine if None in row}


def test_spdx_tools_agrees(shared: Path) -> None:
    from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser

    agreed = 0
    for entry in sample(shared, "spdx-json"):
        ours = read(entry.path.read_bytes(), entry.name)
        if not isinstance(ours, Document):
            continue
        try:
            theirs = JsonLikeDictParser().parse(  # type: ignore[no-untyped-call]
                json.loads(entry.path.read_text("utf-8-sig"))
            )
        except Exception:  # noqa: BLE001 - it refuses some valid files (research note, 3d)
            continue
        packages = theirs.packages
        assert values(ours, "component", "id") == [p.spdx_id for p in packages], entry.name
        names = values(ours, "component", "name")
        assert [n for n in names if n] == [p.name for p, n in zip(packages, names, strict=True) if n], entry.name
        mine = Counter(zip(values(ours, "hash", "algorithm"), values(ours, "hash", "value"), strict=True))
        hashes = Counter((_algorithm(c.algorithm.name), c.value) for p in packages for c in p.checksums)
        assert mine == hashes, entry.name
        stated = sum(x is not None for p in packages for x in (p.license_declared, p.license_concluded))
        assert ours.tables["license_claim"].rows == stated, entry.name
        # it adds what documentDescribes and hasFiles say to the relationships, and each pair once
        found = {(r.spdx_element_id, r.relationship_type.name) for r in theirs.relationships}
        pairs = zip(values(ours, "relationship", "from_id"), values(ours, "relationship", "type"), strict=True)
        assert set(pairs) <= found, entry.name
        agreed += 1
    assert agreed >= (25 if ALL else 15)


def _algorithm(name: str) -> str:
    """SHA1 of their enumeration is SHA-1 here."""
    from rulewright.sbom.hashes import algorithm

    return algorithm(name)
