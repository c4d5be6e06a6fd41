"""The modules of the packs that a project has locked, read straight from their archives.

Guarantees: the nearest `rulewright.lock` upwards counts, as far as the project goes (`nearest`), and where there is none nothing is read or
imported; an archive with other bytes
than the lock states, one that is not there, and a lock that was changed are errors, and then none of its modules is given; names
shown to people hold no path of this machine.  Signatures were judged when a pack was added: here the digest decides.
"""

from __future__ import annotations

import os
import posixpath
import stat
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rulewright.cli import library
from rulewright.cli.library import Module
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic

if TYPE_CHECKING:
    from rulewright.attest.packages.archive import Package
    from rulewright.attest.packages.model import Lock, Locked

LOCK, FOLDER = "rulewright.lock", "packs"
_HINT = "take it from version control again, or remove it and add the packs anew"


class Shelf(NamedTuple):
    """Modules, and what is wrong; where something is, there are no modules."""

    modules: tuple[Module, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    lock: str | None = None


def nearest(folder: str) -> str | None:
    """The path of the lock in a folder or above it, up to the root of the repository, the home folder or where others may write."""
    start = folder
    while True:
        path = os.path.join(folder, LOCK)
        if os.path.lexists(path):
            return path
        above = os.path.dirname(folder)
        if above == folder or not _climbs(start, folder, above):
            return None
        folder = above


def _climbs(start: str, folder: str, above: str) -> bool:
    """Whether the project may go on above a folder.

    Not above a repository or the home folder, not into another file system, and not into a folder that everybody may write or that
    belongs to somebody else: who may write there is not who wrote the project.
    """
    home = os.path.realpath(os.path.expanduser("~"))
    if os.path.lexists(os.path.join(folder, ".git")) or os.path.realpath(folder) == home:
        return False
    try:
        first, here, there = os.stat(start), os.stat(folder), os.stat(above)
    except OSError:
        return False
    if os.name != "posix":  # without owners and modes that say something
        return there.st_dev == here.st_dev
    ours = there.st_uid in {os.getuid(), first.st_uid} and not there.st_mode & stat.S_IWOTH
    return ours and there.st_dev == here.st_dev


def shelf(folder: str | None = None) -> Shelf:
    """The modules that are locked for a folder: the one that we are in, unless it is said."""
    path = nearest(os.path.abspath(folder or os.getcwd()))
    if path is None:
        return Shelf()
    found = read(path)
    if isinstance(found, Diagnostic):
        return Shelf((), (found,), path)
    modules: list[Module] = []
    problems: list[Diagnostic] = []
    for item in found.packs:
        package = opened(path, item)
        if isinstance(package, Diagnostic):
            problems.append(package)
        else:
            modules += modules_of(package, archive_of(path, item))
    problems += clashes(modules)
    return Shelf((), tuple(problems), path) if problems else Shelf(tuple(modules), (), path)


def read(path: str) -> Lock | Diagnostic:
    """The lock in a file."""
    from rulewright.attest.packages import lock, model

    try:
        with open(path, "rb") as stream:
            data = stream.read(model.LIST + 1)
    except OSError as error:
        return problem("RW4214", f"`{os.path.basename(path)}` cannot be read: {(error.strerror or '').lower()}", _HINT)
    try:
        return lock.decode(data)
    except model.PackageError as error:
        return problem(error.code, f"`{os.path.basename(path)}`: {error}", _HINT)


def archive_of(path: str, item: Locked) -> str:
    """Where the archive of a locked pack lies: in `packs` beside the lock."""
    return os.path.join(os.path.dirname(path), FOLDER, f"{item.name}-{item.edition}.rwpack")


def opened(path: str, item: Locked) -> Package | Diagnostic:
    """The package of a locked pack, which has exactly the bytes that the lock states."""
    archive = archive_of(path, item)
    shown = f"{FOLDER}/{os.path.basename(archive)}"
    hint = "`rulewright bundle add --force` brings it back; or take it from version control again"
    try:
        about = os.stat(archive)
        package = _package(archive, about.st_mtime_ns, about.st_size, about.st_ino)
    except OSError as error:
        return problem("RW4215", f"`{shown}` is locked and cannot be read: {(error.strerror or '').lower()}", hint)
    if isinstance(package, str):
        return problem("RW4215", f"`{shown}` is locked and is no package any more: {package}", hint)
    if package.sha256 != item.sha256:
        return problem("RW4215", f"`{shown}` does not have the bytes that are locked", hint)
    said = package.manifest
    if (said.name, said.edition, said.dependencies) != (item.name, item.edition, item.dependencies):
        return problem("RW4215", f"`{shown}` is not the package that the lock describes", hint)
    return package


@lru_cache(maxsize=64)
def _package(path: str, _changed: int, _size: int, _node: int) -> Package | str:
    """The package in a file, or why it is none; read again when the file changes.  Raises `OSError`."""
    from rulewright.attest import limits
    from rulewright.attest.packages import archive, model

    with open(path, "rb") as stream:
        data = stream.read(limits.ARCHIVE + 1)
    try:
        return archive.unpack(data)
    except model.PackageError as error:
        return str(error)


def modules_of(package: Package, path: str) -> list[Module]:
    """The modules of a package; `path` is that of its archive."""
    called = f"{package.manifest.name}@{package.manifest.edition}"
    return [
        module
        for name, data in sorted(package.files.items())
        if name.endswith(library.ENDINGS)
        for module in library.heads(data, f"{called}/{name}", path, held=data)
    ]


def document(file: str, name: str) -> bytes | None:
    """A file of a locked pack that a rule file of it (by the name that people see) names; `None` where there is none."""
    called, _, inside = file.partition("/")
    path = nearest(os.getcwd()) if inside and "@" in called else None
    lock = read(path) if path is not None else None
    if path is None or lock is None or isinstance(lock, Diagnostic):
        return None
    for item in lock.packs:
        if f"{item.name}@{item.edition}" == called:
            package = opened(path, item)
            return None if isinstance(package, Diagnostic) else package.files.get(beside(inside, name))
    return None


def beside(file: str, name: str) -> str:
    """The name in a pack of what a rule file of it names."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), name))


def clashes(modules: list[Module]) -> list[Diagnostic]:
    """Modules of one id and edition with different texts: among packs, and with what is shipped."""
    first: dict[tuple[str, str], Module] = {}
    found: list[Diagnostic] = []
    ours = {(module.id, module.edition): module for module in library.shipped()} if modules else {}
    for module in modules:
        key = (module.id, module.edition)
        for other in (first.setdefault(key, module), ours.get(key)):
            if other is not None and other is not module and library.read(other) != library.read(module):
                message = (
                    f"`{module.id}@{module.edition}` is in `{other.name}` and in `{module.name}`, with different texts"
                )
                found.append(problem("RW4216", message, "remove one of the packs, or rename the module"))
    return found
