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
    codes = column.codes
    if not codes:
        return 0, 0
    if len(codes) == 1:
        answer = _answers(column, kind, test, as_of)[codes[0]]
        return int(answer == TRUE), int(answer == FALSE)
    if test == _KNOWN:
        known = _known(algebra, column)
        return known, known ^ full(len(codes))
    if isinstance(test, ir.Is):
        return algebra.look_up(column, _answers(column, kind, test, as_of))
    if narrow(column):
        return _by_value(algebra, column, predicates.judge_all(column, test, kind, as_of))
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
    """Join the rows of the values that pass, and of those that fail; the answer of most values takes the known rows left."""
    memo = column.memo
    memo["asked"] = asked = memo.get("asked", 0) + 1
    rows: dict[int, Plane] = memo.setdefault("rows", {})
    counts = [answers.count(answer) for answer in range(3)]
    most = counts.index(max(counts))
    rare = {answer: _codes(answers, answer) for answer in range(3) if answer != most and counts[answer]}
    missing = [code for codes in rare.values() for code in codes if code not in rows]
    if len(missing) > _CHEAP and asked <= _OFTEN:
        return algebra.look_up(column, answers + _UNKNOWNS)
    for code in missing:
        rows[code] = algebra.having(column, code)
    planes, left = [0, 0, 0], _known(algebra, column)
    for answer, codes in rare.items():
        plane = 0
        for code in codes:
            plane |= rows[code]
        planes[answer] = plane
        left ^= plane
    planes[most] = left
    return planes[TRUE], planes[FALSE]


def _codes(answers: bytes, answer: int) -> list[int]:
    """The values with an answer."""
    return [code for code, held in enumerate(answers) if held == answer]
