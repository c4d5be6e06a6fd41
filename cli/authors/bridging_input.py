"""The input of exported requirements: one product's facts as plain JSON, format `rulewright-input/1`.

Guarantees: a fact is in it only if it is known; why another is not known stands beside, where its source says so.  Default
freshness and levels of attributes are applied.  A requirement with an evidence clause is `admitted` only if the clause
refuses nothing that the requirement looks at, so an export that asks for that never takes a refused fact for a known one.
What it does not do: apply an evidence clause in part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from rulewright.dsl import ir
from rulewright.dsl.bridges.losses import nodes
from rulewright.engine.evidence import allowed_fact, refused_product, refused_segments
from rulewright.engine.levels import of_conditions
from rulewright.engine.reference import Reference, Scene
from rulewright.facts.base import FactBase
from rulewright.facts.table import Table
from rulewright.facts.types import Completeness, State

FORMAT = "rulewright-input/1"
JSON = dict[str, object]


def document(program: ir.Program, facts: FactBase, product: int, as_of: int) -> bytes:
    """Write the input of one product, canonical."""
    return msgspec.json.encode(data(program, facts, product, as_of), order="deterministic")


def data(program: ir.Program, facts: FactBase, product: int, as_of: int) -> JSON:
    """The input of one product for the requirements of a program."""
    judged = list(_validities(program))
    reader = Reference(program, facts, as_of)
    known: JSON = {}
    states: JSON = {}
    valid: JSON = {}
    for name in sorted(facts.attributes):
        state, value, _ = reader.fact(ir.Attr(name, ""), Scene(product, {}, None))
        _put(known, states, name, state, value)
    for atom in judged:
        if isinstance(atom.term, ir.Attr):
            _judge(valid, reader, atom, Scene(product, {}, None))
    collections = {
        name: _collection(reader, facts.tables[name], product, [a for a in judged if _of(a, name)])
        for name in sorted(facts.tables)
    }
    return {
        "format": FORMAT,
        "as_of": as_of,
        "product": facts.products[product].id,
        "facts": known,
        "states": states,
        "valid": valid,
        "collections": collections,
        "admitted": [r.id for r in program.requirements if r.evidence and _admitted(program, r, facts, product, as_of)],
    }


def _of(atom: ir.Atom, collection: str) -> bool:
    """Whether an atom is about an element of a collection."""
    return isinstance(atom.term, ir.Field) and atom.term.collection == collection


def _put(known: JSON, states: JSON, name: str, state: State, value: object) -> None:
    """Put a fact where it belongs; one that is just missing is in neither."""
    if state is State.KNOWN and value is not None:
        known[name] = value
    elif state is not State.MISSING:
        states[name] = state.word


def _validities(program: ir.Program) -> Iterator[ir.Atom]:
    """The questions for validity that the rules ask, once per fact."""
    seen: set[tuple[str, str]] = set()
    for requirement in program.requirements:
        for expr in _exprs(requirement):
            for node in nodes(expr):
                if isinstance(node, ir.Atom) and node.test == ir.Is("valid"):
                    key = (getattr(node.term, "collection", ""), node.term.name)
                    if key not in seen:
                        seen.add(key)
                        yield node


def _exprs(requirement: ir.Requirement) -> tuple[ir.Expr, ...]:
    """Every expression of a requirement."""
    return (requirement.scope, requirement.applies, *(line.expr for line in requirement.lines))


def _judge(valid: JSON, reader: Reference, atom: ir.Atom, scene: Scene) -> None:
    """Say whether a value is valid, where that can be said."""
    truth = reader.value(atom, scene)
    if truth is not None:
        valid[atom.term.name] = truth


def _collection(reader: Reference, table: Table, product: int, judged: list[ir.Atom]) -> JSON:
    """One list: how complete it is, and its elements."""
    if not table.extents or table.extents[product].state is Completeness.ABSENT:
        return {"completeness": Completeness.ABSENT.value, "items": []}
    extent = table.extents[product]
    first, last = table.offsets[product], table.offsets[product + 1]
    owners = {owner: _owners(table, owner) for owner in sorted(table.relations) if owner != "depends_on"}
    items = [_element(reader, table, element, product, owners, judged) for element in range(first, last)]
    return {"completeness": extent.state.value, "empty": extent.empty, "items": items}


def _owners(table: Table, owner: str) -> dict[int, list[int]]:
    """Who owns each element."""
    found: dict[int, list[int]] = {}
    relation = table.relation(owner)
    for parent, child in zip(relation.parents, relation.children, strict=True):
        found.setdefault(child, []).append(parent)
    return found


def _element(
    reader: Reference,
    table: Table,
    element: int,
    product: int,
    owners: dict[str, dict[int, list[int]]],
    judged: Iterable[ir.Atom],
) -> JSON:
    """One element: its known fields, and beside them its number, its owners, states and validities."""
    known: JSON = {}
    states: JSON = {}
    valid: JSON = {}
    for field in sorted(table.builders):
        state, value = table.column(field).at(table.row_of(element))
        _put(known, states, field, state, value)
    for atom in judged:
        assert isinstance(atom.term, ir.Field)
        _judge(valid, reader, atom, Scene(product, {atom.term.var: element}, None))
    of = {owner: pairs[element] for owner, pairs in owners.items() if element in pairs}
    return {**known, "_id": element, "_of": of, "_states": states, "_valid": valid}


def _admitted(program: ir.Program, requirement: ir.Requirement, facts: FactBase, product: int, as_of: int) -> bool:
    """Whether an evidence clause refuses nothing that its requirement looks at."""
    check = [node for line in requirement.lines for node in nodes(line.expr)]
    others = [node for expr in (requirement.scope, requirement.applies) for node in nodes(expr)]
    conditions = of_conditions(requirement.evidence)
    return _untouched(program, check, requirement.evidence, facts, product, as_of) and _untouched(
        program, others, conditions, facts, product, as_of
    )


def _untouched(
    program: ir.Program, found: list[ir.Expr], evidence: ir.Evidence | None, facts: FactBase, product: int, as_of: int
) -> bool:
    """Whether a clause leaves every fact as it is without one."""
    for node in found:
        if isinstance(node, ir.Quant):
            table = facts.tables.get(node.collection)
            if table is not None and refused_product(table, refused_segments(table, evidence, as_of), product):
                return False
        elif isinstance(node, ir.Atom):
            for name in _attributes(node):
                raw, fresh, level = facts.attribute(name, product), program.fresh.get(name), program.levels.get(name)
                with_clause = allowed_fact(raw, evidence, as_of, fresh, level)
                without = allowed_fact(raw, None, as_of, fresh, level)
                if (with_clause.state, with_clause.value) != (without.state, without.value):
                    return False
    return True


def _attributes(atom: ir.Atom) -> Iterator[str]:
    """The attributes of the product that an atom looks at."""
    if isinstance(atom.term, ir.Attr):
        yield atom.term.name
    if isinstance(atom.test, ir.CmpAttr):
        yield atom.test.attr.name
