"""`rulewright diff A B`: what changed in meaning between two standards, editions or policies, and for which product it matters.

Guarantees: exit code 1 where something became weaker (`engine.analysis.diff` says what that means), 3 where nothing did as far
as could be seen but not all could be looked into, or there was nothing to compare.  The same rules give the same output.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rulewright.cli import documents, exits
from rulewright.cli.check import as_of_day, deliver
from rulewright.cli.days import text as day_text
from rulewright.cli.derive_command import nameless, take_words
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.progress import Progress
from rulewright.cli.rule_sets import RuleSet, rule_set
from rulewright.cli.streams import paint_for, paint_for_file
from rulewright.cli.words import strange
from rulewright.diagnostics import Diagnostic
from rulewright.engine.analysis import difference
from rulewright.engine.analysis.diff import diff
from rulewright.facts.types import State, Value
from rulewright.facts.vocabulary import Vocabulary

Product = tuple[str, dict[str, Value]]


def run(request: Request) -> int:
    """Compare, and show it; return the exit code."""
    as_of = as_of_day(request)
    wrong = as_of if isinstance(as_of, Diagnostic) else _wrong(request.arguments)
    if isinstance(as_of, Diagnostic) or wrong is not None:
        return refuse([wrong] if wrong is not None else [])
    quiet = "quiet" in request.flags
    with Progress(3 + len(request.many("product")) + len(request.many("facts")), quiet=quiet) as progress:
        sides = _sides(request, day_text(as_of), progress)
        if isinstance(sides, int):
            return sides
        old, new = sides
        vocabulary = old.vocabulary.extended(new.vocabulary.attributes.values())
        near = _near(request, vocabulary, progress)
        if isinstance(near, int):
            return near
        names = (request.arguments[0], request.arguments[1])
        found = diff(
            old.programs[0],
            new.programs[0],
            vocabulary,
            as_of=as_of,
            names=names,
            facts=near[1],
            product=near[0],
            tell=progress.step,
        )
    if not found.old.requirements and not found.new.requirements:
        show([problem("RW0007", "neither side holds a requirement: there is nothing to compare")])
        return exits.NOTHING
    return _shown(request, found) or _code(found)


def _wrong(words: Sequence[str]) -> Diagnostic | None:
    """Two words, and neither of them a result."""
    if len(words) != 2:
        message = f"diff takes two standards, editions or policies, A and B; {len(words)} given"
        return problem("RW0002", message, "`rulewright diff --help` lists what there is")
    results = [word for word in words if word.lower().endswith(".json")]
    if results:
        hint = "two results are compared by `rulewright compare OLD.json NEW.json`"
        return problem("RW0005", f"`{results[0]}` is no standard or policy", hint)
    return None


def _sides(request: Request, day: str, progress: Progress) -> tuple[RuleSet, RuleSet] | int:
    """Both sides, compiled."""
    progress.step("compiling")
    found = []
    for word in request.arguments:
        rules = rule_set(request, [word], day)
        if isinstance(rules, int):
            return rules
        found.append(rules)
    return found[0], found[1]


def _near(request: Request, vocabulary: Vocabulary, progress: Progress) -> Product | int:
    """What is known of the product that witnesses are to be like: of its context and of its design."""
    words = request.many("product")
    taken = documents.take(words, request.many("facts"), lambda: vocabulary, progress.step)
    if not words:
        taken.parts.append(nameless())
    take_words(taken, request.many("fact"), vocabulary)
    if any(d.is_error for d in taken.problems):
        return refuse(taken.problems, taken.texts)
    said = [*(part.facts.attributes for part in taken.parts), *(shared.attributes for shared in taken.shared)]
    show([slip for each in said for slip in strange(each, vocabulary)], quiet="quiet" in request.flags)
    described = taken.products(lambda: vocabulary, same=True)[0]
    known = {
        name: fact.value
        for name, fact in sorted(described.attributes.items())
        if name in vocabulary.attributes and fact.state is State.KNOWN and fact.value is not None
    }
    product = described.product
    return (f"{product.name} {product.version}".strip() if words else ""), known


def _code(found: difference.Difference) -> int:
    if found.weaker:
        return exits.BLOCKED
    return exits.NOTHING if found.summary["undecided"] else exits.OK


def _shown(request: Request, found: difference.Difference) -> int:
    """Render and deliver."""
    path, form = request.one("output"), request.one("format") or "terminal"
    if form in {"json", "json-v1"}:
        return deliver(difference.encode(found).decode() + "\n", path, utf8=True)
    if form == "markdown":
        from rulewright.cli.diff_markdown import markdown

        return deliver(markdown(found), path, utf8=True)
    from rulewright.cli.diff_text import terminal

    paint = paint_for_file() if path else paint_for(sys.stdout)
    explain, quiet = "explain" in request.flags, "quiet" in request.flags
    return deliver(terminal(found, paint, explain=explain, quiet=quiet), path, utf8=False)
