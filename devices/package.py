"""An installed package, from whichever database: what becomes of it as a component.

Guarantees: a component's identifier is its package URL; fields that the database does not state are left out.
Source: purl-spec types deb, rpm, apk, opkg; CycloneDX names for the fields.
"""

from __future__ import annotations

import posixpath
import re

import msgspec

from rulewright.devices.model import Place, Row
from rulewright.facts.identity.purl import Purl, build, to_text

_CONTACT = re.compile(r"^\s*(.*?)\s*<([^<>]{3,200})>\s*$")


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """One package; `files` are the paths that belong to it, `upstream` is its source package (`NAME@VERSION`)."""

    type: str
    namespace: str
    name: str
    version: str
    place: Place
    architecture: str = ""
    distro: str = ""
    upstream: str = ""
    supplier: str = ""
    license: str = ""
    copyright: str = ""
    homepage: str = ""
    description: str = ""
    depends: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    fixes: str = ""
    """entries of the packager's changelog that name vulnerabilities"""
    changelog: Place | None = None

    @property
    def purl(self) -> str:
        """The package URL; empty where the parts make none."""
        version = self.version
        epoch = ""
        if self.type == "rpm" and ":" in version:
            epoch, _, version = version.partition(":")
        qualifiers = (
            ("arch", self.architecture),
            ("distro", self.distro),
            ("epoch", epoch),
            ("upstream", self.upstream),
        )
        made = build(
            Purl(self.type, self.namespace or None, self.name, version or None, tuple(q for q in qualifiers if q[1]))
        )
        return (
            made
            if isinstance(made, str) and made.startswith("pkg:")
            else ""
            if isinstance(made, str)
            else to_text(made)
        )

    def rows(self) -> list[Row]:
        """The component and its properties."""
        identifier = self.purl or f"{self.type}:{self.name}@{self.version}"
        contact = _CONTACT.match(self.supplier)
        fields = {
            "id": identifier, "type": "library" if self.name.startswith("lib") else "application", "name": self.name, "version": self.version,
            "purl": self.purl, "supplier": contact[1] if contact else self.supplier, "supplier_contact": contact[2] if contact else "",
            "license_declared": self.license, "license": self.license, "copyright": self.copyright, "homepage": self.homepage,
            "description": self.description[:500],
        }  # fmt: skip
        found = [Row("component", {key: value for key, value in fields.items() if value}, self.place)]
        if self.fixes:
            found.append(prop(identifier, "rulewright:changelog", self.fixes, self.changelog or self.place))
        if self.upstream:
            name, _, version = self.upstream.partition("@")
            found.append(prop(identifier, "rulewright:source-package", name, self.place))
            if version:
                found.append(prop(identifier, "rulewright:source-version", version, self.place))
        return found


def prop(component: str, name: str, value: str, place: Place) -> Row:
    """A property of a component: a row of `property` that names its component by `component`."""
    return Row("property", {"component": component, "name": name, "value": value}, place)


def owners(packages: list[Package]) -> dict[str, str]:
    """Which package a path belongs to, by the package's name; links in the way are not followed."""
    return {posixpath.normpath(path): package.name for package in packages for path in package.files}
