"""Spoilt documents of every format: never an exception, a lost element, a second of CPU or memory that stays.

Deterministic: the same documents on every run.  `RULEWRIGHT_FUZZ_SECONDS=3600` spoils other ones, and those of the shared
corpus, for so long for each reader; `python -m tests.sbom.fuzz` does so by hand and keeps what fails.
"""

from __future__ import annotations

import io
import os
import time
import zipfile
from itertools import islice
from pathlib import Path

import pytest

from tests.conftest import SHARED
from tests.sbom.fuzz.__main__ import resident
from tests.sbom.fuzz.targets import TARGETS, exercise, spoilt

SECONDS = float(os.environ.get("RULEWRIGHT_FUZZ_SECONDS", "0"))
NUMBER = 90
MOST_GROWTH = 64 << 10
"""Kilobytes; caches of names and schemas fill while the first documents are read."""

FOUND = {
    "the schema names a place by a prefix": b'<bom xmlns="http://cyclonedx.org/schema/bom/1.1" xmlns:dg="http://cyclonedx.org/'
    b'schema/ext/dependency-graph/1.0" version="1"><dg:dependencies><dg:dependency ref="a"/></dg:dependencies></bom>',
    "a product that is no product": b'{"@context":"https://openvex.dev/ns/v0.2.0","statements":[{"vulnerability":{"name":"CVE-1"},'
    b'"products":[[]],"status":"fixed"}]}',
    "statuses given twice": b'{"document":{"csaf_version":"2.0"},"vulnerabilities":[{"cve":"CVE-1","product_status":null,'
    b'"product_status":{"fixed":["P"]}}]}',
    "a tree of products given twice": b'{"document":{"csaf_version":"2.0"},"product_tree":"x","product_tree":{"full_product_names":[{}]}}',
    "a product given twice": b'{"document":{"csaf_version":"2.0"},"product_tree":{"branches":[{"product":1,"product":{"name":"a"}}]}}',
    "a list given twice within one given twice": b'{"spdxVersion":"SPDX-2.3","packages":[],"packages":[{"SPDXID":"a","externalRefs":'
    b'[{"referenceType":"purl"}],"externalRefs":[{"referenceType":"cpe23Type"}]}]}',
}
"""What spoilt documents have shown, each as small as it gets."""


def test_a_zip_with_a_file_of_no_name_is_answered() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a", b"{}")
    named = bytearray(out.getvalue())
    at = named.index(b"PK\x01\x02") + 28
    named[at] = 0
    assert exercise(bytes(named)) == "archive refused: RW1009"


@pytest.mark.parametrize("data", FOUND.values(), ids=FOUND)
def test_what_was_found(data: bytes) -> None:
    assert exercise(data) in {"document", "statements"}


@pytest.mark.parametrize("name", TARGETS)
def test_spoilt_documents_are_answered(name: str) -> None:
    pytest.importorskip("lxml")
    pytest.importorskip("zstandard")
    for data in islice(spoilt(TARGETS[name], "test"), NUMBER):
        try:
            exercise(data, timed=False)
        except Exception as error:
            error.add_note(f"{name}: {data[:2000]!r}")
            raise


@pytest.mark.slow
@pytest.mark.skipif(not SECONDS, reason="RULEWRIGHT_FUZZ_SECONDS says for how long")
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is told by Linux")
@pytest.mark.parametrize("name", TARGETS)
def test_spoilt_documents_for_long(name: str) -> None:
    end = time.process_time() + SECONDS
    early = 0
    for number, data in enumerate(spoilt(TARGETS[name], str(time.time_ns()), SHARED if SHARED.is_dir() else None)):
        try:
            exercise(data)
        except Exception as error:
            error.add_note(f"{name}: {data!r}")
            raise
        if number == 500:
            early = resident()
        if time.process_time() > end:
            break
    assert not early or resident() - early < MOST_GROWTH
