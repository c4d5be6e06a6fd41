"""The words of an analysis that all its views share: headlines, members, ways out, the answer.

Guarantees: one wording for one thing; nothing is computed but counts.  The words are plain: views clean, escape, colour them.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.cli.text import plural
from rulewright.engine.analysis.findings import (
    Analysis,
    Decided,
    FactValue,
    Family,
    Finding,
    Member,
    Note,
    Observation,
    Repair,
)

KINDS = {
    "contradiction": "contradiction",
    "tension": "tension with a should",
    "right": "a declared freedom against others",
    "moot": "clash only while a condition is kept",
}
NOTES: dict[Note, str] = {
    "vacuous": "cannot be violated",
    "dead": "never applies",
    "duplicate": "same meaning",
    "redundant": "demanded by others already",
    "gap": "nothing applies",
    "waiver": "waivers",
    "tailoring": "weakens its base",
    "prefer": "`prefer` that is not needed",
    "steering": "applies by design, not by context",
}
_YES = {"true": "yes", "false": "no"}
WAYS = {
    "waive": "leave out",
    "parameter": "set",
    "variants": "variants",
    "scope": "scope",
    "reading": "reading",
}


def title(found: Analysis) -> str:
    """What was analysed: the named modules, or how many."""
    names = [f"{p.id}@{p.edition}" for p in found.policies if p.kind != "vocabulary"]
    return ", ".join(names) if len(names) <= 3 else plural(len(names), "standard and policy", "standards and policies")


def subject(found: Analysis) -> str:
    """Which products: one, those with some facts, or all."""
    known = "" if found.extent.profile == "always" else found.extent.profile
    if found.product:
        return f"for {found.product}" + (f", where {known}" if known else ", of whose context nothing is known")
    return f"for products where {known}" if known else "for every product"


def days(found: Analysis) -> str:
    """From which day on."""
    return f"from {found.as_of[:10]} on"


def name(member: Member, found: Analysis | None = None) -> str:
    """`pci.dss:8.3.9`, with the edition where two of the standard take part."""
    editions = {p.edition for p in found.policies if p.id == member.standard} if found is not None else set()
    if len(editions) > 1:
        return f"{member.standard}@{member.edition}:{member.requirement.partition(':')[2]}"
    return member.requirement


def weight(member: Member) -> tuple[str, ...]:
    """How binding: level, force, jurisdiction."""
    parts = (member.level, "house rule" if member.force == "house" else member.force, member.jurisdiction)
    return tuple(part for part in parts if part)


def clause(member: Member) -> str:
    """`clause 5.1.1.2 of nist.sp_800_63b@4`, as far as it is known."""
    said = f"clause {member.clause}" if member.clause else ""
    edition = f"{member.standard}@{member.edition}" if member.edition else member.standard
    return f"{said} of {edition}" if said else edition


def place(member: Member) -> str:
    """`standards/pci.dss/9.rw:12:3`."""
    return f"{member.place.file}:{member.place.line}:{member.place.column}" if member.place is not None else ""


def context(finding: Finding) -> str:
    """The smallest context, in one line, without marks."""
    return when(finding.context).replace("`", "")


def when(context: Sequence[FactValue]) -> str:
    """A smallest context in words, rule text between backticks; no sets that need only be empty (a region says so)."""
    facts = [fact for fact in context if fact.value != "{}"]
    own = [f"`{_stated(fact)}`" for fact in facts if not fact.question]
    asked = [f'{_YES.get(fact.value, fact.value)} to "{fact.question}"' for fact in facts if fact.question]
    return "; ".join([*own, *asked]) or "any product"


def _stated(fact: FactValue) -> str:
    """A fact as a condition."""
    plain = {"true": fact.fact, "false": f"not {fact.fact}"}
    return plain.get(fact.value) or f"{fact.fact} = {fact.value}"


def headline(finding: Finding) -> str:
    """Kind and how many."""
    if finding.arity == 1:
        return (
            "contradicts itself or what is known"
            if finding.kind == "contradiction"
            else f"{KINDS[finding.kind]}, alone"
        )
    return f"{KINDS[finding.kind]}, {plural(finding.arity, 'requirement')}"


def marks(finding: Finding) -> list[str]:
    """What else there is to say in a word."""
    said = []
    if finding.decided is not None:
        said.append("decided")
    if finding.contested:
        said.append("contested reading")
    if not finding.verified:
        said.append("NOT VERIFIED by the evaluator")
    return said


def decided(settled: Decided) -> str:
    """Who decided what, and why."""
    return f"`{settled.winner}` over `{settled.loser}`, because {settled.because}"


def short_why(finding: Finding) -> list[str]:
    """The sentences after those that say of each member why it applies: background, and the clash."""
    return list(finding.why[len(finding.members) :])


def proof(finding: Finding) -> list[str]:
    """Per fact what each leaves."""
    return [
        f"{p.fact}: "
        + ", ".join(f"{who} leaves {left}" for who, left in p.leaves)
        + ("" if p.complete else " (in part)")
        for p in finding.proof
    ]


def without(member: Member) -> str:
    """What a design without a member looks like."""
    facts = ", ".join(f"{fact.fact} = {fact.value}" for fact in member.without)
    return f"without {member.requirement}: {facts or 'any design'}"


def way(repair: Repair) -> str:
    """One way out."""
    return repair.text


def family(found: Family) -> str:
    """`around pci.dss:8.3.9`."""
    return f"{plural(len(found.findings), 'conflict')} around {found.culprit}"


def grouped(found: Analysis) -> list[tuple[Family, list[Finding]]]:
    """The families with their findings, in order."""
    by_family: dict[str, list[Finding]] = {}
    for finding in found.findings:
        by_family.setdefault(finding.family, []).append(finding)
    return [(family, by_family.get(family.id, [])) for family in found.families]


def noted(found: Analysis) -> list[tuple[Note, list[Observation]]]:
    """The observations by kind."""
    kinds = [kind for kind in NOTES if any(o.kind == kind for o in found.observations)]
    return [(kind, [o for o in found.observations if o.kind == kind]) for kind in kinds]


def example(observation: Observation) -> str:
    """`for example a = 1; b = 2`: the product that shows an observation; empty where there is none."""
    return f"for example {when(observation.witness).replace('`', '')}" if observation.witness else ""


def counts(found: Analysis) -> str:
    """`2 contradictions (1 decided), 1 tension`."""
    words = {
        "contradiction": "contradiction",
        "tension": "tension",
        "right": "freedom taken away",
        "moot": "moot clash",
    }
    plurals = {"right": "freedoms taken away", "moot": "moot clashes"}
    said = [plural(found.summary[kind], word, plurals.get(kind)) for kind, word in words.items() if found.summary[kind]]
    decided_ones = found.summary["decided"]
    more = [f"{decided_ones} decided by `prefer`"] if decided_ones else []
    more += [f"{found.summary['contested']} resting on one reading"] if found.summary["contested"] else []
    return ", ".join(said) + (f" ({', '.join(more)})" if more else "")


def reach(found: Analysis) -> str:
    """How far the answer goes."""
    extent = found.extent
    done = (
        f"complete up to {plural(extent.complete_up_to, 'member')}"
        if extent.complete_up_to
        else "complete for no number of members"
    )
    return f"among {plural(extent.requirements, 'requirement')}, {plural(extent.calls, 'set')} examined, {done}"


def answer(found: Analysis) -> str:
    """The answer in one sentence."""
    if not found.extent.arity:
        noted = plural(len(found.observations), "remark")
        return f"{noted} on {plural(found.extent.requirements, 'requirement')}; conflicts were not asked for"
    if not found.findings:
        return f"none found {reach(found)}"
    return f"{counts(found)} {reach(found)}"


def gaps(found: Analysis) -> Sequence[str]:
    """What the answer does not cover."""
    extent = found.extent
    said = [f"not looked at: {text}" for text in extent.left]
    if extent.unknowns:
        said.append(
            f"{plural(len(extent.unknowns), 'place')} could not be looked into: listed with --explain and in json"
        )
    return said


def whole(found: Analysis) -> bool:
    """Whether the search reached what was asked for, and could look into all of it."""
    extent = found.extent
    return extent.complete_up_to >= extent.arity and not extent.left and not extent.unknowns
