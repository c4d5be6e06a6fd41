"""The attack corpus: the Python verifier gives every case the verdict and the code that the procedure asks for."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec

import pytest

from rulewright.attest.codes import CODES
from rulewright.attest.verify import verify
from tests.attest.corpus import CASES, GROUPS, Case, Group


def judged(case: Case) -> tuple[str, str]:
    """Verdict and code."""
    found = verify(case.make().given())
    return found.verdict, found.code


@pytest.mark.parametrize("group", [pytest.param(group, id=group.name) for group in GROUPS])
def test_every_case_is_answered_as_the_procedure_asks(group: Group) -> None:
    told = [case for case in group.cases if not case.needs or find_spec(case.needs) is not None]
    wrong = [(case.name, (case.verdict, case.code), found) for case in told if (found := judged(case)) != (case.verdict, case.code)]  # fmt: skip
    assert wrong == []
    if len(told) < len(group.cases):
        pytest.skip(f"{len(group.cases) - len(told)} of {len(group.cases)} cases need a library that is not installed")


def test_names_are_distinct_and_every_case_says_what_it_changes() -> None:
    names = Counter((case.group, case.name) for case in CASES)
    assert [name for name, count in names.items() if count > 1] == []
    assert [case.name for case in CASES if not case.change.endswith(".")] == []
    assert [case.name for case in CASES if case.code and case.code not in CODES] == []


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert len([case for case in CASES if case.verdict != "valid"]) >= 150
    assert all(len(group.cases) >= 5 for group in GROUPS)
