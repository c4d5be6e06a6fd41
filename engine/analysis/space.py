"""The variables of a problem, and what each test means on their cells.

Guarantees: the order of variables is that of their names, the product's own first, whatever the order of the rules.
What it does not do: put tests together (`normalise`).
"""

from __future__ import annotations

from collections.abc import Mapping

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.analysis import cells, spans
from rulewright.engine.analysis.asked import RUN, Asked, Edge, Key
from rulewright.engine.analysis.cells import Answers, Candidate, Divided
from rulewright.engine.analysis.model import AS_OF, OTHER, Cell, Unknown, Variable
from rulewright.engine.analysis.spans import ORDERED, Bounds
from rulewright.facts.types import FieldType, Kind, Value
from rulewright.facts.vocabulary import Attribute, Vocabulary

_TEXTS = frozenset({"string", "purl", "cpe", "license", "version"})


class Space:
    """Variables by fact, and the answers of tests on them."""

    def __init__(self, asked: Asked, vocabulary: Vocabulary, as_of: int, facts: Mapping[str, Value]) -> None:
        """Divide every fact that is asked about."""
        self.as_of = as_of
        self.variables: list[Variable] = []
        self.unknowns: list[Unknown] = []
        self.scalar: dict[Key, int] = {}
        self.members: dict[Key, dict[str, int]] = {}
        self.singles: dict[Key, tuple[int, ...]] = {}
        self._asked = asked
        self._vocabulary = vocabulary
        self._facts = facts
        self._answers: dict[tuple[Key, ir.Test], Answers] = {}
        self._limits = {key: self._bounds(key) for key, kind in asked.kinds.items() if kind in ORDERED}
        self._cuts = self._all_cuts()
        fixed = spans.carry(asked.edges, self._cuts, self._limits, self._fixed(asked.edges))
        self._kept, self.singles = fixed
        self._pairs = self._linked()
        for key in sorted(asked.kinds):
            self._add(key)

    # --- facts ---------------------------------------------------------------------------------------------------------

    def given(self, key: Key) -> bool:
        """Whether a fact is of the context."""
        if key[0]:
            return False
        if key[1] == AS_OF or key[1] in self._asked.conditions:
            return True
        attribute = self._vocabulary.attributes.get(key[1])
        return attribute is not None and attribute.given

    def _attribute(self, key: Key) -> Attribute | None:
        return None if key[0] else self._vocabulary.attributes.get(key[1])

    def _type(self, key: Key) -> FieldType | None:
        """The declared type of a fact."""
        if not key[0]:
            attribute = self._attribute(key)
            return attribute.type if attribute else None
        collection = self._vocabulary.collection(key[0])
        field = collection.fields.get(key[1]) if collection else None
        return field.type if field else None

    def _bounds(self, key: Key) -> Bounds:
        if key == RUN:
            return Bounds(self.as_of, spans.LAST_DAY, low_real=True)
        compared = any(key in {edge.left, edge.right} for edge in self._asked.edges)
        return spans.bounds(self._asked.kinds[key], self._attribute(key), compared=compared, choice=not self.given(key))

    def _all_cuts(self) -> dict[Key, set[int]]:
        """Where each ordered fact is cut by its own tests, and by its value in the profile."""
        cuts = {
            key: spans.constants(self._asked.tests[key], self._asked.kinds[key], self.as_of) for key in self._limits
        }
        for key in cuts:
            value = None if key[0] else self._facts.get(key[1])
            if isinstance(value, int):
                cuts[key] |= {int(value), int(value) + 1}
        return cuts

    def _fixed(self, edges: Mapping[Edge, None]) -> set[Key]:
        """The facts that are fixed at single values: given ones beside a choice, attributes beside a field."""
        found = set()
        for edge in edges:
            if edge.left[0] or (self.given(edge.right) and not self.given(edge.left)):
                found.add(edge.right)
            elif self.given(edge.left) and not self.given(edge.right):
                found.add(edge.left)
        return found

    def _linked(self) -> dict[Key, set[Value]]:
        """Facts without order that are compared with one another: they share the values that rules name."""
        found: dict[Key, set[Value]] = {}
        for edge in self._asked.edges:
            if edge.kind in ORDERED or edge.kind == "bool":
                continue
            one, two = found.setdefault(edge.left, set()), found.setdefault(edge.right, set())
            values = one | two | set(self._named(edge.left)) | set(self._named(edge.right))
            for key, held in found.items():
                if held is one or held is two:
                    found[key] = values
        return found

    def _named(self, key: Key) -> list[Value]:
        """The values of a fact that rules or the profile name."""
        named = cells.mentioned(self._asked.tests[key])
        own = None if key[0] else self._facts.get(key[1])
        return named if own is None or own in named else [*named, own]

    # --- variables -----------------------------------------------------------------------------------------------------

    def _add(self, key: Key) -> None:
        """Make the variables of a fact."""
        kind, tests = self._asked.kinds[key], list(self._asked.tests[key])
        if kind == "set":
            self._add_set(key, tests)
            return
        if not key[0]:  # of a complete product the state is known
            tests = [test for test in tests if not _of_state(test)]
        made = self._divided(key, kind, [test for test in tests if test != ir.Is("signed")])
        self.scalar[key] = self._put(key, kind, made.cells)
        for test, answers in made.answers.items():
            self._answers[key, test] = answers

    def _divided(self, key: Key, kind: str, tests: list[ir.Test]) -> Divided:
        if kind in ORDERED:
            kept = self._kept.get(key)
            made = cells.ordered(kind, tests, self._cuts[key], self._limits[key], self.as_of, kept)
        else:
            apart = key in self._pairs or kind == "bool"
            made = cells.divided(kind, tests, self._candidates(key, kind, tests), self.as_of, apart=apart)
        if key[0]:
            return cells.with_states(made, tests) if cells.asks_state(tests) else made
        return cells.readable(made) if self.given(key) else made

    def _candidates(self, key: Key, kind: str, tests: list[ir.Test]) -> list[Candidate]:
        """The values to try."""
        if kind == "bool":
            return [Candidate(value=False), Candidate(value=True)]
        named = list(dict.fromkeys([*self._named(key), *sorted(map(str, self._pairs.get(key, ())))]))
        if kind == "enum":
            return cells.words(self._type(key), named)
        from rulewright.engine.analysis import texts  # rarely needed

        found = texts.candidates(kind, tests, named)
        self.unknowns += [Unknown(_path(key), text) for text in found.unknowns]
        return found.candidates

    def _add_set(self, key: Key, tests: list[ir.Test]) -> None:
        """Make the variables of a set: its words, all others, and for a field whether it is known."""
        type_ = self._type(key) or FieldType(Kind.SET)
        words = {word for test in tests for word in _words(test)}
        own = None if key[0] else self._facts.get(key[1])
        if isinstance(own, tuple):
            words |= set(own)
        if key[0] and cells.asks_state(tests):
            states = [test for test in tests if isinstance(test, ir.Is)]
            known = Divided((Cell((), "known"),), {test: _known(test) for test in states})
            made = cells.with_states(known, states)
            self.scalar[key] = self._put(key, "set", made.cells)
            self._answers |= {(key, test): answers for test, answers in made.answers.items()}
        index = {word: self._put(key, "set", _member(word, word), word) for word in sorted(words)}
        rest = [word for word in type_.values if word not in words]
        if rest or not type_.values or type_.open_values:
            other = rest[0] if rest else cells.other_than(words)
            text = "another" if len(rest) != 1 or type_.open_values else rest[0]
            index[OTHER] = self._put(key, "set", _member(other, text), OTHER)
        self.members[key] = index

    def _put(self, key: Key, kind: str, made: tuple[Cell, ...], member: str = "") -> int:
        self.variables.append(Variable(_path(key), kind, made, self.given(key), member, key[0]))
        return len(self.variables) - 1

    # --- answers -------------------------------------------------------------------------------------------------------

    def answers(self, key: Key, test: ir.Test) -> Answers:
        """Where a test of a fact is surely true and surely false: masks of its variable."""
        found = self._answers.get((key, test))
        if found is None:
            variable = self.variables[self.scalar[key]]
            judge = predicates.judge(test, variable.kind, self.as_of)
            truths = [None if cell.value is None else judge(cell.value) for cell in variable.cells]
            found = cells.mask_of([t is True for t in truths]), cells.mask_of([t is False for t in truths])
            self._answers[key, test] = found
        return found

    def holding(self, key: Key, value: Value) -> int:
        """The cell of a fact that a value is in, as a mask; 0 where there is none."""
        variable = self.variables[self.scalar[key]]
        if variable.kind in ORDERED and isinstance(value, int):
            return cells.mask_of([_within(c, value) for c in variable.cells])
        tests = [test for (found, test) in self._answers if found == key]
        judges = [predicates.judge(test, variable.kind, self.as_of) for test in tests]
        wanted = [judge(value) for judge in judges]
        for number, cell in enumerate(variable.cells):
            if cell.value == value:
                return 1 << number
        for number, cell in enumerate(variable.cells):
            if cell.value is not None and [judge(cell.value) for judge in judges] == wanted:
                return 1 << number
        return 0


def _within(cell: Cell, value: int) -> bool:
    return cell.low is not None and cell.high is not None and cell.low <= value <= cell.high


def _path(key: Key) -> str:
    return f"{key[0]}.{key[1]}" if key[0] else key[1]


def _of_state(test: ir.Test) -> bool:
    """Whether a test asks about the state of a fact alone."""
    return isinstance(test, ir.Is) and test.adjective not in {"valid", "empty"}


def _words(test: ir.Test) -> tuple[str, ...]:
    """The words of a set that a test names."""
    match test:
        case ir.Contains(member):
            return (member,)
        case ir.SubsetOf(members):
            return members
        case ir.Cmp(_, value) if isinstance(value, tuple):
            return value
        case _:
            return ()


def _known(test: ir.Test) -> Answers:
    """The answer of a test about the state of a set that is known."""
    assert isinstance(test, ir.Is)
    if test.adjective == "empty":
        return 0, 0
    return (1, 0) if test.adjective in {"known", "stated", "valid"} else (0, 1)


def _member(word: str, text: str) -> tuple[Cell, ...]:
    return Cell(value=False, text=f"without {text}"), Cell(word, f"with {text}")
