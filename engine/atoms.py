"""Tests of fields and attributes as planes: what a plan's leaves are on a fact base.

Guarantees: a test is judged once per distinct value of a column; a fact that the evidence clause refuses is unknown, for
the reason `stale` or `untrusted`; an unknown fact never makes a test true or false, except those that ask for the state.
What it does not do: combine tests (`engine.evaluate`).
"""

from __future__ import annotations

from collections.abc import Mapping

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.evidence import allowed_fact, refused_segments
from rulewright.engine.marks import planes_of
from rulewright.engine.plan import AttributeAtom, FieldAtom
from rulewright.engine.planes import UNKNOWN, Algebra, Pair, full
from rulewright.facts.base import Fact, FactBase, Scalar
from rulewright.facts.table import Column, Table, encode
from rulewright.facts.types import State, Value

_SIGNED = ir.Is("signed")
_SIGNED_TRUST = 3  # Trust.SIGNED


class Atoms:
    """The leaves of any plan on one fact base at one `as of` day."""

    def __init__(
        self, facts: FactBase, algebra: Algebra, as_of: int, fresh: Mapping[str, int], levels: Mapping[str, int]
    ) -> None:
        """Judge nothing yet; `fresh` is the freshness of attributes in days, `levels` from where on graded ones count."""
        self._facts = facts
        self._fresh = fresh
        self._levels = levels
        self._aged: dict[str, Column] = {}
        self._algebra = algebra
        self._as_of = as_of
        self._products = len(facts.products)

    # --- fields --------------------------------------------------------------------------------------------------------

    def field(self, node: FieldAtom) -> Pair:
        """A test of a field: per row, or per element where it compares with its product's attribute."""
        table = self._facts.tables.get(node.term.collection)
        if table is None:
            return 0, 0
        if isinstance(node.test, ir.CmpAttr):
            pair = self._against_attribute(table, node, node.test)
        elif node.test == _SIGNED:
            pair = self._field_signed(table, node)
        else:
            column = _column(table, node.term, node.test)
            pair = planes_of(self._algebra, column, node.term.kind, node.test, self._as_of)
        return self._refuse(pair, table, node) if node.evidence else pair

    def _field_signed(self, table: Table, node: FieldAtom) -> Pair:
        """`is signed`: known, and from a source of that trust."""
        signed = [segment.source.trust >= _SIGNED_TRUST for segment in table.segments]
        codes = table.column(node.term.name).codes
        bits = bytearray(table.rows)
        for place, segment in enumerate(table.segments):
            stop = table.segments[place + 1].start if place + 1 < len(table.segments) else table.rows
            if signed[place]:
                bits[segment.start : stop] = bytes(code >= 0 for code in codes[segment.start : stop])
        true = self._algebra.from_bits(bytes(bits))
        return true, true ^ full(table.rows)

    def _against_attribute(self, table: Table, node: FieldAtom, test: ir.CmpAttr) -> Pair:
        """Compare each element with its product's attribute, per distinct pair of values."""
        values, rows = table.column(node.term.name), table.index or range(table.rows)
        others: list[Value | None] = []
        for product in range(self._products):
            fact = self._allowed(test.attr.name, product, node.evidence)
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
                    truth = predicates.compare_pair(test, node.term.kind, values.values[code], other)
                    answer = known[code, other] = predicates.code(truth)
                answers.append(answer)
        return _from_answers(self._algebra, bytes(answers))

    def _refuse(self, pair: Pair, table: Table, node: FieldAtom) -> Pair:
        """Where the evidence clause refuses a source, its facts count as stale or untrusted."""
        true, false = pair
        codes = table.column(node.term.name).codes
        whole = full(table.rows if node.domain.kind == "rows" else table.size)
        for start, stop, state in refused_segments(table, node.evidence, self._as_of):
            bits = bytearray(table.rows)
            bits[start:stop] = bytes(code >= 0 for code in codes[start:stop])
            known = self._algebra.from_bits(bytes(bits))
            if node.domain.kind == "elements" and table.index is not None:
                (known,) = self._algebra.gather([known], table.rows, table.index)
            answer = predicates.of_state(node.test, state)
            true, false = true & (known ^ whole), false & (known ^ whole)
            if answer is not None:
                true, false = (true | known, false) if answer else (true, false | known)
        return true, false

    # --- attributes ----------------------------------------------------------------------------------------------------

    def attribute(self, node: AttributeAtom) -> Pair:
        """A test of an attribute, per product."""
        scalar = self._facts.attributes.get(node.term.name)
        test, kind = node.test, node.term.kind
        if scalar is None or node.evidence or isinstance(test, ir.CmpAttr) or test == _SIGNED:
            answers = bytes(predicates.code(self._attribute_fact(node, product)) for product in range(self._products))
            return _from_answers(self._algebra, answers)
        column = self._counting(node.term.name, scalar)
        return planes_of(self._algebra, column, kind, test, self._as_of)

    def _allowed(self, name: str, product: int, evidence: ir.Evidence | None) -> Fact:
        """An attribute's fact as far as it counts."""
        fact, fresh, level = self._facts.attribute(name, product), self._fresh.get(name), self._levels.get(name)
        return allowed_fact(fact, evidence, self._as_of, fresh, level)

    def _counting(self, name: str, scalar: Scalar) -> Column:
        """An attribute's column without what is too old, and graded findings as far as they count; found once."""
        fresh, level = self._fresh.get(name), self._levels.get(name)
        if fresh is None and not scalar.graded:
            return scalar.column
        column = self._aged.get(name)
        if column is None:
            before = [scalar.fact(product) for product in range(self._products)]
            after = [allowed_fact(fact, None, self._as_of, fresh, level) for fact in before]
            same = all(old is new for old, new in zip(before, after, strict=True))
            cells = [fact.value if fact.state is State.KNOWN else fact.state for fact in after]
            column = self._aged[name] = scalar.column if same else encode(cells)
        return column

    def _attribute_fact(self, node: AttributeAtom, product: int) -> bool | None:
        """One attribute test on one product, with the evidence clause applied."""
        fact = self._allowed(node.term.name, product, node.evidence)
        if node.test == _SIGNED:
            return fact.state is State.KNOWN and fact.trust >= _SIGNED_TRUST
        if fact.state is not State.KNOWN or fact.value is None:
            return predicates.of_state(node.test, fact.state)
        if isinstance(node.test, ir.CmpAttr):
            other = self._allowed(node.test.attr.name, product, node.evidence)
            if other.state is not State.KNOWN or other.value is None:
                return None
            return predicates.compare_pair(node.test, node.term.kind, fact.value, other.value)
        return predicates.judge(node.test, node.term.kind, self._as_of)(fact.value)


