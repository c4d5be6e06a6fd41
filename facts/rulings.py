"""What several statements on one vulnerability in one component come to.

Guarantees: a later statement supersedes an earlier one of the same author only; authors, or undated statements, that
disagree leave the question `conflicting`, with every witness.  The order in which statements are given plays no part.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rulewright.facts.statements import Statement
from rulewright.facts.table import Source, Witness

NOWHERE = Source("", "")
_DAY = 86_400_000_000


class Ruling(msgspec.Struct, frozen=True):
    """The status that holds and the statements behind it; no status where they contradict one another."""

    status: str | None
    behind: tuple[Statement, ...]

    @property
    def best(self) -> Statement:
        """The newest statement behind the status."""
        return self.behind[-1]

    def witnesses(self, part: str = "status") -> tuple[Witness, ...]:
        """Each statement's word (an attribute of `Statement`)."""
        said = [(getattr(s, part), s) for s in self.behind]
        return tuple(Witness(word, s.source or NOWHERE, s.pointer) for word, s in said if word)


def rule(statements: Sequence[Statement]) -> Ruling:
    """Settle at least one statement."""
    authors: dict[str, list[Statement]] = {}
    for statement in statements:
        authors.setdefault(_author(statement), []).append(statement)
    standing = sorted((s for said in authors.values() for s in _latest(said)), key=_order)
    words = {s.status for s in standing}
    return Ruling(words.pop() if len(words) == 1 else None, tuple(standing))


def _author(statement: Statement) -> str:
    """Who speaks: the stated author, else the document."""
    own = statement.source.sha256 if statement.source else ""
    return " ".join(statement.author.split()).casefold() or f"document {own}"


def _latest(said: Sequence[Statement]) -> list[Statement]:
    """An author's newest statements; undated ones supersede nothing and are not superseded.

    One of which only the day is known may have been made at the end of it.
    """
    newest = max((s.time for s in said if s.time is not None), default=0)
    return [s for s in said if s.time is None or s.time == newest or (s.by_day and newest < s.time + _DAY)]


def _order(statement: Statement) -> tuple[int, str, str, str]:
    source = statement.source or NOWHERE
    time = statement.time if statement.time is not None else -(1 << 62)
    return (time, source.name, statement.pointer, statement.status)
