"""What changed in meaning between two sets of rules, and for which product it matters.

Guarantees: a requirement is `weaker` where some complete product broke the old one and meets the new one, `stricter` where it
is the other way round, with such a product, judged by the reference interpreter; where neither is, no complete product tells
the two apart (as far as `Change.notes` does not say that something could not be looked into).  Requirements of standards
whose scope or days changed are compared inside both scopes, and that change is told apart, once (`Frame`).  *Loosened* is a
requirement that is not weaker in this sense, but whose verdict was unknown for some product and is a pass now (`partial`
says how far that is looked for).
The same rules give the same answer in every run.
What it does not do: judge what a question in words asks; read files.
Source: change-impact analysis (Fisler, Krishnamurthi, Meyerovich, Tschantz, ICSE 2005), asked of satisfiability.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from rulewright import __version__
from rulewright.dsl import ir
from rulewright.engine.analysis import settings, witness
from rulewright.engine.analysis.difference import Change, Difference, Effect, Frame, Range, Shown, Side
from rulewright.engine.analysis.findings import UnknownInfo
from rulewright.engine.analysis.model import Context
from rulewright.engine.analysis.paired import Pair, Shared, inside, neutral, pairs, questions, shared
from rulewright.engine.analysis.partial import MET, Loose
from rulewright.engine.analysis.partial import Pair as Partial
from rulewright.engine.analysis.twofold import ALWAYS, APPLIES, Near, Twofold, applying, unsplit
from rulewright.engine.phrases import phrase
from rulewright.engine.report import natural
from rulewright.engine.result import Engine, PolicyInfo
from rulewright.engine.words import date_text
from rulewright.facts.base import ANSWER, FactBase
from rulewright.facts.types import Value
from rulewright.facts.vocabulary import Vocabulary

OLD, NEW = "old ", "new "
LEVELS = ("may", "should", "shall")
COVERING = 60
"""So many requirements are looked at for one that is gone."""
_EFFECTS: dict[tuple[bool, bool], Effect] = {
    (False, False): "none",
    (True, False): "stricter",
    (False, True): "weaker",
    (True, True): "both",
}
_RANGES: dict[tuple[bool, bool], Range] = {
    (False, False): "same",
    (True, False): "wider",
    (False, True): "narrower",
    (True, True): "both",
}


def diff(
    old: ir.Program,
    new: ir.Program,
    vocabulary: Vocabulary,
    *,
    as_of: int,
    names: tuple[str, str] = ("old", "new"),
    facts: Mapping[str, Value] | None = None,
    product: str = "",
    tell: Callable[[str], None] = lambda _: None,
) -> Difference:
    """Compare two programs.  `facts` is what is known of a product: witnesses are as near to it as they can be."""
    work = _Work(old, new, vocabulary, as_of, facts or {})
    tell("comparing")
    frames = work.frames()
    changes = [work.change(pair) for pair in pairs(old, new)]
    told = settings.settings(old, new)
    shown = [change for change in changes if change.kind != "unchanged"]
    return Difference(
        engine=Engine(name="rulewright", version=__version__),
        language=new.language,
        as_of=f"{date_text(as_of)}T00:00:00Z",
        old=_side(names[0], old),
        new=_side(names[1], new),
        product=product,
        weaker=any(
            effect in {"weaker", "both"} for effect in (*(one.effect for one in shown), *(s.effect for s in told))
        )
        or any(one.loosened is not None and one.levels != ("may", "may") for one in shown)
        or any(frame.applies in {"narrower", "both"} for frame in frames),
        summary=_summary(changes),
        frames=tuple(frames),
        settings=told,
        changes=tuple(sorted(shown, key=lambda one: natural(one.new or one.old))),
        unchanged=tuple(sorted((one.new for one in changes if one.kind == "unchanged"), key=natural)),
        calls=work.calls,
        unknowns=tuple(UnknownInfo(owner, text) for owner, text in dict.fromkeys(work.unknowns)),
    )


def _side(name: str, program: ir.Program) -> Side:
    policies = tuple(
        PolicyInfo(kind=m.kind, id=m.id, edition=m.edition, sha256=m.sha256, title=m.title, pinned=m.pinned)
        for m in sorted(program.modules, key=lambda m: (m.kind, m.id, m.edition))
    )
    return Side(name, policies, len(program.requirements))


def _summary(changes: Sequence[Change]) -> dict[str, int]:
    """Requirements by kind, then by effect."""
    kinds, effects = Counter(one.kind for one in changes), Counter(one.effect for one in changes)
    found: dict[str, int] = {k: kinds[k] for k in ("unchanged", "text", "meaning", "added", "removed")}
    found |= {e: effects[e] for e in ("stricter", "weaker", "both", "undecided")}
    return found | {"loosened": sum(one.loosened is not None for one in changes)}


class _Sides(NamedTuple):
    """The two requirements as they are compared, and their problem."""

    two: Twofold
    old: ir.Requirement
    new: ir.Requirement


class _Work:
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

    # --- problems ------------------------------------------------------------------------------------------------------

    def _two(self, requirements: Sequence[ir.Requirement]) -> Twofold:
        return Twofold(requirements, self.axioms, self.vocabulary, as_of=self.as_of, near=self.near)

    def _noted(self, two: Twofold, name: str) -> tuple[str, ...]:
        """Count the questions and keep what could not be looked into."""
        self.calls += two.oracle.calls
        said = [text.replace(OLD, "").replace(NEW, "").replace(APPLIES, "") for text in two.unknowns]
        gaps = dict.fromkeys([*said, *self._doubts])
        self._doubts.clear()
        self.unknowns += [(name, text) for text in gaps]
        return tuple(gaps)

    def _shares(self, old: ir.Requirement | None, new: ir.Requirement | None) -> tuple[Shared | None, Shared | None]:
        """What the standards of two requirements share."""
        before = self.shared[0].get((old or new or _NONE).id.partition(":")[0])
        after = self.shared[1].get((new or old or _NONE).id.partition(":")[0])
        return before, after

    def _framed(
        self, one: ir.Requirement, own: Shared | None, others: tuple[Shared | None, Shared | None]
    ) -> ir.Requirement:
        """A requirement as it is compared: inside both scopes, where these differ."""
        before, after = others
        if own is None or before is None or after is None or before == after:
            return one
        scope = before.scope if before.scope == after.scope else ir.And((before.scope, after.scope))
        return inside(one, own, scope)

    # --- frames --------------------------------------------------------------------------------------------------------

    def frames(self) -> list[Frame]:
        """The standards whose scope or days differ."""
        found = []
        for home in sorted(self.shared[0].keys() & self.shared[1].keys()):
            before, after = self.shared[0][home], self.shared[1][home]
            if before != after:
                found.append(self._frame(home, before, after))
        return found

    def _frame(self, home: str, before: Shared, after: Shared) -> Frame:
        model = next(one for one in self.new.requirements if one.id.partition(":")[0] == home)
        old, new = (
            replace(model, id=side + home, scope=own.scope, applies=ALWAYS, lines=(), valid_from=None, valid_until=None)
            for side, own in ((OLD, before), (NEW, after))
        )
        applies: Range = "same"
        gained = lost = None
        if before.scope != after.scope:
            sides = _Sides(self._two([applying(old), applying(new)]), old, new)
            gained, lost = self._applied(sides)
            applies = _RANGES[gained is not None, lost is not None]
            self._noted(sides.two, home)
        return Frame(
            module=home,
            scopes=(phrase(before.scope), phrase(after.scope)),
            days=(_days(before), _days(after)),
            applies=applies,
            gained=gained,
            lost=lost,
        )

    def _applied(self, sides: _Sides) -> tuple[Shown | None, Shown | None]:
        """Products to which only the new one applies, and only the old one."""
        old, new = sides.old.id + APPLIES, sides.new.id + APPLIES
        view = Partial(sides.two.problem, applying(sides.old), applying(sides.new), self.as_of)
        words = {"fail": "applies", "pass": "does not apply", "unknown": "unknown"}
        found = []
        for broken, met in ((new, old), (old, new)):
            shown = self._shown(sides.two, view, broken, [met])
            if shown is not None:
                before, after = (words.get(word, "does not apply") for word in (shown.before, shown.after))
                shown = replace(shown, before=before, after=after)
            found.append(shown)
        return found[0], found[1]

    # --- one requirement -----------------------------------------------------------------------------------------------

    def change(self, pair: Pair) -> Change:
        """What became of one requirement."""
        if pair.old is None or pair.new is None:
            return self._alone(pair)
        old, new = pair.old, pair.new
        parts = self._parts(old, new)
        outcome = _Outcome()
        if {"scope", "condition", "check", "days"} & set(parts):
            outcome = self._compared(old, new)
        effect = _joined([outcome.meaning, *_others(old, new)])
        meant = effect != "none" or outcome.applies != "same" or outcome.loosened is not None
        if effect == "none" and outcome.loosened is not None:
            effect = "weaker"
        if outcome.covered and effect == outcome.meaning == "weaker":
            effect = "none"
        if old.level == new.level == "may":
            effect = "none"
        return Change(
            old=old.id,
            new=new.id,
            title=new.title,
            kind="meaning" if meant or "question" in parts else "text" if parts else "unchanged",
            effect=effect,
            meaning=outcome.meaning,
            applies=outcome.applies,
            levels=(old.level, new.level),
            parts=parts,
            lines=(_lines(old), _lines(new)),
            conditions=(_condition(old), _condition(new)),
            failing=outcome.failing,
            passing=outcome.passing,
            gained=outcome.gained,
            lost=outcome.lost,
            loosened=outcome.loosened,
            regions=outcome.regions,
            covered=outcome.covered,
            notes=(*outcome.notes, *self._notes(old, new, parts)),
        )

    def _parts(self, old: ir.Requirement, new: ir.Requirement) -> tuple[str, ...]:
        """What differs, in words; the scope and the days of the standard do not count."""
        shares = self._shares(old, new)
        one = neutral(self._framed(old, shares[0], shares), "")
        other = neutral(self._framed(new, shares[1], shares), "")
        differs = {
            "id": old.id != new.id,
            "level": old.level != new.level,
            "scope": one.scope != other.scope,
            "condition": one.applies != other.applies,
            "days": (one.valid_from, one.valid_until) != (other.valid_from, other.valid_until),
            "check": [line.expr for line in one.lines] != [line.expr for line in other.lines],
            "question": questions(old, self.old) != questions(new, self.new),
            "evidence": old.evidence != new.evidence,
            "silence": old.unknown_fails != new.unknown_fails,
            "severity": old.severity != new.severity,
            "title": old.title != new.title,
            "text": _words(old) != _words(new),
        }
        return tuple(name for name, changed in differs.items() if changed)

    def _notes(self, old: ir.Requirement, new: ir.Requirement, parts: Sequence[str]) -> tuple[str, ...]:
        """Things to say of a requirement that is on both sides."""
        found = []
        if "question" in parts:
            before, after = questions(old, self.old), questions(new, self.new)
            found.append(
                f"it asks otherwise: `{' / '.join(before) or 'nothing'}` became `{' / '.join(after) or 'nothing'}`"
            )
        if "evidence" in parts:
            found.append(f"evidence: {settings.evidence(old.evidence)} became {settings.evidence(new.evidence)}")
        if "silence" in parts:
            found.append("an unknown verdict fails now" if new.unknown_fails else "an unknown verdict no longer fails")
        return tuple(found)

    def _compared(self, old: ir.Requirement, new: ir.Requirement) -> _Outcome:
        """Compare what two requirements say."""
        sides = self._sides(old, new)
        view = Partial(sides.two.problem, sides.old, sides.new, self.as_of, questions(new, self.new))
        failing = self._shown(sides.two, view, sides.new.id, [sides.old.id])
        passing = self._shown(sides.two, view, sides.old.id, [sides.new.id])
        gained, lost = self._applied(sides)
        regions = (
            sides.two.region(sides.new.id, [sides.old.id]) if failing else "",
            sides.two.region(sides.old.id, [sides.new.id]) if passing else "",
        )
        loose = view.loosened(self._bases(sides)) if passing is None else Loose(None, whole=True)
        covered, passing = self._covered(old, new, self.new, passing)
        notes = self._noted(sides.two, new.id)
        meaning = _EFFECTS[failing is not None, passing is not None]
        if notes and passing is None:
            meaning = "undecided"
        return _Outcome(
            meaning,
            _RANGES[gained is not None, lost is not None],
            failing,
            passing,
            gained,
            lost,
            self._told(view, loose.facts) if loose.facts is not None else None,
            regions,
            covered,
            tuple(f"not looked into: {text}" for text in notes),
        )

    def _sides(self, old: ir.Requirement, new: ir.Requirement) -> _Sides:
        shares = self._shares(old, new)
        before = neutral(self._framed(old, shares[0], shares), "")
        after = neutral(self._framed(new, shares[1], shares), "")
        before, after = replace(before, id=OLD + old.id), replace(after, id=NEW + new.id)
        return _Sides(self._two([before, after, applying(before), applying(after)]), before, after)

    def _bases(self, sides: _Sides) -> list[FactBase]:
        """Products from which facts are left out: some that meet the new requirement, those to which both apply first."""
        two, found = sides.two, []
        met = two.units(sides.new.id)
        axioms = [n for n, unit in enumerate(two.problem.units) if two.problem.owners[unit.owner].strength == "axiom"]
        for name in (sides.new.id + APPLIES, sides.old.id + APPLIES):
            broken = two.apart(name, [sides.new.id])
            if broken is not None:
                found.append(witness.product(two.problem, Context({}), broken[0]))
        design = two.oracle.design([*met, *axioms], two.near)
        if design is not None:
            found.append(witness.product(two.problem, Context({}), design))
        return found

    # --- gone, or new --------------------------------------------------------------------------------------------------

    def _alone(self, pair: Pair) -> Change:
        """A requirement that is on one side only."""
        one = pair.new or pair.old or _NONE
        added = pair.new is not None
        blank = replace(one, lines=(), applies=ir.Const(value=False))
        sides = self._sides(blank, one) if added else self._sides(one, blank)
        home = self.new if added else self.old
        view = Partial(sides.two.problem, sides.old, sides.new, self.as_of, questions(one, home))
        broken, met = (sides.new.id, sides.old.id) if added else (sides.old.id, sides.new.id)
        shown = self._shown(sides.two, view, broken, [met])
        gaps = self._noted(sides.two, one.id)
        covered, shown = self._covered(one, None, self.old if added else self.new, shown)
        effect: Effect = "stricter" if added else "weaker"
        if one.level == "may" or covered:
            effect = "none"
        elif shown is None:
            effect = "undecided" if gaps else "none"
        if shown is not None:
            shown = replace(shown, before="absent") if added else replace(shown, after="absent")
        notes = [f"not looked into: {text}" for text in gaps]
        notes += [] if shown is not None or gaps else ["no product can break it"]
        notes += [f"excluded: {found.because}" for found in self.new.excluded if found.id == one.id and not added]
        return Change(
            old="" if added else one.id,
            new=one.id if added else "",
            title=one.title,
            kind="added" if added else "removed",
            effect=effect,
            meaning=effect,
            applies="same",
            levels=("", one.level) if added else (one.level, ""),
            parts=(),
            lines=((), _lines(one)) if added else (_lines(one), ()),
            conditions=("", _condition(one)) if added else (_condition(one), ""),
            failing=shown if added else None,
            passing=None if added else shown,
            covered=covered,
            notes=tuple(notes),
        )

    def _covered(
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
        two = self._two([asked, *others])
        names = [other.id for other in others]
        found = () if two.unknowns else two.implying(asked.id, names) or ()
        if not found:
            blank = replace(next((o for o in others if partner and o.id == NEW + partner.id), _NONE), id=NEW)
            home = self.new if there is self.old else self.old
            view = Partial(two.problem, asked, blank, self.as_of, questions(one, home))
            better = self._shown(two, view, asked.id, names, asks=False)
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
        own = self._shares(None, one) if old else self._shares(one, None)
        asked = replace(neutral(self._framed(one, own[mine], own), "this"), id=OLD + one.id)
        others = []
        for number, found in enumerate(near):
            shares = self._shares(found, None) if old else self._shares(None, found)
            label = "this" if found is partner else f"other {number}"
            others.append(replace(neutral(self._framed(found, shares[other], shares), label), id=NEW + found.id))
        return asked, others

    # --- witnesses -----------------------------------------------------------------------------------------------------

    def _shown(
        self, two: Twofold, view: Partial, broken: str, met: Sequence[str], *, asks: bool = True
    ) -> Shown | None:
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
        return self._told(view, facts, near.changed if self.near else frozenset(), sure=near.sure and bool(self.near))

    def _told(
        self, view: Partial, facts: FactBase, changed: frozenset[str] = frozenset(), *, sure: bool = False
    ) -> Shown:
        before, after = view.verdicts(facts)
        moved = tuple(one for one in view.told(facts) if one.fact in changed and one.fact in self.near)
        return Shown(before=before, after=after, facts=view.told(view.essential(facts)), changed=moved, nearest=sure)


class _Outcome(NamedTuple):
    """What became of the meaning of a requirement."""

    meaning: Effect = "none"
    applies: Range = "same"
    failing: Shown | None = None
    passing: Shown | None = None
    gained: Shown | None = None
    lost: Shown | None = None
    loosened: Shown | None = None
    regions: tuple[str, str] = ("", "")
    covered: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


_NONE = ir.Requirement(
    id="", level="shall", severity="low", title="", scope=ALWAYS, applies=ALWAYS, lines=(), place=ir.Place("", 1, 1)
)


def _axioms(old: ir.Program, new: ir.Program) -> list[ir.Axiom]:
    """Background knowledge of both; what the two say differently under one name is left out."""
    left, right = ({axiom.id: axiom for axiom in program.axioms} for program in (old, new))
    return [
        found
        for name, found in sorted((left | right).items())
        if left.get(name, found).expr == right.get(name, found).expr
    ]


def _others(old: ir.Requirement, new: ir.Requirement) -> list[Effect]:
    """What level, evidence and silence do."""
    steps = LEVELS.index(new.level) - LEVELS.index(old.level)
    silence = int(new.unknown_fails) - int(old.unknown_fails)
    return [
        _EFFECTS[steps > 0, steps < 0],
        _EFFECTS[silence > 0, silence < 0],
        settings.evidence_effect(old.evidence, new.evidence),
    ]


def _joined(effects: Sequence[Effect]) -> Effect:
    """The effect of several together."""
    stricter = any(one in {"stricter", "both"} for one in effects)
    weaker = any(one in {"weaker", "both"} for one in effects)
    found = _EFFECTS[stricter, weaker]
    return "undecided" if "undecided" in effects and not weaker else found


def _lines(one: ir.Requirement) -> tuple[str, ...]:
    return tuple(" ".join(line.text.split()) for line in one.lines)


def _condition(one: ir.Requirement) -> str:
    """`applies when`, as it is written."""
    return " ".join(one.applies_text.split()) or ("" if one.applies == ALWAYS else phrase(one.applies))


def _words(one: ir.Requirement) -> tuple[object, ...]:
    """What a person reads of it beside its rules."""
    refs = tuple(sorted((ref.standard, ref.clause, ref.strength) for ref in one.refs))
    return one.fix, one.note, one.reading, one.clause, one.condition, one.objective, one.threats, refs


def _days(own: Shared) -> str:
    parts = [f"from {date_text(own.start)}"] if own.start is not None else []
    parts += [f"until {date_text(own.end)}"] if own.end is not None else []
    return " ".join(parts) or "always"


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
