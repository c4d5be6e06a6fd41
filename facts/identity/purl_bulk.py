"""The validity of many package URLs at once: most are plain, and one regular expression finds those that are not.

Guarantees: the same answers as `purl.is_valid`, text by text; linear time.
What it does not do: judge the others: they go to `purl.is_valid` one by one.

Plain is: a type without rules of its own beyond its namespace, lower case; segments and version of unreserved
characters; no qualifiers, escapes or subpath.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rulewright.facts.identity import purl_types
from rulewright.facts.identity.purl import is_valid

_PART = r"[A-Za-z0-9._~-]+"
_VERSION = r"(?:@[A-Za-z0-9._~+:-]+)?"


_FREE = ("conan", "docker", "generic", "npm")
"""Common types that have no rules at all."""


def _types(namespace: str) -> str:
    """The plain types with this rule on namespaces, as an alternation."""
    names = (
        name
        for name, rule in purl_types.RULES.items()
        if rule.namespace == namespace and not rule.qualifier and name not in purl_types.SPECIAL
    )
    return "|".join(re.escape(name) for name in sorted({*names, *(_FREE if namespace == "optional" else ())}))


@lru_cache(1)
def _plain() -> re.Pattern[str]:
    """A whole line that is plain."""
    required, optional, prohibited = (_types(rule) for rule in ("required", "optional", "prohibited"))
    shape = rf"^pkg:(?:(?:{optional})/(?:{_PART}/)*|(?:{required})/(?:{_PART}/)+|(?:{prohibited})/){_PART}{_VERSION}$"
    return re.compile(shape, re.MULTILINE)


def valid_all(texts: Sequence[str]) -> bytes:
    """One byte per text: 1 where it is a valid package URL, else 0."""
    plain = set(_plain().findall("\n".join(texts)))
    return bytes([text in plain or is_valid(text) for text in texts])
