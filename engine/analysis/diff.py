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
from rulewright.engine.analysis.comparing import LEVELS, NEW, NONE, OLD, Comparing, Sides
from rulewright.engine.analysis.difference import Change, Difference, Effect, Frame, Range, Shown, Side
from rulewright.engine.analysis.findings import UnknownInfo
from rulewright.engine.analysis.model import Context
from rulewright.engine.analysis.paired import Pair, Shared, neutral, pairs, questions
from rulewright.engine.analysis.partial import Loose
from rulewright.engine.analysis.partial import Pair as Partial
from rulewright.engine.analysis.twofold import ALWAYS, APPLIES, applying
from rulewright.engine.phrases import literal, phrase
from rulewright.engine.report import natural
from rulewright.engine.result import Engine, PolicyInfo
from rulewright.engine.words import date_text
from rulewright.facts.base import FactBase
from rulewright.facts.types import Value
from rulewright.facts.vocabulary import Vocabulary

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


class _Work(Comparing):
    """Says what became of each requirement."""

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
            sides = Sides(self.two([applying(old), applying(new)]), old, new)
            gained, lost = self.applied(sides)
            applies = _RANGES[gained is not None, lost is not None]
            self.noted(sides.two, home)
        return Frame(
            module=home,
            scopes=(phrase(before.scope), phrase(after.scope)),
            days=(_days(before), _days(after)),
            applies=applies,
            gained=gained,
            lost=lost,
        )

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
        shares = self.shares(old, new)
        one = neutral(self.framed(old, shares[0], shares), "")
        other = neutral(self.framed(new, shares[1], shares), "")
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
        return (*found, *_parameters(old, new), *_tailored(old, new))

    def _compared(self, old: ir.Requirement, new: ir.Requirement) -> _Outcome:
        """Compare what two requirements say."""
        sides = self.sides(old, new)
        view = Partial(sides.two.problem, sides.old, sides.new, self.as_of, questions(new, self.new))
        failing = self.shown(sides.two, view, sides.new.id, [sides.old.id])
        passing = self.shown(sides.two, view, sides.old.id, [sides.new.id])
        gained, lost = self.applied(sides)
        regions = (
            sides.two.region(sides.new.id, [sides.old.id]) if failing else "",
            sides.two.region(sides.old.id, [sides.new.id]) if passing else "",
        )
        loose = view.loosened(self._bases(sides)) if passing is None else Loose(None, whole=True)
        covered, passing = self.covered(old, new, self.new, passing)
        notes = self.noted(sides.two, new.id)
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
            self.told(view, loose.facts) if loose.facts is not None else None,
            regions,
            covered,
            tuple(f"not looked into: {text}" for text in notes),
        )

    def _bases(self, sides: Sides) -> list[FactBase]:
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

    def _alone(self, pair: Pair) -> Change:
        """A requirement that is on one side only."""
        one = pair.new or pair.old or NONE
        added = pair.new is not None
        blank = replace(one, lines=(), applies=ir.Const(value=False))
        sides = self.sides(blank, one, alone=True) if added else self.sides(one, blank, alone=True)
        home = self.new if added else self.old
        view = Partial(sides.two.problem, sides.old, sides.new, self.as_of, questions(one, home))
        broken, met = (sides.new.id, sides.old.id) if added else (sides.old.id, sides.new.id)
        shown = self.shown(sides.two, view, broken, [met])
        gaps = self.noted(sides.two, one.id)
        covered, shown = self.covered(one, None, self.old if added else self.new, shown)
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


def _parameters(old: ir.Requirement, new: ir.Requirement) -> list[str]:
    """Parameters of both with other values."""
    before = {(one.module, one.name): one for one in old.params}
    return [
        f"`{one.module}.{one.name}` is {_value(one)}, not {_value(before[one.module, one.name])}"
        for one in new.params
        if before.get((one.module, one.name), one).value != one.value
    ]


def _value(one: ir.Parameter) -> str:
    """The value of a parameter as rule text."""
    kind = one.kind.partition("<")[0]
    return literal(one.value, kind if kind in {"int", "decimal", "date", "bool", "set"} else "string")


def _tailored(old: ir.Requirement, new: ir.Requirement) -> list[str]:
    """What a policy changed in a requirement on the new side only; parameters are told by their values."""
    before = {(one.action, one.detail, one.because) for one in old.tailored}
    added = [one for one in new.tailored if one.action != "set" and (one.action, one.detail, one.because) not in before]
    return [f"{one.action} {one.detail}{f' because {one.because}' if one.because else ''}" for one in added]


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
