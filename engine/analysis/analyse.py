"""The analysis as a whole: build, search, explain, mend, group; and what else is worth knowing.

Guarantees: the same programs give the same bytes, whatever the order of hashes, processes or machines; an answer that does not
cover everything says so (`extent`); every conflict found is explained and held against the evaluator.  `search` and the notes
decide what there is; nothing is dropped here but what `kinds` leaves out.
What it does not do: read files, choose policies, print.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from msgspec.structs import replace

from rulewright import __version__
from rulewright.dsl import ir
from rulewright.engine.analysis import ranks, say
from rulewright.engine.analysis.explain import Explained, explain
from rulewright.engine.analysis.families import Culprit, Grouped, group
from rulewright.engine.analysis.findings import (
    Analysis,
    AxiomInfo,
    Extent,
    Family,
    Finding,
    Kind,
    Note,
    Observation,
    UnknownInfo,
)
from rulewright.engine.analysis.hunt import Prepared
from rulewright.engine.analysis.model import Found, Owner, Searched
from rulewright.engine.analysis.normalise import axioms_of, build
from rulewright.engine.analysis.observe import OFFERED as NOTES_OFFERED
from rulewright.engine.analysis.observe import Base, observations
from rulewright.engine.analysis.parameters import Recompile
from rulewright.engine.analysis.repair import repairs
from rulewright.engine.analysis.search import search
from rulewright.engine.analysis.work import Work
from rulewright.engine.phrases import literal
from rulewright.engine.report import natural
from rulewright.engine.result import Engine, PolicyInfo
from rulewright.engine.words import date_text
from rulewright.facts.types import Value
from rulewright.facts.vocabulary import Vocabulary

CONFLICTS: tuple[Kind, ...] = ("contradiction", "tension", "right", "moot")
OFFERED: tuple[Kind | Note, ...] = ("contradiction", "tension", "right", *NOTES_OFFERED)
"""What can be asked for.  `moot` is an answer of `pairs` only."""
NOTES: tuple[Note, ...] = (
    "vacuous", "dead", "duplicate", "redundant", "gap", "waiver", "tailoring", "prefer", "steering",
)  # fmt: skip
DEFAULT: frozenset[str] = frozenset(
    {"contradiction", "tension", "right", "dead", "vacuous", "waiver", "tailoring", "prefer"}
) & {*OFFERED}
"""What is looked for unless told otherwise."""
ARITY = 4


def analyse(  # noqa: PLR0913  the parts of one question
    programs: Sequence[ir.Program],
    vocabulary: Vocabulary,
    *,
    as_of: int,
    facts: Mapping[str, Value] | None = None,
    product: str = "",
    arity: int = ARITY,
    budget: int = 0,
    kinds: Collection[str] | None = None,
    second: bool = False,
    roots: Collection[str] | None = None,
    recompile: Recompile | None = None,
    base: Base | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Analysis:
    """Find the conflicts among all requirements of some programs, and explain them.

    `facts` fixes given attributes (the profile of a product), `roots` asks only for conflicts with these requirements (ids),
    `recompile` compiles the rules again with other parameters (for repairs), `base`
    compiles them without what policies `set`, `tell` hears what comes next; `second` lets z3 judge
    every conflict again (raises `second.MissingError` where it is absent).
    """
    wanted = DEFAULT if kinds is None else frozenset(kinds)
    tell("dividing the facts")
    problem = build(programs, vocabulary, as_of=as_of, facts=facts)
    work = Work(programs, vocabulary, problem, as_of, facts)
    tell("looking for conflicts")
    arity = arity if wanted & {*CONFLICTS} else 0
    searched = _searched(work, wanted, arity, budget, roots)
    if second:
        tell("asking a second solver")
        searched = _judged_again(work, searched)
    tell("explaining")
    explained = [explain(work.desk, found, work.known, vocabulary) for found in searched.found]
    kept = [item for item in explained if item.kind in wanted]
    findings, families = _findings(work, kept, recompile)
    tell("looking for other things")
    remarks = tuple(
        sorted(
            observations(work, wanted, findings, searched, roots, base), key=lambda o: (o.kind, o.requirements, o.id)
        )
    )
    return Analysis(
        engine=Engine(name="rulewright", version=__version__),
        language=programs[0].language if programs else "1",
        as_of=f"{date_text(as_of)}T00:00:00Z",
        policies=_policies(programs),
        product=product,
        extent=_extent(work, searched, arity, budget),
        axioms=tuple(AxiomInfo(axiom.id, axiom.text) for axiom in axioms_of(programs)),
        summary=_summary(findings, remarks),
        families=families,
        findings=findings,
        observations=remarks,
    )


def _searched(work: Work, wanted: frozenset[str], arity: int, budget: int, roots: Collection[str] | None) -> Searched:
    """Search among the requirements whose strength can make a kind that is wanted."""
    if not wanted & set(CONFLICTS):
        return Searched((), 0)
    strengths = {"shall"}
    strengths |= {"should"} if "tension" in wanted else set()
    strengths |= {"right", "should"} if "right" in wanted else set()
    among = frozenset(n for n in work.requirements() if work.problem.owners[n].strength in strengths)
    starts = None if roots is None else work.named(roots)
    ready = Prepared(work.problem, work.oracle, work.contexts)
    return search(work.problem, arity=arity, budget=budget, among=among, roots=starts, ready=ready)


def _judged_again(work: Work, searched: Searched) -> Searched:
    """The search with what a second solver disagrees about among what it left.  Raises `second.MissingError` without z3."""
    from rulewright.engine.analysis.second import agree

    doubts = tuple(f"a second solver on {text}" for text in agree(work.problem, searched.found))
    return replace(searched, left=(*searched.left, *doubts))


# --- findings ----------------------------------------------------------------------------------------------------------


def _findings(
    work: Work, explained: Sequence[Explained], recompile: Recompile | None
) -> tuple[tuple[Finding, ...], tuple[Family, ...]]:
    """The findings, grouped."""
    ids = [ranks.identity(work.problem.owners[n] for n in item.owners) for item in explained]
    grouped = [
        Grouped(name, tuple(work.problem.owners[n].id for n in item.owners), item.chain.facts)
        for name, item in zip(ids, explained, strict=True)
    ]
    culprits = {
        work.problem.owners[n].id: _culprit(work, work.problem.owners[n]) for item in explained for n in item.owners
    }
    families = group(grouped, culprits)
    family = {finding: f.id for f in families for finding in f.findings}
    found = [_finding(work, name, item, family[name], recompile) for name, item in zip(ids, explained, strict=True)]
    order = {f.id: number for number, f in enumerate(families)}
    found.sort(
        key=lambda f: (CONFLICTS.index(f.kind), order[f.family], f.arity, [natural(m.requirement) for m in f.members])
    )
    return tuple(found), families


def _culprit(work: Work, owner: Owner) -> Culprit:
    title = owner.requirement.title if owner.requirement is not None else ""
    return Culprit(ranks.identity([owner], "C"), title, ranks.rank(owner, work.known))


def _finding(work: Work, name: str, item: Explained, family: str, recompile: Recompile | None) -> Finding:
    """One finding, with its ways out."""
    owners = [work.problem.owners[n] for n in item.owners]
    ways = repairs(work.desk, item, work.known, recompile, lambda changed: work.clashes(owners, changed))
    where = say.formula(item.region, work.problem.variables)
    return Finding(
        id=name,
        kind=item.kind,
        arity=len(owners),
        members=item.members,
        context=item.facts,
        region=where if item.cores.whole else f"at least {where}",
        why=item.why,
        proof=item.chain.proofs,
        axioms=item.axioms,
        repairs=ways,
        precedence=ranks.precedence(owners, work.known),
        decided=ranks.decided(owners),
        contested=any(member.reading for member in item.members),
        family=family,
        verified=item.verified,
    )


# --- the frame ---------------------------------------------------------------------------------------------------------


def _policies(programs: Iterable[ir.Program]) -> tuple[PolicyInfo, ...]:
    modules = {(m.kind, m.id, m.edition): m for program in programs for m in program.modules}
    return tuple(
        PolicyInfo(kind=m.kind, id=m.id, edition=m.edition, sha256=m.sha256, title=m.title, pinned=m.pinned)
        for _, m in sorted(modules.items())
    )


def _extent(work: Work, searched: Searched, arity: int, budget: int) -> Extent:
    problem = work.problem
    known = {variable.name for variable in problem.variables if variable.given}
    profile = [
        f"{name} = {_written(work, name, value)}" for name, value in sorted((work.facts or {}).items()) if name in known
    ]
    owners = work.requirements()
    own = set(owners)
    return Extent(
        requirements=len(owners),
        units=sum(unit.owner in own for unit in problem.units),
        profile=" and ".join(profile) or "always",
        arity=arity,
        complete_up_to=searched.complete_up_to,
        calls=searched.calls,
        budget=budget,
        left=searched.left,
        unknowns=_unknowns(work),
    )


def _written(work: Work, name: str, value: Value) -> str:
    """A fact of the profile as rule text."""
    declared = work.vocabulary.attributes.get(name)
    kind = str(declared.type.kind) if declared is not None else "bool"
    return literal(value, kind)


def _unknowns(work: Work) -> tuple[UnknownInfo, ...]:
    """What could not be looked into: places in the rules, and lists that were too large to be decided."""
    found = {UnknownInfo(unknown.owner, unknown.text) for unknown in work.problem.unknowns}
    found |= {UnknownInfo("", text) for text in work.oracle.gaps}
    return tuple(sorted(found, key=lambda unknown: (unknown.owner, unknown.text)))


def _summary(findings: Sequence[Finding], observations: Sequence[Observation]) -> dict[str, int]:
    counts: dict[str, int] = {kind: sum(f.kind == kind for f in findings) for kind in CONFLICTS}
    counts |= {kind: sum(o.kind == kind for o in observations) for kind in NOTES}
    counts["decided"] = sum(f.decided is not None for f in findings)
    counts["contested"] = sum(f.contested for f in findings)
    counts["blocking"] = sum(f.kind == "contradiction" and f.decided is None for f in findings)
    return counts


def explained(work: Work, found: Found) -> Explained:
    """Explain one conflict that was found otherwise (pairs, variants)."""
    return explain(work.desk, found, work.known, work.vocabulary)
