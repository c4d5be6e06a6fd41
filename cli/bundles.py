"""Bundles as words of the command line: read, opened, and asked for their root.

Guarantees: what is no bundle is a diagnostic; nothing is verified here.
"""

from __future__ import annotations

import sys
from hashlib import sha256

from rulewright.attest import container, dsse, limits
from rulewright.cli.documents import name_of
from rulewright.cli.gathering import unreadable
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic

ROOT = "root.dsse.json"


def read(path: str, limit: int = limits.ARCHIVE) -> bytes | Diagnostic:
    """The bytes of a file or of standard input; of more than a bundle (or `limit`) may have, one more than that."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(limit + 1)
        with open(path, "rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        return unreadable(name_of(path), error)


def opened(path: str) -> dict[str, bytes] | Diagnostic:
    """The members of a bundle; of a single envelope, that alone."""
    data = read(path)
    if isinstance(data, Diagnostic):
        return data
    if data[:1] == b"{":
        return {ROOT: data}
    try:
        members = container.decode(data)
    except container.ContainerError as error:
        return problem(error.code, str(error), None, name_of(path))
    if ROOT not in members:
        return problem("RW4001", "the bundle has no root", None, name_of(path))
    return members


def root_digest(path: str) -> str | Diagnostic:
    """The digest of the root payload of a bundle, unverified."""
    members = opened(path)
    if isinstance(members, Diagnostic):
        return members
    try:
        return sha256(dsse.decode(members[ROOT]).payload).hexdigest()
    except dsse.EnvelopeError as error:
        return problem(error.code, str(error), None, name_of(path))
