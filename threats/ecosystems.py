"""OSV's ecosystems and the distributions behind package URLs: types, version orders, releases.

Guarantees: one table for both sides, so a component and an advisory of one ecosystem meet; an ecosystem that is not in the
table keeps its own name as a type and has no order.
Source: OSV schema 1.7, defined ecosystems; purl-spec, `PURL-TYPES`.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import NamedTuple

from rulewright.threats.versions import scheme_of


class Ecosystem(NamedTuple):
    """A purl type with the namespace of a distribution, and the scheme of its versions."""

    type: str
    namespace: str = ""
    scheme: str = ""


def _distribution(type_: str, *names: str) -> dict[str, Ecosystem]:
    return {name: Ecosystem(type_, name.replace(" ", ""), type_) for name in names}


CARGO = "crates." + "io"
"""OSV calls Cargo's ecosystem by the host of its registry."""

_TABLE: dict[str, Ecosystem] = {
    "pypi": Ecosystem("pypi", scheme="pypi"), "npm": Ecosystem("npm", scheme="npm"),
    "go": Ecosystem("golang", scheme="golang"), CARGO: Ecosystem("cargo", scheme="cargo"),
    "maven": Ecosystem("maven", scheme="maven"), "nuget": Ecosystem("nuget", scheme="nuget"),
    "packagist": Ecosystem("composer", scheme="composer"), "rubygems": Ecosystem("gem", scheme="gem"),
    "pub": Ecosystem("pub", scheme="pub"), "hex": Ecosystem("hex", scheme="hex"),
    "conancenter": Ecosystem("conan", scheme="conan"), "cran": Ecosystem("cran", scheme="generic"),
    "bioconductor": Ecosystem("bioconductor", scheme="generic"), "hackage": Ecosystem("hackage", scheme="intdot"),
    "ghc": Ecosystem("ghc", scheme="intdot"), "swifturl": Ecosystem("swift", scheme="semver"),
    "github actions": Ecosystem("github", scheme="semver"), "oss-fuzz": Ecosystem("generic", scheme="generic"),
    "bitnami": Ecosystem("bitnami", scheme="semver"), "vscode": Ecosystem("vscode-extension", scheme="semver"),
    "julia": Ecosystem("julia", scheme="semver"), "opam": Ecosystem("opam", scheme="deb"),
    "cpan": Ecosystem("cpan", scheme="generic"), "linux": Ecosystem("generic", scheme="generic"),
    "android": Ecosystem("android"), "git": Ecosystem("git"),
    **_distribution("deb", "debian", "ubuntu", "echo", "kali"),
    **_distribution("apk", "alpine", "wolfi", "chainguard", "minimos", "alpaquita", "bellsoft hardened containers"),
    **_distribution("rpm", "rocky linux", "almalinux", "suse", "opensuse", "mageia", "photon os", "openeuler", "fedora",
                    "amazon linux", "oracle linux", "azure linux", "mariner"),
    "red hat": Ecosystem("rpm", "redhat", "rpm"), "arch": Ecosystem("alpm", "arch", "alpm"),
}  # fmt: skip
_ALIASES = MappingProxyType(
    {
        "rhel": "redhat", "centos": "redhat", "rocky": "rockylinux", "alma": "almalinux", "opensuse-leap": "opensuse",
        "opensuse-tumbleweed": "opensuse", "sles": "suse", "sle": "suse", "photon": "photonos", "amzn": "amazonlinux",
        "amazon": "amazonlinux", "oracle": "oraclelinux", "ol": "oraclelinux", "cbl-mariner": "mariner",
        "azurelinux": "azurelinux", "raspbian": "debian", "archlinux": "arch",
    }
)  # fmt: skip
"""Namespaces of purls that mean a distribution of the table."""

CODENAMES = MappingProxyType(
    {
        "wheezy": "7", "jessie": "8", "stretch": "9", "buster": "10", "bullseye": "11", "bookworm": "12", "trixie": "13",
        "forky": "14", "sid": "sid", "unstable": "sid", "trusty": "14.04", "xenial": "16.04", "bionic": "18.04", "focal": "20.04",
        "jammy": "22.04", "noble": "24.04", "questing": "25.10",
    }
)  # fmt: skip
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_DEBIAN_SUFFIX = re.compile(r"[+~]deb(\d+)u\d+|~bpo(\d+)\+")
_RPM_SUFFIX = re.compile(r"\.(?:el|fc|amzn|cm|azl|oe|mga)(\d+)")
_RPM_TAGGED = frozenset(
    {"redhat", "rockylinux", "almalinux", "oraclelinux", "fedora", "amazonlinux", "mageia", "azurelinux", "mariner"}
)
"""Distributions of RPM packages whose versions may end in the release: `.el9`, `.fc41`."""
_MAJOR_ONLY = _RPM_TAGGED | {"debian"}
_SERVICE_PACK = re.compile(r"(\d+) sp ?(\d+)")


def ecosystem(name: str) -> tuple[Ecosystem, str]:
    """An OSV ecosystem and the release behind its colon: `Debian:12` is (deb, debian) and `12`."""
    stated, _, release = name.partition(":")
    found = _TABLE.get(stated.lower()) or Ecosystem(stated.lower().replace(" ", "-"), "", scheme_of(stated))
    return found, _release(found.namespace, release)


def distribution(namespace: str) -> str:
    """The distribution that a purl's namespace means."""
    name = namespace.lower()
    return _ALIASES.get(name, name)


def release_of(namespace: str, stated: str, version: str) -> str:
    """The release of a component's distribution: by its `distro` qualifier, else by the version's suffix; may be empty."""
    if stated:
        text = stated.lower()
        for word, release in CODENAMES.items():
            if text == word or text.endswith(f"-{word}"):
                return release
        number = _NUMBER.search(text)
        if number:
            return _release(namespace, number[0])
    suffix = _DEBIAN_SUFFIX if namespace == "debian" else _RPM_SUFFIX if namespace in _RPM_TAGGED else None
    found = suffix.search(version) if suffix else None
    return next(filter(None, found.groups()), "") if found else ""


def _release(namespace: str, stated: str) -> str:
    """A release in the form in which both sides write it."""
    text = stated.lower()
    if namespace == "redhat":
        # enterprise_linux:9::baseos, rhel_eus:9.2::appstream; other products have releases of their own.
        found = re.match(r"(?:enterprise_linux|rhel_\w+|rhel):(\d+)", text) or re.match(r"(\d+)(?:\.\d+)*\Z", text)
        return found[1] if found else text
    if text in CODENAMES:
        return CODENAMES[text]
    pack = _SERVICE_PACK.search(text)
    if pack:
        return f"{pack[1]}.{pack[2]}"
    number = _NUMBER.search(text)
    if number is None:
        return text
    parts = number[0].split(".")
    if namespace in _MAJOR_ONLY:
        return parts[0]
    return ".".join(parts[:2]) if namespace in {"alpine", "ubuntu", "suse", "opensuse"} else number[0]
