"""Packages of distributions: source package, release, and the upstream version behind the packager's.

Guarantees: a package is asked for by its own and by its source package's name; the release is what the purl or the version
says, empty where neither does.  It decides nothing about fixes (`backports`).
Source: purl-spec (deb, rpm, apk, alpm); Debian policy 5.6.12; RPM and apk version syntax.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from rulewright.facts.identity.purl import Purl
from rulewright.threats import keys
from rulewright.threats.ecosystems import distribution, release_of

SOURCE_PROPERTIES = ("syft:metadata:source", "aquasecurity:trivy:SrcName", "rulewright:source-package")
VERSION_PROPERTIES = ("syft:metadata:sourceVersion", "aquasecurity:trivy:SrcVersion", "rulewright:source-version")
RELEASE_PROPERTIES = ("rulewright:distro",)
_RPM_SOURCE = re.compile(r"(.+)-([^-]+)-([^-]+)\.src\.rpm\Z")
_SUFFIXES = re.compile(r"(?:[+~](?:dfsg|ds|repack|git|svn|really|nmu|deb\d|b\d|debian|ubuntu).*)\Z")


class Package(msgspec.Struct, frozen=True):
    """A distribution's package.  `versions[i]` is the version that goes with `keys[i]`."""

    keys: tuple[str, ...]
    versions: tuple[str, ...]
    names: tuple[str, ...]
    """Source package and package, by which an upstream product may be known."""
    version: str
    release: str
    upstream: str


def package_of(purl: Purl, properties: Mapping[str, str]) -> Package:
    """Read a package of a distribution from its purl and the properties that generators add."""
    qualifiers = dict(purl.qualifiers)
    namespace = distribution(purl.namespace or "")
    version = purl.version or ""
    epoch = qualifiers.get("epoch", "")
    if epoch and epoch != "0" and ":" not in version and version:
        version = f"{epoch}:{version}"
    source, stated = _source(qualifiers.get("upstream") or qualifiers.get("source") or "", properties)
    names = tuple(dict.fromkeys(filter(None, (source, purl.name))))
    distro = qualifiers.get("distro") or next((properties[p] for p in RELEASE_PROPERTIES if p in properties), "")
    return Package(
        tuple(keys.package(purl.type, namespace, name) for name in names),
        tuple((stated or version) if name == source else version for name in names),
        names, version, release_of(namespace, distro, version), upstream(purl.type, stated or version),
    )  # fmt: skip


def _source(stated: str, properties: Mapping[str, str]) -> tuple[str, str]:
    """Name and version of the source package, as far as they differ from the package's."""
    found = _RPM_SOURCE.match(stated)
    if found:
        return found[1], f"{found[2]}-{found[3]}"
    name, _, version = stated.partition("@")
    if not name:
        name = next((properties[p] for p in SOURCE_PROPERTIES if properties.get(p)), "")
    if not version:
        version = next((properties[p] for p in VERSION_PROPERTIES if properties.get(p)), "")
    return name.partition(" ")[0], version


def upstream(type_: str, version: str) -> str:
    """The upstream project's version within a packager's: 2:2.4-2+deb12u3 is 2.4."""
    text = version.rpartition(":")[2] if version[:1].isdigit() else version
    if type_ == "apk":
        return re.sub(r"-r\d+\Z", "", text)
    if "-" in text:
        text = text.rpartition("-")[0]
    return _SUFFIXES.sub("", text)
