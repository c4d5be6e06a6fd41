"""The model of a comparison (`rulewright-comparison/1`): what became of the gaps between two results; and its JSON.

Guarantees: plain frozen data, every key always there, items in a fixed order;
`cli/schemas/rulewright-comparison-1.schema.json` describes it.  What it does not do: compare (`engine.compare`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rulewright.engine.result import Engine, PolicyInfo, ProductInfo, Verdict, Waived

Kind = Literal[
    "opened",
    "waiver_ended",
    "newly_applicable",
    "added",
    "still_open",
    "changed_evidence",
    "closed",
    "newly_waived",
    "no_longer_applicable",
    "removed",
]
KINDS: tuple[Kind, ...] = (
    "opened",
    "waiver_ended",
    "newly_applicable",
    "added",
    "still_open",
    "changed_evidence",
    "closed",
    "newly_waived",
    "no_longer_applicable",
    "removed",
)
"""What can have become of a requirement, in the order in which it is told; what did not change and is no gap is no item."""

MIRROR: dict[Kind, Kind] = {
    "opened": "closed",
    "waiver_ended": "newly_waived",
    "newly_applicable": "no_longer_applicable",
    "added": "removed",
    "still_open": "still_open",
    "changed_evidence": "changed_evidence",
    "closed": "opened",
    "newly_waived": "waiver_ended",
    "no_longer_applicable": "newly_applicable",
    "removed": "added",
}
"""What each kind is when old and new change places."""


class Seen(msgspec.Struct, frozen=True):
    """A fact in one of the results: its value as text or why it is unknown, and the place that says so."""

    value: str | None
    reason: str | None
    source: str
    pointer: str


class FactChange(msgspec.Struct, frozen=True):
    """A fact that a requirement looks at, before and after.

    `element` names the element that it belongs to, empty for a fact about the product; a side is null where the line that
    looks at it did not say it.
    """

    element: str
    fact: str
    old: Seen | None
    new: Seen | None


class ElementChange(msgspec.Struct, frozen=True):
    """The elements at fault in the lines of a requirement, before and after.

    `come` and `gone` are names; they are told only where both lists are `whole`, since what a list leaves out is not
    gone.
    """

    old: int
    new: int
    come: tuple[str, ...]
    gone: tuple[str, ...]
    whole: bool


class Wanting(msgspec.Struct, frozen=True):
    """A fact that would settle what is unknown in the new result."""

    fact: str
    reason: str
    detectors: tuple[str, ...]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement of one product: what became of it, and which facts made it so.

    `blocks` says that it blocks in the new result, `opens` that it did not in the old one; `since` is the first known day
    of a gap that is still open, `days` how long that is on the new result's day.
    """

    product: str
    requirement: str
    standard: str
    edition: str
    clause: str
    refs: tuple[str, ...]
    objective: tuple[str, ...]
    level: str
    severity: str
    title: str
    kind: Kind
    old: Verdict | None
    new: Verdict | None
    old_waived: Waived | None
    new_waived: Waived | None
    blocks: bool
    opens: bool
    since: str | None
    days: int | None
    facts: tuple[FactChange, ...]
    facts_total: int
    elements: ElementChange | None
    wanting: tuple[Wanting, ...]
    fix: str
    why: str


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two results."""

    as_of: str
    engine: Engine
    fail_on: str
    gate: Literal["pass", "fail"]
    blocking: int
    open: int
    products: tuple[ProductInfo, ...]
    policies: tuple[PolicyInfo, ...]


class Pair(msgspec.Struct, frozen=True):
    """A product of the old result and the one of the new that took its place; empty where there is none."""

    old: str
    new: str
    name: str


class Count(msgspec.Struct, frozen=True):
    """How many items are of a kind."""

    kind: Kind
    count: int


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A whole comparison.  `gate` is `fail` when something blocks that did not block before."""

    format: str = "rulewright-comparison/1"
    engine: Engine
    old: Side
    new: Side
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]
    counts: tuple[Count, ...]
    opens: int
    gate: Literal["pass", "fail"]
    items: tuple[Item, ...]


def encode(comparison: Comparison) -> bytes:
    """The canonical JSON of a comparison, one line."""
    return msgspec.json.encode(comparison)
