"""Texts that tell patterns apart: one for every combination of patterns that some text matches.

Guarantees: globs, constants and regular expressions of the common kind (classes, groups, alternatives, repetition) are
run side by side as automata, and of every combination of answers that any text can have the shortest text is given, in a
fixed order.  `complete` is false where an expression uses more than that or the combinations are too many.
What it does not do: decide what matches (the caller runs the evaluator's tests on the texts).
Source: Thompson 1968 (construction), Rabin and Scott 1959 (subsets, product).
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Several
from typing import NamedTuple, assert_never

from rulewright.engine.analysis.expressions import (
    Chars,
    Either,
    Item,
    Repeated,
    Sequence,
    UnsupportedError,
    of_glob,
    of_regex,
    of_text,
)

_MOST = 3_000
_USUAL = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-._ /:@+~^<>=!#$%&'()*,;?[\\]`{|}\"é\n"


class Found(NamedTuple):
    """Texts, and whether every combination is among them."""

    texts: list[str]
    complete: bool


class _Machine:
    """An automaton with empty moves; state 0 is the start, `end` accepts."""

    def __init__(self, item: Item) -> None:
        self.moves: list[list[tuple[Chars, int]]] = [[]]
        self.empty: list[list[int]] = [[]]
        self._steps: dict[tuple[frozenset[int], str], frozenset[int]] = {}
        self.end = self._add(item, 0)

    def _state(self) -> int:
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

    def closure(self, states: Iterable[int]) -> frozenset[int]:
        """All states reached by empty moves."""
        found = set(states)
        todo = list(found)
        while todo:
            for state in self.empty[todo.pop()]:
                if state not in found:
                    found.add(state)
                    todo.append(state)
        return frozenset(found)

    def step(self, states: frozenset[int], char: str) -> frozenset[int]:
        """Where a character leads."""
        found = self._steps.get((states, char))
        if found is None:
            moves = [move for state in states for move in self.moves[state]]
            found = self._steps[states, char] = self.closure({target for chars, target in moves if chars.has(char)})
        return found


def tell_apart(globs: Several[str], expressions: Several[str], constants: Several[str]) -> Found:
    """A text for every combination of answers of these patterns and of equality with these constants."""
    machines: list[_Machine] = []
    complete = True
    items = (
        [(of_text, text) for text in constants] + [(of_glob, g) for g in globs] + [(of_regex, e) for e in expressions]
    )
    for read, text in items:
        try:
            machines.append(_Machine(read(text)))
        except UnsupportedError:
            complete = False
    alphabet = _alphabet(machines)
    start = tuple(machine.closure([0]) for machine in machines)
    seen = {start}
    answers: dict[tuple[bool, ...], str] = {}
    front = [(start, "")]
    for states, text in front:
        accepted = tuple(m.end in held for m, held in zip(machines, states, strict=True))
        answers.setdefault(accepted, text)
        for char in alphabet:
            after = tuple(m.step(held, char) for m, held in zip(machines, states, strict=True))
            if after not in seen:
                if len(seen) >= _MOST:
                    complete = False
                    continue
                seen.add(after)
                front.append((after, text + char))
    return Found(list(answers.values()), complete)


def _alphabet(machines: Several[_Machine]) -> list[str]:
    """One character of each kind that the patterns tell apart."""
    sets = list(dict.fromkeys(chars for m in machines for moves in m.moves for chars, _ in moves))
    edges = sorted({char for chars in sets for char in chars.edges()})
    kinds: dict[tuple[bool, ...], str] = {}
    for char in [*_USUAL, *edges]:
        kinds.setdefault(tuple(chars.has(char) for chars in sets), char)
    return list(kinds.values())
