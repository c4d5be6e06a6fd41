"""The reference interpreter: the language's meaning, element by element, with nothing clever.

Guarantees: written from the language reference alone; no sharing, no planes, no indexes; used by the differential tests
and by `--engine reference`.  It shares with the fast evaluator only the tests of single values (`engine.predicates`),
the evidence clause on one fact, and the fact tables themselves.
What it does not do: hurry.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple, assert_never

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.answers import Hits, LineVerdict
from rulewright.engine.evidence import allowed_fact, refused_product, refused_segments, refused_state
from rulewright.engine.levels import of_conditions
from rulewright.engine.result import Verdict
from rulewright.facts.base import FactBase
from rulewright.facts.table import Relation
from rulewright.facts.types import Completeness, State, Trust, Value

Truth = bool | None


class Scene(NamedTuple):
    """Where an expression stands: the product, the elements in scope, the evidence clause."""

    product: int
    elements: dict[str, int]
    evidence: ir.Evidence | None


def kleene_not(item: Truth) -> Truth:
    """Not true is false; not unknown is unknown."""
    return None if item is None else not item


def kleene_and(items: Iterable[Truth]) -> Truth:
    """False if any is false, else unknown if any is unknown, else true."""
    result: Truth = True
    for item in items:
        if item is False:
            return False
        if item is None:
            result = None
    return result


def kleene_or(items: Iterable[Truth]) -> Truth:
    """True if any is true, else unknown if any is unknown, else false."""
    return kleene_not(kleene_and(kleene_not(item) for item in items))


class Reference:
    """The answers of the reference interpreter."""

    def __init__(self, program: ir.Program, facts: FactBase, as_of: int) -> None:
        """Keep the three inputs of a run."""
        self.program = program
        self.facts = facts
        self.as_of = as_of
        self._strays: dict[tuple[str, str, int], bool] = {}

    # --- expressions ---------------------------------------------------------------------------------------------------

    def value(self, expr: ir.Expr, scene: Scene) -> Truth:
        """The truth of an expression."""
        match expr:
            case ir.Const(value):
                return value
            case ir.Atom(term, test):
                return self.atom(term, test, scene)
            case ir.Not(item):
                return kleene_not(self.value(item, scene))
            case ir.And(items):
                return kleene_and([self.value(item, scene) for item in items])
            case ir.Or(items):
                return kleene_or([self.value(item, scene) for item in items])
            case ir.Quant():
                return self.quantifier(expr, scene)
            case _ as never:
                assert_never(never)

    def atom(self, term: ir.Term, test: ir.Test, scene: Scene) -> Truth:
        """One test of one fact."""
        state, value, signed = self.fact(term, scene)
        if test == ir.Is("signed"):
            return state is State.KNOWN and signed
        if state is not State.KNOWN or value is None:
            return predicates.of_state(test, state)
        if isinstance(test, ir.CmpAttr):
            other, other_value, _ = self.fact(test.attr, scene)
            if other is not State.KNOWN or other_value is None:
                return None
            return predicates.compare_pair(test, term.kind, value, other_value)
        return predicates.judge(test, term.kind, self.as_of)(self.paired(term, test, value, scene))

    def fact(self, term: ir.Term, scene: Scene) -> tuple[State, Value | None, bool]:
        """State, value and whether it is signed, with the evidence clause applied."""
        if isinstance(term, ir.Attr):
            raw, fresh = self.facts.attribute(term.name, scene.product), self.program.fresh.get(term.name)
            fact = allowed_fact(raw, scene.evidence, self.as_of, fresh, self.program.levels.get(term.name))
            return fact.state, fact.value, fact.trust is Trust.SIGNED
        table = self.facts.tables[term.collection]
        row = table.row_of(scene.elements[term.var])
        state, value = table.column(term.name).at(row)
        segment = table.segment_of(row)
        refusal = refused_state(segment.source, scene.evidence, self.as_of) if segment else None
        if state is State.KNOWN and refusal is not None:
            return refusal, None, False
        return state, value, segment is not None and segment.source.trust is Trust.SIGNED

    def paired(self, term: ir.Term, test: ir.Test, value: Value, scene: Scene) -> Value:
        """A version goes with the purl type of its own element, which says how versions are ordered."""
        if not isinstance(term, ir.Field) or term.kind != "version":
            return value
        table = self.facts.tables[term.collection]
        if "purl" not in table.builders or not predicates.orders_versions(test):
            return value
        from rulewright.facts.identity.purl import purl_type  # as in the fast path

        _, purl = table.column("purl").at(table.row_of(scene.elements[term.var]))
        return str(value), (purl_type(str(purl)) or "" if purl is not None else "")

    # --- quantifiers ---------------------------------------------------------------------------------------------------

    def members(self, quant: ir.Quant, scene: Scene) -> list[int]:
        """The elements that a quantifier ranges over."""
        table = self.facts.tables.get(quant.collection)
        if table is None:
            return []
        if quant.relation == "all":
            return list(range(table.offsets[scene.product], table.offsets[scene.product + 1]))
        owner = scene.elements[quant.owner or ""]
        if quant.relation == "of":
            return list(children(table.relation(quant.owner_collection or ""), owner))
        relation = table.relation("depends_on")
        reached: set[int] = set()
        front = list(children(relation, owner))
        while front:
            element = front.pop()
            if element not in reached:
                reached.add(element)
                front.extend(children(relation, element))
        return sorted(reached)

    def quantifier(self, quant: ir.Quant, scene: Scene) -> Truth:
        """The truth of a quantifier on the list as it is, then cut to what the list's completeness allows."""
        listed = self.listed(quant, scene)
        state, _ = self.basis(quant, scene.evidence, scene.product)
        if state == Completeness.ABSENT:
            return None
        if state == Completeness.OPEN:
            proof = quant.kind in {"some", "at_least"}
            return listed if listed is proof else None
        return listed

    def listed(self, quant: ir.Quant, scene: Scene) -> Truth:
        """The classical meaning over the elements that are listed.

        An element from a source that the evidence clause refuses may or may not be there.
        """
        members = self.members(quant, scene)
        admitted = [self.admitted(quant.collection, element, scene.evidence) for element in members]
        pairs = [self.judged(quant, element, scene) for element in members]
        if quant.kind == "every":
            holds = [kleene_or([kleene_not(where), body]) for where, body in pairs]
            return kleene_and(h if sure or h is True else None for h, sure in zip(holds, admitted, strict=True))
        counted = [kleene_and(pair) for pair in pairs]
        counted = [c if sure or c is False else None for c, sure in zip(counted, admitted, strict=True)]
        match quant.kind:
            case "some":
                return kleene_or(counted)
            case "no":
                return kleene_not(kleene_or(counted))
            case "at_least":
                return at_least(quant.n, counted)
            case "at_most":
                return kleene_not(at_least(quant.n + 1, counted))
            case _ as never:
                assert_never(never)

    def admitted(self, collection: str, element: int, evidence: ir.Evidence | None) -> bool:
        """Whether the evidence clause admits the source of an element."""
        table = self.facts.tables[collection]
        segment = table.segment_of(table.row_of(element))
        return segment is None or refused_state(segment.source, evidence, self.as_of) is None

    def judged(self, quant: ir.Quant, element: int, scene: Scene) -> tuple[Truth, Truth]:
        """`where` and body for one element."""
        inner = scene._replace(elements={**scene.elements, quant.var: element})
        return self.value(quant.where, inner), self.value(quant.body, inner)

    def basis(self, quant: ir.Quant, evidence: ir.Evidence | None, product: int) -> tuple[str, str | None]:
        """The completeness that counts, and the assumption made by relying on the list (language, section 3).

        Open, too, where the evidence clause refuses a source of the list, or where elements belong to no known owner.
        """
        state, words = self.completeness(quant.collection, quant.relation == "under", product)
        if state == Completeness.ABSENT:
            return state, words
        table = self.facts.tables[quant.collection]
        if refused_product(table, refused_segments(table, evidence, self.as_of), product):
            return Completeness.OPEN, words
        owner = quant.owner_collection or ""
        if quant.relation == "of" and owner != quant.collection:
            key = quant.collection, owner, product
            if key not in self._strays:
                owned = set(table.relation(owner).children)
                listed = range(table.offsets[product], table.offsets[product + 1])
                self._strays[key] = any(element not in owned for element in listed)
            if self._strays[key]:
                return Completeness.OPEN, words
        return state, words

    def completeness(self, collection: str, graph: bool, product: int) -> tuple[str, str | None]:  # noqa: FBT001
        """The completeness of a list as such, and the assumption made by relying on it."""
        table = self.facts.tables.get(collection)
        extents = None if table is None else table.graph_extents if graph else table.extents
        if table is None or not extents:
            return Completeness.ABSENT, None
        state = extents[product].state
        if state is not Completeness.UNSTATED:
            return state, None
        name = "dependencies" if graph else collection
        for assumption in self.program.assumptions:
            if assumption.collection == name and assumption.state == "closed":
                return Completeness.CLOSED, f"assumed complete by the policy: {assumption.because}"
        start, stop = table.offsets[product], table.offsets[product + 1]
        empty = start == stop or extents[product].empty
        if graph:
            empty = not any(start <= parent < stop for parent in table.relation("depends_on").parents)
        hardened = name in self.program.unstated_open or "*" in self.program.unstated_open
        return Completeness.OPEN if empty or hardened else state, "completeness not stated"

    # --- verdicts ------------------------------------------------------------------------------------------------------

    def line(self, requirement: int, line: int, product: int) -> LineVerdict:
        """A line; an `every` that selects nothing from a list that can be relied on is not applicable."""
        wanted = self.program.requirements[requirement]
        expr = wanted.lines[line].expr
        scene = Scene(product, {}, wanted.evidence)
        value = self.value(expr, scene)
        if value is True and isinstance(expr, ir.Quant) and expr.kind == "every":
            members = self.members(expr, scene)
            if all(self.judged(expr, element, scene)[0] is False for element in members):
                return "not_applicable"
        return "pass" if value is True else "fail" if value is False else "unknown"

    def applies(self, requirement: int, product: int) -> tuple[Truth, Truth]:
        """Scope, and `applies when`."""
        wanted = self.program.requirements[requirement]
        scene = Scene(product, {}, of_conditions(wanted.evidence))
        return self.value(wanted.scope, scene), self.value(wanted.applies, scene)

    def provided(self, waiver: int, product: int) -> Truth:
        """Whether a waiver's condition holds."""
        return self.value(self.program.waivers[waiver].provided, Scene(product, {}, None))

    def verdict(self, requirement: int, product: int) -> Verdict:
        """The verdict (language, section 5)."""
        wanted = self.program.requirements[requirement]
        if wanted.valid_from is not None and self.as_of < wanted.valid_from:
            return "not_applicable"
        if wanted.valid_until is not None and self.as_of > wanted.valid_until:
            return "not_applicable"
        applicable = kleene_and(self.applies(requirement, product))
        if applicable is False:
            return "not_applicable"
        if applicable is None:
            return "unknown"
        lines = [self.line(requirement, number, product) for number in range(len(wanted.lines))]
        if "fail" in lines:
            return "fail"
        if "unknown" in lines:
            return "fail" if wanted.unknown_fails else "unknown"
        return "pass" if "pass" in lines else "not_applicable"

    def nearest(self, quant: ir.Quant, evidence: ir.Evidence | None, owner: int, most: int) -> list[tuple[int, bool]]:
        """Search level by level, twice: for sure hits, then for possible ones."""
        table = self.facts.tables.get(quant.collection)
        if table is None:
            return []
        scene = Scene(table.product_of(owner), {quant.owner or "": owner}, evidence)
        relation, seen, level, order = table.relation("depends_on"), set[int](), [owner], list[int]()
        while level:
            level = list(dict.fromkeys(c for row in level for c in children(relation, row) if c not in seen))
            seen.update(level)
            order += level
        for certain in (True, None):
            found = [element for element in order if self.hit(quant, element, scene) is certain]
            if found:
                return [(element, certain is True) for element in found[:most]]
        return []

    def hit(self, quant: ir.Quant, element: int, scene: Scene) -> Truth:
        """Whether an element breaks an `every`, or counts for any other kind."""
        where, body = self.judged(quant, element, scene)
        hit = kleene_and([where, kleene_not(body) if quant.kind == "every" else body])
        return hit if hit is False or self.admitted(quant.collection, element, scene.evidence) else None

    def hits(self, quant: ir.Quant, evidence: ir.Evidence | None, product: int, owner: int | None) -> Hits:
        """The elements that a quantifier is about."""
        elements = {} if owner is None else {quant.owner or "": owner}
        scene = Scene(product, elements, evidence)
        sure, maybe, selected = [], [], 0
        for element in self.members(quant, scene):
            selected += self.judged(quant, element, scene)[0] is not False
            hit = self.hit(quant, element, scene)
            if hit is True:
                sure.append(element)
            elif hit is None:
                maybe.append(element)
        return Hits(sure, maybe, selected)


def at_least(least: int, items: Sequence[Truth]) -> Truth:
    """True if enough are surely true, false if even the unknown ones would not suffice."""
    sure = sum(item is True for item in items)
    possible = sum(item is not False for item in items)
    return True if sure >= least else False if possible < least else None


def children(relation: Relation, owner: int) -> Sequence[int]:
    """The children of one owner, in order: the pairs are sorted by owner."""
    start, stop = bisect_left(relation.parents, owner), bisect_right(relation.parents, owner)
    return relation.children[start:stop]
