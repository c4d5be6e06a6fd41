"""`rulewright convert POLICY.yaml`: a policy of sbomqs as rules.

Guarantees: what is written compiles, else nothing is; a rule that no fact answers, or that the language cannot say, is a
warning at its place in the YAML and a comment in the output; the others are imported.
"""

from __future__ import annotations

import os
import re

from rulewright.cli import exits
from rulewright.cli.check import deliver
from rulewright.cli.compiling import compile_rules
from rulewright.cli.declared import Request
from rulewright.cli.gathering import Rules, unreadable
from rulewright.cli.library import shipped
from rulewright.cli.literals import Checks
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.replacing import replaced, there
from rulewright.cli.streams import say
from rulewright.cli.text import plural
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.dsl.bridges import sbomqs

LARGEST = 4 << 20
_RULES = "<rules>"


def run(request: Request) -> int:
    """Import one policy; return the exit code."""
    (path,) = request.arguments
    if request.one("to") not in {None, "rw"}:
        return refuse([problem("RW0002", "a policy of sbomqs is turned into rules only", "leave `--to` out")])
    if request.many("requirement"):
        return refuse([problem("RW0002", "`--requirement` does not go with a policy of sbomqs", "leave it out")])
    lost = replaced(request) or (None if "overwrite" in request.flags else there(request.one("output")))
    data = lost or _read(path)
    if isinstance(data, Diagnostic):
        return refuse([data])
    origin = os.path.basename(path)
    stem = re.sub(r"[^a-z0-9]+", "_", os.path.splitext(origin)[0].lower()).strip("_") or "policy"
    made, wrong = _made(data[0], request.one("id") or f"imported.p_{stem}", request.one("edition") or "1", origin)
    told = [_told(each, path) for each in made.problems]
    if any(each.fatal for each in made.problems):
        return refuse(told)
    if not made.taken:
        return refuse([*told, problem("RW0851", f"no rule of `{path}` can be taken over", source=path)])
    if wrong:
        return refuse([*told, *wrong], {_RULES: made.text.encode()})
    show(told, quiet="quiet" in request.flags)
    if "quiet" not in request.flags:
        say(
            f"{plural(made.taken, 'requirement')} taken over; what a missing value means differs: see the page of bridges"
        )
    return deliver(made.text, request.one("output"), utf8=True) or exits.OK


def _made(data: object, policy: str, edition: str, origin: str) -> tuple[sbomqs.Imported, list[Diagnostic]]:
    """The rules, without those that the compiler refuses; and what is wrong beyond any rule."""
    checks = Checks()
    made = sbomqs.imported(data, policy, edition, origin, checks)
    left_out: dict[str, str] = {}
    while not any(each.fatal for each in made.problems) and made.taken:
        wrong = _compiled(made.text)
        found = {_place(each, made): each for each in reversed(wrong)}
        if not wrong or "" in found:
            return made, wrong
        left_out |= {place: each.hint or each.message for place, each in found.items()}
        made = sbomqs.imported(data, policy, edition, origin, checks, left_out)
    return made, []


def _place(wrong: Diagnostic, made: sbomqs.Imported) -> str:
    """The rule in the YAML that a line of the rules came from; empty where it came from none."""
    line = wrong.span.line if wrong.span is not None and wrong.span.file == _RULES else 0
    return made.places[line - 1] if 0 < line <= len(made.places) else ""


def _read(path: str) -> tuple[object] | Diagnostic:
    """Read the YAML, bounded."""
    import yaml

    from rulewright.cli.facts_yaml import load

    try:
        with open(path, "rb") as stream:
            data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            return problem("RW0852", f"`{path}` is larger than {LARGEST:,} bytes", "a policy is small", path)
        return (load(data.decode("utf-8")),)
    except OSError as error:
        return unreadable(path, error)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = str(error).splitlines()[0] if str(error) else "it nests too deep"
        return problem("RW0852", f"the policy is not YAML: {why}", "sbomqs reads `policy:` and a list", path)


def _told(each: sbomqs.Problem, path: str) -> Diagnostic:
    """One problem as a diagnostic."""
    severity = Severity.ERROR if each.fatal else Severity.WARNING
    return Diagnostic(each.code, severity, each.message, hint=each.hint, source=path, pointer=each.pointer)


def _compiled(text: str) -> list[Diagnostic]:
    """What the compiler finds wrong with the rules."""
    from rulewright.cli.library import read

    texts = {module.name: read(module) for module in shipped() if module.kind == "vocabulary"}
    rules = Rules(texts={_RULES: text.encode(), **texts}, roots=[_RULES], shelf=list(shipped()))
    return [d for d in compile_rules(rules, {}, use_cache=False).diagnostics if d.is_error]
