"""A package as bytes: the manifest and the files, in the one form of `attest.container`.

Guarantees: the same manifest and files are the same bytes on any machine; `unpack` takes only what `pack` would write, holds every
file against its size and digest, and lets no name through that is not plain; nothing in it is compressed, so nothing can unfold to more than
it is.  It does not compile anything, and knows no signature: `verify` does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from itertools import pairwise

import msgspec

from rulewright.attest import container, limits
from rulewright.attest.packages import model
from rulewright.attest.packages.model import File, Manifest, PackageError

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*){0,2}")
ROOM = limits.ARCHIVE - 4 * 1024 * 1024
"""Bytes of files that a package takes besides what is its own."""


class Package(msgspec.Struct, frozen=True):
    """A package that holds together: its manifest, its files by their authors' names, the digest of the whole."""

    manifest: Manifest
    files: Mapping[str, bytes]
    sha256: str


def flaw(name: str) -> str:
    """What is wrong with the name of a file; empty where nothing is."""
    if len(name) > container.NAME or _FILE.fullmatch(name) is None or name.endswith("."):
        return "a name consists of `A-Za-z0-9._-`, begins with a letter or digit and lies at most two folders deep"
    if name.lower() == model.MANIFEST:
        return "the name is that of the manifest in the archive"
    return ""


def listed(files: Mapping[str, bytes]) -> tuple[File, ...]:
    """The list of some files.  Raises `PackageError` RW4207 for a name that no package takes."""
    seen: dict[str, str] = {}
    for name in sorted(files):
        wrong = flaw(name)
        if wrong:
            raise PackageError("RW4207", wrong, name)
        if seen.setdefault(name.lower(), name) != name:
            raise PackageError("RW4207", f"it differs from `{seen[name.lower()]}` only in upper and lower case", name)
    if len(files) > model.FILES or sum(map(len, files.values())) > ROOM:
        raise PackageError("RW4207", f"a package has at most {model.FILES:,} files and {ROOM:,} bytes")
    return tuple(
        File(name=name, size=len(data), sha256=sha256(data).hexdigest()) for name, data in sorted(files.items())
    )


def pack(manifest: Manifest, files: Mapping[str, bytes]) -> bytes:
    """The archive of a manifest and exactly the files that it lists.  Raises `PackageError`."""
    if listed(files) != manifest.files:
        raise PackageError("RW4203", "the manifest does not list exactly these files")
    members = {name.lower(): data for name, data in files.items()}
    try:
        return container.encode({**members, model.MANIFEST: model.encode(manifest)})
    except container.ContainerError as error:
        raise PackageError("RW4207", str(error)) from None


def unpack(data: bytes) -> Package:
    """The package in some bytes.  Raises `PackageError`: RW4201 archive, RW4202 manifest, RW4203 files."""
    manifest, members = opened(data)
    check(manifest)
    return Package(manifest, held(manifest, members), sha256(data).hexdigest())


def opened(data: bytes) -> tuple[Manifest, dict[str, bytes]]:
    """Manifest and other members, not yet compared.  Raises `PackageError` RW4201, RW4202."""
    try:
        members = container.decode(data)
    except container.ContainerError as error:
        raise PackageError(
            "RW4201", str(error).replace("the bundle", "the package").replace("bundle", "package")
        ) from None
    written = members.pop(model.MANIFEST, None)
    if written is None:
        raise PackageError("RW4201", f"the archive has no `{model.MANIFEST}`, so it is no package")
    return model.decode(written, Manifest, "RW4202", f"manifest `{model.MANIFEST}`"), members


def check(found: Manifest) -> None:
    """Refuse a manifest whose words have no form, or whose lists are not sorted and distinct.  Raises `PackageError` RW4202."""
    if not model.is_pack(found.name) or not model.is_edition(found.edition):
        raise PackageError("RW4202", "name or edition of the package is not in its one form")
    if max(map(len, (found.title, found.publisher, found.license, found.language))) > model.WORDS:
        raise PackageError("RW4202", f"a word of the manifest has more than {model.WORDS:,} characters")
    for what, keys, most in (
        ("dependencies", [(each.name, "") for each in found.dependencies], model.DEPENDENCIES),
        ("files", [(each.name, "") for each in found.files], model.FILES),
        ("modules", [(each.id, each.edition) for each in found.modules], model.FILES),
        ("modules used", [(each.id, each.edition) for each in found.uses], model.FILES),
    ):
        if len(keys) > most or any(one >= other for one, other in pairwise(keys)):
            raise PackageError("RW4202", f"the {what} of the manifest are too many, not sorted or not distinct")
    for each in found.dependencies:
        wrong = model.flaws(each) or (f"`{each.name}` depends on itself" if each.name == found.name else "")
        if wrong:
            raise PackageError("RW4202", wrong)


def held(manifest: Manifest, members: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files by their authors' names, each as listed.  Raises `PackageError` RW4203."""
    files: dict[str, bytes] = {}
    for item in manifest.files:
        data = members.get(item.name.lower())
        if flaw(item.name) or data is None:
            raise PackageError(
                "RW4203", "the manifest lists a file that is not there, or by a name that is none", item.name
            )
        if len(data) != item.size or sha256(data).hexdigest() != item.sha256:
            raise PackageError("RW4203", "a file is not the one that the manifest lists", item.name)
        files[item.name] = data
    if len({name.lower() for name in files}) != len(files) or len(files) != len(members):
        raise PackageError("RW4203", "the archive holds a file that the manifest does not list, or one under two names")
    return files
