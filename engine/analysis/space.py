"""The variables of a problem, and what each test means on their cells.

Guarantees: the order of variables is that of their names, the product's own first, whatever the order of the rules.
What it does not do: put tests together (`normalise`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.analysis import cells, spans
from rulewright.engine.analysis.asked import RUN, Asked, Edge, Key
from rulewright.engine.analysis.cells import Answers, Candidate, Divided, InEcosystem, Label
from rulewright.engine.analysis.model import AS_OF, OTHER, Cell, Unknown, Variable
from rulewright.engine.analysis.spans import ORDERED, Bounds
from rulewright.facts.types import FieldType, Kind, State, Value
from rulewright.facts.vocabulary import Attribute, Vocabulary

if TYPE_CHECKING:
    from rulewright.engine.analysis.ecosystems import Ecosystems


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
        self.opaque: dict[Key, frozenset[ir.Test]] = {}
        """Tests that have answers, beside those of other tests, that no cell has."""
        self._asked = asked
        self._vocabulary = vocabulary
        self._facts = facts
        self._answers: dict[tuple[Key, Label], Answers] = {}
        self._judges: dict[Key, dict[Label, predicates.Judge]] = {}
        self._largest = self._sizes()
        self._limits = {key: self._bounds(key) for key, kind in asked.kinds.items() if kind in ORDERED}
        self._cuts = self._all_cuts()
        roles = spans.Roles(self._fixed(asked.edges), frozenset(key for key in asked.kinds if not self.given(key)))
        self._kept, self.singles = spans.carry(asked.edges, self._cuts, self._limits, roles, as_of)
        for key, cuts in self._known().items():
            self._kept.setdefault(key, set()).update(cuts)
        self._pairs = self._linked()
        self.ecosystems: dict[str, Ecosystems] = {}
        self._order_versions()
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
        kind, choice = self._asked.kinds[key], not self.given(key)
        return spans.bounds(kind, self._attribute(key), compared=compared, choice=choice, largest=self._largest[kind])

    def _sizes(self) -> dict[str, int]:
        """The size of the largest number that a rule, a declaration or the profile names, per kind with an order."""
        found = dict.fromkeys(ORDERED, 0)
        for key, kind in self._asked.kinds.items():
            if kind in ORDERED:
                attribute = self._attribute(key)
                named = spans.constants(self._asked.tests[key], kind, self.as_of)
                named |= {end for end in (attribute.low, attribute.high) if end is not None} if attribute else set()
                own = None if key[0] else self._facts.get(key[1])
                named |= {own} if isinstance(own, int) else set()
                found[kind] = max(found[kind], *map(abs, named), 0)
        return found

    def _all_cuts(self) -> dict[Key, set[int]]:
        """Where each ordered fact is cut by its own tests, and by its value in the profile."""
        cuts = {
            key: spans.constants(self._asked.tests[key], self._asked.kinds[key], self.as_of) for key in self._limits
        }
        for key, known in self._known().items():
            cuts[key] |= known
        return cuts

    def _known(self) -> dict[Key, set[int]]:
        """The cuts that set the values of the profile apart from all others."""
        values = {key: self._facts.get(key[1]) for key in self._limits if not key[0]}
        return {key: {int(value), int(value) + 1} for key, value in values.items() if isinstance(value, int)}

    def _fixed(self, edges: Mapping[Edge, None]) -> frozenset[Key]:
        """The facts that are fixed at single values: given ones beside a choice, attributes beside a field."""
        found: set[Key] = set()
        for edge in edges:
            if edge.left[0] or (self.given(edge.right) and not self.given(edge.left)):
                found.add(edge.right)
            elif self.given(edge.left) and not self.given(edge.right):
                found.add(edge.left)
        return frozenset(found)

    def _linked(self) -> dict[Key, list[Candidate]]:
        """Facts without order that are compared with one another: they share the values that are named, and others.

        There are as many others as facts, so that all can be alike and all can differ.
        """
        edges = [edge for edge in self._asked.edges if edge.kind not in ORDERED and edge.kind != "bool"]
        found: dict[Key, list[Candidate]] = {}
        for group in spans.groups(edges):
            named = {str(value) for key in group for value in self._named(key)}
            for key in group:
                type_ = self._type(key)
                named |= set(type_.values) if type_ else set()
            others: list[Value] = []
            for _ in group:
                others.append(cells.other_than([*named, *others]))
            shared = [Candidate(word) for word in sorted(named)]
            for key in group:
                found[key] = shared + [Candidate(word, fresh=True) for word in others]
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
        if self.tied(key):
            self.unknowns.append(
                Unknown(_path(key), "compared with the day of the run: looked at on its first day only")
            )
        made = self._divided(key, kind, [test for test in tests if test != ir.Is("signed")])
        self.scalar[key] = self._put(key, kind, made.cells)
        for test, answers in made.answers.items():
            self._answers[key, test] = answers

    def _divided(self, key: Key, kind: str, tests: list[ir.Test]) -> Divided:
        if kind in ORDERED:
            kept = self._kept.get(key)
            made = cells.ordered(kind, tests, self._cuts[key], self._limits[key], self.as_of, kept)
        else:
            judges = self._judges[key] = self._judged(key, kind, tests)
            found = self._candidates(key, kind, tests, judges)
            made = cells.divided(kind, judges, found, apart=key in self._pairs or kind == "bool")
        if not key[0]:
            return cells.readable(made) if self.given(key) else made
        ordering = kind == "purl" and key[0] in self.ecosystems
        return cells.with_states(made, tests) if ordering or cells.asks_state(tests) else made

    def _judged(self, key: Key, kind: str, tests: list[ir.Test]) -> dict[Label, predicates.Judge]:
        """The tests of a fact as functions: of a version in every class of package URLs, of a URL its class too."""
        found = self.ecosystems.get(key[0])
        if found is None or kind not in {"version", "purl"}:
            return cells.judges_of(tests, kind, self.as_of)
        if kind == "purl":
            return cells.judges_of(tests, kind, self.as_of) | found.membership()
        if key[1] != "version":
            return cells.judges_of(tests, kind, self.as_of)
        plain = [test for test in tests if not predicates.orders_versions(test)]
        return cells.judges_of(plain, kind, self.as_of) | found.judges

    def _order_versions(self) -> None:
        """Where the versions of a list are ordered by package URLs: which classes of these there are."""
        for key, kind in list(self._asked.kinds.items()):
            collection = self._vocabulary.collection(key[0]) if key[0] else None
            ordering = [test for test in self._asked.tests[key] if predicates.orders_versions(test)]
            if kind == "version" and ordering and collection is not None and "purl" in collection.fields:
                from rulewright.engine.analysis.ecosystems import Ecosystems  # rarely needed

                self.ecosystems[key[0]] = Ecosystems(ordering, list(self._asked.tests[key]), self.as_of)
                self._asked.need((key[0], "purl"), "purl")

    def _candidates(
        self, key: Key, kind: str, tests: list[ir.Test], judges: dict[Label, predicates.Judge]
    ) -> list[Candidate]:
        """The values to try."""
        if kind == "bool":
            return [Candidate(value=False), Candidate(value=True)]
        shared = self._pairs.get(key, [])
        named = self._named(key)
        if kind == "enum":
            type_ = self._type(key)
            closed = type_ is not None and type_.values and not type_.open_values
            return shared if shared and not closed else cells.words(type_, named)
        from rulewright.engine.analysis import texts  # rarely needed

        ecosystems = self.ecosystems.get(key[0])
        found = texts.candidates(kind, tests, named, judges, ecosystems.types if ecosystems else ())
        self.unknowns += [Unknown(_path(key), text) for text in found.unknowns]
        opaque = found.opaque
        tested = frozenset(test for test in tests if not isinstance(test, ir.Cmp | ir.OneOf | ir.Is))
        if shared and tested:
            self.unknowns.append(Unknown(_path(key), "compared with another fact, and tested: not in all combinations"))
            opaque |= tested
        if opaque and not (self.given(key) and key[1] in self._facts):  # of a known value every answer is
            self.opaque[key] = opaque
        if not shared:
            return found.candidates
        return list({candidate.value: candidate for candidate in [*found.candidates, *shared]}.values())

    def _add_set(self, key: Key, tests: list[ir.Test]) -> None:
        """Make the variables of a set: its words, all others, and for a field whether it is known."""
        type_ = self._type(key) or FieldType(Kind.SET)
        words = {word for test in tests for word in _words(test)}
        own = None if key[0] else self._facts.get(key[1])
        if isinstance(own, tuple):
            words |= set(own)
        if key[0] and cells.asks_state(tests):
            states = [test for test in tests if isinstance(test, ir.Is)]
            answers: dict[Label, Answers] = {test: _known(test) for test in states}
            known = Divided((Cell((), "known"),), answers)
            made = cells.with_states(known, states)
            self.scalar[key] = self._put(key, "set", made.cells)
            self._answers |= {(key, test): found for test, found in made.answers.items()}
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

    def by_ecosystem(self, key: Key, test: ir.Test) -> list[tuple[int, Answers]] | None:
        """Where package URLs decide about a version's order: per class of them its mask, and the test's answers there."""
        found = self.ecosystems.get(key[0])
        if found is None or key[1] != "version" or not predicates.orders_versions(test):
            return None
        purls = self.variables[self.scalar[key[0], "purl"]].cells
        masks = [
            cells.mask_of([found.number("" if cell.value is None else str(cell.value)) == n for cell in purls])
            for n in range(len(found.types))
        ]
        return [(mask, self._answers[key, InEcosystem(test, n)]) for n, mask in enumerate(masks)]

    def holding(self, key: Key, value: Value | State, purl: str = "") -> int:
        """The cell of a fact that a value (or an unknown state) is in, as a mask; 0 where there is none.

        `purl` is the package URL beside a version, which says how that is ordered.
        """
        variable = self.variables[self.scalar[key]]
        if isinstance(value, State):
            tests = self._asked.tests[key]
            wanted = [predicates.of_state(test, value) for test in tests]
            same = [[predicates.of_state(test, cell.state) for test in tests] == wanted for cell in variable.cells]
            return cells.mask_of([c.value is None and s for c, s in zip(variable.cells, same, strict=True)])
        if variable.kind in ORDERED and isinstance(value, int):
            return cells.mask_of([_within(cell, value) for cell in variable.cells])
        if variable.kind == "set":
            return 1
        for number, cell in enumerate(variable.cells):
            if cell.value == value:
                return 1 << number
        own = self.ecosystems[key[0]].number(purl) if key[0] in self.ecosystems and variable.kind == "version" else -1
        judges = [
            judge
            for label, judge in self._judges[key].items()
            if own < 0 or not isinstance(label, InEcosystem) or label.number == own
        ]
        wanted = [judge(value) for judge in judges]
        for number, cell in enumerate(variable.cells):
            if cell.value is not None and [judge(cell.value) for judge in judges] == wanted:
                return 1 << number
        return 0

    def tied(self, key: Key) -> bool:
        """Whether a field of elements is compared with the day of the run and with other days, or by months.

        Else only its distance from the day of the run counts, whatever that is.
        """
        days = [test for test in self._asked.tests.get(key, ()) if isinstance(test, ir.CmpAsOf)]
        others = any(not isinstance(test, ir.CmpAsOf | ir.Is) for test in self._asked.tests.get(key, ()))
        compared = others or any(edge.left == key for edge in self._asked.edges)
        return bool(key[0] and days) and (compared or any(test.months for test in days))

    def relative(self, key: Key) -> bool:
        """Whether only the distance of a field's day from the day of the run counts."""
        days = any(isinstance(test, ir.CmpAsOf) for test in self._asked.tests.get(key, ()))
        return bool(key[0]) and days and not self.tied(key)

    def linked(self, key: Key) -> bool:
        """Whether a fact without order is compared with others: its cells are single values then."""
        return key in self._pairs

    def readable(self, key: Key, value: Value) -> bool:
        """Whether every test of a given fact has an answer for a value: others are left out."""
        if not self.given(key) or key not in self._judges:
            return True
        return all(judge(value) is not None for judge in self._judges[key].values())


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
