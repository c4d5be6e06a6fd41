"""The model of a derivation (`rulewright-derivation/1`): what applies to products, and why; and its JSON.

Guarantees: plain frozen data, every key always there; `cli/schemas/rulewright-derivation-1.schema.json` describes it.
What it does not do: derive (`engine.derive`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rulewright.dsl import ir
from rulewright.engine.result import Engine, Input, ProductInfo

Outcome = Literal["applies", "does_not_apply", "undecided", "later", "past"]
OUTCOMES: tuple[Outcome, ...] = ("applies", "undecided", "later", "past", "does_not_apply")


class Why(msgspec.Struct, frozen=True):
    """One ground: from the dates, the scope of the standard, or the requirement's own condition; in words.

    `facts` are the facts that it rests on; for an undecided one those that are missing.
    """

    part: Literal["dates", "scope", "condition"]
    text: str
    facts: tuple[str, ...] = ()


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement for one product."""

    product: str
    requirement: str
    standard: str
    edition: str
    clause: str
    level: str
    severity: str
    title: str
    outcome: Outcome
    why: tuple[Why, ...]
    condition: str
    """the original's condition, in words"""
    objective: tuple[str, ...]
    source: str
    place: ir.Place


class Counted(msgspec.Struct, frozen=True):
    """How many requirements have an outcome."""

    outcome: Outcome
    count: int


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """One edition of a standard for one product; `outcome` is that of its dates and scope."""

    product: str
    id: str
    edition: str
    title: str
    publisher: str
    force: str
    jurisdiction: str
    outcome: Outcome
    why: tuple[Why, ...]
    counts: tuple[Counted, ...]


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One objective that clauses which apply hang on: do it once.

    `satisfies` lists requirements with this objective alone, `contributes` those that need others, too.
    """

    product: str
    objective: str
    title: str
    fix: str
    effort: str
    satisfies: tuple[str, ...]
    contributes: tuple[str, ...]
    standards: tuple[str, ...]


class Wanted(msgspec.Struct, frozen=True):
    """A fact that would decide undecided requirements: how many of them rest on it, and who could supply it.

    `question` is the text of the question where the fact is the answer of a person.
    """

    product: str
    fact: str
    decides: int
    detectors: tuple[str, ...]
    question: str


class Derivation(msgspec.Struct, frozen=True, kw_only=True):
    """A whole derivation."""

    format: str = "rulewright-derivation/1"
    engine: Engine
    as_of: str
    products: tuple[ProductInfo, ...]
    inputs: tuple[Input, ...]
    assumptions: tuple[str, ...]
    standards: tuple[Standard, ...]
    requirements: tuple[Derived, ...]
    measures: tuple[Measure, ...]
    wanted: tuple[Wanted, ...]


def encode(derivation: Derivation) -> bytes:
    """The canonical JSON of a derivation, one line."""
    return msgspec.json.encode(derivation)
