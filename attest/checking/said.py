"""How one check came out, before it has a line: outcome, text, code.

Guarantees: of several findings of one check the first failure counts, else the first doubt; nothing is `ok` beside either.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rulewright.attest.verification import Outcome

NOBODY = "RW4021"
"""The code where nobody said whom to trust."""


class Said(NamedTuple):
    """An outcome, one line of text, and a code where it failed or is in doubt."""

    outcome: Outcome
    text: str
    code: str = ""


class FoundError(ValueError):
    """A check that cannot go on: `said` is how it came out."""

    def __init__(self, code: str, text: str, outcome: Outcome = "fail") -> None:
        super().__init__(text)
        self.said = Said(outcome, text, code)


def ok(text: str) -> Said:
    """It holds."""
    return Said("ok", text)


def note(text: str) -> Said:
    """Something to know that decides nothing."""
    return Said("note", text)


def skip(text: str) -> Said:
    """There is nothing to look at."""
    return Said("skip", text)


def fail(code: str, text: str) -> Said:
    """It does not hold."""
    return Said("fail", text, code)


def unsure(code: str, text: str) -> Said:
    """It cannot be told with what was given."""
    return Said("unsure", text, code)


def worst(found: Iterable[Said], otherwise: Said) -> Said:
    """The finding that counts: the first failure, else the first doubt, else what is said otherwise."""
    listed = [*found]
    for outcome in ("fail", "unsure"):
        those = [item for item in listed if item.outcome == outcome]
        if those:
            more = f" (and {len(those) - 1:,} more)" if len(those) > 1 else ""
            return those[0]._replace(text=those[0].text + more)
    return otherwise
