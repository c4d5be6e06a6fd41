"""References between requirements: both ways, and who else has the same objective; whether two are about one subject.

Guarantees: pure; references hold no edition, so one holds for every edition of its standard that has the clause.
Two requirements are about the same subject when they share an objective, about a neighbouring one when an objective of
one is `related` to one of the other, else about another.  Where an end has no objective, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from rulewright.dsl import ir
from rulewright.standards.book import Book, Edition
from rulewright.standards.crosswalk import Relation, Strength, relation

Closeness = Literal["same", "near", "other", "unknown"]
SUGGESTED = 3


class Reference(msgspec.Struct, frozen=True):
    """A published reference from a requirement, to a clause; editions stand where they are known."""

    source: str
    target: str
    strength: Strength
    subject: Closeness


class Kin(msgspec.Struct, frozen=True):
    """A requirement of another standard that shares objectives; the relation is read from the one in question."""

    requirement: str
    title: str
    relation: Relation
    shared: tuple[str, ...]


def closeness(source: Iterable[str], target: Iterable[str], book: Book) -> Closeness:
    """Whether two lists of objectives are about the same subject."""
    ours, theirs = set(source), set(target)
    if not ours or not theirs:
        return "unknown"
    if ours & theirs:
        return "same"
    return "near" if any(theirs & book.near(name) for name in ours) else "other"


def outgoing(requirement: ir.Requirement, book: Book) -> Iterator[Reference]:
    """What a requirement refers to."""
    for ref in requirement.refs:
        holders = [e for e in book.editions(ref.standard) if ref.clause in e.requirements]
        target = f"{holders[0].name if holders else ref.standard}:{ref.clause}"
        theirs = holders[0].requirements[ref.clause].objective if holders else ()
        yield Reference(requirement.id, target, ref.strength, closeness(requirement.objective, theirs, book))


def incoming(requirement: ir.Requirement, book: Book) -> Iterator[Reference]:
    """Who refers to a requirement."""
    standard, _, name = requirement.id.partition(":")
    for edition in book.all():
        for other in edition.requirements.values():
            for ref in other.refs:
                if (ref.standard, ref.clause) == (standard, name):
                    subject = closeness(other.objective, requirement.objective, book)
                    source = f"{edition.name}:{other.id.partition(':')[2]}"
                    yield Reference(source, requirement.id, ref.strength, subject)


def kin(requirement: ir.Requirement, book: Book) -> Iterator[Kin]:
    """Requirements of other standards, in their newest editions, that share an objective."""
    standard = requirement.id.partition(":")[0]
    for edition in (book.editions(other)[0] for other in book.ids if other != standard):
        for name, other in edition.requirements.items():
            how = relation(requirement.objective, other.objective)
            if how is not None:
                shared = tuple(o for o in requirement.objective if o in other.objective)
                yield Kin(f"{edition.name}:{name}", other.title, how, shared)


class Better(msgspec.Struct, frozen=True):
    """Where a reference could point to instead, best first.

    `same` share an objective with its source; `near` have a related one: they are named only where there is none of the former.
    """

    same: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def better(requirement: ir.Requirement, cited: str, target: Edition, book: Book) -> Better:
    """The requirements of an edition that come closest to the subject of one.

    Those that share most of its objectives come first, then those that ask for less besides; among neighbours those of the
    section that was cited: who errs in a number seldom errs in the chapter.
    """
    ours = requirement.objective
    others = {name: other.objective for name, other in target.requirements.items() if name != cited}
    same = [name for name, theirs in others.items() if set(ours) & set(theirs)]
    if same:
        same.sort(key=lambda name: (-len(set(ours) & set(others[name])), _besides(ours, others[name], book)))
        return Better(same=tuple(same[:SUGGESTED]))
    near = [name for name, theirs in others.items() if closeness(ours, theirs, book) == "near"]
    near.sort(key=lambda name: (section(name) != section(cited), _besides(ours, others[name], book)))
    return Better(near=tuple(near[:SUGGESTED]))


def _besides(ours: Iterable[str], theirs: Iterable[str], book: Book) -> int:
    """How many of their objectives are neither ours nor related to ours."""
    about = set(ours).union(*(book.near(name) for name in ours))
    return len(set(theirs) - about)


def section(name: str) -> str:
    """The part of a clause's number before its last hyphen or full stop."""
    return name[: max(name.rfind("-"), name.rfind("."), 0)]
