"""Expressions as formulas: where an expression is surely true, and where it is surely false.

Guarantees: the meaning is that of the evaluator (strong Kleene logic, language reference, section 4) on complete products:
every attribute is known, every list is complete; fields of elements may be unknown where rules ask about that.  A formula about
elements mentions their own fields only: what a quantifier's body says of the product, or of the owner of an element, is
decided case by case outside of it (Shannon expansion).
What it does not do: look into signatures, comparisons of facts without order, and patterns of which not every combination
with other tests could be made (`Space.opaque`): those are opaque, and said to be.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.analysis.asked import RUN, Edge, Key
from rulewright.engine.analysis.cells import Answers
from rulewright.engine.analysis.formulas import NEGATED, conj, disj, lit
from rulewright.engine.analysis.model import FALSE, OTHER, TRUE, Cell, Elem, Formula, Opaque, Rel
from rulewright.engine.analysis.space import Space
from rulewright.engine.analysis.spans import ORDERED, moved

_MOST_CASES = 8
"""Most facts of the product (or of an owner) in one quantifier."""
_FLIPPED: dict[ir.Comparison, ir.Comparison] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ALWAYS = frozenset({"known", "stated"})
_NEVER = frozenset({"conflicting", "declared_unknown", "withheld", "malformed"})


class Forms:
    """Formulas of expressions over the variables of a space."""

    def __init__(self, space: Space) -> None:
        """No expression is known yet."""
        self._space = space
        self._atoms: dict[tuple[ir.Atom, bool, bool], Formula] = {}
        self._sure: dict[ir.Atom, bool] = {}
        self.variables = space.variables
        self.given = [variable.given for variable in space.variables]
        self.noticed: dict[str, None] = {}
        self._large: dict[ir.Quant, int] = {}
        self.most = 0
        """Quantifiers that count more elements are not looked into (0: all are)."""
        self.between = False
        """Whether comparisons are looked at between the singles of a fact too: what is met by no value there is met nowhere.

        Background knowledge needs it, since it says which contexts there are; demands do not, since a clash shows at singles.
        """

    def form(self, expr: ir.Expr, positive: bool = True) -> Formula:  # noqa: FBT001, FBT002  polarity goes down with every call
        """Where the expression is surely true, or (not `positive`) surely false."""
        match expr:
            case ir.Atom():
                found = self._atoms.get((expr, positive, self.between))
                if found is None:
                    found = self._atom(expr, positive=positive)
                    unseen = expr.test in self._space.opaque.get(_key(expr.term), ())
                    if not unseen and not isinstance(found, Opaque):  # to be noticed for every owner
                        self._atoms[expr, positive, self.between] = found
                return found
            case ir.And(items):
                parts = [self.form(item, positive) for item in items]
                return conj(parts) if positive else disj(parts, self.variables)
            case ir.Or(items):
                parts = [self.form(item, positive) for item in items]
                return disj(parts, self.variables) if positive else conj(parts)
            case ir.Not(item):
                return self.form(item, not positive)
            case ir.Const(value):
                return TRUE if value is positive else FALSE
            case ir.Quant():
                return self._quantifier(expr, positive=positive)
            case _ as never:
                assert_never(never)

    def sure(self, expr: ir.Expr) -> bool:
        """Whether an expression is true or false on every complete product, never unknown."""
        return all(self._certain(atom) for atom in _atoms(expr))

    # --- tests ---------------------------------------------------------------------------------------------------------

    def _certain(self, expr: ir.Atom | ir.Const) -> bool:
        """Whether a test always has an answer."""
        if isinstance(expr, ir.Const):
            return expr.value is not None
        found = self._sure.get(expr)
        if found is None:
            found = self._sure[expr] = self._answered(expr)
        return found

    def _answered(self, expr: ir.Atom) -> bool:
        term, test = expr.term, expr.test
        key = _key(term)
        if key not in self._space.scalar:
            return True
        if isinstance(test, ir.CmpAttr | ir.CmpAsOf) or test == ir.Is("signed"):
            return not key[0] or self._all_known(key)
        if not key[0] and isinstance(test, ir.Is) and test.adjective in _ALWAYS | _NEVER:
            return True
        if term.kind == "set":
            return self._all_known(key)
        if test in self._space.opaque.get(key, ()):
            return isinstance(test, ir.Glob | ir.Regex) and self._all_known(key)
        classes = self._space.by_ecosystem(key, test)
        if classes is not None:
            full = self.variables[self._space.scalar[key]].full
            return all(not mask or true | false == full for mask, (true, false) in classes)
        true, false = self._space.answers(key, test)
        return true | false == self.variables[self._space.scalar[key]].full

    def _all_known(self, key: Key) -> bool:
        return all(cell.value is not None for cell in self.variables[self._space.scalar[key]].cells)

    def _atom(self, atom: ir.Atom, *, positive: bool) -> Formula:
        term, test = atom.term, atom.test
        key = _key(term)
        match test:
            case ir.Is("signed"):
                return self._opaque(f"{key[0] or 'product'}: {term.name} is signed", positive=positive)
            case ir.Is(adjective) if not key[0] and adjective in _ALWAYS | _NEVER:
                return TRUE if (adjective in _ALWAYS) is positive else FALSE
            case ir.CmpAttr(op, attr, months, days):
                return self._compared(Edge(key, ("", attr.name), term.kind, months, days), op, positive=positive)
            case ir.CmpAsOf(op, months, days) if not key[0]:
                return self._compared(Edge(key, RUN, "date", months, days), op, positive=positive)
            case _:
                pass
        if term.kind == "set":
            return self._set(key, test, positive=positive)
        if test in self._space.opaque.get(key, ()):
            return self._unseen(key, test, positive=positive)
        classes = self._space.by_ecosystem(key, test)
        if classes is not None:
            return self._versioned(key, classes, positive=positive)
        true, false = self._space.answers(key, test)
        return lit(self.variables, self._space.scalar[key], true if positive else false)

    def _versioned(self, key: Key, classes: Sequence[tuple[int, Answers]], *, positive: bool) -> Formula:
        """A test of a version that is ordered as its package URL says."""
        version, purl = self._space.scalar[key], self._space.scalar[key[0], "purl"]
        cases = [
            conj([lit(self.variables, purl, mask), lit(self.variables, version, true if positive else false)])
            for mask, (true, false) in classes
        ]
        return disj(cases, self.variables)

    def _opaque(self, name: str, *, positive: bool) -> Formula:
        self.noticed[name] = None
        return Opaque(name, positive)

    def _unseen(self, key: Key, test: ir.Test, *, positive: bool) -> Formula:
        """A test of a text with answers that no cell has: free where the text is known."""
        var = self._space.scalar[key]
        known = sum(1 << n for n, cell in enumerate(self.variables[var].cells) if cell.value is not None)
        text = getattr(test, "pattern", None) or ", ".join(getattr(test, "ids", ()))
        word = {ir.LicenseAllows: "allows", ir.LicenseRequiresAny: "requires any of"}.get(type(test), "matches")
        free = self._opaque(f'{key[0] or "product"}: {key[1]} {word} "{text}"', positive=positive)
        return conj([lit(self.variables, var, known), free])

    def _set(self, key: Key, test: ir.Test, *, positive: bool) -> Formula:
        """A test of a set, over the variables of its words."""
        state = self._space.scalar.get(key)
        if isinstance(test, ir.Is) and test.adjective != "empty":
            if state is None:
                return TRUE if positive is (test.adjective == "valid") else FALSE
            true, false = self._space.answers(key, test)
            return lit(self.variables, state, true if positive else false)
        made = self._members(key, test, positive=positive)
        if state is None:
            return made
        return conj([lit(self.variables, state, 1), made])

    def _members(self, key: Key, test: ir.Test, *, positive: bool) -> Formula:
        members = self._space.members[key]
        match test:
            case ir.Contains(member):
                return lit(self.variables, members[member], 2 if positive else 1)
            case ir.SubsetOf(wanted):
                return self._exactly(key, wanted, (), positive=positive)
            case ir.Is("empty"):
                return self._exactly(key, (), (), positive=positive)
            case ir.Cmp("=" | "!=" as op, value) if isinstance(value, tuple):
                return self._exactly(key, value, value, positive=positive is (op == "="))
            case _:
                return self._opaque(f"{key[0] or 'product'}: a test of the set {key[1]}", positive=positive)

    def _exactly(self, key: Key, most: Sequence[str], least: Sequence[str], *, positive: bool) -> Formula:
        """The set has no word beside `most`, and all of `least`; or (not `positive`) not so."""
        members = self._space.members[key]
        parts = [
            lit(self.variables, var, 1 if positive else 2)
            for word, var in members.items()
            if word == OTHER or word not in most
        ]
        parts += [lit(self.variables, members[word], 2 if positive else 1) for word in least]
        return conj(parts) if positive else disj(parts, self.variables)

    # --- comparisons of two facts --------------------------------------------------------------------------------------

    def _compared(self, edge: Edge, op: ir.Comparison, *, positive: bool) -> Formula:
        """A comparison of two facts of the product."""
        space = self._space
        op = op if positive else NEGATED[op]
        if edge.kind not in ORDERED:
            return self._paired(edge, op)
        left, right = space.scalar[edge.left], space.scalar[edge.right]
        given_left, given_right = self.given[left], self.given[right]
        if given_left == given_right:
            return Rel(left, op, right, edge.months, edge.days)
        fixed, free = (edge.right, left) if given_right else (edge.left, right)
        cases = [
            disj([self._not_at(fixed, value), self._beside(edge, op, free, value, flip=given_left)], self.variables)
            for value in space.singles[fixed]
        ]
        return conj([*cases, *self._between(edge, op, free, space.scalar[fixed], flip=given_left)])

    def _not_at(self, key: Key, value: int) -> Formula:
        var = self._space.scalar[key]
        return lit(self.variables, var, ~self._at(var, value))

    def _at(self, var: int, value: int) -> int:
        """The cell of a variable that holds a number, as a mask."""
        number = bisect_left(self.variables[var].cells, value, key=_high)
        cells = self.variables[var].cells
        return 1 << number if number < len(cells) and (cells[number].low or 0) <= value else 0

    def _beside(self, edge: Edge, op: ir.Comparison, free: int, value: int, *, flip: bool) -> Formula:
        """What a comparison leaves to one side when the other is fixed; `flip`: the left one is.

        The free side's values ascend, moved or not, so its cells are counted from either end.
        """
        values = [cell.value for cell in self.variables[free].cells if isinstance(cell.value, int)]
        target = value if flip else moved(edge, value)

        def seen(held: int) -> int:
            return moved(edge, held) if flip else held

        below, upto = bisect_left(values, target, key=seen), bisect_right(values, target, key=seen)
        masks = {"<": (1 << below) - 1, "<=": (1 << upto) - 1, "=": (1 << upto) - (1 << below)}
        masks |= {">": ~masks["<="], ">=": ~masks["<"], "!=": ~masks["="]}
        return lit(self.variables, free, masks[_FLIPPED[op] if flip else op])

    def _paired(self, edge: Edge, op: ir.Comparison) -> Formula:
        """A comparison of facts without order: cell by cell."""
        if edge.kind in {"set", "version"} or edge.left not in self._space.scalar:
            return self._opaque(f"{edge.left[1]} compared with {edge.right[1]}", positive=True)
        left, right = self._space.scalar[edge.left], self._space.scalar[edge.right]
        test = ir.CmpAttr(op, ir.Attr(edge.right[1], edge.kind))
        parts = []
        for number, cell in enumerate(self.variables[right].cells):
            mask = 0
            for other, beside in enumerate(self.variables[left].cells):
                assert beside.value is not None
                assert cell.value is not None
                mask |= (predicates.compare_pair(test, edge.kind, beside.value, cell.value) is True) << other
            missing = lit(self.variables, right, ~(1 << number))
            parts.append(disj([missing, lit(self.variables, left, mask)], self.variables))
        return conj(parts)

    # --- quantifiers ---------------------------------------------------------------------------------------------------

    def _quantifier(self, quant: ir.Quant, *, positive: bool, depth: int = 0) -> Formula:
        """A quantifier, cases of what is outside of its element taken first."""
        part = _outside(quant, frozenset({quant.var}))
        if part is not None:
            if depth >= _MOST_CASES:
                return self._opaque(f"every case of a quantifier over {quant.collection}", positive=positive)
            return self._by_cases(quant, part, positive=positive, depth=depth + 1)
        compared = next((a for a in _atoms(quant) if isinstance(a, ir.Atom) and isinstance(a.test, ir.CmpAttr)), None)
        if compared is not None:
            return self._by_values(quant, compared, positive=positive, depth=depth + 1)
        return self._elements(quant, positive=positive)

    def _by_cases(self, quant: ir.Quant, part: ir.Expr, *, positive: bool, depth: int) -> Formula:
        """Put in true, false (and unknown) for a part that does not depend on the element."""

        def with_(*, value: bool | None) -> Formula:
            made = _replaced(quant, part, ir.Const(value))
            assert isinstance(made, ir.Quant)
            return self._quantifier(made, positive=positive, depth=depth)

        true, false = self.form(part), self.form(part, positive=False)
        if self.sure(part):
            cases = (disj([false, with_(value=True)], self.variables), disj([true, with_(value=False)], self.variables))
            return conj(cases)
        parts = [conj([true, with_(value=True)]), conj([false, with_(value=False)]), with_(value=None)]
        return disj(parts, self.variables)

    def _by_values(self, quant: ir.Quant, atom: ir.Atom, *, positive: bool, depth: int) -> Formula:
        """Put in values for an attribute that a field is compared with."""
        assert isinstance(atom.test, ir.CmpAttr)
        key = ("", atom.test.attr.name)
        kind = atom.term.kind
        if kind in {"set", "version", "license"} or depth > _MOST_CASES:
            return self._opaque(f"{atom.term.name} compared with {key[1]}", positive=positive)
        var = self._space.scalar[key]
        values: Iterable[ir.Value] = self._space.singles.get(key, ())
        if kind not in ORDERED:
            values = [cell.value for cell in self.variables[var].cells if cell.value is not None]
        cases = []
        for value in values:
            made = _settled(quant, key[1], value)
            assert isinstance(made, ir.Quant)
            here = self._cell(var, value)
            inner = self._quantifier(made, positive=positive, depth=depth)
            at = lit(self.variables, var, ~here if self.given[var] else here)
            cases.append(disj([at, inner], self.variables) if self.given[var] else conj([at, inner]))
        return conj(cases) if self.given[var] else disj(cases, self.variables)

    def _between(self, edge: Edge, op: ir.Comparison, free: int, fixed: int, *, flip: bool) -> Iterator[Formula]:
        """What a comparison leaves to one side for all values of a cell of the other together."""
        full = self.variables[fixed].full
        for number, cell in enumerate(self.variables[fixed].cells if self.between else ()):
            if cell.low != cell.high:
                mask = 0
                for other, beside in enumerate(self.variables[free].cells):
                    left, right = (cell, beside) if flip else (beside, cell)
                    mask |= _meet(edge, op, left, right) << other
                yield disj(
                    [lit(self.variables, fixed, full & ~(1 << number)), lit(self.variables, free, mask)], self.variables
                )

    def _cell(self, var: int, value: ir.Value) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return self._at(var, value)
        return next(1 << n for n, cell in enumerate(self.variables[var].cells) if cell.value == value)

    def _elements(self, quant: ir.Quant, *, positive: bool) -> Formula:
        """A quantifier whose body is about its element alone."""
        name, relation = quant.collection, quant.relation
        if self.most and quant.n > self.most and relation == "all":
            number = self._large.setdefault(quant, len(self._large) + 1)
            words = f"{quant.kind.replace('_', ' ')} {quant.n} {name}"
            return self._opaque(f"{words}: so many are not looked into ({number})", positive=positive)
        if quant.kind == "every":
            inner = self.form(ir.Or((ir.Not(quant.where), quant.body)), positive)
            made = Elem("all_but", 0, name, inner, relation) if positive else Elem("at_least", 1, name, inner, relation)
            return _plain(made)
        n = {"some": 1, "no": 1, "at_least": quant.n, "at_most": quant.n + 1}[quant.kind]
        enough = positive is (quant.kind in {"some", "at_least"})
        inner = self.form(ir.And((quant.where, quant.body)), enough)
        if enough:
            return _plain(Elem("at_least", n, name, inner, relation))
        return _plain(Elem("all_but", n - 1, name, inner, relation)) if n > 0 else FALSE


def _plain(elem: Elem) -> Formula:
    """A quantified formula, or what it always is."""
    if elem.bound == "at_least":
        return TRUE if elem.n <= 0 else FALSE if elem.formula == FALSE else elem
    return TRUE if elem.formula == TRUE else elem


def _high(cell: Cell) -> int:
    return cell.high if cell.high is not None else 0


def _key(term: ir.Term) -> Key:
    return (term.collection, term.name) if isinstance(term, ir.Field) else ("", term.name)


def _atoms(expr: ir.Expr) -> Iterable[ir.Atom | ir.Const]:
    """The tests and constants of an expression."""
    match expr:
        case ir.Not(item):
            yield from _atoms(item)
        case ir.And(items) | ir.Or(items):
            for item in items:
                yield from _atoms(item)
        case ir.Quant():
            yield from _atoms(expr.where)
            yield from _atoms(expr.body)
        case ir.Atom() | ir.Const():
            yield expr


def _free(expr: ir.Expr) -> frozenset[str]:
    """The variables of elements that an expression mentions and does not bind."""
    match expr:
        case ir.Atom(term, _):
            return frozenset({term.var}) if isinstance(term, ir.Field) else frozenset()
        case ir.Not(item):
            return _free(item)
        case ir.And(items) | ir.Or(items):
            return frozenset().union(*map(_free, items))
        case ir.Quant():
            own = frozenset({quant_owner}) if (quant_owner := expr.owner) else frozenset()
            return own | ((_free(expr.where) | _free(expr.body)) - {expr.var})
        case _:
            return frozenset()


def _outside(quant: ir.Quant, bound: frozenset[str]) -> ir.Expr | None:
    """The first largest part of a quantifier's condition or body that mentions none of the bound elements."""
    for expr in (quant.where, quant.body):
        found = _outer_part(expr, bound)
        if found is not None:
            return found
    return None


