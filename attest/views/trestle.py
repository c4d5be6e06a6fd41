"""The signature that `trestle verify` (compliance-trestle) accepts for an OSCAL document.

Guarantees: `statement` gives the payload that compliance-trestle 5.2 itself would sign: an in-toto Statement v1 with one subject, whose
SHA-256 is that of the document in canonical form (RFC 8785).  It goes into an envelope of type `application/vnd.in-toto+json`
(`attest.dsse`).  What such a signature does not say: anything about time, threshold, revocation, or the meaning of the document.
Source: compliance-trestle 5.2.0, trestle/core/signing.py.
"""

from __future__ import annotations

from hashlib import sha256

from rulewright.attest.canonical import canonical, dump
from rulewright.attest.views import oscal_poam, oscal_results

PREDICATE = "https://oscal-compass.github.io/compliance-trestle/predicates/oscal-signing/v1"
"""The type of the predicate."""
NAMES = {"assessment-results": oscal_results.NAME, "plan-of-action-and-milestones": oscal_poam.NAME}
"""The file name of a document by the one member that it has."""


def statement(document: bytes) -> bytes:
    """The payload for one of our OSCAL documents; its subject is the file name of the view, which `trestle verify` compares.

    Raises `canonical.NotAdmissibleError` where the document is not in canonical form, `KeyError` where it is no such document.
    """
    plain = canonical(document)
    name = NAMES[next(iter(plain), "")] if isinstance(plain, dict) else NAMES[""]
    return payload(name, document)


def payload(name: str, document: bytes) -> bytes:
    """The same for a document under a file name, whatever it holds: what a verifier compares with."""
    return dump({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": sha256(document).hexdigest()}}],
        "predicateType": PREDICATE,
        "predicate": {
            "canonicalization": "RFC8785",
            "digestAlgorithm": "sha256",
            "digestSource": "canonical-json",
            "tool": "compliance-trestle",
        },
    })  # fmt: skip
