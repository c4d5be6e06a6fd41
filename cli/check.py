"""`rulewright check`: read, evaluate, report.

Guarantees: the steps stand below in their order and hold no logic of their own; the exit code follows the contract; a
product or policy that cannot be read stops the run before anything is judged.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import msgspec

from rulewright.cli import answers_given, config, days, documents, exits, feeds
from rulewright.cli.changed import changed
from rulewright.cli.compiling import Compiled, compile_rules, parameters
from rulewright.cli.formats import Options, renderer
from rulewright.cli.gathering import Rules, gather
from rulewright.cli.nothing import judged_nothing
from rulewright.cli.options import Request
from rulewright.cli.overwriting import overwriting
from rulewright.cli.paint import Paint
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.progress import Progress
from rulewright.cli.streams import abandon_stdout, paint_for, paint_for_file, put, say, write_file
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.engine.result import Report
from rulewright.facts.stack import ProductFacts

if TYPE_CHECKING:
    from rulewright.cli.held import Held
    from rulewright.dsl import ir
    from rulewright.engine.answers import Answers
    from rulewright.engine.report import FailOn
    from rulewright.facts.base import FactBase

MACHINE = {"json", "json-v1", "sarif", "junit"}
RECORDED = {"json", "json-v1"}
"""The formats that tell what it takes to evaluate again."""
LIMIT, LIMIT_MACHINE = 5, 20


def run(request: Request) -> int:
    """Check products; return the exit code."""
    merged = config.apply(request)
    if isinstance(merged, list):
        return refuse(merged)
    request = merged
    quiet = "quiet" in request.flags
    compiled = compiled_policies(request)
    if isinstance(compiled, int):
        return compiled
    steps = len(request.arguments) + len(request.many("facts")) + len(request.many("feeds")) + 2
    steps += "conflicts" in request.flags
    with Progress(steps, quiet=quiet) as progress:
        outcome = evaluated(request, compiled, progress, record=request.one("format") in RECORDED)
    if isinstance(outcome, int):
        return outcome
    return _finish(request, outcome)


def compiled_policies(request: Request) -> Compiled | int:
    """Compile the policies that a request names; an int is the exit code after saying why not."""
    wanted = request.many("policy")
    if not wanted:
        return refuse([problem("RW0012", "no policy was named", "name one with `--policy`")])
    params = parameters(request.many("param"))
    if isinstance(params, list):
        return refuse(params)
    as_of = as_of_day(request)
    if isinstance(as_of, Diagnostic):
        return refuse([as_of])
    rules = gather(wanted, days.text(as_of))
    problems = rules.problems or overwriting(request, rules)
    if problems:
        return refuse(problems)
    rules = in_order(rules)
    compiled = compile_rules(rules, params, use_cache="no_cache" not in request.flags)
    if compiled.program is None:
        return refuse(compiled.diagnostics, rules.texts)
    compiled.rules = rules
    if "quiet" not in request.flags:
        show([d for d in compiled.diagnostics if d.severity is Severity.WARNING], rules.texts)
    return compiled


def in_order(rules: Rules) -> Rules:
    """The same rules, in an order that does not depend on the command line's."""
    return Rules(dict(sorted(rules.texts.items())), sorted(rules.roots), rules.problems, rules.shelf)


def evaluated(request: Request, compiled: Compiled, progress: Progress, *, record: bool = False) -> Report | int:
    """Read the products and evaluate the program; `record` puts into the report what it takes to do it again."""
    found = judged(request, compiled, progress, record=record)
    return found if isinstance(found, int) else found.report


class Judged(msgspec.Struct, frozen=True):
    """A report, and the facts that it is about."""

    report: Report
    products: tuple[ProductFacts, ...]


def judged(
    request: Request, compiled: Compiled, progress: Progress, *, record: bool = False, held: Held | None = None
) -> Judged | int:
    """The same with the facts; documents are those `held`, if any are, else those on the disk."""
    from rulewright.engine import report
    from rulewright.facts.stack import stack

    as_of = as_of_day(request)
    if isinstance(as_of, Diagnostic):
        return refuse([as_of])
    taken = _taken(request, compiled, progress, record=record, held=held)
    if isinstance(taken, int):
        return taken
    same = "same_product" in request.flags
    assert compiled.program is not None
    findings = answers_given.findings(answers_given.asked(taken, [compiled.program]))
    products = looked_up(request, taken, taken.products(compiled.vocabulary, same=same), as_of, progress)
    if isinstance(products, int):
        return products
    facts = stack(products)
    progress.step("evaluating")
    answers = engine(request, compiled.program, facts, as_of)
    progress.step("reporting")
    fail_on = cast("FailOn", request.one("fail_on") or "shall")
    options = report.Options(limit=limit(request), fail_on=fail_on, engine=request.one("engine") or "planes")
    made = report.build(answers, taken.inputs(same=same), findings, options)
    if "conflicts" in request.flags:
        from rulewright.engine.analysis.about import with_conflicts

        progress.step("looking for contradictions")
        made = with_conflicts(made, compiled.program, compiled.vocabulary(), facts, as_of)
    if taken.given is not None:
        from rulewright.cli.run_record import recorded

        made = changed(made, run=recorded(request, compiled, made, taken.given, limit(request)))
    return Judged(made, tuple(products))


