"""Comparing many versions of one scheme: every version's key is made once.

Guarantees: the order is that of `facts.identity`; `None` where two versions cannot be compared.  Memory is bounded by the
versions that one run sees.
"""

from __future__ import annotations

from functools import cache

from rulewright.facts.identity.version_keys import Key, fast_key, needs_univers, slow_key
from rulewright.facts.identity.versions import scheme_of_purl_type

GENERIC = "generic"


class Order:
    """The order of one scheme, with what it has seen."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        self._fast: dict[str, Key | None] = {}
        self._slow: dict[str, Key | None] = {}
        self._needs = needs_univers(scheme)

    def fast(self, version: str) -> Key | None:
        """The key that needs no library."""
        try:
            return self._fast[version]
        except KeyError:
            key = self._fast[version] = fast_key(self.scheme, version)
            return key

    def slow(self, version: str) -> Key | None:
        """The key by the library, where the scheme has one."""
        if not self._needs:
            return None
        try:
            return self._slow[version]
        except KeyError:
            key = self._slow[version] = slow_key(self.scheme, version)
            return key

    def readable(self, version: str) -> bool:
        """Whether it is a version of the scheme."""
        return self.fast(version) is not None or self.slow(version) is not None

    def compare(self, left: str, right: str) -> int | None:
        """-1, 0 or 1; `None` if either is no version of the scheme."""
        if left == right:
            return 0 if self.readable(left) else None
        one, two = self.fast(left), self.fast(right)
        if one is None or two is None:
            one, two = self.slow(left), self.slow(right)
            if one is None or two is None:
                return None
        try:
            return 0 if one == two else -1 if one < two else 1
        except Exception:  # noqa: BLE001 - univers's comparisons raise many kinds on strange versions
            return None

    def sorts(self, versions: list[str]) -> bool:
        """Whether all of these can be compared with one another."""
        return all(self.fast(v) is not None for v in versions) or all(self.slow(v) is not None for v in versions)


@cache
def order(scheme: str) -> Order:
    """The order of a scheme; `generic` where it is not known."""
    return Order(scheme or GENERIC)


def scheme_of(purl_type: str) -> str:
    """The scheme of a purl type's versions, empty where they have no order."""
    return scheme_of_purl_type(purl_type) or ""
