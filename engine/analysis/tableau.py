"""Lists with children where nothing is excepted, by a tableau: what one element must be, and what its children must be.

Guarantees: exact and of any size, for formulas that `simple` accepts.  A *node* is an element that must meet a set of
formulas; a search on masks picks its fields and which quantifiers over its children it relies on; what is demanded of its
children gives their nodes (with everything that "all" says of them, and, for `under`, of what is below them).  A node that is
met again counts as met; when a node turns out to be impossible, everything is looked at again without it, so that what
remains at the end supports itself (greatest fixpoint: elimination of types).  One element stands for as many copies as are
asked for.  Whether every element has an owner is tried both ways.
Source: V. R. Pratt, "A near-optimal method for reasoning about action" (1980); tableaux for K4 with a universal modality.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from rulewright.engine.analysis.lists import Lists, Place, direct, every, owners
from rulewright.engine.analysis.model import Elem, Formula, Rel
from rulewright.engine.analysis.parts import Compiler
from rulewright.engine.analysis.small import Choice, Search

Key = tuple[str, tuple[int, ...]]
"""A node: collection, and the numbers of the formulas that it must meet."""


class Child(NamedTuple):
    """What an element demands: key of `Element.children`, how many, and what they must be."""

    relation: str
    n: int
    node: Key


def simple(elems: Sequence[Elem]) -> bool:
    """Whether nothing is excepted, and who owns an element of a collection that asks for owners is plain."""
    if any(elem.bound == "all_but" and elem.n for elem in every(elems)):
        return False
    pairs = owners(elems)
    owned = {below: above for above, below in pairs}
    if len(owned) < len(pairs) or owned.keys() & set(owned.values()):
        return False
    return all(
        inner.collection not in owned or (inner.relation == "of" and owned[inner.collection] == elem.collection)
        for elem in every(elems)
        for inner in direct(elem.formula)
        if inner.bound == "at_least"
    )


class Tableau:
    """One question."""

    def __init__(self, elems: Sequence[Elem], compiler: Compiler) -> None:
        """`elems` must be `simple`."""
        self.compiler = compiler
        self.full = [variable.full for variable in compiler.variables]
        self.pairs = (*owners(elems),)
        self.collections = tuple(sorted({elem.collection for elem in every(elems)}))
        self.demands = [elem for elem in elems if elem.bound == "at_least"]
        self.always: dict[str, list[Formula]] = {name: [] for name in self.collections}
        for elem in elems:
            if elem.bound == "all_but":
                self.always[elem.collection].append(elem.formula)
        self.formulas: list[Formula] = []
        self.numbers: dict[Formula, int] = {}
        self.owned: dict[tuple[str, str], bool] = {}
        self.met: dict[Key, Choice] = {}
        self.bad: set[Key] = set()

    def solve(self) -> Lists | None:
        """The lists, or None."""
        for owned in product((True, False), repeat=len(self.pairs)):
            self.owned = dict(zip(self.pairs, owned, strict=True))
            self.bad = set()
            roots: dict[Key, int] = {}
            for n, node in map(self._root, self.demands):
                roots[node] = max(roots.get(node, 1), n)
            if self._settled(roots):
                return self._read(self._fewer(roots))
        return None

    def _fewer(self, roots: dict[Key, int]) -> dict[Key, int]:
        """Roots that serve several demands at once, where they can; it shortens the lists, nothing else."""
        fewer: dict[Key, int] = {}
        for node, n in roots.items():
            for other, count in fewer.items():
                both = node[0], tuple(sorted({*node[1], *other[1]}))
                tried = {one: many for one, many in fewer.items() if one != other} | {both: max(n, count)}
                if node[0] == other[0] and self._settled(tried):
                    fewer = tried
                    break
            else:
                fewer[node] = n
        self._settled(fewer)
        return fewer

    def _settled(self, roots: Iterable[Key]) -> bool:
        """Whether all roots can be met, by nodes that can be met."""
        roots = [*roots]
        while True:
            self.met = {}
            known = len(self.bad)
            if not all(map(self.meets, roots)):
                return False
            if len(self.bad) == known:
                return True

    def meets(self, node: Key) -> bool:
        """Whether an element can be like that, as far as is known; one that is being looked at counts as met."""
        if node in self.bad:
            return False
        if node not in self.met:
            self.met[node] = Choice({})
            name, numbers = node
            wanted = [*self.always[name], *(self.formulas[number] for number in numbers)]
            search = Search(self.full, _Children(self, name), {}, many=40, limit=500)
            choice = search.run(map(self.compiler.parts, wanted))
            if choice is None:
                del self.met[node]
                self.bad.add(node)
                return False
            self.met[node] = choice
        return True

    def _root(self, demand: Elem) -> tuple[int, Key]:
        """The node of a demand, and how many; of elements that must have an owner, their owner's."""
        name, formula = demand.collection, demand.formula
        for (above, below), owned in self.owned.items():
            if below == name and owned:
                return 1, self._node(above, [Elem("at_least", demand.n, name, formula, "of")])
        return demand.n, self._node(name, [formula])

    def _node(self, name: str, formulas: Iterable[Formula]) -> Key:
        """The node of an element that meets these formulas."""
        numbers = set()
        for formula in formulas:
            if formula not in self.numbers:
                self.numbers[formula] = len(self.formulas)
                self.formulas.append(formula)
            numbers.add(self.numbers[formula])
        return name, tuple(sorted(numbers))

    def children(self, name: str, relied: Iterable[int]) -> list[Child] | None:
        """What an element demands that relies on these quantifiers; None where it may not rely on them."""
        elems = [self.compiler.elems[number] for number in relied]
        children: list[Child] = []
        for elem in elems:
            if elem.bound == "all_but":
                if elem.relation == "of" and not self.owned.get((name, elem.collection), True):
                    return None
                continue
            alike = (elem.relation, elem.collection)
            every_ = [one for one in elems if one.bound == "all_but" and (one.relation, one.collection) == alike]
            wanted: list[Formula] = [elem.formula, *(one.formula for one in every_)]
            if elem.relation == "under":
                wanted += every_
            key = f"under {elem.collection}" if elem.relation == "under" else elem.collection
            children.append(Child(key, elem.n, self._node(elem.collection, wanted)))
        return children

    # --- the lists -----------------------------------------------------------------------------------------------------

    def _read(self, roots: Mapping[Key, int]) -> Lists:
        """One place per node that the roots need."""
        places: dict[Key, Place] = {}
        found = Lists({}, {}, {}, self.collections)
        todo = [(n, node) for node, n in roots.items()][::-1]
        kids: dict[Place, list[tuple[str, Key]]] = {}
        while todo:
            n, node = todo.pop()
            place = places.setdefault(node, (node[0], len(places)))
            found.copies[place] = max(found.copies.get(place, 1), n)
            if place in found.cells:
                continue
            choice = self.met[node]
            found.cells[place] = {var: (mask & -mask).bit_length() - 1 for var, mask in choice.masks.items()}
            children = self.children(node[0], choice.elems) or []
            kids[place] = [(child.relation, child.node) for child in children]
            todo += [(child.n, child.node) for child in children][::-1]
        for place, children_ in kids.items():
            named: dict[str, set[Place]] = {}
            for relation, node in children_:
                named.setdefault(relation, set()).add(places[node])
            found.children[place] = {relation: sorted(others) for relation, others in named.items()}
        return found._replace(children=_closed(found.children))


def _closed(children: Mapping[Place, Mapping[str, list[Place]]]) -> dict[Place, dict[str, list[Place]]]:
    """The children, where what is under what is under is under."""
    closed: dict[Place, dict[str, list[Place]]] = {}
    for place, named in children.items():
        closed[place] = dict(named)
        for relation in named:
            if not relation.startswith("under "):
                continue
            reached: set[Place] = set()
            front = [*named[relation]]
            while front:
                other = front.pop()
                if other not in reached:
                    reached.add(other)
                    front += children[other].get(relation, ())
            closed[place][relation] = sorted(reached)
    return closed


class _Children:
    """What decides the quantifiers over children that an element of one collection relies on."""

    def __init__(self, tableau: Tableau, name: str) -> None:
        self.tableau = tableau
        self.name = name

    def elements(self, elems: Iterable[int]) -> bool:
        """Whether such children are possible."""
        children = self.tableau.children(self.name, elems)
        return children is not None and all(self.tableau.meets(child.node) for child in children)

    def related(self, rels: Sequence[Rel], masks: Mapping[int, int]) -> dict[int, int] | None:
        """Nothing: relations are the product's."""
        raise NotImplementedError
