"""Whether a language tag is valid: BCP 47 (RFC 5646, section 2.2.9) by the registry of subtags.

Guarantees: every subtag is registered and no variant or extension stands twice.  It does not judge whether the parts make
sense together.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_TAG = re.compile(
    r"(?P<language>[a-z]{2,8})(?P<extlang>(?:-[a-z]{3}){0,3})(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)(?:-x(?:-[a-z0-9]{1,8})+)?\Z"
)
_PRIVATE = re.compile(r"x(?:-[a-z0-9]{1,8})+\Z")
_SINGLETON = re.compile(r"-([0-9a-wy-z])(?=-)")


@cache
def _registry() -> dict[str, frozenset[str]]:
    """Give the registered subtags by kind."""
    rows = (files("rulewright.sbom") / "csaf_tables" / "languages.txt").read_text("ascii").splitlines()
    return {kind: frozenset(subtags) for kind, *subtags in (row.split(" ") for row in rows)}


def _is_registered(kind: str, subtag: str) -> bool:
    """Whether a subtag is in the registry, by itself or within a range for private use."""
    known = _registry()[kind]
    if subtag in known:
        return True
    ranges = (entry.split("..") for entry in known if ".." in entry)
    return any(len(low) == len(subtag) and low <= subtag <= high for low, high in ranges)


def is_language(tag: str) -> bool:
    """Whether `tag` is valid."""
    lower = tag.lower()
    if lower in _registry()["grandfathered"] or _PRIVATE.match(lower):
        return True
    found = _TAG.match(lower)
    if found is None:
        return False
    stated = [("language", found["language"]), ("script", found["script"]), ("region", found["region"])]
    stated += [("extlang", subtag) for subtag in found["extlang"].split("-")[1:]]
    variants = found["variants"].split("-")[1:]
    stated += [("variant", subtag) for subtag in variants]
    singletons = _SINGLETON.findall(found["extensions"])
    once = len(set(variants)) == len(variants) and len(set(singletons)) == len(singletons)
    return once and all(_is_registered(kind, subtag) for kind, subtag in stated if subtag)
