"""Contradictions in the result of a check: each verdict says in which ones its requirement stands.

Guarantees: only contradictions that nobody has decided, in contexts that the product may be in (facts of the context that are
known are fixed, the others are free), and none of whose members does not apply; how far was looked is part of the report.
Products of the same context are analysed once.  It judges nothing: verdicts and gate stay what they are.
"""

from __future__ import annotations

from collections.abc import Container

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis.analyse import analyse
from rulewright.engine.analysis.findings import Analysis, Finding
from rulewright.engine.analysis.nowhere import nowhere
from rulewright.engine.result import Analysed, Clash, Report, Result
from rulewright.facts.base import ANSWER, FactBase
from rulewright.facts.types import State, Value
from rulewright.facts.vocabulary import Vocabulary

ARITY = 3
"""Up to how many members are looked for."""


def with_conflicts(
    report: Report, program: ir.Program, vocabulary: Vocabulary, facts: FactBase, as_of: int, arity: int = ARITY
) -> Report:
    """The report with the contradictions in it."""
    known: dict[tuple[tuple[str, Value], ...], Analysis] = {}
    impossible: list[str] = []
    clashes: dict[str, tuple[Finding, ...]] = {}
    for number, product in enumerate(facts.products):
        context = tuple(sorted(context_of(program, vocabulary, facts, number).items()))
        against = nowhere((program,), vocabulary, as_of, dict(context))
        if against is not None:
            axioms = ", ".join(f"`{axiom.id}`" for axiom in against)
            impossible.append(
                f"the facts of {product.id} contradict background knowledge ({axioms}): nothing was looked at"
            )
            continue
        if context not in known:
            known[context] = analyse(
                (program,), vocabulary, as_of=as_of, facts=dict(context), arity=arity, kinds={"contradiction"}
            )
        clashes[product.id] = tuple(found for found in known[context].findings if found.decided is None)
    idle = {(r.product, r.requirement) for r in report.results if r.verdict == "not_applicable"}
    results = tuple(
        replace(result, conflicts=_of(result, clashes.get(result.product, ()), idle)) for result in report.results
    )
    extents = [found.extent for found in known.values()]
    unseen = {f"{u.owner}: {u.text}".removeprefix(": ") for extent in extents for u in extent.unknowns}
    left = sorted({text for extent in extents for text in extent.left} | unseen | set(impossible))
    reached = 0 if impossible else min((extent.complete_up_to for extent in extents), default=arity)
    return replace(report, results=results, analysed=Analysed(reached, tuple(left)))


def of_context(name: str, vocabulary: Vocabulary, questions: Container[str]) -> bool:
    """Whether a fact is of the context: a given attribute, or the answer to a question of the rules."""
    declared = vocabulary.attributes.get(name)
    return (declared is not None and declared.given) or (name.startswith(ANSWER) and name in questions)


def context_of(program: ir.Program, vocabulary: Vocabulary, facts: FactBase, product: int) -> dict[str, Value]:
    """The known facts of a product's context, and the answers to conditions."""
    found: dict[str, Value] = {}
    for name in sorted(facts.attributes):
        if of_context(name, vocabulary, program.questions):
            fact = facts.attribute(name, product)
            if fact.state is State.KNOWN and fact.value is not None:
                found[name] = fact.value
    return found


def _of(result: Result, findings: tuple[Finding, ...], idle: set[tuple[str, str]]) -> tuple[Clash, ...]:
    """The contradictions that a verdict's requirement stands in, none of whose members does not apply."""
    made = []
    for found in findings:
        members = [member.requirement for member in found.members]
        if result.requirement in members and not any((result.product, name) in idle for name in members):
            others = tuple(name for name in members if name != result.requirement)
            facts = tuple(dict.fromkeys(proof.fact for proof in found.proof))
            made.append(Clash(found.id, others, facts, found.region))
    return tuple(made)
