"""What else an analysis remarks: `prefer` lines that settle nothing, and the notes of the modules for each kind.

Guarantees: a kind that is asked for is either looked for here or not offered (`OFFERED`): silence about it never looks like
"none".  Ids are of kind, requirements and words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence

from rulewright.dsl import ir
from rulewright.engine.analysis import ranks
from rulewright.engine.analysis.findings import Finding, Note, Observation
from rulewright.engine.analysis.model import Searched
from rulewright.engine.analysis.work import Work, bare

OFFERED: tuple[Note, ...] = (
    "vacuous",
    "dead",
    "duplicate",
    "redundant",
    "gap",
    "waiver",
    "tailoring",
    "prefer",
    "steering",
)
"""The kinds of notes that are made."""
Base = Callable[[], "Sequence[ir.Program]"]
"""Compiles the rules without what policies `set`."""


def observations(
    work: Work,
    wanted: frozenset[str],
    findings: Sequence[Finding],
    searched: Searched,
    roots: Collection[str] | None,
    base: Base | None = None,
) -> list[Observation]:
    """Notes of the kinds that are wanted."""
    made: list[Observation] = []
    if "prefer" in wanted and "contradiction" in wanted and roots is None and searched.complete_up_to >= 2:
        made += _unneeded(work, findings, searched.complete_up_to)
    if wanted & {"dead", "vacuous"}:
        from rulewright.engine.analysis import vacuity

        made += vacuity.notes(work, wanted)
    if wanted & {"duplicate", "redundant"}:
        from rulewright.engine.analysis import redundancy

        made += redundancy.notes(work, wanted)
    if "gap" in wanted:
        from rulewright.engine.analysis import gaps

        made += gaps.notes(work)
    if "waiver" in wanted and any(program.waivers for program in work.programs):
        from rulewright.engine.analysis import waiver_notes

        made += waiver_notes.notes(work)
    if "tailoring" in wanted and base is not None:
        from rulewright.engine.analysis import tailoring_notes

        made += tailoring_notes.notes(work, base)
    if "steering" in wanted:
        from rulewright.engine.analysis import steering

        made += steering.notes(work)
    return [one for one in made if roots is None or not {*roots}.isdisjoint(_names(work, one))]


def _names(work: Work, found: Observation) -> set[str]:
    """The requirements of an observation, with and without their editions."""
    owners = [work.problem.owners[n] for n in work.named(found.requirements)]
    return {*found.requirements, *(owner.id for owner in owners), *map(bare, owners)}


def _unneeded(work: Work, findings: Sequence[Finding], arity: int) -> list[Observation]:
    """`prefer` lines that settle nothing."""
    together = [{member.requirement for member in finding.members} for finding in findings]
    made = []
    owners = [work.problem.owners[n] for n in work.requirements()]
    for owner, loser, line in ranks.preferences(owners):
        winner = bare(owner)
        if not any({winner, loser} <= members for members in together):
            text = (
                f"`prefer` of `{winner}` over `{loser}` is no longer needed: no conflict of {arity} requirements or fewer "
                "holds both"
            )
            made.append(observation("prefer", (winner, loser), text, line.place))
    return made


def observation(kind: Note, requirements: tuple[str, ...], text: str, place: ir.Place | None = None) -> Observation:
    """An observation with its id, which is that of its kind, requirements and words."""
    digest = hashlib.sha256("\n".join([kind, *requirements, text]).encode()).hexdigest()
    return Observation(id=f"N-{digest[:12]}", kind=kind, requirements=requirements, text=text, place=place)
