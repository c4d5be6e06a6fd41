"""Splitting a formula into parts that are about the context alone and about the choice alone.

Guarantees: `split` gives pairs of which the conjunction of all `given or choice` is the formula, exactly; in each pair the first
is over given variables only, the second over choice variables, elements and what is opaque only.
What it does not do: find the smallest such form.  More than `MOST` pairs raise `ManyError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rulewright.engine.analysis.formulas import conj, disj
from rulewright.engine.analysis.model import FALSE, TRUE, All, Elem, Formula, Lit, Opaque, Rel, Some, Variable

GIVEN, CHOICE = 1, 2
MOST = 2_000

Pair = tuple[Formula, Formula]


class ManyError(Exception):
    """The formula mixes context and choice so much that its split would be too large."""


def sides(formula: Formula, given: Sequence[bool]) -> int:
    """Whether a formula is about the context (1), the choice (2), both (3) or neither (0)."""
    kind = type(formula)
    if kind is Lit:
        return GIVEN if given[formula.var] else CHOICE  # type: ignore[attr-defined]  # its class was looked at above
    if kind is All or kind is Some:
        found = 0
        for item in formula.items:  # type: ignore[attr-defined]  # its class was looked at above
            found |= sides(item, given)
            if found == GIVEN | CHOICE:
                break
        return found
    if isinstance(formula, Rel):
        return (GIVEN if given[formula.left] else CHOICE) | (GIVEN if given[formula.right] else CHOICE)
    assert isinstance(formula, Elem | Opaque)
    return CHOICE


def split(formula: Formula, variables: Sequence[Variable], given: Sequence[bool]) -> list[Pair]:
    """The pairs (given part, choice part); none where the formula is always true."""
    return [pair for pair in _split(formula, variables, given) if TRUE not in pair]


def _split(formula: Formula, variables: Sequence[Variable], given: Sequence[bool]) -> list[Pair]:
    side = sides(formula, given)
    if side != GIVEN | CHOICE:
        return [(formula, FALSE) if side == GIVEN else (FALSE, formula)]
    if isinstance(formula, All):
        return _joined([pair for item in formula.items for pair in _split(item, variables, given)])
    assert isinstance(formula, Some)
    parts: list[list[Formula]] = [[], [], [], []]
    for item in formula.items:
        parts[sides(item, given)].append(item)
    pairs = [(disj(parts[GIVEN], variables), disj(parts[CHOICE] + parts[0], variables))]
    for mixed in parts[GIVEN | CHOICE]:
        others = _split(mixed, variables, given)
        if len(pairs) * len(others) > MOST:
            raise ManyError
        pairs = _joined([(disj((a, c), variables), disj((b, d), variables)) for a, b in pairs for c, d in others])
    return pairs


def _joined(pairs: Iterable[Pair]) -> list[Pair]:
    """Pairs with the same choice part, then those with the same given part, become one."""
    by_choice: dict[Formula, list[Formula]] = {}
    for given, choice in pairs:
        if TRUE not in {given, choice}:
            by_choice.setdefault(choice, []).append(given)
    by_given: dict[Formula, list[Formula]] = {}
    for choice, parts in by_choice.items():
        by_given.setdefault(conj(parts), []).append(choice)
    return [(given, conj(parts)) for given, parts in by_given.items()]
