"""Which code evaluated: a digest over the modules, tables and packs that a verdict may depend on.

Guarantees: the same for the same files, wherever they are installed and however they were built; compiled caches, tests and
documents play no part.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module

FOLDERS = ("attest", "cli", "devices", "dsl", "engine", "facts", "policies", "sbom", "standards", "threats")
"""The folders of the package whose files count: all, since views are part of what is signed."""
_LEFT = ("__pycache__",)
_ENDS = (".pyc", ".pyo", ".part")


def code_digest() -> str:
    """The SHA-256 over names and digests of the files, in hexadecimal."""
    whole = sha256()
    for folder in FOLDERS:
        for place in sorted(import_module(f"rulewright.{folder}").__path__):
            for name, path in _files(place):
                with open(path, "rb") as stream:
                    own = sha256(stream.read()).hexdigest()
                whole.update(f"{folder}/{name}\0{own}\n".encode())
    return whole.hexdigest()


def _files(folder: str) -> Iterator[tuple[str, str]]:
    """Names (with `/`) and paths of the files below a folder, sorted."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _LEFT]
        for name in names:
            if not name.endswith(_ENDS):
                path = os.path.join(place, name)
                found.append((os.path.relpath(path, folder).replace(os.sep, "/"), path))
    return iter(sorted(found))
