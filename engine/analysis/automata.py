"""Texts that tell patterns apart: one for every combination of patterns that some text matches.

Guarantees: globs, constants and regular expressions of the common kind (classes, groups, alternatives, repetition) are
run side by side as automata, and of every combination of answers that any text can have the shortest text is given, in a
fixed order.  Patterns that use more than that, or that make the combinations too many, are `left_out`: of them nothing is
known, of all others together everything.
What it does not do: decide what matches (the caller runs the evaluator's tests on the texts).
Source: Thompson 1968 (construction), Rabin and Scott 1959 (subsets, product).
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Several
from typing import Literal, NamedTuple, TypeAlias, assert_never

from rulewright.engine.analysis.expressions import (
    Chars,
    Either,
    Item,
    Repeated,
    Sequence,
    UnsupportedError,
    of_glob,
    of_regex,
)

_MOST_STATES = 20_000
"""States of one automaton."""
_USUAL = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-._ /:@+~^<>=!#$%&'()*,;?[\\]`{|}\"é\n"


class Budget(NamedTuple):
    """How many combinations of states may be seen, and how many moves looked at."""

    seen: int
    moves: int


_WHOLE, _EACH = Budget(20_000, 1_500_000), Budget(3_000, 300_000)
_BUILT = 5
"""What a new state costs more, by the states of the automaton in it, than one that was there before."""
"""For all patterns at once, and for each that is added after that was too much."""


Pattern: TypeAlias = tuple[Literal["glob", "regex"], str]


class Found(NamedTuple):
    """Texts, with the patterns that match each; and the patterns of which not all combinations are among them."""

    texts: dict[str, frozenset[Pattern]]
    left_out: frozenset[Pattern]

    @property
    def complete(self) -> bool:
        """Whether every combination is there."""
        return not self.left_out


class _Machine:
    """An automaton with empty moves; state 0 is the start, `end` accepts."""

    def __init__(self, item: Item) -> None:
        self.moves: list[list[tuple[Chars, int]]] = [[]]
        self.empty: list[list[int]] = [[]]
        self.cost = 0
        self._steps: dict[tuple[int, str], int] = {}
        self._numbers: dict[frozenset[int], int] = {}
        self._held: list[frozenset[int]] = []
        self.end = self._add(item, 0)
        self.start = self._number(self._closure([0]))

    def _state(self) -> int:
        if len(self.moves) >= _MOST_STATES:
            raise UnsupportedError
        self.moves.append([])
        self.empty.append([])
        return len(self.moves) - 1

    def _add(self, item: Item, start: int) -> int:
        """Put an expression behind a state; the state behind it."""
        match item:
            case Chars():
                end = self._state()
                self.moves[start].append((item, end))
                return end
            case Sequence(parts):
                for part in parts:
                    start = self._add(part, start)
                return start
            case Either(parts):
                end = self._state()
                for part in parts:
                    begin = self._state()
                    self.empty[start].append(begin)
                    self.empty[self._add(part, begin)].append(end)
                return end
            case Repeated(part, low, high):
                return self._repeat(part, start, low, high)
            case _ as never:
                assert_never(never)

    def _repeat(self, part: Item, start: int, low: int, high: int | None) -> int:
        for _ in range(low):
            start = self._add(part, start)
        if high is None:
            loop = self._state()
            self.empty[start].append(loop)
            self.empty[self._add(part, loop)].append(loop)
            end = self._state()
            self.empty[loop].append(end)
            return end
        ends = [start]
        for _ in range(high - low):
            start = self._add(part, start)
            ends.append(start)
        end = self._state()
        for state in ends:
            self.empty[state].append(end)
        return end

    def _closure(self, states: Iterable[int]) -> frozenset[int]:
        """All states reached by empty moves."""
        found = set(states)
        todo = list(found)
        while todo:
            for state in self.empty[todo.pop()]:
                if state not in found:
                    found.add(state)
                    todo.append(state)
        self.cost += _BUILT * len(found)
        return frozenset(found)

    def _number(self, states: frozenset[int]) -> int:
        """The number of a set of states."""
        number = self._numbers.setdefault(states, len(self._held))
        if number == len(self._held):
            self._held.append(states)
        return number

    def answer(self, number: int) -> int:
        """1 where a text that leads here is matched, else 0."""
        return int(self.end in self._held[number])

    def step(self, number: int, char: str) -> int:
        """Where a character leads."""
        found = self._steps.get((number, char))
        if found is None:
            moves = [move for state in self._held[number] for move in self.moves[state]]
            self.cost += _BUILT * len(moves)
            after = self._closure({target for chars, target in moves if chars.has(char)})
            found = self._steps[number, char] = self._number(after)
        return found


class _Words:
    """All constants at once, as a tree; the answer is which of them a text is, 0 for none."""

    def __init__(self, words: Iterable[str]) -> None:
        self.cost = 0
        self.start = 1
        self._after: list[dict[str, int]] = [{}, {}]
        self._whole: set[int] = set()
        for word in words:
            at = self.start
            for char in word:
                after = self._after[at].setdefault(char, len(self._after))
                if after == len(self._after):
                    self._after.append({})
                at = after
            self._whole.add(at)
        chars = dict.fromkeys(char for after in self._after for char in after)
        self.moves = [[(Chars(((char, char),)), 0)] for char in chars]

    def answer(self, number: int) -> int:
        """The number of the constant that a text is."""
        return number if number in self._whole else 0

    def step(self, number: int, char: str) -> int:
        """Where a character leads."""
        return self._after[number].get(char, 0)


def tell_apart(globs: Several[str], expressions: Several[str], constants: Several[str]) -> Found:
    """A text for every combination of answers of these patterns and of equality with these constants."""
    words = _Words(constants)
    patterns: list[Pattern] = [*(("glob", glob) for glob in globs), *(("regex", text) for text in expressions)]
    machines = {pattern: machine for pattern in patterns if (machine := _read(pattern)) is not None}
    left_out = set(patterns) - machines.keys()
    found = _side_by_side(words, machines, _WHOLE)
    if found is None:
        kept: dict[Pattern, _Machine] = {}
        found = _side_by_side(words, kept, _EACH)
        for pattern, machine in machines.items() if found is not None else ():
            more = _side_by_side(words, {**kept, pattern: machine}, _EACH)
            if more is not None:
                kept[pattern], found = machine, more
        left_out |= machines.keys() - kept.keys()
    return Found(found or {}, frozenset(left_out))


def _read(pattern: Pattern) -> _Machine | None:
    """The automaton of a pattern, or None where it is not one that is read."""
    kind, text = pattern
    try:
        return _Machine(of_glob(text) if kind == "glob" else of_regex(text))
    except UnsupportedError:
        return None


def _side_by_side(
    words: _Words, patterns: dict[Pattern, _Machine], budget: Budget
) -> dict[str, frozenset[Pattern]] | None:
    """A shortest text for every combination of what is accepted; None where that takes too much."""
    machines: list[_Machine | _Words] = [words, *patterns.values()]
    alphabet = _alphabet(machines)
    start = tuple(machine.start for machine in machines)
    seen = {start}
    front: list[tuple[tuple[int, ...], int, str]] = [(start, -1, "")]
    answers: dict[tuple[int, ...], int] = {}
    cost = -sum(machine.cost for machine in machines)
    for at, (states, _, _) in enumerate(front):
        answers.setdefault(tuple(m.answer(n) for m, n in zip(machines, states, strict=True)), at)
        cost += len(alphabet) * len(machines)
        for char in alphabet:
            after = tuple(m.step(n, char) for m, n in zip(machines, states, strict=True))
            if after not in seen:
                seen.add(after)
                front.append((after, at, char))
        if len(seen) > budget.seen or cost + sum(machine.cost for machine in machines) > budget.moves:
            return None
    names = list(patterns)
    return {
        _text(front, at): frozenset(name for name, yes in zip(names, accepted[1:], strict=True) if yes)
        for accepted, at in answers.items()
    }


def _text(front: Several[tuple[tuple[int, ...], int, str]], at: int) -> str:
    """The text that led to a combination of states."""
    chars: list[str] = []
    while at >= 0:
        _, at, char = front[at]
        chars.append(char)
    return "".join(reversed(chars))


def _alphabet(machines: Several[_Machine | _Words]) -> list[str]:
    """One character of each kind that the patterns tell apart."""
    sets = list(dict.fromkeys(chars for m in machines for moves in m.moves for chars, _ in moves))
    edges = sorted({char for chars in sets for char in chars.edges()})
    kinds: dict[tuple[bool, ...], str] = {}
    for char in [*_USUAL, *edges, "\0"]:
        kinds.setdefault(tuple(chars.has(char) for chars in sets), char)
    return list(kinds.values())
