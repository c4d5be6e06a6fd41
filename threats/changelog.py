"""What a package's changelog says was fixed.

Guarantees: an identifier counts only in an entry that says *fix*, *patch*, *address*, *prevent*, *mitigate* or *resolve*, or that
names a patch file after it, and not where it is said to be open, unfixed or not affecting; to be mentioned is not to be fixed.
Both Debian's and RPM's form are read as text: entries begin with `*` or `-`.
"""

from __future__ import annotations

import re

ID = re.compile(r"\b(CVE-\d{4}-\d{1,19}|GHSA(?:-[0-9a-z]{4}){3}|(?:DSA|DLA|RHSA|USN)-\d[\d:-]*)\b", re.IGNORECASE)
_ENTRY = re.compile(r"^\s*[*+-]\s+", re.MULTILINE)
_FIXED = re.compile(
    r"\b(?:fix(?:es|ed|ing)?|patch(?:es|ed)?|address(?:es|ed)?|prevent(?:s|ed)?|mitigat(?:e|es|ed)|resolv(?:e|es|ed)|backport(?:s|ed)?|"
    r"correct(?:s|ed)?|closes|security update|d/p(?:atches)?/|debian/patches/|\.patch|\.diff)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:unfixed|not (?:yet )?(?:fixed|affected|vulnerable|applicable)|does not (?:fix|affect)|doesn't (?:fix|affect)|no fix|"
    r"to be fixed|todo|revert(?:s|ed)?|drop(?:s|ped)? (?:the )?patch|regression)",
    re.IGNORECASE,
)


def fixed(text: str) -> frozenset[str]:
    """The identifiers that the entries of a changelog say are fixed, in upper case as they are written elsewhere."""
    found: set[str] = set()
    for entry in _ENTRY.split(text):
        if _FIXED.search(entry) and not _OPEN.search(entry):
            found.update(map(normal, ID.findall(entry)))
    return frozenset(found)


def listed(text: str) -> frozenset[str]:
    """All identifiers of a list."""
    return frozenset(map(normal, ID.findall(text)))


def normal(name: str) -> str:
    """An identifier as feeds write it."""
    head, dash, rest = name.partition("-")
    return f"GHSA-{rest.lower()}" if head.upper() == "GHSA" else f"{head.upper()}{dash}{rest.upper()}"
