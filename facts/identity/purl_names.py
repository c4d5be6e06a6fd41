"""When two package URLs mean the same package, and when one covers another, as statements on products need it.

Guarantees: pure, linear, never raises; names are compared as their registry compares them (PyPI finds `zope.interface` and
`zope-interface` one project, NuGet ignores case), versions as their ecosystem does (PyPI finds 1.0 and 1.0.0 equal).
Does not: read wildcards (see `purl_match`), or look anything up.
Source: PEP 503; the registries' naming rules; purl-spec for what parsing has folded already.
"""

import re
from collections.abc import Callable

from rulewright.facts.identity import versions
from rulewright.facts.identity.purl import Purl

_RUN = re.compile(r"[-_.]+")
_IGNORE_CASE = frozenset(
    {
        "bitnami",
        "composer",
        "conda",
        "docker",
        "golang",
        "hex",
        "luarocks",
        "nuget",
        "oci",
        "pub",
        "swift",
        "vcpkg",
        "winget",
    }
)
_SPECIAL: dict[str, Callable[[str], str]] = {
    "cargo": lambda name: name.replace("-", "_").lower(),
    "pypi": lambda name: _RUN.sub("-", name).lower(),
}
_BUILD_COUNTS = frozenset({"cargo", "hex", "npm", "nuget", "semver"})


def package_key(purl: Purl) -> tuple[str, str, str]:
    """Give type, namespace and name so that two package URLs of one package have the same, whatever the version."""
    type_, namespace, name = purl.type, purl.namespace or "", purl.name
    if type_ == "alpine" and not namespace:
        type_, namespace = "apk", "alpine"
    if type_ in _IGNORE_CASE:
        return type_, namespace.lower(), name.lower()
    special = _SPECIAL.get(type_)
    return type_, namespace, special(name) if special else name


def same_version(purl_type: str, left: str, right: str) -> bool:
    """Whether two versions of a purl type are one: the same text, or equal in order without differing build metadata."""
    if left == right:
        return True
    scheme = versions.scheme_of_purl_type(purl_type)
    if scheme is None or versions.compare(scheme, left, right) != 0:
        return False
    return scheme not in _BUILD_COUNTS or left.partition("+")[2] == right.partition("+")[2]


def covers(broad: Purl, narrow: Purl) -> bool:
    """Whether a statement on `broad` is about `narrow`: the same package, and whatever else `broad` states is so there.

    A `broad` without a version covers every version; its qualifiers have to be among those of `narrow`.
    """
    if package_key(broad) != package_key(narrow):
        return False
    if broad.version is not None and (
        narrow.version is None or not same_version(broad.type, broad.version, narrow.version)
    ):
        return False
    if broad.subpath is not None and broad.subpath != narrow.subpath:
        return False
    return set(broad.qualifiers) <= set(narrow.qualifiers)
