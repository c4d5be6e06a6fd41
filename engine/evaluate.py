"""The evaluator: a plan's nodes on planes of bits, each once.

Guarantees: strong Kleene logic on two planes per node, *surely true* and *surely false*; the same answers for one
product and for thousands, and for both algebras; no clock (`as of` is an argument); nothing is dropped.
What it does not do: judge single tests (`engine.atoms`); explain (`engine.explain` asks afterwards, for what did not
pass).
"""

from __future__ import annotations

import sys

from rulewright.dsl import ir
from rulewright.engine.atoms import Atoms
from rulewright.engine.domains import Domains
from rulewright.engine.evidence import refused_segments
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
from rulewright.engine.planes import Algebra, Integers, Pair, Plane, full
from rulewright.facts.base import FactBase
from rulewright.facts.table import Table

_SMALL = 1_500_000
_SMALL_LOADED = 20_000


def choose(plan: Plan, facts: FactBase) -> Algebra:
    """The standard library for small work, NumPy for large.

    NumPy's import costs more than a million pairs of rows and requirements, so a first run takes it for more than that
    only; a plan that runs again is in a process that lasts, where it pays from some thousand pairs on.
    """
    rows = max([len(facts.products), *(table.size for table in facts.tables.values())])
    again, plan.ran = plan.ran, True
    limit = _SMALL_LOADED if again or "numpy" in sys.modules else _SMALL
    if rows * max(1, len(plan.requirements)) <= limit:
        return Integers()
    from rulewright.engine.arrays import Arrays

    return Arrays()


def expect(plan: Plan, facts: FactBase) -> None:
    """Tell the tables which columns the plan reads, so that a reader can make them together."""
    fields: dict[str, set[str]] = {}
    for node in plan.nodes:
        if isinstance(node, FieldAtom):
            fields.setdefault(node.term.collection, set()).add(node.term.name)
    for collection, names in fields.items():
        if collection in facts.tables:
            facts.tables[collection].expect(sorted(names))


