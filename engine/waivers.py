"""Waivers at run time: who is covered, until when, and whether the condition still holds.

Guarantees: a waiver never changes a verdict; it labels a fail or an unknown.  It ends at the end of its day, UTC.  One
that is expired, not yet approved, orphaned, or whose `provided` does not surely hold does not apply, and is a finding.
"""

from __future__ import annotations

from typing import Literal

from rulewright.dsl import ir
from rulewright.engine.answers import Answers
from rulewright.engine.result import Finding, Waived
from rulewright.engine.words import date_text

SOON = 30
"""Days before its end from which a waiver is reported as ending soon."""


class Waivers:
    """The waivers of a run."""

    def __init__(self, answers: Answers) -> None:
        """Find each waiver's requirement and products."""
        self._answers = answers
        self._numbers = {r.id: number for number, r in enumerate(answers.program.requirements)}
        self._used: set[int] = set()

    def label(self, requirement: int, product: int) -> Waived | None:
        """The waiver that covers a result, if one applies."""
        wanted = self._answers.program.requirements[requirement].id
        for number, waiver in enumerate(self._answers.program.waivers):
            if waiver.requirement != wanted or not self._covers(waiver, product):
                continue
            self._used.add(number)
            if self._obstacle(number, product) is None:
                return Waived(
                    id=waiver.id,
                    because=waiver.because,
                    approved_by=waiver.approved_by,
                    approved_on=date_text(waiver.approved_on),
                    until=date_text(waiver.until),
                )
        return None

    def _covers(self, waiver: ir.Waiver, product: int) -> bool:
        found = self._answers.facts.products[product]
        return waiver.product in {"*", found.id, found.name, f"{found.name}@{found.version}", *found.identifiers}

    def _obstacle(self, number: int, product: int) -> str | None:
        """Why a waiver does not apply to a product that it names."""
        waiver, day = self._answers.program.waivers[number], self._answers.as_of
        if day > waiver.until:
            return f"it ended on {date_text(waiver.until)}"
        if day < waiver.approved_on:
            return f"it is approved only from {date_text(waiver.approved_on)}"
        held = self._answers.provided(number, product)
        if held is not True:
            return "its `provided` condition " + ("does not hold" if held is False else "is unknown")
        return None

    def findings(self) -> list[Finding]:
        """Findings about waivers: call it after all results have been labelled."""
        return [
            found
            for number, waiver in enumerate(self._answers.program.waivers)
            for found in self._findings(number, waiver)
        ]

    def _findings(self, number: int, waiver: ir.Waiver) -> list[Finding]:
        products = [p for p in range(len(self._answers.facts.products)) if self._covers(waiver, p)]
        requirement = self._numbers.get(waiver.requirement)
        if requirement is None:
            return [_finding("RW2002", waiver, f"waives `{waiver.requirement}`, which is not evaluated")]
        if not products:
            return [
                _finding("RW2002", waiver, f"names the product `{waiver.product}`, which is not among those checked")
            ]
        found = []
        for product in products:
            obstacle = self._obstacle(number, product)
            if obstacle is not None:
                found.append(_finding("RW2001", waiver, f"does not apply: {obstacle}"))
            elif number not in self._used:
                verdict = self._answers.verdict(requirement, product)
                found.append(_finding("RW2003", waiver, f"is not needed: `{waiver.requirement}` is `{verdict}`"))
            elif waiver.until - self._answers.as_of <= SOON:
                days = waiver.until - self._answers.as_of
                found.append(_finding("RW2004", waiver, f"ends on {date_text(waiver.until)}, in {days} days"))
        return list(dict.fromkeys(found))


def _finding(code: str, waiver: ir.Waiver, text: str) -> Finding:
    hint = {
        "RW2001": "renew it with a new approval, or remove it and close the gap",
        "RW2002": "remove the waiver, or correct the requirement or product that it names",
        "RW2003": "remove the waiver",
        "RW2004": "close the gap or renew the waiver before that day",
    }[code]
    place = f"{waiver.place.file}:{waiver.place.line}:{waiver.place.column}"
    severity: Literal["note", "warning"] = "note" if code in {"RW2003", "RW2004"} else "warning"
    return Finding(code=code, severity=severity, message=f"waiver `{waiver.id}` {text}", source=place, hint=hint)
