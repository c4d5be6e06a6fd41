"""Two sets of rules on the same products: the problems of single requirements, and the products that tell them apart.

Guarantees: requirements are compared inside what both standards share (scope, days); every product shown was judged by the
reference interpreter; what could not be looked into, or on which it does not agree, is kept and said (`noted`).
What it does not do: put an answer together (`diff`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis import witness
from rulewright.engine.analysis.difference import Shown
from rulewright.engine.analysis.model import Context
from rulewright.engine.analysis.paired import Shared, inside, neutral, questions, shared
from rulewright.engine.analysis.partial import MET
from rulewright.engine.analysis.partial import Pair as Partial
from rulewright.engine.analysis.twofold import ALWAYS, APPLIES, Near, Twofold, applying, unsplit
from rulewright.facts.base import ANSWER, FactBase
from rulewright.facts.types import Value
from rulewright.facts.vocabulary import Vocabulary

OLD, NEW = "old ", "new "
LEVELS = ("may", "should", "shall")
COVERING = 60
"""So many requirements are looked at for one that is gone."""

NONE = ir.Requirement(
    id="", level="shall", severity="low", title="", scope=ALWAYS, applies=ALWAYS, lines=(), place=ir.Place("", 1, 1)
)


class Sides(NamedTuple):
    """The two requirements as they are compared, and their problem."""

    two: Twofold
    old: ir.Requirement
    new: ir.Requirement


class Comparing:
    """Two programs, and what was asked so far."""

    def __init__(
        self, old: ir.Program, new: ir.Program, vocabulary: Vocabulary, as_of: int, near: Mapping[str, Value]
    ) -> None:
        self.old, self.new, self.as_of = old, new, as_of
        self.vocabulary = unsplit(vocabulary)
        self.near = {name: value for name, value in near.items() if not name.startswith(ANSWER)}
        self.axioms = _axioms(old, new)
        self.shared = shared(old.requirements), shared(new.requirements)
        self.calls = 0
        self.unknowns: list[tuple[str, str]] = []
        self._doubts: list[str] = []

    def two(self, requirements: Sequence[ir.Requirement]) -> Twofold:
        """The problem of some requirements with different ids."""
        return Twofold(requirements, self.axioms, self.vocabulary, as_of=self.as_of, near=self.near)

    def noted(self, two: Twofold, name: str) -> tuple[str, ...]:
        """Count the questions and keep what could not be looked into."""
        self.calls += two.oracle.calls
        said = [text.replace(OLD, "").replace(NEW, "").replace(APPLIES, "") for text in two.unknowns]
        gaps = dict.fromkeys([*said, *self._doubts])
        self._doubts.clear()
        self.unknowns += [(name, text) for text in gaps]
        return tuple(gaps)

    def shares(self, old: ir.Requirement | None, new: ir.Requirement | None) -> tuple[Shared | None, Shared | None]:
        """What the standards of two requirements share."""
        before = self.shared[0].get((old or new or NONE).id.partition(":")[0])
        after = self.shared[1].get((new or old or NONE).id.partition(":")[0])
        return before, after

    def framed(
        self, one: ir.Requirement, own: Shared | None, others: tuple[Shared | None, Shared | None]
    ) -> ir.Requirement:
        """A requirement as it is compared: inside both scopes, where these differ."""
        before, after = others
        if own is None or before is None or after is None or before == after:
            return one
        scope = before.scope if before.scope == after.scope else ir.And((before.scope, after.scope))
        return inside(one, own, scope)

    def sides(self, old: ir.Requirement, new: ir.Requirement, *, alone: bool = False) -> Sides:
        """Two requirements side by side, and (unless there is only one, `alone`) whether each applies."""
        shares = self.shares(old, new)
        before = neutral(self.framed(old, shares[0], shares), "")
        after = neutral(self.framed(new, shares[1], shares), "")
        before, after = replace(before, id=OLD + old.id), replace(after, id=NEW + new.id)
        extra = [] if alone else [applying(before), applying(after)]
        return Sides(self.two([before, after, *extra]), before, after)

    def applied(self, sides: Sides) -> tuple[Shown | None, Shown | None]:
        """Products to which only the new one applies, and only the old one."""
        old, new = sides.old.id + APPLIES, sides.new.id + APPLIES
        view = Partial(sides.two.problem, applying(sides.old), applying(sides.new), self.as_of)
        words = {"fail": "applies", "pass": "does not apply", "unknown": "unknown"}
        found = []
        for broken, met in ((new, old), (old, new)):
            shown = self.shown(sides.two, view, broken, [met])
            if shown is not None:
                before, after = (words.get(word, "does not apply") for word in (shown.before, shown.after))
                shown = replace(shown, before=before, after=after)
            found.append(shown)
        return found[0], found[1]

    def covered(
        self, one: ir.Requirement, partner: ir.Requirement | None, there: ir.Program, shown: Shown | None
    ) -> tuple[tuple[str, ...], Shown | None]:
        """Requirements of the other side that together demand all that one does here, as few as that takes; or none.

        Those about the same facts are looked at, of the same weight or more, and its partner.  Also the product that shows
        what is missing: where they do not demand all, one that meets all of them.
        """
        if shown is None:
            return (), None
        near = self._near(one, partner, there)
        if not near or near == [partner]:
            return (), shown
        asked, others = self._side_by_side(one, partner, near, old=there is self.old)
        two = self.two([asked, *others])
        names = [other.id for other in others]
        found = () if two.unknowns else two.implying(asked.id, names) or ()
        if not found:
            blank = replace(next((o for o in others if partner and o.id == NEW + partner.id), NONE), id=NEW)
            home = self.new if there is self.old else self.old
            view = Partial(two.problem, asked, blank, self.as_of, questions(one, home))
            better = self.shown(two, view, asked.id, names, asks=False)
            if better is not None:
                turned = replace(better, before=better.after, after=better.before)
                shown = turned if there is self.old else better
            self._doubts.clear()  # the product that was there is shown
        self.calls += two.oracle.calls
        return tuple(name.removeprefix(NEW) for name in found), shown

    def _near(self, one: ir.Requirement, partner: ir.Requirement | None, there: ir.Program) -> list[ir.Requirement]:
        """The requirements that may demand what another one does."""
        about, weight = _about(one), LEVELS.index(one.level)
        found = [
            other for other in there.requirements if _about(other) & about and LEVELS.index(other.level) >= weight
        ][:COVERING]
        return found if partner is None or partner in found else [*found, partner]

    def _side_by_side(
        self, one: ir.Requirement, partner: ir.Requirement | None, near: Sequence[ir.Requirement], *, old: bool
    ) -> tuple[ir.Requirement, list[ir.Requirement]]:
        """One requirement and those of the other side (the old one, or the new), as they are compared."""
        mine, other = (1, 0) if old else (0, 1)
        own = self.shares(None, one) if old else self.shares(one, None)
        asked = replace(neutral(self.framed(one, own[mine], own), "this"), id=OLD + one.id)
        others = []
        for number, found in enumerate(near):
            shares = self.shares(found, None) if old else self.shares(None, found)
            label = "this" if found is partner else f"other {number}"
            others.append(replace(neutral(self.framed(found, shares[other], shares), label), id=NEW + found.id))
        return asked, others

    def shown(self, two: Twofold, view: Partial, broken: str, met: Sequence[str], *, asks: bool = True) -> Shown | None:
        """A product that breaks one and meets others, if the evaluator agrees; `asks`: about the one other in the view, too."""
        judged: list[tuple[Near, FactBase, str]] = []
        for near in two.candidates(broken, met):
            facts = witness.product(two.problem, Context({}), near.design)
            old, new = view.verdicts(facts)
            breaks, meets = (new, old) if broken == view.new.id else (old, new)
            if breaks not in MET and (meets in MET or not asks):
                judged.append((near, facts, breaks))
            else:
                self._doubts.append("a product was found, but the evaluator does not agree")
        if not judged:
            return None
        near, facts, _ = next((one for one in judged if one[2] == "fail"), judged[0])
        if self.near and near is judged[0][0]:
            nearer = two.least(broken, met, near)
            tried = witness.product(two.problem, Context({}), nearer.design)
            if view.verdicts(tried) == view.verdicts(facts):
                near, facts = nearer, tried
        return self.told(view, facts, near.changed if self.near else frozenset(), sure=near.sure and bool(self.near))

    def told(
        self, view: Partial, facts: FactBase, changed: frozenset[str] = frozenset(), *, sure: bool = False
    ) -> Shown:
        """A product as it is shown: its verdicts, what they rest on, and what was `changed` of the one asked about."""
        before, after = view.verdicts(facts)
        moved = tuple(one for one in view.told(facts) if one.fact in changed and one.fact in self.near)
        return Shown(before=before, after=after, facts=view.told(view.essential(facts)), changed=moved, nearest=sure)


def _axioms(old: ir.Program, new: ir.Program) -> list[ir.Axiom]:
    """Background knowledge of both; what the two say differently under one name is left out."""
    left, right = ({axiom.id: axiom for axiom in program.axioms} for program in (old, new))
    return [
        found
        for name, found in sorted((left | right).items())
        if left.get(name, found).expr == right.get(name, found).expr
    ]


def _about(one: ir.Requirement) -> frozenset[str]:
    """The facts and lists that its check is about; answers are its own."""
    found: set[str] = set()
    todo: list[ir.Expr] = [line.expr for line in one.lines]
    while todo:
        match todo.pop():
            case ir.Not(item):
                todo.append(item)
            case ir.And(items) | ir.Or(items):
                todo += items
            case ir.Quant() as quant:
                found.add(quant.collection)
                todo += (quant.where, quant.body)
            case ir.Atom(ir.Attr(name)) if not name.startswith(ANSWER):
                found.add(name)
            case _:
                continue
    return frozenset(found)
