"""From a test of a column to planes over its rows, by what the column's facts have been prepared for.

Guarantees: each way gives the same planes; what is kept with a column is derived from its facts alone: for narrow columns
the rows of each value (a bitmap index), for wide ones the known rows and the order of the values.
What it does not do: judge values (`engine.predicates`).
"""

from __future__ import annotations

from rulewright.dsl import ir
from rulewright.engine import globs, orders, predicates
from rulewright.engine.planes import FALSE, TRUE, UNKNOWN, Algebra, Pair, Plane, full, narrow
from rulewright.facts.table import Column
from rulewright.facts.types import State

_STATES_FROM_END = [State(code) for code in range(-8, 0)]
_UNKNOWNS = bytes([UNKNOWN]) * 8
_VALID, _KNOWN = ir.Is("valid"), ir.Is("known")
_FROM_BOOL = bytes([FALSE, TRUE]) + bytes(254)
_CHEAP, _OFTEN = 4, 12
"""So many values' rows are looked for at the first question; more of them once the column has been asked so often."""


def planes_of(algebra: Algebra, column: Column, kind: str, test: ir.Test, as_of: int) -> Pair:
    """Where a test surely holds and where it surely does not."""
    if not column.codes:
        return 0, 0
    if narrow(column):
        return _by_value(algebra, column, _answers(column, kind, test, as_of))
    if test == _KNOWN:
        known = _known(algebra, column)
        return known, known ^ full(len(column.codes))
    part = globs.part_of(test.pattern) if isinstance(test, ir.Glob) else None
    if part is not None:
        return algebra.look_up(column, algebra.containing(column, part).translate(_FROM_BOOL) + _UNKNOWNS)
    found = orders.span(column, test, predicates.compared(test, kind, as_of))
    if found is None:
        return algebra.look_up(column, _answers(column, kind, test, as_of))
    hits = algebra.between(column, found.order, found.first, found.last)
    others = hits ^ _known(algebra, column)
    return (hits, others) if found.inside else (others, hits)


def _answers(column: Column, kind: str, test: ir.Test, as_of: int) -> bytes:
    """The look-up list: one answer per distinct value, then one per unknown state."""
    if not isinstance(test, ir.Is):
        return predicates.judge_all(column, test, kind, as_of) + _UNKNOWNS
    of_states = bytes(predicates.code(predicates.of_state(test, state)) for state in _STATES_FROM_END)
    if test == _VALID:
        if "valid" not in column.memo:
            column.memo["valid"] = predicates.judge_all(column, test, kind, as_of)
        valid: bytes = column.memo["valid"]
        return valid + of_states
    return predicates.judge_all(column, test, kind, as_of) + of_states


def _known(algebra: Algebra, column: Column) -> Plane:
    """The rows that hold a value."""
    if "known" not in column.memo:
        column.memo["known"] = algebra.unknown(column) ^ full(len(column.codes))
    known: Plane = column.memo["known"]
    return known


def _by_value(algebra: Algebra, column: Column, answers: bytes) -> Pair:
    """Join the rows of the values that pass, and of those that fail; the most frequent answer takes what is left."""
    if len(column.codes) == 1:
        answer = answers[column.codes[0]]
        return int(answer == TRUE), int(answer == FALSE)
    memo = column.memo
    memo["asked"] = asked = memo.get("asked", 0) + 1
    rows: dict[int, Plane] = memo.setdefault("rows", {})
    if "present" not in memo:
        memo["present"] = sorted(set(column.codes))
    groups: tuple[list[int], list[int], list[int]] = [], [], []
    for code in memo["present"]:
        groups[answers[code]].append(code)
    most = max(range(3), key=lambda answer: len(groups[answer]))
    rare = [code for answer in range(3) if answer != most for code in groups[answer]]
    missing = [code for code in rare if code not in rows]
    if len(missing) > _CHEAP and asked <= _OFTEN:
        return algebra.look_up(column, answers)
    for code in missing:
        rows[code] = algebra.having(column, code)
    planes = [0, 0, 0]
    for answer in range(3):
        if answer != most:
            for code in groups[answer]:
                planes[answer] |= rows[code]
    planes[most] = full(len(column.codes)) ^ planes[most - 1] ^ planes[most - 2]
    return planes[TRUE], planes[FALSE]