def _outer_part(expr: ir.Expr, bound: frozenset[str]) -> ir.Expr | None:
    if isinstance(expr, ir.Const):
        return None
    if bound.isdisjoint(_free(expr)):
        return expr if any(isinstance(atom, ir.Atom) for atom in _atoms(expr)) or isinstance(expr, ir.Quant) else None
    match expr:
        case ir.Not(item):
            return _outer_part(item, bound)
        case ir.And(items) | ir.Or(items):
            return next((found for item in items if (found := _outer_part(item, bound)) is not None), None)
        case ir.Quant():
            return _outside(expr, bound | {expr.var})
        case _:
            return None


def _replaced(expr: ir.Expr, part: ir.Expr, by: ir.Const) -> ir.Expr:
    """The expression with another in the place of a part, wherever it stands."""
    if expr == part:
        return by
    match expr:
        case ir.Not(item):
            return ir.Not(_replaced(item, part, by))
        case ir.And(items):
            return ir.And(tuple(_replaced(item, part, by) for item in items))
        case ir.Or(items):
            return ir.Or(tuple(_replaced(item, part, by) for item in items))
        case ir.Quant():
            where, body = _replaced(expr.where, part, by), _replaced(expr.body, part, by)
            return _with(expr, where, body)
        case _:
            return expr


