"""A problem with its solvers and where it comes from: what the parts of an analysis share.

Guarantees: the solvers are started once; requirements are found by id with or without an edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis import ranks
from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.cores import Desk
from rulewright.engine.analysis.model import Owner, Problem
from rulewright.engine.analysis.normalise import build
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.analysis.search import search
from rulewright.facts.types import Value
from rulewright.facts.vocabulary import Vocabulary


class Work:
    """A problem with its solvers and where it comes from."""

    def __init__(
        self,
        programs: Sequence[ir.Program],
        vocabulary: Vocabulary,
        problem: Problem,
        as_of: int,
        facts: Mapping[str, Value] | None,
    ) -> None:
        """Start the solvers."""
        self.programs = programs
        self.vocabulary = vocabulary
        self.problem = problem
        self.as_of = as_of
        self.facts = facts
        self.contexts = Contexts(problem)
        self.oracle = Oracle(problem)
        asked = {name: text for program in programs for name, text in program.questions.items()}
        self.desk = Desk(problem, self.contexts, self.oracle, asked)
        self.known = ranks.modules(programs)

    def requirements(self) -> list[int]:
        """The numbers of the owners that are requirements."""
        return [n for n, owner in enumerate(self.problem.owners) if owner.strength != "axiom"]

    def named(self, ids: Iterable[str]) -> list[int]:
        """The owners with some ids, with or without an edition."""
        asked = set(ids)
        return [n for n in self.requirements() if {self.problem.owners[n].id, bare(self.problem.owners[n])} & asked]

    def clashes(self, owners: Sequence[Owner], changed: Mapping[str, ir.Requirement]) -> bool:
        """Whether some requirements still contradict each other when some of them mean something else."""
        programs = [_only(program, owners, changed) for program in self.programs]
        problem = build(programs, self.vocabulary, as_of=self.as_of, facts=self.facts)
        return bool(search(problem, arity=len(owners)).found)


def bare(owner: Owner) -> str:
    """The id of a requirement without an edition; an axiom's own."""
    return owner.requirement.id if owner.requirement is not None else owner.id


def _only(program: ir.Program, owners: Sequence[Owner], changed: Mapping[str, ir.Requirement]) -> ir.Program:
    """The program with only some requirements, some of them replaced."""
    editions = {module.id: module.edition for module in program.modules}
    kept = []
    for wanted in program.requirements:
        edition = editions.get(wanted.id.partition(":")[0], "")
        owner = next((o for o in owners if o.requirement == wanted and o.edition in {"", edition}), None)
        if owner is not None:
            kept.append(changed.get(owner.id, wanted))
    return replace(program, requirements=tuple(kept))
