"""A corpus of attacks on attestations: named mutations of one good bundle, each with the answer that the procedure asks for.

Guarantees: every case says what it changes and what a verifier must answer (docs/reference/attestation.md); names are distinct within
their group.  `python -m tests.attest.corpus OUT` writes it down, a folder for each case.
"""

from __future__ import annotations

from tests.attest.corpus import (
    acceptable,
    container,
    identity,
    json,
    log,
    logic,
    rendering,
    replay,
    resources,
    signatures,
    subjects,
    time,
    type_confusion,
)
from tests.attest.corpus.case import Case, Group, Inputs

GROUPS: tuple[Group, ...] = tuple(
    module.GROUP
    for module in (
        type_confusion,
        subjects,
        json,
        signatures,
        identity,
        time,
        replay,
        log,
        logic,
        container,
        resources,
        rendering,
        acceptable,
    )
)
CASES: tuple[Case, ...] = tuple(case for group in GROUPS for case in group.cases)

__all__ = ("CASES", "GROUPS", "Case", "Group", "Inputs")
