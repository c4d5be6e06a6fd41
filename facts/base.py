"""A run's facts: products, their attributes, their tables.

Guarantees: a `FactBase` is what the engine evaluates; one product and ten thousand have the same shape.
What it does not do: read documents (`sbom`) or merge disagreeing sources (`facts.merge`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rulewright.facts.table import Source, Table
from rulewright.facts.types import State, Trust, Value


@dataclass(frozen=True, slots=True)
class Fact:
    """One scalar fact: its state, its value when known, and where it comes from.

    `witnesses` holds, for a conflict, every disagreeing fact.
    """

    state: State
    value: Value | None = None
    source: Source | None = None
    pointer: str = ""
    trust: Trust = Trust.DECLARED
    observed: int | None = None
    detector: str = "declaration"
    witnesses: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """What is judged: an id unique in the run, a name and version for people, and its documents."""

    id: str
    name: str
    version: str
    sources: tuple[Source, ...] = ()
    identifiers: tuple[str, ...] = ()
    """purls, CPEs and other identifiers by which a waiver may name it"""


@dataclass(slots=True)
class FactBase:
    """Everything a run knows.  `attributes[name][p]` is the fact of product `p`, `None` when no source says."""

    products: list[Product]
    attributes: Mapping[str, list[Fact | None]] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)

    def attribute(self, name: str, product: int) -> Fact:
        """The fact, `missing` when no source supplied it."""
        facts = self.attributes.get(name)
        fact = facts[product] if facts else None
        return fact if fact is not None else Fact(State.MISSING)
