"""The evaluator: a plan's nodes on planes of bits, each once.

Guarantees: strong Kleene logic on two planes per node, *surely true* and *surely false*; the same answers for one
product and for thousands, and for both algebras; no clock (`as of` is an argument); nothing is dropped.
What it does not do: explain (`engine.explain` asks afterwards, for what did not pass).
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable
from typing import assert_never

from rulewright.dsl import ir
from rulewright.engine import planes, predicates
from rulewright.engine.evidence import allowed_fact, refused_segments
from rulewright.engine.extents import Extents
from rulewright.engine.plan import (
    AttributeAtom,
    Constant,
    Domain,
    FieldAtom,
    Junction,
    Lift,
    Negation,
    Node,
    Plan,
    Quantifier,
)
from rulewright.engine.planes import FALSE, TRUE, UNKNOWN, Pair, Plane
from rulewright.facts.base import FactBase
from rulewright.facts.table import Column, Relation, Table, encode
from rulewright.facts.types import State, Value

_SMALL = 1_500_000
_SMALL_LOADED = 20_000
_STATES_FROM_END = [State(code) for code in range(-8, 0)]
_NO_TABLE = array("i")
_FEW = 64
"""Up to so many products, planes over the products are integers even where those over elements are arrays."""
_VALID = ir.Is("valid")


def _code(truth: bool | None) -> int:  # noqa: FBT001  # three-valued
    return UNKNOWN if truth is None else TRUE if truth else FALSE


def choose(plan: Plan, facts: FactBase) -> planes.Algebra:
    """Integers for small work, arrays for large.

    NumPy's import costs more than a million pairs of rows and requirements, so a first run takes it for more than that
    only; a plan that runs again is in a process that lasts, where it pays from some thousand pairs on.
    """
    rows = max([len(facts.products), *(table.size for table in facts.tables.values())])
    again, plan.ran = plan.ran, True
    limit = _SMALL_LOADED if again or "numpy" in sys.modules else _SMALL
    return planes.Integers() if rows * max(1, len(plan.requirements)) <= limit else planes.Arrays()


class Evaluation:
    """One plan on one fact base at one `as of` day."""

    def __init__(self, plan: Plan, facts: FactBase, as_of: int, algebra: planes.Algebra | None = None) -> None:
        """Evaluate nothing yet: nodes are computed when asked for, once."""
        self.plan = plan
        self.facts = facts
        self.as_of = as_of
        self.algebra = algebra or choose(plan, facts)
        self.products = len(facts.products)
        few = self.products <= _FEW and not isinstance(self.algebra, planes.Integers)
        self.outer: planes.Algebra = planes.Integers() if few else self.algebra
        """The algebra of planes over the products: an operation on a short array costs more than one on an integer."""
        self.extents = Extents(plan.program, facts, self.outer, as_of)
        self._pairs: list[Pair | None] = [None] * len(plan.nodes)
        self._outer: dict[int, tuple[Plane, Plane]] = {}
        self._selected: dict[int, Plane] = {}
        self._below: dict[int, tuple[Plane, Plane]] = {}
        self._versioned: dict[tuple[str, str], Column] = {}

    # --- domains -------------------------------------------------------------------------------------------------------

    def table(self, collection: str) -> Table | None:
        """The table of a collection, `None` when no source supplied it."""
        return self.facts.tables.get(collection)

    def relation(self, domain: Domain) -> Relation:
        """The pairs of a `pairs` domain."""
        table = self.table(domain.collection)
        return table.relation(domain.owner) if table and self.table(domain.owner) else Relation(_NO_TABLE, _NO_TABLE)

    def size(self, domain: Domain) -> int:
        """Number of bits of a domain."""
        match domain.kind:
            case "products":
                return self.products
            case "pairs":
                return len(self.relation(domain).parents)
            case "rows" | "elements":
                table = self.table(domain.collection)
                return 0 if table is None else table.rows if domain.kind == "rows" else table.size
            case _ as never:
                assert_never(never)

    def _algebra(self, domain: Domain) -> planes.Algebra:
        return self.outer if domain.kind == "products" else self.algebra

    def _out(self, plane: Plane) -> Plane:
        """A plane over the products, as a reduction gives it, in the algebra that they have."""
        if self.outer is self.algebra:
            return plane
        return self.outer.from_bits(self.algebra.to_bits(plane, self.products))

    def _in(self, plane: Plane) -> Plane:
        """The other way, for spreading it over elements."""
        if self.outer is self.algebra:
            return plane
        return self.algebra.from_bits(self.outer.to_bits(plane, self.products))

    # --- nodes ---------------------------------------------------------------------------------------------------------

    def pair(self, node: Node) -> Pair:
        """The planes of a node."""
        found = self._pairs[node.number]
        if found is None:
            found = self._pairs[node.number] = self._compute(node)
        return found

    def _compute(self, node: Node) -> Pair:
        match node:
            case Constant():
                return self._constant(node)
            case FieldAtom():
                return self._field(node)
            case AttributeAtom():
                return self._attribute(node)
            case Negation():
                true, false = self.pair(node.item)
                return false, true
            case Junction():
                return self._junction(node)
            case Lift():
                return self._lift(node)
            case Quantifier():
                return self._quantifier(node)
            case _:
                msg = f"a node of no kind: {node!r}"
                raise TypeError(msg)

    def _constant(self, node: Constant) -> Pair:
        algebra, size = self._algebra(node.domain), self.size(node.domain)
        full, empty = algebra.full(size), algebra.empty(size)
        return (full if node.value is True else empty), (full if node.value is False else empty)

    def _junction(self, node: Junction) -> Pair:
        true, false = self.pair(node.items[0])
        for item in node.items[1:]:
            other_true, other_false = self.pair(item)
            if node.conjunction:
                true, false = true & other_true, false | other_false
            else:
                true, false = true | other_true, false & other_false
        return true, false

    def _lift(self, node: Lift) -> Pair:
        true, false = self.pair(node.item)
        move = self._mover(node)
        return move(true), move(false)

    def _mover(self, node: Lift) -> Callable[[Plane], Plane]:
        """How a plane gets from the item's domain to the node's."""
        algebra, domain, size = self.algebra, node.domain, self.size(node.item.domain)
        if node.role == "child":
            children = self.relation(domain).children
            return lambda plane: algebra.gather(plane, size, children)
        if node.role == "parent":
            parents = self.relation(domain).parents
            return lambda plane: algebra.gather(plane, size, parents)
        if node.role == "row":
            table = self.table(domain.collection)
            index = table.index if table else None
            return (lambda plane: plane) if index is None else (lambda plane: algebra.gather(plane, size, index))
        return self._from_products(domain)

    def _from_products(self, domain: Domain) -> Callable[[Plane], Plane]:
        algebra = self.algebra
        table = self.table(domain.collection)
        if table is None:
            return lambda _: algebra.empty(0)
        if domain.kind == "elements":
            return lambda plane: algebra.spread(self._in(plane), table.offsets)
        children, size, offsets = self.relation(domain).children, table.size, table.offsets
        return lambda plane: algebra.gather(algebra.spread(self._in(plane), offsets), size, children)

    # --- atoms ---------------------------------------------------------------------------------------------------------

    def _field(self, node: FieldAtom) -> Pair:
        table = self.table(node.term.collection)
        if table is None:
            return self.algebra.empty(0), self.algebra.empty(0)
        if isinstance(node.test, ir.CmpAttr):
            pair = self._against_attribute(table, node, node.test)
        elif node.test == ir.Is("signed"):
            pair = self._field_signed(table, node)
        else:
            column = self.column(node.term, node.test)
            pair = self.algebra.look_up(column, self._answers(column, node.term.kind, node.test))
        return self._refuse(pair, table, node) if node.evidence else pair

    def column(self, term: ir.Field, test: ir.Test) -> Column:
        """The column that a test reads: for versions of collections with purls, (version, purl type) pairs."""
        table = self.facts.tables[term.collection]
        column = table.column(term.name)
        if term.kind != "version" or not predicates.orders_versions(test):
            return column
        return self.versioned(term) if "purl" in table.builders else column

    def versioned(self, term: ir.Field) -> Column:
        """Join a version column with the purl types of the same rows, once."""
        key = term.collection, term.name
        found = self._versioned.get(key)
        if found is None:
            from rulewright.facts.identity.purl import purl_type  # only rules on versions need it

            table = self.facts.tables[term.collection]
            versions, purls = table.column(term.name), table.column("purl")
            types = [purl_type(str(text)) or "" for text in purls.values] + [""] * 8
            cells: list[Value | State | None] = [
                State(code) if code < 0 else (str(versions.values[code]), types[purl])
                for code, purl in zip(versions.codes, purls.codes, strict=True)
            ]
            found = self._versioned[key] = encode(cells)
        return found

    def _answers(self, column: Column, kind: str, test: ir.Test) -> bytes:
        """The look-up list: one answer per distinct value, then one per unknown state."""
        of_states = bytes(_code(predicates.of_state(test, state)) for state in _STATES_FROM_END)
        if test == _VALID:
            if "valid" not in column.memo:
                column.memo["valid"] = predicates.judge_all(column, test, kind, self.as_of)
            valid: bytes = column.memo["valid"]
            return valid + of_states
        return predicates.judge_all(column, test, kind, self.as_of) + of_states

    def _field_signed(self, table: Table, node: FieldAtom) -> Pair:
        """`is signed`: known, and from a source of that trust."""
        signed = [segment.source.trust >= 3 for segment in table.segments]  # Trust.SIGNED
        codes = table.column(node.term.name).codes
        bits = bytearray(table.rows)
        for place, segment in enumerate(table.segments):
            stop = table.segments[place + 1].start if place + 1 < len(table.segments) else table.rows
            if signed[place]:
                bits[segment.start : stop] = bytes(code >= 0 for code in codes[segment.start : stop])
        true = self.algebra.from_bits(bytes(bits))
        return true, true ^ self.algebra.full(table.rows)

    def _against_attribute(self, table: Table, node: FieldAtom, test: ir.CmpAttr) -> Pair:
        """Compare each element with its product's attribute, per distinct pair of values."""
        values, rows = table.column(node.term.name), table.index or range(table.rows)
        others: list[Value | None] = []
        for product in range(self.products):
            fact = allowed_fact(self.facts.attribute(test.attr.name, product), node.evidence, self.as_of)
            others.append(fact.value if fact.state is State.KNOWN else None)
        known: dict[tuple[int, Value], int] = {}
        answers = bytearray()
        for product, other in enumerate(others):
            for element in range(table.offsets[product], table.offsets[product + 1]):
                code = values.codes[rows[element]]
                if code < 0 or other is None:
                    answers.append(UNKNOWN)
                    continue
                answer = known.get((code, other))
                if answer is None:
                    answer = _code(predicates.compare_pair(test, node.term.kind, values.values[code], other))
                    known[code, other] = answer
                answers.append(answer)
        return _from_answers(self.algebra, bytes(answers))

    def _refuse(self, pair: Pair, table: Table, node: FieldAtom) -> Pair:
        """Where the evidence clause refuses a source, its facts count as stale or untrusted."""
        true, false = pair
        codes = table.column(node.term.name).codes
        for start, stop, state in refused_segments(table, node.evidence, self.as_of):
            bits = bytearray(table.rows)
            bits[start:stop] = bytes(code >= 0 for code in codes[start:stop])
            known = self.algebra.from_bits(bytes(bits))
            if node.domain.kind == "elements" and table.index is not None:
                known = self.algebra.gather(known, table.rows, table.index)
            answer = predicates.of_state(node.test, state)
            others = known ^ self.algebra.full(self.size(node.domain))
            true, false = true & others, false & others
            if answer is not None:
                true, false = (true | known, false) if answer else (true, false | known)
        return true, false

    def _attribute(self, node: AttributeAtom) -> Pair:
        scalar = self.facts.attributes.get(node.term.name)
        test, kind = node.test, node.term.kind
        if scalar is None or node.evidence or isinstance(test, ir.CmpAttr) or test == ir.Is("signed"):
            return self._attribute_by_fact(node)
        return self.outer.look_up(scalar.column, self._answers(scalar.column, kind, test))

    def _attribute_by_fact(self, node: AttributeAtom) -> Pair:
        answers = bytes(_code(self.test_attribute(node, product)) for product in range(self.products))
        return _from_answers(self.outer, answers)

    def test_attribute(self, node: AttributeAtom, product: int) -> bool | None:
        """One attribute test on one product, with the evidence clause applied."""
        fact = allowed_fact(self.facts.attribute(node.term.name, product), node.evidence, self.as_of)
        if node.test == ir.Is("signed"):
            return fact.state is State.KNOWN and fact.trust >= 3  # Trust.SIGNED
        if fact.state is not State.KNOWN or fact.value is None:
            return predicates.of_state(node.test, fact.state)
        if isinstance(node.test, ir.CmpAttr):
            other = allowed_fact(self.facts.attribute(node.test.attr.name, product), node.evidence, self.as_of)
            if other.state is not State.KNOWN or other.value is None:
                return None
            return predicates.compare_pair(node.test, node.term.kind, fact.value, other.value)
        return predicates.judge(node.test, node.term.kind, self.as_of)(fact.value)

    # --- quantifiers ---------------------------------------------------------------------------------------------------

    def hits(self, node: Quantifier) -> tuple[Plane, Plane]:
        """Elements that matter, surely and perhaps: those that break an `every`, those that any other kind counts."""
        where_true, where_false = self.pair(node.where)
        body_true, body_false = self.pair(node.body)
        full = self.algebra.full(self.size(node.inner))
        if node.source.kind == "every":
            sure, maybe = where_true & body_false, (where_false | body_true) ^ full
        else:
            sure, maybe = where_true & body_true, (where_false | body_false) ^ full
        return (sure & self._admitted(node.inner, node.evidence) if node.evidence else sure), maybe

    def _admitted(self, domain: Domain, evidence: ir.Evidence) -> Plane:
        """The elements whose source the evidence clause admits: the others are there only perhaps."""
        table = self.table(domain.collection)
        if table is None:
            return self.algebra.empty(0)
        bits = bytearray(b"\1") * table.rows
        for start, stop, _ in refused_segments(table, evidence, self.as_of):
            bits[start:stop] = bytes(stop - start)
        plane = self.algebra.from_bits(bytes(bits))
        if domain.kind != "rows" and table.index is not None:
            plane = self.algebra.gather(plane, table.rows, table.index)
        if domain.kind == "pairs":
            plane = self.algebra.gather(plane, table.size, self.relation(domain).children)
        return plane

    def selected(self, node: Quantifier) -> Plane:
        """Per outer row: may any element be selected by `where`?"""
        found = self._selected.get(node.number)
        if found is None:
            found = self._selected[node.number] = self._any(node, self._maybe_selected(node))
        return found

    def _maybe_selected(self, node: Quantifier) -> Plane:
        _, where_false = self.pair(node.where)
        return where_false ^ self.algebra.full(self.size(node.inner))

    def _reduced(self, node: Quantifier) -> tuple[Plane, Plane]:
        """Per outer row: is there an element that surely matters, and one that may?

        In a fleet, all quantifiers over the catalogue's own fields are reduced to the products together.
        """
        found = self._outer.get(node.number)
        if found is not None:
            return found
        table = self.table(node.inner.collection)
        if node.source.relation == "under":
            found = self.below(node)
        elif table is not None and table.index is not None and node.inner.kind == "rows":
            self._reduce_together(table, self.plan.local[node.inner.collection])
            return self._outer[node.number]
        else:
            sure, maybe = self.hits(node)
            found = self._any(node, sure), self._any(node, maybe)
        self._outer[node.number] = found
        return found

    def _reduce_together(self, table: Table, alike: list[Quantifier]) -> None:
        asked = [plane for node in alike for plane in (*self.hits(node), self._maybe_selected(node))]
        index = table.index or _NO_TABLE
        answers = [self._out(plane) for plane in self.algebra.any_by_index(asked, table.rows, index, table.offsets)]
        for place, node in enumerate(alike):
            self._outer[node.number] = answers[3 * place], answers[3 * place + 1]
            self._selected[node.number] = answers[3 * place + 2]

    def _any(self, node: Quantifier, plane: Plane) -> Plane:
        """Reduce a plane of the inner domain to the outer one."""
        if node.inner.kind == "pairs":
            relation = self.relation(node.inner)
            return self.algebra.any_by_parent(plane, relation.parents, self.size(node.domain))
        plane = self.on_elements(node, plane)
        table = self.table(node.inner.collection)
        if table is None:
            return self.outer.empty(self.products)
        return self._out(self.algebra.any_by_offsets(plane, table.offsets))

    def on_elements(self, node: Quantifier, plane: Plane) -> Plane:
        """Lift a plane of distinct rows to the elements."""
        table = self.table(node.inner.collection)
        if node.inner.kind != "rows" or table is None or table.index is None:
            return plane
        return self.algebra.gather(plane, table.rows, table.index)

    def _quantifier(self, node: Quantifier) -> Pair:
        kind = node.source.kind
        if kind in {"at_least", "at_most"}:
            pair = self._counted(node, *self.hits(node))
        else:
            sure, maybe = self._reduced(node)
            none = maybe ^ self._algebra(node.domain).full(self.size(node.domain))
            pair = (sure, none) if kind == "some" else (none, sure)
        return self._bounded(node, pair)

    def _counted(self, node: Quantifier, sure: Plane, maybe: Plane) -> Pair:
        """Count bounds: at least n is true when the sure ones reach n, false when even the possible ones do not."""
        algebra, least = self.algebra, node.source.n + (node.source.kind == "at_most")
        if node.inner.kind == "pairs":
            parents, size = self.relation(node.inner).parents, self.size(node.domain)
            low, high = (algebra.count_by_parent(plane, parents, size) for plane in (sure, maybe))
        else:
            table = self.table(node.inner.collection)
            offsets = table.offsets if table else array("i", bytes(4 * (self.products + 1)))
            low, high = (algebra.count_by_offsets(self.on_elements(node, plane), offsets) for plane in (sure, maybe))
        outer = self._algebra(node.domain)
        full = outer.full(self.size(node.domain))
        true, false = outer.at_least(low, least), outer.at_least(high, least) ^ full
        return (true, false) if node.source.kind == "at_least" else (false, true)

    def below(self, node: Quantifier) -> tuple[Plane, Plane]:
        """Ask all reachability quantifiers of the collection and of the same depth at once: two questions each."""
        found = self._below.get(node.number)
        if found is not None:
            return found
        table = self.table(node.inner.collection)
        if table is None:
            return self.hits(node)
        alike = self.plan.under[node.inner.collection, self.plan.depth[node.number]]
        questions = [plane for other in alike for plane in self.hits(other)]
        below = self.algebra.below(table, questions)
        for place, other in enumerate(alike):
            self._below[other.number] = below[2 * place], below[2 * place + 1]
        return self._below[node.number]

    def _bounded(self, node: Quantifier, pair: Pair) -> Pair:
        """What the extent of the collection allows to say: an open list can refute `every`, never prove it."""
        true, false = pair
        extent = self.extents.of(node.source, node.evidence)
        lift = self._extent_lift(node)
        present, closed = lift(extent.present), lift(extent.bounded)
        if node.source.kind in {"some", "at_least"}:
            return true & present, false & present & closed
        return true & present & closed, false & present

    def _extent_lift(self, node: Quantifier) -> Callable[[Plane], Plane]:
        if node.domain.kind == "products":
            return lambda plane: plane
        return self._from_products(node.domain)

    # --- verdicts ------------------------------------------------------------------------------------------------------

    def line(self, requirement: int, line: int) -> tuple[Plane, Plane, Plane]:
        """Surely true, surely false, not applicable: planes over the products.

        A line that is an `every` over an empty closed selection is not applicable (language, section 4).
        """
        planned = self.plan.requirements[requirement]
        node = planned.lines[line]
        true, false = self.pair(node)
        if (
            isinstance(node, Quantifier)
            and isinstance(planned.requirement.lines[line].expr, ir.Quant)
            and (node.source.kind == "every" and node.source.relation == "all")
        ):
            nothing = true & (self.selected(node) ^ self.outer.full(self.products))
            return true ^ nothing, false, nothing
        return true, false, self.outer.empty(self.products)

    def verdict_planes(self, requirement: int) -> tuple[Plane, Plane, Plane, Plane]:
        """Pass, fail, unknown, not applicable: planes over the products that add up to all of them."""
        planned = self.plan.requirements[requirement]
        full = self.outer.full(self.products)
        if not self.in_force(planned.requirement):
            none = self.outer.empty(self.products)
            return none, none, none, full
        applies, excused = self.pair(planned.scope)
        also, excused_also = self.pair(planned.applies)
        applies, excused = applies & also, excused | excused_also
        any_true = any_false = self.outer.empty(self.products)
        all_settled = full
        for number in range(len(planned.lines)):
            true, false, nothing = self.line(requirement, number)
            any_true, any_false = any_true | true, any_false | false
            all_settled = all_settled & (true | false | nothing)
        fail = applies & any_false
        settled = applies & (any_false ^ full) & all_settled
        passed = settled & any_true
        not_applicable = excused | (settled & (any_true ^ full))
        unknown = (passed | fail | not_applicable) ^ full
        if planned.requirement.unknown_fails:
            hardened = unknown & applies
            fail, unknown = fail | hardened, unknown ^ hardened
        return passed, fail, unknown, not_applicable

    def in_force(self, requirement: ir.Requirement) -> bool:
        """Whether the `as of` day lies in the requirement's validity."""
        if requirement.valid_from is not None and self.as_of < requirement.valid_from:
            return False
        return requirement.valid_until is None or self.as_of <= requirement.valid_until

    def verdicts(self, requirement: int) -> bytes:
        """One byte per product: the place of the verdict in `result.VERDICTS`."""
        result = bytearray(self.products)
        for code, plane in enumerate(self.verdict_planes(requirement)):
            for product in planes.iterate(self.outer.to_bits(plane, self.products)):
                result[product] = code
        return bytes(result)


def _from_answers(algebra: planes.Algebra, answers: bytes) -> Pair:
    """Planes from codes of truth, one per row."""
    yes, no = b"\0\1\0" + bytes(253), b"\0\0\1" + bytes(253)
    return algebra.from_bits(answers.translate(yes)), algebra.from_bits(answers.translate(no))


def evaluate(plan: Plan, facts: FactBase, as_of: int, algebra: planes.Algebra | None = None) -> Evaluation:
    """A run over every product.  `as_of` is a day number (days since 1970-01-01, UTC).

    Each requirement is evaluated when its verdict is first asked for, for all products at once.
    """
    return Evaluation(plan, facts, as_of, algebra)
