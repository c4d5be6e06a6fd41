"""What verifiers of envelopes say on the attack corpus, of which they see the envelope of the root alone.

Guarantees: the key asked about is the maker's Ed25519 key, threshold 1, which signed the good bundle; a case is asked about only where ours
does not answer `valid` and a root can be taken out of the bundle by a lenient reader.  That a library accepts such an envelope is
no fault of it where the attack lies elsewhere: it is what its caller would have to look at.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.attest import good
from tests.attest.corpus import GROUPS
from tests.attest.peers.cases import Case
from tests.attest.peers.verifiers import Answer

LARGEST = 1_000_000
"""Bytes of the largest envelope that others are asked about."""


def envelope(bundle: bytes) -> bytes | None:
    """The root of a bundle, as a reader finds it who does not look at the form of the archive."""
    if bundle.lstrip()[:1] == b"{":
        return bundle
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive, archive.open("root.dsse.json") as member:
            return member.read(LARGEST + 1)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        return None


def attacks() -> Iterator[tuple[str, Case | None]]:
    """Each case that ours does not call valid, by the title of its group, and what others are asked about, if anything."""
    for group in GROUPS:
        for case in group.cases:
            if case.verdict != "valid":
                found = envelope(case.make().bundle)
                asked = found is not None and len(found) <= LARGEST
                yield group.title, Case(case.name, "refuse", case.change, found or b"", (good.public("maker"),)) if asked else None  # fmt: skip


def table(asked: Sequence[tuple[str, Case | None]], answers: Mapping[str, Sequence[Answer]]) -> list[dict[str, Any]]:
    """Counts by group: cases, those with an envelope, and how many of them each verifier accepts; `answers` are on the latter."""
    rows: dict[str, dict[str, Any]] = {}
    number = 0
    for title, case in asked:
        empty = {"group": title, "cases": 0, "asked": 0, "accepted": dict.fromkeys(answers, 0)}
        row = rows.setdefault(title, empty)
        row["cases"] += 1
        if case is None:
            continue
        row["asked"] += 1
        for name, given in answers.items():
            row["accepted"][name] += given[number].answer == "accept"
        number += 1
    return list(rows.values())
