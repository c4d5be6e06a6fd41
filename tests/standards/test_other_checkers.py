"""Every difference between our NTIA verdicts and another checker's is explained, and the page says how many there are."""

import re
from pathlib import Path

import pytest

from tests.standards.other_checkers import CHECKERS, compare, documents, ours, summary, table

PAGE = "docs/other-checkers.md"
MODULES = {"ntia-conformance-checker": "ntia_conformance_checker", "sbomaudit": "sbomaudit"}


@pytest.fixture(params=sorted(CHECKERS))
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of a checker that is installed."""
    found: str = request.param
    pytest.importorskip(MODULES[found], exc_type=ImportError)
    return found


def test_every_difference_has_an_explanation(name: str, shared: Path) -> None:
    found = compare(name, shared)
    assert found.answers > 200
    assert [d for d in found.differences if d.why is None] == []


def test_the_page_counts_what_is_there(name: str, root: Path, shared: Path) -> None:
    page = (root / PAGE).read_text(encoding="utf-8").splitlines()
    for row in [*summary(name, shared), *table(name, shared)]:
        assert row in page, f"{row}\nrun `python -m tests.standards.other_checkers`"
    classes = [line for line in page if line.startswith(f"| {name} | ")]
    assert len(classes) == len(summary(name, shared)) + len(table(name, shared))


def test_every_class_is_explained_on_the_page(root: Path) -> None:
    page = (root / PAGE).read_text(encoding="utf-8")
    explained = set(re.findall(r"^- \*\*([a-z ]+)\*\*", page, re.MULTILINE))
    used = {why for checker in CHECKERS.values() for classes in checker.classes.values() for why in classes}
    assert used == explained


def test_a_difference_that_nothing_explains_is_seen() -> None:
    """The questions are put to the document: one that does not bear the class out gets none."""
    checker = CHECKERS["ntia-conformance-checker"]
    complete = {
        "creationInfo": {"creators": ["Organization: A"]},
        "packages": [{"SPDXID": "a", "versionInfo": "1", "externalRefs": [{"referenceType": "purl"}]}],
        "relationships": [{"spdxElementId": "a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "b"}],
        "documentDescribes": ["a"],
    }
    reasons = checker.reasons(complete, frozenset({"a"}), "version")
    assert not any(question() for question in reasons.values())


def test_we_read_more_documents_than_they_do(shared: Path) -> None:
    found = compare("ntia-conformance-checker", shared) if CHECKERS else None
    assert found is not None
    assert found.unread_by_us < found.unread_by_them


def test_our_verdicts_come_from_documents_of_both_formats(shared: Path) -> None:
    verdicts = ours(documents(shared, "spdx-json")[:5] + documents(shared, "cyclonedx-json")[:5])
    assert len(verdicts) >= 8
    assert {v for answer in verdicts.values() for v in answer.values()} >= {"pass", "fail"}
