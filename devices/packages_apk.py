"""Packages of Alpine's apk: its database of installed packages.

Guarantees: one package for each paragraph with a name and version; its files with it.  apk's database states licences as SPDX
expressions; it holds no changelog.  Source: apk-v2 installed database (`P:`, `V:`, `A:`, `o:`, `L:`, `F:`, `R:`).
"""

from __future__ import annotations

from rulewright.devices.model import Place
from rulewright.devices.os_release import Release
from rulewright.devices.package import Package
from rulewright.devices.tree import Tree

PATHS = ("/lib/apk/db/installed", "/usr/lib/apk/db/installed")
MAX_BYTES = 64 * 1024 * 1024
MAX_PACKAGES = 50_000


def apk(tree: Tree, of: Release) -> list[Package]:
    """The installed packages."""
    path = next((path for path in PATHS if tree.is_file(path)), "")
    found: list[Package] = []
    if not path:
        return found
    fields: dict[str, str] = {}
    files: list[str] = []
    begun = 1
    text = tree.read(path, MAX_BYTES).decode("utf-8", "backslashreplace")
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if not line:
            if "P" in fields and len(found) < MAX_PACKAGES:
                found.append(_package(fields, tuple(files), Place(path, begun), of))
            fields, files, begun = {}, [], number + 1
        elif line[1:2] == ":":
            if line[0] == "R":
                files.append(f"/{fields.get('F', '')}/{line[2:]}".replace("//", "/"))
            else:
                fields[line[0]] = line[2:]
    return found


def _package(fields: dict[str, str], files: tuple[str, ...], place: Place, of: Release) -> Package:
    origin = fields.get("o", "")
    return Package(
        type="apk", namespace=of.id or "alpine", name=fields["P"], version=fields.get("V", ""), place=place, architecture=fields.get("A", ""),
        distro=of.distro, upstream=origin if origin and origin != fields["P"] else "", supplier=fields.get("m", ""), license=fields.get("L", ""),
        homepage=fields.get("U", ""), description=fields.get("T", ""), depends=tuple(fields.get("D", "").split()[:500]), files=files,
    )  # fmt: skip
