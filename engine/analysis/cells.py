"""The cells of every fact that rules ask about: its values, divided so that no test tells two of one cell apart.

Guarantees: each answer in a cell comes from a concrete value on which the evaluator's own test was run
(`engine.predicates.judge`); two values that some test answers differently are never in one cell; unknown states are cells
of their own for fields of elements whose state is asked for.  What is asked of a set is told by one variable per word that
rules mention, and one for all other words.
What it does not do: invent values for texts (`candidates_…` modules), or cut orders (`spans`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.analysis.model import Cell
from rulewright.engine.analysis.spans import Bounds
from rulewright.facts.types import MICRO, FieldType, State, Value

STATES = (State.MISSING, State.DECLARED_UNKNOWN, State.WITHHELD, State.MALFORMED, State.CONFLICTING)
_STATE_TESTS = frozenset({"known", "stated", "conflicting", "declared_unknown", "withheld", "malformed", "valid"})
Answers = tuple[int, int]
"""Masks: where a test is surely true, and where it is surely false."""


class InEcosystem(NamedTuple):
    """A test of a version that is ordered as those of some package URLs are (number of their class)."""

    test: ir.Test
    number: int


Label = ir.Test | InEcosystem


class Divided(NamedTuple):
    """The cells of one fact and the answers of its tests there."""

    cells: tuple[Cell, ...]
    answers: dict[Label, Answers]


def mask_of(truths: Iterable[bool]) -> int:
    """A mask with the bits of what is true."""
    return int("".join(["1" if truth else "0" for truth in truths])[::-1] or "0", 2)


def asks_state(tests: Iterable[ir.Test]) -> bool:
    """Whether a test can tell an unknown fact from others."""
    return any(isinstance(test, ir.Is) and test.adjective in _STATE_TESTS for test in tests)


# --- ordered kinds -----------------------------------------------------------------------------------------------------


def ordered(
    kind: str, tests: Sequence[ir.Test], cuts: set[int], limit: Bounds, as_of: int, kept: set[int] | None = None
) -> Divided:
    """Cells of a fact whose values have an order: stretches between cuts, joined where no test tells them apart.

    `kept` are cuts that stay whatever the tests say.
    """
    starts = sorted({limit.low, *(cut for cut in cuts | (kept or set()) if limit.low < cut <= limit.high)})
    spans = list(zip(starts, [*(start - 1 for start in starts[1:]), limit.high], strict=True))
    values = [_inside(low, high, limit, as_of if kind == "date" else 0) for low, high in spans]
    judged = {test: _judged(test, kind, values, as_of) for test in tests}
    changes = 0
    for true, false in judged.values():
        changes |= (true ^ (true >> 1)) | (false ^ (false >> 1))
    groups: list[list[int]] = [[0]]
    for number in range(1, len(spans)):
        if changes >> (number - 1) & 1 or (kept and spans[number][0] in kept):
            groups.append([])
        groups[-1].append(number)
    cells = tuple(_span(kind, spans[g[0]][0], spans[g[-1]][1], values[_shown_of(g, limit)], limit) for g in groups)
    firsts = [group[0] for group in groups]
    answers: dict[Label, Answers] = {
        test: (_picked(true, firsts), _picked(false, firsts)) for test, (true, false) in judged.items()
    }
    return Divided(cells, answers)


def _shown_of(group: Sequence[int], limit: Bounds) -> int:
    """Which stretch of a cell its value is of: the one next to a rule's constant."""
    return group[-1] if group[0] == 0 and not limit.low_real else group[0]


def _picked(mask: int, bits: Sequence[int]) -> int:
    return mask_of([bool(mask >> bit & 1) for bit in bits])


def _judged(test: ir.Test, kind: str, values: Sequence[Value], as_of: int) -> Answers:
    judge = predicates.judge(test, kind, as_of)
    truths = [judge(value) for value in values]
    return mask_of([truth is True for truth in truths]), mask_of([truth is False for truth in truths])


def _inside(low: int, high: int, limit: Bounds, middle: int) -> int:
    """A value for people: near a real bound, near the middle where there is none."""
    if low == limit.low and not limit.low_real:
        return min(max(low, middle), high) if high == limit.high and not limit.high_real else high
    return low


def _span(kind: str, low: int, high: int, value: int, limit: Bounds) -> Cell:
    first, last = shown(kind, low), shown(kind, high)
    if low == high:
        text = first
    elif low == limit.low and high == limit.high:
        text = "any"
    elif low == limit.low and not limit.low_real:
        text = f"≤ {last}"
    elif high == limit.high and not limit.high_real:
        text = f"≥ {first}"
    else:
        text = f"{first}..{last}"
    value = min(max(value, low), high)
    return Cell(value, text, low, high)


