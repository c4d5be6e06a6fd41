"""Product variants: can one variant serve all markets, and if not, how many are needed, which goes where, and why.

Meaning.  A *group* of markets stands for the contexts in which `product.markets` is exactly this group, with the markets that
background axioms bring along (`US-CA` brings `US`); all other facts of the context are free, or fixed by the product's profile.
A group is *served* when each of its contexts has a design that meets every `shall` requirement that applies there, leaving
aside contexts in which a contradiction applies that one of its markets has alone: splitting cannot help against that one.
Variants are a partition of the markets into served groups, as few as there can be.  (Inside a group the design may still
depend on other facts of the context: a variant is what goes to which market.)
Guarantees: exact and least, for any number of members of a conflict; deterministic.  Every pair of variants comes with a
minimal conflict that keeps them apart.  What a limit left out is in `left`.
What it does not do: explain conflicts at length (`explain`), or settle them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from rulewright import __version__
from rulewright.dsl import ir
from rulewright.engine.analysis import explain, findings, normalise, ranks, say
from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.cores import Desk
from rulewright.engine.analysis.cover import Cover
from rulewright.engine.analysis.formulas import conj
from rulewright.engine.analysis.model import OTHER, Found, Lit, Owner, Problem
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.result import Engine, PolicyInfo
from rulewright.engine.words import date_text
from rulewright.facts.types import Value
from rulewright.facts.vocabulary import Vocabulary

MARKETS = "product.markets"
ASKED = "left out on request"
MOST_MARKETS = 12
"""More are refused: the partition is found exactly."""
MOST_ALONE = 300
"""So many conflicts of one market alone are looked for."""


# --- the answer --------------------------------------------------------------------------------------------------------


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """A minimal conflict: its members quoted, the smallest context that shows it, the chain of why."""

    id: str
    members: tuple[findings.Member, ...]
    context: tuple[findings.FactValue, ...]
    why: tuple[str, ...]
    axioms: tuple[str, ...]


class Market(msgspec.Struct, frozen=True, kw_only=True):
    """One market.  `brings`: other members that background axioms add; `conflicts`: those that it has alone.

    `served`: `always`; `partly`: not in contexts where one of its conflicts applies; `never`: there is one in every context;
    `impossible`: no context has this member.  `variant`: the number of its variant, 0 where there is none.
    """

    name: str
    brings: tuple[str, ...]
    served: Literal["always", "partly", "never", "impossible"]
    variant: int
    conflicts: tuple[str, ...]


class Variant(msgspec.Struct, frozen=True):
    """One variant: its number, from 1, and its markets."""

    number: int
    markets: tuple[str, ...]


class Split(msgspec.Struct, frozen=True):
    """Why two variants are two: a conflict that one variant for both would have; `""`: no product is in both."""

    variants: tuple[int, int]
    conflict: str


class LeftOut(msgspec.Struct, frozen=True):
    """A requirement that the answer leaves out, and why."""

    requirement: str
    because: str


class Variants(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer.  `one`: one variant serves all markets in every context."""

    format: Literal["rulewright-variants/1"] = "rulewright-variants/1"
    engine: Engine
    language: str
    as_of: str
    policies: tuple[PolicyInfo, ...]
    product: str
    by: str
    profile: str
    requirements: int
    one: bool
    variants: tuple[Variant, ...]
    markets: tuple[Market, ...]
    splits: tuple[Split, ...]
    conflicts: tuple[Clash, ...]
    left_out: tuple[LeftOut, ...]
    calls: int
    left: tuple[str, ...]
    unknowns: tuple[findings.UnknownInfo, ...]


def encode(answer: Variants) -> bytes:
    """The JSON of an answer: keys in the order above."""
    return msgspec.json.encode(answer)


# --- groups ------------------------------------------------------------------------------------------------------------


class SettledError(Exception):
    """A conflict that a `prefer` line settles: which owner gives way."""

    def __init__(self, loser: int, because: str) -> None:
        """Keep both."""
        super().__init__(because)
        self.loser, self.because = loser, because


