"""The same document in every encoding of SPDX 2 gives the same facts, as the official library writes it.

The base is the library's own JSON, since what it reads is not what it was given (it drops outer parentheses, and merges
equal relationships).  Differences that are left, each named below: RDF has no order, so lists that name people join them
in another one; and in tag-value a file belongs to a package by its place, which JSON says by a CONTAINS relationship as well.
"""

import logging
from pathlib import Path
from typing import Any

import pytest
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.writer.write_anything import write_file

from tests.sbom.corpus_index import entries
from tests.sbom.spdx2_encodings.places import document, facts

NAMES = {"tag_value": "a.spdx", "yaml": "a.yaml", "xml": "a.xml", "rdf": "a.rdf.xml"}
PICKED = ("example1-4e2c", "result-0a2b", "SPDXJSONExample-v2.2-113d", "vcpkg-6285", "julia", "hello-dist-95e4")


@pytest.fixture(scope="module")
def written(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """Some documents in every encoding."""
    logging.disable(logging.ERROR)
    made: dict[str, dict[str, bytes]] = {}
    for entry in entries(shared, "spdx-json"):
        if not any(name in entry.name for name in PICKED):
            continue
        read = parse_file(str(entry.path))
        folder = tmp_path_factory.mktemp("twins")
        made[entry.name] = {}
        for encoding, name in {"json": "a.json", **NAMES}.items():
            write_file(read, str(folder / name), validate=False)
            made[entry.name][encoding] = (folder / name).read_bytes()
    assert len(made) >= len(PICKED)
    return made


def _by_place(given: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Facts without what containment of files says twice in JSON."""
    kept = [row for row in given["relationship"] if row["type"] not in {"CONTAINS", "CONTAINED_BY"}]
    components = [{k: v for k, v in row.items() if k != "dependency_count"} for row in given["component"]]
    described = [{k: v for k, v in row.items() if k != "dependencies_stated"} for row in given["document"]]
    return given | {"relationship": kept, "component": components, "document": described}


def _unordered(value: Any) -> Any:
    """Facts in which joined names and the members of licence expressions have no order."""
    if isinstance(value, str):
        return sorted(value.replace(",", " ").replace("(", " ").replace(")", " ").replace("'", " ").split())
    if isinstance(value, dict):
        return {k: _unordered(v) for k, v in value.items()}
    return sorted(map(_unordered, value), key=str)


@pytest.mark.corpus
@pytest.mark.parametrize("encoding", ["yaml", "xml"])
def test_the_same_facts(written: dict[str, dict[str, bytes]], encoding: str) -> None:
    for name, made in written.items():
        assert facts(document(made[encoding])) == facts(document(made["json"])), name


@pytest.mark.corpus
def test_the_same_facts_in_tag_value(written: dict[str, dict[str, bytes]]) -> None:
    for name, made in written.items():
        assert _by_place(facts(document(made["tag_value"]))) == _by_place(facts(document(made["json"]))), name


@pytest.mark.corpus
def test_the_same_facts_in_rdf_but_for_the_order(written: dict[str, dict[str, bytes]]) -> None:
    for name, made in written.items():
        theirs, ours = facts(document(made["rdf"])), facts(document(made["json"]))
        for collection in ours:
            assert _unordered(theirs[collection]) == _unordered(ours[collection]), (name, collection)


@pytest.mark.corpus
def test_nothing_is_found_in_what_the_library_writes(written: dict[str, dict[str, bytes]]) -> None:
    for name, made in written.items():
        base = {d.code for d in document(made["json"]).findings}
        for encoding in NAMES:
            assert {d.code for d in document(made[encoding]).findings} <= base, (name, encoding)
