"""The rules that each registered package-URL type adds: what is folded, required, forbidden.

Guarantees: one row per registered type that has rules of its own; a type without a row has none, as
ECMA-427 says. Normalising is idempotent.
Does not: parse (see `purl`), or judge versions (see `versions`).
Source: package-url/purl-spec, `types/*-definition.json` (October 2026). Where a definition's note and its
machine-readable `case_sensitive` disagree (golang), the latter counts.
"""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

REQUIRED: Literal["required"] = "required"
OPTIONAL: Literal["optional"] = "optional"
PROHIBITED: Literal["prohibited"] = "prohibited"

WILDCARD = "\ud800"
"""A lone surrogate, which no package URL can contain: marks a wildcard in a pattern that is being folded."""

# Rarely needed: `re` compiles and keeps them when they are.
_CHROME_NAME = r"[a-p]{32}\Z"
_CHROME_VERSION = r"[0-9]+(?:\.[0-9]+){0,3}\Z"
_PUB = frozenset(f"abcdefghijklmnopqrstuvwxyz0123456789_{WILDCARD}")


class TypeRule(NamedTuple):
    """What one type adds to ECMA-427: `lower` names the folded parts (n namespace, m name, v version, s subpath)."""

    namespace: Literal["required", "optional", "prohibited"]
    lower: str = ""
    map_name: Callable[[str], str] | None = None
    qualifier: str = ""


def _dashes(name: str) -> str:
    return name.replace("_", "-")


def _pub(name: str) -> str:
    return "".join(char if char in _PUB else "_" for char in name)


RULES: dict[str, TypeRule] = {
    "alpm": TypeRule(REQUIRED, "nm"),
    "apk": TypeRule(REQUIRED, "nm"),
    "bazel": TypeRule(PROHIBITED),
    "bitbucket": TypeRule(REQUIRED, "nm"),
    "bitnami": TypeRule(PROHIBITED, "m"),
    "brew": TypeRule(OPTIONAL, "nm"),
    "cargo": TypeRule(PROHIBITED),
    "chrome-extension": TypeRule(PROHIBITED, "m"),
    "cocoapods": TypeRule(PROHIBITED),
    "composer": TypeRule(REQUIRED, "nm"),
    "conda": TypeRule(PROHIBITED),
    "cpan": TypeRule(OPTIONAL),
    "cran": TypeRule(PROHIBITED),
    "deb": TypeRule(REQUIRED, "nm"),
    "gem": TypeRule(PROHIBITED),
    "git": TypeRule(REQUIRED),
    "github": TypeRule(REQUIRED, "nm"),
    "golang": TypeRule(REQUIRED),
    "hackage": TypeRule(PROHIBITED, map_name=_dashes),
    "hex": TypeRule(OPTIONAL, "nm"),
    "huggingface": TypeRule(REQUIRED, "v"),
    "julia": TypeRule(PROHIBITED, qualifier="uuid"),
    "luarocks": TypeRule(OPTIONAL, "nm"),
    "maven": TypeRule(REQUIRED),
    "mlflow": TypeRule(PROHIBITED),
    "nuget": TypeRule(PROHIBITED),
    "oci": TypeRule(PROHIBITED, "mv"),
    "opam": TypeRule(PROHIBITED),
    "otp": TypeRule(PROHIBITED, "ms"),
    "pub": TypeRule(PROHIBITED, "m", map_name=_pub),
    "pypi": TypeRule(PROHIBITED, "mv", map_name=_dashes),
    "qpkg": TypeRule(REQUIRED, "n"),
    "rpm": TypeRule(REQUIRED, "n"),
    "swid": TypeRule(OPTIONAL, qualifier="tag_id"),
    "swift": TypeRule(REQUIRED),
    "vcpkg": TypeRule(PROHIBITED),
    "vscode-extension": TypeRule(REQUIRED, "nmv"),
    "yocto": TypeRule(OPTIONAL, "n"),
}
"""Types whose every component is free (conan, docker, generic, npm) have no row."""


SPECIAL: frozenset[str] = frozenset({"chrome-extension", "cpan", "git"})
"""Types that judge the characters of a name, or cut it in their own way."""

FOLDING: frozenset[str] = frozenset(
    {"cpan", "git", "mlflow"} | {type_ for type_, rule in RULES.items() if rule.lower or rule.map_name},
)
"""Types whose components may change by normalisation."""


def fold(
    type_: str,
    namespace: str | None,
    name: str,
    rest: tuple[str | None, str | None, str | None],
) -> tuple[str | None, str, str | None, str | None]:
    """Apply the normalisation of a type in `FOLDING`.

    `rest` is version, subpath and the `repository_url` qualifier (mlflow needs it); the answer is namespace,
    name, version, subpath.
    """
    version, subpath, repository = rest
    rule = RULES[type_]
    lower = rule.lower
    if namespace and "n" in lower:
        namespace = namespace.lower()
    if "m" in lower or (type_ == "mlflow" and repository and "databricks" in repository.lower()):
        name = name.lower()
    if version and "v" in lower:
        version = version.lower()
    if subpath and "s" in lower:
        subpath = subpath.lower()
    if rule.map_name:
        name = rule.map_name(name)
    if namespace and type_ == "cpan":
        namespace = namespace.upper()
    if namespace and type_ == "git":
        # The host is the namespace, the whole path on that host is the name.
        namespace, _, name = f"{namespace}/{name}".partition("/")
    return namespace, name, version, subpath


def breach(
    type_: str,
    namespace: str | None,
    name: str,
    version: str | None,
    qualifiers: tuple[tuple[str, str], ...],
) -> str | None:
    """Say which rule of its type a package URL breaks, `None` if it breaks none."""
    rule = RULES.get(type_)
    if rule is None:
        return None
    if rule.namespace == REQUIRED and not namespace:
        return f"type `{type_}` requires a namespace"
    if rule.namespace == PROHIBITED and namespace:
        return f"type `{type_}` has no namespace"
    if rule.qualifier and all(key != rule.qualifier for key, _ in qualifiers):
        return f"type `{type_}` requires the qualifier `{rule.qualifier}`"
    return _character_breach(type_, name, version)


def _character_breach(type_: str, name: str, version: str | None) -> str | None:
    if type_ == "cpan" and "::" in name:
        return "a cpan name is a distribution's, without `::`"
    if type_ != "chrome-extension":
        return None
    if not re.match(_CHROME_NAME, name):
        return "a chrome-extension name has 32 letters from a to p"
    if version and not re.match(_CHROME_VERSION, version):
        return "a chrome-extension version has one to four numbers"
    return None
