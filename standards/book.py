"""All editions of all standards side by side, as crosswalks, references and checks look at them.

Guarantees: pure; every edition of the programs is in it once, the editions of a standard newest first; requirements stand in
the order of their ids, numbers by value.  Policies and vocabularies are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from rulewright.dsl import ir
from rulewright.engine.report import natural


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """One edition of a standard: its head, its requirements by name, and who can supply the facts that they read."""

    info: ir.ModuleInfo
    requirements: Mapping[str, ir.Requirement]
    detectors: Mapping[str, tuple[str, ...]]
    questions: Mapping[str, str]

    @property
    def name(self) -> str:
        """`ID@EDITION`."""
        return f"{self.info.id}@{self.info.edition}"

    @property
    def starts(self) -> tuple[int, ...]:
        """The different days from which its requirements are in force, ascending."""
        return tuple(sorted({r.valid_from for r in self.requirements.values() if r.valid_from is not None}))

    @property
    def until(self) -> int | None:
        """The last day on which any of its requirements is in force; None where one has no end."""
        ends = [r.valid_until for r in self.requirements.values()]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None


class Book:
    """Editions by standard, and the objectives that their requirements hang on."""

    def __init__(self, programs: Iterable[ir.Program], kinds: Iterable[str] = ("standard",)) -> None:
        """Take every standard of the programs, or modules of other kinds."""
        self.objectives: dict[str, ir.Objective] = {}
        self._editions: dict[str, list[Edition]] = {}
        for program in programs:
            self.objectives |= {objective.id: objective for objective in program.objectives}
            by_standard = _by_standard(program.requirements)
            for info in program.modules:
                if info.kind in kinds and all(e.info.edition != info.edition for e in self.editions(info.id)):
                    edition = Edition(
                        info=info,
                        requirements=by_standard.get(info.id, {}),
                        detectors=program.detectors,
                        questions=program.questions,
                    )
                    self._editions.setdefault(info.id, []).append(edition)
        for editions in self._editions.values():
            editions.sort(key=lambda e: natural(e.info.edition), reverse=True)
        self._near = _both_ways(self.objectives.values())

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the standards, in order."""
        return tuple(sorted(self._editions))

    def editions(self, standard: str) -> Sequence[Edition]:
        """The editions of a standard, the newest first; none for one that is not here."""
        return self._editions.get(standard, ())

    def all(self) -> list[Edition]:
        """Every edition, in the order of the ids, the newest first."""
        return [edition for standard in self.ids for edition in self.editions(standard)]

    def find(self, name: str) -> Edition | None:
        """An edition by `ID@EDITION`, or the newest by `ID`."""
        standard, _, edition = name.partition("@")
        return next((e for e in self.editions(standard) if edition in {"", e.info.edition}), None)

    def near(self, objective: str) -> frozenset[str]:
        """The objectives that one is related to, whichever of the two says so."""
        return self._near.get(objective, frozenset())

    def titles(self, objectives: Iterable[str]) -> list[str]:
        """What objectives are about, in words."""
        return [self.objectives[name].title if name in self.objectives else name for name in objectives]


def short(requirement: ir.Requirement) -> str:
    """The name of a requirement within its standard."""
    return requirement.id.partition(":")[2]


def _by_standard(requirements: Iterable[ir.Requirement]) -> dict[str, dict[str, ir.Requirement]]:
    found: dict[str, dict[str, ir.Requirement]] = {}
    for requirement in sorted(requirements, key=lambda r: natural(r.id)):
        standard, _, name = requirement.id.partition(":")
        found.setdefault(standard, {})[name] = requirement
    return found


def _both_ways(objectives: Iterable[ir.Objective]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for objective in objectives:
        for other in objective.related:
            found.setdefault(objective.id, set()).add(other)
            found.setdefault(other, set()).add(objective.id)
    return {name: frozenset(others) for name, others in found.items()}
