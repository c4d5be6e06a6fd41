"""Findings grouped around the requirements that most of them share, so that a reader sees causes, not tuples.

Guarantees: every finding is in exactly one family; the grouping depends on nothing but the findings (greedy cover: the
requirement in most findings that are left comes first; of equal ones that which binds least, then by name).
Source: greedy set cover; the least number of families is not sought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rulewright.engine.analysis.findings import Family


class Grouped(NamedTuple):
    """One finding as grouping sees it: its id, its members as owner ids, the facts it is about."""

    id: str
    members: tuple[str, ...]
    facts: tuple[str, ...]


class Culprit(NamedTuple):
    """A requirement as grouping sees it: family id, title, rank of its force (more binds less)."""

    family: str
    title: str
    rank: int


def group(findings: Sequence[Grouped], culprits: Mapping[str, Culprit]) -> tuple[Family, ...]:
    """The families, the largest first."""
    left = {finding.id: finding for finding in findings}
    of: dict[str, set[str]] = {}
    for finding in findings:
        for member in finding.members:
            of.setdefault(member, set()).add(finding.id)
    families: list[Family] = []
    while left:
        culprit = min(of, key=lambda m: (-len(of[m]), -culprits[m].rank, m))
        taken = of.pop(culprit)
        for name in taken:
            for member in left.pop(name).members:
                if member in of:
                    of[member].discard(name)
        own = [finding for finding in findings if finding.id in taken]
        facts = sorted({fact for finding in own for fact in finding.facts})
        about = culprits[culprit]
        families.append(Family(about.family, culprit, about.title, tuple(sorted(taken)), tuple(facts)))
    return tuple(families)
