"""The public vectors: every case is answered as its authors expect, or refused on purpose; and the page says so."""

from collections.abc import Callable
from pathlib import Path

import pytest

from docs.scripts import attestation_vectors
from tests.attest import vectors

LEAST = {
    "DSSE 1.0.2, protocol.md": 1,
    "SLSA VSA v1, in production": 1,
    "Wycheproof, Ed25519": 151,
    "Wycheproof, ECDSA P-256, DER": 484,
    "Wycheproof, ECDSA P-256, raw pair": 262,
    "Wycheproof, RSA-PSS 3072": 108,
    "Wycheproof, ML-DSA-44": 178,
    "Wycheproof, ML-DSA-65": 208,
    "RFC 8785, documents": 4,
    "JSON parsing (RFC 8259)": 266,
    "RFC 6962, inclusion proofs": 98,
    "RFC 6962, consistency proofs": 98,
    "RFC 3161, fixtures": 4,
}
"""How many cases of each suite must be answered as their authors expect: fewer files would otherwise go unnoticed."""


@pytest.fixture
def folder(shared: Path) -> Path:
    found = shared / "vectors"
    if not found.is_dir():
        pytest.skip("the vectors (../shared/vectors) are not on this machine")
    return found


@pytest.mark.parametrize("number", range(len(vectors.SUITES)))
def test_every_case_is_answered_as_expected_or_refused_on_purpose(folder: Path, number: int) -> None:
    suite = vectors.SUITES[number](folder)
    assert suite.wrong == ()
    assert suite.right == LEAST[suite.name]


def test_no_suite_is_left_out(folder: Path) -> None:
    assert [suite.name for suite in vectors.answers(folder)] == list(LEAST)


def test_the_page_says_what_was_counted(folder: Path) -> None:
    assert attestation_vectors.PAGE.read_text(encoding="utf-8") == attestation_vectors.page(vectors.answers(folder)), (
        "PYTHONPATH=. python docs/scripts/attestation_vectors.py"
    )


def test_texts_that_must_be_refused_are_refused(folder: Path) -> None:
    """Not one `n_` text of the JSON suite is taken, by either reader."""
    from rulewright.attest.canonical import NotAdmissibleError, admissible, canonical

    readers: tuple[Callable[[bytes], object], ...] = (admissible, canonical)
    bad = sorted((folder / "json-parsing" / "test_parsing").glob("n_*.json"))
    assert len(bad) == 188
    for path in bad:
        for read in readers:
            with pytest.raises(NotAdmissibleError):
                read(path.read_bytes())


def test_of_documents_with_floats_and_far_names_the_rest_has_the_same_form(folder: Path) -> None:
    """The two documents of RFC 8785's author that are outside the values taken here, without what is outside."""
    import json

    from rulewright.attest.canonical import dump

    values = json.loads((folder / "jcs-rfc8785" / "input" / "values.json").read_bytes())
    expected = (folder / "jcs-rfc8785" / "output" / "values.json").read_bytes()
    del values["numbers"]
    start, end = expected.index(b'"numbers"'), expected.index(b'"string"')
    assert dump(values) == expected[:start] + expected[end:]
    weird = json.loads((folder / "jcs-rfc8785" / "input" / "weird.json").read_bytes())
    far = sorted((name for name in weird if name >= "\ud800"), key=lambda name: name.encode("utf-16-be"))
    assert far == ["\U0001f602", "\ufb33"]
    expected = (folder / "jcs-rfc8785" / "output" / "weird.json").read_bytes()
    for name in far:
        expected = expected.replace(f',"{name}":"{weird.pop(name)}"'.encode(), b"")
    assert dump(weird) == expected


def test_a_suite_counts_what_is_wrong() -> None:
    told = vectors.Suite("a", "b", 2, ("c",), {"d": 3})
    assert told.cases == 6
    assert "| a | b | 6 | 2 | 3 | 1 |" in attestation_vectors.page((told,))
