"""Who stands behind a requirement, and what that says when two clash: force, editions, `prefer` lines, and content ids.

Guarantees: ranks are advice and decide nothing; only a `prefer` line of a policy does.  An id depends on the members' names
and meaning alone, never on titles, files, order or the run.
Source: the order of forces is that of language section 7 (law over standard, later over earlier edition).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from rulewright.dsl import ir
from rulewright.engine.analysis.findings import Decided
from rulewright.engine.analysis.model import Owner
from rulewright.engine.report import natural

FORCES = ("law", "regulation", "contract", "certification", "voluntary", "house")
"""The most binding first; `house` is a policy of one's own."""
PUBLIC = frozenset({"law", "regulation"})

Modules = dict[tuple[str, str], ir.ModuleInfo]


def modules(programs: Iterable[ir.Program]) -> Modules:
    """The modules of some programs by id and edition; by id alone (edition `""`), too, the first one."""
    found: Modules = {}
    for program in programs:
        for module in program.modules:
            found.setdefault((module.id, module.edition), module)
            found.setdefault((module.id, ""), module)
    return found


def module_of(owner: Owner, known: Modules) -> ir.ModuleInfo | None:
    """The standard or policy of a requirement."""
    wanted = standard(owner)
    return known.get((wanted, owner.edition)) or known.get((wanted, ""))


def standard(owner: Owner) -> str:
    """The id of the module that a requirement belongs to, without its edition."""
    name = owner.requirement.id if owner.requirement else owner.id
    return name.partition(":")[0]


def force(owner: Owner, known: Modules) -> str:
    """How binding: the standard's force; `house` for a policy and where nothing is said."""
    module = module_of(owner, known)
    if module is None or module.kind != "standard":
        return "house"
    return module.force if module.force in FORCES else "voluntary"


def rank(owner: Owner, known: Modules) -> int:
    """0 for law, more for what binds less."""
    return FORCES.index(force(owner, known))


def binding_first(owners: Iterable[Owner], known: Modules) -> list[Owner]:
    """The most binding first, then by id."""
    return sorted(owners, key=lambda o: (rank(o, known), o.strength != "shall", natural(o.id), o.id))


def precedence(owners: Sequence[Owner], known: Modules) -> tuple[str, ...]:
    """What ranks say about some members, in sentences; empty where they say nothing.

    Laws and regulations of different jurisdictions have no rank among one another.
    """
    ordered = binding_first(owners, known)
    said = []
    for index, one in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if _foreign(one, other, known):
                continue
            if rank(one, known) != rank(other, known):
                what = f"{force(one, known)} before {force(other, known)}"
                said.append(f"{what}: `{one.id}` over `{other.id}`")
            elif standard(one) == standard(other) and one.edition != other.edition:
                later, earlier = (one, other) if natural(one.edition) > natural(other.edition) else (other, one)
                said.append(f"later before earlier edition: `{later.id}` over `{earlier.id}`")
    return tuple(said)


def _foreign(one: Owner, other: Owner, known: Modules) -> bool:
    """Whether two requirements are public law of different jurisdictions."""
    if not {force(one, known), force(other, known)} <= PUBLIC:
        return False
    modules = (module_of(one, known), module_of(other, known))
    places = {module.jurisdiction for module in modules if module is not None}
    return len(places) > 1 and "global" not in places


def decided(owners: Sequence[Owner]) -> Decided | None:
    """The `prefer` line between two members, if there is one; the first by name where there are several."""
    for one in sorted(owners, key=lambda o: o.id):
        for change in one.requirement.tailored if one.requirement else ():
            loser = change.detail.removeprefix("over ")
            if change.action == "prefer" and loser != change.detail:
                beaten = next((o for o in owners if o.requirement is not None and o.requirement.id == loser), None)
                if beaten is not None and beaten is not one:
                    return Decided(winner=one.id, loser=beaten.id, because=change.because)
    return None


def preferences(owners: Iterable[Owner]) -> list[tuple[Owner, str, ir.Tailored]]:
    """All `prefer` lines: the winner, the loser's id, the line."""
    return [
        (owner, change.detail.removeprefix("over "), change)
        for owner in owners
        if owner.requirement is not None
        for change in owner.requirement.tailored
        if change.action == "prefer" and change.detail.startswith("over ")
    ]


def meaning(wanted: ir.Requirement) -> str:
    """The digest of what a requirement means: conditions, lines, level, dates."""
    parts = (
        wanted.scope,
        wanted.applies,
        [line.expr for line in wanted.lines],
        wanted.level,
        wanted.right,
        wanted.valid_from,
        wanted.valid_until,
    )
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()


def identity(owners: Iterable[Owner], prefix: str = "F") -> str:
    """`F-` and twelve hexadecimal digits: the same for the same requirements with the same meaning."""
    lines = sorted(f"{o.id} {meaning(o.requirement)}" for o in owners if o.requirement is not None)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return f"{prefix}-{digest[:12]}"
