"""`rulewright variants`: can one variant of a product serve all markets, and if not, how many are needed and why.

Guarantees: the answer is exact (`engine.analysis.variants` says what it means); exit code 0 only where one variant serves all
markets in every context looked at, 3 where a limit left something out.
"""

from __future__ import annotations

import sys
from difflib import get_close_matches

from rulewright.cli import exits
from rulewright.cli.check import as_of_day, deliver
from rulewright.cli.days import text as day_text
from rulewright.cli.given_facts import given
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.progress import Progress
from rulewright.cli.rule_sets import RuleSet, rule_set
from rulewright.cli.streams import paint_for, paint_for_file, say
from rulewright.cli.text import clean
from rulewright.cli.words import strange
from rulewright.diagnostics import Diagnostic
from rulewright.dsl import ir
from rulewright.engine.analysis import variants
from rulewright.engine.analysis.cover import UndecidedError
from rulewright.facts.base import Fact
from rulewright.facts.types import Kind, State
from rulewright.facts.vocabulary import Vocabulary


def run(request: Request) -> int:
    """Find the variants, and show them; return the exit code."""
    as_of = as_of_day(request)
    if isinstance(as_of, Diagnostic):
        return refuse([as_of])
    quiet = "quiet" in request.flags
    with Progress(3 + len(request.many("product")) + len(request.many("facts")), quiet=quiet) as progress:
        progress.step("compiling")
        rules = rule_set(request, request.arguments, day_text(as_of))
        if isinstance(rules, int):
            return rules
        by = request.one("by") or variants.MARKETS
        names = _markets(request, rules.vocabulary, by)
        wrong = names if isinstance(names, Diagnostic) else strangers(request, rules)
        if isinstance(names, Diagnostic) or wrong is not None:
            return refuse([wrong] if wrong is not None else [])
        about = given(request, rules.programs, rules.vocabulary, progress)
        if isinstance(about, int):
            return about
        if any(word.partition("=")[0].strip() == by for word in request.many("fact")):
            return refuse(
                [problem("RW0005", f"`{by}` is what is divided", "leave the fact out, or divide `--by` another")]
            )
        about.facts.pop(by, None)
        progress.step("dividing")
        try:
            found = variants.variants(
                rules.programs,
                rules.vocabulary,
                names,
                as_of=as_of,
                facts=about.facts,
                by=by,
                product=about.product,
                without=request.many("without"),
            )
        except UndecidedError as undecided:
            say(f"no variants were found: {clean(str(undecided))}")
            return exits.NOTHING
    if not found.requirements:
        show([problem("RW0007", "the policies hold no `shall` requirement: there is nothing to divide")])
        return exits.NOTHING
    return _shown(request, found) or _code(found)


def _markets(request: Request, vocabulary: Vocabulary, by: str) -> list[str] | Diagnostic:
    """The markets asked for, each a legal word."""
    declared = vocabulary.attributes.get(by)
    if declared is None or declared.type.kind is not Kind.SET or not declared.given:
        sets = [a.name for a in vocabulary.attributes.values() if a.given and a.type.kind is Kind.SET]
        return problem("RW0005", f"`{by}` is no set in the context", _close(by, sets))
    words = [word.strip() for part in request.many("markets") for word in part.split(",") if word.strip()]
    names = list(dict.fromkeys(words))
    if not names:
        return problem("RW0005", "no market is named", "write them as `--markets EU,US`")
    if len(names) > variants.MOST_MARKETS:
        return problem("RW0005", f"{len(names)} markets are too many", f"at most {variants.MOST_MARKETS}")
    slips = strange({by: Fact(State.KNOWN, tuple(sorted(names)))}, vocabulary)
    show(slips, quiet="quiet" in request.flags)
    unknown = [name for name in names if name not in declared.type.values]
    if unknown and declared.type.values and not declared.type.open_values:
        return problem("RW0005", f"`{unknown[0]}` is no member of `{by}`", _close(unknown[0], declared.type.values))
    return names


def _close(word: str, known: list[str] | tuple[str, ...]) -> str:
    close = get_close_matches(word, known, 1)
    return f"did you mean `{close[0]}`?" if close else f"there is {', '.join(sorted(known)[:12])}"


def strangers(request: Request, rules: RuleSet) -> Diagnostic | None:
    """A requirement named by `--without` that is none of the `shall` requirements."""
    known = [name for program in rules.programs for wanted in program.requirements for name in _names(wanted, program)]
    missing = [name for name in request.many("without") if name not in known]
    if not missing:
        return None
    close = get_close_matches(missing[0], known, 1)
    hint = f"did you mean `{close[0]}`?" if close else "it is written STANDARD:NAME"
    return problem("RW0005", f"`{missing[0]}` is no `shall` requirement of these policies", hint)


def _names(wanted: ir.Requirement, program: ir.Program) -> list[str]:
    if wanted.level != "shall":
        return []
    home, _, name = wanted.id.partition(":")
    edition = next((module.edition for module in program.modules if module.id == home), "")
    return [wanted.id, f"{home}@{edition}:{name}"]


def _code(found: variants.Variants) -> int:
    if found.one:
        return exits.NOTHING if found.left else exits.OK
    return exits.BLOCKED


def _shown(request: Request, found: variants.Variants) -> int:
    """Render and deliver."""
    path, form = request.one("output"), request.one("format") or "terminal"
    if form in {"json", "json-v1"}:
        return deliver(variants.encode(found).decode() + "\n", path, utf8=True)
    from rulewright.cli import variants_text

    if form == "markdown":
        return deliver(variants_text.markdown(found), path, utf8=True)
    paint = paint_for_file() if path else paint_for(sys.stdout)
    return deliver(variants_text.terminal(found, paint, quiet="quiet" in request.flags), path, utf8=False)
