"""`rulewright convert --to rego|cel`, and of policies in the YAML of sbomqs.

Guarantees: what the target cannot say is on stderr and in the output, requirement by requirement; a requirement of which
nothing can be said is a diagnostic and is not exported; where nothing is left, the exit code is 2 and nothing is written.
"""

from __future__ import annotations

from rulewright.cli import exits
from rulewright.cli.check import deliver
from rulewright.cli.compiling import compile_rules
from rulewright.cli.declared import Request
from rulewright.cli.gathering import gather
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.replacing import replaced, there
from rulewright.cli.streams import say
from rulewright.cli.text import clean, plural
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.dsl import ir
from rulewright.dsl.bridges import losses

YAML = (".yaml", ".yml")


def run(request: Request) -> int:
    """Export or import; return the exit code."""
    if len(request.arguments) != 1:
        return refuse([problem("RW0002", "`convert` takes one file or id", "convert one after another")])
    (word,) = request.arguments
    if word.lower().endswith(YAML):
        from rulewright.cli.authors import bridging_sbomqs

        return bridging_sbomqs.run(request)
    target = request.one("to")
    if target not in {"rego", "cel"}:
        return refuse([problem("RW0002", "no other language was named", "`--to rego` or `--to cel`")])
    lost = replaced(request) or (None if "overwrite" in request.flags else there(request.one("output")))
    if lost is not None:
        return refuse([lost])
    return _export(request, word, target)


def _export(request: Request, word: str, target: str) -> int:
    """Write one standard or policy in another language."""
    rules = gather([word])
    if rules.problems:
        return refuse(rules.problems)
    compiled = compile_rules(rules, {}, use_cache="no_cache" not in request.flags)
    if compiled.program is None:
        return refuse(compiled.diagnostics, rules.texts)
    chosen = _chosen(request, compiled.program)
    if isinstance(chosen, Diagnostic):
        return refuse([chosen])
    told = [_blind(each, target) for each in chosen if losses.statement(each).blind]
    kept = tuple(each for each in chosen if not losses.statement(each).blind)
    quiet = "quiet" in request.flags
    if not kept:
        return refuse(told or [problem("RW0851", f"`{word}` has no requirement to export")])
    show(told)
    if not quiet:
        _state(kept, len(chosen))
    return deliver(_written(compiled.program, kept, word, target), request.one("output"), utf8=True) or exits.OK


def _written(program: ir.Program, kept: tuple[ir.Requirement, ...], word: str, target: str) -> str:
    """Write the export."""
    if target == "cel":
        from rulewright.dsl.bridges import cel

        return cel.document(program, kept).decode()
    from rulewright.dsl.bridges import rego

    name = next((each.id.partition(":")[0] for each in kept), word)
    return rego.module(program, kept, name)


def _chosen(request: Request, program: ir.Program) -> tuple[ir.Requirement, ...] | Diagnostic:
    """The requirements that are asked for: by id, or by what stands behind its colon."""
    wanted = request.many("requirement")
    found: list[ir.Requirement] = []
    for word in wanted:
        hits = [r for r in program.requirements if word in {r.id, r.id.partition(":")[2]}]
        if not hits:
            from difflib import get_close_matches

            names = [name for r in program.requirements for name in (r.id, r.id.partition(":")[2])]
            close = get_close_matches(word, names, 1)
            return problem(
                "RW0008", f"there is no requirement `{word}`", f"did you mean `{close[0]}`?" if close else None
            )
        found += hits
    return tuple(dict.fromkeys(found)) if wanted else program.requirements


def _blind(requirement: ir.Requirement, target: str) -> Diagnostic:
    """Say that a requirement is not exported, and why."""
    why = "; ".join(dict.fromkeys(loss.what for loss in losses.statement(requirement).losses if loss.whole))
    name = {"rego": "Rego", "cel": "CEL"}[target]
    return Diagnostic(
        "RW0850",
        Severity.WARNING,
        f"`{requirement.id}` cannot be said in {name}, and is left out",
        hint=why or "every line of its check is unknown there",
    )


def _state(kept: tuple[ir.Requirement, ...], total: int) -> None:
    """Say on stderr what is exported, and what each loses."""
    say(f"{plural(len(kept), 'requirement')} exported of {total:,}")
    for each in kept:
        for loss in losses.statement(each).losses:
            say(f"  {clean(each.id)}: {clean(str(loss))}")