class Evaluation:
    """One plan on one fact base at one `as of` day."""

    def __init__(self, plan: Plan, facts: FactBase, as_of: int, algebra: Algebra | None = None) -> None:
        """Evaluate nothing yet: nodes are computed when asked for, once."""
        self.plan = plan
        self.facts = facts
        self.as_of = as_of
        self.algebra = algebra or choose(plan, facts)
        self.products = len(facts.products)
        self.domains = Domains(facts, self.algebra)
        self.extents = Extents(plan.program, facts, self.algebra, as_of)
        self._atoms = Atoms(facts, self.algebra, as_of, plan.program.fresh, plan.program.levels)
        self._all = full(self.products)
        self._pairs: list[Pair | None] = [None] * len(plan.nodes)
        self._hits: dict[int, Pair] = {}
        self._outer: dict[int, Pair] = {}
        self._selected: dict[int, Plane] = {}
        self._below: dict[int, Pair] = {}

    # --- nodes ---------------------------------------------------------------------------------------------------------

    def pair(self, node: Node) -> Pair:
        """The planes of a node."""
        found = self._pairs[node.number]
        if found is None:
            found = self._pairs[node.number] = self._compute(node)
        return found

    def _compute(self, node: Node) -> Pair:
        match node:
            case Junction():
                return self._junction(node)
            case Quantifier():
                return self._quantifier(node)
            case FieldAtom():
                return self._atoms.field(node)
            case AttributeAtom():
                return self._atoms.attribute(node)
            case Negation():
                true, false = self.pair(node.item)
                return false, true
            case Lift():
                return self.domains.lift(node, self.pair(node.item))
            case Constant():
                whole = self.domains.full(node.domain)
                return (whole if node.value is True else 0), (whole if node.value is False else 0)
            case _:
                msg = f"a node of no kind: {node!r}"
                raise TypeError(msg)

    def _junction(self, node: Junction) -> Pair:
        true, false = self.pair(node.items[0])
        for item in node.items[1:]:
            other_true, other_false = self.pair(item)
            if node.conjunction:
                true, false = true & other_true, false | other_false
            else:
                true, false = true | other_true, false & other_false
        return true, false

    # --- quantifiers ---------------------------------------------------------------------------------------------------

    def hits(self, node: Quantifier) -> Pair:
        """Elements that matter, surely and perhaps: those that break an `every`, those that any other kind counts."""
        found = self._hits.get(node.number)
        if found is None:
            found = self._hits[node.number] = self._find(node)
        return found

    def _find(self, node: Quantifier) -> Pair:
        where_true, where_false = self.pair(node.where)
        body_true, body_false = self.pair(node.body)
        whole = self.domains.full(node.inner)
        if node.source.kind == "every":
            sure, maybe = where_true & body_false, (where_false | body_true) ^ whole
        else:
            sure, maybe = where_true & body_true, (where_false | body_false) ^ whole
        return (sure & self._admitted(node.inner, node.evidence) if node.evidence else sure), maybe

    def _admitted(self, domain: Domain, evidence: ir.Evidence) -> Plane:
        """The elements whose source the evidence clause admits: the others are there only perhaps."""
        table = self.domains.table(domain.collection)
        if table is None:
            return 0
        bits = bytearray(b"\1") * table.rows
        for start, stop, _ in refused_segments(table, evidence, self.as_of):
            bits[start:stop] = bytes(stop - start)
        plane = self.algebra.from_bits(bytes(bits))
        if domain.kind != "rows" and table.index is not None:
            (plane,) = self.algebra.gather([plane], table.rows, table.index)
        if domain.kind == "pairs":
            (plane,) = self.algebra.gather([plane], table.size, self.domains.relation(domain).children)
        return plane

    def selected(self, node: Quantifier) -> Plane:
        """Per outer row: may any element be selected by `where`?"""
        found = self._selected.get(node.number)
        if found is None:
            (found,) = self.domains.any(node.inner, node.domain, [self._maybe_selected(node)])
            self._selected[node.number] = found
        return found

    def _maybe_selected(self, node: Quantifier) -> Plane:
        return self.pair(node.where)[1] ^ self.domains.full(node.inner)

    def _reduced(self, node: Quantifier) -> Pair:
        """Per outer row: is there an element that surely matters, and one that may?

        In a fleet, all quantifiers over the catalogue's own fields are reduced to the products together.
        """
        if node.source.relation == "under":
            return self.below(node)
        found = self._outer.get(node.number)
        if found is not None:
            return found
        table = self.domains.table(node.inner.collection)
        if table is not None and table.index is not None and node.inner.kind == "rows":
            self._reduce_together(table, self.plan.local[node.inner.collection])
            return self._outer[node.number]
        sure, maybe = self.domains.any(node.inner, node.domain, self.hits(node))
        self._outer[node.number] = sure, maybe
        return sure, maybe

    def _reduce_together(self, table: Table, alike: list[Quantifier]) -> None:
        asked = [plane for node in alike for plane in (*self.hits(node), self._maybe_selected(node))]
        assert table.index is not None
        answers = self.algebra.any_by_index(asked, table.rows, table.index, table.offsets)
        for place, node in enumerate(alike):
            self._outer[node.number] = answers[3 * place], answers[3 * place + 1]
            self._selected[node.number] = answers[3 * place + 2]

    def _quantifier(self, node: Quantifier) -> Pair:
        kind = node.source.kind
        if kind in {"at_least", "at_most"}:
            pair = self._counted(node)
        else:
            sure, maybe = self._reduced(node)
            none = maybe ^ self.domains.full(node.domain)
            pair = (sure, none) if kind == "some" else (none, sure)
        return self._bounded(node, pair)

    def _counted(self, node: Quantifier) -> Pair:
        """Count bounds: at least n is true when the sure ones reach n, false when even the possible ones do not."""
        least = node.source.n + (node.source.kind == "at_most")
        low, high = self.domains.at_least(node.inner, node.domain, self.hits(node), least)
        true, false = low, high ^ self.domains.full(node.domain)
        return (true, false) if node.source.kind == "at_least" else (false, true)

    def below(self, node: Quantifier) -> Pair:
        """Ask all reachability quantifiers of the collection and of the same depth at once: two questions each."""
        found = self._below.get(node.number)
        if found is not None:
            return found
        table = self.domains.table(node.inner.collection)
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
        present, closed = self.domains.from_products(node.domain, (extent.present, extent.bounded))
        if node.source.kind in {"some", "at_least"}:
            return true & present, false & present & closed
        return true & present & closed, false & present

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
            nothing = true & (self.selected(node) ^ self._all)
            return true ^ nothing, false, nothing
        return true, false, 0

    def verdict_planes(self, requirement: int) -> tuple[Plane, Plane, Plane, Plane]:
        """Pass, fail, unknown, not applicable: planes over the products that add up to all of them."""
        planned = self.plan.requirements[requirement]
        everything = self._all
        if not self.in_force(planned.requirement):
            return 0, 0, 0, everything
        applies, excused = self.pair(planned.scope)
        also, excused_also = self.pair(planned.applies)
        applies, excused = applies & also, excused | excused_also
        any_true = any_false = 0
        all_settled = everything
        for number in range(len(planned.lines)):
            true, false, nothing = self.line(requirement, number)
            any_true, any_false = any_true | true, any_false | false
            all_settled = all_settled & (true | false | nothing)
        fail = applies & any_false
        settled = applies & (any_false ^ everything) & all_settled
        passed = settled & any_true
        not_applicable = excused | (settled & (any_true ^ everything))
        unknown = (passed | fail | not_applicable) ^ everything
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
        planes = self.verdict_planes(requirement)
        if self._all in planes:
            return bytes([planes.index(self._all)]) * self.products
        result = 0
        for code, plane in enumerate(planes):
            if plane and code:  # no product has two verdicts, so nothing carries from byte to byte
                result += code * int.from_bytes(self.algebra.to_bits(plane, self.products), "little")
        return result.to_bytes(self.products, "little")


def evaluate(plan: Plan, facts: FactBase, as_of: int, algebra: Algebra | None = None) -> Evaluation:
    """A run over every product.  `as_of` is a day number (days since 1970-01-01, UTC).

    Each requirement is evaluated when its verdict is first asked for, for all products at once.
    """
    expect(plan, facts)
    return Evaluation(plan, facts, as_of, algebra)
