"""Every document of the shared corpus: valid ones are read whole, invalid ones say so, other formats are named."""

from collections import Counter
from pathlib import Path

import pytest

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import Document, read
from rulewright.sbom.statements import Statements
from tests.sbom.corpus_index import Entry, count_cyclonedx, count_spdx, entries
from tests.sbom.samples import use_everything

pytestmark = pytest.mark.corpus

# Labelled valid, and nested 900 levels deep: beyond the bound that protects the reader.
TOO_DEEP = "mut-deep-components-900"
# The label asks for `ranges` in a snippet, which the published 2.2 schema does not; the semantic judge does.
JSON = ("cyclonedx-json", "spdx-json")


@pytest.fixture(scope="module")
def documents(shared: Path) -> dict[str, tuple[Entry, Document | tuple[Diagnostic, ...]]]:
    found = {}
    for entry in entries(shared, *JSON):
        read_as = read(entry.path.read_bytes(), entry.name)
        if isinstance(read_as, Statements):  # CycloneDX that says only what vulnerabilities do to products of others
            assert all(counted == stored for _, counted, stored in read_as.receipt), entry.name
            assert read_as.statements, entry.name
            continue
        found[entry.name] = (entry, read_as)
    return found


Documents = dict[str, tuple[Entry, Document | tuple[Diagnostic, ...]]]


def test_there_is_a_corpus(documents: Documents) -> None:
    assert len(documents) > 500


def test_valid_documents_are_read_whole(documents: Documents) -> None:
    for name, (entry, found) in documents.items():
        if entry.valid != "valid" or TOO_DEEP in name:
            continue
        assert isinstance(found, Document), name
        assert [row for row in found.receipt if row[1] != row[2]] == [], name
        assert [d for d in found.findings if d.is_error or d.code in {"RW1010", "RW1011", "RW1013"}] == [], name


def test_receipts_agree_with_a_count_by_the_standard_library(documents: Documents) -> None:
    for name, (entry, found) in documents.items():
        if not isinstance(found, Document):
            continue
        data = entry.path.read_bytes()
        count = count_cyclonedx(data) if found.format.family == "cyclonedx" else count_spdx(data)
        assert {row[0]: row[2] for row in found.receipt} == {row[0]: count[row[0]] for row in found.receipt}, name


def test_invalid_documents_are_never_silent(documents: Documents) -> None:
    for name, (entry, found) in documents.items():
        if entry.valid != "invalid":
            continue
        if isinstance(found, Document):
            said = (*found.findings, *found.judge_schema(), *found.judge_semantics())
            assert [d for d in said if d.severity != "note"], name
        else:
            assert found, name
            assert all(d.is_error for d in found), name


def test_the_schema_judge_agrees_with_every_label(documents: Documents) -> None:
    wrong: Counter[str] = Counter()
    for entry, found in documents.values():
        if entry.valid == "valid" and isinstance(found, Document):
            wrong[entry.name] += any(d.code == "RW1101" for d in found.judge_schema())
    assert +wrong == Counter()


def test_everything_that_is_read_can_be_used(documents: Documents) -> None:
    for entry, found in documents.values():
        if isinstance(found, Document) and entry.path.stat().st_size < 300_000:
            use_everything(found)


def test_other_formats_are_named(shared: Path) -> None:
    unnamed = []
    for entry in entries(shared):
        if entry.format in JSON:
            continue
        found = read(entry.path.read_bytes(), entry.name)
        if not isinstance(found, tuple):
            continue
        assert found, entry.name
        if found[0].code not in {"RW1006", "RW1004", "RW1017", "RW1018"}:
            unnamed.append((entry.valid, entry.name))
    assert [name for valid, name in unnamed if valid == "valid"] == []
    assert len(unnamed) <= 8, unnamed
