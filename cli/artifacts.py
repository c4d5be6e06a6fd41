"""Artefacts of a product, like a firmware image: their names and digests.

Guarantees: a file is read in pieces, whatever its size; its name is the last part of its path, so an attestation holds no place of
this machine.
"""

from __future__ import annotations

import os
from hashlib import sha256, sha512

from rulewright.attest.build import Artifact
from rulewright.cli.documents import name_of
from rulewright.cli.gathering import unreadable
from rulewright.diagnostics import Diagnostic

PIECE = 1 << 20
"""Bytes that are read at a time."""


def hashed(path: str, problems: list[Diagnostic]) -> Artifact | None:
    """The digests of a file; `None`, and a problem more, where it cannot be read."""
    short, long = sha256(), sha512()
    try:
        with open(path, "rb") as stream:
            while piece := stream.read(PIECE):
                short.update(piece)
                long.update(piece)
    except OSError as error:
        problems.append(unreadable(name_of(path), error))
        return None
    return Artifact(os.path.basename(name_of(path)), short.hexdigest(), long.hexdigest())