def _column(table: Table, term: ir.Field, test: ir.Test) -> Column:
    """The column that a test reads: for versions of collections with purls, (version, purl type) pairs."""
    if term.kind == "version" and "purl" in table.builders and predicates.orders_versions(test):
        return _versioned(table, term.name)
    return table.column(term.name)


def _versioned(table: Table, name: str) -> Column:
    """Join a version column with the purl types of the same rows, once."""
    key = f"{name} with purl types"
    found = table.memo.get(key)
    if not isinstance(found, Column):
        from rulewright.facts.identity.purl import purl_type  # only rules on versions need it

        versions, purls = table.column(name), table.column("purl")
        types = [purl_type(str(text)) or "" for text in purls.values] + [""] * 8
        cells: list[Value | State | None] = [
            State(code) if code < 0 else (str(versions.values[code]), types[purl])
            for code, purl in zip(versions.codes, purls.codes, strict=True)
        ]
        found = table.memo[key] = encode(cells)
    return found


def _from_answers(algebra: Algebra, answers: bytes) -> Pair:
    """Planes from codes of truth, one per row."""
    yes, no = b"\0\1\0" + bytes(253), b"\0\0\1" + bytes(253)
    return algebra.from_bits(answers.translate(yes)), algebra.from_bits(answers.translate(no))
