"""From answers to a report: verdicts with their reasons, waivers, assumptions, the gate.

Guarantees: results sorted by product and requirement; a waiver only ever labels a fail or an unknown; an expired,
orphaned or no longer provided-for waiver is a finding; nothing here turns an unknown into a pass.
What it does not do: render.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from rulewright import __version__
from rulewright.dsl import ir
from rulewright.engine import result
from rulewright.engine.answers import Answers
from rulewright.engine.explain import Asked, assumptions, condition_reason, line_reason
from rulewright.engine.levels import of_conditions
from rulewright.engine.waivers import Waivers
from rulewright.engine.words import date_text
from rulewright.facts.base import FactBase

FailOn = Literal["shall", "should", "never"]
LIMIT = 20
"""How many elements a reason lists unless told otherwise."""


class Options(msgspec.Struct, frozen=True):
    """What a caller may choose about a report."""

    limit: int = LIMIT
    fail_on: FailOn = "shall"
    engine: str = "planes"


def build(
    answers: Answers,
    inputs: tuple[result.Input, ...] = (),
    findings: tuple[result.Finding, ...] = (),
    options: Options | None = None,
) -> result.Report:
    """The report of a run.  `inputs` and `findings` are those of the documents read."""
    options = options or Options()
    waivers = Waivers(answers)
    scopes: dict[tuple[int, ir.Expr, bool | None, ir.Evidence | None], result.Reason] = {}
    wanted, order = answers.program.requirements, _by_name(answers.program)
    results = [
        _result(Asked(answers, wanted[number], product, options.limit, scopes=scopes), waivers, number, options)
        for product in _by_id(answers)
        for number in order
    ]
    all_findings = (*findings, *waivers.findings())
    return result.Report(
        engine=result.Engine(name="rulewright", version=__version__),
        language=answers.program.language,
        as_of=f"{date_text(answers.as_of)}T00:00:00Z",
        fail_on=options.fail_on,
        products=tuple(product_info(answers.facts, product) for product in _by_id(answers)),
        inputs=inputs,
        policies=tuple(_policy(module) for module in answers.program.modules),
        excluded=tuple(
            result.ExcludedInfo(requirement=e.id, because=e.because, source=e.place)
            for e in sorted(answers.program.excluded, key=lambda e: (e.id, e.because))
        ),
        summary=_summary(results, answers.program),
        findings=tuple(sorted(all_findings, key=lambda f: (f.code, f.source or "", f.pointer or "", f.message))),
        results=tuple(results),
    )


def _by_id(answers: Answers) -> list[int]:
    products = answers.facts.products
    return sorted(range(len(products)), key=lambda p: (products[p].id, products[p].name, products[p].version))


_RUNS = re.compile(r"\d+|\D+")


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Order `3.2` before `3.10`: digit runs compare as numbers."""
    return tuple((0, int(run)) if run.isdecimal() and run.isascii() else (1, run) for run in _RUNS.findall(text))


def _by_name(program: ir.Program) -> list[int]:
    wanted = program.requirements
    return sorted(range(len(wanted)), key=lambda r: natural(wanted[r].id))


def product_info(facts: FactBase, product: int) -> result.ProductInfo:
    """A product as reports list it."""
    found = facts.products[product]
    subjects = tuple({"sha256": source.sha256} for source in found.sources)
    return result.ProductInfo(id=found.id, name=found.name, version=found.version, subjects=subjects)


def _policy(module: ir.ModuleInfo) -> result.PolicyInfo:
    return result.PolicyInfo(
        kind=module.kind,
        id=module.id,
        edition=module.edition,
        sha256=module.sha256,
        title=module.title,
        pinned=module.pinned,
    )


def _judged(asked: Asked, requirement: int) -> tuple[result.Verdict, tuple[result.Reason, ...]]:
    """Verdict and reasons; whatever breaks while one requirement is evaluated is that requirement's `error`."""
    try:
        verdict = asked.answers.verdict(requirement, asked.product)
        return verdict, _reason(asked, requirement, verdict)
    except Exception as error:  # noqa: BLE001  # the verdict `error` exists so that no requirement is lost in silence
        text = f"could not be evaluated: {type(error).__name__}: {error}"
        return "error", (result.Reason(line="engine", verdict="error", text=text),)


