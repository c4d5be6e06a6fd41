"""A run's facts: products, their attributes, their tables.

Guarantees: a `FactBase` is what the engine evaluates; one product and ten thousand have the same shape.
What it does not do: read documents (`sbom`) or merge disagreeing sources (`facts.merge`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from rulewright.facts.table import Column, Source, Table, encode
from rulewright.facts.types import Level, State, Trust, Value

ANSWER = "answer:"
"""How the names of answers begin: `answer:MODULE@EDITION:REQUIREMENT`, with `#2` for the second question."""


class Basis(msgspec.Struct, frozen=True):
    """What a person's statement rests on: a file or URL, its SHA-256 in hexadecimal, a reason; empty where not stated."""

    document: str = ""
    sha256: str = ""
    because: str = ""


class Fact(msgspec.Struct, frozen=True):
    """One scalar fact: its state, its value when known, and where it comes from.

    `witnesses` holds every contributing fact where several sources speak: agreeing or, in a conflict, disagreeing.
    `by` names the person whose word it is, `basis` what that person relied on.
    """

    state: State
    value: Value | None = None
    source: Source | None = None
    pointer: str = ""
    trust: Trust = Trust.DECLARED
    observed: int | None = None
    detector: str = "declaration"
    witnesses: tuple[Fact, ...] = ()
    by: str = ""
    basis: Basis | None = None
    level: Level | None = None
    """How far the finding is known to matter, where its detector grades; `None` counts for every level."""
    asked: str = ""
    """Of an answer: the text of the question that it answers, as the person read it; empty where that is not stated."""


class Product(msgspec.Struct, frozen=True):
    """What is judged: an id unique in the run, a name and version for people, and its documents."""

    id: str
    name: str
    version: str
    sources: tuple[Source, ...] = ()
    identifiers: tuple[str, ...] = ()
    """purls, CPEs and other identifiers by which a waiver may name it"""


class Scalar(msgspec.Struct):
    """One attribute over all products: the facts, and a column of their values, made when a rule first asks for it."""

    facts: Sequence[Fact | None]
    made: Column | None = None
    rated: bool | None = None

    @property
    def column(self) -> Column:
        """The values of all products."""
        if self.made is None:
            cells: list[Value | State | None] = [
                None if f is None else f.value if f.state is State.KNOWN else f.state for f in self.facts
            ]
            self.made = encode(cells)
        return self.made

    @property
    def graded(self) -> bool:
        """Whether any source says how far what it found goes."""
        if self.rated is None:
            told = [f for f in self.facts if f is not None]
            told += [w for f in told if f.witnesses for w in f.witnesses]
            self.rated = any(f.level is not None for f in told)
        return self.rated

    def fact(self, product: int) -> Fact:
        """The whole fact, where evidence is asked for."""
        return self.facts[product] or NO_FACT


def scalar(facts: Sequence[Fact | None]) -> Scalar:
    """Make the attribute from one fact per product, `None` where no source says."""
    return Scalar(facts)


NO_FACT = Fact(State.MISSING)


class FactBase(msgspec.Struct):
    """Everything a run knows.  An attribute or collection that is not in the mappings is missing or absent everywhere."""

    products: list[Product]
    attributes: Mapping[str, Scalar] = msgspec.field(default_factory=dict)
    tables: Mapping[str, Table] = msgspec.field(default_factory=dict)

    def attribute(self, name: str, product: int) -> Fact:
        """The fact, `missing` when no source supplied it."""
        found = self.attributes.get(name)
        return found.fact(product) if found else NO_FACT
