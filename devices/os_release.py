"""Which distribution a tree is of, by os-release and its elders.

Guarantees: the identifier and version as written there; nothing is guessed.  Source: os-release(5), OpenWrt's openwrt_release.
"""

from __future__ import annotations

import re

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.tree import Tree

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


class Release(msgspec.Struct, frozen=True):
    """A distribution: its identifier (`debian`), version (`12`), name, and where it is said."""

    id: str = ""
    version: str = ""
    name: str = ""
    place: Place = Place("/")

    @property
    def distro(self) -> str:
        """The qualifier of package URLs: `debian-12`."""
        return f"{self.id}-{self.version}" if self.id and self.version else self.id


def release(tree: Tree) -> Release:
    """The distribution; empty fields where nothing says it."""
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        found = _settings(tree, path)
        if found.get("ID"):
            identifier = found["ID"].lower()
            good = identifier if _IDENTIFIER.fullmatch(identifier) else ""
            return Release(good, found.get("VERSION_ID", "")[:40], found.get("NAME", "")[:100], Place(path))
    found = _settings(tree, "/etc/openwrt_release")
    if found.get("DISTRIB_ID"):
        return Release(
            found["DISTRIB_ID"].lower()[:40],
            found.get("DISTRIB_RELEASE", "")[:40],
            found["DISTRIB_ID"][:100],
            Place("/etc/openwrt_release"),
        )
    for path, identifier in (("/etc/alpine-release", "alpine"), ("/etc/debian_version", "debian")):
        lines = tree.lines(path)
        if lines and lines[0].strip():
            version = lines[0].strip()[:40]
            return Release(
                identifier, version.partition(".")[0] if identifier == "debian" else version, identifier, Place(path)
            )
    return Release()


def _settings(tree: Tree, path: str) -> dict[str, str]:
    pairs = (
        line.partition("=") for line in tree.lines(path)[:200] if "=" in line and not line.lstrip().startswith("#")
    )
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}