def _settled(expr: ir.Expr, name: str, value: ir.Value) -> ir.Expr:
    """The expression with an attribute's value in the place of comparisons with it."""
    match expr:
        case ir.Atom(term, ir.CmpAttr(op, attr, months, days)) if attr.name == name:
            if isinstance(value, int) and not isinstance(value, bool):
                value = moved(Edge(("", ""), ("", name), term.kind, months, days), value)
            return ir.Atom(term, ir.Cmp(op, value))
        case ir.Not(item):
            return ir.Not(_settled(item, name, value))
        case ir.And(items):
            return ir.And(tuple(_settled(item, name, value) for item in items))
        case ir.Or(items):
            return ir.Or(tuple(_settled(item, name, value) for item in items))
        case ir.Quant():
            return _with(expr, _settled(expr.where, name, value), _settled(expr.body, name, value))
        case _:
            return expr


def _with(quant: ir.Quant, where: ir.Expr, body: ir.Expr) -> ir.Quant:
    """A quantifier with another condition and body."""
    return ir.Quant(
        quant.kind,
        quant.var,
        quant.collection,
        where,
        body,
        quant.relation,
        quant.owner,
        quant.owner_collection,
        quant.n,
    )


def _meet(edge: Edge, op: ir.Comparison, left: Cell, right: Cell) -> bool:
    """Whether some values of two cells compare so: the ends that favour it decide."""
    assert left.low is not None
    assert left.high is not None
    assert right.low is not None
    assert right.high is not None

    def holds(how: ir.Comparison, one: int, other: int) -> bool:
        test = ir.CmpAttr(how, ir.Attr(edge.right[1], edge.kind), edge.months, edge.days)
        return predicates.compare_pair(test, edge.kind, one, other) is True

    match op:
        case "<" | "<=":
            return holds(op, left.low, right.high)
        case ">" | ">=":
            return holds(op, left.high, right.low)
        case "=":
            return holds("<=", left.low, right.high) and holds(">=", left.high, right.low)
        case _:
            return left.low < left.high or right.low < right.high or holds(op, left.low, right.low)