class Bad(NamedTuple):
    """A conflict, by its place in the list; the condition that all its units apply."""

    number: int
    literals: tuple[int, ...]


class Groups:
    """Which groups of markets (bit masks) can be served; every conflict that is found is kept."""

    def __init__(self, cover: Cover, by: str, names: Sequence[str]) -> None:
        """Find out what each market brings along."""
        self.cover, self.by, self.names = cover, by, names
        variables = enumerate(cover.problem.variables)
        self.members = {one.member: var for var, one in variables if one.name == by and one.given}
        self.found: list[Found] = []
        self.left: list[str] = []
        self._known: list[Bad] = []
        self._bad: dict[int, int | None] = {}
        self._good: set[int] = set()
        self.brought = [self._closure(name) for name in names]
        self.alone: list[list[int]] = [[] for _ in names]
        self._marks: list[list[int]] = [[] for _ in names]
        self.state = [self._alone(place) for place in range(len(names))]

    # --- contexts ------------------------------------------------------------------------------------------------------

    def _literals(self, words: Iterable[str]) -> list[int]:
        """The set is exactly this."""
        here = set(words)
        present = {word if word in self.members else OTHER for word in here}
        return [self._member(word, there=word in present) for word in self.members]

    def _member(self, word: str, *, there: bool) -> int:
        return self.cover.worlds.literal(Lit(self.members[word], 2 if there else 1))

    def _possible(self, assumed: Sequence[int]) -> bool:
        return self.cover.worlds.solve(assumed) is not None

    def _closure(self, name: str) -> frozenset[str] | None:
        """The market and what axioms bring along, as little as can be; None: there is no such product."""
        start = name if name in self.members else OTHER
        if self._possible(self._literals([name])):
            return frozenset({name})
        held = [self._member(start, there=True)] if start in self.members else []
        if not self._possible(held):
            return None
        words = {name}
        for word in sorted(self.members.keys() - {start}):
            absent = self._member(word, there=False)
            if self._possible([*held, absent]):
                held.append(absent)
            else:
                words.add(word)
        return frozenset(words)

    def words(self, group: int) -> frozenset[str]:
        """All members of the set of a group."""
        return frozenset[str]().union(*(self.brought[place] or () for place in _places(group)))

    def _under(self, group: int) -> list[int]:
        """What is assumed of the contexts of a group, without those that one market's own conflicts spoil."""
        marks = dict.fromkeys(mark for place in _places(group) for mark in self._marks[place])
        return [*self._literals(self.words(group)), *marks]

    # --- one market ----------------------------------------------------------------------------------------------------

    def _alone(self, place: int) -> Literal["always", "partly", "never", "impossible"]:
        """Find all conflicts that a market has alone."""
        if self.brought[place] is None:
            return "impossible"
        group = 1 << place
        while len(self.alone[place]) < MOST_ALONE:
            found = self.cover.conflict(self._under(group))
            if found is None:
                break
            self._spoilt(place, self._number(found))
        else:
            self.left.append(f"{self.names[place]}: more than {MOST_ALONE} conflicts")
        if not self.alone[place]:
            return "always"
        return "partly" if self._possible(self._under(group)) else "never"

    def _spoilt(self, place: int, number: int) -> None:
        """From now on, contexts of this market in which a conflict applies do not count."""
        mark = self.cover.worlds.fresh()
        self.cover.forbid(self.found[number].units, mark)
        self.alone[place].append(number)
        self._marks[place].append(mark)

    def _number(self, found: Found) -> int:
        """The place of a conflict in the list."""
        if found not in self.found:
            owners = self.cover.problem.owners
            decided = ranks.decided([owners[owner] for owner in found.owners])
            if decided is not None:
                loser = next(owner for owner in found.owners if owners[owner].id == decided.loser)
                raise SettledError(loser, f"gives way to {decided.winner}: {decided.because}")
            units = self.cover.problem.units
            givens = dict.fromkeys(units[unit].given for unit in found.units)
            self._known.append(Bad(len(self.found), tuple(self.cover.worlds.literal(given) for given in givens)))
            self.found.append(found)
        return self.found.index(found)

    # --- several markets -----------------------------------------------------------------------------------------------

    def known_bad(self, group: int) -> bool:
        """Whether a conflict found so far shows that a group is not served."""
        if group in self._bad:
            return True
        if group in self._good or not group & (group - 1):
            return False
        under = self._under(group)
        spoilt = {number for place in _places(group) for number in self.alone[place]}
        for bad in self._known:
            if bad.number not in spoilt and self._possible([*under, *bad.literals]):
                self._bad[group] = bad.number
                return True
        return False

    def served(self, group: int) -> bool:
        """Whether a group is served."""
        if not group & (group - 1):
            return True
        while group not in self._good and group not in self._bad:
            under = self._under(group)
            if not self._possible(self._literals(self.words(group))):
                self._bad[group] = None
                break
            found = self.cover.conflict(under)
            if found is None:
                self._good.add(group)
                break
            number = self._number(found)
            own = [place for place in _places(group) if self._applies_alone(number, place)]
            if own:
                self._spoilt(own[0], number)
            else:
                self._bad[group] = number
        return group in self._good

    def _applies_alone(self, number: int, place: int) -> bool:
        """Whether a conflict applies in some context of one market."""
        literals = self._known[number].literals
        return self._possible([*self._literals(self.words(1 << place)), *literals])

    def why(self, group: int) -> int | None:
        """The conflict that keeps a group from being served, if it is one."""
        return self._bad[group]


