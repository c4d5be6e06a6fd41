"""The model of a difference in meaning between two sets of rules (`rulewright-diff/1`), and its JSON.

Guarantees: plain frozen data in a fixed order; every key always there; no clock, no float, no order of a hash.
`cli/schemas/rulewright-diff-1.schema.json` describes the JSON.
What it does not do: find (`diff`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rulewright.engine.analysis.findings import FactValue, UnknownInfo
from rulewright.engine.result import Engine, PolicyInfo

Effect = Literal["none", "stricter", "weaker", "both", "undecided"]
"""What became of a demand.  `both`: some products fail only before, others only now; `undecided`: it could not be looked into."""

Kind = Literal["unchanged", "text", "meaning", "added", "removed"]
"""`text`: words and references differ, no verdict does."""

Range = Literal["same", "wider", "narrower", "both", "undecided"]
"""To which products it applies."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A product on which the two sides differ; both verdicts are the evaluator's own.

    `facts`: those without which one of the verdicts would be another one; all else may be anything, or unknown.  `changed`:
    those in which it differs from the product that the question is about; `nearest`: no product differs in fewer and shows it.
    """

    before: str
    after: str
    facts: tuple[FactValue, ...]
    changed: tuple[FactValue, ...] = ()
    nearest: bool = False


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement, before and after.

    `old` and `new` are its ids (empty: it is not there), `parts` what differs of it, `levels` the two levels, `effect` what
    became of it as a whole, `meaning` what became of its check and conditions alone, `applies` to which products.  `failing`
    and `passing`: products that meet the old one alone, or the new one alone; `regions` all of them as rule text (empty: too
    long to be read).  `loosened`: a product with facts unknown whose verdict was `unknown` and is a pass now, where `passing`
    is none.  `covered`: requirements of the other side that demand all of what is missing here.
    """

    old: str
    new: str
    title: str
    kind: Kind
    effect: Effect
    meaning: Effect
    applies: Range
    levels: tuple[str, str]
    parts: tuple[str, ...]
    lines: tuple[tuple[str, ...], tuple[str, ...]]
    conditions: tuple[str, str]
    failing: Shown | None = None
    passing: Shown | None = None
    gained: Shown | None = None
    """a product to which it applies only now"""
    lost: Shown | None = None
    """a product to which it applied only before"""
    loosened: Shown | None = None
    regions: tuple[str, str] = ("", "")
    covered: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What all requirements of a standard share, where it differs: scope and days.  Requirements are compared inside both scopes."""

    module: str
    scopes: tuple[str, str]
    days: tuple[str, str]
    applies: Range
    gained: Shown | None = None
    lost: Shown | None = None


class Setting(msgspec.Struct, frozen=True):
    """A setting of the run that differs: waivers, assumptions, how long findings count."""

    text: str
    effect: Effect


class Side(msgspec.Struct, frozen=True):
    """One of the two: the word that named it, and what it is made of."""

    name: str
    policies: tuple[PolicyInfo, ...]
    requirements: int


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer.  `summary` counts requirements by kind and by effect; `weaker` says whether anything became weaker."""

    format: Literal["rulewright-diff/1"] = "rulewright-diff/1"
    engine: Engine
    language: str
    as_of: str
    old: Side
    new: Side
    product: str
    weaker: bool
    summary: dict[str, int]
    frames: tuple[Frame, ...]
    settings: tuple[Setting, ...]
    changes: tuple[Change, ...]
    """those that are not `unchanged`"""
    unchanged: tuple[str, ...]
    calls: int
    unknowns: tuple[UnknownInfo, ...]


def encode(found: Difference) -> bytes:
    """The JSON of an answer: keys in the order above."""
    return msgspec.json.encode(found)
