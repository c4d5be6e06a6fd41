"""What a mutant is: a requirement that says something slightly different, and what was changed, in words.

Guarantees: plain data; `key` names a mutant within a run, stably: file, requirement, place in it, number.
What it does not do: make them (`mutation`), or look for tests that notice (`score`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rulewright.dsl import ir

Kind = Literal["line", "operand", "junction", "negation", "operator", "constant", "member", "quantifier", "condition",
               "level", "hardening"]  # fmt: skip


class Mutant(msgspec.Struct, frozen=True, kw_only=True):
    """A changed requirement.

    `where` is the part of it (`check#2`, `applies when`, `scope`, an objective with its line), `said` what was changed,
    `place` where that stands.  `shared`: mutants of one name are one change, of a text that several requirements use (the
    scope of a standard, the check of an objective): it is noticed where a test of any of them notices.  One that is not `tried`
    (its requirement is too large to try all) has the requirement itself as `changed`.
    """

    kind: Kind
    where: str
    said: str
    place: ir.Place
    changed: ir.Requirement
    number: int = 0
    shared: str = ""
    tried: bool = True

    @property
    def requirement(self) -> str:
        """The id of the requirement."""
        return self.changed.id

    @property
    def key(self) -> str:
        """Its name in a run."""
        return self.shared or f"{self.place.file} {self.requirement} {self.where}/{self.number}"
