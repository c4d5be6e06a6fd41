"""Thousands of products that share one catalogue of components.

Guarantees: each product's components are a sorted sample of the catalogue, popular ones more often; each has its own
dependency graph; a sample of products is judged again one by one by the second opinion.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from bench import forms, oracle
from bench.inventory import ATTRIBUTES, FIELDS, Dice, Inventory, Value
from bench.inventory import make as make_inventory
from rulewright.dsl import ir
from rulewright.engine.result import VERDICTS
from rulewright.facts.base import FactBase, Product, scalar
from rulewright.facts.table import Relation, Source, Table

VARIANTS = 7


@dataclass(frozen=True, slots=True)
class Fleet:
    """The facts, and what the second opinion needs to take one product out."""

    facts: FactBase
    catalogue: Inventory
    index: array[int]
    per_product: int
    relation: Relation
    attributes: list[dict[str, Value | None]]


def _index(dice: Dice, products: int, per_product: int, catalogue: int) -> array[int]:
    """The catalogue rows of every product, ascending within it."""
    index = array("i")
    for _ in range(products):
        chosen: set[int] = set()
        while len(chosen) < per_product:
            chosen.add(int(dice.roll() ** 2 * catalogue))
        index.extend(sorted(chosen))
    return index


def _graph(dice: Dice, products: int, per_product: int) -> Relation:
    """Every element but a product's first has one or two parents among those before it."""
    parents, children = array("i"), array("i")
    for start in range(0, products * per_product, per_product):
        pairs = {
            (start + dice.below(child), start + child)
            for child in range(1, per_product)
            for _ in range(1 + (dice.roll() < 0.3))
        }
        for parent, child in sorted(pairs):
            parents.append(parent)
            children.append(child)
    return Relation(parents, children)


def make(products: int, per_product: int, catalogue_size: int) -> Fleet:
    """The fleet."""
    dice = Dice("fleet", products, per_product, catalogue_size)
    catalogue = make_inventory(catalogue_size)
    index = _index(dice, products, per_product, catalogue_size)
    relation = _graph(dice, products, per_product)
    source = Source("fleet", "0" * 64)
    table = Table(
        collection="component",
        rows=catalogue_size,
        offsets=array("i", range(0, (products + 1) * per_product, per_product)),
        extents=[forms.CLOSED] * products,
        segments=[forms.segment(catalogue, source)],
        builders=forms.builders(catalogue, [name for name in FIELDS if name != "dependency_count"]),
        relations={"depends_on": lambda: relation},
        index=index,
        graph_extents=[forms.CLOSED] * products,
    )
    attributes = [make_inventory(2, seed=k).attributes for k in range(VARIANTS)]
    facts = [forms.facts(a, source) for a in attributes]
    scalars = {name: scalar([facts[p % VARIANTS][name] for p in range(products)]) for name in ATTRIBUTES}
    names = [Product(f"p{p:05}", f"p{p:05}", "1", (source,)) for p in range(products)]
    return Fleet(FactBase(names, scalars, {"component": table}), catalogue, index, per_product, relation, attributes)


def product(fleet: Fleet, number: int) -> Inventory:
    """One product by itself.  Numbers of direct dependencies are not known in a fleet's catalogue."""
    start = number * fleet.per_product
    rows = fleet.index[start : start + fleet.per_product]
    cells = {name: [column[row] for row in rows] for name, column in fleet.catalogue.cells.items()}
    cells["dependency_count"] = [None] * fleet.per_product
    children: list[list[int]] = [[] for _ in rows]
    for parent, child in zip(fleet.relation.parents, fleet.relation.children, strict=True):
        if start <= parent < start + fleet.per_product:
            children[parent - start].append(child - start)
    return Inventory(fleet.per_product, cells, [tuple(c) for c in children], fleet.attributes[number % VARIANTS])


def wrong(fleet: Fleet, program: ir.Program, verdicts: Sequence[bytes], sample: int) -> list[str]:
    """Products of the sample on which the second opinion differs, with the rule."""
    found = []
    products = len(fleet.facts.products)
    for number in range(0, products, max(1, products // sample)):
        answers = oracle.judge(program, product(fleet, number))
        for requirement, told in zip(program.requirements, verdicts, strict=True):
            if answers[requirement.id].verdict != VERDICTS[told[number]]:
                found.append(f"{number} {requirement.id}")
    return found


def digest(verdicts: Sequence[bytes]) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of all verdicts."""
    return hashlib.sha256(b"".join(verdicts)).hexdigest()[:16]
