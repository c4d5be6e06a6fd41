"""From programs to a problem: every requirement as units `given -> choice`.

Guarantees: a requirement is met by a complete product (verdict `pass` or `not_applicable`) exactly where all of its units are,
except where a given fact that is compared with a choice stands at another value than its singles (`spans`).  Owners are
sorted by id, units by owner, so the order of rules does not matter; what cannot be looked into is in `unknowns`.
What it does not do: decide anything about the problem (`contexts`, `oracle`, `search`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from rulewright.dsl import ir
from rulewright.engine.analysis.asked import RUN, Asked
from rulewright.engine.analysis.forms import Forms
from rulewright.engine.analysis.formulas import complement, conj, disj, lit
from rulewright.engine.analysis.model import FALSE, OTHER, TRUE, Formula, Lit, Owner, Problem, Unit, Unknown
from rulewright.engine.analysis.space import Space
from rulewright.engine.analysis.split import CHOICE, GIVEN, ManyError, Pair, sides, split
from rulewright.facts.types import Value
from rulewright.facts.vocabulary import Vocabulary

Strength = Literal["shall", "should", "right"]
_FEW, _LISTED = 100, 9_000
COUNTED = 1000
"""`most` where designs are listed: lists of several such quantifiers fit into a design (`elements.MOST`)."""


def build(
    programs: Sequence[ir.Program],
    vocabulary: Vocabulary,
    *,
    as_of: int,
    facts: Mapping[str, Value] | None = None,
    only: Collection[str] | None = None,
    most: int = COUNTED,
) -> Problem:
    """The problem of all requirements of some programs, from the day `as_of` on.

    `facts` fixes given attributes; `only` names the requirements to look at, by the ids of owners or of requirements.
    Quantifiers that count more than `most` elements (0: none) are not looked into: no design could list so many.
    """
    return abstract(programs, vocabulary, as_of=as_of, facts=facts, only=only, most=most)[0]


def abstract(
    programs: Sequence[ir.Program],
    vocabulary: Vocabulary,
    *,
    as_of: int,
    facts: Mapping[str, Value] | None = None,
    only: Collection[str] | None = None,
    most: int = COUNTED,
) -> tuple[Problem, Space]:
    """As `build`, with the space that tells in which cell a value is."""
    owners = list(owners_of(programs, only))
    asked = Asked()
    for owner in owners:
        assert owner.requirement is not None
        asked.requirement(owner.requirement)
    owners += [
        Owner(axiom.id, "axiom", axiom=axiom)
        for axiom in _connected(axioms_of(programs), asked, _lists(_expressions(owners)))
    ]
    space = Space(asked, vocabulary, as_of, facts or {})
    maker = _Maker(space, _affordable(owners, most))
    for number, owner in enumerate(owners):
        maker.add(number, owner)
    context = [(-1, formula) for formula in _profile(space, facts or {})]
    unknowns = (*space.unknowns, *maker.unknowns)
    problem = Problem(
        tuple(space.variables), tuple(owners), tuple(maker.units), (*context, *maker.context), unknowns, as_of
    )
    return problem, space


# --- owners ------------------------------------------------------------------------------------------------------------


def owners_of(programs: Sequence[ir.Program], only: Collection[str] | None = None) -> Iterator[Owner]:
    """The requirements that are looked at, sorted by id: with its edition where several of its standard take part."""
    editions = [{module.id: module.edition for module in program.modules} for program in programs]
    seen: dict[str, set[str]] = {}
    for found in editions:
        for name, edition in found.items():
            seen.setdefault(name, set()).add(edition)
    owners: dict[str, list[tuple[str, Owner]]] = {}
    for program, found in zip(programs, editions, strict=True):
        for wanted in program.requirements:
            strength = _strength(wanted)
            module = wanted.id.partition(":")[0]
            edition = found.get(module, "")
            name = f"{module}@{edition}:{wanted.id.partition(':')[2]}" if len(seen.get(module, ())) > 1 else wanted.id
            if strength and (only is None or name in only or wanted.id in only):
                owner = Owner(name, strength, wanted, edition=edition)
                owners.setdefault(name, []).append((_policy(program), owner))
    for name in sorted(owners):
        yield from [owners[name][0][1]] if len(owners[name]) == 1 else _apart(owners[name])


def _policy(program: ir.Program) -> str:
    """The policy that a program is of, with its edition."""
    module = next((m for m in program.modules if m.kind == "policy"), None)
    return f"{module.id}@{module.edition}" if module is not None else ""


def _apart(owners: Sequence[tuple[str, Owner]]) -> Iterator[Owner]:
    """The requirements of one name that say different things (policies set parameters): each once, named by its policy."""
    meanings: dict[bytes, list[tuple[str, bytes, Owner]]] = {}
    for policy, owner in owners:
        one = owner.requirement
        assert one is not None
        lines = [line.expr for line in one.lines]
        said = msgspec.json.encode((owner.strength, one.scope, one.applies, lines, one.valid_from, one.valid_until))
        meanings.setdefault(said, []).append((policy, msgspec.json.encode(one), owner))
    found = sorted((min(several, key=lambda one: one[:2]), said) for said, several in meanings.items())
    if len(found) == 1:
        yield found[0][0][2]
        return
    policies = [policy for (policy, _, _), _ in found]
    for number, ((policy, _, owner), _) in enumerate(found, 1):
        label = policy if policy and policies.count(policy) == 1 else f"{policy} {number}".strip()
        yield msgspec.structs.replace(owner, id=f"{owner.id} ({label})")


def _strength(wanted: ir.Requirement) -> Strength | None:
    """What kind of demand it is; a `may` that is no right demands nothing."""
    if wanted.level == "may":
        return "right" if wanted.right else None
    return wanted.level


def _expressions(owners: Iterable[Owner]) -> Iterator[ir.Expr]:
    """Everything that requirements say."""
    for owner in owners:
        if owner.requirement is not None:
            yield owner.requirement.scope
            yield owner.requirement.applies
            yield from (line.expr for line in owner.requirement.lines)


def axioms_of(programs: Iterable[ir.Program]) -> list[ir.Axiom]:
    """The background axioms, sorted by id, each once: of those with one id, all that say different things, numbered."""
    found: dict[str, dict[bytes, list[ir.Axiom]]] = {}
    for program in programs:
        for axiom in program.axioms:
            found.setdefault(axiom.id, {}).setdefault(msgspec.json.encode(axiom.expr), []).append(axiom)
    axioms: list[ir.Axiom] = []
    for name, meanings in sorted(found.items()):
        for number, said in enumerate(sorted(meanings), 1):
            axiom = min(meanings[said], key=msgspec.json.encode)
            numbered = f"{name} ({number})" if len(meanings) > 1 else name
            axioms.append(msgspec.structs.replace(axiom, id=numbered))
    return axioms


def _connected(axioms: Sequence[ir.Axiom], asked: Asked, lists: set[str]) -> list[ir.Axiom]:
    """The axioms that have to do with what is asked, directly or through others; what they ask is noted.

    An axiom about some elements of a list (that there is one, say) bears on everything that is asked of that list.
    """
    waiting = [(axiom, _asked_by(axiom), _lists([axiom.expr])) for axiom in axioms]
    kept: list[ir.Axiom] = []
    while True:
        near = [
            (axiom, own, over)
            for axiom, own, over in waiting
            if over & lists or not own.kinds.keys().isdisjoint(asked.kinds)
        ]
        if not near:
            return sorted(kept, key=lambda axiom: axiom.id)
        for axiom, _, over in near:
            asked.expression(axiom.expr)
            lists |= over
            kept.append(axiom)
        waiting = [one for one in waiting if one not in near]


def _affordable(owners: Sequence[Owner], most: int) -> int:
    """Up to which count quantifiers are looked into, at most `most`: those of over 100 fit into one design together."""
    exprs = [*_expressions(owners), *(owner.axiom.expr for owner in owners if owner.axiom is not None)]
    large: set[ir.Quant] = set()
    while exprs and most:
        match exprs.pop():
            case ir.Not(item):
                exprs.append(item)
            case ir.And(items) | ir.Or(items):
                exprs += items
            case ir.Quant() as quant:
                exprs += (quant.where, quant.body)
                large |= {quant} if _FEW < quant.n <= most else set()
            case _:
                continue
    counts = sorted(quant.n + 1 for quant in large)
    while sum(counts) > _LISTED:
        most = max(_FEW, min(most, counts.pop() - 2))
    return most


def _lists(exprs: Iterable[ir.Expr]) -> set[str]:
    """The collections over which expressions range."""
    found: set[str] = set()
    todo = list(exprs)
    while todo:
        match todo.pop():
            case ir.Not(item):
                todo.append(item)
            case ir.And(items) | ir.Or(items):
                todo += items
            case ir.Quant() as quant:
                found.add(quant.collection)
                todo += (quant.where, quant.body)
            case _:
                continue
    return found


def _asked_by(axiom: ir.Axiom) -> Asked:
    own = Asked()
    del own.kinds[RUN]
    own.expression(axiom.expr)
    return own


# --- units -------------------------------------------------------------------------------------------------------------


class _Conditions(NamedTuple):
    """Where a requirement does not apply; where it is known whether it does; whether the context alone decides it."""

    out: Formula
    doubt: Formula
    pure: bool
    noticed: tuple[str, ...]


class _Maker:
    """Makes units and what holds of every context."""

    def __init__(self, space: Space, most: int) -> None:
        self.units: list[Unit] = []
        self.context: list[tuple[int, Formula]] = []
        self.unknowns: list[Unknown] = []
        self._space = space
        self._forms = Forms(space)
        self._forms.most = most
        self._complements: dict[Formula, Formula] = {}
        self._inapplicable: dict[tuple[ir.Expr, ir.Expr, int | None, int | None], _Conditions] = {}

    def add(self, number: int, owner: Owner) -> None:
        """The units of one owner."""
        forms = self._forms
        forms.noticed.clear()
        made: dict[tuple[Formula, Formula], tuple[int, ...]] = {}
        if owner.requirement is not None:
            for line, pairs in self._demands(owner, owner.requirement):
                for pair in pairs:
                    made[pair] = (*made.get(pair, ()), *line)
        elif owner.axiom is not None:
            forms.between = True
            made = dict.fromkeys(self._pairs(owner, forms.form(owner.axiom.expr)), ())
            forms.between = False
        for (given, choice), lines in made.items():
            if choice == FALSE and owner.axiom is not None:
                self.context.append((number, given))
                continue
            when = self._complements.get(given)
            if when is None:
                when = self._complements[given] = complement(given, forms.variables)
            self.units.append(Unit(number, when, choice, lines))
        if forms.noticed:
            self.unknowns += [Unknown(owner.id, text) for text in forms.noticed]

    def _pairs(self, owner: Owner, formula: Formula) -> list[Pair]:
        try:
            return split(formula, self._forms.variables, self._forms.given)
        except ManyError:
            self.unknowns.append(Unknown(owner.id, "mixes context and design in too many ways to be looked into"))
            return []

    def _demands(self, owner: Owner, wanted: ir.Requirement) -> Iterator[tuple[tuple[int, ...], list[Pair]]]:
        """Pairs whose conjunction is the requirement, with the numbers of the lines that they are of."""
        forms = self._forms
        when = self._conditions(wanted)
        if when.out == TRUE:
            return
        for number, line in enumerate(wanted.lines):
            demand = forms.form(line.expr)
            if when.pure and sides(demand, forms.given) in {0, CHOICE}:  # as most are
                if demand != TRUE:
                    yield (number,), [(when.out, demand)]
            else:
                yield (number,), self._pairs(owner, disj([when.out, demand], forms.variables))
        if when.doubt != TRUE:
            yield (), self._pairs(owner, when.doubt)

    def _conditions(self, wanted: ir.Requirement) -> _Conditions:
        """When a requirement does not apply."""
        key = (wanted.scope, wanted.applies, wanted.valid_from, wanted.valid_until)
        found = self._inapplicable.get(key)
        forms = self._forms
        if found is None:
            out = disj(self._outside(wanted), forms.variables)
            doubt: Formula = TRUE
            if not (forms.sure(wanted.scope) and forms.sure(wanted.applies)):
                known = conj([forms.form(wanted.scope), forms.form(wanted.applies)])
                doubt = disj([out, known], forms.variables)
            pure = sides(out, forms.given) in {0, GIVEN}
            found = self._inapplicable[key] = _Conditions(out, doubt, pure, tuple(forms.noticed))
        forms.noticed.update(dict.fromkeys(found.noticed))
        return found

    def _outside(self, wanted: ir.Requirement) -> Iterator[Formula]:
        """When a requirement does not apply."""
        yield self._forms.form(wanted.scope, positive=False)
        yield self._forms.form(wanted.applies, positive=False)
        if wanted.valid_from is not None:
            yield self._day(ir.Cmp(">=", wanted.valid_from))
        if wanted.valid_until is not None:
            yield self._day(ir.Cmp("<=", wanted.valid_until))

    def _day(self, test: ir.Test) -> Formula:
        """Where a test of the day of the run is false."""
        return lit(self._space.variables, self._space.scalar[RUN], self._space.answers(RUN, test)[1])


# --- the profile -------------------------------------------------------------------------------------------------------


def _profile(space: Space, facts: Mapping[str, Value]) -> Iterator[Formula]:
    """What is known of the context: the cell of each given fact."""
    for name in sorted(facts):
        key, value = ("", name), facts[name]
        if not space.given(key):
            continue
        if key in space.members and isinstance(value, tuple):
            for word, var in space.members[key].items():
                held = bool(set(value) - set(space.members[key])) if word == OTHER else word in value
                yield Lit(var, 2 if held else 1)
        elif key in space.scalar:
            mask = space.holding(key, value)
            if mask:
                yield lit(space.variables, space.scalar[key], mask)