def _taken(
    request: Request, compiled: Compiled, progress: Progress, *, record: bool, held: Held | None
) -> documents.Taken | int:
    """Read the documents; an int is the exit code after saying what is wrong with them."""
    words, facts = (
        sorted(request.arguments, key=documents.name_of),
        sorted(request.many("facts"), key=documents.name_of),
    )
    taken = documents.take(words, facts, compiled.vocabulary, progress.step, held=held, record=record)
    documents.scanned(taken, request.many("scan"), compiled.vocabulary, say)
    stated = request.one("placed_on_market")
    if stated is not None:
        documents.placed(taken, stated, compiled.vocabulary())
    if any(d.is_error for d in taken.problems):
        return refuse(taken.problems, taken.texts)
    if "validate" in request.flags:
        documents.judge(taken)
    _slips(taken, compiled, quiet="quiet" in request.flags)
    return taken


def _slips(taken: documents.Taken, compiled: Compiled, *, quiet: bool) -> None:
    """Tell of words about the product that no rule knows though they resemble one: a law would not apply in silence."""
    said = [*(part.facts.attributes for part in taken.parts), *(shared.attributes for shared in taken.shared)]
    if quiet or not any(name.startswith(("product.", "claim.")) for attributes in said for name in attributes):
        return
    from rulewright.cli.words import strange

    vocabulary = compiled.vocabulary()
    show([slip for attributes in said for slip in strange(attributes, vocabulary)])


def looked_up(
    request: Request, taken: documents.Taken, products: list[ProductFacts], as_of: int, progress: Progress
) -> list[ProductFacts] | int:
    """Give the products their vulnerabilities, unless what people state is of later days; an int is the exit code then."""
    answers_given.dated(taken, as_of)
    use_cache = "no_cache" not in request.flags
    words = sorted(request.many("feeds"), key=documents.name_of)
    found = feeds.vulnerable(taken, products, words, as_of, progress.step, use_cache=use_cache)
    if any(d.is_error for d in taken.problems):
        return refuse(taken.problems, taken.texts)
    return found


def as_of_day(request: Request) -> int | Diagnostic:
    """Return the run's day."""
    stated = request.one("as_of")
    return days.today() if stated is None else days.parse(stated, "--as-of")


def engine(request: Request, program: ir.Program, facts: FactBase, as_of: int) -> Answers:
    """Evaluate with the engine that the request names."""
    if request.one("engine") == "reference":
        from rulewright.engine.reference import Reference

        return Reference(program, facts, as_of)
    from rulewright.engine.answers import Planes
    from rulewright.engine.evaluate import evaluate
    from rulewright.engine.plan import make

    return Planes(evaluate(make(program), facts, as_of))


def limit(request: Request) -> int:
    """Return how many elements a reason may list."""
    default = LIMIT_MACHINE if request.one("format") in MACHINE else LIMIT
    return request.numbers.get("limit", default)


def _finish(request: Request, report: Report) -> int:
    """Render the report, put it where it belongs, return the exit code."""
    nothing = judged_nothing(report)
    if nothing is not None:
        show([nothing])
        return exits.NOTHING
    path = request.one("output")
    paint: Paint = paint_for_file() if path else paint_for(sys.stdout)
    options = Options(paint, limit(request), "explain" in request.flags, "quiet" in request.flags)
    name = request.one("format") or "terminal"
    text = renderer(name)(report, options)
    code = deliver(text, path, utf8=name != "terminal")
    return code or exit_code(report)


def deliver(text: str, path: str | None, *, utf8: bool) -> int:
    """Write a report to its file, or to stdout; return 0, or the exit code after saying why not."""
    named = path not in {None, "-"}
    return _delivered(text.encode("utf-8", "backslashreplace") if utf8 or named else text, path)


def deliver_bytes(data: bytes, path: str | None) -> int:
    """Write bytes to their file, or to stdout; return 0, or the exit code after saying why not."""
    return _delivered(data, path)


def _delivered(data: str | bytes, path: str | None) -> int:
    named = path not in {None, "-"}
    try:
        if path is not None and named and isinstance(data, bytes):
            write_file(path, data)
        else:
            put(data)
    except BrokenPipeError:
        abandon_stdout()  # the reader has seen enough; the verdict stays what it is
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        what = f"`{path}`" if named else "standard output"
        return refuse([problem("RW0006", f"{what} cannot be written: {why}")])
    return exits.OK


def exit_code(report: Report) -> int:
    """Translate a report into the process's exit code."""
    if report.summary.error:
        return exits.INTERNAL
    return exits.BLOCKED if report.summary.gate == "fail" else exits.OK
