"""Several sources on one product: scalar facts settled by the attribute's merge rule, tables joined.

Guarantees: sources that disagree give `conflicting` with every witness kept, unless the vocabulary names another rule
for the attribute; a known fact is never replaced by an unknown one.  A component that several documents list is one
(`facts.unify`).  What it does not do: decide which of two sources is right.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import msgspec

from rulewright.facts.base import Fact, Product
from rulewright.facts.bonds import Bond
from rulewright.facts.stack import ProductFacts, concatenate, starts_of
from rulewright.facts.table import Extent, Relation, Table
from rulewright.facts.types import Completeness, Level, State, Value
from rulewright.facts.vocabulary import Vocabulary


def join(
    product: Product, parts: Sequence[ProductFacts], vocabulary: Vocabulary, bonds: Sequence[Bond] = ()
) -> ProductFacts:
    """The facts of one product from several sources; `bonds` are what their documents say of one another."""
    attributes: dict[str, list[Fact]] = {}
    for part in parts:
        for name, fact in part.attributes.items():
            attributes.setdefault(name, []).append(fact)
    rules = {name: found.merge for name, found in vocabulary.attributes.items()}
    return ProductFacts(
        product,
        {name: settle(facts, rules.get(name, "agree")) for name, facts in sorted(attributes.items())},
        _tables(parts, vocabulary, bonds),
    )


def _order(fact: Fact) -> tuple[str, str, str, str, int]:
    source = fact.source
    return (source.name if source else "", source.sha256 if source else "", fact.pointer, fact.detector, fact.trust)


def settle(facts: Iterable[Fact], rule: str) -> Fact:
    """One fact from those of several sources, by merge rule.

    `agree` (all must say the same), `any` and `all` (bool), `max` and `min`, `union` (sets), `latest` (observation),
    `strongest` (trust).  Unknown facts count only where no source knows.  A conflict that a source brings along is heard
    witness by witness; one without witnesses stays.  Of graded findings that agree the highest level holds, by `all` and
    `union` the lowest; yes at any level against no is a conflict, whose witnesses keep their levels.
    """
    ordered = sorted(facts, key=_order)
    if len(ordered) > 1:
        heard = [witness for fact in ordered for witness in _heard(fact)]
        mute = [fact for fact in heard if fact.state is State.CONFLICTING]
        if mute:
            return mute[0]
        ordered = sorted(heard, key=_order)
    known = [fact for fact in ordered if fact.state is State.KNOWN]
    if not known:
        return min(ordered, key=lambda fact: fact.state)
    if len(known) == 1:
        return known[0]
    value = _settled(known, rule)
    if value is None:
        return Fact(State.CONFLICTING, witnesses=tuple(known))
    backing = [fact for fact in known if fact.value == value] or known
    best = max(backing, key=lambda fact: (fact.trust, fact.observed if fact.observed is not None else -(10**9)))
    told = tuple(backing) if len(backing) > 1 else ()
    return msgspec.structs.replace(best, value=value, witnesses=told, level=_level(backing, rule))


def _level(backing: Sequence[Fact], rule: str) -> Level | None:
    """How far a finding of several sources goes: as far as the one that takes it furthest, without a level all the way."""
    levels = [fact.level for fact in backing if fact.level is not None]
    if rule in {"all", "union"}:
        return min(levels, default=None)
    return max(levels) if len(levels) == len(backing) else None


def _heard(fact: Fact) -> tuple[Fact, ...]:
    """The witnesses of a conflict, any other fact itself."""
    told = tuple(witness for witness in fact.witnesses if witness.state is State.KNOWN)
    return told if fact.state is State.CONFLICTING and told else (fact,)


def _settled(known: list[Fact], rule: str) -> Value | None:  # one return per rule
    values = [fact.value for fact in known if fact.value is not None]
    first = values[0]
    if all(type(value) is type(first) and value == first for value in values):
        return first
    match rule:
        case "any" | "all" if all(isinstance(value, bool) for value in values):
            return any(values) if rule == "any" else all(values)
        case "max" | "min":
            numbers = [value for value in values if isinstance(value, int)]
            return (max(numbers) if rule == "max" else min(numbers)) if len(numbers) == len(values) else None
        case "union":
            return tuple(sorted({member for value in values if isinstance(value, tuple) for member in value}))
        case "latest":
            return _top(known, [fact.observed for fact in known])
        case "strongest":
            return _top(known, [int(fact.trust) for fact in known])
        case _:
            return None


def _top(known: list[Fact], marks: Sequence[int | None]) -> Value | None:
    """The value of the facts with the highest mark, if they agree and every fact has one."""
    if any(mark is None for mark in marks):
        return None
    highest = max(mark for mark in marks if mark is not None)
    values = {fact.value for fact, mark in zip(known, marks, strict=True) if mark == highest}
    return values.pop() if len(values) == 1 else None


def _tables(parts: Sequence[ProductFacts], vocabulary: Vocabulary, bonds: Sequence[Bond]) -> dict[str, Table]:
    names = sorted({name for part in parts for name in part.tables})
    starts = starts_of(parts)
    result: dict[str, Table] = {}
    for name in names:
        owners = [part.tables.get(name) for part in parts]
        given = [table for table in owners if table is not None]
        table = given[0] if len(given) == 1 and len(parts) == 1 else concatenate(name, owners, starts)
        graphs = [extent for part in given for extent in part.graph_extents or ()]
        if graphs and table not in given:
            table.graph_extents = [_joined_graph(graphs, len(graphs) == len(given))]
        result[name] = table
    joined = _linked(result)
    pairs = [(b.kind, starts["component"][b.part] + b.row, starts["component"][b.other] + b.other_row) for b in bonds]
    edges = [(a, b) if kind == "depends_on" else (b, a) for kind, a, b in pairs if kind != "same"]
    if edges:
        table = joined["component"]
        table.relations = {**table.relations, "depends_on": partial(_with_edges, table.relation("depends_on"), edges)}
        table.forget_relation("depends_on")
    if not any(_listed_twice(name, parts) for name in joined if name != "document"):
        return joined  # a document, and facts about the product as a whole: nothing can be the same
    from rulewright.facts.unify import unified

    return unified(joined, starts, vocabulary, [(a, b) for kind, a, b in pairs if kind == "same"])


def _with_edges(stated: Relation, edges: Sequence[tuple[int, int]]) -> Relation:
    """The dependencies within documents and those across them."""
    pairs = sorted({*zip(stated.parents, stated.children, strict=True), *edges})
    return Relation(array("i", [a for a, _ in pairs]), array("i", [b for _, b in pairs]))


def _listed_twice(name: str, parts: Sequence[ProductFacts]) -> bool:
    """Whether more than one source lists elements of a collection."""
    return sum(1 for part in parts if name in part.tables and part.tables[name].rows) > 1


def _joined_graph(graphs: Sequence[Extent], everywhere: bool) -> Extent:  # noqa: FBT001  # plain condition
    """The joined graph is known complete only if every source states a complete one."""
    for state in (Completeness.OPEN, Completeness.UNSTATED):
        for extent in graphs:
            if extent.state is state:
                return extent
    closed = [extent for extent in graphs if extent.state is Completeness.CLOSED]
    if len(closed) == len(graphs) and everywhere:
        return closed[0]
    return Extent(Completeness.UNSTATED if closed else Completeness.ABSENT)


def _linked(tables: dict[str, Table]) -> dict[str, Table]:
    """Resolve the links that a source states by identifier (`affects: pkg:…`) to rows of the joined tables.

    An identifier that names no listed element leaves open to whom the element belongs: its list is open.
    """
    for table in tables.values():
        for owner, links in table.links.items():
            target = tables.get(owner)
            known = _identified(target) if target is not None and links else {}
            if target is not None and links:
                table.relations = {**table.relations, owner: partial(_resolve, table.relation(owner), known, links)}
                table.forget_relation(owner)
            lost = [name for names in links.values() for name in names if name not in known]
            if lost and table.extents[0].state is not Completeness.ABSENT:
                table.extents = [Extent(Completeness.OPEN, f"`{lost[0]}` names no {owner} that is listed")]
        table.links = {}
    return tables


def _identified(owner: Table) -> dict[str, list[int]]:
    """Rows by reference and by purl."""
    known: dict[str, list[int]] = {}
    for column in (owner.column("id"), owner.column("purl")):
        for row, code in enumerate(column.codes):
            if code >= 0:
                known.setdefault(str(column.values[code]), []).append(row)
    return known


def _resolve(stated: Relation, known: Mapping[str, Sequence[int]], links: Mapping[int, Sequence[str]]) -> Relation:
    """The pairs already there and those that the links name."""
    pairs = set(zip(stated.parents, stated.children, strict=True))
    for row, names in links.items():
        pairs.update((parent, row) for name in names for parent in known.get(name, ()))
    ordered = sorted(pairs)
    return Relation(array("i", [p for p, _ in ordered]), array("i", [c for _, c in ordered]))
