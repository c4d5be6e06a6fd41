"""The page of contradictions is what the analyser answers today, and every finding on it was held against the evaluator."""

from __future__ import annotations

import re

import pytest

from docs.scripts import contradictions
from docs.scripts.standard_page import anchor, slug


@pytest.mark.slow
def test_the_page_is_current() -> None:
    assert contradictions.PAGE.read_text(encoding="utf-8") == contradictions.page(), "run `make pages`"


@pytest.mark.slow
def test_every_finding_is_verified_and_has_a_subject() -> None:
    findings = contradictions.found().findings
    assert findings
    assert all(finding.verified for finding in findings)
    assert not [finding.id for finding in findings if contradictions.subject(finding) == "Other subjects"]


def test_every_clause_is_linked_to_its_section() -> None:
    text = contradictions.PAGE.read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(standards/([a-z0-9-]+\.md)#([A-Za-z0-9.-]+)\)", text))
    there = {(slug(e), anchor(name)) for e in contradictions.book().all() for name in e.requirements}
    assert len(linked) > 20
    assert linked <= there
