"""`rulewright conflicts`: which requirements contradict each other, for which product, why, and the ways out.

Guarantees: exit code 1 only for a contradiction that no `prefer` settles (with `--fail-on should` for a tension, too), 3 where
nothing blocks but not everything asked for was looked at: an answer that does not cover everything never looks like "none".
The same rules give the same output in every run, with any number of processes.
"""

from __future__ import annotations

import sys

from rulewright.cli import conflicts_words as words
from rulewright.cli import exits
from rulewright.cli.check import as_of_day, deliver
from rulewright.cli.days import text as day_text
from rulewright.cli.given_facts import Given, given
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.progress import Progress
from rulewright.cli.rule_sets import RuleSet, rule_set
from rulewright.cli.streams import paint_for, paint_for_file, say
from rulewright.diagnostics import Diagnostic
from rulewright.engine.analysis import analyse, findings
from rulewright.engine.analysis.findings import Analysis
from rulewright.engine.analysis.second import MissingError

STEPS = 5
WIDE_ARITY = 2
"""How many members where nothing is named: all shipped standards at once are asked for pairs."""


def run(request: Request) -> int:
    """Analyse, and show it; return the exit code."""
    asked = _asked(request)
    if isinstance(asked, Diagnostic):
        return refuse([asked])
    as_of = as_of_day(request)
    if isinstance(as_of, Diagnostic):
        return refuse([as_of])
    quiet = "quiet" in request.flags
    with Progress(STEPS + len(request.many("product")) + len(request.many("facts")), quiet=quiet) as progress:
        progress.step("compiling")
        rules = rule_set(request, request.arguments, day_text(as_of))
        if isinstance(rules, int):
            return rules
        unknown = _strangers(request, rules)
        if unknown:
            return refuse(unknown)
        about = given(request, rules.programs, rules.vocabulary, progress)
        if isinstance(about, int):
            return about
        try:
            found = _analysed(request, rules, about, as_of, asked, progress)
        except MissingError as error:
            return refuse([problem("RW1021", "a second opinion needs `z3`, which is not installed", str(error))])
    if not found.extent.requirements:
        show([problem("RW0007", "the policies hold no requirement: there is nothing to analyse")])
        return exits.NOTHING
    return _shown(request, found) or _code(request, found)


def _analysed(
    request: Request, rules: RuleSet, about: Given, as_of: int, kinds: frozenset[str], progress: Progress
) -> Analysis:
    return analyse.analyse(
        rules.programs,
        rules.vocabulary,
        as_of=as_of,
        facts=about.facts,
        product=about.product,
        arity=request.numbers.get("arity", analyse.ARITY if request.arguments else WIDE_ARITY),
        budget=request.numbers.get("budget", 0),
        kinds=kinds,
        second="second_opinion" in request.flags,
        roots=request.many("of") or None,
        recompile=rules.again,
        base=rules.base,
        tell=progress.step,
    )


def _asked(request: Request) -> frozenset[str] | Diagnostic:
    """The kinds to look for; and whether the numbers make sense."""
    known = analyse.OFFERED
    stated = request.one("kinds")
    kinds = frozenset(word.strip() for word in (stated or "").split(",") if word.strip())
    strange = sorted(kinds - set(known))
    if strange:
        from difflib import get_close_matches

        close = get_close_matches(strange[0], known, 1)
        hint = f"did you mean `{close[0]}`?" if close else f"there is {', '.join(known)}"
        return problem("RW0005", f"`{strange[0]}` is no kind of finding", hint)
    if stated is not None and not kinds:
        return problem("RW0005", "`--kinds` names no kind", f"there is {', '.join(known)}")
    if request.numbers.get("arity", 1) < 1:
        return problem("RW0005", "`--arity` is at least 1", "a conflict has one requirement or more")
    return kinds or analyse.DEFAULT


def _strangers(request: Request, rules: RuleSet) -> list[Diagnostic]:
    """Requirements named by `--of` that are not there."""
    ids = {wanted.id for program in rules.programs for wanted in program.requirements}
    bare = {f"{w.partition(':')[0].partition('@')[0]}:{w.partition(':')[2]}": w for w in request.many("of")}
    missing = [word for name, word in bare.items() if name not in ids]
    found = []
    for word in missing:
        from difflib import get_close_matches

        close = get_close_matches(word, ids, 1)
        hint = f"did you mean `{close[0]}`?" if close else "it is written STANDARD:NAME"
        found.append(problem("RW0005", f"`{word}` is no requirement of these policies", hint))
    return found


def _code(request: Request, found: Analysis) -> int:
    """The exit code."""
    level = request.one("fail_on") or "shall"
    blocking = found.summary["blocking"]
    if level == "should":
        blocking += sum(f.kind in {"tension", "right"} and f.decided is None for f in found.findings)
    if blocking and level != "never":
        return exits.BLOCKED
    if not words.whole(found):
        for text in words.gaps(found) or ("the search did not reach the number of members asked for",):
            say(f"warning: not everything was analysed: {text}")
        return exits.NOTHING
    return exits.OK


def _shown(request: Request, found: Analysis) -> int:
    """Render and deliver."""
    path, form = request.one("output"), request.one("format") or "terminal"
    if form in {"json", "json-v1"}:
        return deliver(findings.encode(found).decode() + "\n", path, utf8=True)
    if form == "terminal":
        from rulewright.cli.conflicts_text import terminal

        paint = paint_for_file() if path else paint_for(sys.stdout)
        explain, quiet = "explain" in request.flags, "quiet" in request.flags
        return deliver(terminal(found, paint, explain=explain, quiet=quiet), path, utf8=False)
    return deliver(_document(form, found), path, utf8=True)


def _document(form: str, found: Analysis) -> str:
    """The analysis as a document for others."""
    if form == "sarif":
        from rulewright.cli.conflicts_sarif import sarif

        return sarif(found)
    if form == "markdown":
        from rulewright.cli.conflicts_markdown import markdown

        return markdown(found)
    from rulewright.cli.conflicts_html import html

    return html(found)