def _places(group: int) -> Iterator[int]:
    place = 0
    while group >> place:
        if group >> place & 1:
            yield place
        place += 1


def partition(groups: Groups, among: int) -> list[int]:
    """The least number of served groups that hold all these markets; of those, the one with the largest first groups.

    Groups count as served until they are looked at: the best partition is tried, until all its groups are.
    """
    while True:
        best: dict[int, tuple[int, ...]] = {0: ()}
        chosen = _best(groups, among, best)
        unserved = [group for group in chosen if not groups.served(group)]
        if not unserved:
            return list(chosen)


def _best(groups: Groups, left: int, known: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    if left in known:
        return known[left]
    first, found = left & -left, tuple[int, ...]()
    rest = left ^ first
    part = rest
    while True:
        if not groups.known_bad(part | first):
            tried = (part | first, *_best(groups, rest ^ part, known))
            if not found or _rank(tried) < _rank(found):
                found = tried
        if not part:
            break
        part = (part - 1) & rest
    known[left] = found
    return found


def _rank(parts: tuple[int, ...]) -> tuple[int, int, int]:
    """Few groups, then a large first one, then the first markets in it."""
    return len(parts), -parts[0].bit_count(), parts[0]


# --- the question ------------------------------------------------------------------------------------------------------


def variants(
    programs: Sequence[ir.Program],
    vocabulary: Vocabulary,
    markets: Sequence[str],
    *,
    as_of: int,
    facts: Mapping[str, Value] | None = None,
    by: str = MARKETS,
    product: str = "",
    without: Collection[str] = (),
) -> Variants:
    """How many variants serve these markets.  `by`: the set in the context that is divided; `facts` fixes other facts.

    `without` names requirements (ids of owners) to leave out; one that gives way to another by `prefer` is left out, too,
    when the two clash.

    Raises ValueError for more than MOST_MARKETS markets, or none, and `cover.UndecidedError` where no answer was found.
    """
    names = list(dict.fromkeys(markets))
    if not 1 <= len(names) <= MOST_MARKETS:
        msg = f"from 1 to {MOST_MARKETS} markets"
        raise ValueError(msg)
    known = {name: value for name, value in (facts or {}).items() if name != by}
    problem = normalise.build(programs, vocabulary, as_of=as_of, facts=known, most=0)
    oracle = Oracle(problem)
    contexts = Contexts(problem, oracle)
    out = {n: ASKED for n, owner in enumerate(problem.owners) if without and named(owner, without)}
    groups, parts, splits = _divided(problem, oracle, contexts, out, by, names)
    desk, modules = Desk(problem, contexts, oracle), ranks.modules(programs)
    clashes = [clash(desk, found, modules) for found in groups.found]
    made = tuple(Variant(n, tuple(names[place] for place in _places(part))) for n, part in enumerate(parts, 1))
    return Variants(
        engine=Engine(name="rulewright", version=__version__),
        language=programs[0].language if programs else "1",
        as_of=f"{date_text(as_of)}T00:00:00Z",
        policies=_policies(programs),
        product=product,
        by=by,
        profile=_profile(problem),
        requirements=sum(owner.strength == "shall" for owner in problem.owners),
        one=len(parts) == 1 and set(groups.state) == {"always"},
        variants=made,
        markets=tuple(_market(groups, place, parts, clashes) for place in range(len(names))),
        splits=tuple(Split(pair, "" if number is None else clashes[number].id) for pair, number in splits),
        left_out=tuple(LeftOut(problem.owners[owner].id, why) for owner, why in sorted(out.items())),
        conflicts=tuple(dict.fromkeys(clashes)),
        calls=groups.cover.calls,
        left=tuple(groups.left),
        unknowns=tuple(findings.UnknownInfo(u.owner, u.text) for u in problem.unknowns),
    )


def _divided(
    problem: Problem, oracle: Oracle, contexts: Contexts, out: dict[int, str], by: str, names: Sequence[str]
) -> tuple[Groups, list[int], list[tuple[tuple[int, int], int | None]]]:
    """The groups, and what keeps each pair apart; whoever gives way by `prefer` is added to what is left out."""
    while True:
        cover = Cover(problem, oracle=oracle, contexts=contexts, without=out)
        try:
            groups = Groups(cover, by, names)
            among = sum(1 << place for place, state in enumerate(groups.state) if state in {"always", "partly"})
            parts = sorted(partition(groups, among), key=lambda part: part & -part)
            return groups, parts, list(_splits(groups, parts))
        except SettledError as settled:
            out[settled.loser] = settled.because


def clash(desk: Desk, found: Found, modules: ranks.Modules) -> Clash:
    """A conflict, explained."""
    told = explain.explain(desk, found, modules)
    owners = [desk.problem.owners[owner] for owner in found.owners]
    return Clash(id=ranks.identity(owners), members=told.members, context=told.facts, why=told.why, axioms=told.axioms)


def _market(groups: Groups, place: int, parts: Sequence[int], clashes: Sequence[Clash]) -> Market:
    name = groups.names[place]
    return Market(
        name=name,
        brings=tuple(sorted((groups.brought[place] or frozenset()) - {name})),
        served=groups.state[place],
        variant=next((n for n, part in enumerate(parts, 1) if part >> place & 1), 0),
        conflicts=tuple(dict.fromkeys(clashes[number].id for number in groups.alone[place])),
    )


def _splits(groups: Groups, parts: Sequence[int]) -> Iterator[tuple[tuple[int, int], int | None]]:
    """What keeps each pair of variants apart."""
    for one, first in enumerate(parts, 1):
        for other, second in enumerate(parts[one:], one + 1):
            groups.served(first | second)
            yield (one, other), groups.why(first | second)


def named(owner: Owner, names: Collection[str]) -> bool:
    """Whether some words name this requirement: its id, with or without the edition."""
    own = owner.requirement.id if owner.requirement is not None else ""
    home, _, name = own.partition(":")
    return bool(own) and bool({owner.id, own, f"{home}@{owner.edition}:{name}"} & set(names))


def _profile(problem: Problem) -> str:
    """What is fixed of the context, as rule text."""
    return say.formula(conj(formula for owner, formula in problem.context if owner < 0), problem.variables)


def _policies(programs: Iterable[ir.Program]) -> tuple[PolicyInfo, ...]:
    modules = {(m.kind, m.id, m.edition): m for program in programs for m in program.modules}
    return tuple(
        PolicyInfo(kind=m.kind, id=m.id, edition=m.edition, sha256=m.sha256, title=m.title, pinned=m.pinned)
        for _, m in sorted(modules.items())
    )
