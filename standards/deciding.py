"""How a requirement is decided: by a machine, partly, or by a person alone.

Guarantees: every fact that a check reads is listed once, with who could supply it; the answer rests on these facts alone.
It is an upper bound: that a machine can read a fact does not say that it can on every product.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, assert_never

import msgspec

from rulewright.dsl import ir
from rulewright.standards.book import Edition

MACHINES = ("sbom", "firmware", "config", "network", "build_evidence")
ANSWER = "answer:"
How = Literal["machine", "partly", "manual"]


class Needed(msgspec.Struct, frozen=True):
    """A fact that a check reads, and who could supply it."""

    fact: str
    detectors: tuple[str, ...]

    @property
    def by_machine(self) -> bool:
        """Whether a machine could supply it."""
        return any(name in MACHINES for name in self.detectors)


def needed(requirement: ir.Requirement, edition: Edition) -> tuple[Needed, ...]:
    """The facts that the lines of a check read, in the order of the text; the fields of elements come from documents."""
    found: dict[str, tuple[str, ...]] = {}
    for line in requirement.lines:
        for term in terms(line.expr):
            if isinstance(term, ir.Field):
                found[f"{term.collection}.{term.name}"] = ("sbom",)
            else:
                found[term.name] = edition.detectors.get(term.name, ())
    return tuple(Needed(name, detectors) for name, detectors in found.items())


def decided(requirement: ir.Requirement, edition: Edition) -> How:
    """Whether a machine could supply all of these facts, some, or none.  A check without facts asks nobody: `machine`."""
    by_machine = [fact.by_machine for fact in needed(requirement, edition)]
    if all(by_machine):
        return "machine"
    return "partly" if any(by_machine) else "manual"


def questions(requirement: ir.Requirement, edition: Edition) -> tuple[str, ...]:
    """The questions that a requirement asks of a person, in the order of their numbers."""
    own = f"{ANSWER}{edition.name}:{requirement.id.partition(':')[2]}"
    return tuple(text for key, text in sorted(edition.questions.items()) if key == own or key.startswith(f"{own}#"))


def terms(expr: ir.Expr) -> Iterator[ir.Term]:
    """What an expression looks at."""
    match expr:
        case ir.Const():
            return
        case ir.Atom(term, test):
            yield term
            if isinstance(test, ir.CmpAttr):
                yield test.attr
        case ir.Not(item):
            yield from terms(item)
        case ir.And(items) | ir.Or(items):
            for item in items:
                yield from terms(item)
        case ir.Quant():
            yield from terms(expr.where)
            yield from terms(expr.body)
        case _ as never:
            assert_never(never)
