"""What software a tree holds: its package databases, and what is there without a package, by its banner.

Guarantees: a component of a database is as the database has it; one that only a banner shows says so by a property
(`rulewright:evidence` = `banner`) and has no supplier; BusyBox and the kernel are listed by banner only where no package has them.
What it does not do: guess names or versions of other files.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

import msgspec

from rulewright.devices.kernel import configuration, kernel_version
from rulewright.devices.model import Findings, Noted, Place, Row
from rulewright.devices.os_release import Release, release
from rulewright.devices.package import Package, prop
from rulewright.devices.packages_apk import PATHS as APK
from rulewright.devices.packages_apk import apk
from rulewright.devices.packages_dpkg import dpkg, opkg
from rulewright.devices.packages_rpm import FOLDERS as RPM
from rulewright.devices.packages_rpm import rpm
from rulewright.devices.tree import Tree

DATABASES = (
    "/var/lib/dpkg/status", "/usr/lib/opkg/status", "/var/lib/opkg/status", "/lib/opkg/status", "/opt/lib/opkg/status",
    *APK, *(f"{folder}/rpmdb.sqlite" for folder in RPM),
)  # fmt: skip
MAX_IMAGE = 64 * 1024 * 1024
_BUSYBOX = re.compile(rb"BusyBox v(\d+\.\d+(?:\.\d+)?)")


class Installed(msgspec.Struct, frozen=True):
    """The packages of a tree, its distribution, the databases that were read, and what could not be."""

    packages: list[Package]
    release: Release
    databases: tuple[str, ...]
    notes: list[Noted]


def installed(tree: Tree) -> Installed:
    """All packages of all databases, in the order of type, name, version."""
    of = release(tree)
    notes: list[Noted] = []
    found = [*dpkg(tree, of, notes), *opkg(tree, of, notes), *apk(tree, of), *rpm(tree, of, notes)]
    unique = {(one.type, one.name, one.version, one.architecture): one for one in reversed(found)}
    ordered = [unique[key] for key in sorted(unique)]
    read = tuple(path for path in (*DATABASES, *tree.glob("/var/lib/dpkg/status.d/*")) if tree.is_file(path))
    return Installed(ordered, of, read, notes)


def detect(tree: Tree) -> Findings:
    """Components with their properties; the component and the operating system that banners show."""
    found = Findings()
    here = installed(tree)
    found.notes += here.notes
    for package in here.packages:
        found.rows += package.rows()
    if here.release.id:
        found.rows.append(_system(here.release))
    found.rows += banners(tree, here.packages)
    return found


def _system(of: Release) -> Row:
    fields = {
        "id": f"os:{of.distro}",
        "type": "operating_system",
        "name": of.id,
        "version": of.version,
        "description": of.name,
    }
    return Row("component", {key: value for key, value in fields.items() if value}, of.place)


def banners(tree: Tree, packages: Iterable[Package]) -> list[Row]:
    """BusyBox and the kernel by what they say of themselves, where no package is them."""
    names = [package.name for package in packages]
    rows: list[Row] = []
    if not any(name.startswith("busybox") for name in names):
        path, version = _busybox(tree)
        if version:
            rows += _shown(
                "busybox", "application", version, Place(path), f"cpe:2.3:a:busybox:busybox:{version}:*:*:*:*:*:*:*"
            )
    if not any(
        name in {"kernel", "linux"} or name.startswith(("linux-image", "kernel-core", "kernel-image", "linux-lts"))
        for name in names
    ):
        version, place = kernel_version(tree, configuration(tree))
        plain = re.match(r"\d+\.\d+(?:\.\d+)?", version)
        if plain:
            rows += _shown(
                "linux", "operating_system", plain[0], place, f"cpe:2.3:o:linux:linux_kernel:{plain[0]}:*:*:*:*:*:*:*"
            )
    return rows


def _busybox(tree: Tree) -> tuple[str, str]:
    for path in ("/bin/busybox", "/usr/bin/busybox", "/sbin/busybox", "/usr/sbin/busybox", "/bin/busybox.nosuid"):
        match = _BUSYBOX.search(tree.read(path, MAX_IMAGE)) if tree.is_file(path) else None
        if match:
            return tree.resolve(path) or path, match[1].decode()
    return "", ""


def _shown(name: str, kind: str, version: str, place: Place, cpe: str) -> list[Row]:
    identifier = f"banner:{name}@{version}"
    fields = {
        "id": identifier,
        "type": kind,
        "name": name,
        "version": version,
        "cpe": cpe,
        "filename": posixpath.basename(place.path),
    }
    return [Row("component", dict(fields), place), prop(identifier, "rulewright:evidence", "banner", place)]
