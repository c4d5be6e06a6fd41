"""Comparing many versions of one scheme: every version's key is made once.

Guarantees: the order is that of `facts.identity`; `None` where a text is no version of the scheme.  Memory is bounded by the
versions that one run sees.
"""

from __future__ import annotations

from functools import cache

from rulewright.facts.identity.version_keys import Key
from rulewright.facts.identity.versions import key as version_key
from rulewright.facts.identity.versions import scheme_of_purl_type

GENERIC = "generic"


class Order:
    """The order of one scheme, with what it has seen."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        self._keys: dict[str, Key | None] = {}

    def key(self, version: str) -> Key | None:
        """What a version compares by; `None` if it is none of the scheme."""
        try:
            return self._keys[version]
        except KeyError:
            made = self._keys[version] = version_key(self.scheme, version)
            return made

    def readable(self, version: str) -> bool:
        """Whether it is a version of the scheme."""
        return self.key(version) is not None

    def compare(self, left: str, right: str) -> int | None:
        """-1, 0 or 1; `None` if either is no version of the scheme."""
        one, two = self.key(left), self.key(right)
        if one is None or two is None:
            return None
        return 0 if one == two else -1 if one < two else 1

    def sorts(self, versions: list[str]) -> bool:
        """Whether all of these can be compared with one another."""
        return all(self.key(v) is not None for v in versions)


@cache
def order(scheme: str) -> Order:
    """The order of a scheme; `generic` where it is not known."""
    return Order(scheme or GENERIC)


@cache
def scheme_of(purl_type: str) -> str:
    """The scheme of a purl type's versions, empty where they have no order."""
    return scheme_of_purl_type(purl_type) or ""
