"""`rulewright certify`: a certificate that no `shall` requirements contradict each other, whatever the product's context.

Guarantees: data on stdout (or `--output`) is a certificate that `check-certificate` accepts, or nothing at all; where there
is a contradiction it is told on stderr, exit code 1; where none was found but no proof either, exit code 3.
"""

from __future__ import annotations

import sys

from rulewright.cli import exits
from rulewright.cli.check import as_of_day, deliver
from rulewright.cli.days import text as day_text
from rulewright.cli.given_facts import given
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.progress import Progress
from rulewright.cli.rule_sets import RuleSet, rule_set
from rulewright.cli.streams import paint_for, say
from rulewright.cli.text import clean, plural
from rulewright.cli.variants_command import strangers
from rulewright.diagnostics import Diagnostic
from rulewright.engine.analysis import certify, ranks
from rulewright.engine.analysis.check_certificate import Certificate
from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.cores import Desk
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.analysis.variants import clash


def run(request: Request) -> int:
    """Certify; return the exit code."""
    as_of = as_of_day(request)
    if isinstance(as_of, Diagnostic):
        return refuse([as_of])
    quiet = "quiet" in request.flags
    with Progress(3 + len(request.many("product")) + len(request.many("facts")), quiet=quiet) as progress:
        progress.step("compiling")
        rules = rule_set(request, request.arguments, day_text(as_of))
        if isinstance(rules, int):
            return rules
        wrong = strangers(request, rules)
        if wrong is not None:
            return refuse([wrong])
        if not any(wanted.level == "shall" for program in rules.programs for wanted in program.requirements):
            show([problem("RW0007", "the policies hold no `shall` requirement: there is nothing to certify")])
            return exits.NOTHING
        about = given(request, rules.programs, rules.vocabulary, progress)
        if isinstance(about, int):
            return about
        progress.step("looking for products that serve every context")
        found = certify.certify(
            rules.programs, rules.vocabulary, as_of=as_of, facts=about.facts, without=request.many("without")
        )
    return _finished(request, rules, found)


def _finished(request: Request, rules: RuleSet, found: certify.Answer) -> int:
    """Deliver the certificate, or say why there is none."""
    match found:
        case Certificate():
            code = deliver(certify.encode(found).decode(), request.one("output"), utf8=True)
            if not code and "quiet" not in request.flags:
                say(_said(found))
            return code
        case certify.Conflicting():
            _told(found, rules)
            return exits.BLOCKED
        case certify.Unproven(_, text):
            say(f"no contradiction was found, but there is no certificate: {clean(text)}")
            return exits.NOTHING
        case certify.UnknownRequirement(name, _):
            return refuse([problem("RW0005", f"`{name}` is no `shall` requirement of these policies")])


def _said(found: Certificate) -> str:
    """What was certified, in a line; and what was left out."""
    products, steps = plural(len(found.products), "product"), plural(len(found.proof), "step")
    what = plural(found.requirements, "requirement")
    lines = [f"certified: {what}, {products} that together serve every context, {steps} of proof"]
    lines += [f"left out: {clean(item.requirement)}, {clean(item.because)}" for item in found.left_out]
    return "\n".join(lines)


def _told(found: certify.Conflicting, rules: RuleSet) -> None:
    """The contradiction, on stderr."""
    from rulewright.cli import variants_text

    oracle = Oracle(found.problem)
    desk = Desk(found.problem, Contexts(found.problem, oracle), oracle)
    told = clash(desk, found.found, ranks.modules(rules.programs))
    say(f"there is nothing to certify: a contradiction, {told.id}")
    say("\n".join(variants_text.clash(told, paint_for(sys.stderr))))
    say("  hint: `--without REQUIREMENT` leaves a requirement out, a `prefer` line of a policy settles the conflict")
