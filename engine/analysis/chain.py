"""Why no design meets some demands: what each leaves of a fact, and the steps from there to the clash.

Guarantees: each step follows from those before it (unit propagation over the values of facts, the exact sets of the units'
own literals); a proof that says `complete` shows, fact by fact, values whose intersection is empty, checkable by eye.
Where the steps do not reach the clash (lists of elements, sums of alternatives), that is said instead of a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rulewright.engine.analysis import say
from rulewright.engine.analysis.findings import Proof
from rulewright.engine.analysis.formulas import conj, mentioned
from rulewright.engine.analysis.model import FALSE, All, Elem, Formula, Lit, Problem, Rel, Some
from rulewright.engine.analysis.region import simplify

ROUNDS, TOLD = 64, 3


class Demand(NamedTuple):
    """What one party wants of the design: its name for people, and the conjunction of its units' choices."""

    who: str
    choice: Formula


class Chain(NamedTuple):
    """The proof by facts, and the sentences that end the explanation."""

    proofs: tuple[Proof, ...]
    sentences: tuple[str, ...]
    facts: tuple[str, ...]
    """the facts that the clash is about"""


def demands(problem: Problem, parties: Sequence[tuple[str, Sequence[int]]]) -> list[Demand]:
    """The demands of parties, each given as its name and its units."""
    return [Demand(who, conj(problem.units[unit].choice for unit in units)) for who, units in parties]


class _State:
    """What is left of each variable, and who took the rest away."""

    def __init__(self, problem: Problem) -> None:
        self.variables = problem.variables
        self.masks: dict[int, int] = {}
        self.left: dict[int, list[tuple[str, int]]] = {}

    def take(self, who: str, lit: Lit) -> bool:
        """Note what a party leaves; true where that is less than before."""
        before = self.masks.get(lit.var, self.variables[lit.var].full)
        if before & lit.mask == before:
            return False
        self.left.setdefault(lit.var, []).append((who, lit.mask))
        self.masks[lit.var] = before & lit.mask
        return True

    def dead(self) -> int | None:
        """A variable of which nothing is left."""
        return next((var for var, mask in self.masks.items() if not mask), None)


def chain(problem: Problem, wanted: Sequence[Demand]) -> Chain:
    """Explain why the demands cannot be met together."""
    for demand in wanted:
        if demand.choice == FALSE:
            return Chain((), (f"No design can meet what {demand.who} demands.",), ())
    state, steps = _State(problem), list[str]()
    shared = _boxes(problem, wanted)
    dead = next((var for var, leaves in shared.items() if not _meet(leaves)), None)
    if dead is not None:
        proof = _proof(problem, dead, _fewest(shared[dead]), complete=True)
        return Chain((proof,), (_clash(problem, dead, _fewest(shared[dead])),), (say.name(problem.variables[dead]),))
    for demand in wanted:
        for item in _items(demand.choice):
            if isinstance(item, Lit):
                state.take(demand.who, item)
    reached = _propagated(state, wanted, steps)
    several = {var: leaves for var, leaves in shared.items() if len({who for who, _ in leaves}) > 1}
    proofs = tuple(_proof(problem, var, leaves, complete=False) for var, leaves in several.items())
    facts = _facts(problem, [demand.choice for demand in wanted])
    end = () if reached else (_unreached(wanted),)
    return Chain(proofs, (*steps, *end), facts)


def _boxes(problem: Problem, wanted: Sequence[Demand]) -> dict[int, list[tuple[str, int]]]:
    """What each party leaves of each variable by itself, by name of the fact."""
    found: dict[int, list[tuple[str, int]]] = {}
    for demand in wanted:
        for item in _items(demand.choice):
            if isinstance(item, Lit):
                found.setdefault(item.var, []).append((demand.who, item.mask))
    variables = problem.variables
    return dict(sorted(found.items(), key=lambda entry: (variables[entry[0]].name, variables[entry[0]].member)))


def _items(choice: Formula) -> tuple[Formula, ...]:
    return choice.items if isinstance(choice, All) else (choice,)


def _meet(leaves: Sequence[tuple[str, int]]) -> int:
    mask = -1
    for _, left in leaves:
        mask &= left
    return mask


