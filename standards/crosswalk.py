"""How the requirements of two standards relate: by the objectives that they share, and by published references.

Guarantees: pure; a pair is listed once for each basis that it rests on, in the order of the requirements; a relation is
read from the source to the target.  Objectives were assigned by us: the basis says so.  What it does not do: weigh how
much of an objective a requirement asks for; two requirements with the same objectives may differ in degree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from rulewright.dsl import ir
from rulewright.standards.book import Edition

Relation = Literal["equivalent-objective", "source-broader", "target-broader", "partial-overlap", "official"]
Strength = Literal["", "equal", "subset", "superset", "intersects"]
_TURNED: dict[Strength, Strength] = {"subset": "superset", "superset": "subset"}


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two requirements, how they relate, and on what that rests.

    `strength` is that of a published reference, read from the source; `cited_by` says which of the two standards has it.
    """

    source: str
    target: str
    relation: Relation
    basis: Literal["objectives", "official"]
    shared: tuple[str, ...] = ()
    strength: Strength = ""
    cited_by: str = ""


def relation(source: tuple[str, ...], target: tuple[str, ...]) -> Relation | None:
    """How two lists of objectives relate; None when they share none."""
    ours, theirs = set(source), set(target)
    if not ours & theirs:
        return None
    if ours == theirs:
        return "equivalent-objective"
    if ours > theirs:
        return "source-broader"
    return "target-broader" if ours < theirs else "partial-overlap"


def crosswalk(source: Edition, target: Edition) -> list[Pair]:
    """All pairs of two editions, by objectives and by reference."""
    found = [pair for one in source.requirements.values() for pair in _shared(one, target)]
    return found + list(_cited(source, target))


def _shared(one: ir.Requirement, target: Edition) -> Iterator[Pair]:
    for other in target.requirements.values():
        how = relation(one.objective, other.objective)
        if how is not None:
            shared = tuple(name for name in one.objective if name in other.objective)
            yield Pair(source=one.id, target=other.id, relation=how, basis="objectives", shared=shared)


def _cited(source: Edition, target: Edition) -> Iterator[Pair]:
    """References that either standard makes to the other; one that both make is listed for each."""
    for here, there, turned in ((source, target, False), (target, source, True)):
        for one in here.requirements.values():
            for ref in one.refs:
                if ref.standard != there.info.id or ref.clause not in there.requirements:
                    continue
                ends = (one.id, f"{ref.standard}:{ref.clause}")
                yield Pair(
                    source=ends[turned],
                    target=ends[not turned],
                    relation="official",
                    basis="official",
                    strength=_TURNED.get(ref.strength, ref.strength) if turned else ref.strength,
                    cited_by=here.name,
                )
