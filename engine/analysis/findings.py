"""The model of an analysis (`rulewright-analysis/1`): conflicts and what else was found, and its JSON.

Guarantees: plain frozen data in a fixed order; every key always there; no clock, no float, no order of a hash; ids are
content (`F-` and twelve hexadecimal digits of SHA-256 over sorted requirement ids and the digests of their meaning), so the
same conflict has the same id in every run.  `cli/schemas/rulewright-analysis-1.schema.json` describes the JSON.
What it does not do: find (`search`), explain (`explain`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rulewright.dsl import ir
from rulewright.engine.result import Engine, PolicyInfo

Kind = Literal["contradiction", "tension", "right", "moot"]
"""Of a conflict.  `contradiction`: all members are `shall`; `tension`: at least one `should`, no right; `right`: a declared
freedom against others; `moot`: obligations clash only as long as design keeps a condition true that it may drop."""

Note = Literal["vacuous", "dead", "duplicate", "redundant", "gap", "waiver", "tailoring", "prefer", "steering"]
"""Of an observation.  `vacuous`: can never be violated; `dead`: never applies; `duplicate`: same meaning; `redundant`: others
demand it already (comply once); `gap`: a context of the subject in which no requirement applies; `waiver`: vacuous, in
conflict, or a conflict comes back when it ends; `tailoring`: a `set` that weakens its base; `prefer`: no longer needed;
`steering`: applicability over design attributes."""


class FactValue(msgspec.Struct, frozen=True):
    """A fact of a witness: path and value as rule text; `question`: what was asked, where the fact is an answer."""

    fact: str
    value: str
    question: str = ""


class Member(msgspec.Struct, frozen=True):
    """A requirement in a finding, quoted: its lines that take part as they are written."""

    requirement: str
    edition: str
    standard: str
    level: str
    force: str
    jurisdiction: str
    title: str
    clause: str
    lines: tuple[str, ...]
    applies: str
    """when it applies, as rule text: scope, `applies when` and dates"""
    reading: str
    place: ir.Place | None
    without: tuple[FactValue, ...]
    """a design that meets all other members in the witness context: this member is needed for the clash"""


class Repair(msgspec.Struct, frozen=True):
    """One way out.  `kind`: waive, parameter, variants, scope, reading.  Sorted by `rank`: the least regretted first."""

    kind: Literal["waive", "parameter", "variants", "scope", "reading"]
    text: str
    requirement: str = ""
    rank: int = 0


class Decided(msgspec.Struct, frozen=True):
    """A `prefer` line that settles a conflict."""

    winner: str
    loser: str
    because: str


class Proof(msgspec.Struct, frozen=True):
    """Why no design can do it, checkable by eye: per fact the values that each member leaves; `complete`: they decide alone."""

    fact: str
    leaves: tuple[tuple[str, str], ...]
    complete: bool


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A minimal conflict: no member can be left out.

    `context`: the smallest context that shows it; `region`: all contexts that do, as rule text; `why`: the chain in sentences;
    `axioms`: background knowledge it rests on, by name; `precedence`: what ranks say (law over contract, …), advice only;
    `decided`: what a `prefer` settled (then it does not block); `contested`: rests on one reading of a clause;
    `verified`: the evaluator was run on the witnesses and agrees.
    """

    id: str
    kind: Kind
    arity: int
    members: tuple[Member, ...]
    context: tuple[FactValue, ...]
    region: str
    why: tuple[str, ...]
    proof: tuple[Proof, ...]
    axioms: tuple[str, ...]
    repairs: tuple[Repair, ...]
    precedence: tuple[str, ...]
    decided: Decided | None
    contested: bool
    family: str
    verified: bool


class Family(msgspec.Struct, frozen=True):
    """Findings around one culprit: the requirement that most of them share."""

    id: str
    culprit: str
    title: str
    findings: tuple[str, ...]
    facts: tuple[str, ...]


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """Anything else worth knowing, with a concrete product where one shows it."""

    id: str
    kind: Note
    requirements: tuple[str, ...]
    text: str
    witness: tuple[FactValue, ...] = ()
    place: ir.Place | None = None


class AxiomInfo(msgspec.Struct, frozen=True):
    """Background knowledge of the run: name, rule text."""

    id: str
    text: str


class UnknownInfo(msgspec.Struct, frozen=True):
    """What the analyser could not look into."""

    owner: str
    text: str


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """How far the answer goes: an honest one says what it did not cover.

    `complete_up_to`: no conflict of so many members or fewer is missing; `calls`, `budget`: solver calls spent and allowed (0:
    no limit); `left`: what was not covered, in words; `profile`: the contexts looked at, as rule text.
    """

    requirements: int
    units: int
    profile: str
    arity: int
    complete_up_to: int
    calls: int
    budget: int
    left: tuple[str, ...]
    unknowns: tuple[UnknownInfo, ...]


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer."""

    format: Literal["rulewright-analysis/1"] = "rulewright-analysis/1"
    engine: Engine
    language: str
    as_of: str
    policies: tuple[PolicyInfo, ...]
    product: str
    """the product that the answer is about; empty: all products"""
    extent: Extent
    axioms: tuple[AxiomInfo, ...]
    summary: dict[str, int]
    """findings by kind and observations by kind, `decided`, `contested`, and `blocking`"""
    families: tuple[Family, ...]
    findings: tuple[Finding, ...]
    observations: tuple[Observation, ...]


def encode(analysis: Analysis) -> bytes:
    """The JSON of an analysis: keys in the order above, UTF-8, one line."""
    return msgspec.json.encode(analysis)
