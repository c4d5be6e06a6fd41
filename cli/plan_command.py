"""`rulewright plan`: the work plan, riskiest gaps first, with the smallest change and the cheapest evidence.

Guarantees: the verdicts behind it are those of `check` on the same facts; without `--policy` every shipped standard that
may apply is looked at; what nobody has answered yet can be written to a file that, filled in, is a facts file.
"""

from __future__ import annotations

import sys
from typing import cast

import msgspec

from rulewright.cli import answers_given, documents, exits, questionnaire
from rulewright.cli.check import deliver, engine, looked_up
from rulewright.cli.derive_command import Ready, described, prepared
from rulewright.cli.nothing import judged_nothing
from rulewright.cli.options import Request
from rulewright.cli.plan_text import markdown, terminal
from rulewright.cli.problems import show
from rulewright.cli.progress import Progress
from rulewright.cli.streams import paint_for, paint_for_file
from rulewright.dsl import ir
from rulewright.engine import report, worklist
from rulewright.engine.answers import Answers
from rulewright.engine.result import Report
from rulewright.facts.stack import ProductFacts, stack
from rulewright.facts.types import State
from rulewright.facts.vocabulary import Vocabulary
from rulewright.threats import risk

ITEMS = 10
"""So many items of each section are shown, unless `--limit` or `--explain` says otherwise."""

WIDE_ARITY = 2
"""Contradictions of so many requirements are looked for where no policy is named."""


class PublicTables(msgspec.Struct):
    """Ranks by the public tables of `threats.risk`."""

    def risk(self, objective: ir.Objective, answers: Answers, product: int) -> worklist.Risk:
        """The risk of an objective for one product."""
        online = answers.facts.attribute("product.internet_connectable", product)
        known = online.value if online.state is State.KNOWN and isinstance(online.value, bool) else None
        judged = risk.judge(objective.threats, objective.attributes, online=known)
        return worklist.Risk(judged.points, judged.why)


def run(request: Request) -> int:
    """Plan, and show it; return the exit code."""
    ready = prepared(request)
    if isinstance(ready, int):
        return ready
    steps = (
        len(request.arguments)
        + len(request.many("facts"))
        + len(request.many("feeds"))
        + 3
        + ("conflicts" in request.flags)
    )
    with Progress(steps, quiet="quiet" in request.flags) as progress:
        read = described(request, ready.vocabulary, progress)
        if isinstance(read, int):
            return read
        taken, assumed = read
        answers_given.told(taken, answers_given.asked(taken, ready.programs), quiet="quiet" in request.flags)
        same = "same_product" in request.flags
        found = looked_up(request, taken, taken.products(lambda: ready.vocabulary, same=same), ready.as_of, progress)
        if isinstance(found, int):
            return found
        progress.step("evaluating")
        runs = _runs(request, ready, taken, found, progress)
        progress.step("planning")
        work = worklist.plan(runs, PublicTables(), risk.NAME, assumed)
    return _finish(request, work, runs, ready.vocabulary)


def _runs(
    request: Request, ready: Ready, taken: documents.Taken, products: list[ProductFacts], progress: Progress
) -> list[tuple[Answers, Report]]:
    """Evaluate every program on the same facts; where asked for, look for contradictions."""
    facts = stack(products)
    inputs = taken.inputs(same="same_product" in request.flags)
    fail_on = cast("report.FailOn", request.one("fail_on") or "shall")
    options = report.Options(limit=request.numbers.get("limit", 5), fail_on=fail_on)
    runs = []
    for program in ready.programs:
        answers = engine(request, program, facts, ready.as_of)
        runs.append((answers, report.build(answers, inputs, (), options)))
    if "conflicts" not in request.flags:
        return runs
    from rulewright.engine.analysis.about import ARITY, with_conflicts

    progress.step("looking for contradictions")
    arity = ARITY if request.many("policy") else WIDE_ARITY
    return [
        (answers, with_conflicts(made, program, ready.vocabulary, facts, ready.as_of, arity))
        for program, (answers, made) in zip(ready.programs, runs, strict=True)
    ]


def _finish(request: Request, work: worklist.Work, runs: list[tuple[Answers, Report]], vocabulary: Vocabulary) -> int:
    """Render, deliver, say what was left open."""
    nothing = [judged_nothing(made) for _, made in runs]
    if nothing and all(nothing):
        show([said for said in nothing[:1] if said is not None])
        return exits.NOTHING
    questions = request.one("questions")
    code = exits.OK if questions is None else deliver(questionnaire.text(work, vocabulary), questions, utf8=True)
    if not code and questions != "-":
        code = _shown(request, work)
    return code or (exits.BLOCKED if work.blocking else exits.OK)


def _shown(request: Request, work: worklist.Work) -> int:
    """Render and deliver the plan."""
    path, form = request.one("output"), request.one("format") or "terminal"
    if form in {"json", "json-v1"}:
        return deliver(worklist.encode(work).decode() + "\n", path, utf8=True)
    if form == "markdown":
        return deliver(markdown(work), path, utf8=True)
    paint = paint_for_file() if path else paint_for(sys.stdout)
    limit = None if "explain" in request.flags else request.numbers.get("limit", ITEMS)
    return deliver(terminal(work, paint, limit=limit, quiet="quiet" in request.flags), path, utf8=False)
