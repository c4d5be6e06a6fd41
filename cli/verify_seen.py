"""The newest version of each trust policy that was seen: a small file, so that an older one is refused, and a newer one of strangers.

Guarantees: a version never goes down; what is remembered holds the role `root`, which must sign the next version; the file is written whole, and only when something is newer; a file that cannot be read as one
is an error, never an empty memory.
"""

from __future__ import annotations

import os

import msgspec

from rulewright.attest.encoding import is_sha256
from rulewright.attest.trust import Policy, Seen, SeenRoot, seen
from rulewright.cli.documents import name_of
from rulewright.cli.gathering import unreadable
from rulewright.cli.problems import problem
from rulewright.cli.streams import write_file
from rulewright.diagnostics import Diagnostic

FORMAT = "rulewright-seen/1"
MOST = 1 << 20
"""Bytes of such a file."""


class _One(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    sha256: str
    root: SeenRoot


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    policies: dict[str, _One]


def read(path: str | None) -> dict[str, Seen] | Diagnostic:
    """What is remembered, by the id of the trust policy; nothing where there is no file yet."""
    if path is None or not os.path.lexists(path):
        return {}
    try:
        with open(path, "rb") as stream:
            data = stream.read(MOST + 1)
    except OSError as error:
        return unreadable(name_of(path), error)
    try:
        found = msgspec.json.decode(data[:MOST], type=_File)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found = _File("", {})
    if found.format != FORMAT or not all(map(_whole, found.policies.values())):
        hint = "it is written by `rulewright verify --seen`; without it an older trust policy would not be noticed"
        return problem("RW0005", f"`{name_of(path)}` does not remember trust policies", hint)
    return {name: Seen(name, item.version, item.sha256, item.root) for name, item in found.policies.items()}


def _whole(item: _One) -> bool:
    """Whether an entry can be compared with."""
    root = item.root
    return is_sha256(item.sha256) and all(map(is_sha256, root.keys)) and 1 <= root.threshold <= len(root.keys)


def remember(path: str, policy: Policy) -> Diagnostic | None:
    """Write the file where a policy is newer than what is remembered by now; what is wrong, where it cannot be written."""
    before, now = read(path), seen(policy)
    if isinstance(before, Diagnostic):
        return before
    if now.id in before and before[now.id].version >= now.version:
        return None
    policies = {name: _One(item.version, item.sha256, item.root) for name, item in {**before, now.id: now}.items()}
    try:
        write_file(path, msgspec.json.encode(_File(FORMAT, policies), order="sorted") + b"\n")
    except OSError as error:
        return problem("RW0006", f"`{name_of(path)}` cannot be written: {(error.strerror or str(error)).lower()}")
    return None
