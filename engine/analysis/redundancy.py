"""What others demand already: requirements of the same meaning, those that a stricter one contains, and those that few make up.

One requirement *contains* another where no product meets the first and violates the second.  Both ways they mean the same; one
way, who meets the stricter complies once with both.  Where no single one does, two that do so together are looked for.
Rights demand nothing and take no part; what nothing violates is `vacuity`.

Guarantees: every answer is exact over all contexts (of the profile) and all complete products; a set is minimal, and it is no
set of requirements that cannot be met where the contained one could be violated: contradictions contain nothing.  All
single ones are found; of pairs as many as `TRIES` questions per requirement find (`Contained.whole` says whether that was enough).
How: products that violate a requirement are kept; only what all of them violate, too, can contain it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from rulewright.engine.analysis.findings import Observation
from rulewright.engine.analysis.formulas import conj
from rulewright.engine.analysis.model import Design
from rulewright.engine.analysis.observe import observation
from rulewright.engine.analysis.possible import Possible, touched
from rulewright.engine.analysis.work import Work

TRIES = 20
"""So many questions per requirement about pairs."""
RANKS = {"shall": 2, "should": 1}


class Contained(NamedTuple):
    """Which sets of others contain a requirement; whether all pairs were tried."""

    owner: int
    by: tuple[tuple[int, ...], ...]
    whole: bool = True


class Redundancy:
    """Looks for what contains what among the demands of a problem."""

    def __init__(self, work: Work, *, pairs: bool = True) -> None:
        """Index the requirements by what they are about; `pairs`: look for two that contain a third one, too."""
        self.work = work
        self.problem = work.problem
        self.possible = Possible(work.problem, work.oracle)
        self.pairs = pairs
        self.owners = [n for n in work.requirements() if self.problem.owners[n].strength in RANKS]
        self._units = {n: self.possible.by_owner.get(n, []) for n in self.owners}
        self._about = {n: self._design(n) for n in self.owners}
        self._sharing: dict[int | str, list[int]] = {}
        for owner, about in self._about.items():
            for item in about:
                self._sharing.setdefault(item, []).append(owner)

    def _design(self, owner: int) -> frozenset[int | str]:
        """What of design a requirement is about."""
        variables = self.problem.variables
        about = touched(*(self.problem.units[unit].choice for unit in self._units[owner]))
        return frozenset(item for item in about if isinstance(item, str) or not variables[item].given)

    def all(self) -> Iterator[Contained]:
        """Every requirement that others contain."""
        for owner in self.owners:
            found = self.contained(owner)
            if found.by:
                yield found

    def contained(self, owner: int) -> Contained:
        """What contains one requirement: all single ones, else pairs."""
        broken = [(unit, product) for unit in self._units[owner] if (product := self._breach(unit)) is not None]
        if not broken:
            return Contained(owner, ())
        others = [n for n in self._near(owner) if n != owner]
        single = tuple((n,) for n in self._single(broken, others))
        if single or not self.pairs:
            return Contained(owner, single)
        return self._pairs(owner, broken)

    def stricter(self, strict: int, mild: int) -> Design | None:
        """A product that meets one requirement and violates another one, as the evaluator says, too."""
        for unit in self._units[strict]:
            found = self._breach(unit, (mild,))
            if found is not None and self.possible.judged(mild, found) and self.possible.judged(strict, found) is False:
                return found
        return None

    # --- one -----------------------------------------------------------------------------------------------------------

    def _breach(self, unit: int, by: Sequence[int] = ()) -> Design | None:
        """A product that breaks a unit and meets some requirements."""
        wanted = [self.possible.breaks(unit), *map(self.possible.satisfied, by)]
        return self.possible.product(wanted, near=self.possible.usual)

    def _near(self, owner: int) -> list[int]:
        """The requirements that share a fact of design with one, directly or through background knowledge."""
        about = self._about[owner]
        reach = set(about).union(*(law.touched for law in self.possible.background(about)))
        return sorted({other for item in reach for other in self._sharing.get(item, ())})

    def _single(self, broken: Sequence[tuple[int, Design]], others: Iterable[int]) -> Iterator[int]:
        """Those of some requirements that contain one: all products that break it break them."""
        shown = [product for _, product in broken]
        for other in others:
            if any(self.possible.met(other, product) is True for product in shown):
                continue
            escape = self._escape(broken, (other,))
            if escape is not None:
                shown.append(escape)
            elif self._proper(broken, (other,)):
                yield other

    def _escape(self, broken: Sequence[tuple[int, Design]], by: Sequence[int]) -> Design | None:
        """A product that meets some requirements and breaks one."""
        found = (self._breach(unit, by) for unit, _ in broken)
        return next((product for product in found if product is not None), None)

    def _proper(self, broken: Sequence[tuple[int, Design]], by: Sequence[int]) -> bool:
        """Whether some requirements can be met in a context in which the one that they contain could be violated."""
        met = conj(map(self.possible.satisfied, by))
        for unit, product in broken:
            if self.possible.product([self.possible.context(product), met]) is not None:
                return True
            other = self.possible.product([self.problem.units[unit].given, met], near=self.possible.usual)
            if other is not None and self.possible.product([self.possible.context(other), self.possible.breaks(unit)]):
                return True
        return False

    # --- two -----------------------------------------------------------------------------------------------------------

    def _pairs(self, owner: int, broken: Sequence[tuple[int, Design]]) -> Contained:
        """The pairs that contain a requirement, none of which does alone."""
        near = self._wider(owner)
        start, found, done = self.possible.spent, list[tuple[int, ...]](), set[tuple[int, ...]]()
        for first in self._hitting(near, broken[0][1]):
            escape = self._escape(broken, (first,))
            if escape is None:  # it cannot be met where the requirement could be violated
                continue
            shown = [escape]
            for second in near:
                pair = tuple(sorted((first, second)))
                if second == first or pair in done or any(self.possible.met(second, one) is True for one in shown):
                    continue
                if self.possible.spent - start > TRIES:
                    return Contained(owner, tuple(sorted(found)), whole=False)
                done.add(pair)
                more = self._escape(broken, pair)
                if more is not None:
                    shown.append(more)
                elif self._escape(broken, (second,)) is not None and self._proper(broken, pair):
                    found.append(pair)
        return Contained(owner, tuple(sorted(found)))

    def _hitting(self, others: Iterable[int], product: Design) -> list[int]:
        """Those that a product violates: one of them is in every set that contains what it violates."""
        return [n for n in others if self.possible.met(n, product) is not True]

    def _wider(self, owner: int) -> list[int]:
        """The requirements that share a fact with one, or with one that does."""
        first = self._near(owner)
        return sorted({other for n in first for other in self._near(n)} - {owner})


def usable(work: Work, found: Contained) -> tuple[tuple[int, ...], ...]:
    """The sets whose members bind at least as much as what they contain: a `should` makes no `shall` redundant."""
    owners = work.problem.owners
    least = RANKS[owners[found.owner].strength]
    return tuple(by for by in found.by if all(RANKS[owners[n].strength] >= least for n in by))


# --- in words ----------------------------------------------------------------------------------------------------------


class Groups(NamedTuple):
    """Requirements of the same meaning, and per group the groups that it contains."""

    same: tuple[tuple[int, ...], ...]
    contains: dict[int, tuple[int, ...]]


def grouped(work: Work, found: Sequence[Contained]) -> Groups:
    """Single containments as groups of the same meaning, and what the strictest of them contain."""
    by = {item.owner: {one[0] for one in usable(work, item) if len(one) == 1} for item in found}
    any_level = {item.owner: {one[0] for one in item.by if len(one) == 1} for item in found}
    group = {}
    for owner, others in any_level.items():
        group[owner] = min([owner, *(n for n in others if owner in any_level.get(n, ()))])
    members: dict[int, list[int]] = {}
    for owner in sorted({*by, *(n for others in by.values() for n in others)}):
        members.setdefault(group.get(owner, owner), []).append(owner)
    contains: dict[int, set[int]] = {}
    for owner, others in by.items():
        for other in others:
            strict, mild = group.get(other, other), group.get(owner, owner)
            if strict != mild:
                contains.setdefault(strict, set()).add(mild)
    contained = {mild for milds in contains.values() for mild in milds}
    tops = {strict: tuple(sorted(milds)) for strict, milds in sorted(contains.items()) if strict not in contained}
    return Groups(tuple(tuple(m) for m in members.values()), tops)


def notes(work: Work, wanted: Collection[str]) -> tuple[Observation, ...]:
    """Groups of the same meaning (`duplicate`), and what others demand already (`redundant`)."""
    table = Redundancy(work, pairs="redundant" in wanted)
    found = list(table.all())
    groups = grouped(work, found)
    made = [_same(work, group) for group in groups.same if len(group) > 1]
    by_first = {group[0]: group for group in groups.same}
    for strict, milds in groups.contains.items():
        made.append(_stricter(table, by_first[strict][0], [n for mild in milds for n in by_first[mild]]))
    made += [_together(work, item.owner, pair) for item in found for pair in usable(work, item)[:1] if len(pair) > 1]
    return tuple(item for item in made if item.kind in wanted)


def _named(work: Work, owner: int, beside: str = "shall") -> str:
    """A requirement, with its level where that is not the usual one."""
    found = work.problem.owners[owner]
    return f"`{found.id}`" if found.strength == beside else f"`{found.id}` (a {found.strength})"


def _same(work: Work, group: Sequence[int]) -> Observation:
    names = [_named(work, n) for n in group]
    owners = [work.problem.owners[n] for n in group]
    text = f"{', '.join(names[:-1])} and {names[-1]} mean the same: a product meets all of them or none"
    place = owners[0].requirement.place if owners[0].requirement is not None else None
    return observation("duplicate", tuple(owner.id for owner in owners), text, place)


def _stricter(table: Redundancy, strict: int, milds: Sequence[int]) -> Observation:
    """One requirement that contains others, with a product that shows that it is stricter than the first of them."""
    work, possible = table.work, table.possible
    owner = work.problem.owners[strict]
    names = ", ".join(_named(work, n) for n in milds)
    what = "1 other" if len(milds) == 1 else f"{len(milds)} others"
    text = f"comply once: who meets {_named(work, strict)} meets {what}, too: {names}"
    place = owner.requirement.place if owner.requirement is not None else None
    made = observation("redundant", (owner.id, *(work.problem.owners[n].id for n in milds)), text, place)
    shown = table.stricter(strict, milds[0])
    if shown is None:
        return made
    text = f"{text}; {_named(work, milds[0])} alone is not enough"
    return replace(made, text=text, witness=possible.facts(shown, (strict, milds[0])))


def _together(work: Work, owner: int, by: Sequence[int]) -> Observation:
    names = " and ".join(_named(work, n) for n in by)
    found = work.problem.owners[owner]
    text = f"`{found.id}` is demanded already by {names} together"
    place = found.requirement.place if found.requirement is not None else None
    return observation("redundant", (found.id, *(work.problem.owners[n].id for n in by)), text, place)
