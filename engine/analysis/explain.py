"""A conflict as a finding: clauses side by side, the smallest context, the chain of why, and what the evaluator says to it.

Guarantees: nothing is claimed that was not looked at: for every member a concrete product is built that meets all others in
the context shown, and the reference interpreter judges it: the others must pass or not apply, the member must not.  Where
that does not come out, `verified` is false.  Deterministic; costs a bounded number of solver calls per finding.
What it does not do: find conflicts (`search`), propose ways out (`repair`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from rulewright.dsl import ir
from rulewright.engine.analysis import ranks, say, witness
from rulewright.engine.analysis.chain import Chain, Demand, chain, demands
from rulewright.engine.analysis.cores import Core, Cores, Desk, cores, region
from rulewright.engine.analysis.findings import FactValue, Kind, Member
from rulewright.engine.analysis.formulas import holds, mentioned
from rulewright.engine.analysis.lists import LargeError
from rulewright.engine.analysis.model import (
    TRUE,
    All,
    Context,
    Design,
    Formula,
    Found,
    Lit,
    Owner,
    Some,
)
from rulewright.engine.analysis.quote import context_facts, design_facts, member, written
from rulewright.engine.analysis.region import needed, simplify
from rulewright.engine.reference import Reference, Scene
from rulewright.facts.base import Fact, FactBase, Product, scalar
from rulewright.facts.types import State
from rulewright.facts.vocabulary import Vocabulary

VERBS = {"shall": "demands", "should": "asks for", "right": "grants", "axiom": "says"}


class Explained(NamedTuple):
    """Everything about a conflict but the ways out; `members` and `owners` go together, the most binding first."""

    owners: tuple[int, ...]
    members: tuple[Member, ...]
    kind: Kind
    core: Core
    cores: Cores
    context: Context
    facts: tuple[FactValue, ...]
    region: Formula
    chain: Chain
    why: tuple[str, ...]
    axioms: tuple[str, ...]
    verified: bool


def kind_of(owners: Sequence[Owner]) -> Kind:
    """The kind of a conflict by the strength of its members."""
    strengths = {owner.strength for owner in owners}
    return "right" if "right" in strengths else "tension" if "should" in strengths else "contradiction"


def explain(desk: Desk, found: Found, known: ranks.Modules, vocabulary: Vocabulary | None = None) -> Explained:
    """Explain one conflict; with the vocabulary, domains that close the door are named."""
    problem = desk.problem
    ordered = ranks.binding_first([problem.owners[n] for n in found.owners], known)
    owners = tuple(sorted(found.owners, key=lambda n: ordered.index(problem.owners[n])))
    ways = cores(desk, found)
    core = ways.found[0]
    context = desk.contexts.smallest([*core.units, *core.axioms])
    linked = chain(problem, _demands(desk, core))
    whole = completed(desk, context)
    designs = [_without(desk, owner, owners, whole) for owner in owners]
    matter = frozenset(v for n in owners for u in desk.by_owner.get(n, ()) for v in mentioned(problem.units[u].choice))
    members = tuple(
        member(desk, owner, core, known, design_facts(desk, design, matter))
        for owner, design in zip(owners, designs, strict=True)
    )
    givens = [problem.units[n].given for n in (*core.units, *core.axioms)]
    return Explained(
        owners=owners,
        members=members,
        kind=kind_of(ordered),
        core=core,
        cores=ways,
        context=context,
        facts=context_facts(context, needed(context, givens, problem.variables), problem.variables, desk.questions),
        region=region(desk, ways.found),
        chain=linked,
        why=(*_why(desk, owners, core, context, linked), *domains(desk, core, linked, vocabulary)),
        axioms=tuple(sorted({problem.owners[problem.units[n].owner].id for n in core.axioms})),
        verified=_verified(desk, owners, whole, designs),
    )


def _demands(desk: Desk, core: Core) -> list[Demand]:
    """Who wants what, members and axioms."""
    parties: dict[int, list[int]] = {}
    for unit in (*core.units, *core.axioms):
        parties.setdefault(desk.problem.units[unit].owner, []).append(unit)
    return demands(desk.problem, [(_who(desk.problem.owners[n]), units) for n, units in parties.items()])


def _who(owner: Owner) -> str:
    return f"the axiom `{owner.id}`" if owner.strength == "axiom" else f"`{owner.id}`"


# --- why ---------------------------------------------------------------------------------------------------------------


def _why(desk: Desk, owners: Sequence[int], core: Core, context: Context, linked: Chain) -> tuple[str, ...]:
    """The chain in sentences: who applies because of what and demands what, background, and the clash."""
    problem, said = desk.problem, list[str]()
    for owner in owners:
        who = problem.owners[owner]
        units = [n for n in core.units if problem.units[n].owner == owner]
        because = _because(desk, units, context)
        said.append(f"`{who.id}` applies {because}; it {VERBS[who.strength]}: {_quoted(who, units, desk)}.")
    for owner in sorted({problem.units[n].owner for n in core.axioms}):
        axiom = problem.owners[owner].axiom
        if axiom is not None:
            said.append(f"By the axiom `{axiom.id}`: `{' '.join(axiom.text.split())}`.")
    return (*said, *linked.sentences)


def _because(desk: Desk, units: Sequence[int], context: Context) -> str:
    """`because A and B`, or `to every product`."""
    variables = desk.problem.variables
    given = simplify(desk.given(units), variables)
    if given == TRUE:
        return "to every product"
    cells = needed(context, [given], variables)
    parts = {
        part.var: say.lit(variables[part.var], part.mask)
        for part in _literals(given)
        if part.var in cells and part.mask >> cells[part.var] & 1
    }
    rest = [var for var in cells if var not in parts]
    told = [*parts.values(), *(say.lit(variables[var], 1 << cells[var]) for var in rest)]
    return "because " + " and ".join(f"`{text}`" for text in sorted(set(told))) if told else "in this context"


def _literals(formula: Formula) -> list[Lit]:
    """The literals of a formula, those of alternatives too."""
    found, todo = list[Lit](), [formula]
    while todo:
        item = todo.pop(0)
        if isinstance(item, Lit):
            found.append(item)
        elif isinstance(item, All | Some):
            todo += item.items
    return found


def _quoted(owner: Owner, units: Sequence[int], desk: Desk) -> str:
    """The lines that take part, as they are written."""
    wanted = owner.requirement
    assert wanted is not None
    numbers = sorted({n for unit in units for n in desk.problem.units[unit].lines if n < len(wanted.lines)})
    lines = [wanted.lines[n] for n in numbers] or list(wanted.lines)
    return "; ".join(f"`{' '.join(said.split())}`" for said in dict.fromkeys(map(written, lines)))


def domains(desk: Desk, core: Core, linked: Chain, vocabulary: Vocabulary | None) -> list[str]:
    """Declared domains without which a value would satisfy all: a clash may be the fault of the declaration alone."""
    said = []
    for proof in linked.proofs if vocabulary is not None else ():
        declared = vocabulary.attributes.get(proof.fact) if vocabulary is not None else None
        if declared is None or not proof.complete:
            continue
        kind = str(declared.type.kind)
        ends = [("least", declared.low, -1), ("most", declared.high, 1)]
        for which, end, step in ends:
            if end is not None and _all_allow(desk, core, proof.fact, end + step):
                limit, value = say.number(end, kind), say.number(end + step, kind)
                said.append(f"`{proof.fact}` is declared to be at {which} {limit}: only that rules out {value}.")
    return said


def _all_allow(desk: Desk, core: Core, fact: str, value: int) -> bool:
    """Whether all lines that take part are true for a value of a fact, whatever the other facts."""
    facts = FactBase([Product("p", "p", "")], {fact: scalar([Fact(State.KNOWN, value)])})
    empty = ir.Program(language="1", modules=(), requirements=())
    reference = Reference(empty, facts, desk.problem.as_of)
    for unit in core.units:
        wanted = desk.problem.owners[desk.problem.units[unit].owner].requirement
        for number in desk.problem.units[unit].lines if wanted is not None else ():
            if wanted is not None and reference.value(wanted.lines[number].expr, Scene(0, {}, None)) is not True:
                return False
    return True


# --- the evaluator's word ----------------------------------------------------------------------------------------------


def completed(desk: Desk, context: Context) -> Context:
    """A smallest context with all its facts: those that it leaves out stand at their first cell (`Contexts.smallest`)."""
    own = {var: 0 for var, found in enumerate(desk.problem.variables) if found.given and not found.collection}
    return Context({**own, **context.cells}, context.numbers)


def active(desk: Desk, owners: Sequence[int], context: Context) -> list[int]:
    """The units of some members whose condition is not surely false in a context."""
    own = [n for owner in owners for n in desk.by_owner.get(owner, ())]
    return [n for n in own if _met(desk, n, context) is not False]


def _met(desk: Desk, unit: int, context: Context) -> bool | None:
    design = Design(context.cells, context.numbers)
    return holds(desk.problem.units[unit].given, design, design, desk.problem.variables)


def background(desk: Desk, units: Sequence[int], context: Context) -> list[int]:
    """The axiom units that bear on some units and apply in a context."""
    return [n for n in desk.background(units) if _met(desk, n, context) is not False]


def _without(desk: Desk, owner: int, owners: Sequence[int], context: Context) -> Design | None:
    """A design that meets all other members in a context: with their open conditions taken as true, else without.

    None where there is none, and where it would be too large to write down.
    """
    others = [other for other in owners if other != owner]
    units = active(desk, others, context)
    about = [*units, *desk.by_owner.get(owner, ())]
    with suppress(LargeError):
        design = desk.oracle.design([*units, *background(desk, about, context)])
        if design is None:
            sure = [n for n in units if _met(desk, n, context) is True]
            design = desk.oracle.design([*sure, *background(desk, about, context)])
        return design
    return None


def _verified(desk: Desk, owners: Sequence[int], context: Context, designs: Sequence[Design | None]) -> bool:
    """Whether the evaluator agrees: without each member the others can be met, and then it is the one that is not.

    Not met is a fail, or an unknown where the others want fields to be left unknown.
    """
    for owner, design in zip(owners, designs, strict=True):
        if design is None:
            return False
        facts = witness.product(desk.problem, context, design)
        for other in owners:
            if (witness.satisfied(desk.problem, other, facts) is True) is not (other != owner):
                return False
    return True
