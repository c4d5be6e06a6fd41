"""The evidence clause: which facts count for a requirement (language, section 2).

Guarantees: a fact that does not meet the clause becomes unknown, with the reason `stale` or `untrusted`; an unknown
fact keeps its reason.  What it does not do: choose between sources.
"""

from __future__ import annotations

import msgspec

from rulewright.dsl import ir
from rulewright.facts.base import Fact
from rulewright.facts.table import Source
from rulewright.facts.types import State


def refused_state(source: Source, evidence: ir.Evidence | None, as_of: int) -> State | None:
    """Why the facts of a source do not count, or `None` when they do."""
    if evidence is None:
        return None
    return _refusal(source.detector, source.trust, source.observed, evidence, as_of)


def _refusal(detector: str, trust: int, observed: int | None, evidence: ir.Evidence, as_of: int) -> State | None:
    if evidence.detectors and detector not in evidence.detectors:
        return State.UNTRUSTED
    if trust < evidence.trust:
        return State.UNTRUSTED
    if evidence.fresh is not None and (observed is None or as_of - observed > evidence.fresh):
        return State.STALE
    return None


def allowed_fact(fact: Fact, evidence: ir.Evidence | None, as_of: int) -> Fact:
    """The fact as the evidence clause lets it count."""
    if evidence is None or fact.state is not State.KNOWN:
        return fact
    refusals: list[State] = []
    detectors: set[str] = set()
    for witness in fact.witnesses or (fact,):
        refusal = _refusal(witness.detector, witness.trust, witness.observed, evidence, as_of)
        if refusal is None:
            detectors.add(witness.detector)
        else:
            refusals.append(refusal)
    if len(detectors) >= max(1, evidence.need):
        return fact
    state = State.STALE if State.STALE in refusals else State.UNTRUSTED
    return msgspec.structs.replace(fact, state=state, value=None)
