"""The evidence clause and the age of observations: which facts count for a requirement (language, section 2).

Guarantees: a fact that does not meet the clause becomes unknown, with the reason `stale` or `untrusted`; an unknown
fact keeps its reason.  An attribute's own freshness holds where the clause states none, for what was observed on a
stated day; its own level likewise (`engine.levels`).  What it does not do: choose between sources.
"""

from __future__ import annotations

import msgspec

from rulewright.dsl import ir
from rulewright.engine.levels import counted, graded, needed
from rulewright.facts.base import Fact
from rulewright.facts.table import Source, Table
from rulewright.facts.types import State


def refused_state(source: Source, evidence: ir.Evidence | None, as_of: int) -> State | None:
    """Why the facts of a source do not count, or `None` when they do."""
    if evidence is None:
        return None
    if evidence.need > 1:
        return State.UNTRUSTED  # the element is one source's word
    return _refusal(source.detector, source.trust, source.observed, evidence, as_of)


def refused_segments(table: Table, evidence: ir.Evidence | None, as_of: int) -> list[tuple[int, int, State]]:
    """The rows (start, stop) whose source does not count, and why; an empty list that does not count is there too."""
    if evidence is None:
        return []
    starts = [segment.start for segment in table.segments]
    found = []
    for segment, stop in zip(table.segments, [*starts[1:], table.rows], strict=True):
        state = refused_state(segment.source, evidence, as_of)
        if state is not None:
            found.append((segment.start, stop, state))
    return found


def refused_product(table: Table, refused: list[tuple[int, int, State]], product: int) -> bool:
    """Whether a source that does not count has a part in a product's list.

    Of an empty part between two products either may be the owner: then both are affected, which is the safe side.
    """
    if table.index is not None:
        return bool(refused)
    low, high = table.offsets[product], table.offsets[product + 1]
    return any((start < high and stop > low) or (start == stop and low <= start <= high) for start, stop, _ in refused)


def _refusal(detector: str, trust: int, observed: int | None, evidence: ir.Evidence, as_of: int) -> State | None:
    if evidence.detectors and detector not in evidence.detectors:
        return State.UNTRUSTED
    if trust < evidence.trust:
        return State.UNTRUSTED
    if evidence.fresh is not None and (observed is None or as_of - observed > evidence.fresh):
        return State.STALE
    return None


def too_old(observed: int | None, fresh: int | None, as_of: int) -> bool:
    """Whether an observation is past its attribute's own freshness; one without a day never is."""
    return fresh is not None and observed is not None and as_of - observed > fresh


def _refused(witness: Fact, evidence: ir.Evidence, as_of: int, fresh: int | None) -> State | None:
    """Why one witness does not count."""
    refusal = _refusal(witness.detector, witness.trust, witness.observed, evidence, as_of)
    if refusal is None and evidence.fresh is None and too_old(witness.observed, fresh, as_of):
        return State.STALE
    return refusal


_ANY = ir.Evidence(0, ())
"""The clause that lets everything count."""


def allowed_fact(
    fact: Fact, evidence: ir.Evidence | None, as_of: int, fresh: int | None = None, level: int | None = None
) -> Fact:
    """The fact as the evidence clause lets it count; `fresh` and `level` are its attribute's own.

    A value that was put together from several (a union of sets) counts only if each of them does.
    """
    if (fact.state is State.KNOWN or (fact.state is State.CONFLICTING and fact.witnesses)) and graded(fact):
        clause = evidence or _ANY
        refused = [_refused(witness, clause, as_of, fresh) for witness in fact.witnesses or (fact,)]
        return counted(fact, refused, max(1, clause.need), needed(evidence, level))
    if fact.state is not State.KNOWN or (evidence is None and fresh is None):
        return fact
    evidence = evidence or _ANY
    refusals: list[State] = []
    detectors: set[str] = set()
    for witness in fact.witnesses or (fact,):
        refusal = _refused(witness, evidence, as_of, fresh)
        if refusal is None:
            detectors.add(witness.detector)
        else:
            refusals.append(refusal)
    mixed = bool(refusals) and any(witness.value != fact.value for witness in fact.witnesses)
    if len(detectors) >= max(1, evidence.need) and not mixed:
        return fact
    state = State.STALE if State.STALE in refusals else State.UNTRUSTED
    return msgspec.structs.replace(fact, state=state, value=None)