def _fewest(leaves: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Parties of which none can be left out for the intersection to be empty."""
    kept = list(leaves)
    for leaf in leaves:
        rest = [other for other in kept if other is not leaf]
        if rest and not _meet(rest):
            kept = rest
    return kept


def _proof(problem: Problem, var: int, leaves: Sequence[tuple[str, int]], *, complete: bool) -> Proof:
    variable = problem.variables[var]
    return Proof(say.name(variable), tuple((who, say.values(variable, mask)) for who, mask in leaves), complete)


def _clash(problem: Problem, var: int, leaves: Sequence[tuple[str, int]]) -> str:
    """The sentence of an empty intersection."""
    variable = problem.variables[var]
    said = ", ".join(f"{who} leaves {say.values(variable, mask)}" for who, mask in leaves)
    if variable.member:
        held = [who for who, mask in leaves if mask & 2]
        not_held = [who for who, mask in leaves if not mask & 2]
        word = say.member_word(variable)
        return f"{_and(held)} want{_s(held)} {word} in `{say.name(variable)}`, {_and(not_held)} do{_es(not_held)} not."
    both = {1: "", 2: "both"}.get(len(leaves), "all")
    return f"No value of `{say.name(variable)}` satisfies {both}: {said}.".replace("satisfies :", "is left:")


def _and(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1] if words else "nobody"


def _s(words: Sequence[str]) -> str:
    return "" if len(words) > 1 else "s"


def _es(words: Sequence[str]) -> str:
    return "" if len(words) > 1 else "es"


def _propagated(state: _State, wanted: Sequence[Demand], steps: list[str]) -> bool:
    """Carry what is fixed into alternatives, step by step; true where that ends in a clash."""
    mentions = {demand: mentioned(demand.choice) for demand in wanted}
    for _ in range(ROUNDS):
        moved = False
        for demand in wanted:
            elsewhere = frozenset[int]().union(*(own for other, own in mentions.items() if other is not demand))
            for item in _items(demand.choice):
                if not isinstance(item, Some):
                    continue
                rest = simplify(item, state.variables, state.masks)
                if rest == FALSE:
                    steps.append(_exhausted(state, demand, item))
                    return True
                if isinstance(rest, Lit | All) and _forced(state, demand, rest, elsewhere, steps):
                    moved = True
                    if (dead := state.dead()) is not None:
                        steps.append(_ends(state, dead))
                        return True
        if not moved:
            return False
    return False


def _forced(state: _State, demand: Demand, rest: Formula, elsewhere: frozenset[int], steps: list[str]) -> bool:
    """Take the only alternative that is left; told are the facts that others look at, too."""
    news = [item for item in _items(rest) if isinstance(item, Lit) and state.take(demand.who, item)]
    if not news:
        return False
    telling = [item for item in news if item.var in elsewhere] or news
    told = [f"`{say.lit(state.variables[item.var], item.mask)}`" for item in telling[:TOLD]]
    more = f" and {len(telling) - TOLD} more" if len(telling) > TOLD else ""
    steps.append(f"So {demand.who} demands {_and(told)}{more}: its other alternatives are ruled out.")
    return True


def _exhausted(state: _State, demand: Demand, item: Some) -> str:
    """No alternative is left: with what rules each out."""
    said = []
    for option in item.items:
        for part in _items(option):
            if isinstance(part, Lit) and not part.mask & state.masks.get(part.var, -1):
                who = _and([f"{who}" for who, _ in state.left[part.var]])
                said.append(f"`{say.lit(state.variables[part.var], part.mask)}` is ruled out by {who}")
                break
    return f"No alternative of {demand.who} is left: {'; '.join(dict.fromkeys(said))}."


def _ends(state: _State, var: int) -> str:
    who = _and(list(dict.fromkeys(who for who, _ in state.left[var])))
    return f"Nothing is left of `{say.name(state.variables[var])}`: {who} rule it out together."


def _unreached(wanted: Sequence[Demand]) -> str:
    """Words for a clash that single facts do not show."""
    kinds = {type(part) for demand in wanted for part in _walk(demand.choice)}
    if Elem in kinds:
        return "No list of elements satisfies all of these together."
    if Rel in kinds:
        return "No values satisfy all of these bounds on one another together."
    return "Every way to meet one of these breaks another; none is left."


def _walk(formula: Formula) -> list[Formula]:
    found, todo = list[Formula](), [formula]
    while todo:
        item = todo.pop()
        found.append(item)
        if isinstance(item, All | Some):
            todo += item.items
    return found


def _facts(problem: Problem, formulas: Sequence[Formula]) -> tuple[str, ...]:
    """The facts that at least two of some formulas are about; all of them where there are none such."""
    per = [_named(problem, formula) for formula in formulas]
    every = sorted({name for names in per for name in names})
    shared = [name for name in every if sum(name in names for names in per) > 1]
    return tuple(shared or every)


def _named(problem: Problem, formula: Formula) -> set[str]:
    found: set[str] = set()

    def name(var: int) -> str:
        return say.name(problem.variables[var])

    for item in _walk(formula):
        match item:
            case Lit(var, _):
                found.add(name(var))
            case Rel(left, _, right):
                found |= {name(left), name(right)}
            case Elem(collection=collection):
                found.add(collection)
            case _:
                continue
    return found
