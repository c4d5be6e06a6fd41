"""Ways out of a conflict, the least regretted first.

Guarantees: every way removes the conflict: leaving out any one member does (it is minimal), an interval of a parameter was
tried by the analyser, a fact or market whose absence is proposed is one without which the region is empty.  Laws come last;
no value outside a computed interval is ever proposed.  Sorted by a fixed order of costs, so equal inputs give equal advice.
What it does not do: decide.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.dsl import ir
from rulewright.engine.analysis import ranks, say
from rulewright.engine.analysis.cores import Desk
from rulewright.engine.analysis.explain import Explained
from rulewright.engine.analysis.findings import Member, Repair
from rulewright.engine.analysis.model import Formula, Owner
from rulewright.engine.analysis.parameters import Clashes, Range, Recompile, ranges
from rulewright.engine.analysis.region import ruled_out

COST = {"should": 10, "parameter": 20, "relax": 25, "reading": 30, "claim": 45, "variants": 65, "market": 80}
WAIVE = {"house": 40, "voluntary": 50, "certification": 55, "contract": 70, "regulation": 90, "law": 95}
"""Waiving by force; a law is deviated from only where it says so itself."""
LEAVABLE = ("claim.", "product.markets", "product.sales", "product.audience")
"""Facts of the context that a maker may give up, by how their names begin."""

Costed = tuple[int, Repair]


def repairs(
    desk: Desk, found: Explained, known: ranks.Modules, recompile: Recompile | None, clashes: Clashes
) -> tuple[Repair, ...]:
    """The ways out of one conflict, ranked from 1."""
    owners = [desk.problem.owners[n] for n in found.owners]
    costed = [
        *_waived(owners, known),
        *_readings(owners),
        *(_scope(desk, found) if found.cores.whole else ()),
        *(_variants(desk, found) if found.cores.whole else ()),
        *_parameters(desk, owners, recompile, clashes, found),
    ]
    costed.sort(key=lambda item: (item[0], item[1].requirement, item[1].text))
    unique = dict.fromkeys(repair for _, repair in costed)
    return tuple(
        Repair(kind=repair.kind, text=repair.text, requirement=repair.requirement, rank=number)
        for number, repair in enumerate(unique, start=1)
    )


def _waived(owners: Sequence[Owner], known: ranks.Modules) -> list[Costed]:
    """Leave out one member: justify a `should`, waive what binds least."""
    found: list[Costed] = []
    for owner in owners:
        force = ranks.force(owner, known)
        if owner.strength == "should":
            text = f"depart from `{owner.id}` (should) and record the justification"
            found.append((COST["should"] + WAIVE[force] // 10, Repair("waive", text, owner.id)))
        elif owner.strength == "right":
            text = f"do without the freedom that `{owner.id}` grants ({force})"
            found.append((WAIVE[force] - 5, Repair("waive", text, owner.id)))
        elif force in {"law", "regulation"}:
            text = f"depart from `{owner.id}` ({force}) only where it allows that itself, and record it as a waiver"
            found.append((WAIVE[force], Repair("waive", text, owner.id)))
        else:
            text = f"waive `{owner.id}` ({force})"
            found.append((WAIVE[force], Repair("waive", text, owner.id)))
    return found


def _readings(owners: Sequence[Owner]) -> list[Costed]:
    """A clause that can be read in another way."""
    return [
        (COST["reading"], Repair("reading", f"`{o.id}` may be read otherwise: {o.requirement.reading}", o.id))
        for o in owners
        if o.requirement is not None and o.requirement.reading
    ]


def _scope(desk: Desk, found: Explained) -> list[Costed]:
    """A claim, label or market of the context without which the members do not meet."""
    variables, made = desk.problem.variables, list[Costed]()
    for var, cell in sorted(found.context.cells.items(), key=lambda item: (variables[item[0]].name, item[0])):
        variable = variables[var]
        if not variable.given or not variable.name.startswith(LEAVABLE) or (variable.member and not cell):
            continue
        if var in desk.profile and desk.profile[var] == 1 << cell:
            continue
        left = variable.full & ~(1 << cell)
        if left and ruled_out(found.region, variables, var, left):
            what = say.lit(variable, 1 << cell)
            cost = COST["claim" if variable.name.startswith("claim.") else "market"]
            made.append((cost, Repair("scope", f"leave out `{what}`: without it they never apply together")))
    return made


def _variants(desk: Desk, found: Explained) -> list[Costed]:
    """Two markets or claims that different members need: two variants of the product."""
    variables = desk.problem.variables
    held: dict[str, list[int]] = {}
    for var, cell in sorted(found.context.cells.items()):
        if variables[var].member and variables[var].given and cell:
            held.setdefault(variables[var].name, []).append(var)
    made: list[Costed] = []
    for name, members in sorted(held.items()):
        needed = [var for var in members if ruled_out(found.region, variables, var, 1)]
        if len(needed) < 2:
            continue
        needs = [_needing(desk, found, var) for var in needed]
        groups = {n for n in needs if n}
        if len(groups) < 2:
            continue
        words = sorted(say.member_word(variables[var]) for var in needed)
        text = f"make variants of the product that do not share {_and(words)} in `{name}`"
        made.append((COST["variants"], Repair("variants", text)))
    return made


def _needing(desk: Desk, found: Explained, var: int) -> frozenset[int]:
    """The members that apply only with a member of a set."""
    owners = set[int]()
    for unit in found.core.units:
        given: Formula = desk.problem.units[unit].given
        if ruled_out(given, desk.problem.variables, var, 1):
            owners.add(desk.problem.units[unit].owner)
    return frozenset(owners)


def _and(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


# --- parameters --------------------------------------------------------------------------------------------------------


def _parameters(
    desk: Desk, owners: Sequence[Owner], recompile: Recompile | None, clashes: Clashes, found: Explained
) -> list[Costed]:
    """Values of a parameter that do not clash; else what the others leave."""
    made = [_ranged(item) for item in (ranges(owners, recompile, clashes) if recompile is not None else ())]
    return made or _left(desk, owners, found)


def _ranged(found: Range) -> Costed:
    """The sentence of one parameter."""
    parameter = found.parameter
    name = f"{parameter.module}.{parameter.name}"
    values = [*found.words, *(_interval(parameter, first, last) for first, last in found.good)]
    now = say.number(parameter.value, parameter.kind) if isinstance(parameter.value, int) else str(parameter.value)
    text = f"set `{name}` to {' or '.join(values)} (now {now})"
    return COST["parameter"], Repair("parameter", text, found.owner.id)


def _interval(parameter: ir.Parameter, first: int, last: int) -> str:
    if first == last:
        return say.number(first, parameter.kind)
    return f"{say.number(first, parameter.kind)}..{say.number(last, parameter.kind)}"


def _left(desk: Desk, owners: Sequence[Owner], found: Explained) -> list[Costed]:
    """For each member what the others leave of the fact in question: the bound that its line would have to allow."""
    made: list[Costed] = []
    named: dict[str, tuple[Owner, Member]] = {
        f"`{owner.id}`": (owner, member) for owner, member in zip(owners, found.members, strict=True)
    }
    numbers = {variable.name for variable in desk.problem.variables if variable.kind in say.ORDERED}
    for proof in found.chain.proofs:
        if not proof.complete or len(proof.leaves) < 2 or proof.fact not in numbers:
            continue
        for who, _ in proof.leaves:
            others = [(other, left) for other, left in proof.leaves if other != who]
            if who not in named or len(others) != 1:
                continue
            owner, member = named[who]
            if not _own(owner, member.force):
                continue
            lines = "; ".join(f"`{' '.join(line.split())}`" for line in member.lines)
            text = f"{others[0][0]} leaves `{proof.fact}` {others[0][1]}: relax {lines} of {who} to allow that"
            made.append((COST["relax"], Repair("parameter", text, owner.id)))
    return made


def _own(owner: Owner, force: str) -> bool:
    """Whether a requirement is one's own to relax: a house rule, or one with a parameter."""
    return force == "house" or (owner.requirement is not None and bool(owner.requirement.params))