def _result(asked: Asked, waivers: Waivers, requirement: int, options: Options) -> result.Result:
    wanted, product = asked.requirement, asked.product
    verdict, reason = _judged(asked, requirement)
    waived = waivers.label(requirement, product) if verdict in {"fail", "unknown"} else None
    hardened = verdict == "fail" and wanted.unknown_fails and not any(r.verdict == "fail" for r in reason)
    return result.Result(
        product=asked.answers.facts.products[product].id,
        requirement=wanted.id,
        level=wanted.level,
        severity=wanted.severity,
        title=wanted.title,
        verdict=verdict,
        waived=waived,
        blocks=blocks(verdict, wanted.level, options.fail_on) and waived is None,
        refs=_refs(wanted),
        objective=wanted.objective,
        reason=reason,
        assumptions=assumptions(asked, requirement) if reason and reason[0].line.startswith("check") else (),
        tailored=tuple(_tailored(t) for t in wanted.tailored) + (("unknown counts as fail",) if hardened else ()),
        fix=wanted.fix if verdict in {"fail", "unknown"} else "",
        note=wanted.note,
        source=wanted.place,
    )


def blocks(verdict: str, level: str, fail_on: FailOn) -> bool:
    """Whether a verdict closes the gate: a failed or unknown `shall` does; `--fail-on should` adds the `should`s."""
    if verdict == "error":
        return fail_on != "never"
    levels = {"shall": {"shall"}, "should": {"shall", "should"}, "never": set[str]()}[fail_on]
    return verdict in {"fail", "unknown"} and level in levels


def _refs(wanted: ir.Requirement) -> tuple[str, ...]:
    clause = (wanted.clause,) if wanted.clause else ()
    return clause + tuple(f"{r.standard}:{r.clause}" + (f" {r.strength}" if r.strength else "") for r in wanted.refs)


def _tailored(change: ir.Tailored) -> str:
    return f"{change.action}: {change.detail}" + (f" because {change.because}" if change.because else "")


def _reason(asked: Asked, requirement: int, verdict: result.Verdict) -> tuple[result.Reason, ...]:
    """The lines that explain the verdict; when the requirement does not apply, the condition that says so."""
    wanted, day = asked.requirement, asked.answers.as_of
    outside = (wanted.valid_from is not None and day < wanted.valid_from) or (
        wanted.valid_until is not None and day > wanted.valid_until
    )
    if outside:
        return (_out_of_force(wanted, day),)
    scope, applies = asked.answers.applies(requirement, asked.product)
    if scope is not True and not (scope is None and applies is False):
        return (_scope_reason(asked, scope),)
    if applies is not True:
        return (condition_reason(asked, "applies when", wanted.applies, applies, wanted.applies_text),)
    lines = tuple(line_reason(asked, number, requirement) for number in range(len(wanted.lines)))
    if verdict == "fail":
        return tuple(sorted(lines, key=lambda r: _ORDER[r.verdict]))
    return lines


def _scope_reason(asked: Asked, truth: bool | None) -> result.Reason:  # noqa: FBT001  # a plain truth value
    """Why a scope does not hold, or is unknown: found once for all requirements that share it."""
    key = (asked.product, asked.requirement.scope, truth, of_conditions(asked.requirement.evidence))
    found = asked.scopes.get(key)
    if found is None:
        found = asked.scopes[key] = condition_reason(asked, "scope", asked.requirement.scope, truth)
    return found


_ORDER = {"fail": 0, "error": 1, "unknown": 2, "pass": 3, "not_applicable": 4}


def _out_of_force(wanted: ir.Requirement, day: int) -> result.Reason:
    bounds = [
        f"{word} {date_text(bound)}"
        for word, bound in (("from", wanted.valid_from), ("until", wanted.valid_until))
        if bound is not None
    ]
    return result.Reason(
        line="valid",
        verdict="not_applicable",
        text=f"in force {' '.join(bounds)}",
        note=f"not in force on {date_text(day)}",
    )


def _summary(results: list[result.Result], program: ir.Program) -> result.Summary:
    counts = dict.fromkeys(result.VERDICTS, 0)
    for item in results:
        counts[item.verdict] += 1
    blocking = sum(item.blocks for item in results)
    return result.Summary(
        passed=counts["pass"],
        fail=counts["fail"],
        unknown=counts["unknown"],
        not_applicable=counts["not_applicable"],
        error=counts["error"],
        waived=sum(item.waived is not None for item in results),
        excluded=len(program.excluded),
        assumptions=sum(bool(item.assumptions) for item in results),
        blocking=blocking,
        gate="fail" if blocking else "pass",
    )


def encode(report: result.Report) -> bytes:
    """The canonical JSON of a report: that of `result.encode`."""
    return result.encode(report)