def shown(kind: str, value: Value) -> str:
    """A value for people, as a rule writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "{" + ", ".join(value) + "}"
    if kind == "date" and isinstance(value, int):
        from rulewright.facts.identity.dates import format_date  # where there are dates only

        return format_date(value)
    if kind == "decimal" and isinstance(value, int):
        whole, part = divmod(abs(value), MICRO)
        digits = f"{part:06}".rstrip("0")
        return f"{'-' if value < 0 else ''}{whole}" + (f".{digits}" if digits else "")
    return str(value) if value != "" else '""'


# --- other kinds -------------------------------------------------------------------------------------------------------


class Candidate(NamedTuple):
    """A value to try; `named`: a rule or a declaration names it; `fresh`: it stands for all that none names."""

    value: Value
    fresh: bool = False
    named: bool = True


def divided(
    kind: str, judges: Mapping[Label, predicates.Judge], candidates: Iterable[Candidate], *, apart: bool = False
) -> Divided:
    """Cells of a fact whose values have no order: candidates with the same answers are one cell.

    `apart`: each candidate is a cell of its own (its values are compared with those of another fact).
    """
    found: dict[tuple[object, ...], list[Candidate]] = {}
    for candidate in candidates:
        answers: tuple[object, ...] = tuple([judge(candidate.value) for judge in judges.values()])
        found.setdefault((answers, candidate.value) if apart else answers, []).append(candidate)
    vectors = [answers[0] if apart else answers for answers in found]
    named = [c.value for group in found.values() for c in group if c.named and not c.fresh]
    cells = tuple(Cell(group[0].value, _worded(kind, group, named)) for group in found.values())
    if len(cells) == 1:
        cells = (Cell(cells[0].value, "any"),)
    return Divided(cells, {label: _column(vectors, number) for number, label in enumerate(judges)})  # type: ignore[arg-type]  # a vector has one answer per judge


def judges_of(tests: Iterable[ir.Test], kind: str, as_of: int) -> dict[Label, predicates.Judge]:
    """The evaluator's tests of one value."""
    return {test: predicates.judge(test, kind, as_of) for test in tests}


def _column(vectors: Sequence[tuple[object, ...]], number: int) -> Answers:
    return mask_of([v[number] is True for v in vectors]), mask_of([v[number] is False for v in vectors])


_MOST_WORDS = 4


def _worded(kind: str, group: Sequence[Candidate], named: Sequence[Value]) -> str:
    """A cell for people: the values in it that are named, or those that are not, or one that was made for it."""
    inside = [c.value for c in group if c.named and not c.fresh]
    fresh = any(c.fresh for c in group)
    if inside and not fresh and len(inside) <= _MOST_WORDS:
        return ", ".join(shown(kind, value) for value in inside)
    if not inside and not fresh:
        return f"such as {shown(kind, group[0].value)}"
    others = [shown(kind, value) for value in named if value not in inside]
    if not others:
        return "any other"
    if len(others) > _MOST_WORDS:
        others = [*others[:_MOST_WORDS], "…"]
    return f"other than {', '.join(others)}"


def words(type_: FieldType | None, mentioned: Iterable[Value]) -> list[Candidate]:
    """The values of an enumeration: its words, those that rules mention, and another where others are legal."""
    declared = tuple(type_.values) if type_ else ()
    found = dict.fromkeys([*declared, *sorted({str(value) for value in mentioned} - set(declared))])
    if not declared or (type_ is not None and type_.open_values):
        return [*map(Candidate, found), Candidate(other_than(found), fresh=True)]
    return [*map(Candidate, found)]


def other_than(texts: Iterable[Value]) -> str:
    """A word that is none of these."""
    taken = set(texts)
    return next(word for n in range(len(taken) + 1) if (word := f"other{n or ''}") not in taken)


def mentioned(tests: Iterable[ir.Test]) -> list[Value]:
    """The values that tests name."""
    found: dict[Value, None] = {}
    for test in tests:
        if isinstance(test, ir.Cmp):
            found[test.value] = None
        elif isinstance(test, ir.OneOf):
            found.update(dict.fromkeys(test.values))
    return list(found)


def with_states(made: Divided, tests: Sequence[ir.Test]) -> Divided:
    """The cells of a field with cells for the unknown states that its tests tell apart."""
    groups: dict[tuple[object, ...], State] = {}
    for state in STATES:
        groups.setdefault(tuple(predicates.of_state(test, state) for test in tests), state)
    cells = made.cells + tuple(Cell(None, state.word.replace("_", " "), state=state) for state in groups.values())
    size, answers = len(made.cells), {}
    for label, (true, false) in made.answers.items():
        test = label.test if isinstance(label, InEcosystem) else label
        truths = [predicates.of_state(test, state) for state in groups.values()]
        more = mask_of([t is True for t in truths]) << size, mask_of([t is False for t in truths]) << size
        answers[label] = true | more[0], false | more[1]
    return Divided(cells, answers)


def readable(made: Divided) -> Divided:
    """Without the cells in which some test has no answer, if that leaves any: a complete product's facts can be judged."""
    sure = (1 << len(made.cells)) - 1
    for true, false in made.answers.values():
        sure &= true | false
    bits = [bit for bit in range(len(made.cells)) if sure >> bit & 1]
    if not bits or len(bits) == len(made.cells):
        return made
    answers = {test: (_picked(true, bits), _picked(false, bits)) for test, (true, false) in made.answers.items()}
    return Divided(tuple(made.cells[bit] for bit in bits), answers)
