"""One bill of materials in every format that can carry it gives the same facts.

SPDX 2: documents of the corpus in JSON, YAML and tag-value, each written by the official library in all five encodings.
CycloneDX and SPDX: the same components written by the shared generator in both.  CycloneDX in JSON, XML and protobuf is in
`test_cyclonedx_encodings`.  What differs is in `conformance/differences.py`, which the page of conformance prints.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from rulewright.sbom import Document
from tests.sbom.conformance.differences import BY_PLACE, FIRST_OF_MANY, NAME_AND_GROUP, SHARED_FIELDS
from tests.sbom.corpus_index import Entry, entries
from tests.sbom.spdx2_encodings.places import cell, document, facts

pytestmark = pytest.mark.corpus

ALL = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
LARGEST, LEAST = (25_000, 70) if ALL else (1_700, 10)
NAMES = {"json": "a.json", "tag_value": "a.spdx", "yaml": "a.yaml", "xml": "a.xml", "rdf": "a.rdf.xml"}
Facts = dict[str, list[dict[str, Any]]]


def _small(shared: Path) -> list[Entry]:
    found = entries(shared, "spdx-json", "spdx-yaml", "spdx-tagvalue")
    return [e for e in found if "mut-" not in e.name and e.path.stat().st_size <= LARGEST]


def _written(entry: Entry, folder: Path) -> dict[str, Document] | None:
    """A document in every encoding; `None` where the library does not read it."""
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.writer.write_anything import write_file

    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = parse_file(str(entry.path))
    except Exception:  # noqa: BLE001 - whatever it raises: it is the judge here, not the judged
        return None
    for name in NAMES.values():
        write_file(read, str(folder / name), validate=False)
    return {encoding: document((folder / name).read_bytes()) for encoding, name in NAMES.items()}


def test_spdx_in_every_encoding(shared: Path, tmp_path: Path) -> None:
    compared = 0
    for entry in _small(shared):
        made = _written(entry, tmp_path)
        if made is None:
            continue
        base = facts(made["json"])
        for encoding in ("yaml", "xml"):
            assert facts(made[encoding]) == base, (entry.name, encoding)
        assert _without_places(facts(made["tag_value"])) == _without_places(base), entry.name
        assert _unordered(facts(made["rdf"])) == _unordered(base), entry.name
        compared += 1
    assert compared >= LEAST


def _without_places(given: Facts) -> Facts:
    """Facts without what containment of files says twice in JSON."""
    kept = [row for row in given["relationship"] if row["type"] not in {"CONTAINS", "CONTAINED_BY"}]
    cut = {
        name: [{k: v for k, v in row.items() if k not in fields} for row in given[name]]
        for name, fields in BY_PLACE.items()
    }
    return given | {"relationship": kept} | cut


def _unordered(given: Any) -> Any:
    """Facts in which joined names and the members of licence expressions have no order, and the first of many is none."""
    if isinstance(given, str):
        return sorted(given.replace(",", " ").replace("(", " ").replace(")", " ").replace("'", " ").split())
    if isinstance(given, dict):
        return {k: _unordered(v) for k, v in given.items() if k not in FIRST_OF_MANY}
    return sorted(map(_unordered, given), key=str)


def test_cyclonedx_and_spdx(shared: Path, tmp_path: Path) -> None:
    made = {}
    for form in ("cyclonedx", "spdx"):
        out = tmp_path / f"{form}.json"
        command = [
            sys.executable,
            "tools/gen_sbom.py",
            "--format",
            form,
            "-n",
            "300",
            "--corpus",
            "corpus",
            "-o",
            str(out),
        ]
        subprocess.run([*command, "--pool", str(tmp_path / "pool.json")], cwd=shared, check=True, capture_output=True)
        found = document(out.read_bytes())
        rows = range(found.tables["component"].rows)
        made[form] = {str(cell(found, "purl", row)): (found, row) for row in rows}
    assert len(made["cyclonedx"]) > 250
    assert (
        len(made["cyclonedx"].keys() ^ made["spdx"].keys()) <= 2
    )  # the described product has no package URL in either
    for purl in sorted(made["cyclonedx"].keys() & made["spdx"].keys()):
        (one, row), (other, place) = made["cyclonedx"][purl], made["spdx"][purl]
        for field in SHARED_FIELDS:
            assert cell(one, field, row) == cell(other, field, place), (purl, field)
        name, group = cell(one, "name", row), cell(one, "group", row)
        assert cell(other, "name", place) in {pattern.format(name=name, group=group) for pattern in NAME_AND_GROUP}, (
            purl
        )
