"""The payload that `trestle verify` accepts; that it does is shown by tests/attest/peers/trestle_accepts.py."""

from __future__ import annotations

import hashlib
import json

import pytest

from rulewright.attest.canonical import NotAdmissibleError
from rulewright.attest.views import oscal_poam, oscal_results
from rulewright.attest.views.trestle import PREDICATE, statement
from tests.attest.views.support import given


@pytest.mark.parametrize("view", [oscal_results, oscal_poam])
def test_the_payload_is_that_of_trestle(view: object) -> None:
    """One subject, named like the file, with the digest of the canonical form; the bytes are those of Python's sorted JSON."""
    assert view in (oscal_results, oscal_poam)
    module = oscal_results if view is oscal_results else oscal_poam
    document = module.render(given("camera"))
    payload = statement(document)
    assert json.loads(payload) == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": module.NAME, "digest": {"sha256": hashlib.sha256(document).hexdigest()}}],
        "predicateType": PREDICATE,
        "predicate": {
            "canonicalization": "RFC8785",
            "digestAlgorithm": "sha256",
            "digestSource": "canonical-json",
            "tool": "compliance-trestle",
        },
    }
    assert payload == json.dumps(json.loads(payload), separators=(",", ":"), sort_keys=True).encode()


def test_another_layout_is_refused() -> None:
    """The digest is over the canonical form, so only that is taken."""
    with pytest.raises(NotAdmissibleError):
        statement(oscal_poam.render(given("camera")) + b"\n")


@pytest.mark.parametrize("document", [b'{"catalog":{}}', b"[]", b"{}"])
def test_another_document_is_refused(document: bytes) -> None:
    """There is no file name for it."""
    with pytest.raises(KeyError):
        statement(document)
